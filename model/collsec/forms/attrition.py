r"""A war of attrition with rising costs of giving in, and an outside option to fight.

Two sides contest a prize v. At each instant either may wait, give in or attack. Who gives in at t
pays :math:`a_i t` and the other takes the prize; an attack by either ends the game in war, worth
:math:`w_i \sim U[-W_i, 0]` to side i, which alone knows it. If both give in at the start neither
gets anything. Giving in is seen before an attack at the same instant.

Of all strategies the form knows those in which side i gives in at once with chance :math:`q_i`,
attacks at once with chance :math:`\sigma_i`, later gives in so that it still stands at t with
chance

.. math:: S_i(t) = (1 - q_i - \sigma_i) (1 + t / \tau_i)^{-\eta_i}, \qquad 0 < t \le T,

and attacks at the horizon T if it still stands. The most resolved attack at once, the next stand to
the end, down to :math:`w_i = -W_i (\sigma_i + S_i(T))`. Those who give in at once are the least
resolved; all others draw the time at which they give in from one distribution, whatever their type.
Where the other side never attacks at once, all who give in are indifferent, and might do so in any
order: in this one the rival has the least reason to attack before the horizon. With relative gains
:math:`U_i = V_i - \rho V_j`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.measures import total
from collsec.parameters import FloatArray

_STEPS = 64
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


class Course(NamedTuple):
    """How a contest ends: chances of shape (*batch, n_equilibria, 2), or without the last axis.

    Attributes
    ----------
    at_once, later : array, shape (*batch, n_equilibria, 2)
        Chance that this side alone gives in at the start, and that it gives in first later on.
    cost : array, shape (*batch, n_equilibria, 2)
        Expected audience cost that it pays.
    crisis, war : array, shape (*batch, n_equilibria)
        Chance that neither gives in at the start, and that the contest ends in war.
    duration : array, shape (*batch, n_equilibria)
        Expected time until somebody gives in or attacks.
    """

    at_once: FloatArray
    later: FloatArray
    cost: FloatArray
    crisis: FloatArray
    war: FloatArray
    duration: FloatArray


class _Plan(NamedTuple):
    """Strategies with one column a side, shape (*batch, n_equilibria, 2)."""

    concession: FloatArray
    strike: FloatArray
    scale: FloatArray
    shape: FloatArray
    horizon: FloatArray

    @property
    def waiting(self) -> FloatArray:
        """The chance that a side neither gives in nor attacks at once."""
        return np.asarray(1.0 - self.concession - self.strike)

    def standing(self, time: FloatArray) -> FloatArray:
        """Return S at times of shape (*batch, n_equilibria, 2, ...)."""
        stays, scale, shape = (
            _along(item, time) for item in (self.waiting, self.scale, self.shape)
        )
        return np.asarray(stays * (1.0 + time / scale) ** -shape)

    def hazard(self, time: FloatArray) -> FloatArray:
        """Return the rate at which a side gives in that still stands."""
        return np.asarray(_along(self.shape, time) / (_along(self.scale, time) + time))


class _Prospects(NamedTuple):
    """What each side may expect from giving in or attacking at once and later, on a grid of times.

    To give in at once is worth `at_once`; anything else is worth one's war value times a chance of
    war more: to attack at once `struck` with the chance `meets`, to give in later `later` with
    `risk`, to attack later `fight` with `risk` and `stands`. These two have an axis of times
    behind (*batch, n_equilibria, 2), and so has `stands`.
    """

    at_once: FloatArray
    struck: FloatArray
    meets: FloatArray
    risk: FloatArray
    later: FloatArray
    fight: FloatArray
    stands: FloatArray

    def best(self, war_value: FloatArray) -> FloatArray:
        """Return what the best plan is worth to types with this war value."""
        attack = self.fight + self.stands * war_value[..., None]
        latest = np.maximum(self.later.max(axis=-1), attack.max(axis=-1)) + self.risk * war_value
        return np.asarray(np.maximum(np.maximum(self.at_once, latest), self.strike(war_value)))

    def strike(self, war_value: FloatArray) -> FloatArray:
        """Return what it is worth to types with this war value to attack at once."""
        return np.asarray(self.struck + self.meets * war_value)

    def concede(self, war_value: FloatArray) -> FloatArray:
        """Return what it is worth to types with this war value to give in at once."""
        return np.asarray(self.at_once + 0.0 * war_value)

    def give_in(self, war_value: FloatArray) -> FloatArray:
        """Return what it is worth to give in later, at the worst of the times."""
        return np.asarray(self.later.min(axis=-1) + self.risk * war_value)

    def at_last(self, war_value: FloatArray) -> FloatArray:
        """Return what it is worth to types with this war value to attack at the horizon."""
        chance = self.stands[..., -1] + self.risk
        return np.asarray(self.fight[..., -1] + chance * war_value)


@dataclass(frozen=True, eq=False)
class AttritionForm(Form):
    """A batch of contests; arrays broadcast over (*batch) or (*batch, 2).

    Strategies: "concession", "strike", "scale" and "shape", each (*batch, n_equilibria, 2), are q,
    σ, τ and η; "deadline", shape (*batch, n_equilibria), is T. Where T is 0, τ and η have no
    meaning, and T has none where nobody waits.

    Attributes
    ----------
    prize : array, shape (*batch)
        What is contested, worth the same to both.
    audience : array, shape (*batch, 2)
        Cost of giving in per unit of time.
    war_cost : array, shape (*batch, 2)
        The highest cost of war, W, before `hardship`; the mean is half of it.
    pledged : array, shape (*batch, 2)
        Share of the mean cost of war by which the cost of a broken pledge is measured.
    mandate : array, shape (*batch, 2)
        1 for a side that fights with a mandate, -1 for one that fights without, else 0.
    hardship : array, shape (*batch, 2)
        Factor on the cost of war.
    relative_gains, monitoring, pledge_cost : array, shape (*batch)
        What levers have set so far.
    sides : tuple of str
    """

    prize: FloatArray
    audience: FloatArray
    war_cost: FloatArray
    pledged: FloatArray
    mandate: FloatArray
    hardship: FloatArray | float = 1.0
    relative_gains: FloatArray | float = 0.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0
    sides: tuple[str, str] = ("challenger", "target")

    @cached_property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        scalars = (self.prize, self.relative_gains, self.monitoring, self.pledge_cost)
        columns = (self.audience, self.war_cost, self.pledged, self.mandate)
        return np.broadcast_shapes(
            *(np.shape(item) for item in scalars),
            *(np.shape(item)[:-1] for item in (*columns, np.atleast_1d(self.hardship))),
        )

    @property
    def players(self) -> tuple[str, ...]:
        """The two sides."""
        return self.sides

    def under(self, levers: Levers) -> Self:
        """Return the contest under these assumptions; see `Form.under`.

        Relative gains on relative gains give a multiple of U = V - ρ V_j again; it is scaled to
        own weight one. A pledge that is broken costs μ α c per unit of time beside the audience
        cost, with c the mean cost of war. All other levers find nothing to act on.
        """
        return replace(
            self,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            monitoring=self.monitoring * levers.monitoring,
            pledge_cost=self.pledge_cost + levers.pledge_cost,
            hardship=self.hardship * (1.0 - levers.legitimacy[..., None] * self.mandate),
        )

    @cached_property
    def value(self) -> FloatArray:
        """The prize, shape (*batch, 1)."""
        return self._column(self.prize)

    @cached_property
    def rivalry(self) -> FloatArray:
        """The weight ρ on the other side's payoff, shape (*batch, 1)."""
        return self._column(self.relative_gains)

    @cached_property
    def rate(self) -> FloatArray:
        """Cost of giving in per unit of time, pledges included, shape (*batch, 2)."""
        seen = self._column(self.monitoring) * self._column(self.pledge_cost)
        return self._pair(self.audience + seen * self.pledged * self.war_cost / 2.0)

    @cached_property
    def worst_war(self) -> FloatArray:
        """The highest cost of war with hardship, shape (*batch, 2)."""
        return self._pair(self.war_cost * self.hardship)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities before types are drawn, shape (*batch, n_equilibria, 2)."""
        course, plan = self.course(strategies), _plan(strategies)
        won = (course.at_once + course.later)[..., ::-1]
        material = self.value[..., None, :] * won - course.cost - self._fought(plan)
        return np.asarray(material - self.rivalry[..., None, :] * material[..., ::-1])

    def _fought(self, plan: _Plan) -> FloatArray:
        """Return what each side expects to lose by war, shape (*batch, n_equilibria, 2)."""
        theirs = _Plan(*(item[..., ::-1] for item in plan))
        first, stays = plan.strike, 1.0 - plan.concession
        last, last_theirs = plan.standing(plan.horizon), theirs.standing(theirs.horizon)
        struck = first * first * (1.0 - theirs.concession)
        waited = (stays * stays - first * first) * theirs.strike
        ended = last * (last + 2.0 * first) * last_theirs
        return np.asarray(self.worst_war[..., None, :] * (struck + waited + ended) / 2.0)

    def course(self, strategies: Strategies) -> Course:
        """Return how the contest ends, by Gauss-Legendre quadrature over time."""
        plan = _plan(strategies)
        time, weight = _quadrature(plan)
        stands = plan.standing(time)
        both = stands * stands[..., ::-1, :, :]
        first = both * plan.hazard(time) * weight
        paid = self.rate[..., None, :] * _summed(first * time)
        last = plan.standing(plan.horizon)
        crisis = (1.0 - plan.concession[..., 0]) * (1.0 - plan.concession[..., 1])
        struck = crisis - plan.waiting[..., 0] * plan.waiting[..., 1]
        return Course(
            at_once=plan.concession * (1.0 - plan.concession[..., ::-1]),
            later=_summed(first),
            cost=paid,
            crisis=crisis,
            war=last[..., 0] * last[..., 1] + struck,
            duration=_summed(both * weight)[..., 0],
        )

    def resolved(self, strategies: Strategies) -> FloatArray:
        """Return the chance that each side would attack in the end, or at once, given a crisis.

        Shape (*batch, n_equilibria, 2); 0 for a side that gives in at once for certain.
        """
        plan = _plan(strategies)
        stays = 1.0 - plan.concession
        fights = plan.standing(plan.horizon) + plan.strike
        return np.asarray(fights / np.where(stays == 0, 1.0, stays))

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type from another time to give in or to attack.

        What it is worth to stand until t is added up numerically over a grid of 65 times, denser at
        first, at each of which a type may give in or attack; so it may at the start. What a type
        gains is convex in its war value, so it is largest at the ends of the types that do alike:
        attack at once, attack at the horizon, give in at each of the times at which they do, and
        give in at once.
        """
        plan = _plan(strategies)
        prospects = self._prospects(plan)
        worst, last = self.worst_war[..., None, :], plan.standing(plan.horizon)
        first, edge = -worst * plan.strike, -worst * (plan.strike + last)
        rest = -worst * (1.0 - plan.concession)
        groups = (
            (plan.strike > 0, (0.0 * first, first), prospects.strike),
            (last > 0, (first, edge), prospects.at_last),
            (last < plan.waiting, (edge, rest), prospects.give_in),
            (plan.concession > 0, (rest, -worst), prospects.concede),
        )
        gains = [
            np.where(is_played, prospects.best(end) - planned(end), 0.0)
            for is_played, ends, planned in groups
            for end in ends
        ]
        missing = np.where(np.isnan(last), np.nan, 0.0)
        return np.asarray((np.max(np.stack(gains), axis=0) + missing).max(axis=-1))

    def _prospects(self, plan: _Plan) -> _Prospects:
        rho, value = self.rivalry[..., None, :], self.value[..., None, :]
        rate, theirs = self.rate[..., None, :], _Plan(*(item[..., ::-1] for item in plan))
        time, _ = _clock(plan, np.arange(_STEPS + 1) / _STEPS)
        stands = theirs.standing(time)
        first, stays = theirs.strike, 1.0 - theirs.concession
        envy = rho * self.worst_war[..., None, ::-1]
        won = self._won(theirs, rate[..., ::-1]) + (envy * first * first / 2.0)[..., None]
        paid = rate[..., None] * time + (rho * value)[..., None]
        # Those of the other side that will yet give in have higher costs of war than its fighters.
        fighters, known = stands[..., -1:], first[..., None]
        waverers = (stands - fighters) * (stays[..., None] + (fighters + known))
        their_cost = (waverers + fighters * (fighters + 2.0 * known)) / 2.0
        return _Prospects(
            at_once=-rho * value * stays,
            struck=theirs.concession * value + envy * stays * stays / 2.0,
            meets=stays,
            risk=first,
            later=won - stands * paid,
            fight=won + envy[..., None] * their_cost,
            stands=stands,
        )

    def _won(self, theirs: _Plan, their_rate: FloatArray) -> FloatArray:
        """Return the expected worth of the other side's giving in up to each grid time."""
        time, weight = _quadrature(theirs)
        worth = self.value[..., None, :] + 0.0 * their_rate
        envy = self.rivalry[..., None, :] * their_rate
        prize = worth[..., None, None] + envy[..., None, None] * time
        rise = total(theirs.standing(time) * theirs.hazard(time) * weight * prize)
        start = (theirs.concession * worth)[..., None]
        return np.concatenate([start, start + np.cumsum(rise, axis=-1)], axis=-1)

    def _column(self, values: FloatArray | float) -> FloatArray:
        return np.asarray(values, dtype=np.float64)[..., None]

    def _pair(self, values: FloatArray) -> FloatArray:
        shape = np.broadcast_shapes(np.shape(values), (2,))
        return np.ascontiguousarray(np.broadcast_to(values, shape))


