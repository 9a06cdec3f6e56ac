"""An invented dataset for escalation."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 20430
LEVERS = ["none", "relative_gains", "discount_factor", "identification", "pledge_cost"]
OUTCOMES = {
    "challenge": 1.0, "aggression_stands": 0.9, "yields_to_sanctions": 0.2, "gives_up": 0.5,
    "war": 0.1, "bite": 0.5,
}  # fmt: skip


def make(size: int = 21) -> xr.Dataset:
    share = np.linspace(0, 1, size)
    bite = share[:, None] * (1 - share[None, :])
    stands = np.array([1 - 0.7 * (bite > 0.3), 0.1 * (bite < 0.3)])
    here, place = ("assumptions", "coverage", "leakage"), ("point", "assumptions")
    weight = np.array([[1.0, 0.2], [0.6, 0.1], [1.0, 0.2]])
    lever = np.array([[1, 1, 1, 1, 1], [0.02, 0.3, 0.05, 0.3, 0.02]])
    maps = {
        name: named(level * stands, here, name, "probability") for name, level in OUTCOMES.items()
    }
    history = {
        f"{name}_in_1935": named(level * weight, place, name, "probability")
        for name, level in OUTCOMES.items()
    }
    moved = {
        f"{name}_by_lever": named(lever, ("assumptions", "lever"), name, "probability")
        for name in ("challenge", "aggression_stands")
    }
    located = {
        "coverage_in_1935": named([0.25, 0.5, 0.5], ("point",), "coverage", "share"),
        "leakage_in_1935": named([0.34, 0.26, 0.67], ("point",), "leakage", "share"),
        "count": named(1 + 0 * stands, here, "equilibria"),
    }
    return xr.Dataset(
        maps | history | moved | located,
        {
            "assumptions": SETS,
            "coverage": named(share, ("coverage",), "coverage", "share"),
            "leakage": named(share, ("leakage",), "leakage", "share"),
            "point": ["imposed", "oil", "replaced"],
            "point_title": ("point", ["as imposed", "with oil", "with oil, replaced"]),
            "lever": LEVERS,
        },
    )
