"""A comparison as a plan of blocks: each block is one batched solve, the same wherever it runs."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collsec.assumptions import Assumptions
from collsec.equilibrium import CertificateError, Equilibria, take
from collsec.games.game import Game, Observable
from collsec.institutions import Institution
from collsec.parameters import FloatArray, ParameterError, suggestion
from collsec.study.canonical import digest
from collsec.study.solving import solve, with_institution
from collsec.study.sweep import Axis, Owner, Sweep, change, check_size, many, one, structures

Arrays = dict[str, NDArray[Any]]
"""What one block gives: arrays of shape (points, ...) by variable."""

EXACT = "exact."
"""Prefix of the names under which a block keeps exact rationals as text."""

_CHECKED_AT_ONCE = 65_536


class Store(enum.Enum):
    """Which equilibria a dataset keeps: the one that is played, or all that were found."""

    PLAYED = "played"
    ALL = "all"


@dataclass(frozen=True)
class Block:
    """Points [low, high) of the batch, for one assumption set, institution and structure."""

    assumption: int
    institution: int
    structure: tuple[int, ...]
    low: int
    high: int

    @property
    def label(self) -> str:
        """The name of the file that holds this block while a comparison runs."""
        place = "-".join(str(i) for i in (self.assumption, self.institution, *self.structure))
        return f"{place}_{self.low}_{self.high}"


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that is compared, and what is kept of it."""

    game: Game
    assumptions: tuple[Assumptions, ...]
    institutions: tuple[Institution | None, ...]
    sweep: Sweep
    observables: tuple[Observable, ...]
    equilibria: Store

    @cached_property
    def looped(self) -> tuple[Axis, ...]:
        """The axes that are looped over."""
        return self.sweep.split(type(self.game))[0]

    @cached_property
    def batched(self) -> tuple[Axis, ...]:
        """The axes that make one batch."""
        return self.sweep.split(type(self.game))[1]

    @cached_property
    def n_batch(self) -> int:
        """The number of points of one batch, before it is cut into blocks."""
        return Sweep(self.batched).n_points

    @property
    def n_games(self) -> int:
        """The number of games that are solved."""
        return len(self.assumptions) * len(self.institutions) * self.sweep.n_points

    @cached_property
    def fingerprint(self) -> str:
        """The hash of all that decides the results, save the code."""
        return digest(
            self.game.title(),
            self.game,
            self.assumptions,
            self.institutions,
            [[axis.name, dict(axis.columns)] for axis in self.sweep.axes],
            [item.name for item in self.observables],
            self.equilibria.value,
        )

    def blocks(self, size: int) -> list[Block]:
        """Return all blocks of at most `size` points, in the order of the dataset."""
        return [
            Block(a, i, place, low, min(low + size, self.n_batch))
            for a in range(len(self.assumptions))
            for i in range(len(self.institutions))
            for place in structures(self.looped)
            for low in range(0, self.n_batch, size)
        ]

    def game_at(self, block: Block) -> Game:
        """Return the game of a block: parameters that move are arrays of shape (points)."""
        values = one(self.looped, block.structure) | many(self.batched, block.low, block.high)
        game: Game = change(self.game, Owner.GAME, values)
        institution = self.institutions[block.institution]
        if institution is None:
            institution = game.values.get("institution")
        if institution is None:
            return game
        return with_institution(game, change(institution, Owner.INSTITUTION, values))

    def levers_at(self, block: Block) -> Assumptions:
        """Return the assumption set of a block: levers that move are arrays of shape (points)."""
        values = one(self.looped, block.structure) | many(self.batched, block.low, block.high)
        levers: Assumptions = change(self.assumptions[block.assumption], Owner.LEVER, values)
        return levers

    def check(self) -> None:
        """Raise `ParameterError` where any point of the grid is not admissible; solves nothing."""
        self.sweep.check(type(self.game))
        sizes = {axis.name: len(axis) for axis in self.sweep.axes}
        sizes |= {"assumptions": len(self.assumptions), "institutions": len(self.institutions)}
        check_size(sizes)
        for block in self.blocks(_CHECKED_AT_ONCE):
            if block.assumption == 0:
                self.game_at(block)
            self.levers_at(block)


