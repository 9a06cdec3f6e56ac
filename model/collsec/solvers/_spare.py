"""Memory for large answers that is used again.

The system clears each page of memory that it hands out, which takes as long as to solve a million
games of two actions a side. A solver that is called again and again, block by block of a sweep,
gets the memory of an earlier answer here, once nobody holds that answer any more.
"""

from __future__ import annotations

import math
import sys
import threading
from typing import Any

import numpy as np

_LARGE = 1 << 20
"""Arrays of fewer bytes come from numpy."""
_MOST = 1 << 28
"""So many bytes are kept at most."""

_kept: list[Any] = []
_lock = threading.Lock()


def blank(shape: tuple[int, ...], kind: type) -> Any:
    """Return an array whose values are to be filled in."""
    n_bytes = math.prod(shape) * np.dtype(kind).itemsize
    if not _LARGE <= n_bytes <= _MOST:
        return np.empty(shape, kind)
    return _memory(n_bytes).view(kind).reshape(shape)


def _memory(n_bytes: int) -> Any:
    """Return bytes that no array uses, and note them for the next time."""
    with _lock:
        for memory in _kept:
            # held by the list, the name here and the argument there, and by no array
            if memory.nbytes == n_bytes and sys.getrefcount(memory) == 3:
                return memory
        while _kept and sum(memory.nbytes for memory in _kept) + n_bytes > _MOST:
            del _kept[0]
        _kept.append(np.empty(n_bytes, np.uint8))
        return _kept[-1]
