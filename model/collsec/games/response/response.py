r"""Response: who answers an attack when costs are private and capabilities unequal?

An attack has come. Members decide at once whether to answer. Each knows its own cost of answering,
drawn as :math:`c_i (1 + \sigma \xi_i)`, and only the distribution of the others'. The capabilities
of those who answer, m_i times the instrument's effect e, add to the target's own and contend with
the challenger's.

.. math:: V_i = s_i \pi(m_T + e \textstyle\sum_j m_j [j \text{ answers}])
          - c_i (1 + \nu)(1 + \sigma \xi_i) [i \text{ answers}], \qquad
          \pi(M) = \frac{M^\lambda}{M^\lambda + m_A^\lambda}

Known results
-------------
With equal members, stakes of 1, costs uniform on [0, 1] and success iff k of n answer, the cutoff
solves c = C(n-1, k-1) c^(k-1) (1 - c)^(n-k) (Palfrey and Rosenthal 1984): 0.3700394751 for
(n, k) = (5, 2). Best replies climb a potential, so an equilibrium always exists; paralysis and
mobilisation can both be equilibria where decisiveness exceeds 1.

References
----------
palfrey1984participation, hirshleifer1989conflict, tullock1980efficient, monderer1996potential
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.participation import ParticipationForm, answering_power, rival_weights
from collsec.forms.shock import Shock
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import Derived, FloatArray, Members, Names, Real, Structure, parameter
from collsec.solvers.planner import efficient_answers

CAPABILITY = (
    0.16, 0.12, 0.09, 0.07, 0.05, 0.04, 0.04, 0.03, 0.03, 0.02,
    0.02, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01,
)  # fmt: skip
"""A stylised system: twenty members with 0.79 of all capability, five of them with most of it."""

WAR_COST = Derived("0.25 m_i", lambda values: 0.25 * values["capability"])
"""Cost in proportion to what a member brings."""


class Reference(enum.IntEnum):
    """Whose gains count as relative gains."""

    ALL = 0
    RIVALS = 1


class Confrontation(Game):
    """What members, target and challenger bring to an attack: shared by `Response` and `Crisis`."""

    members: Names = parameter("-", "names of the members", default=())
    capability: Members = parameter(
        "m_i",
        "capability",
        unit="share of system",
        low=0,
        high=1,
        default=CAPABILITY,
        source="stylised; compare the index of singer1987reconstructing",
    )
    interest: Members = parameter(
        "w_i",
        "private stake in the target",
        unit="payoff",
        low=0,
        high=1,
        default=0.2,
        source="starting point",
    )
    affinity: Members = parameter(
        "x_i", "closeness to the challenger", low=-1, high=1, default=0.0, source="starting point"
    )
    common_stake: Real = parameter(
        "b",
        "value to each member of aggression failing, anywhere",
        unit="payoff",
        low=0,
        default=0.3,
        source="starting point",
    )
    war_cost: Members = parameter(
        "c_i",
        "mean cost of answering with all of one's capability",
        unit="payoff",
        above=0,
        default=WAR_COST,
        source="starting point",
    )
    spread: Real = parameter(
        "σ",
        "spread of the private cost",
        unit="share of c_i",
        above=0,
        default=0.4,
        source="starting point",
    )
    shock: Real = parameter(
        "F", "distribution of the private cost", default=Shock.NORMAL, options=Shock
    )
    target_capability: Real = parameter(
        "m_T", "the target's capability", unit="share of system", low=0, high=1, default=0.01
    )
    challenger_capability: Real = parameter(
        "m_A", "the challenger's capability", unit="share of system", above=0, high=1, default=0.2
    )
    decisiveness: Real = parameter(
        "λ",
        "exponent of the contest",
        above=0,
        high=8,
        default=2.0,
        source="hirshleifer1989conflict",
    )
    nuclear: Real = parameter(
        "ν", "mark-up on cost against a nuclear challenger", low=0, default=0.0
    )
    reference: Real = parameter(
        "-", "whose gains count as relative gains", default=Reference.ALL, options=Reference
    )
    resolution: Structure = parameter(
        "-",
        "lattice units where capabilities share no coarse unit and the contest is not smooth",
        low=16,
        high=65536,
        default=512,
    )


class Response(Confrontation):
    """Members answer an attack, or stay out; see the module."""

    required: Real = parameter(
        "k",
        "capability that is needed and enough; 0 for a contest",
        unit="share of system",
        low=0,
        default=0.0,
    )
    effect: Real = parameter(
        "e", "instrument's effect per unit of capability", above=0, high=1, default=1.0
    )
    mandate: Real = parameter(
        "z",
        "1 with a mandate, -1 without one, 0 where mandates play no part",
        low=-1,
        high=1,
        default=0.0,
    )
    pledged: Members = parameter(
        "o_i",
        "share of one's war cost by which a broken pledge is measured",
        low=0,
        high=1,
        default=0.0,
    )

    observables = (
        Observable("answer", "probability", "chance that the member answers", per="member"),
        Observable("any_answer", "probability", "chance that at least one member answers"),
        Observable("n_answers", "members", "expected number of members that answer"),
        Observable("mobilised", "share", "expected share of members' capability that answers"),
        Observable("reversal", "probability", "chance that the aggression is reversed"),
        Observable("burden", "payoff", "expected cost borne by the member", per="member"),
        Observable("abandonment", "probability", "chance that the member stays out", per="member"),
        Observable("efficient_mobilised", "share", "the same share if members acted as one"),
        Observable(
            "free_rider_gap", "share", "1 - mobilised / efficient_mobilised; negative: too much"
        ),
    )

    def form(self) -> ParticipationForm:
        """Return one participation game per point of the batch."""
        affinity = self.affinity
        is_rivals = int(self.reference) == Reference.RIVALS
        return ParticipationForm.from_contest(
            capability=self.capability * self.effect[..., None],
            target_capability=self.target_capability,
            challenger_capability=self.challenger_capability,
            decisiveness=self.decisiveness,
            required=self.required,
            resolution=self.resolution,
            interest=self.interest,
            war_cost=self.war_cost,
            affinity=affinity,
            common_stake=self.common_stake,
            hardship=(1 + self.nuclear)[..., None],
            mandate=self.mandate,
            pledged=self.pledged,
            assessed=np.full(self.n_members, 1 / self.n_members),
            spread=self.spread,
            shock=Shock(int(self.shock)),
            rivals=rival_weights(affinity) if is_rivals else None,
            member_names=self.member_names,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; see `Game.observe`."""
        form = cast(ParticipationForm, equilibria.form)
        answer, stay = (
            equilibria.strategies["answer"][..., 0],
            equilibria.strategies["answer"][..., 1],
        )
        efficient = _share(efficient_answers(form)[..., None, :], self.capability)
        mobilised = _share(answer, self.capability)
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.where(efficient > 0, 1 - mobilised / efficient, np.nan)
        return {
            "answer": answer,
            "any_answer": 1 - np.prod(stay, axis=-1),
            "n_answers": total(answer),
            "mobilised": mobilised,
            "reversal": form.reversal_chance(answer),
            "burden": form.borne_costs(answer, stay),
            "abandonment": stay,
            "efficient_mobilised": np.where(np.isnan(mobilised), np.nan, efficient),
            "free_rider_gap": gap,
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Rank equilibria by the chance that the aggression is reversed."""
        form = cast(ParticipationForm, equilibria.form)
        return form.reversal_chance(equilibria.strategies["answer"][..., 0])


def _share(answer: FloatArray, capability: FloatArray) -> FloatArray:
    """Return the expected share of capability that answers, shape (*batch, n_equilibria)."""
    return np.asarray(answering_power(answer, capability) / total(capability)[..., None])