def chosen_observables(kind: type[Game], names: Sequence[str]) -> tuple[Observable, ...]:
    """Return the observables of these names, in that order; all where none is named."""
    known = {item.name: item for item in kind.observables}
    for name in names:
        if name not in known:
            raise ParameterError(
                kind.title(),
                "observables",
                name,
                "is not an observable of this game",
                suggestion(name, known),
            )
    return tuple(known[name] for name in names or known)


def solve_block(plan: Plan, block: Block) -> Arrays:
    """Return the solved games of a block; NaN and count 0 where no equilibrium is certified."""
    game, levers = plan.game_at(block), plan.levers_at(block)
    size = block.high - block.low
    try:
        equilibria = solve(game, levers)
    except CertificateError:
        return _nothing(plan, size, game.n_members)
    found = _spread(equilibria, size)
    width = found.regret.shape[-1]
    merit = np.broadcast_to(game.merit(equilibria), (size, width))
    played = found.choose(levers.selection, merit)
    arrays: Arrays = {
        "count": found.count,
        "complete": found.complete,
        "played": played,
        "untraced": np.broadcast_to(found.is_untraced(levers.selection), (size,)),
    }
    observed = game.observe(equilibria)
    values = {"regret": found.regret}
    for item in plan.observables:
        value = observed[item.name]
        arrays |= dict(_exact_texts(item, value))
        values[item.name] = _per_equilibrium(game, item, value, (size, width))
    for name, array in values.items():
        arrays[name] = _kept(plan.equilibria, array, found.count, played)
    return arrays


def _spread(equilibria: Equilibria, size: int) -> Equilibria:
    """Return the equilibria with one row for each point, also where no point differs from another.

    Only what selection needs is spread.
    """
    width = equilibria.regret.shape[-1]
    centroid = equilibria.centroid
    return replace(
        equilibria,
        count=np.broadcast_to(equilibria.count, (size,)),
        complete=np.broadcast_to(equilibria.complete, (size,)),
        regret=np.broadcast_to(equilibria.regret, (size, width)),
        centroid=None if centroid is None else np.broadcast_to(centroid, (size,)),
    )


def _per_equilibrium(
    game: Game, item: Observable, value: Any, shape: tuple[int, int]
) -> FloatArray:
    """Return an observable with shape (points, n_equilibria) or (points, n_equilibria, n_per)."""
    array = np.asarray(value, dtype=np.float64)
    if not item.per:
        return np.broadcast_to(array, shape)
    length = array.shape[-1] if array.ndim else 1
    if item.per == "member" and length == 1:
        length = game.n_members
    return np.broadcast_to(array, (*shape, length))


def _kept(store: Store, array: FloatArray, count: NDArray[Any], played: NDArray[Any]) -> FloatArray:
    if store is Store.PLAYED:
        return take(array, played, 1)
    live = np.arange(array.shape[1]) < count[:, None]
    live = live.reshape(*live.shape, *([1] * (array.ndim - 2)))
    return np.where(live, array, np.nan)[:, : max(int(count.max()), 1)]


def _nothing(plan: Plan, size: int, n_members: int) -> Arrays:
    empty = np.full(size, np.nan) if plan.equilibria is Store.PLAYED else np.full((size, 1), np.nan)
    arrays: Arrays = {
        "count": np.zeros(size, dtype=np.int64),
        "complete": np.zeros(size, dtype=np.bool_),
        "played": np.full(size, -1, dtype=np.int64),
        "untraced": np.zeros(size, dtype=np.bool_),
        "regret": empty,
    }
    per_member = np.full((*empty.shape, n_members), np.nan)
    per = {"": empty, "member": per_member}
    return arrays | {item.name: per.get(item.per, empty[..., None]) for item in plan.observables}


def _exact_texts(item: Observable, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(value, Fraction):
        yield EXACT + item.name, np.array(str(value))
