"""Who backs down in a public crisis, and when is it war?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

RATIO = ("war", "crisis", "target_backs_down", "challenger_backs_down")
OUTCOMES: Mapping[str, tuple[str, str, str]] = {
    "war": ("war", "black", "-"),
    "target_backs_down": ("target backs down", "0.45", "--"),
    "challenger_backs_down": ("challenger backs down", "0.6", "-."),
}
WHOM = {"both": "Pledge binds both", "target": "Pledge binds the target"}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw outcomes against the ratio of audience costs, and against what a pledge costs."""
    figure = Figure(figsize=(6.3, 4.3))
    panels = figure.subplots(2, 2)
    looks = house.inks(dataset["assumptions"].values)
    _against_ratio(panels[0, 0], dataset, "target_backs_down", looks, names=False)
    _against_ratio(panels[0, 1], dataset, "war", looks, names=True)
    for axes, whom in zip(panels[1], WHOM, strict=True):
        _against_pledge(axes, dataset, whom, names=whom == "target")
    titles = ("The target backs down", "War", *WHOM.values())
    for letter, axes, title in zip("abcd", panels.ravel(), titles, strict=True):
        house.name_panel(axes, letter, title)
        axes.set_ylabel("Probability")
    house.space(figure, across=0.04, down=0.06)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the points against the ratio of audience costs."""
    return house.columns(dataset, list(RATIO))


def _against_ratio(
    axes: Axes, dataset: xr.Dataset, name: str, looks: Mapping[str, house.Ink], *, names: bool
) -> None:
    ratio = dataset["ratio"].values
    house.share_limits(axes)
    house.plain_log(axes, float(ratio[0]), float(ratio[-1]), named=(0.25, 0.5, 1.0, 2.0, 4.0))
    for school, look in looks.items():
        axes.plot(ratio, dataset[name].sel(assumptions=school).values, **look.line)
    axes.set_xlabel("Audience cost, challenger to target (ratio)")
    if names:
        ends = {school: float(dataset[name].sel(assumptions=school)[-1]) for school in looks}
        house.label_ends(axes, float(ratio[-1]), ends, looks)


def _against_pledge(axes: Axes, dataset: xr.Dataset, whom: str, *, names: bool) -> None:
    pledge = dataset["pledge_cost"].values
    house.share_limits(axes)
    axes.set_xlim(pledge[0], pledge[-1])
    looks, ends = {}, {}
    for name, (label, color, dashes) in OUTCOMES.items():
        curve = dataset[f"{name}_by_pledge"].sel(bound=whom).values
        looks[label] = house.Ink(color, dashes, "")
        axes.plot(pledge, curve, **looks[label].line)
        ends[label] = float(curve[-1])
    axes.set_xlabel("Cost of a broken pledge (own war cost)")
    if names:
        house.label_ends(axes, float(pledge[-1]), ends, looks)
