r"""A threat: one side demands or not, the other resists or not, the first fights or backs down.

Two players, challenger and defender, each hard or soft, which it alone knows. Four outcomes: the
status quo, a concession by the defender, a retreat by the challenger, war. Material payoffs
:math:`V` are one number a player at the first three and one a type at war. What war costs a side
is what it has where the other yields less what it has at war,

.. math::

    c_i = \max(0, V_C(\text{concession}) - V_C(\text{war}, i)), \qquad
    d_j = \max(0, V_D(\text{retreat}) - V_D(\text{war}, j)).

The challenger demands in public and the defender has pledged to resist. Who backs down loses
:math:`\mu \alpha o c` more, o being the share of its cost of war by which it is bound. With a
mandate z the defender's cost of war is :math:`(1 - \ell z) d_j`. Utility is
:math:`U = V - \rho V_{\text{other}}`, so that it depends on both types.

A plan is an equilibrium where it is optimal for every type at each of its moves given what is
believed there: q, the chance that who demands is hard, and s, the chance that who resists is hard.
Both follow Bayes' rule where somebody demands or resists, and are part of the answer where nobody
does; there all types of the other player believe the same.

References
----------
zagare1993asymmetric, fearon1994domestic, kreps1982sequential
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Self

import numpy as np

from collsec.forms.branches import Branch, chance, decision, end
from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.forms.tree import TreeForm
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray

STATUS_QUO, CONCESSION, RETREAT, WAR = range(4)
CHALLENGER, DEFENDER = range(2)
TYPES = ("hard", "soft")
DEMAND_BELIEF, RESIST_BELIEF = "belief: demand", "belief: resist"
UNREACHED = 1e-12
"""Below this chance nobody demands or resists, and Bayes' rule says nothing."""
_WRONG_BELIEF = 1e-6


