"""Does collective defence wither as the membership grows from two to every UN member?

Peace: equal members pay for a common defence (`private_provision`). War: equal members answer an
attack or stay out (`response`). Total income and total capability stay the same; only their
division among more and more members changes.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from collsec.games.burden.private_provision import PrivateProvision
from collsec.games.game import Game
from collsec.study.compare import compare
from collsec.study.config import Config


def run(config: Config) -> xr.Dataset:
    """Solve both games for every number of members, under every assumption set."""
    numbers = np.arange(config.options["smallest"], config.options["largest"] + 1)
    both = [_one_size(config, int(n)) for n in numbers]
    dataset = xr.concat(both, "n_members", data_vars="all", coords="minimal", compat="equals")
    dataset = dataset.assign_coords(
        n_members=("n_members", numbers, {"long_name": "number of members", "units": "members"})
    )
    dataset.attrs["points"] = len(numbers) * len(config.assumptions) * 2
    return dataset


def _one_size(config: Config, n_members: int) -> xr.Dataset:
    options = config.options
    shares = np.full(n_members, options["capability"] / n_members)
    answering = config.game.replace(capability=shares)
    paying = PrivateProvision(
        income=np.full(n_members, options["income"] / n_members), taste=options["taste"]
    )
    war = _compared(config, answering, ("answer", "mobilised", "reversal", "free_rider_gap"))
    peace = _compared(config, paying, ("free_rider_gap",))
    war = war.rename(free_rider_gap="free_rider_gap_in_war")
    mean = war["answer"].mean("member", keep_attrs=True)
    kept = war.drop_dims("member").assign(answer=mean)
    return kept.assign(free_rider_gap=peace["free_rider_gap"], regret_in_peace=peace["regret"])


def _compared(config: Config, game: Game, observables: tuple[str, ...]) -> xr.Dataset:
    return compare(game, config.assumptions, observables=observables, execution=config.execution)
