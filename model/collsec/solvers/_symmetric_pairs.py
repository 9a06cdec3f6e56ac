r"""Equilibria of symmetric binary games in which players mix with two probabilities.

k players act, a mix with p, b with another probability q, the rest stay out. Let K be the number of
acts of a - 1 of the former and b - 1 of the latter, and :math:`F_c = E\,g_{c+K}`. One of the former
sees one more of the latter, and gains :math:`(1-q) F_k + q F_{k+1}` by acting; one of the latter
:math:`(1-p) F_k + p F_{k+1}`. As p and q differ, both are indifferent iff
:math:`F_k = F_{k+1} = 0`; then those who act are content iff :math:`F_{k-1} \ge 0`, and those who
stay out iff :math:`F_{k+2} \le 0`.

With r different probabilities, r neighbouring F vanish in the same way. The mean over a number of
successes changes sign no more often than what it is the mean of (Karlin 1968), also if the gains go
on beyond both ends with the signs they have there, and if they are changed a little, which can give
the r zeros any signs. So r is at most the number of changes of sign in the gains. If b = 1, q does
not enter F and may be anything: such equilibria form a continuum, and exist only where what acting
adds has a multiple root in the probability that all who mix have in common. In the same way a third
may mix alone anyhow only where F has a multiple root for one more who mixes with p, which is left
unresolved.

On a square of p and q, :math:`F_c` is a mean of coefficients which halving yields (`_bernstein`).
A square is left where one F has one sign. Where F, put on its axes by the inverse of its slopes,
rises along each of them faster than it changes along the other, there is at most one root, which
Newton's method finds.

References
----------
karlin1968total
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.solvers._bernstein import mean

_NARROW = 1e-7
"""Squares of this width that may still hold a root leave the answer in doubt."""
_SQUARES = 4000
"""So many squares are looked at for one class."""
_STEPS = 12
_EDGE = 1e-9
"""Roots this near to each other, or to an edge, are at the same place."""
_APART = 1e-5
"""Two probabilities nearer than this may be one, at which what acting adds has a double root."""


@part
def changes(gain: Any, low: int, size: int, tie: float) -> int:
    """Return the most changes of sign that ``gain[low : low + size]`` may have; ties may be any."""
    up, down = -1, -1
    for value in gain[low : low + size]:
        after = max(up, down + 1) if value >= -tie else -size
        down = max(down, up + 1) if value <= tie else -size
        up = after
    return max(up, down)


@part
def mix_with_two(
    gain: Any, k: int, a: int, b: int, tie: float, rows: Any, count: int
) -> tuple[int, bool]:
    """Write the equilibria in which k act, a mix with p and b <= a with q.

    Return how many rows there are now, and whether none is missing. Of two groups of one size the
    first is the one more likely to act.
    """
    before, squares, clear = count, 0, True
    stack, ends = np.empty((128, 2, a, b)), np.empty((128, 2, 2))
    for i in range(a):
        for j in range(b):
            stack[0, 0, i, j], stack[0, 1, i, j] = gain[k + i + j], gain[k + i + j + 1]
    ends[0, :, 0], ends[0, :, 1] = 0.0, 1.0
    top = 1
    while top > 0 and squares < _SQUARES:
        top -= 1
        squares += 1
        is_mirrored = a == b and ends[top, 0, 1] <= ends[top, 1, 0]
        if is_mirrored or _has_one_sign(stack[top], tie):
            continue
        if _holds_one_at_most(stack[top]):
            p, q = _newton(gain, k, a, b, ends[top])
            if _lies_in(p, q, ends[top]):
                count, holds = _add(gain, (k, a, b), tie, (p, q), rows, before, count)
                clear = clear and holds
                continue
        if ends[top, 0, 1] - ends[top, 0, 0] < _NARROW:
            clear = False
            continue
        _split(stack, ends, top)
        top += 4
    return count, clear and top == 0


@part
def _has_one_sign(square: Any, tie: float) -> bool:
    """Return whether one of the two functions is nowhere zero."""
    for f in range(2):
        least, most = np.inf, -np.inf
        for i in range(square.shape[1]):
            for j in range(square.shape[2]):
                least, most = min(least, square[f, i, j]), max(most, square[f, i, j])
        if least > tie or most < -tie:
            return True
    return False


@part
def _holds_one_at_most(square: Any) -> bool:
    """Return whether the functions cannot both be zero at two points."""
    p0, p1 = _rise(square, 0, 1.0, 0.0)[2], _rise(square, 0, 0.0, 1.0)[2]
    q0, q1 = _rise(square, 1, 1.0, 0.0)[2], _rise(square, 1, 0.0, 1.0)[2]
    determinant = p0 * q1 - p1 * q0
    if not abs(determinant) > 1e-12 * (abs(p0 * q1) + abs(p1 * q0)):
        return False
    for own, u, v in (
        (0, q1 / determinant, -q0 / determinant),
        (1, -p1 / determinant, p0 / determinant),
    ):
        least = _rise(square, own, u, v)[0]
        low, high, _ = _rise(square, 1 - own, u, v)
        if not least > max(-low, high):
            return False
    return True


@part
def _rise(square: Any, axis: int, u: float, v: float) -> tuple[float, float, float]:
    """Return the least, the greatest and the mean slope along p or q of u and v times the two."""
    a, b = square.shape[1] - (1 - axis), square.shape[2] - axis
    least, most, total = np.inf, -np.inf, 0.0
    for i in range(a):
        for j in range(b):
            first = square[0, i + 1 - axis, j + axis] - square[0, i, j]
            second = square[1, i + 1 - axis, j + axis] - square[1, i, j]
            slope = u * first + v * second
            least, most, total = min(least, slope), max(most, slope), total + slope
    return least, most, total / (a * b)


@part
def _mean_of_two(gain: Any, c: int, a: int, b: int, p: float, q: float) -> float:
    """Return the mean of gains from c on, over the acts of a - 1 with p and b - 1 with q."""
    total, weight = 0.0, (1.0 - p) ** (a - 1)
    for i in range(a):
        total += weight * mean(gain, c + i, b, q)
        weight *= p / (1.0 - p) * (a - 1 - i) / (i + 1)
    return total


@part
def _newton(gain: Any, k: int, a: int, b: int, ends: Any) -> tuple[float, float]:
    """Return where both functions vanish, from the middle of a square; NaN if that leads away."""
    p, q = 0.5 * (ends[0, 0] + ends[0, 1]), 0.5 * (ends[1, 0] + ends[1, 1])
    for _ in range(_STEPS):
        values, along_p, along_q = np.empty(2), np.empty(2), np.empty(2)
        for f in range(2):
            c = k + f
            values[f] = _mean_of_two(gain, c, a, b, p, q)
            rise_p = _mean_of_two(gain, c + 1, a - 1, b, p, q)
            along_p[f] = (a - 1) * (rise_p - _mean_of_two(gain, c, a - 1, b, p, q))
            rise_q = _mean_of_two(gain, c + 1, a, b - 1, p, q)
            along_q[f] = (b - 1) * (rise_q - _mean_of_two(gain, c, a, b - 1, p, q))
        determinant = along_p[0] * along_q[1] - along_p[1] * along_q[0]
        step_p = (values[0] * along_q[1] - values[1] * along_q[0]) / determinant
        step_q = (along_p[0] * values[1] - along_p[1] * values[0]) / determinant
        p, q = p - step_p, q - step_q
        if not (0.0 < p < 1.0 and 0.0 < q < 1.0):
            return np.nan, np.nan
    return (p, q) if abs(step_p) + abs(step_q) < _EDGE else (np.nan, np.nan)


@part
def _lies_in(p: float, q: float, ends: Any) -> bool:
    """Return whether a point lies in a square, or on its edge but for rounding."""
    in_p = ends[0, 0] - _EDGE <= p <= ends[0, 1] + _EDGE
    return bool(in_p and ends[1, 0] - _EDGE <= q <= ends[1, 1] + _EDGE)


@part
def _add(
    gain: Any, group: Any, tie: float, root: Any, rows: Any, before: int, count: int
) -> tuple[int, bool]:
    """Write a root if it is an equilibrium; return how many rows there are, and if it is clear."""
    (k, a, b), (p, q) = group, root
    if abs(p - q) < _APART or min(p, q, 1.0 - p, 1.0 - q) < _EDGE:
        return count, False
    if k > 0 and _mean_of_two(gain, k - 1, a, b, p, q) < -tie:
        return count, True
    if k + a + b < gain.size and _mean_of_two(gain, k + 2, a, b, p, q) > tie:
        return count, True
    if a == b and p < q:
        p, q = q, p
    for row in rows[before:count]:
        if abs(row[2] - p) < 2.0 * _EDGE and abs(row[5] - q) < 2.0 * _EDGE:
            return count, True
    if count < rows.shape[0]:
        rows[count, 0], rows[count, 1] = k, gain.size - k - a - b
        rows[count, 2], rows[count, 3] = p, 1.0
        rows[count, 4], rows[count, 5] = b, q
    return count + 1, True


@part
def _split(stack: Any, ends: Any, top: int) -> None:
    """Put the four quarters of a square in its place."""
    for axis in range(2):
        step = 2 - axis
        for place in range(top, top + (1 if axis == 0 else 3), 2):
            middle = 0.5 * (ends[place, axis, 0] + ends[place, axis, 1])
            ends[place + step] = ends[place]
            ends[place, axis, 1], ends[place + step, axis, 0] = middle, middle
            for f in range(2):
                if axis == 0:
                    _halve(stack[place, f], stack[place + step, f])
                else:
                    _halve(stack[place, f].T, stack[place + step, f].T)


@part
def _halve(here: Any, beyond: Any) -> None:
    """Write the coefficients on both halves of a square, in place of the whole and beside it."""
    n = here.shape[0] - 1
    beyond[:] = here
    for k in range(n + 1):
        here[k] = beyond[0]
        for j in range(n - k):
            beyond[j] = 0.5 * (beyond[j] + beyond[j + 1])
