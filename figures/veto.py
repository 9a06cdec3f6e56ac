"""What does a veto cost, and what do institutions make of it?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

OUTCOMES = {
    "mandate": ("Mandate", "Probability of a mandate"),
    "deterrence": ("Deterrence", "Probability of no challenge"),
}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw mandate and deterrence against the number of vetoes, and by institution."""
    rows = dataset.sizes["institution"]
    figure = Figure(figsize=(6.3, 2.5 + 0.24 * rows))
    grid = figure.add_gridspec(2, 2, height_ratios=[1.9, 0.24 * rows + 0.5])
    looks = house.inks(dataset["assumptions"].values)
    for k, (name, (title, unit)) in enumerate(OUTCOMES.items()):
        above, below = (figure.add_subplot(grid[row, k]) for row in range(2))
        _against_vetoes(above, dataset[name], looks, names=k == 1)
        house.name_panel(above, "ab"[k], f"{title}, by number of vetoes")
        above.set_ylabel(unit)
        _by_institution(below, dataset[f"{name}_by_institution"], looks, names=k == 0)
        house.name_panel(below, "cd"[k], f"{title}, by institution")
        below.set_xlabel(unit)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the plotted points: one row for each set, outcome, and number of vetoes or preset."""
    parts = []
    for name in OUTCOMES:
        parts += _rows(dataset[name], "n_vetoes", name)
        parts += _rows(dataset[f"{name}_by_institution"], "institution", name)
    header = ("assumptions", "outcome", "axis", "at", "value")
    return {name: np.array([row[k] for row in parts]) for k, name in enumerate(header)}


def _rows(array: xr.DataArray, axis: str, outcome: str) -> list[tuple[str, str, str, str, float]]:
    found = house.columns(array.to_dataset(name="value"), ["value"])
    return [
        (str(school), outcome, axis, str(at), float(value))
        for school, at, value in zip(found["assumptions"], found[axis], found["value"], strict=True)
    ]


def _against_vetoes(
    axes: Axes, outcome: xr.DataArray, looks: Mapping[str, house.Ink], *, names: bool
) -> None:
    vetoes = outcome["n_vetoes"].values
    house.share_limits(axes)
    axes.set_xlim(vetoes[0] - 0.3, vetoes[-1] + 0.3)
    for school, look in looks.items():
        style = look.line | {"marker": look.marker, "markerfacecolor": "white"}
        axes.plot(vetoes, outcome.sel(assumptions=school).values, **style)
    axes.set_xticks(vetoes[::2] if len(vetoes) > 7 else vetoes)
    axes.set_xlabel("Members with a veto (number)")
    if names:
        ends = {school: float(outcome.sel(assumptions=school)[-1]) for school in looks}
        house.label_ends(axes, float(vetoes[-1]), ends, looks)


def _by_institution(
    axes: Axes, outcome: xr.DataArray, looks: Mapping[str, house.Ink], *, names: bool
) -> None:
    rows = np.arange(outcome.sizes["institution"])
    ordered = outcome.transpose("assumptions", "institution")
    axes.hlines(rows, ordered.min("assumptions"), ordered.max("assumptions"), color="0.75", lw=1)
    for school, look in looks.items():
        axes.plot(ordered.sel(assumptions=school).values, rows, **look.dot)
    labels = house.titles(outcome, "institution") if names else []
    axes.set_yticks(rows, labels or [""] * len(rows))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    house.share_limits(axes, "x")
    axes.grid(axis="x")
