"""One participation game in the terms of its kernels: sums of units, pivotal chances, replies.

A backward pass stores, for every sum reached so far, the expected outcome of what is still to come;
a forward pass meets it with the distribution of the sum so far, so that each member's pivotal
chance is exact: O(n_members × lattice) for all members together.

Where the contest is a sum of waves, the distribution of a sum is the mean of each wave over it, the
outcome to come the weight that each wave has by then, and a member multiplies either, wave by wave.
Both are rows of real parts with imaginary parts behind; those of weights are negative, so that the
outcome is the product of the two rows, as it is on a lattice: O(n_members × waves).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from collsec.kernel import part
from collsec.lending import borrowing

CUTOFF, REPLY, TRIAL, PAUSE, GAP, DIRECTION = range(6)
"""The rows of `Work.own`."""


class Play(NamedTuple):
    """One game: who adds what, what it reverses, what it is worth and what it costs.

    Member i adds units[i] + t with weight shares[i, t], for t up to last[i]; weight[i] on average.
    Where n_waves is positive it multiplies each wave by one plus turn[i], and the weights of waves
    are in ending.
    """

    units: Any
    shares: Any
    last: Any
    weight: Any
    reversal: Any
    gain: Any
    base: Any
    scale: Any
    shock: Any
    n_waves: Any
    turn: Any
    ending: Any


class Work(NamedTuple):
    """Room to work in, made once per game.

    ahead[i, g] is the expected outcome at a sum g before member i, rises[i, g] what its answer adds
    to that; sofar[i, g] the distribution of the sum before it; lifted what another adds to that.
    With waves, g is the place of a real or imaginary part. The rows of own hold a number for each
    member: together they cost a kernel's compilation less than arrays of their own.
    """

    ahead: Any
    rises: Any
    sofar: Any
    lifted: Any
    own: Any
    order: Any
    slopes: Any
    index: Any
    spent: Any


GAME = (
    "int64[:], float64[:, :], float64[:], float64[:, :], float64[:], float64[:], float64[:], int64"
)
"""What kernels take of a game, in the order of `load`, as numba declares it."""

LAYOUT = "(n),(n,d),(g),(k,c),(n),(n),(n),()"
"""The axes of the same: members, shares, sums of units, waves."""


@part
def load(
    units: Any,
    shares: Any,
    reversal: Any,
    waves: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
) -> Play:
    """Return the game in arrays of its own, with the last share that each member uses."""
    last = np.zeros(units.size, dtype=np.int64)
    weight = np.zeros(units.size)
    for i in range(units.size):
        weight[i] = units[i]
        for t in range(shares.shape[1]):
            weight[i] += t * shares[i, t]
            if shares[i, t] != 0.0:
                last[i] = t
    n_waves = 0
    while n_waves < waves.shape[0] and (waves[n_waves, 2] != 0.0 or waves[n_waves, 3] != 0.0):
        n_waves += 1
    return Play(
        units.copy(),
        shares.copy(),
        last,
        weight,
        reversal.copy(),
        gain.copy(),
        base.copy(),
        scale.copy(),
        shock,
        n_waves,
        _turns(waves[:n_waves], weight),
        _weights(waves[:n_waves]),
    )


@part
def _turns(waves: Any, weight: Any) -> Any:
    """Return by what each member multiplies each wave, less one; exact for small members too."""
    k = waves.shape[0]
    turn = np.empty((weight.size, 2 * k))
    for i in range(weight.size):
        for w in range(k):
            x, y = waves[w, 0] * weight[i], waves[w, 1] * weight[i]
            half = math.sin(0.5 * y)
            turn[i, w] = math.expm1(x) * math.cos(y) - 2.0 * half * half
            turn[i, k + w] = math.exp(x) * math.sin(y)
    return turn


@part
def _weights(waves: Any) -> Any:
    k = waves.shape[0]
    ending = np.empty(2 * k)
    for w in range(k):
        ending[w], ending[k + w] = waves[w, 2], -waves[w, 3]
    return ending


@part
def room(play: Play, slots: int) -> Work:
    """Return room for a game and for so many equilibria."""
    n = play.units.size
    size = 2 * play.n_waves if play.n_waves > 0 else top_of(play) + 1
    return Work(
        np.zeros((n + 1, size)),
        np.zeros((n, size)),
        np.zeros((n + 1, size)),
        np.zeros((n, size)),
        np.zeros((6, n)),
        np.zeros(n, dtype=np.int64),
        np.zeros((n, n)),
        np.zeros(slots),
        np.zeros(1),
    )


@njit(error_model="numpy")
def chance(shock: int, x: float) -> float:
    """Return the chance of a shock below x, exact in the lower tail."""
    if shock == 0:
        return 0.5 * math.erfc(-x / math.sqrt(2.0))
    if shock == 1:
        return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
    return min(1.0, max(0.0, 0.5 * (1.0 + x)))


@njit(error_model="numpy")
def density(shock: int, x: float) -> float:
    if shock == 0:
        return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    if shock == 1:
        p = chance(1, x)
        return float(p * (1.0 - p))
    return 0.5 if abs(x) <= 1.0 else 0.0


@borrowing
def indifferent(net: float, scale: float) -> float:
    """Return the shock that leaves a member indifferent, given its net benefit at the mean draw."""
    if scale > 0.0:
        return net / scale
    return math.inf if net >= 0.0 else -math.inf


@borrowing
def copy(source: Any, result: Any) -> None:
    for i in range(source.size):
        result[i] = source[i]


@borrowing
def apart(a: Any, b: Any) -> float:
    """Return the largest difference between two profiles."""
    most = 0.0
    for i in range(a.size):
        most = max(most, abs(a[i] - b[i]))
    return most


@borrowing
def top_of(play: Play) -> int:
    """Return the most units that the members can add together."""
    top = 0
    for i in range(play.units.size):
        top += play.units[i] + play.last[i]
    return top


@borrowing
def nobody(play: Play, result: Any) -> int:
    """Write the distribution of the sum of no members; return the last place it takes."""
    result[0] = 1.0
    if play.n_waves == 0:
        return 0
    for w in range(play.n_waves):
        result[w], result[play.n_waves + w] = 1.0, 0.0
    return int(2 * play.n_waves - 1)


@borrowing
def add(mass: Any, p: float, play: Play, i: int, top: int, result: Any) -> int:
    """Write the distribution of the sum with member i, who answers with chance p.

    Returns its largest value.
    """
    k, last = play.units[i], play.last[i]
    for g in range(top + 1, top + k + last + 1):
        result[g] = 0.0
    for g in range(top + 1):
        result[g] = (1.0 - p) * mass[g]
    for t in range(last + 1):
        weight = p * play.shares[i, t]
        moved = result[k + t :]
        for g in range(top + 1):
            moved[g] += weight * mass[g]
    return int(top + k + last)


@borrowing
def turn(mass: Any, keep: float, p: float, play: Play, i: int, result: Any) -> None:
    """Write `keep` times the waves and p times what member i's answer adds to them."""
    k, own = play.n_waves, play.turn[i]
    for w in range(k):
        x, y, along, across = mass[w], mass[k + w], own[w], own[k + w]
        result[w] = keep * x + p * (along * x - across * y)
        result[k + w] = keep * y + p * (along * y + across * x)


