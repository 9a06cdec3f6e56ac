r"""All extreme equilibria of games with two actions a side, in closed form.

With :math:`d_j` the row player's gain from its first action over its second when the column
player takes action j, and :math:`e_i` the column player's when the row player takes action i,
the row player is indifferent at :math:`y^* = d_1 / (d_1 - d_0)` and the column player at
:math:`x^* = e_1 / (e_1 - e_0)`, where these lie inside (0, 1). An extreme equilibrium is a pair
of pure actions without a gain, the pair (x*, y*), the pair (x*, j) where :math:`d_j = 0`, or the
pair (i, y*) where :math:`e_i = 0`. There are at most three in a game without ties, and four in
any game.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.forms._two_players import judge
from collsec.forms.form import ROUNDING
from collsec.kernel import inlined, kernel, part
from collsec.solvers._bimatrix_answer import SIGNATURE, n_due

TIE = 1e-11
"""Payoffs of a player closer than this, as a share of their spread, are tied."""

RUN = 16
"""So many games are solved side by side, one in each lane of the processor's registers.

With more, what a run writes still waits for memory when the next is to write.
"""

_FIELDS = 5
_SLOTS = 3
_COUNT, _DOMINANT, _CLEAR = range(_SLOTS * _FIELDS, _SLOTS * _FIELDS + 3)


@inlined
def _opposed(first: float, second: float) -> bool:
    return (first < 0.0 < second) | (second < 0.0 < first)


@inlined
def _one(yes: bool) -> float:
    return 1.0 if yes else 0.0


@inlined
def _put(block: Any, g: int, slot: int, x: float, y: float, sign: float) -> None:
    rows, columns, index = block
    rows[g, slot, 0], rows[g, slot, 1] = x, 1.0 - x
    columns[g, slot, 0], columns[g, slot, 1] = y, 1.0 - y
    index[g, slot] = sign


@inlined
def _note(lanes: Any, g: int, slot: int, x: float, y: float, sign: float) -> None:
    first = _FIELDS * slot
    lanes[first, g], lanes[first + 1, g] = x, 1.0 - x
    lanes[first + 2, g], lanes[first + 3, g] = y, 1.0 - y
    lanes[first + 4, g] = sign


@inlined
def _untied(payoff: Any, lanes: Any, g: int) -> None:
    """Note the equilibria of a game without ties, their number and the dominant one.

    Without branches, so that several games are solved by each instruction. Of two pure equilibria
    that one risk-dominates whose product of losses from a deviation is larger; where the products
    are equal neither does, and the mixed one is taken.
    """
    d0, d1 = payoff[0, g] - payoff[2, g], payoff[1, g] - payoff[3, g]
    e0, e1 = payoff[4, g] - payoff[5, g], payoff[6, g] - payoff[7, g]
    inside = ((d0 > 0.0) != (d1 > 0.0)) & ((e0 > 0.0) != (e1 > 0.0))
    alike = (d0 > 0.0) == (e0 > 0.0)
    three, mixed = inside & alike, inside & (not alike)
    top = (d0 if e0 > 0.0 else d1) > 0.0
    left = (e0 if top else e1) > 0.0
    top = three | ((d0 if left else d1) > 0.0)
    left = (d0 > 0.0) if three else left
    x, y = e1 / (e1 - e0), d1 / (d1 - d0)
    other = 0.0 if three else math.nan
    _note(lanes, g, 0, x if mixed else _one(top), y if mixed else _one(left), 1.0)
    _note(lanes, g, 1, other, 1.0 - _one(left) + other, 1.0 + other)
    _note(lanes, g, 2, x + other, y + other, other - 1.0)
    odds = (d0 if left else d1) / (d1 if left else d0) * (e0 / e1)
    dominant = 2.0 if abs(odds - 1.0) <= TIE else _one(odds < 1.0)
    lanes[_DOMINANT, g] = dominant if three else 0.0
    lanes[_COUNT, g] = 3.0 if three else 1.0


@inlined
def _is_clear(payoff: Any, g: int) -> Any:
    """Whether all payoffs are finite and no player is close to indifferent between two of them."""
    of_row = min(abs(payoff[0, g] - payoff[2, g]), abs(payoff[1, g] - payoff[3, g]))
    of_column = min(abs(payoff[4, g] - payoff[5, g]), abs(payoff[6, g] - payoff[7, g]))
    row, column = _tie(payoff, 0, g), _tie(payoff, 4, g)
    return (of_row > row) & (of_column > column) & (_rest(payoff, g) == 0.0)


@inlined
def _tie(payoff: Any, first: int, g: int) -> Any:
    """Return up to which difference a player's payoffs are tied; any, where all are the same."""
    low, high = payoff[first, g], payoff[first, g]
    for cell in range(first + 1, first + 4):
        low, high = min(low, payoff[cell, g]), max(high, payoff[cell, g])
    return TIE * high - TIE * low if high - low > ROUNDING * abs(low) else math.inf


