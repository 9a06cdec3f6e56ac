r"""The supports of a threat's equilibria, each with its play in closed form.

A type is kept indifferent by something that the other side leaves open. Soft and hard demanders
mix so that a defender's type is indifferent: that takes the belief q; a defender's type mixes so
that a demander is: that takes its chance to resist. So outside borders at most one type demands
with a chance inside (0, 1) and at most one fights with one, and as many types of the defender mix
as there are of these. Where nobody demands, or nobody resists, a belief is free; such supports
stand for one play on the path, and any of them will do.

All conditions are linear in q and in :math:`q_k f_k`, k the type that mixes about fighting, so
every row is a quotient of stakes. Types are numbered 0 (hard) and 1 (soft); i and k are the
challenger's, j and l the defender's, each other's complement.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np

from collsec.forms.threat import CHALLENGER, DEFENDER
from collsec.parameters import FloatArray, IntArray
from collsec.solvers._threat_stakes import NOBODY, SOMEBODY, Pair, Play, Stakes

EITHER = (0, 1)
PURE = (0.0, 1.0)


def each_on_path(stakes: Stakes) -> Iterator[Play]:
    """Yield the supports in which somebody demands and somebody resists: each row is one play."""
    if stakes.replies:
        yield _pure(stakes)
    if stakes.torn:
        yield _bluffing(stakes)
    if stakes.torn and stakes.wavering:
        yield _doubting(stakes)
        yield _bluffing_and_doubting(stakes)


def unchallenged(stakes: Stakes) -> Iterator[Play]:
    """Yield the supports in which nobody demands: all rows are the same play on the path."""
    if stakes.replies:
        yield _settled(stakes)
    if stakes.torn:
        yield _one_resists_at_times(stakes)
    if stakes.torn and stakes.wavering:
        yield _one_fights_at_times(stakes)
        yield _all_at_times(stakes)
    yield from _conceded(stakes, NOBODY)


def unresisted(stakes: Stakes) -> Iterator[Iterator[Play]]:
    """Yield, for each set of demanders, the supports in which every demand is conceded."""
    for demand in SOMEBODY:
        yield _conceded(stakes, demand)


def _conceded(stakes: Stakes, demand: Pair) -> Iterator[Play]:
    yield _nobody_resists(stakes, demand)
    if stakes.wavering:
        yield _nobody_resists_some_fight(stakes, demand)


def _pure(g: Stakes) -> Play:
    demand, resist, fight = _rows(SOMEBODY, g.replies, g.fights)
    return g.play(demand, resist, fight)


def _bluffing(g: Stakes) -> Play:
    """One demander and one resister keep each other indifferent: bluff where both are soft."""
    i, j, other, fight = _rows(EITHER, g.torn, PURE, g.fights)
    belief = _indifferent_belief(g, j, fight)
    met = g.resisted[:, i, :] + _of(fight, i)[:, None] * g.fought[:, i, :]
    lost = -(g.unresisted[:, i] + other * _at(met, 1 - j))
    resist = _placed(j, lost / _at(met, j), other)
    return g.play(_demand_for(g, i, belief), resist, fight, demander_hard=belief)


def _doubting(g: Stakes) -> Play:
    """One resister keeps a fighter indifferent, who keeps it so."""
    demand, k, other, j = _rows(SOMEBODY, g.wavering, PURE, g.torn)
    resist = _placed(j, -g.fought[:, k, 1 - j] / g.fought[:, k, j], np.ones(len(j)))
    belief = g.by_bayes(CHALLENGER, np.broadcast_to(demand, (len(g), *demand.shape)))
    weight = _share(belief, k)
    fixed = weight * g.faced[:, k, j] + (1.0 - weight) * _faced_by(g, 1 - k, j, other)
    fight = _placed(k, -fixed / (weight * g.warred[:, k, j]), other)
    return g.play(demand, resist, fight)


def _bluffing_and_doubting(g: Stakes) -> Play:
    """Both types of the defender keep a demander and a fighter indifferent, who keep them so."""
    i, k, other = _rows(EITHER, g.wavering, PURE)
    weight, fighting = _indifferent_pair(g, k, other)
    ray = _ray(g, k)
    met = _along(g, ray, i, np.where(i == k, 0.0, other))
    resist = ray * (-g.unresisted[:, i] / met)[..., None]
    belief = _share(weight, k)
    fight = _placed(k, fighting / weight, other)
    return g.play(_demand_for(g, i, belief), resist, fight, demander_hard=belief)


def _settled(g: Stakes) -> Play:
    resist, fight = _rows(g.replies, g.fights)
    theirs = g.faced[:, None] + fight[..., None] * g.warred[:, None]
    sign = 2.0 * resist - 1.0
    low, high = _between(sign * theirs[..., 1, :], sign * (theirs[..., 0, :] - theirs[..., 1, :]))
    belief = _near(g.odds[:, CHALLENGER, :1], low, high)
    return g.play(np.zeros_like(resist), resist, fight, demander_hard=belief)


def _one_resists_at_times(g: Stakes) -> Play:
    j, other, fight = _rows(g.torn, PURE, g.fights)
    belief = _indifferent_belief(g, j, fight)
    met = g.resisted[:, None] + fight[..., None] * g.fought[:, None]
    sign = 2.0 * fight - 1.0
    fought = np.broadcast_to(g.fought[:, None], met.shape)
    rest, o = 1 - j, other[:, None]
    start = np.concatenate(
        [-(g.unresisted[:, None] + o * _last(met, rest)), sign * o * _last(fought, rest)], -1
    )
    slope = np.concatenate([-_last(met, j), sign * _last(fought, j)], axis=-1)
    low, high = _between(start, slope)
    resist = _placed(j, (low + high) / 2, other)
    return g.play(_nobody(j), resist, fight, demander_hard=belief)


def _one_fights_at_times(g: Stakes) -> Play:
    k, other, j = _rows(g.wavering, PURE, g.torn)
    resist = _placed(j, -g.fought[:, k, 1 - j] / g.fought[:, k, j], np.ones(len(j)))
    fight = _placed(k, -g.faced[:, k, j] / g.warred[:, k, j], other)
    return g.play(
        _nobody(k), resist, fight, demander_hard=np.broadcast_to(1.0 - k, fight.shape[:2])
    )


def _all_at_times(g: Stakes) -> Play:
    k, other = _rows(g.wavering, PURE)
    weight, fighting = _indifferent_pair(g, k, other)
    ray = _ray(g, k)
    both = [_along(g, ray, np.full(len(k), i), np.where(k == i, 0.0, other)) for i in EITHER]
    start = np.broadcast_to(-g.unresisted[:, None], (len(g), len(k), 2))
    low, high = _between(start, -np.stack(both, axis=-1))
    resist = ray * ((low + high) / 2)[..., None]
    fight = _placed(k, fighting / weight, other)
    return g.play(_nobody(k), resist, fight, demander_hard=_share(weight, k))


def _nobody_resists(g: Stakes, demand_: Pair) -> Play:
    demand, fight = _rows((demand_,), g.fights)
    each = g.fought / g.odds[:, DEFENDER, None, :]
    sign = 2.0 * fight - 1.0
    low, high = _between(sign * each[:, None, :, 1], sign * (each[..., 0] - each[..., 1])[:, None])
    resister = _near(g.odds[:, DEFENDER, :1], low, high)
    theirs = g.faced[:, None] + fight[..., None] * g.warred[:, None]
    bottom, top = _between(-theirs[..., 1, :], theirs[..., 1, :] - theirs[..., 0, :])
    free = _near(g.odds[:, CHALLENGER, :1], bottom, top)
    belief = g.by_bayes(CHALLENGER, np.broadcast_to(demand, (len(g), *demand.shape)))
    belief = np.where(demand.any(axis=-1), belief, free)
    return g.play(demand, _nobody(demand), fight, belief, resister)


def _nobody_resists_some_fight(g: Stakes, demand_: Pair) -> Play:
    demand, k, other = _rows((demand_,), g.wavering, PURE)
    each = g.fought / g.odds[:, DEFENDER, None, :]
    resister = each[:, k, 1] / (each[:, k, 1] - each[:, k, 0])
    belief = g.by_bayes(CHALLENGER, np.broadcast_to(demand, (len(g), *demand.shape)))
    belief = np.where(demand.any(axis=-1), belief, 1.0 - k)
    weight = _share(belief, k)[..., None]
    o = other[:, None]
    rest = g.faced[:, 1 - k, :] + o * g.warred[:, 1 - k, :]
    start = -(weight * g.faced[:, k, :] + (1.0 - weight) * rest)
    low, high = _between(start, -weight * g.warred[:, k, :])
    fight = _placed(k, (low + high) / 2, other)
    return g.play(demand, _nobody(k), fight, belief, resister)


def _rows(*choices: Sequence[Any]) -> list[Any]:
    """Return one array for each list of choices, with a row for every combination."""
    lines = list(itertools.product(*choices))
    return [np.array([line[c] for line in lines]) for c in range(len(choices))]


def _nobody(like: FloatArray | IntArray) -> FloatArray:
    return np.zeros((len(like), 2))


def _of(pairs: FloatArray, place: IntArray) -> FloatArray:
    """Return from each row's pair (rows, 2) the entry at its place."""
    return np.where(place == 0, pairs[:, 0], pairs[:, 1])


