"""All extreme equilibria of one two-player game with rational payoffs, in exact arithmetic.

References
----------
nisan2007algorithmic, shapley1974note
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import ParameterError
from collsec.solvers._exact_dictionary import Dictionary, Matrix, Mix, positive
from collsec.solvers._unit_scale import certify_by_spread
from collsec.solvers.bimatrix import SCOPE

_LARGEST = sys.float_info.max
"""Certificates are floats, so payoffs must have some near them."""


def bimatrix_exact(
    row: Any, column: Any, players: tuple[str, str] = ("row", "column")
) -> Equilibria:
    """Find all extreme equilibria of one game whose payoffs are whole numbers or fractions.

    Parameters
    ----------
    row, column : array of int, Fraction or float, shape (m, n)
        Payoffs; a float stands for the binary fraction that it is.
    players : tuple of str

    Returns
    -------
    Equilibria
        `exact` holds the strategies as fractions, in the order of `strategies`. The set is
        complete, and in a game without ties there is nothing else; `index` is NaN where an
        equilibrium is not regular. Ties are ties exactly, whatever the size of payoffs: what floats
        cannot hold, as whole numbers beyond 2^53, is rounded in `form` only, and certificates are
        of payoffs relative to each player's smallest. The
        vertices of both polytopes are enumerated with a few hundred operations on fractions each.

    Raises
    ------
    ParameterError
        If a payoff is no rational number or beyond floating point, or the matrices are not of one
        shape, or the players are not two names.
    """
    matrices = [_rational(payoffs, name) for payoffs, name in ((row, "row"), (column, "column"))]
    if len({(len(matrix), len(matrix[0])) for matrix in matrices}) > 1:
        raise ParameterError(
            "bimatrix_exact", "column", np.shape(column), f"must have the shape {np.shape(row)}",
            "give both players' payoffs for the same actions",
        )  # fmt: skip
    found = sorted(_equilibria(*map(positive, matrices)), key=_order)
    tables = np.array(matrices, dtype=np.float64)
    form = NormalForm.from_bimatrix(tables[0], tables[1], players)
    judged = NormalForm(np.array([*map(_relative, matrices)], dtype=np.float64), players)
    exact = {
        name: np.array([pair[side] for pair in found], dtype=object)
        for side, name in enumerate(players)
    }
    answer = certify_by_spread(
        judged,
        {name: mixes.astype(np.float64) for name, mixes in exact.items()},
        complete=True,
        scope=SCOPE,
        method="bimatrix_exact",
        index=np.array([pair[2] for pair in found]),
        exact=exact,
    )
    return replace(answer, form=form)


def _rational(payoffs: Any, name: str) -> Matrix:
    try:
        matrix = [[Fraction(_plain(value)) for value in line] for line in payoffs]
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ParameterError(
            "bimatrix_exact", name, payoffs, "must be a matrix of rational numbers",
            "give whole numbers, fractions or finite floats",
        ) from error  # fmt: skip
    if not matrix or not matrix[0] or len({len(line) for line in matrix}) > 1:
        raise ParameterError(
            "bimatrix_exact", name, payoffs, "must have rows of one length", "give a full matrix"
        )
    listed = [value for line in matrix for value in line]
    if max(max(listed) - min(listed), *map(abs, listed)) > _LARGEST:
        raise ParameterError(
            "bimatrix_exact", name, payoffs, f"must not exceed {_LARGEST:.3g} in size or spread",
            "divide the player's payoffs by a common factor, which changes no equilibrium",
        )  # fmt: skip
    return matrix


def _relative(matrix: Matrix) -> Matrix:
    """Return payoffs less the smallest."""
    low = min(map(min, matrix))
    return [[value - low for value in line] for line in matrix]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


@dataclass(frozen=True)
class _Vertex:
    """A vertex: its labels, the mix it stands for, its orientation where it is simple."""

    labels: frozenset[int]
    mix: Mix
    orientation: int


def _equilibria(row: Matrix, column: Matrix) -> Iterator[tuple[Mix, Mix, float]]:
    """Yield the pairs of vertices that have all labels between them, with their indices."""
    m, n = len(row), len(row[0])
    everything = frozenset(range(m + n))
    transposed = [list(line) for line in zip(*column, strict=True)]
    of_rows = _vertices(transposed, decision=0, slack=m)
    of_columns = _vertices(row, decision=m, slack=0)
    for x in of_rows:
        for y in of_columns:
            if x.labels | y.labels == everything:
                size = sum(weight > 0 for weight in x.mix)
                sign = x.orientation * y.orientation * (-1) ** (size + 1)
                yield x.mix, y.mix, float(sign) if sign else float("nan")


def _order(pair: tuple[Mix, Mix, float]) -> tuple[Any, ...]:
    supports = [[i for i, weight in enumerate(mix) if weight] for mix in pair[:2]]
    return (
        sum(map(len, supports)),
        *(sum(1 << i for i in support) for support in supports),
        pair[:2],
    )


def _vertices(matrix: Matrix, decision: int, slack: int) -> list[_Vertex]:
    """Return the vertices but the origin of {z >= 0, matrix z <= 1}."""
    start = Dictionary.of(matrix, decision, slack)
    known, queue = {frozenset(start.cobasis)}, [start]
    found: dict[frozenset[int], _Vertex] = {}
    for here in queue:
        for column in range(len(here.cobasis)):
            row = here.leaving(column)
            key = frozenset({*here.cobasis, here.basis[row]} - {here.cobasis[column]})
            if key not in known:
                known.add(key)
                queue.append(here.pivot(row, column))
                vertex = _vertex(queue[-1])
                found.setdefault(vertex.labels, vertex)
    return list(found.values())


def _vertex(here: Dictionary) -> _Vertex:
    tied = {variable for variable, size in here.values.items() if size == 0}
    return _Vertex(
        frozenset({*here.cobasis, *tied}),
        here.mix,
        0 if tied else _parity(here.basis, here.slacks),
    )


def _parity(basis: Sequence[int], slacks: Sequence[int]) -> int:
    """Return the sign of the order of the basis: slacks in their rows, decisions in order.

    All pivots are positive, so this is the sign of the determinant of the payoffs between the
    best replies and the support.
    """
    decisions = iter(sorted(set(basis) - set(slacks)))
    natural = [s if s in basis else next(decisions) for s in slacks]
    places = [natural.index(variable) for variable in basis]
    inversions = sum(p > q for i, p in enumerate(places) for q in places[i + 1 :])
    return -1 if inversions % 2 else 1
