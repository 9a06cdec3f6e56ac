r"""A common good that is the sum of what members give up of their incomes.

.. math::

    V_i = (1-\theta_i) \log x_i + \theta_i \log Q, \qquad
    x_i = y_i - (1-\phi) q_i - \phi a_i Q, \qquad Q = \textstyle\sum_j q_j

With relative gains, member i maximises
:math:`(1-\theta_i) \log x_i + \theta'_i \log Q - \rho \, \mathrm{mean}_{j \ne i}
(1-\theta_j) \log x_j`, where
:math:`\theta'_i = \theta_i - \rho \, \mathrm{mean}_{j \ne i} \theta_j`.

A product of a zero weight and an infinite logarithm counts as zero: who puts no weight on the
good does not mind that there is none. A profile is feasible where nobody's consumption is
negative; a member may not promise what would leave another unable to pay its assessment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.parameters import FloatArray

_GRID = 33
_ROUNDS = 9


@dataclass(frozen=True, eq=False)
class ContributionForm(Form):
    """Incomes, tastes and the rules by which the cost of contributions is shared.

    Attributes
    ----------
    income, taste : array, shape (*batch, n_members)
        Income y, and the weight θ of the common good in utility, in [0, 1].
    share : array, shape (*batch, n_members), or None
        Assessed shares a of the common budget, which sum to one; equal where not given.
    relative_gains, side_payments : array, shape (*batch)
        ρ, and the share φ of every contribution that the common budget bears.
    members : tuple of str
        Names; numbered where not given.
    """

    income: FloatArray
    taste: FloatArray
    share: FloatArray | None = None
    relative_gains: FloatArray | float = 0.0
    side_payments: FloatArray | float = 0.0
    members: tuple[str, ...] = ()

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        share = self.income if self.share is None else self.share
        return np.broadcast_shapes(
            *(np.shape(column)[:-1] for column in (self.income, self.taste, share)),
            np.shape(self.relative_gains),
            np.shape(self.side_payments),
        )

    @property
    def n_members(self) -> int:
        """The number of members."""
        return int(max(np.shape(self.income)[-1], np.shape(self.taste)[-1]))

    @property
    def players(self) -> tuple[str, ...]:
        """The members' names."""
        return self.members or tuple(f"member {i + 1}" for i in range(self.n_members))

    @cached_property
    def incomes(self) -> FloatArray:
        """Incomes for every point of the sweep, shape (*batch, n_members)."""
        return self._columns(self.income)

    @cached_property
    def tastes(self) -> FloatArray:
        """Tastes θ for every point of the sweep, shape (*batch, n_members)."""
        return self._columns(self.taste)

    @cached_property
    def shares(self) -> FloatArray:
        """Assessed shares a for every point of the sweep, shape (*batch, n_members)."""
        return self._columns(
            np.full(self.n_members, 1.0 / self.n_members) if self.share is None else self.share
        )

    @cached_property
    def rivalry(self) -> FloatArray:
        """ρ/(n-1), the weight of each other member's payoff, shape (*batch, 1)."""
        others = self.n_members - 1
        return self._column(self.relative_gains) / others if others else self._column(0.0)

    @cached_property
    def pooled(self) -> FloatArray:
        """φ, the part of every contribution that the common budget bears, shape (*batch, 1)."""
        return self._column(self.side_payments)

    @cached_property
    def stakes(self) -> FloatArray:
        """θ', the weight of log Q in utility, shape (*batch, n_members); it may be negative.

        Taken from differences of tastes, so that equal tastes under ρ = 1 give exactly zero.
        """
        n_members, rho = self.n_members, self._column(self.relative_gains)
        if n_members == 1:
            return self.tastes
        apart = self.tastes - self.tastes[..., :1]
        lead = (n_members * apart - apart.sum(axis=-1, keepdims=True)) / (n_members - 1)
        return np.ascontiguousarray((1.0 - rho) * self.tastes + rho * lead)

    @cached_property
    def efficient_provision(self) -> FloatArray:
        r"""Provision in the Lindahl equilibrium of the material game, shape (*batch).

        :math:`Q^* = \sum_i \theta_i y_i`. Member i pays the personal price
        :math:`\theta_i y_i / Q^*` and consumes :math:`(1-\theta_i) y_i`, so that Samuelson's
        condition :math:`\sum_i \theta_i x_i / ((1-\theta_i) Q) = 1` holds. With unequal tastes the
        efficient level depends on how consumption is spread: this one maximises
        :math:`\sum_i y_i V_i` (Negishi weights equal to incomes). With equal tastes every
        efficient interior allocation has it.
        """
        return _total(self.tastes * self.incomes)

    def under(self, levers: Levers) -> Self:
        """Return the form with relative gains and side payments.

        Two budgets one after the other leave (1-φ₁)(1-φ₂) with the contributor. Relative gains on
        relative gains give a multiple of U = V - ρ mean V again; it is scaled to own weight one.
        """
        old, new = np.asarray(self.relative_gains), np.asarray(levers.relative_gains)
        others = max(self.n_members - 1, 1)
        rho = (old + new - old * new * ((others - 1) / others)) / (1.0 + old * new / others)
        first, second = np.asarray(self.side_payments), np.asarray(levers.side_payments)
        return replace(self, relative_gains=rho, side_payments=first + second - first * second)

    def costs(self, strategies: Strategies) -> FloatArray:
        """Return what members pay, (1-φ) q + φ a Q, shape (*batch, n_equilibria, n_members)."""
        given = np.asarray(strategies["contribution"])
        pooled = self.pooled[..., None]
        total = _total(given)[..., None]
        return (1.0 - pooled) * given + pooled * self.shares[..., None, :] * total

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return utilities, shape (*batch, n_equilibria, n_members); NaN where not feasible."""
        given = np.asarray(strategies["contribution"])
        left = self.incomes[..., None, :] - self.costs(strategies)
        private = _weighted(
            1.0 - self.tastes[..., None, :], _settled(left, self.incomes[..., None, :])
        )
        public = _weighted(self.stakes[..., None, :], _total(given)[..., None])
        rivalry = self.rivalry[..., None]
        with np.errstate(invalid="ignore"):
            others = rivalry * (_total(private)[..., None] - private)
            return private + public - np.where(rivalry > 0, others, 0.0)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from a deviation, shape (*batch, n_equilibria).

        Each member's own contribution is searched on its whole feasible range: a grid of 33
        points, nine times refined around the best. Infinite where the profile is not feasible or
        where a member can ruin another and gains from it. Costs O(n) per point of the sweep, or
        O(n²) where relative gains meet side payments.
        """
        given = np.asarray(strategies["contribution"], dtype=np.float64)
        given = np.ascontiguousarray(np.broadcast_to(given, (*self.batch_shape, *given.shape[-2:])))
        search = _Search(self, given)
        worst = np.maximum(search.largest_gain(), 0.0).max(axis=-1)
        worst = np.where(search.is_feasible(), worst, np.inf)
        return np.where(np.isnan(given).any(axis=-1), np.nan, worst)

    def _columns(self, values: FloatArray) -> FloatArray:
        shape = (*self.batch_shape, self.n_members)
        return np.ascontiguousarray(np.broadcast_to(np.asarray(values, dtype=np.float64), shape))

    def _column(self, values: FloatArray | float) -> FloatArray:
        column = np.asarray(values, dtype=np.float64)[..., None]
        return np.ascontiguousarray(np.broadcast_to(column, (*self.batch_shape, 1)))


