"""Complex numbers held as (real, imaginary) on the first axis, and their products.

NumPy's complex product may round differently with the length of the array, and a game's numbers
must not depend on the batch it stands in. Real products and sums, one at a time, do not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collsec.parameters import FloatArray


def parts(numbers: NDArray[np.complex128]) -> FloatArray:
    """Return complex numbers as (real, imaginary), shape (2, *shape)."""
    return np.stack([numbers.real, numbers.imag])


def times(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the product of two arrays of shape (2, ...) that broadcast."""
    return np.stack([x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]])


def real_sum(weights: FloatArray, numbers: FloatArray) -> FloatArray:
    """Return the real part of the sum over the last axis of weights times numbers."""
    return np.asarray((weights[0] * numbers[0] - weights[1] * numbers[1]).sum(axis=-1))
