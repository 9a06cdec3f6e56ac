r"""The branch of logit equilibria that starts at the centroid, followed by its arc length.

With scores y, one for each action of each player, and σ the logit of the scores, equilibria solve

.. math:: F(y, \lambda) = y - \lambda\, u(\sigma(y)) = 0

The path (y, λ) has no corner, and becomes straight as λ grows: y then grows like λ u, and the log
odds of actions in use settle. So steps grow with the path, and probabilities that vanish are held
as finite scores. What u is, in which units, and how linear systems are solved (`_logit_system`), is
for the kind of game to say: of tables in `_table_branch`, of trees, where each information set is a
player, in `_tree_branch`.

A step goes along the tangent, then back to the path at right angles to it by Newton's method. It is
halved where that takes long, where the path bends much, and where the sign of the determinant
changes, which happens only at a bifurcation or by a jump to another branch; a bifurcation is what
remains when the step is as small as it may be, and is passed straight on (symmetric games have
them). Where symmetry is almost exact the branch turns sharply instead, and is sought behind the
turn: it is the one on which the sign stays.

References
----------
turocy2005dynamic
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from collsec.lending import borrowing, lent
from collsec.solvers._logit_system import top

_FIRST, _SMALLEST, _GROWTH = 0.05, 1e-7, 2.0
_MAX_STEPS = 5000
_MOVED, _BENT, _SHARP = 0.5, 0.95, 0.1
_SOON, _NEAR = 12, 1e-3
_LEAP, _SHORTEST = 4.0, 1.001
N_ROWS = 11
"""Rows of the room that `follow_branch` works in."""


class Path(NamedTuple):
    """Where the path is, and room to work in; all have scores first, then λ.

    `point` and `tangent` are at the beginning of a step, `ahead` and `onward` at its end, and
    `fold` where λ turns on the way. `found` takes scores at a λ that was asked for, `start` those
    from which they are sought there.
    """

    point: Any
    tangent: Any
    ahead: Any
    onward: Any
    fold: Any
    found: Any
    near: Any
    trial: Any
    straight: Any
    slow: Any
    start: Any


@borrowing
def number(sizes: Any, first: Any, owner: Any) -> None:
    """Note each player's first action, and whose each action is."""
    n = 0
    for i in range(sizes.size):
        first[i] = n
        n += sizes[i]
        for a in range(first[i], n):
            owner[a] = i


@borrowing
def mix(scores: Any, low: int, high: int, chances: Any) -> tuple[float, float]:
    """Set the chances that belong to the scores of one player's actions, from `low` to `high`.

    Returns the largest score, and the sum of what is in proportion to chances, where that is 1.
    """
    top, total = scores[low], 0.0
    for a in range(low, high):
        top = max(top, scores[a])
    for a in range(low, high):
        chances[a] = math.exp(scores[a] - top)
        total += chances[a]
    for a in range(low, high):
        chances[a] /= total
    return top, total


@borrowing
def copy(old: Any, new: Any) -> None:
    """Copy numbers; loops take less to compile than assignments of arrays."""
    for k in range(new.size):
        new[k] = old[k]


@borrowing
def _tangent(game: Any, point: Any, before: Any, tangent: Any) -> float:
    """Set the unit tangent that goes on as before; return the sign of the determinant."""
    n = point.size - 1
    sign: float = game.step_across(game, point, before, True)
    length = 0.0
    for k in range(n + 1):
        length += game.step[k] * game.step[k]
    length = math.sqrt(length)
    if not math.isfinite(length):
        copy(before, tangent)
        return 0.0
    for k in range(n + 1):
        tangent[k] = game.step[k] / length
    return sign


@borrowing
def _return(game: Any, point: Any, normal: Any, tries: int) -> float:
    """Move a point back to the path at right angles to `normal`; return how far, or infinity."""
    n = point.size - 1
    moved = 0.0
    for _ in range(tries):
        game.step_across(game, point, normal, False)
        size = 0.0
        for k in range(n + 1):
            size = max(size, abs(game.step[k]))
        moved += size
        if not moved < 4.0:
            return math.inf
        for k in range(n + 1):
            point[k] += game.step[k]
        if size <= 1e-6 + 1e-13 * abs(point[n]):
            return moved
    return math.inf


@borrowing
def _without_overshooting(score: float, new: float) -> float:
    """Return the new score; one that comes from where its chance is nothing stops where it counts.

    There the equations do not feel what it does to others, and it would go far beyond.
    """
    return -1.0 if score < -10.0 and new > -1.0 else new


