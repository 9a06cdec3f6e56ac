"""The words of a Gambit file, each with the line on which it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]|[^\s{},"]+|"')
_DECIMAL = r"[-+]?(\d+(\.\d*)?|\.\d+)"
_NUMBER = re.compile(rf"{_DECIMAL}([eE][-+]?\d+|/\d+)?")
_LONGEST = 1_000


class FileError(ValueError):
    """A file that cannot be read as a game: ``file:line: what is wrong; what to do``."""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        self.path, self.line, self.message = path, line, message
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")


@dataclass(frozen=True)
class Word:
    """A word of the file: a text in quotation marks, a brace, or anything else."""

    text: str
    line: int

    @property
    def is_text(self) -> bool:
        """Whether it stands in quotation marks."""
        return self.text.startswith('"')


class Scanner:
    """Reads a file word by word; the position is its only state."""

    def __init__(self, path: Path | str, text: str) -> None:
        self.path = path
        self._words = list(_words(text))
        self._last = text.count("\n") + 1
        self._next = 0

    @property
    def line(self) -> int:
        """The line of the next word, or the last line."""
        return self._words[self._next].line if self.has_more else self._last

    @property
    def n_left(self) -> int:
        """How many words are left."""
        return len(self._words) - self._next

    @property
    def has_more(self) -> bool:
        """Whether a word is left."""
        return self._next < len(self._words)

    @property
    def is_text(self) -> bool:
        """Whether the next word is a text in quotation marks."""
        return self.has_more and self._words[self._next].is_text

    def is_at(self, text: str) -> bool:
        """Whether the next word is this one."""
        return self.has_more and self._words[self._next].text == text

    def error(self, message: str, line: int | None = None) -> FileError:
        """Return an error that points at the next word."""
        return FileError(self.path, self.line if line is None else line, message)

    def take(self, wanted: str) -> Word:
        """Return the next word, whatever it is; `wanted` says what the format has here."""
        if not self.has_more:
            raise self.error(f"the file ends where {wanted} should stand; complete it")
        self._next += 1
        return self._words[self._next - 1]

    def expect(self, text: str, wanted: str) -> None:
        """Pass over this very word."""
        line = self.line
        word = self.take(wanted)
        if word.text != text:
            raise self.error(f"{_shown(word)} stands where {wanted} should; write {text}", line)

    def text(self, wanted: str) -> str:
        """Return the next word, which stands in quotation marks, without them."""
        word = self.take(wanted)
        if not word.is_text or len(word.text) < 2:
            message = f"{_shown(word)} stands where {wanted} should; put it in quotation marks"
            raise self.error(message, word.line)
        return re.sub(r'\\(["\\])', r"\1", word.text[1:-1])

    def whole(self, wanted: str, low: int = 0) -> int:
        """Return the next word as a whole number."""
        word = self.take(wanted)
        if not re.fullmatch(r"[-+]?\d{1,18}", word.text) or int(word.text) < low:
            message = f"{_shown(word)} stands where {wanted} should; write a whole number >= {low}"
            raise self.error(message, word.line)
        return int(word.text)

    def number(self, wanted: str) -> float:
        """Return the next word as a number: 2, 0.5, 1e-3 or 1/3."""
        word = self.take(wanted)
        if not _NUMBER.fullmatch(word.text) or len(word.text) > _LONGEST:
            message = f"{_shown(word)} stands where {wanted} should; write it as 0.5 or 1/2"
            raise self.error(message, word.line)
        top, _, bottom = word.text.partition("/")
        if bottom and int(bottom) == 0:
            raise self.error(f"{word.text} divides by zero; write another number", word.line)
        value = _ratio(Fraction(top) / int(bottom)) if bottom else float(top)
        if abs(value) == math.inf:
            raise self.error(f"{word.text} is too large; rescale payoffs", word.line)
        return value

    def braced(self, item: Callable[[], T], wanted: str) -> list[T]:
        """Return what stands between braces, read by `item` one after the other."""
        self.expect("{", f"a brace {{ before {wanted}")
        found = []
        while not self.is_at("}"):
            if not self.has_more:
                raise self.error(f"the file ends within {wanted}; close the brace")
            found.append(item())
        self.take("}")
        return found


def _ratio(exact: Fraction) -> float:
    """Return the nearest float, which may be infinite."""
    try:
        return float(exact)
    except OverflowError:
        return math.inf


def quoted(text: str) -> str:
    r"""Return a text as Gambit reads it: a backslash is one, as in ``\alpha``, but before a mark.

    Before a quotation mark, another backslash or the end it is doubled; Gambit has no way to write
    one at the end.
    """
    told_apart = re.sub(r'\\(?=["\\]|\Z)', r"\\\\", text.replace("\n", " "))
    return '"' + told_apart.replace('"', r"\"") + '"'


def distinct(labels: list[str], fallback: str) -> tuple[str, ...]:
    """Return labels of which none is empty and none like another, by numbering where needed."""
    if all(labels) and len(set(labels)) == len(labels):
        return tuple(labels)
    return tuple(f"{label or fallback} {k + 1}" for k, label in enumerate(labels))


def _words(text: str) -> list[Word]:
    found, line, start = [], 1, 0
    for match in _WORD.finditer(text):
        line += text.count("\n", start, match.start())
        start = match.start()
        found.append(Word(match.group(), line))
    return found


def _shown(word: Word) -> str:
    return word.text if len(word.text) <= 30 else word.text[:27] + "..."
