"""The linear programme of a mediator by a library, for games that compiled pivots lose.

Where payoffs are nearly tied, pivots are nearly zero, and what a dictionary holds after some of
them is rounding. HiGHS scales the programme and factors each basis anew.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from collsec.parameters import BoolArray, FloatArray

_TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def mediate_by_library(
    gains: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Solve one game, with gains (1, r, s) and weights (1, k, s); answers as from `mediate`."""
    (rows,), (functions,) = gains, weights
    n_rows, (n_functions, n_profiles) = len(rows), functions.shape
    limits = np.vstack(
        [np.c_[rows, np.zeros(n_rows)], np.c_[-functions, np.ones(n_functions)]],
    )
    best = linprog(
        np.r_[np.zeros(n_profiles), -1.0],
        A_ub=limits,
        b_ub=np.zeros(len(limits)),
        A_eq=np.r_[np.ones(n_profiles), 0.0][None],
        b_eq=[1.0],
        bounds=[*[(0.0, None)] * n_profiles, (None, None)],
        options=_TIGHT,
    )
    if best.x is None:
        lost = [np.full((1, n), np.nan) for n in (n_profiles, n_functions, n_rows)]
        return lost[0], lost[1], lost[2], np.array([False])
    prices = np.maximum(-best.ineqlin.marginals, 0.0)
    shares, chosen = np.maximum(best.x[:-1], 0.0), prices[n_rows:]
    return shares[None], (chosen / chosen.sum())[None], prices[None, :n_rows], np.array([True])
