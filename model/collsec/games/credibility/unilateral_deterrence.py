r"""Unilateral deterrence: does a defender's threat to resist hold a challenger back?

The challenger accepts the status quo or demands a change; the defender concedes or resists; the
challenger then backs down or fights. Each is hard, and prefers war to yielding at its last move,
or soft, and does not; each alone knows which. A hard challenger is met with probability p_Ch, a
hard defender with p_Def, independently.

.. math::

    c_s = \frac{c_{DC}-c_{SQ}}{c_{DC}-c_{CD}}, \qquad
    c_t = \frac{c_{DC}-c_{SQ}}{c_{DC}-c_{DD+}}, \qquad
    r^* = \frac{d_{CD}-d_{DC}}{d_{CD}-d_{DD-}}

SQ is the status quo, DC a demand conceded, CD a demand withdrawn, DD war, and + and - the hard
and the soft type.

Known results
-------------
In the order of payoffs of the default, :math:`c_s < c_t`, and (Zagare and Kilgour 1993):
certain deterrence where :math:`p_{Def} \ge c_t`; separation where :math:`c_s \le p_{Def} \le c_t`:
only the hard demand, and the soft concede; below :math:`c_s` attack where :math:`p_{Ch} \ge r^*`,
as both types demand and the soft concede; and bluff where :math:`p_{Ch} \le r^*`: the soft demand
with chance :math:`x_S = p_{Ch}(1-r^*)/((1-p_{Ch}) r^*)` and the soft resist with chance
:math:`y_S = (c_s - p_{Def})/(1 - p_{Def})`. Steadfast deterrence stands beside the last three
wherever :math:`p_{Def} \le c_t`: nobody demands because soft defenders would resist with chance
:math:`(c_t - p_{Def})/(1-p_{Def})` or more, as they would if they held a demander to be hard with
a chance of at most r*. On borders both neighbours are equilibria, and a continuum between them.

Levers
------
- relative gains: both count the other's payoff, so that at war each minds the other's type. What
  is preferred at the last moves can then turn: soft challengers fight from ρ = 1/4 on if they
  expect a soft defender. Which region holds is found anew for every value.
- indivisibility, impartiality: there is no third party whose stake they could change.
- pledge cost, monitoring: the defender who concedes loses μ α o_D d_j, the challenger who backs
  down μ α o_C c_i, where c_i and d_j are what war costs a type compared with the other's yielding
  (c_DC - c_DD, d_CD - d_DD), and o is how far a side is bound by what it has said in public.
- legitimacy: the defender's cost of war is 1 - ℓ z times as much.
- side payments: there is no other who could bear a part of the cost.
- discount factor: the game is played once.
- identification: the challenger demands openly; who it is, is never in doubt.
- selection: from worst to best for the defender; for risk-dominant, the equilibrium that agent
  logit play leads to, which is seen to be never the one in which nobody demands where another
  exists.

References
----------
zagare1993asymmetric, fearon1994domestic
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.threat import (
    CHALLENGER,
    CONCESSION,
    DEFENDER,
    RETREAT,
    STATUS_QUO,
    WAR,
    ThreatForm,
)
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, Real, parameter

REGIONS = (
    "certain deterrence",
    "steadfast deterrence",
    "separating",
    "bluff",
    "attack",
    "other",
)
CERTAIN, STEADFAST, SEPARATING, BLUFF, ATTACK, OTHER = range(6)
_TIE = 1e-12
_EXAMPLE = "the example of collsec; the order of payoffs is that of zagare1993asymmetric"


class UnilateralDeterrence(Game):
    """A challenger and a defender who doubt each other's resolve."""

    c_sq: Real = parameter(
        "c_SQ", "challenger's status quo", unit="utility", default=0.6, source=_EXAMPLE
    )
    c_dc: Real = parameter(
        "c_DC", "challenger's worth of a concession", unit="utility", default=1.0, source=_EXAMPLE
    )
    c_cd: Real = parameter(
        "c_CD", "challenger's worth of backing down", unit="utility", default=0.2, source=_EXAMPLE
    )
    c_dd_hard: Real = parameter(
        "c_DD+", "a hard challenger's worth of war", unit="utility", default=0.4, source=_EXAMPLE
    )
    c_dd_soft: Real = parameter(
        "c_DD-", "a soft challenger's worth of war", unit="utility", default=0.0, source=_EXAMPLE
    )
    d_sq: Real = parameter(
        "d_SQ", "defender's status quo", unit="utility", default=1.0, source=_EXAMPLE
    )
    d_dc: Real = parameter(
        "d_DC", "defender's worth of conceding", unit="utility", default=0.3, source=_EXAMPLE
    )
    d_cd: Real = parameter(
        "d_CD",
        "defender's worth of the challenger backing down",
        unit="utility",
        default=0.8,
        source=_EXAMPLE,
    )
    d_dd_hard: Real = parameter(
        "d_DD+", "a hard defender's worth of war", unit="utility", default=0.5, source=_EXAMPLE
    )
    d_dd_soft: Real = parameter(
        "d_DD-", "a soft defender's worth of war", unit="utility", default=0.0, source=_EXAMPLE
    )
    p_challenger_hard: Real = parameter(
        "p_Ch", "chance that the challenger is hard", unit="probability", above=0, below=1,
        default=0.4, source=_EXAMPLE,
    )  # fmt: skip
    p_defender_hard: Real = parameter(
        "p_Def", "chance that the defender is hard", unit="probability", above=0, below=1,
        default=0.3, source=_EXAMPLE,
    )  # fmt: skip
    challenger_bound: Real = parameter(
        "o_C", "how far its public demand binds the challenger", unit="own war cost",
        low=0, high=1, default=1.0, source="fearon1994domestic",
    )  # fmt: skip
    defender_bound: Real = parameter(
        "o_D", "how far its pledge to resist binds the defender", unit="own war cost",
        low=0, high=1, default=1.0, source="fearon1994domestic",
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 if the defender fights with a mandate, -1 if without one, 0 if none plays a part",
        low=-1, high=1, default=0.0, source="voeten2005political",
    )  # fmt: skip

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("region", "1", "name of the equilibrium, as a code", labels=REGIONS),
        Observable("challenge", "probability", "chance of a demand"),
        Observable("deterrence", "probability", "chance of no demand"),
        Observable("concession", "probability", "chance that a demand is conceded"),
        Observable("retreat", "probability", "chance that the challenger backs down"),
        Observable("war", "probability", "chance of war"),
        Observable("credibility", "probability", "chance that a demand would be resisted"),
        Observable("challenger_bluff", "probability", "chance that a soft challenger demands"),
        Observable("defender_bluff", "probability", "chance that a soft defender resists"),
        Observable(
            "demander_hard", "probability", "chance that who demands is hard: what is believed"
        ),
    )

    def form(self) -> ThreatForm:
        """Return material payoffs: a threat between two sides of two types."""
        hard, soft = _pair(self.c_dd_hard, self.d_dd_hard), _pair(self.c_dd_soft, self.d_dd_soft)
        return ThreatForm(
            status_quo=_pair(self.c_sq, self.d_sq),
            concession=_pair(self.c_dc, self.d_dc),
            retreat=_pair(self.c_cd, self.d_cd),
            war=np.stack(np.broadcast_arrays(hard, soft), axis=-1),
            hard=_pair(self.p_challenger_hard, self.p_defender_hard),
            bound=_pair(self.challenger_bound, self.defender_bound),
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the chances of every outcome, who bluffs, and the name of the equilibrium."""
        form, found = cast("ThreatForm", equilibria.form), equilibria.strategies
        ends = form.chance(found)
        resisting = total(found["resist"] * form.odds[..., None, DEFENDER, :])
        return {
            "region": self._region(form, found),
            "challenge": total(found["demand"] * form.odds[..., None, CHALLENGER, :]),
            "deterrence": ends[..., STATUS_QUO],
            "concession": ends[..., CONCESSION],
            "retreat": ends[..., RETREAT],
            "war": ends[..., WAR],
            "credibility": resisting,
            "challenger_bluff": found["demand"][..., 1],
            "defender_bluff": found["resist"][..., 1],
            "demander_hard": found["belief: demand"],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the defender's utility."""
        return equilibria.payoffs[..., DEFENDER]

    def _region(self, form: ThreatForm, found: Mapping[str, FloatArray]) -> FloatArray:
        """Return the code of each equilibrium; certain deterrence needs no help of the soft."""
        (hard, soft), yields = _types(found["demand"]), found["resist"][..., 1]
        mixes = ((soft > 0) & (soft < 1)) | ((yields > 0) & (yields < 1))
        quiet = (hard == 0) & (soft == 0)
        claims = [
            quiet & _deters_alone(form)[..., None],
            quiet,
            (hard == 1) & (soft == 0) & (yields == 0),
            (hard == 1) & mixes,
            (hard == 1) & (soft == 1) & (yields == 0),
        ]
        code = np.select(claims, [float(k) for k in range(len(claims))], float(OTHER))
        return np.where(np.isnan(hard), np.nan, code)


def _deters_alone(form: ThreatForm) -> BoolArray:
    """Whether no type would demand if only the hard resisted, shape (*batch); ties are deterred."""
    odds = form.odds[..., DEFENDER, :]
    own = form.utility[..., CHALLENGER, :, :]
    resisted = np.maximum(own[..., RETREAT, :, 0], own[..., WAR, :, 0])
    gain = resisted * odds[..., :1] + own[..., CONCESSION, :, 1] * odds[..., 1:]
    quiet = total(own[..., STATUS_QUO, :, :] * odds[..., None, :])
    return np.asarray(np.all(gain <= quiet + _TIE, axis=-1))


def _types(chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    return chances[..., 0], chances[..., 1]


def _pair(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.stack(np.broadcast_arrays(first, second), axis=-1)
