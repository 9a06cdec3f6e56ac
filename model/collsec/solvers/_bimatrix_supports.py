r"""Equilibria of small games without ties, by their supports.

In a nondegenerate game both supports I and J have the same size k, and the weights of J that
make the actions of I equally good are the cofactors :math:`N_j` of the first row in

.. math:: \begin{pmatrix} * & * & * \\ a_{i_0 j} - a_{i_1 j} & \cdots \\ \vdots \end{pmatrix}

divided by their sum. Every pair of supports of one size is either refused or accepted by a clear
sign on both sides, or the whole game is left to the enumeration of vertices. Then nothing is
missing: let (x, y) be an extreme equilibrium, and say the support of x is no larger than that of
y. Extend it by best replies to y until it is as large. Both mixes solve the equations of this
pair, so neither side refuses it clearly, and it was accepted.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from collsec.forms._two_players import judge
from collsec.kernel import inlined, kernel, part
from collsec.solvers._bimatrix_answer import SIGNATURE, n_due
from collsec.solvers._bimatrix_payoffs import SLACK, best_replies, from_centroid, load

SIZE = 4
"""Most actions a side."""

_SIGN = 1e-12
"""A cofactor of payoff differences, which lie within [-1, 1], is zero below this."""
_FIRM = 1e-5
"""Weights are exact to about 1e-11 where the cofactors' sum is above this."""
_DOUBT = -2.0

_SUPPORTS = np.array(
    [
        [*support, *[0] * (SIZE - size), sum(1 << i for i in support)]
        for size in range(1, SIZE + 1)
        for support in itertools.combinations(range(SIZE), size)
    ],
    dtype=np.uint64,
)
_FIRST = (0, 4, 10, 14, 15)
"""Where the supports of each size begin."""


@part
def _minor(a: Any, k: int, rows: Any, p: int, q: int, s: int) -> Any:
    """Return the determinant of k - 1 payoff differences in columns p, q and s."""
    i, u, v, w = rows
    if k == 2:
        return a[i, p] - a[u, p]
    up, uq, vp, vq = a[i, p] - a[u, p], a[i, q] - a[u, q], a[i, p] - a[v, p], a[i, q] - a[v, q]
    if k == 3:
        return up * vq - uq * vp
    us, vs = a[i, s] - a[u, s], a[i, s] - a[v, s]
    wp, wq, ws = a[i, p] - a[w, p], a[i, q] - a[w, q], a[i, s] - a[w, s]
    return up * (vq * ws - vs * wq) - uq * (vp * ws - vs * wp) + us * (vp * wq - vq * wp)


@part
def _cofactors(a: Any, k: int, rows: Any, columns: Any) -> Any:
    """Return the cofactors to which the weights are proportional, and their orientation.

    The orientation is +1 or -1; 0 where they have opposite signs, `_DOUBT` where that is close.
    """
    c0, c1, c2, c3 = columns
    n0, n1, n2, n3 = _minor(a, k, rows, c1, c2, c3), -_minor(a, k, rows, c0, c2, c3), 0.0, 0.0
    low, high = min(n0, n1), max(n0, n1)
    if k > 2:
        n2 = _minor(a, k, rows, c0, c1, c3)
        low, high = min(low, n2), max(high, n2)
    if k > 3:
        n3 = -_minor(a, k, rows, c0, c1, c2)
        low, high = min(low, n3), max(high, n3)
    if low < -_SIGN and high > _SIGN:
        sign = 0.0
    elif (low < _SIGN and high > -_SIGN) or abs(n0 + n1 + n2 + n3) < _FIRM:
        sign = _DOUBT
    else:
        sign = 1.0 if low > 0.0 else -1.0
    return sign, (n0, n1, n2, n3)


@part
def _yield(a: Any, i: int, columns: Any, weights: Any) -> Any:
    """Return what a row yields against a mix of at most four columns."""
    first = a[i, columns[0]] * weights[0] + a[i, columns[1]] * weights[1]
    return first + (a[i, columns[2]] * weights[2] + a[i, columns[3]] * weights[3])


