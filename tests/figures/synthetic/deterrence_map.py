"""An invented dataset for deterrence_map."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 7200


def make(size: int = 60) -> xr.Dataset:
    ratio = np.geomspace(0.1, 10, size)
    pledge = np.linspace(0, 2, size)
    grid = np.log(ratio)[None, :, None] + pledge[None, None, :]
    challenge = 1 / (1 + np.exp(3 * (grid - np.array([1.5, 0.3])[:, None, None])))
    count = np.where(np.abs(grid - np.array([1.9, 0.9])[:, None, None]) < 0.25, 3, 1)
    dims = ("assumptions", "capability_ratio", "pledge_cost")
    return xr.Dataset(
        {
            "challenge": named(challenge, dims, "probability of a challenge"),
            "count": named(count, dims, "equilibria"),
            "mandate": named(0.5 + 0 * challenge, dims, "probability of a mandate"),
        },
        {
            "assumptions": SETS,
            "capability_ratio": named(
                ratio, ("capability_ratio",), "capability of coalition to challenger"
            ),
            "pledge_cost": named(
                pledge, ("pledge_cost",), "cost of a broken pledge", "own war cost"
            ),
        },
    )
