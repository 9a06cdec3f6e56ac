r"""All roots in (0, 1) of polynomials in Bernstein form, however they lie.

With coefficients b, :math:`f(p) = \sum_j b_j \binom{n}{j} p^j (1-p)^{n-j}` is the mean of b over
the number of successes in n trials. On any interval f is again such a mean, of coefficients that
halving yields (de Casteljau); they bound it, and it has no more roots than they have changes of
sign. So an interval is halved until its coefficients have one sign (no root), lie within the tie
(all root), or change sign once (one root). Neighbouring pieces that lie within the tie are one
root, at which f crosses zero or touches it: thus roots at ends, at points where intervals meet, and
double roots need no care.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing

_NARROW = 1e-13
_DEEP = 60


@part
def mean(b: Any, low: int, size: int, p: float) -> float:
    """Return f(p) for the coefficients ``b[low : low + size]``; every weight is positive."""
    n = size - 1
    q = min(p, 1.0 - p)
    odds, weight, total = q / (1.0 - q), 1.0, 0.0
    for j in range(size):
        total += weight * b[low + (j if p <= 0.5 else n - j)]
        weight *= odds * (n - j) / (j + 1)
    return total * (1.0 - q) ** n


@borrowing
def cut(right: Any, share: float, left: Any) -> None:
    """Leave the coefficients on both parts of an interval, whose whole is in `right`."""
    for k in range(right.size):
        left[k] = right[0]
        for j in range(right.size - 1 - k):
            right[j] = (1.0 - share) * right[j] + share * right[j + 1]


@part
def _judge(b: Any, tie: float) -> int:
    """Return 0 for no root, 1 for one crossing, 2 where all lies within the tie, 3 for unknown."""
    above, below, changes, last = 0, 0, 0, 0
    for value in b:
        sign = (value > tie) - (value < -tie)
        above += sign > 0
        below += sign < 0
        if sign != 0:
            changes += last not in (0, sign)
            last = sign
    if b.size in (above, below):
        return 0
    if above + below == 0:
        return 2
    is_clear = abs(b[0]) > tie and abs(b[-1]) > tie
    return 1 if changes == 1 and is_clear else 3


@part
def _crossing(b: Any, low: int, size: int, left: float, right: float, rises: bool) -> float:
    """Return where f crosses zero between two points."""
    for _ in range(_DEEP):
        middle = 0.5 * (left + right)
        value = mean(b, low, size, middle)
        if value == 0.0:
            return middle
        if (value > 0.0) == rises:
            right = middle
        else:
            left = middle
    return 0.5 * (left + right)


@part
def _extreme(b: Any, low: int, size: int, left: float, right: float, is_minimum: bool) -> float:
    """Return where f has its extreme value between two points."""
    slopes = np.empty(size - 1)
    for j in range(size - 1):
        slopes[j] = b[low + j + 1] - b[low + j]
    at: float = _crossing(slopes, 0, size - 1, left, right, is_minimum)
    return at


@part
def _place(b: Any, low: int, size: int, left: float, right: float) -> tuple[float, float]:
    """Return the root that a piece within the tie holds, and its multiplicity, 0 for none.

    A piece that reaches an end of [0, 1] belongs to that end.
    """
    margin = 1e-9
    if left <= 0.0 or right >= 1.0:
        return 0.0, 0.0
    before = mean(b, low, size, max(left - margin, 0.0))
    after = mean(b, low, size, min(right + margin, 1.0))
    if (before > 0.0) != (after > 0.0):
        return _crossing(
            b, low, size, max(left - margin, 0.0), min(right + margin, 1.0), after > 0.0
        ), 1.0
    return _extreme(b, low, size, left, right, before > 0.0), 2.0


@part
def roots(
    b: Any, low: int, size: int, tie: float, found: Any, multiplicity: Any
) -> tuple[int, float]:
    """Write the roots in rising order; return how many, and the width of the widest piece in tie.

    The width is 1 where all of f lies within the tie. Room for ``size`` roots is needed.
    """
    stack = np.empty((_DEEP + 2, size))
    ends = np.empty((_DEEP + 2, 2))
    stack[0] = b[low : low + size]
    ends[0, 0], ends[0, 1] = 0.0, 1.0
    top, count, widest = 1, 0, 0.0
    left, right = -1.0, -1.0
    spare = np.empty(size)
    while top > 0 or left >= 0.0:
        kind, start, end = 0, 2.0, 2.0
        if top > 0:
            top -= 1
            start, end = ends[top, 0], ends[top, 1]
            kind = _judge(stack[top], tie)
            if kind == 3 and end - start <= _NARROW:
                kind = 2
        if kind == 3:
            middle = 0.5 * (start + end)
            cut(stack[top], 0.5, spare)
            ends[top, 0], ends[top, 1] = middle, end
            stack[top + 1] = spare
            ends[top + 1, 0], ends[top + 1, 1] = start, middle
            top += 2
            continue
        if kind == 2:
            left = start if left < 0.0 else left
            right = end
            continue
        if left >= 0.0:
            widest = max(widest, right - left)
            at, times = _place(b, low, size, left, right)
            if times > 0.0:
                found[count], multiplicity[count] = at, times
                count += 1
            left = -1.0
        if kind == 1:
            rises = mean(b, low, size, end) > 0.0
            found[count] = _crossing(b, low, size, start, end, rises)
            multiplicity[count] = 1.0
            count += 1
    return count, widest
