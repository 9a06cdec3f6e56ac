"""What two players can gain by leaving a mixed profile: every action against the other's mix."""

from __future__ import annotations

import math
from typing import Any

from numba import guvectorize, njit

_INLINE = {"error_model": "numpy", "inline": "always"}


@njit(**_INLINE)
def _excess(weights: Any, e: int) -> float:
    """Return how far the weights are from a probability distribution; NaN where one is missing."""
    total, low = 0.0, 0.0
    for i in range(weights.shape[1]):
        total += weights[e, i]
        low = min(low, weights[e, i])
    return math.inf if low < 0.0 else abs(total - 1.0)


@njit(**_INLINE)
def _of_rows(table: Any, rows: Any, columns: Any, e: int) -> tuple[float, float]:
    """Return the best payoff to the row player against this profile, and its payoff in it."""
    best, value = -math.inf, 0.0
    for i in range(table.shape[1]):
        here = 0.0
        for j in range(table.shape[2]):
            here += table[0, i, j] * columns[e, j]
        value += rows[e, i] * here
        best = max(best, here)
    return best, value


@njit(**_INLINE)
def _of_columns(table: Any, rows: Any, columns: Any, e: int) -> tuple[float, float]:
    """Return the best payoff to the column player against this profile, and its payoff in it."""
    best, value = -math.inf, 0.0
    for j in range(table.shape[2]):
        here = 0.0
        for i in range(table.shape[1]):
            here += table[1, i, j] * rows[e, i]
        value += columns[e, j] * here
        best = max(best, here)
    return best, value


@njit(error_model="numpy")
def _judge(table: Any, rows: Any, columns: Any, regret: Any, payoffs: Any) -> None:
    for e in range(rows.shape[0]):
        excess = _excess(rows, e) + _excess(columns, e)
        if excess != excess:  # noqa: PLR0124 - the one comparison that raises no flag on NaN
            regret[e], payoffs[e, 0], payoffs[e, 1] = math.nan, math.nan, math.nan
            continue
        best, payoffs[e, 0] = _of_rows(table, rows, columns, e)
        other, payoffs[e, 1] = _of_columns(table, rows, columns, e)
        worst = max(best - payoffs[e, 0], other - payoffs[e, 1])
        missing = payoffs[e, 0] + payoffs[e, 1]
        if missing != missing:  # noqa: PLR0124
            regret[e] = math.nan
        else:
            regret[e] = max(worst, 0.0) if excess <= 1e-9 else math.inf


@guvectorize(
    ["void(float64[:, :, :], float64[:, :], float64[:, :], float64[:], float64[:, :])"],
    "(p,m,n),(e,m),(e,n)->(e),(e,p)",
    nopython=True,
    cache=True,
    target="parallel",
)
def outcome(table: Any, rows: Any, columns: Any, regret: Any, payoffs: Any) -> None:
    """Return the larger gain from another action, and both payoffs, for each profile.

    The gain is infinite where a strategy is no probability distribution, NaN where it is missing.
    """
    _judge(table, rows, columns, regret, payoffs)
