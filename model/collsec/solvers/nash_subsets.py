"""What extreme equilibria say of all equilibria: maximal Nash subsets and their components.

References
----------
winkels1979algorithm, avis2010enumeration
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.kernel import gufunc, part
from collsec.parameters import BoolArray, IntArray, ParameterError
from collsec.solvers._kinds import checks_kind

_SAME = 1e-8


@dataclass(frozen=True, eq=False)
class NashSubsets:
    """The set of all equilibria of two-player games, in terms of the extreme ones.

    Attributes
    ----------
    members : array of bool, shape (*batch, n_subsets, n_equilibria)
        Whether an extreme equilibrium belongs to a maximal Nash subset: all pairs of a mixture of
        its row strategies and a mixture of its column strategies are equilibria, and every
        equilibrium is such a pair. False throughout behind the last subset of a game.
    component : array of int, shape (*batch, n_equilibria)
        Which connected set of equilibria an extreme equilibrium lies in; -1 where there is none.
    count : array of int, shape (*batch)
        How many maximal Nash subsets there are.
    n_components : array of int, shape (*batch)
        How many connected sets of equilibria there are.
    """

    members: BoolArray
    component: IntArray
    count: IntArray
    n_components: IntArray


@checks_kind
def nash_subsets(found: Equilibria) -> NashSubsets:
    """Join extreme equilibria of two-player games into maximal Nash subsets.

    The pairs of vertices that are equilibria are the edges of a graph between row strategies and
    column strategies. A maximal Nash subset is a complete bipartite subgraph that is part of no
    larger one, and subsets that share an extreme equilibrium are connected. In a game without
    ties every subset is one point. Ordered by their first extreme equilibria. Costs a product of
    the number of subsets and of strategies; there can be exponentially many.

    Raises
    ------
    ParameterError
        If the equilibria are not those of two players.
    """
    names = found.form.players
    if len(names) != 2 or not all(name in found.strategies for name in names):
        raise ParameterError(
            "nash_subsets", "players", names, "must be two", "use the answer of `bimatrix`"
        )
    rows, columns = (np.ascontiguousarray(found.strategies[name]) for name in names)
    slots = found.count.max(initial=1)
    while True:
        with np.errstate(invalid="ignore"):
            members, component, count = _join(rows, columns, np.empty(int(slots)))
        if count.max(initial=0) <= slots:
            break
        slots = count.max()
    width = max(int(count.max(initial=1)), 1)
    return NashSubsets(
        members[..., :width, :], component, count, component.max(axis=-1, initial=-1) + 1
    )


@part
def _name(mixes: Any, count: int, names: Any) -> int:
    """Assign numbers to different strategies as they occur; return how many there are."""
    n_names = 0
    for e in range(count):
        names[e] = -1
        for other in range(e):
            if np.max(np.abs(mixes[e] - mixes[other])) <= _SAME:
                names[e] = names[other]
                break
        if names[e] < 0:
            names[e] = n_names
            n_names += 1
    return n_names


@part
def _close(edges: Any, family: Any) -> int:
    """List all intersections of neighbourhoods that are not empty; return how many there are.

    Those that find no room are counted only, once.
    """
    count = 0
    for x in range(edges.shape[0]):
        before = count
        for other in range(-1, before):
            meet = edges[x] if other < 0 else edges[x] & family[other]
            if not np.any(meet):
                continue
            known = False
            for old in range(count):
                known = known or bool(np.all(family[old] == meet))
            if not known:
                if count == family.shape[0]:
                    return count + 1
                family[count] = meet
                count += 1
    return count


@part
def _connect(x: Any, y: Any, component: Any) -> None:
    """Assign numbers to connected sets of pairs; those that share a strategy are connected."""
    number = 0
    for start in range(x.size):
        if component[start] >= 0:
            continue
        component[start] = number
        grown = True
        while grown:
            grown = False
            for e in range(x.size):
                for other in range(x.size):
                    if (
                        component[e] < 0
                        and component[other] == number
                        and (x[e] == x[other] or y[e] == y[other])
                    ):
                        component[e] = number
                        grown = True
        number += 1


@gufunc(
    "void(float64[:, :], float64[:, :], float64[:], boolean[:, :], int64[:], int64[:])",
    "(e,m),(e,n),(s)->(s,e),(e),()",
)
def _join(rows: Any, columns: Any, _slots: Any, members: Any, component: Any, n_sets: Any) -> None:
    """Join the equilibria of one game; a count above the number of slots asks for more."""
    count = 0
    while count < rows.shape[0] and not math.isnan(rows[count, 0]):
        count += 1
    x, y = np.empty(count, np.int64), np.empty(count, np.int64)
    edges = np.zeros((_name(rows, count, x), _name(columns, count, y)), np.bool_)
    members[:], component[:], n_sets[0] = False, -1, 0
    for e in range(count):
        edges[x[e], y[e]] = True
    family = np.zeros((members.shape[0], edges.shape[1]), np.bool_)
    n_family = _close(edges, family)
    n_sets[0] = n_family if n_family <= members.shape[0] else 2 * members.shape[0]
    if n_family > members.shape[0]:
        return
    for s in range(n_family):
        for e in range(count):
            inside = family[s, y[e]] and np.all(edges[x[e]] | ~family[s])
            members[s, e] = inside
    _connect(x, y, component)
