"""Statistics that observables are made of, batched along the last axis."""

from __future__ import annotations

import numpy as np

from collsec.parameters import FloatArray


def mid_ranks(values: FloatArray, tolerance: float = 1e-9) -> FloatArray:
    """Return ranks from 1 upwards along the last axis; tied values share the mean of their ranks.

    Values that differ by at most `tolerance` times the largest magnitude on the axis are tied.
    Costs n comparisons of n values each; shape as given.
    """
    values = np.asarray(values, dtype=np.float64)
    n_values = values.shape[-1]
    margin = tolerance * np.abs(values).max(axis=-1, keepdims=True)
    ranks = np.full(values.shape, (n_values + 1) / 2)
    for rival in range(n_values):
        lead = values - values[..., rival : rival + 1]
        ranks += 0.5 * np.where(np.abs(lead) <= margin, 0.0, np.sign(lead))
    return np.where(np.isnan(values).any(axis=-1, keepdims=True), np.nan, ranks)


def spearman(x: FloatArray, y: FloatArray, tolerance: float = 1e-9) -> FloatArray:
    """Return Spearman's rank correlation of x and y along the last axis, shape (*batch).

    The correlation of mid-ranks; values within `tolerance` of one another (see `mid_ranks`) are
    tied. NaN where all values of x or of y are tied, where one is missing, and for one value.
    """
    ranks = (mid_ranks(x, tolerance), mid_ranks(y, tolerance))
    centre = (ranks[0].shape[-1] + 1) / 2
    first, second = np.broadcast_arrays(*(rank - centre for rank in ranks))
    spread = total(first * first) * total(second * second)
    defined = spread > 0
    return np.where(
        defined, total(first * second) / np.sqrt(np.where(defined, spread, 1.0)), np.nan
    )


def total(values: FloatArray) -> FloatArray:
    """Return the sum along the last axis, added in the same order whatever the batch around it."""
    return np.asarray(np.ascontiguousarray(values).sum(axis=-1))
