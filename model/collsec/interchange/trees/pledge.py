"""A pledge as a tree: its strength, the challenger's gain and the ally's cost drawn in cells."""

from __future__ import annotations

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.pledge import PLEDGES, PledgeForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act, lottery

ASKS = ("points",)


def note(form: PledgeForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree leaves out."""
    return f"strengths, gains and costs in {detail.points} equally likely cells each"


def nodes(form: PledgeForm, detail: Detail) -> int:
    """Return the number of nodes."""
    seen, k = float(form.recognition), detail.points
    asked = (1 + 3 * k) * (seen > 0)
    return 1 + k * (1 + k * (2 + asked + (seen < 1) + (0 < seen < 1)))


def tree(form: PledgeForm, detail: Detail) -> TreeForm:
    """Return the tree: a pledge, an attack or none, an answer or none."""
    strengths = Cells.uniform(0.0, 1.0, detail.points)
    pledged = [_pledged(form, k, a, detail) for k, a in enumerate(strengths.means)]
    return TreeForm.grow(strengths.draw("pledge", pledged), form.players)


def plan(form: PledgeForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played; between the strengths it names, chances are straight."""
    strengths = Cells.uniform(0.0, 1.0, detail.points)
    gains, costs = _gains(form, detail.points), _costs(form, detail.points)
    mixes = {}
    for k, strength in enumerate(strengths.means):
        attack, honour = (np.interp(strength, PLEDGES, strategies[x]) for x in ("attack", "honour"))
        honours = costs.below(honour) if form.low_first.all() else costs.above(honour)
        for j, share in enumerate(gains.above(attack)):
            mixes[_tempted(k, j)] = act(share)
        for j, share in enumerate(honours):
            mixes[_asked(k, j)] = act(share)[::-1]
    return Plan(mixes)


def _gains(form: PledgeForm, points: int) -> Cells:
    return Cells.uniform(0.0, float(form.highest_gain), points)


def _costs(form: PledgeForm, points: int) -> Cells:
    return Cells.uniform(0.0, float(form.highest_cost), points)


def _tempted(k: int, j: int) -> str:
    return f"pledge {k + 1}, gain {j + 1}"


def _asked(k: int, j: int) -> str:
    return f"pledge {k + 1}, cost {j + 1}"


def _pledged(form: PledgeForm, k: int, strength: float, detail: Detail) -> Branch:
    gains, branches = _gains(form, detail.points), []
    peace = _end(form, float(form.stake), float(form.protege_stake), 0.0)
    for j, gain in enumerate(gains.means):
        attacked = _attacked(form, k, strength, gain, detail)
        ahead = {"refrain": peace, "attack": attacked}
        branches.append(decision("challenger", _tempted(k, j), ahead))
    return gains.draw("gain", branches)


def _attacked(form: PledgeForm, k: int, strength: float, gain: float, detail: Detail) -> Branch:
    seen, costs = float(form.recognition), _costs(form, detail.points)
    asked = costs.draw(
        "cost", [_answer(form, k, j, strength, gain, c) for j, c in enumerate(costs.means)]
    )
    odds = {"named": (seen, asked), "not named": (1.0 - seen, _end(form, 0.0, 0.0, gain))}
    return lottery(odds, "name")


def _answer(form: PledgeForm, k: int, j: int, strength: float, gain: float, cost: float) -> Branch:
    phi, paid = float(form.side_payments), float(form.hardship) * cost
    stake, protege = float(form.stake), float(form.protege_stake)
    honoured = _end(form, stake - (1 - phi) * paid, protege - phi * paid, -float(form.loss))
    broken = _end(form, -float(form.detection) * (strength + float(form.general_pledge)), 0.0, gain)
    return decision("ally", _asked(k, j), {"honour": honoured, "break": broken})


def _end(form: PledgeForm, ally: float, protege: float, challenger: float) -> Branch:
    rho = float(form.relative_gains)
    return end(ally - rho * protege, protege - rho * ally, challenger)
