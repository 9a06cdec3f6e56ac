r"""The plans that given supports leave to one player, as a polyhedron.

Fix, for every type at every history, which actions it uses. With one player's plan written as
realisation weights :math:`x(h, a, t)` (the chance that type t plays all its moves up to a), the
other's expected payoffs are linear in x, so that all conditions are linear:

.. math::

    \sum_a x(h,a,t) = x(h,t), \qquad
    V(h,s) = \sum_z w_{ts} u_s(z) x(z,t) + \sum_{h'} V(h',s) + g(h,a,s), \qquad g \ge 0

with gaps g that are zero where a is used. An action that no type uses leads off the path. There the
weights of the types start anew, as the belief of the other player, which is the only thing that
trembles leave free (Kreps and Wilson 1982). So the equilibria with given supports are a product of
two polyhedra, one for each player.

All weights and gaps are at least zero, and the values V drop out, so that the polyhedron is a
dictionary (`_simplex`) which any pure plan starts: one action of each type, and for the other
player one best reply at each history. A support is a face of it, on which weights and gaps are
zero, with points in which the weights of what is used are positive.

References
----------
vonstengel1996efficient, kreps1982sequential, charnes1962programming
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from collsec.lending import borrowing
from collsec.solvers._outline import DRAW, FINISH, TURN, Outline
from collsec.solvers._simplex import (
    Dictionary,
    add_column,
    add_row,
    aim,
    clear,
    climb,
    copy,
    hold,
    value,
)

POSITIVE = 1e-9
"""A weight counts as positive above this."""
NOUGHT = 1e-10
"""A weight counts as zero below this; in between, nobody knows."""
_LOOSE = 1e-9
"""An expression has one value where it moves by no more than this along free directions."""
_ALWAYS, _NEVER = -1, -2


class Game(NamedTuple):
    """One game, and the supports at present.

    Attributes
    ----------
    outline : Outline
    chances : array, shape (n_histories)
        How likely the draw before leads to a history; 1 behind moves.
    worth : array, shape (2, 2, n_ends, n_types, n_types of the other)
        Each player's payoffs, times the chance of the other's type: for weights on the path and for
        those that started anew off it, see `is_anew`.
    used : array, shape (n_histories, n_types)
        The actions used, as bits; 0 where that is open.
    held : array, shape (n_histories)
        Off the path, the types that may have strayed there, as bits; else 0.
    """

    outline: Outline
    chances: Any
    worth: Any
    used: Any
    held: Any


class Stack(NamedTuple):
    """The dictionaries of both players at every depth of the search."""

    table: Any
    rows: Any
    columns: Any
    where: Any
    size: Any


@borrowing
def plans(stack: Stack, depth: int, player: int) -> Dictionary:
    """Return the plans of a player at a depth."""
    return Dictionary(
        stack.table[depth, player],
        stack.rows[depth, player],
        stack.columns[depth, player],
        stack.where[depth, player],
        stack.size[depth, player],
    )


@borrowing
def has(bits: int, place: int) -> bool:
    """Whether a set of bits has a member."""
    return (bits >> place) & 1 == 1


@borrowing
def _owns(o: Outline, h: int, player: int) -> Any:
    """Whether a player's move leads to a history."""
    return o.above[h] >= 0 and o.kind[o.above[h]] == TURN + player


@borrowing
def weight(game: Game, player: int, h: int, t: int) -> Any:
    """Return the variable that is the weight of a player's type at a history."""
    o = game.outline
    if not has(o.possible[player], t):
        return _NEVER
    place = h
    while o.above[place] >= 0:
        if _owns(o, place, player):
            if game.held[place] != 0:
                return o.belief[place] + t
            k = o.entering[place, t]
            return o.weight[o.above[place], t] + k if k >= 0 else _NEVER
        place = o.above[place]
    return _ALWAYS


@borrowing
def is_anew(game: Game, player: int, h: int) -> int:
    """Return 1 where a player's weights started anew as beliefs, at a history or before, else 0."""
    o, place = game.outline, h
    while o.above[place] >= 0:
        if game.held[place] != 0 and _owns(o, place, player):
            return 1
        place = o.above[place]
    return 0


@borrowing
def add(d: Dictionary, variable: int, factor: float, expression: Any) -> None:
    """Add a multiple of a variable to an expression in the columns of a dictionary."""
    if variable == _ALWAYS:
        expression[0] += factor
    place = d.where[variable] if variable >= 0 else 0
    if place > 0:
        for c in range(d.size[1] + 1):
            expression[c] += factor * d.table[place, c]
    elif place < 0:
        expression[-place] += factor


