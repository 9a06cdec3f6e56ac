"""Strategic choice with private information as a tree: each private part drawn in cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from scipy import special

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.shock import Shock
from collsec.forms.strategic_choice import StrategicChoiceForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act
from collsec.parameters import FloatArray, ParameterError

_FINER = 20
"""Draws looked at within a cell, along each of its sides."""
_STAKES = ("peace", "concession", "war")

ASKS = ("points",)


def note(form: StrategicChoiceForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree leaves out."""
    return f"each private part of a worth in {detail.points} equally likely cells"


def nodes(form: StrategicChoiceForm, detail: Detail) -> int:  # noqa: ARG001
    """Return the number of nodes."""
    k = detail.points
    return 1 + k + k**2 + k**3 * (3 + k + 3 * k**2)


def tree(form: StrategicChoiceForm, detail: Detail) -> TreeForm:
    """Return the tree: both sides' private parts, an attack or none, resistance or none."""
    if np.any(np.asarray(form.error_spread) > 0):
        raise ParameterError(
            "export", "error_spread", form.error_spread,
            "must be 0: errors move choices and are no part of payoffs, so that no file holds them",
            "set it to 0 and private_spread above 0; `collsec solve` plays logit on a file",
        )  # fmt: skip
    return TreeForm.grow(_drawn(form, (), detail), form.players)


def plan(form: StrategicChoiceForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played: the share of each cell that lies beyond the cutoffs."""
    first, second = (float(cutoff) for cutoff in strategies["cutoffs"])
    resist, tau, k = float(strategies["resist"]), float(form.private_spread), detail.points
    mixes = {}
    for places in itertools.product(range(k), repeat=3):
        peace, concession, war = np.meshgrid(*(_within(i, k) for i in places), indexing="ij")
        favoured = tau * ((1.0 - resist) * concession + resist * war - peace)
        mixes[_attacker(places)] = act(float(np.mean(favoured >= -first)))
    for places in itertools.product(range(k), repeat=2):
        concession, war = np.meshgrid(*(_within(i, k) for i in places), indexing="ij")
        mixes[_attacked(places)] = act(float(np.mean(tau * (war - concession) >= -second)))
    return Plan(mixes)


def _within(k: int, n: int) -> FloatArray:
    """Return draws spread evenly over a cell."""
    return np.asarray(special.ndtri((k + (np.arange(_FINER) + 0.5) / _FINER) / n))


def _attacker(places: tuple[int, ...]) -> str:
    return "challenger of values " + _counted(places)


def _attacked(places: tuple[int, ...]) -> str:
    return "defender of values " + _counted(places)


def _counted(places: tuple[int, ...]) -> str:
    return ", ".join(str(place + 1) for place in places)


def _drawn(form: StrategicChoiceForm, places: tuple[int, ...], detail: Detail) -> Branch:
    """Return what follows once so many of the challenger's private parts are drawn."""
    if len(places) == len(_STAKES):
        return _attack(form, places, detail)
    cells = Cells.shock(Shock.NORMAL, detail.points)
    ahead = [_drawn(form, (*places, place), detail) for place in range(cells.n)]
    return cells.draw(f"challenger's {_STAKES[len(places)]}", ahead)


def _attack(form: StrategicChoiceForm, places: tuple[int, ...], detail: Detail) -> Branch:
    cells = Cells.shock(Shock.NORMAL, detail.points)
    peace, concession, war = (float(part) for part in _parts(form, places, cells))
    quiet = _end(form, float(form.status_quo.challenger) + peace, float(form.status_quo.defender))
    rows = []
    for i in range(cells.n):
        answers = [_answer(form, (i, j), (concession, war), cells) for j in range(cells.n)]
        rows.append(cells.draw("defender's war", answers))
    ahead = {"refrain": quiet, "attack": cells.draw("defender's concession", rows)}
    return decision("challenger", _attacker(places), ahead)


def _answer(
    form: StrategicChoiceForm, places: tuple[int, int], theirs: tuple[float, float], cells: Cells
) -> Branch:
    conceding, fighting = (float(part) for part in _parts(form, places, cells))
    given_in = _end(
        form, float(form.concession.challenger) + theirs[0], float(form.giving_in) + conceding
    )
    war = _end(form, float(form.war.challenger) + theirs[1], float(form.resisting) + fighting)
    return decision("defender", _attacked(places), {"give in": given_in, "resist": war})


def _parts(form: StrategicChoiceForm, places: tuple[int, ...], cells: Cells) -> Iterator[float]:
    """Return the private parts of a worth at the means of these cells."""
    return (float(form.private_spread) * float(cells.means[place]) for place in places)


def _end(form: StrategicChoiceForm, challenger: float, defender: float) -> Branch:
    rho = float(form.relative_gains)
    return end(challenger - rho * defender, defender - rho * challenger)
