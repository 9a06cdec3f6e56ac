r"""All zeros of a mean less a line in cutoffs, with proof that there are no others.

Where all others answer with the chance p that a shock lies below the cutoff x, and a member nets
:math:`b_j` at the mean shock if j others answer, it gains

.. math:: h(x) = \sum_j b_j \binom{n}{j} p^j (1-p)^{n-j} - s x, \qquad p = F(x),

by answering at its cutoff, s being what a unit of the shock costs it. On any interval of cutoffs
the mean is again one, of coefficients that halving yields (de Casteljau, as in `_bernstein`). They
bound it; those of its slope and the density of the shock bound how h moves. So an interval is cut
until h has one sign on it (no zero) or moves one way (one zero where its signs at the ends differ).

Rounding
--------
With :math:`u = 2^{-53}` and M at least as large as every coefficient: a cut rounds each of n steps
three times, 3 n u M, and errs by 3 u in where it is, on a slope of at most 2 n M; the chance of a
cutoff errs by 20 u (`_participation_bounds`), which moves the mean by 40 n u M, however often it
was cut. So after d cuts the mean errs by at most :math:`(9 d + 40) n u M`, beyond what its
coefficients err by; its slope by the same with its own coefficients. Cuts are made only where h is
further from zero than that. Where no such place is left, at a zero that is double or nearly so, the
interval is `unresolved`: it holds a zero for sure if the signs at its ends differ, and else, as far
as numbers can tell, where h comes nearest to zero.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing, lent
from collsec.solvers._bernstein import cut
from collsec.solvers._participation_bounds import ROUNDING
from collsec.solvers._participation_newton import SAME
from collsec.solvers._participation_play import chance, copy, density

_DEEP = 64
_MOST_CUTS = 20_000
_PLACES = (0.5, 0.4375, 0.5625, 0.3125, 0.6875)
_UNIFORM = 2
_RATIO = 0.5 * (math.sqrt(5.0) - 1.0)
_NONE, _ONE, _UNKNOWN = range(3)
_LEFT, _RIGHT, _LOW, _HIGH, _CUTS = range(5)


class Line(NamedTuple):
    """What is the same on all intervals: what the shock costs and its law, and sizes.

    Coefficients err by `error` to begin with and are at most `size`, those of the slope `steep`.
    """

    scale: float
    shock: int
    error: float
    size: float
    steep: float


class Pieces(NamedTuple):
    """Intervals still to be judged, the leftmost last: coefficients of the mean and of its slope.

    Ends are the cutoffs `_LEFT` and `_RIGHT`, the chances `_LOW` and `_HIGH` that belong to them,
    and the number of `_CUTS`. The spare row is room to work in.
    """

    mean: Any
    slope: Any
    ends: Any
    spare: Any


@part
def cutoff_roots(net: Any, error: float, scale: float, shock: int, found: Any) -> tuple[int, bool]:
    """Write the chances to answer at all zeros, in rising order; return how many, and the proof.

    Coefficients in `net` err by at most `error`. Where the shock costs nothing, ends at which
    staying out, or answering, is best count as zeros. Zeros closer than `SAME` may be told as one.
    Without proof are intervals that stay unresolved and are wider, and what `found` has no room
    for.
    """
    n = net.size
    pieces = Pieces(
        np.empty((_DEEP, n)), np.zeros((_DEEP, max(n - 1, 1))), np.zeros((_DEEP, 5)), np.empty(n)
    )
    size, steep = _begin(net, scale, pieces)
    line = Line(scale, shock if scale > 0.0 else _UNIFORM, error, size, steep)
    count, is_proved = _list(pieces, line, found)
    return count, is_proved


@borrowing
def _begin(net: Any, scale: float, pieces: Pieces) -> tuple[float, float]:
    """Lay out the interval that holds all zeros; return sizes of coefficients and of the slope's.

    Chances of its ends are left at 0 and 1, where h has the signs it has at the ends.
    """
    n, steep = net.size, 0.0
    copy(net, pieces.mean[0])
    for j in range(n - 1):
        pieces.slope[0, j] = (n - 1) * (net[j + 1] - net[j])
        steep = max(steep, abs(pieces.slope[0, j]))
    low, high = _bounds(net)
    left, right = -1.0, 1.0
    if scale > 0.0:
        left, right = low / scale, high / scale
        left, right = left - 1.0 - 0.01 * abs(left), right + 1.0 + 0.01 * abs(right)
    ends = pieces.ends[0]
    ends[_LEFT], ends[_RIGHT], ends[_HIGH] = left, right, 1.0
    return float(max(abs(low), abs(high))), float(steep)


@borrowing
def _list(pieces_: Pieces, line_: Line, found: Any) -> tuple[int, bool]:
    """List all zeros, with ends at which the shock costs nothing; see `cutoff_roots`."""
    pieces, line = lent(pieces_), lent(line_)
    is_pure, last, count = line.scale == 0.0, pieces.mean.shape[1] - 1, 0
    answers = pieces.mean[0, last] >= -line.error
    if is_pure and pieces.mean[0, 0] <= line.error:
        found[0] = 0.0
        count = 1
    count, is_proved = _list_within(pieces, line, found, count)
    if is_pure and answers:
        is_proved = is_proved and count < found.size
        count = min(count + 1, found.size)
        found[count - 1] = 1.0
    return count, is_proved


@borrowing
def _list_within(pieces: Pieces, line: Line, found: Any, count: int) -> tuple[int, bool]:
    """Judge and cut until nothing is left; return how many zeros are found, and the proof."""
    top, is_proved, n_cuts = 0, True, 0
    while top >= 0:
        verdict = _judge(pieces, top, line)
        may_cut = verdict == _UNKNOWN and top + 1 < _DEEP and n_cuts < _MOST_CUTS
        if may_cut and _cut(pieces, top, line):
            n_cuts += 1
            top += 1
            continue
        if verdict == _UNKNOWN:
            width = pieces.ends[top, _HIGH] - pieces.ends[top, _LOW]
            is_proved = is_proved and width < SAME
        if verdict != _NONE:
            if count == found.size:
                return count, False
            found[count] = chance(line.shock, _zero(pieces, top, line))
            count += 1
        top -= 1
    return count, is_proved


@borrowing
def _bounds(values: Any) -> tuple[float, float]:
    low, high = values[0], values[0]
    for value in values:
        low, high = min(low, value), max(high, value)
    return low, high


@borrowing
def _rounded(size: float, n: int, cuts: int) -> float:
    """Return what rounding does to a mean of n coefficients of this size after so many cuts."""
    return float((9.0 * cuts + 40.0) * n * ROUNDING * size)


@borrowing
def _error(pieces: Pieces, k: int, line: Line) -> float:
    """Return by how much h may err on an interval."""
    farthest = max(abs(pieces.ends[k, _LEFT]), abs(pieces.ends[k, _RIGHT]))
    rounded = _rounded(line.size, pieces.mean.shape[1], pieces.ends[k, _CUTS])
    return float(line.error + rounded + 4.0 * ROUNDING * line.scale * farthest)


@borrowing
def _judge(pieces: Pieces, k: int, line: Line) -> int:
    """Return whether an interval holds no zero, one, or this is unknown."""
    left, right = pieces.ends[k, _LEFT], pieces.ends[k, _RIGHT]
    low, high = _bounds(pieces.mean[k])
    error = _error(pieces, k, line)
    if low - line.scale * right > error or high - line.scale * left < -error:
        return _NONE
    if not _is_monotone(pieces, k, line):
        return _UNKNOWN
    before = pieces.mean[k, 0] - line.scale * left
    after = pieces.mean[k, pieces.mean.shape[1] - 1] - line.scale * right
    is_clear = min(abs(before), abs(after)) > line.error
    if not is_clear and pieces.ends[k, _HIGH] - pieces.ends[k, _LOW] >= SAME:
        return _UNKNOWN
    return _ONE if is_clear and (before > 0.0) != (after > 0.0) else _NONE


@borrowing
def _is_monotone(pieces: Pieces, k: int, line: Line) -> bool:
    """Whether h moves one way all over an interval."""
    left, right = pieces.ends[k, _LEFT], pieces.ends[k, _RIGHT]
    n = pieces.mean.shape[1]
    low, high = _bounds(pieces.slope[k])
    error = 2.0 * n * line.error + _rounded(line.steep, n, pieces.ends[k, _CUTS] + 1)
    nearest = 0.0 if left < 0.0 < right else min(abs(left), abs(right))
    most = density(line.shock, nearest) * (1.0 + 1e-9)
    least = density(line.shock, max(abs(left), abs(right))) * (1.0 - 1e-9)
    rise = max((high + error) * most, (high + error) * least)
    fall = min((low - error) * most, (low - error) * least)
    return bool(rise < line.scale or fall > line.scale)


@borrowing
def _cut(pieces: Pieces, k: int, line: Line) -> bool:
    """Cut an interval where h is not near zero; return whether there is such a place.

    The right part takes its place, the left part the next.
    """
    left, right = pieces.ends[k, _LEFT], pieces.ends[k, _RIGHT]
    error = _error(pieces, k, line) + _rounded(line.size, pieces.mean.shape[1], 0)
    for place in _PLACES:
        at = left + place * (right - left)
        if not left < at < right:
            return False
        if abs(_value(pieces, k, at, line)) > error:
            share = _share(pieces, k, at, line)
            cut(pieces.mean[k], share, pieces.mean[k + 1])
            cut(pieces.slope[k], share, pieces.slope[k + 1])
            own, other = pieces.ends[k], pieces.ends[k + 1]
            own[_CUTS] += 1.0
            copy(own, other)
            own[_LEFT], own[_LOW] = at, chance(line.shock, at)
            other[_RIGHT], other[_HIGH] = own[_LEFT], own[_LOW]
            return True
    return False


@borrowing
def _share(pieces: Pieces, k: int, cutoff: float, line: Line) -> float:
    """Return how far along an interval of chances a cutoff lies."""
    low, high = pieces.ends[k, _LOW], pieces.ends[k, _HIGH]
    if low == high:
        return 0.5
    return float(min(1.0, max(0.0, (chance(line.shock, cutoff) - low) / (high - low))))


@borrowing
def _value(pieces: Pieces, k: int, cutoff: float, line: Line) -> float:
    """Return h at a cutoff within an interval."""
    spare, share = pieces.spare, _share(pieces, k, cutoff, line)
    n = spare.size
    copy(pieces.mean[k], spare)
    for step in range(1, n):
        for j in range(n - step):
            spare[j] = (1.0 - share) * spare[j] + share * spare[j + 1]
    return float(spare[0] - line.scale * cutoff)


@borrowing
def _zero(pieces: Pieces, k: int, line: Line) -> float:
    """Return where h crosses zero in an interval, or comes nearest to it where it does not."""
    low, high = pieces.ends[k, _LEFT], pieces.ends[k, _RIGHT]
    before = _value(pieces, k, low, line)
    if (before > 0.0) == (_value(pieces, k, high, line) > 0.0):
        return float(_nearest(pieces, k, line))
    while True:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            return float(middle)
        if (_value(pieces, k, middle, line) > 0.0) == (before > 0.0):
            low = middle
        else:
            high = middle


@borrowing
def _nearest(pieces: Pieces, k: int, line: Line) -> float:
    """Return where h, of one sign at both ends, is nearest to zero, by golden section."""
    low, high = pieces.ends[k, _LEFT], pieces.ends[k, _RIGHT]
    side = 1.0 if _value(pieces, k, low, line) > 0.0 else -1.0
    for _ in range(60):
        left, right = high - _RATIO * (high - low), low + _RATIO * (high - low)
        first = side * _value(pieces, k, left, line)
        if first < side * _value(pieces, k, right, line):
            high = right
        else:
            low = left
    return float(0.5 * (low + high))
