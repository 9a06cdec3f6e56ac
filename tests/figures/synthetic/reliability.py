"""An invented dataset for reliability."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 48


def make() -> xr.Dataset:
    cost, loss = np.geomspace(0.2, 40, 8), np.array([0.5, 1.5, 4.0])
    true = np.stack([1 / (1 + cost), 0.4 + 0.6 / (1 + cost)])[:, None, :] * np.ones((1, 3, 1))
    seen = true * (1 - 0.1 * loss[None, :, None])
    rate = np.array([0.75, 0.5, 0.22])
    axes, both = ("assumptions", "loss", "highest_cost"), ("assumptions", "record")
    return xr.Dataset(
        {
            "reliability": named(true, axes, "chance that a pledge would be honoured"),
            "observed_reliability": named(seen, axes, "chance that a tested pledge is honoured"),
            "challenge": named(1 - seen, axes, "chance of an attack"),
            "rate": named(rate, ("record",), "share honoured in war", "share"),
            "lowest": named(np.stack([rate, [0.75, 0.5, np.nan]]), both, "lowest", "probability"),
            "highest": named(
                np.stack([rate + 0.2, [0.9, 0.6, np.nan]]), both, "highest", "probability"
            ),
        },
        {
            "assumptions": SETS,
            "loss": loss,
            "highest_cost": cost,
            "record": ["One 2000, 1816–1944", "Two 2018, 1816–2003", "Two 2018, 1945–2003"],
        },
    )
