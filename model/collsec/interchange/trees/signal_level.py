"""A signal of any level as a tree: values and costs drawn in cells, levels on a grid.

Levels run from a bare pledge to what the highest value and a war are worth together; that of an
equilibrium, if one is given, is among them. Of another equilibrium the level counts as the next
from there upwards.
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
QUOTES = True


def note(form: SignalLevelForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree leaves out."""
    k, own = detail.points, detail.equilibrium
    levels = f"{k} levels" if own is None else f"{k} levels, the equilibrium's among them"
    return f"silence or one of {levels}; values and costs of war in {k} equally likely cells"


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
    trembles = np.zeros((values.n, 1 + len(levels)))
    for m, level in enumerate([None, *levels]):
        if (m == 0 and signals.min() < 1.0) or (m == sent and signals.any()):
            which = SIGNAL if m else SILENCE
            push = float(strategies["push"][which])
            fights = _planned(form, strategies, which, detail)
        else:
            push, fights, trembles[:, m] = _surprised(form, strategies, level, detail)
        mixes |= {_pushed(t, m): act(share) for t, share in enumerate(fights)}
        costs = _costs(form, detail).below(push)
        mixes |= {_hears(m, k): act(share) for k, share in enumerate(costs)}
    return Plan(mixes, {_speaks(t): row for t, row in enumerate(trembles)})


def _values(form: SignalLevelForm, detail: Detail) -> Cells:
    return Cells.uniform(0.0, float(form.ceiling), detail.points)


def _costs(form: SignalLevelForm, detail: Detail) -> Cells:
    return Cells.uniform(-float(form.eager), float(form.reluctant), detail.points)


def _levels(form: SignalLevelForm, detail: Detail) -> FloatArray:
    """Return a grid of levels; an equilibrium's own takes the place of the next one to it.

    A bare pledge stays among them.
    """
    levels = np.linspace(0.0, float(form.ceiling + form.toll), detail.points)
    own = 0.0 if detail.equilibrium is None else float(detail.equilibrium["level"])
    if own > _TIE:
        levels[1 + np.argmin(np.abs(levels[1:] - own))] = own
    return levels


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


def _surprised(
    form: SignalLevelForm, strategies: Strategies, level: float | None, detail: Detail
) -> tuple[float, FloatArray, FloatArray]:
    """Return the push after a level that nobody sends, who then fights, and whom it is laid to.

    It is laid to the cells of two values of the game: one that fights, and against which alone a
    less frequent push would be best, and one against which more would. The weights leave the last
    cell of costs that pushes indifferent, or as near to that as the two allow. These two cells do
    as their values, which may be at the other side of indifference than the cells' means; if they
    are one cell, it mixes by the weights.
    """
    lifted = {name: np.asarray(item)[None] for name, item in strategies.items()}
    sent = None if level is None else np.array([level])
    push, *pair = (float(part[0]) for part in form.surprised(lifted, sent))
    stakes, values, costs = form.stakes(sent), _values(form, detail), _costs(form, detail)
    blamed = [values.place(value, 0.0, float(form.ceiling)) for value in pair]
    ready = np.asarray(stakes.ready(np.array(pair))).ravel()
    stands = np.array([ready[0] <= push + _TIE, ready[1] < push - _TIE], dtype=np.float64)
    last = costs.means[min(int(push * costs.n), costs.n - 1)]
    weights = _balance(stakes.gain(values.means[blamed], stands, last).ravel())
    fights = np.where(stakes.ready(values.means).ravel() < push - _TIE, 1.0, 0.0)
    fights[blamed] = stands if blamed[0] != blamed[1] else weights @ stands
    laid = np.zeros(values.n)
    np.add.at(laid, blamed, weights)
    return push, fights, laid


def _balance(gains: FloatArray) -> FloatArray:
    """Return the weights of two gains whose mean is 0, or else the nearest to it."""
    low, high = gains
    if low < 0 < high:
        return np.asarray(np.array([high, -low]) / (high - low))
    return pure(int(abs(high) < abs(low)), 2)


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
