"""The branch of logit equilibria of a table that starts at the centroid; see `_logit_branch`.

Payoffs are taken relative to the mean over a player's own actions, and to the largest of these,
which changes no equilibrium but for the unit of λ.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import gufunc, part
from collsec.lending import borrowing, lent
from collsec.solvers._logit_branch import N_ROWS, copy, follow_branch, mix, number
from collsec.solvers._logit_system import arrange, close, solve_level

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
    step: Any
    action: Any

    @staticmethod
    @borrowing
    def step_across(game: Any, point: Any, normal: Any, is_tangent: bool) -> float:
        """Set a step as `follow_branch` asks for; return the sign of the determinant."""
        n = game.value.size
        arrange(game, point, point[n], is_tangent)
        sign: float = close(game.system, normal, normal[n], 1.0 if is_tangent else 0.0)
        for k in range(n + 1):
            game.step[k] = game.system[k, n + 1]
        return sign

    @staticmethod
    @borrowing
    def step_level(game: Any, y: Any, rationality: float) -> None:
        """Set a step in scores as `follow_branch` asks for."""
        n = game.value.size
        arrange(game, y, rationality, False)
        solve_level(game, y)
        for a in range(n):
            game.step[a] = game.system[a, n + 1]

    @staticmethod
    @borrowing
    def differentiate(game: Any, y: Any, rationality: float) -> None:
        """Set what actions yield, and write the derivatives of F by the scores."""
        n = game.owner.size
        _mix(game, y)
        expect(game)
        for a in range(n):
            for b in range(n):
                slope = 0.0
                if game.owner[a] != game.owner[b]:
                    slope = -rationality * game.sigma[b] * (game.pair[a, b] - game.value[a])
                game.system[a, b] = slope + (a == b)


@part
def load(table: Any, sizes: Any, n: int) -> Game:
    """Return the game in which all players have n actions, and room."""
    n_players = sizes.size
    own = np.empty(table.shape)
    owner, first = np.empty(n, np.int64), np.empty(n_players, np.int64)
    number(sizes, first, owner)
    room, step = np.empty((n + 1, n + 2)), np.empty(n + 1)
    action = np.empty(n_players, np.int64)
    return Game(
        own, sizes, first, owner, _centre(table, sizes, own), np.empty(n), np.empty(n),
        np.empty((n, n)), room, step, action,
    )  # fmt: skip


@borrowing
def _centre(table: Any, sizes: Any, own: Any) -> float:
    """Write payoffs less their mean over a player's own actions, in units of the largest."""
    unit, stride = 0.0, table.shape[1]
    n_players = sizes.size
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
        for i in range(n_players):
            for cell in range(table.shape[1]):
                own[i, cell] /= unit
    return unit


@borrowing
def _chance(game: Game, i: int, j: int) -> float:
    """Return the chance that all but i and j play as in the current cell."""
    chance = 1.0
    for k in range(game.sizes.size):
        if k not in (i, j):
            chance *= game.sigma[game.first[k] + game.action[k]]
    return chance


@borrowing
def expect(game: Game) -> None:
    """Set what each action yields, alone and against each action of one other player."""
    n_players = game.sizes.size
    n = game.owner.size
    for a in range(n):
        game.value[a] = 0.0
        for b in range(n):
            game.pair[a, b] = 0.0
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


@borrowing
def _mix(game: Game, y: Any) -> None:
    """Set the probabilities that belong to the scores."""
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        mix(y, low, high, game.sigma)


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
    n = mixes.shape[1]
    _write(load(table, sizes, n), asked, np.empty((N_ROWS, n + 1)), mixes, turns, passed)


@borrowing
def _write(given: Game, asked: Any, room: Any, mixes: Any, turns: Any, passed: Any) -> None:
    game = lent(given)
    for k in range(turns.size):
        turns[k] = math.nan
    for place in range(asked.size):
        passed[place] = 0
        for a in range(mixes.shape[1]):
            mixes[place, a] = math.nan
    follow_branch(game, _FAR, asked, room, mixes, turns, passed)
    for place in range(asked.size):
        copy(mixes[place], game.value)
        _mix(game, game.value)
        copy(game.sigma, mixes[place])
