r"""Immediate deterrence: does a defender's resolve hold an attacker back from its protege?

A challenger has threatened a protege of the defender: extended immediate deterrence. It keeps the
status quo (1) or attacks. The defender of a protege that is attacked gives in (3) or resists, which
means war (4). Each side knows a normal private part of each of its own worths, which nobody else
knows (private information), or errs by a normal or extreme-value number at its own move (agent
error), or both.

.. math::

    p_4 = \Phi\left(\frac{u_{24} - u_{23}}{\sqrt{2 \tau^2 + 2 \varsigma^2}}\right), \quad
    p_2 = \Phi\left(\frac{p_3 u_{13} + p_4 u_{14} - u_{11}}
    {\sqrt{\tau^2 (1 + p_3^2 + p_4^2) + 2 \varsigma^2}}\right), \quad p_3 = 1 - p_4

with the chances :math:`p_2` of an attack and :math:`p_4` of resistance to one. In the source
:math:`u_{23} = 0`, and :math:`\tau = 1, \varsigma = 0` with private information or
:math:`\tau = 0, \varsigma = 1` with agent error. Relative capabilities, alliances and stakes of a
case are what its worths are functions of; the game takes the worths.

Known results
-------------
One equilibrium (Signorino 1999). At the default the status quo, giving in and war have the chances
0.5882, 0.1490 and 0.2628 with private information, 0.5775, 0.1529 and 0.2697 with agent error, and
0.5609, 0.1658 and 0.2733 with extreme-value errors, which is agent logit play. Errors of one
standard deviation belong to each action, so that what decides differs by :math:`\sqrt 2` of them.

The chance of war is not monotone in the defender's resolve :math:`u_{24}`: it makes resistance
likelier and attacks rarer, and is highest near the default. A regression of war on resolve that
does not model the attack can thus find either sign, by where its cases lie; Signorino (1999) shows
how such regressions mislead.

Who attacks is selected by the challenger's private information: a war is worth more to those who
attack than to those who might have. It is not selected by the defender's, of which the challenger
knows nothing, so that at given worths those who are attacked resist as often as those who are not
would. Across cases it is otherwise: a challenger attacks where the worths that both know make the
defender likely to give in, so that defenders in crises are of less resolve than others, and the
sample of attacks understates how often threats to defend are meant. With worths
:math:`u_{24} \sim N(0.5, 1)` and the rest as here, 0.61 of all defenders and 0.55 of those attacked
would resist.

In `unilateral_deterrence` doubts are about two types a side, and the challenger has a last move at
which it may back down. There soft types may bluff, and there may be several equilibria. Here a
continuum of types makes chances smooth in the worths and every outcome possible, as a likelihood
needs, and nobody bluffs: a defender's move is the last, and what an attack tells of the challenger
does not matter to it, save with relative gains.

Levers
------
- relative gains: each counts the other's payoff, its private part at its mean given what it has
  done; the defender then minds that those who attack like war, and there may be several equilibria
  where worths differ by many standard deviations.
- indivisibility, impartiality: the stake w that u_24 counts becomes
  ((1-β) w + β b)(1 - (1-η) max(0, x)).
- pledge cost, monitoring: a defender who gives in loses μ α o c, c being its cost of war.
- legitimacy: the defender's cost of war is 1 - ℓ z times as much.
- side payments: the protege and other allies, who do not move, bear the share φ of that cost.
- discount factor: the game is played once.
- identification: the challenger has threatened openly; who it is, is never in doubt.
- selection: from worst to best for the defender, in the rare case that there are several.

References
----------
signorino1999strategic, signorino2003structure, signorino2006unified
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.shock import Shock
from collsec.forms.strategic_choice import DEFENDER, StrategicChoiceForm, Worth
from collsec.games.game import Game, Observable
from collsec.parameters import Derived, FloatArray, Real, parameter

_SOURCE = "signorino1999strategic"
_STATED = "a stated example"


class ImmediateDeterrence(Game):
    """A challenger that has threatened a protege, and the protege's defender."""

    status_quo: Real = parameter(
        "u_11", "the status quo, to the challenger", unit="utility", default=0.0, source=_SOURCE
    )
    concession: Real = parameter(
        "u_13", "a defender that gives in, to the challenger", unit="utility", default=1.0,
        source=_SOURCE,
    )  # fmt: skip
    war_challenger: Real = parameter(
        "u_14", "war, to the challenger", unit="utility", default=-1.0, source=_SOURCE
    )
    giving_in: Real = parameter(
        "u_23", "giving in, to the defender", unit="utility", default=0.0, source=_SOURCE
    )
    defender_status_quo: Real = parameter(
        "u_21", "the status quo, to the defender; it decides nothing but relative gains",
        unit="utility", source="a stated assumption: what one gains the other loses",
        default=Derived(
            "u_23 + u_13 - u_11",
            lambda given: given["giving_in"] + given["concession"] - given["status_quo"],
        ),
    )  # fmt: skip
    war_defender: Real = parameter(
        "u_24", "war, to the defender", unit="utility", default=0.5, source=_SOURCE
    )
    private_spread: Real = parameter(
        "τ", "standard deviation of the private part of each worth", unit="utility", low=0,
        default=1.0, source=_SOURCE,
    )  # fmt: skip
    error_spread: Real = parameter(
        "ς", "standard deviation (extreme value: scale) of the error in each action",
        unit="utility", low=0, default=0.0, source=_SOURCE,
    )  # fmt: skip
    shock: Real = parameter(
        "F", "normal, or logistic for extreme-value errors without private parts",
        default=Shock.NORMAL, options=Shock,
    )  # fmt: skip
    war_cost: Real = parameter(
        "c", "the part of u_24 that is the defender's cost of war", unit="utility", low=0,
        default=0.5, source=_STATED,
    )  # fmt: skip
    interest: Real = parameter(
        "w", "the part of u_24 that is its private stake in the protege", unit="utility", low=0,
        default=0.3, source=_STATED,
    )  # fmt: skip
    common_stake: Real = parameter(
        "b", "what aggression failing anywhere is worth to the defender", unit="utility", low=0,
        default=0.5, source="claude1962power",
    )  # fmt: skip
    affinity: Real = parameter(
        "x", "the defender's closeness to the challenger; u_24 counts w (1 - max(0, x))",
        low=-1, high=1, default=0.0, source=_STATED,
    )  # fmt: skip
    bound: Real = parameter(
        "o", "how far its pledge to the protege binds the defender", unit="own war cost",
        low=0, high=1, default=1.0, source="fearon1994domestic",
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 if the defender fights with a mandate, -1 if without one, 0 if none plays a part",
        low=-1, high=1, default=0.0, source="voeten2005political",
    )  # fmt: skip

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("attack", "probability", "chance of an attack"),
        Observable("deterrence", "probability", "chance of no attack"),
        Observable("resistance", "probability", "chance that a defender who is asked resists"),
        Observable("capitulation", "probability", "chance of an attack that is not resisted"),
        Observable("war", "probability", "chance of an attack that is resisted"),
        Observable(
            "attackers_taste", "utility",
            "how much more war is worth to a challenger that attacks than to all, by private parts",
        ),
        Observable(
            "resisters_taste", "utility",
            "how much more war is worth to a defender that resists than to all, by private parts",
        ),
        Observable("n_equilibria", "equilibria", "number of equilibria of the game"),
    )  # fmt: skip

    def validate(self) -> None:
        """Refuse what the form refuses: no doubt at all, and shocks without a closed form."""
        self.form()

    def form(self) -> StrategicChoiceForm:
        """Return material payoffs and what each side alone knows."""
        return StrategicChoiceForm(
            status_quo=Worth(self.status_quo, self.defender_status_quo),
            concession=Worth(self.concession, self.giving_in),
            war=Worth(self.war_challenger, self.war_defender),
            private_spread=self.private_spread,
            error_spread=self.error_spread,
            shock=Shock(int(self.shock)),
            war_cost=self.war_cost,
            bound=self.bound,
            mandate=self.mandate,
            counted_stake=self.interest * (1.0 - np.maximum(0.0, self.affinity)),
            interest=self.interest,
            common_stake=self.common_stake,
            affinity=self.affinity,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return the chances of all outcomes, and who is selected into attack and resistance."""
        form = cast("StrategicChoiceForm", equilibria.form)
        attack, resist = (equilibria.strategies[name] for name in ("attack", "resist"))
        tastes = form.taste_for_war(equilibria.strategies)
        return {
            "attack": attack,
            "deterrence": 1.0 - attack,
            "resistance": resist,
            "capitulation": attack * (1.0 - resist),
            "war": attack * resist,
            "attackers_taste": tastes.challenger,
            "resisters_taste": tastes.defender,
            "n_equilibria": np.where(np.isnan(attack), np.nan, equilibria.count[..., None]),
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the defender's utility."""
        return equilibria.payoffs[..., DEFENDER]
