"""An invented dataset for free_riding."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 768


def make() -> xr.Dataset:
    n = np.arange(2, 194)
    mobilised = np.array([1.2 / n, 0.9 - 0.05 * np.log(n)])
    dims = ("assumptions", "n_members")
    return xr.Dataset(
        {
            "free_rider_gap": named(1 - mobilised, dims, "free-rider gap"),
            "free_rider_gap_in_war": named(0.9 - mobilised, dims, "free-rider gap in war"),
            "mobilised": named(mobilised, dims, "share of capability mobilised"),
            "count": named(np.where(n < 5, 3, 1) + 0 * mobilised.astype(int), dims, "equilibria"),
            "regret": named(1e-13 + 0 * mobilised, dims, "largest gain from deviating", "payoff"),
        },
        {"assumptions": SETS, "n_members": named(n, ("n_members",), "members", "members")},
    )
