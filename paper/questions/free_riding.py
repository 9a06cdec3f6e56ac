"""What the paper quotes of the experiment free_riding."""

from __future__ import annotations

import xarray as xr

from paper.quoted import Ledger
from paper.reading import ends, schools


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter gaps and mobilisation at the smallest and the largest coalition, and multiplicity."""
    source = "results/free_riding.nc"
    members = data["n_members"]
    ends(ledger, "free_riding.members", members.values, source)
    for school in schools(data):
        count = data["count"].sel(assumptions=school).transpose("n_members")
        several = members.values[count.values > 1]
        last = int(several.max()) if several.size else 0
        ledger.enter(f"free_riding.most.{school}", int(count.max()), f"{source}: count")
        ledger.enter(f"free_riding.several.{school}", last, f"{source}: count")
    names = {"gap": "free_rider_gap", "war_gap": "free_rider_gap_in_war", "mobilised": "mobilised"}
    for short, name in names.items():
        for school in schools(data):
            curve = data[name].sel(assumptions=school).transpose("n_members")
            ends(ledger, f"free_riding.{short}.{school}", curve.values, f"{source}: {name}")