@borrowing
def join(mass: Any, p: float, play: Play, i: int, top: int, result: Any) -> int:
    """Write a distribution with member i, as units or as waves; return the last place it takes."""
    if play.n_waves == 0:
        return int(add(mass, p, play, i, top, result))
    turn(mass, 1.0, p, play, i, result)
    return top


@borrowing
def dot(a: Any, b: Any, size: int) -> float:
    """Return the sum of products in eight interleaved parts: fast, the same bits everywhere."""
    s0, s1, s2, s3, s4, s5, s6, s7 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    whole = size - size % 8
    for g in range(0, whole, 8):
        s0 += a[g] * b[g]
        s1 += a[g + 1] * b[g + 1]
        s2 += a[g + 2] * b[g + 2]
        s3 += a[g + 3] * b[g + 3]
        s4 += a[g + 4] * b[g + 4]
        s5 += a[g + 5] * b[g + 5]
        s6 += a[g + 6] * b[g + 6]
        s7 += a[g + 7] * b[g + 7]
    for g in range(whole, size):
        s0 += a[g] * b[g]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))


@borrowing
def look_ahead(p: Any, play: Play, work: Work) -> None:
    """Fill what is to come, and what each answer adds to it, when members follow p."""
    n = play.units.size
    if play.n_waves > 0:
        _look_ahead_by_waves(p, play, work)
        return
    top = top_of(play)
    copy(play.reversal[: top + 1], work.ahead[n])
    for i in range(n - 1, -1, -1):
        k, last = play.units[i], play.last[i]
        top -= k + last
        now, then, rise = work.ahead[i], work.ahead[i + 1], work.rises[i]
        for g in range(top + 1):
            rise[g] = -then[g]
        for t in range(last + 1):
            share, later = play.shares[i, t], then[k + t :]
            for g in range(top + 1):
                rise[g] += share * later[g]
        for g in range(top + 1):
            now[g] = then[g] + p[i] * rise[g]


