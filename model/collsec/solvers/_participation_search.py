"""The search for further equilibria of a participation game: passes, ridges, scattered starts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.solvers._participation_newton import (
    factor,
    fill_joint,
    fill_slopes,
    find_or_add,
    newton,
    polish,
    substitute,
)
from collsec.solvers._participation_path import EFFORT, crossings
from collsec.solvers._participation_play import (
    Play,
    Work,
    add,
    advance,
    apart,
    chance,
    copy,
    density,
    dot,
    indifferent,
    reply,
    sweep,
    top_of,
)

_STARTS = 5
_SWEEPS = 1000
_GRID = 600
_HALVINGS = 40
_TRIED = 5
_FOLLOWED = 120
_SCATTERED = 48
_FEW = 3
_IDLE = 30
_LATEST = 2.0
_DEFLATED = 25
_PATIENCE = 12
_ENUMERATED = 6
_AT_REST = 1e-3
_NEAR = 1e-2
_SETTLED = 1e-13


@part
def settle(p: Any, play: Play, work: Work) -> bool:
    """Move p by simultaneous best replies to a fixed point; return whether it came to one.

    Polishing starts where they move little; where it leaps away they are followed on.
    """
    step, last, rest = 0.5, math.inf, _AT_REST
    for _ in range(_SWEEPS):
        moved = advance(p, step, play, work)
        if moved < rest:
            copy(p, work.pause)
            if polish(p, play, work) and apart(p, work.pause) < _NEAR:
                return True
            copy(work.pause, p)
            rest *= 0.1
        if moved > last:
            step = max(0.5 * step, 0.02)
        last = moved
    return bool(polish(p, play, work))


@part
def climb(p: Any, known: Any, count: int, play: Play, work: Work) -> int:
    """Follow best replies in turn from p until they settle, polish, and note the fixed point.

    Returns its position; -1 where the search does not settle. A path that comes within `_NEAR` of
    a known fixed point is taken to lead there; where polishing leaps further than that, best
    replies are followed on.
    """
    step, last, rest = 1.0, math.inf, _AT_REST
    for round_ in range(_SWEEPS):
        moved = sweep(p, step, play, work)
        if moved < rest:
            copy(p, work.pause)
            e = newton(p, known, count, play, work)
            if e >= 0 and apart(known[e], work.pause) < _NEAR:
                return int(e)
            copy(work.pause, p)
            rest *= 0.1
        elif moved < _NEAR:
            for e in range(count):
                if apart(p, known[e]) < _NEAR:
                    return e
        if moved > last and round_ > 40:
            step = max(0.5 * step, 0.02)
        last = moved
    return int(newton(p, known, count, play, work))


@part
def is_contraction(play: Play) -> bool:
    """Whether best replies contract everywhere: then the equilibrium is unique.

    The mixed difference of the reversal table over steps of k and l units is at most k l times its
    largest second difference.
    """
    bend, total = 0.0, 0.0
    for g in range(top_of(play) - 1):
        second = play.reversal[g + 2] - 2.0 * play.reversal[g + 1] + play.reversal[g]
        bend = max(bend, abs(second))
    for i in range(play.units.size):
        total += play.weight[i]
    for i in range(play.units.size):
        if play.scale[i] <= 0.0:
            return False
        weight = play.weight[i]
        steepest = density(play.shock, 0.0) * abs(play.gain[i]) / play.scale[i]
        if steepest * bend * weight * (total - weight) >= 1.0:
            return False
    return True


@part
def _symmetric_gap(cutoff: float, play: Play, work: Work) -> float:
    """Best cutoff less `cutoff` when all the others use it and all members are alike."""
    x, last = chance(play.shock, cutoff), play.units.size - 1
    work.sofar[0, 0] = 1.0
    top = 0
    for i in range(last):
        top = add(work.sofar[i], x, play, i, top, work.sofar[i + 1])
    k, pivotal = play.units[0], -dot(work.sofar[last], play.reversal, top + 1)
    for t in range(play.last[0] + 1):
        pivotal += play.shares[0, t] * dot(work.sofar[last], play.reversal[k + t :], top + 1)
    best = indifferent(play.gain[0] * pivotal + play.base[0], play.scale[0])
    return float(best - cutoff)


@part
def _bisect(low: float, high: float, play: Play, work: Work) -> float:
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


@part
def _turning_point(low: float, high: float, side: float, play: Play, work: Work) -> float:
    """Find where side times the symmetric gap is least, by golden section."""
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if side * _symmetric_gap(left, play, work) < side * _symmetric_gap(right, play, work):
            high = right
        else:
            low = left
    return 0.5 * (low + high)


@part
def _grid_cutoff(shock: int, step: int) -> float:
    """Return the cutoff at a step of a grid across the support, finest in the middle."""
    place = 2.0 * step / _GRID - 1.0
    if shock == 0:
        return 38.0 * math.sinh(6.0 * place) / math.sinh(6.0)
    if shock == 1:
        return 700.0 * math.sinh(9.0 * place) / math.sinh(9.0)
    return math.sin(0.5 * math.pi * place)


@part
def _symmetric_roots(play: Play, work: Work, roots: Any) -> int:
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


@part
def _fill_start(which: int, play: Play, p: Any) -> None:
    """Fill p with a start: nobody, everybody, the strong half, the weak half answers."""
    total, reached = 0.0, 0.0
    for i in range(p.size):
        total += play.weight[i]
    for i in range(p.size):
        is_strong = reached < 0.5 * total
        reached += play.weight[i]
        answers = which == 1 or (which == 2 and is_strong) or (which == 3 and not is_strong)
        p[i] = 1.0 if answers else 0.0


@part
def _fill_pass(a: Any, b: Any, p: Any, play: Play, work: Work) -> None:
    """Fill p with the point between a and b where best replies turn from one to the other."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        for i in range(p.size):
            p[i] = a[i] + middle * (b[i] - a[i])
        reply(p, play, work)
        toward = 0.0
        for i in range(p.size):
            toward += (work.reply[i] - p[i]) * (b[i] - a[i])
        if toward < 0.0:
            low = middle
        else:
            high = middle


