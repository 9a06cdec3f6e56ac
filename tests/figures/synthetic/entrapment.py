"""An invented dataset for entrapment."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 420


def make() -> xr.Dataset:
    pledge = np.linspace(0, 2, 101)
    dims = ("assumptions", "pledge_cost", "condition")
    speed, loyal = np.array([0.15, 0.8])[:, None, None], np.array([1.0, 0.4])[None, None, :]
    demands = np.clip(speed * pledge[None, :, None] * loyal, 0, 1)
    support = np.clip(0.2 + speed * pledge[None, :, None], 0, 1)
    challenge = np.clip(0.8 - support + 0.3 * demands, 0.02, 1)
    gained = support - 0.2
    levers = ["relative_gains", "indivisibility", "monitoring"]
    by_lever = np.array([[0.7, 0.6], [0.5, 0.45], [0.7, 0.2]])
    return xr.Dataset(
        {
            "demands": named(demands, dims, "demands", "share"),
            "challenge": named(challenge, dims, "chance of an attack"),
            "entrapment": named(challenge * gained, dims, "chance of entrapment"),
            "abandonment": named(challenge * (1 - support), dims, "chance of abandonment"),
            "successful_aggression": named(challenge * (1 - support), dims, "chance of success"),
            "provoked": named(0.3 * demands, dims, "provoked attacks"),
            "count": named(np.ones(challenge.shape, dtype=int), dims, "equilibria"),
            "regret": named(1e-13 + 0 * challenge, dims, "largest gain", "payoff"),
            "challenge_by_lever": named(by_lever, ("lever", "end"), "chance of an attack"),
        },
        {
            "assumptions": SETS,
            "pledge_cost": named(
                pledge, ("pledge_cost",), "cost of a broken pledge", "own war cost"
            ),
            "condition": named([0.0, 1.0], ("condition",), "condition"),
            "lever": levers,
            "end": ["none", "hardest"],
        },
    )
