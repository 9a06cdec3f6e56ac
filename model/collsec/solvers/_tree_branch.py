r"""The branch of agent logit equilibria of a tree that starts at the centroid.

The equations are those of `_tree_part`, at every information set. The branch is followed as that of
a table is (`_logit_branch`), each information set being a player of its own.

What is played in a subgame does not depend on what is played elsewhere, but for λ, which is common
to all. So the derivatives of the equations are block triangular, with a block for each part of the
tree (`_subgames`). For each step of the one path through all scores and λ, each part is solved by
itself, inner parts first: for how its scores change with λ, and for Newton's step in them at this
λ. It hands on to the part around it what it is worth, and how that changes by either. The last part
is solved with the equation that the step is at right angles to another, in which the scores of all
other parts count by these two answers. A tree without proper subgames is all last part.

One path is followed, not one for each part, as λ may have to go back: where the branch of a subgame
turns, all others go back with it, and those around it may so come to another branch of theirs. Seen
from one subgame, the path runs to and fro along the branch of that subgame alone, from its only
point at λ = 0. It ends where λ grows without limit, which on that branch is at its end; and where
it first reaches some λ, it is where that branch first reaches it. So what is played in a subgame,
at each λ asked for and in the limit, is what would be played were it the whole game.

References
----------
mckelvey1998quantal, turocy2005dynamic, turocy2010computing
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import gufunc, part
from collsec.solvers._lending import borrowing, lent
from collsec.solvers._logit_branch import N_ROWS, copy, follow_branch, number
from collsec.solvers._logit_system import arrange, close, eliminate, solve_level, substitute
from collsec.solvers._subgames import ABOVE, ACTIONS, ENDS, INNER, SETS, STEPS
from collsec.solvers._tree_part import Part, find_chances, find_change, find_worth, inherit

_FAR = 1e4
"""Here chances are products of many, and rounding allows arc length no further."""
PAID, PACE, PUSH = 0, 1, 2
"""Rows of `Tree.pays`: what ends pay, and how that changes with λ and by a step."""


class Tree(NamedTuple):
    """A tree by its parts, one behind the other, and room to work in.

    `bounds` are those of `_subgames.Layout`. Of each information set, `first` is the
    first action in the tree, and `within` that in its part. The rows of `counts`, `of_ends` and
    `of_actions` are arrays of `Part`, as `cut` takes them; `slope` and `system` are as large as the
    largest part needs. `answer` is how scores change with λ.
    """

    bounds: Any
    player: Any
    sizes: Any
    first: Any
    within: Any
    ways: Any
    least: Any
    counts: Any
    pays: Any
    of_ends: Any
    of_actions: Any
    weight: Any
    slope: Any
    system: Any
    answer: Any
    step: Any
    unit: float

    @staticmethod
    @borrowing
    def step_across(game: Any, point: Any, normal: Any, is_tangent: bool) -> float:
        """Set a step as `follow_branch` asks for; return the sign of the determinant."""
        n, last = point.size - 1, game.bounds.shape[0] - 2
        sign: float = 1.0
        pace, rest = normal[n], 1.0 if is_tangent else 0.0
        for k in range(last):
            low, high = game.bounds[k, ACTIONS], game.bounds[k + 1, ACTIONS]
            sign *= _answer(game, k, point[low:], point[n], is_tangent)
            for a in range(low, high):
                pace += normal[a] * game.answer[a]
                rest -= normal[a] * game.step[a]
        low, one = game.bounds[last, ACTIONS], lent(cut(game, last))
        _arrange(game, last, one, point[low:], point[n], is_tangent)
        sign *= close(one, normal[low:], pace, rest)
        for a in range(low, n + 1):
            game.step[a] = one.system[a - low, n - low + 1]
        for a in range(low):
            game.step[a] += game.step[n] * game.answer[a]
        return sign

    @staticmethod
    @borrowing
    def step_level(game: Any, y: Any, rationality: float) -> None:
        """Set a step in scores as `follow_branch` asks for."""
        for k in range(game.bounds.shape[0] - 1):
            low, one = game.bounds[k, ACTIONS], lent(cut(game, k))
            _arrange(game, k, one, y[low:], rationality, False)
            solve_level(one, y[low:])
            for a in range(one.value.size):
                game.step[low + a] = one.system[a, one.value.size]
            _hand_on(game, k, one)


@borrowing
def _answer(game: Tree, k: int, y: Any, rationality: float, is_tangent: bool) -> float:
    """Set how a part's scores change with λ, and Newton's step in them; return a sign."""
    low, one = game.bounds[k, ACTIONS], lent(cut(game, k))
    n = one.value.size
    _arrange(game, k, one, y, rationality, is_tangent)
    sign: float = eliminate(one.system, n, n + 1)
    substitute(one.system, n, n)
    for a in range(n):
        game.answer[low + a], game.step[low + a] = -one.system[a, n], one.system[a, n + 1]
    _hand_on(game, k, one)
    return sign


@borrowing
def _arrange(game: Tree, k: int, one: Any, y: Any, rationality: float, is_tangent: bool) -> None:
    """Write the system of a part, once those within it have handed on what they are worth."""
    arrange(one, y, rationality, is_tangent)
    if game.bounds[k, INNER] < game.bounds[k + 1, INNER]:
        inherit(one, rationality)


@borrowing
def _hand_on(game: Tree, k: int, one: Any) -> None:
    """Tell the part around one what it is worth, and how that changes."""
    low, end = game.bounds[k, ACTIONS], game.bounds[k, ABOVE]
    if end >= 0:
        worth = game.pays[PAID, end]
        find_worth(one, worth)
        find_change(one, worth, game.answer[low:], one.pace, game.pays[PACE, end])
        find_change(one, worth, game.step[low:], one.push, game.pays[PUSH, end])


@borrowing
def cut(game: Tree, k: int) -> Part:
    """Return one part."""
    h, a, z, s = (
        game.bounds[k, SETS], game.bounds[k, ACTIONS], game.bounds[k, ENDS], game.bounds[k, STEPS],
    )  # fmt: skip
    i, b, y, t = (
        game.bounds[k + 1, SETS], game.bounds[k + 1, ACTIONS], game.bounds[k + 1, ENDS],
        game.bounds[k + 1, STEPS],
    )  # fmt: skip
    pays, ends, actions = game.pays, game.of_ends, game.of_actions
    return Part(
        pays[PAID, z:y], pays[PACE, z:y], pays[PUSH, z:y], game.ways[s:t], game.counts[0, z:y],
        ends[0, z:y], game.counts[1, z:y], game.least[a:b], game.player[a:b], game.sizes[h:i],
        game.within[h:i], actions[0, a:b], actions[1, a:b], actions[2, a:b], game.slope,
        game.system, ends[1, z:y], ends[2, z:y], actions[3, a:b], game.weight[s:t],
        actions[4, a:b], actions[5, a:b],
    )  # fmt: skip


@part
def load(table: Any, odds: Any, steps: Any, until: Any, sets: Any, bounds: Any) -> Tree:
    """Return the tree, and room."""
    n = most = 0
    for k in range(1, bounds.shape[0]):
        most = max(most, bounds[k, ACTIONS] - n)
        n = bounds[k, ACTIONS]
    mover, sizes = sets[0], sets[1]
    player, least = np.empty(n, np.int64), np.empty(n, np.int64)
    first, within = np.empty(sizes.size, np.int64), np.empty(sizes.size, np.int64)
    ways, counts = np.empty(steps.size, np.int64), np.empty((2, until.size), np.int64)
    pays, of_ends = np.empty((3, *table.shape)), np.empty((3, until.size))
    number(sizes, first, player)
    for a in range(n):
        player[a] = mover[player[a]]
    for k in range(bounds.shape[0] - 1):
        for h in range(bounds[k, SETS], bounds[k + 1, SETS]):
            within[h] = first[h] - bounds[k, ACTIONS]
    _split(odds, steps, until, bounds, ways, counts, of_ends, least)
    return Tree(
        bounds, player, sizes, first, within, ways, least, counts, pays, of_ends,
        np.empty((6, n)), np.empty(steps.size), np.empty((most, most)),
        np.empty((most + 1, most + 2)), np.empty(n), np.empty(n + 1), _scale(table, pays),
    )  # fmt: skip


@borrowing
def _scale(table: Any, pays: Any) -> float:
    """Write payoffs in units of the largest spread of a player's, at rest; return that."""
    unit = 0.0
    for i in range(table.shape[1]):
        low, high = math.inf, -math.inf
        for end in range(table.shape[0]):
            low, high = min(low, table[end, i]), max(high, table[end, i])
        unit = max(unit, high - low)
    for end in range(table.shape[0]):
        for i in range(table.shape[1]):
            pays[PAID, end, i] = table[end, i] / unit if unit > 0.0 else 0.0
            pays[PACE, end, i] = pays[PUSH, end, i] = 0.0
    return unit


