r"""Private provision: who pays for a common defence?

N members split income between consumption and a contribution to a common defence, all at once,
knowing each other's incomes and tastes. All enjoy the sum; each pays its own share. Where a
common budget bears part of the cost, members are assessed in proportion to income: by capacity
to pay, as the scales of the League and of the United Nations are.

.. math:: V_i = (1-\theta_i) \log(y_i - q_i) + \theta_i \log \textstyle\sum_j q_j

Known results
-------------
Unique equilibrium; with equal tastes only incomes above a cut-off contribute; redistribution among
contributors changes nothing (Warr 1983; Bergstrom, Blume and Varian 1986, Theorem 1); the share of
contributors goes to zero as membership grows (Andreoni 1988); the great bear more than their share
(Olson and Zeckhauser 1966). With equal tastes and a budget that bears all the cost, provision is
efficient. Assessed in equal parts instead, a poor member could be bankrupted by the rich, and
with relative gains would be: then no pure equilibrium exists.

References
----------
olson1966economic, warr1983private, bergstrom1986private, andreoni1988privately
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.contribution import ContributionForm
from collsec.games.game import Game, Observable
from collsec.measures import spearman
from collsec.parameters import FloatArray, Members, Names, ParameterError, parameter

_GIVES = 1e-9


class PrivateProvision(Game):
    """A pure public good paid for by unequal states."""

    members: Names = parameter("-", "names of the members", default=())
    income: Members = parameter(
        "y_i", "national income", unit="money", above=0, default=(120.0, 100.0, 80.0, 40.0, 10.0)
    )
    taste: Members = parameter("θ_i", "weight of security in utility", low=0, high=1, default=0.1)

    observables = (
        Observable("total_provision", "money", "sum of contributions"),
        Observable("contribution", "money", "what a member contributes", per="member"),
        Observable("burden", "share of income", "what a member pays over its income", per="member"),
        Observable("free_rider_gap", "1", "1 - provision / efficient provision"),
        Observable("exploitation", "1", "Spearman correlation of income and burden"),
        Observable(
            "burden_of_largest", "1", "richest member's share of payments over its share of income"
        ),
        Observable("n_contributors", "members", "members who contribute anything"),
        Observable("efficient_provision", "money", "provision in the Lindahl equilibrium"),
    )

    def validate(self) -> None:
        """Refuse a list of names of the wrong length."""
        if self.members and len(self.members) != self.n_members:
            raise ParameterError(
                self.title(), "members", self.members,
                f"has {len(self.members)} names for {self.n_members} members",
                "name every member, or none",
            )  # fmt: skip

    def form(self) -> ContributionForm:
        """Return material payoffs; the common good is the sum."""
        total = np.ascontiguousarray(self.income).sum(axis=-1, keepdims=True)
        return ContributionForm(
            self.income, self.taste, share=self.income / total, members=self.member_names
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; those that no equilibrium changes repeat along the axis."""
        form = cast("ContributionForm", equilibria.form)
        given = equilibria.strategies["contribution"]
        income, paid = form.incomes[..., None, :], form.costs(equilibria.strategies)
        total = np.ascontiguousarray(given).sum(axis=-1)
        efficient = np.where(np.isnan(total), np.nan, form.efficient_provision[..., None])
        return {
            "total_provision": total,
            "contribution": given,
            "burden": paid / income,
            "free_rider_gap": 1.0 - _over(total, efficient),
            "exploitation": spearman(income, paid / income),
            "burden_of_largest": _of_largest(income, paid),
            "n_contributors": np.where(
                np.isnan(total), np.nan, (given > _GIVES * income).sum(axis=-1)
            ),
            "efficient_provision": efficient,
        }


def _of_largest(income: FloatArray, paid: FloatArray) -> FloatArray:
    """Return the richest member's share of payments over its share of income; ties: the first."""
    income, paid = (np.ascontiguousarray(part) for part in np.broadcast_arrays(income, paid))
    richest = income.argmax(axis=-1)[..., None]
    of_paid, of_income = (
        _over(np.take_along_axis(part, richest, axis=-1)[..., 0], part.sum(axis=-1))
        for part in (paid, income)
    )
    return of_paid / of_income


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return the ratio, NaN where there is no whole."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)
