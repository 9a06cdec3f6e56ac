"""How far do the predictions hang on values that no source fixes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

OUTCOMES = {"challenge": "Challenge", "mandate": "Mandate"}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw, for each lever and parameter, how far an outcome moves when it is moved."""
    rows = dataset.sizes["quantity"]
    figure = Figure(figsize=(6.3, 1.1 + 0.2 * rows))
    schools = [str(name) for name in dataset["assumptions"].values]
    grid = figure.subplots(1, len(OUTCOMES), sharey=True, squeeze=False)[0]
    looks = house.inks(schools)
    for k, (name, title) in enumerate(OUTCOMES.items()):
        for shift, school in zip((-0.17, 0.17), schools, strict=True):
            _bars(grid[k], dataset.sel(assumptions=school), name, shift, looks[school])
        house.name_panel(grid[k], "ab"[k], title)
        house.share_limits(grid[k], "x")
        grid[k].set_xlabel(f"Probability of a {title.lower()}")
        grid[k].grid(axis="x")
    labels = [str(name).replace("_", " ") for name in dataset["quantity"].values]
    grid[0].set_yticks(np.arange(rows), labels)
    grid[0].set_ylim(rows - 0.5, -0.5)
    for axes in grid:
        axes.tick_params(axis="y", length=0)
    handles = [
        grid[0].plot([], [], label=school, marker="", **_bar(look))[0]
        for school, look in looks.items()
    ]
    handles += grid[0].plot([], [], color="0.2", marker="|", linestyle="", label="baseline")
    handles += grid[0].plot([], [], color="0.2", marker=">", linestyle="", ms=4, label="raised")
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return outcomes with each quantity lowered and raised, and the baseline."""
    names = [*OUTCOMES, *(f"{name}_base" for name in OUTCOMES)]
    return house.columns(dataset, names)


def _bar(look: house.Ink) -> dict[str, Any]:
    """Return the settings of a bar: broad or narrow, so that grey prints tell the sets apart."""
    return {"color": look.color, "linewidth": 4 if look.dashes == "-" else 1.6}


def _bars(axes: Axes, one: xr.Dataset, name: str, shift: float, look: house.Ink) -> None:
    """Draw a bar from the lowered to the raised outcome, an arrow head at the raised end."""
    rows = np.arange(one.sizes["quantity"]) + shift
    ends = one[name].values
    axes.hlines(rows, ends.min(axis=1), ends.max(axis=1), **_bar(look))
    rises = ends[:, 1] >= ends[:, 0]
    moves = np.abs(ends[:, 1] - ends[:, 0]) > 0.01
    for marker, chosen in ((">", rises & moves), ("<", ~rises & moves)):
        axes.plot(ends[chosen, 1], rows[chosen], marker, color=look.color, ms=4, ls="")
    base = np.full(len(rows), float(one[f"{name}_base"]))
    axes.plot(base, rows, "|", color=look.color, ms=5, ls="")