@part
def _are_alike(play: Play) -> bool:
    for i in range(1, play.units.size):
        if (
            play.units[i] != play.units[0]
            or play.weight[i] != play.weight[0]
            or play.gain[i] != play.gain[0]
            or play.base[i] != play.base[0]
            or play.scale[i] != play.scale[0]
        ):
            return False
    return True


@part
def _is_balanced(known: Any, done: int, count: int, play: Play, work: Work) -> bool:
    """Whether the indices of the known fixed points sum to +1; fills in those from `done` on."""
    for e in range(done, count):
        reply(known[e], play, work)
        fill_slopes(known[e], play, work)
        work.index[e] = factor(work.slopes, work.order)
    total = 0.0
    for e in range(count):
        total += work.index[e]
    return total == 1.0


@part
def _basin(p: Any, a: int, known: Any, count: int, play: Play, work: Work) -> float:
    """Follow best replies from p to a known fixed point; return how slow they were on the way.

    The pause, where they came closest to rest before they moved on, is left in work.pause, and the
    answer is negative where they end at `a`.
    """
    slowest, last = math.inf, math.inf
    is_early = True
    for _ in range(_FOLLOWED):
        copy(p, work.trial)
        moved = sweep(p, 1.0, play, work)
        if is_early and moved > last:
            is_early = False
            slowest = last
            copy(work.trial, work.pause)
        last = moved
        if moved < _NEAR:
            for e in range(count):
                if apart(p, known[e]) < _NEAR:
                    return -slowest if e == a else slowest
            if moved < _SETTLED:
                break
    return slowest


@part
def _ridge(a: int, b: int, known: Any, count: int, play: Play, work: Work) -> int:
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
            copy(work.pause, best)
        if pace < 0.0:
            low = middle
        else:
            high = middle
        if halving % _TRIED == 0 and least < math.inf:
            copy(best, p)
            e = newton(p, known, count, play, work)
            if e == count:
                return int(e)
    return -1


@part
def _draw(word: int) -> int:
    """Return the next of a fixed sequence of numbers below 2^31 that look random."""
    return (word * 1103515245 + 12345) % 2147483648


@part
def _roam(known: Any, count: int, play: Play, work: Work) -> int:
    """Climb from scattered pure profiles until several in a row lead nowhere new.

    Where members are few, from all of them. Returns how many fixed points are known.
    """
    p = np.empty(play.units.size)
    n_all = 2**p.size if p.size <= _ENUMERATED else 0
    attempt, word, idle = 0, 1, 0
    while attempt < n_all or (n_all == 0 and idle < _PATIENCE):
        if count >= known.shape[0] // 2 or work.spent[0] > EFFORT:
            break
        word = _draw(word)
        share = word / 2147483648
        for i in range(p.size):
            word = _draw(word)
            answers = word < share * 2147483648
            if n_all > 0:
                answers = (attempt >> i) % 2 == 1
            p[i] = 1.0 if answers else 0.0
        attempt += 1
        idle += 1
        if climb(p, known, count, play, work) == count:
            count += 1
            idle = 0
    return count


