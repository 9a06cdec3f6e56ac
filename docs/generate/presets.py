"""The assumption sets with their ten levers, and the institutions: values, reasons and sources."""

from __future__ import annotations

from typing import Any

from collsec import assumptions, institutions
from collsec.assumptions import LEVERS, NEUTRAL, Assumptions
from collsec.institutions import Institution
from collsec.parameters import Declared
from collsec.preset import TEXT_KEYS, Presets
from collsec.study.report import values
from collsec.study.screens import declared
from docs.generate import Pages
from docs.generate.text import DECLARED, cited, code, heading, page, plain, symbol, table


def pages() -> Pages:
    """Return the page of assumption sets and the page of institutions."""
    return {"assumptions": _assumptions(), "institutions": _institutions()}


def _assumptions() -> str:
    names = assumptions.PRESETS.names()
    sets = [NEUTRAL, *map(assumptions.PRESETS.load, names)]
    text = (
        "An assumption set is data: ten levers, each with a value, a reason and a source. A game "
        "under the neutral set is the game as published. Values are starting points, and what "
        "follows from them is a statement about the model under these values."
    )
    side = [(f":math:`{_sign(lever)}` {lever}" if _sign(lever) else lever,
             *(plain(values(one)[lever]) for one in sets)) for lever in LEVERS]  # fmt: skip
    return page(
        "Assumption sets and levers",
        text,
        heading("The ten levers"),
        _declared(Assumptions, LEVERS),
        heading("Side by side"),
        table(("lever", "neutral", *names), side),
        *(_preset(assumptions.PRESETS, name) for name in names),
        ".. _set-neutral:",
        heading("Neutral"),
        "Every lever at the value that changes nothing; it needs no reason.",
        label="assumptions",
    )


def _sign(lever: str) -> str:
    sign = Assumptions.parameters[lever].symbol
    return "" if sign == "-" else sign


def _institutions() -> str:
    names = institutions.PRESETS.names()
    own = [name for name in Institution.parameters if name not in ("name", "heading")]
    documents = [(name, institutions.PRESETS.document(name).values) for name in names]
    rows = [
        (f":ref:`{name} <set-{name}>`", plain(text["title"]), plain(text["summary"]))
        for name, text in documents
    ]
    return page(
        "Institutions",
        "A design of collective security is data: who sits and votes, what sets the response off, "
        "what is owed and with which instrument. ``collsec institutions`` prints this list.",
        table(("name", "institution", "in a sentence"), rows),
        heading("What an institution states"),
        _declared(Institution, own),
        *(_preset(institutions.PRESETS, name) for name in names),
        label="institutions",
    )


def _declared(kind: type[Declared], names: Any) -> str:
    rows = []
    for name in names:
        _, sign, unit, span, default, meaning, source = declared(kind.parameters[name])
        cells = code(name), symbol(str(sign)), plain(meaning), plain(unit), plain(span)
        rows.append((*cells, plain(default), cited(str(source))))
    has_source = any(row[-1] for row in rows)
    head = ("name", "symbol", "what it is", "unit", "range", "default", "source")
    n_columns = len(head) if has_source else len(head) - 1
    widths = " ".join(DECLARED.split()[:n_columns])
    return table(head[:n_columns], [row[:n_columns] for row in rows], widths)


def _preset(presets: Presets[Any], name: str) -> str:
    """Return the section of one preset: every value it states, with reason and source."""
    document = presets.document(name).values
    rows = []
    for key, entry in document.items():
        if key not in TEXT_KEYS:
            stated = entry if isinstance(entry, dict) else {"value": entry}
            why, source = plain(stated.get("why", "")), cited(stated.get("source", ""))
            rows.append((code(key), plain(stated["value"]), why, source))
    return "\n\n".join([
        f".. _set-{name}:", heading(str(document.get("title", name))),
        plain(document.get("summary", "")), table(("value of", "is", "reason", "source"), rows),
    ])  # fmt: skip
