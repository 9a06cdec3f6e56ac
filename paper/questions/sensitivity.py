"""What the paper quotes of the experiment sensitivity."""

from __future__ import annotations

import xarray as xr

from collsec.equilibrium import TOLERANCE
from paper.quoted import Ledger, exactly
from paper.reading import config_of, listed, schools, words


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter each outcome with each quantity moved, what moves it most, and the range covered."""
    source = "results/sensitivity.nc"
    config = config_of(data, "sensitivity")
    ledger.enter("sensitivity.shift", 100 * config["options"]["lever_shift"], source, digits=0)
    ledger.enter("sensitivity.factor", exactly(config["options"]["parameter_factor"]), source)
    ledger.enter("sensitivity.number", data.sizes["quantity"], source)
    ledger.enter("sensitivity.most", int(data["count"].max()), f"{source}: count")
    for outcome in ("challenge", "mandate"):
        moved = data[outcome].transpose("assumptions", "quantity", "side")
        for school in schools(data):
            _moved(ledger, f"sensitivity.{outcome}.{school}", moved.sel(assumptions=school))
            base = data[f"{outcome}_base"].sel(assumptions=school)
            ledger.enter(f"sensitivity.{outcome}.{school}.base", base, f"{source}: {outcome}_base")
    challenge = data["challenge"]
    gap = (
        challenge.sel(assumptions="realist").min()
        - challenge.sel(assumptions="institutionalist").max()
    )
    ledger.enter("sensitivity.apart", gap, f"{source}: challenge")
    reach = (challenge.max("side") - challenge.min("side")).max("assumptions")
    idle = [words(str(name)) for name in data["quantity"].values[reach.values < TOLERANCE]]
    ledger.enter("sensitivity.idle", listed(idle), f"{source}: challenge")


def _moved(ledger: Ledger, key: str, moved: xr.DataArray) -> None:
    """Enter an outcome with each quantity lowered and raised, and which of them moves it most."""
    where = f"results/sensitivity.nc: {moved.name}"
    for name in moved["quantity"].values:
        for side in moved["side"].values:
            value = moved.sel(quantity=name, side=side)
            ledger.enter(f"{key}.{name}.{side}", value, where)
    reach = moved.max("side") - moved.min("side")
    ledger.enter(f"{key}.most", words(str(reach.idxmax("quantity").item())), where)
    for short, value in {"low": moved.min(), "high": moved.max()}.items():
        ledger.enter(f"{key}.{short}", value, where)
