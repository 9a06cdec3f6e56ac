"""What the paper quotes of the experiment reliability."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import schools


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter published rates, and the reliability that each assumption set finds behind them."""
    source = "results/reliability.nc"
    rates, n_records = data["rate"].values, data.sizes["record"]
    ledger.enter("reliability.rates.number", n_records, f"{source}: rate")
    extremes = {"low": int(np.argmin(rates)), "high": int(np.argmax(rates))}
    for name, place in extremes.items():
        ledger.enter(f"reliability.rates.{name}", rates[place], f"{source}: rate")
    for school in schools(data):
        one = data.sel(assumptions=school)
        fits = one["lowest"].notnull()
        ledger.enter(f"reliability.fits.{school}", int(fits.sum()), f"{source}: lowest")
        gap = (one["highest"] - one["rate"]).max()
        ledger.enter(f"reliability.gap.{school}", gap, f"{source}: highest less rate")
        least = one["reliability"].min()
        ledger.enter(f"reliability.least.{school}", least, f"{source}: reliability")
        for name, place in extremes.items():
            _range(ledger, f"reliability.{name}.{school}", one.isel(record=place), source)


def _range(ledger: Ledger, key: str, record: xr.Dataset, source: str) -> None:
    """Enter the ends of what is compatible with one rate, "none" where nothing is."""
    for end in ("lowest", "highest"):
        value = float(record[end])
        ledger.enter(f"{key}.{end}", value if np.isfinite(value) else "none", f"{source}: {end}")
