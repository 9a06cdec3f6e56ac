r"""Chain store: does one failure to act invite the next challenge?

One defender, say a guarantor or an institution, meets n challengers, one after the other. Each
challenger stays quiet or challenges, knowing what was seen of earlier crises; the defender then
concedes or fights. Only the defender knows whether it is tough, which it is with probability p: a
tough one always fights, a weak one would rather concede if this were the last crisis. Payoffs in
one crisis are, for the challenger and the weak defender,

.. math::

    \text{quiet } (0, a), \qquad \text{conceded } (b, 0), \qquad \text{fought } (b - 1, -1),
    \qquad 0 < b < 1 < a.

Known results
-------------
With k crises to go and belief p, challengers enter below :math:`b^k` and stay out above; at
:math:`b^k` they stay out with probability 1/a. The weak defender fights for sure if
:math:`p \ge b^{k-1}`, and else with probability
:math:`(1 - b^{k-1}) p / ((1 - p) b^{k-1})`, never if k = 1. A fight raises the belief to
:math:`\max(b^{k-1}, p)`, a concession ends the reputation for good. The first challenge comes with
:math:`\lfloor \ln p / \ln b \rfloor` crises to go, or in the first crisis if there are fewer (Kreps
and Wilson 1982). Whether states fight for their reputation, and whether others infer anything from
what they did, is disputed (Mercer 1996; Press 2005; Weisiger and Yarhi-Milo 2015).

The published game is undiscounted and all is seen, which are the defaults. Discounting and
imperfect sight change the equations to those in `collsec.solvers.reputation`; it may then take the
quiet of more than one crisis to pay for a fight.

Levers
------
relative_gains
    Each challenger and the defender compare themselves with the other in their crisis.
discount_factor
    The larger of the game's own and the lever's; the published game's own is 1.
monitoring
    Chance that a reply is seen by all later challengers (else by none); multiplies the game's own.
pledge_cost
    A concession costs μα times a fight in addition, as the defender has pledged to act.
legitimacy
    A fight costs the weak 1 - ℓz with the mandate z.
identification
    Chance that the challenger is named; one that is not has b, and nothing is learnt.
selection
    The equilibrium is unique but for ties, so it finds nothing to choose.
indivisibility, impartiality
    There is no third party.
side_payments
    Nobody else bears the cost.

References
----------
kreps1982reputation, selten1978chain, mercer1996reputation, press2005calculating,
weisiger2015revisiting
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.reputation import (
    CHALLENGE,
    CONCEDED,
    CONCESSION,
    FIGHT,
    FOUGHT,
    NO_NEWS,
    TOUGH,
    WEAK,
    ReputationForm,
)
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, Real, Structure, parameter


class ChainStore(Game):
    """Reputation over a sequence of crises."""

    n_stages: Structure = parameter(
        "n", "number of crises", unit="crises", low=2, high=200, default=10
    )
    p_tough: Real = parameter(
        "p", "first belief that the defender is tough", unit="probability", above=0, below=1,
        default=0.05, source="kreps1982reputation",
    )  # fmt: skip
    b: Real = parameter(
        "b", "what a concession is worth to a challenger", unit="cost of a fight",
        above=0, below=1, default=0.6, source="kreps1982reputation",
    )  # fmt: skip
    a: Real = parameter(
        "a", "what a crisis without a challenge is worth to the defender", unit="cost of a fight",
        above=1, default=2.0, source="kreps1982reputation",
    )  # fmt: skip
    discount_factor: Real = parameter(
        "δ", "weight of the next crisis", low=0, high=1, default=1.0, source="kreps1982reputation"
    )
    monitoring: Real = parameter(
        "m", "chance that a reply is seen by later challengers", unit="probability", low=0, high=1,
        default=1.0, source="kreps1982reputation",
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 where the defender fights with a mandate, -1 without one, 0 where none counts",
        low=-1, high=1, default=0.0,
    )  # fmt: skip

    observables = (
        Observable("weak_value", "cost of a fight", "what a weak defender expects at first"),
        Observable("challenges", "crises", "expected number of challenges"),
        Observable("fights", "crises", "expected number of challenges that are fought"),
        Observable("concessions", "crises", "expected number of challenges that are conceded"),
        Observable("challenges_if_weak", "crises", "expected challenges of a weak defender"),
        Observable("fights_if_weak", "crises", "expected fights of a weak defender"),
        Observable("concessions_if_weak", "crises", "expected concessions of a weak defender"),
        Observable("challenges_if_tough", "crises", "expected challenges of a tough defender"),
        Observable(
            "first_challenge",
            "crises",
            "crises to go, this one included, where a challenge is first possible; 0 if nowhere",
        ),
        Observable(
            "first_certain",
            "crises",
            "crises to go where a challenge is first certain if nothing was learnt; 0 if nowhere",
        ),
        Observable(
            "after_quiet", "probability", "chance of a second challenge after no challenge at first"
        ),
        Observable(
            "after_concession",
            "probability",
            "chance of a second challenge after a concession at first",
        ),
        Observable(
            "after_fight", "probability", "chance of a second challenge after a fight at first"
        ),
    )

    def form(self) -> ReputationForm:
        """Return the chain of crises with material payoffs."""
        return ReputationForm(
            n_stages=self.n_stages,
            prior=self.p_tough,
            gain=self.b,
            calm=self.a,
            discount_factor=self.discount_factor,
            monitoring=self.monitoring,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return expected numbers of challenges and replies, and what one failure brings."""
        form = cast("ReputationForm", equilibria.form)
        plan = equilibria.strategies
        weak, tough = (_counts(form.path(plan, kind)) for kind in (WEAK, TOUGH))
        belief = plan["belief"][..., 0, NO_NEWS, None]
        mean = (1 - belief) * weak + belief * tough
        second = plan["challenge"][..., 1, :]
        seen = np.asarray(form.monitoring)[..., None]
        unknown = (1 - seen) * second[..., NO_NEWS]
        fought = np.where(plan["news"][..., 0, NO_NEWS] == 1, FOUGHT, NO_NEWS)[..., None]
        after_fight = np.take_along_axis(second, fought, axis=-1)[..., 0]
        return {
            "weak_value": form.value(plan, WEAK),
            "challenges": mean[..., CHALLENGE],
            "fights": mean[..., FIGHT],
            "concessions": mean[..., CONCESSION],
            "challenges_if_weak": weak[..., CHALLENGE],
            "fights_if_weak": weak[..., FIGHT],
            "concessions_if_weak": weak[..., CONCESSION],
            "challenges_if_tough": tough[..., CHALLENGE],
            "first_challenge": _first(plan["challenge"][..., NO_NEWS] > 0),
            "first_certain": _first(plan["challenge"][..., NO_NEWS] == 1),
            "after_quiet": second[..., NO_NEWS],
            "after_concession": seen * second[..., CONCEDED] + unknown,
            "after_fight": seen * after_fight + unknown,
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return minus the expected number of challenges: the defender wants few."""
        return np.asarray(-self.observe(equilibria)["challenges"])


def _counts(path: FloatArray) -> FloatArray:
    """Return expected numbers over all crises, shape (*batch, n_equilibria, 4)."""
    return total(np.swapaxes(path, -1, -2))


def _first(claim: BoolArray) -> FloatArray:
    """Return how many crises are left where a claim first holds; 0 where it never does."""
    left = claim.shape[-1] - np.argmax(claim, axis=-1)
    return np.where(claim.any(axis=-1), left, 0).astype(np.float64)
