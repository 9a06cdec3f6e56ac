"""A signal of any level as a tree: values and costs drawn in cells, levels on a grid.

Levels run from a bare pledge to what the highest value and a war are worth together. The level of
an equilibrium counts as the next on the grid from there upwards.
"""

from __future__ import annotations

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.signal_level import SIGNAL, SILENCE, SignalLevelForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act, pure
from collsec.parameters import FloatArray

_TIE = 1e-12

ASKS = ("points",)


def note(form: SignalLevelForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree leaves out."""
    k = detail.points
    return f"silence or one of {k} levels; values and costs of war in {k} equally likely cells"


def nodes(form: SignalLevelForm, detail: Detail) -> int:  # noqa: ARG001
    """Return the number of nodes."""
    k = detail.points
    return 1 + k * (1 + (k + 1) * (1 + 5 * k))


def tree(form: SignalLevelForm, detail: Detail) -> TreeForm:
    """Return the tree: a value, silence or a level, a cost of war, a push, a war."""
    values = _values(form, detail)
    return TreeForm.grow(
        values.draw("value", [_spoken(form, t, detail) for t in range(values.n)]), form.players
    )


def plan(form: SignalLevelForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played, and to whom other levels are laid."""
    values, levels = _values(form, detail), _levels(form, detail)
    sent = 1 + min(int(np.searchsorted(levels, strategies["level"] - _TIE)), len(levels) - 1)
    signals = values.above(1.0 - float(strategies["cutoff"] / form.ceiling))
    mixes = {
        _speaks(t): (1.0 - share) * pure(0, 1 + len(levels)) + share * pure(sent, 1 + len(levels))
        for t, share in enumerate(signals)
    }
    trembles = {_speaks(t): np.zeros(1 + len(levels)) for t in range(values.n)}
    for m, level in enumerate([0.0, *levels]):
        if m == 0 or (m == sent and signals.any()):
            which = SIGNAL if m else SILENCE
            push, fights = (
                float(strategies["push"][which]),
                _planned(form, strategies, which, detail),
            )
        else:
            blamed = _blamed(form, strategies, level, detail)
            trembles[_speaks(blamed)][m] = 1.0
            push = _surprised(form, strategies, level, float(values.means[blamed]))
            fights = _replies(form, level, push, values.means)
        mixes |= {_pushed(t, m): act(share) for t, share in enumerate(fights)}
        costs = _costs(form, detail).below(push)
        mixes |= {_hears(m, k): act(share) for k, share in enumerate(costs)}
    return Plan(mixes, trembles)


def _values(form: SignalLevelForm, detail: Detail) -> Cells:
    return Cells.uniform(0.0, float(form.ceiling), detail.points)


def _costs(form: SignalLevelForm, detail: Detail) -> Cells:
    return Cells.uniform(-float(form.eager), float(form.reluctant), detail.points)


def _levels(form: SignalLevelForm, detail: Detail) -> FloatArray:
    return np.linspace(0.0, float(form.ceiling + form.toll), detail.points)


def _speaks(t: int) -> str:
    return f"sender of value {t + 1}"


def _hears(m: int, k: int) -> str:
    return f"message {m}, cost {k + 1}"


def _pushed(t: int, m: int) -> str:
    return f"pushed after message {m}, value {t + 1}"


def _planned(
    form: SignalLevelForm, strategies: Strategies, which: int, detail: Detail
) -> FloatArray:
    """Return the share of each cell that fights, among its values that send this message."""
    edges = float(form.ceiling) * np.arange(detail.points + 1) / detail.points
    low, high, cutoff = edges[:-1], edges[1:], float(strategies["cutoff"])
    inner = np.maximum(low, cutoff), high
    if which == SILENCE:
        inner = low, np.minimum(high, cutoff)
    is_sent = inner[1] > inner[0]
    low, high = np.where(is_sent, inner[0], low), np.where(is_sent, inner[1], high)
    return np.asarray(np.clip((high - strategies["fight_from"][which]) / (high - low), 0.0, 1.0))


def _blamed(form: SignalLevelForm, strategies: Strategies, level: float, detail: Detail) -> int:
    """Return the cell of the value to which a level off the path is laid."""
    laid_to = strategies["surprise"][0 if level < strategies["level"] else 1]
    return _values(form, detail).place(float(laid_to), 0.0, float(form.ceiling))


def _surprised(form: SignalLevelForm, strategies: Strategies, level: float, value: float) -> float:
    """Return the best chance to push against a sender who is taken to have this value."""
    laid = {"level": strategies["level"][None], "surprise": np.array([[value, value]])}
    return float(form.surprised(laid, np.full((1, 1), level)).item())


def _replies(form: SignalLevelForm, level: float, push: float, values: FloatArray) -> FloatArray:
    """Return which values fight best if pushed after a level; who is indifferent gives in."""
    mean = push * form.span / 2.0 - form.eager
    fights = form.victory * values - form.toll + form.rho * mean
    yields = -form.rho - form.tied_share * level - form.breach
    return np.asarray(fights > yields + _TIE, dtype=np.float64)


def _spoken(form: SignalLevelForm, t: int, detail: Detail) -> Branch:
    levels = _levels(form, detail)
    names = ["silence", *(f"level {level:.6g}" for level in levels)]
    heard = [_heard(form, t, m, level, detail) for m, level in enumerate([0.0, *levels])]
    return decision("sender", _speaks(t), dict(zip(names, heard, strict=True)))


def _heard(form: SignalLevelForm, t: int, m: int, level: float, detail: Detail) -> Branch:
    cells, value, tied = _costs(form, detail), _values(form, detail).means[t], form.tied_share
    sunk = float((1.0 - tied) * level)
    breach = float(tied * level + form.breach * (m > 0))
    branches = []
    for k, cost in enumerate(cells.means):
        war = _end(form, float(form.victory * value - form.toll) - sunk, -cost)
        ahead = {"give in": _end(form, -breach - sunk, 1.0), "fight": war}
        pushed = decision("sender", _pushed(t, m), ahead)
        ahead = {"leave": _end(form, value - sunk, 0.0), "push": pushed}
        branches.append(decision("receiver", _hears(m, k), ahead))
    return cells.draw("cost of war", branches)


def _end(form: SignalLevelForm, sender: float, receiver: float) -> Branch:
    rho = float(form.rho)
    return end(sender - rho * receiver, receiver - rho * sender)
