"""What the paper quotes of the experiment deterrence_map."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import MARGIN, ends, schools

LIKELY = 0.5
"""A challenge is called likely above this probability."""
EVEN = 1.0
"""Capability ratio at which coalition and challenger are of equal strength."""


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter the grid, and for each set how likely challenges and several equilibria are."""
    source = "results/deterrence_map.nc"
    ratio, pledge = data["capability_ratio"], data["pledge_cost"]
    ledger.enter("deterrence_map.cells", ratio.size * pledge.size, source)
    for key, axis in {"ratio": ratio, "pledge": pledge}.items():
        ledger.enter(f"deterrence_map.{key}.steps", axis.size, source)
        ends(ledger, f"deterrence_map.{key}", axis.values, f"{source}: {axis.name}")
    even = data.sel(capability_ratio=EVEN, method="nearest")
    for school in schools(data):
        here, several = data["challenge"].sel(assumptions=school), data["count"] > 1
        where, key = f"{source}: challenge", f"deterrence_map.{school}"
        ledger.enter(f"{key}.mean", here.mean(), where)
        ledger.enter(f"{key}.likely", 100 * (here > LIKELY).mean(), where, digits=0)
        share = 100 * several.sel(assumptions=school).mean()
        ledger.enter(f"{key}.several", share, f"{source}: count", digits=0)
        most = int(data["count"].sel(assumptions=school).max())
        ledger.enter(f"{key}.most", most, f"{source}: count")
        pledges = even["challenge"].sel(assumptions=school).transpose("pledge_cost")
        ends(ledger, f"{key}.even", pledges.values, where)
        power = here.isel(pledge_cost=0)
        ends(ledger, f"{key}.unpledged", power.values, where)
        moved = (power - here.isel(pledge_cost=-1)).transpose("capability_ratio")
        there = int(np.argmax(moved.values))
        column = here.isel(capability_ratio=there).transpose("pledge_cost")
        ledger.enter(f"{key}.most_moved.ratio", ratio[there], where, digits=1)
        ends(ledger, f"{key}.most_moved", column.values, where)
        settled = np.abs(column.values - column.values[-1]) < MARGIN
        ledger.enter(f"{key}.settled", pledge[int(np.argmax(settled))], where, digits=1)
