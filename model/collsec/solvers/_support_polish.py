"""From a profile near a Nash equilibrium to the equilibrium: indifference within the support."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import gufunc
from collsec.lending import borrowing, lent
from collsec.solvers._logit_branch import copy
from collsec.solvers._logit_system import eliminate
from collsec.solvers._table_branch import Game, expect, load

_ROUNDS = 60
_FOUND = 1e-13
_TIED = 1e-10
"""Differences of payoffs that are no larger, as a share of the range, need not be told apart."""
_CUTS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-7)


@borrowing
def _gain(game: Game) -> float:
    """Return the largest gain from a deviation, as a share of the range of payoffs."""
    expect(game)
    worst = 0.0
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        best, here = -math.inf, 0.0
        for a in range(low, high):
            best = max(best, game.value[a])
            here += game.value[a] * game.sigma[a]
        worst = max(worst, best - here)
    return worst


@borrowing
def _conditions(game: Game, used: Any, least: float, jacobian: Any, excess: Any) -> float:
    """Write indifference within supports and its derivatives; return the largest violation.

    An action that is not used has probability 0, and the first that is used makes the sum 1. A
    difference of two payoffs is taken in units of the largest that the used actions of others can
    make, where that is above `least`, so that those between near ties count as much as all others.
    """
    n, worst = excess.size, 0.0
    for a in range(n):
        for b in range(n):
            jacobian[a, b] = 0.0
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        lead = low
        while not used[lead]:
            lead += 1
        for a in range(low, high):
            if a == lead:
                total = 0.0
                for b in range(low, high):
                    jacobian[a, b] = 1.0
                    total += game.sigma[b]
                excess[a] = total - 1.0
            elif used[a]:
                excess[a] = game.value[a] - game.value[lead]
                _compare(game, a, lead, jacobian[a])
                if least < math.inf:
                    _enlarge(jacobian[a], excess, a, used, least)
            else:
                jacobian[a, a] = 1.0
                excess[a] = game.sigma[a]
            worst = max(worst, abs(excess[a]))
    return worst


@borrowing
def _compare(game: Game, a: int, lead: int, row: Any) -> None:
    """Write how much more one action yields than another against each action of the others."""
    for b in range(row.size):
        row[b] = game.pair[a, b] - game.pair[lead, b]


@borrowing
def _enlarge(row: Any, excess: Any, a: int, used: Any, least: float) -> None:
    """Take an indifference in units of the largest difference that used actions make."""
    unit = 0.0
    for b in range(row.size):
        row[b] = row[b] if used[b] else 0.0
        unit = max(unit, abs(row[b]))
    if unit > least:
        excess[a] /= unit
        for b in range(row.size):
            row[b] /= unit


@borrowing
def _normalise(game: Game) -> None:
    """Turn what is negative to 0, and make probabilities sum to 1."""
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        total = 0.0
        for a in range(low, high):
            game.sigma[a] = max(game.sigma[a], 0.0)
            total += game.sigma[a]
        for a in range(low, high):
            game.sigma[a] /= total


@borrowing
def _solve(
    game: Game, start: Any, cut: float, least: float, used: Any, jacobian: Any, excess: Any
) -> None:
    """Set probabilities that make all actions above the cut equally good, by damped least squares.

    The damping leaves the nearest solution where there are many.
    """
    n = start.size
    for a in range(n):
        used[a] = start[a] > cut
        game.sigma[a] = start[a] if used[a] else 0.0
    for _ in range(_ROUNDS):
        expect(game)
        worst = _conditions(game, used, least, jacobian, excess)
        for a in range(n):
            for b in range(n):
                total = 1e-10 if a == b else 0.0
                for row in range(n):
                    total += jacobian[row, a] * jacobian[row, b]
                game.system[a, b] = total
            total = 0.0
            for row in range(n):
                total -= jacobian[row, a] * excess[row]
            game.system[a, n] = total
        eliminate(game.system, n, n)
        for a in range(n):
            game.sigma[a] += game.system[a, n]
        if worst <= 1e-16:
            break
    _normalise(game)


@gufunc(
    "void(float64[:,:], int64[:], float64[:,:], float64[:])",
    "(p,m),(p),(q,n)->(n)",
)
def polish(table: Any, sizes: Any, near: Any, found: Any) -> None:
    """Write the profile of least regret that starts from these lead to; NaN where none is finite.

    The last start is tried first, with the largest support first.
    """
    n = found.size
    room = np.empty(n, np.bool_), np.empty((n, n)), np.empty(n)
    _try_all(load(table, sizes, n), near, *room, found)


@borrowing
def _try_all(given: Game, near: Any, used: Any, jacobian: Any, excess: Any, found: Any) -> None:
    game = lent(given)
    for a in range(found.size):
        found[a] = math.nan
    least = math.inf
    for place in range(near.shape[0] - 1, -1, -1):
        if not _is_finite(near[place]):
            continue
        copy(near[place], game.sigma)
        regret = _gain(game)
        if regret < least:
            least = regret
            copy(near[place], found)
        for attempt in range(2 * len(_CUTS)):
            smallest = math.inf if attempt < len(_CUTS) else _TIED
            _solve(game, near[place], _CUTS[attempt % len(_CUTS)], smallest, used, jacobian, excess)
            regret = _gain(game) if _is_finite(game.sigma) else math.inf
            if regret < least:
                least = regret
                copy(game.sigma, found)
            if least <= _FOUND:
                return


@borrowing
def _is_finite(profile: Any) -> bool:
    total = 0.0
    for a in range(profile.size):
        total += profile[a]
    return math.isfinite(total)
