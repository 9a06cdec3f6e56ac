"""What kernels for two-player games take and fill in."""

from __future__ import annotations

from typing import Any

from numba import types

from collsec.kernel import inlined

_REAL = types.float64
_MATRICES = types.UniTuple(types.Array(_REAL, 3, "A", readonly=True), 2)
_ANSWER = types.Tuple(
    [
        *(_REAL[:, :, ::1], _REAL[:, :, ::1], _REAL[:, ::1]),
        *(types.int64[::1], types.boolean[::1], types.int64[::1]),
        _REAL[:, ::1],
    ]
)

SIGNATURE = types.int64(_MATRICES, _ANSWER, _REAL)
"""Both players' payoffs (g, m, n), the answer, and the largest regret of an equilibrium.

The answer consists of row strategies (g, e, m), column strategies (g, e, n), indices (g, e), then
for each game the count, whether all are known, and the equilibrium reached from the centroid; last
come regrets (g, e). Games that are not answered get no equilibrium: a count
above the number of slots says how many slots are needed, a negative one that another solver is.
What is returned is how many equilibria lack a certificate, or are lacking altogether, in the games
that are answered.
"""


@inlined
def n_due(count: Any, n_slots: int) -> int:
    """Return how many certificates are due: one for each equilibrium, and at least one a game."""
    total = 0
    for g in range(count.size):
        is_answered = (count[g] >= 0) & (count[g] <= n_slots)
        total += max(count[g], 1) if is_answered else 0
    return total
