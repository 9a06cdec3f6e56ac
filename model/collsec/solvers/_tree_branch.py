r"""The branch of agent logit equilibria of a tree that starts at the centroid.

The equations are those of `_tree_values`, at every information set. The branch is followed as that
of a table is (`_logit_branch`), each information set being a player of its own.

What is played in a subgame depends on nothing outside but λ, which is common to all. So the
derivatives of the equations are block triangular, with a block for each part of the tree
(`_subgames`). For each step of the one path through all scores and λ, each part is solved by
itself, inner parts first: for how its scores change with λ, and for Newton's step in them at this
λ. It hands on to the part around it what it is worth, and how that changes by either. The last part
is solved with the equation that the step is at right angles to another, in which the scores of all
other parts count by these two answers. A tree without proper subgames is all last part.

One path is followed, not one for each part, as λ may have to go back: where the branch of a subgame
turns, all others go back with it, and those around it may so come to another branch of theirs. Seen
from one subgame, the path runs to and fro along the branch of that subgame alone, from its only
point at λ = 0. It ends where λ grows without limit, which on that branch is at its end; and where
it first reaches some λ, it is where that branch first reaches it. So what is played in a subgame,
at each λ asked for and in the limit, is what would be played were it the whole game. Where several
turn at the same λ, as equal ones do, the path bifurcates: it goes straight on, and all turn.

References
----------
mckelvey1998quantal, turocy2005dynamic, turocy2010computing
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import gufunc, part
from collsec.lending import borrowing, lent
from collsec.solvers._logit_branch import N_ROWS, copy, follow_branch, number
from collsec.solvers._logit_system import arrange, close, eliminate, solve_level, substitute
from collsec.solvers._subgames import ABOVE, ACTIONS, ENDS, INNER, SETS, STEPS
from collsec.solvers._tree_values import differentiate, find_chances, hand_on, inherit

_FAR = 1e4
"""Here chances are products of many, and rounding allows arc length no further."""


class Tree(NamedTuple):
    """A tree by the ends of its parts, one part behind the other, and room to work in.

    Or one part by itself, in the same form. `bounds` are those of `_subgames.Layout`. `paid` is
    what ends pay, `pace` how that changes with λ, and `push` how it does by the step taken. `ways`
    lists the actions on the way to each end, up to `until`, both counted within the part; `drawn`
    is the log chance of the draws there, and `barred` how many of them have no chance, of which
    `least` is the fewest behind an action. `player` is who takes an action; `first` is the first
    action of an information set, `within` that counted within the part. `reach` is the log chance
    of an end, `top` the largest behind an action, and `weight` and `total` chances as a share of
    that; `chance` is that of an end. `answer` is how scores change with λ, `step` the step taken.
    `mean` and `spare` have room for changes, `slope` and `system` for the largest part.
    """

    bounds: Any
    paid: Any
    pace: Any
    push: Any
    ways: Any
    until: Any
    drawn: Any
    barred: Any
    least: Any
    player: Any
    sizes: Any
    first: Any
    within: Any
    unit: float
    sigma: Any
    log: Any
    value: Any
    slope: Any
    system: Any
    answer: Any
    step: Any
    reach: Any
    chance: Any
    top: Any
    weight: Any
    total: Any
    mean: Any
    spare: Any

    @staticmethod
    @borrowing
    def differentiate(game: Any, y: Any, rationality: float) -> None:
        """Set what actions yield, and write the derivatives of F by the scores."""
        differentiate(game, y, rationality)

    @staticmethod
    @borrowing
    def step_across(game: Any, point: Any, normal: Any, is_tangent: bool) -> float:
        """Set a step as `follow_branch` asks for; return the sign of the determinant."""
        n, n_parts = point.size - 1, game.bounds.shape[0] - 1
        sign: float = 1.0
        for k in range(n_parts):
            sign *= _answer(game, k, point, point[n], is_tangent, False)
        low, pace, rest = game.bounds[n_parts - 1, ACTIONS], normal[n], 1.0 if is_tangent else 0.0
        for a in range(low):
            pace += normal[a] * game.answer[a]
            rest -= normal[a] * game.step[a]
        sign *= close(game.system, normal[low:], pace, rest)
        for a in range(low, n + 1):
            game.step[a] = game.system[a - low, n - low + 1]
        for a in range(low):
            game.step[a] += game.step[n] * game.answer[a]
        return sign

    @staticmethod
    @borrowing
    def step_level(game: Any, y: Any, rationality: float) -> None:
        """Set a step in scores as `follow_branch` asks for."""
        for k in range(game.bounds.shape[0] - 1):
            _answer(game, k, y, rationality, False, True)


@borrowing
def _answer(
    game: Tree, k: int, scores: Any, rationality: float, is_tangent: bool, is_level: bool
) -> float:
    """Set Newton's step in a part's scores at this λ, and hand on what it does.

    Also how scores change with λ, if not `is_level`; then the sign of the determinant is returned,
    and of the last part the system is written only.
    """
    last = game.bounds.shape[0] - 2
    one = game if last == 0 else lent(cut(game, k))
    n, low, end = one.value.size, game.bounds[k, ACTIONS], game.bounds[k, ABOVE]
    y, answer, step, sign = scores[low:], game.answer[low:], game.step[low:], 1.0
    arrange(one, y, rationality, is_tangent)
    if game.bounds[k, INNER] < game.bounds[k + 1, INNER]:
        inherit(one, rationality)
    if is_level:
        solve_level(one, y)
    elif k < last:
        sign = eliminate(one.system, n, n + 1)
        substitute(one.system, n, n)
        for a in range(n):
            answer[a] = -one.system[a, n]
    for a in range(n):
        step[a] = one.system[a, n + 1]
    if end >= 0:
        hand_on(one, answer, step, game.paid[end], game.pace[end], game.push[end])
    return sign


@borrowing
def cut(game: Tree, k: int) -> Tree:
    """Return one part by itself."""
    here, there = game.bounds[k], game.bounds[k + 1]
    h, i = here[SETS], there[SETS]
    a, b = here[ACTIONS], there[ACTIONS]
    z, y = here[ENDS], there[ENDS]
    s, t = here[STEPS], there[STEPS]
    return Tree(
        game.bounds, game.paid[z:y], game.pace[z:y], game.push[z:y], game.ways[s:t],
        game.until[z:y], game.drawn[z:y], game.barred[z:y], game.least[a:b], game.player[a:b],
        game.sizes[h:i], game.within[h:i], game.within, game.unit, game.sigma[a:b], game.log[a:b],
        game.value[a:b], game.slope, game.system, game.answer, game.step, game.reach[z:y],
        game.chance[z:y], game.top[a:b], game.weight[s:t], game.total[a:b], game.mean[a:b],
        game.spare[a:b],
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
    ways, stops = np.empty(steps.size, np.int64), np.empty(until.size, np.int64)
    drawn, barred = np.empty(until.size), np.empty(until.size, np.int64)
    paid, pace, push = np.empty(table.shape), np.empty(table.shape), np.empty(table.shape)
    number(sizes, first, player)
    for a in range(n):
        player[a] = mover[player[a]]
    for k in range(bounds.shape[0] - 1):
        for h in range(bounds[k, SETS], bounds[k + 1, SETS]):
            within[h] = first[h] - bounds[k, ACTIONS]
    _split(odds, steps, until, bounds, ways, stops, drawn, barred)
    _find_least(bounds, ways, stops, barred, least)
    return Tree(
        bounds, paid, pace, push, ways, stops, drawn, barred, least, player, sizes, first, within,
        _scale(table, paid, pace, push), np.empty(n), np.empty(n), np.empty(n),
        np.empty((most, most)), np.empty((most + 1, most + 2)), np.empty(n), np.empty(n + 1),
        np.empty(until.size), np.empty(until.size), np.empty(n), np.empty(steps.size), np.empty(n),
        np.empty(n), np.empty(n),
    )  # fmt: skip


@borrowing
def _scale(table: Any, paid: Any, pace: Any, push: Any) -> float:
    """Write payoffs in units of the largest spread of a player's, at rest; return that."""
    unit = 0.0
    for i in range(table.shape[1]):
        low, high = math.inf, -math.inf
        for end in range(table.shape[0]):
            low, high = min(low, table[end, i]), max(high, table[end, i])
        unit = max(unit, high - low)
    for end in range(table.shape[0]):
        for i in range(table.shape[1]):
            paid[end, i] = table[end, i] / unit if unit > 0.0 else 0.0
            pace[end, i] = push[end, i] = 0.0
    return unit


