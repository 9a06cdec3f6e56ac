"""A folder of TOML presets for a kind of declared object: each value with a reason and a source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from collsec.document import Document, DocumentError, read
from collsec.parameters import Declared, ParameterError, suggestion

T = TypeVar("T", bound=Declared)

TEXT_KEYS = ("title", "summary")
"""Keys of a preset that describe it and set nothing."""


@dataclass(frozen=True)
class Presets(Generic[T]):
    """The presets of one kind, and the reader of files of that kind.

    A value stands bare, ``quota = 9``, or in a table with `value`, `why` and `source`.
    """

    kind: type[T]
    folder: Path
    noun: str

    def names(self) -> list[str]:
        """Return the names of the presets that come with the package."""
        return sorted(path.stem for path in self.folder.glob("*.toml"))

    def document(self, name: str | Path) -> Document:
        """Read the preset of that name, or the TOML file at that path.

        Raises `DocumentError` that names the file or the nearest preset.
        """
        path = Path(name)
        if path.suffix == ".toml":
            return read(path)
        if str(name) not in self.names():
            raise DocumentError(
                str(name), f"is no {self.noun}; {suggestion(str(name), self.names())}"
            )
        return read(self.folder / f"{name}.toml")

    def load(self, name: str | Path) -> T:
        """Return the preset of that name, or the one written in the TOML file at that path.

        Raises `DocumentError` that names the file, the line, the key, the value and the remedy.
        """
        loaded: T = _load(self, name)
        return loaded

    def parse(self, document: Document) -> T:
        """Return the object that a document states."""
        known = [key for key in self.kind.parameters if key not in ("name", "heading")]
        values: dict[str, object] = {}
        if "heading" in self.kind.parameters and "title" in document.values:
            values["heading"] = (str(document.values["title"]),)
        for key, entry in document.values.items():
            if key in TEXT_KEYS:
                continue
            if key not in known:
                near = suggestion(key, known)
                raise document.error((key,), f"is not part of an {self.noun}; {near}")
            if isinstance(entry, dict) and "value" not in entry:
                raise document.error((key,), "has no value; add `value = ...`")
            values[key] = entry["value"] if isinstance(entry, dict) else entry
        try:
            return self.kind(name=(document.path.stem,), **values)
        except ParameterError as error:
            raise document.error((error.key,), error.detail) from None


@cache
def _load(presets: Presets[T], name: str | Path) -> T:
    return presets.parse(presets.document(name))
