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

from typing import Any

import numpy as np
from numba import njit

from collsec.equilibrium import Equilibria, certify
from collsec.forms.ladder import LadderForm

SCOPE = "sequential equilibria in behaviour strategies, one for each play on the path"
MAX_EQUILIBRIA = 8
"""Most equilibria kept per game."""
_MAX_BRANCHES = 512
_TIE = 1e-11
_SAME = 1e-9

_PASS, _NOBODY, _RESOLUTE, _IRRESOLUTE, _BLUFF, _WAVER, _HALT, _GO, _MIX, _TOP = range(10)
_LOW, _HIGH, _L0, _L1, _H0, _H1, _U0, _U1, _A, _B, _U = range(11)
_KIND, _NEXT, _POINT = range(3)


def ladder(form: LadderForm) -> Equilibria:
    """Find all sequential equilibria of a batch of ladders.

    Strategies as `LadderForm` describes them; equilibria in the order of the uninformed player's
    payoff, the highest first; of those that differ only off the path, one, whose beliefs off the
    path are the nearest to Bayes' that support it. `complete` is false at ties (a type or the
    uninformed is indifferent on an interval of beliefs, or the first belief is one at which the
    answer changes), where there may be more, and if more than `MAX_EQUILIBRIA` were found. With
    two types and perfect recall these are sequential equilibria. The work grows with the product
    of the numbers of branches, a few tens at the ladders of this package.
    """
    shape, n = form.batch_shape, form.n_moves
    tables = np.ascontiguousarray(form.utilities.reshape(-1, 2 * n + 1, 4))
    risks = np.ascontiguousarray(form.risks.reshape(-1, n))
    priors = np.ascontiguousarray(np.broadcast_to(form.prior, shape).ravel())
    climb = np.full((len(priors), MAX_EQUILIBRIA, n, 2), np.nan)
    belief = np.full((len(priors), MAX_EQUILIBRIA, n), np.nan)
    tied = np.zeros(len(priors), dtype=np.bool_)
    _solve_all(np.array(form.movers), tables, risks, priors, climb, belief, tied)
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
        scale=np.maximum(scale, 1.0),
    )


@njit(cache=True, error_model="numpy")
def _row(table: Any, row: int, b: float) -> float:
    """Return what the uninformed has in an outcome at this belief."""
    return float((1.0 - b) * table[row, 0] + b * table[row, 1])


@njit(cache=True, error_model="numpy")
def _climbed(table: Any, risk: float, row: int, branch: Any, b: float) -> float:
    """Return what a climb is worth to the uninformed, given the branch that follows."""
    return float(risk * _row(table, row, b) + (1.0 - risk) * (branch[_A] + branch[_B] * b))


@njit(cache=True, error_model="numpy")
def _add(
    marks: Any, values: Any, count: int, kind: int, follows: int, point: bool, row: Any
) -> int:
    """Append a branch and return how many there are; none is added to a full list."""
    if count >= marks.shape[0]:
        return count
    marks[count, _KIND], marks[count, _NEXT], marks[count, _POINT] = kind, follows, int(point)
    values[count] = row
    return count + 1


@njit(cache=True, error_model="numpy")
def _range(stop: float, fixed: float, slope: float, sign: float, low: float, high: float) -> Any:
    """Return the u in [low, high] at which sign × (fixed + slope u - stop) is at least 0."""
    gap = sign * (fixed - stop)
    rise = sign * slope
    if abs(rise) <= _TIE:
        return (low, high) if gap >= -_TIE else (1.0, 0.0)
    root = -gap / rise
    return (max(low, root), high) if rise > 0.0 else (low, min(high, root))


