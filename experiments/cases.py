"""Do the predictions fit Abyssinia in 1935 and the Gulf in 1990?

Both are crises in which deterrence had already failed, so that the fit says nothing about how often
it works.
"""

from __future__ import annotations

import xarray as xr

from collsec.cases import Case, load
from collsec.study.compare import compare
from collsec.study.config import Config


def run(config: Config) -> xr.Dataset:
    """Predict every case under every assumption set, and put beside it what happened."""
    cases = [load(name) for name in config.options["cases"]]
    predictions = [_predicted(config, case) for case in cases]
    dataset = xr.concat(predictions, "case", data_vars="all", coords="minimal", compat="equals")
    titles = [f"{case.target} {case.year}" for case in cases]
    dataset = dataset.assign_coords(
        case=("case", [case.name for case in cases], _about("case", "1")),
        case_title=("case", titles, _about("case, in words", "1")),
    )
    actual = {
        "mandate": ([case.record.mandate for case in cases], "mandate given", "0 or 1"),
        "mobilised": ([_mobilised(case) for case in cases], "capability of the coalition", "share"),
        "response": ([case.record.response for case in cases], "response", "level 0 to 5"),
        "outcome": ([case.record.outcome for case in cases], "outcome", "level 0 to 2"),
    }
    dataset.attrs["points"] = len(cases) * len(config.assumptions)
    return dataset.assign(
        {
            f"actual_{name}": ("case", [float(v) for v in values], _about(long_name, units))
            for name, (values, long_name, units) in actual.items()
        }
    )


def _predicted(config: Config, case: Case) -> xr.Dataset:
    game = config.game.replace(**case.parameters())
    found = compare(game, config.assumptions, observables=config.observables)
    return found.rename({name: f"predicted_{name}" for name in config.observables})


def _mobilised(case: Case) -> float:
    """Return the coalition's share of the members' capability."""
    return case.record.coalition_capability / float(case.capability.sum())


def _about(long_name: str, units: str) -> dict[str, str]:
    return {"long_name": long_name, "units": units}
