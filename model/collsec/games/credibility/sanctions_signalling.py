r"""Sanctions signalling: when does a threat of sanctions work before they are imposed?

A sender A threatens the target B or leaves the status quo. B concedes or resists. If B resists, A
imposes the sanctions or backs down. Each side alone knows the private part of its own payoffs,
which is standard normal: :math:`e_A` and :math:`e_a` of the sender, from imposing and from backing
down, and :math:`e_B` of the target, from enduring.

.. math::

    c = \frac{S_A - (1-p) V_A}{p}, \quad
    p_C = 1 - \Phi(c - W_A) \Phi(c - a), \quad
    p_F = \frac{\Phi_2\left(\frac{W_A - a}{\sqrt 2}, W_A - c; \frac{1}{\sqrt 2}\right)}{p_C}, \quad
    p = \Phi\left(\frac{p_F W_B + (1-p_F) V_B - C_B}{p_F}\right)

with the chances :math:`p_C` of a threat, p of resistance and :math:`p_F` of sanctions after it. The
game of a military threat is the same, with a war in place of sanctions.

Known results
-------------
With :math:`S_A = C_B = 0`, :math:`V_A = V_B = 1`, :math:`W_A = -1.9`, :math:`a = -1.2` and
:math:`W_B = -2.9` there are three equilibria, p = 0.2511046160, 0.5947228295 and 0.8133217203
(Crisman-Cox and Gibilisco 2021). There can be several only where :math:`W_A < a` and
:math:`V_B > C_B`: a target then resists more if it expects bluffs, and the more targets resist the
fewer of those who still threaten mean it.

Threats work on targets that would be hurt, so that sanctions meet those that would not: imposed
sanctions are a selection of failures (Drezner 1999; Hovi, Huseby and Sprinz 2005).

Levers
------
relative_gains
    Each side subtracts ρ times the other's payoff at every end, private parts included.
indivisibility, impartiality
    Nothing to act on; no third party has a stake.
discount_factor
    Nothing to act on; the game is played once.
monitoring, pledge_cost
    A sender that backs down loses in addition :math:`\mu \alpha` times its cost of sanctions; the
    published a holds whatever audience cost there already is.
legitimacy
    With a mandate the sender's cost of sanctions is (1-ℓ) times as large.
side_payments
    Nothing to act on; no other state shares the sender's cost.
identification
    Nothing to act on; the target is named by the threat.
selection
    Picks among the equilibria by the chance that the target concedes.

References
----------
lewis2003revealing, crisman2021estimating, drezner1999sanctions, hovi2005when
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from scipy import special

from collsec.equilibrium import Equilibria
from collsec.forms.probit_threat import ProbitThreatForm, Sides
from collsec.games.game import Game, Observable
from collsec.parameters import Derived, FloatArray, ParameterError, Real, parameter

_SOURCE = "crisman2021estimating"


class SanctionsSignalling(Game):
    """A threat of sanctions, resistance, and sanctions or retreat; see the module."""

    status_quo: Real = parameter(
        "S_A", "status quo, to the sender (to the target it is 0)", unit="utility", default=0.0
    )
    victory: Real = parameter(
        "V_A", "a concession, to the sender", unit="utility", default=1.0, source=_SOURCE
    )
    concession: Real = parameter(
        "C_B", "a concession, to the target", unit="utility", default=0.0, source=_SOURCE
    )
    sanctions_sender: Real = parameter(
        "W_A", "mean worth of imposing, to the sender", unit="utility", default=-1.9, source=_SOURCE
    )
    sanctions_target: Real = parameter(
        "W_B", "mean worth of enduring, to the target", unit="utility", default=-2.9, source=_SOURCE
    )
    backing_down: Real = parameter(
        "a", "mean worth of a retreat, to the sender", unit="utility", default=-1.2, source=_SOURCE
    )
    defiance: Real = parameter(
        "V_B", "a retreat of the sender, to the target", unit="utility", default=1.0, source=_SOURCE
    )
    sanctions_cost: Real = parameter(
        "c_A",
        "the part of W_A that is the sender's cost of sanctions, such as trade forgone",
        unit="utility",
        low=0,
        default=Derived("max(0, -W_A)", lambda given: np.maximum(0.0, -given["sanctions_sender"])),
        source="a stated assumption",
    )
    mandate: Real = parameter(
        "z",
        "1 with a mandate, -1 without one, 0 where mandates play no part",
        low=-1,
        high=1,
        default=0.0,
    )

    observables = (
        Observable("threat", "probability", "chance that the sender threatens"),
        Observable("resistance", "probability", "chance that a threatened target resists"),
        Observable("resolve", "probability", "chance that a resisted sender imposes sanctions"),
        Observable("success", "probability", "chance that there is a threat and it works"),
        Observable("success_if_threatened", "probability", "chance that a threat works"),
        Observable("imposition", "probability", "chance that sanctions are imposed"),
        Observable(
            "bluff_called", "probability", "chance of a threat that is resisted and dropped"
        ),
        Observable("bite", "probability", "chance that a target would rather concede than endure"),
        Observable("bite_if_imposed", "probability", "the same of targets that were sanctioned"),
        Observable("n_equilibria", "equilibria", "number of equilibria of the game"),
    )

    def validate(self) -> None:
        """Refuse a sender to whom its own victory is worth less than the status quo."""
        if np.any(self.victory < self.status_quo):
            rule = "must be at least the status quo S_A"
            remedy = "raise victory or lower status_quo"
            raise ParameterError(self.title(), "victory", self.victory, rule, remedy)

    def form(self) -> ProbitThreatForm:
        """Return the game of threats."""
        return ProbitThreatForm(
            status_quo=Sides(self.status_quo, np.zeros(())),
            concession=Sides(self.victory, self.concession),
            fight=Sides(self.sanctions_sender, self.sanctions_target),
            retreat=Sides(self.backing_down, self.defiance),
            fighting_cost=self.sanctions_cost,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the observables; `bite` compares material payoffs."""
        form = cast("ProbitThreatForm", equilibria.form)
        made, resisted, firm = (
            equilibria.strategies[name] for name in ("challenge", "resist", "stand_firm")
        )
        z = equilibria.strategies["cutoffs"][..., 2]
        yields = np.asarray(form.concession.target - form.fight.target)[..., None]
        hurt = np.maximum(special.ndtr(yields) - special.ndtr(-z), 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            among = np.where(resisted > 0, hurt / resisted, np.where(np.isnan(z), np.nan, 0.0))
        live = ~np.isnan(z)
        return {
            "threat": made,
            "resistance": resisted,
            "resolve": firm,
            "success": made * special.ndtr(-z),
            "success_if_threatened": special.ndtr(-z),
            "imposition": made * resisted * firm,
            "bluff_called": made * resisted * (1.0 - firm),
            "bite": np.where(live, special.ndtr(yields), np.nan),
            "bite_if_imposed": among,
            "n_equilibria": np.where(live, equilibria.count[..., None], np.nan),
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Rank equilibria by the chance that a threat is made and works."""
        return np.asarray(self.observe(equilibria)["success"])
