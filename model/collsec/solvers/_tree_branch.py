r"""The branch of agent logit equilibria of a tree that starts at the centroid.

At every information set its player answers what its actions a are worth once they are taken:

.. math:: y_a = \lambda\, Q_a, \qquad \sigma = \mathrm{logit}(y)

(McKelvey and Palfrey 1998). Over the ends z of the tree behind a this is a mean, with chances that
are sums of logarithms along the way, so that it is known to full precision however unlikely a is:

.. math:: Q_a = \frac{\sum_{z \ni a} u_z e^{L_z}}{\sum_{z \ni a} e^{L_z}}, \quad
          L_z = \log c_z + \sum_{b \in z} \log \sigma_b, \quad
          \frac{\partial Q_a}{\partial \log \sigma_b} = \mathrm{E}[(u - Q_a) 1_{b \in z} \mid a].

What the mover did before a counts the same in all of these chances, as it is remembered. Draws that
have no chance are taken to be rarer than any error.

The branch is followed as that of a table is (`_logit_branch`), each information set being a player
of its own. Besides the tree's ends, with the actions on the way to each, there is one linear system
to hold, with one equation for each action.

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
from collsec.solvers._logit_branch import N_ROWS, copy, follow_branch, mix, number

_FAR = 1e4
"""Here chances are products of many, and rounding allows arc length no further."""


class Tree(NamedTuple):
    """One tree by its ends, and room to work in.

    `ways` lists the actions on the way to each end, up to `until`; `drawn` is the log chance of the
    draws on it, and `barred` how many of them have no chance, of which `least` is the fewest behind
    an action. `player` is who takes an action. `reach` is the log chance of an end, `top` the
    largest behind an action, and `weight` and `total` chances as a share of that. `mean` has room
    for slopes.
    """

    table: Any
    ways: Any
    until: Any
    drawn: Any
    barred: Any
    least: Any
    player: Any
    sizes: Any
    first: Any
    owner: Any
    unit: float
    sigma: Any
    log: Any
    value: Any
    slope: Any
    system: Any
    reach: Any
    top: Any
    weight: Any
    total: Any
    mean: Any

    @staticmethod
    @borrowing
    def differentiate(game: Any, y: Any, rationality: float) -> None:
        """Set what actions yield, and write the derivatives of F by the scores."""
        n = game.value.size
        _mix(game, y)
        _reach_ends(game)
        _expect(game)
        _lean(game)
        _by_scores(game)
        _centre(game)
        for a in range(n):
            for b in range(n):
                game.system[a, b] = (a == b) - rationality * game.slope[a, b]


@part
def load(table: Any, odds: Any, steps: Any, until: Any, mover: Any, sizes: Any, n: int) -> Tree:
    """Return the tree whose information sets have n actions together, and room."""
    n_ends = until.size
    owner, player = np.empty(n, np.int64), np.empty(n, np.int64)
    first = np.empty(sizes.size, np.int64)
    number(sizes, first, owner)
    for a in range(n):
        player[a] = mover[owner[a]]
    scaled = np.empty(table.shape)
    ways, stops = np.empty(steps.size, np.int64), np.empty(n_ends, np.int64)
    drawn, barred = np.empty(n_ends), np.empty(n_ends, np.int64)
    least = np.empty(n, np.int64)
    _split(odds, steps, until, ways, stops, drawn, barred, least)
    return Tree(
        scaled, ways, stops, drawn, barred, least, player, sizes, first, owner,
        _scale(table, scaled), np.empty(n), np.empty(n), np.empty(n), np.empty((n, n)),
        np.empty((n + 1, n + 2)), np.empty(n_ends), np.empty(n), np.empty(steps.size),
        np.empty(n), np.empty(n),
    )  # fmt: skip


@borrowing
def _scale(table: Any, scaled: Any) -> float:
    """Write payoffs in units of the largest spread of a player's; return that."""
    unit = 0.0
    for i in range(table.shape[1]):
        low, high = math.inf, -math.inf
        for end in range(table.shape[0]):
            low, high = min(low, table[end, i]), max(high, table[end, i])
        unit = max(unit, high - low)
    for end in range(table.shape[0]):
        for i in range(table.shape[1]):
            scaled[end, i] = table[end, i] / unit if unit > 0.0 else 0.0
    return unit


