r"""A war of attrition with rising costs of giving in, and an outside option to fight.

Two sides contest a prize v. At each instant either may wait, give in or attack. Who gives in at t
pays :math:`a_i t` and the other takes the prize; an attack by either ends the game in war, worth
:math:`w_i \sim U[-W_i, 0]` to side i, which alone knows it. If both give in at the start neither
gets anything. Giving in is seen before an attack at the same instant.

Of all strategies the form knows those in which side i gives in at once with chance :math:`q_i`,
later so that it still stands at t with chance

.. math:: S_i(t) = (1 - q_i) (1 + t / \tau_i)^{-\eta_i}, \qquad 0 < t \le T,

and attacks at the horizon T if it still stands. Those who stand to the end are the most resolved,
of :math:`w_i \ge -W_i S_i(T)`; all others draw the time at which they give in from one
distribution, whatever their type. With relative gains :math:`U_i = V_i - \rho V_j`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
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
    scale: FloatArray
    shape: FloatArray
    horizon: FloatArray

    def standing(self, time: FloatArray) -> FloatArray:
        """Return S at times of shape (*batch, n_equilibria, 2, ...)."""
        stays, scale, shape = (
            _along(item, time) for item in (1.0 - self.concession, self.scale, self.shape)
        )
        return np.asarray(stays * (1.0 + time / scale) ** -shape)

    def hazard(self, time: FloatArray) -> FloatArray:
        """Return the rate at which a side gives in that still stands."""
        return np.asarray(_along(self.shape, time) / (_along(self.scale, time) + time))


class _Prospects(NamedTuple):
    """What each side may expect from giving in at once, later, or attacking, on a grid of times.

    `at_once` has shape (*batch, n_equilibria, 2), the others an axis of times behind. Attacking is
    worth `fight` plus one's war value times `stands`, the chance that the other still stands.
    """

    at_once: FloatArray
    later: FloatArray
    fight: FloatArray
    stands: FloatArray

    def best(self, war_value: FloatArray) -> FloatArray:
        """Return what the best plan is worth to types with this war value."""
        attack = self.fight + self.stands * war_value[..., None]
        latest = np.maximum(self.later.max(axis=-1), attack.max(axis=-1))
        return np.asarray(np.maximum(self.at_once, latest))

    def at_last(self, war_value: FloatArray) -> FloatArray:
        """Return what it is worth to types with this war value to attack at the horizon."""
        return np.asarray(self.fight[..., -1] + self.stands[..., -1] * war_value)


@dataclass(frozen=True, eq=False)
class AttritionForm(Form):
    """A batch of contests; arrays broadcast over (*batch) or (*batch, 2).

    Strategies: "concession", "scale" and "shape", each (*batch, n_equilibria, 2), are q, τ and η;
    "horizon", shape (*batch, n_equilibria), is T. Where T is 0, τ and η have no meaning.

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
        old, new = np.asarray(self.relative_gains), np.asarray(levers.relative_gains)
        return replace(
            self,
            relative_gains=(old + new) / (1.0 + old * new),
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
        fighters = plan.standing(plan.horizon)
        war = course.war[..., None] * fighters * self.worst_war[..., None, :] / 2.0
        material = self.value[..., None, :] * won - course.cost - war
        return np.asarray(material - self.rivalry[..., None, :] * material[..., ::-1])

    def course(self, strategies: Strategies) -> Course:
        """Return how the contest ends, by Gauss-Legendre quadrature over time."""
        plan = _plan(strategies)
        time, weight = _quadrature(plan)
        stands = plan.standing(time)
        both = stands * stands[..., ::-1, :, :]
        first = both * plan.hazard(time) * weight
        paid = self.rate[..., None, :] * _summed(first * time)
        last = plan.standing(plan.horizon)
        return Course(
            at_once=plan.concession * (1.0 - plan.concession[..., ::-1]),
            later=_summed(first),
            cost=paid,
            crisis=(1.0 - plan.concession[..., 0]) * (1.0 - plan.concession[..., 1]),
            war=last[..., 0] * last[..., 1],
            duration=_summed(both * weight)[..., 0],
        )

    def resolved(self, strategies: Strategies) -> FloatArray:
        """Return the chance that each side would stand to the horizon, given a crisis.

        Shape (*batch, n_equilibria, 2); 0 for a side that gives in at once for certain.
        """
        plan = _plan(strategies)
        stays = 1.0 - plan.concession
        return np.asarray(plan.standing(plan.horizon) / np.where(stays == 0, 1.0, stays))

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type from another time to give in or to attack.

        What it is worth to stand until t is added up numerically over a grid of 65 times, denser at
        first, at each of which a type may give in or attack; so it may at the start. What
        a type gains is convex in its war value, so it is largest for the most and the least
        resolved of those who fight, and for the most resolved of those who give in, at each of the
        times at which they do.
        """
        plan = _plan(strategies)
        prospects = self._prospects(plan)
        last = plan.standing(plan.horizon)
        edge, top = -self.worst_war[..., None, :] * last, 0.0 * last
        yields = last < 1.0 - plan.concession
        best = prospects.best(edge)
        gains = [
            np.where(plan.concession > 0, best - prospects.at_once, 0.0),
            np.where(yields, best - prospects.later.min(axis=-1), 0.0),
            np.where(last > 0, best - prospects.at_last(edge), 0.0),
            np.where(last > 0, prospects.best(top) - prospects.at_last(top), 0.0),
        ]
        missing = np.where(np.isnan(last), np.nan, 0.0)
        return np.asarray((np.max(np.stack(gains), axis=0) + missing).max(axis=-1))

    def _prospects(self, plan: _Plan) -> _Prospects:
        rho, value = self.rivalry[..., None, :], self.value[..., None, :]
        rate, theirs = self.rate[..., None, :], _Plan(*(item[..., ::-1] for item in plan))
        time, _ = _clock(plan, np.arange(_STEPS + 1) / _STEPS)
        stands = theirs.standing(time)
        won = self._won(theirs, rate[..., ::-1])
        paid = rate[..., None] * time + (rho * value)[..., None]
        # Those of the other side that will yet give in have higher costs of war than its fighters.
        fighters = stands[..., -1:]
        their_cost = ((stands - fighters) * (1.0 + fighters) + fighters * fighters) / 2.0
        envy = (rho * self.worst_war[..., None, ::-1])[..., None]
        return _Prospects(
            at_once=-rho * value * (1.0 - theirs.concession),
            later=won - stands * paid,
            fight=won + envy * their_cost,
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
    concession, scale, shape = (
        np.asarray(strategies[name]) for name in ("concession", "scale", "shape")
    )
    horizon = np.asarray(strategies["horizon"])[..., None]
    return _Plan(concession, scale, shape, np.broadcast_to(horizon, concession.shape))


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
