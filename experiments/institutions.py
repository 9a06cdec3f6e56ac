"""Which design of collective security deters, and at what price, under both assumption sets?"""

from __future__ import annotations

import xarray as xr

from collsec.study.compare import compare_config
from collsec.study.config import Config


def run(config: Config) -> xr.Dataset:
    """Compare all designs; what differs by member is kept, and its plain mean stands beside it."""
    dataset = compare_config(config)
    by_member = [name for name, item in dataset.data_vars.items() if "member" in item.dims]
    means = {
        name: dataset[name]
        .mean("member", skipna=True)
        .assign_attrs(
            long_name=f"{dataset[name].attrs['long_name']}, mean over members",
            units=dataset[name].attrs["units"],
        )
        for name in by_member
    }
    kept = {name: f"{name}_by_member" for name in by_member}
    return dataset.rename(kept).assign(means)
