"""How complete must sanctions be to make a challenger yield, and would oil have done it in 1935?

The ladder of words, sanctions and force over coverage and leakage, under both assumption sets;
three points on the map for the sanctions against Italy, and at the first of them one lever at a
time taken from the other set.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from collsec.assumptions import Assumptions
from collsec.assumptions.levers import LEVERS
from collsec.games.game import Game
from collsec.study.compare import compare
from collsec.study.config import Config

DAYS = 365.25
TITLES = {
    "imposed": "as imposed",
    "oil": "with oil, US at its share",
    "replaced": "with oil, US replaces all",
}


@dataclass(frozen=True)
class Fact:
    """One number of the history, with its source; a judgement is a coder's reading."""

    value: float
    unit: str
    source: str
    why: str
    judgement: bool = False


def run(config: Config) -> xr.Dataset:
    """Map coverage and leakage, place history on the map, and move single levers."""
    facts = read(config.path.parent / config.options["history"])
    game = config.game.replace(
        censure_delay=facts["days_to_censure"].value / DAYS,
        sanction_delay=facts["days_to_sanctions"].value / DAYS,
    )
    shares = np.linspace(0.0, 1.0, config.options["steps"])
    whole = compare(
        game,
        config.assumptions,
        sweep={"coverage": shares, "leakage": shares},
        observables=config.observables,
        execution=config.execution,
    )
    parts = [whole, _history(config, game, facts), _by_lever(config, game, facts)]
    dataset = xr.merge(parts, combine_attrs="drop_conflicts")
    return dataset.assign_attrs(_counted(parts))


def read(path: Path) -> dict[str, Fact]:
    """Return the facts by name."""
    with path.open("rb") as file:
        return {name: Fact(**entry) for name, entry in tomllib.load(file).items()}


def points(facts: dict[str, Fact]) -> dict[str, tuple[float, float]]:
    """Return coverage and leakage of the sanctions as they were, and with oil.

    Of the oil, the United States supply their share of late 1935, or all of it; the leakage of all
    sanctions is the mean over what they cover.
    """
    imposed, leaked = facts["coverage"].value, facts["leakage"].value
    oil, share = facts["oil"].value, facts["us_share_after"].value
    covered = imposed + oil
    return {
        "imposed": (imposed, leaked),
        "oil": (covered, (imposed * leaked + oil * share) / covered),
        "replaced": (covered, (imposed * leaked + oil) / covered),
    }


def _counted(parts: list[xr.Dataset]) -> dict[str, int]:
    return {key: sum(part.attrs[key] for part in parts) for key in ("points", "uncertified")}


def _history(config: Config, game: Game, facts: dict[str, Fact]) -> xr.Dataset:
    """Solve at the points of history."""
    places = points(facts)
    solved = [
        compare(
            game.replace(coverage=coverage, leakage=leakage),
            config.assumptions,
            observables=config.observables,
        )
        for coverage, leakage in places.values()
    ]
    found = xr.concat(solved, "point", data_vars="all", coords="minimal", compat="equals")
    found = found.rename({name: f"{name}_in_1935" for name in found.data_vars})
    located = {
        f"{axis}_in_1935": ("point", [place[k] for place in places.values()], _about(axis, "share"))
        for k, axis in enumerate(("coverage", "leakage"))
    }
    names = [TITLES[name] for name in places]
    return found.assign(located).assign_coords(
        point=("point", list(places), _about("sanctions against Italy", "1")),
        point_title=("point", names, _about("sanctions against Italy, in words", "1")),
    ).assign_attrs(_counted(solved))  # fmt: skip


def _by_lever(config: Config, game: Game, facts: dict[str, Fact]) -> xr.Dataset:
    """Solve at the sanctions as imposed with each lever at its value in the other of two sets."""
    coverage, leakage = points(facts)["imposed"]
    placed = game.replace(coverage=coverage, leakage=leakage)
    pairs = zip(config.assumptions, config.assumptions[::-1], strict=True)
    moved = [_moved(placed, own, other) for own, other in pairs]
    found = xr.concat(moved, "assumptions", data_vars="all", coords="minimal", compat="equals")
    found = found.rename({name: f"{name}_by_lever" for name in found.data_vars})
    return found.assign_attrs(_counted(moved))


def _moved(game: Game, own: Assumptions, other: Assumptions) -> xr.Dataset:
    sets = [own.replace(name=("none",))]
    sets += [own.replace(name=(lever,), **{lever: getattr(other, lever)}) for lever in LEVERS]
    found = compare(game, sets, observables=("challenge", "aggression_stands"))
    label = xr.Variable("lever", ["none", *LEVERS], _about("lever moved", "1"))
    found = found.rename(assumptions="lever").assign_coords(lever=label)
    return found.expand_dims(assumptions=[" ".join(own.name)])


def _about(long_name: str, units: str) -> dict[str, str]:
    return {"long_name": long_name, "units": units}
