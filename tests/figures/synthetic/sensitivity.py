"""An invented dataset for sensitivity."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, WORLD, named

GAMES = 22


def make() -> xr.Dataset:
    moves = ("relative_gains", "legitimacy", "discount_factor", "challenger_capability", "spread")
    reach = np.array([[0.2, -0.1, 0.0, 0.18, 0.0], [0.03, -0.02, 0.0, 0.02, 0.01]])
    sides = reach[:, :, None] * np.array([-1, 1])
    base = {"challenge": [0.6, 0.05], "mandate": [0.03, 0.5], "reversal": [0.5, 0.9]}
    dims = ("assumptions", "quantity", "side")
    part = {"challenge": 1.0, "mandate": -0.12, "reversal": -0.2}
    return xr.Dataset(
        {
            name: named(np.array(at)[:, None, None] + part[name] * sides, dims, f"a {name}")
            for name, at in base.items()
        }
        | {f"{name}_base": named(at, dims[:1], f"{name}") for name, at in base.items()}
        | {"count": named(np.ones(sides.shape, dtype=int), dims, "equilibria")},
        {"assumptions": SETS, "quantity": list(moves), "side": ["lowered", "raised"]},
        {"config": json.dumps(WORLD)},
    )  # fmt: skip