@borrowing
def _split(
    odds: Any, steps: Any, until: Any, bounds: Any, ways: Any, counts: Any, of_ends: Any, least: Any
) -> None:
    """Part the steps to each end into actions and draws, the latter counted -1, -2, ..."""
    for a in range(least.size):
        least[a] = steps.size
    at = 0
    for k in range(bounds.shape[0] - 1):
        low, begin, n = bounds[k, ACTIONS], bounds[k, STEPS], 0
        for end in range(bounds[k, ENDS], bounds[k + 1, ENDS]):
            start, drawn, barred = n, 0.0, 0
            for j in range(at, until[end]):
                step = steps[j]
                if step >= 0:
                    ways[begin + n] = step
                    n += 1
                elif odds[-1 - step] > 0.0:
                    drawn += math.log(odds[-1 - step])
                else:
                    barred += 1
            for j in range(start, n):
                a = low + ways[begin + j]
                least[a] = min(least[a], barred)
            counts[0, end], counts[1, end], of_ends[0, end] = n, barred, drawn
            at = until[end]


@gufunc(
    (
        "void(float64[:,:], float64[:], int64[:], int64[:], int64[:,:], int64[:,:], float64[:],"
        " float64[:], float64[:,:])"
    ),
    "(t,p),(d),(w),(t),(r,h),(b,c),(k),(n)->(k,n)",
)
def tree_branch(
    table: Any,
    odds: Any,
    steps: Any,
    until: Any,
    sets: Any,
    bounds: Any,
    asked: Any,
    _like: Any,
    logs: Any,
) -> None:
    """Write log chances where the branch first reaches each λ, in rising order, NaN where lost.

    The tree is given as in `_subgames.Layout`, with the player and the number of actions of each
    information set; `_like` lends the answer its shape.
    """
    tree = load(table, odds, steps, until, sets, bounds)
    room = np.empty((N_ROWS, logs.shape[1] + 1))
    _write(tree, asked, room, logs, np.empty(0), np.empty(asked.size, np.int64))


@borrowing
def _write(tree: Tree, asked: Any, room: Any, logs: Any, turns: Any, passed: Any) -> None:
    game = lent(tree)
    for place in range(asked.size):
        for a in range(logs.shape[1]):
            logs[place, a] = math.nan
    follow_branch(game, _FAR, asked, room, logs, turns, passed)
    for place in range(asked.size):
        for k in range(game.bounds.shape[0] - 1):
            low, high = game.bounds[k, ACTIONS], game.bounds[k + 1, ACTIONS]
            one = lent(cut(game, k))
            find_chances(one, logs[place, low:high])
            copy(one.log, logs[place, low:high])