@inlined
def _rest(payoff: Any, g: int) -> Any:
    """Return 0, or NaN if a payoff, or the difference between two, is not finite."""
    row = (payoff[0, g] - payoff[2, g]) * 0.0 + (payoff[1, g] - payoff[3, g]) * 0.0
    column = (payoff[4, g] - payoff[5, g]) * 0.0 + (payoff[6, g] - payoff[7, g]) * 0.0
    return row + column


@part
def _tied(gains: Any, block: Any, g: int) -> int:
    """Write the extreme equilibria of a game with ties; return how many there are."""
    d, e = gains
    n_slots = block[2].shape[1]
    count = 0
    for i in range(2):
        for j in range(2):
            if (d[j] if i == 0 else -d[j]) >= 0.0 and (e[i] if j == 0 else -e[i]) >= 0.0:
                if count < n_slots:
                    sign = math.nan if d[j] == 0.0 or e[i] == 0.0 else 1.0
                    _put(block, g, count, 1.0 - i, 1.0 - j, sign)
                count += 1
    for k in range(2):
        x, y = -1.0, -1.0
        if _opposed(e[0], e[1]) and d[k] == 0.0:
            x, y = e[1] / (e[1] - e[0]), 1.0 - k
        if _opposed(d[0], d[1]) and e[k] == 0.0:
            x, y = 1.0 - k, d[1] / (d[1] - d[0])
        if x >= 0.0:
            if count < n_slots:
                _put(block, g, count, x, y, math.nan)
            count += 1
    return count


@part
def _from_centroid(gains: Any, block: Any, g: int) -> int:
    """Which equilibrium best replies reach from the centroid; whoever is indifferent stays."""
    d, e = gains
    if d[0] + d[1] == 0.0 or e[0] + e[1] == 0.0:
        return -1
    i, j = int(d[0] + d[1] < 0.0), int(e[0] + e[1] < 0.0)
    for _ in range(4):
        reply_i = i if d[j] == 0.0 else int(d[j] < 0.0)
        reply_j = j if e[i] == 0.0 else int(e[i] < 0.0)
        if reply_i == i and reply_j == j:
            break
        i, j = reply_i, reply_j
    for k in range(block[0].shape[1]):
        if block[0][g, k, i] == 1.0 and block[1][g, k, j] == 1.0:
            return k
    return -1


@part
def _rounded(gains: Any, slack: float) -> Any:
    first, second = gains
    return 0.0 if abs(first) <= slack else first, 0.0 if abs(second) <= slack else second