@part
def _scatter(known: Any, count: int, play: Play, work: Work) -> int:
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
        count = max(count, newton(p, known, count, play, work) + 1)
        if count == known.shape[0] or work.spent[0] > EFFORT:
            break
        if count > done and _is_balanced(known, done, count, play, work):
            break
    return count


@part
def _cross_ridges(known: Any, count: int, play: Play, work: Work) -> int:
    """Look on the ridges between sinks, nearest ranks first, until the indices sum to +1.

    Returns how many fixed points are known.
    """
    b = 1
    while b < count:
        for a in range(b):
            if work.index[a] < 0.0 or work.index[b] < 0.0:
                continue
            if count == known.shape[0] or work.spent[0] > EFFORT:
                return count
            done = count
            count = max(count, _ridge(a, b, known, count, play, work) + 1)
            if count > done and _is_balanced(known, done, count, play, work):
                return count
        b += 1
    return count


@part
def _crowding(p: Any, known: Any, count: int) -> float:
    """Return the log of the product of 1 + 1/|p - q|^2 over the known fixed points q."""
    crowding = 0.0
    for e in range(count):
        square = 1e-30
        for i in range(p.size):
            off = p[i] - known[e, i]
            square += off * off
        crowding += math.log(1.0 + 1.0 / square)
    return crowding


@part
def _stretch(p: Any, known: Any, count: int, shock: int, cutoff: Any, work: Work) -> float:
    """Return by what to stretch Newton's step so that it is one of the deflated equations.

    These are the equations times exp(crowding); the stretch is 1 / (1 - d crowding along the step).
    """
    along = 0.0
    for e in range(count):
        square, inner = 1e-30, 0.0
        for i in range(p.size):
            off = p[i] - known[e, i]
            square += off * off
            inner += off * work.direction[i] * density(shock, cutoff[i])
        along -= 2.0 * inner / (square * (1.0 + square))
    return 1.0 / (1.0 - along) if abs(1.0 - along) > 1e-3 else 1e3


@part
def _off_cutoffs(cutoff: Any, p: Any, play: Play, work: Work) -> float:
    """Leave the answers that cutoffs stand for in p; return how far best cutoffs are from them."""
    off = 0.0
    for i in range(p.size):
        p[i] = chance(play.shock, cutoff[i])
    reply(p, play, work)
    for i in range(p.size):
        off = max(off, abs(work.cutoff[i] - cutoff[i]))
    return off


@part
def _fill_direction(cutoff: Any, p: Any, play: Play, work: Work) -> bool:
    """Leave Newton's step in cutoffs in work.direction; return whether there is one."""
    fill_joint(p, play, work)
    for i in range(p.size):
        work.gap[i] = work.cutoff[i] - cutoff[i]
        weight = play.gain[i] / play.scale[i]
        for j in range(p.size):
            slope = weight * work.slopes[i, j] * density(play.shock, cutoff[j])
            work.slopes[i, j] = 1.0 if i == j else -slope
    if factor(work.slopes, work.order) == 0.0:
        return False
    substitute(work.slopes, work.order, work.gap, work.direction)
    return True


@part
def _deflate(cutoff: Any, known: Any, count: int, play: Play, work: Work) -> int:
    """Follow damped Newton steps in cutoffs, deflated by what is known, and note where they end.

    In cutoffs the equations are as smooth as the pivotal chances, however small the spread.
    Returns the position of the fixed point, -1 where there is none.
    """
    p, moved = np.empty(cutoff.size), np.empty(cutoff.size)
    off = _off_cutoffs(cutoff, p, play, work)
    merit = math.log(off + 1e-300) + _crowding(p, known, count)
    for _ in range(_DEFLATED):
        if off < 1e-4 or not _fill_direction(cutoff, p, play, work):
            break
        length, after = _stretch(p, known, count, play.shock, cutoff, work), math.inf
        for _ in range(8):
            for i in range(p.size):
                moved[i] = cutoff[i] + length * work.direction[i]
            off = _off_cutoffs(moved, p, play, work)
            after = math.log(off + 1e-300) + _crowding(p, known, count)
            if after < merit:
                break
            length *= 0.5
        if not after < merit:
            return -1
        merit = after
        copy(moved, cutoff)
    return newton(p, known, count, play, work) if off < 1.0 else -1


