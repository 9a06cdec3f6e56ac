r"""Extended deterrence: does a pledge deter the challenger or embolden the protege?

A protege presses demands z on a challenger, knowing what a defender has pledged. The challenger
alone knows what an attack costs it, and attacks or not. The defender alone knows what war costs it;
if the challenger is named as the aggressor, it supports the protege or abandons it. A protege that
stands alone yields, fights alone or realigns with the challenger.

.. math::

    q = F_C\!\left(\frac{\pi_1 s + \mu \alpha o c (1 - \zeta z)}{1 - \phi}\right), \qquad
    A = F_k\bigl(q [(1-\pi_1) v - \pi_1 g z - e] + (1-q) v + g z\bigr), \\
    z \in \arg\max\; (1-A) hz + A \bigl[q (\pi_1 hz - (1-\pi_1) y - f
    - \phi E[C \mid \text{support}]) - (1-q) y\bigr]

In the equation a lone protege yields and all care for their own payoffs alone; q is the chance of
support and A that of an attack. `collsec.forms.alliance` has the game in full. It is ours: the
Tripartite Crisis Game of Zagare and Kilgour (2003), whose questions it shares, has other moves, and
its payoffs are not used.

Known results
-------------
A pledge makes support likelier, and at given demands deters. It also lets the protege press
further, so that attacks may become likelier again (moral hazard), and leads the defender into wars
it would otherwise have stayed out of (entrapment) in exchange for fewer desertions (abandonment):
Snyder (1984), Benson (2012). A protege's threat to realign bolsters deterrence where the defender
has much to lose by it, and undermines deterrence where the challenger has much to gain: the result
that Zagare and Kilgour (2003) state for their game holds in this one.

Levers
------
- relative gains: all three count the others' payoffs, at every end of the game.
- indivisibility, impartiality: the defender's stake in the protege, as in all games with a third
  party.
- pledge cost, monitoring: who abandons loses μ α o c; α adds to the game's own pledge.
- legitimacy: the defender's cost of war is 1 - ℓ z_m times as much.
- side payments: the protege bears the share φ of the defender's cost of war.
- discount factor: the game is played once.
- identification: with chance 1 - ι nobody is named, nobody is asked, and no pledge is broken.
- selection: by the sum of what protege and defender expect, where demands tie.

References
----------
snyder1984security, benson2012constructing, smith1995alliance, zagare2003alignment
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.alliance import ALTERNATIVES, DEFENDER, PROTEGE, AllianceForm
from collsec.games.game import Game, Observable
from collsec.parameters import FloatArray, IntArray, Real, Structure, parameter
from collsec.solvers.alliance import alliance

_STATED = "a stated example"


class ExtendedDeterrence(Game):
    """A challenger, its target, and a third state that has promised to help."""

    steps: Structure = parameter(
        "-", "steps in which demands are pressed from none to all", unit="steps", low=1, high=1000,
        default=100, source=_STATED,
    )  # fmt: skip
    benefit: Real = parameter(
        "h", "what demands pressed to the full give the protege", unit="protege's loss",
        low=0, default=0.35, source=_STATED,
    )  # fmt: skip
    grievance: Real = parameter(
        "g", "what they cost the challenger", unit="prize", low=0, default=0.5, source=_STATED
    )
    prize: Real = parameter(
        "v", "what a successful attack gives the challenger", unit="prize", low=0, default=1.0,
        source=_STATED,
    )  # fmt: skip
    loss: Real = parameter(
        "y", "what it takes from the protege", unit="protege's loss", low=0, default=1.0,
        source=_STATED,
    )  # fmt: skip
    realign_loss: Real = parameter(
        "r", "what realigning costs the protege", unit="protege's loss", low=0, default=1.2,
        source="zagare2003alignment",
    )  # fmt: skip
    realign_gain: Real = parameter(
        "w", "what realignment adds to the challenger's prize", unit="prize", low=0, default=0.2,
        source="zagare2003alignment",
    )  # fmt: skip
    realign_harm: Real = parameter(
        "l", "what realignment adds to the defender's loss", unit="utility", low=0, default=0.2,
        source="zagare2003alignment",
    )  # fmt: skip
    success_supported: Real = parameter(
        "π_1", "chance that a supported defence succeeds", unit="probability", low=0, high=1,
        default=0.75, source=_STATED,
    )  # fmt: skip
    success_alone: Real = parameter(
        "π_0", "chance that a lone defence succeeds", unit="probability", low=0, high=1,
        default=0.25, source=_STATED,
    )  # fmt: skip
    protege_cost: Real = parameter(
        "f", "the protege's cost of war", unit="protege's loss", low=0, default=0.4, source=_STATED
    )
    challenger_cost: Real = parameter(
        "e", "the challenger's cost of war", unit="prize", low=0, default=0.35, source=_STATED
    )
    attack_cost: Real = parameter(
        "m", "the challenger's mean cost of attacking, whatever follows", unit="prize", above=0,
        default=0.5, source=_STATED,
    )  # fmt: skip
    attack_spread: Real = parameter(
        "τ", "its spread, as a share of the mean", above=0, high=1, default=1.0, source=_STATED
    )
    war_cost: Real = parameter(
        "c", "the defender's mean cost of war", unit="utility", above=0, default=0.5, source=_STATED
    )
    war_spread: Real = parameter(
        "σ", "its spread, as a share of the mean", above=0, high=1, default=1.0, source=_STATED
    )
    interest: Real = parameter(
        "w_D", "the defender's private stake in the protege", unit="utility", low=0, high=1,
        default=0.3, source=_STATED,
    )  # fmt: skip
    common_stake: Real = parameter(
        "b", "what aggression failing anywhere is worth to the defender", unit="utility", low=0,
        default=0.5, source="claude1962power",
    )  # fmt: skip
    affinity: Real = parameter(
        "x", "the defender's closeness to the challenger", low=-1, high=1, default=0.0,
        source=_STATED,
    )  # fmt: skip
    pledge: Real = parameter(
        "α_0", "cost of a broken pledge that is the pledge's own, beside that of assumptions",
        unit="own war cost", low=0, high=4, default=0.0, source="fearon1997signaling",
    )  # fmt: skip
    bound: Real = parameter(
        "o", "how far the defender has pledged itself", low=0, high=1, default=1.0, source=_STATED
    )
    condition: Real = parameter(
        "ζ", "by what share the pledge binds less to a protege that presses to the full",
        low=0, high=1, default=0.0, source="benson2012constructing",
    )  # fmt: skip
    mandate: Real = parameter(
        "z_m", "1 if the defender fights with a mandate, -1 if without one, 0 if none plays a part",
        low=-1, high=1, default=0.0, source="voeten2005political",
    )  # fmt: skip

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("demands", "share", "how far the protege presses its demands"),
        Observable("moral_hazard", "share", "how much further than without any pledge"),
        Observable("challenge", "probability", "chance of an attack"),
        Observable("deterrence", "probability", "chance of no attack"),
        Observable(
            "provoked", "probability",
            "how much likelier an attack is than at the demands pressed without any pledge",
        ),
        Observable("support", "probability", "chance that a defender who is asked supports"),
        Observable("war", "probability", "chance of a war of the defender's"),
        Observable(
            "entrapment", "probability",
            "chance of a war of the defender's that it would have stayed out of without its pledge",
        ),
        Observable("abandonment", "probability", "chance that the protege is attacked, and alone"),
        Observable(
            "abandonment_if_attacked", "probability", "chance that an attacked protege is alone"
        ),
        Observable("alone", "1", "what a protege that stands alone does", labels=ALTERNATIVES),
        Observable("realignment", "probability", "chance that the protege changes sides"),
        Observable("successful_aggression", "probability", "chance that an attack succeeds"),
        Observable("protege_utility", "utility", "what the protege expects"),
        Observable("challenger_utility", "utility", "what the challenger expects"),
        Observable("defender_utility", "utility", "what the defender expects"),
    )  # fmt: skip

    def form(self) -> AllianceForm:
        """Return material payoffs, costs and the pledge."""
        same = {name: getattr(self, name) for name in self.parameters if name != "steps"}
        return AllianceForm(n_levels=self.steps + 1, **same)

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return demands, attacks, support, entrapment, abandonment and what becomes of them."""
        form, plans = cast("AllianceForm", equilibria.form), equilibria.strategies
        free = alliance(form.unpledged()).strategies
        place = form.level_of(plans["demand"])
        attack, support, alone = (_at(plans[k], place) for k in ("attack", "support", "alone"))
        modest = np.broadcast_to(form.level_of(free["demand"][..., :1]), place.shape)
        unbound = _at(np.broadcast_to(free["support"][..., :1, :], plans["support"].shape), place)
        named = np.broadcast_to(form.identification, form.batch_shape)[..., None]
        answered = named * support
        deserted = attack * (1.0 - answered)
        return {
            "demands": plans["demand"],
            "moral_hazard": plans["demand"] - free["demand"][..., :1],
            "challenge": attack,
            "deterrence": 1.0 - attack,
            "provoked": attack - _at(plans["attack"], modest),
            "support": support,
            "war": attack * answered,
            "entrapment": attack * named * np.maximum(0.0, support - unbound),
            "abandonment": deserted,
            "abandonment_if_attacked": 1.0 - answered,
            "alone": alone,
            "realignment": np.where(alone == _REALIGN, deserted, 0.0 * deserted),
            "successful_aggression": attack * answered * _lost(form.success_supported, form)
            + deserted * np.where(alone == _FIGHT, _lost(form.success_alone, form), 1.0),
            **_by_player(equilibria.payoffs),
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return what protege and defender expect together."""
        return np.asarray(equilibria.payoffs[..., PROTEGE] + equilibria.payoffs[..., DEFENDER])


_FIGHT, _REALIGN = ALTERNATIVES.index("fight alone"), ALTERNATIVES.index("realign")


def _at(plan: FloatArray, place: IntArray) -> FloatArray:
    """Return what a plan says at the demands pressed, (*batch, n_equilibria)."""
    return np.asarray(np.take_along_axis(plan, place[..., None], axis=-1)[..., 0])


def _lost(success: FloatArray, form: AllianceForm) -> FloatArray:
    return np.asarray(1.0 - np.broadcast_to(success, form.batch_shape)[..., None])


def _by_player(payoffs: FloatArray) -> dict[str, FloatArray]:
    names = ("protege_utility", "challenger_utility", "defender_utility")
    return {name: payoffs[..., place] for place, name in enumerate(names)}
