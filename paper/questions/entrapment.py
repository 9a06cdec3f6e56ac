"""What the paper quotes of the experiment entrapment."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import ends, schools, words

KINDS = {"bare": 0, "conditional": -1}
OUTCOMES = ("demands", "challenge", "entrapment", "abandonment")


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter both ends and the turns of every path, and which lever matters most for pledges."""
    source = "results/entrapment.nc"
    ends(ledger, "entrapment.pledge", data["pledge_cost"].values, source)
    for school in schools(data):
        for kind, place in KINDS.items():
            kept = data.sel(assumptions=school).isel(condition=place)
            for outcome in OUTCOMES:
                key = f"entrapment.{outcome}.{kind}.{school}"
                curve = kept[outcome].transpose("pledge_cost")
                ends(ledger, key, curve.values, f"{source}: {outcome}")
                _turns(ledger, key, curve, f"{source}: {outcome}")
    ledger.enter("entrapment.most", int(data["count"].max()), f"{source}: count")
    _levers(ledger, data["challenge_by_lever"].transpose("lever", "end"), source)


def _turns(ledger: Ledger, key: str, curve: xr.DataArray, source: str) -> None:
    """Enter the highest and the lowest value of a curve, and the pledges at which it has them."""
    for name, place in {"high": np.argmax(curve.values), "low": np.argmin(curve.values)}.items():
        ledger.enter(f"{key}.{name}", curve.values[int(place)].item(), source)
        pledge = curve["pledge_cost"].values[int(place)].item()
        ledger.enter(f"{key}.{name}.at", pledge, f"{source} over pledge_cost", digits=2)


def _levers(ledger: Ledger, challenge: xr.DataArray, source: str) -> None:
    """Enter the two levers with which the hardest pledge lowers the chance of an attack most."""
    falls = challenge.values[:, 0] - challenge.values[:, -1]
    where = f"{source}: challenge_by_lever"
    for rank, place in enumerate(np.argsort(-falls, kind="stable")[:2], start=1):
        key = f"entrapment.lever.{rank}"
        ledger.enter(key, words(str(challenge["lever"].values[place])), where)
        ends(ledger, f"{key}.challenge", challenge.values[place], where)
