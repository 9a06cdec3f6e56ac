"""How reliable are alliances, if only doubtful ones are put to the test?

Published studies count how often alliances were honoured in war. For each such rate the experiment
asks which reliability before the fact is compatible with it: all values of the ally's cost of war
and the challenger's loss are tried, and those under which tested pledges are honoured at that rate
are kept.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from collsec.study.compare import compare_config
from collsec.study.config import Config

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """A published rate at which tested alliances were honoured."""

    study: str
    first_year: int
    last_year: int
    commitments: str
    rate: float

    @property
    def title(self) -> str:
        """The study, and the commitments it counts or, where it counts all, the years."""
        years = f"{self.first_year}\N{EN DASH}{self.last_year}"
        return f"{self.study}: {years if self.commitments == 'all' else self.commitments}"


def run(config: Config) -> xr.Dataset:
    """Solve the game over both unknowns, and invert it at every published rate."""
    dataset = compare_config(config).transpose("assumptions", "loss", "highest_cost")
    records = read(config.path.parent / config.options["data"])
    tested = dataset.where(dataset["challenge"] >= config.options["least_challenge"])
    found = np.array(
        [
            [_compatible(tested.sel(assumptions=name), one.rate) for one in records]
            for name in dataset["assumptions"].values
        ]
    )
    axes = ("assumptions", "record")
    meaning = "reliability compatible with the published rate"
    return dataset.assign_coords(
        record=("record", [one.title for one in records], _about("published rate", "1"))
    ).assign(
        rate=("record", [one.rate for one in records], _about("share honoured in war", "share")),
        lowest=(axes, found[..., 0], _about(f"lowest {meaning}", "probability")),
        highest=(axes, found[..., 1], _about(f"highest {meaning}", "probability")),
    )


def read(path: Path) -> list[Record]:
    """Return the published rates in the order of the table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Record(
            row["study"],
            int(row["first_year"]),
            int(row["last_year"]),
            row["commitments"],
            float(row["rate"]),
        )
        for row in rows
    ]


def _compatible(tested: xr.Dataset, rate: float) -> tuple[float, float]:
    """Return the ends of the reliability at which pledges seem honoured at this rate; NaN if never.

    Between two costs of war the curves are taken to be straight.
    """
    observed, true = tested["observed_reliability"].values, tested["reliability"].values
    before, after = observed[:, :-1] - rate, observed[:, 1:] - rate
    crossing = before * after <= 0
    if not crossing.any():
        return np.nan, np.nan
    step = before[crossing] - after[crossing]
    share = np.where(step == 0, 0.0, before[crossing] / np.where(step == 0, 1.0, step))
    start, end = true[:, :-1][crossing], true[:, 1:][crossing]
    values = start + share * (end - start)
    return float(values.min()), float(values.max())


def _about(long_name: str, units: str) -> dict[str, str]:
    return {"long_name": long_name, "units": units}