@part
def _mix(a: Any, rows: Any, columns: Any, members: int, cofactors: Any) -> Any:
    """Return by how much the rows are the only best replies to the mix, and the mix."""
    n0, n1, n2, n3 = cofactors
    scale = 1.0 / (n0 + n1 + n2 + n3)
    weights = n0 * scale, n1 * scale, n2 * scale, n3 * scale
    closest = math.inf
    value = _yield(a, rows[0], columns, weights)
    for i in range(a.shape[0]):
        if not (members >> i) & 1:
            closest = min(closest, value - _yield(a, i, columns, weights))
    return closest, weights


@part
def _pure(best: Any, shape: Any, block: Any, g: int) -> int:
    """Write the pure equilibria; return how many there are."""
    count = 0
    for i in range(shape[0]):
        j = best[1, i]
        if best[0, j] == i:
            if count < block[2].shape[1]:
                _write_pure(block, g, count, i, j)
            count += 1
    return count


@inlined
def _lead(a: Any, pair: Any, columns: Any, weight: float) -> float:
    """Return by how much two equally good rows are ahead of all others against a mix of two."""
    (i, u), (j, v) = pair, columns
    closest, value = math.inf, a[i, j] * weight + a[i, v] * (1.0 - weight)
    for k in range(a.shape[0]):
        if k != i and k != u:  # noqa: PLR1714 - twice as fast
            closest = min(closest, value - a[k, j] * weight - a[k, v] * (1.0 - weight))
    return closest


@inlined
def _two(a: Any, bt: Any, rows: Any, columns: Any) -> Any:
    """Return the orientation and both first weights of a mix of two actions each."""
    (i, u), (j, v) = rows, columns
    p, q = a[i, j] - a[u, j], a[i, v] - a[u, v]
    r, s = bt[j, i] - bt[v, i], bt[j, u] - bt[v, u]
    if max(min(p, q), min(-p, -q), min(r, s), min(-r, -s)) > _SIGN:
        return 0.0, 0.0, 0.0
    smallest = min(abs(p), abs(q), abs(r), abs(s))
    if smallest < _SIGN or min(abs(q - p), abs(s - r)) < _FIRM:
        return _DOUBT, 0.0, 0.0
    x, y = s / (s - r), q / (q - p)
    closest = min(_lead(a, rows, columns, y), _lead(bt, columns, rows, x))
    sign = -1.0 if (p > 0.0) == (r > 0.0) else 1.0
    return (sign if closest > SLACK else 0.0 if closest < -SLACK else _DOUBT), x, y


@part
def _pairs(a: Any, bt: Any, block: Any, g: int, count: int) -> Any:
    """Write the equilibria with two actions each; return their last slot and index sum.

    The count is -1 where one is in doubt.
    """
    total = 0.0
    for i in range(a.shape[0]):
        for u in range(i + 1, a.shape[0]):
            for j in range(a.shape[1]):
                for v in range(j + 1, a.shape[1]):
                    sign, x, y = _two(a, bt, (i, u), (j, v))
                    if sign == 0.0:
                        continue
                    if sign == _DOUBT:
                        return -1, total
                    if count < block[2].shape[1]:
                        _write_pure(block, g, count, i, j)
                        block[0][g, count, i], block[0][g, count, u] = x, 1.0 - x
                        block[1][g, count, j], block[1][g, count, v] = y, 1.0 - y
                        block[2][g, count] = sign
                    count, total = count + 1, total + sign
    return count, total


@part
def _try(a: Any, bt: Any, k: int, r: int, c: int) -> Any:
    """Return both mixes on two supports with more than one action, and their orientation."""
    rows = _SUPPORTS[r, 0], _SUPPORTS[r, 1], _SUPPORTS[r, 2], _SUPPORTS[r, 3]
    columns = _SUPPORTS[c, 0], _SUPPORTS[c, 1], _SUPPORTS[c, 2], _SUPPORTS[c, 3]
    sign, y = _cofactors(a, k, rows, columns)
    if sign == 0.0:
        return 0.0, y, y
    other, x = _cofactors(bt, k, columns, rows)
    if other == 0.0 or min(sign, other) == _DOUBT:
        return (0.0 if other == 0.0 else _DOUBT), x, y
    slack, y = _mix(a, rows, columns, _SUPPORTS[r, 4], y)
    other_slack, x = _mix(bt, columns, rows, _SUPPORTS[c, 4], x)
    slack = min(slack, other_slack)
    if slack < SLACK:
        return (0.0 if slack < -SLACK else _DOUBT), x, y
    return (sign * other if k % 2 == 1 else -sign * other), x, y


