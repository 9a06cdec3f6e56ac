"""Do the predictions fit what happened?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

ROWS = {
    "challenge": "Challenge",
    "mandate": "Mandate",
    "mobilised": "Capability mobilised",
    "reversal": "Reversal, given attack",
}
RESPONSES = (
    "no response",
    "words",
    "partial sanctions or threat",
    "strong aid or sanctions",
    "authorised force",
    "unauthorised force",
)
HIGHEST_OUTCOME = 2


def draw(dataset: xr.Dataset) -> Figure:
    """Draw predicted probabilities and shares beside what happened, a panel for each case."""
    n_cases = dataset.sizes["case"]
    figure = Figure(figsize=(6.3, 0.55 + 1.4 * -(-n_cases // 2)))
    grid = figure.subplots(-(-n_cases // 2), 2, squeeze=False, sharey=True)
    looks = house.inks(dataset["assumptions"].values)
    for k, axes in enumerate(grid.flat):
        if k < n_cases:
            _panel(axes, dataset.isel(case=k), looks)
            house.name_panel(axes, "abcdefghijkl"[k], _title(dataset.isel(case=k)))
        else:
            axes.set_axis_off()
    first = grid[0, 0]
    handles = [first.plot([], [], label=name, **look.dot)[0] for name, look in looks.items()]
    handles += first.plot([], [], label="what happened", **_ACTUAL)
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return predictions, and what happened on the scales of the figure."""
    full = dataset.assign({f"actual_{row}": _actual(dataset, row) for row in ROWS})
    names = [f"predicted_{row}" for row in ROWS] + [f"actual_{row}" for row in ROWS]
    return house.columns(full, [*names, "actual_response", "actual_outcome"])


_ACTUAL: dict[str, Any] = {
    "color": house.OBSERVED,
    "linestyle": "",
    "marker": "|",
    "markersize": 11,
    "mew": 2,
}


def _panel(axes: Axes, case: xr.Dataset, looks: Mapping[str, house.Ink]) -> None:
    heights = np.arange(len(ROWS))
    for school, look in looks.items():
        predicted = [float(case[f"predicted_{row}"].sel(assumptions=school)) for row in ROWS]
        axes.plot(predicted, heights, **look.dot, markersize=5.5)
    axes.plot([float(_actual(case, row)) for row in ROWS], heights, zorder=1, **_ACTUAL)
    axes.set_yticks(heights, list(ROWS.values()))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(ROWS) - 0.4, -0.6)
    house.share_limits(axes, "x")
    axes.set_xlabel("Probability or share (0 to 1)")
    axes.grid()


def _actual(case: xr.Dataset, row: str) -> xr.DataArray:
    """Return what happened from 0 to 1; every case is a crisis, so the challenge did happen."""
    if row == "challenge":
        return xr.ones_like(case["actual_outcome"], dtype=float)
    if row == "reversal":
        return case["actual_outcome"] / HIGHEST_OUTCOME
    return case[f"actual_{row}"].astype(float)


def _title(case: xr.Dataset) -> str:
    level = int(case["actual_response"])
    return f"{house.titles(case.expand_dims('case'), 'case')[0]}: {RESPONSES[level]}"
