"""What the paper quotes of the experiment veto."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import ORDINALS, designs, ends, schools


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter mandate and deterrence without and with all vetoes, and by institution."""
    source = "results/veto.nc"
    ends(ledger, "veto.vetoes", data["n_vetoes"].values, source)
    for school in schools(data):
        falls = -np.diff(data["mandate"].sel(assumptions=school).transpose("n_vetoes").values)
        steepest = ORDINALS[int(np.argmax(falls))]
        ledger.enter(f"veto.steepest.{school}", steepest, f"{source}: mandate")
    for outcome in ("mandate", "deterrence"):
        for school in schools(data):
            curve = data[outcome].sel(assumptions=school)
            ends(ledger, f"veto.{outcome}.{school}", curve.values, f"{source}: {outcome}")
            for design in designs(data):
                name = f"{outcome}_by_institution"
                value = data[name].sel(assumptions=school, institution=design)
                ledger.enter(f"veto.{outcome}.{school}.{design}", value, f"{source}: {name}")
