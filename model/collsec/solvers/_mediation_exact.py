"""The linear programme of a mediator in whole numbers, for games that floating point loses.

Where payoffs are nearly tied, prices of deviations are as large as ties are near, and rounding
decides which are zero. Payoffs in floating point are binary fractions, so that with a power of two
as the unit all is a whole number. A pivot multiplies rows by the pivot element and divides by the
one before, which leaves no remainder (Edmonds 1967).

References
----------
edmonds1967systems, bland1977new
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.parameters import FloatArray


def whole(values: FloatArray) -> tuple[Any, int]:
    """Return finite floats in a unit in which all are whole numbers, and how many make one."""
    ratios = [value.as_integer_ratio() for value in np.ravel(values).tolist()]
    unit = max(below for _, below in ratios)
    numbers = np.array([above * (unit // below) for above, below in ratios], dtype=object)
    return numbers.reshape(np.shape(values)), unit


def mediate_exactly(gains: Any, weights: FloatArray) -> tuple[FloatArray, float]:
    """Return an optimal distribution over the profiles of one game, and what prices prove.

    For the programme of `mediate`, with gains (r, s) that are whole numbers, each deviation's in a
    unit of its own, and weights (k, s) on functions. Takes thousandths of a second for ten
    profiles, tenths for a hundred, and up to minutes for two hundred.
    """
    functions, unit = whole(weights)
    table, basis = _start(gains, functions)
    before, n_idle, patience = 1, 0, len(basis)
    while (column := _entering(table[0], n_idle > patience)) >= 0:
        row = _leaving(table, basis, column)
        n_idle = n_idle + 1 if table[row, -1] == 0 else 0
        pivot, line, factors = table[row, column], table[row].copy(), table[:, column].copy()
        table = (table * pivot - np.multiply.outer(factors, line)) // before
        table[row], basis[row - 1], before = line, column, pivot
    shares = table[0, : functions.shape[1]] / before
    return np.asarray(shares, dtype=np.float64), -table[0, -1] / (before * unit)


def _start(gains: Any, weights: Any) -> tuple[Any, list[int]]:
    """Return the tableau without prices, all weight on the first function, and what is basic.

    Columns are the profiles' slacks, the weights on functions, the prices, and the right side; row
    0 is what is to be as small as can be. All but the best profile have slack.
    """
    (n_functions, n_profiles), n_gains = weights.shape, len(gains)
    best = int(np.argmax(weights[0]))
    others = [s for s in range(n_profiles) if s != best]
    table = np.zeros((n_profiles + 1, n_profiles + n_functions + n_gains + 1), dtype=object)
    table[0, best], table[-1, n_profiles : n_profiles + n_functions], table[-1, -1] = 1, 1, 1
    excess = np.vstack([weights, -gains]).T
    table[0, n_profiles:-1] = excess[best]
    for row, s in enumerate(others, start=1):
        table[row, s], table[row, best] = 1, -1
        table[row, n_profiles:-1] = excess[s] - excess[best]
    for row in range(n_profiles):
        table[row] = table[row] - table[row, n_profiles] * table[-1]
    return table, [*others, n_profiles]


def _entering(costs: Any, cautious: bool) -> int:
    """Return the column that lowers row 0 most, or the first that does; -1 if none does."""
    falling = [column for column, cost in enumerate(costs[:-1]) if cost < 0]
    if not falling:
        return -1
    return falling[0] if cautious else min(falling, key=costs.__getitem__)


def _leaving(table: Any, basis: list[int], column: int) -> int:
    """Return the row that limits a step along a column, of several that of the first variable."""
    best = 0
    for row in range(1, len(table)):
        if table[row, column] > 0:
            here = table[row, -1] * (table[best, column] if best else 0)
            limit = table[best, -1] * table[row, column] if best else 1
            if here < limit or (here == limit and basis[row - 1] < basis[best - 1]):
                best = row
    return best
