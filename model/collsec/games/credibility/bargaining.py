r"""Bargaining: why fight over what could be divided, and does an ally's help make war likelier?

A state A, which an ally protects, demands the share x of a prize worth 1. Its opponent B accepts or
fights; A wins with chance p. A's cost of war is known, B's is known to B alone, uniform between two
ends (the same end twice is complete information). The ally may shift the balance of power by Δ, and
pay s of A's cost of war.

.. math::

    p - c_A \le x \le p + c_B, \qquad
    x^* = p + \frac{\bar c - c_A}{2}, \qquad
    \Pr(\text{war}) = \frac12 - \frac{c_A}{2 \bar c}
    \quad \text{for } c_B \sim U[0, \bar c]

with p and :math:`c_A` after what the ally does; at the ends the demand is what all types, or the
most willing, would take, and within [0, 1].

Known results
-------------
With p = 0.6, costs 0.1 and 0.15 known, any x in [0.5, 0.75] is better than war for both, and A, who
proposes, gets 0.75. With :math:`c_B \sim U[0, 0.4]` it demands 0.75, risks war with chance 0.375,
and expects 0.65625 (Fearon 1995).

Moral hazard: help that shifts power moves the demand and not the risk of war, as long as the demand
is inside [0, 1]; help with the cost of war raises the risk, by :math:`s / (2 \bar c)`: a subsidy of
0.05 makes it 0.4375 (in the spirit of Benson 2012).

With relative gains the range is :math:`(1-\rho)/(1+\rho)` times as wide: at ρ = 1 there is nothing
to agree on. A mandate for war makes war likelier here, because it makes it cheaper.

Levers
------
relative_gains
    Each side subtracts ρ times the other's payoff from its own, in peace and in war.
indivisibility, impartiality
    Nothing to act on; the ally has no decision to make.
discount_factor
    Nothing to act on; there is one offer.
monitoring, pledge_cost
    Nothing to act on; nobody can back down after a refusal.
legitimacy
    With a mandate A's cost of war is (1-ℓ) times as large.
side_payments
    The ally bears the share φ of what the subsidy leaves of A's cost.
identification
    Nothing to act on; the two sides are known.
selection
    Nothing to act on; there is one equilibrium.

References
----------
fearon1995rationalist, benson2012constructing
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.ultimatum import UltimatumForm
from collsec.games.game import Game, Observable
from collsec.parameters import FloatArray, ParameterError, Real, parameter
from collsec.solvers.ultimatum import ultimatum

_SOURCE = "fearon1995rationalist"


class Bargaining(Game):
    """An ultimatum in the shadow of war, with an ally behind the side that makes it."""

    power: Real = parameter(
        "p", "chance that A wins a war", unit="probability", low=0, high=1, default=0.6
    )
    support: Real = parameter(
        "Δ", "what the ally adds to A's chance", unit="probability", low=-1, high=1, default=0.0
    )
    cost: Real = parameter(
        "c_A", "A's cost of war", unit="share of prize", low=0, default=0.1, source=_SOURCE
    )
    lowest_cost: Real = parameter(
        "c_low", "B's lowest cost of war", unit="share of prize", low=0, default=0.0
    )
    highest_cost: Real = parameter(
        "c_high", "B's highest cost of war", unit="share of prize", low=0, default=0.4
    )
    subsidy: Real = parameter(
        "s",
        "what the ally pays of A's cost of war",
        unit="share of prize",
        low=0,
        default=0.0,
        source="benson2012constructing",
    )
    mandate: Real = parameter(
        "z",
        "1 where A has a mandate, -1 where it lacks one, 0 where mandates play no part",
        low=-1,
        high=1,
        default=0.0,
    )

    observables = (
        Observable("demand", "share of prize", "what A demands"),
        Observable("war", "probability", "chance of war"),
        Observable("range_low", "share of prize", "least that A prefers to war"),
        Observable("range_high", "share of prize", "most that B of mean cost leaves to A"),
        Observable("emboldening", "probability", "what the ally's payments add to the risk of war"),
        Observable("payoff_proposer", "utility", "A's expected utility"),
        Observable("payoff_responder", "utility", "B's expected utility"),
        Observable("ally_burden", "share of prize", "what the ally expects to pay"),
        Observable("waste", "share of prize", "expected cost of war to all three"),
    )

    def validate(self) -> None:
        """Check that chances are chances, that costs are ordered, and that a subsidy is one."""
        chance = self.power + self.support
        if np.any((chance < 0) | (chance > 1)):
            self._refuse("support", "must leave p + Δ in [0, 1]", "lower its size")
        if np.any(self.highest_cost < self.lowest_cost):
            self._refuse("highest_cost", "must be at least the lowest cost", "raise it")
        if np.any(self.subsidy > self.cost):
            self._refuse("subsidy", "must not exceed A's cost of war", "lower it or raise the cost")

    def _refuse(self, key: str, rule: str, remedy: str) -> None:
        raise ParameterError(self.title(), key, getattr(self, key), rule, remedy)

    def form(self) -> UltimatumForm:
        """Return the ultimatum at the balance of power with the ally's support."""
        return UltimatumForm(
            power=self.power + self.support,
            cost=self.cost,
            lowest=self.lowest_cost,
            highest=self.highest_cost,
            subsidy=self.subsidy,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; the range is that of states with these assumptions."""
        form = cast("UltimatumForm", equilibria.form)
        offer, cutoff = (equilibria.strategies[name] for name in ("offer", "accept_from"))
        war = form.war_chance(cutoff)
        alone = replace(form, subsidy=0.0 * np.asarray(form.subsidy), side_payments=0.0)
        unhelped = alone.war_chance(ultimatum(alone).strategies["accept_from"])
        low, high = _range(form)
        live = ~np.isnan(offer)
        theirs = form.fighting_cost(cutoff)
        everyone = (form.own_cost + form.ally_cost)[..., None] + theirs
        return {
            "demand": offer,
            "war": war,
            "range_low": np.where(live, low[..., None], np.nan),
            "range_high": np.where(live, high[..., None], np.nan),
            "emboldening": war - unhelped,
            "payoff_proposer": equilibria.payoffs[..., 0],
            "payoff_responder": equilibria.payoffs[..., 1],
            "ally_burden": war * form.ally_cost[..., None],
            "waste": war * everyone,
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Rank equilibria by the chance of peace."""
        form = cast("UltimatumForm", equilibria.form)
        return 1.0 - form.war_chance(equilibria.strategies["accept_from"])


def _range(form: UltimatumForm) -> tuple[FloatArray, FloatArray]:
    """Return the ends of what both prefer to war, B having its mean cost; low > high: nothing."""
    rho, own = np.asarray(form.relative_gains), form.own_cost
    theirs = (np.asarray(form.lowest) + np.asarray(form.highest)) / 2
    power = np.asarray(form.power)
    low = power - (own - rho * theirs) / (1 + rho)
    high = power + (theirs - rho * own) / (1 + rho)
    return np.asarray(low), np.asarray(high)
