"""The branch of logit equilibria of a table that starts at the centroid; see `_logit_branch`.

Payoffs are taken relative to the mean over a player's own actions, and to the largest of these,
which changes no equilibrium but for the unit of λ.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload

from collsec.kernel import gufunc, part
from collsec.solvers._logit_branch import arrange, follow_branch, mix

N_TURNS = 16
"""Most turning points that are listed."""

_FAR = 1e6


class Game(NamedTuple):
    """One game, and room to work in.

    `table` has the payoffs of each player, the last player's action fastest; `owner` and `first`
    say whose an action is and which is a player's first; `pair` holds what an action yields
    against one of another player, expected over all others.
    """

    table: Any
    sizes: Any
    first: Any
    owner: Any
    unit: float
    sigma: Any
    value: Any
    pair: Any
    system: Any
    action: Any


@part
def load(table: Any, sizes: Any) -> Game:
    n_players, n = sizes.size, sizes.sum()
    owner, first = np.empty(n, np.int64), np.zeros(n_players, np.int64)
    for i in range(1, n_players):
        first[i] = first[i - 1] + sizes[i - 1]
    for i in range(n_players):
        owner[first[i] : first[i] + sizes[i]] = i
    own, unit = np.empty(table.shape), 0.0
    stride = table.shape[1]
    for i in range(n_players):
        stride //= sizes[i]
        for cell in range(table.shape[1]):
            start = cell - (cell // stride) % sizes[i] * stride
            mean = 0.0
            for a in range(sizes[i]):
                mean += table[i, start + a * stride]
            own[i, cell] = table[i, cell] - mean / sizes[i]
            unit = max(unit, abs(own[i, cell]))
    if unit > 0.0:
        own /= unit
    room = np.empty((n + 1, n + 2))
    acting = np.zeros(n_players, np.int64)
    return Game(
        own, sizes, first, owner, unit, np.empty(n), np.empty(n), np.empty((n, n)), room, acting
    )


@part
def _chance(game: Game, i: int, j: int) -> float:
    """Return the chance that all but i and j play as in the current cell."""
    chance = 1.0
    for k in range(game.sizes.size):
        if k not in (i, j):
            chance *= game.sigma[game.first[k] + game.action[k]]
    return chance


@part
def expect(game: Game) -> None:
    """Set what each action yields, alone and against each action of one other player."""
    n_players = game.sizes.size
    game.pair[:] = 0.0
    game.value[:] = 0.0
    game.action[:] = 0
    for cell in range(game.table.shape[1]):
        rest = cell
        for k in range(n_players - 1, -1, -1):
            game.action[k] = rest % game.sizes[k]
            rest //= game.sizes[k]
        for i in range(n_players):
            a, payoff = game.first[i] + game.action[i], game.table[i, cell]
            game.value[a] += payoff * _chance(game, i, i)
            for j in range(n_players):
                if j != i:
                    game.pair[a, game.first[j] + game.action[j]] += payoff * _chance(game, i, j)


@part
def _arrange_table(game: Game, y: Any, rationality: float) -> None:
    """Write the linear system of F: its derivatives by y and λ, and minus F as the right side."""
    n = y.size
    mix(game, y)
    expect(game)
    for a in range(n):
        for b in range(n):
            slope = 0.0
            if game.owner[a] != game.owner[b]:
                slope = -rationality * game.sigma[b] * (game.pair[a, b] - game.value[a])
            game.system[a, b] = slope + (a == b)
        game.system[a, n] = -game.value[a]
        game.system[a, n + 1] = rationality * game.value[a] - y[a]


@overload(arrange)
def _of_table(game: Any, y: Any, rationality: Any) -> Any:  # noqa: ARG001
    """Return how the system of a table is arranged."""
    if getattr(game, "instance_class", None) is not Game:
        return None

    def arranged(game: Any, y: Any, rationality: Any) -> None:
        _arrange_table(game, y, rationality)

    return arranged


_SIGNATURE = (
    "void(float64[:,:], int64[:], float64[:], float64[:], float64[:], "
    "float64[:,:], float64[:], int64[:])"
)


@gufunc(
    _SIGNATURE,
    "(p,m),(p),(k),(n),(t)->(k,n),(t),(k)",
)
def branch(
    table: Any, sizes: Any, asked: Any, _like: Any, _room: Any, mixes: Any, turns: Any, passed: Any
) -> None:
    """Write mixes, turning points and their numbers along the principal branch of each game.

    `_like` and `_room` lend the answers their shapes.
    """
    mixes[:], turns[:], passed[:] = math.nan, math.nan, 0
    game = load(table, sizes)
    follow_branch(game, _FAR, asked, mixes, turns, passed)
    for place in range(asked.size):
        mix(game, mixes[place])
        mixes[place] = game.sigma