@borrowing
def _look_ahead_by_waves(p: Any, play: Play, work: Work) -> None:
    n, k = play.units.size, play.n_waves
    copy(play.ending, work.ahead[n])
    for i in range(n - 1, -1, -1):
        now, then, rise, own = work.ahead[i], work.ahead[i + 1], work.rises[i], play.turn[i]
        for w in range(k):
            x, y, along, across = then[w], then[k + w], own[w], own[k + w]
            rise[w], rise[k + w] = along * x + across * y, along * y - across * x
            now[w], now[k + w] = x + p[i] * rise[w], y + p[i] * rise[k + w]


@borrowing
def sweep(p: Any, step: float, play: Play, work: Work) -> float:
    """Let every member reply in turn; return the largest change proposed.

    Moves p by `step` times the proposed change and leaves the cutoffs in work.
    """
    look_ahead(p, play, work)
    top = nobody(play, work.sofar[0])
    moved = 0.0
    for i in range(play.units.size):
        pivotal = dot(work.sofar[i], work.rises[i], top + 1)
        work.own[CUTOFF, i] = indifferent(play.gain[i] * pivotal + play.base[i], play.scale[i])
        change = chance(play.shock, work.own[CUTOFF, i]) - p[i]
        moved = max(moved, abs(change))
        p[i] = min(1.0, max(0.0, p[i] + step * change))
        top = join(work.sofar[i], p[i], play, i, top, work.sofar[i + 1])
    work.spent[0] += play.units.size * top
    return moved


@borrowing
def reply(p: Any, play: Play, work: Work) -> float:
    """Leave the simultaneous best replies to p in work; return the largest change."""
    look_ahead(p, play, work)
    top = nobody(play, work.sofar[0])
    moved = 0.0
    for i in range(play.units.size):
        pivotal = dot(work.sofar[i], work.rises[i], top + 1)
        work.own[CUTOFF, i] = indifferent(play.gain[i] * pivotal + play.base[i], play.scale[i])
        work.own[REPLY, i] = chance(play.shock, work.own[CUTOFF, i])
        moved = max(moved, abs(work.own[REPLY, i] - p[i]))
        top = join(work.sofar[i], p[i], play, i, top, work.sofar[i + 1])
    work.spent[0] += play.units.size * top
    return moved


@borrowing
def advance(p: Any, step: float, play: Play, work: Work) -> float:
    """Let all members move by `step` times the change to their reply; return the largest change."""
    moved = reply(p, play, work)
    for i in range(p.size):
        p[i] += step * (work.own[REPLY, i] - p[i])
    return float(moved)