@njit(cache=True, error_model="numpy")
def _informed_moves(k: int, table: Any, risk: float, start: int, end: int, marks: Any, values: Any,
                    count: int) -> tuple[int, bool]:  # fmt: skip
    """List the branches of a move of the informed player."""
    n = (table.shape[0] - 1) // 2
    stop_l, stop_h = table[k, 2], table[k, 3]
    is_tied, nobody = False, False
    for e in range(start, end):
        branch, point = values[e], marks[e, _POINT] == 1
        l0 = risk * table[n + k, 2] + (1.0 - risk) * branch[_L0]
        h0 = risk * table[n + k, 3] + (1.0 - risk) * branch[_H0]
        l1, h1 = (1.0 - risk) * branch[_L1], (1.0 - risk) * branch[_H1]
        row = np.zeros(11)
        row[_HIGH] = 1.0
        row[_L0], row[_H0] = stop_l, stop_h
        low, high = branch[_LOW], branch[_HIGH]
        u0, u1 = branch[_U0], branch[_U1]
        if not nobody:
            a, b = _range(stop_l, l0, l1, -1.0, u0, u1)
            a, b = _range(stop_h, h0, h1, -1.0, a, b) if a <= b else (a, b)
            if a <= b:
                nobody = True
                row[_A], row[_B] = table[k, 0], table[k, 1] - table[k, 0]
                row[_U] = a
                count = _add(marks, values, count, _NOBODY, e, False, row)
        if point:
            worth = _climbed(table, risk, n + k, branch, low)
            a, b = _range(stop_l, l0, l1, 1.0, u0, u1)
            a, b = _range(stop_h, h0, h1, 1.0, a, b) if a <= b else (a, b)
            if a < b:
                row[_LOW], row[_HIGH], row[_L0], row[_L1] = low, low, l0, l1
                row[_H0], row[_H1], row[_U0], row[_U1] = h0, h1, a, b
                row[_A], row[_B] = worth, 0.0
                count = _add(marks, values, count, _PASS, e, True, row)
            climbs = (l0, l1, h0, h1, worth)
            count = _bluff(k, table, e, branch, climbs, marks, values, count)
            continue
        is_tied |= abs(l0 - stop_l) <= _TIE or abs(h0 - stop_h) <= _TIE
        if l0 >= stop_l - _TIE and h0 >= stop_h - _TIE:
            row[_LOW], row[_HIGH], row[_L0], row[_H0] = low, high, l0, h0
            row[_A] = _climbed(table, risk, n + k, branch, 0.0)
            row[_B] = _climbed(table, risk, n + k, branch, 1.0) - row[_A]
            count = _add(marks, values, count, _PASS, e, False, row)
        row[_LOW], row[_HIGH] = 0.0, 1.0
        if high >= 1.0 - _TIE and l0 <= stop_l + _TIE and h0 >= stop_h - _TIE:
            row[_L0], row[_H0] = stop_l, h0
            row[_A] = table[k, 0]
            row[_B] = _climbed(table, risk, n + k, branch, 1.0) - row[_A]
            count = _add(marks, values, count, _RESOLUTE, e, False, row)
        if low <= _TIE and l0 >= stop_l - _TIE and h0 <= stop_h + _TIE:
            row[_L0], row[_H0] = l0, stop_h
            row[_A] = _climbed(table, risk, n + k, branch, 0.0)
            row[_B] = table[k, 1] - row[_A]
            count = _add(marks, values, count, _IRRESOLUTE, e, False, row)
    return count, is_tied