@borrowing
def _split(
    odds: Any, steps: Any, until: Any, bounds: Any, ways: Any, stops: Any, drawn: Any, barred: Any
) -> None:
    """Part the steps to each end into actions and draws, the latter counted -1, -2, ..."""
    at = 0
    for k in range(bounds.shape[0] - 1):
        first, n = bounds[k, STEPS], 0
        for end in range(bounds[k, ENDS], bounds[k + 1, ENDS]):
            drawn[end], barred[end] = 0.0, 0
            for j in range(at, until[end]):
                step = steps[j]
                if step >= 0:
                    ways[first + n] = step
                    n += 1
                elif odds[-1 - step] > 0.0:
                    drawn[end] += math.log(odds[-1 - step])
                else:
                    barred[end] += 1
            at, stops[end] = until[end], n


@borrowing
def _find_least(bounds: Any, ways: Any, stops: Any, barred: Any, least: Any) -> None:
    """Write the fewest draws of no chance behind each action."""
    for a in range(least.size):
        least[a] = ways.size
    for k in range(bounds.shape[0] - 1):
        low, first, at = bounds[k, ACTIONS], bounds[k, STEPS], 0
        for end in range(bounds[k, ENDS], bounds[k + 1, ENDS]):
            for j in range(at, stops[end]):
                a = low + ways[first + j]
                least[a] = min(least[a], barred[end])
            at = stops[end]


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
        copy(logs[place], game.value)
        find_chances(game, game.value)
        copy(game.log, logs[place])
