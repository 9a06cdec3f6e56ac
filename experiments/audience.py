"""Who backs down in a public crisis, and when is it war, as audiences differ and pledges bind?

Without suffix: as the challenger's audience cost goes from a fraction to a multiple of the
target's, under every assumption set and with neutral levers. ``_by_pledge``: as a broken pledge
costs more, where it binds both sides and where it binds the target alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.games.game import Game
from collsec.study.compare import compare
from collsec.study.config import Config

BOUND = {"both": 1.0, "target": 0.0}
"""Whom a pledge binds, and how far it then binds the challenger."""


def run(config: Config) -> xr.Dataset:
    """Solve both comparisons and join them."""
    options = config.options
    ratios = np.geomspace(1 / options["loudest"], options["loudest"], options["ratios"])
    by_ratio = _compared(
        config, config.game, (*config.assumptions, NEUTRAL), {"challenger_audience": ratios}
    )
    label = {"long_name": "the challenger's audience cost over the target's", "units": "ratio"}
    by_ratio = by_ratio.rename(challenger_audience="ratio")
    by_ratio = by_ratio.assign_coords(ratio=("ratio", ratios, label))
    by_pledge = _by_pledge(config)
    named = by_pledge.rename({str(name): f"{name}_by_pledge" for name in by_pledge.data_vars})
    dataset = xr.merge([by_ratio, named], compat="equals", join="exact")
    for name in ("points", "uncertified"):
        dataset.attrs[name] = by_ratio.attrs[name] + by_pledge.attrs[name]
    return dataset


def _by_pledge(config: Config) -> xr.Dataset:
    """Return the game with a louder challenger as pledges bind one or both sides."""
    options = config.options
    pledges = np.linspace(0.0, options["dearest_pledge"], options["pledges"])
    louder = config.game.replace(challenger_audience=options["louder"])
    parts = [
        _compared(
            config,
            louder.replace(challenger_pledged=share),
            (NEUTRAL,),
            {"levers.pledge_cost": pledges},
        ).isel(assumptions=0, drop=True)
        for share in BOUND.values()
    ]
    whom = xr.Variable("bound", list(BOUND), {"long_name": "whom a pledge binds", "units": "1"})
    both = xr.concat(parts, whom)
    for name in ("points", "uncertified"):
        both.attrs[name] = sum(part.attrs[name] for part in parts)
    return both


def _compared(
    config: Config,
    game: Game,
    assumptions: Sequence[Assumptions],
    sweep: Mapping[str, NDArray[Any]],
) -> xr.Dataset:
    return compare(
        game,
        assumptions,
        sweep=sweep,
        observables=config.observables,
        execution=config.execution,
    )
