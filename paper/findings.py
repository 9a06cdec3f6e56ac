"""Every number of the text, read off the datasets; the text says nothing that is not here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from collsec.assumptions import LEVERS
from collsec.assumptions import PRESETS as SETS
from collsec.equilibrium import TOLERANCE, Selection
from collsec.forms.lattice import EXACT_UNITS
from collsec.games import catalogue
from collsec.parameters import label
from collsec.solvers.participation import MAX_EQUILIBRIA
from paper.quoted import Ledger, QuoteError, as_power, exactly

LIKELY = 0.5
"""A challenge is called likely above this probability."""
EVEN = 1.0
"""Capability ratio at which coalition and challenger are of equal strength."""
MARGIN = 0.005
"""Probabilities closer than this are not told apart: they differ by less than the text shows."""
HIGHEST_OUTCOME = 2
ORDINALS = (
    "first", "second", "third", "fourth", "fifth",
    "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
STRONGEST = 5
IN_A_SENTENCE = {
    "Self-help": "self-help",
    "League of Nations": "the League of Nations",
    "UN Charter": "the UN Charter",
}
BOOKKEEPING = ("regret", "count", "played")
CASE_ROWS = ("challenge", "mandate", "mobilised", "reversal")


def collect(results: Path) -> Ledger:
    """Return all numbers of the datasets in `results` and of the package's declarations.

    Raises
    ------
    QuoteError
        If a dataset or a variable is missing, or a number is NaN.
    """
    ledger = Ledger()
    for question, enter in QUESTIONS.items():
        data = read(results, question)
        try:
            enter(ledger, data)
        except KeyError as error:
            raise QuoteError(f"{question}.nc: has no {error.args[0]!r}, which is quoted") from None
        _certificates(ledger, question, data)
    _largest_regret(ledger)
    _declared(ledger)
    return ledger


def read(results: Path, question: str) -> xr.Dataset:
    """Return the dataset of a question; raise `QuoteError` if there is none."""
    path = results / f"{question}.nc"
    if not path.exists():
        raise QuoteError(f"{path}: no such dataset; run the experiment {question} first")
    with xr.open_dataset(path, engine="h5netcdf") as opened:
        return opened.load()


def free_riding(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter gaps and mobilisation at the smallest and the largest coalition, and multiplicity."""
    source = "results/free_riding.nc"
    members = data["n_members"]
    _ends(ledger, "free_riding.members", members.values, source)
    for school in _schools(data):
        count = data["count"].sel(assumptions=school).transpose("n_members")
        several = members.values[count.values > 1]
        last = int(several.max()) if several.size else 0
        ledger.enter(f"free_riding.most.{school}", int(count.max()), f"{source}: count")
        ledger.enter(f"free_riding.several.{school}", last, f"{source}: count")
    names = {"gap": "free_rider_gap", "war_gap": "free_rider_gap_in_war", "mobilised": "mobilised"}
    for short, name in names.items():
        for school in _schools(data):
            curve = data[name].sel(assumptions=school).transpose("n_members")
            _ends(ledger, f"free_riding.{short}.{school}", curve.values, f"{source}: {name}")


