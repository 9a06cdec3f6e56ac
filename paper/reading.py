"""Read datasets for the paper, and say what is in them in words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from paper.quoted import Ledger, QuoteError

MARGIN = 0.005
"""Probabilities closer than this are not told apart: they differ by less than the text shows."""
ORDINALS = (
    "first", "second", "third", "fourth", "fifth",
    "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
BOOKKEEPING = ("regret", "count", "played")


def read(results: Path, question: str) -> xr.Dataset:
    """Return the dataset of a question; raise `QuoteError` if there is none."""
    path = results / f"{question}.nc"
    if not path.exists():
        raise QuoteError(f"{path}: no such dataset; run the experiment {question} first")
    with xr.open_dataset(path, engine="h5netcdf") as opened:
        return opened.load()


def observables(data: xr.Dataset) -> list[str]:
    """Return the numeric variables that have one value per institution and assumption set.

    What the solver says of itself is not an observable.
    """
    dims = {"assumptions", "institution"}
    return [
        str(name)
        for name, variable in data.data_vars.items()
        if set(variable.dims) == dims and variable.dtype.kind in "fiu" and name not in BOOKKEEPING
    ]


def words(name: str) -> str:
    """Return a name of the code in words: ``free_rider_gap`` is ``free rider gap``."""
    return name.removeprefix("n_").replace("_", " ")


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: ``a, b and c``."""
    if not names:
        return "none"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def config_of(data: xr.Dataset, question: str) -> dict[str, Any]:
    """Return the configuration that a dataset was made from; `QuoteError` if it has none."""
    if "config" not in data.attrs:
        raise QuoteError(f"{question}.nc: has no attribute 'config', from which it was made")
    return dict(json.loads(data.attrs["config"]))


def title_of(data: xr.Dataset, design: object) -> str:
    """Return the title of an institution where the dataset has one, else its name."""
    if "institution_title" not in data.coords:
        return str(design)
    return str(data["institution_title"].sel(institution=design).item())


def year_of(case: str) -> str:
    """Return the year in a case's name, which is its key; raise `QuoteError` if it has none."""
    found = re.search(r"\d{4}", case)
    if found is None:
        raise QuoteError(f"cases.nc: case {case!r} has no year in its name")
    return found.group()


def ends(ledger: Ledger, key: str, values: np.ndarray, source: str) -> None:
    """Enter the first and the last of a series."""
    for name, value in {"first": values[0], "last": values[-1]}.items():
        ledger.enter(f"{key}.{name}", value.item(), source)


def spread(ledger: Ledger, key: str, series: xr.DataArray, source: str) -> None:
    """Enter the mean, the lowest and the highest of a series."""
    for name, value in {"mean": series.mean(), "low": series.min(), "high": series.max()}.items():
        ledger.enter(f"{key}.{name}", value, source)


def schools(data: xr.Dataset) -> list[str]:
    """Return the names of the assumption sets."""
    return [str(name) for name in data["assumptions"].values]


def designs(data: xr.Dataset) -> list[str]:
    """Return the names of the institutions."""
    return [str(name) for name in data["institution"].values]
