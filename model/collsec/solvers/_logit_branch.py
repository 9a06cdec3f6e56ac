r"""The branch of logit equilibria that starts at the centroid, followed by its arc length.

With scores y, one for each action of each player, and σ the logit of the scores, equilibria solve

.. math:: F(y, \lambda) = y - \lambda\, u(\sigma(y)) = 0

The path (y, λ) has no corner, and becomes straight as λ grows: y then grows like λ u, and the log
odds of actions in use settle. So steps grow with the path, and probabilities that vanish are held
as finite scores. What u is, and in which units, is for the kind of game to say (`arrange`).

A step goes along the tangent, then back to the path at right angles to it by Newton's method. It is
halved where that takes long, where the path bends much, and where the sign of the determinant
changes, which happens only at a bifurcation or by a jump to another branch; a bifurcation is what
remains when the step is as small as it may be, and is passed straight on (symmetric games have
them).

References
----------
turocy2005dynamic
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part

_FIRST, _SMALLEST, _GROWTH = 0.05, 1e-5, 2.0
_MAX_STEPS = 5000
_MOVED, _BENT = 0.5, 0.95
_SOON, _NEAR = 12, 1e-3
_LEAP, _SHORTEST = 4.0, 1.02


@part
def mix(game: Any, y: Any) -> None:
    """Set the probabilities that belong to the scores."""
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        top, total = y[low], 0.0
        for a in range(low, high):
            top = max(top, y[a])
        for a in range(low, high):
            game.sigma[a] = math.exp(y[a] - top)
            total += game.sigma[a]
        for a in range(low, high):
            game.sigma[a] /= total


def arrange(game: Any, y: Any, rationality: float) -> None:
    """Write the linear system of F for a game of any kind that is known to the compiler.

    Its derivatives by y and λ, and minus F as the right side. Of tables: `_table_branch`, of trees:
    `_tree_branch`, where each information set is a player.
    """
    raise NotImplementedError


@part
def _pivot(system: Any, n: int, right: int, k: int) -> float:
    """Bring the largest entry of column k to row k; return the sign this gives the determinant.

    A column of zeros gets a pivot that is all but zero.
    """
    best, sign = k, 1.0
    for row in range(k + 1, n):
        if abs(system[row, k]) > abs(system[best, k]):
            best = row
    if best != k:
        sign = -1.0
        for column in range(k, right + 1):
            system[k, column], system[best, column] = system[best, column], system[k, column]
    if system[k, k] == 0.0:
        system[k, k] = 1e-300
    return -sign if system[k, k] < 0.0 else sign


@part
def eliminate(system: Any, n: int, right: int) -> float:
    """Solve the first n equations; the solution replaces column `right`.

    Returns the sign of the determinant.
    """
    sign = 1.0
    for k in range(n):
        sign *= _pivot(system, n, right, k)
        for row in range(k + 1, n):
            factor = system[row, k] / system[k, k]
            if factor != 0.0:
                for column in range(k + 1, right + 1):
                    system[row, column] -= factor * system[k, column]
    for k in range(n - 1, -1, -1):
        for column in range(k + 1, n):
            system[k, right] -= system[k, column] * system[column, right]
        system[k, right] /= system[k, k]
    return sign


@part
def _tangent(game: Any, point: Any, before: Any, tangent: Any) -> float:
    """Set the unit tangent that goes on as before; return the sign of the determinant."""
    n = point.size - 1
    arrange(game, point[:n], point[n])
    for a in range(n):
        game.system[a, n + 1] = 0.0
    game.system[n, : n + 1] = before
    game.system[n, n + 1] = 1.0
    sign: float = eliminate(game.system, n + 1, n + 1)
    length = 0.0
    for k in range(n + 1):
        length += game.system[k, n + 1] ** 2
    length = math.sqrt(length)
    if not math.isfinite(length):
        tangent[:] = before
        return 0.0
    for k in range(n + 1):
        tangent[k] = game.system[k, n + 1] / length
    return sign


@part
def _return(game: Any, point: Any, normal: Any, tries: int) -> float:
    """Move a point back to the path at right angles to `normal`; return how far, or infinity."""
    n = point.size - 1
    moved = 0.0
    for _ in range(tries):
        arrange(game, point[:n], point[n])
        game.system[n, : n + 1] = normal
        game.system[n, n + 1] = 0.0
        eliminate(game.system, n + 1, n + 1)
        size = 0.0
        for k in range(n + 1):
            size = max(size, abs(game.system[k, n + 1]))
        moved += size
        if not moved < 4.0:
            return math.inf
        for k in range(n + 1):
            point[k] += game.system[k, n + 1]
        if size <= 1e-6 + 1e-13 * abs(point[n]):
            return moved
    return math.inf


@part
def _anchor(game: Any, y: Any) -> None:
    """Hold each player's largest score at 0, so that rounding is small where σ is large.

    The equation of that score makes way; it is taken from those of the player's other scores.
    """
    n = y.size
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        top = low
        for a in range(low, high):
            if y[a] > y[top]:
                top = a
        for a in range(low, high):
            if a != top:
                for column in range(n + 2):
                    game.system[a, column] -= game.system[top, column]
        for column in range(n + 2):
            game.system[top, column] = 0.0
        game.system[top, top], game.system[top, n + 1] = 1.0, -y[top]


@part
def _settle(game: Any, y: Any, rationality: float) -> float:
    """Move scores to an equilibrium at this λ by Newton's method; return how far, or infinity.

    Scores come back relative to each player's largest. How near is near enough is measured, for
    scores above one in size, as a share of them; where λ is large, rounding may allow no better
    than `_NEAR`, which is accepted once there was time to come nearer.
    """
    n = y.size
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        y[low:high] -= y[low:high].max()
    moved, last = 0.0, math.inf
    for n_before in range(40):
        arrange(game, y, rationality)
        _anchor(game, y)
        for a in range(n):
            game.system[a, n] = game.system[a, n + 1]
        eliminate(game.system, n, n)
        size, share = 0.0, 0.0
        for a in range(n):
            change = abs(game.system[a, n])
            size, share = max(size, change), max(share, change / max(1.0, abs(y[a])))
        moved += size
        if not moved < 1e3 + rationality:
            return math.inf
        for a in range(n):
            y[a] += game.system[a, n]
        near = 1e-6 + 1e-14 * rationality if n_before < _SOON else _NEAR
        if share <= 1e-14 or (share < near and share >= 0.5 * last):
            return moved
        last = share
    return math.inf


@part
def _go(start: Any, direction: Any, step: float, end: Any) -> None:
    for k in range(start.size):
        end[k] = start[k] + step * direction[k]


@part
def _product(first: Any, second: Any) -> float:
    total = 0.0
    for k in range(first.size):
        total += first[k] * second[k]
    return total


@part
def _locate(game: Any, start: Any, normal: Any, step: float, wanted: float, found: Any) -> None:
    """Set the last point within a step before λ turns, or before it exceeds `wanted`.

    By halving.
    """
    low, high = 0.0, step
    tangent, trial = np.empty(start.size), np.empty(start.size)
    found[:] = start
    for _ in range(50):
        middle = (low + high) / 2
        _go(start, normal, middle, trial)
        if math.isfinite(_return(game, trial, normal, 20)):
            _tangent(game, trial, normal, tangent)
            if trial[-1] <= wanted and (tangent[-1] > 0.0) == (normal[-1] > 0.0):
                low = middle
                found[:] = trial
                continue
        high = middle


@part
def _cross(
    game: Any, start: Any, end: Any, normal: Any, step: float, wanted: float, turns: bool
) -> Any:
    """Return the scores where a step first reaches λ = wanted."""
    near, limit = np.empty(start.size), 0.0
    for k in range(start.size):
        near[k] = start[k] + (wanted - start[-1]) / (end[-1] - start[-1]) * (end[k] - start[k])
        limit = max(limit, abs(end[k] - start[k]))
    limit = 0.5 * limit + 1e-6
    for is_last in (False, True):
        if is_last or turns:
            _locate(game, start, normal, step, wanted, near)
            limit = 1e-2 * (1.0 + wanted)
        y = near[:-1].copy()
        if _settle(game, y, wanted) <= limit:
            return y
    y[:] = math.nan
    return y


@part
def _advance(
    game: Any, point: Any, tangent: Any, sign: float, step: float, ahead: Any, onward: Any
) -> tuple[float, float]:
    """Set the next point and tangent; return the step taken, 0 where there is none, and its sign.

    The sign of the determinant changes only across a bifurcation.
    """
    bifurcates = False
    while True:
        _go(point, tangent, step, ahead)
        if _return(game, ahead, tangent, 6) <= _MOVED:
            sign_ahead = _tangent(game, ahead, tangent, onward)
            is_same = sign_ahead * sign >= 0.0 or (bifurcates and sign_ahead != 0.0)
            if is_same and _product(tangent, onward) >= _BENT:
                return step, sign_ahead
        if bifurcates:
            step *= 10.0
            if step > 0.5:
                return 0.0, sign
        else:
            step /= 2.0
            if step < _SMALLEST:
                bifurcates, step = True, 1e-4


@part
def _relative(game: Any, y: Any, change: Any) -> None:
    """Take each player's largest score from its scores, and its change from their changes."""
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        top = low + np.argmax(y[low:high])
        change[low:high] -= change[top]
        y[low:high] -= y[top]


