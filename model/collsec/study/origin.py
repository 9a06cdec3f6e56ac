"""Layers of a config, later ones on top, with the file and line that set each value."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import collsec
from collsec.document import Document, DocumentError, Key, read

OVERRIDE = "--set"
"""The origin of a value given on the command line."""

EXTENDS = "extends"

_OWNERS = ("levers", "institution")
_BARE_WORD = re.compile(r"[^\s\[\]{}\"'=,#]+(?: [^\s\[\]{}\"'=,#]+)*")
_PACKAGE = Path(collsec.__file__).resolve().parent


class ConfigError(ValueError):
    """A config that cannot be used: all its problems at once, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Place:
    """Where a value was set: a file and a line, or the command line."""

    path: Path | None
    line: int = 0

    @property
    def folder(self) -> Path:
        """What relative paths in the value are relative to."""
        return Path.cwd() if self.path is None else self.path.parent

    def __str__(self) -> str:
        if self.path is None:
            return OVERRIDE
        return f"{shown(self.path)}:{self.line}" if self.line else shown(self.path)


@dataclass(frozen=True)
class Layers:
    """The merged values of a config and the place that set each of them."""

    path: Path
    values: Mapping[str, Any]
    places: Mapping[Key, Place]

    def place(self, key: Key) -> Place:
        """Return the place of `key`, or of the nearest table above it."""
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, Place(self.path))

    def problem(self, key: Key, message: str, at: Key | None = None) -> str:
        """Return the line that reports what is wrong with `key`, pointing there or `at` a key."""
        return f"{self.place(at or key)}: {dotted(key)} {message}"


def dotted(key: Key) -> str:
    """Return a key as it is written after ``--set``."""
    return ".".join(str(part) for part in key)


def shown(path: Path) -> str:
    """Return a path as a reader of messages knows it: from the package or the working directory."""
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    for top in (_PACKAGE.parent, Path.cwd()):
        if path.is_relative_to(_PACKAGE if top == _PACKAGE.parent else top):
            return path.relative_to(top).as_posix()
    return path.as_posix()


def read_layers(path: Path | str, overrides: Sequence[str] = ()) -> Layers:
    """Read a config, what it extends, and what the command line sets.

    Raises `ConfigError` where a file is missing, is not TOML or extends itself, and where an
    override is not ``key=value``.
    """
    path = Path(path)
    problems: list[str] = []
    values: dict[str, Any] = {}
    places: dict[Key, Place] = {}
    for document in _documents(path, (), problems):
        _merge(values, places, _Layer.of_document(document))
    for text in overrides:
        try:
            _merge(values, places, _Layer.of_override(text))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return Layers(path, values, places)


def _documents(path: Path, above: tuple[Path, ...], problems: list[str]) -> Iterator[Document]:
    """Yield the files that `path` extends, lowest layer first, and then the file itself."""
    try:
        document = read(path)
    except DocumentError as error:
        problems.append(f"{Place(path, error.line)}: {error.message}")
        return
    listed = document.values.get(EXTENDS, [])
    place = Place(path, document.line((EXTENDS,)))
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        problems.append(
            f'{place}: extends = {listed!r}: must be a list of files; write ["other.toml"]'
        )
        listed = []
    chain = (*above, path.resolve())
    for name in listed:
        other = path.parent / name
        if other.resolve() in chain:
            problems.append(
                f"{place}: extends = {name!r}: goes round in a circle; remove one of the two"
            )
        elif not other.is_file():
            problems.append(
                f"{place}: extends = {name!r}: no such file; "
                "give a path relative to the file that names it"
            )
        else:
            yield from _documents(other, chain, problems)
    yield document


@dataclass(frozen=True)
class _Layer:
    """The values of one file or override, flattened: key -> value, and the place of each key."""

    values: Mapping[Key, Any]
    places: Mapping[Key, Place]

    @classmethod
    def of_document(cls, document: Document) -> _Layer:
        return cls.of(document.values, lambda key: Place(document.path, document.line(key)))

    @classmethod
    def of_override(cls, text: str) -> _Layer:
        return cls.of(_parsed(text), lambda _: Place(None))

    @classmethod
    def of(cls, values: Mapping[str, Any], place: Callable[[Key], Place]) -> _Layer:
        flat: dict[Key, Any] = {}
        places: dict[Key, Place] = {}
        for key, value in _leaves(values):
            joined = _joined(key)
            if key == (EXTENDS,):
                continue
            flat[joined] = value
            places.setdefault(joined[:1], place(key[:1]))
            places[joined] = place(key)
            if isinstance(value, dict):
                places |= {(*joined, part): place((*key, part)) for part in value}
        return cls(flat, places)


def _leaves(values: Mapping[str, Any], above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Yield every value with its key; an axis of a sweep is one value."""
    for name, value in values.items():
        key = (*above, name)
        if isinstance(value, dict) and value and not _is_axis(key):
            yield from _leaves(value, key)
        else:
            is_list = _is_axis(key) and isinstance(value, list)
            yield key, {"values": value} if is_list else value


def _is_axis(key: Key) -> bool:
    if key[0] != "sweep" or len(key) == 1:
        return False
    return len(key) > 2 or key[1] not in _OWNERS


def _joined(key: Key) -> Key:
    """Return the key with the name of what is swept or sampled as one part."""
    if key[0] == "sweep" and len(key) > 2:
        return ("sweep", dotted(key[1:]))
    if key[:2] == ("sample", "ranges") and len(key) > 3:
        return ("sample", "ranges", dotted(key[2:]))
    return key


def _merge(values: dict[str, Any], places: dict[Key, Place], layer: _Layer) -> None:
    for key, value in layer.values.items():
        table = values
        for part in key[:-1]:
            inner = table.get(str(part))
            if not isinstance(inner, dict):
                inner = table[str(part)] = {}
            table = inner
        is_kept = value == {} and isinstance(table.get(str(key[-1])), dict)
        if not is_kept:
            table[str(key[-1])] = value
    places.update(layer.places)


def _parsed(text: str) -> dict[str, Any]:
    key, sign, value = (part.strip() for part in text.partition("="))
    example = "write --set parameters.income=120 or --set 'levers.monitoring=0.5'"
    if not sign or not key or not value:
        raise ConfigError([f"{OVERRIDE}: {text!r}: is not key=value; {example}"])
    try:
        found = tomllib.loads(f"{key} = {value}")
    except tomllib.TOMLDecodeError:
        if not _BARE_WORD.fullmatch(value):
            raise ConfigError(
                [f"{OVERRIDE}: {key} = {value}: is not a TOML value; {example}"]
            ) from None
        try:
            found = tomllib.loads(f'{key} = "{value}"')
        except tomllib.TOMLDecodeError:
            raise ConfigError([f"{OVERRIDE}: {key}: is not a key; {example}"]) from None
    if EXTENDS in found:
        raise ConfigError([f"{OVERRIDE}: extends: is set in files only; write it in the config"])
    return found
