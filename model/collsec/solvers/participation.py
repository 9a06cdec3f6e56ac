"""All equilibria of participation games that ascent, mountain passes and ridges reach.

One sweep over the members costs O(n_members × lattice): a backward pass stores, for every sum
reached so far, the expected outcome of what is still to come; the forward pass meets it with the
distribution of the sum so far, so that each member's pivotal chance is exact and is answered at
once. The members' best replies climb the potential of the game, so the sweeps converge.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import guvectorize, njit

from collsec.equilibrium import Equilibria, certify
from collsec.forms.participation import ParticipationForm, is_symmetric
from collsec.parameters import BoolArray, FloatArray, IntArray

MAX_EQUILIBRIA = 24
"""Most equilibria kept per game."""
SAME = 1e-6
"""Answer probabilities closer than this belong to one equilibrium."""

SCOPE = "all equilibria; where all members are alike, the symmetric ones and others as found"
"""What the search for equilibria covers, and what `complete` refers to."""

_STARTS = 5
_SWEEPS = 1000
_NEWTON = 40
_GRID = 600
_HALVINGS = 40
_TRIED = 5
_FOLLOWED = 120
_SCATTERED = 48
_EFFORT = 1e9
_PATIENCE = 6
_AT_REST = 1e-3
_NEAR = 1e-2
_SETTLED = 1e-13
_FOUND = 1e-11


def participation(form: ParticipationForm) -> Equilibria:
    """Find the equilibria of a batch of participation games.

    Searches by best-reply sweeps from five starts (nobody answers, all do, the strong half, the
    weak half, and simultaneous best replies from the centroid), and, where all members are alike,
    over all symmetric profiles. Where there are several equilibria it sweeps from more starts, and
    looks for those between by Newton's method from the pass between each two. While the indices
    do not sum to +1 it goes on: along the ridges between basins, then from scattered starts, until
    `_EFFORT` lattice points have been visited. Uniqueness is proved where the best-reply map is a
    contraction.

    Returns
    -------
    Equilibria
        Strategies ``answer``, shape (*batch, n_equilibria, n_members, 2): chances to answer and to
        stay out, ordered by the expected number of units that answer. `complete` is true where the
        set is proved: by contraction, or, where all members are alike, within the symmetric
        profiles, unless `MAX_EQUILIBRIA` filled up. Costs O(n_members × lattice) per sweep and
        O(n_members² × lattice) per equilibrium.

    Raises
    ------
    CertificateError
        If a single game has no candidate that passes.
    """
    found, centroid, unique, index = candidates(form)
    has_room = (~np.isnan(index)).sum(axis=-1) < MAX_EQUILIBRIA
    return certify(
        form,
        {"answer": found},
        complete=np.broadcast_to(unique | (is_symmetric(form) & has_room), form.batch_shape),
        scope=SCOPE,
        method="best-reply ascent, mountain passes, ridges and symmetric scan",
        index=index,
        centroid=centroid,
        scale=np.max(np.abs(form.gain) + np.abs(form.burden) + form.breach_cost, axis=-1),
    )


def candidates(form: ParticipationForm) -> tuple[FloatArray, IntArray, BoolArray, FloatArray]:
    """Return fixed points, which one the centroid leads to, whether unique, and their indices.

    The search goes through the members in an order of its own, strongest first, so that what it
    finds does not depend on the order in which a game lists them.
    """
    shape, member = form.batch_shape, (*form.batch_shape, form.n_members)
    traits = [
        np.broadcast_to(trait, member)
        for trait in (
            form.lattice.units,
            form.lattice.fraction,
            form.gain,
            form.breach_cost - form.burden,
            np.abs(form.burden) * np.asarray(form.spread)[..., None],
        )
    ]
    order = np.lexsort((*traits[::-1][:-2], -traits[1], -traits[0]), axis=-1)
    units, fraction, gain, base, scale = (
        np.take_along_axis(trait, order, axis=-1) for trait in traits
    )
    reversal = np.broadcast_to(form.reversal, (*shape, form.reversal.shape[-1]))
    shock = np.broadcast_to(np.int64(form.shock), shape)
    slots, pair = np.empty(MAX_EQUILIBRIA), np.empty(2)
    found, centroid, unique, index = _solve(
        units, fraction, reversal, gain, base, scale, shock, slots, pair
    )
    width = max(int((~np.isnan(index)).sum(axis=-1).max(initial=0)), 1)
    back = np.argsort(order, axis=-1)[..., None, :, None]
    found = np.take_along_axis(found[..., :width, :, :], back, axis=-2)
    return found, centroid, unique, index[..., :width]


class _Play(NamedTuple):
    """One game: who adds what, what it reverses, what it is worth and what it costs."""

    units: Any
    fraction: Any
    reversal: Any
    gain: Any
    base: Any
    scale: Any
    shock: Any


class _Work(NamedTuple):
    """Room to work in, made once per game."""

    ahead: Any
    sofar: Any
    lifted: Any
    cutoff: Any
    reply: Any
    trial: Any
    pause: Any
    slopes: Any
    index: Any
    spent: Any


@njit(cache=True, error_model="numpy")
def _chance(shock: int, x: float) -> float:
    """Return the chance of a shock below x, exact in the lower tail."""
    if shock == 0:
        return 0.5 * math.erfc(-x / math.sqrt(2.0))
    if shock == 1:
        return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
    return min(1.0, max(0.0, 0.5 * (1.0 + x)))


@njit(cache=True, error_model="numpy")
def _density(shock: int, x: float) -> float:
    if shock == 0:
        return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    if shock == 1:
        p = _chance(1, x)
        return float(p * (1.0 - p))
    return 0.5 if abs(x) <= 1.0 else 0.0


@njit(cache=True, error_model="numpy")
def _indifferent(net: float, scale: float) -> float:
    """Return the shock that leaves a member indifferent, given its net benefit at the mean draw."""
    if scale > 0.0:
        return net / scale
    return math.inf if net >= 0.0 else -math.inf


@njit(cache=True, error_model="numpy")
def _copy(source: Any, result: Any) -> None:
    for i in range(source.size):
        result[i] = source[i]


@njit(cache=True, error_model="numpy")
def _apart(a: Any, b: Any) -> float:
    """Return the largest difference between two profiles."""
    most = 0.0
    for i in range(a.size):
        most = max(most, abs(a[i] - b[i]))
    return most


@njit(cache=True, error_model="numpy")
def _step(play: Any, i: int) -> int:
    """Return the most units that member i can add."""
    return int(play.units[i] + (1 if play.fraction[i] > 0.0 else 0))


@njit(cache=True, error_model="numpy")
def _top(play: Any) -> int:
    """Return the most units that the members can add together."""
    top = 0
    for i in range(play.units.size):
        top += _step(play, i)
    return top


@njit(cache=True, error_model="numpy")
def _add(mass: Any, p: float, k: int, f: float, top: int, result: Any) -> int:
    """Write the distribution of the sum with one more member; return its largest value."""
    limit = top + (k + 1 if f > 0.0 else k)
    for g in range(limit + 1):
        result[g] = 0.0
    for g in range(top + 1):
        result[g] = (1.0 - p) * mass[g]
    weight = p * (1.0 - f)
    for g in range(top + 1):
        result[g + k] += weight * mass[g]
    if f > 0.0:
        weight = p * f
        for g in range(top + 1):
            result[g + k + 1] += weight * mass[g]
    return limit


@njit(cache=True, error_model="numpy")
def _dot(a: Any, b: Any, size: int) -> float:
    """Return the sum of products in four interleaved parts: fast, the same bits everywhere."""
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    whole = size - size % 4
    for g in range(0, whole, 4):
        s0 += a[g] * b[g]
        s1 += a[g + 1] * b[g + 1]
        s2 += a[g + 2] * b[g + 2]
        s3 += a[g + 3] * b[g + 3]
    for g in range(whole, size):
        s0 += a[g] * b[g]
    return (s0 + s1) + (s2 + s3)


@njit(cache=True, error_model="numpy")
def _rise(mass: Any, value: Any, top: int, k: int, f: float) -> float:
    """Return the expected rise in value when a member adds its units to a sum."""
    rise = (1.0 - f) * _dot(mass, value[k:], top + 1) - _dot(mass, value, top + 1)
    if f > 0.0:
        rise += f * _dot(mass, value[k + 1 :], top + 1)
    return float(rise)


@njit(cache=True, error_model="numpy")
def _look_ahead(p: Any, play: Any, ahead: Any) -> None:
    """Fill ahead[i, g]: expected reversal when members i.. follow p and the sum so far is g."""
    n = play.units.size
    top = _top(play)
    for g in range(top + 1):
        ahead[n, g] = play.reversal[g]
    for i in range(n - 1, -1, -1):
        k, f = play.units[i], play.fraction[i]
        top -= _step(play, i)
        now, then = ahead[i], ahead[i + 1]
        stay, low = 1.0 - p[i], p[i] * (1.0 - f)
        for g in range(top + 1):
            now[g] = stay * then[g] + low * then[g + k]
        if f > 0.0:
            high = p[i] * f
            for g in range(top + 1):
                now[g] += high * then[g + k + 1]


@njit(cache=True, error_model="numpy")
def _sweep(p: Any, step: float, at_once: bool, play: Any, work: Any) -> float:
    """Let every member reply in turn, or all at once; return the largest change proposed.

    Moves p by `step` times the proposed change and leaves the cutoffs in work.cutoff.
    """
    _look_ahead(p, play, work.ahead)
    work.sofar[0, 0] = 1.0
    top = 0
    moved = 0.0
    for i in range(play.units.size):
        k, f = play.units[i], play.fraction[i]
        pivotal = _rise(work.sofar[i], work.ahead[i + 1], top, k, f)
        work.cutoff[i] = _indifferent(play.gain[i] * pivotal + play.base[i], play.scale[i])
        old = p[i]
        change = _chance(play.shock, work.cutoff[i]) - old
        moved = max(moved, abs(change))
        p[i] = min(1.0, max(0.0, old + step * change))
        top = _add(work.sofar[i], old if at_once else p[i], k, f, top, work.sofar[i + 1])
    work.spent[0] += play.units.size * top
    return moved


@njit(cache=True, error_model="numpy")
def _reply(p: Any, play: Any, work: Any) -> float:
    """Leave the simultaneous best replies to p in work.reply; return the largest change."""
    _copy(p, work.reply)
    return float(_sweep(work.reply, 1.0, True, play, work))


@njit(cache=True, error_model="numpy")
def _fill_slopes(p: Any, play: Any, work: Any) -> None:
    """Fill work.slopes with the identity less how best replies move with p.

    Expects the cutoffs at p in work.cutoff.
    """
    n = play.units.size
    _look_ahead(p, play, work.ahead)
    work.sofar[0, 0] = 1.0
    top = 0
    for i in range(n):
        k, f = play.units[i], play.fraction[i]
        reach = _add(work.sofar[i], 1.0, k, f, top, work.lifted[i])
        for g in range(top + 1):
            work.lifted[i, g] -= work.sofar[i, g]
        top = _add(work.sofar[i], p[i], k, f, top, work.sofar[i + 1])
        for j in range(i + 1, n):
            u, v = play.units[j], play.fraction[j]
            joint = _rise(work.lifted[j - 1], work.ahead[j + 1], reach, u, v)
            work.slopes[i, j] = joint
            work.slopes[j, i] = joint
            reach = _add(work.lifted[j - 1], p[j], u, v, reach, work.lifted[j])
    work.spent[0] += n * n * top
    for i in range(n):
        weight = 0.0
        if play.scale[i] > 0.0:
            weight = _density(play.shock, work.cutoff[i]) * play.gain[i] / play.scale[i]
        for j in range(n):
            work.slopes[i, j] = 1.0 if i == j else -weight * work.slopes[i, j]


@njit(cache=True, error_model="numpy")
def _lift_pivot(matrix: Any, right: Any, c: int) -> float:
    """Bring the row with the largest entry in column c up to row c.

    Returns the sign this gives to the determinant, that of the pivot included; 0 without a pivot.
    """
    n, best, sign = right.size, c, 1.0
    for r in range(c + 1, n):
        if abs(matrix[r, c]) > abs(matrix[best, c]):
            best = r
    if best != c:
        sign = -1.0
        for d in range(n):
            matrix[c, d], matrix[best, d] = matrix[best, d], matrix[c, d]
        right[c], right[best] = right[best], right[c]
    if matrix[c, c] == 0.0:
        return 0.0
    return sign if matrix[c, c] > 0.0 else -sign


@njit(cache=True, error_model="numpy")
def _eliminate(matrix: Any, right: Any) -> float:
    """Solve matrix x = right in place, with pivoting; return the sign of the determinant."""
    n, sign = right.size, 1.0
    for c in range(n):
        sign *= _lift_pivot(matrix, right, c)
        if sign == 0.0:
            return 0.0
        for r in range(c + 1, n):
            factor = matrix[r, c] / matrix[c, c]
            if factor != 0.0:
                for d in range(c, n):
                    matrix[r, d] -= factor * matrix[c, d]
                right[r] -= factor * right[c]
    for c in range(n - 1, -1, -1):
        for d in range(c + 1, n):
            right[c] -= matrix[c, d] * right[d]
        right[c] /= matrix[c, c]
    return sign


@njit(cache=True, error_model="numpy")
def _find_or_add(p: Any, known: Any, count: int) -> int:
    """Return the position of p among the known fixed points, adding it where it is new."""
    for e in range(count):
        if _apart(p, known[e]) < SAME:
            return e
    if count == known.shape[0]:
        return count - 1
    _copy(p, known[count])
    return count


@njit(cache=True, error_model="numpy")
def _newton(p: Any, known: Any, count: int, play: Any, work: Any) -> int:
    """Polish p by damped Newton steps and note the fixed point; return its position or -1."""
    residual = _reply(p, play, work)
    for _ in range(_NEWTON):
        if residual < _SETTLED:
            break
        _fill_slopes(p, play, work)
        direction = work.reply - p
        if _eliminate(work.slopes, direction) == 0.0:
            break
        length = 1.0
        for _ in range(12):
            for i in range(p.size):
                work.trial[i] = min(1.0, max(0.0, p[i] + length * direction[i]))
            after = _reply(work.trial, play, work)
            if after < residual:
                break
            length *= 0.5
        if after >= residual:
            break
        _copy(work.trial, p)
        residual = after
    return _find_or_add(p, known, count) if residual < _FOUND else -1


@njit(cache=True, error_model="numpy")
def _climb(p: Any, at_once: bool, known: Any, count: int, play: Any, work: Any) -> int:
    """Follow best replies from p until they settle, polish, and note the fixed point in known.

    Returns its position; -1 where the search does not settle. A path that comes within `_NEAR` of
    a known fixed point is taken to lead there; where polishing leaps further than that, best
    replies are followed on.
    """
    step = 0.5 if at_once else 1.0
    last, rest = math.inf, _AT_REST
    for round_ in range(_SWEEPS):
        moved = _sweep(p, step, at_once, play, work)
        if moved < rest:
            _copy(p, work.pause)
            e = _newton(p, known, count, play, work)
            if e >= 0 and _apart(known[e], work.pause) < _NEAR:
                return int(e)
            _copy(work.pause, p)
            rest *= 0.1
        elif moved < _NEAR:
            for e in range(count):
                if _apart(p, known[e]) < _NEAR:
                    return e
        if moved > last and (at_once or round_ > 40):
            step = max(0.5 * step, 0.02)
        last = moved
    return int(_newton(p, known, count, play, work))


@njit(cache=True, error_model="numpy")
def _is_contraction(play: Any) -> bool:
    """Whether best replies contract everywhere: then the equilibrium is unique.

    The mixed difference of the reversal table over steps of k and l units is at most k l times its
    largest second difference.
    """
    bend, total = 0.0, 0.0
    for g in range(_top(play) - 1):
        second = play.reversal[g + 2] - 2.0 * play.reversal[g + 1] + play.reversal[g]
        bend = max(bend, abs(second))
    for i in range(play.units.size):
        total += play.units[i] + play.fraction[i]
    for i in range(play.units.size):
        if play.scale[i] <= 0.0:
            return False
        weight = play.units[i] + play.fraction[i]
        steepest = _density(play.shock, 0.0) * abs(play.gain[i]) / play.scale[i]
        if steepest * bend * weight * (total - weight) >= 1.0:
            return False
    return True


@njit(cache=True, error_model="numpy")
def _symmetric_gap(cutoff: float, play: Any, work: Any) -> float:
    """Best cutoff less `cutoff` when all the others use it and all members are alike."""
    k, f, x = play.units[0], play.fraction[0], _chance(play.shock, cutoff)
    work.sofar[0, 0] = 1.0
    top = 0
    for i in range(play.units.size - 1):
        top = _add(work.sofar[i], x, k, f, top, work.sofar[i + 1])
    pivotal = _rise(work.sofar[play.units.size - 1], play.reversal, top, k, f)
    best = _indifferent(play.gain[0] * pivotal + play.base[0], play.scale[0])
    return float(best - cutoff)


@njit(cache=True, error_model="numpy")
def _bisect(low: float, high: float, play: Any, work: Any) -> float:
    """Find the zero of the symmetric gap between two cutoffs where its signs differ."""
    y_low = _symmetric_gap(low, play, work)
    for _ in range(100):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        y = _symmetric_gap(middle, play, work)
        if y_low * y <= 0.0:
            high = middle
        else:
            low, y_low = middle, y
    return 0.5 * (low + high)


@njit(cache=True, error_model="numpy")
def _turning_point(low: float, high: float, side: float, play: Any, work: Any) -> float:
    """Find where side times the symmetric gap is least, by golden section."""
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if side * _symmetric_gap(left, play, work) < side * _symmetric_gap(right, play, work):
            high = right
        else:
            low = left
    return 0.5 * (low + high)


@njit(cache=True, error_model="numpy")
def _grid_cutoff(shock: int, step: int) -> float:
    """Return the cutoff at a step of a grid across the support, finest in the middle."""
    place = 2.0 * step / _GRID - 1.0
    if shock == 0:
        return 38.0 * math.sinh(6.0 * place) / math.sinh(6.0)
    if shock == 1:
        return 700.0 * math.sinh(9.0 * place) / math.sinh(9.0)
    return math.sin(0.5 * math.pi * place)


@njit(cache=True, error_model="numpy")
def _symmetric_roots(play: Any, work: Any, roots: Any) -> int:
    """Fill roots with the cutoffs of the symmetric fixed points; return how many there are.

    In cutoffs the gap is as smooth as the pivotal chance, however small the spread. Ends of the
    support and exact zeros on the grid count, changes of sign are bisected, and where the gap
    turns back near zero its turning point is searched for a pair of roots.
    """
    count = 0
    x0, x1 = 0.0, _grid_cutoff(play.shock, 0)
    y0, y1 = 0.0, _symmetric_gap(x1, play, work)
    for step in range(1, _GRID + 2):
        is_end = (step == 1 and y1 <= 0.0) or (step > _GRID and y1 >= 0.0)
        if (y1 == 0.0 or is_end) and count < roots.size:
            roots[count] = x1
            count += 1
        if step > _GRID:
            break
        x2 = _grid_cutoff(play.shock, step)
        y2 = _symmetric_gap(x2, play, work)
        if y1 * y2 < 0.0 and count < roots.size:
            roots[count] = _bisect(x1, x2, play, work)
            count += 1
        turns = step > 1 and y0 * y1 > 0.0 and y1 * y2 > 0.0
        if turns and abs(y1) <= min(abs(y0), abs(y2)) and count + 1 < roots.size:
            side = 1.0 if y1 > 0.0 else -1.0
            bottom = _turning_point(x0, x2, side, play, work)
            y = side * _symmetric_gap(bottom, play, work)
            if abs(y) <= 1e-13:
                roots[count] = bottom
                count += 1
            elif y < 0.0:
                roots[count] = _bisect(x0, bottom, play, work)
                roots[count + 1] = _bisect(bottom, x2, play, work)
                count += 2
        x0, y0, x1, y1 = x1, y1, x2, y2
    return count


@njit(cache=True, error_model="numpy")
def _fill_start(which: int, play: Any, p: Any) -> None:
    """Fill p with a start: nobody, everybody, the strong half, the weak half answers."""
    total, reached = 0.0, 0.0
    for i in range(p.size):
        total += play.units[i] + play.fraction[i]
    for i in range(p.size):
        is_strong = reached < 0.5 * total
        reached += play.units[i] + play.fraction[i]
        answers = which == 1 or (which == 2 and is_strong) or (which == 3 and not is_strong)
        p[i] = 1.0 if answers else 0.0


@njit(cache=True, error_model="numpy")
def _fill_pass(a: Any, b: Any, p: Any, play: Any, work: Any) -> None:
    """Fill p with the point between a and b where best replies turn from one to the other."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        for i in range(p.size):
            p[i] = a[i] + middle * (b[i] - a[i])
        _reply(p, play, work)
        toward = 0.0
        for i in range(p.size):
            toward += (work.reply[i] - p[i]) * (b[i] - a[i])
        if toward < 0.0:
            low = middle
        else:
            high = middle


