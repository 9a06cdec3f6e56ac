"""The linear systems that a step along a branch of logit equilibria solves; see `_logit_branch`.

A game, or a part of one, holds a `system` of at least one equation and two columns more than it has
scores. Its columns are the derivatives by the scores, those by λ, and the right side.
"""

from __future__ import annotations

from typing import Any

from collsec.lending import borrowing

_MANY = 32
"""Systems of more equations do not stay near the processor, and are read four columns at a time."""


@borrowing
def arrange(game: Any, y: Any, rationality: float, is_tangent: bool) -> None:
    """Write the linear system of F: its derivatives by y and λ, and minus F as the right side.

    For a tangent, F is taken to be 0.
    """
    game.differentiate(game, y, rationality)
    n = game.value.size
    for a in range(n):
        game.system[a, n] = -game.value[a]
        game.system[a, n + 1] = 0.0 if is_tangent else rationality * game.value[a] - y[a]


@borrowing
def close(system: Any, normal: Any, pace: float, rest: float) -> float:
    """Solve with the equation that scores times `normal`, and λ times `pace`, make `rest`.

    `normal` has an entry for λ, too, which is not used. The solution replaces the right side.
    Returns the sign of the determinant.
    """
    n = normal.size - 1
    for a in range(n):
        system[n, a] = normal[a]
    system[n, n], system[n, n + 1] = pace, rest
    sign: float = eliminate(system, n + 1, n + 1)
    return sign


@borrowing
def solve_level(game: Any, y: Any) -> None:
    """Solve for scores alone, each player's largest held at 0; the solution is the right side."""
    n = game.value.size
    _anchor(game, y)
    for a in range(n):  # next to the derivatives, so that there is one column less to clear
        game.system[a, n] = game.system[a, n + 1]
    eliminate(game.system, n, n)
    for a in range(n):
        game.system[a, n + 1] = game.system[a, n]


@borrowing
def _pivot(system: Any, n: int, right: int, first: int, k: int) -> float:
    """Bring the largest entry of column k to row k; return the sign this gives the determinant.

    A column of zeros gets a pivot that is all but zero.
    """
    best, sign = k, 1.0
    for row in range(k + 1, n):
        if abs(system[row, k]) > abs(system[best, k]):
            best = row
    if best != k:
        sign = -1.0
        for column in range(first, right + 1):
            system[k, column], system[best, column] = system[best, column], system[k, column]
    if system[k, k] == 0.0:
        system[k, k] = 1e-300
    return -sign if system[k, k] < 0.0 else sign


@borrowing
def _subtract(system: Any, row: int, k: int, factor: float, first: int, end: int) -> None:
    """Take a multiple of row k from another one."""
    if factor != 0.0:
        for column in range(first, end):
            system[row, column] -= factor * system[k, column]


@borrowing
def _subtract_four(system: Any, row: int, k: int, end: int) -> None:
    """Take multiples of the four rows from row k from another one, which has noted the factors.

    Each number changes as it would by one row after the other, but is fetched only once.
    """
    a, b, c, d = system[row, k], system[row, k + 1], system[row, k + 2], system[row, k + 3]
    if a * b == 0.0 or c * d == 0.0:
        for j in range(k, k + 4):
            _subtract(system, row, j, system[row, j], k + 4, end)
        return
    for column in range(k + 4, end):
        rest = system[row, column] - a * system[k, column]
        rest = rest - b * system[k + 1, column]
        rest = rest - c * system[k + 2, column]
        system[row, column] = rest - d * system[k + 3, column]


@borrowing
def _clear_four(system: Any, n: int, right: int, k: int) -> float:
    """Eliminate the variables of four columns; return the sign this gives the determinant."""
    sign = 1.0
    for j in range(k, k + 4):
        sign *= _pivot(system, n, right, k, j)
        for row in range(j + 1, n):
            system[row, j] /= system[j, j]
            _subtract(system, row, j, system[row, j], j + 1, k + 4)
    for row in range(k + 1, k + 4):
        for j in range(k, row):
            _subtract(system, row, j, system[row, j], k + 4, right + 1)
    for row in range(k + 4, n):
        _subtract_four(system, row, k, right + 1)
    return sign


@borrowing
def eliminate(system: Any, n: int, right: int) -> float:
    """Solve the first n equations; the solution replaces column `right`.

    Returns the sign of the determinant.
    """
    sign, start = 1.0, max(n - _MANY, 0) & ~3
    for k in range(0, start, 4):
        sign *= _clear_four(system, n, right, k)
    for k in range(start, n):
        sign *= _pivot(system, n, right, k, k)
        for row in range(k + 1, n):
            factor = system[row, k] / system[k, k]
            if factor != 0.0:
                for column in range(k + 1, right + 1):
                    system[row, column] -= factor * system[k, column]
    substitute(system, n, right)
    return sign


@borrowing
def substitute(system: Any, n: int, right: int) -> None:
    """Solve the first n equations for another column once variables are eliminated from it."""
    for row in range(n - 1, -1, -1):
        for column in range(row + 1, n):
            system[row, right] -= system[row, column] * system[column, right]
        system[row, right] /= system[row, row]


@borrowing
def top(game: Any, i: int, y: Any) -> int:
    """Return the action of a player that has its largest score."""
    most: int = game.first[i]
    for a in range(game.first[i], game.first[i] + game.sizes[i]):
        if y[a] > y[most]:
            most = a
    return most


@borrowing
def _anchor(game: Any, y: Any) -> None:
    """Hold each player's largest score at 0, so that rounding is small where σ is large.

    The equation of that score makes way; it is taken from those of the player's other scores.
    """
    n = game.value.size
    for i in range(game.sizes.size):
        low, high = game.first[i], game.first[i] + game.sizes[i]
        most = top(game, i, y)
        for a in range(low, high):
            if a != most:
                for column in range(n + 2):
                    game.system[a, column] -= game.system[most, column]
        for column in range(n + 2):
            game.system[most, column] = 0.0
        game.system[most, most], game.system[most, n + 1] = 1.0, -y[most]
