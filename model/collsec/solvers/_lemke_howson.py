"""One equilibrium of a two-player game, by a path of pivots in exact arithmetic.

For games whose ties rounding cannot tell apart. Where nobody plays, at both origins, all labels
are there; one is dropped, and each pivot restores the label that is doubled, until the one dropped
comes back. Ties are broken lexicographically, so that the path never returns to where it was.

References
----------
lemke1964equilibrium, nisan2007algorithmic
"""

from __future__ import annotations

from fractions import Fraction

from collsec.parameters import FloatArray
from collsec.solvers._exact_dictionary import Dictionary, Matrix, Mix, positive

_DROPPED = 0


def lemke_howson(row: FloatArray, column: FloatArray) -> tuple[Mix, Mix]:
    """Return an extreme equilibrium of the game with these finite payoffs, each of shape (m, n).

    Floats stand for the binary fractions that they are. A path has a few times as many pivots as
    there are actions, as a rule; with twelve a side it takes some hundredths of a second.
    """
    m = len(row)
    polytopes = [
        Dictionary.of(positive(_exact(column.T)), decision=0, slack=m),
        Dictionary.of(positive(_exact(row)), decision=m, slack=0),
    ]
    side, label = 0, _DROPPED
    while True:
        here = polytopes[side]
        entering = here.cobasis.index(label)
        leaving = here.leaving(entering)
        polytopes[side], label = here.pivot(leaving, entering), here.basis[leaving]
        if label == _DROPPED:
            return polytopes[0].mix, polytopes[1].mix
        side = 1 - side


def _exact(matrix: FloatArray) -> Matrix:
    return [[Fraction(value) for value in line] for line in matrix.tolist()]
