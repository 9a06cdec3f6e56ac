"""How large a file may be, and what to ask for instead of one that is larger."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from collsec.forms.form import Form
from collsec.interchange.detail import MAX_STAGES, Detail
from collsec.parameters import ParameterError

MAX_PROFILES = 1_000_000
"""Tables with more profiles than this are refused."""
MAX_NODES = 100_000
"""Trees with more nodes than this are refused."""
_LARGE = 10_000_000


def refuse_many_nodes(form: Form, grower: Any, detail: Detail) -> None:
    """Raise `ParameterError`, with what would fit, where a form's tree is too large."""
    n = grower.nodes(form, detail)
    if n <= MAX_NODES:
        return
    raise ParameterError(
        "export", "nodes", _rounded(n),
        f"would be more than the {MAX_NODES:,} that a tree may have",
        _what_fits(form, grower, detail),
    )  # fmt: skip


def refuse_large(form: Form, maker: Any, detail: Detail) -> None:
    """Raise `ParameterError`, with what would fit, where a form's own table is too large."""
    counts = maker.counts(form, detail)
    refuse_profiles(counts, _smaller(counts, detail, maker))


def refuse_profiles(counts: Sequence[int], remedy: str) -> None:
    """Raise `ParameterError` where players with so many strategies have too many profiles."""
    n = math.prod(counts)
    if n > MAX_PROFILES:
        raise ParameterError(
            "export", "profiles", _rounded(n),
            f"of {_listed(counts)} strategies are more than the {MAX_PROFILES:,} of a table",
            remedy,
        )  # fmt: skip


def _what_fits(form: Form, grower: Any, detail: Detail) -> str:
    """Return which smaller grid or fewer members, crises or stages make a tree that fits."""
    remedies = [
        f"--{name} {most}"
        for name in getattr(grower, "ASKS", ())
        if (most := most_of(name, detail, lambda less: grower.nodes(form, less) <= MAX_NODES))
    ]
    noun = getattr(grower, "COUNTED", "")
    n_now = grower.counted(form) if noun else 0
    n = largest(2, n_now, lambda n: grower.nodes(form, detail, n) <= MAX_NODES)
    remedies += [f"{n} {noun}"] if n else []
    if remedies:
        return f"take {' or '.join(remedies)} at most"
    fewest = replace(detail, points=2)
    n = largest(2, n_now, lambda n: grower.nodes(form, fewest, n) <= MAX_NODES)
    return f"take --points 2 and {n} {noun} at most" if n else "take fewer choices or types"


def most_of(name: str, detail: Detail, fits: Callable[[Detail], bool]) -> int:
    """Return the most points, or stages, below those asked for that fit; 0 where none do."""
    if name == "points":
        return largest(2, detail.points, lambda n: fits(replace(detail, points=n)))
    asked = MAX_STAGES if detail.stages is None else detail.stages
    return largest(1, asked, lambda n: fits(replace(detail, stages=n)))


def largest(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number from `low` to below `high` that fits, as all below it do; or 0."""
    found = 0
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            found, low = middle, middle + 1
        else:
            high = middle
    return found


def _smaller(counts: Sequence[int], detail: Detail, maker: Any) -> str:
    """Return which fewer members or points make a table that fits."""
    each, remedies = max(counts), []
    members = max((n for n in range(2, len(counts)) if each**n <= MAX_PROFILES), default=0)
    if members:
        remedies.append(f"{members} members")
    more = each - detail.points
    least = 2 + more
    if "points" in getattr(maker, "ASKS", ()) and least ** len(counts) <= MAX_PROFILES:
        most = int(MAX_PROFILES ** (1 / len(counts)) + 1e-9)
        remedies.append(f"--points {most - more}")
    if remedies:
        return f"take {' or '.join(remedies)} at most"
    fewest = max((n for n in range(2, len(counts)) if least**n <= MAX_PROFILES), default=0)
    return f"take --points 2 and {fewest} members at most" if fewest else "take fewer choices"


def _listed(counts: Sequence[int]) -> str:
    if len(counts) > 6:
        return f"{len(counts)} players'"
    return " x ".join(f"{_rounded(count):.8g}" for count in counts)


def _rounded(n: int) -> float:
    """Return a number as it is told: a large one to three digits, one beyond floats as infinity."""
    return n if n < _LARGE else float(f"{Decimal(n):.3g}")
