"""How large a table of profiles may be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from collsec.parameters import ParameterError

MAX_PROFILES = 1_000_000
"""Tables with more profiles than this are refused."""


def refuse_large(counts: Sequence[int], remedy: str) -> None:
    """Raise `ParameterError` where players with so many strategies have too many profiles."""
    if math.prod(counts) > MAX_PROFILES:
        raise ParameterError(
            "export", "strategies", list(counts), f"make more than {MAX_PROFILES:,} profiles",
            remedy,
        )  # fmt: skip
