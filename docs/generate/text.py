"""Pieces of reStructuredText: headings, tables, docstrings, references to the bibliography."""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Iterable, Sequence

from collsec.study.bibliography import cite, entries
from collsec.study.tables import shown

_KEPT = re.compile(
    r"(``.+?``|:[\w:]+:`[^`]+`|`[^`]+`|^[ ]*\.\. math::[^\n]*(?:\n[ ]*(?=\n)|\n[ ]+[^\n]*)*)",
    re.MULTILINE | re.DOTALL,
)
DECLARED = "15 7 34 11 11 9 13"
"""Widths, in per cent, of a table of parameters: the meaning has the room that the rest leaves."""

MANY = 8
"""Lists of more numbers than this are cut short in tables."""

_STAR = re.compile(r"(?<!\\)\*")
_SECTION = re.compile(r"^(?P<name>\S.*)\n-{3,}[ ]*$", re.MULTILINE)


def page(title: str, *parts: str, label: str = "") -> str:
    """Return a page under this title, with a label that other pages refer to."""
    head = f".. _{label}:\n\n" if label else ""
    return head + "\n\n".join([heading(title, "="), *filter(None, parts)]) + "\n"


def heading(text: str, mark: str = "-") -> str:
    """Return a heading of the level of this mark."""
    return f"{text}\n{mark * max(len(text), 3)}"


def plain(value: object) -> str:
    """Return text that says just this: nothing in it is markup."""
    text = re.sub(r"\s+", " ", shown(value)).strip()
    return re.sub(r"([\\*`|_])", r"\\\1", text)


def brief(text: str) -> str:
    """Return a list of many numbers by its first three and their count."""
    items = text[1:-1].split(", ")
    if not (text.startswith("[") and "[" not in text[1:] and len(items) > MANY):
        return text
    return f"[{', '.join(items[:3])}, …], {len(items)} of them"


def code(value: object) -> str:
    """Return a value in the type of code; nothing for nothing."""
    text = re.sub(r"\s+", " ", shown(value)).strip()
    return f"``{text}``" if text else ""


def marked(text: str) -> str:
    """Return text whose pieces between backticks are code, and of which nothing else is markup."""
    pieces = re.split(r"`([^`]+)`", " ".join(text.split()))
    pieces[::2] = [_spaced(plain(piece), piece) for piece in pieces[::2]]
    pieces[1::2] = [code(piece) for piece in pieces[1::2]]
    return "".join(pieces).strip()


def prose(text: str) -> str:
    """Return a docstring whose stars and bars are no markup: shapes are written (*batch, ...)."""
    pieces = _KEPT.split(text)
    pieces[::2] = [_STAR.sub(r"\\*", piece).replace("|", r"\|") for piece in pieces[::2]]
    return "".join(pieces)


def docstring(thing: object, *, drop_first: bool = False) -> str:
    """Return a docstring in which the keys under References are references in full."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    if drop_first:
        text = text.partition("\n")[2].strip("\n")
    heads = list(_SECTION.finditer(text))
    for place, head in enumerate(heads):
        if head["name"].strip() == "References":
            end = heads[place + 1].start() if place + 1 < len(heads) else len(text)
            keys = [key.strip() for key in text[head.end() : end].replace("\n", " ").split(",")]
            before, after = text[: head.end()], text[end:]
            parts = (prose(before), "\n\n", references(keys), "\n\n", prose(after))
            return "".join(parts).strip()
    return prose(text)


def first_line(thing: object) -> str:
    """Return the first paragraph of a docstring in one line."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    return prose(re.sub(r"\s+", " ", text.partition("\n\n")[0]))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], widths: str = "auto") -> str:
    """Return a table of cells that are reStructuredText in one line; nothing without rows."""
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        "   :class: reference-table",
        f"   :widths: {widths}",
        "",
    ]
    cells = [list(columns), *map(list, rows)]
    for row in cells:
        for place, cell in enumerate(row):
            lines.append(f"   {'* -' if place == 0 else '  -'} {cell or ''}".rstrip())
    return "\n".join(lines) if len(cells) > 1 else ""


def toctree(paths: Iterable[str], *options: str) -> str:
    """Return a list of pages that belong below this one."""
    head = [".. toctree::", *(f"   :{option}:" for option in options), ""]
    return "\n".join([*head, *(f"   {path}" for path in paths)])


def symbol(text: str) -> str:
    """Return a symbol such as ``w_i`` set as in an equation; a dash where there is none."""
    if text in ("", "-"):
        return "—"
    spelt = unicodedata.normalize("NFD", text)
    spelt = spelt.replace("φ", r"{\phi}")
    spelt = re.sub("(.)\u0304", r"\\bar{\1}", spelt)
    spelt = re.sub(r"[_^](\w{2,})", lambda found: f"{found[0][0]}{{{found[1]}}}", spelt)
    return f":math:`{spelt}`" if " " not in spelt else plain(text)


def references(keys: Iterable[str]) -> str:
    """Return a list of the works with these keys in full, each with a link to the bibliography."""
    return "\n".join(f"- {reference(key)}. {plain(_work(key))}" for key in keys if key)


def reference(key: str) -> str:
    """Return a link such as Olson and Zeckhauser (1966); the key itself where nobody knows it."""
    return f":ref:`{short(key)} <work-{key}>`" if key in entries() else plain(key)


def cited(text: str) -> str:
    """Return text in which the keys of the bibliography are links."""
    words = re.split(r"(\b[a-z]+\d{4}[a-z]*\d*\b)", text)
    words[::2] = [_spaced(plain(word), word) for word in words[::2]]
    words[1::2] = [reference(word) for word in words[1::2]]
    return "".join(words).strip()


def short(key: str) -> str:
    """Return authors and year: Bergstrom, Blume and Varian (1986)."""
    fields = entries()[key]
    who = fields.get("author") or fields.get("editor") or fields.get("institution") or key
    names = [_last(name) for name in who.split(" and ")]
    if len(names) > 3:
        names = [f"{names[0]} and others"]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{listed} ({fields.get('year', 'n.d.')})"


def _work(key: str) -> str:
    """Return title and place of a work."""
    return cite(key).partition(f"{entries().get(key, {}).get('year', '')}. ")[2]


def _last(name: str) -> str:
    """Return the family name; that of a body without a comma or initial is its whole name."""
    if "," in name:
        return name.partition(",")[0].strip()
    is_body = re.match(r"(United|League|North|World|International|Union|General|Security)\b", name)
    return name if is_body else name.rsplit(maxsplit=1)[-1]


def _spaced(text: str, original: str) -> str:
    """Return the text with the blanks at its ends that the original has."""
    left = " " if original[:1].isspace() else ""
    right = " " if original[-1:].isspace() else ""
    return f"{left}{text}{right}" if text else left
