r"""Equilibria of symmetric binary games, one for each class of profiles that differ by names.

In a class k players act, s stay out and the other m mix, with one probability p or with two
(`_symmetric_pairs`). With
:math:`E_c = \sum_j \binom{m-1}{j} p^j (1-p)^{m-1-j} g_{c+j}` mixing asks for :math:`E_k = 0`; then
those who act are content iff :math:`E_{k-1} \ge 0`, and those who stay out iff
:math:`E_{k+1} \le 0`. Where E_k has a multiple root, one of three or more who mix may do so anyhow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.kernel import gufunc, part
from collsec.solvers._bernstein import mean, roots
from collsec.solvers._symmetric_pairs import changes, mix_with_two

_WIDE = 1e-2
_FLAT = 1e-7


@part
def _pure(gain: Any, tie: float, rows: Any) -> tuple[int, bool]:
    """Write the numbers of actors that are equilibria; return how many, and whether none is tied.

    Where two neighbouring numbers are equilibria, one player is indifferent and may mix anyhow.
    """
    n, count, clear, last = gain.size, 0, True, -2
    for k in range(n + 1):
        if (k == 0 or gain[k - 1] >= -tie) and (k == n or gain[k] <= tie):
            if count < rows.shape[0]:
                rows[count, 0], rows[count, 1] = k, n - k
                rows[count, 2], rows[count, 3] = 0.0, 1.0
                rows[count, 4], rows[count, 5] = 0.0, 0.0
            clear = clear and last != k - 1
            last = k
            count += 1
    return count, clear


@part
def _mixed(gain: Any, k: int, m: int, tie: float, rows: Any, count: int) -> tuple[int, bool]:
    """Write the classes in which k act and m mix; return how many rows there are now.

    And whether these are all, and none is part of a continuum.
    """
    n = gain.size
    found, times = np.empty(m), np.empty(m)
    n_roots, widest = roots(gain, k, m, tie, found, times)
    clear = widest < _WIDE
    for place in range(n_roots):
        p = found[place]
        slope = mean(gain, k + 1, m - 1, p) - mean(gain, k, m - 1, p)
        clear = clear and (m < 3 or abs(slope) > _FLAT * np.abs(gain[k : k + m]).max())
        if k > 0 and mean(gain, k - 1, m, p) < -tie:
            continue
        if k + m < n and mean(gain, k + 1, m, p) > tie:
            continue
        if count < rows.shape[0]:
            rows[count, 0], rows[count, 1] = k, n - k - m
            rows[count, 2], rows[count, 3] = p, times[place]
            rows[count, 4], rows[count, 5] = 0.0, p
        count += 1
    return count, clear


@part
def _mixed_with_two(gain: Any, tie: float, rows: Any, count: int) -> tuple[int, bool]:
    """Write the classes of two probabilities; return how many rows there are, and whether all."""
    n, clear = gain.size, True
    for m in range(n, 3, -1):
        for k in range(n - m + 1):
            if changes(gain, k, m, tie) < 2:
                continue
            for b in range(2, m // 2 + 1):
                count, known = mix_with_two(gain, k, m - b, b, tie, rows, count)
                clear = clear and known
    return count, clear and (n < 6 or changes(gain, 0, n, tie) < 3)


@gufunc(
    "void(float64[:], float64, int64, float64[:,:], float64[:,:], int64[:], boolean[:])",
    "(n),(),(),(e,r)->(e,r),(),()",
)
def classes(
    gain: Any, tie: Any, mixing: Any, _room: Any, rows: Any, count: Any, complete: Any
) -> None:
    """Write (actors, abstainers, p, multiplicity, b, q) of each class, how many, and whether all.

    First the pure ones, then those in which all mix, then, if `mixing`, those in which some do, and
    if it is 2, those in which b of them do with probability q. The count may exceed the room; the
    rows beyond it are lost. All: but for those of three probabilities or more, which only six
    players or more can have, whose gains change sign more than twice.
    """
    n = gain.size
    rows[:] = np.nan
    number, clear = _pure(gain, tie, rows)
    number, narrow = _mixed(gain, 0, n, tie, rows, number)
    clear = clear and narrow
    if mixing:
        for m in range(n - 1, 1, -1):
            for k in range(n - m + 1):
                number, narrow = _mixed(gain, k, m, tie, rows, number)
                clear = clear and narrow
    if mixing > 1:
        number, known = _mixed_with_two(gain, tie, rows, number)
        clear = clear and known
    count[0], complete[0] = number, clear


@part
def _surplus(gain: Any, steep: float, x: float) -> float:
    p = 1.0 / (1.0 + np.exp(-x))
    surplus: float = steep * mean(gain, 0, gain.size, p) - x
    return surplus


@part
def _root(gain: Any, steep: float, low: float, high: float) -> tuple[float, bool]:
    """Return the root of a monotone piece, and whether there is one; an end may be it."""
    tie = 1e-12 * (1.0 + steep * np.abs(gain).max())
    at_low, at_high = _surplus(gain, steep, low), _surplus(gain, steep, high)
    if abs(at_low) <= tie:
        return low, True
    if abs(at_high) <= tie:
        return high, True
    if (at_low > 0.0) == (at_high > 0.0):
        return 0.0, False
    if low < 0.0 < high and _surplus(gain, steep, 0.0) == 0.0:
        return 0.0, True
    for _ in range(200):
        middle = 0.5 * (low + high)
        if (_surplus(gain, steep, middle) > 0.0) == (at_low > 0.0):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high), True


@gufunc(
    "void(float64[:], float64, float64[:], float64[:], int64[:], int64[:])",
    "(n),(),(e)->(e),(),()",
)
def responses(gain: Any, steep: Any, _room: Any, log_odds: Any, count: Any, principal: Any) -> None:
    r"""Write all log odds x at which :math:`x = \lambda f(p)`, in rising order.

    Where :math:`\lambda f(p) - x` turns, :math:`\lambda p (1-p) f'(p) = 1`, a polynomial again;
    between two such points it has at most one root. `principal` is the place of the root that
    the branch from x = 0 leads to: the first in the direction of f(1/2).
    """
    n = gain.size
    log_odds[:] = np.nan
    bend = np.full(n + 1, -1.0)
    for i in range(n - 1):
        share = (i + 1.0) * (n - i - 1.0) / n
        bend[i + 1] += steep * share * (gain[i + 1] - gain[i])
    turns, times = np.empty(n + 3), np.empty(n + 3)
    n_turns, _ = roots(bend, 0, n + 1, 1e-13 * np.abs(bend).max(), turns[1:], times)
    reach = steep * np.abs(gain).max() + 1.0
    turns[0], turns[n_turns + 1] = -reach, reach
    for i in range(1, n_turns + 1):
        turns[i] = np.log(turns[i]) - np.log1p(-turns[i])
    number, push = 0, mean(gain, 0, n, 0.5)
    principal[0] = -1
    for i in range(n_turns + 1):
        x, is_root = _root(gain, steep, turns[i], turns[i + 1])
        if is_root and (number == 0 or x > log_odds[number - 1]):
            log_odds[number] = x
            if (push > 0.0 and x >= 0.0 and principal[0] < 0) or (push <= 0.0 and x <= 0.0):
                principal[0] = number
            number += 1
    count[0] = number
