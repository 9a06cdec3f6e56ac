"""What the paper quotes of the experiment cases."""

from __future__ import annotations

import xarray as xr

from paper.quoted import Ledger
from paper.reading import schools, year_of

HIGHEST_OUTCOME = 2
CASE_ROWS = ("challenge", "mandate", "mobilised", "reversal")


def enter(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter predictions, what happened, and the mean distance of the two, for each case."""
    source = "results/cases.nc"
    for case in data["case"].values:
        own, year = data.sel(case=case), year_of(str(case))
        for name in ("mandate", "mobilised", "response", "outcome"):
            key, where = f"cases.{year}.actual.{name}", f"{source}: actual_{name}"
            ledger.enter(key, own[f"actual_{name}"], where)
        for school in schools(data):
            for name in CASE_ROWS:
                key, where = f"cases.{year}.{name}.{school}", f"{source}: predicted_{name}"
                ledger.enter(key, own[f"predicted_{name}"].sel(assumptions=school), where)
            found = int(own["count"].sel(assumptions=school))
            ledger.enter(f"cases.{year}.count.{school}", found, f"{source}: count")
            miss = _miss(own, school)
            ledger.enter(f"cases.{year}.miss.{school}", miss, source)


def _miss(case: xr.Dataset, school: str) -> float:
    """Return the mean distance of predicted from actual mandate, mobilisation and reversal."""
    actual = {
        "mandate": case["actual_mandate"],
        "mobilised": case["actual_mobilised"],
        "reversal": case["actual_outcome"] / HIGHEST_OUTCOME,
    }
    gaps = [
        abs(float(case[f"predicted_{name}"].sel(assumptions=school)) - float(value))
        for name, value in actual.items()
    ]
    return sum(gaps) / len(gaps)
