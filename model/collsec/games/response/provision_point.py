r"""Provision point: who answers when only enough answers count?

Members decide at once, and with complete information, whether to act. If at least k act, the good
(say, aggression is reversed) is provided to all; whoever acts bears a cost, of which a share r
may be returned if the quorum is missed. With quorum 1 this is the volunteer's dilemma.

.. math::

    V_i = v_i\,[m \ge k] - x_i c_i (1 - r\,[m < k]), \qquad m = \textstyle\sum_j x_j

Ties are weak: a member who is indifferent does whatever the equilibrium asks of it.

Known results
-------------
Without refund exactly k actors (all with v > c), or nobody where k > 1, are the pure equilibria;
symmetric mixed ones solve :math:`v \binom{n-1}{k-1} p^{k-1} (1-p)^{n-k} = c`, whose left side
peaks at (k-1)/(n-1), so there are two, one or none (Palfrey and Rosenthal 1984). A refund leaves
:math:`v \Pr(j = k-1) = c\,\Pr(j \ge k-1)` and one root for 1 < k < n.

The volunteer's dilemma has :math:`p = 1 - (c/v)^{1/(n-1)}`: the chance that nobody volunteers
rises with n (Diekmann 1985). Among unequal members the completely mixed equilibrium has
:math:`1 - p_i = (\prod_j r_j)^{1/(n-1)}/r_i` with r = c/v, so who has the lowest cost volunteers
least (Diekmann 1993).

A challenger who gains G against no defence and loses L against one is deterred iff G/L is at most
the odds of provision P/(1-P).

References
----------
palfrey1984participation, diekmann1985volunteers, diekmann1993cooperation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np
from scipy.special import comb

from collsec.equilibrium import Equilibria
from collsec.forms.threshold import ThresholdForm
from collsec.games.game import Game, Observable
from collsec.parameters import BoolArray, Count, FloatArray, Members, Real, Structure, parameter


class ProvisionPoint(Game):
    """A public good that needs a quorum of actors; by default the example of five with quorum 3."""

    n_members: Structure = parameter(
        "n", "number of members", unit="members", low=2, high=193, default=5
    )
    quorum: Count = parameter(
        "k", "how many must act for the good to be provided", unit="members", low=1, high=193,
        default=3, source="palfrey1984participation",
    )  # fmt: skip
    value: Members = parameter(
        "v_i", "worth of provision to a member", unit="utility", low=0, default=27.0
    )
    cost: Members = parameter("c_i", "cost of acting", unit="utility", low=0, default=8.0)
    refund: Real = parameter(
        "r",
        "share of the cost returned if the quorum is missed",
        low=0,
        high=1,
        default=0.0,
        source="palfrey1984participation",
    )

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("provision", "probability", "chance that the quorum is met"),
        Observable("expected_actors", "members", "mean number of members who act"),
        Observable("action", "probability", "chance that a member acts", per="member"),
        Observable(
            "free_rider_gap",
            "probability",
            "1 - provision / efficient provision; 0 where providing is not efficient",
        ),
        Observable(
            "n_profiles",
            "profiles",
            "profiles this one stands for: all with as many actors, where members are identical",
        ),
        Observable(
            "deterrence_bound",
            "1",
            "largest ratio of a challenger's gain undefended to its loss defended that is deterred",
        ),
    )

    def validate(self) -> None:
        """Check that the quorum can be met."""
        if np.any(self.quorum > self.n_members):
            rule = f"exceeds the number of members, {self.n_members}"
            remedy = "lower the quorum or add members"
            raise self.parameters["quorum"].error(self.title(), self.quorum, rule, remedy)

    def form(self) -> ThresholdForm:
        """Return material payoffs; all members move at once."""
        return ThresholdForm(self.value, self.cost, self.quorum, self.refund)

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return provision, actors, free riding, how many profiles, and the deterrence bound."""
        form = cast("ThresholdForm", equilibria.form)
        act = equilibria.strategies["act"]
        provision = form.provision(equilibria.strategies)
        return {
            "provision": provision,
            "expected_actors": act.sum(axis=-1),
            "action": act,
            "free_rider_gap": np.where(self._is_efficient[..., None], 1 - provision, 0 * provision),
            "n_profiles": _profiles(act, form),
            "deterrence_bound": _odds(provision),
        }

    @property
    def _is_efficient(self) -> BoolArray:
        """Whether the sum of values exceeds the quorum's cheapest costs, shape (*batch)."""
        needed = np.arange(self.n_members) < self.quorum[..., None]
        cheapest = np.where(needed, np.sort(self.cost, axis=-1), 0.0).sum(axis=-1)
        return np.asarray(self.value.sum(axis=-1) > cheapest)


def _profiles(act: FloatArray, form: ThresholdForm) -> FloatArray:
    """Return how many profiles each equilibrium stands for, shape (*batch, n_equilibria)."""
    is_pure = np.all((act == 0) | (act == 1), axis=-1)
    alike = is_pure & form.is_identical[..., None]
    ways = np.where(alike, comb(form.n_members, np.where(alike, act.sum(axis=-1), 0)), 1.0)
    return np.where(np.isnan(act[..., 0]), np.nan, ways)


def _odds(chance: FloatArray) -> FloatArray:
    """Return P/(1-P), infinite where P is 1."""
    is_certain = chance >= 1
    return np.where(is_certain, np.inf, chance / np.where(is_certain, 1.0, 1 - chance))
