"""Capabilities as whole numbers of a common unit, so that sums of them stay countable.

The sum of N weighted yes-or-no draws has 2^N values in general, but only as many as there are
units when every weight is a whole number of one unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collsec.measures import total
from collsec.parameters import FloatArray, IntArray

EXACT_UNITS = 240
"""Common units are sought down to this part of the total."""


@dataclass(frozen=True)
class Lattice:
    """Weights in units: member i adds `units` and, with chance `fraction`, one unit more.

    `fraction` is zero wherever weights share a unit of at least 1/`EXACT_UNITS` of their total:
    then sums are exact. Otherwise each mean is exact, and the expectation of a smooth function of
    the sum errs in second order of the unit. What a member smaller than a unit adds to it errs in
    first order relative to itself, and a step in it is met with certainty only by sums that keep
    as many units away as there are members.

    Attributes
    ----------
    units : array of int, shape (*batch, n_members)
    fraction : array, shape (*batch, n_members)
    unit : array, shape (*batch), in the unit of the weights
    """

    units: IntArray
    fraction: FloatArray
    unit: FloatArray

    @property
    def size(self) -> int:
        """The number of values that the sum can take in any game of the batch."""
        top = self.units + (self.fraction > 0)
        return int(top.sum(axis=-1).max()) + 1

    def points(self) -> FloatArray:
        """Return the values of the sum, shape (*batch, size), in the unit of the weights."""
        return np.arange(self.size) * self.unit[..., None]


def lattice(weights: FloatArray, resolution: int) -> Lattice:
    """Put weights of shape (*batch, n_members) on a lattice.

    Takes the coarsest exact lattice with at most `EXACT_UNITS` units in all, and one with
    `resolution` units where there is none.
    """
    whole = total(weights)
    safe = np.where(whole > 0, whole, 1.0)
    shares = weights / safe[..., None]
    chosen = np.zeros(whole.shape, dtype=np.int64)
    for count in range(1, EXACT_UNITS + 1):
        scaled = shares * count
        fits = np.all(np.abs(scaled - np.round(scaled)) < 1e-9 * count, axis=-1)
        chosen = np.where((chosen == 0) & fits, count, chosen)
        if chosen.all():
            break
    is_exact = chosen > 0
    n_units = np.where(is_exact, chosen, resolution)
    scaled = shares * n_units[..., None]
    scaled = np.where(is_exact[..., None], np.round(scaled), scaled)
    units = np.floor(scaled).astype(np.int64)
    return Lattice(units, scaled - units, safe / n_units)
