r"""Bargaining while power shifts: each period an offer, an answer, or a war that ends it all.

A rising state 1 and a declining state 2 divide a flow worth 1 a period. The chance that 1 wins a
war is :math:`p_t` in period t = 0, ..., T and :math:`p_T` from then on. In each period 2 attacks or
offers the share x to 1, and 1 accepts or attacks. A war destroys the share d of everything to come
and gives the rest to the winner; whoever strikes first adds f to its chance. Payoffs are discounted
averages:

.. math::

    V = (1-\delta)(x, 1-x) + \delta V', \qquad
    V = (1-d)(p_t \mp f,\; 1 - p_t \pm f) \text{ if 2 (1) strikes}

and :math:`U_i = V_i - \rho V_j`. The rising state has pledged not to use its new power: a strike of
its own after period 0 costs it :math:`\mu \alpha o d` more, with o how much of it is pledged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.parameters import FloatArray

_OFFERS = 65


class Pair(NamedTuple):
    """What the rising and the declining state get; arrays that broadcast over (*batch, n)."""

    rising: FloatArray
    declining: FloatArray


@dataclass(frozen=True, eq=False)
class PowerShiftForm(Form):
    """A bargain over a flow, with shifting power and complete information.

    Strategies are "attack" (1 where the declining state strikes, else 0), "offer", and
    "accept_from", the least offer that the rising state takes, which may lie outside [0, 1]; each
    of shape (*batch, n_equilibria, n_periods). The last period stands for all that follow.

    Attributes
    ----------
    power : array, shape (*batch, n_periods)
        The rising state's chance to win.
    first_strike, destruction, discount_factor : array, shape (*batch)
        f, d and δ.
    pledged, mandate : array, shape (*batch)
        o; and 1 where war has a mandate, -1 where it lacks one, 0 where mandates play no part.
    relative_gains, hardship, monitoring, pledge_cost : array, shape (*batch)
        What levers have set: ρ, the factor on d, μ and α.
    """

    power: FloatArray
    first_strike: FloatArray | float
    destruction: FloatArray | float
    discount_factor: FloatArray | float
    pledged: FloatArray | float = 1.0
    mandate: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        scalars = [np.shape(value) for key, value in vars(self).items() if key != "power"]
        return tuple(int(n) for n in np.broadcast_shapes(self.power.shape[:-1], *scalars))

    @property
    def n_periods(self) -> int:
        """The number of periods until power rests."""
        return int(self.power.shape[-1])

    @property
    def players(self) -> tuple[str, ...]:
        """The two states."""
        return ("rising", "declining")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The periods, the last of which stands for all that follow."""
        last = self.n_periods - 1
        periods = (*(f"period {t}" for t in range(last)), f"period {last} on")
        return dict.fromkeys(("offer", "accept_from", "attack"), (periods,))

    def under(self, levers: Levers) -> Self:
        """Return the form with relative gains, patience, pledge cost, monitoring and legitimacy.

        Of two discount factors the larger holds. Relative gains on relative gains give a multiple
        of U = V - ρ V again; it is scaled to own weight one.
        """
        return replace(
            self,
            discount_factor=np.maximum(self.discount_factor, levers.discount_factor),
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            hardship=np.asarray(self.hardship)
            * (1.0 - np.asarray(levers.legitimacy) * np.asarray(self.mandate)),
            monitoring=np.asarray(self.monitoring) * np.asarray(levers.monitoring),
            pledge_cost=np.asarray(self.pledge_cost) + np.asarray(levers.pledge_cost),
        )

    def strike_of_rising(self, period: int) -> Pair:
        """Return what both get if the rising state attacks in a period, (*batch, 1)."""
        left, chance = self._war(period, 1.0)
        lost = _spread(self.monitoring) * _spread(self.pledge_cost) * _spread(self.pledged)
        breach = lost * (1.0 - left) if period > 0 else 0.0 * lost
        return Pair(left * chance - breach, left * (1.0 - chance))

    def strike_of_declining(self, period: int) -> Pair:
        """Return what both get if the declining state attacks in a period, (*batch, 1)."""
        left, chance = self._war(period, -1.0)
        return Pair(left * chance, left * (1.0 - chance))

    def _war(self, period: int, side: float) -> tuple[FloatArray, FloatArray]:
        """Return what a war leaves, and the rising state's chance if this side strikes first."""
        destroyed = np.minimum(_spread(self.destruction) * _spread(self.hardship), 1.0)
        chance = self.power[..., period, None] + side * _spread(self.first_strike)
        return 1.0 - destroyed, np.clip(chance, 0.0, 1.0)

    def divided(self, offer: FloatArray, later: Pair) -> Pair:
        """Return what both get if an offer is taken now and `later` follows."""
        delta = _spread(self.discount_factor)
        return Pair(
            (1.0 - delta) * offer + delta * later.rising,
            (1.0 - delta) * (1.0 - offer) + delta * later.declining,
        )

    def utility(self, pair: Pair) -> Pair:
        """Return utilities for material payoffs."""
        rho = _spread(self.relative_gains)
        return Pair(
            pair.rising - rho * pair.declining,
            pair.declining - rho * pair.rising,
        )

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return average utilities from period 0 on, (*batch, n_equilibria, 2)."""
        values = self.utility(self.values(strategies)[0])
        return np.stack(np.broadcast_arrays(*values), axis=-1)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from one deviation in any period, (*batch, n_equilibria).

        Tried are an attack, 65 offers and the least offer taken for the declining state, and for
        the rising state both answers to each of these, whether or not they are ever made. With
        discounting, that no single change pays means that none at all does.
        """
        values = self.values(strategies)
        worst = np.zeros(np.broadcast_shapes(values[0].rising.shape, (*self.batch_shape, 1)))
        for period in range(self.n_periods):
            later = values[min(period + 1, self.n_periods - 1)]
            played = self.utility(values[period]).declining
            least = np.asarray(strategies["accept_from"])[..., period]
            strike = self.utility(self.strike_of_declining(period)).declining
            worst = np.maximum(worst, strike - played)
            for offer in (*np.linspace(0.0, 1.0, _OFFERS), np.clip(least, 0.0, 1.0)):
                worst = np.maximum(worst, self._tried(offer, least, later, period, played))
        return worst

    def _tried(
        self, offer: FloatArray, least: FloatArray, later: Pair, period: int, played: FloatArray
    ) -> FloatArray:
        """Return what either state gains where this offer is made."""
        peace = self.utility(self.divided(offer, later))
        war = self.utility(self.strike_of_rising(period))
        lead = peace.rising - war.rising
        taken = offer >= least
        wrong = np.where(taken, -lead, lead)
        at_least = (offer == least) & (least > 0) & (least < 1)
        wrong = np.where(at_least, np.abs(lead), wrong)
        made = np.where(taken, peace.declining, war.declining) - played
        return np.asarray(np.maximum(wrong, made))

    def values(self, strategies: Strategies) -> list[Pair]:
        """Return the values of play from each period on, the last one's found first."""
        offer, least, attack = (
            np.asarray(strategies[key], dtype=np.float64)
            for key in ("offer", "accept_from", "attack")
        )
        last = self.n_periods - 1
        forever = Pair(offer[..., last], 1.0 - offer[..., last])
        values = [self._outcome(offer, least, attack, forever, last)]
        for period in reversed(range(last)):
            agreed = self.divided(offer[..., period], values[0])
            values.insert(0, self._outcome(offer, least, attack, agreed, period))
        return values

    def _outcome(
        self, offer: FloatArray, least: FloatArray, attack: FloatArray, agreed: Pair, period: int
    ) -> Pair:
        """Return what follows in a period: an attack, a bargain, or the other's attack."""
        first, second = self.strike_of_declining(period), self.strike_of_rising(period)
        taken, strikes = offer[..., period] >= least[..., period], attack[..., period] == 1
        played = np.isnan(offer[..., period] + least[..., period] + attack[..., period])
        rising, declining = (
            np.where(strikes, a, np.where(taken, b, c))
            for a, b, c in zip(first, agreed, second, strict=True)
        )
        return Pair(np.where(played, np.nan, rising), np.where(played, np.nan, declining))


def _spread(values: FloatArray | float) -> FloatArray:
    """Append the equilibrium axis."""
    return np.asarray(values, dtype=np.float64)[..., None]
