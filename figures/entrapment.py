"""What does a harder pledge buy?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

ROWS = ("Pledge without conditions", "Pledge that binds less to the provocative")
CURVES = {"demands": "Demands (share)", "challenge": "Probability of an attack"}
PATH = ("abandonment", "entrapment")
MARKED = (0.0, 0.5, 1.0, 2.0)
"""Pledge costs that are marked on the paths; the first and the last are written beside them."""


def draw(dataset: xr.Dataset) -> Figure:
    """Draw demands and attacks against the pledge, and the path of abandonment and entrapment."""
    figure = Figure(figsize=(6.3, 4.2))
    house.space(figure, across=0.06, down=0.08)
    panels = figure.subplots(2, 3)
    looks = house.inks(dataset["assumptions"].values)
    for row, place in enumerate((0, -1)):
        kept = dataset.isel(condition=place)
        for k, name in enumerate(CURVES):
            _curves(panels[row, k], kept[name], looks)
            panels[row, k].set_ylabel(CURVES[name])
            panels[row, k].set_xlabel("Cost of a breach (war costs)")
        _paths(panels[row, 2], kept, looks)
        panels[row, 2].set_ylabel("Probability of entrapment")
        panels[row, 2].set_xlabel("Probability of abandonment")
        house.name_panel(panels[row, 0], "ab"[row], ROWS[row])
    ends = {school: _highest(dataset, school) for school in looks}
    _name_curves(panels[0, 1], dataset.isel(condition=0)["challenge"], looks)
    for axes in panels[:, 2]:
        axes.set_xlim(-0.09, 1.12 * max(end[0] for end in ends.values()))
        axes.set_ylim(-0.008, 1.2 * max(end[1] for end in ends.values()))
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the plotted points."""
    return house.columns(dataset, [*CURVES, *PATH])


def _highest(dataset: xr.Dataset, school: str) -> tuple[float, float]:
    kept = dataset.sel(assumptions=school)
    return float(kept[PATH[0]].max()), float(kept[PATH[1]].max())


def _curves(axes: Axes, outcome: xr.DataArray, looks: Mapping[str, house.Ink]) -> None:
    pledge = outcome["pledge_cost"].values
    house.share_limits(axes)
    axes.set_xlim(pledge[0], pledge[-1])
    for school, look in looks.items():
        axes.plot(pledge, outcome.sel(assumptions=school).values, **look.line)


def _paths(axes: Axes, kept: xr.Dataset, looks: Mapping[str, house.Ink]) -> None:
    """Draw the path that each set takes as the pledge hardens, with some costs marked."""
    for school, look in looks.items():
        path = kept.sel(assumptions=school)
        axes.plot(path[PATH[0]].values, path[PATH[1]].values, **look.line)
        marks = path.sel(pledge_cost=list(MARKED), method="nearest")
        x, y = (marks[name].values for name in PATH)
        axes.plot(x, y, **(look.dot | {"markerfacecolor": "white"}), markersize=3.6)
        for k, (shift, side) in {0: (5, "left"), -1: (-5, "right")}.items():
            axes.annotate(
                f"{MARKED[k]:g}", (x[k], y[k]), xytext=(shift, 1), textcoords="offset points",
                color=look.color, ha=side,
            )  # fmt: skip


def _name_curves(axes: Axes, outcome: xr.DataArray, looks: Mapping[str, house.Ink]) -> None:
    """Write each set's name above its curve, from two fifths of its length on."""
    start = 2 * len(outcome["pledge_cost"]) // 5
    for school, look in looks.items():
        place = (outcome["pledge_cost"].values[start], outcome.sel(assumptions=school)[start])
        axes.annotate(
            school, tuple(map(float, place)), xytext=(0, 5), textcoords="offset points",
            color=look.color,
        )  # fmt: skip
