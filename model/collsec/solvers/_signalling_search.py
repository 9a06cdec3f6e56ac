"""Which actions every type may use, history by history: first on the path, then off it.

A search in depth, by decisions: the actions that a type uses at a history, or the types that may
be held to have strayed to one. With each decision go the dictionaries of both players' plans; what
comes next starts from these, so that little is left to do. A decision is taken back where no plan
suits. Histories to look at stand in a queue; those off the path wait until it is empty.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import types

from collsec.kernel import kernel, part
from collsec.lending import borrowing, lent
from collsec.solvers._outline import DRAW, FINISH, OUTLINE, TURN, Outline
from collsec.solvers._plan_sets import (
    Game,
    Stack,
    are_positive,
    close,
    has,
    most_positive,
    plans,
    silence,
    state,
)
from collsec.solvers._play import HIGH, LOW, SHOWN, Play, write
from collsec.solvers._simplex import Dictionary, copy, hold

_POINT = 1e-7
HEAD, TAIL, N_WAITING, N_RECALLED, TYPE, PHASE = range(6)
"""The state of a search: where the queue begins and ends, how many histories have been put off, and
how many of these recalled, the next type to decide, and whether that is on the path (0) or not."""
HISTORY, STRAYED, FIRST = range(3)
"""What queues say: which history, who strayed there (or -1), and the types of both players."""
N_FOUND, N_FILTERED, IS_COMPLETE = range(3)
"""Notes on a game: how many answers, how many paths without one, and whether all are known."""
_NONE = 1 << 60


class Search(NamedTuple):
    """The state of the search for one game, and room to work in.

    Attributes
    ----------
    game : Game
    usable : array, shape (2, n_histories, n_types)
        The actions tried on the path and off it, as bits.
    stack : Stack
    wanted, n_wanted : array, shape (2, n_variables) and (n, 2)
        The variables that must be positive, for each player, and how many at each depth.
    now : array, shape (6)
        The state; see `HEAD`.
    past, what, tried : array, shape (n, 6), (n, 2) and (n)
        For each decision the state before it, its history and type (-1 where it is about who
        strayed), and how many options have been looked at.
    queue, later : array, shape (n, 4)
        The histories to look at, and those off the path; see `HISTORY`.
    play : Play
        Room for a play.
    """

    game: Game
    usable: Any
    stack: Stack
    wanted: Any
    n_wanted: Any
    now: Any
    past: Any
    what: Any
    tried: Any
    queue: Any
    later: Any
    is_seen: Any
    flows: Any
    play: Play


@borrowing
def search(room: Search, answer: Any, found: Any, notes: Any) -> None:
    """Write the answers of one game, and notes: see `N_FOUND`.

    Answers that find no room are counted only. `answer` is room for one.
    """
    s = lent(room)
    _begin(s, notes)
    top, path, best = s.now[HEAD], s.now[HEAD], np.int64(_NONE)
    is_new = True
    while True:
        if is_new:
            was = s.now[PHASE]
            is_decision = _advance(s, top)
            if s.now[PHASE] > was:
                path, best = top, np.int64(_NONE)
            if is_decision:
                top += 1
            else:
                best = _record(s, top, best, answer)
        if s.now[PHASE] == 1 and top - 1 < path:
            _close(s, path, best, answer, found, notes)
            s.now[PHASE] = 0
        if top == 0:
            break
        is_new = _try_next(s, top - 1)
        if not is_new:
            top -= 1
    if _has_failed(s):
        notes[IS_COMPLETE] = 0


@borrowing
def _has_failed(s: Search) -> Any:
    """Whether any programme was left without an optimum, or with one that is in doubt."""
    n_failed = s.play.room.size[2]
    for depth in range(s.tried.size):
        n_failed += s.stack.size[depth, 0, 2] + s.stack.size[depth, 1, 2]
    return n_failed > 0


@borrowing
def _put(old: Any, new: Any) -> None:
    """Copy numbers; loops take less to compile than assignments of arrays."""
    for k in range(new.size):
        new[k] = old[k]


@borrowing
def _put_all(old: Any, new: Any) -> None:
    for k in range(len(new)):
        _put(old[k], new[k])


@borrowing
def _begin(s: Search, notes: Any) -> None:
    o = s.game.outline
    notes[N_FOUND], notes[N_FILTERED], notes[IS_COMPLETE] = 0, 0, 1
    for h in range(o.kind.size):
        s.game.held[h] = 0
        for t in range(s.game.used.shape[1]):
            s.game.used[h, t] = 0
    for k in range(s.now.size):
        s.now[k] = 0
    s.play.room.size[2] = 0
    for depth in range(s.tried.size):
        s.stack.size[depth, 0, 2], s.stack.size[depth, 1, 2] = 0, 0
    for player in range(2):
        s.n_wanted[0, player] = 0
        state(s.game, player, lent(plans(s.stack, s.now[HEAD], player)), s.flows)
    _enqueue(s, s.now[HEAD], o.possible[0], o.possible[1])


@borrowing
def _enter(entry: Any, h: int, strayed: int, first: int, second: int) -> None:
    entry[HISTORY], entry[STRAYED] = h, strayed
    entry[FIRST], entry[FIRST + 1] = first, second


@borrowing
def _enqueue(s: Search, h: int, first: int, second: int) -> None:
    """Put a history into the queue, which these types of the players reach."""
    _enter(s.queue[s.now[TAIL]], h, -1, first, second)
    s.now[TAIL] += 1


@borrowing
def _advance(s: Search, top: int) -> bool:
    """Go on to the next decision, and note it; return whether there is one."""
    while True:
        if s.now[HEAD] == s.now[TAIL] and not _recall(s):
            return False
        visit = s.queue[s.now[HEAD]]
        t = _whose(s, visit)
        if t >= -1:
            _put(s.now, s.past[top])
            s.what[top, 0], s.what[top, 1], s.tried[top] = visit[HISTORY], t, 0
            return True
        if visit[STRAYED] < 0:
            _look_behind(s, visit)
        s.now[HEAD] += 1
        s.now[TYPE] = 0


@borrowing
def _recall(s: Search) -> Any:
    """Go over to the histories that were put off; return whether there are any."""
    s.now[PHASE] = 1
    first, last = s.now[N_RECALLED], s.now[N_WAITING]
    for k in range(first, last):
        _put(s.later[k], s.queue[s.now[TAIL]])
        s.now[TAIL] += 1
    s.now[N_RECALLED] = last
    return last > first


@borrowing
def _whose(s: Search, visit: Any) -> int:
    """Return which type has to decide at a history, -1 if it is who strayed there, or else -2."""
    o, h = s.game.outline, visit[HISTORY]
    if visit[STRAYED] >= 0:
        return -1 if o.listens[h, 1 - visit[STRAYED]] == 1 else -2
    if o.kind[h] >= TURN:
        player = o.kind[h] - TURN
        for t in range(s.now[TYPE], o.n_types[player]):
            if has(visit[FIRST + player], t) and o.n_actions[h, t] > 0:
                return t
    return -2


@borrowing
def _look_behind(s: Search, visit: Any) -> None:
    """Put what follows each branch into the queue, or off the path."""
    o, h = s.game.outline, visit[HISTORY]
    if o.kind[h] == FINISH:
        return
    if o.kind[h] == DRAW:
        for k in range(o.n_children[h]):
            if s.game.chances[o.children[h, k]] > 0.0:
                _enqueue(s, o.children[h, k], visit[FIRST], visit[FIRST + 1])
            else:
                _put_off(s, o.children[h, k], -1, visit[FIRST], visit[FIRST + 1])
        return
    player = o.kind[h] - TURN
    for k in range(o.n_children[h]):
        child = o.children[h, k]
        using, able = _goers(s, child, visit[FIRST + player])
        first, second = visit[FIRST], visit[FIRST + 1]
        if using != 0:
            _enqueue(s, child, using if player == 0 else first, second if player == 0 else using)
        else:
            first, second = able if player == 0 else first, second if player == 0 else able
            _put_off(s, child, player, first, second)


@borrowing
def _put_off(s: Search, h: int, strayed: int, first: int, second: int) -> None:
    _enter(s.later[s.now[N_WAITING]], h, strayed, first, second)
    s.now[N_WAITING] += 1


@borrowing
def _goers(s: Search, child: int, alive: int) -> tuple[int, int]:
    """Return the types that go to a history, and all that could, as bits."""
    o = s.game.outline
    h = o.above[child]
    player = o.kind[h] - TURN
    using, able = 0, 0
    for t in range(o.n_types[player]):
        k = o.entering[child, t]
        if k >= 0 and has(o.possible[player], t):
            able |= 1 << t
            if has(alive, t) and has(s.game.used[h, t], k):
                using |= 1 << t
    return using, able


@borrowing
def _try_next(s: Search, d: int) -> bool:
    """Take the next option of a decision for which there are plans; return whether there is one."""
    o, h, t = s.game.outline, s.what[d, 0], s.what[d, 1]
    _put(s.past[d], s.now)
    visit = s.queue[s.now[HEAD]]
    if t >= 0:
        s.game.used[h, t] = 0
        options, n = s.usable[s.now[PHASE], h, t], o.n_actions[h, t]
    else:
        s.game.held[h] = 0
        options, n = visit[FIRST + visit[STRAYED]], o.n_types[visit[STRAYED]]
    while s.tried[d] < (1 << n) - 1:
        chosen = o.order[n, s.tried[d]]
        s.tried[d] += 1
        if chosen & ~options == 0:
            if t >= 0 and _use(s, d, h, t, chosen):
                s.now[TYPE] = t + 1
                return True
            if t < 0 and _believe(s, d, h, visit[STRAYED], chosen):
                first = chosen if visit[STRAYED] == 0 else visit[FIRST]
                second = chosen if visit[STRAYED] == 1 else visit[FIRST + 1]
                _enqueue(s, h, first, second)
                s.now[HEAD] += 1
                return True
    return False


@borrowing
def _want(s: Search, d: int, player: int, first: int, members: int) -> None:
    """Add variables that must be positive behind decision d."""
    n, k = s.n_wanted[d, player], 0
    while members >> k:
        if has(members, k):
            s.wanted[player, n] = first + k
            n += 1
        k += 1
    s.n_wanted[d + 1, player] = n


@borrowing
def _are_positive(s: Search, d: int, player: int) -> Any:
    """Whether there are plans behind decision d in which all is positive that must be."""
    wanted, n_wanted = s.wanted[player], s.n_wanted[d + 1, player]
    return are_positive(lent(plans(s.stack, d + 1, player)), wanted, n_wanted, s.is_seen)


@borrowing
def _use(s: Search, d: int, h: int, t: int, chosen: int) -> bool:
    """Let a type use these actions; return whether both players have plans that suit."""
    o = s.game.outline
    player = o.kind[h] - TURN
    own, others = lent(plans(s.stack, d + 1, player)), lent(plans(s.stack, d + 1, 1 - player))
    copy(lent(plans(s.stack, d, player)), own)
    for k in range(o.n_actions[h, t]):
        if not has(chosen, k) and not hold(own, o.weight[h, t] + k):
            return False
    _want(s, d, player, o.weight[h, t], chosen)
    s.game.used[h, t] = chosen
    if _silence(s, own, h) and _are_positive(s, d, player):
        copy(lent(plans(s.stack, d, 1 - player)), others)
        s.n_wanted[d + 1, 1 - player] = s.n_wanted[d, 1 - player]
        if close(s.game, others, h, t) and _are_positive(s, d, 1 - player):
            return True
    s.game.used[h, t] = 0
    return False


@borrowing
def _silence(s: Search, own: Dictionary, h: int) -> bool:
    """Drop what the other player expects where nobody goes; return whether that leaves a plan."""
    o = s.game.outline
    player = o.kind[h] - TURN
    alive = s.queue[s.now[HEAD], FIRST + player]
    for t in range(o.n_types[player]):
        if has(alive, t) and o.n_actions[h, t] > 0 and s.game.used[h, t] == 0:
            return True
    for k in range(o.n_children[h]):
        child = o.children[h, k]
        using, _ = _goers(s, child, alive)
        if using == 0 and not silence(s.game, own, player, child):
            return False
    return True


@borrowing
def _believe(s: Search, d: int, h: int, player: int, types: int) -> bool:
    """Let these types be held possible where a player strayed; return whether plans suit."""
    s.game.held[h] = types
    copy(lent(plans(s.stack, d, 1 - player)), lent(plans(s.stack, d + 1, 1 - player)))
    s.n_wanted[d + 1, 1 - player] = s.n_wanted[d, 1 - player]
    _want(s, d, player, s.game.outline.belief[h], types)
    is_stated = state(s.game, player, lent(plans(s.stack, d + 1, player)), s.flows)
    if is_stated and _are_positive(s, d, player):
        return True
    s.game.held[h] = 0
    return False


@borrowing
def _record(s: Search, top: int, best: int, answer: Any) -> Any:
    """Add the play at hand to an answer; return the rank of the play it shows.

    Plain plays are shown: with few mixed actions, then with open minds off the path.
    """
    for player in range(2):
        wanted, n_wanted = s.wanted[player], s.n_wanted[top, player]
        own = lent(plans(s.stack, top, player))
        if not most_positive(own, wanted, n_wanted, s.play.room, s.play.points[player]):
            return best
    _note_alive(s)
    write(s.play, s.game, s.stack, top)
    rank, entries = _rank(s.game), s.play.entries
    for k in range(answer.shape[1]):
        if best == _NONE:
            answer[LOW, k], answer[HIGH, k] = entries[LOW, k], entries[HIGH, k]
        answer[LOW, k] = min(answer[LOW, k], entries[LOW, k])
        answer[HIGH, k] = max(answer[HIGH, k], entries[HIGH, k])
        if rank < best:
            answer[SHOWN, k] = entries[SHOWN, k]
    return min(rank, best)


@borrowing
def _rank(game: Game) -> Any:
    """Return how far from plain a play is: its mixed actions, then how closed minds are."""
    n_mixed, n_held = 0, 0
    for h in range(game.held.size):
        for t in range(game.used.shape[1]):
            n_mixed += int(game.used[h, t] & (game.used[h, t] - 1) != 0)
            n_held += int(has(game.held[h], t))
    return (n_mixed << 30) - n_held


@borrowing
def _note_alive(s: Search) -> None:
    for h in range(s.game.held.size):
        s.play.alive[h, 0], s.play.alive[h, 1] = 0, 0
    for k in range(s.now[TAIL]):
        if s.queue[k, STRAYED] < 0:
            for player in range(2):
                s.play.alive[s.queue[k, HISTORY], player] = s.queue[k, FIRST + player]


@borrowing
def _close(s: Search, path: int, best: int, answer: Any, found: Any, notes: Any) -> None:
    """Note the answer for one path; without a play it is filtered."""
    if best == _NONE:
        notes[N_FILTERED] += 1
        return
    o = s.game.outline
    for d in range(path):
        h, t = s.what[d, 0], s.what[d, 1]
        for k in range(o.mix[h, t], o.mix[h, t] + o.n_actions[h, t]):
            if answer[HIGH, k] - answer[LOW, k] > _POINT:
                notes[IS_COMPLETE] = 0
    if notes[N_FOUND] < found.shape[0]:
        _put_all(answer, found[notes[N_FOUND]])
    notes[N_FOUND] += 1


@part
def _room(o: Outline, chances: Any, worth: Any, odds: Any, usable: Any) -> Search:
    """Return the room for a game."""
    n_histories, n_types = o.n_actions.shape
    n_entries, n_variables = o.size[0], o.size[1]
    n_rows, n_columns, n_decisions = o.size[2], o.size[3], o.size[4]
    shape = (n_rows + 2, n_columns + 2)
    depth = n_decisions + 1
    game = Game(
        o,
        chances,
        worth,
        np.empty((n_histories, n_types), np.int64),
        np.empty(n_histories, np.int64),
    )
    stack = Stack(
        np.empty((depth, 2, *shape)),
        np.empty((depth, 2, shape[0]), np.int64),
        np.empty((depth, 2, shape[1]), np.int64),
        np.empty((depth, 2, n_variables + 2), np.int64),
        np.empty((depth, 2, 3), np.int64),
    )
    room = Dictionary(
        np.empty(shape),
        np.empty(shape[0], np.int64),
        np.empty(shape[1], np.int64),
        np.empty(n_variables + 2, np.int64),
        np.empty(3, np.int64),
    )
    most = max(n_types, o.branch.shape[2])
    play = Play(
        odds,
        np.empty((2, n_variables)),
        np.empty((n_histories, 2), np.int64),
        np.empty((3, n_entries)),
        room,
        np.empty((2, shape[1])),
        np.empty(n_histories),
        np.empty(most, np.int64),
        np.empty(most),
    )
    return Search(
        game,
        usable,
        stack,
        np.empty((2, n_variables), np.int64),
        np.empty((depth, 2), np.int64),
        np.empty(6, np.int64),
        np.empty((depth, 6), np.int64),
        np.empty((depth, 2), np.int64),
        np.empty(depth, np.int64),
        np.empty((2 * n_histories + 1, 4), np.int64),
        np.empty((n_histories, 4), np.int64),
        np.empty(n_variables, np.bool_),
        np.empty((n_histories, n_types, shape[1])),
        play,
    )


_REAL, _INT = types.float64, types.int64


@kernel(
    types.void(
        OUTLINE,
        _REAL[:, ::1],
        _REAL[:, :, :, :, :, ::1],
        _REAL[:, :, :, :, ::1],
        _INT[:, :, :, ::1],
        _REAL[:, :, :, ::1],
        _INT[:, ::1],
    )
)
def search_all(
    outline: Outline, chances: Any, worth: Any, odds: Any, usable: Any, found: Any, notes: Any
) -> None:
    """Search games of one tree, one after the other, and write their answers and notes.

    Parameters
    ----------
    outline : Outline
    chances : array, shape (n_games, n_histories)
        See `Game`; `odds` and `usable` as in `Play` and `Search`.
    worth : array, shape (n_games, 2, 2, n_ends, n_types, n_types of the other)
    odds : array, shape (n_games, 2, 2, n_types, n_types of the other)
    usable : array, shape (n_games, 2, n_histories, n_types)
    found : array, shape (n_games, n_answers, 3, n_entries)
    notes : array, shape (n_games, 3)
    """
    answer = np.empty((3, outline.size[0]))
    for g in range(notes.shape[0]):
        game = _room(outline, chances[g], worth[g], odds[g], usable[g])
        search(game, answer, found[g], notes[g])
