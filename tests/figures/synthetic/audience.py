"""An invented dataset for audience."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 205


def make() -> xr.Dataset:
    ratio, pledge = np.geomspace(0.25, 4, 21), np.linspace(0, 2, 11)
    slope = np.array([0.1, 0.4, 0.5])[:, None] * np.log(ratio)
    war = np.array([0.5, 0.25, 0.2])[:, None] - 0.05 * np.abs(np.log(ratio))
    by_ratio, by_pledge = ("assumptions", "ratio"), ("bound", "pledge_cost")
    bound = np.array([0.05, 0.15])[:, None] * pledge
    return xr.Dataset(
        {
            "war": named(war, by_ratio, "chance of war", "probability"),
            "duration": named(0.1 + war, by_ratio, "time until it ends", "time"),
            "crisis": named(2 * war, by_ratio, "chance of a crisis", "probability"),
            "target_backs_down": named(0.35 + 0.5 * slope, by_ratio, "target", "probability"),
            "challenger_backs_down": named(0.3 - 0.3 * slope, by_ratio, "other", "probability"),
            "war_by_pledge": named(0.2 + 0.1 * bound, by_pledge, "chance of war", "probability"),
            "target_backs_down_by_pledge": named(0.6 - bound, by_pledge, "target", "probability"),
            "challenger_backs_down_by_pledge": named(
                0.2 + 0.9 * bound, by_pledge, "challenger", "probability"
            ),
            "regret": named(1e-15 + 0 * war, by_ratio, "largest gain from deviating", "payoff"),
        },
        {
            "assumptions": [*SETS, "neutral"],
            "bound": ["both", "target"],
            "ratio": named(ratio, ("ratio",), "audience cost, challenger to target", "ratio"),
            "pledge_cost": named(pledge, ("pledge_cost",), "cost of a broken pledge", "war cost"),
        },
    )
