r"""Tying hands: is a threat believed if backing down costs, or if it has already cost?

The sender, say a state that guards a target, is resolved or not; it alone knows. It signals or
not. A signal costs k at once (sunk: troops moved) and a if it is pushed and gives in (tied hands:
a public promise). The receiver, say the challenger, alone knows its cost of war
:math:`c_R \sim U[-L, H]`; it pushes or leaves it. If pushed, the sender fights or gives in.

.. math::

    V_S = \begin{cases} v - k & \text{not pushed} \\ -a - k & \text{gives in} \\
    v - c - k & \text{war} \end{cases} \qquad
    \text{push} \iff c_R < \frac{1-\varphi}{\varphi}, \quad
    \pi(\varphi) = \frac{(1-\varphi)/\varphi + L}{L + H}

with :math:`\varphi` the chance that a sender who signals fights. It gets 1 if the sender gives in,
:math:`-c_R` in war. Without a signal k = a = 0. The chance :math:`P_0 = L/(L+H)` that the receiver
would push a sender sure to fight sets L.

Known results
-------------
The irresolute bluff with the chance that leaves them indifferent: sunk costs give
:math:`\pi = 1 - k/v_I` and separate from :math:`k = (1-P_0) v_I` on; tied hands give
:math:`\pi = v_I/(v_I + a)`, and from :math:`a = c - v_I` on commit: whoever has signalled fights.
Where both kinds leave the same :math:`\pi`, bluffers included, the chance of war is the same, and
the resolved are better off with tied hands by k. Once hands are tied enough to commit, both types
signal: the sender gains, and war comes as often as the receiver would push the resolved. This is
a version with two types of signals whose strength is given; of the signals in Fearon (1997), whose
strength is chosen, see `choosing_signals`.

Dear signals may be sent by nobody: silence is then no sign of weakness, and for the same cost there
are also equilibria in which the resolved signal always or sometimes. The solver `costly_signal`
lists them all.

Levers
------
relative_gains
    :math:`U_i = V_i - \rho V_j`: giving in also serves the rival, so that from some ρ on the
    irresolute fight without any signal, and no signal can tell.
pledge_cost, monitoring
    A signal is a public threat: who sent it and gives in loses in addition
    :math:`\mu \alpha c`, also where the signal's own cost is sunk. The audience at home watches in
    any case, so monitoring leaves a as it is.
legitimacy
    The sender's cost of war is (1 - ℓ z) times as much, z = `mandate`. A pledge is measured by
    the cost without it.
selection
    Which of several equilibria is played, for the sender. The solver follows no best replies from
    the centroid, so that risk-dominant is taken as worst.
indivisibility, impartiality, side_payments
    Nothing to act on: the sender's stake and cost are its own, and nobody shares them.
identification
    Nothing to act on: both know who pushes.
discount_factor
    Nothing to act on: the game is played once.

References
----------
fearon1997signaling
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.costly_signal import CostlySignalForm
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import FloatArray, Real, parameter

IRRESOLUTE, RESOLVED = 0, 1
SIGNAL = 1


class TyingHands(Game):
    """One signal with a sunk and a tied part; by default hands are tied, not enough to commit."""

    sunk: Real = parameter(
        "k", "cost of the signal when it is sent", unit="payoff", low=0, default=0.0,
        source="fearon1997signaling",
    )  # fmt: skip
    tied: Real = parameter(
        "a", "cost of having sent the signal to a sender that gives in", unit="payoff", low=0,
        default=0.2, source="fearon1997signaling",
    )  # fmt: skip
    resolve: Real = parameter(
        "p", "chance that the sender is resolved", unit="probability", above=0, below=1,
        default=0.35, source="fearon1997signaling",
    )  # fmt: skip
    resolved_value: Real = parameter(
        "v_R", "value of the prize to a resolved sender, not below its cost of war", unit="payoff",
        above=0, default=1.0, source="fearon1997signaling",
    )  # fmt: skip
    irresolute_value: Real = parameter(
        "v_I", "value of the prize to an irresolute sender, below its cost of war", unit="payoff",
        above=0, default=0.35, source="fearon1997signaling",
    )  # fmt: skip
    war_cost: Real = parameter(
        "c", "the sender's cost of war", unit="payoff", above=0, default=0.7,
        source="fearon1997signaling",
    )  # fmt: skip
    hawkish: Real = parameter(
        "P_0", "chance that the receiver pushes a sender sure to fight", unit="probability",
        above=0, below=1, default=0.1, source="fearon1997signaling",
    )  # fmt: skip
    receiver_cost: Real = parameter(
        "H", "the receiver's highest cost of war, its prize being 1", unit="payoff", above=0,
        default=2.0, source="fearon1997signaling",
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 where the sender fights with a mandate, -1 where without, 0 where none is at issue",
        low=-1, high=1, default=0.0,
    )  # fmt: skip

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("signal", "probability", "chance that the sender signals"),
        Observable("resolved_signal", "probability", "chance that a resolved sender signals"),
        Observable("irresolute_signal", "probability", "chance that an irresolute sender signals"),
        Observable("bluff", "probability", "chance of a signal whose sender would give in"),
        Observable("push", "probability", "chance that the receiver pushes after a signal"),
        Observable(
            "push_unsignalled", "probability", "chance that the receiver pushes without a signal"
        ),
        Observable(
            "credibility", "probability",
            "chance that a sender who signals would fight; what the receiver believes if none does",
        ),
        Observable("deterrence", "probability", "chance that the receiver does not push"),
        Observable("war", "probability", "chance of war"),
        Observable("sender_payoff", "payoff", "expected utility of the sender"),
        Observable("resolved_payoff", "payoff", "material payoff of a resolved sender"),
        Observable("irresolute_payoff", "payoff", "material payoff of an irresolute sender"),
        Observable("receiver_payoff", "payoff", "expected utility of the receiver"),
    )  # fmt: skip

    def validate(self) -> None:
        """Check that the irresolute would not fight for the prize and the resolved would."""
        if np.any(self.irresolute_value >= self.war_cost):
            item, rule = self.parameters["irresolute_value"], "must be below the cost of war"
            remedy = "lower it or raise war_cost"
            raise item.error(self.title(), self.irresolute_value, rule, remedy)
        if np.any(self.resolved_value < self.war_cost):
            item, rule = self.parameters["resolved_value"], "must not be below the cost of war"
            remedy = "raise it or lower war_cost"
            raise item.error(self.title(), self.resolved_value, rule, remedy)

    def form(self) -> CostlySignalForm:
        """Return the game with types (irresolute, resolved) and messages (none, signal)."""
        return CostlySignalForm(
            value=_pair(self.irresolute_value, self.resolved_value),
            chance=_pair(1.0 - self.resolve, self.resolve),
            sunk=_pair(np.zeros(()), self.sunk),
            tied=_pair(np.zeros(()), self.tied),
            pledged=np.array([0.0, 1.0]),
            war_cost=self.war_cost,
            eager=self.receiver_cost * self.hawkish / (1.0 - self.hawkish),
            reluctant=self.receiver_cost,
            mandate=self.mandate,
            types=("irresolute", "resolved"),
            messages=("silence", "signal"),
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return who signals, what is believed, and what comes of it."""
        form, plan = cast("CostlySignalForm", equilibria.form), equilibria.strategies
        joint, push = form.chances(plan), plan["push"]
        signal, fight = plan["signal"][..., SIGNAL], plan["fight"][..., SIGNAL]
        mine, _ = form.outcome(plan)
        return {
            "signal": total(joint[..., SIGNAL]),
            "resolved_signal": signal[..., RESOLVED],
            "irresolute_signal": signal[..., IRRESOLUTE],
            "bluff": total(joint[..., SIGNAL] * (1.0 - fight)),
            "push": push[..., SIGNAL],
            "push_unsignalled": push[..., 1 - SIGNAL],
            "credibility": total(form.posterior(plan)[..., SIGNAL] * fight),
            "deterrence": total(total(joint * (1.0 - push[..., None, :]))),
            "war": total(total(form.war_chance(plan))),
            "sender_payoff": equilibria.payoffs[..., 0],
            "resolved_payoff": mine[..., RESOLVED],
            "irresolute_payoff": mine[..., IRRESOLUTE],
            "receiver_payoff": equilibria.payoffs[..., 1],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the sender's expected utility, shape (*batch, n_equilibria)."""
        return equilibria.payoffs[..., 0]


def _pair(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.stack(np.broadcast_arrays(first, second), axis=-1)
