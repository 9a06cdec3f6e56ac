"""What the paper quotes of the experiment reputation."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import MARGIN, ends, schools

SOURCE = "results/reputation.nc"


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter challenges by belief, sight and lever, and those that follow the first reply."""
    ledger.enter("reputation.crises", int(data["crisis"].max()), SOURCE)
    ends(ledger, "reputation.belief", data["p_tough"].values, SOURCE)
    for school in schools(data):
        here = data.sel(assumptions=school)
        _curves(ledger, f"reputation.{school}", here)
        for reply in ("conceded", "fought"):
            path = here["challenge_after"].sel(reply=reply).transpose("crisis")
            key = f"reputation.{school}.{reply}"
            ends(ledger, key, path.values, f"{SOURCE}: challenge_after")
        moved = here["challenges_by_lever"]
        for lever in data["lever"].values:
            value = moved.sel(lever=lever)
            ledger.enter(f"reputation.{school}.with.{lever}", value, f"{SOURCE}: by lever")
        fewer = int((moved < moved.sel(lever="none") - MARGIN).sum())
        ledger.enter(f"reputation.{school}.fewer", fewer, f"{SOURCE}: by lever")


def _curves(ledger: Ledger, key: str, here: xr.Dataset) -> None:
    """Enter both ends of both curves, and where sight makes the greatest difference."""
    ends(ledger, f"{key}.by_belief", here["challenges"].values, f"{SOURCE}: challenges")
    curve, sight = here["challenges_by_sight"].values, here["monitoring"].values
    ends(ledger, f"{key}.by_sight", curve, f"{SOURCE}: challenges_by_sight")
    place = int(np.argmin(np.diff(curve)))
    where = f"{SOURCE}: challenges_by_sight"
    ledger.enter(f"{key}.step.sight", sight[place + 1], where)
    ledger.enter(f"{key}.step.before", curve[place], where)
    ledger.enter(f"{key}.step.after", curve[place + 1], where)
