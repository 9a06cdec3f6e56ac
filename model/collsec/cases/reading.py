"""Read a case from TOML; a mistake is reported with its file, line, key, value and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from collsec.cases.case import Case, Fact, Record
from collsec.document import Document, DocumentError, Key, read
from collsec.institutions import PRESETS
from collsec.parameters import FloatArray, frozen, label, suggestion
from collsec.solvers.mandate import Seat

FOLDER = Path(__file__).parent

NUMBERS = ("capability", "interest", "affinity")
"""What is known of each member."""

TEXTS = ("title", "summary")
FACTS = (
    "year", "institution", "challenger", "target", "challenger_capability", "target_capability",
    "challenger_seat", "nuclear", "coverage", "leakage",
)  # fmt: skip
HAPPENED = (
    "challenge", "mandate", "response", "outcome", "coalition_size", "coalition_capability",
)  # fmt: skip


def names() -> list[str]:
    """Return the names of the cases that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load(name: str | Path) -> Case:
    """Return the case of that name, or the one written in the TOML file at that path.

    Raises `DocumentError` that names the file, the line, the key, the value and the remedy.
    """
    path = Path(name)
    if path.suffix == ".toml":
        return parse(read(path))
    if str(name) not in names():
        near = suggestion(str(name), names())
        raise DocumentError(str(name), f"is no case; {near}")
    return parse(read(FOLDER / f"{name}.toml"))


def parse(document: Document) -> Case:
    """Return the case that a document states."""
    reader = _Reader(document)
    reader.known((), document.values, (*TEXTS, *FACTS, "members", "rest", "record"))
    preset = reader.text(("institution",))
    reader.one_of(("institution",), PRESETS.names(), preset)
    seat = reader.text(("challenger_seat",))
    reader.one_of(("challenger_seat",), [label(seat) for seat in Seat], seat)
    seats = PRESETS.load(preset).permanent - (seat == label(Seat.PERMANENT))
    members = reader.members(max(seats, 0))
    return Case(
        name=document.path.stem,
        title=reader.plain(("title",)),
        summary=reader.plain(("summary",)),
        year=reader.whole(("year",), 1815, 2100),
        challenger=reader.text(("challenger",)),
        target=reader.text(("target",)),
        members=members.names,
        **members.columns(),
        challenger_capability=reader.number(("challenger_capability",), 0, 1),
        target_capability=reader.number(("target_capability",), 0, 1),
        challenger_seat=Seat[seat.upper()],
        nuclear=reader.number(("nuclear",), 0, np.inf),
        preset=preset,
        coverage=reader.number(("coverage",), 0, 1),
        leakage=reader.number(("leakage",), 0, 1),
        record=_record(reader),
        facts=reader.facts,
    )


def _record(reader: _Reader) -> Record:
    happened = reader.table(("record",), HAPPENED)
    return Record(
        challenge=reader.flag((*happened, "challenge")),
        mandate=reader.flag((*happened, "mandate")),
        response=reader.whole((*happened, "response"), 0, 5),
        outcome=reader.whole((*happened, "outcome"), 0, 2),
        coalition_size=reader.whole((*happened, "coalition_size"), 0, 250),
        coalition_capability=reader.number((*happened, "coalition_capability"), 0, 1),
    )


@dataclass(frozen=True)
class _Roster:
    """The members in order, with their numbers."""

    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    def columns(self) -> dict[str, FloatArray]:
        """Return one read-only array for each of `NUMBERS`."""
        table = np.array(self.rows, dtype=np.float64)
        return {name: frozen(table[:, i].copy()) for i, name in enumerate(NUMBERS)}


