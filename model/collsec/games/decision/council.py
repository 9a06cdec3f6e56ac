r"""Council: who decides under a quota and vetoes?

Seats vote at once on one measure, and none knows how the others will vote. Each seat is in favour
with probability y_j, independently. Of the refusals a share a are abstentions or absences; a
permanent seat that would vote no abstains instead with probability r. The measure passes with q yes
votes and without a "no" of a permanent seat that may vote; q = 0 is unanimity of those who vote.
Recused seats, the first ones of each kind, neither count nor block, and the quota stays.

.. math:: P = \Pr\Bigl(\textstyle\sum_j Y_j \ge q,\; N_j = 0 \text{ for every permanent } j\Bigr),
    \qquad \Pr(N_j = 1) = (1 - y_j)(1 - a)(1 - r \, 1[j \text{ permanent}])

Voting as one wishes is weakly dominant, because the rule is monotone.

The indices of power count yes and no only: abstention as a third option is not in them, and
neither is the amendment of the Charter, which needs the permanent members as well.

Known results
-------------
The UN Security Council since 1966, 5 permanent and 10 elected seats with quota 9: Shapley-Shubik
index 421/2145 for a permanent and 4/2145 for an elected seat, normalised Banzhaf index 106/635 and
21/1270, power to act 53/2048. The 5 permanent seats hold 98 per cent of the Shapley-Shubik power.

References
----------
shapley1954method, banzhaf1965weighted, penrose1946elementary, coleman1971control, uncharter1945
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.voting import VotingForm, VotingRule
from collsec.games.game import Game, Observable
from collsec.parameters import Members, ParameterError, Real, Structure, parameter
from collsec.solvers import power_indices
from collsec.solvers.pass_probability import pass_probability


class Council(Game):
    """Permanent seats with vetoes, elected seats without, and a quota."""

    permanent: Structure = parameter(
        "P",
        "permanent seats, each with a veto",
        unit="seats",
        low=0,
        high=193,
        default=5,
        source="uncharter1945",
    )
    elected: Structure = parameter(
        "E", "elected seats", unit="seats", low=0, high=193, default=10, source="uncharter1945"
    )
    quota: Structure = parameter(
        "q",
        "yes votes needed; 0 means unanimity of those who vote",
        unit="votes",
        low=0,
        high=193,
        default=9,
        source="uncharter1945",
    )
    recused_permanent: Structure = parameter(
        "-",
        "permanent seats that may not vote, the first ones",
        unit="seats",
        low=0,
        high=193,
        default=0,
    )
    recused_elected: Structure = parameter(
        "-",
        "elected seats that may not vote, the first ones",
        unit="seats",
        low=0,
        high=193,
        default=0,
    )
    yes: Members = parameter(
        "y_j",
        "chance that a seat is in favour, permanent seats first",
        low=0,
        high=1,
        default=0.5,
        source="banzhaf1965weighted",
    )
    abstention: Real = parameter(
        "a",
        "share of refusals that are abstentions or absences, which do not block",
        low=0,
        high=1,
        default=0.0,
    )
    restraint: Real = parameter(
        "r",
        "chance that a permanent seat that would vote no abstains instead",
        low=0,
        high=1,
        default=0.0,
    )

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("pass_probability", "probability", "chance that the measure passes"),
        Observable(
            "shapley_shubik_permanent",
            "share",
            "chance that a permanent seat is pivotal when"
            " seats join in random order; 0 where none may vote",
            is_exact=True,
        ),
        Observable(
            "shapley_shubik_elected", "share", "the same for an elected seat", is_exact=True
        ),
        Observable(
            "banzhaf_permanent",
            "share",
            "a permanent seat's share of all swings; 0 where none may vote",
            is_exact=True,
        ),
        Observable("banzhaf_elected", "share", "the same for an elected seat", is_exact=True),
        Observable(
            "penrose_permanent",
            "probability",
            "chance that a permanent seat decides when the"
            " others toss coins; 0 where none may vote",
            is_exact=True,
        ),
        Observable("penrose_elected", "probability", "the same for an elected seat", is_exact=True),
        Observable("coleman", "share", "share of coalitions of seats that win", is_exact=True),
        Observable(
            "winning_coalitions",
            "coalitions",
            "number of coalitions of seats that win",
            is_exact=True,
        ),
    )

    @property
    def member_names(self) -> tuple[str, ...]:
        """The seats, permanent ones first."""
        permanent = tuple(f"permanent {i + 1}" for i in range(self.permanent))
        return permanent + tuple(f"elected {i + 1}" for i in range(self.elected))

    def validate(self) -> None:
        """Check that the seats exist that the rule speaks of."""
        seats = self.permanent + self.elected
        limits = {
            "quota": seats,
            "recused_permanent": self.permanent,
            "recused_elected": self.elected,
        }
        for key, limit in limits.items():
            if getattr(self, key) > limit:
                rule, remedy = f"exceeds the {limit} seats there are", "lower it or add seats"
                raise ParameterError(self.title(), key, getattr(self, key), rule, remedy)
        if seats == 0:
            remedy = "set permanent or elected"
            raise ParameterError(self.title(), "elected", 0, "leaves no council", remedy)

    @property
    def rule(self) -> VotingRule:
        """The seats' votes, vetoes and recusals."""
        seats = np.arange(self.permanent + self.elected)
        rank = np.where(seats < self.permanent, seats, seats - self.permanent)
        limit = np.where(seats < self.permanent, self.recused_permanent, self.recused_elected)
        return VotingRule(
            weight=(1,) * seats.size,
            quota=self.quota,
            veto=tuple((seats < self.permanent).tolist()),
            recused=tuple((rank < limit).tolist()),
        )

    def form(self) -> VotingForm:
        """Return the vote; a seat gains 1 from a measure it favours and loses 1 from another."""
        is_permanent = np.arange(self.n_members) < self.permanent
        casts = (1 - self.abstention)[..., None] * (1 - self.restraint[..., None] * is_permanent)
        return VotingForm(self.member_names, self.rule, self.yes, (1 - self.yes) * casts)

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the chance to pass, and the power of a seat of each kind."""
        form = cast("VotingForm", equilibria.form)
        rule = form.rule
        observed: dict[str, Any] = {
            "pass_probability": pass_probability(form, equilibria.strategies["vote"]),
            "coleman": power_indices.coleman(rule),
            "winning_coalitions": Fraction(power_indices.winning_coalitions(rule)),
        }
        for index in (power_indices.shapley_shubik, power_indices.banzhaf, power_indices.penrose):
            power = index(rule)
            groups = {"permanent": power[: self.permanent], "elected": power[self.permanent :]}
            for kind, seats in groups.items():
                observed[f"{index.__name__}_{kind}"] = max(seats, default=Fraction(0))
        return observed

    def _count_members(self, given: Mapping[str, Any]) -> int:
        return int(given["permanent"] + given["elected"])
