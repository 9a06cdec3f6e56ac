"""What does a harder pledge buy: deterrence, or the protege's demands and the defender's wars?"""

from __future__ import annotations

import numpy as np
import xarray as xr

from collsec.assumptions import LEVERS, Assumptions
from collsec.study.compare import compare, compare_config
from collsec.study.config import Config

SWEPT = ("pledge_cost", "selection")
"""The pledge is what varies; which equilibrium is played does not matter where there is one."""


def run(config: Config) -> xr.Dataset:
    """Harden the pledge under every set; then under the first with one lever of the last."""
    dataset = compare_config(config)
    first, last = config.assumptions[0], config.assumptions[-1]
    levers = [lever for lever in LEVERS if lever not in SWEPT]
    switched = [_with(first, last, lever) for lever in levers]
    pledge = dataset["pledge_cost"].values
    ends = compare(
        config.game,
        switched,
        sweep={"levers.pledge_cost": [pledge[0], pledge[-1]]},
        observables=("challenge", "demands"),
        execution=config.execution,
    )
    by_lever = ends.rename(assumptions="lever", pledge_cost="end").drop_vars("end")
    renamed = {name: f"{name}_by_lever" for name in by_lever.data_vars}
    merged = dataset.merge(by_lever.rename(renamed)).assign_coords(
        lever=xr.Variable("lever", np.array(levers, dtype=object), {
            "long_name": "lever at the last set's value, all others at the first's", "units": "1",
        }),
        end=xr.Variable("end", np.array(["none", "hardest"], dtype=object), {
            "long_name": "pledge", "units": "1",
        }),
    )  # fmt: skip
    merged.attrs["points"] = dataset.attrs["points"] + ends.attrs["points"]
    merged.attrs["uncertified"] = dataset.attrs["uncertified"] + ends.attrs["uncertified"]
    return merged


def _with(first: Assumptions, last: Assumptions, lever: str) -> Assumptions:
    return first.replace(name=(lever,), **{lever: getattr(last, lever)})
