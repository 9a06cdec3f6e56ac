"""Does one failure to act invite the next challenge?

A chain of crises under both assumption sets: over the first belief that the defender is tough, over
the chance that its replies are seen, crisis by crisis after a concession and after a fight in the
first, and with one lever at a time taken from the other set.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from collsec.assumptions import Assumptions
from collsec.assumptions.levers import LEVERS
from collsec.equilibrium import Equilibria
from collsec.forms.reputation import (
    CHALLENGE,
    CONCEDED,
    FOUGHT,
    NO_NEWS,
    TOUGH,
    WEAK,
    ReputationForm,
)
from collsec.study.compare import compare
from collsec.study.config import Config
from collsec.study.solving import solve
from collsec.study.sweep import Sweep, sweep_over

Floats = NDArray[np.float64]
REPLIES = ("conceded", "fought")


def run(config: Config) -> xr.Dataset:
    """Set challenges beside beliefs, sight, replies and single levers."""
    beliefs = np.linspace(0.01, 0.99, config.options["beliefs"])
    sights = np.linspace(0.0, 1.0, config.options["sights"])
    parts = {
        "": _swept(config, sweep_over({"p_tough": beliefs})),
        "_by_sight": _swept(config, sweep_over({"levers.monitoring": sights})),
        "_by_lever": _by_lever(config),
    }
    named = [
        part.rename({name: f"{name}{ending}" for name in part.data_vars})
        for ending, part in parts.items()
    ]
    dataset = xr.merge([*named, _paths(config)], combine_attrs="drop_conflicts")
    return dataset.assign_attrs(_counted(list(parts.values())))


def _counted(parts: list[xr.Dataset]) -> dict[str, int]:
    return {key: sum(part.attrs[key] for part in parts) for key in ("points", "uncertified")}


def _swept(config: Config, sweep: Sweep | None) -> xr.Dataset:
    return compare(
        config.game,
        config.assumptions,
        sweep=sweep,
        observables=config.observables,
        execution=config.execution,
    )


def _by_lever(config: Config) -> xr.Dataset:
    """Solve with each lever at the value it has in the other of two sets; "none" moves none."""
    pairs = zip(config.assumptions, config.assumptions[::-1], strict=True)
    moved = [_moved(config, own, other) for own, other in pairs]
    found = xr.concat(moved, "assumptions", data_vars="all", coords="minimal", compat="equals")
    return found.assign_attrs(_counted(moved))


def _moved(config: Config, own: Assumptions, other: Assumptions) -> xr.Dataset:
    sets = [own.replace(name=("none",))]
    sets += [own.replace(name=(lever,), **{lever: getattr(other, lever)}) for lever in LEVERS]
    found = compare(config.game, sets, observables=("challenges",)).rename(assumptions="lever")
    label = xr.Variable("lever", ["none", *LEVERS], {"long_name": "lever moved", "units": "1"})
    return found.assign_coords(lever=label).expand_dims(assumptions=[" ".join(own.name)])


def _paths(config: Config) -> xr.Dataset:
    """Return the chance of a challenge in each later crisis, by the reply in the first."""
    found = [solve(config.game, under=school) for school in config.assumptions]
    later = np.array([[_after(one, reply) for reply in REPLIES] for one in found])
    crises = np.arange(2, later.shape[-1] + 2)
    meaning = {"long_name": "chance of a challenge, given the first reply", "units": "probability"}
    return xr.Dataset(
        {"challenge_after": (("assumptions", "reply", "crisis"), later, meaning)},
        {
            "assumptions": [" ".join(school.name) for school in config.assumptions],
            "reply": ("reply", list(REPLIES), {"long_name": "reply in crisis 1", "units": "1"}),
            "crisis": ("crisis", crises, {"long_name": "crisis", "units": "number"}),
        },
    )


def _after(found: Equilibria, reply: str) -> Floats:
    """Return the chances from the second crisis on, whether or not the first reply was seen."""
    form, plan = cast("ReputationForm", found.form), found.strategies
    belief, fight = (float(plan[name][0, 0, NO_NEWS]) for name in ("belief", "fight"))
    is_news = plan["news"][0, 0, NO_NEWS] == 1
    if reply == "conceded":
        tough, news = 0.0, CONCEDED
    else:
        tough, news = belief / (belief + (1 - belief) * fight), FOUGHT if is_news else NO_NEWS
    seen = float(form.monitoring)
    total = np.zeros(form.n_stages - 1)
    for kind, weight in ((WEAK, 1 - tough), (TOUGH, tough)):
        for state, chance in ((news, seen), (NO_NEWS, 1 - seen)):
            path = form.path(plan, kind, stage=1, news=state)
            total += weight * chance * path[0, :, CHALLENGE]
    return total
