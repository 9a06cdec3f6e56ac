r"""All sequential equilibria of a ladder with one-sided private resolve, by branches of beliefs.

From the top down, the continuations of each move are listed as *branches*: an interval of
beliefs b on which they are equilibria, what each type of the informed player has there (a
constant) and what the uninformed has (linear in b). Where the uninformed is indifferent, at one
belief β, a branch is that point, and the types' payoffs are linear in its chance u to climb; an
irresolute type that mixes before it pins u down, and mixes so that the belief becomes β:

.. math:: x_L = \frac{b (1 - \beta)}{(1 - b) \beta}, \qquad b \le \beta

and likewise for a resolute type that mixes, from above. Where no type climbs, the branch that
follows may be any, as any belief may follow.

References
----------
powell1987crisis, kreps1982sequential
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.ladder import LadderForm
from collsec.kernel import kernel, part
from collsec.solvers._kinds import checks_kind
from collsec.solvers.logit_play import from_centroid

SCOPE = "sequential equilibria in behaviour strategies, one for each play on the path"
MAX_EQUILIBRIA = 8
"""Most equilibria kept per game."""
_MAX_BRANCHES = 512
_TIE = 1e-11
_SAME = 1e-9

_PASS, _NOBODY, _RESOLUTE, _IRRESOLUTE, _BLUFF, _WAVER, _HALT, _GO, _MIX, _TOP = range(10)
_LOW, _HIGH, _L0, _L1, _H0, _H1, _U0, _U1, _A, _B, _U = range(11)
_KIND, _NEXT, _POINT = range(3)


@checks_kind
def ladder(form: LadderForm) -> Equilibria:
    """Find all sequential equilibria of a batch of ladders.

    Strategies as `LadderForm` describes them; equilibria in the order of the uninformed player's
    payoff, the highest first; of those that differ only off the path, one, whose beliefs off the
    path are the nearest to Bayes' that support it. `complete` is false at ties (a type or the
    uninformed is indifferent on an interval of beliefs, or the first belief is one at which the
    answer changes), where there may be more, and if more than `MAX_EQUILIBRIA` were found. With
    two types and perfect recall these are sequential equilibria. `centroid` is the equilibrium that
    agent logit play leads to (`logit_play`), -1 where it comes to none of those listed. The work
    grows with the product of the numbers of branches, a few tens at the ladders of this package.
    """
    shape, n = form.batch_shape, form.n_moves
    tables = np.array(form.utilities.reshape(-1, 2 * n + 1, 4), order="C")
    risks = np.array(form.risks.reshape(-1, n), order="C")
    priors = np.array(np.broadcast_to(form.prior, shape)).ravel()
    climb = np.full((len(priors), MAX_EQUILIBRIA, n, 2), np.nan)
    belief = np.full((len(priors), MAX_EQUILIBRIA, n), np.nan)
    tied = np.zeros(len(priors), dtype=np.bool_)
    _solve_all(np.array(form.movers, dtype=np.int64), tables, risks, priors, climb, belief, tied)
    scale = np.abs(form.utilities).max(axis=(-1, -2))
    return certify(
        form,
        {
            "climb": climb.reshape(*shape, MAX_EQUILIBRIA, n, 2),
            "belief": belief.reshape(*shape, MAX_EQUILIBRIA, n),
        },
        complete=~tied.reshape(shape),
        scope=SCOPE,
        method="ladder",
        centroid=functools.partial(from_centroid, form),
        scale=np.maximum(scale, 1.0),
    )


class _Here(NamedTuple):
    """A move: its number, how many there are, the risk of a climb, and all payoffs."""

    k: int
    n: int
    risk: float
    table: Any


class _Branches(NamedTuple):
    """Branches of all moves, from the top down: kind, follower and shape; then the numbers."""

    marks: Any
    values: Any


@part
def _row(table: Any, row: int, b: float) -> float:
    """Return what the uninformed has in an outcome at this belief."""
    return float((1.0 - b) * table[row, 0] + b * table[row, 1])


@part
def _climbed(here: _Here, branch: Any, b: float) -> float:
    """Return what a climb is worth to the uninformed, given the branch that follows."""
    ended = _row(here.table, here.n + here.k, b)
    return float(here.risk * ended + (1.0 - here.risk) * (branch[_A] + branch[_B] * b))


@part
def _typed(here: _Here, branch: Any) -> tuple[float, float, float, float]:
    """Return a climb's worth to each type: l0 + l1 u to the irresolute, h0 + h1 u to the other."""
    ended, on = here.table[here.n + here.k], 1.0 - here.risk
    l0, h0 = here.risk * ended[2] + on * branch[_L0], here.risk * ended[3] + on * branch[_H0]
    return l0, on * branch[_L1], h0, on * branch[_H1]


