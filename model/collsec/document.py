"""A TOML file that remembers which line set each key, so that messages can point at it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Key = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*(?P<name>[^\]]+?)\s*\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"^\s*(?P<key>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")

_EXAMPLE = 'write key = value, numbers as 0.5, text in quotes: game = "crisis"'
_SHOWN = 60
"""How much of a line a message shows."""


class DocumentError(ValueError):
    """A file that cannot be used as it is: ``file:line: key: what is wrong; what to do``."""

    def __init__(self, path: Path | str, message: str, *, line: int = 0, key: Key = ()) -> None:
        self.path, self.line, self.key, self.message = path, line, key, message
        place = f"{path}:{line}" if line else str(path)
        name = ".".join(str(part) for part in key)
        super().__init__(f"{place}: {name}: {message}" if name else f"{place}: {message}")


@dataclass(frozen=True)
class Document:
    """The values of a TOML file and the line on which each key stands."""

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[Key, int]

    def line(self, key: Key) -> int:
        """Return the line of `key`, or of the nearest table above it; 0 where none is known."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 0)

    def error(self, key: Key, message: str) -> DocumentError:
        """Return an error that points at `key` in this file."""
        return DocumentError(self.path, message, line=self.line(key), key=key)


def read(path: Path | str) -> Document:
    """Read a TOML file; raise `DocumentError` where it is missing, not text or not TOML."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DocumentError(path, "no such file; check the path") from None
    except IsADirectoryError:
        raise DocumentError(path, "is a folder; name a .toml file") from None
    except UnicodeDecodeError as error:
        raise DocumentError(path, f"is not UTF-8 text ({error.reason}); save it as UTF-8") from None
    except OSError as error:
        raise DocumentError(path, f"cannot be read: {error.strerror}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, str(error)) from None
    return Document(path, values, key_lines(text))


def _not_toml(path: Path, text: str, reason: str) -> DocumentError:
    """Return an error that shows the line which is not TOML, and how one is written."""
    lines = text.splitlines()
    found = re.search(r"\(at line (\d+), column \d+\)", reason)
    line = int(found.group(1)) if found else len(lines)
    reason = re.sub(r"\s*\(at .*\)", "", reason)
    shown = lines[line - 1].strip()[:_SHOWN] if 0 < line <= len(lines) else ""
    is_twice = "overwrite" in reason or "twice" in reason
    remedy = "keep one of the two" if is_twice else _EXAMPLE
    message = f"is not TOML ({reason[:1].lower()}{reason[1:]}); {remedy}"
    return DocumentError(path, f"{shown}: {message}" if shown else message, line=line)


def key_lines(text: str) -> dict[Key, int]:
    """Return the line number of every table header and assignment in valid TOML `text`."""
    lines: dict[Key, int] = {}
    table: Key = ()
    counts: dict[Key, int] = {}
    pending = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        if pending:
            pending += "\n" + raw
            pending = pending if _is_open(pending) else ""
            continue
        if header := _HEADER.match(raw):
            table = _parts(header["name"])
            if raw.lstrip().startswith("[["):
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif found := _ASSIGNMENT.match(raw):
            lines.setdefault(table + _parts(found["key"]), number)
            value = raw[found.end() :]
            pending = value if _is_open(value) else ""
    return lines


def _parts(name: str) -> Key:
    return tuple(a or b or c for a, b, c in _PART.findall(name))


def _is_open(value: str) -> bool:
    """Whether a value goes on behind this text: a bracket or a long string is not closed yet."""
    try:
        tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return True
    return False
