"""A costly signal as a tree: the receiver's cost of war drawn in cells once a message is sent."""

from __future__ import annotations

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.costly_signal import CostlySignalForm
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act, lottery

ASKS = ("points",)


def note(form: CostlySignalForm, detail: Detail) -> str:
    """Say what the tree leaves out."""
    return f"the receiver's cost of war in {_costs(form, detail.points).n} equally likely cells"


def nodes(form: CostlySignalForm, detail: Detail) -> int:
    """Return the number of nodes."""
    n_cells, n_messages = _costs(form, detail.points).n, len(form.sunk)
    n_types = int((form.chance > 0).sum())
    return (n_types > 1) + n_types * (1 + n_messages * ((n_cells > 1) + 5 * n_cells))


def tree(form: CostlySignalForm, detail: Detail) -> TreeForm:
    """Return the tree: a value, a message, a cost of war, a push or none, a war or none."""
    odds = {
        f"value {value:.6g} ({t + 1})": (float(form.chance[t]), _spoken(form, t, detail))
        for t, value in enumerate(form.value)
    }
    return TreeForm.grow(lottery(odds, "value"), form.players)


def plan(form: CostlySignalForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played, and whom messages that nobody sends are laid to."""
    costs, mixes, trembles = _costs(form, detail.points), {}, {}
    for t in np.flatnonzero(form.chance > 0).tolist():
        mixes[_speaks(t)] = np.asarray(strategies["signal"][t])
        trembles[_speaks(t)] = np.asarray(strategies["belief"][t]) / float(form.chance[t])
        for m, fight in enumerate(strategies["fight"][t]):
            mixes[_pushed(t, m)] = act(fight)
    for m, push in enumerate(strategies["push"]):
        for k, share in enumerate(costs.below(float(push))):
            mixes[_hears(m, k)] = act(share)
    return Plan(mixes, trembles)


def _costs(form: CostlySignalForm, points: int) -> Cells:
    return Cells.uniform(-float(form.eager), float(form.reluctant), points)


def _speaks(t: int) -> str:
    return f"sender of value {t + 1}"


def _hears(m: int, k: int) -> str:
    return f"message {m + 1}, cost {k + 1}"


def _pushed(t: int, m: int) -> str:
    return f"pushed after message {m + 1}, value {t + 1}"


def _spoken(form: CostlySignalForm, t: int, detail: Detail) -> Branch:
    sent = {f"message {m + 1}": _heard(form, t, m, detail) for m in range(len(form.sunk))}
    return decision("sender", _speaks(t), sent)


def _heard(form: CostlySignalForm, t: int, m: int, detail: Detail) -> Branch:
    cells, sunk, branches = _costs(form, detail.points), float(form.sunk[m]), []
    for k, cost in enumerate(cells.means):
        given = _end(form, -float(form.backdown[0, m]) - sunk, 1.0)
        war = _end(form, float(form.war[t, 0]) - sunk, -cost)
        pushed = decision("sender", _pushed(t, m), {"give in": given, "fight": war})
        ahead = {"leave": _end(form, float(form.value[t]) - sunk, 0.0), "push": pushed}
        branches.append(decision("receiver", _hears(m, k), ahead))
    return cells.draw("cost of war", branches)


def _end(form: CostlySignalForm, sender: float, receiver: float) -> Branch:
    rho = float(form.relative_gains)
    return end(sender - rho * receiver, receiver - rho * sender)
