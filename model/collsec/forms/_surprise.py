r"""How a receiver may answer a level of signal that nobody sends.

Its answer is a chance π to push, best for some belief about the sender's value. Let a value be
content with the plan at replies between :math:`a_v` and :math:`b_v`: one that would give in gains
by the surprise where the push is rare, and with relative gains one that would fight may gain where
it is frequent too, as those who push then lose by it. A surprise deters if the reply lies between
the highest :math:`a_v` and the lowest :math:`b_v`. Criterion D1 lays it only to values that no
other outdoes, that is to v unless for some other value v'

.. math:: a_{v'} > a_v \quad\text{and}\quad b_{v'} < b_v,

where a side on which v never gains counts as met. The replies that are best for some belief on
such values fill the range between those that are best where one of them is certain.

References
----------
cho1987signaling, banks1987equilibrium
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from collsec.parameters import BoolArray, FloatArray

_TIE, _SAME = 1e-12, 1e-9


class Stakes(NamedTuple):
    """What both sides have at stake; arrays broadcast with an axis of values behind.

    Attributes
    ----------
    rho, victory, toll, eager, span, ceiling : array
        As in `SignalLevelForm`.
    sunk, lost : array
        What the level costs at once, and what it costs besides to give in after it.
    """

    rho: FloatArray
    victory: FloatArray
    toll: FloatArray
    eager: FloatArray
    span: FloatArray
    ceiling: FloatArray
    sunk: FloatArray
    lost: FloatArray

    def harm(self, value: FloatArray) -> FloatArray:
        """Return what a sender of this value has less by a war than if it is not pushed."""
        return np.asarray((1.0 - self.victory) * value + self.toll)

    def trusting(self, cost: FloatArray) -> FloatArray:
        """Return the chance that the receiver's cost of war lies below this one."""
        return np.asarray((cost + self.eager) / self.span)

    def gain(self, value: FloatArray, fights: FloatArray, cost: FloatArray) -> FloatArray:
        """Return what a receiver gains by a push against a value that fights with this chance.

        Its own cost of war is `cost`.
        """
        won = 1.0 + self.rho * (self.lost + value)
        return np.asarray((1.0 - fights) * won + fights * (self.rho * self.harm(value) - cost))

    def ready(self, value: FloatArray) -> FloatArray:
        """Return the push from which on a sender of this value fights; 2 where there is none."""
        short = self.toll - self.rho - self.lost - self.victory * value
        slope = np.where(self.rho > 0, self.rho, 1.0)
        needed = 2.0 * (self.eager + short / slope) / self.span
        return np.where(self.rho > 0, needed, np.where(short < -_TIE, 0.0, 2.0))


class Replies(NamedTuple):
    """All chances of a push between two ends."""

    low: FloatArray
    high: FloatArray


class Belief(NamedTuple):
    """A reply, and two values of the sender such that it is best for some belief on them alone.

    The reply that is best against `gentle` alone does not exceed `push`, and that against `fierce`
    alone does not fall short of it.
    """

    push: FloatArray
    gentle: FloatArray
    fierce: FloatArray


def reply(stakes: Stakes, value: FloatArray, held: FloatArray, refined: BoolArray) -> FloatArray:
    """Return a reply that deters all values if one is allowed, else the nearest that is.

    `held` is what each value has by the plan, on the last axis, which comes back with length one.
    Where `refined` holds surprises are laid only to what criterion D1 leaves of these values.
    """
    range_, content = allowed(stakes, value, held, refined)
    middle = (_most(content.low) - _most(-content.high)) / 2.0
    return np.clip(middle, range_.low, range_.high)


def allowed(
    stakes: Stakes, value: FloatArray, held: FloatArray, refined: BoolArray
) -> tuple[Replies, Replies]:
    """Return the replies that are allowed, and those with which each value is content."""
    every = _feasible(stakes)
    content = _content(stakes, value, held)
    known = sure(stakes, value)
    left = _left(content, every)
    low = -_most(np.where(left, -known, -np.inf))
    high = _most(np.where(left, known, -np.inf))
    range_ = Replies(np.where(refined, low, every.low), np.where(refined, high, every.high))
    return range_, content


