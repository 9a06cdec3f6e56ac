"""A public tree as arrays of integers, with a number for every variable of a player's plan.

A plan has a weight for every action of every type, and for every type at histories that may lie off
the path; the plan of one player goes with the gaps by which the other's actions fall short of the
best. See `_plan_sets` for what they mean.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numba import types

from collsec.forms.tree import TreeForm
from collsec.parameters import BoolArray, IntArray
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn

FINISH, DRAW, TURN = 0, 1, 2
"""Kinds of histories; a player's turn is `TURN` plus the player."""


class Outline(NamedTuple):
    """Histories, each before those behind it, by number; -1 for what there is not.

    Attributes
    ----------
    kind, above : array, shape (n_histories)
        What happens there, and the history before.
    children, n_children : array, shape (n_histories, n) and (n_histories)
    finish : array, shape (n_histories)
        The place among the ends.
    listens : array, shape (n_histories, 2)
        Whether a player has a turn there or behind.
    n_actions, entering : array, shape (n_histories, n_types)
        How many actions the mover's types have, and which of their actions leads there.
    branch : array, shape (n_histories, n_types, n_actions)
        The branch of each action.
    possible, n_types : array, shape (2)
        The types that have a chance, as bits, and how many there are.
    weight, gap : array, shape (n_histories, n_types)
        The first variable of a type's weights in its plan, and of its gaps in the other's.
    belief : array, shape (n_histories)
        The first variable of the types at a history.
    mix, doubt : array, shape (n_histories, n_types)
        The first entry, in answers, of a type's mix and of its beliefs.
    order : array, shape (most + 1, 2 ** most - 1)
        The sets of so many things as bits: small before large, then by the first of them.
    size : array, shape (5)
        How many entries an answer has, variables, rows and columns a dictionary, and decisions a
        search, at most.
    """

    kind: IntArray
    above: IntArray
    children: IntArray
    n_children: IntArray
    finish: IntArray
    listens: IntArray
    n_actions: IntArray
    entering: IntArray
    branch: IntArray
    possible: IntArray
    n_types: IntArray
    weight: IntArray
    gap: IntArray
    belief: IntArray
    mix: IntArray
    doubt: IntArray
    order: IntArray
    size: IntArray


_DIMENSIONS = (1, 1, 2, 1, 1, 2, 2, 2, 3, 1, 1, 2, 2, 1, 2, 2, 2, 1)
OUTLINE = types.NamedTuple([types.Array(types.int64, n, "C") for n in _DIMENSIONS], Outline)


def outline(form: TreeForm, tree: PublicTree) -> Outline:
    """Return the tree as arrays; in all its games the same types are possible."""
    possible = [np.asarray(tree.possible(player).all(axis=0)) for player in (0, 1)]
    kind, above, children, n_children, finish = _links(tree)
    n_actions, branch = _actions(tree)
    weight, gap, belief, sizes = _variables(tree, possible)
    mix, doubt, n_entries = _entries(form, tree)
    return Outline(
        kind=kind,
        above=above,
        children=children,
        n_children=n_children,
        finish=finish,
        listens=_listens(tree),
        n_actions=n_actions,
        entering=_entering(tree),
        branch=branch,
        possible=np.array([int(np.sum(1 << np.flatnonzero(able))) for able in possible]),
        n_types=np.array(tree.prior.shape[1:]),
        weight=weight,
        gap=gap,
        belief=belief,
        mix=mix,
        doubt=doubt,
        order=_order(max(branch.shape[-1], *tree.prior.shape[1:])),
        size=np.array([n_entries, *sizes]),
    )


def _behind(at: Finish | Draw | Turn) -> tuple[int, ...]:
    match at:
        case Finish():
            return ()
        case Draw(children=children):
            return children
        case Turn(children=by_action):
            return tuple(by_action.values())


def _kind(at: Finish | Draw | Turn) -> int:
    match at:
        case Finish():
            return FINISH
        case Draw():
            return DRAW
        case Turn(player=player):
            return TURN + player


