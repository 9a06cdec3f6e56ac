"""Numbers that a solver is given beside a form, checked before they are used."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.parameters import FloatArray, ParameterError


def numbers(
    owner: str,
    key: str,
    given: Any,
    shape: tuple[int, ...],
    remedy: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    is_open: bool = False,
) -> FloatArray:
    """Return what is given as finite numbers of this shape in [low, high], or in (low, high).

    Raises `ParameterError` where it is anything else, or does not broadcast to the shape.
    """
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(owner, key, given, "must be numbers", remedy) from None
    if not np.all(np.isfinite(array)):
        raise ParameterError(owner, key, given, "must be finite, not NaN or infinite", remedy)
    beyond = (array < low) | (array > high) | (is_open & ((array == low) | (array == high)))
    if np.any(beyond):
        span = f"({low:g}, {high:g})" if is_open else f"[{low:g}, {high:g}]"
        raise ParameterError(owner, key, given, f"must lie in {span}", remedy)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        rule = f"has the shape {array.shape}, which must broadcast to {shape}"
        raise ParameterError(owner, key, given, rule, remedy) from None
