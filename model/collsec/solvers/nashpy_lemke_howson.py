"""Some Nash equilibria of two-player games, by nashpy's Lemke-Howson paths from every label.

References
----------
knight2018nashpy, lemke1964equilibrium, nisan2007algorithmic
"""

from __future__ import annotations

import warnings

import numpy as np
from nashpy.linalg import create_col_tableau, create_row_tableau

from collsec.equilibrium import Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._nashpy import Pair, Solved, distinct, solve_each

_LONGEST = 2_000
"""Pivots on a path; those of twelve actions a side rarely take fifty."""


@checks_kind
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
        ends = [_follow(row, column, dropped) for dropped in range(sum(row.shape))]
    pairs = distinct(
        (x, y) for x, y in ends if (x.size, y.size) == row.shape and np.isfinite([*x, *y]).all()
    )
    return pairs, [np.nan] * len(pairs), False


def _follow(row: FloatArray, column: FloatArray, dropped: int) -> Pair:
    """Return where the path ends; empty strategies where rounding leads it astray.

    This is `nashpy.Game.lemke_howson`, whose pivots multiply rows by each other, so that from nine
    actions a side on they overflow and the path has no end: here rows are scaled after each.
    """
    of_row, of_column = create_row_tableau(column), create_col_tableau(row, lexicographic=True)
    turns = [of_row, of_column]
    if dropped not in of_row.non_basic_variables:
        turns.reverse()
    label = dropped
    for turn in range(_LONGEST):
        here = turns[turn % 2]
        label = here.pivot_and_drop_label(label)
        _scale(here._tableau)
        missing = of_row.non_basic_variables, of_column.non_basic_variables
        if missing[0] | missing[1] == of_row.labels:
            return of_row.to_strategy(missing[1]), of_column.to_strategy(missing[0])
    return np.empty(0), np.empty(0)


def _scale(rows: FloatArray) -> None:
    """Divide each row by a power of two near its largest entry, which rounds nothing."""
    _, exponent = np.frexp(np.abs(rows).max(axis=1, keepdims=True))
    rows[:] = np.ldexp(rows, -exponent)
