"""Payoffs of two players as kernels take them, and best replies to pure actions."""

from __future__ import annotations

import math
from typing import Any

from collsec.forms.form import ROUNDING
from collsec.kernel import part

SLACK = 1e-9
"""Payoffs closer than this, as a share of their range, are tied."""

_SMALL = 2.0**-500


@part
def load(values: Any, player: int, payoffs: Any) -> float:
    """Copy a player's payoffs, from 1 to 2, its own actions first; return their largest size."""
    low, high, rest = values[0, 0], values[0, 0], 0.0
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            low, high = min(low, values[i, j]), max(high, values[i, j])
            rest += values[i, j] * 0.0
    size = max(abs(low), abs(high))
    if size < _SMALL:
        _write(values, player, payoffs, low, high, 1.0 / _SMALL)
    elif size > 1.0 / _SMALL:
        _write(values, player, payoffs, low, high, _SMALL)
    else:
        _write(values, player, payoffs, low, high, 1.0)
    return size if rest == 0.0 else math.inf


@part
def _write(values: Any, player: int, payoffs: Any, low: float, high: float, unit: float) -> None:
    """Copy payoffs in a unit that is a power of two, so that their range has an inverse."""
    width = high * unit - low * unit
    scale = 1.0 / width if width > ROUNDING * (abs(low) * unit) else 0.0
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            value = 1.0 + (values[i, j] * unit - low * unit) * scale
            if player == 0:
                payoffs[i, j] = value
            else:
                payoffs[j, i] = value


@part
def best_replies(a: Any, best: Any) -> float:
    """Note the best row against each column; return the smallest lead of any."""
    closest = math.inf
    for j in range(a.shape[1]):
        row, high, second = 0, a[0, j], -math.inf
        for i in range(1, a.shape[0]):
            value = a[i, j]
            second = max(second, min(value, high))
            row = i if value > high else row
            high = max(value, high)
        best[j] = row
        closest = min(closest, high - second)
    return closest


@part
def clear_replies(a: Any, best: Any) -> None:
    """Note the best row against each column, -1 where several are tied."""
    best_replies(a, best)
    for j in range(a.shape[1]):
        for i in range(a.shape[0]):
            if i != best[j] and a[i, j] > a[best[j], j] - SLACK:
                best[j] = -1
                break


@part
def _centre(a: Any) -> int:
    """Return the best reply to the centroid, -1 where several are tied."""
    best, most, second = -1, -math.inf, -math.inf
    for i in range(a.shape[0]):
        value = 0.0
        for j in range(a.shape[1]):
            value += a[i, j]
        second = max(second, min(value, most))
        best = i if value > most else best
        most = max(value, most)
    return best if most - second > SLACK else -1


@part
def from_centroid(a: Any, bt: Any, best: Any, block: Any, g: int, count: int) -> int:
    """Which equilibrium simultaneous best replies reach from the centroid; -1 where none."""
    if count == 1:
        return 0
    i, j = _centre(a), _centre(bt)
    for _ in range(a.size):
        if i < 0 or j < 0 or (best[0, j] == i and best[1, i] == j):
            break
        i, j = best[0, j], best[1, i]
    if i >= 0 and j >= 0:
        for e in range(count):
            if block[0][g, e, i] == 1.0 and block[1][g, e, j] == 1.0:
                return e
    return -1