def believed(stakes: Stakes, value: FloatArray, held: FloatArray, refined: BoolArray) -> Belief:
    """Return the reply, and of the values that may be blamed those whose sure replies are nearest.

    Of several alike the first. Where the grid has none on a side of the reply, the nearest on the
    other takes its place.
    """
    push = reply(stakes, value, held, refined)
    left = ~refined | _left(_content(stakes, value, held), _feasible(stakes))
    above = push - sure(stakes, value)
    gentle, fierce = (
        np.where(left, np.where(gap >= -_SAME, np.abs(gap), 2.0 + np.abs(gap)), np.inf)
        for gap in (above, -above)
    )
    return Belief(push, _at_least(value, gentle), _at_least(value, fierce))


def sure(stakes: Stakes, value: FloatArray) -> FloatArray:
    """Return the reply that is best where the sender's value is known.

    One known to fight is pushed with one chance and one known to give in always is; with relative
    gains a sender may be ready to fight only if pushed more often than the one, and is then pushed
    until it is. Who is indifferent gives in.
    """
    least = np.clip(stakes.trusting(stakes.rho * stakes.harm(value)), 0.0, 1.0)
    return np.clip(stakes.ready(value), least, 1.0)


def _feasible(stakes: Stakes) -> Replies:
    """Return the replies that are best for some belief.

    Somebody must be ready to fight whose fighting would keep the last who push from it, and, if
    not all push, somebody who gives in or whom they like to fight.
    """
    zero = 0.0 * stakes.rho
    per = stakes.rho * (1.0 - stakes.victory) / stakes.victory
    short = stakes.toll - stakes.rho - stakes.lost + stakes.rho * stakes.eager
    marginal = stakes.eager + stakes.rho * stakes.toll + per * short
    marginal = marginal / (stakes.span * (1.0 + per * stakes.rho / 2.0))
    gentle = stakes.trusting(stakes.rho * stakes.toll)
    low = np.maximum(np.maximum(marginal, gentle), stakes.ready(stakes.ceiling))
    low = np.clip(low, 0.0, 1.0)
    fierce = stakes.trusting(stakes.rho * stakes.harm(stakes.ceiling))
    high = np.maximum(np.maximum(stakes.ready(zero), fierce), low)
    return Replies(low, np.clip(high, 0.0, 1.0))


def _content(stakes: Stakes, value: FloatArray, held: FloatArray) -> Replies:
    """Return the replies at which a value does not gain; low above high where it always does."""
    gap = value - held - stakes.sunk
    price = value + stakes.rho + stakes.lost
    yields = _over(gap, price)
    slope = stakes.harm(value) + stakes.rho * stakes.eager
    curve = stakes.rho * stakes.span
    root = np.sqrt(np.maximum(slope * slope - 2.0 * curve * gap, 0.0))
    fights = _over(2.0 * gap, slope + root)
    high = np.where(curve > 0, (slope + root) / np.where(curve > 0, curve, 1.0), np.inf)
    return Replies(np.maximum(yields, fights), np.minimum(high, 2.0))


def _over(gain: FloatArray, price: FloatArray) -> FloatArray:
    """Return up to which push a gain is worth its price; the sign of the gain where that is 0."""
    costs = price > _TIE
    return np.where(costs, gain / np.where(costs, price, 1.0), np.sign(gain))


def _left(content: Replies, every: Replies) -> BoolArray:
    """Return the values that criterion D1 leaves; all where none gains by any reply."""
    gains_low = content.low > every.low + _SAME
    gains_high = content.high < every.high - _SAME
    gains = gains_low | gains_high
    low = np.where(gains_low, content.low, every.low - 1.0)
    high = np.where(gains_high, content.high, every.high + 1.0)
    outdone = np.zeros(gains.shape, dtype=bool)
    for k in range(gains.shape[-1]):
        at = slice(k, k + 1)
        earlier = np.maximum(content.low[..., at], every.low) > low + _SAME
        later = np.minimum(content.high[..., at], every.high) < high - _SAME
        outdone |= earlier & later & gains[..., at]
    return ~outdone


def _most(values: FloatArray) -> FloatArray:
    return np.asarray(values.max(axis=-1, keepdims=True))


def _at_least(values: FloatArray, distance: FloatArray) -> FloatArray:
    """Return the value with the least distance, with the last axis of length one."""
    place = np.argmin(distance, axis=-1, keepdims=True)
    return np.take_along_axis(np.broadcast_to(values, distance.shape), place, axis=-1)