@dataclass(frozen=True, eq=False)
class ThreatForm(Form):
    """A batch of threats; arrays have shape (*batch, 2): first the challenger, then the defender.

    Strategies "demand", "resist" and "fight" are chances, shape (*batch, n_equilibria, 2), of the
    hard and of the soft type; "belief: demand" and "belief: resist" are the chances that who
    demands and who resists is hard, shape (*batch, n_equilibria).

    Attributes
    ----------
    status_quo, concession, retreat : array, shape (*batch, 2)
        Material payoffs of both players.
    war : array, shape (*batch, 2, 2)
        Material payoffs at war: player, then own type (hard, soft).
    hard : array, shape (*batch, 2)
        The chance that a player is hard.
    bound : array, shape (*batch, 2)
        The share of its cost of war by which a pledge cost of one binds a player.
    mandate : array, shape (*batch)
        1 where the defender fights with a mandate, -1 where without one, 0 where none plays a part.
    relative_gains, pledge_cost, monitoring, hardship : array, shape (*batch)
        What levers have set so far.
    """

    status_quo: FloatArray
    concession: FloatArray
    retreat: FloatArray
    war: FloatArray
    hard: FloatArray
    bound: FloatArray
    mandate: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    pledge_cost: FloatArray | float = 0.0
    monitoring: FloatArray | float = 1.0
    hardship: FloatArray | float = 1.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        pairs = (self.status_quo, self.concession, self.retreat, self.hard, self.bound)
        numbers = (
            self.mandate, self.relative_gains, self.pledge_cost, self.monitoring, self.hardship,
        )  # fmt: skip
        return np.broadcast_shapes(
            self.war.shape[:-2], *(p.shape[:-1] for p in pairs), *(np.shape(n) for n in numbers)
        )

    @property
    def players(self) -> tuple[str, ...]:
        """The two players."""
        return ("challenger", "defender")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The types, as the last axis of each strategy lists them."""
        return dict.fromkeys(("demand", "resist", "fight"), (TYPES,))

    def under(self, levers: Levers) -> Self:
        """Return the form with relative gains, pledge costs, monitoring and legitimacy.

        Pledge costs add up and chances of detection multiply. Relative gains on relative gains
        give a multiple of U = V - ρ V_other again; it is scaled to own weight one.
        """
        return replace(
            self,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            pledge_cost=self.pledge_cost + np.asarray(levers.pledge_cost),
            monitoring=self.monitoring * np.asarray(levers.monitoring),
            hardship=self.hardship * (1.0 - np.asarray(levers.legitimacy) * self.mandate),
        )

    @cached_property
    def war_cost(self) -> FloatArray:
        """What war costs each type, shape (*batch, 2, 2): player, type; without a mandate."""
        other_yields = (self.concession[..., CHALLENGER], self.retreat[..., DEFENDER])
        yielded = np.stack(np.broadcast_arrays(*other_yields), axis=-1)
        return np.maximum(0.0, yielded[..., None] - self.war)

    @cached_property
    def material(self) -> FloatArray:
        """Material payoffs, shape (*batch, 4, 2, 2, 2): outcome, player, types of both players."""
        shape = (*self.batch_shape, 2, 2)
        breach = np.asarray(self.monitoring * np.asarray(self.pledge_cost))[..., None, None]
        lost = np.broadcast_to(breach * self.bound[..., None] * self.war_cost, shape)
        harder = (np.asarray(self.hardship) - 1.0)[..., None] * self.war_cost[..., DEFENDER, :]
        fought = np.array(np.broadcast_to(self.war, shape))
        fought[..., DEFENDER, :] -= harder
        rows = [np.broadcast_to(pair[..., None], shape) + 0.0
                for pair in (self.status_quo, self.concession, self.retreat)]  # fmt: skip
        rows[1][..., DEFENDER, :] -= lost[..., DEFENDER, :]
        rows[2][..., CHALLENGER, :] -= lost[..., CHALLENGER, :]
        table = np.stack([*rows, fought], axis=-3)
        both = (*self.batch_shape, 4, 2, 2)
        first = np.broadcast_to(table[..., CHALLENGER, :, None], both)
        second = np.broadcast_to(table[..., DEFENDER, None, :], both)
        return np.stack([first, second], axis=-3)

    @cached_property
    def utility(self) -> FloatArray:
        """Utilities, shape (*batch, 4, 2, 2, 2): outcome, player, types of both players."""
        rho = np.asarray(self.relative_gains)[..., None, None, None, None]
        return np.asarray(self.material - rho * self.material[..., ::-1, :, :])

    @cached_property
    def odds(self) -> FloatArray:
        """The chances of the types, shape (*batch, 2, 2): player, type."""
        chances = np.stack([self.hard, 1.0 - self.hard], axis=-1)
        return np.broadcast_to(chances, (*self.batch_shape, 2, 2))

    def outcomes(self, strategies: Strategies) -> FloatArray:
        """Return the chance of each outcome where types meet, (*batch, n_equilibria, 4, 2, 2)."""
        demand, fight = (strategies[name][..., :, None] for name in ("demand", "fight"))
        resist = strategies["resist"][..., None, :]
        resisted = demand * resist
        chances = [1.0 - demand + 0.0 * resist, demand * (1.0 - resist),
                   resisted * (1.0 - fight), resisted * fight]  # fmt: skip
        return np.stack(chances, axis=-3)

    def chance(self, strategies: Strategies) -> FloatArray:
        """Return the chance of each outcome, shape (*batch, n_equilibria, 4)."""
        meeting = self.odds[..., CHALLENGER, :, None] * self.odds[..., DEFENDER, None, :]
        return _sum2(self.outcomes(strategies) * meeting[..., None, None, :, :])

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, 2)."""
        meeting = self.odds[..., CHALLENGER, :, None] * self.odds[..., DEFENDER, None, :]
        weight = self.outcomes(strategies) * meeting[..., None, None, :, :]
        expected = _sum2(weight[..., :, None, :, :] * self.utility[..., None, :, :, :, :])
        return _over_outcomes(expected)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type at any of its moves, shape (*batch, n_equilibria).

        Every plan of every type is tried from its move on, by adding up over the other's types and
        moves. Infinite where a chance or belief lies outside [0, 1], or contradicts Bayes' rule.
        """
        moves = [strategies[name] for name in ("demand", "resist", "fight")]
        beliefs = [strategies[name] for name in (DEMAND_BELIEF, RESIST_BELIEF)]
        gains = [self._at_start(*moves), self._at_reply(moves, beliefs[0]),
                 self._at_last(moves[2], beliefs[1])]  # fmt: skip
        worst = reduce(np.maximum, (gain[..., t] for gain in gains for t in (0, 1)), np.zeros(()))
        wrong: BoolArray = self._contradicts(moves[0], CHALLENGER, beliefs[0])
        wrong = wrong | self._contradicts(moves[1], DEFENDER, beliefs[1])
        for chances in (*moves, *(belief[..., None] for belief in beliefs)):
            wrong = wrong | np.any((chances < 0.0) | (chances > 1.0), axis=-1)
        padded = np.isnan(moves[0]).any(axis=-1)
        return np.where(padded, np.nan, np.where(wrong | np.isnan(worst), np.inf, worst))

    def _contradicts(self, chances: FloatArray, player: int, belief: FloatArray) -> BoolArray:
        acting = chances * self.odds[..., None, player, :]
        whole = acting[..., 0] + acting[..., 1]
        bayes = acting[..., 0] / np.where(whole > UNREACHED, whole, 1.0)
        return np.asarray((whole > UNREACHED) & ~(np.abs(bayes - belief) <= _WRONG_BELIEF))

    def _at_start(self, demand: FloatArray, resist: FloatArray, fight: FloatArray) -> FloatArray:
        """Return the gain from the best plan of each type of the challenger."""
        weight = self.odds[..., None, DEFENDER, :]
        own = self.utility[..., None, :, CHALLENGER, :, :]

        def value(asked: FloatArray | float, fought: FloatArray | float) -> FloatArray:
            plan = {"demand": asked + 0.0 * demand, "resist": resist, "fight": fought + 0.0 * fight}
            parts = self.outcomes(plan) * own * weight[..., None, None, :]
            return _over_outcomes(parts[..., 0] + parts[..., 1])

        best = np.max([value(0.0, 0.0), value(1.0, 0.0), value(1.0, 1.0)], axis=0)
        return np.asarray(best - value(demand, fight))

    def _at_reply(self, moves: list[FloatArray], belief: FloatArray) -> FloatArray:
        """Return the gain from the better reply of each type of the defender."""
        theirs = np.stack([belief, 1.0 - belief], axis=-1)[..., None, :, None]
        asked = np.ones_like(moves[0])
        own = self.utility[..., None, :, DEFENDER, :, :]

        def value(resisted: FloatArray) -> FloatArray:
            plan = {"demand": asked, "resist": resisted, "fight": moves[2]}
            parts = self.outcomes(plan) * own * theirs
            return _over_outcomes(parts[..., 0, :] + parts[..., 1, :])

        options = [value(np.zeros_like(asked)), value(asked)]
        return np.asarray(np.max(options, axis=0) - value(moves[1]))

    def _at_last(self, fight: FloatArray, belief: FloatArray) -> FloatArray:
        """Return the gain from the better last move of each type of the challenger."""
        theirs = np.stack([belief, 1.0 - belief], axis=-1)[..., None, :]
        own = self.utility[..., None, :, CHALLENGER, :, :]
        fought, yielded = (total(own[..., end_, :, :] * theirs) for end_ in (WAR, RETREAT))
        planned = fight * fought + (1.0 - fight) * yielded
        return np.asarray(np.maximum(fought, yielded) - planned)

    def tree(self) -> TreeForm:
        """Return the same game as a tree, for solvers and programmes that read trees."""
        deal = {
            f"{TYPES[i]}, {TYPES[j]}": (
                self.odds[..., CHALLENGER, i] * self.odds[..., DEFENDER, j],
                self._played(i, j),
            )
            for i in range(2)
            for j in range(2)
        }
        return TreeForm.grow(chance(deal), self.players, "threat")

    @staticmethod
    def in_tree(strategies: Strategies) -> dict[str, FloatArray]:
        """Return strategies as those of `tree`; beliefs are left out."""
        places = (("demand", "{} challenger"), ("resist", "{} defender"),
                  ("fight", "{} challenger, resisted"))  # fmt: skip
        return {
            place.format(kind): np.stack([1.0 - chances, chances], axis=-1)
            for name, place in places
            for kind, chances in zip(TYPES, np.moveaxis(strategies[name], -1, 0), strict=True)
        }

    def _played(self, i: int, j: int) -> Branch:
        table = self.utility[..., i, j]
        ends = [end(table[..., o, CHALLENGER], table[..., o, DEFENDER]) for o in range(4)]
        last: dict[str, Branch] = {"back down": ends[RETREAT], "fight": ends[WAR]}
        fight = decision("challenger", f"{TYPES[i]} challenger, resisted", last)
        reply: dict[str, Branch] = {"concede": ends[CONCESSION], "resist": fight}
        first: dict[str, Branch] = {"accept": ends[STATUS_QUO],
                 "demand": decision("defender", f"{TYPES[j]} defender", reply)}  # fmt: skip
        return decision("challenger", f"{TYPES[i]} challenger", first)


def _over_outcomes(values: FloatArray) -> FloatArray:
    """Return the sum over the four outcomes, the axis before the last, in a fixed order."""
    return np.asarray(values[..., 0, :] + values[..., 1, :] + values[..., 2, :] + values[..., 3, :])


def _sum2(values: FloatArray) -> FloatArray:
    """Return the sum over the types of both players, the last two axes, in a fixed order."""
    return np.asarray(values[..., 0, 0] + values[..., 0, 1] + values[..., 1, 0] + values[..., 1, 1])
