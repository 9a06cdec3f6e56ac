"""Two-player games with known answers, and an oracle that tries all sets of tight constraints."""

import itertools
from fractions import Fraction

import numpy as np

TRAP = ([[7, 6, 2], [3, 5, 1], [0, 8, 4]], [[4, 3, 5], [6, 7, 1], [8, 2, 0]])
CHICKEN = ([[0, 7], [2, 6]], [[0, 2], [7, 6]])
STAG_HUNT = ([[4, 1], [3, 3]], [[4, 3], [1, 3]])
PENNIES = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
ROCK_PAPER_SCISSORS = ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]])


def extreme_equilibria(row, column):
    """All extreme equilibria, exactly: pairs of vertices between which no action has a gain."""
    row = [[Fraction(value) for value in line] for line in row]
    column = [[Fraction(value) for value in line] for line in zip(*column, strict=True)]
    found = set()
    for x, y in itertools.product(_vertices(column), _vertices(row)):
        if _is_reply(row, x, y) and _is_reply(column, y, x):
            found.add((x, y))
    return found


def _is_reply(payoffs, own, other):
    values = [sum(a * w for a, w in zip(line, other, strict=True)) for line in payoffs]
    return max(values) == sum(v * w for v, w in zip(values, own, strict=True))


def _vertices(payoffs):
    """Mixes against which as many constraints are tight as fix the mix and the best payoff."""
    n_replies, n_weights = len(payoffs), len(payoffs[0])
    tight = [
        [*map(Fraction, np.eye(n_weights, dtype=int)[j].tolist()), 0] for j in range(n_weights)
    ]
    tight += [[*line, Fraction(-1)] for line in payoffs]
    whole = [*[Fraction(1)] * n_weights, Fraction(0)]
    found = set()
    for chosen in itertools.combinations(range(n_replies + n_weights), n_weights):
        point = _solve([whole, *(tight[c] for c in chosen)])
        if point is not None and min(point[:-1]) >= 0:
            values = [sum(a * w for a, w in zip(line, point, strict=False)) for line in payoffs]
            if max(values) <= point[-1]:
                found.add(tuple(point[:-1]))
    return found


def _solve(rows):
    """The point at which all are zero but the first, which is one; None where there is none."""
    lines = [[*row, Fraction(k == 0)] for k, row in enumerate(rows)]
    for c in range(len(lines)):
        pivot = next((r for r in range(c, len(lines)) if lines[r][c] != 0), None)
        if pivot is None:
            return None
        lines[c], lines[pivot] = lines[pivot], lines[c]
        lines[c] = [value / lines[c][c] for value in lines[c]]
        for r in range(len(lines)):
            if r != c:
                factor = lines[r][c]
                lines[r] = [a - factor * b for a, b in zip(lines[r], lines[c], strict=True)]
    return [line[-1] for line in lines]
