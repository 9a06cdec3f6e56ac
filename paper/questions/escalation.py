"""What the paper quotes of the experiment escalation."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import MARGIN, schools

SOURCE = "results/escalation.nc"
QUOTED = ("challenge", "yields_to_sanctions", "gives_up", "aggression_stands")


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter the points of history, the least bite that changes an outcome, and single levers."""
    for point in data["point"].values:
        for name in ("coverage", "leakage"):
            value = data[f"{name}_in_1935"].sel(point=point)
            ledger.enter(f"escalation.{point}.{name}", value, f"{SOURCE}: {name}_in_1935")
    for school in schools(data):
        for point in data["point"].values:
            for name in QUOTED:
                value = data[f"{name}_in_1935"].sel(point=point, assumptions=school)
                where = f"{SOURCE}: {name}_in_1935"
                ledger.enter(f"escalation.{point}.{school}.{name}", value, where)
        _tight(ledger, school, data.sel(assumptions=school))
        _levers(ledger, school, data.sel(assumptions=school))


def _tight(ledger: Ledger, school: str, here: xr.Dataset) -> None:
    """Enter outcomes along coverage without leakage: both ends, and where they first change."""
    tight = here.isel(leakage=0).transpose("coverage", ...)
    for name in ("challenge", "aggression_stands"):
        curve = tight[name].values
        where = f"{SOURCE}: {name} without leakage"
        for end, value in {"none": curve[0], "full": curve[-1]}.items():
            ledger.enter(f"escalation.{school}.{name}.{end}", value, where)
        changed = np.abs(curve - curve[0]) > MARGIN
        first = tight["coverage"].values[int(np.argmax(changed))] if changed.any() else 1.0
        ledger.enter(f"escalation.{school}.{name}.from", first, where)
        ledger.enter(f"escalation.{school}.{name}.moves", int(changed.any()), where)


def _levers(ledger: Ledger, school: str, here: xr.Dataset) -> None:
    """Enter what each lever does alone, and how many of them change the outcome."""
    stands = here["aggression_stands_by_lever"]
    where = f"{SOURCE}: by lever"
    for lever in here["lever"].values:
        ledger.enter(f"escalation.{school}.with.{lever}", stands.sel(lever=lever), where)
    moved = np.abs(stands - stands.sel(lever="none")).values > MARGIN
    ledger.enter(f"escalation.{school}.moving", int(moved.sum()), where)
