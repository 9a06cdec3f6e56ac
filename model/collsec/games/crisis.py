r"""Crisis: does an institution deter, and what happens when it does not?

1. A challenger learns its prize v, drawn from an exponential distribution, and attacks or not.
2. The aggressor is identified with probability ι, or with certainty where it is named in advance.
3. The institution authorises a response: by vote, automatically, or not at all. Member j votes yes
   if its gain from the mandate, less friendship with the challenger, plus logistic noise is
   positive; without the mandate the assembly, where there is one, may still recommend action,
   which does not oblige.
4. Each member learns its cost of war and answers or stays out (see `response`), with a pledge to
   keep after a mandate, at a discount after a mandate or recommendation, at a mark-up without.
5. The aggression is reversed with probability π.

Where credibility rests on reputation, a breach that is seen ends the institution: in place of the
pledge cost the member loses :math:`\delta/(1-\delta) \max(0, U_i - U_i^0)`, what the institution
adds to its utility in every later period, the chance of a crisis included. That value and the
equilibrium have to agree.

.. math::

   \Pi &= \iota \textstyle\sum_z P_z \Pi_z + (1 - \iota) \Pi_0, \\
   \Pr(j \text{ votes yes}) &= \Lambda([W_j(z) - W_j(\text{blocked}) - (1-\eta) x_j h]/\sigma_y), \\
   \text{attack} &\iff v (1 - \Pi) > \kappa\, E[M]/m_A .

Known results
-------------
With a single possible response that is certain to come, :math:`\Pi = 1`, no prize is worth an
attack. With a response of certain power that never reverses anything the chance of an attack is
:math:`\exp(-\kappa E[M] / (m_A \bar v))`. Prize, votes and costs are private; the equilibrium is
perfect Bayesian, found backwards, and there are as many as combinations of response equilibria.

References
----------
fearon1995rationalist, smith1995alliance, voeten2001outside, olson1966economic
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.crisis import Branch, Council, CrisisForm, Outcome
from collsec.forms.participation import answering_power
from collsec.games.game import Observable, Observed
from collsec.games.response.response import Confrontation, Response
from collsec.institutions import UN_CHARTER, Assessment, Institution, Trigger
from collsec.measures import spearman, total
from collsec.parameters import Derived, FloatArray, Members, ParameterError, Real, parameter
from collsec.solvers.mandate import Seat
from collsec.solvers.planner import efficient_answers


class Credibility(enum.IntEnum):
    """What a member loses when it is seen to break a triggered pledge."""

    PLEDGE_COST = 0
    REPUTATION = 1


class Crisis(Confrontation):
    """A challenger, a target and N members bound by an institution; see the module."""

    income: Members = parameter(
        "y_i",
        "national income",
        unit="money",
        above=0,
        default=Derived("m_i", lambda values: values["capability"]),
        source="in proportion to capability",
    )
    prize: Real = parameter(
        "v̄",
        "mean of the challenger's prize",
        unit="payoff",
        above=0,
        default=1.0,
        source="the unit of the challenger's payoff",
    )
    fighting_cost: Real = parameter(
        "κ",
        "challenger's cost per unit of opposing power relative to its own",
        unit="payoff",
        low=0,
        default=0.2,
        source="starting point",
    )
    target_stake: Real = parameter(
        "s_T",
        "what the target loses to successful aggression",
        unit="payoff",
        low=0,
        default=1.0,
        source="the unit of the target's payoff",
    )
    friendship: Real = parameter(
        "h",
        "weight of closeness to the challenger in votes",
        unit="payoff",
        low=0,
        default=0.2,
        source="starting point",
    )
    vote_noise: Real = parameter(
        "σ_y",
        "spread of what else moves a vote",
        unit="payoff",
        above=0,
        default=0.01,
        source="starting point: the size of a member's typical gain from a mandate",
    )
    challenger_seat: Real = parameter(
        "-", "where the challenger sits on the council", default=Seat.OUTSIDE, options=Seat
    )
    credibility: Real = parameter(
        "-",
        "what breaking a pledge costs: the pledge-cost lever, or the value of the regime lost",
        default=Credibility.PLEDGE_COST,
        options=Credibility,
    )
    institution: Institution = parameter("-", "the institution", default=UN_CHARTER)

    observables = (
        Observable("challenge", "probability", "chance that the challenger attacks"),
        Observable("deterrence", "probability", "1 - challenge"),
        Observable("mandate", "probability", "chance that the response is authorised or automatic, "
                   "once the aggressor is identified"),
        Observable("answer", "probability", "chance that the member answers an attack",
                   per="member"),
        Observable("any_answer", "probability", "chance that any member answers an attack"),
        Observable("mobilised", "share", "expected share of members' capability that answers"),
        Observable("effective_share", "share", "the same, after coverage and leakage"),
        Observable("reversal", "probability", "chance that an attack is reversed"),
        Observable("success", "probability", "chance of an attack that is not reversed"),
        Observable("burden", "payoff", "expected cost that the member bears after an attack",
                   per="member"),
        Observable("burden_rate", "payoff per money", "burden per unit of income", per="member"),
        Observable("efficient_mobilised", "share", "the same if members acted as one"),
        Observable("free_rider_gap", "share", "1 - mobilised / efficient_mobilised"),
        Observable("exploitation", "rank correlation", "of income and burden rate (Spearman)"),
        Observable("largest_burden", "ratio", "largest member's burden share by its income share"),
        Observable("entrapment", "probability", "chance that the member fights a war that it would "
                   "not choose without the pledge", per="member"),
        Observable("abandonment", "probability", "chance that the pledged member stays out",
                   per="member"),
        Observable("welfare_members", "payoff", "material payoff of the member, attack or not",
                   per="member"),
        Observable("welfare_target", "payoff", "expected payoff of the target"),
        Observable("welfare_challenger", "payoff", "expected payoff of the challenger"),
        Observable("n_equilibria", "equilibria", "number of equilibria found"),
    )  # fmt: skip

    def validate(self) -> None:
        """Check that the institution is one."""
        if not isinstance(self.institution, Institution):
            raise ParameterError(
                self.title(), "institution", self.institution, "must be an institution",
                "name a preset or a TOML file",
            )  # fmt: skip
        if not self.institution.effect.min() > 0:
            raise ParameterError(
                self.title(), "institution", self.institution.label,
                "has an instrument without effect", "give coverage above 0 and leakage below 1",
            )  # fmt: skip

    def _check_quota(self) -> None:
        """Check that as many members as the council's quota needs can sit in it."""
        design = self.institution
        seats = min(design.permanent + design.elected, self.n_members)
        is_voted = bool((design.trigger == Trigger.VOTE).any())
        if is_voted and not design.plenary and design.quota > seats:
            raise ParameterError(
                self.title(), "institution", design.label,
                f"its quota of {design.quota} exceeds the {seats} council seats that "
                f"{self.n_members} members can fill, so that nothing ever passes",
                f"add members, or give the institution a quota from 1 to {seats}",
            )  # fmt: skip

    def form(self) -> CrisisForm:
        """Return one crisis per point of the batch, material payoffs.

        Raises `ParameterError` where the members are too few for the council's quota.
        """
        self._check_quota()
        design = self.institution
        branches = self._branches()
        column = (-1,) + (1,) * len(self.batch_shape)
        mandate = np.array([-1.0 if b == Branch.UNAUTHORISED else 1.0 for b in branches])
        pledged = np.array([1.0 if b == Branch.MANDATE else 0.0 for b in branches])
        response = Response(
            effect=design.effect,
            pledged=(pledged.reshape(column) * design.obligation)[..., None],
            mandate=mandate.reshape(column),
            **{name: self.values[name] for name in Confrontation.parameters},
        )
        return CrisisForm(
            response=response.form().assessed_by(self._assessed()),
            branches=branches,
            council=self._council() if design.trigger == Trigger.VOTE else None,
            bypass=design.bypass,
            abstention=design.abstention,
            friendship=self.friendship,
            vote_noise=self.vote_noise,
            identification=np.float64(1.0) * np.ones(()),
            is_named=design.enemy_named,
            capability=np.broadcast_to(
                self.capability * design.effect[..., None], (*self.batch_shape, self.n_members)
            ),
            challenger_capability=self.challenger_capability,
            prize=self.prize,
            fighting_cost=self.fighting_cost,
            target_stake=self.target_stake,
            is_reputational=int(self.credibility) == Credibility.REPUTATION,
        )

    def _branches(self) -> tuple[Branch, ...]:
        match int(self.institution.trigger):
            case Trigger.NONE:
                return (Branch.UNAUTHORISED,)
            case Trigger.VOTE if np.any(self.institution.bypass > 0):
                return (Branch.UNAUTHORISED, Branch.MANDATE, Branch.RECOMMENDATION)
            case _:
                return (Branch.UNAUTHORISED, Branch.MANDATE)

    def _council(self) -> Council:
        design = self.institution
        return Council(
            permanent=design.permanent,
            elected=design.elected,
            quota=design.quota,
            is_plenary=design.plenary,
            challenger_seat=int(self.challenger_seat),
            is_recused=design.recusal,
        )

    def _assessed(self) -> FloatArray:
        match int(self.institution.assessment):
            case Assessment.CAPABILITY:
                weights = self.capability
            case Assessment.INCOME:
                weights = self.income
            case _:
                weights = np.ones(self.n_members)
        return np.asarray(weights / total(weights)[..., None])

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; see `Game.observe`."""
        form = cast(CrisisForm, equilibria.form)
        found = form.outcome(equilibria.strategies)
        payoffs = equilibria.payoffs
        ready = {
            **self._attack(equilibria, found),
            **self._response(form, equilibria, found),
            "welfare_members": self._material_welfare(form, equilibria, found),
            "welfare_challenger": payoffs[..., -2],
            "welfare_target": payoffs[..., -1],
            "n_equilibria": np.where(
                np.isnan(payoffs[..., 0]), np.nan, equilibria.count[..., None]
            ),
        }

        @cache
        def benchmark() -> Mapping[str, FloatArray]:
            return self._benchmark(form, found, ready["mobilised"])

        return Observed(ready, dict.fromkeys(("efficient_mobilised", "free_rider_gap"), benchmark))

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Rank equilibria by the chance that an attack is reversed."""
        form = cast(CrisisForm, equilibria.form)
        found = form.outcome(equilibria.strategies)
        return found.expected(found.reversal)

    def _attack(self, equilibria: Equilibria, found: Outcome) -> dict[str, FloatArray]:
        attack, refrain = np.moveaxis(equilibria.strategies["challenge"], -1, 0)
        reversal = found.expected(found.reversal)
        return {
            "challenge": attack,
            "deterrence": refrain,
            "mandate": found.mandate,
            "reversal": reversal,
            "success": attack * (1 - reversal),
        }

    def _response(
        self, form: CrisisForm, equilibria: Equilibria, found: Outcome
    ) -> dict[str, FloatArray]:
        answer, stay = np.moveaxis(equilibria.strategies["answer"], -1, 0)
        branch = found.branch[..., None]
        mean_answer = np.sum(branch * answer, axis=-2)
        whole = total(self.capability)[..., None]
        mobilised = answering_power(mean_answer, self.capability) / whole
        borne = np.moveaxis(
            form.response.borne_costs(np.moveaxis(answer, -2, 0), np.moveaxis(stay, -2, 0)), 0, -2
        )
        burden = np.sum(branch * borne, axis=-2)
        rate = burden / self.income[..., None, :]
        nobody = np.prod(stay, axis=-1)
        replies = form.response.unpledged().replies(np.moveaxis(answer, -2, 0))
        willing = np.moveaxis(replies, 0, -2)
        forced = np.sum(branch * np.maximum(answer - willing, 0.0), axis=-2)
        pledged = form.response.pledged[..., None, :] > 0
        broken = np.moveaxis(np.broadcast_to(pledged, np.moveaxis(stay, -2, 0).shape), 0, -2)
        owed = np.sum(branch * broken, axis=-2)
        with np.errstate(divide="ignore", invalid="ignore"):
            abandonment = np.sum(branch * broken * stay, axis=-2) / owed
        return {
            "answer": mean_answer,
            "any_answer": 1 - found.expected(nobody),
            "mobilised": mobilised,
            "effective_share": mobilised * self.institution.effect[..., None],
            "burden": burden,
            "burden_rate": rate,
            "exploitation": spearman(np.broadcast_to(self.income[..., None, :], rate.shape), rate),
            "largest_burden": self._largest(burden),
            "entrapment": forced,
            "abandonment": abandonment,
        }

    def _benchmark(
        self, form: CrisisForm, found: Outcome, mobilised: FloatArray
    ) -> dict[str, FloatArray]:
        answer = efficient_answers(form.response)
        share = answering_power(answer[..., None, :], self.capability)[..., 0]
        share = share / total(self.capability)
        by_branch = np.moveaxis(
            np.broadcast_to(share, (len(form.branches), *form.batch_shape)), 0, -1
        )
        efficient = found.expected(by_branch[..., None, :])
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.where(efficient > 0, 1 - mobilised / efficient, np.nan)
        return {"efficient_mobilised": efficient, "free_rider_gap": gap}

    def _largest(self, burden: FloatArray) -> FloatArray:
        """Return the burden share over the income share of the member with the largest income."""
        income = np.broadcast_to(self.income[..., None, :], burden.shape)
        largest = np.argmax(income, axis=-1)[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (burden / total(burden)[..., None]) / (income / total(income)[..., None])
        return np.take_along_axis(ratio, largest, axis=-1)[..., 0]

    def _material_welfare(
        self, form: CrisisForm, equilibria: Equilibria, found: Outcome
    ) -> FloatArray:
        answer = np.moveaxis(equilibria.strategies["answer"], -3, 0)
        material = np.moveaxis(form.response.material({"answer": answer}), 0, -2)
        crisis = np.sum(found.branch[..., None] * material, axis=-2)
        attack = equilibria.strategies["challenge"][..., 0, None]
        return np.asarray((1 - attack) * form.response.stake[..., None, :] + attack * crisis)