@part
def _line(row: Any, at_zero: float, at_one: float) -> None:
    """Let the uninformed have a payoff that is linear in the belief."""
    row[_A], row[_B] = at_zero, at_one - at_zero


@part
def _add(
    tree: _Branches, first: int, count: int, kind: int, follows: int, point: bool, row: Any
) -> int:
    """Append a branch to those of its move, from `first` on; return how many there are.

    One that equals another in all but what follows it is not added, nor is one to a full list.
    """
    for e in range(first, count):
        if tree.marks[e, _KIND] == kind and np.max(np.abs(tree.values[e] - row)) <= _TIE:
            return count
    if count >= tree.marks.shape[0]:
        return count
    tree.marks[count, _KIND], tree.marks[count, _NEXT] = kind, follows
    tree.marks[count, _POINT] = int(point)
    tree.values[count] = row
    return count + 1


@part
def _range(stop: float, fixed: float, slope: float, sign: float, low: float, high: float) -> Any:
    """Return the u in [low, high] at which sign × (fixed + slope u - stop) is at least 0."""
    gap, rise = sign * (fixed - stop), sign * slope
    if low > high:
        return low, high
    if abs(rise) <= _TIE:
        return (low, high) if gap >= -_TIE else (1.0, 0.0)
    root = -gap / rise
    return (max(low, root), high) if rise > 0.0 else (low, min(high, root))


@part
def _both(here: _Here, branch: Any, sign: float) -> Any:
    """Return the u at which both types prefer to climb (sign 1) or to stop (sign -1)."""
    l0, l1, h0, h1 = _typed(here, branch)
    stop = here.table[here.k]
    low, high = _range(stop[2], l0, l1, sign, branch[_U0], branch[_U1])
    return _range(stop[3], h0, h1, sign, low, high)


@part
def _informed_moves(here: _Here, start: int, end: int, tree: _Branches) -> tuple[int, bool]:
    """List the branches of a move of the informed player; return their end, and whether tied."""
    count, is_tied = end, False
    for e in range(start, end):
        if count == end or tree.marks[end, _KIND] != _NOBODY:
            count = _nobody(here, e, tree, end, count)
        if tree.marks[e, _POINT] == 1:
            count = _all_at_point(here, e, tree, end, count)
            count = _bluff(here, e, tree, end, count)
            count = _waver(here, e, tree, end, count)
            continue
        l0, _, h0, _ = _typed(here, tree.values[e])
        stop = here.table[here.k]
        is_tied |= abs(l0 - stop[2]) <= _TIE or abs(h0 - stop[3]) <= _TIE
        count = _all(here, e, tree, end, count)
        count = _only_resolute(here, e, tree, end, count)
        count = _only_irresolute(here, e, tree, end, count)
    return count, is_tied