def _links(tree: PublicTree) -> tuple[IntArray, ...]:
    """Return kinds, the history before each, children, their number, and places of ends."""
    behind = [_behind(at) for at in tree.histories]
    above = np.full(len(behind), -1)
    children = np.full((len(behind), max(map(len, behind)) + 1), -1)
    for h, after in enumerate(behind):
        children[h, : len(after)] = after
        above[list(after)] = h
    kinds = np.array([_kind(at) for at in tree.histories])
    finish = np.where(kinds == FINISH, np.cumsum(kinds == FINISH) - 1, -1)
    return kinds, above, children, np.array(list(map(len, behind))), finish


def _listens(tree: PublicTree) -> IntArray:
    found = np.zeros((len(tree.histories), 2), np.int64)
    for h in reversed(range(len(found))):
        at = tree.histories[h]
        for child in _behind(at):
            found[h] |= found[child]
        if isinstance(at, Turn):
            found[h, at.player] = 1
    return found


def _actions(tree: PublicTree) -> tuple[IntArray, IntArray]:
    """Return how many actions each type has at each history, and their branches."""
    turns = [(h, turn) for player in (0, 1) for h, turn in tree.turns(player)]
    shape = (len(tree.histories), max(tree.prior.shape[1:]))
    most = max((len(actions) for _, turn in turns for actions in turn.actions), default=1)
    count, branch = np.zeros(shape, np.int64), np.full((*shape, most), -1)
    for h, turn in turns:
        labels = list(turn.children)
        for t, actions in enumerate(turn.actions):
            count[h, t] = len(actions)
            branch[h, t, : len(actions)] = [labels.index(action) for action in actions]
    return count, branch


def _entering(tree: PublicTree) -> IntArray:
    """Return the place of the action that leads to a history among those of each type."""
    found = np.full((len(tree.histories), max(tree.prior.shape[1:])), -1)
    for player in (0, 1):
        for _, turn in tree.turns(player):
            for t, actions in enumerate(turn.actions):
                for k, action in enumerate(actions):
                    found[turn.children[action], t] = k
    return found


def _variables(
    tree: PublicTree, possible: list[BoolArray]
) -> tuple[IntArray, IntArray, IntArray, list[int]]:
    """Return the first variables of weights, gaps and beliefs, and the last sizes of `Outline`."""
    shape = (len(tree.histories), max(tree.prior.shape[1:]))
    weight, gap = np.full((2, *shape), -1)
    belief = np.full(shape[0], -1)
    sizes, n_decisions = np.zeros(3, dtype=np.int64), 0
    for player in (0, 1):
        now = np.zeros(3, dtype=np.int64)
        for h, turn in tree.turns(player):
            for t in np.flatnonzero(possible[player]):
                weight[h, t] = now[0]
                now += [len(turn.actions[t]), 1, len(turn.actions[t])]
            for child in turn.children.values():
                belief[child] = now[0]
                now += [shape[1], 1, shape[1]]
            n_decisions += int(possible[player].sum()) + len(turn.children)
        for h, turn in tree.turns(1 - player):
            for t in np.flatnonzero(possible[1 - player]):
                gap[h, t] = now[0]
                now += [len(turn.actions[t]), len(turn.actions[t]), 1]
        sizes = np.maximum(sizes, now)
    return weight, gap, belief, [*map(int, sizes), n_decisions]


def _entries(form: TreeForm, tree: PublicTree) -> tuple[IntArray, IntArray, int]:
    """Return the first entries of mixes and of beliefs in an answer, and how many there are."""
    mix, doubt = np.full((2, len(tree.histories), max(tree.prior.shape[1:])), -1)
    n = 0
    for player in (0, 1):
        for h, turn in tree.turns(player):
            for t, place in enumerate(turn.sets):
                if place < 0:
                    continue
                mix[h, t] = n
                n += len(turn.actions[t])
                if len(form.information_sets[place].nodes) > 1:
                    doubt[h, t] = n
                    n += tree.n_types(1 - player)
    return mix, doubt, n


def _order(most: int) -> IntArray:
    sets = np.zeros((most + 1, 2**most - 1), np.int64)
    for n in range(1, most + 1):
        chosen = [c for size in range(1, n + 1) for c in itertools.combinations(range(n), size)]
        sets[n, : len(chosen)] = [sum(1 << k for k in c) for c in chosen]
    return sets
