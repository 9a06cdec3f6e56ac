"""How complete must sanctions be to make a challenger yield?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

OUTCOME = "aggression_stands"
RARE = 0.01
"""An attack less likely than this counts as deterred."""
MARKERS = ("o", "^", "s")


def draw(dataset: xr.Dataset) -> Figure:
    """Draw the chance that an aggression stands over coverage and leakage, with 1935 on the map."""
    figure = Figure(figsize=(6.3, 2.9))
    house.space(figure, across=0.05)
    looks = house.inks(dataset["assumptions"].values)
    panels = figure.subplots(1, len(looks), sharey=True, squeeze=False)[0]
    for axes, letter, school in zip(panels, "abcd", looks, strict=False):
        mesh = _map(axes, dataset[OUTCOME].sel(assumptions=school))
        _deterred(axes, dataset["challenge"].sel(assumptions=school))
        _places(axes, dataset)
        house.name_panel(axes, letter, school)
        axes.set_xlabel("Coverage (share)")
    panels[0].set_ylabel("Leakage (share)")
    bar = figure.colorbar(mesh, ax=list(panels), pad=0.02, aspect=28)
    bar.set_ticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    bar.set_label("Probability that it stands")
    bar.outline.set_linewidth(0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, borderpad=0)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return every cell of both maps."""
    return house.columns(dataset, (OUTCOME, "challenge", "count"))


def _map(axes: Axes, cells: xr.DataArray) -> QuadMesh:
    x, y = (np.asarray(cells[name].values, dtype=float) for name in ("coverage", "leakage"))
    shown = cells.transpose("leakage", "coverage").values
    mesh = axes.pcolormesh(
        x, y, shown, vmin=0, vmax=1, shading="nearest", rasterized=True, zorder=0
    )
    house.share_limits(axes, "x")
    house.share_limits(axes)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(y[0], y[-1])
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)
    return mesh


def _deterred(axes: Axes, challenge: xr.DataArray) -> None:
    """Draw the border beyond which there is no attack, where there is one."""
    shown = challenge.transpose("leakage", "coverage")
    if float(shown.min()) < RARE < float(shown.max()):
        x, y = shown["coverage"].values, shown["leakage"].values
        axes.contour(x, y, shown.values, levels=[RARE], colors="white", linestyles="--")


def _places(axes: Axes, dataset: xr.Dataset) -> None:
    """Mark the sanctions of 1935 as they were and as they might have been."""
    names = house.titles(dataset, "point")
    for k, (name, marker) in enumerate(zip(names, MARKERS, strict=False)):
        place = dataset.isel(point=k)
        axes.plot(
            float(place["coverage_in_1935"]), float(place["leakage_in_1935"]), marker, label=name,
            markersize=6, markerfacecolor="white", markeredgecolor="black", clip_on=False,
        )  # fmt: skip