@borrowing
def is_there(d: Dictionary, variable: int) -> Any:
    """Whether a variable can be other than zero."""
    return variable == _ALWAYS or (variable >= 0 and d.where[variable] != 0)


@borrowing
def _divide(d: Dictionary, first: int, members: int, whole: int) -> None:
    """State that variables, `first` plus each member, make up another one."""
    if not is_there(d, whole):
        return
    start, k = -1, 0
    while members >> k:
        if has(members, k):
            if start < 0:
                start = add_row(d, first + k)
                add(d, whole, 1.0, d.table[start])
            else:
                d.table[start, add_column(d, first + k)] = -1.0
        k += 1


@borrowing
def _state_weights(game: Game, player: int, d: Dictionary) -> None:
    o = game.outline
    for h in range(o.kind.size):
        if game.held[h] != 0 and _owns(o, h, player):
            _divide(d, o.belief[h], game.held[h], _ALWAYS)
        if o.kind[h] == TURN + player:
            for t in range(o.n_types[player]):
                used = game.used[h, t]
                every = (1 << o.n_actions[h, t]) - 1
                whole = weight(game, player, h, t)
                _divide(d, o.weight[h, t], used if used != 0 else every, whole)


@borrowing
def _state_gaps(game: Game, player: int, d: Dictionary, flows: Any) -> None:
    """State what keeps the other player's types to what is best for them.

    `flows` has room for what each expects behind each history, times the weight of that.
    """
    o, other = game.outline, 1 - player
    for h in range(o.kind.size - 1, -1, -1):
        for s in range(o.n_types[other]):
            if has(o.possible[other], s):
                _flow(game, player, d, flows, h, s)


@borrowing
def _flow(game: Game, player: int, d: Dictionary, flows: Any, h: int, s: int) -> None:
    o, here = game.outline, flows[h, s]
    for c in range(here.size):
        here[c] = 0.0
    if o.kind[h] == FINISH:
        anew = is_anew(game, player, h)
        for t in range(o.n_types[player]):
            worth = game.worth[anew, 1 - player, o.finish[h], s, t]
            if worth != 0.0:
                add(d, weight(game, player, h, t), worth, here)
    elif o.kind[h] == TURN + 1 - player:
        _choose(game, player, d, flows, h, s)
    else:
        for k in range(o.n_children[h]):
            child = o.children[h, k]
            if o.kind[h] == DRAW or game.held[child] == 0:
                for c in range(d.size[1] + 1):
                    here[c] += game.chances[child] * flows[child, s, c]


@borrowing
def _choose(game: Game, player: int, d: Dictionary, flows: Any, h: int, s: int) -> None:
    """State the gaps of a type where it moves, if any type of the player gets there."""
    o = game.outline
    is_reached = False
    for t in range(o.n_types[player]):
        is_reached = is_reached or is_there(d, weight(game, player, h, t))
    if o.n_actions[h, s] == 0 or not is_reached:
        return
    best = 0
    for k in range(1, o.n_actions[h, s]):
        if flows[_behind(o, h, s, k), s, 0] > flows[_behind(o, h, s, best), s, 0]:
            best = k
    column = add_column(d, o.gap[h, s] + best)
    here, after = flows[h, s], flows[_behind(o, h, s, best), s]
    for c in range(column):
        here[c] = after[c]
    here[column] = 1.0
    for k in range(o.n_actions[h, s]):
        if k != best:
            row = add_row(d, o.gap[h, s] + k)
            after = flows[_behind(o, h, s, k), s]
            for c in range(column + 1):
                d.table[row, c] = here[c] - after[c]


@borrowing
def _behind(o: Outline, h: int, s: int, k: int) -> Any:
    """Return the history behind action k of a type."""
    return o.children[h, o.branch[h, s, k]]


@borrowing
def state(game: Game, player: int, d: Dictionary, flows: Any) -> bool:
    """Write the dictionary of a player's plans; return whether there are any."""
    o, other = game.outline, 1 - player
    clear(d)
    _state_weights(game, player, d)
    _state_gaps(game, player, d, flows)
    for h in range(o.kind.size):
        if o.kind[h] == TURN + other:
            for s in range(o.n_types[other]):
                if not close(game, d, h, s):
                    return False
    return True


@borrowing
def close(game: Game, d: Dictionary, h: int, s: int) -> bool:
    """Close the gaps of the actions that a type uses; return whether a plan does that."""
    o = game.outline
    for k in range(o.n_actions[h, s]):
        if has(game.used[h, s], k) and not hold(d, o.gap[h, s] + k):
            return False
    return True


