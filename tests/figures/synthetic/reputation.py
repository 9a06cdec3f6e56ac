"""An invented dataset for reputation."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 422
LEVERS = [
    "none",
    "relative_gains",
    "monitoring",
    "pledge_cost",
    "identification",
    "discount_factor",
]


def make() -> xr.Dataset:
    belief, sight = np.linspace(0.01, 0.99, 30), np.linspace(0, 1, 31)
    crises = np.arange(2, 6)
    by_belief = np.array([5 + 0 * belief, 5 * (1 - belief)])
    by_sight = np.array([5 + 0 * sight, 5 - 2 * sight])
    by_lever = np.array([[5, 4.5, 5, 5, 5, 5], [3, 5, 4.7, 2.8, 4.8, 2.9]])
    after = np.array([[[1, 1, 1, 1], [1, 1, 1, 1]], [[0.9, 1, 1, 1], [0, 1, 0.9, 0.95]]])
    one = ("assumptions", "p_tough")
    return xr.Dataset(
        {
            "challenges": named(by_belief, one, "expected number of challenges", "crises"),
            "fights": named(0.3 * by_belief, one, "expected fights", "crises"),
            "concessions": named(0.6 * by_belief, one, "expected concessions", "crises"),
            "after_concession": named(0.18 * by_belief, one, "after a concession", "probability"),
            "after_fight": named(0.1 * by_belief, one, "after a fight", "probability"),
            "after_quiet": named(0.1 * by_belief, one, "after quiet", "probability"),
            "challenges_by_sight": named(
                by_sight, ("assumptions", "monitoring"), "expected number of challenges", "crises"
            ),
            "challenges_by_lever": named(
                by_lever, ("assumptions", "lever"), "expected number of challenges", "crises"
            ),
            "challenge_after": named(
                after, ("assumptions", "reply", "crisis"), "chance of a challenge", "probability"
            ),
        },
        {
            "assumptions": SETS,
            "reply": ["conceded", "fought"],
            "p_tough": named(belief, ("p_tough",), "first belief", "probability"),
            "monitoring": named(sight, ("monitoring",), "chance that a reply is seen"),
            "crisis": named(crises, ("crisis",), "crisis", "number"),
            "lever": LEVERS,
        },
    )
