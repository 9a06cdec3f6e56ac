"""What the invented datasets share."""

from __future__ import annotations

import numpy as np
import xarray as xr

SETS = ["realist", "institutionalist"]
TITLES = ["Self-help", "League of Nations", "UN Charter", "Uniting for Peace", "NATO"]
DESIGNS = ["self-help", "league", "un-charter", "uniting-for-peace", "nato"]

WORLD = {
    "parameters": {
        "capability": [0.3, 0.2, 0.1, 0.1, 0.05, 0.04],
        "affinity": [0, 0.4, 0, 0, 0, 0],
    },
    "options": {"lever_shift": 0.2, "parameter_factor": 1.5},
}


def named(values: object, dims: tuple[str, ...], name: str, units: str = "1") -> xr.Variable:
    return xr.Variable(dims, np.asarray(values), {"long_name": name, "units": units})
