"""A threat with normal private values as a tree: each private part drawn in cells."""

from __future__ import annotations

import numpy as np
from scipy import special

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.probit_threat import ProbitThreatForm
from collsec.forms.shock import Shock
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act
from collsec.parameters import FloatArray

_FINER = 60
"""Draws looked at within a cell, along each of its sides."""

ASKS = ("points",)


def note(form: ProbitThreatForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree leaves out."""
    return f"each private value in {detail.points} equally likely cells"


def nodes(form: ProbitThreatForm, detail: Detail) -> int:  # noqa: ARG001
    """Return the number of nodes."""
    k = detail.points
    return 1 + k * (1 + k * (3 + 5 * k))


def tree(form: ProbitThreatForm, detail: Detail) -> TreeForm:
    """Return the tree: private values, a threat or none, resistance or none, a fight or none."""
    cells = Cells.shock(Shock.NORMAL, detail.points)
    rows = [
        cells.draw("retreat", [_threatens(form, i, j, detail) for j in range(cells.n)])
        for i in range(cells.n)
    ]
    return TreeForm.grow(cells.draw("fight", rows), form.players)


def plan(form: ProbitThreatForm, strategies: Strategies, detail: Detail) -> Plan:  # noqa: ARG001
    """Return how an equilibrium is played: the share of each cell that lies beyond the cutoffs."""
    t, d, z = (float(cutoff) for cutoff in strategies["cutoffs"])
    k = detail.points
    cells = Cells.shock(Shock.NORMAL, k)
    mixes = {_resists(b): act(s) for b, s in enumerate(cells.above(float(special.ndtr(z))))}
    for i in range(k):
        for j in range(k):
            fight, retreat = _within(i, k)[:, None], _within(j, k)[None, :]
            threatens = (fight >= t) | (retreat >= t + d)
            firm = retreat - fight <= d
            asked = threatens if threatens.any() else np.ones_like(threatens)
            mixes[_first(i, j)] = act(threatens.mean())
            mixes[_last(i, j)] = act(firm[asked].mean())
    return Plan(mixes)


def _within(k: int, n: int) -> FloatArray:
    """Return draws spread evenly over a cell."""
    return np.asarray(special.ndtri((k + (np.arange(_FINER) + 0.5) / _FINER) / n))


def _first(i: int, j: int) -> str:
    return f"sender of values {i + 1} and {j + 1}"


def _resists(b: int) -> str:
    return f"target of value {b + 1}"


def _last(i: int, j: int) -> str:
    return f"resisted, values {i + 1} and {j + 1}"


def _threatens(form: ProbitThreatForm, i: int, j: int, detail: Detail) -> Branch:
    cells, answers = Cells.shock(Shock.NORMAL, detail.points), []
    given_in = _end(form, float(form.concession.sender), float(form.concession.target))
    for b in range(cells.n):
        resisted = _resisted(form, i, j, *(float(cells.means[place]) for place in (i, j, b)))
        ahead = {"concede": given_in, "resist": resisted}
        answers.append(decision("target", _resists(b), ahead))
    quiet = _end(form, float(form.status_quo.sender), float(form.status_quo.target))
    ahead = {"quiet": quiet, "threaten": cells.draw("target's value", answers)}
    return decision("sender", _first(i, j), ahead)


def _resisted(
    form: ProbitThreatForm, i: int, j: int, fight: float, retreat: float, theirs: float
) -> Branch:
    back = _end(form, float(form.backing_down) + retreat, float(form.retreat.target))
    firm = _end(form, float(form.standing_firm) + fight, float(form.fight.target) + theirs)
    return decision("sender", _last(i, j), {"back down": back, "stand firm": firm})


def _end(form: ProbitThreatForm, sender: float, target: float) -> Branch:
    rho = float(form.relative_gains)
    return end(sender - rho * target, target - rho * sender)
