r"""A state chooses how strong a signal it sends, from a continuum, and another believes it or not.

The sender's value of the prize is :math:`v \sim U[0, \bar v]`, which it alone knows. It is silent
or sends a signal of a level :math:`m \ge 0`, of which the share τ is paid if the sender is pushed
and gives in (tied hands) and the rest at once (sunk). The receiver draws its net cost of war
:math:`c_R \sim U[-L, H]`, sees the level, and pushes or not; a sender that is pushed fights or
gives in. Material payoffs of sender and receiver:

.. math::

    \text{not pushed: } (v - (1-\tau) m,\ 0), \qquad \text{gives in: } (-m,\ 1), \qquad
    \text{war: } (w v - c - (1-\tau) m,\ -c_R)

With relative gains :math:`U_S = V_S - \rho V_R` and :math:`U_R = V_R - \rho V_S`. Of all strategies
the form knows those that are all or nothing: values below a cutoff are silent and the others send
one level. It is the limit of `CostlySignalForm` with ever more types and messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from collsec.forms import _surprise as surprise
from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray

_TYPES, _LEVELS = 24, 72
_TIE, _BIT = 1e-12, 1e-9
SILENCE, SIGNAL = 0, 1
"""The two messages: the last axis of "push" and "fight_from"."""


class Parts(NamedTuple):
    """Chance and mean value of those who give in and who fight if pushed, in this order.

    Each has shape (*batch, n_equilibria, 2, 2): messages, then give in or fight.
    """

    chance: FloatArray
    value: FloatArray


@dataclass(frozen=True, eq=False)
class SignalLevelForm(Form):
    """A batch of games of signals of any level; arrays have shape (*batch).

    Strategies: "cutoff", shape (*batch, n_equilibria), is the value from which on the sender
    signals; "level", same shape, the level it sends; "fight_from", shape (*batch, n_equilibria, 2),
    the values from which on it fights if pushed after silence and after a signal; "push", same
    shape, the receiver's chance to push after either; "refined", shape of "cutoff", is 1 where
    the receiver lays what nobody sends only to values that criterion D1 leaves, and 0 where to any.
    Of the replies that its beliefs then allow it has one that deters all, if there is one. Nobody
    signals where the cutoff is the highest value.

    Attributes
    ----------
    ceiling : array
        The highest value.
    tied_share : array
        The share τ of a signal's cost that falls due only if the sender gives in.
    war_cost, victory : array
        The sender's cost of war c before `hardship`, and its chance w to win.
    eager, reluctant : array
        L and H.
    mandate : array
        1 for a sender that fights with a mandate, -1 for one without, 0 where none is at issue.
    hardship : array
        Factor on the sender's cost of war.
    relative_gains, monitoring, pledge_cost : array
        What levers have set so far.
    """

    ceiling: FloatArray
    tied_share: FloatArray
    war_cost: FloatArray
    victory: FloatArray
    eager: FloatArray
    reluctant: FloatArray
    mandate: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    relative_gains: FloatArray | float = 0.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0

    @cached_property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return np.broadcast_shapes(*(np.shape(value) for value in vars(self).values()))

    @property
    def players(self) -> tuple[str, str]:
        """Who speaks and who hears."""
        return ("sender", "receiver")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The two messages, after which the sender fights from a value on and the other pushes."""
        return dict.fromkeys(("fight_from", "push"), (("silence", "signal"),))

    def under(self, levers: Levers) -> Self:
        """Return the game under these assumptions; see `Form.under`.

        Relative gains on relative gains give a multiple of U = V - ρ V_other again; it is scaled
        to own weight one. Whoever has signalled, at whatever level, and gives in loses μ α c in
        addition. All other levers find nothing to act on.
        """
        return replace(
            self,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            monitoring=self.monitoring * levers.monitoring,
            pledge_cost=self.pledge_cost + levers.pledge_cost,
            hardship=self.hardship * (1.0 - levers.legitimacy * self.mandate),
        )

    @cached_property
    def rho(self) -> FloatArray:
        """The weight ρ of the other's payoff, shape (*batch)."""
        return np.asarray(self.relative_gains, dtype=np.float64)

    @cached_property
    def breach(self) -> FloatArray:
        """What a broken pledge costs beside the level, shape (*batch)."""
        return np.asarray(self.monitoring * self.pledge_cost * self.war_cost)

    @cached_property
    def toll(self) -> FloatArray:
        """The sender's cost of war with hardship, shape (*batch)."""
        return np.asarray(self.war_cost * self.hardship)

    @cached_property
    def span(self) -> FloatArray:
        """The width L + H of the receiver's costs, shape (*batch)."""
        return np.asarray(self.eager + self.reluctant, dtype=np.float64)

    def parts(self, strategies: Strategies) -> Parts:
        """Return how many give in and fight after each message, and what they value the prize."""
        cutoff, top = strategies["cutoff"], _wide(self.ceiling)
        from_ = strategies["fight_from"]
        first = np.clip(from_[..., SILENCE], 0.0, cutoff)
        second = np.clip(from_[..., SIGNAL], cutoff, top)
        edges = np.stack(np.broadcast_arrays(0.0, first, cutoff, second, top), axis=-1)
        low, high = edges[..., :-1], edges[..., 1:]
        chance = (high - low) / _wide(self.ceiling)[..., None]
        shape = (*chance.shape[:-1], 2, 2)
        return Parts(chance.reshape(shape), ((low + high) / 2.0).reshape(shape))

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities before values are drawn, shape (*batch, n_equilibria, 2)."""
        parts, push = self.parts(strategies), np.asarray(strategies["push"])[..., None]
        level = np.asarray(strategies["level"])[..., None]
        tied = _wide(self.tied_share)[..., None]
        sent = np.array([0.0, 1.0])
        given = -sent * (tied * level + _wide(self.breach)[..., None])
        fought = _wide(self.victory)[..., None] * parts.value[..., 1] - _wide(self.toll)[..., None]
        pushed = np.stack([given, fought], axis=-1)
        sunk = (sent * (1.0 - tied) * level)[..., None]
        sender = (1.0 - push) * parts.value + push * pushed - sunk
        theirs = np.stack([np.ones_like(fought), -self._mean_cost(push[..., 0])], axis=-1)
        material = np.stack(
            [_both(parts.chance * sender), _both(parts.chance * push * theirs)], axis=-1
        )
        return np.asarray(material - _wide(self.rho)[..., None] * material[..., ::-1])

    def war_chance(self, strategies: Strategies) -> FloatArray:
        """Return the chance of war, shape (*batch, n_equilibria)."""
        return total(strategies["push"] * self.parts(strategies).chance[..., 1])

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type of either side, shape (*batch, n_equilibria).

        A grid of 25 values, and those at both sides of where the plan changes, try silence, the
        plan's level and 73 others from a bare pledge (level 0) up to twice the sum of the highest
        value and the cost of war, also those just beside the plan's level and just enough for some
        values to fight, each with the better of fighting and giving in. To a level that nobody
        sends the receiver has the reply of `surprise.reply`; what it replies to silence or to the
        plan's level, where nobody sends that, must be allowed, or the distance counts as regret.
        After silence and signal every receiver between the cost at which pushing stops and the one
        at which it should gains; most gains the one at the former.
        """
        value, refined = self._values(strategies), _refined(strategies)
        best, held = self._held(strategies, value)
        for other in [*self._levels(), *self._critical(strategies)]:
            stakes = self.stakes(other)
            reply = surprise.reply(stakes, value, held, refined)
            best = np.maximum(best, np.maximum(*_worth(stakes, value, reply)))
        gains = [
            (best - held).max(axis=-1),
            self._receiver_regret(strategies),
            self._disallowed(strategies),
        ]
        return np.asarray(np.max(np.stack(np.broadcast_arrays(*gains)), axis=0))

    def _disallowed(self, strategies: Strategies) -> FloatArray:
        """Return how far replies to silence and the plan's level, if unsent, are from allowed."""
        value, level = self._values(strategies), np.asarray(strategies["level"])[..., None]
        _, held = self._held(strategies, value)
        gaps = []
        for message, sent in ((SILENCE, None), (SIGNAL, level)):
            range_, _ = surprise.allowed(self.stakes(sent), value, held, _refined(strategies))
            push = np.asarray(strategies["push"])[..., message]
            apart = np.maximum(range_.low[..., 0] - push, push - range_.high[..., 0])
            is_sent = total(self.parts(strategies).chance[..., message, :]) > 0
            gaps.append(np.where(is_sent, 0.0, apart))
        return np.maximum(*gaps)

    def unsent(self, strategies: Strategies) -> FloatArray:
        """Return what the receiver replies to silence and to the plan's level if nobody sends them.

        Shape of "push", which plays no part but where the messages are sent.
        """
        level = np.asarray(strategies["level"])
        replies = [self.surprised(strategies, sent).push for sent in (None, level)]
        return np.stack(np.broadcast_arrays(*replies), axis=-1)

    def surprised(self, strategies: Strategies, level: FloatArray | None) -> surprise.Belief:
        """Return what the receiver replies to a level that nobody sends, and whom it has in mind.

        `level` has shape (*batch, n_equilibria) or broadcasts to it, as has all that is returned;
        None is silence.
        """
        value = self._values(strategies)
        _, held = self._held(strategies, value)
        stakes = self.stakes(None if level is None else np.asarray(level)[..., None])
        found = surprise.believed(stakes, value, held, _refined(strategies))
        return surprise.Belief(*(part[..., 0] for part in found))

    def _held(self, strategies: Strategies, value: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what the best of both messages is worth to each value, and what it has by plan."""
        cutoff, level = (np.asarray(strategies[name])[..., None] for name in ("cutoff", "level"))
        push, from_ = np.asarray(strategies["push"]), np.asarray(strategies["fight_from"])
        plans = []
        for message, sent in ((SILENCE, None), (SIGNAL, level)):
            yields, fights = _worth(self.stakes(sent), value, push[..., message, None])
            chosen = np.where(value >= from_[..., message, None], fights, yields)
            plans.append((chosen, np.maximum(yields, fights)))
        signals = (value >= cutoff) & (cutoff < _wide(self.ceiling)[..., None])
        held = np.where(signals, plans[SIGNAL][0], plans[SILENCE][0])
        return np.maximum(plans[SILENCE][1], plans[SIGNAL][1]), held

    def _values(self, strategies: Strategies) -> FloatArray:
        """Return the values that the certificate looks at, (*batch, n_equilibria, n_values)."""
        top, cutoff = _wide(self.ceiling)[..., None], np.asarray(strategies["cutoff"])[..., None]
        even = np.arange(_TYPES + 1) / _TYPES * (top + 0.0 * cutoff)
        edges = np.concatenate([cutoff, np.asarray(strategies["fight_from"])], axis=-1)
        beside = np.concatenate([edges * (1.0 - _BIT), edges], axis=-1)
        return np.concatenate([even, np.clip(beside, 0.0, top)], axis=-1)

    def _levels(self) -> list[FloatArray]:
        """Return levels, each of shape (*batch, 1, 1)."""
        highest = 2.0 * (self.ceiling + self.toll)
        return [_wide(highest * step / _LEVELS)[..., None] for step in range(_LEVELS + 1)]

    def _critical(self, strategies: Strategies) -> list[FloatArray]:
        """Return levels beside the plan's and just enough for some values to be taken seriously."""
        level, cutoff = (np.asarray(strategies[name])[..., None] for name in ("level", "cutoff"))
        tied = _wide(self.tied_share)[..., None]
        places = [level]
        for value in (cutoff, _wide(self.ceiling)[..., None]):
            short = _wide(self.toll - self.rho - self.breach)[..., None]
            short = short - _wide(self.victory)[..., None] * value
            places.append(np.maximum(short / np.where(tied > _TIE, tied, np.inf), 0.0))
        return [np.maximum(place * (1.0 + step), 0.0) for place in places for step in (-_BIT, _BIT)]

    def stakes(self, level: FloatArray | None) -> surprise.Stakes:
        """Return what is at stake after a level; None is silence.

        The level and all stakes have shape (*batch, n_equilibria, 1), or broadcast to it.
        """
        zero = np.zeros(self.batch_shape)
        rho, victory, toll, eager, span, ceiling = (
            _wide(item + zero)[..., None]
            for item in (
                self.rho, self.victory, self.toll, self.eager, self.span, self.ceiling,
            )
        )  # fmt: skip
        free = 0.0 * rho
        fixed = surprise.Stakes(rho, victory, toll, eager, span, ceiling, free, free)
        if level is None:
            return fixed
        tied = _wide(self.tied_share)[..., None]
        lost = tied * level + _wide(self.breach)[..., None]
        return fixed._replace(sunk=np.asarray((1.0 - tied) * level), lost=np.asarray(lost))

    def _receiver_regret(self, strategies: Strategies) -> FloatArray:
        parts, push = self.parts(strategies), np.asarray(strategies["push"])
        rho = _wide(self.rho)[..., None]
        level = np.asarray(strategies["level"])[..., None] * np.array([0.0, 1.0])
        tied = _wide(self.tied_share)[..., None] * level
        tied = tied + _wide(self.breach)[..., None] * np.array([0.0, 1.0])
        war = _wide(self.victory)[..., None] * parts.value[..., 1] - _wide(self.toll)[..., None]
        yields = parts.chance[..., 0] * (1.0 + rho * (tied + parts.value[..., 0]))
        fights = parts.chance[..., 1] * rho * (parts.value[..., 1] - war)
        last = push * _wide(self.span)[..., None] - _wide(self.eager)[..., None]
        gain = yields + fights - parts.chance[..., 1] * last
        errs = np.maximum(np.where(push < 1, gain, 0.0), np.where(push > 0, -gain, 0.0))
        mass = total(parts.chance)
        share = np.where(mass > 0, errs / np.where(mass > 0, mass, 1.0), 0.0)
        return np.asarray((np.maximum(share, 0.0) + 0.0 * gain).max(axis=-1))

    def _mean_cost(self, push: FloatArray) -> FloatArray:
        """Return the mean cost of war of those who push, the share `push` with the lowest."""
        return np.asarray(push * _wide(self.span)[..., None] / 2.0 - _wide(self.eager)[..., None])


def _worth(
    stakes: surprise.Stakes, value: FloatArray, push: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what a message is worth to senders who give in and who fight if pushed."""
    calm = (1.0 - push) * value - stakes.sunk
    mean = push * stakes.span / 2.0 - stakes.eager
    war = stakes.victory * value - stakes.toll + stakes.rho * mean
    return calm - push * (stakes.rho + stakes.lost), calm + push * war


def _refined(strategies: Strategies) -> BoolArray:
    """Return whether criterion D1 says to whom surprises are laid, with an axis of values."""
    return np.asarray(np.asarray(strategies["refined"])[..., None] == 1.0)


def _wide(values: FloatArray | float) -> FloatArray:
    """Return the values with an axis for equilibria, shape (*batch, 1)."""
    return np.asarray(values, dtype=np.float64)[..., None]


def _both(values: FloatArray) -> FloatArray:
    return total(total(values))