@njit(cache=True, error_model="numpy")
def _bluff(
    k: int, table: Any, e: int, branch: Any, climbs: Any, marks: Any, values: Any, count: int
) -> int:
    """List the branches in which one type mixes so that the opponent is indifferent."""
    l0, l1, h0, h1, worth = climbs
    stop_l, stop_h, beta = table[k, 2], table[k, 3], branch[_LOW]
    row = np.zeros(11)
    if abs(l1) > _TIE and beta > 0.0:
        u = (stop_l - l0) / l1
        other = h0 + h1 * u
        if branch[_U0] - _TIE <= u <= branch[_U1] + _TIE and other >= stop_h - _TIE:
            row[_LOW], row[_HIGH], row[_L0], row[_H0] = 0.0, beta, stop_l, other
            row[_A], row[_B] = table[k, 0], (worth - table[k, 0]) / beta
            row[_U] = min(max(u, 0.0), 1.0)
            count = _add(marks, values, count, _BLUFF, e, False, row)
    if abs(h1) > _TIE and beta < 1.0:
        u = (stop_h - h0) / h1
        other = l0 + l1 * u
        if branch[_U0] - _TIE <= u <= branch[_U1] + _TIE and other >= stop_l - _TIE:
            odds = 1.0 / (1.0 - beta)
            row[_LOW], row[_HIGH], row[_L0], row[_H0] = beta, 1.0, other, stop_h
            row[_A] = odds * worth + (1.0 - odds) * table[k, 1]
            row[_B] = odds * (table[k, 1] - worth)
            row[_U] = min(max(u, 0.0), 1.0)
            count = _add(marks, values, count, _WAVER, e, False, row)
    return count


@njit(cache=True, error_model="numpy")
def _uninformed_moves(k: int, table: Any, risk: float, start: int, end: int, marks: Any,
                      values: Any, count: int) -> tuple[int, bool]:  # fmt: skip
    """List the branches of a move of the uninformed player."""
    n = (table.shape[0] - 1) // 2
    is_tied = False
    for e in range(start, end):
        branch = values[e]
        l0 = risk * table[n + k, 2] + (1.0 - risk) * branch[_L0]
        h0 = risk * table[n + k, 3] + (1.0 - risk) * branch[_H0]
        low, high = branch[_LOW], branch[_HIGH]
        gain_low = _climbed(table, risk, n + k, branch, low) - _row(table, k, low)
        row = np.zeros(11)
        row[_L0], row[_H0] = l0, h0
        if marks[e, _POINT] == 1:
            if gain_low >= -_TIE:
                row[:] = branch
                row[_L0], row[_H0] = l0, h0
                row[_L1], row[_H1] = (1.0 - risk) * branch[_L1], (1.0 - risk) * branch[_H1]
                row[_A] = _climbed(table, risk, n + k, branch, low)
                count = _add(marks, values, count, _GO, e, True, row)
            continue
        gain_high = _climbed(table, risk, n + k, branch, high) - _row(table, k, high)
        is_tied |= abs(gain_low) <= _TIE or abs(gain_high) <= _TIE
        cut = low + (high - low) * gain_low / (gain_low - gain_high)
        cut = min(max(cut, low), high)
        crosses = min(gain_low, gain_high) < -_TIE and max(gain_low, gain_high) > _TIE
        if max(gain_low, gain_high) >= -_TIE:
            row[_LOW] = cut if gain_low < -_TIE else low
            row[_HIGH] = cut if gain_high < -_TIE else high
            row[_A] = _climbed(table, risk, n + k, branch, 0.0)
            row[_B] = _climbed(table, risk, n + k, branch, 1.0) - row[_A]
            count = _add(marks, values, count, _GO, e, False, row)
        row[_L0], row[_H0] = table[k, 2], table[k, 3]
        row[_A], row[_B] = table[k, 0], table[k, 1] - table[k, 0]
        if min(gain_low, gain_high) <= _TIE:
            row[_LOW] = cut if gain_low > _TIE else low
            row[_HIGH] = cut if gain_high > _TIE else high
            count = _add(marks, values, count, _HALT, e, False, row)
        if crosses:
            row[_LOW], row[_HIGH], row[_U1] = cut, cut, 1.0
            row[_L1], row[_H1] = l0 - table[k, 2], h0 - table[k, 3]
            row[_A], row[_B] = _row(table, k, cut), 0.0
            count = _add(marks, values, count, _MIX, e, True, row)
    return count, is_tied


