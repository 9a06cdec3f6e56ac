r"""Commitment problem: why fight today a state that would be willing to deal?

A declining and a rising state divide a flow in every period. The rising state cannot promise not
to use the power that it will have. In each period the declining state attacks or makes an offer,
and the rising one accepts or attacks. Power moves from p to p + D over n periods; war destroys the
share d of what is to come; whoever strikes first adds f to its chance. All is known to both.

.. math::

    \text{war at } t \iff \max(M_1(t), \delta M_1(t+1)) + M_2(t) > B, \qquad
    M_1(t) = (1-d)(p_t + f), \quad M_2(t) = (1-d)(1 - p_t + f)

where peace follows, with B = 1 the worth of the flow and :math:`M_i(t)` what i gets by a strike.

Known results
-------------
For :math:`\delta M_1(t+1) \ge M_1(t)` this is Powell's (2006) condition :math:`\delta M_1(t+1) -
M_1(t) > B - [M_1(t) + M_2(t)]`. Without a first-strike advantage and with one step there is a
preventive war iff :math:`(1-d)[\delta(p+D) - p] > d`, that is for patience above :math:`\delta^* =
(d/(1-d) + p)/(p + D)`: 0.6851851852 for p = D = 0.3 and d = 0.1. Patience makes this war, for it
gives weight to what the other will do later; more steps, each of them smaller, prevent it.

With equal power no division is better than a strike for both iff :math:`2f(1-d) > d`. Short of that
fear can still be enough: peace and war are both equilibria where a strike is expected tomorrow if
:math:`d \delta > d - 2f(1-d) \ge 0`.

Levers
------
relative_gains
    Each side subtracts ρ times the other's payoff, in peace and in war.
indivisibility, impartiality
    Nothing to act on; no third party has a stake.
discount_factor
    The larger of the game's own and the lever's holds.
monitoring, pledge_cost
    A strike of the rising state after period 0 breaks its pledge and costs it
    :math:`\mu \alpha o d` more.
legitimacy
    A war with a mandate destroys (1-ℓ) times as much.
side_payments
    Nothing to act on; no other state shares the cost.
identification
    Nothing to act on; who rises is known.
selection
    Picks between peace and mutual fear by whether there is war.

References
----------
powell2006war, fearon1995rationalist
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.power_shift import PowerShiftForm
from collsec.games.game import Game, Observable
from collsec.parameters import FloatArray, ParameterError, Real, Structure, parameter

_SOURCE = "powell2006war"


class CommitmentProblem(Game):
    """A bargain in the shadow of a shift of power; see the module."""

    power: Real = parameter(
        "p", "the rising state's chance to win before it rises", unit="probability", low=0, high=1,
        default=0.3, source=_SOURCE,
    )  # fmt: skip
    shift: Real = parameter(
        "D", "by how much that chance rises", unit="probability", low=-1, high=1, default=0.3,
        source=_SOURCE,
    )  # fmt: skip
    n_steps: Structure = parameter(
        "n", "periods over which it rises", unit="periods", low=1, high=1000, default=1
    )
    destruction: Real = parameter(
        "d", "what a war destroys", unit="share of the flow", above=0, below=1, default=0.1,
        source=_SOURCE,
    )  # fmt: skip
    first_strike: Real = parameter(
        "f", "what striking first adds to the chance to win", unit="probability", low=0, high=0.5,
        default=0.0, source=_SOURCE,
    )  # fmt: skip
    discount_factor: Real = parameter(
        "δ", "weight of the next period's payoff", low=0, below=1, default=0.9
    )
    pledged: Real = parameter(
        "o", "how far the rising state has pledged not to use its new power", low=0, high=1,
        default=1.0, source="a stated assumption",
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 where war has a mandate, -1 where it lacks one, 0 where mandates play no part",
        low=-1, high=1, default=0.0,
    )  # fmt: skip

    observables = (
        Observable("war", "1", "1 where there is a war in some period, else 0"),
        Observable("war_period", "period", "period of the war; infinite where there is none"),
        Observable("first_offer", "share of the flow", "offered in period 0; 0 if there is war"),
        Observable("last_offer", "share of the flow", "offered once power rests; 0 if war"),
        Observable("strain", "share of the flow", "Powell's left side less his right, at period 0"),
        Observable("waste", "share of the flow", "what both together lose by war"),
        Observable("welfare_rising", "utility", "average utility of the rising state"),
        Observable("welfare_declining", "utility", "average utility of the declining state"),
    )

    def validate(self) -> None:
        """Check that chances stay between 0 and 1 before and after the shift."""
        for key, chance in {"power": self.power, "shift": self.power + self.shift}.items():
            if np.any((chance - self.first_strike < 0) | (chance + self.first_strike > 1)):
                rule = "must keep the chance to win, less and plus f, in [0, 1]"
                remedy = "move it inwards or lower first_strike"
                raise ParameterError(self.title(), key, getattr(self, key), rule, remedy)

    def form(self) -> PowerShiftForm:
        """Return the bargain along the path of power."""
        progress = np.arange(self.n_steps + 1) / self.n_steps
        return PowerShiftForm(
            power=self.power[..., None] + self.shift[..., None] * progress,
            first_strike=self.first_strike,
            destruction=self.destruction,
            discount_factor=self.discount_factor,
            pledged=self.pledged,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; `strain` does not depend on the equilibrium."""
        form = cast("PowerShiftForm", equilibria.form)
        offer, least, attack = (
            equilibria.strategies[name] for name in ("offer", "accept_from", "attack")
        )
        fights = (attack == 1) | (offer < least)
        live = ~np.isnan(offer[..., 0])
        war = np.where(live, fights.any(axis=-1), np.nan)
        when = np.where(war == 1, np.argmax(fights, axis=-1), np.inf)
        when = np.where(live, when, np.nan)
        delta = np.asarray(form.discount_factor)[..., None]
        lost = np.asarray(form.destruction * np.asarray(form.hardship))[..., None]
        return {
            "war": war,
            "war_period": when,
            "first_offer": np.where(fights[..., 0], 0.0, offer[..., 0]),
            "last_offer": np.where(fights[..., -1], 0.0, offer[..., -1]),
            "strain": np.where(live, _strain(form), np.nan),
            "waste": lost * delta**when,
            "welfare_rising": equilibria.payoffs[..., 0],
            "welfare_declining": equilibria.payoffs[..., 1],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Rank equilibria by peace, and war by how late it comes."""
        when = np.asarray(self.observe(equilibria)["war_period"])
        return np.asarray(1.0 - 1.0 / (1.0 + when))


def _strain(form: PowerShiftForm) -> FloatArray:
    """Return δ M₁(1) - M₁(0) - (B - M₁(0) - M₂(0)), shape (*batch, 1)."""
    now, later = form.strike_of_rising(0).rising, form.strike_of_rising(1).rising
    other = form.strike_of_declining(0).declining
    return np.asarray(form.discount_factor)[..., None] * later - now - (1.0 - now - other)