@dataclass(frozen=True)
class _Reader:
    """A document read key by key; every value it gives is kept as a `Fact`."""

    document: Document
    facts: dict[str, Fact] = field(default_factory=dict)

    def entry(self, key: Key) -> Any:
        """Return what stands at `key`."""
        found: Any = self.document.values
        for part in key:
            if isinstance(part, str) and part not in found:
                raise self.document.error(key, "is missing; add it with a value and a source")
            found = found[part]
        return found

    def known(self, key: Key, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        """Refuse keys that mean nothing here."""
        for name in table:
            if name not in keys:
                near = suggestion(name, keys)
                raise self.document.error((*key, name), f"is not known; {near}")

    def table(self, key: Key, keys: tuple[str, ...]) -> Key:
        """Check that a table stands at `key` and holds nothing but `keys`; return the key."""
        found = self.entry(key)
        if not isinstance(found, dict):
            raise self.document.error(key, f"= {found!r}: must be a table of {', '.join(keys)}")
        self.known(key, found, keys)
        return key

    def fact(self, key: Key) -> Any:
        """Return the value at `key`, and keep where it is from."""
        entry = self.entry(key)
        if not isinstance(entry, dict) or "value" not in entry:
            raise self.document.error(key, "must be a table with `value` and `source`")
        self.known(key, entry, ("value", "source", "why", "judgement"))
        judged = entry.get("judgement", False)
        if judged and not entry.get("why"):
            raise self.document.error(key, "is a judgement without a reason; add `why = ...`")
        if not judged and not entry.get("source"):
            remedy = "add `source = ...`, or `judgement = true` and `why = ...`"
            raise self.document.error(key, f"has no source; {remedy}")
        name = ".".join(str(part) for part in key)
        self.facts[name] = Fact(
            entry["value"], entry.get("source", ""), entry.get("why", ""), bool(judged)
        )
        return entry["value"]

    def text(self, key: Key) -> str:
        """Return a text that is a fact."""
        return self.plain(key, self.fact(key))

    def plain(self, key: Key, value: Any = None) -> str:
        """Return a text that needs no source: the one given, or what stands at `key`."""
        value = self.entry(key) if value is None else value
        if not isinstance(value, str) or not value:
            raise self.document.error(key, f"= {value!r}: must be a text; put it in quotes")
        return value

    def one_of(self, key: Key, options: list[str], value: str) -> str:
        """Return the value if it is one of the options."""
        if value not in options:
            near = suggestion(value, options)
            raise self.document.error(key, f"= {value!r}: is not known; {near}")
        return value

    def flag(self, key: Key) -> bool:
        """Return true or false."""
        value = self.fact(key)
        if not isinstance(value, bool):
            raise self.document.error(key, f"= {value!r}: must be true or false")
        return value

    def number(self, key: Key, low: float, high: float) -> float:
        """Return a number in [low, high]."""
        value = self.fact(key)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise self.document.error(
                key, f"= {value!r}: must lie in [{low:g}, {high:g}]; give such a number"
            )
        return float(value)

    def whole(self, key: Key, low: int, high: int) -> int:
        """Return a whole number in [low, high]."""
        value = self.number(key, low, high)
        if value != int(value):
            raise self.document.error(key, f"= {value!r}: must be a whole number; round it")
        return int(value)

    def members(self, n_permanent: int) -> _Roster:
        """Return the named members, the first `n_permanent` with such seats, then the rest."""
        named = self.entry(("members",))
        if not isinstance(named, list) or not named:
            raise self.document.error(("members",), "must be tables; write [[members]]")
        keys: list[Key] = [("members", i) for i in range(len(named))]
        for place, key in enumerate(keys):
            self.seat((*key, "seat"), Seat.PERMANENT if place < n_permanent else Seat.ELIGIBLE)
        labels = [self.plain((*key, "name")) for key in keys]
        for place, name in enumerate(labels):
            if name in labels[:place]:
                message = f"= {name!r}: stands for two members; remove one"
                raise self.document.error((*keys[place], "name"), message)
        rows = [self.row(key, "name", "seat") for key in keys]
        if "rest" in self.document.values:
            n_rest = self.whole(("rest", "number"), 1, 193)
            *total, interest, affinity = self.row(("rest",), "number")
            rows += [(total[0] / n_rest, interest, affinity)] * n_rest
            labels += [f"other {i + 1}" for i in range(n_rest)]
        return _Roster(tuple(labels), tuple(rows))

    def seat(self, key: Key, must_be: Seat) -> None:
        """Check that permanent seats are those that the institution gives to the first members."""
        expected = label(must_be)
        if (found := self.plain(key)) != expected:
            rule = f"= {found!r}: the institution makes this seat {expected}"
            raise self.document.error(key, f"{rule}; list members with permanent seats first")

    def row(self, key: Key, *others: str) -> tuple[float, ...]:
        """Return the numbers of a member, or of the rest together."""
        self.table(key, (*NUMBERS, *others))
        lows = {"capability": 0.0, "interest": 0.0, "affinity": -1.0}
        return tuple(self.number((*key, name), lows[name], 1) for name in NUMBERS)
