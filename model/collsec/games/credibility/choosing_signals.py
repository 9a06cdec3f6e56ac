r"""Choosing signals: how strong a signal does a state choose, and does it ever bluff?

The sender's value of the prize is :math:`v \sim U[0, \bar v]`, which it alone knows. It chooses a
level m from a continuum, of which the share τ is paid if it is pushed and gives in (tied hands)
and the rest at once (sunk costs). The receiver alone knows its net cost of war
:math:`c_R \sim U[-L, H]`; it sees the level and pushes or not. If pushed, the sender fights, and
wins with chance w, or gives in.

.. math::

    V_S = \begin{cases} v - (1-\tau) m & \text{not pushed} \\ -m & \text{gives in} \\
    w v - c - (1-\tau) m & \text{war} \end{cases} \qquad
    \hat m = \frac{(1-P_0) c}{\tau D + w (1-\tau)}, \quad
    \hat v = \frac{P_0 c + (1-\tau) \hat m}{D}, \quad D = 1 - P_0 + w P_0

with :math:`P_0 = L/(L+H)` the chance that the receiver would push a sender sure to fight. It gets
1 if the sender gives in and :math:`-c_R` in war.

Known results
-------------
All or nothing: values above :math:`\hat v` send :math:`\hat m`, the least level with which nobody
bluffs, and others none. War has the chance :math:`P_0 (1 - \hat v / \bar v)`. As τ goes from 0 to
1 the cutoff falls from :math:`c/w`, the value of those who would fight anyway, to
:math:`P_0 c / D`: the more of its cost is tied, the better off the sender and the more war. These
are the two findings of Fearon (1997), that leaders do not bluff and that they do better by tying
hands, at a greater risk of war. The equations here are derived, not taken from there; where hands
are tied entirely, every higher level does as well.

Levers
------
relative_gains
    :math:`U_i = V_i - \rho V_j`: to give in also serves the rival. From some ρ on all fight, and
    nobody needs to signal. Between, some of the silent fight, or all signal as silence would be
    taken for weakness. Where broken pledges cost something, low values may bluff with a bare
    pledge: who gives in then loses more by being pushed than who fights, so that a louder signal is
    not taken for resolve. There may be several equilibria; where criterion D1 leaves none of those
    that are sought, those that other beliefs support are listed, and say so.
pledge_cost, monitoring
    Who has signalled, at whatever level, and gives in loses :math:`\mu \alpha c` in addition: a
    bare pledge ties hands by so much. The audience at home watches in any case, so monitoring
    leaves the tied part of the level as it is.
legitimacy
    The sender's cost of war is (1 - ℓ z) times as much, z = `mandate`. A pledge is measured by
    the cost without it.
selection
    Which of several equilibria is played, for the sender; with neutral levers there is one. The
    solver follows no best replies from the centroid, so that risk-dominant is taken as worst.
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
from collsec.forms.signal_level import SIGNAL, SILENCE, SignalLevelForm
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import FloatArray, Real, parameter


class ChoosingSignals(Game):
    """A signal of any level with a sunk and a tied part; by default hands are tied entirely."""

    tied_share: Real = parameter(
        "τ", "share of a signal's cost that is due only if the sender gives in", low=0, high=1,
        default=1.0, source="fearon1997signaling",
    )  # fmt: skip
    highest_value: Real = parameter(
        "v̄", "the sender's highest value of the prize", unit="payoff", above=0, default=1.0
    )
    war_cost: Real = parameter("c", "the sender's cost of war", unit="payoff", above=0, default=0.5)
    victory: Real = parameter(
        "w", "chance that the sender wins a war", unit="probability", above=0, high=1, default=0.8
    )
    hawkish: Real = parameter(
        "P_0", "chance that the receiver pushes a sender sure to fight", unit="probability",
        above=0, below=1, default=0.1,
    )  # fmt: skip
    receiver_cost: Real = parameter(
        "H", "the receiver's highest net cost of war, its prize being 1", unit="payoff", above=0,
        default=2.0,
    )  # fmt: skip
    mandate: Real = parameter(
        "z", "1 where the sender fights with a mandate, -1 where without, 0 where none is at issue",
        low=-1, high=1, default=0.0,
    )  # fmt: skip

    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("signal", "probability", "chance that the sender signals"),
        Observable("level", "payoff", "cost of the signal that is sent, tied part included"),
        Observable("cutoff", "payoff", "lowest value of the prize with which the sender signals"),
        Observable("bluff", "probability", "chance of a signal whose sender would give in"),
        Observable("push", "probability", "chance that the receiver pushes after a signal"),
        Observable(
            "push_unsignalled", "probability", "chance that the receiver pushes without a signal"
        ),
        Observable("deterrence", "probability", "chance that the receiver does not push"),
        Observable("war", "probability", "chance of war"),
        Observable("sender_payoff", "payoff", "expected utility of the sender"),
        Observable("receiver_payoff", "payoff", "expected utility of the receiver"),
    )  # fmt: skip

    def form(self) -> SignalLevelForm:
        """Return the game of signals of any level."""
        return SignalLevelForm(
            ceiling=self.highest_value,
            tied_share=self.tied_share,
            war_cost=self.war_cost,
            victory=self.victory,
            eager=self.receiver_cost * self.hawkish / (1.0 - self.hawkish),
            reluctant=self.receiver_cost,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return who signals, how strongly, and what comes of it."""
        form, plan = cast("SignalLevelForm", equilibria.form), equilibria.strategies
        chance, push = form.parts(plan).chance, plan["push"]
        return {
            "signal": total(chance[..., SIGNAL, :]),
            "level": plan["level"],
            "cutoff": plan["cutoff"],
            "bluff": chance[..., SIGNAL, 0],
            "push": push[..., SIGNAL],
            "push_unsignalled": push[..., SILENCE],
            "deterrence": total(total(chance) * (1.0 - push)),
            "war": form.war_chance(plan),
            "sender_payoff": equilibria.payoffs[..., 0],
            "receiver_payoff": equilibria.payoffs[..., 1],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the sender's expected utility, shape (*batch, n_equilibria)."""
        return np.asarray(equilibria.payoffs[..., 0])
