r"""A state says how far it will go, and another, who may doubt it, pushes or does not.

The sender values the prize at :math:`v_t`, its type t being drawn with chance :math:`p_t`; it
sends one of several messages. Message m costs :math:`k_m` at once (sunk) and :math:`a_m` if the
sender is then pushed and gives in (tied hands). The receiver draws its net cost of war
:math:`c_R \sim U[-L, H]`, which it alone knows, hears the message, and pushes or leaves it. A
sender that is pushed fights or gives in. Material payoffs of sender and receiver:

.. math::

    \text{not pushed: } (v_t - k_m,\ 0), \qquad \text{gives in: } (-a_m - k_m,\ 1), \qquad
    \text{war: } (w v_t - c - k_m,\ -c_R)

with w the chance that the sender wins a war. The receiver's prize is the unit. With relative gains
:math:`U_S = V_S - \rho V_R` and :math:`U_R = V_R - \rho V_S`; the sender does not learn who pushes,
so that it counts with the mean cost of those who do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.measures import total
from collsec.parameters import FloatArray

_LAST_DIGIT = 4.0 * np.finfo(np.float64).eps
"""The rounding of a chance that is computed in a few steps."""


class _Play(NamedTuple):
    """Strategies; `push` has shape (*batch, n_equilibria, 1, n_messages), others n_types for 1."""

    signal: FloatArray
    fight: FloatArray
    push: FloatArray
    belief: FloatArray


@dataclass(frozen=True, eq=False)
class CostlySignalForm(Form):
    """A batch of signalling games with n_types types and n_messages messages.

    Strategies: "signal", shape (*batch, n_equilibria, n_types, n_messages), is each type's chance
    to send each message; "fight", same shape, its chance to fight when pushed after it; "push",
    shape (*batch, n_equilibria, n_messages), the receiver's chance to push, which those with the
    lowest costs of war do; "belief", shape as "signal", the chance of each type after a message
    that nobody sends. After messages that are sent beliefs follow from Bayes' rule.

    Attributes
    ----------
    value, chance : array, shape (*batch, n_types)
        The sender's values, and how likely they are; chances sum to one.
    sunk, tied : array, shape (*batch, n_messages)
        Costs k and a of each message.
    pledged : array, shape (*batch, n_messages)
        Share of the cost of war that a broken pledge is measured by; 0 where the message is none.
    war_cost, eager, reluctant : array, shape (*batch)
        The sender's cost of war before `hardship`, and L and H.
    victory : array, shape (*batch)
        The chance w that the sender wins a war.
    mandate : array, shape (*batch)
        1 for a sender that fights with a mandate, -1 for one without, 0 where none is at issue.
    hardship : array, shape (*batch)
        Factor on the sender's cost of war.
    relative_gains, monitoring, pledge_cost : array, shape (*batch)
        What levers have set so far.
    types, messages : tuple of str
        Their names; numbered where not given.
    """

    value: FloatArray
    chance: FloatArray
    sunk: FloatArray
    tied: FloatArray
    pledged: FloatArray
    war_cost: FloatArray
    eager: FloatArray
    reluctant: FloatArray
    victory: FloatArray | float = 1.0
    mandate: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    relative_gains: FloatArray | float = 0.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0
    types: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()

    @cached_property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        scalars = (
            self.war_cost, self.eager, self.reluctant, self.victory, self.mandate,
            self.hardship, self.relative_gains, self.monitoring, self.pledge_cost,
        )  # fmt: skip
        columns = (self.value, self.chance, self.sunk, self.tied, self.pledged)
        return np.broadcast_shapes(
            *(np.shape(item) for item in scalars), *(np.shape(item)[:-1] for item in columns)
        )

    @property
    def players(self) -> tuple[str, str]:
        """Who speaks and who hears."""
        return ("sender", "receiver")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The types and the messages, along which plans and beliefs are listed."""
        types = self.types or _numbered("type", self.value.shape[-1])
        messages = self.messages or _numbered("message", self.sunk.shape[-1])
        listed = dict.fromkeys(("signal", "fight", "belief"), (types, messages))
        return {**listed, "push": (messages,)}

    def under(self, levers: Levers) -> Self:
        """Return the game under these assumptions; see `Form.under`.

        Relative gains on relative gains give a multiple of U = V - ρ V_other again; it is scaled
        to own weight one. Whoever has sent a pledge and gives in loses μ α c beside the message's
        own cost. All other levers find nothing to act on.
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
        """The weight ρ of the other's payoff, shape (*batch, 1, 1)."""
        return _spread(self.relative_gains)

    @cached_property
    def backdown(self) -> FloatArray:
        """What it costs to give in after each message, pledge included, (*batch, 1, n_messages)."""
        seen = _spread(self.monitoring) * _spread(self.pledge_cost) * _spread(self.war_cost)
        return np.asarray(self.tied[..., None, :] + seen * self.pledged[..., None, :])

    @cached_property
    def war(self) -> FloatArray:
        """What war is worth to the sender, shape (*batch, n_types, 1)."""
        cost = _spread(self.war_cost) * _spread(self.hardship)
        return np.asarray(_spread(self.victory) * self.value[..., None] - cost)

    @cached_property
    def span(self) -> FloatArray:
        """The width L + H of the receiver's costs, shape (*batch, 1, 1)."""
        return np.asarray(_spread(self.eager) + _spread(self.reluctant))

    def outcome(self, strategies: Strategies) -> tuple[FloatArray, FloatArray]:
        """Return each type's material payoff and its receiver's, (*batch, n_equilibria, n_types).

        Both are expected before the type is drawn or the message is chosen.
        """
        play = _play(strategies)
        mine, theirs = self._material(play)
        return total(play.signal * mine), total(play.signal * theirs)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities before types are drawn, shape (*batch, n_equilibria, 2)."""
        chance = self.chance[..., None, :]
        pair = [total(chance * part) for part in self.outcome(strategies)]
        material = np.stack(np.broadcast_arrays(*pair), axis=-1)
        rho = np.asarray(self.relative_gains)[..., None, None]
        return np.asarray(material - rho * material[..., ::-1])

    def chances(self, strategies: Strategies) -> FloatArray:
        """Return the joint chance of types and messages, shape of "signal"."""
        return np.asarray(self.chance[..., None, :, None] * _play(strategies).signal)

    def war_chance(self, strategies: Strategies) -> FloatArray:
        """Return the chance of war, by type and message as in `chances`."""
        play = _play(strategies)
        return np.asarray(self.chances(strategies) * play.push * play.fight)

    def posterior(self, strategies: Strategies) -> FloatArray:
        """Return the chance of each type after each message: Bayes, or the belief if unsent."""
        play, joint = _play(strategies), self.chances(strategies)
        mass = _by_message(joint)
        return np.where(mass > 0, joint / np.where(mass > 0, mass, 1.0), play.belief)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type of either side, shape (*batch, n_equilibria).

        Every type of the sender tries every message and, after each, sent or not, to fight and to
        give in. After each message every receiver between the cost at which pushing stops and the
        one at which it should gains; most gains the one at the former. Probabilities that do not
        add up count as regret.
        """
        play = _play(strategies)
        push, fight = play.push, play.fight
        yielded = -self._over(self.backdown) - self._over(self.rho)
        fought = self._over(self.war) + self._over(self.rho) * self._mean_cost(push)
        calm = (1.0 - push) * self._over(self.value[..., None]) - self._over(
            self.sunk[..., None, :]
        )
        best = calm + push * np.maximum(yielded, fought)
        follows = calm + push * (fight * fought + (1.0 - fight) * yielded)
        wrong_reply = (best - follows).max(axis=(-1, -2))
        wrong_message = (best.max(axis=-1) - total(play.signal * follows)).max(axis=-1)
        odd = np.abs(total(play.signal) - 1.0).max(axis=-1)
        parts = [wrong_reply, wrong_message, odd, self._receiver_regret(strategies)]
        return np.asarray(np.max(np.stack(np.broadcast_arrays(*parts)), axis=0))

    def _receiver_regret(self, strategies: Strategies) -> FloatArray:
        play, posterior = _play(strategies), self.posterior(strategies)
        rho, push = self._over(self.rho), play.push
        value, war = self._over(self.value[..., None]), self._over(self.war)
        given = 1.0 + rho * (self._over(self.backdown) + value)
        drag = rho * (value - war)
        fixed = _by_message(posterior * (play.fight * drag + (1.0 - play.fight) * given))
        slope = _by_message(posterior * play.fight)
        last = push * self._over(self.span) - self._over(_spread(self.eager))
        gain = fixed - slope * last
        errs = np.maximum(np.where(push < 1, gain, 0.0), np.where(push > 0, -gain, 0.0))
        errs = errs - _LAST_DIGIT * self._over(self.span)
        return np.asarray((np.maximum(errs, 0.0) + 0.0 * gain).max(axis=(-1, -2)))

    def _material(self, play: _Play) -> tuple[FloatArray, FloatArray]:
        """Return material payoffs by type and message."""
        value, sunk = self._over(self.value[..., None]), self._over(self.sunk[..., None, :])
        wars = play.push * play.fight
        yields = play.push * (1.0 - play.fight)
        mine = (1.0 - play.push) * value + wars * self._over(self.war)
        mine = mine - yields * self._over(self.backdown) - sunk
        return mine, yields - wars * self._mean_cost(play.push)

    def _mean_cost(self, push: FloatArray) -> FloatArray:
        """Return the mean cost of war of those who push, the share `push` with the lowest."""
        return np.asarray(push * self._over(self.span) / 2.0 - self._over(_spread(self.eager)))

    def _over(self, values: FloatArray) -> FloatArray:
        """Put an axis for equilibria before those of types and messages."""
        return values[..., None, :, :]


def _numbered(noun: str, count: int) -> tuple[str, ...]:
    return tuple(f"{noun} {k + 1}" for k in range(count))


def _play(strategies: Strategies) -> _Play:
    push = np.asarray(strategies["push"])[..., None, :]
    signal, fight, belief = (np.asarray(strategies[k]) for k in ("signal", "fight", "belief"))
    return _Play(signal, fight, push, belief)


def _by_message(values: FloatArray) -> FloatArray:
    """Return sums over types, shape (*batch, n_equilibria, 1, n_messages)."""
    return total(np.swapaxes(values, -1, -2))[..., None, :]


def _spread(values: FloatArray | float) -> FloatArray:
    return np.asarray(values, dtype=np.float64)[..., None, None]
