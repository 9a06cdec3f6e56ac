r"""Alliance reliability: what do the pledges that were tested say of those that were not?

An ally has pledged itself with a strength a that all can see, drawn from U[0, 1]. A challenger with
a private gain G from an undefended target attacks or not. If it does, the ally learns its own cost
of war κ and honours the pledge or breaks it, which costs it a.

.. math::

    \pi(a) = \Pr(\kappa \le v + a), \quad \kappa \sim U[0, K], \\
    \text{attack iff } (1 - \pi) G > \pi L, \quad G \sim U[0, \bar G]

Reliability before the fact is E[π]; what history shows is :math:`E[\pi \mid \text{attack}]`.

Known results
-------------
With v = 0.4, K = 2, L = 1.5 and a largest gain of 2, pledges would be honoured with chance 0.45;
those that are tested are honoured with chance 0.3363126624; an attack comes with chance
0.3637685364.
Challengers test the pledges they doubt, so observed reliability understates reliability (Smith
1995; a reduced form, not Smith's own model). It never exceeds :math:`\bar G / (\bar G + L)`, beyond
which no pledge is tested.

Levers
------
relative_gains
    The ally subtracts ρ times what rescue is worth to the protégé, and the reverse.
indivisibility, impartiality
    The stake is (1-β) w + β b, and affinity above 0 takes (1-η) x of it.
discount_factor
    Nothing to act on; there is one crisis.
monitoring
    A broken pledge is seen with chance μ, and costs nothing where it is not seen.
pledge_cost
    A broken pledge costs α times the mean cost of war, K/2, in addition to a.
legitimacy
    With a mandate the ally's war costs (1-ℓ) times as much.
side_payments
    The protégé bears the share φ of the ally's cost of war.
identification
    Nobody answers an unnamed aggressor; no effect where the treaty names the enemy.
selection
    Nothing to act on; there is one equilibrium.

References
----------
smith1995alliance, morrow1994alliances, leeds2000reevaluating, berkemeier2018reassessing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.pledge import PledgeForm
from collsec.games.game import Game, Observable
from collsec.parameters import FloatArray, Real, parameter
from collsec.solvers.pledge import reliability, reliability_at

_STATED = "a stated assumption"


class AllianceReliability(Game):
    """A pledge of random strength that deters or is tested; see the module."""

    interest: Real = parameter(
        "w", "the ally's own stake in the protégé", unit="payoff", low=0, default=0.4
    )
    common_stake: Real = parameter(
        "b", "the worth of any aggression failing", unit="payoff", low=0, default=0.3
    )
    affinity: Real = parameter(
        "x", "the ally's closeness to the challenger", low=-1, high=1, default=0.0
    )
    protege_stake: Real = parameter(
        "w_T", "what rescue is worth to the protégé", unit="payoff", low=0, default=0.4,
        source=_STATED,
    )  # fmt: skip
    highest_cost: Real = parameter(
        "K", "the ally's highest cost of war", unit="payoff", above=0, default=2.0, source=_STATED
    )
    highest_gain: Real = parameter(
        "G_max", "the challenger's largest gain", unit="payoff", above=0, default=2.0,
        source=_STATED,
    )  # fmt: skip
    loss: Real = parameter(
        "L", "the challenger's loss against the ally", unit="payoff", low=0, default=1.5,
        source=_STATED,
    )  # fmt: skip
    detection: Real = parameter(
        "m", "chance that a broken pledge is seen", unit="probability", low=0, high=1, default=1.0
    )
    named: Real = parameter(
        "n", "1 where the treaty names the enemy, so that no aggressor is misnamed", low=0, high=1,
        default=0.0, source="leeds2002alliance",
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 with a mandate, -1 without one, 0 where mandates play no part", low=-1, high=1,
        default=0.0,
    )  # fmt: skip

    observables = (
        Observable("reliability", "probability", "chance that a pledge would be honoured"),
        Observable("observed_reliability", "probability", "the same of pledges that are tested"),
        Observable("selection_gap", "probability", "reliability less observed reliability"),
        Observable("challenge", "probability", "chance of an attack"),
        Observable("abandonment", "probability", "chance of an attack and a broken pledge"),
        Observable("weakest", "probability", "reliability of the weakest pledge, a = 0"),
        Observable("strongest", "probability", "reliability of the strongest pledge, a = 1"),
    )

    def form(self) -> PledgeForm:
        """Return the pledge, over all its strengths."""
        return PledgeForm(
            interest=self.interest,
            common_stake=self.common_stake,
            affinity=self.affinity,
            protege_stake=self.protege_stake,
            highest_cost=self.highest_cost,
            highest_gain=self.highest_gain,
            loss=self.loss,
            detection=self.detection,
            named=self.named,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; observed reliability is NaN where no pledge is tested."""
        form = cast("PledgeForm", equilibria.form)
        found = reliability(form)
        live = ~np.isnan(equilibria.strategies["honour"][..., 0])
        ends = reliability_at(form, 0.0), reliability_at(form, 1.0)
        seen = {
            "reliability": found.honoured,
            "observed_reliability": found.observed,
            "selection_gap": found.honoured - found.observed,
            "challenge": found.attack,
            "abandonment": found.attack - found.honoured_and_attacked,
            "weakest": ends[0],
            "strongest": ends[1],
        }
        return {name: np.where(live, value[..., None], np.nan) for name, value in seen.items()}

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Rank equilibria by the chance that there is no attack."""
        return np.asarray(1.0 - self.observe(equilibria)["challenge"])
