"""An invented dataset for signals."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from tests.figures.synthetic._world import SETS, named

GAMES = 200


def make() -> xr.Dataset:
    strength, step, weight = np.linspace(0.02, 0.5, 13), np.arange(10), np.linspace(0, 0.5, 11)
    share = np.linspace(0, 1, 5)
    flat = np.ones((2, 2, strength.size)) * np.array([0.3, 0.1])[None, :, None]
    push = np.array([np.where(step < 4, 0.1, 0.1 + 0.08 * step), 0.1 + 0.08 * step])
    bluff = np.array([np.where(step < 4, 0.0, 0.1 * step), 0.1 * step])
    several, equal = ("kind", "assumptions", "strength"), ("kind", "step")
    rising = np.array([0.2 + 0.1 * weight, np.where(weight < 0.2, 0.15, 0.4 - 0.3 * weight)])
    by_weight = ("kind", "relative_gains")
    dataset = xr.Dataset(
        {
            "war": named(flat, several, "chance of war", "probability"),
            "credibility": named(1 - flat, several, "chance to fight", "probability"),
            "bluff": named(0.1 * flat, several, "chance of a bluff", "probability"),
            "sender_payoff": named(flat, several, "expected utility of the sender", "payoff"),
            "push_equal": named(push, equal, "chance of a push", "probability"),
            "bluff_equal": named(bluff, equal, "chance of a bluff", "probability"),
            "war_equal": named(0.35 * push, equal, "chance of war", "probability"),
            "sender_payoff_equal": named(0.5 - 0.4 * push, equal, "expected utility", "payoff"),
            "war_by_weight": named(rising, by_weight, "chance of war", "probability"),
            "signal_by_weight": named(1 - 2 * rising, by_weight, "chance of a signal"),
            "war_by_share": named(0.1 * share, ("tied_share",), "chance of war", "probability"),
            "bluff_by_share": named(0.0 * share, ("tied_share",), "bluff", "probability"),
            "sender_payoff_by_share": named(share, ("tied_share",), "expected utility", "payoff"),
            "regret": named(1e-14 + 0 * flat, several, "largest gain from deviating", "payoff"),
        },
        {
            "kind": ["tied", "sunk"],
            "assumptions": SETS,
            "strength": named(strength, ("strength",), "cost of the signal", "payoff"),
            "step": step,
            "tied_share": share,
            "relative_gains": named(weight, ("relative_gains",), "weight of relative gains"),
        },
    )
    config = {"options": {"fixed": 0.2}, "parameters": {"resolve": 0.35}}
    return dataset.assign_attrs(config=json.dumps(config))