@borrowing
def _settle(game: Any, start: Any, y: Any, rationality: float) -> float:
    """Move scores to an equilibrium at this λ by Newton's method; return how far, or infinity.

    Scores come back relative to each player's largest. How near is near enough is measured, for
    scores above one in size, as a share of them; where λ is large, rounding may allow no better
    than `_NEAR`, which is accepted once there was time to come nearer.
    """
    n = game.step.size - 1
    _relative(game, y, y)
    copy(y, start)
    moved, last = 0.0, math.inf
    for n_before in range(40):
        game.step_level(game, y, rationality)
        size, share = 0.0, 0.0
        for a in range(n):
            change = abs(game.step[a])
            size, share = max(size, change), max(share, change / max(1.0, abs(y[a])))
        moved += size
        if not moved < 1e3 + 10.0 * rationality:
            return math.inf
        for a in range(n):
            y[a] = _without_overshooting(y[a], y[a] + game.step[a])
        near = 1e-6 + 1e-14 * rationality if n_before < _SOON else _NEAR
        if share <= 1e-14 or (share < near and share >= 0.5 * last):
            _relative(game, y, y)
            apart: float = _apart(game, start, y)
            return apart
        last = share
    return math.inf


@borrowing
def _apart(game: Any, start: Any, y: Any) -> float:
    """Return how far scores, less each player's largest, are from where they began to settle."""
    most = 0.0
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        least = start[top(game, i, y)]
        for a in range(low, high):
            most = max(most, abs(y[a] - start[a] + least))
    return most


@borrowing
def _go(start: Any, direction: Any, step: float, end: Any) -> None:
    for k in range(start.size):
        end[k] = start[k] + step * direction[k]


@borrowing
def _product(first: Any, second: Any) -> float:
    total = 0.0
    for k in range(first.size):
        total += first[k] * second[k]
    return total


@borrowing
def _locate(game: Any, p: Path, step: float, wanted: float, found: Any) -> None:
    """Set the last point within a step before λ turns, or before it exceeds `wanted`.

    By halving.
    """
    n, low, high = game.step.size - 1, 0.0, step
    copy(p.point, found)
    for _ in range(50):
        middle = (low + high) / 2
        _go(p.point, p.tangent, middle, p.trial)
        if math.isfinite(_return(game, p.trial, p.tangent, 20)):
            _tangent(game, p.trial, p.tangent, p.slow)
            if p.trial[n] <= wanted and (p.slow[n] > 0.0) == (p.tangent[n] > 0.0):
                low = middle
                copy(p.trial, found)
                continue
        high = middle


@borrowing
def _cross(game: Any, p: Path, step: float, wanted: float, turns: bool) -> None:
    """Find the scores where a step first reaches λ = wanted."""
    n, limit = game.step.size - 1, 0.0
    for k in range(n + 1):
        share = (wanted - p.point[n]) / (p.ahead[n] - p.point[n])
        p.near[k] = p.point[k] + share * (p.ahead[k] - p.point[k])
        limit = max(limit, abs(p.ahead[k] - p.point[k]))
    limit = 0.5 * limit + 1e-6
    for is_last in (False, True):
        if is_last or turns:
            _locate(game, p, step, wanted, p.near)
            limit = 1e-2 * (1.0 + wanted)
        copy(p.near, p.found)
        if _settle(game, p.start, p.found, wanted) <= limit:
            return
    _lose(p.found)


@borrowing
def _lose(y: Any) -> None:
    for k in range(y.size):
        y[k] = math.nan


@borrowing
def _advance(game: Any, p: Path, sign: float, step: float) -> tuple[float, float]:
    """Set the next point and tangent; return the step taken, 0 where there is none, and its sign.

    The sign of the determinant changes only across a bifurcation; where it stays though the step is
    as small as it may be, the path turns.
    """
    bifurcates = False
    while True:
        _go(p.point, p.tangent, step, p.ahead)
        if _return(game, p.ahead, p.tangent, 6) <= _MOVED:
            sign_ahead = _tangent(game, p.ahead, p.tangent, p.onward)
            is_same, along = sign_ahead * sign >= 0.0, _product(p.tangent, p.onward)
            if (is_same or (bifurcates and sign_ahead != 0.0)) and along >= _BENT:
                return step, sign_ahead
            if bifurcates and is_same and along >= _SHARP:
                return step, sign_ahead
        if bifurcates:
            step *= 10.0
            if step > 0.5:
                return 0.0, sign
        else:
            step /= 2.0
            if step < _SMALLEST:
                bifurcates, step = True, _SMALLEST


@borrowing
def _relative(game: Any, y: Any, change: Any) -> None:
    """Take the number of each player's largest score from those of all its scores."""
    for i in range(game.sizes.size):
        least = change[top(game, i, y)]
        for a in range(game.first[i], game.first[i] + game.sizes[i]):
            change[a] -= least