@part
def by_supports(a: Any, bt: Any, best: Any, block: Any, g: int) -> int:
    """Write the equilibria of game g in order of their supports; return how many there are.

    Payoffs `a` and `bt` (its columns first) span one unit; best replies to pure actions are left
    in `best`. Returns -1 where the game is left to the enumeration of vertices.
    """
    if min(best_replies(a, best[0]), best_replies(bt, best[1])) < SLACK:
        return -1
    pure = _pure(best, a.shape, block, g)
    count, total = _pairs(a, bt, block, g, pure)
    if count < 0:
        return -1
    for k in range(3, min(a.shape) + 1):
        for r in range(_FIRST[k - 1], _FIRST[k]):
            for c in range(_FIRST[k - 1], _FIRST[k]):
                if _SUPPORTS[r, 4] >> a.shape[0] or _SUPPORTS[c, 4] >> a.shape[1]:
                    continue
                sign, x, y = _try(a, bt, k, r, c)
                if sign == _DOUBT:
                    return -1
                if sign != 0.0:
                    if count < block[2].shape[1]:
                        _write(block, g, count, (r, x), (c, y), sign)
                    count, total = count + 1, total + sign
    return count if pure + total == 1.0 else -1


@part
def _write_pure(block: Any, g: int, slot: int, i: int, j: int) -> None:
    for u in range(block[0].shape[2]):
        block[0][g, slot, u] = 0.0
    for v in range(block[1].shape[2]):
        block[1][g, slot, v] = 0.0
    block[0][g, slot, i], block[1][g, slot, j], block[2][g, slot] = 1.0, 1.0, 1.0


@part
def _write(block: Any, g: int, slot: int, row: Any, column: Any, sign: float) -> None:
    _write_pure(block, g, slot, _SUPPORTS[row[0], 0], _SUPPORTS[column[0], 0])
    block[0][g, slot, _SUPPORTS[row[0], 0]] = 0.0
    block[1][g, slot, _SUPPORTS[column[0], 0]] = 0.0
    for c in range(SIZE):
        block[0][g, slot, _SUPPORTS[row[0], c]] += row[1][c]
        block[1][g, slot, _SUPPORTS[column[0], c]] += column[1][c]
    block[2][g, slot] = sign


@part
def _solve_all(matrices: Any, block: Any, count: Any, complete: Any, centroid: Any) -> None:
    first, second = matrices
    n_games, m, n = first.shape
    row, column = np.empty((m, n)), np.empty((n, m))
    best = np.empty((2, max(m, n)), np.int64)
    for g in range(n_games):
        size = max(load(first[g], 0, row), load(second[g], 1, column))
        count[g], centroid[g] = -1, -1
        if size < math.inf:
            count[g] = by_supports(row, column, best, block, g)
        if count[g] > 0:
            centroid[g] = from_centroid(row, column, best, block, g, count[g])
        complete[g] = count[g] > 0
        for slot in range(max(count[g], 0), block[2].shape[1]):
            for i in range(m):
                block[0][g, slot, i] = math.nan
            for j in range(n):
                block[1][g, slot, j] = math.nan
            block[2][g, slot] = math.nan


@part
def _judge(matrices: Any, profiles: Any, regret: Any, tolerance: float) -> Any:
    """Judge games, those of three by three and four by four in loops of known length."""
    m, n = matrices[0].shape[1:]
    if m == 3 and n == 3:
        return judge(matrices, profiles, regret, tolerance, 3, 3)
    if m == 4 and n == 4:
        return judge(matrices, profiles, regret, tolerance, 4, 4)
    return judge(matrices, profiles, regret, tolerance, m, n)


@kernel(SIGNATURE)
def few_actions(matrices: Any, answer: Any, tolerance: float) -> int:
    """Solve and judge games of up to `SIZE` actions a side; see `SIGNATURE`.

    15 slots are enough. The count is -1 where a game is left to the enumeration of vertices.
    """
    rows, columns, index, count, complete, centroid, regret = answer
    _solve_all(matrices, (rows, columns, index), count, complete, centroid)
    n_certified: int = _judge(matrices, (rows, columns), regret, tolerance)
    n_lacking: int = n_due(count, index.shape[1]) - n_certified
    return n_lacking
