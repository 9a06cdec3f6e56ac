"""All Nash equilibria of two-player games, by nashpy's enumeration of vertices.

References
----------
knight2018nashpy, nisan2007algorithmic, shapley1974note
"""

from __future__ import annotations

import nashpy
import numpy as np
from nashpy.polytope import build_halfspaces, non_trivial_vertices
from scipy.spatial import QhullError

from collsec.equilibrium import Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._nashpy import Pair, Solved, distinct, solve_each


@checks_kind
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
    return solve_each(form, _solve_one, "nashpy_vertex")


def _solve_one(row: FloatArray, column: FloatArray) -> Solved:
    try:
        pairs = distinct(nashpy.Game(row, column).vertex_enumeration())
        regular = _is_simple(column.T) and _is_simple(row)
    except QhullError:
        return [], [], False
    if not regular:
        return pairs, [np.nan] * len(pairs), False
    indices = [_index(row, column, pair) for pair in pairs]
    return pairs, indices, len(pairs) % 2 == 1 and sum(indices) == 1


def _is_simple(matrix: FloatArray) -> bool:
    """Whether every vertex of the polytope {x >= 0, matrix x <= 1} but the origin is simple."""
    vertices = non_trivial_vertices(build_halfspaces(matrix))
    return all(len(labels) == matrix.shape[1] for _, labels in vertices)


def _index(row: FloatArray, column: FloatArray, pair: Pair) -> float:
    """Return the index of a regular equilibrium of a game with positive payoffs."""
    cells = np.ix_(pair[0] > 0, pair[1] > 0)
    sign = np.sign(np.linalg.det(row[cells]) * np.linalg.det(column[cells]))
    return float(sign * (-1) ** (cells[0].size + 1))
