"""An invented dataset for cases."""

from __future__ import annotations

import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 4


def make() -> xr.Dataset:
    dims = ("case", "assumptions")
    predicted = {
        "challenge": [[0.9, 0.6], [0.4, 0.05]],
        "mandate": [[0.2, 0.5], [0.6, 0.9]],
        "mobilised": [[0.1, 0.6], [0.3, 0.9]],
        "reversal": [[0.2, 0.5], [0.7, 0.97]],
    }
    actual = {"mandate": [1, 1], "mobilised": [0.976, 0.396], "response": [2, 4], "outcome": [0, 2]}
    count = {"count": named([[1, 1], [9, 3]], dims, "equilibria")}
    return xr.Dataset(
        {f"predicted_{name}": named(value, dims, name) for name, value in predicted.items()}
        | count
        | {f"actual_{name}": named(value, ("case",), name) for name, value in actual.items()},
        {"case": ["Abyssinia 1935", "Gulf 1990"], "assumptions": SETS},
    )
