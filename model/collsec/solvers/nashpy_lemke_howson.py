"""Some Nash equilibria of two-player games, by nashpy's Lemke-Howson paths from every label.

References
----------
knight2018nashpy, lemke1964equilibrium, nisan2007algorithmic
"""

from __future__ import annotations

import warnings

import nashpy
import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers._nashpy import Solved, distinct, solve_each


def nashpy_lemke_howson(form: NormalForm) -> Equilibria:
    """Find equilibria of two-player games, strategies shape (*batch, n_equilibria, n_actions).

    From the artificial equilibrium in which nobody plays, one path of pivots leads to an
    equilibrium for each of the m + n labels that can be dropped first (Lemke and Howson 1964);
    ties are broken lexicographically. Different labels may lead to the same equilibrium, and some
    equilibria lie on no such path: `complete` is always false, and `index` is NaN. What nashpy
    finds is certified here. Games go through nashpy one after the other; a path can have
    exponentially many pivots, but rarely has more than a few times the number of actions. Raises
    `CertificateError` where a single game yields nothing.
    """
    return solve_each(form, _solve_one, "nashpy_lemke_howson")


def _solve_one(row: FloatArray, column: FloatArray) -> Solved:
    with warnings.catch_warnings():  # of degenerate games: what fails its certificate is dropped
        warnings.simplefilter("ignore")
        ends = list(nashpy.Game(row, column).lemke_howson_enumeration())
    pairs = distinct(
        (x, y) for x, y in ends if (x.size, y.size) == row.shape and np.isfinite([*x, *y]).all()
    )
    return pairs, [np.nan] * len(pairs), False
