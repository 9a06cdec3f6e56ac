"""What the paper quotes of the experiment signals."""

from __future__ import annotations

import numpy as np
import xarray as xr

from paper.quoted import Ledger
from paper.reading import MARGIN, config_of, ends, schools

KINDS = ("tied", "sunk")


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter both kinds at equal informativeness, under each set, and by relative gains."""
    source = "results/signals.nc"
    config = config_of(data, "signals")
    ledger.enter("signals.fixed", config["options"]["fixed"], source)
    ledger.enter("signals.resolve", config["parameters"]["resolve"], source)
    _equal(ledger, data, source)
    for school in schools(data):
        for kind in KINDS:
            war = data["war"].sel(assumptions=school, kind=kind).values
            ends(ledger, f"signals.war.{school}.{kind}", war, f"{source}: war")
    _weights(ledger, data, source)
    for name in ("war", "sender_payoff"):
        curve = data[f"{name}_by_share"].values
        ends(ledger, f"signals.chosen.{name}", curve, f"{source}: {name}_by_share")
    ledger.enter("signals.chosen.bluff", data["bluff_by_share"].max(), f"{source}: bluff_by_share")


def _equal(ledger: Ledger, data: xr.Dataset, source: str) -> None:
    """Enter the outcomes at full credibility, and the widest gaps where both kinds bluff."""
    first = data.isel(step=0)
    for kind in KINDS:
        at = first.sel(kind=kind)
        for name in ("war", "push", "sender_payoff"):
            key, value = f"signals.full.{name}.{kind}", at[f"{name}_equal"]
            ledger.enter(key, value, f"{source}: {name}_equal", digits=3 if name == "war" else 2)
    tied, sunk = (data.sel(kind=kind) for kind in KINDS)
    bluffs = (tied["bluff_equal"] > 0) & (sunk["bluff_equal"] > 0)
    war = np.abs(tied["war_equal"] - sunk["war_equal"]).where(bluffs, 0.0)
    gain = (tied["sender_payoff_equal"] - sunk["sender_payoff_equal"]).where(bluffs)
    ledger.enter("signals.bluffed.war", war.max(), f"{source}: war")
    ledger.enter("signals.bluffed.least", gain.min(), f"{source}: sender_payoff")
    ledger.enter("signals.bluffed.most", gain.max(), f"{source}: sender_payoff")
    push = tied["push_equal"].where(bluffs)
    ledger.enter("signals.bluffed.push", push.min(), f"{source}: push")


def _weights(ledger: Ledger, data: xr.Dataset, source: str) -> None:
    """Enter where relative gains silence those who sink costs, and where signals stop to count."""
    weights, war = data["relative_gains"].values, data["war_by_weight"]
    ends(ledger, "signals.weights", weights, source)
    for kind in KINDS:
        curve = war.sel(kind=kind).values
        ends(ledger, f"signals.weighed.{kind}", curve, f"{source}: war_by_weight")
        ledger.enter(f"signals.weighed.{kind}.most", np.nanmax(curve), f"{source}: war_by_weight")
    silent = data["signal_by_weight"].sel(kind="sunk").values < MARGIN
    silenced = weights[np.argmax(silent)] if silent.any() else weights[-1]
    ledger.enter("signals.silenced", silenced, f"{source}: signal_by_weight")
    apart = np.abs(war.sel(kind="tied") - war.sel(kind="sunk")).values > MARGIN
    last = int(np.flatnonzero(apart)[-1]) + 1 if apart.any() else 0
    ledger.enter("signals.alike", weights[min(last, len(weights) - 1)], f"{source}: war_by_weight")
