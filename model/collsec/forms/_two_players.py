"""What two players can gain by leaving a mixed profile: every action against the other's mix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types

from collsec.kernel import inlined, kernel, spread
from collsec.parameters import FloatArray

RUN = 16
"""So many games are judged side by side, one in each lane of the processor's registers.

Twice as many take longer: what a run writes still waits for memory when the next run is to write.
"""
SUM = 1e-9
"""The weights of a strategy sum to one up to this."""

_GRAIN = 1 << 14
_REAL = types.float64
_MATRICES = types.UniTuple(types.Array(_REAL, 3, "A", readonly=True), 2)
_MIXES = types.Array(_REAL, 3, "C", readonly=True)


@inlined
def lanes(m: int, n: int, n_profiles: int) -> Any:
    """Return room for `judge`: payoffs, limits, mixes and gains of `RUN` games each."""
    weights = np.empty((n_profiles * m, RUN)), np.empty((n_profiles * n, RUN))
    return np.empty((2 * m * n, RUN)), np.empty(RUN), weights, np.empty((n_profiles, RUN))


@inlined
def judge(
    room: Any, matrices: Any, profiles: Any, regret: Any, tolerance: float, m: int, n: int
) -> Any:
    """Write the larger gain from another action for each profile.

    Takes at most `RUN` games, of m times n actions; lanes without a game are judged too, and left.
    The gain is infinite where a strategy is no probability distribution, NaN where it is missing.
    Returns how many gains are within the tolerance, a share of the game's largest payoff.
    """
    (n_games, n_profiles), n_certified = regret.shape, 0
    payoff, limit, (row, column), gain = room
    load(matrices, payoff, m, n)
    _turn(profiles[0], row, n_profiles, m)
    _turn(profiles[1], column, n_profiles, n)
    for g in range(RUN):
        size = 0.0
        for cell in range(2 * m * n):
            size = max(size, abs(payoff[cell, g]))
        limit[g] = tolerance * size
    for e in range(n_profiles):
        x, y, gains = row[e * m :], column[e * n :], gain[e]
        for g in range(RUN):
            best, first = _of_rows(payoff, x, y, g, m, n)
            other, second = _of_columns(payoff, x, y, g, m, n)
            excess = _excess(x, g, m) + _excess(y, g, n)
            worst = max(best - first, other - second, 0.0)
            gains[g] = (worst if excess <= SUM else math.inf) + (first + second) * 0.0
            n_certified += int((gains[g] <= limit[g]) & (g < n_games))
    for g in range(n_games):
        for e in range(n_profiles):
            regret[g, e] = gain[e, g]
    return n_certified


@inlined
def load(matrices: Any, payoff: Any, m: int, n: int) -> None:
    """Put the payoffs of games, which lie one behind the other, side by side."""
    first, second = matrices
    for g in range(first.shape[0]):
        for i in range(m):
            for j in range(n):
                payoff[i * n + j, g] = first[g, i, j]
                payoff[(m + i) * n + j, g] = second[g, i, j]


@inlined
def _turn(mixes: Any, lanes: Any, n_profiles: int, n_weights: int) -> None:
    """Put the strategies side by side."""
    for g in range(mixes.shape[0]):
        for e in range(n_profiles):
            for k in range(n_weights):
                lanes[e * n_weights + k, g] = mixes[g, e, k]


@inlined
def _excess(weights: Any, g: int, n_weights: int) -> Any:
    """Return how far the weights are from a probability distribution."""
    total, low = 0.0, 0.0
    for i in range(n_weights):
        total += weights[i, g]
        low = min(low, weights[i, g])
    return math.inf if low < 0.0 else abs(total - 1.0)


@inlined
def _of_rows(payoff: Any, x: Any, y: Any, g: int, m: int, n: int) -> Any:
    """Return the best payoff to the row player against this profile, and its payoff in it."""
    best, value = -math.inf, 0.0
    for i in range(m):
        here = 0.0
        for j in range(n):
            here += payoff[i * n + j, g] * y[j, g]
        value += x[i, g] * here
        best = max(best, here)
    return best, value


@inlined
def _of_columns(payoff: Any, x: Any, y: Any, g: int, m: int, n: int) -> Any:
    """Return the best payoff to the column player against this profile, and its payoff in it."""
    best, value = -math.inf, 0.0
    for j in range(n):
        here = 0.0
        for i in range(m):
            here += payoff[(m + i) * n + j, g] * x[i, g]
        value += y[j, g] * here
        best = max(best, here)
    return best, value


@kernel(types.void(_MATRICES, _MIXES, _MIXES, _REAL[:, ::1]))
def _judge_all(matrices: Any, rows: Any, columns: Any, regret: Any) -> None:
    """Judge any number of games."""
    n_games, m, n = matrices[0].shape
    room = lanes(m, n, rows.shape[1])
    for start in range(0, n_games, RUN):
        here = slice(start, min(start + RUN, n_games))
        games, profiles = (matrices[0][here], matrices[1][here]), (rows[here], columns[here])
        judge(room, games, profiles, regret[here], 0.0, m, n)


@kernel(types.void(_MATRICES, _MIXES, _MIXES, _REAL[:, :, ::1]))
def _pay_all(matrices: Any, rows: Any, columns: Any, payoffs: Any) -> None:
    """Write what both players expect, of any number of games."""
    n_games, m, n = matrices[0].shape
    (payoff, _, (row, column), _), n_profiles = lanes(m, n, rows.shape[1]), rows.shape[1]
    for start in range(0, n_games, RUN):
        here = slice(start, min(start + RUN, n_games))
        load((matrices[0][here], matrices[1][here]), payoff, m, n)
        _turn(rows[here], row, n_profiles, m)
        _turn(columns[here], column, n_profiles, n)
        for g in range(min(RUN, n_games - start)):
            for e in range(n_profiles):
                x, y = row[e * m :], column[e * n :]
                payoffs[start + g, e, 0] = _of_rows(payoff, x, y, g, m, n)[1]
                payoffs[start + g, e, 1] = _of_columns(payoff, x, y, g, m, n)[1]


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
