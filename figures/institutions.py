"""What does each design achieve, under each view of states?"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

COLUMNS = 4
DIMS = {"assumptions", "institution"}
PANELS = (
    "challenge", "mandate", "mobilised", "reversal",
    "success", "free_rider_gap", "entrapment", "abandonment",
    "exploitation", "largest_burden", "welfare_members", "welfare_target",
)  # fmt: skip
"""What is drawn; the dataset has every observable of the crisis."""


def draw(dataset: xr.Dataset) -> Figure:
    """Draw a small panel for every observable: a row for each institution, a mark for each set."""
    names = shown(dataset)
    looks = house.inks(dataset["assumptions"].values)
    n_rows = -(-len(names) // COLUMNS)
    height = 0.3 + n_rows * (0.55 + 0.13 * dataset.sizes["institution"])
    figure = Figure(figsize=(6.3, height))
    grid = figure.subplots(n_rows, COLUMNS, squeeze=False)
    for k, axes in enumerate(grid.flat):
        if k < len(names):
            _panel(axes, dataset[names[k]], looks, is_first=k % COLUMNS == 0)
        else:
            axes.set_axis_off()
    handles = [
        figure.axes[0].plot([], [], label=school, **look.dot)[0] for school, look in looks.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return every observable of every institution and assumption set."""
    return house.columns(dataset, shown(dataset))


def shown(dataset: xr.Dataset) -> list[str]:
    """Return the names of the observables that get a panel, in the order of the crisis."""
    return [name for name in PANELS if name in dataset and set(dataset[name].dims) == DIMS]


def _panel(
    axes: Axes, variable: xr.DataArray, looks: Mapping[str, house.Ink], *, is_first: bool
) -> None:
    ordered = variable.transpose("assumptions", "institution")
    rows = np.arange(ordered.sizes["institution"])
    axes.hlines(rows, ordered.min("assumptions"), ordered.max("assumptions"), color="0.75", lw=1)
    for school, look in looks.items():
        axes.plot(ordered.sel(assumptions=school).values, rows, **look.dot, markersize=3.8)
    labels = house.titles(ordered, "institution") if is_first else []
    axes.set_yticks(rows, labels or [""] * len(rows))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    unit = house.pure_unit(variable)
    axes.set_title(textwrap.fill(_title(variable), 18), fontsize=8, pad=3, linespacing=1.0)
    axes.set_xlabel(unit, fontsize=8, labelpad=1)
    axes.tick_params(axis="x", labelsize=7)
    _limits(axes, ordered.values, unit)
    axes.grid(axis="x")


def _title(variable: xr.DataArray) -> str:
    return str(variable.name).removeprefix("n_").replace("_", " ").capitalize()


def _limits(axes: Axes, values: NDArray[np.float64], unit: str) -> None:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if unit in ("share", "probability") and low >= 0 and high <= 1 + 1e-9:
        house.share_limits(axes, "x")
        return
    span = high - low or max(abs(high), 1.0)
    axes.set_xlim(low - 0.12 * span, high + 0.12 * span)
    axes.locator_params(axis="x", nbins=3)
    if low < 0 < high:
        axes.axvline(0, color="0.6", linewidth=0.6)
