"""What does a veto cost?"""

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
    """Draw mandate and deterrence against the number of vetoes."""
    figure = Figure(figsize=(6.3, 2.1))
    looks = house.inks(dataset["assumptions"].values)
    panels = figure.subplots(1, len(OUTCOMES))
    for k, (name, (title, unit)) in enumerate(OUTCOMES.items()):
        _against_vetoes(panels[k], dataset[name], looks, names=k == 1)
        house.name_panel(panels[k], "ab"[k], title)
        panels[k].set_ylabel(unit)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the plotted points."""
    return house.columns(dataset, list(OUTCOMES))


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