@njit(cache=True, error_model="numpy")
def _are_alike(play: Any) -> bool:
    for i in range(1, play.units.size):
        if (
            play.units[i] != play.units[0]
            or play.fraction[i] != play.fraction[0]
            or play.gain[i] != play.gain[0]
            or play.base[i] != play.base[0]
            or play.scale[i] != play.scale[0]
        ):
            return False
    return True


@njit(cache=True, error_model="numpy")
def _is_balanced(known: Any, done: int, count: int, play: Any, work: Any) -> bool:
    """Whether the indices of the known fixed points sum to +1; fills in those from `done` on."""
    for e in range(done, count):
        _reply(known[e], play, work)
        _fill_slopes(known[e], play, work)
        work.index[e] = _eliminate(work.slopes, work.trial)
    total = 0.0
    for e in range(count):
        total += work.index[e]
    return total == 1.0


@njit(cache=True, error_model="numpy")
def _basin(p: Any, a: int, known: Any, count: int, play: Any, work: Any) -> float:
    """Follow best replies from p to a known fixed point; return how slow they were on the way.

    The pause, where they came closest to rest before they moved on, is left in work.pause, and the
    answer is negative where they end at `a`.
    """
    slowest, last = math.inf, math.inf
    is_early = True
    for _ in range(_FOLLOWED):
        _copy(p, work.trial)
        moved = _sweep(p, 1.0, False, play, work)
        if is_early and moved > last:
            is_early = False
            slowest = last
            _copy(work.trial, work.pause)
        last = moved
        if moved < _NEAR:
            for e in range(count):
                if _apart(p, known[e]) < _NEAR:
                    return -slowest if e == a else slowest
            if moved < _SETTLED:
                break
    return slowest


