"""Where does power deter, and where do pledges?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from figures import house

AXES = ("capability_ratio", "pledge_cost")
CONTOURS = {0.1: ":", 0.5: "-", 0.9: "--"}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw the probability of a challenge over relative capability and the cost of a pledge."""
    figure = Figure(figsize=(6.3, 2.6))
    house.space(figure, across=0.05)
    looks = house.inks(dataset["assumptions"].values)
    panels = figure.subplots(1, len(looks), sharey=True, squeeze=False)[0]
    for axes, letter, school in zip(panels, "abcd", looks, strict=False):
        mesh = _map(axes, dataset.sel(assumptions=school))
        house.name_panel(axes, letter, school)
        axes.set_xlabel(house.axis_label(dataset["capability_ratio"], "ratio"))
    panels[0].set_ylabel(house.axis_label(dataset["pledge_cost"]))
    bar = figure.colorbar(mesh, ax=list(panels), pad=0.02, aspect=28)
    bar.set_ticks([0, *CONTOURS, 1], labels=[f"{level:g}" for level in (0, *CONTOURS, 1)])
    bar.set_label("Probability of a challenge")
    bar.outline.set_linewidth(0.5)
    for level, dashes in CONTOURS.items():
        bar.ax.axhline(level, color=_ink(level), linestyle=dashes, linewidth=1)
    if (dataset["count"] > 1).any():
        key = Patch(facecolor="0.3", hatchcolor="white", hatch="/////", label="several equilibria")
        figure.legend(handles=[key], loc="outside lower center", handlelength=2.2, borderpad=0)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return every cell of both maps."""
    return house.columns(dataset, ("challenge", "count", "mandate"))


def _map(axes: Axes, cells: xr.Dataset) -> QuadMesh:
    x, y = (np.asarray(cells[name].values, dtype=float) for name in AXES)
    challenge = cells["challenge"].transpose(*AXES[::-1]).values
    several = (cells["count"].transpose(*AXES[::-1]).values > 1).astype(float)
    if house.is_spread_out(x):
        house.plain_log(axes, x[0], x[-1], (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50))
    mesh = axes.pcolormesh(
        x, y, challenge, vmin=0, vmax=1, shading="nearest", rasterized=True, zorder=0
    )
    if several.any():
        _hatch(axes, x, y, several)
    _contours(axes, x, y, challenge)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(y[0], y[-1])
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter("{x:g}")
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)
    return mesh


def _hatch(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], several: NDArray[np.float64]
) -> None:
    """Hatch in white on black, which stands out on light and dark ground alike."""
    for color, width in (("black", 1.5), ("white", 0.6)):
        area = axes.contourf(x, y, several, levels=[0.5, 1.5], colors="none", hatches=["/////"])
        area.set_hatchcolor(color)
        area.set_hatch_linewidth(width)
        axes.contour(x, y, several, levels=[0.5], colors=color, linewidths=width)


def _contours(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], challenge: NDArray[np.float64]
) -> None:
    """Draw the levels that occur; the colour bar names them."""
    low, high = np.nanmin(challenge), np.nanmax(challenge)
    for level, dashes in CONTOURS.items():
        if not low < level < high:
            continue
        axes.contour(
            x, y, challenge, levels=[level], colors=_ink(level), linestyles=dashes, linewidths=1.1
        )


def _ink(level: float) -> str:
    return "white" if level < 0.4 else "black"
