"""One way to play a game of signalling: what every type does and believes at every history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from collsec.forms.tree import BELIEF, TreeForm
from collsec.parameters import FloatArray
from collsec.solvers._plan_sets import PlanSet
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn

_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Play:
    """Plans of both players, and which types reach each history (`alive`)."""

    tree: PublicTree
    sets: tuple[PlanSet, PlanSet]
    points: tuple[FloatArray, FloatArray]
    alive: Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]

    @property
    def order(self) -> tuple[int, int]:
        """Return what makes a play plain: few mixed actions, then open minds off the path."""
        supports = self.sets[0].supports
        mixed = sum(len(actions) > 1 for actions in supports.used.values())
        held = sum(len(types) for side in supports.held for types in side.values())
        return mixed, -held

    def entries(self, form: TreeForm) -> dict[str, FloatArray]:
        """Return strategies and beliefs by the names of the information sets."""
        return {name: values[:, 0] for name, values in self._all(form, is_range=False).items()}

    def ranges(self, form: TreeForm) -> dict[str, FloatArray]:
        """Return the least and greatest values with the same supports, shape (n, 2)."""
        return self._all(form, is_range=True)

    def _all(self, form: TreeForm, *, is_range: bool) -> dict[str, FloatArray]:
        found = {}
        for player in (0, 1):
            for h, turn in self.tree.turns(player):
                for t, place in enumerate(turn.sets):
                    if place < 0:
                        continue
                    known = form.information_sets[place]
                    found[known.name] = self._actions(h, turn, t, is_range=is_range)
                    if len(known.nodes) > 1:
                        beliefs = self._nodes(h, turn, t, known.nodes, is_range=is_range)
                        found[BELIEF + known.name] = beliefs
        return found

    def _actions(self, h: int, turn: Turn, type_: int, *, is_range: bool) -> FloatArray:
        reaching = self.alive.get(h, ((), ()))[turn.player]
        if type_ not in reaching:
            return self._best(turn, type_, is_range=is_range)
        plans = self.sets[turn.player]
        parts = [plans.chosen(h, action, type_) for action in turn.actions[type_]]
        return self._shares(turn.player, parts, is_range=is_range)

    def _shares(self, player: int, parts: list[FloatArray], *, is_range: bool) -> FloatArray:
        """Return the shares of expressions in their sum, or the ranges of these shares."""
        values = np.array([_at(part, self.points[player]) for part in parts])
        shares = values / values.sum()
        if not is_range or np.count_nonzero(values) == 1:
            return np.stack([shares, shares], axis=-1)
        whole = np.sum(parts, axis=0)
        plans = self.sets[player]
        return np.array(
            [
                plans.range(part, whole) if value > 0 else (0.0, 0.0)
                for part, value in zip(parts, values, strict=True)
            ]
        )

    def _best(self, turn: Turn, type_: int, *, is_range: bool) -> FloatArray:
        """Return the first best reply of a type that does not reach a history, or all of them."""
        values = np.array(
            [self._value(turn.children[a], turn.player, type_) for a in turn.actions[type_]]
        )
        is_best = values >= values.max() - _TIE
        if not is_range:
            first = (np.arange(len(values)) == np.argmax(is_best)).astype(float)
            return np.stack([first, first], axis=-1)
        return np.stack([is_best & (is_best.sum() == 1), is_best], axis=-1).astype(float)

    def _value(self, h: int, player: int, type_: int) -> float:
        """Return the most that a type can have behind a history, times the weight of that."""
        at = self.tree.histories[h]
        if isinstance(at, Finish):
            stakes = at.stakes[player][type_] * self.tree.odds(player)[type_]
            weights = [self._weight(1 - player, h, t) for t in range(len(stakes))]
            return float(np.sum(stakes * weights))
        if isinstance(at, Draw):
            return sum(self._value(child, player, type_) for child in at.children)
        if at.player == player:
            return max(
                self._value(at.children[action], player, type_) for action in at.actions[type_]
            )
        held = self.sets[1 - player].supports.held[1 - player]
        kept = [child for child in at.children.values() if child not in held]
        return sum(self._value(child, player, type_) for child in kept)

    def _weight(self, player: int, h: int, type_: int) -> float:
        return _at(self.sets[player].weight(h, type_), self.points[player])

    def _nodes(
        self, h: int, turn: Turn, type_: int, nodes: tuple[int, ...], *, is_range: bool
    ) -> FloatArray:
        """Return the beliefs over the nodes of an information set."""
        other = 1 - turn.player
        odds = self.tree.odds(turn.player)[type_]
        parts = [odds[t] * self.sets[other].weight(h, t) for t in range(len(odds))]
        beliefs = self._shares(other, parts, is_range=is_range)
        return np.stack([_share(self.tree, h, node, beliefs, other) for node in nodes])


def _share(tree: PublicTree, h: int, node: int, beliefs: FloatArray, other: int) -> FloatArray:
    """Return the part of a belief that falls on one node: several deals may give the same types."""
    deal = next(deal for deal in tree.deals if deal.nodes.get(tree.names[h]) == node)
    total = tree.prior[deal.types]
    alike = [one for one in tree.deals if one.types == deal.types]
    share = deal.chance / total if total > 0 else 1.0 / len(alike)
    return np.asarray(beliefs[deal.types[other]] * share)


def _at(expression: FloatArray, point: FloatArray) -> float:
    return float(np.sum(expression * point))
