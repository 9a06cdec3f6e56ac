r"""Graduated response: do words, then sanctions, then force make a challenger yield?

A challenger attacks or not. If it does, and is named as the aggressor, an institution that has
pledged itself climbs a ladder or gives up: at :math:`t_1` it censures, at :math:`t_2` it imposes
sanctions, at :math:`t_3` it uses force, each only if the challenger has not yielded to the rung
before. The challenger holds the prize until it yields or is beaten. It values the prize at v or, if
it is resolute, at v'; only it knows which.

Sanctions bite with e, coverage times (1 - leakage), for as long as they are in force. A stream
worth x for good is worth :math:`x (\delta^{t} - \delta^{t'})` from t to t', so in war both have

.. math::

    V_C &= v - a - h_1 (\delta^{t_1} - \delta^{t_3}) - h e (\delta^{t_2} - \delta^{t_3})
        - \delta^{t_3} (\pi v + \kappa) \\
    V_I &= -S (1 - \pi \delta^{t_3}) - k_1 \delta^{t_1}
        - k \,\text{coverage}\, (\delta^{t_2} - \delta^{t_3}) - c\, \delta^{t_3}

with :math:`\pi` the chance that force reverses the aggression. If the challenger yields at t it
keeps the prize only up to t, and harm and costs end there; if the institution gives up, sanctions
are lifted, and the prize is kept for good.

Known results
-------------
Rungs work before they are used: a challenger who would yield to a rung that is sure to come does
not attack. Rungs that are used are therefore a selected sample (Drezner 1999; the same is true of
alliances in Smith 1995). Sanctions bite the more, the more patient the challenger and the longer
they last before force is due; if they bite, they do so on the irresolute, whose yielding leaves the
resolute to be fought. Delay is worth the prize for as long as it lasts. In repeated play, graduated
fines leave the critical discount factor of Nash reversion where it is, and keep one violation from
ending cooperation: a fine s with :math:`\delta s \ge v_D - v_C` and
:math:`s \le (v_C - v_N)/(1 - \delta)` exists if and only if
:math:`\delta \ge (v_D - v_C)/(v_D - v_N)`.

Levers
------
relative_gains
    Challenger and institution compare themselves with each other.
indivisibility, impartiality
    The institution's stake is ((1 - β) w + β b)(1 - (1 - η) max(0, x)).
discount_factor
    The larger of the game's own and the lever's, for both sides.
pledge_cost, monitoring
    An institution that gives up loses μαc.
legitimacy
    Force costs (1 - ℓz) c with the mandate z.
identification
    Chance that the aggressor is named; one that is not is left alone.
selection
    By the institution's payoff.
side_payments
    What members pay one another nets out inside the institution.

References
----------
powell1987crisis, drezner1999sanctions, smith1995alliance, martin1992coercive, hufbauer2007economic
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.ladder import INFORMED, N_COLUMNS, UNINFORMED, LadderForm
from collsec.games.game import Game, Observable
from collsec.measures import total
from collsec.parameters import FloatArray, ParameterError, Real, parameter

_MOVERS = (INFORMED, UNINFORMED) * 3 + (INFORMED,)
_CHALLENGE, _TO_CENSURE, _TO_SANCTIONS, _TO_FORCE = 0, 2, 4, 6
"""Outcomes in which the challenger stops: it does not attack, or yields to a rung."""
_GIVES_UP = (1, 3, 5)
_UNNAMED, _WAR = 7, 14
_N_OUTCOMES, _N_DATES = 15, 4
_I_WEAK, _I_STRONG, _C_WEAK, _C_STRONG = range(N_COLUMNS)


class GraduatedResponse(Game):
    """Words, sanctions and force, one after the other, against a challenger of unknown resolve."""

    prize: Real = parameter(
        "v", "worth of the prize to an irresolute challenger", unit="payoff", low=0, default=0.5
    )
    prize_high: Real = parameter(
        "v'", "worth of the prize to a resolute challenger", unit="payoff", low=0, default=1.5
    )
    attack_cost: Real = parameter(
        "a", "what the attack itself costs the challenger", unit="payoff", low=0, default=0.15
    )
    p_resolute: Real = parameter(
        "p", "chance that the challenger is resolute", unit="probability", above=0, below=1,
        default=0.4,
    )  # fmt: skip
    coverage: Real = parameter(
        "q", "share of the challenger's trade that sanctions cover", unit="share", low=0, high=1,
        default=0.5, source="hufbauer2007economic",
    )  # fmt: skip
    leakage: Real = parameter(
        "l", "share of what is covered that others supply", unit="share", low=0, high=1,
        default=0.3, source="hufbauer2007economic",
    )  # fmt: skip
    harm: Real = parameter(
        "h", "what complete sanctions without end cost the challenger", unit="payoff", low=0,
        default=2.0, source="hufbauer2007economic",
    )  # fmt: skip
    censure: Real = parameter(
        "h_1", "what isolation by words without end costs the challenger", unit="payoff", low=0,
        default=0.05,
    )  # fmt: skip
    force_harm: Real = parameter(
        "κ", "what a war against the institution costs the challenger", unit="payoff", low=0,
        default=0.4,
    )  # fmt: skip
    reversal: Real = parameter(
        "π", "chance that force reverses the aggression", unit="probability", low=0, high=1,
        default=0.7,
    )  # fmt: skip
    interest: Real = parameter(
        "w", "the institution's private stake in the target", unit="payoff", low=0, default=0.5
    )
    common_stake: Real = parameter(
        "b", "worth of aggression failing, anywhere", unit="payoff", low=0, default=0.5
    )
    affinity: Real = parameter(
        "x", "closeness of the institution's leaders to the challenger", low=-1, high=1, default=0.0
    )
    censure_cost: Real = parameter(
        "k_1", "cost of censure to the institution", unit="payoff", low=0, default=0.01
    )
    sanction_cost: Real = parameter(
        "k", "cost of complete sanctions without end to the institution", unit="payoff", low=0,
        default=0.3,
    )  # fmt: skip
    war_cost: Real = parameter(
        "c", "cost of force to the institution", unit="payoff", low=0, default=0.6
    )
    mandate: Real = parameter(
        "z", "1 where force has a mandate, -1 where it has none, 0 where none counts",
        low=-1, high=1, default=0.0,
    )  # fmt: skip
    censure_delay: Real = parameter(
        "d_1", "time from the attack to censure", unit="years", low=0, default=0.1
    )
    sanction_delay: Real = parameter(
        "d_2", "time from censure to sanctions", unit="years", low=0, default=0.2
    )
    force_delay: Real = parameter(
        "d_3", "time from sanctions to force", unit="years", low=0, default=1.0
    )
    discount_factor: Real = parameter(
        "δ", "weight of a payoff a year later", unit="1", low=0, high=1, default=0.8
    )

    observables = (
        Observable("challenge", "probability", "chance of an attack"),
        Observable("challenge_if_irresolute", "probability", "the same of an irresolute one"),
        Observable("bite", "share", "coverage times what does not leak"),
        Observable("yields_to_censure", "probability", "chance of an attack that ends with words"),
        Observable(
            "yields_to_sanctions", "probability", "chance of an attack that ends with sanctions"
        ),
        Observable("yields_to_force", "probability", "chance of an attack that ends before force"),
        Observable("war", "probability", "chance that force is used"),
        Observable("gives_up", "probability", "chance that the institution gives up"),
        Observable("aggression_stands", "probability", "chance of an attack that is not reversed"),
        Observable("sanctions", "probability", "chance that sanctions are imposed"),
        Observable(
            "resolve_after_sanctions", "probability",
            "belief in a resolute challenger when it has not yielded to sanctions",
        ),
        Observable("institution_value", "payoff", "the institution's expected payoff"),
        Observable("challenger_value", "payoff", "the challenger's expected payoff"),
    )  # fmt: skip

    def validate(self) -> None:
        """Refuse types in the wrong order."""
        if np.any(self.prize_high < self.prize):
            raise ParameterError(
                self.title(), "prize_high", self.prize_high, "is below that of the irresolute",
                "raise it, or lower prize",
            )  # fmt: skip

    def form(self) -> LadderForm:
        """Return the ladder; amounts are due at the attack and when each rung is decided."""
        delays = np.broadcast_arrays(
            np.zeros(()), self.censure_delay, self.sanction_delay, self.force_delay
        )
        return LadderForm(
            movers=_MOVERS,
            names=("institution", "challenger"),
            prior=self.p_resolute,
            amounts=self._amounts(),
            dates=np.cumsum(np.stack(delays, axis=-1), axis=-1),
            risk=np.zeros(len(_MOVERS)),
            war=_single(self.war_cost, [(_WAR, 3)]),
            breach=_single(self.war_cost, [(row, k + 1) for k, row in enumerate(_GIVES_UP)]),
            staked=self._staked(),
            interest=self.interest,
            common_stake=self.common_stake,
            affinity=self.affinity,
            named=(_CHALLENGE,),
            discount_factor=self.discount_factor,
            mandate=self.mandate,
        )

    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return who attacks, what makes the attacker yield, and what stands in the end."""
        form, plan = cast("LadderForm", equilibria.form), equilibria.strategies
        chances = form.chances(plan)
        gives_up, war = total(chances[..., list(_GIVES_UP)]), chances[..., _WAR]
        lost = (1 - self.reversal)[..., None] * war
        imposed = (_TO_SANCTIONS, _GIVES_UP[-1], _TO_FORCE, _WAR)
        bite = np.asarray(self.coverage * (1 - self.leakage))[..., None]
        return {
            "challenge": 1 - chances[..., _CHALLENGE],
            "challenge_if_irresolute": plan["climb"][..., 0, 0],
            "bite": bite + 0 * war,
            "yields_to_censure": chances[..., _TO_CENSURE],
            "yields_to_sanctions": chances[..., _TO_SANCTIONS],
            "yields_to_force": chances[..., _TO_FORCE],
            "war": war,
            "gives_up": gives_up,
            "aggression_stands": gives_up + chances[..., _UNNAMED] + lost,
            "sanctions": total(chances[..., list(imposed)]),
            "resolve_after_sanctions": plan["belief"][..., 5],
            "institution_value": equilibria.payoffs[..., 0],
            "challenger_value": equilibria.payoffs[..., 1],
        }

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return the institution's payoff."""
        return np.asarray(equilibria.payoffs[..., 0])

    def _amounts(self) -> FloatArray:
        """Return all but the stake, shape (*batch, dates, outcomes, 4)."""
        bite = self.harm * self.coverage * (1 - self.leakage)
        effort = self.sanction_cost * self.coverage
        prizes = {_C_WEAK: self.prize, _C_STRONG: self.prize_high}
        shape = np.broadcast_shapes(self.batch_shape, ())
        table = np.zeros((*shape, _N_DATES, _N_OUTCOMES, N_COLUMNS))
        for row, last, yields in _ENDS:
            for column, prize in prizes.items():
                table[..., 0, row, column] += prize - self.attack_cost
                if yields:
                    table[..., last, row, column] -= prize
                _stream(table, (row, column), 1, last, self.censure)
                _stream(table, (row, column), 2, last, bite)
            for column in (_I_WEAK, _I_STRONG):
                if last > 1 or yields:
                    table[..., 1, row, column] -= self.censure_cost
                _stream(table, (row, column), 2, last, effort)
        for column, prize in prizes.items():
            table[..., 3, _WAR, column] -= self.reversal * prize + self.force_harm
        table[..., 3, _WAR, [_I_WEAK, _I_STRONG]] -= np.asarray(self.war_cost)[..., None]
        return table

    def _staked(self) -> FloatArray:
        """Return what the institution loses and regains for each unit of its stake."""
        shape = np.broadcast_shapes(np.shape(self.reversal), ())
        table = np.zeros((*shape, _N_DATES, _N_OUTCOMES, N_COLUMNS))
        for row, last, yields in _ENDS:
            table[..., 0, row, :2] = -1.0
            if yields:
                table[..., last, row, :2] += 1.0
        table[..., 3, _WAR, :2] += np.asarray(self.reversal)[..., None]
        return table


_ENDS = (
    (1, 1, False), (2, 1, True), (3, 2, False), (4, 2, True), (5, 3, False), (6, 3, True),
    (_UNNAMED, 0, False), (_WAR, 3, False),
)  # fmt: skip
"""Outcomes after an attack: which, at which date the rungs end, and whether by yielding."""


def _stream(
    table: FloatArray, cell: tuple[int, int], start: int, end: int, rate: FloatArray
) -> None:
    """Take a stream from one date to a later one off a payoff."""
    if start < end:
        table[..., start, *cell] -= rate
        table[..., end, *cell] += rate


def _single(value: FloatArray, places: list[tuple[int, int]]) -> FloatArray:
    """Return a table of zeros with the institution's `value` at these outcomes and dates."""
    table = np.zeros((*np.shape(value), _N_DATES, _N_OUTCOMES, N_COLUMNS))
    for row, date in places:
        table[..., date, row, :2] = np.asarray(value)[..., None]
    return table
