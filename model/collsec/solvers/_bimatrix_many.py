"""All extreme equilibria of a batch of games of any size, by the vertices of two polytopes."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.forms._two_players import judge
from collsec.kernel import kernel, part
from collsec.solvers._bimatrix_answer import SIGNATURE, n_due
from collsec.solvers._bimatrix_payoffs import clear_replies, from_centroid, load
from collsec.solvers._bimatrix_vertices import (
    Polytope,
    is_simple,
    label,
    mix,
    orientation,
    pair,
    room,
    walk,
)


class _Work(NamedTuple):
    """Room to work in, made once per block of games."""

    row: Any
    column: Any
    best: Any
    of_row: Polytope
    of_column: Polytope
    system: Any
    pairs: Any
    x: Any
    y: Any
    keys: Any


@part
def _room(m: int, n: int, slots: int) -> _Work:
    """Return the room for games of m by n."""
    k = max(m, n)
    return _Work(
        np.empty((m, n)),
        np.empty((n, m)),
        np.empty((2, k), np.int64),
        room(m, n, 0, m),
        room(n, m, m, 0),
        np.empty((k, k + 1)),
        np.empty((slots, 2), np.int64),
        np.empty((slots, m)),
        np.empty((slots, n)),
        np.empty(slots, np.int64),
    )


@part
def _by_vertices(work: _Work, found: Any) -> tuple[int, bool]:
    """Write the extreme equilibria of one game; return how many, and whether all are known."""
    p, q = work.of_row, work.of_column
    n_p, n_q = walk(work.column, p), walk(work.row, q)
    if n_p < 0 or n_q < 0:
        return 0, False
    (simple_p, sure_p), (simple_q, sure_q) = label(p, n_p), label(q, n_q)
    simple = simple_p and simple_q
    count = pair(p, n_p, q, n_q, simple, work.pairs)
    if count > found[2].size:
        return count, False
    total = _write(work, found, count)
    complete = sure_p and sure_q and count > 0
    return count, complete and (total == 1.0 if simple else True)


@part
def _write(work: _Work, found: Any, count: int) -> float:
    """Write the listed pairs in order of their supports; return the sum of their indices."""
    p, q = work.of_row, work.of_column
    m, n = p.cobasis.shape[1], q.cobasis.shape[1]
    for e in range(count):
        v, w = work.pairs[e]
        rows = mix(work.column, p, v, work.system, work.x[e])
        columns = mix(work.row, q, w, work.system, work.y[e])
        work.keys[e] = (_size(rows) + _size(columns)) << (m + n) | rows << n | columns
    total = 0.0
    for slot, e in enumerate(np.argsort(work.keys[:count], kind="mergesort")):
        found[0][slot], found[1][slot] = work.x[e], work.y[e]
        v, w = work.pairs[e]
        found[2][slot] = math.nan
        if is_simple(p, v) and is_simple(q, w):
            k = work.keys[e] >> (m + n + 1)
            sign = 1.0 if k % 2 == 1 else -1.0
            found[2][slot] = sign * orientation(p, v) * orientation(q, w)
        total += found[2][slot]
    return total


@part
def _size(members: int) -> int:
    size = 0
    while members:
        members &= members - 1
        size += 1
    return size


@part
def _solve_all(
    matrices: Any, work: _Work, block: Any, count: Any, complete: Any, centroid: Any
) -> None:
    (first, second), slots = matrices, block[2].shape[1]
    for g in range(count.size):
        count[g], complete[g], centroid[g] = 0, False, -1
        if max(load(first[g], 0, work.row), load(second[g], 1, work.column)) < math.inf:
            count[g], complete[g] = _by_vertices(work, (block[0][g], block[1][g], block[2][g]))
        known = count[g] if count[g] <= slots else 0
        if known > 0:
            clear_replies(work.row, work.best[0])
            clear_replies(work.column, work.best[1])
            centroid[g] = from_centroid(work.row, work.column, work.best, block, g, known)
        block[0][g, known:], block[1][g, known:] = math.nan, math.nan
        block[2][g, known:] = math.nan


@kernel(SIGNATURE)
def any_size(matrices: Any, answer: Any, tolerance: float) -> int:
    """Solve and judge games of any size; see `SIGNATURE`."""
    rows, columns, index, count, complete, centroid, regret = answer
    _, m, n = matrices[0].shape
    work, block = _room(m, n, index.shape[1]), (rows, columns, index)
    _solve_all(matrices, work, block, count, complete, centroid)
    n_certified: int = judge(matrices, (rows, columns), regret, tolerance, m, n)
    n_lacking: int = n_due(count, index.shape[1]) - n_certified
    return n_lacking
