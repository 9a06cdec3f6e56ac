"""An invented dataset for veto."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import DESIGNS, SETS, named

GAMES = 32


def make() -> xr.Dataset:
    vetoes = np.arange(11)
    mandate = np.array([0.6 * 0.6**vetoes, 0.95 * 0.97**vetoes])
    by_design = np.array([[0, 0.1, 0.05, 0.3, 1.0], [0, 0.7, 0.5, 0.85, 1.0]])
    several, one = ("assumptions", "n_vetoes"), ("assumptions", "institution")
    return xr.Dataset(
        {
            "mandate": named(mandate, several, "probability of a mandate"),
            "deterrence": named(0.2 + 0.7 * mandate, several, "probability of no challenge"),
            "mandate_by_institution": named(by_design, one, "probability of a mandate"),
            "deterrence_by_institution": named(0.1 + 0.8 * by_design, one, "deterrence"),
        },
        {"assumptions": SETS, "n_vetoes": vetoes, "institution": DESIGNS},
    )
