"""Which signal serves a state better: one that has cost, or one that will if it backs down?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

KINDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "tied": ("Tied hands", {"color": "black", "linestyle": "-", "marker": ""}),
    "sunk": ("Sunk costs", {"color": "0.5", "linestyle": (0, (1, 1)), "marker": ""}),
}
MARKS = {"tied": 10, "sunk": 12}
COLUMNS = ("war", "sender_payoff", "credibility", "bluff")


def draw(dataset: xr.Dataset) -> Figure:
    """Draw both kinds at equal informativeness, at equal cost, and as relative gains weigh more."""
    figure = Figure(figsize=(6.3, 4.3))
    panels = figure.subplots(2, 2).ravel()
    _at_equal_push(panels[0], dataset, "war_equal")
    _at_equal_push(panels[1], dataset, "sender_payoff_equal")
    _by_weight(panels[2], dataset)
    _at_equal_cost(panels[3], dataset)
    titles = ("War", "Sender's payoff", "War, by relative gains", "War, by cost of the signal")
    for letter, axes, title in zip("abcd", panels, titles, strict=True):
        house.name_panel(axes, letter, title)
        axes.set_ylabel("Probability of war" if title.startswith("War") else "Payoff (prize of 1)")
    handles = [
        panels[0].plot([], [], label=name, **(style | {"marker": _mark(kind)}))[0]
        for kind, (name, style) in KINDS.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)
    house.space(figure, across=0.06, down=0.06)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the points at equal cost under every assumption set."""
    return house.columns(dataset, list(COLUMNS))


def _mark(kind: str) -> str:
    return "D" if kind == "tied" else "."


def _at_equal_push(axes: Axes, dataset: xr.Dataset, name: str) -> None:
    """Draw an outcome against the chance of a push that the signal leaves."""
    for kind, (_, style) in KINDS.items():
        push = dataset["push_equal"].sel(kind=kind).values
        outcome = dataset[name].sel(kind=kind).values
        bluffs = dataset["bluff_equal"].sel(kind=kind).values > 0
        axes.plot(np.where(bluffs, push, np.nan), outcome, **style)
        sure = np.flatnonzero(~bluffs)
        if sure.size:
            mark = {"marker": _mark(kind), "linestyle": "", "color": style["color"]}
            axes.plot(push[sure[-1:]], outcome[sure[-1:]], **mark, clip_on=False)
    house.share_limits(axes, "x")
    _from_zero(axes)
    axes.set_xlabel("Push after a signal (probability)")


def _at_equal_cost(axes: Axes, dataset: xr.Dataset) -> None:
    """Draw the chance of war against the cost of the signal, by kind and assumption set."""
    cost = dataset["strength"].values
    looks = house.inks(dataset["assumptions"].values)
    for kind, step in MARKS.items():
        for school, look in looks.items():
            war = dataset["war"].sel(kind=kind, assumptions=school).values
            marker = {"marker": _mark(kind), "markevery": (step // 2, step), "markersize": 4}
            axes.plot(cost, war, **(look.line | marker))
    axes.set_xlim(0.0, cost[-1])
    _from_zero(axes)
    axes.set_xlabel("Cost of the signal (prize of 1)")
    ends = {
        school: float(dataset["war"].sel(kind="tied", assumptions=school)[-1]) for school in looks
    }
    house.label_ends(axes, float(cost[-1]), ends, looks)


def _by_weight(axes: Axes, dataset: xr.Dataset) -> None:
    """Draw the chance of war against the weight of relative gains, by kind."""
    weights = dataset["relative_gains"].values
    for kind, (_, style) in KINDS.items():
        marker = {"marker": _mark(kind), "markevery": 10, "markersize": 4}
        axes.plot(weights, dataset["war_by_weight"].sel(kind=kind).values, **(style | marker))
    axes.set_xlim(weights[0], weights[-1])
    _from_zero(axes)
    axes.set_xlabel("Weight of relative gains (index)")


def _from_zero(axes: Axes) -> None:
    """Let the vertical axis begin at zero and reach a little above the highest value."""
    axes.set_ylim(0.0, max(1.05 * axes.dataLim.y1, 0.1))
