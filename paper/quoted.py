"""A number as the paper quotes it: its value, how it is written, and where it is from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import SupportsFloat

from collsec.equilibrium import TOLERANCE

MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class QuoteError(ValueError):
    """The paper cannot quote this: says which number, and why."""


@dataclass(frozen=True)
class Quoted:
    """A number or a name in the text; `source` names the file and the variable."""

    value: float | str
    text: str
    source: str


class Ledger(Mapping[str, Quoted]):
    """Every number that the paper may quote, by key; a key is entered once."""

    def __init__(self) -> None:
        self._entries: dict[str, Quoted] = {}

    def __getitem__(self, key: str) -> Quoted:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def enter(
        self,
        key: str,
        value: SupportsFloat | str,
        source: str,
        *,
        digits: int = 2,
        write: Callable[[float, int], str] | None = None,
    ) -> None:
        """Enter a number or a name; raise `QuoteError` if the key is taken or the number missing.

        A whole number of type int stands without decimals; others are written by `write`, which is
        `written` unless told otherwise, with so many digits.
        """
        if key in self._entries:
            raise QuoteError(f"{key}: is entered twice, from {self[key].source} and {source}")
        if isinstance(value, str):
            self._entries[key] = Quoted(value, value, source)
            return
        number = float(value)
        if not math.isfinite(number):
            raise QuoteError(f"{key}: is {number} in {source}; the paper cannot quote it")
        text = f"{number:,.0f}" if isinstance(value, int) else (write or written)(number, digits)
        self._entries[key] = Quoted(number, text.replace("-", MINUS), source)


def written(number: float, digits: int = 2) -> str:
    """Return a number as the paper writes it.

    What is 0 or 1 to within the tolerance of a certificate stands alone: the code vouches for no
    more. What would round to 0 or 1 without being it is written "<0.01" or ">0.99", and what is
    missing as a dash.
    """
    if math.isnan(number):
        return "–"
    size = abs(number)
    if size < TOLERANCE:
        return "0"
    sign = MINUS if number < 0 else ""
    if abs(size - 1) < TOLERANCE:
        return f"{sign}1"
    step = 10.0**-digits
    if size < step / 2:
        return f"{'>' if number < 0 else '<'}{sign}{step:.{digits}f}"
    if 1 - step / 2 < size < 1:
        return f"{'<' if number < 0 else '>'}{sign}{1 - step:.{digits}f}"
    return f"{sign}{size:,.{digits}f}"


def exactly(number: float) -> str:
    """Return a parameter's value as it was set: up to six significant digits, no padding."""
    size = abs(number)
    if 0 < size < 1e-6:
        return as_power(number)
    return (MINUS if number < 0 else "") + f"{size:.6g}"


def as_power(number: float, digits: int = 2) -> str:
    """Return a number as a power of ten with a factor of so many digits; 0 stands alone."""
    if number == 0:
        return "0"
    sign, size = (MINUS if number < 0 else ""), abs(number)
    factor, exponent = f"{size:.{digits - 1}e}".split("e")
    lead = f"{float(factor):g}"
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return sign + (power if lead == "1" else f"{lead} × {power}")