@borrowing
def _split(
    odds: Any, steps: Any, until: Any, ways: Any, stops: Any, drawn: Any, barred: Any, least: Any
) -> None:
    """Part the steps to each end into actions and draws, the latter counted -1, -2, ..."""
    for a in range(least.size):
        least[a] = steps.size
    at = n = 0
    for end in range(until.size):
        start = n
        drawn[end], barred[end] = 0.0, 0
        for k in range(at, until[end]):
            step = steps[k]
            if step >= 0:
                ways[n] = step
                n += 1
            elif odds[-1 - step] > 0.0:
                drawn[end] += math.log(odds[-1 - step])
            else:
                barred[end] += 1
        for k in range(start, n):
            least[ways[k]] = min(least[ways[k]], barred[end])
        at, stops[end] = until[end], n


@borrowing
def _mix(game: Tree, y: Any) -> None:
    """Set the probabilities that belong to the scores, and their logarithms."""
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        top, total = mix(y, low, high, game.sigma)
        for a in range(low, high):
            game.log[a] = y[a] - top - math.log(total)


@borrowing
def _reach_ends(game: Tree) -> None:
    """Set the log chance of every end, and the largest behind every action."""
    for a in range(game.top.size):
        game.top[a] = -math.inf
    start = 0
    for end in range(game.until.size):
        reach = game.drawn[end]
        for k in range(start, game.until[end]):
            reach += game.log[game.ways[k]]
        for k in range(start, game.until[end]):
            a = game.ways[k]
            if game.barred[end] == game.least[a]:
                game.top[a] = max(game.top[a], reach)
        game.reach[end], start = reach, game.until[end]


@borrowing
def _expect(game: Tree) -> None:
    """Set what each action is worth where it is chosen."""
    for a in range(game.value.size):
        game.value[a], game.total[a] = 0.0, 0.0
    start = 0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a, weight = game.ways[k], 0.0
            if game.barred[end] == game.least[a]:
                weight = math.exp(game.reach[end] - game.top[a])
            game.weight[k] = weight
            game.total[a] += weight
            game.value[a] += weight * game.table[end, game.player[a]]
        start = game.until[end]
    for a in range(game.value.size):
        game.value[a] /= game.total[a]


@borrowing
def _lean(game: Tree) -> None:
    """Set how that changes with the logarithms of all probabilities."""
    for a in range(game.value.size):
        for b in range(game.value.size):
            game.slope[a, b] = 0.0
    start = 0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a = game.ways[k]
            if game.weight[k] > 0.0:
                more = game.table[end, game.player[a]] - game.value[a]
                more *= game.weight[k] / game.total[a]
                for j in range(start, game.until[end]):
                    game.slope[a, game.ways[j]] += more
        start = game.until[end]


@borrowing
def _by_scores(game: Tree) -> None:
    """Turn derivatives by logarithms into those by scores."""
    for a in range(game.value.size):
        for h in range(game.sizes.size):
            low, high = game.first[h], game.first[h] + game.sizes[h]
            all_ = 0.0
            for b in range(low, high):
                all_ += game.slope[a, b]
            if all_ != 0.0:
                for b in range(low, high):
                    game.slope[a, b] -= game.sigma[b] * all_


@borrowing
def _centre(game: Tree) -> None:
    """Take the mean over an information set from the values of its actions, and their slopes."""
    n, mean = game.value.size, game.mean
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        middle = 0.0
        for b in range(n):
            mean[b] = 0.0
        for a in range(low, high):
            middle += game.value[a] / (high - low)
            for b in range(n):
                mean[b] += game.slope[a, b] / (high - low)
        for a in range(low, high):
            game.value[a] -= middle
            for b in range(n):
                game.slope[a, b] -= mean[b]


@gufunc(
    (
        "void(float64[:,:], float64[:], int64[:], int64[:], int64[:], int64[:], float64[:],"
        " float64[:], float64[:,:])"
    ),
    "(t,p),(d),(w),(t),(h),(h),(k),(n)->(k,n)",
)
def tree_branch(
    table: Any,
    odds: Any,
    steps: Any,
    until: Any,
    mover: Any,
    sizes: Any,
    asked: Any,
    _like: Any,
    logs: Any,
) -> None:
    """Write log chances where the branch first reaches each λ, in rising order, NaN where lost.

    `_like` lends the answer its shape.
    """
    n = logs.shape[1]
    tree = load(table, odds, steps, until, mover, sizes, n)
    _write(
        tree, asked, np.empty((N_ROWS, n + 1)), logs, np.empty(0), np.empty(asked.size, np.int64)
    )


@borrowing
def _write(tree: Tree, asked: Any, room: Any, logs: Any, turns: Any, passed: Any) -> None:
    game = lent(tree)
    for place in range(asked.size):
        for a in range(logs.shape[1]):
            logs[place, a] = math.nan
    follow_branch(game, _FAR, asked, room, logs, turns, passed)
    for place in range(asked.size):
        copy(logs[place], game.value)
        _mix(game, game.value)
        copy(game.log, logs[place])
