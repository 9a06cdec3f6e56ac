r"""An ultimatum: one side proposes a division, the other takes it or fights at a private cost.

The proposer A keeps the share x of a prize worth 1 and leaves 1 - x; a responder B that refuses
fights, and A wins the prize with chance p. Only B knows its cost, :math:`c_B \sim U[\underline c,
\bar c]`; where the ends coincide there is complete information. An ally of A pays s of its cost and
the share φ of the rest, so that A's own is :math:`k = (1 - \varphi)(h c_A - s)`, with h what a
mandate makes of the cost.

.. math::

    V = (x, 1 - x) \text{ if accepted}, \qquad V = (p - k, 1 - p - c_B) \text{ if refused}

and :math:`U_i = V_i - \rho V_j`. The ally does not move; what it pays comes from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.parameters import FloatArray

_OFFERS = 129
_TYPES = 65


@dataclass(frozen=True, eq=False)
class UltimatumForm(Form):
    """A take-it-or-leave-it offer under one-sided uncertainty about the cost of war.

    Strategies are "offer", the share x that the proposer keeps, and "accept_from", the least cost
    at which the responder takes this offer, both of shape (*batch, n_equilibria). To every other
    offer the responder replies best; a type that is indifferent accepts.

    Attributes
    ----------
    power, cost, lowest, highest : array, shape (*batch)
        p, c_A, and the ends of the responder's costs; the costs are at least 0.
    subsidy : array, shape (*batch)
        What the ally pays of the proposer's cost; no more of it than there is.
    mandate : array, shape (*batch)
        1 where the proposer has a mandate, -1 where it lacks one, 0 where mandates play no part.
    relative_gains, hardship, side_payments : array, shape (*batch)
        What levers have set: ρ, h and φ.
    """

    power: FloatArray | float
    cost: FloatArray | float
    lowest: FloatArray | float
    highest: FloatArray | float
    subsidy: FloatArray | float = 0.0
    mandate: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    side_payments: FloatArray | float = 0.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        given = (self.power, self.cost, self.lowest, self.highest, self.subsidy, self.mandate)
        levers = (self.relative_gains, self.hardship, self.side_payments)
        return np.broadcast_shapes(*(np.shape(item) for item in (*given, *levers)))

    @property
    def players(self) -> tuple[str, ...]:
        """The two sides; the ally does not move."""
        return ("proposer", "responder")

    def under(self, levers: Levers) -> Self:
        """Return the form with relative gains, legitimacy and side payments.

        Two budgets leave (1-φ₁)(1-φ₂) with the proposer. Relative gains on relative gains give a
        multiple of U = V - ρ V again; it is scaled to own weight one. All other levers act on what
        this game does not have.
        """
        first, second = np.asarray(self.side_payments), np.asarray(levers.side_payments)
        return replace(
            self,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            hardship=np.asarray(self.hardship)
            * (1.0 - np.asarray(levers.legitimacy) * np.asarray(self.mandate)),
            side_payments=first + second - first * second,
        )

    @property
    def own_cost(self) -> FloatArray:
        """What a war costs the proposer itself, shape (*batch)."""
        return np.asarray((1.0 - np.asarray(self.side_payments)) * self._unsubsidised)

    @property
    def ally_cost(self) -> FloatArray:
        """What a war costs the ally, shape (*batch)."""
        return np.asarray(self.cost * np.asarray(self.hardship) - self.own_cost)

    @property
    def _unsubsidised(self) -> FloatArray:
        return np.asarray(np.maximum(self.cost * np.asarray(self.hardship) - self.subsidy, 0.0))

    def war_chance(self, accept_from: FloatArray) -> FloatArray:
        """Return the chance that the responder's cost is below a cutoff, (*batch, n_equilibria).

        With complete information, 0 or 1; a responder at the cutoff accepts.
        """
        low, high = _spread(self.lowest), _spread(self.highest)
        width = np.where(high > low, high - low, 1.0)
        drawn = np.clip(accept_from - low, 0.0, width) / width
        known = np.where(np.isnan(accept_from), np.nan, (low < accept_from).astype(np.float64))
        return np.where(high > low, drawn, known)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities of proposer and responder, (*batch, n_equilibria, 2)."""
        offer, cutoff = (np.asarray(strategies[key]) for key in ("offer", "accept_from"))
        war, bill = self.war_chance(cutoff), self.fighting_cost(cutoff)
        proposer = (1.0 - war) * offer + war * (_spread(self.power) - _spread(self.own_cost))
        responder = (1.0 - war) * (1.0 - offer) + war * (1.0 - _spread(self.power) - bill)
        rho = _spread(self.relative_gains)
        return np.stack([proposer - rho * responder, responder - rho * proposer], axis=-1)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from another offer or another answer, (*batch, n_equilibria).

        Offers are tried on a grid over [0, 1] and on two finer ones about the best; which types
        take them is read off their utilities of both answers. Tried as well is the highest offer
        that nobody refuses. The responder's types are tried on a grid, and at the cutoff.
        """
        offer, cutoff = (np.asarray(strategies[key]) for key in ("offer", "accept_from"))
        played = self._worth(offer, cutoff)
        best, centre, reach = self._safest(played), 0.5 + 0.0 * offer, 0.5
        for _ in range(3):
            middle = centre
            for step in np.linspace(-reach, reach, _OFFERS):
                tried = np.clip(middle + step, 0.0, 1.0)
                worth = self._worth(tried, self._indifferent(tried))
                centre = np.where(worth > best, tried, centre)
                best = np.maximum(best, worth)
            reach *= 4.0 / _OFFERS
        return np.maximum(best - played, self._answers(offer, cutoff))

    def _safest(self, played: FloatArray) -> FloatArray:
        """Return the worth of the highest offer that nobody refuses, -inf where there is none."""
        lowest = _spread(self.lowest) + 0.0 * played
        at_none, at_one = (
            self._lead(share, lowest) for share in (0.0 * played, 1.0 + 0.0 * played)
        )
        offer = at_none / (at_none - at_one)
        is_one = (offer >= 0.0) & (offer <= 1.0)
        return np.where(is_one, self._worth(np.clip(offer, 0.0, 1.0), lowest), -np.inf)

    def _worth(self, offer: FloatArray, cutoff: FloatArray) -> FloatArray:
        """Return the proposer's utility of an offer that is taken from this cost upwards."""
        pair = self.payoffs({"offer": offer, "accept_from": cutoff})
        return np.asarray(pair[..., 0])

    def _lead(self, offer: FloatArray, cost: FloatArray | float) -> FloatArray:
        """Return what a responder of this cost gains by taking the offer; linear in the cost."""
        rho = _spread(self.relative_gains)
        peace = (1.0 - offer) - rho * offer
        theirs = _spread(self.power) - _spread(self.own_cost)
        return np.asarray(peace - (1.0 - _spread(self.power) - cost - rho * theirs))

    def _indifferent(self, offer: FloatArray) -> FloatArray:
        """Return the cost at which a responder is indifferent, from two points of a line."""
        at_none, at_one = self._lead(offer, 0.0), self._lead(offer, 1.0)
        return np.asarray(at_none / (at_none - at_one))

    def _answers(self, offer: FloatArray, cutoff: FloatArray) -> FloatArray:
        """Return the most that any type of the responder gains from the other answer."""
        low, high = _spread(self.lowest), _spread(self.highest)
        within = np.clip(cutoff, low, high)
        at_cutoff = self._lead(offer, within)
        gain = np.where(cutoff <= high, -at_cutoff, 0.0)
        gain = np.maximum(gain, np.where(cutoff > low, at_cutoff, 0.0))
        for share in np.linspace(0.0, 1.0, _TYPES):
            cost = low + share * (high - low)
            lead = self._lead(offer, cost)
            gain = np.maximum(gain, np.where(cost >= cutoff, -lead, lead))
        return np.where(np.isnan(offer), np.nan, np.maximum(gain, 0.0))

    def fighting_cost(self, cutoff: FloatArray) -> FloatArray:
        """Return the mean cost of the responders that fight."""
        low, high = _spread(self.lowest), _spread(self.highest)
        return np.asarray((low + np.clip(cutoff, low, high)) / 2)


def _spread(values: FloatArray | float) -> FloatArray:
    """Append the equilibrium axis."""
    return np.asarray(values, dtype=np.float64)[..., None]
