"""An invented dataset for institutions."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import DESIGNS, SETS, TITLES, WORLD, named

GAMES = 10
OBSERVABLES = {
    "challenge": "probability",
    "deterrence": "probability",
    "mandate": "probability",
    "answer": "probability",
    "any_answer": "probability",
    "mobilised": "share",
    "effective_share": "share",
    "reversal": "probability",
    "success": "probability",
    "burden": "payoff",
    "burden_rate": "payoff per money",
    "efficient_mobilised": "share",
    "free_rider_gap": "share",
    "exploitation": "rank correlation",
    "largest_burden": "ratio",
    "entrapment": "probability",
    "abandonment": "probability",
    "welfare_members": "payoff",
    "welfare_target": "payoff",
    "welfare_challenger": "payoff",
    "n_equilibria": "equilibria",
}


def make() -> xr.Dataset:
    rng = np.random.default_rng(3)
    dims = ("assumptions", "institution")
    found = {}
    for name, units in OBSERVABLES.items():
        values = rng.uniform(0, 1, (2, len(DESIGNS)))
        if units in ("payoff", "rank correlation"):
            values = 2 * values - 1
        if units == "equilibria":
            values = 1 + 2 * np.round(values)
        found[name] = named(values, dims, f"the {name} of a crisis", units)
    found["abandonment"][:, 0] = np.nan
    return xr.Dataset(
        found,
        {
            "assumptions": SETS,
            "institution": DESIGNS,
            "institution_title": ("institution", TITLES),
        },
        {"config": json.dumps(WORLD)},
    )
