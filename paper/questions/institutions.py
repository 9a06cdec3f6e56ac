"""What the paper quotes of the experiment institutions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from paper.quoted import Ledger, exactly
from paper.reading import (
    MARGIN,
    ORDINALS,
    config_of,
    designs,
    listed,
    observables,
    schools,
    title_of,
)

STRONGEST = 5
IN_A_SENTENCE = {
    "Self-help": "self-help",
    "League of Nations": "the League of Nations",
    "UN Charter": "the UN Charter",
}


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter every observable by institution and set, the best design, and what varies more."""
    source = "results/institutions.nc"
    _world(ledger, config_of(data, "institutions"), source)
    ledger.enter("institutions.number", data.sizes["institution"], source)
    for name in observables(data):
        for school in schools(data):
            for design in designs(data):
                value = data[name].sel(assumptions=school, institution=design)
                if value.notnull():
                    key = f"institutions.{name}.{school}.{design}"
                    ledger.enter(key, value, f"{source}: {name}")
    for school in schools(data):
        for design in designs(data):
            attack = float(data["challenge"].sel(assumptions=school, institution=design))
            if attack > 0:
                key = f"institutions.prize.{school}.{design}"
                ledger.enter(key, -math.log(attack), f"{source}: challenge", digits=1)
    challenge = data["challenge"].transpose("assumptions", "institution")
    where = f"{source}: challenge"
    for school in schools(data):
        own = challenge.sel(assumptions=school)
        for key, value in {"best": own.min(), "worst": own.max()}.items():
            alike = own["institution"][abs(own - value).values < MARGIN]
            names = [title_of(data, design.item()) for design in alike]
            names = [IN_A_SENTENCE.get(name, name) for name in names]
            ledger.enter(f"institutions.{key}.{school}", listed(names), where)
            ledger.enter(f"institutions.{key}.{school}.number", len(names), where)
            ledger.enter(f"institutions.{key}.{school}.challenge", value, where)
        spread = float(own.max() - own.min())
        ledger.enter(f"institutions.across.{school}", spread, where)
    between = challenge.max("assumptions") - challenge.min("assumptions")
    ledger.enter("institutions.between", between.mean(), where)


def _world(ledger: Ledger, config: Mapping[str, Any], source: str) -> None:
    """Enter the members of the crisis experiments, and which are friends of the challenger."""
    where = f"{source}: config"
    capability = np.asarray(config["parameters"]["capability"])
    affinity = np.broadcast_to(config["parameters"]["affinity"], capability.shape)
    ranked = affinity[np.argsort(-capability, kind="stable")]
    friends = [ORDINALS[k] for k in np.flatnonzero(ranked > 0)]
    ledger.enter("world.members", int(capability.size), where)
    ledger.enter("world.capability", float(capability.sum()), where)
    ledger.enter("world.strongest", float(np.sort(capability)[-STRONGEST:].sum()), where)
    ledger.enter("world.friends", listed(friends), where)
    ledger.enter("world.closest", ORDINALS[int(np.argmax(ranked))], where)
    ledger.enter("world.affinity", listed([exactly(x) for x in ranked[ranked > 0]]), where)