@borrowing
def _leap(game: Any, p: Path, wanted: float) -> None:
    """Find the scores at a λ far ahead, by steps in λ from a point on the path.

    There log odds either settle or, of inferior actions, fall in proportion to λ, or in games with
    ties with the logarithm of λ. Where ties are near, log odds that had settled leave again, and
    steps are shortened until they are found.
    """
    n, y, before, factor = game.step.size - 1, p.found, p.near, _LEAP
    here = p.point[n]
    for k in range(n):
        y[k] = p.point[k]
        p.straight[k] = p.slow[k] = here * p.tangent[k] / p.tangent[n]
    _make_relative(game, p)
    while here < wanted:
        there = min(factor * here, wanted)
        copy(y, before)
        for k in range(n):
            is_straight = y[k] < -20.0 and p.straight[k] < 0.5 * y[k]
            ahead = p.straight[k] * (there / here - 1.0)
            y[k] += ahead if is_straight else p.slow[k] * math.log(there / here)
        if not _settle(game, p.start, y, there) <= 1.0 + 1e-2 * there:
            copy(before, y)
            factor = math.sqrt(factor)
            if factor < _SHORTEST:
                _lose(y)
                return
            continue
        for k in range(n):
            p.straight[k] = (y[k] - before[k]) / (1.0 - here / there)
            p.slow[k] = (y[k] - before[k]) / math.log(there / here)
        _make_relative(game, p)
        here, factor = there, min(factor * factor, _LEAP)


@borrowing
def _make_relative(game: Any, p: Path) -> None:
    """Take what belongs to each player's largest score from its scores and their changes."""
    _relative(game, p.found, p.straight)
    _relative(game, p.found, p.slow)
    _relative(game, p.found, p.found)


@borrowing
def _set_out(game: Any, p: Path) -> Any:
    """Set the first point and tangent; return the sign of the determinant."""
    n = game.step.size - 1
    for k in range(n + 1):
        p.point[k], p.ahead[k], p.found[k] = 0.0, 0.0, 0.0
    p.ahead[n] = 1.0
    return _tangent(game, p.point, p.ahead, p.tangent)


@borrowing
def _show(p: Path, scores: Any) -> None:
    for a in range(scores.size):
        scores[a] = p.found[a]


@borrowing
def follow_branch(
    game: Any, far: float, asked: Any, room: Any, scores: Any, turns: Any, passed: Any
) -> None:
    """Write the scores where the path first reaches each λ, in rising order.

    The game sets its `step`, in scores and λ, in `step_across`: from a point towards one that
    solves F, at right angles to `normal`; or, if `is_tangent`, along the path, its product with
    `normal` being 1. That returns the sign of the determinant. In `step_level` it sets the step in
    scores alone that solves F at the same λ, each player's largest score going to 0.

    `turns` takes λ at the turning points, `passed` how many the path passes before each λ. Beyond
    `far` steps are in λ, and there the path does not turn. What is not reached stays NaN. `room`
    has `N_ROWS` rows, as long as a point.
    """
    n = game.step.size - 1
    p = lent(
        Path(
            room[0], room[1], room[2], room[3], room[4],
            room[5], room[6], room[7], room[8], room[9], room[10],
        )
    )  # fmt: skip
    sign = _set_out(game, p)
    step, place, n_turns = _FIRST, 0, 0
    while place < asked.size and asked[place] * game.unit <= 0.0:
        _show(p, scores[place])
        place += 1
    for _ in range(_MAX_STEPS):
        while place < asked.size and p.point[n] > far and p.tangent[n] > 0.0:
            _leap(game, p, asked[place] * game.unit)
            _show(p, scores[place])
            passed[place] = n_turns
            place += 1
        if place == asked.size:
            return
        taken, sign = _advance(game, p, sign, step)
        if taken == 0.0:
            return
        does_turn = (p.tangent[n] > 0.0) != (p.onward[n] > 0.0)
        furthest = p.ahead[n]
        if does_turn:
            _locate(game, p, taken, math.inf, p.fold)
            furthest = max(furthest, p.fold[n])
        while place < asked.size and asked[place] * game.unit <= furthest:
            _cross(game, p, taken, asked[place] * game.unit, does_turn)
            _show(p, scores[place])
            passed[place] = n_turns
            place += 1
        if does_turn:
            if n_turns < turns.size:
                turns[n_turns] = p.fold[n] / game.unit
            n_turns += 1
        step = taken * _GROWTH if taken == step or taken > _FIRST else max(taken * _GROWTH, 1e-5)
        copy(p.ahead, p.point)
        copy(p.onward, p.tangent)
