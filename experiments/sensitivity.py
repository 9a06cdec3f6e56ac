"""How far do the predictions hang on values that no source fixes?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from collsec.assumptions import LEVERS, Assumptions
from collsec.games.game import Game
from collsec.parameters import Declared
from collsec.study.compare import compare
from collsec.study.config import Config

D = TypeVar("D", bound=Declared)
SIDES = (-1, 1)
"""Lowered and raised."""


def run(config: Config) -> xr.Dataset:
    """Move one lever or parameter at a time and keep what the crisis does then."""
    base = _solved(config, config.game, config.assumptions)
    moved = list(_moved(config))
    names = [name for name, _ in moved]
    dataset = xr.concat([found for _, found in moved], "quantity", coords="minimal")
    dataset = dataset.assign_coords(
        quantity=("quantity", names, {"long_name": "lever or parameter", "units": "1"}),
        side=("side", ["lowered", "raised"], {"long_name": "how it is moved", "units": "1"}),
    )
    kept = {name: f"{name}_base" for name in config.observables}
    dataset = dataset.merge(base[list(config.observables)].rename(kept))
    dataset.attrs["points"] = len(config.assumptions) * (2 * len(names) + 1)
    return dataset.transpose("assumptions", "quantity", "side")


def _moved(config: Config) -> Iterator[tuple[str, xr.Dataset]]:
    for lever in LEVERS:
        if lever != "selection":
            sides = [
                _solved(
                    config,
                    config.game,
                    [_shifted(item, lever, side, config) for item in config.assumptions],
                )
                for side in SIDES
            ]
            yield lever, xr.concat(sides, "side", coords="minimal")
    for name in config.options["parameters"]:
        sides = [
            _solved(config, _scaled(config.game, name, side, config), config.assumptions)
            for side in SIDES
        ]
        yield name, xr.concat(sides, "side", coords="minimal")


def _solved(
    config: Config, game: Game, assumptions: list[Assumptions] | tuple[Assumptions, ...]
) -> xr.Dataset:
    found = compare(
        game,
        assumptions,
        config.institutions,
        observables=config.observables,
        execution=config.execution,
    )
    return found.isel(institution=0, drop=True)


def _shifted(assumed: Assumptions, lever: str, side: int, config: Config) -> Assumptions:
    item = Assumptions.parameters[lever]
    shift = side * config.options["lever_shift"] * (item.high - item.low)
    return _within(assumed, lever, getattr(assumed, lever) + shift)


def _scaled(game: Game, name: str, side: int, config: Config) -> Game:
    return _within(game, name, game.values[name] * config.options["parameter_factor"] ** side)


def _within(owner: D, name: str, value: NDArray[np.float64]) -> D:
    """Return a copy with this value, cut off at the admissible bounds."""
    item = owner.parameters[name]
    inside = 1e-6 * (item.high - item.low) if np.isfinite(item.high - item.low) else 0.0
    high = item.high - (inside if item.open_high else 0.0)
    return owner.replace(**{name: np.clip(value, item.low, high)})
