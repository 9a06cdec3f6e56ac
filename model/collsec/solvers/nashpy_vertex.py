"""All Nash equilibria of two-player games, by nashpy's enumeration of vertices.

References
----------
knight2018nashpy, nisan2007algorithmic, shapley1974note
"""

from __future__ import annotations

import numpy as np
from nashpy.polytope import build_halfspaces, non_trivial_vertices
from scipy.spatial import QhullError

from collsec.equilibrium import Equilibria, certify
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray, ParameterError

SCOPE = "Nash equilibria in mixed strategies"
_SAME = 1e-8


def nashpy_vertex(form: NormalForm) -> Equilibria:
    """Find the equilibria of two-player games, strategies shape (*batch, n_equilibria, n_actions).

    Each is a pair of fully labelled vertices of the best-reply polytopes (Nisan et al. 2007,
    algorithm 3.5), found by nashpy and certified here. Payoffs are shifted and scaled to [1, 2]
    first, which changes no equilibrium and keeps the polytopes bounded.

    `complete` is true only where the game is nondegenerate (every vertex lies on as many facets
    as the polytope has dimensions), every vertex pair passed its certificate, their number is
    odd and their indices sum to +1. `index` is Shapley's, NaN in degenerate games. A degenerate
    game may have more equilibria, up to a continuum, than are found. One game after the other
    goes through nashpy, and the number of vertices grows exponentially with the number of
    actions. Raises `CertificateError` where a single game yields nothing, `ParameterError` where
    there are not two players.
    """
    _check(form)
    games = [_solve_one(form, place) for place in np.ndindex(form.batch_shape)]
    width = max(*(len(game[0]) for game in games), 1, 1)
    rows, columns = (
        np.stack([_padded([pair[side] for pair in game[0]], width, count) for game in games])
        for side, count in enumerate(form.n_actions)
    )
    index = np.stack([_padded(game[1], width) for game in games])
    regular = np.array([game[2] for game in games]).reshape(form.batch_shape)
    shape = (*form.batch_shape, width)
    strategies = {
        form.players[0]: rows.reshape(*shape, -1),
        form.players[1]: columns.reshape(*shape, -1),
    }
    axes = tuple(range(-3, 0))
    return certify(
        form,
        strategies,
        complete=regular,
        scope=SCOPE,
        method="nashpy_vertex",
        index=index.reshape(shape),
        scale=np.abs(form.table).max(axis=axes),
    )


def _check(form: NormalForm) -> None:
    if len(form.players) != 2:
        raise ParameterError(
            "nashpy_vertex", "players", form.players, "must be two", "use a solver for any number"
        )


_Pairs = list[tuple[FloatArray, FloatArray]]


def _solve_one(form: NormalForm, place: tuple[int, ...]) -> tuple[_Pairs, list[float], bool]:
    """Return the equilibria of one game, their indices, and whether they are known to be all."""
    row, column = (_positive(matrix) for matrix in form.table[place])
    game = NormalForm.from_bimatrix(row, column).to_nashpy()
    try:
        pairs = _distinct([_rounded(pair) for pair in game.vertex_enumeration()])
        regular = _is_simple(column.T) and _is_simple(row)
    except QhullError:
        return [], [], False
    if not regular:
        return pairs, [np.nan] * len(pairs), False
    indices = [_index(row, column, pair) for pair in pairs]
    return pairs, indices, len(pairs) % 2 == 1 and sum(indices) == 1


def _positive(matrix: FloatArray) -> FloatArray:
    """Return payoffs on a scale from one to two."""
    low, high = matrix.min(), matrix.max()
    return np.asarray(1.0 + (matrix - low) / (high - low if high > low else 1.0))


def _rounded(pair: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the pair with tiny weights set to zero, so that supports are exact."""
    row, column = (np.where(side < _SAME, 0.0, side) for side in pair)
    return row / row.sum(), column / column.sum()


def _distinct(pairs: _Pairs) -> _Pairs:
    kept: _Pairs = []
    for pair in pairs:
        gaps = [max(np.abs(a - b).max() for a, b in zip(pair, old, strict=True)) for old in kept]
        if all(gap > _SAME for gap in gaps):
            kept.append(pair)
    return kept


def _is_simple(matrix: FloatArray) -> bool:
    """Whether every vertex of the polytope {x >= 0, matrix x <= 1} but the origin is simple."""
    vertices = non_trivial_vertices(build_halfspaces(matrix))
    return all(len(labels) == matrix.shape[1] for _, labels in vertices)


def _index(row: FloatArray, column: FloatArray, pair: tuple[FloatArray, FloatArray]) -> float:
    """Return the index of a regular equilibrium of a game with positive payoffs."""
    cells = np.ix_(pair[0] > 0, pair[1] > 0)
    sign = np.sign(np.linalg.det(row[cells]) * np.linalg.det(column[cells]))
    return float(sign * (-1) ** (cells[0].size + 1))


def _padded(values: list[FloatArray] | list[float], width: int, *shape: int) -> FloatArray:
    padded = np.full((width, *shape), np.nan)
    if values:
        padded[: len(values)] = values
    return padded