@njit(cache=True, error_model="numpy")
def _walk(movers: Any, root: int, prior: float, marks: Any, values: Any, climb: Any, belief: Any
          ) -> None:  # fmt: skip
    """Write down the strategies and beliefs of one equilibrium, from the first move on."""
    at, b, u = root, prior, 0.0
    for k in range(movers.size):
        belief[k] = b
        kind, then = marks[at, _KIND], marks[at, _NEXT]
        branch, after = values[at], values[then]
        climb[k, 0] = climb[k, 1] = 1.0
        if kind == _NOBODY:
            climb[k, 0] = climb[k, 1] = 0.0
            b, u = min(max(b, after[_LOW]), after[_HIGH]), branch[_U]
        elif kind == _RESOLUTE:
            climb[k, 0], b = 0.0, 1.0
        elif kind == _IRRESOLUTE:
            climb[k, 1], b = 0.0, 0.0
        elif kind == _BLUFF:
            beta = after[_LOW]
            climb[k, 0] = min(b * (1.0 - beta) / ((1.0 - b) * beta), 1.0) if b < beta else 1.0
            b, u = beta, branch[_U]
        elif kind == _WAVER:
            beta = after[_LOW]
            climb[k, 1] = min(beta * (1.0 - b) / ((1.0 - beta) * b), 1.0) if b > beta else 1.0
            b, u = beta, branch[_U]
        elif kind == _HALT:
            climb[k, 0] = climb[k, 1] = 0.0
        elif kind == _MIX:
            climb[k, 0] = climb[k, 1] = u
        at = then


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def _solve(movers: Any, table: Any, risks: Any, prior: float, marks: Any, values: Any, climb: Any,
           belief: Any) -> bool:  # fmt: skip
    """Write down all equilibria of one game; return whether ties or limits may hide some."""
    n = movers.size
    values[0] = 0.0
    values[0, _HIGH], values[0, _A] = 1.0, table[2 * n, 0]
    values[0, _B] = table[2 * n, 1] - table[2 * n, 0]
    values[0, _L0], values[0, _H0] = table[2 * n, 2], table[2 * n, 3]
    marks[0, _KIND], marks[0, _NEXT], marks[0, _POINT] = _TOP, 0, 0
    start, end, is_tied = 0, 1, False
    for k in range(n - 1, -1, -1):
        if movers[k] == 1:
            count, tie = _informed_moves(k, table, risks[k], start, end, marks, values, end)
        else:
            count, tie = _uninformed_moves(k, table, risks[k], start, end, marks, values, end)
        start, end, is_tied = end, count, is_tied or tie
    is_tied = is_tied or end >= marks.shape[0]
    found = 0
    paid = np.empty(climb.shape[0])
    plan, held = np.empty((n, 2)), np.empty(n)
    for e in range(start, end):
        low, high = values[e, _LOW], values[e, _HIGH]
        if not low - _TIE <= prior <= high + _TIE:
            continue
        if marks[e, _POINT] == 1:
            is_tied = True
            continue
        is_tied = is_tied or (low > 0.0 and prior - low <= _TIE)
        is_tied = is_tied or (high < 1.0 and high - prior <= _TIE)
        _walk(movers, e, prior, marks, values, plan, held)
        is_new = True
        for other in range(found):
            is_new = is_new and _differs(prior, climb[other], plan)
        if not is_new:
            continue
        if found == climb.shape[0]:
            return True
        worth = values[e, _A] + values[e, _B] * prior
        place = found
        while place > 0 and paid[place - 1] < worth - _SAME:
            climb[place], belief[place], paid[place] = (
                climb[place - 1],
                belief[place - 1],
                paid[place - 1],
            )
            place -= 1
        climb[place], belief[place], paid[place] = plan, held, worth
        found += 1
    return is_tied


@njit(cache=True, error_model="numpy")
def _solve_all(movers: Any, tables: Any, risks: Any, priors: Any, climb: Any, belief: Any,
               tied: Any) -> None:  # fmt: skip
    marks = np.empty((_MAX_BRANCHES, 3), np.int64)
    values = np.empty((_MAX_BRANCHES, 11))
    for game in range(priors.size):
        tied[game] = _solve(
            movers, tables[game], risks[game], priors[game], marks, values, climb[game],
            belief[game],
        )  # fmt: skip
