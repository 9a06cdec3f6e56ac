"""What linear equations alone settle, before any linear programme is asked.

Most expressions that matter at given supports are fixed by indifference alone. One decomposition
tells which, at a fortieth of the time of a linear programme.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from collsec.parameters import BoolArray, FloatArray

_NULL = 1e-10
"""Singular values up to this share of the largest count as zero."""
_LOOSE = 1e-9
"""An expression is settled where it moves by no more than this along free directions."""


class Equations:
    """The solutions of rows x = 0, each row an expression with its constant last."""

    def __init__(self, rows: FloatArray) -> None:
        self._rows = rows
        left, sizes, right = np.linalg.svd(rows[:, :-1], full_matrices=True)
        rank = int(np.sum(sizes > _NULL * sizes[0])) if len(sizes) else 0
        self._free = right[rank:].T
        weights = (left[:, :rank].T @ -rows[:, -1]) / sizes[:rank]
        self.point = np.append(right[:rank].T @ weights, 1.0)
        """The solution nearest to zero, and a one."""

    @cached_property
    def is_consistent(self) -> bool:
        """Whether there is a solution."""
        return bool(np.all(np.abs(self._rows @ self.point) <= _LOOSE))

    def settles(self, expressions: FloatArray) -> BoolArray:
        """Return which expressions have one value in all solutions: that at `point`."""
        moves = np.abs(expressions[:, :-1] @ self._free)
        return np.asarray(np.all(moves <= _LOOSE, axis=-1))
