r"""A protege between a challenger and a defender who has promised to help.

1. The protege presses demands on the challenger, to a degree z between 0 and 1 in equal steps.
2. The challenger, whose cost of attacking k only it knows, attacks or not.
3. If it is named as the aggressor, the defender, whose cost of war C only it knows, supports the
   protege or abandons it. If it is not named, nobody is asked.
4. A protege that stands alone yields, fights alone or realigns with the challenger.

Material payoffs of protege, challenger and defender are, before costs,

.. math::

    \text{kept: } (hz, -gz, 0), \quad \text{lost: } (-y, v, -s), \quad
    \text{realigned: } (-r, v + w, -s - l).

Peace keeps all; a supported war keeps it with chance :math:`\pi_1` and a lone fight with
:math:`\pi_0`, else it is lost. At war the protege pays f, the challenger e, and a defender who
supports :math:`(1-\phi) C`, the protege bearing :math:`\phi C`. The challenger pays k for an attack
whatever follows. A defender who is asked and abandons loses
:math:`\mu \alpha o c (1 - \zeta z)`, c its mean cost of war without mandate: a pledge with
condition ζ binds the less, the more the protege has provoked. Costs are uniform,
:math:`c (1 - \ell z_m)(1 \pm \sigma)` and :math:`m (1 \pm \tau)`. Utility is
:math:`U_i = V_i - \rho \operatorname{mean}_{j \ne i} V_j`, and the defender's stake is
:math:`s = ((1-\beta) w_D + \beta b)(1 - (1-\eta) \max(0, x))`.

References
----------
snyder1984security, smith1995alliance, benson2012constructing, zagare2003alignment
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.parameters import BoolArray, FloatArray, IntArray

PROTEGE, CHALLENGER, DEFENDER = range(3)
PEACE, WAR, YIELD, FIGHT, REALIGN = range(5)
ALTERNATIVES = ("yield", "fight alone", "realign")
"""What a protege that stands alone can do, by the codes of "alone"."""
_TWO_POINTS = (0.5 - 0.5 / np.sqrt(3.0), 0.5 + 0.5 / np.sqrt(3.0))
"""Gauss's points on [0, 1]: exact for what is linear in a cost."""


