r"""Escalation ladder: who backs down where every step risks disaster?

A challenger I exploits a situation or leaves the status quo. If it exploits, the defender II and
the challenger in turn submit or escalate; the k-th escalation brings disaster with probability kf.
After the last step, who would be next submits. Only the defender knows its resolve, which is low
with probability p. With victory worth w = 1, disaster d = 0, submission s = 1 - R and the status
quo q,

.. math::

    R = \frac{w - s}{w - d}

is the risk of disaster that a state would run rather than submit.

Known results
-------------
With four steps, :math:`2f \le R_I < 4f, f \le R_{II} < 3f, 3f \le R'_{II} < 5f` and enough doubt,
the irresolute defender escalates with probability
:math:`e_{II} = b^*(1 - p)/(p(1 - b^*))` and the challenger answers with probability
:math:`e_I = (R_{II} - f)/((1 - f)((1 - 2f) R_{II} + 2f))`, where

.. math:: b^* = \frac{[1 - (1 - 2f)(1 - 3f)](1 - R_I)}{(1 - 2f)[(1 - 3f) R_I + 3f]}

is the belief in an irresolute defender at which the challenger is indifferent (Powell 1987).
Another equilibrium of the same game has no escalation: it rests on the belief that whoever
escalates is probably irresolute. Chicken is the same crisis without a ladder, where both choose
once: with a compromise c, each stands firm with the critical risk
:math:`(w - c)/((w - c) + (s - d))`.

Levers
------
relative_gains
    Both compare themselves with the other at every end.
pledge_cost, monitoring
    A state that submits after having exploited or escalated itself loses μα times its cost of war,
    1 - R, in addition.
selection
    By the defender's payoff.
discount_factor
    No time passes.
legitimacy
    Disaster is nobody's choice.
indivisibility, impartiality, side_payments
    There is no third party.
identification
    Both know each other.

References
----------
powell1987crisis, schelling1966arms
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.ladder import INFORMED, IRRESOLUTE, N_COLUMNS, RESOLUTE, UNINFORMED, LadderForm
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import FloatArray, ParameterError, Real, Structure, parameter


class EscalationLadder(Game):
    """Brinkmanship with one-sided doubt about resolve; by default the example of Powell."""

    n_steps: Structure = parameter(
        "n", "escalations that are possible", unit="steps", low=2, high=8, default=4,
        source="powell1987crisis",
    )  # fmt: skip
    risk: Real = parameter(
        "f", "risk of disaster at the first escalation; the k-th runs k times as much",
        unit="probability", above=0, below=1, default=0.08, source="powell1987crisis",
    )  # fmt: skip
    resolve_challenger: Real = parameter(
        "R_I", "risk that the challenger would run rather than submit", unit="probability",
        above=0, below=1, default=0.3, source="powell1987crisis",
    )  # fmt: skip
    resolve_defender: Real = parameter(
        "R_II", "the same of an irresolute defender", unit="probability", above=0, below=1,
        default=0.2, source="powell1987crisis",
    )  # fmt: skip
    resolve_defender_high: Real = parameter(
        "R'_II", "the same of a resolute defender", unit="probability", above=0, below=1,
        default=0.3, source="powell1987crisis",
    )  # fmt: skip
    p_irresolute: Real = parameter(
        "p", "chance that the defender is irresolute", unit="probability", above=0, below=1,
        default=0.85, source="powell1987crisis",
    )  # fmt: skip
    status_quo: Real = parameter(
        "q", "worth of the status quo to both", unit="victory", low=0, high=1, default=0.75,
        source="powell1987crisis",
    )  # fmt: skip

    observables = (
        Observable("challenge", "probability", "chance that the challenger exploits the situation"),
        Observable("escalation", "probability", "chance of a first escalation, if exploited"),
        Observable("bluff", "probability", "chance that an irresolute defender escalates at first"),
        Observable("call", "probability", "chance that the challenger answers an escalation"),
        Observable(
            "doubt", "probability", "belief in an irresolute defender after its first escalation"
        ),
        Observable("disaster", "probability", "chance of disaster"),
        Observable("challenger_submits", "probability", "chance that the challenger backs down"),
        Observable("defender_submits", "probability", "chance that the defender backs down"),
        Observable("challenger_value", "victory", "the challenger's expected payoff"),
        Observable("defender_value", "victory", "the defender's expected payoff"),
    )

    def validate(self) -> None:
        """Refuse risks above 1 and types in the wrong order."""
        if np.any(self.risk * self.n_steps > 1):
            raise ParameterError(
                self.title(), "risk", self.risk,
                f"makes the risk of step {self.n_steps} more than 1", "lower it, or n_steps",
            )  # fmt: skip
        if np.any(self.resolve_defender_high < self.resolve_defender):
            raise ParameterError(
                self.title(), "resolve_defender_high", self.resolve_defender_high,
                "is below that of the irresolute", "raise it, or lower resolve_defender",
            )  # fmt: skip

    def form(self) -> LadderForm:
        """Return the ladder with material payoffs."""
        steps = np.arange(self.n_steps + 1)
        amounts, breach = self._ends(len(steps))
        return LadderForm(
            movers=tuple(int(step) % 2 for step in steps),
            names=("challenger", "defender"),
            prior=1.0 - self.p_irresolute,
            amounts=amounts[..., None, :, :],
            breach=breach[..., None, :, :],
            risk=self.risk[..., None] * steps,
        )

    def _ends(self, n_moves: int) -> tuple[FloatArray, FloatArray]:
        """Return payoffs and broken threats of all ends, shape (*batch, 2 n_moves + 1, 4)."""
        submits = (self.resolve_challenger, self.resolve_defender, self.resolve_defender_high)
        worth = [1.0 - np.asarray(resolve) for resolve in submits]
        nothing = np.zeros_like(np.broadcast_arrays(self.status_quo, *worth)[0])
        yields = [
            (worth[0], worth[0], 1.0 + nothing, 1.0 + nothing),
            (1.0 + nothing, 1.0 + nothing, worth[1], worth[2]),
        ]
        broken = [(worth[0], worth[0], nothing, nothing), (nothing, nothing, worth[1], worth[2])]
        zero = (nothing,) * N_COLUMNS
        paid = [(self.status_quo,) * N_COLUMNS, *(yields[k % 2] for k in range(1, n_moves))]
        lost = [zero, zero, *(broken[k % 2] for k in range(2, n_moves))]
        disasters, last = [zero] * n_moves, n_moves % 2
        return (
            _stacked([*paid, *disasters, yields[last]]),
            _stacked([*lost, *disasters, broken[last]]),
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return who climbs, who backs down, and how often it ends in disaster."""
        form = cast("LadderForm", equilibria.form)
        climb, belief = (equilibria.strategies[name] for name in ("climb", "belief"))
        chances, n = form.chances(equilibria.strategies), form.n_moves
        bluff, stand = climb[..., 1, IRRESOLUTE], climb[..., 1, RESOLUTE]
        backs = [chances[..., _submissions(n, mover)] for mover in (UNINFORMED, INFORMED)]
        return {
            "challenge": climb[..., 0, UNINFORMED],
            "escalation": (1 - belief[..., 1]) * bluff + belief[..., 1] * stand,
            "bluff": bluff,
            "call": climb[..., 2, UNINFORMED],
            "doubt": 1 - belief[..., 2],
            "disaster": total(chances[..., n : 2 * n]),
            "challenger_submits": total(backs[UNINFORMED]),
            "defender_submits": total(backs[INFORMED]),
            "challenger_value": equilibria.payoffs[..., 0],
            "defender_value": equilibria.payoffs[..., 1],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the defender's payoff."""
        return np.asarray(equilibria.payoffs[..., 1])


def _submissions(n_moves: int, mover: int) -> list[int]:
    """Return the outcomes in which this side backs down; at the top, if it would be next."""
    stops = [k for k in range(1, n_moves) if k % 2 == mover]
    return [*stops, 2 * n_moves] if n_moves % 2 == mover else stops


def _stacked(rows: Sequence[Sequence[FloatArray]]) -> FloatArray:
    """Return rows of numbers or arrays as one array, shape (*batch, n_rows, n_columns)."""
    cells = np.broadcast_arrays(*(cell for row in rows for cell in row))
    flat = np.stack(cells, axis=-1)
    return np.ascontiguousarray(flat.reshape(*flat.shape[:-1], len(rows), -1))
