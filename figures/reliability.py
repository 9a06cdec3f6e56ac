"""How reliable are alliances, if only doubtful ones are put to the test?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

SHOWN_LOSS = 1.5
"""The challenger's loss for which curves are drawn: the game's example."""
SHOWN = ("rate", "lowest", "highest")


def draw(dataset: xr.Dataset) -> Figure:
    """Draw what is observed against what is true, and what published rates are compatible with."""
    figure = Figure(figsize=(6.3, 2.9))
    house.space(figure, across=0.03)
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1, 1]})
    looks = house.inks(dataset["assumptions"].values)
    _selection(left, dataset.sel(loss=SHOWN_LOSS, method="nearest"), looks)
    _ranges(right, dataset, looks)
    house.name_panel(left, "a", "What tests show")
    house.name_panel(right, "b", "What published rates allow")
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the published rates and the reliability compatible with each."""
    return house.columns(dataset, SHOWN)


def _selection(axes: Axes, dataset: xr.Dataset, looks: Mapping[str, house.Ink]) -> None:
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.6, marker="")
    axes.annotate("no selection", (0.75, 0.8), rotation=45, color="0.4", ha="center", va="bottom")
    for k, (school, look) in enumerate(looks.items()):
        curve = dataset.sel(assumptions=school)
        axes.plot(curve["reliability"].values, curve["observed_reliability"].values, **look.line)
        place = (0.97, 0.05 + 0.09 * k)
        axes.annotate(school, place, xycoords="axes fraction", color=look.color, ha="right")
    house.share_limits(axes)
    house.share_limits(axes, "x")
    axes.set_xlabel("All pledges (probability)")
    axes.set_ylabel("Honoured when tested (probability)")


def _ranges(axes: Axes, dataset: xr.Dataset, looks: Mapping[str, house.Ink]) -> None:
    heights = np.arange(dataset.sizes["record"])[::-1]
    axes.plot(
        dataset["rate"].values, heights, linestyle="", marker=".", color=house.OBSERVED, zorder=5
    )
    for k, (school, look) in enumerate(looks.items()):
        one = dataset.sel(assumptions=school)
        shift = 0.16 - 0.32 * k
        for low, high, y in zip(one["lowest"], one["highest"], heights + shift, strict=True):
            style = look.line | {"solid_capstyle": "butt"}
            axes.plot([float(low), float(high)], [y, y], **style)
    axes.set_yticks(heights, [str(name) for name in dataset["record"].values])
    axes.set_ylim(-0.6, len(heights) - 0.4)
    house.share_limits(axes, "x")
    axes.set_xlabel("All pledges (probability)")
