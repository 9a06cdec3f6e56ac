r"""The linear programme of a mediator, for many games at once.

By duality the best that obedient play can yield is

.. math::

    \min_{y \ge 0, \lambda} \; \max_s \; \sum_k \lambda_k w_k(s) - \sum_r y_r D_r(s)

with one price y for each deviation, λ a distribution over the functions of which the least counts,
and D the gain from a deviation at a profile. Without prices, and with all weight on one function,
there is a vertex to start from. At the optimum, the distribution over profiles is what the slack of
each costs. The primal programme has nothing but zeros on its right side, so that its vertices are
degenerate; those of the dual are so only where payoffs are tied.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import gufunc, part
from collsec.parameters import FloatArray
from collsec.solvers._simplex import Dictionary, add_column, add_row, clear, climb, value


@part
def _room(n_gains: int, n_functions: int, n_profiles: int) -> Dictionary:
    """Return room; the variables are the profiles' slacks, then the λ, then the prices."""
    n_rows, n_columns = n_profiles, n_gains + n_functions
    return Dictionary(
        np.zeros((n_rows + 1, n_columns + 1)),
        np.zeros(n_rows + 1, np.int64),
        np.zeros(n_columns + 1, np.int64),
        np.zeros(n_profiles + n_functions + n_gains, np.int64),
        np.zeros(3, np.int64),
    )


@part
def _start(d: Dictionary, gains: Any, weights: Any) -> None:
    """Write the dictionary without prices, all weight on the first function.

    Its maximum is that of the best profile, which has no slack.
    """
    n_functions, n_profiles = weights.shape
    best = _largest(weights[0])
    clear(d)
    add_column(d, best)
    for z in range(n_profiles + 1, d.where.size):
        add_column(d, z)
    if n_functions > 1:
        row = add_row(d, n_profiles)
        d.table[row, 0] = 1.0
        for k in range(1, n_functions):
            d.table[row, 1 + k] = -1.0
    d.table[0, 1] = 1.0
    _add_excess(d, 0, 1.0, gains, weights, best)
    for s in range(n_profiles):
        if s != best:
            row = add_row(d, s)
            for c in range(d.size[1] + 1):
                d.table[row, c] = d.table[0, c]
            _add_excess(d, row, -1.0, gains, weights, s)
    for c in range(d.size[1] + 1):
        d.table[0, c] = -d.table[0, c]


@part
def _largest(values: Any) -> int:
    """Return the first place of the largest value."""
    best = 0
    for k in range(1, values.size):
        if values[k] > values[best]:
            best = k
    return best


@part
def _add_excess(d: Dictionary, row: int, sign: float, gains: Any, weights: Any, s: int) -> None:
    """Add what is to be as small as can be at one profile, but for its slack."""
    n_functions = weights.shape[0]
    d.table[row, 0] += sign * weights[0, s]
    for k in range(1, n_functions):
        d.table[row, 1 + k] += sign * (weights[k, s] - weights[0, s])
    for r in range(gains.shape[0]):
        d.table[row, 1 + n_functions + r] -= sign * gains[r, s]


@gufunc("void(f8[:, :], f8[:, :], f8[:], f8[:], f8[:], b1[:])", "(r,s),(k,s)->(s),(k),(r),()")
def mediate(
    gains: FloatArray,
    weights: FloatArray,
    shares: FloatArray,
    functions: FloatArray,
    prices: FloatArray,
    solved: Any,
) -> None:
    """Solve games with gains and functions that are at most about one; see the module.

    What comes back are the distribution over profiles, the λ, the prices, and whether the optimum
    was reached.
    """
    n_functions, n_profiles = weights.shape
    d = _room(gains.shape[0], n_functions, n_profiles)
    _start(d, gains, weights)
    climb(d, math.inf)
    solved[0] = d.size[2] == 0
    for s in range(n_profiles):
        shares[s] = max(-d.table[0, -d.where[s]], 0.0) if d.where[s] < 0 else 0.0
    for k in range(n_functions):
        functions[k] = value(d, n_profiles + k) if n_functions > 1 else 1.0
    for r in range(prices.size):
        prices[r] = value(d, n_profiles + n_functions + r)