@borrowing
def silence(game: Game, d: Dictionary, player: int, top: int) -> bool:
    """Hold all gaps behind a history that a player's plan does not reach; return whether one can.

    There all that the other player expects, times the weight of it, is zero. Gaps left free would
    raise it, as if leaving the path were paid for.
    """
    o = game.outline
    for h in range(top, o.kind.size):
        place = h
        while place > top:
            place = o.above[place]
        if place == top and o.kind[h] == TURN + 1 - player:
            for s in range(o.n_types[1 - player]):
                for k in range(o.n_actions[h, s]):
                    if o.gap[h, s] >= 0 and not hold(d, o.gap[h, s] + k):
                        return False
    return True


@borrowing
def are_positive(d: Dictionary, wanted: Any, n_wanted: int, is_seen: Any) -> bool:
    """Whether each of the wanted variables is positive in some plan; so in one they all are."""
    for q in range(n_wanted):
        is_seen[q] = value(d, wanted[q]) > POSITIVE
    for q in range(n_wanted):
        if not is_seen[q]:
            if d.where[wanted[q]] == 0:
                return False
            aim(d, wanted[q], 1.0)
            climb(d, POSITIVE)
            if d.table[0, 0] <= POSITIVE:
                d.size[2] += int(d.table[0, 0] > NOUGHT)
                return False
            for other in range(q, n_wanted):
                is_seen[other] = is_seen[other] or value(d, wanted[other]) > POSITIVE
    return True


@borrowing
def most_positive(d: Dictionary, wanted: Any, n_wanted: int, room: Dictionary, point: Any) -> Any:
    """Write the plan in which the least of the wanted variables is largest, and at most 1.

    Wanted variables are what they exceed the least by, plus the least, which is a new variable.
    """
    copy(d, room)
    least = room.where.size - 2
    column = add_column(room, least)
    for q in range(n_wanted):
        place = room.where[wanted[q]]
        if place > 0:
            room.table[place, column] -= 1.0
        else:
            for r in range(1, room.size[0] + 1):
                room.table[r, column] += room.table[r, -place]
    cap = add_row(room, least + 1)
    room.table[cap, 0], room.table[cap, column] = 1.0, -1.0
    aim(room, least, 1.0)
    climb(room, math.inf)
    for variable in range(least):
        point[variable] = value(room, variable)
    for q in range(n_wanted):
        point[wanted[q]] += value(room, least)
    return value(room, least) * max(n_wanted, 1) > POSITIVE


@borrowing
def share(
    d: Dictionary, parts: Any, factors: Any, chosen: int, room: Dictionary, work: Any
) -> tuple[float, float]:
    """Return the least and the greatest share of one part in a sum of parts, over all plans.

    Where both are settled there is one. Else by the linear programme of Charnes and Cooper (1962):
    plans are scaled to a sum of 1. The ends may belong to the closure.
    """
    part_, whole = work[0], work[1]
    _parts(d, parts, factors, chosen, part_, whole)
    is_settled = True
    for c in range(1, d.size[1] + 1):
        is_settled = is_settled and max(abs(part_[c]), abs(whole[c])) <= _LOOSE
    if is_settled:
        ratio = min(max(part_[0] / whole[0], 0.0), 1.0)
        return ratio, ratio
    copy(d, room)
    for c in range(room.size[1] + 1):
        room.table[0, c] = whole[c]
    climb(room, math.inf)
    _parts(room, parts, factors, chosen, part_, whole)
    _rescale(room, part_, whole)
    climb(room, math.inf)
    low = -room.table[0, 0]
    for c in range(room.size[1] + 1):
        room.table[0, c] = -room.table[0, c]
    climb(room, math.inf)
    return min(max(low, 0.0), 1.0), min(max(room.table[0, 0], 0.0), 1.0)


@borrowing
def _parts(d: Dictionary, parts: Any, factors: Any, chosen: int, part_: Any, whole: Any) -> None:
    """Write one part, and the sum of all, as expressions in the columns of a dictionary."""
    for c in range(d.size[1] + 1):
        part_[c], whole[c] = 0.0, 0.0
    for k in range(parts.size):
        add(d, parts[k], factors[k], whole)
    add(d, parts[chosen], factors[chosen], part_)


@borrowing
def _rescale(d: Dictionary, part_: Any, whole: Any) -> None:
    """Divide all by a sum, 1 from then on, and aim at the least of a part.

    Constants are multiples of one over the sum, which is a new variable.
    """
    for c in range(d.size[1] + 1):
        d.table[0, c] = -part_[c]
    inverse = add_row(d, d.where.size - 2)
    d.table[inverse, 0] = 1.0
    for r in range(d.size[0] + 1):
        d.table[r, 0] /= whole[0]
        for c in range(1, d.size[1] + 1):
            d.table[r, c] -= d.table[r, 0] * whole[c]
