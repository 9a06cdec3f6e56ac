"""The bibliography of the package: full references by key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from unicodedata import normalize

import collsec

FILE = Path(collsec.__file__).parent / "references.bib"

_ENTRY = re.compile(r"^@(?P<type>\w+)\{(?P<key>[^,\s]+),(?P<body>.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(?P<name>\w+)\s*=\s*[{\"](?P<value>.*)[}\"],?\s*$", re.MULTILINE)

_ACCENT = re.compile(r"\\(['`^\"~])(\w)")
_MARKS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}
"""The combining marks of accents, as TeX writes these before a letter."""


@cache
def entries(file: Path = FILE) -> Mapping[str, Mapping[str, str]]:
    """Return the fields of every entry by key; nothing where there is no such file.

    Each field stands on a line of its own.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {
        entry["key"]: {
            field["name"].lower(): _plain(field["value"])
            for field in _FIELD.finditer(entry["body"])
        }
        for entry in _ENTRY.finditer(text)
    }


def cite(key: str, file: Path = FILE) -> str:
    """Return the reference in full, on one line; the key itself where it is not in the file."""
    fields = entries(file).get(key)
    if fields is None:
        return key
    who = fields.get("author") or fields.get("editor") or fields.get("institution", "")
    volume = fields.get("volume", "") + (f" ({fields['number']})" if "number" in fields else "")
    where = fields.get("journal") or fields.get("booktitle") or fields.get("publisher", "")
    place = ", ".join(
        part for part in (f"{where} {volume}".strip(), fields.get("pages", "")) if part
    )
    parts = (who.replace(" and ", "; "), fields.get("year", ""), fields.get("title", ""), place)
    ended = (
        part if part.endswith(("?", "!")) else f"{part.rstrip('.')}." for part in parts if part
    )
    return " ".join(ended)


def _plain(value: str) -> str:
    value = value.replace("{", "").replace("}", "").replace("--", "–").replace(r"\&", "&").strip()
    return _ACCENT.sub(lambda found: normalize("NFC", found[2] + _MARKS[found[1]]), value)
