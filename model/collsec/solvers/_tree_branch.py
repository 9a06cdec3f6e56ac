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
from numba.extending import overload

from collsec.kernel import gufunc, part
from collsec.solvers._logit_branch import arrange, follow_branch, mix

_FAR = 1e4
"""Here chances are products of many, and rounding allows arc length no further."""


class Tree(NamedTuple):
    """One tree by its ends, and room to work in.

    `ways` lists the actions on the way to each end, up to `until`; `drawn` is the log chance of the
    draws on it, and `barred` how many of them have no chance, of which `least` is the fewest behind
    an action. `player` is who takes an action. `reach` is the log chance of an end, `top` the
    largest behind an action, and `weight` and `total` chances as a share of that.
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


@part
def load(table: Any, odds: Any, steps: Any, until: Any, mover: Any, sizes: Any) -> Tree:
    n, n_ends = sizes.sum(), until.size
    owner, player = np.empty(n, np.int64), np.empty(n, np.int64)
    first, low = np.empty(sizes.size, np.int64), 0
    for h in range(sizes.size):
        first[h] = low
        low += sizes[h]
        for a in range(first[h], low):
            owner[a], player[a] = h, mover[h]
    scaled = np.empty(table.shape)
    unit = _scale(table, scaled)
    ways, stops = np.empty(steps.size, np.int64), np.empty(n_ends, np.int64)
    drawn, barred = np.zeros(n_ends), np.zeros(n_ends, np.int64)
    least = np.empty(n, np.int64)
    for a in range(n):
        least[a] = steps.size
    _split(odds, steps, until, ways, stops, drawn, barred, least)
    return Tree(
        scaled, ways, stops, drawn, barred, least, player, sizes, first, owner, unit,
        np.empty(n), np.empty(n), np.empty(n), np.empty((n, n)), np.empty((n + 1, n + 2)),
        np.empty(n_ends), np.empty(n), np.empty(steps.size), np.empty(n),
    )  # fmt: skip


@part
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


@part
def _split(
    odds: Any, steps: Any, until: Any, ways: Any, stops: Any, drawn: Any, barred: Any, least: Any
) -> None:
    """Part the steps to each end into actions and draws, the latter counted -1, -2, ..."""
    at = n = 0
    for end in range(until.size):
        start = n
        for step in steps[at : until[end]]:
            if step >= 0:
                ways[n] = step
                n += 1
            elif odds[-1 - step] > 0.0:
                drawn[end] += math.log(odds[-1 - step])
            else:
                barred[end] += 1
        for a in ways[start:n]:
            least[a] = min(least[a], barred[end])
        at, stops[end] = until[end], n


@part
def take_logs(game: Tree, y: Any) -> None:
    """Set the logarithms of the probabilities that belong to the scores."""
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        top, total = y[low], 0.0
        for a in range(low, high):
            top = max(top, y[a])
        for a in range(low, high):
            total += math.exp(y[a] - top)
        for a in range(low, high):
            game.log[a] = y[a] - top - math.log(total)


@part
def _reach_ends(game: Tree) -> None:
    """Set the log chance of every end, and the largest behind every action."""
    game.top[:] = -math.inf
    start = 0
    for end in range(game.until.size):
        reach = game.drawn[end]
        for a in game.ways[start : game.until[end]]:
            reach += game.log[a]
        for a in game.ways[start : game.until[end]]:
            if game.barred[end] == game.least[a]:
                game.top[a] = max(game.top[a], reach)
        game.reach[end], start = reach, game.until[end]


@part
def _expect(game: Tree) -> None:
    """Set what each action is worth where it is chosen."""
    game.value[:] = 0.0
    game.total[:] = 0.0
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


@part
def _lean(game: Tree) -> None:
    """Set how that changes with the logarithms of all probabilities."""
    game.slope[:] = 0.0
    start = 0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a = game.ways[k]
            if game.weight[k] > 0.0:
                more = game.table[end, game.player[a]] - game.value[a]
                more *= game.weight[k] / game.total[a]
                for b in game.ways[start : game.until[end]]:
                    game.slope[a, b] += more
        start = game.until[end]


@part
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


@part
def _centre(game: Tree) -> None:
    """Take the mean over an information set from the values of its actions, and their slopes."""
    n = game.value.size
    mean = np.empty(n)
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        mean[:] = 0.0
        middle = 0.0
        for a in range(low, high):
            middle += game.value[a] / (high - low)
            for b in range(n):
                mean[b] += game.slope[a, b] / (high - low)
        for a in range(low, high):
            game.value[a] -= middle
            for b in range(n):
                game.slope[a, b] -= mean[b]


@part
def _arrange_tree(game: Tree, y: Any, rationality: float) -> None:
    n = y.size
    mix(game, y)
    take_logs(game, y)
    _reach_ends(game)
    _expect(game)
    _lean(game)
    _by_scores(game)
    _centre(game)
    for a in range(n):
        for b in range(n):
            game.system[a, b] = (a == b) - rationality * game.slope[a, b]
        game.system[a, n] = -game.value[a]
        game.system[a, n + 1] = rationality * game.value[a] - y[a]


@overload(arrange)
def _of_tree(game: Any, y: Any, rationality: Any) -> Any:  # noqa: ARG001
    """Return how the system of a tree is arranged."""
    if getattr(game, "instance_class", None) is not Tree:
        return None

    def arranged(game: Any, y: Any, rationality: Any) -> None:
        _arrange_tree(game, y, rationality)

    return arranged


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
    logs[:] = math.nan
    game = load(table, odds, steps, until, mover, sizes)
    follow_branch(game, _FAR, asked, logs, np.empty(0), np.zeros(asked.size, np.int64))
    for place in range(asked.size):
        take_logs(game, logs[place])
        logs[place] = game.log
