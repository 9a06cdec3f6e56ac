"""Which signal serves a state better: one that has cost, or one that will if it backs down?

Both kinds are compared in three ways. Without suffix: with one strength for both, under every
assumption set. ``_equal``: with strengths that make them equally informative, nobody minding what
others gain or who has pledged. ``_by_weight``: with one strength, as relative gains weigh more.
``_by_share``: where the strength is chosen (`choosing_signals`), as more of its cost is tied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.games.credibility.choosing_signals import ChoosingSignals
from collsec.study.compare import compare
from collsec.study.config import Config

Values = NDArray[np.float64]
KINDS = {"tied": "sunk", "sunk": "tied"}
"""Each kind of signal, and the part of its cost that it then lacks."""


def run(config: Config) -> xr.Dataset:
    """Solve the comparisons and join them."""
    options = config.options
    strengths = np.linspace(options["cheapest"], options["dearest"], options["strengths"])
    weights = np.linspace(0.0, options["heaviest"], options["weights"])
    parts = {
        "": _by_strength(config, config.assumptions, dict.fromkeys(KINDS, strengths), "strength"),
        "_equal": _by_strength(config, (NEUTRAL,), _equally_informative(config), "step"),
        "_by_weight": _by_weight(config, weights),
        "_by_share": _by_share(config),
    }
    named = [
        part.rename({str(name): f"{name}{suffix}" for name in part.data_vars})
        for suffix, part in parts.items()
    ]
    dataset = xr.merge(named, compat="equals", join="exact")
    for name in ("points", "uncertified"):
        dataset.attrs[name] = sum(part.attrs[name] for part in parts.values())
    return dataset


def _equally_informative(config: Config) -> dict[str, Values]:
    """Return strengths of both kinds that leave bluffers indifferent at the same chances of a push.

    The chances go from the one that full credibility allows up to, and without, the one after a
    signal that all senders give.
    """
    known = {name: float(value) for name, value in config.game.values.items()}
    low, value, doubt = known["hawkish"], known["irresolute_value"], 1 / known["resolve"] - 1
    eager = known["receiver_cost"] * low / (1 - low)
    pooled = (doubt + eager) / (known["receiver_cost"] + eager)
    chances = np.linspace(low, pooled, config.options["chances"], endpoint=False)
    return {"tied": value * (1 - chances) / chances, "sunk": (1 - chances) * value}


def _by_strength(
    config: Config, assumptions: Sequence[Assumptions], strengths: Mapping[str, Values], axis: str
) -> xr.Dataset:
    """Return the game with each kind of signal at each of its strengths, along this axis."""
    solved = []
    for kind, values in strengths.items():
        one = _compared(config, kind, assumptions, {kind: values}).rename({kind: axis})
        steps = (axis, np.arange(len(values)), {"long_name": "step", "units": "1"})
        meaning = {"long_name": "cost of the signal", "units": "payoff"}
        same = axis == "strength"
        label = {axis: (axis, values, meaning)} if same else {axis: steps}
        one = one.assign_coords(label)
        solved.append(one if same else one.assign(cost=(axis, values, meaning)))
    return _joined(solved)


def _by_weight(config: Config, weights: Values) -> xr.Dataset:
    """Return the game with each kind of signal at the fixed strength, by relative gains."""
    sweep = {"levers.relative_gains": weights}
    return _joined([_compared(config, kind, (NEUTRAL,), sweep) for kind in KINDS])


def _by_share(config: Config) -> xr.Dataset:
    """Return the game in which the strength is chosen, by the share of its cost that is tied."""
    shares = np.linspace(0.0, 1.0, config.options["shares"])
    found = compare(
        ChoosingSignals(),
        (NEUTRAL,),
        sweep={"tied_share": shares},
        observables=("signal", "bluff", "war", "sender_payoff"),
        execution=config.execution,
    )
    return found.isel(assumptions=0, drop=True)


def _compared(
    config: Config, kind: str, assumptions: Sequence[Assumptions], sweep: Mapping[str, Values]
) -> xr.Dataset:
    """Return the game with one kind of signal; with one assumption set, without that dimension."""
    game = config.game.replace(**{kind: config.options["fixed"], KINDS[kind]: 0.0})
    found = compare(
        game,
        assumptions,
        sweep=sweep,
        observables=config.observables,
        execution=config.execution,
    )
    is_alone = len(assumptions) == 1 and assumptions[0] is NEUTRAL
    return found.isel(assumptions=0, drop=True) if is_alone else found


def _joined(solved: list[xr.Dataset]) -> xr.Dataset:
    kinds = xr.Variable("kind", list(KINDS), {"long_name": "kind of signal", "units": "1"})
    both = xr.concat(solved, kinds)
    for name in ("points", "uncertified"):
        both.attrs[name] = sum(one.attrs[name] for one in solved)
    return both
