"""The tables of the paper, from the package's declarations and from the datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from collsec import cases
from collsec.assumptions import LEVERS, Assumptions
from collsec.assumptions import PRESETS as SETS
from collsec.games import catalogue
from collsec.institutions import PRESETS as DESIGNS
from collsec.institutions import Institution, Trigger
from collsec.parameters import Declared, Derived, Kind, Parameter, label
from collsec.preset import Presets
from paper.questions.cases import CASE_ROWS
from paper.quoted import exactly, written
from paper.reading import observables, read, title_of, words, year_of

GAME = "crisis"
SHOWN = ("challenge", "mandate", "mobilised", "effective_share", "reversal", "entrapment")
"""Observables in the table of institutions, as far as the dataset has them."""
LISTED = 4
"""A longer list is shown by its ends."""
CASE_LABELS = ("Challenge", "Mandate", "Capability mobilised", "Reversal, given attack")


@dataclass(frozen=True)
class Table:
    """Rows of text under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build(results: Path) -> Mapping[str, Table]:
    """Return every table by name."""
    designs, happened = read(results, "institutions"), read(results, "cases")
    return {
        "parameters": parameters(),
        "observables": observed(),
        "levers": levers(),
        "reasons": reasons(SETS),
        "institutions": institutions([str(name) for name in designs["institution"].values]),
        "institution_reasons": reasons(DESIGNS),
        "case_facts": case_facts(),
        "results_institutions": by_institution(designs),
        "results_all": everything(designs),
        "results_cases": by_case(happened),
        "sensitivity": moved(read(results, "sensitivity")),
    }


def parameters() -> Table:
    """Return the parameters of the crisis game, as it declares them."""
    header = ("symbol", "parameter", "unit", "range", "default", "meaning", "source")
    rows = tuple(
        (item.symbol, words(name), item.unit, item.range, default(item), item.meaning, item.source)
        for name, item in catalogue.find(GAME).parameters.items()
    )
    return Table(header, rows)


def observed() -> Table:
    """Return the observables of the crisis game."""
    rows = ((words(o.name), o.unit, o.meaning) for o in catalogue.find(GAME).observables)
    return Table(("observable", "unit", "meaning"), tuple(rows))


def levers() -> Table:
    """Return the ten levers with the value that each assumption set gives them."""
    names = SETS.names()
    sets = [SETS.load(name) for name in names]
    rows = []
    for lever in LEVERS:
        item = Assumptions.parameters[lever]
        values = (shown(item, assumed.values[lever]) for assumed in sets)
        spread = "" if item.options else item.range
        rows.append((item.symbol, words(lever), spread, *values, item.meaning))
    return Table(("symbol", "lever", "range", *names, "meaning"), tuple(rows))


def reasons(presets: Presets[Any]) -> Table:
    """Return every value of the presets of a kind with its reason and source."""
    rows = []
    for name in presets.names():
        document = presets.document(name)
        for key, entry in document.values.items():
            if isinstance(entry, dict):
                value = _set(entry["value"])
                rows.append((name, words(key), value, entry["why"], entry.get("source", "")))
    return Table(("preset", "key", "value", "why", "source"), tuple(rows))


def institutions(names: Sequence[str]) -> Table:
    """Return the designs of these names, a row each."""
    rows = []
    for name in names:
        design = DESIGNS.load(name)
        title = str(DESIGNS.document(name).values.get("title", name))
        is_voted = int(design.trigger) == Trigger.VOTE
        council = _council(design) if is_voted else "–"
        rows.append(
            (
                title,
                label(Trigger(int(design.trigger))),
                council,
                _rule(design) if is_voted else "–",
                "yes" if design.recusal else "no",
                exactly(float(design.obligation)),
                exactly(float(design.effect)),
                written(float(design.bypass)) if design.bypass > 0 else "–",
                "yes" if design.enemy_named else "no",
            )
        )
    header = (
        "institution", "trigger", "council", "rule", "recusal", "obligation", "effect", "bypass",
        "enemy named",
    )  # fmt: skip
    return Table(header, tuple(rows))


def case_facts() -> Table:
    """Return every value of every case with its source or the reason for the judgement."""
    rows = []
    for name in cases.names():
        case = cases.load(name)
        for key, fact in case.facts.items():
            kind = "judgement" if fact.is_judgement else "fact"
            rows.append((case.title, key, str(fact.value), kind, fact.why, fact.source))
    return Table(("case", "key", "value", "kind", "why", "source"), tuple(rows))


