"""The best-reply polytopes of a two-player game, walked in exact arithmetic.

Everything is a fraction, so that ties are ties and no rounding leads astray.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Matrix = list[list[Fraction]]
Mix = tuple[Fraction, ...]


def positive(matrix: Matrix) -> Matrix:
    """Return payoffs of at least one that differ as these do."""
    low = min(min(line) for line in matrix)
    return [[value - low + 1 for value in line] for line in matrix]


@dataclass
class Dictionary:
    """Basic variables in terms of the others; the right side is the last column.

    Variables are numbered by their labels; slacks are the variables of the first dictionary's
    lines, decisions those of its columns.
    """

    lines: Matrix
    basis: list[int]
    cobasis: list[int]
    decisions: range
    slacks: range

    @classmethod
    def of(cls, matrix: Matrix, decision: int, slack: int) -> Dictionary:
        """Return the origin of {z >= 0, matrix z <= 1}, with the first labels of either kind."""
        decisions = range(decision, decision + len(matrix[0]))
        slacks = range(slack, slack + len(matrix))
        lines = [[*line, Fraction(1)] for line in matrix]
        return cls(lines, list(slacks), list(decisions), decisions, slacks)

    def pivot(self, row: int, column: int) -> Dictionary:
        """Return the dictionary in which two variables have changed places."""
        pivot = self.lines[row][column]
        line = [value / pivot for value in self.lines[row]]
        line[column] = 1 / pivot
        lines = [
            [
                (0 if c == column else old) - other[column] * new
                for c, (old, new) in enumerate(zip(other, line, strict=True))
            ]
            for other in self.lines
        ]
        lines[row] = line
        basis, cobasis = list(self.basis), list(self.cobasis)
        basis[row], cobasis[column] = cobasis[column], basis[row]
        return Dictionary(lines, basis, cobasis, self.decisions, self.slacks)

    def leaving(self, column: int) -> int:
        """Return the row of the first variable to reach zero, ties broken lexicographically."""

        def ratio(r: int) -> tuple[Fraction, ...]:
            inverse = [
                self.lines[r][self.cobasis.index(s)]
                if s in self.cobasis
                else Fraction(self.basis[r] == s)
                for s in self.slacks
            ]
            return tuple(value / self.lines[r][column] for value in (self.lines[r][-1], *inverse))

        return min((r for r, line in enumerate(self.lines) if line[column] > 0), key=ratio)

    @property
    def values(self) -> dict[int, Fraction]:
        """The basic variables' values, by label."""
        return dict(zip(self.basis, (line[-1] for line in self.lines), strict=True))

    @property
    def mix(self) -> Mix:
        """The mixed strategy for which the vertex stands."""
        values = self.values
        weights = [values.get(z, Fraction(0)) for z in self.decisions]
        total = sum(weights, Fraction(0))
        return tuple(weight / total for weight in weights)
