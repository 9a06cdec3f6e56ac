"""What two players can gain by leaving a mixed profile: every action against the other's mix."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from collsec.forms.kernel import inlined, kernel, spread
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
def judge(table: Any, profiles: Any, results: Any, tolerance: float, m: int, n: int) -> Any:
    """Write the larger gain from another action, and both payoffs, for each profile.

    Takes at most `RUN` games, of m times n actions. The gain is infinite where a strategy is no
    probability distribution, NaN where it is missing. Returns how many gains are within the
    tolerance, a share of the game's largest payoff.
    """
    rows, columns = profiles
    regret, payoffs = results
    n_games, n_certified = table.shape[0], 0
    payoff, row, column = np.empty((2 * m * n, RUN)), np.empty((m, RUN)), np.empty((n, RUN))
    limit, gain, values = np.empty(RUN), np.empty(RUN), np.empty((2, RUN))
    for g in range(n_games):
        for i in range(m):
            for j in range(n):
                payoff[i * n + j, g] = table[g, 0, i, j]
                payoff[(m + i) * n + j, g] = table[g, 1, i, j]
    for g in range(n_games):
        size = 0.0
        for cell in range(2 * m * n):
            size = max(size, abs(payoff[cell, g]))
        limit[g] = tolerance * size
    for e in range(rows.shape[1]):
        for g in range(n_games):
            for i in range(m):
                row[i, g] = rows[g, e, i]
            for j in range(n):
                column[j, g] = columns[g, e, j]
        for g in range(n_games):
            excess = _excess(row, g, m) + _excess(column, g, n)
            best, first = _of_rows(payoff, row, column, g, m, n)
            other, second = _of_columns(payoff, row, column, g, m, n)
            worst = max(best - first, other - second, 0.0)
            missing = (first + second) * 0.0
            gain[g] = (worst if excess <= SUM else math.inf) + missing
            values[0, g], values[1, g] = first, second
            n_certified += int(gain[g] <= limit[g])
        for g in range(n_games):
            regret[g, e] = gain[g]
            payoffs[g, e, 0], payoffs[g, e, 1] = values[0, g], values[1, g]
    return n_certified


@inlined
def _excess(weights: Any, g: int, n_weights: int) -> Any:
    """Return how far the weights are from a probability distribution."""
    total, low = 0.0, 0.0
    for i in range(n_weights):
        total += weights[i, g]
        low = min(low, weights[i, g])
    return math.inf if low < 0.0 else abs(total - 1.0)


@inlined
def _of_rows(payoff: Any, row: Any, column: Any, g: int, m: int, n: int) -> Any:
    """Return the best payoff to the row player against this profile, and its payoff in it."""
    best, value = -math.inf, 0.0
    for i in range(m):
        here = 0.0
        for j in range(n):
            here += payoff[i * n + j, g] * column[j, g]
        value += row[i, g] * here
        best = max(best, here)
    return best, value


@inlined
def _of_columns(payoff: Any, row: Any, column: Any, g: int, m: int, n: int) -> Any:
    """Return the best payoff to the column player against this profile, and its payoff in it."""
    best, value = -math.inf, 0.0
    for j in range(n):
        here = 0.0
        for i in range(m):
            here += payoff[(m + i) * n + j, g] * row[i, g]
        value += column[j, g] * here
        best = max(best, here)
    return best, value


@kernel(types.void(_given(4), _given(3), _given(3), _REAL[:, ::1], _REAL[:, :, ::1]))
def _judge_all(table: Any, rows: Any, columns: Any, regret: Any, payoffs: Any) -> None:
    """Judge any number of games."""
    m, n = table.shape[2:]
    for start in range(0, table.shape[0], RUN):
        here = slice(start, start + RUN)
        judge(table[here], (rows[here], columns[here]), (regret[here], payoffs[here]), 0.0, m, n)


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