@part
def _push_off(known: Any, count: int, play: Play, work: Work) -> int:
    """Start deflated Newton at scattered cutoffs until many in a row lead nowhere new.

    The cutoffs lie between those that members have when nobody is pivotal and when they alone are;
    every second start is less extreme. Returns how many fixed points are known.
    """
    n = play.units.size
    cutoff = np.empty(n)
    idle, word = 0, 1
    while idle < _IDLE and count < known.shape[0] and work.spent[0] < EFFORT:
        for i in range(n):
            if play.scale[i] <= 0.0:
                return count
            word = _draw(word)
            share = word / 2147483648
            if idle % 2 == 0:
                cutoff[i] = (play.base[i] + share * play.gain[i]) / play.scale[i]
            else:
                cutoff[i] = 6.0 * (share - 0.5)
        done = count
        count = max(count, _deflate(cutoff, known, count, play, work) + 1)
        idle = 0 if count > done else idle + 1
    return count


@part
def _follow_noise(known: Any, count: int, play: Play, work: Work) -> int:
    """Follow the branches of known fixed points through other noise levels and back.

    Returns how many are known.
    """
    e = 0
    while e < count:
        for heading in (-1.0, 1.0):
            if count == known.shape[0] or work.spent[0] > EFFORT:
                return count
            p = known[e].copy()
            count = crossings(p, 0.0, heading, _LATEST, known, count, play, work)
        e += 1
    return count


@part
def _search_on(known: Any, count: int, play: Play, work: Work) -> int:
    """Search further where that promises something; return how many fixed points are known.

    The indices sum to +1 over all fixed points of a regular game, so that another sum shows some
    missing. That sum shows nothing where they are missed in pairs, which happens where there are
    many, and costs little to look for where members are few: there the search goes on regardless,
    but not where members are alike, whose symmetric fixed points are known.
    """
    if not _is_balanced(known, 0, count, play, work):
        count = _cross_ridges(known, count, play, work)
    is_small = play.units.size <= _ENUMERATED and not _are_alike(play)
    is_many = count > _FEW and not _are_alike(play)
    if is_small or is_many or not _is_balanced(known, 0, count, play, work):
        count = _push_off(known, count, play, work)
        count = _follow_noise(known, count, play, work)
    if count < known.shape[0] and not _is_balanced(known, 0, count, play, work):
        count = _scatter(known, count, play, work)
    return count


@part
def is_supermodular(play: Play) -> bool:
    """Whether replies rise with the answers of the others, whoever they are.

    They do if nobody loses by reversal, and if reversal is convex over all sums.
    """
    for i in range(play.units.size):
        if play.gain[i] < 0.0:
            return False
    for g in range(top_of(play) - 1):
        if play.reversal[g + 2] - 2.0 * play.reversal[g + 1] + play.reversal[g] < 0.0:
            return False
    return True


@part
def extreme(start: float, p: Any, play: Play, work: Work) -> bool:
    """Reply in turn from all at `start`, 0 or 1; return whether it settled, without any leap.

    In a supermodular game the replies rise from 0 to the least fixed point, and fall from 1 to the
    greatest.
    """
    p[:] = start
    moved = math.inf
    for _ in range(_SWEEPS):
        if moved < _SETTLED:
            break
        moved = sweep(p, 1.0, play, work)
    return moved < _SETTLED


@part
def search(known: Any, count: int, play: Play, work: Work) -> int:
    """Add further fixed points to the known ones; return how many there are."""
    p = np.empty(play.units.size)
    for which in range(_STARTS - 1):
        _fill_start(which, play, p)
        count = max(count, climb(p, known, count, play, work) + 1)
    if _are_alike(play):
        roots = np.empty(known.shape[0])
        for r in range(_symmetric_roots(play, work, roots)):
            for i in range(p.size):
                p[i] = chance(play.shock, roots[r])
            count = max(count, find_or_add(p, known, count) + 1)
    if count > 1 or (p.size <= _ENUMERATED and not _are_alike(play)):
        count = _roam(known, count, play, work)
    n_climbed = count
    for a in range(n_climbed):
        for b in range(a + 1, n_climbed):
            if work.spent[0] > EFFORT:
                break
            _fill_pass(known[a], known[b], p, play, work)
            count = max(count, newton(p, known, count, play, work) + 1)
    return int(_search_on(known, count, play, work))


@part
def _reach(p: Any, play: Play) -> float:
    """Return the expected number of units that answer."""
    units = 0.0
    for i in range(p.size):
        units += p[i] * play.weight[i]
    return units


@part
def rank(known: Any, e: int, count: int, play: Play) -> int:
    """Return how many fixed points reach less than e, or as much and were found before it."""
    own, before = _reach(known[e], play), 0
    for other in range(count):
        units = _reach(known[other], play)
        if units < own or (units == own and other < e):
            before += 1
    return before
