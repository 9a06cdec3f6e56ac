"""One page for each historical case: every value with its source or the reason for a judgement."""

from __future__ import annotations

from typing import Any

from collsec import cases
from collsec.cases import Case, Fact
from collsec.cases.reading import FACTS
from docs.generate import Pages
from docs.generate.text import cited, code, heading, page, plain, table, toctree


def pages() -> Pages:
    """Return a page for each case, and the list."""
    known = {name: cases.load(name) for name in cases.names()}
    rows = [
        (f":doc:`{name}`", str(case.year), plain(case.title), f":ref:`set-{case.preset}`",
         f"{len(case.judgements)} of {len(case.facts)}")
        for name, case in known.items()
    ]  # fmt: skip
    text = (
        "Cases illustrate and do not test: both are crises in which deterrence had failed, and "
        "what is judged was judged by one coder who knew the outcome."
    )
    head = ("case", "year", "title", "institution", "values judged")
    index = page("Cases", text, table(head, rows), toctree(known, "hidden"), label="cases")
    return {"cases/index": index, **{f"cases/{name}": _page(case) for name, case in known.items()}}


def _page(case: Case) -> str:
    rows = [_row(_named(case, key), fact) for key, fact in sorted(case.facts.items(), key=_place)]
    return page(
        f"{case.title} ({case.year})",
        plain(case.summary),
        f"{plain(case.challenger)} challenges {plain(case.target)}; {len(case.members)} members "
        f"are bound by the institution :ref:`{case.preset} <set-{case.preset}>`.",
        heading("Facts and judgements"),
        table(("value of", "is", "read or judged", "reason", "source"), rows),
        label=f"case-{case.name}",
    )


def _place(item: tuple[str, Fact]) -> tuple[int, int]:
    """Order what is said of the crisis, of the members one by one, and of what happened."""
    first, _, rest = item[0].partition(".")
    if not rest:
        return 0, FACTS.index(first)
    number, _, _ = rest.partition(".")
    return ("members", "rest", "record").index(first) + 1, int(number) if number.isdigit() else 0


def _named(case: Case, key: str) -> str:
    """Return the key with the member's name in place of its number."""
    parts = key.split(".")
    if parts[0] == "members":
        return f"{plain(case.members[int(parts[1])])}: {code(parts[2])}"
    return code(key)


def _row(key: str, fact: Fact) -> tuple[str, ...]:
    how: Any = "judged" if fact.is_judgement else "read"
    return key, plain(fact.value), how, plain(fact.why), cited(fact.source)