def _plan(strategies: Strategies) -> _Plan:
    concession, strike, scale, shape = (
        np.asarray(strategies[name]) for name in ("concession", "strike", "scale", "shape")
    )
    horizon = np.asarray(strategies["deadline"])[..., None]
    return _Plan(concession, strike, scale, shape, np.broadcast_to(horizon, concession.shape))


def _along(values: FloatArray, time: FloatArray) -> FloatArray:
    """Return the values with empty axes behind, so that they meet those of the times."""
    return values.reshape(*values.shape, *([1] * (time.ndim - values.ndim)))


def _clock(plan: _Plan, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Return the times at shares of the way to the horizon, and how fast time passes there.

    The way is :math:`\log(1 + t/\tau)` with the smaller τ, so that however fast a side gives in at
    first, as many steps see it. Shape (*batch, n_equilibria, 2, ...), the last axes of `shares`.
    """
    pace = np.minimum(plan.scale, plan.scale[..., ::-1])
    way = np.log1p(plan.horizon / pace)
    wide = (..., *[None] * shares.ndim)
    pace, way = pace[wide], way[wide]
    return pace * np.expm1(way * shares), pace * way * np.exp(way * shares)


def _quadrature(plan: _Plan) -> tuple[FloatArray, FloatArray]:
    """Return times and weights, shape (*batch, n_equilibria, 2, steps, nodes)."""
    time, speed = _clock(plan, (np.arange(_STEPS)[:, None] + (1.0 + _NODES) / 2.0) / _STEPS)
    return time, speed * _WEIGHTS / (2.0 * _STEPS)


def _summed(values: FloatArray) -> FloatArray:
    return total(total(values))
