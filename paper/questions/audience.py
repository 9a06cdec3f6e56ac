"""What the paper quotes of the experiment audience."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import ends, schools

OUTCOMES = ("war", "crisis", "target_backs_down")


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter outcomes at both ends and where audiences are alike, and what pledges do."""
    source = "results/audience.nc"
    ratio = data["ratio"].values
    alike = int(np.argmin(np.abs(np.log(ratio))))
    ledger.enter("audience.loudest", float(ratio[-1]), source, digits=0)
    for school in schools(data):
        for outcome in OUTCOMES:
            curve = data[outcome].sel(assumptions=school).values
            key = f"audience.{outcome}.{school}"
            ends(ledger, key, curve, f"{source}: {outcome}")
            ledger.enter(f"{key}.alike", curve[alike], f"{source}: {outcome}")
        duration = data["duration"].sel(assumptions=school).values
        ledger.enter(f"audience.duration.{school}.least", duration.min(), f"{source}: duration")
    for whom in data["bound"].values:
        for outcome in ("war", "target_backs_down", "challenger_backs_down"):
            curve = data[f"{outcome}_by_pledge"].sel(bound=whom).values
            key, place = f"audience.pledge.{outcome}.{whom}", f"{source}: {outcome}_by_pledge"
            ends(ledger, key, curve, place)
            ledger.enter(f"{key}.most", curve.max(), place)
    war = data["war_by_pledge"].sel(bound="target").values
    worst = float(data["pledge_cost"].values[int(np.argmax(war))])
    ledger.enter("audience.pledge.worst", worst, f"{source}: war_by_pledge")
    ends(ledger, "audience.pledge", data["pledge_cost"].values, source)
