r"""The branch of agent logit equilibria of a tree that starts at the centroid.

At every information set h its player answers what its actions a are worth there, given which nodes
x of h it must believe to have been reached and that all, itself included, go on as they do:

.. math::

    y_a = \lambda \sum_{x \in h} \mu_h(x)\, V(x a), \qquad \sigma = \mathrm{logit}(y)

(McKelvey and Palfrey 1998). The branch is followed as that of a table is (`_logit_branch`), each
information set being a player of its own. Beliefs are ratios of chances that may both be very
small, and are found from their logarithms.

References
----------
mckelvey1998quantal, turocy2005dynamic
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload

from collsec.kernel import gufunc, part
from collsec.solvers._logit_branch import arrange, follow_branch, mix


class Tree(NamedTuple):
    """One tree, and room to work in.

    For each node: `before` is the one before it, `via` the action or -1, and `draw` the drawn
    outcome or -1, that leads to it, `known` its information set and `end` its row of `table`, or
    -1. `mover` is the player at each information set; `worth` and `shift` are each player's value
    of each node and its derivatives by the scores, `reach` and `lean` the logarithm of the chance
    of a node, but for what its mover did, and its derivatives.
    """

    table: Any
    drawn: Any
    before: Any
    via: Any
    draw: Any
    known: Any
    end: Any
    mover: Any
    sizes: Any
    first: Any
    owner: Any
    unit: float
    sigma: Any
    log: Any
    value: Any
    slope: Any
    system: Any
    worth: Any
    shift: Any
    reach: Any
    lean: Any


@part
def _load(table: Any, drawn: Any, shape: Any, mover: Any, sizes: Any) -> Tree:
    n_sets, n, n_nodes = sizes.size, sizes.sum(), shape.shape[1]
    owner, first = np.empty(n, np.int64), np.zeros(n_sets, np.int64)
    for h in range(1, n_sets):
        first[h] = first[h - 1] + sizes[h - 1]
    for h in range(n_sets):
        owner[first[h] : first[h] + sizes[h]] = h
    unit = 0.0
    for player in range(table.shape[1]):
        unit = max(unit, table[:, player].max() - table[:, player].min())
    scaled = table / unit if unit > 0.0 else table.copy()
    players = table.shape[1]
    return Tree(
        scaled, drawn, shape[0], shape[1], shape[2], shape[3], shape[4], mover, sizes, first, owner,
        unit, np.empty(n), np.empty(n), np.empty(n), np.empty((n, n)), np.empty((n + 1, n + 2)),
        np.empty((n_nodes, players)), np.empty((n_nodes, players, n)), np.empty(n_nodes),
        np.empty((n_nodes, n)),
    )  # fmt: skip


@part
def _logs(game: Tree, y: Any) -> None:
    """Set the logarithms of the probabilities that belong to the scores."""
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        top, total = y[low:high].max(), 0.0
        for a in range(low, high):
            total += math.exp(y[a] - top)
        for a in range(low, high):
            game.log[a] = y[a] - top - math.log(total)


@part
def _value_nodes(game: Tree) -> None:
    """Set what every node is worth to every player, from the ends back to the root."""
    game.worth[:] = 0.0
    game.shift[:] = 0.0
    n = game.sigma.size
    for node in range(game.before.size - 1, -1, -1):
        if game.end[node] >= 0:
            for player in range(game.table.shape[1]):
                game.worth[node, player] = game.table[game.end[node], player]
        up, a = game.before[node], game.via[node]
        if up < 0:
            continue
        chance = game.sigma[a] if a >= 0 else game.drawn[game.draw[node]]
        for player in range(game.table.shape[1]):
            worth = game.worth[node, player]
            game.worth[up, player] += chance * worth
            for b in range(n):
                game.shift[up, player, b] += chance * game.shift[node, player, b]
                if a >= 0 and game.owner[a] == game.owner[b]:
                    game.shift[up, player, b] += chance * worth * ((a == b) - game.sigma[b])


@part
def _reach_nodes(game: Tree) -> None:
    """Set the chances of all nodes at which somebody moves, but for what the mover did."""
    game.lean[:] = 0.0
    for node in range(game.before.size):
        game.reach[node] = 0.0
        if game.known[node] < 0:
            continue
        player, at = game.mover[game.known[node]], node
        while game.before[at] >= 0:
            a = game.via[at]
            if a < 0:
                chance = game.drawn[game.draw[at]]
                game.reach[node] += math.log(chance) if chance > 0.0 else -math.inf
            elif game.mover[game.owner[a]] != player:
                game.reach[node] += game.log[a]
                low = game.first[game.owner[a]]
                for b in range(low, low + game.sizes[game.owner[a]]):
                    game.lean[node, b] += (a == b) - game.sigma[b]
            at = game.before[at]


@part
def _believe(game: Tree) -> None:
    """Turn the chances of nodes into beliefs, and their derivatives into those of log beliefs."""
    n_nodes = game.before.size
    for h in range(game.sizes.size):
        top, total = -math.inf, 0.0
        for node in range(n_nodes):
            if game.known[node] == h:
                top = max(top, game.reach[node])
        for node in range(n_nodes):
            if game.known[node] == h:
                game.reach[node] = math.exp(game.reach[node] - top)
                total += game.reach[node]
        for node in range(n_nodes):
            if game.known[node] == h:
                game.reach[node] /= total
        for b in range(game.sigma.size):
            _level(game, h, b)


@part
def _level(game: Tree, h: int, b: int) -> None:
    """Take the mean by beliefs from the derivatives of log chances at an information set."""
    mean = 0.0
    for node in range(game.before.size):
        if game.known[node] == h:
            mean += game.reach[node] * game.lean[node, b]
    for node in range(game.before.size):
        if game.known[node] == h:
            game.lean[node, b] -= mean


@part
def _expect(game: Tree) -> None:
    """Set what each action is worth where it is chosen, less the mean there, and its slopes."""
    n = game.sigma.size
    game.value[:] = 0.0
    game.slope[:] = 0.0
    for node in range(game.before.size):
        a, up = game.via[node], game.before[node]
        if a >= 0:
            player = game.mover[game.owner[a]]
            belief, worth = game.reach[up], game.worth[node, player]
            game.value[a] += belief * worth
            for b in range(n):
                more = worth * game.lean[up, b] + game.shift[node, player, b]
                game.slope[a, b] += belief * more
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        _centre(game.value, low, high)
        for b in range(n):
            _centre(game.slope[:, b], low, high)


@part
def _centre(values: Any, low: int, high: int) -> None:
    """Take the mean of a run of values from each of them."""
    mean = 0.0
    for a in range(low, high):
        mean += values[a] / (high - low)
    for a in range(low, high):
        values[a] -= mean


@part
def _arrange_tree(game: Tree, y: Any, rationality: float) -> None:
    n = y.size
    mix(game, y)
    _logs(game, y)
    _value_nodes(game)
    _reach_nodes(game)
    _believe(game)
    _expect(game)
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
        "void(float64[:,:], float64[:], int64[:,:], int64[:], int64[:], float64[:], float64[:],"
        " float64[:], float64[:,:], float64[:])"
    ),
    "(t,p),(d),(f,m),(h),(h),(k),(n),(r)->(k,n),(r)",
)
def tree_branch(
    table: Any,
    drawn: Any,
    shape: Any,
    mover: Any,
    sizes: Any,
    asked: Any,
    _like: Any,
    _room: Any,
    mixes: Any,
    turns: Any,
) -> None:
    """Write the mixes where the branch first reaches each λ, in rising order, NaN where it is lost.

    `_like` and `_room` lend the answers their shapes.
    """
    mixes[:], turns[:] = math.nan, math.nan
    passed = np.zeros(asked.size, np.int64)
    follow_branch(_load(table, drawn, shape, mover, sizes), asked, mixes, turns, passed)
