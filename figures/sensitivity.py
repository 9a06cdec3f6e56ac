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
POINTED = 0.025
"""A shorter bar has no room for an arrow head."""


def draw(dataset: xr.Dataset) -> Figure:
    """Draw, for each lever and parameter, how far an outcome moves when it is moved."""
    rows = dataset.sizes["quantity"]
    figure = Figure(figsize=(6.3, 0.85 + 0.145 * rows))
    ordered = dataset.isel(quantity=_by_reach(dataset))
    looks = house.inks(dataset["assumptions"].values)
    grid = figure.subplots(1, len(OUTCOMES), sharey=True, squeeze=False)[0]
    for k, (name, title) in enumerate(OUTCOMES.items()):
        for shift, (school, look) in zip((-0.18, 0.18), looks.items(), strict=False):
            _bars(grid[k], ordered.sel(assumptions=school), name, shift, look)
        house.name_panel(grid[k], "ab"[k], title)
        house.share_limits(grid[k], "x")
        grid[k].set_xlabel(f"Probability of a {title.lower()}")
        grid[k].tick_params(axis="y", length=0)
        grid[k].grid(axis="x")
    labels = [str(name).replace("_", " ") for name in ordered["quantity"].values]
    grid[0].set_yticks(np.arange(rows), labels)
    grid[0].set_ylim(rows - 0.4, -0.6)
    _name_marks(figure, grid[0], looks)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return outcomes with each quantity lowered and raised, and the baseline."""
    names = [*OUTCOMES, *(f"{name}_base" for name in OUTCOMES)]
    return house.columns(dataset, names)


def _by_reach(dataset: xr.Dataset) -> NDArray[np.intp]:
    """Return the quantities in the order of how far they move the challenge, over the sets."""
    outcome = dataset["challenge"].transpose("quantity", "assumptions", "side").values
    return np.argsort(-np.ptp(outcome, axis=2).max(axis=1), kind="stable")


def _bar(look: house.Ink) -> dict[str, Any]:
    """Return the settings of a bar: broad or narrow, so that grey prints tell the sets apart."""
    width = 4.0 if look.dashes == "-" else 1.4
    return {"color": look.color, "linewidth": width, "solid_capstyle": "butt"}


def _bars(axes: Axes, one: xr.Dataset, name: str, shift: float, look: house.Ink) -> None:
    """Draw a bar from the lowered to the raised outcome, an arrow head at the raised end."""
    rows = np.arange(one.sizes["quantity"]) + shift
    ends = one[name].transpose("quantity", "side").values
    for row, pair in zip(rows, ends, strict=True):
        axes.plot(pair, (row, row), linestyle="-", marker="", **_bar(look))
    change = ends[:, 1] - ends[:, 0]
    for marker, chosen in ((">", change > POINTED), ("<", change < -POINTED)):
        axes.plot(ends[chosen, 1], rows[chosen], marker, color=look.color, ms=4.5, ls="")
    base = np.full(len(rows), float(one[f"{name}_base"]))
    axes.plot(base, rows, "|", color="black", ms=5, mew=0.9, ls="")


def _name_marks(figure: Figure, axes: Axes, looks: Mapping[str, house.Ink]) -> None:
    handles = [
        axes.plot([], [], label=school, linestyle="-", marker="", **_bar(look))[0]
        for school, look in looks.items()
    ]
    handles += axes.plot([], [], "|", color="black", label="as assumed")
    handles += axes.plot([], [], ">", color="0.3", ms=4.5, label="raised")
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