def _at(pairs: FloatArray, place: IntArray) -> FloatArray:
    """Return from each row's pair (n, rows, 2) the entry at its place."""
    return np.where(place == 0, pairs[..., 0], pairs[..., 1])


def _last(table: FloatArray, place: IntArray) -> FloatArray:
    """Return from each row's table (n, rows, 2, 2) the entries whose last place is its place."""
    return np.where(place[:, None] == 0, table[..., 0], table[..., 1])


def _placed(place: IntArray, value: FloatArray, other: FloatArray) -> FloatArray:
    """Return pairs (n, rows, 2) with a value at each row's place, and the other beside it."""
    is_here = place[:, None] == np.arange(2)
    return np.where(is_here, value[..., None], other[:, None])


def _share(belief: FloatArray, k: IntArray) -> FloatArray:
    """Return the chance of type k where `belief` is that of the hard type, and back again."""
    return np.where(k == 0, belief, 1.0 - belief)


def _indifferent_belief(g: Stakes, j: IntArray, fight: FloatArray) -> FloatArray:
    """Return the q at which a type of the defender is indifferent, (n, rows)."""
    hard, soft = (g.faced[:, i, j] + fight[:, i] * g.warred[:, i, j] for i in EITHER)
    return np.asarray(soft / (soft - hard))