@njit(cache=True, error_model="numpy")
def _ridge(a: int, b: int, known: Any, count: int, play: Any, work: Any) -> int:
    """Note the fixed point on the ridge between the basin of `a` and what lies towards `b`.

    Best replies from near the ridge run along it to a saddle before they fall to either side.
    Returns its position; -1 where there is none.
    """
    p, best = np.empty(play.units.size), np.empty(play.units.size)
    low, high, least = 0.0, 1.0, math.inf
    for halving in range(1, _HALVINGS + 1):
        middle = 0.5 * (low + high)
        for i in range(p.size):
            p[i] = known[a, i] + middle * (known[b, i] - known[a, i])
        pace = _basin(p, a, known, count, play, work)
        if abs(pace) < least:
            least = abs(pace)
            _copy(work.pause, best)
        if pace < 0.0:
            low = middle
        else:
            high = middle
        if halving % _TRIED == 0 and least < math.inf:
            _copy(best, p)
            e = _newton(p, known, count, play, work)
            if e == count:
                return int(e)
    return -1


@njit(cache=True, error_model="numpy")
def _draw(word: int) -> int:
    """Return the next of a fixed sequence of numbers below 2^31 that look random."""
    return (word * 1103515245 + 12345) % 2147483648


@njit(cache=True, error_model="numpy")
def _roam(known: Any, count: int, play: Any, work: Any) -> int:
    """Climb from scattered profiles until several in a row lead nowhere new.

    Returns how many fixed points are known.
    """
    p = np.empty(play.units.size)
    word, idle = 1, 0
    while idle < _PATIENCE and count < known.shape[0] // 2 and work.spent[0] < _EFFORT:
        for i in range(p.size):
            word = _draw(word)
            p[i] = 1.0 if word >= 1073741824 else 0.0
        idle += 1
        if _climb(p, False, known, count, play, work) == count:
            count += 1
            idle = 0
    return count


