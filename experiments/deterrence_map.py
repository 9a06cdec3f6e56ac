"""Where do superior capability and costly pledges deter, under both assumption sets?"""

from __future__ import annotations

import xarray as xr

from collsec.study.compare import compare_config
from collsec.study.config import Config


def run(config: Config) -> xr.Dataset:
    """Solve the grid and label it by the coalition's capability over the challenger's."""
    dataset = compare_config(config).isel(institution=0)
    coalition = float(config.game.values["capability"].sum())
    challenger = dataset["challenger_capability"]
    ratio = (coalition / challenger).assign_attrs(
        long_name="capability of coalition to challenger", units="ratio"
    )
    return (
        dataset.assign_coords(capability_ratio=ratio)
        .swap_dims(challenger_capability="capability_ratio")
        .sortby("capability_ratio")
        .transpose("assumptions", "capability_ratio", "pledge_cost")
    )