@part
def _nobody(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let no type climb, where what would follow deters both."""
    low, high = _both(here, tree.values[e], -1.0)
    if low > high:
        return count
    row, stop = np.zeros(11), here.table[here.k]
    row[_HIGH], row[_L0], row[_H0], row[_U] = 1.0, stop[2], stop[3], low
    _line(row, stop[0], stop[1])
    return int(_add(tree, first, count, _NOBODY, e, False, row))


@part
def _all(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let both types climb, which teaches nothing."""
    branch, stop = tree.values[e], here.table[here.k]
    l0, _, h0, _ = _typed(here, branch)
    if l0 < stop[2] - _TIE or h0 < stop[3] - _TIE:
        return count
    row = np.zeros(11)
    row[_LOW], row[_HIGH], row[_L0], row[_H0] = branch[_LOW], branch[_HIGH], l0, h0
    _line(row, _climbed(here, branch, 0.0), _climbed(here, branch, 1.0))
    return int(_add(tree, first, count, _PASS, e, False, row))


@part
def _all_at_point(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let both types climb towards an indifferent opponent."""
    branch = tree.values[e]
    low, high = _both(here, branch, 1.0)
    if low >= high:
        return count
    row, belief = np.zeros(11), branch[_LOW]
    row[_LOW], row[_HIGH], row[_U0], row[_U1] = belief, belief, low, high
    row[_L0], row[_L1], row[_H0], row[_H1] = _typed(here, branch)
    row[_A] = _climbed(here, branch, belief)
    return int(_add(tree, first, count, _PASS, e, True, row))


@part
def _only_resolute(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let only the resolute climb, and be known."""
    branch, stop = tree.values[e], here.table[here.k]
    l0, _, h0, _ = _typed(here, branch)
    if branch[_HIGH] < 1.0 - _TIE or l0 > stop[2] + _TIE or h0 < stop[3] - _TIE:
        return count
    row = np.zeros(11)
    row[_HIGH], row[_L0], row[_H0] = 1.0, stop[2], h0
    _line(row, stop[0], _climbed(here, branch, 1.0))
    return int(_add(tree, first, count, _RESOLUTE, e, False, row))


@part
def _only_irresolute(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let only the irresolute climb, and be known."""
    branch, stop = tree.values[e], here.table[here.k]
    l0, _, h0, _ = _typed(here, branch)
    if branch[_LOW] > _TIE or l0 < stop[2] - _TIE or h0 > stop[3] + _TIE:
        return count
    row = np.zeros(11)
    row[_HIGH], row[_L0], row[_H0] = 1.0, l0, stop[3]
    _line(row, _climbed(here, branch, 0.0), stop[1])
    return int(_add(tree, first, count, _IRRESOLUTE, e, False, row))


@part
def _bluff(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let the resolute climb, and just so many others that the opponent is indifferent."""
    branch, stop = tree.values[e], here.table[here.k]
    l0, l1, h0, h1 = _typed(here, branch)
    belief = branch[_LOW]
    if abs(l1) <= _TIE or belief <= 0.0:
        return count
    u = (stop[2] - l0) / l1
    other = h0 + h1 * u
    if u < branch[_U0] - _TIE or u > branch[_U1] + _TIE or other < stop[3] - _TIE:
        return count
    row, worth = np.zeros(11), _climbed(here, branch, belief)
    row[_HIGH], row[_L0], row[_H0] = belief, stop[2], other
    row[_A], row[_B] = stop[0], (worth - stop[0]) / belief
    row[_U] = min(max(u, 0.0), 1.0)
    return int(_add(tree, first, count, _BLUFF, e, False, row))


@part
def _waver(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let the irresolute climb, and just so many others that the opponent is indifferent."""
    branch, stop = tree.values[e], here.table[here.k]
    l0, l1, h0, h1 = _typed(here, branch)
    belief = branch[_LOW]
    if abs(h1) <= _TIE or belief >= 1.0:
        return count
    u = (stop[3] - h0) / h1
    other = l0 + l1 * u
    if u < branch[_U0] - _TIE or u > branch[_U1] + _TIE or other < stop[2] - _TIE:
        return count
    row, worth, odds = np.zeros(11), _climbed(here, branch, belief), 1.0 / (1.0 - belief)
    row[_LOW], row[_HIGH], row[_L0], row[_H0] = belief, 1.0, other, stop[3]
    row[_A], row[_B] = odds * worth + (1.0 - odds) * stop[1], odds * (stop[1] - worth)
    row[_U] = min(max(u, 0.0), 1.0)
    return int(_add(tree, first, count, _WAVER, e, False, row))


@part
def _uninformed_moves(here: _Here, start: int, end: int, tree: _Branches) -> tuple[int, bool]:
    """List the branches of a move of the uninformed; return their end, and whether tied."""
    count, is_tied = end, False
    for e in range(start, end):
        branch = tree.values[e]
        if tree.marks[e, _POINT] == 1:
            count = _go_at_point(here, e, tree, end, count)
            continue
        low, high = branch[_LOW], branch[_HIGH]
        at_low = _climbed(here, branch, low) - _row(here.table, here.k, low)
        at_high = _climbed(here, branch, high) - _row(here.table, here.k, high)
        is_tied |= abs(at_low) <= _TIE or abs(at_high) <= _TIE
        gains = (low, high, at_low, at_high)
        count = _go(here, e, gains, tree, end, count)
        count = _halt(here, e, gains, tree, end, count)
        if min(at_low, at_high) < -_TIE and max(at_low, at_high) > _TIE:
            count = _mix(here, e, _cut(gains), tree, end, count)
    return count, is_tied


@part
def _cut(gains: Any) -> float:
    """Return the belief between two at which a linear gain is nil."""
    low, high, at_low, at_high = gains
    cut = low + (high - low) * at_low / (at_low - at_high)
    return float(min(max(cut, low), high))


@part
def _part(gains: Any, sign: float) -> tuple[float, float]:
    """Return the beliefs at which a linear gain has this sign; what is nil has either."""
    low, high, at_low, at_high = gains
    first = _cut(gains) if sign * at_low < -_TIE else low
    last = _cut(gains) if sign * at_high < -_TIE else high
    return first, last


@part
def _go(here: _Here, e: int, gains: Any, tree: _Branches, first: int, count: int) -> int:
    """Let the uninformed climb where that pays."""
    if max(gains[2], gains[3]) < -_TIE:
        return count
    branch, row = tree.values[e], np.zeros(11)
    row[_LOW], row[_HIGH] = _part(gains, 1.0)
    row[_L0], _, row[_H0], _ = _typed(here, branch)
    _line(row, _climbed(here, branch, 0.0), _climbed(here, branch, 1.0))
    return int(_add(tree, first, count, _GO, e, False, row))


@part
def _go_at_point(here: _Here, e: int, tree: _Branches, first: int, count: int) -> int:
    """Let the uninformed climb to where it will be indifferent."""
    branch = tree.values[e]
    belief = branch[_LOW]
    worth = _climbed(here, branch, belief)
    if worth < _row(here.table, here.k, belief) - _TIE:
        return count
    row = branch.copy()
    row[_L0], row[_L1], row[_H0], row[_H1] = _typed(here, branch)
    row[_A] = worth
    return int(_add(tree, first, count, _GO, e, True, row))


@part
def _halt(here: _Here, e: int, gains: Any, tree: _Branches, first: int, count: int) -> int:
    """Let the uninformed stop where climbing does not pay."""
    if min(gains[2], gains[3]) > _TIE:
        return count
    stop, row = here.table[here.k], np.zeros(11)
    row[_LOW], row[_HIGH] = _part(gains, -1.0)
    row[_L0], row[_H0] = stop[2], stop[3]
    _line(row, stop[0], stop[1])
    return int(_add(tree, first, count, _HALT, e, False, row))


@part
def _mix(here: _Here, e: int, belief: float, tree: _Branches, first: int, count: int) -> int:
    """Let the uninformed mix at the belief at which it is indifferent."""
    l0, _, h0, _ = _typed(here, tree.values[e])
    stop, row = here.table[here.k], np.zeros(11)
    row[_LOW], row[_HIGH], row[_U1] = belief, belief, 1.0
    row[_L0], row[_H0] = stop[2], stop[3]
    row[_L1], row[_H1] = l0 - stop[2], h0 - stop[3]
    row[_A] = _row(here.table, here.k, belief)
    return int(_add(tree, first, count, _MIX, e, True, row))


@part
def _walk(movers: Any, root: int, prior: float, tree: _Branches, climb: Any, belief: Any) -> None:
    """Write down the strategies and beliefs of one equilibrium, from the first move on."""
    at, b, u = root, prior, 0.0
    for k in range(movers.size):
        belief[k] = b
        kind, then = tree.marks[at, _KIND], tree.marks[at, _NEXT]
        branch, after = tree.values[at], tree.values[then]
        beta = after[_LOW]
        climb[k, 0] = climb[k, 1] = 1.0
        if kind == _NOBODY:
            climb[k, 0] = climb[k, 1] = 0.0
            b, u = min(max(b, after[_LOW]), after[_HIGH]), branch[_U]
        elif kind == _RESOLUTE:
            climb[k, 0], b = 0.0, 1.0
        elif kind == _IRRESOLUTE:
            climb[k, 1], b = 0.0, 0.0
        elif kind == _BLUFF:
            climb[k, 0] = min(b * (1.0 - beta) / ((1.0 - b) * beta), 1.0) if b < beta else 1.0
            b, u = beta, branch[_U]
        elif kind == _WAVER:
            climb[k, 1] = min(beta * (1.0 - b) / ((1.0 - beta) * b), 1.0) if b > beta else 1.0
            b, u = beta, branch[_U]
        elif kind == _HALT:
            climb[k, 0] = climb[k, 1] = 0.0
        elif kind == _MIX:
            climb[k, 0] = climb[k, 1] = u
        at = then


@part
def _differs(prior: float, one: Any, other: Any) -> bool:
    """Whether two plans differ where the first of them is played."""
    reach_l, reach_h = 1.0 - prior, prior
    for k in range(one.shape[0]):
        if reach_l > _SAME and abs(one[k, 0] - other[k, 0]) > _SAME:
            return True
        if reach_h > _SAME and abs(one[k, 1] - other[k, 1]) > _SAME:
            return True
        reach_l, reach_h = reach_l * one[k, 0], reach_h * one[k, 1]
    return False


@part
def _grow(movers: Any, table: Any, risks: Any, tree: _Branches) -> tuple[int, int, bool]:
    """List the branches of all moves; return where the first move's are, and whether tied."""
    n = movers.size
    top = tree.values[0]
    top[:] = 0.0
    top[_HIGH], top[_L0], top[_H0] = 1.0, table[2 * n, 2], table[2 * n, 3]
    _line(top, table[2 * n, 0], table[2 * n, 1])
    tree.marks[0, _KIND], tree.marks[0, _NEXT], tree.marks[0, _POINT] = _TOP, 0, 0
    start, end, is_tied = 0, 1, False
    for k in range(n - 1, -1, -1):
        here = _Here(k, n, risks[k], table)
        if movers[k] == 1:
            count, tie = _informed_moves(here, start, end, tree)
        else:
            count, tie = _uninformed_moves(here, start, end, tree)
        start, end, is_tied = end, count, is_tied or tie
    return start, end, is_tied or end >= tree.marks.shape[0]


@part
def _is_new(prior: float, plan: Any, climb: Any, found: int) -> bool:
    is_new = True
    for other in range(found):
        is_new = is_new and _differs(prior, climb[other], plan)
    return is_new


@part
def _place(worth: float, paid: Any, found: int) -> int:
    """Return where an equilibrium stands in the order of payoffs, and make room for it."""
    place = found
    while place > 0 and paid[place - 1] < worth - _SAME:
        paid[place] = paid[place - 1]
        place -= 1
    paid[place] = worth
    return place


@part
def _solve(
    movers: Any, table: Any, risks: Any, prior: float, tree: _Branches, climb: Any, belief: Any
) -> bool:
    """Write down all equilibria of one game; return whether ties or limits may hide some."""
    start, end, is_tied = _grow(movers, table, risks, tree)
    found, paid = 0, np.empty(climb.shape[0])
    plan, held = np.empty((movers.size, 2)), np.empty(movers.size)
    for e in range(start, end):
        low, high = tree.values[e, _LOW], tree.values[e, _HIGH]
        if not low - _TIE <= prior <= high + _TIE:
            continue
        is_tied = is_tied or (low > 0.0 and prior - low <= _TIE)
        is_tied = is_tied or (high < 1.0 and high - prior <= _TIE)
        if tree.marks[e, _POINT] == 1:
            continue
        _walk(movers, e, prior, tree, plan, held)
        if not _is_new(prior, plan, climb, found):
            continue
        if found == climb.shape[0]:
            return True
        place = _place(tree.values[e, _A] + tree.values[e, _B] * prior, paid, found)
        for other in range(found, place, -1):
            climb[other], belief[other] = climb[other - 1], belief[other - 1]
        climb[place], belief[place] = plan, held
        found += 1
    return bool(is_tied)


@kernel(
    "void(int64[::1], float64[:, :, ::1], float64[:, ::1], float64[::1],"
    " float64[:, :, :, ::1], float64[:, :, ::1], boolean[::1])"
)
def _solve_all(
    movers: Any, tables: Any, risks: Any, priors: Any, climb: Any, belief: Any, tied: Any
) -> None:
    tree = _Branches(np.empty((_MAX_BRANCHES, 3), np.int64), np.empty((_MAX_BRANCHES, 11)))
    for game in range(priors.size):
        tied[game] = _solve(
            movers, tables[game], risks[game], priors[game], tree, climb[game], belief[game]
        )
