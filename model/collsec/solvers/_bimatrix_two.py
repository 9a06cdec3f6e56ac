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

from numba import guvectorize, njit

TIE = 1e-11
"""Payoffs closer than this, as a share of the game's largest, are tied."""


@njit(cache=True, error_model="numpy", inline="always")
def _largest(table: Any) -> float:
    """The largest payoff in size; NaN where one is missing."""
    largest = 0.0
    for player in range(2):
        for i in range(2):
            for j in range(2):
                value = abs(table[player, i, j])
                largest = value if not value <= largest else largest
    return largest


@njit(cache=True, error_model="numpy", inline="always")
def _gain(first: float, second: float, slack: float) -> float:
    gain = first - second
    return 0.0 if abs(gain) <= slack else gain


@njit(cache=True, error_model="numpy", inline="always")
def _opposed(first: float, second: float) -> bool:
    return (first < 0.0 < second) | (second < 0.0 < first)


@njit(cache=True, error_model="numpy", inline="always")
def _put(rows: Any, columns: Any, index: Any, slot: int, x: float, y: float, sign: float) -> None:
    rows[slot, 0], rows[slot, 1] = x, 1.0 - x
    columns[slot, 0], columns[slot, 1] = y, 1.0 - y
    index[slot] = sign


@njit(cache=True, error_model="numpy")
def _tied(gains: Any, rows: Any, columns: Any, index: Any) -> int:
    """Write the extreme equilibria of a game with ties; return how many there are."""
    d, e = gains
    count = 0
    for i in range(2):
        for j in range(2):
            if (d[j] if i == 0 else -d[j]) >= 0.0 and (e[i] if j == 0 else -e[i]) >= 0.0:
                if count < index.size:
                    sign = math.nan if d[j] == 0.0 or e[i] == 0.0 else 1.0
                    _put(rows, columns, index, count, 1.0 - i, 1.0 - j, sign)
                count += 1
    for k in range(2):
        x, y = -1.0, -1.0
        if _opposed(e[0], e[1]) and d[k] == 0.0:
            x, y = e[1] / (e[1] - e[0]), 1.0 - k
        if _opposed(d[0], d[1]) and e[k] == 0.0:
            x, y = 1.0 - k, d[1] / (d[1] - d[0])
        if x >= 0.0:
            if count < index.size:
                _put(rows, columns, index, count, x, y, math.nan)
            count += 1
    return count


@njit(cache=True, error_model="numpy")
def _from_centroid(gains: Any, rows: Any, columns: Any) -> int:
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
    for k in range(rows.shape[0]):
        if rows[k, i] == 1.0 and columns[k, j] == 1.0:
            return k
    return -1


@njit(cache=True, error_model="numpy", inline="always")
def _coordination(gains: Any, rows: Any, columns: Any, index: Any, inside: Any) -> int:
    """Write two pure equilibria and the mixed one; return the risk-dominant one.

    Of two pure equilibria that one risk-dominates whose product of losses from a deviation is
    larger; where the products are equal neither does, and the mixed one is taken.
    """
    d, e = gains
    alike = 1.0 if d[0] > 0.0 else 0.0
    _put(rows, columns, index, 0, 1.0, alike, 1.0)
    _put(rows, columns, index, 1, 0.0, 1.0 - alike, 1.0)
    _put(rows, columns, index, 2, inside[0], inside[1], -1.0)
    rows_odds, columns_odds = d[0] / d[1], e[0] / e[1]
    odds = rows_odds * columns_odds if alike == 1.0 else columns_odds / rows_odds
    if abs(odds - 1.0) <= TIE:
        return 2
    return 0 if odds > 1.0 else 1


@guvectorize(
    [
        "void(float64[:, :, :, :], float64[:], float64[:, :, :], float64[:, :, :], float64[:, :],"
        " int64[:], int64[:], float64[:])"
    ],
    "(g,p,m,n),(e)->(g,e,m),(g,e,n),(g,e),(g),(g),(g)",
    nopython=True,
    cache=True,
    target="parallel",
)
def two_by_two(
    tables: Any,
    _slots: Any,
    rows: Any,
    columns: Any,
    index: Any,
    count: Any,
    centroid: Any,
    scale: Any,
) -> None:
    """Solve a block of games; at least three slots, and four where there are ties.

    A count above the number of slots says how many would be needed. `scale` is the largest payoff.
    """
    for g in range(tables.shape[0]):
        row, column = tables[g, 0], tables[g, 1]
        scale[g] = _largest(tables[g])
        slack = TIE * scale[g]
        d = _gain(row[0, 0], row[1, 0], slack), _gain(row[0, 1], row[1, 1], slack)
        e = _gain(column[0, 0], column[0, 1], slack), _gain(column[1, 0], column[1, 1], slack)
        if not scale[g] < math.inf:
            count[g], centroid[g] = 0, -1
        elif d[0] == 0.0 or d[1] == 0.0 or e[0] == 0.0 or e[1] == 0.0:
            rows[g], columns[g] = math.nan, math.nan
            count[g] = _tied((d, e), rows[g], columns[g], index[g])
            centroid[g] = _from_centroid((d, e), rows[g], columns[g])
        elif _opposed(d[0], d[1]) and _opposed(e[0], e[1]):
            inside = e[1] / (e[1] - e[0]), d[1] / (d[1] - d[0])
            if (d[0] > 0.0) == (e[0] > 0.0):
                centroid[g] = _coordination((d, e), rows[g], columns[g], index[g], inside)
                count[g] = 3
            else:
                _put(rows[g], columns[g], index[g], 0, inside[0], inside[1], 1.0)
                count[g], centroid[g] = 1, 0
        else:
            top = (d[0] if e[0] > 0.0 else d[1]) > 0.0
            left = (e[0] if top else e[1]) > 0.0
            top = (d[0] if left else d[1]) > 0.0
            x, y = 1.0 if top else 0.0, 1.0 if left else 0.0
            _put(rows[g], columns[g], index[g], 0, x, y, 1.0)
            count[g], centroid[g] = 1, 0
        for k in range(min(count[g], index.shape[1]), index.shape[1]):
            rows[g, k], columns[g, k], index[g, k] = math.nan, math.nan, math.nan
