"""What two players can gain by leaving a mixed profile: every action against the other's mix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types

from collsec.kernel import inlined, kernel, spread
from collsec.parameters import FloatArray

SUM = 1e-9
"""The weights of a strategy sum to one up to this."""

_GRAIN = 1 << 14
_REAL = types.float64
_MATRICES = types.UniTuple(types.Array(_REAL, 3, "A", readonly=True), 2)
_MIXES = types.Array(_REAL, 3, "C", readonly=True)


@inlined
def judge(matrices: Any, profiles: Any, regret: Any, tolerance: float, m: int, n: int) -> Any:
    """Write the larger gain from another action for each profile of games of m times n actions.

    The gain is infinite where a strategy is no probability distribution, NaN where it is missing.
    Returns how many profiles leave neither player a gain beyond the tolerance, a share of the
    spread of that player's own payoffs. Arrays are passed whole: to count who holds a view of one
    game takes as long as to judge it.
    """
    (a, b), (x, y), n_certified = matrices, profiles, 0
    for g in range(regret.shape[0]):
        most_row, most_column = _limit(a, g, m, n, tolerance), _limit(b, g, m, n, tolerance)
        for e in range(regret.shape[1]):
            if math.isnan(x[g, e, 0]):
                regret[g, e] = math.nan
            else:
                row, column = _of_rows(a, x, y, g, e, m, n), _of_columns(b, x, y, g, e, m, n)
                is_valid = _excess(x, g, e, m) + _excess(y, g, e, n) <= SUM
                regret[g, e] = max(row, column, 0.0) if is_valid else math.inf
                regret[g, e] += (row + column) * 0.0
                n_certified += int(is_valid & (row <= most_row) & (column <= most_column))
    return n_certified


@inlined
def _limit(values: Any, g: int, m: int, n: int, tolerance: float) -> Any:
    """Return a share of the spread of a player's payoffs."""
    low, high = values[g, 0, 0], values[g, 0, 0]
    for i in range(m):
        for j in range(n):
            low, high = min(low, values[g, i, j]), max(high, values[g, i, j])
    return tolerance * high - tolerance * low


@inlined
def _excess(weights: Any, g: int, e: int, n_weights: int) -> Any:
    """Return how far the weights are from a probability distribution."""
    total, low = 0.0, 0.0
    for i in range(n_weights):
        total += weights[g, e, i]
        low = min(low, weights[g, e, i])
    return math.inf if low < 0.0 else abs(total - 1.0)


@inlined
def _of_rows(a: Any, x: Any, y: Any, g: int, e: int, m: int, n: int) -> Any:
    """Return the row player's largest gain from another action.

    Payoffs are taken relative to those of the first action, which leaves all gains as they are,
    and large constants without effect.
    """
    best, value = 0.0, 0.0
    for i in range(1, m):
        here = 0.0
        for j in range(n):
            here += (a[g, i, j] - a[g, 0, j]) * y[g, e, j]
        value += x[g, e, i] * here
        best = max(best, here)
    return best - value


@inlined
def _of_columns(b: Any, x: Any, y: Any, g: int, e: int, m: int, n: int) -> Any:
    """Return the column player's largest gain from another action."""
    best, value = 0.0, 0.0
    for j in range(1, n):
        here = 0.0
        for i in range(m):
            here += (b[g, i, j] - b[g, i, 0]) * x[g, e, i]
        value += y[g, e, j] * here
        best = max(best, here)
    return best - value


@inlined
def _expected(values: Any, x: Any, y: Any, g: int, e: int) -> Any:
    """Return what a player expects."""
    total = 0.0
    for i in range(values.shape[1]):
        here = 0.0
        for j in range(values.shape[2]):
            here += values[g, i, j] * y[g, e, j]
        total += x[g, e, i] * here
    return total


@kernel(types.void(_MATRICES, _MIXES, _MIXES, _REAL[:, ::1]))
def _judge_all(matrices: Any, rows: Any, columns: Any, regret: Any) -> None:
    """Judge any number of games."""
    _, m, n = matrices[0].shape
    judge(matrices, (rows, columns), regret, 0.0, m, n)


@kernel(types.void(_MATRICES, _MIXES, _MIXES, _REAL[:, :, ::1]))
def _pay_all(matrices: Any, rows: Any, columns: Any, payoffs: Any) -> None:
    """Write what both players expect, of any number of games."""
    first, second = matrices
    for g in range(payoffs.shape[0]):
        for e in range(payoffs.shape[1]):
            payoffs[g, e, 0] = _expected(first, rows, columns, g, e)
            payoffs[g, e, 1] = _expected(second, rows, columns, g, e)


def regret(matrices: Sequence[FloatArray], rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the larger gain from another action, shape (*batch, n_equilibria).

    It is infinite where a strategy is no probability distribution, NaN where it is missing.
    """
    return _in_threads(_judge_all, (), matrices, rows, columns)


def payoffs(matrices: Sequence[FloatArray], rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return what both players expect, shape (*batch, n_equilibria, 2)."""
    return _in_threads(_pay_all, (2,), matrices, rows, columns)


def _in_threads(
    compiled: Any,
    own: tuple[int, ...],
    matrices: Sequence[FloatArray],
    rows: FloatArray,
    columns: FloatArray,
) -> FloatArray:
    """Return what a kernel says of each profile, an array of shape `own`."""
    arrays = (*matrices, rows, columns)
    batch = np.broadcast_shapes(*(array.shape[:-2] for array in arrays))
    first, second, x, y = (np.broadcast_to(a, (*batch, *a.shape[-2:])) for a in arrays)
    games = _flat(first), _flat(second)
    profiles = tuple(np.ascontiguousarray(_flat(mixes), dtype=np.float64) for mixes in (x, y))
    results = np.empty((*profiles[0].shape[:2], *own))

    def work(start: int, stop: int) -> None:
        here = slice(start, stop)
        compiled(
            (games[0][here], games[1][here]), *(mixes[here] for mixes in profiles), results[here]
        )

    spread(work, len(results), _GRAIN)
    return results.reshape(*batch, *results.shape[1:])


def _flat(matrices: FloatArray) -> FloatArray:
    return matrices.reshape(-1, *matrices.shape[-2:])
