"""What does a veto cost: how do mandates and deterrence change with the number of vetoes?"""

from __future__ import annotations

import numpy as np
import xarray as xr

from collsec.institutions import PRESETS, Institution
from collsec.study.compare import compare
from collsec.study.config import Config


def run(config: Config) -> xr.Dataset:
    """Vary the vetoes in a council of one size, and set the institutions as they are beside it."""
    designs = _designs(config)
    by_vetoes = _compared(config, designs).drop_vars("institution_title")
    by_vetoes = by_vetoes.rename(institution="n_vetoes")
    vetoes = xr.Variable(
        "n_vetoes",
        np.arange(len(designs)),
        {"long_name": "permanent seats with a veto", "units": "seats"},
    )
    by_institution = _compared(config, config.institutions)
    renamed = {name: f"{name}_by_institution" for name in by_institution.data_vars}
    dataset = by_vetoes.assign_coords(n_vetoes=vetoes).merge(by_institution.rename(renamed))
    dataset.attrs["points"] = by_vetoes.attrs["points"] + by_institution.attrs["points"]
    return dataset


def _designs(config: Config) -> list[Institution]:
    council = PRESETS.load(config.options["council"])
    seats = config.options["seats"]
    return [
        council.replace(name=(str(n),), permanent=n, elected=seats - n)
        for n in range(config.options["most_vetoes"] + 1)
    ]


def _compared(config: Config, designs: list[Institution] | tuple[Institution, ...]) -> xr.Dataset:
    return compare(
        config.game,
        config.assumptions,
        designs,
        observables=config.observables,
        execution=config.execution,
    )
