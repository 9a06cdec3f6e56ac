"""Capabilities as whole numbers of a common unit, so that sums of them stay countable.

The sum of N weighted yes-or-no draws has 2^N values in general, but only as many as there are
units when every weight is a whole number of one unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, IntArray

EXACT_UNITS = 240
"""Common units are sought down to this part of the total, or one unit for each member."""
SMOOTH = 5
"""Degree up to which the means of polynomials are kept for smooth functions of the sum."""


@dataclass(frozen=True)
class Lattice:
    """Weights in units: member i adds `units` + t with weight `shares[t]`.

    Wherever weights share a unit of at least 1/`EXACT_UNITS` of their total there is one share, of
    one, and sums are exact. Otherwise the shares of a member are those of Lagrange's interpolation
    at its weight, from neighbouring whole numbers: polynomials of the sum have their exact mean up
    to the degree of the interpolation, and that of a smooth function errs in the order above. With
    degree 1 the shares are chances; with more some are negative, and what they stand for is not a
    draw but a rule of quadrature. A step is met with certainty only by sums that keep as many units
    away as there are members.

    Attributes
    ----------
    units : array of int, shape (*batch, n_members)
        The first whole number that carries a share.
    shares : array, shape (*batch, n_members, degree + 1)
        They sum to one; zero behind the last one that is used.
    unit : array, shape (*batch), in the unit of the weights
    """

    units: IntArray
    shares: FloatArray
    unit: FloatArray

    @property
    def top(self) -> IntArray:
        """The most units that each member adds, shape (*batch, n_members)."""
        used = self.shares != 0
        last = used.shape[-1] - 1 - np.argmax(used[..., ::-1], axis=-1)
        return np.asarray(self.units + last)

    @property
    def is_exact(self) -> BoolArray:
        """Whether every sum is a whole number of units, shape (*batch)."""
        return np.asarray(np.all(self.shares[..., 0] == 1, axis=-1))

    @property
    def size(self) -> int:
        """The number of values that the sum can take in any game of the batch."""
        return int(self.top.sum(axis=-1).max()) + 1

    def points(self) -> FloatArray:
        """Return the values of the sum, shape (*batch, size), in the unit of the weights."""
        return np.arange(self.size) * self.unit[..., None]


def lattice(weights: FloatArray, resolution: int, degree: IntArray | int = 1) -> Lattice:
    """Put weights of shape (*batch, n_members) on a lattice.

    Takes the coarsest exact lattice with at most `EXACT_UNITS` units in all, or as many as there
    are members, and one with `resolution` units where there is none, with shares of this degree,
    shape (*batch).
    """
    whole = total(weights)
    safe = np.where(whole > 0, whole, 1.0)
    portion = weights / safe[..., None]
    chosen = _common_units(portion)
    is_exact = chosen > 0
    n_units = np.where(is_exact, chosen, resolution)
    scaled = portion * n_units[..., None]
    scaled = np.where(is_exact[..., None], np.round(scaled), scaled)
    degrees = np.where(is_exact, 0, degree)[..., None]
    first = np.maximum(np.floor(scaled).astype(np.int64) - np.maximum(degrees - 1, 0) // 2, 0)
    return Lattice(first, _shares(scaled - first, degrees), safe / n_units)


def _common_units(portion: FloatArray) -> IntArray:
    """Return the fewest units of which all portions are multiples; 0 where there are too many."""
    chosen = np.zeros(portion.shape[:-1], dtype=np.int64)
    for count in range(1, max(EXACT_UNITS, portion.shape[-1]) + 1):
        scaled = portion * count
        fits = np.all(np.abs(scaled - np.round(scaled)) < 1e-9 * count, axis=-1)
        chosen = np.where((chosen == 0) & fits, count, chosen)
        if chosen.all():
            break
    return chosen


def _shares(place: FloatArray, degree: IntArray) -> FloatArray:
    """Return Lagrange's weights of the nodes 0 to `degree` at a place; zero beyond."""
    n_nodes = int(degree.max(initial=0)) + 1
    shares = np.zeros((*place.shape, n_nodes))
    for node in range(n_nodes):
        share = np.where(node <= degree, 1.0, 0.0)
        for other in range(n_nodes):
            if other != node:
                factor = (place - other) / (node - other)
                share = share * np.where(other <= degree, factor, 1.0)
        shares[..., node] = share
    return shares
