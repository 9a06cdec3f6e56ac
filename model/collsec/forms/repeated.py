r"""A stage game played again and again, with reversion to no cooperation after a seen defection.

Members cooperate or defect in every period. Of the stage game, four kinds of profiles matter: all
cooperate, one alone defects, one alone cooperates, all defect. A defection is detected with
probability m, and the punishment is blocked with probability v; if it is detected and not
blocked, play moves from the phase of trust to the phase of reversion, for good. Payoffs are
discounted averages, :math:`(1-\delta) \sum_t \delta^t u_t`.

With relative gains :math:`U_i = V_i - \rho \, \mathrm{mean}_{j \ne i} V_j`. With side payments a
share φ of every cooperator's cost is borne by a common budget to which all members pay, in equal
shares, whether they cooperate or not: cooperation costs :math:`(1 - \phi (1 - 1/n)) c_i` at the
margin, as much is paid in as is paid out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray

TRUST, REVERSION = 0, 1
"""The phases of play: the last axis of the strategies."""


class Outcome(NamedTuple):
    """Stage payoffs seen by each member: its own, and the mean of all others'; (*batch, n)."""

    own: FloatArray
    others: FloatArray


@dataclass(frozen=True, eq=False)
class RepeatedForm(Form):
    """A stage game with two actions, patience, detection and punishment.

    Strategies are named "cooperation", shape (*batch, n_equilibria, n_members, 2): 1 where the
    member cooperates in the phase of trust and of reversion, else 0. The form knows profiles in
    which all members do the same.

    Attributes
    ----------
    cooperation, defection, lone_defection, lone_cooperation : Outcome
        Payoffs where all cooperate, where all defect, where this member alone defects, and where
        it alone cooperates.
    discount_factor, detection, blocked : array, shape (*batch)
        Patience δ, the chance m that a defection is seen, and the chance v that the punishment is
        blocked.
    cost : array, shape (*batch, n_members)
        The part of the cost of cooperating that side payments can share.
    relative_gains, side_payments : array, shape (*batch)
        ρ and φ.
    members : tuple of str
        Names; numbered where not given.
    """

    cooperation: Outcome
    defection: Outcome
    lone_defection: Outcome
    lone_cooperation: Outcome
    discount_factor: FloatArray | float = 0.0
    detection: FloatArray | float = 1.0
    blocked: FloatArray | float = 0.0
    cost: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    side_payments: FloatArray | float = 0.0
    members: tuple[str, ...] = ()

    @classmethod
    def from_stage(
        cls,
        stage: NormalForm,
        *,
        discount_factor: FloatArray | float = 0.0,
        detection: FloatArray | float = 1.0,
        blocked: FloatArray | float = 0.0,
    ) -> Self:
        """Return the repetition of a game in which action 1 is to cooperate and 2 to defect."""
        return cls(
            cooperation=_outcome(stage, lambda _, __: 0),
            defection=_outcome(stage, lambda _, __: 1),
            lone_defection=_outcome(stage, lambda member, other: int(member == other)),
            lone_cooperation=_outcome(stage, lambda member, other: int(member != other)),
            discount_factor=discount_factor,
            detection=detection,
            blocked=blocked,
            members=stage.players,
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        numbers = [self.discount_factor, self.detection, self.blocked]
        numbers += [self.relative_gains, self.side_payments]
        outcomes = (self.cooperation, self.defection, self.lone_defection, self.lone_cooperation)
        columns = [np.atleast_1d(self.cost), *(column for pair in outcomes for column in pair)]
        return np.broadcast_shapes(
            *(np.shape(number) for number in numbers), *(column.shape[:-1] for column in columns)
        )

    @property
    def n_members(self) -> int:
        """The number of members."""
        return int(np.shape(self.cooperation.own)[-1])

    @property
    def players(self) -> tuple[str, ...]:
        """The members' names."""
        return self.members or tuple(f"member {i + 1}" for i in range(self.n_members))

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The members and the two phases."""
        return {"cooperation": (self.players, ("trust", "reversion"))}

    @property
    def patience(self) -> FloatArray:
        """δ, shape (*batch, 1)."""
        return self._column(self.discount_factor)

    @property
    def enforcement(self) -> FloatArray:
        """The chance m (1 - v) that a defection is punished, shape (*batch, 1)."""
        return self._column(self.detection) * (1.0 - self._column(self.blocked))

    def stage(self, mine: int, others: int) -> FloatArray:
        """Return stage utilities where each member plays `mine` and all others play `others`.

        1 is to cooperate, 0 to defect; shape (*batch, n_members).
        """
        outcome = {
            (1, 1): self.cooperation,
            (0, 0): self.defection,
            (0, 1): self.lone_defection,
            (1, 0): self.lone_cooperation,
        }[mine, others]
        n_others = self.n_members - 1
        transfer = self._column(self.side_payments) * self._received(mine, others)
        own = outcome.own + transfer
        rest = outcome.others - (transfer / n_others if n_others else 0.0)
        rho = self._column(self.relative_gains if n_others else 0.0)
        return np.array(np.broadcast_to(own - rho * rest, (*self.batch_shape, self.n_members)))

    def under(self, levers: Levers) -> Self:
        """Return the form with relative gains, side payments, patience and monitoring.

        Of two discount factors the larger holds, and chances of detection multiply. Two budgets
        leave (1-φ₁)(1-φ₂) with the member. Relative gains on relative gains give a multiple of
        U = V - ρ mean V again; it is scaled to own weight one.
        """
        old, new = np.asarray(self.relative_gains), np.asarray(levers.relative_gains)
        others = max(self.n_members - 1, 1)
        first, second = np.asarray(self.side_payments), np.asarray(levers.side_payments)
        return replace(
            self,
            discount_factor=np.maximum(self.discount_factor, levers.discount_factor),
            detection=np.asarray(self.detection) * np.asarray(levers.monitoring),
            relative_gains=(old + new - old * new * ((others - 1) / others))
            / (1.0 + old * new / others),
            side_payments=first + second - first * second,
        )

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return average utilities, shape (*batch, n_equilibria, n_members)."""
        plan = np.asarray(strategies["cooperation"], dtype=np.float64)[..., TRUST]
        both = self.stage(1, 1)[..., None, :], self.stage(0, 0)[..., None, :]
        value = np.where(plan == 1, both[0], both[1])
        return np.where(np.isnan(plan), np.nan, value)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from one deviation in either phase, shape (*batch, n_equilibria).

        Values of the two phases are sums over 2⁶⁰ periods, added up by doubling; each member's
        action is then changed in one period. That no single change pays means that none at all
        does. Infinite where members' actions differ or are neither 0 nor 1.
        """
        plan = np.asarray(strategies["cooperation"], dtype=np.float64)
        agreed = np.all((plan == plan[..., :1, :]) & ((plan == 0) | (plan == 1)), axis=(-1, -2))
        gains = [self._gain(plan, phase) for phase in (TRUST, REVERSION)]
        worst = np.maximum(np.maximum(*gains).max(axis=-1), 0.0)
        worst = np.where(agreed, worst, np.inf)
        return np.where(np.isnan(plan).any(axis=(-1, -2)), np.nan, worst)

    def _gain(self, plan: FloatArray, phase: int) -> FloatArray:
        """Return the gain from the other action in one period of a phase."""
        cooperate = plan[..., phase] == 1
        delta, seen = self.patience[..., None, :], self.enforcement[..., None, :]
        follow = [self.value(plan, start) for start in (TRUST, REVERSION)]
        alone = np.where(cooperate, self.stage(0, 1)[..., None, :], self.stage(1, 0)[..., None, :])
        later = follow[REVERSION]
        if phase == TRUST:
            later = seen * follow[REVERSION] + (1.0 - seen) * follow[TRUST]
        return np.asarray((1.0 - delta) * alone + delta * later - follow[phase])

    def value(self, plan: FloatArray, phase: int) -> FloatArray:
        """Return the average value of following the plan from a phase on, by doubling."""
        delta = self.patience[..., None, :]
        total = np.where(
            plan[..., phase] == 1, self.stage(1, 1)[..., None, :], self.stage(0, 0)[..., None, :]
        )
        total, factor = (1.0 - delta) * total, delta
        for _ in range(60):
            total, factor = total + factor * total, factor * factor
        return total

    def _received(self, mine: int, others: int) -> FloatArray:
        """Return what the budget pays a member less what it pays in, at φ = 1; (*batch, n)."""
        cost = np.broadcast_to(self._costs(), (*self.batch_shape, self.n_members))
        cost = np.ascontiguousarray(cost)
        rest = cost.sum(axis=-1, keepdims=True) - cost
        return np.asarray(mine * cost - (mine * cost + others * rest) / self.n_members)

    def _costs(self) -> FloatArray:
        return np.atleast_1d(np.asarray(self.cost, dtype=np.float64))

    def _column(self, values: FloatArray | float) -> FloatArray:
        column = np.asarray(values, dtype=np.float64)[..., None]
        return np.ascontiguousarray(np.broadcast_to(column, (*self.batch_shape, 1)))


def _outcome(stage: NormalForm, action: Callable[[int, int], int]) -> Outcome:
    """Return payoffs where, seen by `member`, each `other` plays `action(member, other)`."""
    members = range(len(stage.players))
    own, others = [], []
    for member in members:
        cell: Any = (..., *(action(member, other) for other in members))
        values = [stage.utility(other)[cell] for other in members]
        rest = [value for other, value in enumerate(values) if other != member]
        own.append(values[member])
        others.append(sum(rest[1:], rest[0]) / len(rest) if rest else np.zeros_like(values[member]))
    return Outcome(np.stack(own, axis=-1), np.stack(others, axis=-1))