@part
def _leap(game: Any, point: Any, tangent: Any, wanted: float) -> Any:
    """Return the scores at a λ far ahead, by steps in λ from a point on the path.

    There log odds either settle or, of inferior actions, fall in proportion to λ, or in games with
    ties with the logarithm of λ. Where ties are near, log odds that had settled leave again, and
    steps are shortened until they are found.
    """
    n, factor = point.size - 1, _LEAP
    here, y = point[n], point[:n].copy()
    straight, slow = np.empty(n), np.empty(n)
    for k in range(n):
        straight[k] = slow[k] = here * tangent[k] / tangent[n]
    _relative(game, y, straight)
    _relative(game, y, slow)
    while here < wanted:
        there = min(factor * here, wanted)
        before = y.copy()
        for k in range(n):
            is_straight = y[k] < -20.0 and straight[k] < 0.5 * y[k]
            ahead = straight[k] * (there / here - 1.0)
            y[k] += ahead if is_straight else slow[k] * math.log(there / here)
        if not _settle(game, y, there) <= 1.0 + 1e-2 * there:
            y[:], factor = before, math.sqrt(factor)
            if factor < _SHORTEST:
                y[:] = math.nan
                return y
            continue
        for k in range(n):
            straight[k] = (y[k] - before[k]) / (1.0 - here / there)
            slow[k] = (y[k] - before[k]) / math.log(there / here)
        _relative(game, y, straight)
        _relative(game, y, slow)
        here, factor = there, min(factor * factor, _LEAP)
    return y


