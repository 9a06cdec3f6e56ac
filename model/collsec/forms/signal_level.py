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

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.measures import total
from collsec.parameters import FloatArray

_TYPES, _LEVELS = 128, 96
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
    shape, the receiver's chance to push after either; "surprise", same shape, the values to which
    the receiver lays levels below the plan's and all others. Nobody signals where the cutoff is
    the highest value.

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

    def under(self, levers: Levers) -> Self:
        """Return the game under these assumptions; see `Form.under`.

        Relative gains on relative gains give a multiple of U = V - ρ V_other again; it is scaled
        to own weight one. Whoever has signalled, at whatever level, and gives in loses μ α c in
        addition. All other levers find nothing to act on.
        """
        old, new = np.asarray(self.relative_gains), np.asarray(levers.relative_gains)
        return replace(
            self,
            relative_gains=(old + new) / (1.0 + old * new),
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

        A grid of 129 values, and those at which the plan changes, try silence, the plan's level
        and 97 others from a bare pledge (level 0) up to twice the sum of the highest value and the
        cost of war, also those just beside the plan's level and just enough for the values in
        "surprise" to fight, each with the better of fighting and giving in. The receiver's reply to
        another level is the best one to the value in "surprise". After silence and signal every
        receiver between the cost at which pushing stops and the one at which it should gains; most
        gains the one at the former.
        """
        value = self._values(strategies)
        cutoff, level = (np.asarray(strategies[name])[..., None] for name in ("cutoff", "level"))
        push, from_ = np.asarray(strategies["push"]), np.asarray(strategies["fight_from"])
        plans = []
        for message, sent in ((SILENCE, None), (SIGNAL, level)):
            yields, fights = self._worth(value, push[..., message, None], sent)
            chosen = np.where(value >= from_[..., message, None], fights, yields)
            plans.append((chosen, np.maximum(yields, fights)))
        (silent, best_silent), (signal, best_signal) = plans
        signals = (value >= cutoff) & (cutoff < _wide(self.ceiling)[..., None])
        follows = np.where(signals, signal, silent)
        best = np.maximum(best_silent, best_signal)
        for other in [*self._levels(), *self._critical(strategies)]:
            reply = self.surprised(strategies, other)
            best = np.maximum(best, np.maximum(*self._worth(value, reply, other)))
        gains = [(best - follows).max(axis=-1), self._receiver_regret(strategies)]
        return np.asarray(np.max(np.stack(np.broadcast_arrays(*gains)), axis=0))

    def _values(self, strategies: Strategies) -> FloatArray:
        """Return the values that the certificate looks at, (*batch, n_equilibria, n_values)."""
        top, cutoff = _wide(self.ceiling)[..., None], np.asarray(strategies["cutoff"])[..., None]
        even = np.arange(_TYPES + 1) / _TYPES * (top + 0.0 * cutoff)
        edges = np.concatenate([cutoff, np.asarray(strategies["fight_from"])], axis=-1)
        return np.concatenate([even, np.clip(edges, 0.0, top)], axis=-1)

    def _levels(self) -> list[FloatArray]:
        """Return levels, each of shape (*batch, 1, 1)."""
        highest = 2.0 * (self.ceiling + self.toll)
        return [_wide(highest * step / _LEVELS)[..., None] for step in range(_LEVELS + 1)]

    def _critical(self, strategies: Strategies) -> list[FloatArray]:
        """Return levels beside the plan's and just enough for surprises to be taken seriously."""
        level, laid_to = np.asarray(strategies["level"])[..., None], strategies["surprise"]
        tied = _wide(self.tied_share)[..., None]
        short = _wide(self.toll - self.rho - self.breach)[..., None]
        short = short - _wide(self.victory)[..., None] * laid_to
        enough = np.maximum(short / np.where(tied > _TIE, tied, np.inf), 0.0)
        places = [level, enough[..., :1], enough[..., 1:]]
        return [np.maximum(place * (1.0 + step), 0.0) for place in places for step in (-_BIT, _BIT)]

    def _worth(
        self, value: FloatArray, push: FloatArray, level: FloatArray | None
    ) -> tuple[FloatArray, FloatArray]:
        """Return what a message is worth to senders who give in and who fight; None is silence."""
        rho, tied = _wide(self.rho)[..., None], _wide(self.tied_share)[..., None]
        sunk, given = 0.0 * value, -rho + 0.0 * value
        if level is not None:
            sunk, given = (1.0 - tied) * level, given - tied * level - _wide(self.breach)[..., None]
        calm = (1.0 - push) * value - sunk
        war = _wide(self.victory)[..., None] * value - _wide(self.toll)[..., None]
        mean = push * _wide(self.span)[..., None] / 2.0 - _wide(self.eager)[..., None]
        return calm + push * given, calm + push * (war + rho * mean)

    def surprised(self, strategies: Strategies, level: FloatArray) -> FloatArray:
        """Return the chance of a push after a level that is not of the plan, by belief.

        A sender known to fight is pushed with one chance and one known to give in always is; with
        relative gains a sender may be ready to fight only if pushed more often than the one. Who is
        indifferent gives in.
        """
        below = level < np.asarray(strategies["level"])[..., None]
        laid_to = np.asarray(strategies["surprise"])
        value = np.where(below, laid_to[..., :1], laid_to[..., 1:])
        rho = _wide(self.rho)[..., None]
        war = _wide(self.victory)[..., None] * value - _wide(self.toll)[..., None]
        given = rho + _wide(self.tied_share)[..., None] * level + _wide(self.breach)[..., None]
        span, eager = _wide(self.span)[..., None], _wide(self.eager)[..., None]
        least = np.clip((rho * (value - war) + eager) / span, 0.0, 1.0)
        needed = 2.0 * (eager - (war + given) / np.where(rho > 0, rho, 1.0)) / span
        needed = np.where(rho > 0, needed, np.where(war + given > _TIE, 0.0, 1.0))
        return np.clip(needed, least, 1.0)

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


def _wide(values: FloatArray | float) -> FloatArray:
    """Return the values with an axis for equilibria, shape (*batch, 1)."""
    return np.asarray(values, dtype=np.float64)[..., None]


def _both(values: FloatArray) -> FloatArray:
    return total(total(values))
