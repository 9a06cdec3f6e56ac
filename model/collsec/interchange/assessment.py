"""A plan for a tree, and the beliefs that belong to it: the limit of plans in which hands tremble.

References
----------
kreps1982sequential
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.tree import BELIEF, Lottery, Move, TreeForm
from collsec.parameters import FloatArray


@dataclass(frozen=True, eq=False)
class Plan:
    """What is done at every information set of a tree, by its name, and how hands tremble there.

    Trembles are weights of the actions that the plan does not use; all alike where none are given,
    and never where one is 0. They say what is believed off the path.
    """

    mixes: Mapping[str, FloatArray]
    trembles: Mapping[str, FloatArray] = field(default_factory=dict)

    def strategies(self, form: TreeForm) -> Strategies:
        """Return strategies and beliefs of one equilibrium, as `TreeForm` takes them."""
        mixes = {name: np.asarray(mix, dtype=np.float64)[None] for name, mix in self.mixes.items()}
        return mixes | {BELIEF + name: item[None] for name, item in self._beliefs(form).items()}

    def _beliefs(self, form: TreeForm) -> dict[str, FloatArray]:
        reaches = [self._reach(form, player) for player in range(len(form.players))]
        return {
            known.name: _limit([reaches[known.player][i] for i in known.nodes])
            for known in form.information_sets
        }

    def _reach(self, form: TreeForm, player: int) -> list[tuple[int, float]]:
        """Return for every node how many trembles lead there, and the chance of just these.

        What the player itself does on the way is left out: it knows that, whatever it was.
        """
        reach = [(0, 1.0)] * len(form.nodes)
        for i, node in enumerate(form.nodes):
            trembles, chance = reach[i]
            for child, (order, weight) in zip(
                node.children, self._steps(form, node, player), strict=True
            ):
                reach[child] = (trembles + order, chance * weight)
        return reach

    def _steps(self, form: TreeForm, node: object, player: int) -> list[tuple[int, float]]:
        if isinstance(node, Lottery):
            drawn = form.probabilities[node.first : node.first + len(node.children)]
            return [(0, float(chance)) for chance in drawn]
        if not isinstance(node, Move):
            return []
        known = form.information_sets[node.information_set]
        if known.player == player:
            return [(0, 1.0)] * len(node.children)
        mix = self.mixes[known.name]
        trembles = self.trembles.get(known.name, np.ones(len(mix)))
        return [
            (0, float(share)) if share > 0 else (1, float(weight))
            for share, weight in zip(mix, trembles, strict=True)
        ]


def _limit(reached: list[tuple[int, float]]) -> FloatArray:
    """Return beliefs over nodes: only those count to which the fewest trembles lead."""
    fewest = min((order for order, weight in reached if weight > 0), default=0)
    weights = np.array([weight if order == fewest else 0.0 for order, weight in reached])
    return weights / weights.sum() if weights.any() else np.full(len(weights), 1 / len(weights))