@part
def follow_branch(game: Any, far: float, asked: Any, scores: Any, turns: Any, passed: Any) -> None:
    """Write the scores where the path first reaches each λ, in rising order.

    `turns` takes λ at the turning points, `passed` how many the path passes before each λ. Beyond
    `far` steps are in λ, and there the path does not turn. What is not reached stays NaN.
    """
    n = game.owner.size
    point, tangent = np.zeros(n + 1), np.zeros(n + 1)
    ahead, onward, fold = np.empty(n + 1), np.empty(n + 1), np.empty(n + 1)
    start = np.zeros(n + 1)
    start[n] = 1.0
    sign = _tangent(game, point, start, tangent)
    step, place, n_turns = _FIRST, 0, 0
    while place < asked.size and asked[place] * game.unit <= 0.0:
        scores[place] = point[:n]
        place += 1
    for _ in range(_MAX_STEPS):
        while place < asked.size and point[n] > far and tangent[n] > 0.0:
            scores[place] = _leap(game, point, tangent, asked[place] * game.unit)
            passed[place] = n_turns
            place += 1
        if place == asked.size:
            return
        taken, sign = _advance(game, point, tangent, sign, step, ahead, onward)
        if taken == 0.0:
            return
        does_turn = (tangent[n] > 0.0) != (onward[n] > 0.0)
        furthest = ahead[n]
        if does_turn:
            _locate(game, point, tangent, taken, math.inf, fold)
            furthest = max(furthest, fold[n])
        while place < asked.size and asked[place] * game.unit <= furthest:
            wanted = asked[place] * game.unit
            scores[place] = _cross(game, point, ahead, tangent, taken, wanted, does_turn)
            passed[place] = n_turns
            place += 1
        if does_turn:
            if n_turns < turns.size:
                turns[n_turns] = fold[n] / game.unit
            n_turns += 1
        step = taken * _GROWTH if taken == step or taken > _FIRST else max(taken * _GROWTH, 1e-5)
        point[:], tangent[:] = ahead, onward
