"""A tree cut into parts, each a subgame without the subgames within it, as kernels read them.

A subgame begins at a node if nobody who moves behind it takes that for a move elsewhere; Kreps and
Wilson (1982) ask that somebody moves at the node itself, which matters to nothing here.

References
----------
selten1965spieltheoretische, kreps1982sequential
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from typing import Self

import numpy as np

from collsec.forms._tree_growth import parents
from collsec.forms.tree import Lottery, Move, Node, Terminal, TreeForm
from collsec.parameters import IntArray

SETS, ACTIONS, ENDS, STEPS, INNER, ABOVE = range(6)
"""Columns of `Layout.bounds`."""


def parts(form: TreeForm) -> dict[int, list[int]]:
    """Return the information sets of each part by the node where it begins, inner parts first.

    A draw that begins a subgame in which all moves are within further ones begins no part.
    """
    begins = _begins(form)
    found: dict[int, list[int]] = {}
    for place, known in enumerate(form.information_sets):
        found.setdefault(begins[known.nodes[0]], []).append(place)
    return dict(sorted(found.items(), reverse=True))


def sizes(form: TreeForm, places: Iterable[int]) -> IntArray:
    """Return how many actions each of these information sets has."""
    return np.array([len(form.information_sets[place].actions) for place in places])


def _begins(form: TreeForm) -> list[int]:
    """Return where the smallest subgame begins that each node is in."""
    above = {child: parent for child, (parent, _) in parents(form.nodes).items()}
    meeting = partial(_meeting, above=above)
    meetings = [reduce(meeting, known.nodes) for known in form.information_sets]
    reach = list(range(len(form.nodes)))  # the first node that must be in it with what is behind
    for i in reversed(range(len(form.nodes))):
        node = form.nodes[i]
        own = [meetings[node.information_set]] if isinstance(node, Move) else []
        reach[i] = min([i, *own, *(reach[child] for child in node.children)])
    begins: list[int] = []
    for i, first in enumerate(reach):
        begins.append(i if first == i else begins[above[i]])
    return begins


def _meeting(one: int, other: int, above: dict[int, int]) -> int:
    """Return the last node on the way to both; numbers rise along each way."""
    while one != other:
        one, other = min(one, other), above[max(one, other)]
    return one


@dataclass(frozen=True, eq=False)
class Layout:
    """The parts of a tree in numbers, one behind the other, inner parts first.

    Attributes
    ----------
    sets : array of int
        Their information sets.
    rows : array of int
        The row of the form's table that each end pays; any where a part within begins.
    steps, until : array of int
        The steps from where a part begins to each of its ends, and where each stops. An action is
        its place among those of the part, a draw's outcome k is -1 - k.
    bounds : array of int, shape (n_parts + 1, 6)
        Where the information sets, actions, ends and steps of each part start, how many ends before
        its own are the beginning of a part, and which end of the part around it stands for it, -1
        for none; last, where all stop.
    """

    sets: IntArray
    rows: IntArray
    steps: IntArray
    until: IntArray
    bounds: IntArray

    @classmethod
    def of(cls, form: TreeForm) -> Self:
        """Return the layout of a tree in which somebody moves."""
        found = parts(form)
        n_actions = [sizes(form, own) for own in found.values()]
        ends = [_ends(form, root, found) for root in found]
        every = [end for own in ends for end in own]
        lengths = [np.array([len(way) for _, way in own]) for own in ends]
        inner = [[node in found for node, _ in own] for own in ends]
        number = {node: place for place, (node, _) in enumerate(every)}
        above = [number.get(root, -1) for root in found]
        counts = [
            (len(size), size.sum(), len(length), length.sum(), sum(within))
            for size, length, within in zip(n_actions, lengths, inner, strict=True)
        ]
        bounds = np.cumsum([(0,) * len(counts[0]), *counts], axis=0)
        return cls(
            np.array([place for own in found.values() for place in own]),
            np.array([_row(form, node) for node, _ in every]),
            np.array([step for _, way in every for step in way]),
            np.cumsum(np.concatenate(lengths)),
            np.column_stack([bounds, [*above, -1]]),
        )

    def in_order(self, sizes: IntArray) -> IntArray:
        """Return where the actions of each information set stand here, in the form's order."""
        own = sizes[self.sets]
        starts = dict(zip(self.sets.tolist(), np.cumsum(own) - own, strict=True))
        return np.concatenate([starts[h] + np.arange(size) for h, size in enumerate(sizes)])


def _row(form: TreeForm, i: int) -> int:
    node = form.nodes[i]
    return node.position if isinstance(node, Terminal) else 0


def _ends(
    form: TreeForm, root: int, found: dict[int, list[int]]
) -> list[tuple[int, tuple[int, ...]]]:
    """Return the nodes where a part ends, and the steps there: rows of the table, then parts."""
    own = sizes(form, found[root])
    first = dict(zip(found[root], (np.cumsum(own) - own).tolist(), strict=True))
    ends = []
    open_: list[tuple[int, tuple[int, ...]]] = [(root, ())]
    while open_:
        i, way = open_.pop()
        if (i in found and i != root) or isinstance(form.nodes[i], Terminal):
            ends.append((i, way))
        else:
            open_ += [(child, (*way, step)) for step, child in _steps(form.nodes[i], first)]
    return sorted(ends, key=lambda end: (end[0] in found, _row(form, end[0]), end[0]))


def _steps(node: Node, first: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Yield each step from a node, and where it leads."""
    for k, child in enumerate(node.children):
        if isinstance(node, Lottery):
            yield -1 - node.first - k, child
        elif isinstance(node, Move):
            yield first[node.information_set] + k, child
