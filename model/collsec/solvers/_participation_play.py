"""One participation game in the terms of its kernels: sums of units, pivotal chances, replies.

A backward pass stores, for every sum reached so far, the expected outcome of what is still to come;
a forward pass meets it with the distribution of the sum so far, so that each member's pivotal
chance is exact: O(n_members × lattice) for all members together.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from collsec.kernel import part


class Play(NamedTuple):
    """One game: who adds what, what it reverses, what it is worth and what it costs.

    Member i adds units[i] + t with weight shares[i, t], for t up to last[i]; weight[i] on average.
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


class Work(NamedTuple):
    """Room to work in, made once per game.

    ahead[i, g] is the expected outcome at a sum g before member i, rises[i, g] what its answer adds
    to that; sofar[i, g] the distribution of the sum before it; lifted what another adds to that.
    """

    ahead: Any
    rises: Any
    sofar: Any
    lifted: Any
    cutoff: Any
    reply: Any
    trial: Any
    pause: Any
    gap: Any
    direction: Any
    order: Any
    slopes: Any
    index: Any
    spent: Any


@part
def load(
    units: Any, shares: Any, reversal: Any, gain: Any, base: Any, scale: Any, shock: int
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
    )


@part
def room(play: Play, slots: int) -> Work:
    """Return room for a game and for so many equilibria."""
    n, size = play.units.size, top_of(play) + 1
    return Work(
        np.zeros((n + 1, size)),
        np.zeros((n, size)),
        np.zeros((n + 1, size)),
        np.zeros((n, size)),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
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


@part
def indifferent(net: float, scale: float) -> float:
    """Return the shock that leaves a member indifferent, given its net benefit at the mean draw."""
    if scale > 0.0:
        return net / scale
    return math.inf if net >= 0.0 else -math.inf


@part
def copy(source: Any, result: Any) -> None:
    for i in range(source.size):
        result[i] = source[i]


@part
def apart(a: Any, b: Any) -> float:
    """Return the largest difference between two profiles."""
    most = 0.0
    for i in range(a.size):
        most = max(most, abs(a[i] - b[i]))
    return most


@part
def top_of(play: Play) -> int:
    """Return the most units that the members can add together."""
    top = 0
    for i in range(play.units.size):
        top += play.units[i] + play.last[i]
    return top


@part
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


@part
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


@part
def look_ahead(p: Any, play: Play, work: Work) -> None:
    """Fill what is to come, and what each answer adds to it, when members follow p."""
    n = play.units.size
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


@part
def sweep(p: Any, step: float, play: Play, work: Work) -> float:
    """Let every member reply in turn; return the largest change proposed.

    Moves p by `step` times the proposed change and leaves the cutoffs in work.
    """
    look_ahead(p, play, work)
    work.sofar[0, 0] = 1.0
    top = 0
    moved = 0.0
    for i in range(play.units.size):
        pivotal = dot(work.sofar[i], work.rises[i], top + 1)
        work.cutoff[i] = indifferent(play.gain[i] * pivotal + play.base[i], play.scale[i])
        change = chance(play.shock, work.cutoff[i]) - p[i]
        moved = max(moved, abs(change))
        p[i] = min(1.0, max(0.0, p[i] + step * change))
        top = add(work.sofar[i], p[i], play, i, top, work.sofar[i + 1])
    work.spent[0] += play.units.size * top
    return moved


@part
def reply(p: Any, play: Play, work: Work) -> float:
    """Leave the simultaneous best replies to p in work; return the largest change."""
    look_ahead(p, play, work)
    work.sofar[0, 0] = 1.0
    top = 0
    moved = 0.0
    for i in range(play.units.size):
        pivotal = dot(work.sofar[i], work.rises[i], top + 1)
        work.cutoff[i] = indifferent(play.gain[i] * pivotal + play.base[i], play.scale[i])
        work.reply[i] = chance(play.shock, work.cutoff[i])
        moved = max(moved, abs(work.reply[i] - p[i]))
        top = add(work.sofar[i], p[i], play, i, top, work.sofar[i + 1])
    work.spent[0] += play.units.size * top
    return moved


@part
def advance(p: Any, step: float, play: Play, work: Work) -> float:
    """Let all members move by `step` times the change to their reply; return the largest change."""
    moved = reply(p, play, work)
    for i in range(p.size):
        p[i] += step * (work.reply[i] - p[i])
    return float(moved)
