"""The notation: every symbol, what it means, and where it stands."""

from __future__ import annotations

from collections import defaultdict

from collsec.assumptions import LEVERS, Assumptions
from collsec.games import catalogue
from collsec.institutions import Institution
from docs.generate import Pages
from docs.generate.games import title_of
from docs.generate.text import code, page, plain, symbol, table


def pages() -> Pages:
    """Return the table of symbols."""
    text = (
        "Symbols are those of the code, of the paper and, as far as they agree, of the sources. "
        "The same letter may stand for different things in different games."
    )
    found: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for lever in LEVERS:
        item = Assumptions.parameters[lever]
        key = item.symbol, item.meaning, item.unit, lever
        found[key].append(":ref:`levers <assumptions>`")
    for item in Institution.parameters.values():
        key = item.symbol, item.meaning, item.unit, item.name
        found[key].append(":ref:`institutions <institutions>`")
    for name in catalogue.names():
        for item in catalogue.find(name).parameters.values():
            key = item.symbol, item.meaning, item.unit, item.name
            found[key].append(f":ref:`{title_of(name)} <game-{name}>`")
    rows = [
        (symbol(sign), plain(meaning), plain(unit), code(name), ", ".join(places))
        for (sign, meaning, unit, name), places in sorted(found.items(), key=_alphabetical)
        if sign != "-"
    ]
    head = ("symbol", "meaning", "unit", "name in code", "where")
    return {"notation": page("Notation", text, table(head, rows), label="notation")}


def _alphabetical(item: tuple[tuple[str, str, str, str], list[str]]) -> tuple[bool, str, str]:
    (sign, meaning, _, _), _ = item
    return (not sign[0].isascii(), sign.casefold(), meaning)
