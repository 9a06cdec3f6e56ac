r"""The plans that given supports leave to one player, as a polyhedron.

Fix, for every type at every history, which actions it uses. With one player's plan written as
realisation weights :math:`x(h, a, t)` (the chance that type t plays all its moves up to a), the
other's expected payoffs are linear in x, so that all conditions are linear:

.. math::

    \sum_a x(h,a,t) = x(h,t), \qquad
    V(h,s) \ge \sum_z w_{ts} u_s(z) x(z,t) + \sum_{h'} V(h',s) \quad (= \text{ where used})

An action that no type uses leads off the path. There the weights of the types start anew, as the
belief of the other player, which is the only thing that trembles leave free (Kreps and Wilson
1982). So the equilibria with given supports are a product of two polyhedra, one for each player.

References
----------
vonstengel1996efficient, kreps1982sequential, charnes1962programming
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import linprog

from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._equations import Equations
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn

Support = tuple[str, ...]
POSITIVE = 1e-7
"""A weight counts as positive above this."""
_ZERO = 1e-9
_SURELY_POSITIVE = 1e-6
_SURELY = 1e-8
"""What equations settle rules supports out where it is wrong by more than this."""
_FEASIBLE = 1e-10


@dataclass(frozen=True, eq=False)
class Supports:
    """What is fixed: the actions used, and for histories off the path the types held possible.

    `used` maps (history, type of its mover) to actions; `held[i]` maps the histories at which
    player i has just done what none of its types would do to those types.
    """

    used: Mapping[tuple[int, int], Support] = field(default_factory=dict)
    held: tuple[Mapping[int, tuple[int, ...]], Mapping[int, tuple[int, ...]]] = ({}, {})

    def using(self, h: int, type_: int, actions: Support) -> Supports:
        """Return the supports with one more set of used actions."""
        return Supports({**self.used, (h, type_): actions}, self.held)

    def holding(self, player: int, h: int, types: tuple[int, ...]) -> Supports:
        """Return the supports with one more belief off the path."""
        held = list(self.held)
        held[player] = {**held[player], h: types}
        return Supports(self.used, (held[0], held[1]))


class PlanSet:
    """All plans of one player that suit given supports, with the values of the other player."""

    def __init__(self, tree: PublicTree, player: int, supports: Supports) -> None:
        self.tree, self.player, self.supports = tree, player, supports
        self._places: dict[Any, int] = {}
        for h, turn in tree.turns(player):
            for t in tree.possible(player):
                for action in turn.actions[t]:
                    self._places["x", h, action, t] = len(self._places)
        for h in supports.held[player]:
            for t in tree.possible(player):
                self._places["b", h, t] = len(self._places)
        n_weights = len(self._places)
        for h, _ in tree.turns(1 - player):
            for t in tree.possible(1 - player):
                self._places["v", h, t] = len(self._places)
        self._size = len(self._places)
        self.is_weight: BoolArray = np.arange(self._size) < n_weights
        self._odds = tree.odds(1 - player)
        self._flows: dict[tuple[int, int], FloatArray] = {}
        self.equal: list[FloatArray] = []
        self.least: list[FloatArray] = []
        self.positive: list[int] = []
        self._state_weights()
        self._state_values()

    @cached_property
    def _equations(self) -> Equations:
        return Equations(np.array(self.equal).reshape(-1, self._size + 1))

    @cached_property
    def _is_ruled_out(self) -> bool:
        """Whether equations alone leave a weight or a gap on the wrong side, or no solution."""
        if not self._equations.is_consistent:
            return True
        weights = np.eye(self._size + 1)[:-1][self.is_weight]
        signed = np.array([*weights, *(-row for row in self.least)])
        positive = np.eye(self._size + 1)[self.positive]
        bounds = ((signed, -_SURELY), (positive, POSITIVE))
        return any(
            np.any(self._equations.settles(rows) & (rows @ self._equations.point < bound))
            for rows, bound in bounds
        )

    def weight(self, h: int, type_: int) -> FloatArray:
        """Return the weight of a type at a history: a linear expression, its constant last."""
        place = h
        while (entry := self.tree.entries[place]) is not None:
            if place in self.supports.held[self.player]:
                return self._unit(self._places.get(("b", place, type_)))
            above, action = entry
            at = self.tree.histories[above]
            if isinstance(at, Turn) and at.player == self.player:
                return self._unit(self._places.get(("x", above, action, type_)))
            place = above
        is_possible = type_ in self.tree.possible(self.player)
        return self._unit(self._size if is_possible else None)

    def chosen(self, h: int, action: str, type_: int) -> FloatArray:
        """Return the weight with which a type plays an action, as a linear expression."""
        return self._unit(self._places.get(("x", h, action, type_)))

    def find(self, hint: FloatArray | None) -> FloatArray | None:
        """Return any plan of the set, or None; `hint` is one of a set with fewer conditions.

        The hint and the solution of the equations nearest to zero are tried before `solve`.
        """
        for point in (hint, self._equations.point):
            if point is not None and self._admits(point):
                return point
        return self.solve()

    def _admits(self, point: FloatArray) -> bool:
        if len(point) != self._size + 1:
            return False
        weights = point[:-1][self.is_weight]
        return bool(
            np.all(weights >= 0.0)
            and np.all(point[self.positive] > _SURELY_POSITIVE)
            and all(abs(_value(row, point)) <= _FEASIBLE for row in self.equal)
            and all(_value(row, point) <= _FEASIBLE for row in self.least)
        )

    def solve(self) -> FloatArray | None:
        """Return a plan whose positive weights are as large as can be, or None if there is none.

        The plan ends with a one, so that expressions are its scalar products.
        """
        if self._is_ruled_out:
            return None
        bare = np.zeros(self._size)
        slack = np.append(bare, 1.0)
        rows = [np.append(row[:-1], 0.0) for row in self.least]
        rows += [slack - np.eye(self._size + 1)[place] for place in self.positive]
        bounds = [(0.0, None) if own else (None, None) for own in self.is_weight] + [(0.0, 1.0)]
        found = linprog(
            -slack,
            A_ub=np.array(rows) if rows else None,
            b_ub=[-row[-1] for row in self.least] + [0.0] * len(self.positive) if rows else None,
            A_eq=np.array([np.append(row[:-1], 0.0) for row in self.equal]) if self.equal else None,
            b_eq=[-row[-1] for row in self.equal] if self.equal else None,
            bounds=bounds,
            options=_OPTIONS,
        )
        if found.status != 0 or found.x[-1] <= POSITIVE:
            return None
        is_none = self.is_weight & (found.x[:-1] < _ZERO)
        return np.append(np.where(is_none, 0.0, found.x[:-1]), 1.0)

    def range(self, part: FloatArray, whole: FloatArray) -> tuple[float, float]:
        """Return the least and the greatest ratio of two expressions over all plans of the set.

        Where equations settle both there is one. Else by the linear programme of Charnes and Cooper
        (1962); the ends may belong to the closure.
        """
        if np.all(self._equations.settles(np.stack([part, whole]))):
            point = self._equations.point
            ratio = float(np.clip((part @ point) / (whole @ point), 0.0, 1.0))
            return ratio, ratio
        bounds = [(0.0, None) if own else (None, None) for own in self.is_weight] + [(0.0, None)]
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * part,
                A_ub=np.array(self.least) if self.least else None,
                b_ub=np.zeros(len(self.least)) if self.least else None,
                A_eq=np.array([*self.equal, whole]),
                b_eq=np.append(np.zeros(len(self.equal)), 1.0),
                bounds=bounds,
                options=_OPTIONS,
            )
            ends.append(sign * found.fun if found.status == 0 else np.nan)
        low, high = (float(np.clip(edge, 0.0, 1.0)) for edge in ends)
        return low, high

    def _unit(self, place: int | None) -> FloatArray:
        row = np.zeros(self._size + 1)
        if place is not None:
            row[place] = 1.0
        return row

    def _state_weights(self) -> None:
        for h, turn in self.tree.turns(self.player):
            for t in self.tree.possible(self.player):
                if not turn.actions[t]:
                    continue
                places = [self._places["x", h, action, t] for action in turn.actions[t]]
                self.equal.append(sum(map(self._unit, places)) - self.weight(h, t))
                used = self.supports.used.get((h, t))
                if used is not None:
                    for action, place in zip(turn.actions[t], places, strict=True):
                        self._state_positive(place, is_positive=action in used)
        for h, types in self.supports.held[self.player].items():
            places = [self._places["b", h, t] for t in self.tree.possible(self.player)]
            self.equal.append(sum(map(self._unit, places)) - self._unit(self._size))
            for t, place in zip(self.tree.possible(self.player), places, strict=True):
                self._state_positive(place, is_positive=t in types)

    def _state_positive(self, place: int, *, is_positive: bool) -> None:
        if is_positive:
            self.positive.append(place)
        else:
            self.equal.append(self._unit(place))

    def _state_values(self) -> None:
        other = 1 - self.player
        for h, turn in self.tree.turns(other):
            for t in self.tree.possible(other):
                used = self.supports.used.get((h, t), ())
                value = self._unit(self._places["v", h, t])
                for action in turn.actions[t]:
                    gap = self._flow(turn.children[action], t) - value
                    (self.equal if action in used else self.least).append(gap)

    def _flow(self, h: int, type_: int) -> FloatArray:
        """Return what the other player's type expects behind a history, times its weight."""
        if (h, type_) not in self._flows:
            self._flows[h, type_] = self._fresh_flow(h, type_)
        return self._flows[h, type_]

    def _fresh_flow(self, h: int, type_: int) -> FloatArray:
        at = self.tree.histories[h]
        if isinstance(at, Finish):
            stakes = at.stakes[1 - self.player][type_] * self._odds[type_]
            terms = [stake * self.weight(h, t) for t, stake in enumerate(stakes) if stake]
            return np.asarray(sum(terms, np.zeros(self._size + 1)))
        if isinstance(at, Draw):
            return np.asarray(sum(self._flow(child, type_) for child in at.children))
        if at.player != self.player:
            return self._unit(self._places["v", h, type_])
        held = self.supports.held[self.player]
        kept = [child for child in at.children.values() if child not in held]
        return np.asarray(sum((self._flow(c, type_) for c in kept), np.zeros(self._size + 1)))


def _value(row: FloatArray, point: FloatArray) -> float:
    return float(np.sum(row * point))


_OPTIONS = {
    "primal_feasibility_tolerance": _FEASIBLE,
    "dual_feasibility_tolerance": _FEASIBLE,
    "presolve": True,
}