@part
def _other(payoff: Any, block: Any, g: int) -> Any:
    """Solve a game with ties, or with payoffs that are missing; return its count and centroid."""
    count, centroid = 0, -1
    if _rest(payoff, g) == 0.0:
        d = payoff[0, g] - payoff[2, g], payoff[1, g] - payoff[3, g]
        e = payoff[4, g] - payoff[5, g], payoff[6, g] - payoff[7, g]
        gains = _rounded(d, _tie(payoff, 0, g)), _rounded(e, _tie(payoff, 4, g))
        count = _tied(gains, block, g)
        centroid = _from_centroid(gains, block, g)
    n_slots = block[2].shape[1]
    for slot in range(count if count <= n_slots else 0, n_slots):
        _put(block, g, slot, math.nan, math.nan, math.nan)
    return count, centroid


@inlined
def _unload(lanes: Any, answer: Any, start: int, n_games: int) -> None:
    """Write what was noted; one array after the other, which is faster than all at once."""
    rows, columns, index, count, complete, centroid = answer
    _unload_mixes(lanes, 0, rows, start, n_games)
    _unload_mixes(lanes, 2, columns, start, n_games)
    for g in range(n_games):
        for slot in range(_SLOTS):
            index[start + g, slot] = lanes[_FIELDS * slot + 4, g]
    for g in range(n_games):
        count[start + g], complete[start + g] = int(lanes[_COUNT, g]), True
        centroid[start + g] = int(lanes[_DOMINANT, g])


@inlined
def _unload_mixes(lanes: Any, field: int, mixes: Any, start: int, n_games: int) -> None:
    for g in range(n_games):
        for slot in range(_SLOTS):
            for action in range(2):
                mixes[start + g, slot, action] = lanes[_FIELDS * slot + field + action, g]


@inlined
def solve_all(matrices: Any, answer: Any) -> None:
    """Solve any number of games; at least three slots, and four where there are ties.

    A count above the number of slots says how many are needed. Lanes without a game are solved
    too, and left.
    """
    payoff, lanes = np.empty((8, RUN)), np.empty((_SLOTS * _FIELDS + 3, RUN))
    n_games, n_slots = answer[2].shape
    for start in range(0, n_games, RUN):
        n_here, n_clear = min(RUN, n_games - start), 0
        _load(matrices, payoff, start, n_here)
        for g in range(RUN):
            _untied(payoff, lanes, g)
        for g in range(RUN):
            is_clear = _is_clear(payoff, g)
            lanes[_CLEAR, g] = _one(is_clear)
            n_clear += int(is_clear & (g < n_here))
        _unload(lanes, answer, start, n_here)
        if n_clear < n_here or n_slots > _SLOTS:
            _finish(payoff, lanes, answer, start, n_here)


@inlined
def _load(matrices: Any, payoff: Any, start: int, n_games: int) -> None:
    row, column = matrices
    for g in range(n_games):
        for i in range(2):
            for j in range(2):
                payoff[2 * i + j, g] = row[start + g, i, j]
                payoff[4 + 2 * i + j, g] = column[start + g, i, j]


@part
def _finish(payoff: Any, lanes: Any, answer: Any, start: int, n_games: int) -> None:
    """Solve the games with ties, and clear the slots that no other game needs."""
    rows, columns, index, count, complete, centroid = answer
    block = rows[start:], columns[start:], index[start:]
    for g in range(n_games):
        for slot in range(_SLOTS, index.shape[1]):
            _put(block, g, slot, math.nan, math.nan, math.nan)
        if lanes[_CLEAR, g] == 0.0:
            count[start + g], centroid[start + g] = _other(payoff, block, g)
            complete[start + g] = count[start + g] > 0


@kernel(SIGNATURE)
def two_by_two(matrices: Any, answer: Any, tolerance: float) -> int:
    """Solve and judge any number of games; see `SIGNATURE`."""
    rows, columns, index, count, complete, centroid, regret = answer
    solve_all(matrices, (rows, columns, index, count, complete, centroid))
    n_certified: int = judge(matrices, (rows, columns), regret, tolerance, 2, 2)
    n_lacking: int = n_due(count, index.shape[1]) - n_certified
    return n_lacking
