"""What two players can gain by leaving a mixed profile: every action against the other's mix."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from collsec.kernel import inlined, kernel, spread
from collsec.parameters import FloatArray

RUN = 64
"""So many games are judged side by side, one in each lane of the processor's registers."""
SUM = 1e-9
"""The weights of a strategy sum to one up to this."""

_GRAIN = 1 << 14
_REAL = types.float64


def _given(n_axes: int) -> Any:
    """Return the type of an array that is read only."""
    return types.Array(_REAL, n_axes, "C", readonly=True)


@inlined
def lanes(m: int, n: int, n_profiles: int) -> Any:
    """Return room for `judge`: payoffs, limits, mixes, gains and values, of `RUN` games each."""
    weights = np.empty((n_profiles * m, RUN)), np.empty((n_profiles * n, RUN))
    results = np.empty((n_profiles, RUN)), np.empty((n_profiles * 2, RUN))
    return np.empty((2 * m * n, RUN)), np.empty(RUN), weights, results


@inlined
def judge(
    room: Any, table: Any, profiles: Any, results: Any, tolerance: float, m: int, n: int
) -> Any:
    """Write the larger gain from another action, and both payoffs, for each profile.

    Takes at most `RUN` games, of m times n actions. The gain is infinite where a strategy is no
    probability distribution, NaN where it is missing. Returns how many gains are within the
    tolerance, a share of the game's largest payoff.
    """
    rows, columns = profiles
    regret, payoffs = results
    payoff, limit, (row, column), (gain, value) = room
    n_games, n_profiles, n_certified = table.shape[0], rows.shape[1], 0
    _load(table, payoff, m, n)
    _turn(rows, row, n_profiles, m)
    _turn(columns, column, n_profiles, n)
    for g in range(n_games):
        size = 0.0
        for cell in range(2 * m * n):
            size = max(size, abs(payoff[cell, g]))
        limit[g] = tolerance * size
    for e in range(n_profiles):
        x, y, gains, values = row[e * m :], column[e * n :], gain[e], value[2 * e :]
        for g in range(n_games):
            best, first = _of_rows(payoff, x, y, g, m, n)
            other, second = _of_columns(payoff, x, y, g, m, n)
            excess = _excess(x, g, m) + _excess(y, g, n)
            worst = max(best - first, other - second, 0.0)
            gains[g] = (worst if excess <= SUM else math.inf) + (first + second) * 0.0
            values[0, g], values[1, g] = first, second
            n_certified += int(gains[g] <= limit[g])
    _unload(gain, value, regret, payoffs)
    return n_certified


@inlined
def _load(table: Any, payoff: Any, m: int, n: int) -> None:
    """Put the payoffs of games, which lie one behind the other, side by side."""
    for g in range(table.shape[0]):
        for i in range(m):
            for j in range(n):
                payoff[i * n + j, g] = table[g, 0, i, j]
                payoff[(m + i) * n + j, g] = table[g, 1, i, j]


@inlined
def _unload(gain: Any, value: Any, regret: Any, payoffs: Any) -> None:
    """Write what was found, game by game."""
    for g in range(regret.shape[0]):
        for e in range(regret.shape[1]):
            regret[g, e] = gain[e, g]
    for g in range(regret.shape[0]):
        for e in range(regret.shape[1]):
            payoffs[g, e, 0], payoffs[g, e, 1] = value[2 * e, g], value[2 * e + 1, g]


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


@kernel(types.void(_given(4), _given(3), _given(3), _REAL[:, ::1], _REAL[:, :, ::1]))
def _judge_all(table: Any, rows: Any, columns: Any, regret: Any, payoffs: Any) -> None:
    """Judge any number of games."""
    m, n = table.shape[2:]
    room = lanes(m, n, rows.shape[1])
    for start in range(0, table.shape[0], RUN):
        here = slice(start, start + RUN)
        profiles, results = (rows[here], columns[here]), (regret[here], payoffs[here])
        judge(room, table[here], profiles, results, 0.0, m, n)


def outcome(
    table: FloatArray, rows: FloatArray, columns: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the larger gain from another action, and both payoffs, for each profile.

    The gain has shape (*batch, n_equilibria). It is infinite where a strategy is no probability
    distribution, NaN where it is missing.
    """
    batch = np.broadcast_shapes(table.shape[:-3], rows.shape[:-2], columns.shape[:-2])
    games = _flat(table, batch, 3), _flat(rows, batch, 2), _flat(columns, batch, 2)
    n_games, n_profiles = games[1].shape[:2]
    results = np.empty((n_games, n_profiles)), np.empty((n_games, n_profiles, 2))

    def work(start: int, stop: int) -> None:
        _judge_all(*(array[start:stop] for array in (*games, *results)))

    spread(work, n_games, _GRAIN)
    return results[0].reshape(*batch, n_profiles), results[1].reshape(*batch, n_profiles, 2)


def _flat(array: FloatArray, batch: tuple[int, ...], n_axes: int) -> FloatArray:
    own = array.shape[array.ndim - n_axes :]
    whole = np.broadcast_to(array, (*batch, *own)).reshape(-1, *own)
    return np.ascontiguousarray(whole, dtype=np.float64)