def _demand_for(g: Stakes, i: IntArray, belief: FloatArray) -> FloatArray:
    """Return the demands that make a belief come true while only type i holds back at times."""
    share = _share(belief, i)
    chance = share * g.odds[:, CHALLENGER, 1 - i] / ((1.0 - share) * g.odds[:, CHALLENGER, i])
    return _placed(i, chance, np.ones(len(i)))


def _faced_by(g: Stakes, o: IntArray, j: IntArray, fight: FloatArray) -> FloatArray:
    return np.asarray(g.faced[:, o, j] + fight * g.warred[:, o, j])


def _indifferent_pair(g: Stakes, k: IntArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return q_k and q_k f_k that leave both types of the defender indifferent, (n, rows)."""
    rest = [_faced_by(g, 1 - k, np.full(len(k), j), other) for j in EITHER]
    across = [g.faced[:, k, j] - rest[j] for j in EITHER]
    along = [g.warred[:, k, j] for j in EITHER]
    area = across[0] * along[1] - across[1] * along[0]
    weight = (rest[1] * along[0] - rest[0] * along[1]) / area
    fighting = (across[1] * rest[0] - across[0] * rest[1]) / area
    return weight, fighting


def _ray(g: Stakes, k: IntArray) -> FloatArray:
    """Return the chances to resist that leave type k indifferent about fighting, (n, rows, 2).

    The larger is one; all smaller multiples will do. NaN where type k knows what to do.
    """
    hard, soft = g.fought[:, k, 0], g.fought[:, k, 1]
    pair = np.stack([np.abs(soft), np.abs(hard)], axis=-1)
    pair = pair / pair.max(axis=-1, keepdims=True)
    return np.where((hard * soft < 0.0)[..., None], pair, np.nan)


def _along(g: Stakes, ray: FloatArray, i: IntArray, fight: FloatArray) -> FloatArray:
    """Return what being resisted as the ray says adds to a demand of type i, (n, rows)."""
    met = ray * (g.resisted[:, i, :] + fight[:, None] * g.fought[:, i, :])
    return np.asarray(met[..., 0] + met[..., 1])


def _between(start: FloatArray, slope: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and greatest t in [0, 1] with start + slope t >= 0 on the whole last axis.

    NaN where there is none.
    """
    root = -start / np.where(slope == 0.0, 1.0, slope)
    lows, highs = np.where(slope > 0.0, root, 0.0), np.where(slope < 0.0, root, 1.0)
    places = range(start.shape[-1])
    low = reduce(np.maximum, [lows[..., c] for c in places], np.zeros(()))
    high = reduce(np.minimum, [highs[..., c] for c in places], np.ones(()))
    stuck = (slope == 0.0) & (start < 0.0)
    never = reduce(np.logical_or, [stuck[..., c] for c in places], low > high)
    return np.where(never, np.nan, low), np.where(never, np.nan, high)


def _near(prior: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the prior where it lies inside, else the middle of the range."""
    return np.where((prior > low) & (prior < high), prior, (low + high) / 2)
