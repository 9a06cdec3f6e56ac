"""Candidate equilibria of threshold games, before anyone has checked them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from collsec.parameters import BoolArray, FloatArray, IntArray


class Candidates(NamedTuple):
    """What a search found in a batch with one axis.

    Attributes
    ----------
    act : array, shape (n_points, n_candidates, n_members)
        Probabilities to act, NaN where there is no candidate.
    complete : array of bool, shape (n_points)
    centroid : array of int, shape (n_points)
        Which candidate best replies reach from the centroid; -1 where that is not known.
    """

    act: FloatArray
    complete: BoolArray
    centroid: IntArray


def first(flags: BoolArray) -> tuple[IntArray, BoolArray]:
    """Return where the flags are set along the last axis, in order, and which places are filled."""
    width = max(int(flags.sum(axis=-1).max(initial=0)), 1)
    order = np.argsort(~flags, axis=-1, kind="stable")[..., :width]
    return order, np.take_along_axis(flags, order, axis=-1)
