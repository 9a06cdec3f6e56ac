"""Which actions every type may use, history by history: first on the path, then off it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from collsec.parameters import FloatArray
from collsec.solvers._dominance import Usable, undominated
from collsec.solvers._plan_sets import PlanSet, Supports
from collsec.solvers._play import Play
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn

Types = tuple[int, ...]
Points = tuple[FloatArray | None, FloatArray | None]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Visit:
    """A history to look at: which types of each player reach it, and who went off the path."""

    h: int
    alive: tuple[Types, Types]
    strayed: int | None = None

    def to(self, h: int) -> Visit:
        """Return the visit to a history behind this one that all types reach."""
        return replace(self, h=h)

    def by(self, player: int, types: Types) -> Visit:
        """Return the visit with these types of a player alone."""
        alive = (types, self.alive[1]) if player == 0 else (self.alive[0], types)
        return Visit(self.h, alive)


@dataclass(frozen=True, eq=False)
class Partial:
    """Supports so far, the histories still to look at on the path, and those off it.

    Supports with actions that are not `usable` are not tried. `points` are plans of both players
    that suit the supports, from which to look for those that suit narrower ones.
    """

    supports: Supports
    agenda: tuple[Visit, ...]
    usable: Usable
    points: Points = (None, None)
    later: tuple[Visit, ...] = ()
    alive: Mapping[int, tuple[Types, Types]] = field(default_factory=dict)


def nash(tree: PublicTree) -> Iterator[Partial]:
    """Yield the supports on the path of every Nash equilibrium."""
    start = Visit(0, (tree.possible(0), tree.possible(1)))
    yield from _grow(tree, Partial(Supports(), (start,), undominated(tree)))


def sequential(tree: PublicTree, on_path: Partial, usable: Usable) -> Iterator[Play]:
    """Yield a play for every way to support this path by beliefs and usable replies off it."""
    start = replace(on_path, agenda=on_path.later, later=(), usable=usable)
    for state in _grow(tree, start):
        if state.later:
            yield from sequential(tree, state, usable)
            continue
        sets = (PlanSet(tree, 0, state.supports), PlanSet(tree, 1, state.supports))
        first, second = sets[0].solve(), sets[1].solve()
        if first is not None and second is not None:
            yield Play(tree, sets, (first, second), state.alive)


def _grow(tree: PublicTree, state: Partial) -> Iterator[Partial]:
    if not state.agenda:
        yield state
        return
    visit, rest = state.agenda[0], state.agenda[1:]
    for after in _visit(tree, replace(state, agenda=rest), visit):
        yield from _grow(tree, after)


def _visit(tree: PublicTree, state: Partial, visit: Visit) -> Iterator[Partial]:
    if visit.strayed is not None:
        yield from _believe(tree, state, visit, visit.strayed)
        return
    at = tree.histories[visit.h]
    match at:
        case Finish():
            yield state
        case Draw():
            yield replace(state, agenda=(*state.agenda, *map(visit.to, at.children)))
        case Turn():
            state = replace(state, alive={**state.alive, visit.h: visit.alive})
            types = [t for t in visit.alive[at.player] if at.actions[t]]
            for narrower in _use(tree, state, visit.h, at, types):
                yield _ahead(tree, narrower, visit, at)


def _believe(tree: PublicTree, state: Partial, visit: Visit, player: int) -> Iterator[Partial]:
    """Yield the state with every set of types that may be held to have strayed."""
    if not any(
        isinstance(at := tree.histories[h], Turn) and at.player != player
        for h in tree.behind(visit.h)
    ):
        yield state
        return
    for types in _subsets(visit.alive[player]):
        supports = state.supports.holding(player, visit.h, types)
        points = list(state.points)
        points[player] = PlanSet(tree, player, supports).find(None)
        if points[player] is not None:
            agenda = (*state.agenda, visit.by(player, types))
            both = (points[0], points[1])
            yield replace(state, supports=supports, agenda=agenda, points=both)


def _use(
    tree: PublicTree, state: Partial, h: int, turn: Turn, types: Sequence[int]
) -> Iterator[Partial]:
    """Yield the state with every set of actions that the types may use at a history."""
    if not types:
        yield state
        return
    for actions in _subsets(state.usable[h, types[0]]):
        chosen = state.supports.using(h, types[0], actions)
        points = _points(tree, chosen, state.points, turn.player)
        if points is not None:
            narrower = replace(state, supports=chosen, points=points)
            yield from _use(tree, narrower, h, turn, types[1:])


def _points(tree: PublicTree, supports: Supports, hints: Points, mover: int) -> Points | None:
    """Return a plan of each player that suits the supports, the mover's first; None if none do."""
    found = list(hints)
    for player in (mover, 1 - mover):
        found[player] = PlanSet(tree, player, supports).find(hints[player])
        if found[player] is None:
            return None
    return found[0], found[1]


def _ahead(tree: PublicTree, state: Partial, visit: Visit, turn: Turn) -> Partial:
    """Return the state with what follows each action on its agenda, or off the path."""
    agenda, later = list(state.agenda), list(state.later)
    for action, child in turn.children.items():
        using = tuple(
            t
            for t in visit.alive[turn.player]
            if action in state.supports.used.get((visit.h, t), ())
        )
        if using:
            agenda.append(visit.by(turn.player, using).to(child))
        else:
            able = tuple(t for t in tree.possible(turn.player) if action in turn.actions[t])
            later.append(replace(visit.by(turn.player, able).to(child), strayed=turn.player))
    return replace(state, agenda=tuple(agenda), later=tuple(later))


def _subsets(items: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    for size in range(1, len(items) + 1):
        yield from itertools.combinations(items, size)
