"""Probabilities as texts that stand for the same floats and whose exact sum is one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_PLAIN = 10_000
_HIDDEN = Fraction(499, 1000)
"""The share of the way to the next float at which a ratio still reads as this one."""


def with_sum_one(odds: Sequence[float]) -> list[str]:
    """Return these probabilities as decimals, or else as ratios, that sum to exactly one.

    Each reads back as the float given. Where that cannot be, for floats whose sum is off by more
    than their rounding hides, the largest takes up the rest and may read back with another last
    digit.
    """
    if sum(Fraction(Decimal(repr(one))) for one in odds) == 1:
        return [repr(one) for one in odds]
    plain = [Fraction(one).limit_denominator(_PLAIN) for one in odds]
    if sum(plain) == 1 and all(map(_is, plain, odds)):
        return list(map(str, plain))
    return list(map(str, _filled([Fraction(one) for one in odds])))


def _filled(exact: list[Fraction]) -> list[Fraction]:
    """Return the ratios with what they lack of one: to each no more than its rounding hides."""
    rest, filled = 1 - sum(exact), list(exact)
    for place, one in enumerate(exact):
        beside = Fraction(math.nextafter(float(one), math.copysign(2.0, rest)))
        room = abs(beside - one) * (Fraction(1, 2) if _is_even(float(one)) else _HIDDEN)
        filled[place] += min(max(rest, -room), room)
        rest -= filled[place] - one
    filled[exact.index(max(exact))] += rest
    return filled


def _is_even(value: float) -> bool:
    """Return whether a number halfway to the next float reads as this one."""
    return int(math.frexp(value)[0] * 2**53) % 2 == 0


def _is(ratio: Fraction, given: float) -> bool:
    return float(ratio) == given