@njit(cache=True, error_model="numpy")
def _scatter(known: Any, count: int, play: Any, work: Any) -> int:
    """Start Newton's method around the segments between known fixed points until all are found.

    The scatter is a fixed sequence, the same for every game. Returns how many are known.
    """
    p = np.empty(play.units.size)
    word = 1
    for attempt in range(_SCATTERED):
        a, b = attempt % count, (attempt // count + attempt + 1) % count
        word = _draw(word)
        share = word / 2147483648
        for i in range(p.size):
            word = _draw(word)
            off = 0.5 * (word / 2147483648 - 0.5)
            p[i] = min(1.0, max(0.0, known[a, i] + share * (known[b, i] - known[a, i]) + off))
        done = count
        count = max(count, _newton(p, known, count, play, work) + 1)
        if count == known.shape[0] or work.spent[0] > _EFFORT:
            break
        if count > done and _is_balanced(known, done, count, play, work):
            break
    return count


@njit(cache=True, error_model="numpy")
def _cross_ridges(known: Any, count: int, play: Any, work: Any) -> int:
    """Look on the ridges between sinks, nearest ranks first, until the indices sum to +1.

    Returns how many fixed points are known.
    """
    b = 1
    while b < count:
        for a in range(b):
            if work.index[a] < 0.0 or work.index[b] < 0.0:
                continue
            if count == known.shape[0] or work.spent[0] > _EFFORT:
                return count
            done = count
            count = max(count, _ridge(a, b, known, count, play, work) + 1)
            if count > done and _is_balanced(known, done, count, play, work):
                return count
        b += 1
    return count


@njit(cache=True, error_model="numpy")
def _search_on(known: Any, count: int, play: Any, work: Any) -> int:
    """Search further while the indices do not sum to +1; return how many fixed points are known.

    The sum is +1 over all fixed points of a regular game, so that another sum shows some missing.
    """
    if _is_balanced(known, 0, count, play, work):
        return count
    count = _cross_ridges(known, count, play, work)
    if count == known.shape[0] or _is_balanced(known, count, count, play, work):
        return count
    return int(_scatter(known, count, play, work))


@njit(cache=True, error_model="numpy")
def _search(known: Any, count: int, play: Any, work: Any) -> int:
    """Add further fixed points to the known ones; return how many there are."""
    p = np.empty(play.units.size)
    for which in range(_STARTS - 1):
        _fill_start(which, play, p)
        count = max(count, _climb(p, False, known, count, play, work) + 1)
    if _are_alike(play):
        roots = np.empty(known.shape[0])
        for r in range(_symmetric_roots(play, work, roots)):
            for i in range(p.size):
                p[i] = _chance(play.shock, roots[r])
            count = max(count, _find_or_add(p, known, count) + 1)
    if count > 1:
        count = _roam(known, count, play, work)
    n_climbed = count
    for a in range(n_climbed):
        for b in range(a + 1, n_climbed):
            if work.spent[0] > _EFFORT:
                break
            _fill_pass(known[a], known[b], p, play, work)
            count = max(count, _newton(p, known, count, play, work) + 1)
    return int(_search_on(known, count, play, work))


@njit(cache=True, error_model="numpy")
def _reach(p: Any, play: Any) -> float:
    """Return the expected number of units that answer."""
    units = 0.0
    for i in range(p.size):
        units += p[i] * (play.units[i] + play.fraction[i])
    return units


@njit(cache=True, error_model="numpy")
def _rank(known: Any, e: int, count: int, play: Any) -> int:
    """Return how many fixed points reach less than e, or as much and were found before it."""
    own, rank = _reach(known[e], play), 0
    for other in range(count):
        units = _reach(known[other], play)
        if units < own or (units == own and other < e):
            rank += 1
    return rank


@guvectorize(
    [
        (
            "void(int64[:], float64[:], float64[:], float64[:], float64[:], float64[:], int64,"
            " float64[:], float64[:], float64[:, :, :], int64[:], boolean[:], float64[:])"
        )
    ],
    "(n),(n),(g),(n),(n),(n),(),(e),(w)->(e,n,w),(),(),(e)",
    nopython=True,
    cache=True,
    target="parallel",
)
def _solve(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    fraction: Any,
    reversal: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    _slots: Any,
    _pair: Any,
    found: Any,
    centroid: Any,
    unique: Any,
    index: Any,
) -> None:
    """Solve one game; see `participation`."""
    n, size = units.size, reversal.size
    play = _Play(units, fraction, reversal, gain, base, scale, shock)
    work = _Work(
        np.zeros((n + 1, size)),
        np.zeros((n + 1, size)),
        np.zeros((n, size)),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros((n, n)),
        np.zeros(found.shape[0]),
        np.zeros(1),
    )
    known = np.empty((found.shape[0], n))
    unique[0] = _is_contraction(play)
    p = np.full(n, 0.5)
    first = _climb(p, True, known, 0, play, work)
    count = 1 if unique[0] and first == 0 else _search(known, first + 1, play, work)
    centroid[0] = -1
    found[:] = np.nan
    index[:] = np.nan
    for e in range(count):
        rank = _rank(known, e, count, play)
        if e == first:
            centroid[0] = rank
        _reply(known[e], play, work)
        for i in range(n):
            found[rank, i, 0] = _chance(shock, work.cutoff[i])
            found[rank, i, 1] = _chance(shock, -work.cutoff[i])
        _fill_slopes(known[e], play, work)
        index[rank] = _eliminate(work.slopes, work.trial)
