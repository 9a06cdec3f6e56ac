"""All symmetric equilibria of participation games whose members are all alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.kernel import gufunc
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._cutoff_roots import cutoff_roots
from collsec.solvers._participation_bounds import ROUNDING
from collsec.solvers._participation_order import InOrder


def symmetric_chances(given: InOrder, alike: BoolArray, slots: int) -> tuple[FloatArray, BoolArray]:
    """Return the chances to answer in symmetric equilibria, and where these are proved to be all.

    Shapes (*batch, slots) and (*batch); NaN behind the last, and in games that are not `alike`,
    whose members are not all so. Those that are share a unit, so that sums count the members.
    """
    found = np.full((*given.shape, slots), np.nan)
    proved = np.zeros(given.shape, dtype=np.bool_)
    if alike.any():
        units, _, reversal, _, gain, base, scale, shock = (trait[alike] for trait in given.game)
        sums = units[..., :1] * np.arange(units.shape[-1] + 1)
        pivotal = np.diff(np.take_along_axis(reversal, sums, axis=-1))
        net = gain * pivotal + base
        error = 4.0 * ROUNDING * (np.abs(gain) + np.abs(base))[..., 0]
        found[alike], proved[alike] = _chances(net, error, scale[..., 0], shock, found[alike])
    return found, proved


@gufunc(
    "void(float64[:], float64, float64, int64, float64[:], float64[:], boolean[:])",
    "(n),(),(),(),(e)->(e),()",
)
def _chances(
    net: Any, error: float, scale: float, shock: int, _slots: Any, found: Any, proved: Any
) -> None:
    """Write the chances of one game."""
    count, proved[0] = cutoff_roots(net, error, scale, shock, found)
    found[count:] = np.nan
