"""Actions that no belief can justify, so that supports with them need not be tried.

For every type and history, bounds on what each action pays against each type of the other player,
whatever that player does with the actions it is allowed. An action whose most is below another's
least against every type is used in no equilibrium. A few sums in place of many linear programmes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn

Usable = Mapping[tuple[int, int], BoolArray]
"""Which of its actions a type may use at a history, by (history, type), shape (n_games, n)."""

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
    while any(np.any(fewer[place] != usable[place]) for place in usable):
        usable, fewer = fewer, _kept(tree, fewer)
    return usable


def _everything(tree: PublicTree) -> Usable:
    turns = [(h, turn) for player in (0, 1) for h, turn in tree.turns(player)]
    return {
        (h, t): np.ones((len(tree.prior), len(actions)), dtype=bool)
        for h, turn in turns
        for t, actions in enumerate(turn.actions)
    }


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

    Arrays have shape (n_games, own types, other's types); where types cannot meet, the least is inf
    and the most -inf, so that such pairs decide nothing.
    """

    def __init__(self, tree: PublicTree, player: int, usable: Usable) -> None:
        self._tree, self._player, self._usable = tree, player, usable
        self._shape = (len(tree.prior), tree.n_types(player), tree.n_types(1 - player))
        self._ends: list[tuple[FloatArray, FloatArray]] = [self._nowhere()] * len(tree.histories)
        for h in reversed(range(len(tree.histories))):
            self._ends[h] = self._at(h)

    def survivors(self, h: int, turn: Turn, type_: int) -> BoolArray:
        """Return which usable actions of a type no other action beats against every type."""
        ends = [self._ends[turn.children[a]] for a in turn.actions[type_]]
        kept = self._usable[h, type_].copy()
        for worse, (_, most) in enumerate(ends):
            for better, (least, _) in enumerate(ends):
                if better != worse:
                    beats = least[:, type_] > most[:, type_] + MARGIN
                    kept[:, worse] &= ~np.all(beats, axis=-1)
        return kept

    def _at(self, h: int) -> tuple[FloatArray, FloatArray]:
        at = self._tree.histories[h]
        if isinstance(at, Finish):
            return at.stakes[self._player], at.stakes[self._player]
        if isinstance(at, Draw):
            return self._drawn(at)
        return self._own(at) if at.player == self._player else self._other(h, at)

    def _drawn(self, draw: Draw) -> tuple[FloatArray, FloatArray]:
        """Return means; an infinite end stays so, whatever the chance."""
        low, high = np.zeros(self._shape), np.zeros(self._shape)
        for child, chance in zip(draw.children, draw.chances, strict=True):
            least, most = self._ends[child]
            weight = chance[:, None, None]
            low += np.where(np.isinf(least), least, weight * np.where(np.isinf(least), 0.0, least))
            high += np.where(np.isinf(most), most, weight * np.where(np.isinf(most), 0.0, most))
        return low, high

    def _own(self, turn: Turn) -> tuple[FloatArray, FloatArray]:
        """Return what the first best of the own actions secures, and the most of any."""
        low, high = self._nowhere()
        for t, actions in enumerate(turn.actions):
            if actions:
                ends = [self._ends[turn.children[a]] for a in actions]
                lows = np.stack([least[:, t] for least, _ in ends])
                safest = np.argmax(lows.min(axis=-1), axis=0)
                low[:, t] = np.take_along_axis(lows, safest[None, :, None], axis=0)[0]
                high[:, t] = np.max([most[:, t] for _, most in ends], axis=0)
        return low, high

    def _other(self, h: int, turn: Turn) -> tuple[FloatArray, FloatArray]:
        """Return the worst and the best that the other's types may do, each for itself."""
        low, high = self._nowhere()
        for s, actions in enumerate(turn.actions):
            for action, usable in zip(actions, self._usable[h, s].T, strict=True):
                least, most = self._ends[turn.children[action]]
                lower = np.minimum(low[..., s], least[..., s])
                higher = np.maximum(high[..., s], most[..., s])
                low[..., s] = np.where(usable[:, None], lower, low[..., s])
                high[..., s] = np.where(usable[:, None], higher, high[..., s])
        return low, high

    def _nowhere(self) -> tuple[FloatArray, FloatArray]:
        return np.full(self._shape, np.inf), np.full(self._shape, -np.inf)