class _Search:
    """A search over each member's own contribution, given those of all others."""

    def __init__(self, form: ContributionForm, given: FloatArray) -> None:
        self.given = given
        self.total = _total(given)[..., None]
        self.rest = self.total - given
        self.income = form.incomes[..., None, :]
        self.weight = 1.0 - form.tastes[..., None, :]
        self.stake = form.stakes[..., None, :]
        self.kept = 1.0 - form.pooled[..., None]
        self.levied = (form.pooled * form.shares)[..., None, :]
        self.rivalry = form.rivalry[..., None]
        self.free = self.income - self.kept * given
        self.left = _settled(self.free - self.levied * self.total, self.income)

    def is_feasible(self) -> FloatArray:
        """Whether all contributions are positive or zero and all consumption is too."""
        fair = (self.left >= 0) & (self.given >= 0)
        return np.asarray(fair.all(axis=-1))

    def ceiling(self) -> FloatArray:
        """Return the largest feasible contribution of each member, given the others'."""
        price = self.kept + self.levied
        own = _ratio(self.income - self.levied * self.rest, price)
        total = _ratio(self.free, self.levied)
        n_members = total.shape[-1]
        if n_members > 1:
            two = np.partition(total, 1, axis=-1)
            others = np.where(total == two[..., :1], two[..., 1:2], two[..., :1])
            own = np.minimum(own, others - self.rest)
        return np.maximum(np.minimum(own, 1e300), 0.0)

    def largest_gain(self) -> FloatArray:
        """Return the gain of each member from its best deviation, shape as the contributions."""
        low, high = np.zeros_like(self.given), self.ceiling()
        steps = np.linspace(0.0, 1.0, _GRID)
        best = np.full(self.given.shape, -np.inf)
        for _ in range(_ROUNDS):
            points = low[..., None] + (high - low)[..., None] * steps
            gains = self.gains(points)
            at = np.argmax(gains, axis=-1)[..., None]
            best = np.maximum(best, np.take_along_axis(gains, at, axis=-1)[..., 0])
            below, above = np.maximum(at - 1, 0), np.minimum(at + 1, _GRID - 1)
            low = np.take_along_axis(points, below, axis=-1)[..., 0]
            high = np.take_along_axis(points, above, axis=-1)[..., 0]
        return best

    def gains(self, points: FloatArray) -> FloatArray:
        """Return what members gain by giving these instead, shape (..., n_members, grid)."""
        total = self.rest[..., None] + points
        left = (
            self.income[..., None] - self.kept[..., None] * points - self.levied[..., None] * total
        )
        left = _settled(left, self.income[..., None])
        private = _change(self.weight[..., None], left, self.left[..., None])
        public = _change(self.stake[..., None], total, self.total[..., None])
        with np.errstate(invalid="ignore"):
            gain = private + public
            if np.any((self.rivalry > 0) & (self.levied > 0)):
                both = gain + self.rivalry[..., None] * self.losses(total)
                gain = np.where(self.rivalry[..., None] > 0, both, gain)
        return np.where(np.isnan(gain), -np.inf, gain)

    def losses(self, total: FloatArray) -> FloatArray:
        """Return the utility of consumption that the others lose at these totals."""
        lost = np.zeros_like(total)
        for other in range(self.given.shape[-1]):
            one = slice(other, other + 1)
            left = self.free[..., one, None] - self.levied[..., one, None] * total
            left = _settled(left, self.income[..., one, None])
            change = _change(self.weight[..., one, None], left, self.left[..., one, None])
            change[..., other, :] = 0.0
            lost -= change
        return lost


def _total(values: FloatArray) -> FloatArray:
    return np.asarray(np.ascontiguousarray(values).sum(axis=-1))


def _settled(left: FloatArray, income: FloatArray) -> FloatArray:
    """Return consumption, zero where it is zero but for rounding."""
    return np.where(np.abs(left) <= 1e-13 * income, 0.0, left)


def _ratio(values: FloatArray, divisor: FloatArray) -> FloatArray:
    values, divisor = np.broadcast_arrays(values, divisor)
    none = np.full(values.shape, np.inf)
    with np.errstate(over="ignore"):
        return np.asarray(np.divide(values, divisor, out=none, where=divisor > 0))


def _log(values: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(values))


def _weighted(weight: FloatArray, values: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(weight == 0, 0.0 * values, weight * _log(values)))


def _change(weight: FloatArray, new: FloatArray, old: FloatArray) -> FloatArray:
    """Return the change of weight × log; NaN where both are infinite or `new` is negative."""
    with np.errstate(invalid="ignore"):
        return np.asarray(_weighted(weight, new) - _weighted(weight, old))
