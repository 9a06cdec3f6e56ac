r"""Audience costs: who backs down in a public crisis, and when is it war?

A challenger and the target of its demand contest a prize. At each instant either may escalate,
back down or attack. Backing down costs more the longer the crisis has lasted, because an audience
has watched; war is worth :math:`w_i \sim U[-W_i, 0]` to side i, which alone knows it.

.. math::

    V_i = \begin{cases} v & j \text{ backs down} \\ -a_i t & i \text{ backs down at } t \\
    w_i & \text{war} \end{cases}
    \qquad t_i^* = \frac{-a_j v + \sqrt{a_j^2 v^2 + 4 a_i a_j v W_j}}{2 a_i a_j}

The crisis has a horizon :math:`t^* = \min_i t_i^*`, after which nobody backs down. Call L the side
with :math:`t_L^* = t^*` and H the other, and let :math:`k = v - a_L t^* (v + a_H t^*) / W_L`. L
concedes at once with chance k/v; by time t

.. math:: Q_H(t) = \frac{a_L t}{v + a_L t}, \qquad Q_L(t) = \frac{k + a_H t}{v + a_H t}.

A side concedes at once if it does so before any crisis; it backs down if it does so at all.

Known results
-------------
:math:`\Pr(\text{war}) = (a_L t^* / W_L)(a_H t^* / W_H)`. Where costs of war are drawn alike, the
side with the lower audience cost concedes more often, at once and in the crisis: audience costs
are an advantage, because they let a state show its resolve (Fearon 1994). What counts is
their ratio: if both rise in proportion the crisis is shorter and ends as before.

With relative gains the rate of backing down and the types who fight change as the solver
`attrition` states. If the resolved would rather fight a rival than have it give in, about
:math:`\rho (W_j + d_j)/2 > v`, with d_j the highest cost of war that j's fighters bear, somebody
attacks at once: all who do not concede, so that there is no crisis to speak of, or a few of the
most resolved of one side, or of both if these are alike, and the rest of them wait.

Levers
------
relative_gains
    :math:`U_i = V_i - \rho V_j`: to concede also serves the rival, so fewer do. What a war costs
    the rival is a gain, so that where this exceeds the prize nobody waits.
pledge_cost, monitoring
    Both have threatened in public: :math:`\mu \alpha c_i` is added to :math:`a_i`, with c the mean
    cost of war :math:`W_i/2`, times `challenger_pledged` or `target_pledged`. The audience at home
    watches whether others do or not, so monitoring leaves :math:`a_i` as it is.
legitimacy
    The target's cost of war is (1 - ℓ z) times as much, z = `mandate`. A pledge is measured by
    the cost without it.
selection
    One equilibrium is listed but where relative gains make somebody attack at once: then at times
    several, in the order of the solver. For risk-dominant the only one, else the worst.
indivisibility, impartiality, side_payments, identification
    Nothing to act on: no third party has a stake, shares a cost, or must find out who attacked.
discount_factor
    Nothing to act on: the time of the model measures escalation, and payoffs are not discounted.

References
----------
fearon1994domestic
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.attrition import AttritionForm
from collsec.games.game import Game, Observable
from collsec.parameters import FloatArray, Real, parameter

CHALLENGER, TARGET = 0, 1


class AudienceCosts(Game):
    """A war of attrition in public; by default between sides that are alike."""

    prize: Real = parameter(
        "v", "value of the prize", unit="payoff", above=0, default=1.0, source="fearon1994domestic"
    )
    challenger_audience: Real = parameter(
        "a_1", "cost to the challenger of backing down, per unit of time of crisis",
        unit="payoff / time", above=0, default=1.0, source="fearon1994domestic",
    )  # fmt: skip
    target_audience: Real = parameter(
        "a_2", "cost to the target of backing down, per unit of time of crisis",
        unit="payoff / time", above=0, default=1.0, source="fearon1994domestic",
    )  # fmt: skip
    challenger_war: Real = parameter(
        "W_1", "the challenger's highest cost of war; its mean is half of it", unit="payoff",
        above=0, default=2.0, source="fearon1994domestic",
    )  # fmt: skip
    target_war: Real = parameter(
        "W_2", "the target's highest cost of war; its mean is half of it", unit="payoff",
        above=0, default=2.0, source="fearon1994domestic",
    )  # fmt: skip
    challenger_pledged: Real = parameter(
        "o_1", "how far the lever pledge_cost binds the challenger", low=0, high=1, default=1.0
    )
    target_pledged: Real = parameter(
        "o_2", "how far the lever pledge_cost binds the target", low=0, high=1, default=1.0
    )
    mandate: Real = parameter(
        "z", "1 where the target fights with a mandate, -1 where without, 0 where none is at issue",
        low=-1, high=1, default=0.0,
    )  # fmt: skip

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable(
            "challenger_concedes", "probability", "chance that the challenger concedes at once"
        ),
        Observable("target_concedes", "probability", "chance that the target concedes at once"),
        Observable("crisis", "probability", "chance that neither side concedes at once"),
        Observable("war", "probability", "chance of war"),
        Observable(
            "war_in_crisis", "probability", "chance that a crisis ends in war; NaN without crises"
        ),
        Observable(
            "challenger_backs_down", "probability", "chance that the target gets the prize"
        ),
        Observable("target_backs_down", "probability", "chance that the challenger gets the prize"),
        Observable(
            "odds", "1",
            "in a crisis, chance that the target would back down by the horizon if the challenger"
            " did not, over the same for the challenger; infinite where that is 0",
        ),
        Observable("horizon", "time", "time after which nobody backs down"),
        Observable("duration", "time", "expected time until a side gives in or attacks"),
        Observable("challenger_payoff", "payoff", "expected utility of the challenger"),
        Observable("target_payoff", "payoff", "expected utility of the target"),
    )  # fmt: skip

    def form(self) -> AttritionForm:
        """Return the contest, the challenger first."""
        return AttritionForm(
            prize=self.prize,
            audience=_pair(self.challenger_audience, self.target_audience),
            war_cost=_pair(self.challenger_war, self.target_war),
            pledged=_pair(self.challenger_pledged, self.target_pledged),
            mandate=_pair(np.zeros(()), self.mandate),
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return who concedes, backs down and fights, how often and how long."""
        form = cast("AttritionForm", equilibria.form)
        course, stays = form.course(equilibria.strategies), form.resolved(equilibria.strategies)
        back_down = course.at_once + course.later
        give_in = 1.0 - stays
        return {
            "challenger_concedes": course.at_once[..., CHALLENGER],
            "target_concedes": course.at_once[..., TARGET],
            "crisis": course.crisis,
            "war": course.war,
            "war_in_crisis": _ratio(course.war, course.crisis, np.nan),
            "challenger_backs_down": back_down[..., CHALLENGER],
            "target_backs_down": back_down[..., TARGET],
            "odds": _ratio(give_in[..., TARGET], give_in[..., CHALLENGER], np.inf),
            "horizon": equilibria.strategies["deadline"],
            "duration": course.duration,
            "challenger_payoff": equilibria.payoffs[..., CHALLENGER],
            "target_payoff": equilibria.payoffs[..., TARGET],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the target's expected utility, shape (*batch, n_equilibria)."""
        return equilibria.payoffs[..., TARGET]


def _pair(challenger: FloatArray, target: FloatArray) -> FloatArray:
    return np.stack(np.broadcast_arrays(challenger, target), axis=-1)


def _ratio(part: FloatArray, whole: FloatArray, otherwise: float) -> FloatArray:
    """Return part / whole; `otherwise` where whole is 0, NaN where padded."""
    defined = np.where(whole == 0, 1.0, whole)
    return np.where(whole == 0, otherwise, part / defined)
