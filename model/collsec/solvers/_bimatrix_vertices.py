r"""All vertices of a best-reply polytope, by pivoting, and the fully labelled pairs among them.

With payoffs scaled to [1, 2], the column player's mixes are described by the polytope
:math:`\{y \ge 0, A y \le 1\}` and the row player's by :math:`\{x \ge 0, B^T x \le 1\}`. A vertex
has label i where :math:`x_i = 0` or :math:`(A y)_i = 1`, and label m + j where :math:`y_j = 0` or
:math:`(B^T x)_j = 1`; the extreme equilibria are the pairs that have all labels between them.
Pivoting breaks ties lexicographically, as if the right sides were 1 + ε, 1 + ε², ..., so each
polytope is walked as a simple one: its edges connect its vertices, and McMullen's bound limits
their number. Bases of one vertex are merged by their labels afterwards.

References
----------
nisan2007algorithmic, avis2010enumeration, mcmullen1970maximum
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import part

ZERO = 1e-10
"""Coordinates and slacks of a polytope below this are zero (payoffs lie between 1 and 2)."""
SURE = 1e-8
"""Those between `ZERO` and this leave the answer in doubt."""


class Polytope(NamedTuple):
    """Room for the vertices of {z >= 0, matrix z <= 1}: one tableau per lexicographic basis.

    Variables carry their labels; `decision` and `slack` are the first labels of either kind. A
    set of variables is an integer, one bit for each.
    """

    decision: int
    slack: int
    tableau: Any
    basis: Any
    cobasis: Any
    key: Any
    labels: Any
    table: Any


@part
def _choose(n: int, k: int) -> int:
    product = 1
    for i in range(k):
        product = product * (n - i) // (i + 1)
    return product


@part
def most_vertices(n_dims: int, n_facets: int) -> Any:
    """Return the largest number of vertices of such a polytope (McMullen 1970)."""
    low, high = n_dims // 2, n_dims - n_dims // 2
    return _choose(n_facets - high, low) + _choose(n_facets - low - 1, high - 1)


@part
def room(n_dims: int, n_rows: int, decision: int, slack: int) -> Polytope:
    """Return empty room for any polytope of this shape."""
    most = most_vertices(n_dims, n_dims + n_rows)
    size = 4
    while size < 2 * most:
        size *= 2
    return Polytope(
        decision,
        slack,
        np.empty((most, n_rows, n_dims + 1)),
        np.empty((most, n_rows), np.int64),
        np.empty((most, n_dims), np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(size, np.int64),
    )


@part
def _place(keys: Any, table: Any, key: int) -> Any:
    """Return where in the hash table a key is, or belongs (-1 stands there)."""
    mask = table.size - 1
    place = ((key * 0x9E3779B1) >> 7) & mask
    while table[place] >= 0 and keys[table[place]] != key:
        place = (place + 1) & mask
    return place


@part
def _precedes(p: Polytope, v: int, first: int, second: int, column: int) -> Any:
    """Whether the first of two tied rows leaves before the second under the perturbation."""
    t, basis, cobasis = p.tableau[v], p.basis[v], p.cobasis[v]
    for k in range(basis.size):
        one = 1.0 if basis[first] == p.slack + k else 0.0
        two = 1.0 if basis[second] == p.slack + k else 0.0
        for c in range(cobasis.size):
            if cobasis[c] == p.slack + k:
                one, two = t[first, c], t[second, c]
        gap = one / t[first, column] - two / t[second, column]
        if abs(gap) > ZERO:
            return gap < 0.0
    return first < second


@part
def _leaving(p: Polytope, v: int, step: Any, leaves: Any) -> None:
    """Write the row that leaves when the variable of each column enters at vertex v, or -1.

    All columns at a time, which the processor does several of at once.
    """
    t = p.tableau[v]
    n_rows, last = t.shape[0], t.shape[1] - 1
    step[:], leaves[:] = math.inf, -1
    for r in range(n_rows):
        right = t[r, last]
        for c in range(last):
            slope = t[r, c]
            is_nearer = (slope > ZERO) & (right < step[c] * slope)
            step[c] = right / slope if is_nearer else step[c]
            leaves[c] = r if is_nearer else leaves[c]
    tied = 0
    for r in range(n_rows):
        right = t[r, last]
        for c in range(last):
            slope = t[r, c]
            tied += (slope > ZERO) & (right - step[c] * slope <= ZERO) & (leaves[c] != r)
    if tied > 0:
        for c in range(last):
            leaves[c] = _first_of_ties(p, v, c, step[c], leaves[c])


@part
def _first_of_ties(p: Polytope, v: int, column: int, step: float, best: int) -> int:
    """Return which of the rows that block a column first leaves under the perturbation."""
    t = p.tableau[v]
    n_rows, last = t.shape[0], t.shape[1] - 1
    for r in range(n_rows):
        if (
            r != best
            and t[r, column] > ZERO
            and t[r, last] - step * t[r, column] <= ZERO
            and _precedes(p, v, r, best, column)
        ):
            best = r
    return best


@part
def _pivot(p: Polytope, v: int, row: int, column: int, w: int) -> None:
    """Write the tableau behind an edge of vertex v into place w."""
    old, new = p.tableau[v], p.tableau[w]
    n_rows, width = old.shape
    scale = 1.0 / old[row, column]
    for c in range(width):
        new[row, c] = old[row, c] * scale
    new[row, column] = scale
    for r in range(n_rows):
        if r != row:
            factor = old[r, column]
            for c in range(width):
                new[r, c] = old[r, c] - factor * new[row, c]
            new[r, column] = -factor * scale
    p.basis[w], p.cobasis[w] = p.basis[v], p.cobasis[v]
    p.basis[w, row], p.cobasis[w, column] = p.cobasis[v, column], p.basis[v, row]


@part
def _start(matrix: Any, p: Polytope) -> None:
    """Write the tableau of the origin, the first vertex."""
    n_rows, n_dims = matrix.shape
    p.key[0] = 0
    for r in range(n_rows):
        p.basis[0, r] = p.slack + r
        p.tableau[0, r, n_dims] = 1.0
        for c in range(n_dims):
            p.tableau[0, r, c] = matrix[r, c]
    for c in range(n_dims):
        p.cobasis[0, c] = p.decision + c
        p.key[0] |= 1 << (p.decision + c)
    p.table[:] = -1
    p.table[_place(p.key, p.table, p.key[0])] = 0


@part
def walk(matrix: Any, p: Polytope) -> int:
    """Fill in every lexicographic basis of {z >= 0, matrix z <= 1}; return how many there are.

    Returns -1 where rounding leads the walk astray.
    """
    _start(matrix, p)
    count, here = 1, 0
    step, leaves = np.empty(matrix.shape[1]), np.empty(matrix.shape[1], np.int64)
    while here < count:
        _leaving(p, here, step, leaves)
        for column in range(leaves.size):
            row = leaves[column]
            if row < 0:
                return -1
            key = p.key[here] ^ (1 << p.cobasis[here, column]) ^ (1 << p.basis[here, row])
            place = _place(p.key, p.table, key)
            if p.table[place] < 0:
                if count == p.key.size:
                    return -1
                p.key[count] = key
                p.table[place] = count
                _pivot(p, here, row, column, count)
                count += 1
        here += 1
    return count


@part
def label(p: Polytope, count: int) -> Any:
    """Note the labels of all vertices; return whether all are simple, and none is in doubt."""
    simple, sure = True, True
    last = p.tableau.shape[2] - 1
    for v in range(count):
        p.labels[v] = p.key[v]
        for r in range(p.basis.shape[1]):
            value = p.tableau[v, r, last]
            if value <= ZERO:
                simple = False
                p.labels[v] |= 1 << p.basis[v, r]
            if value < -ZERO or ZERO < value < SURE:
                sure = False
    return simple, sure


@part
def pair(p: Polytope, n_p: int, q: Polytope, n_q: int, simple: bool, pairs: Any) -> int:
    """List the fully labelled pairs but that of the origins; return how many there are.

    Those that find no room in `pairs` are counted only.
    """
    everything = (1 << (p.basis.shape[1] + p.cobasis.shape[1])) - 1
    count = 0
    if not simple:
        n_p, n_q = _merge(p, n_p), _merge(q, n_q)
    for v in range(1, n_p):
        first, after = 1, n_q
        if simple:
            first = q.table[_place(q.key, q.table, everything ^ p.labels[v])]
            after = first + 1 if first > 0 else first
        for w in range(first, after):
            if p.labels[v] | q.labels[w] == everything:
                if count < pairs.shape[0]:
                    pairs[count, 0], pairs[count, 1] = v, w
                count += 1
    return count


@part
def _merge(p: Polytope, count: int) -> int:
    """Keep one basis of each vertex; return how many vertices there are."""
    p.table[:] = -1
    kept = 0
    for v in range(count):
        place = _place(p.labels, p.table, p.labels[v])
        if p.table[place] < 0:
            p.table[place] = kept
            p.labels[kept] = p.labels[v]
            p.basis[kept], p.cobasis[kept] = p.basis[v], p.cobasis[v]
            kept += 1
    return kept


@part
def is_simple(p: Polytope, v: int) -> Any:
    """Whether vertex v has as many labels as the polytope has dimensions."""
    n_labels, labels = 0, p.labels[v]
    while labels:
        labels &= labels - 1
        n_labels += 1
    return n_labels == p.cobasis.shape[1]


@part
def _is_basic(p: Polytope, v: int, variable: int) -> Any:
    for r in range(p.basis.shape[1]):  # noqa: SIM110 - kernels take no generators
        if p.basis[v, r] == variable:
            return True
    return False


@part
def _position(p: Polytope, v: int, row: int) -> Any:
    """Return where the basic variable of a row stands when rows are in their natural order.

    Slacks stand in their own rows, decisions in order in the rows that are best replies.
    """
    variable, n_rows = p.basis[v, row], p.basis.shape[1]
    if 0 <= variable - p.slack < n_rows:
        return variable - p.slack
    before = 0
    for r in range(n_rows):
        if not 0 <= p.basis[v, r] - p.slack < n_rows and p.basis[v, r] < variable:
            before += 1
    place = -1
    while before >= 0:
        place += 1
        before -= 0 if _is_basic(p, v, p.slack + place) else 1
    return place


@part
def orientation(p: Polytope, v: int) -> float:
    """Return the sign of the determinant of the payoffs between best replies and support.

    All pivot elements are positive, so the basis matrix has a positive determinant when its
    columns stand in the order of the rows; what is left is the parity of that order.
    """
    sign = 1.0
    for first in range(p.basis.shape[1]):
        for second in range(first):
            if _position(p, v, second) > _position(p, v, first):
                sign = -sign
    return sign


@part
def mix(matrix: Any, p: Polytope, v: int, system: Any, weights: Any) -> int:
    """Write the mixed strategy at a vertex, solved anew from the payoffs; return its support."""
    size, n_rows = 0, matrix.shape[0]
    for r in range(n_rows):
        if _is_basic(p, v, p.slack + r):
            continue
        column = 0
        for c in range(weights.size):
            if _is_basic(p, v, p.decision + c):
                system[size, column] = matrix[r, c]
                column += 1
        system[size, column] = 1.0
        size += 1
    _eliminate(system, size)
    column, total = 0, 0.0
    for c in range(weights.size):
        weights[c] = 0.0
        if _is_basic(p, v, p.decision + c):
            if not (p.labels[v] >> (p.decision + c)) & 1:
                weights[c] = max(system[column, size], 0.0)
            column += 1
        total += weights[c]
    support = 0
    for c in range(weights.size):
        weights[c] /= total
        if weights[c] > 0.0:
            support |= 1 << c
    return support


@part
def _eliminate(system: Any, size: int) -> None:
    """Solve a linear system in place by Gauss-Jordan; the solution is left in the last column."""
    for c in range(size):
        best = c
        for r in range(c + 1, size):
            if abs(system[r, c]) > abs(system[best, c]):
                best = r
        for d in range(size + 1):
            system[c, d], system[best, d] = system[best, d], system[c, d]
        scale = 1.0 / system[c, c]
        for d in range(c, size + 1):
            system[c, d] *= scale
        for r in range(size):
            if r != c:
                factor = system[r, c]
                for d in range(c, size + 1):
                    system[r, d] -= factor * system[c, d]
