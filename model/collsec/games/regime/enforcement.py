r"""Enforcement: do the members keep a promise that is watched and punished?

N equal members decide in every period whether to contribute. Each contribution gives every member
the benefit b and costs its giver c, of which a subsidy from outside pays s. All see a defection
with probability m, but a veto blocks the punishment with probability v; if it is not blocked,
nobody contributes from then on. Members discount the future by δ.

.. math::

    V_i = b \, \#\{j : j \text{ contributes}\} - (c - s) [i \text{ contributes}],
    \qquad \delta^* = \frac{g}{g + m (1-v) L}

where, with relative gains ρ, :math:`g = c - s - (1-\rho) b` is the temptation to
defect and :math:`L = (1-\rho)(N b - c + s)` the loss from reversion.

Known results
-------------
Impatience, relative gains and vetoes make cooperation harder; monitoring, subsidies and numbers
make it easier. With ρ = 1 only the ranking counts, and cooperation is never an equilibrium
(Grieco 1988). The discount factor, detection and side payments are often set by assumptions: the
defaults are a one-shot game under perfect monitoring.

References
----------
grieco1988anarchy, snidal1991relative, friedman1971noncooperative, keohane1984after
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.repeated import TRUST, Outcome, RepeatedForm
from collsec.games.game import Game, Observable
from collsec.parameters import ParameterError, Real, Structure, parameter
from collsec.solvers.grim import critical_discount_factor, loss, temptation


class Enforcement(Game):
    """A repeated public good with monitoring, vetoes and subsidies."""

    n_members: Structure = parameter(
        "N", "number of members", unit="members", low=2, high=193, default=10
    )
    benefit: Real = parameter(
        "b", "what each contribution is worth to a member", unit="payoff", low=0, default=0.5
    )
    cost: Real = parameter("c", "cost of contributing", unit="payoff", above=0, default=1.0)
    subsidy: Real = parameter(
        "s", "part of a contributor's cost paid from outside", unit="payoff", low=0, default=0.0
    )
    detection: Real = parameter(
        "m", "chance that a defection is seen", unit="probability", low=0, high=1, default=1.0
    )
    veto: Real = parameter(
        "v", "chance that the punishment is blocked", unit="probability", low=0, high=1, default=0.0
    )
    discount_factor: Real = parameter(
        "δ", "weight of the next period's payoff", low=0, below=1, default=0.0
    )

    observables = (
        Observable(
            "critical_discount_factor",
            "1",
            "least patience at which no member is tempted to defect",
        ),
        Observable(
            "is_sustained", "1", "1 where cooperation, with or without threat, is an equilibrium"
        ),
        Observable("cooperation", "1", "1 where members cooperate in this equilibrium, else 0"),
        Observable("temptation", "payoff", "gain in the period of a lone defection", per="member"),
        Observable("loss", "payoff", "cost of a period without cooperation", per="member"),
        Observable("welfare", "payoff", "average utility a period", per="member"),
    )

    def validate(self) -> None:
        """Refuse subsidies above the cost."""
        if np.any(self.subsidy > self.cost):
            rule, remedy = "must not exceed the cost", "lower the subsidy or raise the cost"
            raise ParameterError(self.title(), "subsidy", self.subsidy, rule, remedy)

    def form(self) -> RepeatedForm:
        """Return the repeated game; side payments share what the subsidy leaves of the cost."""
        each = np.ones(self.n_members)
        benefit, net = self.benefit[..., None] * each, (self.cost - self.subsidy)[..., None] * each
        rest, nothing = self.n_members - 1, np.zeros_like(each)
        return RepeatedForm(
            cooperation=Outcome((rest + 1) * benefit - net, (rest + 1) * benefit - net),
            defection=Outcome(nothing, nothing),
            lone_defection=Outcome(rest * benefit, rest * benefit - net),
            lone_cooperation=Outcome(benefit - net, benefit),
            discount_factor=self.discount_factor,
            detection=self.detection,
            blocked=self.veto,
            cost=net,
            members=self.member_names,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; those that no equilibrium changes repeat along the axis."""
        form = cast("RepeatedForm", equilibria.form)
        plans = equilibria.strategies["cooperation"][..., 0, TRUST]
        live = ~np.isnan(plans)
        critical = critical_discount_factor(form).max(axis=-1, keepdims=True)
        sustained = (plans == 1).any(axis=-1, keepdims=True)
        return {
            "critical_discount_factor": np.where(live, critical, np.nan),
            "is_sustained": np.where(live, sustained, np.nan),
            "cooperation": plans,
            "temptation": np.where(live[..., None], temptation(form)[..., None, :], np.nan),
            "loss": np.where(live[..., None], loss(form)[..., None, :], np.nan),
            "welfare": equilibria.payoffs,
        }