@dataclass(frozen=True, eq=False)
class AllianceForm(Form):
    """A batch of crises over a protege; all arrays have shape (*batch).

    Strategies: "demand", the degree z, shape (*batch, n_equilibria); and for every degree, shape
    (*batch, n_equilibria, n_levels), "attack", the chance of an attack, by those with the lowest
    costs; "support", the chance that a defender who is asked supports, by those with the lowest
    cost to themselves (the highest, where others bear so much that it gains by them); and "alone",
    a code of `ALTERNATIVES`.

    Attributes
    ----------
    n_levels : int
        The number of degrees of demands, from 0 to 1.
    benefit, grievance : array
        h and g, what demands pressed to the full give the protege and cost the challenger.
    prize, loss : array
        v and y, what the challenger gains and the protege loses where the attack succeeds.
    realign_loss, realign_gain, realign_harm : array
        r, w and l: the protege's loss, the challenger's and the defender's further gain and loss.
    success_supported, success_alone : array
        The chances that what is attacked is kept.
    protege_cost, challenger_cost : array
        f and e, costs of war.
    attack_cost, attack_spread, war_cost, war_spread : array
        Means m, c and spreads τ, σ of the two private costs.
    interest, affinity, common_stake : array
        The defender's stake in the protege, its closeness to the challenger, and b.
    pledge, bound, condition, mandate : array
        Cost of a broken pledge in shares of the mean cost of war, o, ζ, and the mandate.
    relative_gains, monitoring, hardship, side_payments, identification : array
        What levers have set so far.
    """

    n_levels: int
    benefit: FloatArray
    grievance: FloatArray
    prize: FloatArray
    loss: FloatArray
    realign_loss: FloatArray
    realign_gain: FloatArray
    realign_harm: FloatArray
    success_supported: FloatArray
    success_alone: FloatArray
    protege_cost: FloatArray
    challenger_cost: FloatArray
    attack_cost: FloatArray
    attack_spread: FloatArray
    war_cost: FloatArray
    war_spread: FloatArray
    interest: FloatArray
    affinity: FloatArray
    common_stake: FloatArray
    pledge: FloatArray
    bound: FloatArray
    condition: FloatArray
    mandate: FloatArray
    relative_gains: FloatArray | float = 0.0
    monitoring: FloatArray | float = 1.0
    hardship: FloatArray | float = 1.0
    side_payments: FloatArray | float = 0.0
    identification: FloatArray | float = 1.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        names = [item.name for item in fields(self) if item.name != "n_levels"]
        return np.broadcast_shapes(*(np.shape(getattr(self, name)) for name in names))

    @property
    def players(self) -> tuple[str, ...]:
        """The three players."""
        return ("protege", "challenger", "defender")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The degrees of demands, along which plans are listed."""
        levels = tuple(f"{level:.3g}" for level in self.levels)
        return dict.fromkeys(("attack", "support", "alone"), (levels,))

    @property
    def levels(self) -> FloatArray:
        """The degrees of demands, shape (n_levels)."""
        return np.linspace(0.0, 1.0, self.n_levels)

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions; see `Form.under`.

        Pledge costs add up; chances of detection and of identification multiply; two budgets leave
        (1-φ₁)(1-φ₂) with the defender. Relative gains on relative gains give a multiple of
        U = V - ρ mean V again; it is scaled to own weight one.
        """
        beta, phi = np.asarray(levers.indivisibility), np.asarray(levers.side_payments)
        return replace(
            self,
            interest=(1 - beta) * self.interest + beta * self.common_stake,
            affinity=(1 - np.asarray(levers.impartiality)) * self.affinity,
            pledge=self.pledge + np.asarray(levers.pledge_cost),
            relative_gains=rivalry(self.relative_gains, levers.relative_gains, n_others=2),
            monitoring=self.monitoring * np.asarray(levers.monitoring),
            hardship=self.hardship * (1.0 - np.asarray(levers.legitimacy) * self.mandate),
            side_payments=1 - (1 - np.asarray(self.side_payments)) * (1 - phi),
            identification=self.identification * np.asarray(levers.identification),
        )

    def unpledged(self) -> Self:
        """Return the form in which abandoning the protege costs nothing."""
        return replace(self, bound=0.0 * self.bound)

    @cached_property
    def stake(self) -> FloatArray:
        """What the defender loses with the protege, shape (*batch)."""
        return np.asarray(self.interest * (1.0 - np.maximum(0.0, self.affinity)))

    @cached_property
    def mean_war_cost(self) -> FloatArray:
        """The defender's mean cost of war, with its mandate, shape (*batch)."""
        return np.asarray(self.war_cost * self.hardship)

    @cached_property
    def breach_cost(self) -> FloatArray:
        """What abandoning the protege costs, by degree of its demands, (*batch, n_levels)."""
        full = self.monitoring * self.pledge * self.bound * self.war_cost
        return np.asarray(self._column(full) * (1.0 - self._column(self.condition) * self.levels))

    def utility_of(self, protege: FloatArray, challenger: FloatArray, defender: FloatArray
                   ) -> FloatArray:  # fmt: skip
        """Return utilities for these material payoffs; the last axis is the player."""
        rho = self._column(self.relative_gains)
        whole = protege + challenger + defender
        own = (protege, challenger, defender)
        return np.stack([part - rho * (whole - part) / 2.0 for part in own], axis=-1)

    @cached_property
    def ends(self) -> FloatArray:
        """Utilities at the five ends, before private costs and the breach of a pledge.

        Shape (*batch, n_levels, 5, 3): peace, supported war, yielding, fighting alone, realigning.
        """
        loss, prize, stake = (self._column(x) for x in (self.loss, self.prize, self.stake))
        fought = (self._column(self.protege_cost), self._column(self.challenger_cost),
                  0.0 * self.levels)  # fmt: skip
        kept = (self._column(self.benefit) * self.levels,
                -self._column(self.grievance) * self.levels, 0.0 * self.levels)  # fmt: skip
        lost = (-loss, prize, -stake)
        realigned = (-self._column(self.realign_loss), prize + self._column(self.realign_gain),
                     -stake - self._column(self.realign_harm))  # fmt: skip

        def war(success: FloatArray) -> list[FloatArray]:
            p = self._column(success)
            return [p * a + (1.0 - p) * b - c for a, b, c in zip(kept, lost, fought, strict=True)]

        rows = [kept, war(self.success_supported), lost, war(self.success_alone), realigned]
        shape = (*self.batch_shape, self.n_levels, 3)
        return np.stack([np.broadcast_to(self.utility_of(*row), shape) for row in rows], axis=-2)

    @cached_property
    def war_burden(self) -> FloatArray:
        """What a unit of the defender's cost of war adds to utilities, shape (*batch, 1, 3)."""
        phi = self._column(self.side_payments)
        return self.utility_of(-phi, 0.0 * phi, phi - 1.0)

    @cached_property
    def breach_burden(self) -> FloatArray:
        """What a unit of the cost of a broken pledge adds to utilities, shape (*batch, 1, 3)."""
        unit = np.ones((*self.batch_shape, 1))
        return self.utility_of(0.0 * unit, 0.0 * unit, -unit)

    @cached_property
    def attack_burden(self) -> FloatArray:
        """What a unit of the challenger's cost of attacking adds, shape (*batch, 1, 3)."""
        unit = np.ones((*self.batch_shape, 1))
        return self.utility_of(0.0 * unit, -unit, 0.0 * unit)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, 3)."""
        expected = self._expected(strategies)
        place = self.level_of(strategies["demand"])
        return _at_level(expected, place)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of anybody at any degree of demands, (*batch, n_equilibria).

        Every alternative of a lone protege and every degree of demands is tried; of the private
        costs, the least and the greatest and those at both sides of the one at which plans turn,
        which suffices as gains are linear in the cost. Expectations are by Gauss's two points.
        """
        attack, support = strategies["attack"], strategies["support"]
        ends, alone = self.ends[..., None, :, :, :], self._alone(strategies)
        gains = [
            ends[..., YIELD:, PROTEGE].max(axis=-1) - alone[..., PROTEGE],
            self._defenders_gain(support, alone),
            self._challengers_gain(attack, self._attacked(strategies)),
        ]
        worst = np.max([gain.max(axis=-1) for gain in gains], axis=0)
        hopes = self._expected(strategies)[..., PROTEGE]
        place = self.level_of(strategies["demand"])
        taken = np.take_along_axis(hopes, place[..., None], axis=-1)[..., 0]
        worst = np.maximum(worst, hopes.max(axis=-1) - taken)
        wrong = np.zeros(worst.shape, dtype=bool)
        for chance in (attack, support):
            wrong |= np.any((chance < 0.0) | (chance > 1.0), axis=-1)
        padded = np.isnan(strategies["demand"])
        return np.where(padded, np.nan, np.where(wrong, np.inf, np.maximum(worst, 0.0)))

    def level_of(self, demand: FloatArray) -> IntArray:
        """Return the place of a degree among the levels; 0 where it is missing."""
        steps = np.nan_to_num(demand) * (self.n_levels - 1)
        return np.asarray(np.round(steps).astype(np.int64))

    def cost_of_war(self, quantile: FloatArray) -> FloatArray:
        """Return the defender's cost at a quantile of shape (*batch, ..., n_levels)."""
        return self._drawn(self.mean_war_cost, self.war_spread, quantile)

    def cost_of_attack(self, quantile: FloatArray) -> FloatArray:
        """Return the challenger's cost at a quantile of shape (*batch, ..., n_levels)."""
        return self._drawn(self.attack_cost, self.attack_spread, quantile)

    @property
    def is_burdened(self) -> BoolArray:
        """Whether a costlier war is worse for the defender itself, shape (*batch, 1)."""
        return np.asarray(self.war_burden[..., DEFENDER] <= 0.0)

    def _drawn(self, mean: FloatArray, spread: FloatArray, quantile: FloatArray) -> FloatArray:
        wide = (..., *[None] * (quantile.ndim - len(self.batch_shape)))
        shape = self.batch_shape
        m, s = (np.broadcast_to(np.asarray(x), shape)[wide] for x in (mean, spread))
        return np.asarray(m * (1.0 + s * (2.0 * quantile - 1.0)))

    def _alone(self, strategies: Strategies) -> FloatArray:
        """Return utilities where the protege stands alone, (*batch, n_equilibria, n_levels, 3)."""
        code = np.nan_to_num(strategies["alone"]).astype(np.int64)[..., None, None] + YIELD
        ends = np.broadcast_to(self.ends[..., None, :, :, :], (*code.shape[:-2], 5, 3))
        return np.take_along_axis(ends, np.broadcast_to(code, (*code.shape[:-1], 3)), -2)[..., 0, :]

    def _abandoned(self, alone: FloatArray) -> FloatArray:
        breach = self.breach_cost[..., None, :, None] * self.breach_burden[..., None, :, :]
        return np.asarray(alone + breach)

    def _supported(self, quantile: FloatArray) -> FloatArray:
        """Return utilities at war for a quantile of the defender's cost, (..., n_levels, 3)."""
        cost = self.cost_of_war(quantile)[..., None] * self.war_burden[..., None, :, :]
        return np.asarray(self.ends[..., None, :, WAR, :] + cost)

    def _attacked(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities after an attack, before what it cost the challenger."""
        support, alone = strategies["support"], self._alone(strategies)
        first = np.where(self.is_burdened[..., None, :], 0.0, 1.0 - support)
        points = [self._supported(first + support * point) for point in _TWO_POINTS]
        answered = support[..., None] * (points[0] + points[1]) / 2.0
        asked = answered + (1.0 - support[..., None]) * self._abandoned(alone)
        named = self._column(self.identification)[..., None, None]
        return np.asarray(named * asked + (1.0 - named) * alone)

    def _expected(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities at every degree, (*batch, n_equilibria, n_levels, 3)."""
        attack, burden = strategies["attack"], self.attack_burden[..., None, :, :]
        costs = [self.cost_of_attack(attack * point)[..., None] * burden for point in _TWO_POINTS]
        attacked = self._attacked(strategies) + (costs[0] + costs[1]) / 2.0
        chance = attack[..., None]
        return np.asarray(chance * attacked + (1.0 - chance) * self.ends[..., None, :, PEACE, :])

    def _defenders_gain(self, support: FloatArray, alone: FloatArray) -> FloatArray:
        """Return the most that any type gains by the other answer, (*batch, n_eq, n_levels)."""
        left = self._abandoned(alone)[..., DEFENDER]
        low = self.is_burdened[..., None, :]
        turn = np.where(low, support, 1.0 - support)

        def gap(quantile: FloatArray) -> FloatArray:
            return np.asarray(self._supported(quantile)[..., DEFENDER] - left)

        at_turn = gap(turn)
        ends = np.where(low, gap(1.0 + 0.0 * turn), gap(0.0 * turn))
        starts = np.where(low, gap(0.0 * turn), gap(1.0 + 0.0 * turn))
        planned = np.maximum(-at_turn, -starts) * (support > 0.0)
        refused = np.maximum(at_turn, ends) * (support < 1.0)
        return np.asarray(np.maximum(planned, refused))

    def _challengers_gain(self, attack: FloatArray, attacked: FloatArray) -> FloatArray:
        """Return the most that any type gains by the other choice, (*batch, n_eq, n_levels)."""
        worth = attacked[..., CHALLENGER] - self.ends[..., None, :, PEACE, CHALLENGER]

        def gap(quantile: FloatArray) -> FloatArray:
            paid = self.cost_of_attack(quantile) * self.attack_burden[..., None, :, CHALLENGER]
            return np.asarray(worth + paid)

        at_turn = gap(attack)
        planned = np.maximum(-at_turn, -gap(0.0 * attack)) * (attack > 0.0)
        refused = np.maximum(at_turn, gap(1.0 + 0.0 * attack)) * (attack < 1.0)
        return np.asarray(np.maximum(planned, refused))

    def _column(self, values: FloatArray | float) -> FloatArray:
        return np.broadcast_to(np.asarray(values, dtype=np.float64), self.batch_shape)[..., None]


def _at_level(values: FloatArray, place: IntArray) -> FloatArray:
    """Return the entries at each equilibrium's level; `values` is (..., n_levels, 3)."""
    wide = np.broadcast_to(place[..., None, None], (*place.shape, 1, values.shape[-1]))
    return np.asarray(np.take_along_axis(values, wide, axis=-2)[..., 0, :])
