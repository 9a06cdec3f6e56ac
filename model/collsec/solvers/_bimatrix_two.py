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

from collsec.solvers._bimatrix_payoffs import INNER

TIE = 1e-11
"""Payoffs closer than this, as a share of the game's largest, are tied."""


_INLINE = {**INNER, "inline": "always"}


@njit(**_INLINE)
def _larger(a: float, b: float) -> Any:
    """Return the larger size of the two, NaN where either is missing."""
    a, b = abs(a), abs(b)
    return a if a >= b or a != a else b  # noqa: PLR0124


@njit(**_INLINE)
def _largest(table: Any) -> Any:
    """Return the largest payoff in size, NaN where one is missing."""
    return _larger(_larger(table[0, 0], table[0, 1]), _larger(table[1, 0], table[1, 1]))


@njit(**_INLINE)
def _opposed(first: float, second: float) -> bool:
    return (first < 0.0 < second) | (second < 0.0 < first)


@njit(**_INLINE)
def _put(block: Any, g: int, slot: int, x: float, y: float, sign: float) -> None:
    rows, columns, index = block
    rows[g, slot, 0], rows[g, slot, 1] = x, 1.0 - x
    columns[g, slot, 0], columns[g, slot, 1] = y, 1.0 - y
    index[g, slot] = sign


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**_INLINE)
def _one(yes: bool) -> float:
    return 1.0 if yes else 0.0


@njit(**INNER)
def _rounded(gains: Any, slack: float) -> Any:
    first, second = gains
    return 0.0 if abs(first) <= slack else first, 0.0 if abs(second) <= slack else second


@njit(**_INLINE)
def _untied(gains: Any, block: Any, g: int) -> Any:
    """Write the equilibria of a game without ties; return their number and the dominant one.

    Without branches, which a processor would mispredict. Of two pure equilibria that one
    risk-dominates whose product of losses from a deviation is larger; where the products are
    equal neither does, and the mixed one is taken.
    """
    (d0, d1), (e0, e1) = gains
    inside = _opposed(d0, d1) & _opposed(e0, e1)
    alike = (d0 > 0.0) == (e0 > 0.0)
    three, mixed = inside & alike, inside & (not alike)
    top = (d0 if e0 > 0.0 else d1) > 0.0
    left = (e0 if top else e1) > 0.0
    top = three | ((d0 if left else d1) > 0.0)
    left = (d0 > 0.0) if three else left
    x, y = e1 / (e1 - e0), d1 / (d1 - d0)
    _put(block, g, 0, x if mixed else _one(top), y if mixed else _one(left), 1.0)
    second = 0.0 if three else math.nan
    _put(block, g, 1, second, 1.0 - _one(left) + second, 1.0 + second)
    _put(block, g, 2, x + second, y + second, second - 1.0)
    rows, columns = d0 / d1, e0 / e1
    odds = rows * columns if left else columns / rows
    dominant = 2 if abs(odds - 1.0) <= TIE else 0 if odds > 1.0 else 1
    return (3, dominant) if three else (1, 0)


@njit(**INNER)
def _clear(block: Any, g: int, first: int) -> None:
    for k in range(first, block[2].shape[1]):
        _put(block, g, k, math.nan, math.nan, math.nan)


@njit(**INNER)
def _solve(tables: Any, block: Any, count: Any, centroid: Any, scale: Any) -> None:
    for g in range(tables.shape[0]):
        row, column = tables[g, 0], tables[g, 1]
        size = _larger(_largest(row), _largest(column))
        d = row[0, 0] - row[1, 0], row[0, 1] - row[1, 1]
        e = column[0, 0] - column[0, 1], column[1, 0] - column[1, 1]
        closest = min(abs(d[0]), abs(d[1]), abs(e[0]), abs(e[1]))
        scale[g] = size
        if closest > TIE * size and size < math.inf:
            count[g], centroid[g] = _untied((d, e), block, g)
            _clear(block, g, 3)
        elif size < math.inf:
            gains = _rounded(d, TIE * size), _rounded(e, TIE * size)
            count[g] = _tied(gains, block, g)
            _clear(block, g, count[g])
            centroid[g] = _from_centroid(gains, block, g)
        else:
            count[g], centroid[g] = 0, -1
            _clear(block, g, 0)


@guvectorize(
    [
        (
            "void(float64[:, :, :, ::1], float64[::1], float64[:, :, ::1], float64[:, :, ::1],"
            " float64[:, ::1], int64[::1], int64[::1], float64[::1])"
        )
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

    A count above the number of slots says how many are needed. `scale` is the largest payoff.
    """
    _solve(tables, (rows, columns, index), count, centroid, scale)
