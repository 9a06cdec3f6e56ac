"""Actions that no belief can justify, so that supports with them need not be tried.

For every type and history, bounds on what each action pays against each type of the other player,
whatever that player does with the actions it is allowed. An action whose most is below another's
least against every type is used in no equilibrium. A few sums in place of many linear programmes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from collsec.parameters import FloatArray
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn

Usable = Mapping[tuple[int, int], tuple[str, ...]]
"""Which actions a type may use at a history, by (history, type)."""

MARGIN = 1e-7
"""Actions that are worse by less than this, with payoffs between 0 and 1, are kept: near ties."""


def undominated(tree: PublicTree) -> Usable:
    """Return the actions that some conduct of the other player justifies, sensible or not.

    No Nash equilibrium uses another one at a history that is reached.
    """
    return _kept(tree, _everything(tree))


def rationalisable(tree: PublicTree) -> Usable:
    """Return the actions that survive when each player expects the other to use such ones only.

    No equilibrium in which all act optimally everywhere uses another one.
    """
    usable, fewer = _everything(tree), undominated(tree)
    while fewer != usable:
        usable, fewer = fewer, _kept(tree, fewer)
    return usable


def _everything(tree: PublicTree) -> Usable:
    turns = [(h, turn) for player in (0, 1) for h, turn in tree.turns(player)]
    return {(h, t): actions for h, turn in turns for t, actions in enumerate(turn.actions)}


def _kept(tree: PublicTree, usable: Usable) -> Usable:
    bounds = (_Bounds(tree, 0, usable), _Bounds(tree, 1, usable))
    return {
        (h, t): bounds[turn.player].survivors(h, turn, t)
        for player in (0, 1)
        for h, turn in tree.turns(player)
        for t in range(len(turn.actions))
    }


class _Bounds:
    """The least that a player's types can secure and the most they can have, by history.

    Arrays have shape (own types, other's types); where types cannot meet, the least is inf and the
    most -inf, so that such pairs decide nothing.
    """

    def __init__(self, tree: PublicTree, player: int, usable: Usable) -> None:
        self._tree, self._player, self._usable = tree, player, usable
        self._shape = (tree.n_types(player), tree.n_types(1 - player))
        self._ends: list[tuple[FloatArray, FloatArray]] = [self._nowhere()] * len(tree.histories)
        for h in reversed(range(len(tree.histories))):
            self._ends[h] = self._at(h)

    def survivors(self, h: int, turn: Turn, type_: int) -> tuple[str, ...]:
        """Return the usable actions of a type that no other action beats against every type."""
        ends = {a: self._ends[turn.children[a]] for a in turn.actions[type_]}

        def beats(better: str, worse: str) -> bool:
            return bool(np.all(ends[better][0][type_] > ends[worse][1][type_] + MARGIN))

        return tuple(
            action
            for action in self._usable[h, type_]
            if not any(beats(other, action) for other in ends if other != action)
        )

    def _at(self, h: int) -> tuple[FloatArray, FloatArray]:
        at = self._tree.histories[h]
        if isinstance(at, Finish):
            return at.stakes[self._player], at.stakes[self._player]
        if isinstance(at, Draw):
            parts = [self._ends[child] for child in at.children]
            lows, highs = (np.stack(ends) for ends in zip(*parts, strict=True))
            return lows.sum(axis=0), highs.sum(axis=0)
        return self._own(at) if at.player == self._player else self._other(h, at)

    def _own(self, turn: Turn) -> tuple[FloatArray, FloatArray]:
        """Return what the first best of the own actions secures, and the most of any."""
        low, high = self._nowhere()
        for t, actions in enumerate(turn.actions):
            if actions:
                lows = [self._ends[turn.children[a]][0][t] for a in actions]
                low[t] = max(lows, key=lambda row: float(np.min(row)))
                high[t] = np.max([self._ends[turn.children[a]][1][t] for a in actions], axis=0)
        return low, high

    def _other(self, h: int, turn: Turn) -> tuple[FloatArray, FloatArray]:
        """Return the worst and the best that the other's types may do, each for itself."""
        low, high = self._nowhere()
        for s in range(len(turn.actions)):
            for action in self._usable[h, s]:
                least, most = self._ends[turn.children[action]]
                low[:, s] = np.minimum(low[:, s], least[:, s])
                high[:, s] = np.maximum(high[:, s], most[:, s])
        return low, high

    def _nowhere(self) -> tuple[FloatArray, FloatArray]:
        return np.full(self._shape, np.inf), np.full(self._shape, -np.inf)