def by_institution(data: xr.Dataset) -> Table:
    """Return the chief observables of each institution, under one set and then the other."""
    names = [name for name in SHOWN if name in observables(data)]
    schools = [str(school) for school in data["assumptions"].values]
    header = ("institution", *(f"{words(name)}: {school}" for name in names for school in schools))
    rows = (
        (title_of(data, design), *(_cell(data, n, s, design) for n in names for s in schools))
        for design in data["institution"].values
    )
    return Table(header, tuple(rows))


def everything(data: xr.Dataset) -> Table:
    """Return every observable of every institution and set, a row each."""
    rows = (
        (title_of(data, design), str(school), words(name), _cell(data, name, str(school), design),
         str(data[name].attrs.get("units", "1")))
        for name in observables(data)
        for design in data["institution"].values
        for school in data["assumptions"].values
    )  # fmt: skip
    return Table(("institution", "assumptions", "observable", "value", "unit"), tuple(rows))


def by_case(data: xr.Dataset) -> Table:
    """Return what was predicted under each set and what happened, for each case."""
    schools = [str(school) for school in data["assumptions"].values]
    header = ["outcome"]
    rows: list[list[str]] = [[row] for row in CASE_LABELS]
    for case in data["case"].values:
        own, year = data.sel(case=case), year_of(str(case))
        header += [f"{year}: {school}" for school in schools] + [f"{year}: happened"]
        actual = ("1", *(written(float(own[f"actual_{n}"])) for n in ("mandate", "mobilised")))
        reversed_ = written(float(own["actual_outcome"]) / 2)
        for row, name, happened in zip(rows, CASE_ROWS, (*actual, reversed_), strict=True):
            predicted = own[f"predicted_{name}"]
            row += [written(float(predicted.sel(assumptions=school))) for school in schools]
            row.append(happened)
    return Table(tuple(header), tuple(tuple(row) for row in rows))


def moved(data: xr.Dataset) -> Table:
    """Return the challenge and the mandate with each lever and parameter lowered and raised."""
    schools = [str(school) for school in data["assumptions"].values]
    sides = [str(side) for side in data["side"].values]
    columns = [(o, s, k) for o in ("challenge", "mandate") for s in schools for k in sides]
    rows = [("as assumed", *(written(float(data[f"{o}_base"].sel(assumptions=s)))
                             for o, s, _ in columns))]  # fmt: skip
    for name in data["quantity"].values:
        here = data.sel(quantity=name)
        values = (float(here[o].sel(assumptions=s, side=k)) for o, s, k in columns)
        rows.append((words(str(name)), *(written(value) for value in values)))
    header = ("quantity", *(f"{outcome}: {school}: {side}" for outcome, school, side in columns))
    return Table(header, tuple(rows))


def default(item: Parameter) -> str:
    """Return a parameter's default as a table shows it."""
    if isinstance(item.default, Derived):
        return item.default.text
    return "–" if item.default is None else shown(item, item.default)


def shown(item: Parameter, value: Any) -> str:
    """Return a value of a parameter as a table shows it."""
    if isinstance(value, Declared):
        return str(getattr(value, "label", value.title()))
    if item.options is not None:
        return label(item.options(int(np.asarray(value))))
    match item.kind:
        case Kind.FLAG:
            return "yes" if value else "no"
        case Kind.NAMES:
            return ", ".join(value) or "–"
        case Kind.OBJECT:
            return str(value)
        case _:
            return _listed([exactly(float(number)) for number in np.ravel(np.asarray(value))])


def _listed(numbers: Sequence[str]) -> str:
    if len(numbers) > LISTED:
        return f"{numbers[0]}, …, {numbers[-1]} ({len(numbers)} values)"
    return ", ".join(numbers)


def _set(value: object) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return exactly(float(value)) if is_number else str(value).lower()  # type: ignore[arg-type]


def _council(design: Institution) -> str:
    if design.plenary:
        return f"all, {design.permanent} permanent" if design.permanent else "all"
    return f"{design.permanent} permanent, {design.elected} elected"


def _rule(design: Institution) -> str:
    if design.quota == 0:
        return "unanimity"
    veto = f", {design.permanent} vetoes" if design.permanent else ""
    return f"{design.quota} yes{veto}"


def _cell(data: xr.Dataset, name: str, school: str, design: object) -> str:
    value = float(data[name].sel(assumptions=school, institution=design))
    is_count = str(data[name].attrs.get("units")) == "equilibria"
    return exactly(value) if is_count and np.isfinite(value) else written(value)
