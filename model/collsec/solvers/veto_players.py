r"""What veto players on a line can agree to.

Each voter prefers points nearer to its ideal; all must agree. The unanimity core holds the points
that no other point can replace; the winset of a status quo holds the points that can replace it.

References
----------
tsebelis2002veto
"""

from __future__ import annotations

import numpy as np

from collsec.parameters import FloatArray


def unanimity_core(ideals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the core, from the least to the greatest ideal, each of shape (*batch)."""
    ideals = np.asarray(ideals, dtype=np.float64)
    return ideals.min(axis=-1), ideals.max(axis=-1)


def winset(ideals: FloatArray, status_quo: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the interval of points that no voter likes less than the status quo.

    Ideals have shape (*batch, n_voters), the status quo and both ends (*batch). The status quo
    itself always belongs; inside the core it is the only point.
    """
    middle = np.asarray(status_quo, dtype=np.float64)
    mirror = 2 * ideals - middle[..., None]
    low = np.minimum(mirror, middle[..., None]).max(axis=-1)
    high = np.maximum(mirror, middle[..., None]).min(axis=-1)
    return low, high
