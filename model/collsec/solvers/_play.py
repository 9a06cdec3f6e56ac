"""One way to play a game of signalling: what every type does and believes at every history.

Entries of an answer are mixes and beliefs one behind the other, as `_outline` numbers them; an
answer has three rows, the play that is shown and the least and the greatest values.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from collsec.lending import borrowing, lent
from collsec.solvers._outline import DRAW, FINISH, TURN, Outline
from collsec.solvers._plan_sets import Game, Stack, has, is_anew, plans, share, weight
from collsec.solvers._simplex import Dictionary

_TIE = 1e-9
SHOWN, LOW, HIGH = 0, 1, 2


class Play(NamedTuple):
    """What a play is written from, and room to work in.

    Attributes
    ----------
    odds : array, shape (2, 2, n_types, n_types of the other)
        How likely each type of a player holds the other's to be, up to scale; off the path, for
        beliefs that all types share, see `is_anew`.
    points : array, shape (2, n_variables)
        One plan of each player.
    alive : array, shape (n_histories, 2)
        Which types of either player reach each history, as bits.
    entries : array, shape (3, n_entries)
        What is written.
    """

    odds: Any
    points: Any
    alive: Any
    entries: Any
    room: Dictionary
    work: Any
    values: Any
    parts: Any
    factors: Any


@borrowing
def write(play: Play, game: Game, stack: Stack, depth: int) -> None:
    """Write all entries, for the plans at a depth of the search."""
    o = game.outline
    for player in range(2):
        own, others = lent(plans(stack, depth, player)), lent(plans(stack, depth, 1 - player))
        for t in range(o.n_types[player]):
            _look_ahead(play, game, player, t)
            for h in range(o.kind.size):
                if o.mix[h, t] >= 0 and o.kind[h] == TURN + player:
                    _mix(play, game, own, h, t)
                    if o.doubt[h, t] >= 0:
                        _doubts(play, game, others, h, t)


@borrowing
def _point(play: Play, player: int, variable: int) -> Any:
    """Return the weight that a variable has in the plan of a player."""
    if variable < 0:
        return 1.0 if variable == -1 else 0.0
    return play.points[player, variable]


@borrowing
def _look_ahead(play: Play, game: Game, player: int, t: int) -> None:
    """Note the most that a type can have behind each history, times the weight of that."""
    o, values = game.outline, play.values
    for h in range(o.kind.size - 1, -1, -1):
        values[h] = 0.0
        if o.kind[h] == FINISH:
            anew = is_anew(game, 1 - player, h)
            for s in range(o.n_types[1 - player]):
                chance = _point(play, 1 - player, weight(game, 1 - player, h, s))
                values[h] += chance * game.worth[anew, player, o.finish[h], t, s]
        elif o.kind[h] == TURN + player:
            for k in range(o.n_actions[h, t]):
                after = values[o.children[h, o.branch[h, t, k]]]
                values[h] = max(values[h], after) if k > 0 else after
        else:
            for k in range(o.n_children[h]):
                child = o.children[h, k]
                if o.kind[h] == DRAW or game.held[child] == 0:
                    values[h] += game.chances[child] * values[child]


@borrowing
def _mix(play: Play, game: Game, own: Dictionary, h: int, t: int) -> None:
    o = game.outline
    player = o.kind[h] - TURN
    n, first = o.n_actions[h, t], o.mix[h, t]
    if not has(play.alive[h, player], t):
        _best(play, o, h, t)
        return
    for k in range(n):
        play.parts[k], play.factors[k] = o.weight[h, t] + k, 1.0
    _shares(play, player, own, n, first)


@borrowing
def _doubts(play: Play, game: Game, others: Dictionary, h: int, t: int) -> None:
    """Write the beliefs of a type about the types of the other player."""
    o = game.outline
    player = o.kind[h] - TURN
    n, other = o.n_types[1 - player], 1 - player
    anew = is_anew(game, other, h)
    for s in range(n):
        play.parts[s] = weight(game, other, h, s)
        play.factors[s] = play.odds[anew, player, t, s]
    _shares(play, other, others, n, o.doubt[h, t])


@borrowing
def _shares(play: Play, player: int, own: Dictionary, n: int, first: int) -> None:
    """Write the shares of a player's weights in their sum."""
    parts, factors, entries = play.parts[:n], play.factors[:n], play.entries
    total, n_positive = 0.0, 0
    for k in range(n):
        size = factors[k] * _point(play, player, parts[k])
        total, n_positive = total + size, n_positive + int(size > 0.0)
        entries[SHOWN, first + k] = size
    for k in range(n):
        size = entries[SHOWN, first + k] / total
        for row in range(3):
            entries[row, first + k] = size
        if size > 0.0 and n_positive > 1:
            low, high = share(own, parts, factors, k, play.room, play.work)
            entries[LOW, first + k], entries[HIGH, first + k] = low, high


@borrowing
def _best(play: Play, o: Outline, h: int, t: int) -> None:
    """Write the first best reply of a type that does not reach a history, and all of them."""
    entries, first = play.entries, o.mix[h, t]
    most, n_best = -math.inf, 0
    for k in range(o.n_actions[h, t]):
        most = max(most, play.values[o.children[h, o.branch[h, t, k]]])
    for k in range(o.n_actions[h, t]):
        is_best = play.values[o.children[h, o.branch[h, t, k]]] >= most - _TIE
        entries[SHOWN, first + k] = 1.0 if is_best and n_best == 0 else 0.0
        entries[HIGH, first + k] = 1.0 if is_best else 0.0
        n_best += int(is_best)
    for k in range(o.n_actions[h, t]):
        entries[LOW, first + k] = entries[HIGH, first + k] if n_best == 1 else 0.0
