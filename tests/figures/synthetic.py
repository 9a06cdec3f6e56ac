"""Invented datasets in the shape of the real ones, so that figures and the paper can be tried."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import xarray as xr

SETS = ["realist", "institutionalist"]
TITLES = ["Self-help", "League of Nations", "UN Charter", "Uniting for Peace", "NATO"]
DESIGNS = ["self-help", "league", "un-charter", "uniting-for-peace", "nato"]


def _named(values: object, dims: tuple[str, ...], name: str, units: str = "1") -> xr.Variable:
    return xr.Variable(dims, np.asarray(values), {"long_name": name, "units": units})


def free_riding() -> xr.Dataset:
    n = np.arange(2, 194)
    mobilised = np.array([1.2 / n, 0.9 - 0.05 * np.log(n)])
    dims = ("assumptions", "n_members")
    return xr.Dataset(
        {
            "free_rider_gap": _named(1 - mobilised, dims, "free-rider gap"),
            "free_rider_gap_in_war": _named(0.9 - mobilised, dims, "free-rider gap in war"),
            "mobilised": _named(mobilised, dims, "share of capability mobilised"),
            "count": _named(np.where(n < 5, 3, 1) + 0 * mobilised.astype(int), dims, "equilibria"),
            "regret": _named(1e-13 + 0 * mobilised, dims, "largest gain from deviating", "payoff"),
        },
        {"assumptions": SETS, "n_members": _named(n, ("n_members",), "members", "members")},
    )


def exploitation() -> xr.Dataset:
    rng = np.random.default_rng(7)
    years = np.array([1955, 1960, 1964, 1970, 1975, 1980, 1985, 1990, 1995, 2000, 2005, 2010, 2014])
    members = ["United States", "United Kingdom", "Greece", *(f"ally {k}" for k in range(12))]
    share = np.sort(rng.lognormal(-4, 1.6, (len(years), len(members))))[:, ::-1]
    share = share / share.sum(axis=1, keepdims=True)
    burden = 1 + 6 * share**0.3 * rng.uniform(0.4, 1.4, share.shape)
    share[:3, -2:] = burden[:3, -2:] = np.nan
    predicted = np.stack([np.where(share > 0.3, 6.0, 0.0), 3 + 0 * share])
    return xr.Dataset(
        {
            "gdp_share": _named(share, ("year", "member"), "share of members' GDP"),
            "burden": _named(burden, ("year", "member"), "military burden", "% of GDP"),
            "predicted_burden": _named(
                np.where(np.isnan(burden), np.nan, predicted),
                ("assumptions", "year", "member"),
                "predicted burden",
                "% of GDP",
            ),
            "spearman_observed": _named(rng.uniform(-0.2, 0.6, len(years)), ("year",), "Spearman"),
            "spearman_predicted": _named(
                rng.uniform(0.3, 0.8, (len(years), 2)), ("year", "assumptions"), "Spearman"
            ),
        },
        {"assumptions": SETS, "year": years, "member": members},
    )


def deterrence_map(size: int = 60) -> xr.Dataset:
    ratio = np.geomspace(0.1, 10, size)
    pledge = np.linspace(0, 2, size)
    grid = np.log(ratio)[None, :, None] + pledge[None, None, :]
    challenge = 1 / (1 + np.exp(3 * (grid - np.array([1.5, 0.3])[:, None, None])))
    count = np.where(np.abs(grid - np.array([1.9, 0.9])[:, None, None]) < 0.25, 3, 1)
    dims = ("assumptions", "capability_ratio", "pledge_cost")
    return xr.Dataset(
        {
            "challenge": _named(challenge, dims, "probability of a challenge"),
            "count": _named(count, dims, "equilibria"),
            "mandate": _named(0.5 + 0 * challenge, dims, "probability of a mandate"),
        },
        {
            "assumptions": SETS,
            "capability_ratio": _named(
                ratio, ("capability_ratio",), "capability of coalition to challenger"
            ),
            "pledge_cost": _named(
                pledge, ("pledge_cost",), "cost of a broken pledge", "own war cost"
            ),
        },
    )


def veto() -> xr.Dataset:
    vetoes = np.arange(11)
    mandate = np.array([0.6 * 0.6**vetoes, 0.95 * 0.97**vetoes])
    by_design = np.array([[0, 0.1, 0.05, 0.3, 1.0], [0, 0.7, 0.5, 0.85, 1.0]])
    several, one = ("assumptions", "n_vetoes"), ("assumptions", "institution")
    return xr.Dataset(
        {
            "mandate": _named(mandate, several, "probability of a mandate"),
            "deterrence": _named(0.2 + 0.7 * mandate, several, "probability of no challenge"),
            "mandate_by_institution": _named(by_design, one, "probability of a mandate"),
            "deterrence_by_institution": _named(0.1 + 0.8 * by_design, one, "deterrence"),
        },
        {"assumptions": SETS, "n_vetoes": vetoes, "institution": DESIGNS},
    )


WORLD = {
    "parameters": {
        "capability": [0.3, 0.2, 0.1, 0.1, 0.05, 0.04],
        "affinity": [0, 0.4, 0, 0, 0, 0],
    },
    "options": {"lever_shift": 0.2, "parameter_factor": 1.5},
}

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


def institutions() -> xr.Dataset:
    rng = np.random.default_rng(3)
    dims = ("assumptions", "institution")
    found = {}
    for name, units in OBSERVABLES.items():
        values = rng.uniform(0, 1, (2, len(DESIGNS)))
        if units in ("payoff", "rank correlation"):
            values = 2 * values - 1
        if units == "equilibria":
            values = 1 + 2 * np.round(values)
        found[name] = _named(values, dims, f"the {name} of a crisis", units)
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


def cases() -> xr.Dataset:
    dims = ("case", "assumptions")
    predicted = {
        "challenge": [[0.9, 0.6], [0.4, 0.05]],
        "mandate": [[0.2, 0.5], [0.6, 0.9]],
        "mobilised": [[0.1, 0.6], [0.3, 0.9]],
        "reversal": [[0.2, 0.5], [0.7, 0.97]],
    }
    actual = {"mandate": [1, 1], "mobilised": [0.976, 0.396], "response": [2, 4], "outcome": [0, 2]}
    count = {"count": _named([[1, 1], [9, 3]], dims, "equilibria")}
    return xr.Dataset(
        {f"predicted_{name}": _named(value, dims, name) for name, value in predicted.items()}
        | count
        | {f"actual_{name}": _named(value, ("case",), name) for name, value in actual.items()},
        {"case": ["Abyssinia 1935", "Gulf 1990"], "assumptions": SETS},
    )


def sensitivity() -> xr.Dataset:
    moves = ("relative_gains", "legitimacy", "discount_factor", "challenger_capability", "spread")
    reach = np.array([[0.2, -0.1, 0.0, 0.18, 0.0], [0.03, -0.02, 0.0, 0.02, 0.01]])
    sides = reach[:, :, None] * np.array([-1, 1])
    base = {"challenge": [0.6, 0.05], "mandate": [0.03, 0.5], "reversal": [0.5, 0.9]}
    dims = ("assumptions", "quantity", "side")
    part = {"challenge": 1.0, "mandate": -0.12, "reversal": -0.2}
    return xr.Dataset(
        {
            name: _named(np.array(at)[:, None, None] + part[name] * sides, dims, f"a {name}")
            for name, at in base.items()
        }
        | {f"{name}_base": _named(at, dims[:1], f"{name}") for name, at in base.items()}
        | {"count": _named(np.ones(sides.shape, dtype=int), dims, "equilibria")},
        {"assumptions": SETS, "quantity": list(moves), "side": ["lowered", "raised"]},
        {"config": json.dumps(WORLD)},
    )  # fmt: skip


def _solved(make: Callable[[], xr.Dataset], games: int) -> Callable[[], xr.Dataset]:
    """Return a dataset that says how many games were solved for it."""
    return lambda: make().assign_attrs(points=games, uncertified=0)


DATASETS = {
    "free_riding": _solved(free_riding, 768),
    "exploitation": _solved(exploitation, 26),
    "deterrence_map": _solved(deterrence_map, 7200),
    "veto": _solved(veto, 32),
    "institutions": _solved(institutions, 10),
    "cases": _solved(cases, 4),
    "sensitivity": _solved(sensitivity, 22),
}