def exploitation(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter rank correlations, burdens of the largest member, and errors of prediction."""
    source = "results/exploitation.nc"
    years, observed = data["year"].values, data["spearman_observed"]
    ledger.enter("exploitation.years.number", len(years), source)
    for key, year in {"first": years[0], "last": years[-1]}.items():
        ledger.enter(f"exploitation.years.{key}", str(int(year)), source)
    members = data["burden"].notnull().sum("member")
    smallest = data["burden"].min()
    ledger.enter("exploitation.smallest", smallest, f"{source}: burden", digits=1)
    ledger.enter("exploitation.members.fewest", int(members.min()), f"{source}: burden")
    ledger.enter("exploitation.members.most", int(members.max()), f"{source}: burden")
    _spread(ledger, "exploitation.observed", observed, f"{source}: spearman_observed")
    ledger.enter(
        "exploitation.observed.positive", int((observed > 0).sum()), f"{source}: spearman_observed"
    )
    largest = data["gdp_share"].mean("year").idxmax("member")
    mean = data["burden"].sel(member=largest).mean()
    share = 100 * data["gdp_share"].sel(member=largest).mean()
    ledger.enter("exploitation.largest.name", str(largest.item()), f"{source}: gdp_share")
    ledger.enter("exploitation.largest.share", share, f"{source}: gdp_share", digits=0)
    ledger.enter("exploitation.largest.observed", mean, f"{source}: burden", digits=1)
    for school in _schools(data):
        predicted = data["spearman_predicted"].sel(assumptions=school)
        _spread(ledger, f"exploitation.{school}", predicted, f"{source}: spearman_predicted")
        burden = data["predicted_burden"].sel(assumptions=school)
        own = burden.sel(member=largest).mean()
        error = abs(burden - data["burden"]).mean()
        pays = (burden > 0).where(data["burden"].notnull())
        where = f"{source}: predicted_burden"
        ledger.enter(f"exploitation.largest.{school}", own, where, digits=1)
        ledger.enter(f"exploitation.error.{school}", error, where, digits=1)
        ledger.enter(f"exploitation.payers.{school}", 100 * float(pays.mean()), where, digits=0)
        ledger.enter(f"exploitation.givers.{school}", int(pays.sum("member").max()), where)


def deterrence_map(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter the grid, and for each set how likely challenges and several equilibria are."""
    source = "results/deterrence_map.nc"
    ratio, pledge = data["capability_ratio"], data["pledge_cost"]
    ledger.enter("deterrence_map.cells", ratio.size * pledge.size, source)
    for key, axis in {"ratio": ratio, "pledge": pledge}.items():
        ledger.enter(f"deterrence_map.{key}.steps", axis.size, source)
        _ends(ledger, f"deterrence_map.{key}", axis.values, f"{source}: {axis.name}")
    even = data.sel(capability_ratio=EVEN, method="nearest")
    for school in _schools(data):
        here, several = data["challenge"].sel(assumptions=school), data["count"] > 1
        where, key = f"{source}: challenge", f"deterrence_map.{school}"
        ledger.enter(f"{key}.mean", here.mean(), where)
        ledger.enter(f"{key}.likely", 100 * (here > LIKELY).mean(), where, digits=0)
        share = 100 * several.sel(assumptions=school).mean()
        ledger.enter(f"{key}.several", share, f"{source}: count", digits=0)
        most = int(data["count"].sel(assumptions=school).max())
        ledger.enter(f"{key}.most", most, f"{source}: count")
        pledges = even["challenge"].sel(assumptions=school).transpose("pledge_cost")
        _ends(ledger, f"{key}.even", pledges.values, where)
        power = here.isel(pledge_cost=0)
        _ends(ledger, f"{key}.unpledged", power.values, where)
        moved = (power - here.isel(pledge_cost=-1)).transpose("capability_ratio")
        there = int(np.argmax(moved.values))
        column = here.isel(capability_ratio=there).transpose("pledge_cost")
        ledger.enter(f"{key}.most_moved.ratio", ratio[there], where, digits=1)
        _ends(ledger, f"{key}.most_moved", column.values, where)
        settled = np.abs(column.values - column.values[-1]) < MARGIN
        ledger.enter(f"{key}.settled", pledge[int(np.argmax(settled))], where, digits=1)


def veto(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter mandate and deterrence without and with all vetoes, and by institution."""
    source = "results/veto.nc"
    _ends(ledger, "veto.vetoes", data["n_vetoes"].values, source)
    for school in _schools(data):
        falls = -np.diff(data["mandate"].sel(assumptions=school).transpose("n_vetoes").values)
        steepest = ORDINALS[int(np.argmax(falls))]
        ledger.enter(f"veto.steepest.{school}", steepest, f"{source}: mandate")
    for outcome in ("mandate", "deterrence"):
        for school in _schools(data):
            curve = data[outcome].sel(assumptions=school)
            _ends(ledger, f"veto.{outcome}.{school}", curve.values, f"{source}: {outcome}")
            for design in _designs(data):
                name = f"{outcome}_by_institution"
                value = data[name].sel(assumptions=school, institution=design)
                ledger.enter(f"veto.{outcome}.{school}.{design}", value, f"{source}: {name}")


def institutions(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter every observable by institution and set, the best design, and what varies more."""
    source = "results/institutions.nc"
    _world(ledger, config_of(data, "institutions"), source)
    ledger.enter("institutions.number", data.sizes["institution"], source)
    for name in observables(data):
        for school in _schools(data):
            for design in _designs(data):
                value = data[name].sel(assumptions=school, institution=design)
                if value.notnull():
                    key = f"institutions.{name}.{school}.{design}"
                    ledger.enter(key, value, f"{source}: {name}")
    for school in _schools(data):
        for design in _designs(data):
            attack = float(data["challenge"].sel(assumptions=school, institution=design))
            if attack > 0:
                key = f"institutions.prize.{school}.{design}"
                ledger.enter(key, -math.log(attack), f"{source}: challenge", digits=1)
    challenge = data["challenge"].transpose("assumptions", "institution")
    where = f"{source}: challenge"
    for school in _schools(data):
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


def cases(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter predictions, what happened, and the mean distance of the two, for each case."""
    source = "results/cases.nc"
    for case in data["case"].values:
        own, year = data.sel(case=case), year_of(str(case))
        for name in ("mandate", "mobilised", "response", "outcome"):
            key, where = f"cases.{year}.actual.{name}", f"{source}: actual_{name}"
            ledger.enter(key, own[f"actual_{name}"], where)
        for school in _schools(data):
            for name in CASE_ROWS:
                key, where = f"cases.{year}.{name}.{school}", f"{source}: predicted_{name}"
                ledger.enter(key, own[f"predicted_{name}"].sel(assumptions=school), where)
            found = int(own["count"].sel(assumptions=school))
            ledger.enter(f"cases.{year}.count.{school}", found, f"{source}: count")
            miss = _miss(own, school)
            ledger.enter(f"cases.{year}.miss.{school}", miss, source)


def sensitivity(ledger: Ledger, data: xr.Dataset) -> None:
    """Enter each outcome with each quantity moved, what moves it most, and the range covered."""
    source = "results/sensitivity.nc"
    config = config_of(data, "sensitivity")
    ledger.enter("sensitivity.shift", 100 * config["options"]["lever_shift"], source, digits=0)
    ledger.enter("sensitivity.factor", exactly(config["options"]["parameter_factor"]), source)
    ledger.enter("sensitivity.number", data.sizes["quantity"], source)
    ledger.enter("sensitivity.most", int(data["count"].max()), f"{source}: count")
    for outcome in ("challenge", "mandate"):
        moved = data[outcome].transpose("assumptions", "quantity", "side")
        for school in _schools(data):
            _moved(ledger, f"sensitivity.{outcome}.{school}", moved.sel(assumptions=school))
            base = data[f"{outcome}_base"].sel(assumptions=school)
            ledger.enter(f"sensitivity.{outcome}.{school}.base", base, f"{source}: {outcome}_base")
    challenge = data["challenge"]
    gap = (
        challenge.sel(assumptions="realist").min()
        - challenge.sel(assumptions="institutionalist").max()
    )
    ledger.enter("sensitivity.apart", gap, f"{source}: challenge")
    reach = (challenge.max("side") - challenge.min("side")).max("assumptions")
    idle = [words(str(name)) for name in data["quantity"].values[reach.values < TOLERANCE]]
    ledger.enter("sensitivity.idle", listed(idle), f"{source}: challenge")


QUESTIONS: Mapping[str, Callable[[Ledger, xr.Dataset], None]] = {
    "free_riding": free_riding,
    "exploitation": exploitation,
    "deterrence_map": deterrence_map,
    "veto": veto,
    "institutions": institutions,
    "cases": cases,
    "sensitivity": sensitivity,
}


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


def _declared(ledger: Ledger) -> None:
    """Enter lever values, defaults of the crisis game, and the tolerances of the code."""
    for name in SETS.names():
        assumed = SETS.load(name)
        for lever in LEVERS:
            value = getattr(assumed, lever)
            is_choice = lever == "selection"
            shown = label(Selection(int(value))) if is_choice else exactly(float(value))
            ledger.enter(f"levers.{lever}.{name}", shown, f"assumptions/presets/{name}.toml")
    for name, item in catalogue.find("crisis").parameters.items():
        if item.is_numeric and isinstance(item.default, (int, float)):
            ledger.enter(f"crisis.{name}", exactly(float(item.default)), "games/crisis.py")
    ledger.enter("solver.tolerance", TOLERANCE, "equilibrium.py", write=as_power)
    ledger.enter("solver.lattice", EXACT_UNITS, "forms/lattice.py")
    ledger.enter("solver.kept", MAX_EQUILIBRIA, "solvers/participation.py")


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


def _moved(ledger: Ledger, key: str, moved: xr.DataArray) -> None:
    """Enter an outcome with each quantity lowered and raised, and which of them moves it most."""
    where = f"results/sensitivity.nc: {moved.name}"
    for name in moved["quantity"].values:
        for side in moved["side"].values:
            value = moved.sel(quantity=name, side=side)
            ledger.enter(f"{key}.{name}.{side}", value, where)
    reach = moved.max("side") - moved.min("side")
    ledger.enter(f"{key}.most", words(str(reach.idxmax("quantity").item())), where)
    for short, value in {"low": moved.min(), "high": moved.max()}.items():
        ledger.enter(f"{key}.{short}", value, where)


def _certificates(ledger: Ledger, question: str, data: xr.Dataset) -> None:
    """Enter how many games a dataset holds, how many are not certified, and the largest regret."""
    for name in ("points", "uncertified"):
        if name in data.attrs:
            ledger.enter(f"{question}.{name}", int(data.attrs[name]), f"results/{question}.nc")
    regrets = [data[name] for name in data.data_vars if str(name).startswith("regret")]
    found = [float(regret.max()) for regret in regrets if regret.notnull().any()]
    if found:
        where = f"results/{question}.nc: regret"
        ledger.enter(f"{question}.regret", max(found), where, write=as_power)


def _largest_regret(ledger: Ledger) -> None:
    for name in ("points", "uncertified"):
        counts = [float(entry.value) for key, entry in ledger.items() if key.endswith(f".{name}")]
        ledger.enter(f"games.{name}", int(sum(counts)), "results/*.nc")
    found = [entry for key, entry in ledger.items() if key.endswith(".regret")]
    if found:
        worst = max(found, key=lambda entry: float(entry.value))
        ledger.enter("regret.largest", worst.value, worst.source, write=as_power)


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


def _ends(ledger: Ledger, key: str, values: np.ndarray, source: str) -> None:
    for name, value in {"first": values[0], "last": values[-1]}.items():
        ledger.enter(f"{key}.{name}", value.item(), source)


def _spread(ledger: Ledger, key: str, series: xr.DataArray, source: str) -> None:
    for name, value in {"mean": series.mean(), "low": series.min(), "high": series.max()}.items():
        ledger.enter(f"{key}.{name}", value, source)


def _schools(data: xr.Dataset) -> list[str]:
    return [str(name) for name in data["assumptions"].values]


def _designs(data: xr.Dataset) -> list[str]:
    return [str(name) for name in data["institution"].values]
