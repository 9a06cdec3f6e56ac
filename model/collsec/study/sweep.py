"""A sweep is a grid with labelled axes, cut into ranges of points that are solved as one batch.

Keys name what moves: ``income`` is a parameter of the game, ``levers.monitoring`` a lever of every
assumption set, ``institution.leakage`` a field of every institution. Whole numbers that set array
shapes, choices, flags and lists with one number per member are structure: they are looped over,
one batched call for each value.
"""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collsec.assumptions import LEVERS, Assumptions
from collsec.games.game import Game
from collsec.institutions import Institution
from collsec.parameters import Declared, Kind, Parameter, ParameterError, suggestion
from collsec.study.solving import has_institution

LIMIT = 5_000_000
"""Most games in one comparison: points times assumption sets times institutions."""

SAMPLE = "sample"
"""The dimension of a Latin hypercube."""

_STRUCTURAL = (Kind.STRUCTURE, Kind.CHOICE, Kind.FLAG)
_FIXED = (Kind.NAMES, Kind.OBJECT)


class Owner(enum.Enum):
    """Whose parameter is swept; the value is the prefix of its key."""

    GAME = ""
    LEVER = "levers."
    INSTITUTION = "institution."


@dataclass(frozen=True)
class Target:
    """What a key names: a parameter of the game, of the levers or of the institution."""

    key: str
    owner: Owner
    declaration: Parameter

    @property
    def name(self) -> str:
        """The parameter's own name."""
        return self.declaration.name

    @property
    def is_structural(self) -> bool:
        """Whether one solve takes one value only."""
        return self.declaration.kind in _STRUCTURAL

    def check(self, values: NDArray[Any]) -> None:
        """Raise `ParameterError` where one of `values`, shape (n), is not admissible."""
        is_lists = self.declaration.kind is Kind.MEMBERS and values.dtype == object
        if self.declaration.is_numeric and values.dtype.kind not in "iuf" and not is_lists:
            remedy = f"give a {self.declaration.kind.value} in {self.declaration.range}"
            raise ParameterError("sweep", self.key, values.tolist(), "must be numbers", remedy)
        parts = values.tolist() if self.is_structural or is_lists else [values]
        for part in parts:
            try:
                self.declaration.normalise("sweep", part)
            except ParameterError as error:
                raise ParameterError(
                    "sweep", self.key, error.value, error.rule, error.remedy
                ) from None


def target(key: str, kind: type[Game]) -> Target:
    """Return what `key` names in a comparison of this kind of game.

    Raises `ParameterError` with the nearest key where nothing has that name, or where its values
    are no numbers.
    """
    known = targets(kind)
    if key not in known:
        near = suggestion(key, known)
        raise ParameterError(
            "sweep",
            key,
            "an axis",
            "is not a parameter, lever or institution field",
            near,
        )
    return known[key]


def targets(kind: type[Game]) -> dict[str, Target]:
    """Return everything that can be swept in this kind of game, by key."""
    found = [(Owner.GAME, item) for item in kind.parameters.values()]
    found += [(Owner.LEVER, Assumptions.parameters[name]) for name in LEVERS]
    if has_institution(kind):
        found += [(Owner.INSTITUTION, item) for item in Institution.parameters.values()]
    return {
        owner.value + item.name: Target(owner.value + item.name, owner, item)
        for owner, item in found
        if item.kind not in _FIXED
    }


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension: columns of equal length that move together; most axes have one column.

    Attributes
    ----------
    name : str
        The key of the only column, or a name for what moves together.
    columns : mapping of str to array, shape (n)
        The values of each key; a parameter per member may have a list in place of each number.
    """

    name: str
    columns: Mapping[str, NDArray[Any]]

    def __post_init__(self) -> None:
        columns = {key: column(values) for key, values in self.columns.items()}
        lengths = {values.shape for values in columns.values()}
        if len(lengths) != 1 or len(next(iter(lengths))) != 1:
            raise ParameterError(
                "sweep",
                self.name,
                sorted(lengths),
                "needs columns of one length",
                "give flat lists",
            )
        if lengths == {(0,)}:
            raise ParameterError("sweep", self.name, [], "is empty", "give at least one value")
        object.__setattr__(self, "columns", columns)

    def __len__(self) -> int:
        return int(next(iter(self.columns.values())).size)

    def is_structural(self, kind: type[Game]) -> bool:
        """Whether the axis is looped over, one batched call for each of its points."""
        return any(
            values.dtype == object or target(key, kind).is_structural
            for key, values in self.columns.items()
        )


def column(values: Any) -> NDArray[Any]:
    """Return values along an axis as an array, shape (n); lists per member stay lists."""
    items = list(values)
    if not any(isinstance(item, (list, tuple, np.ndarray)) for item in items):
        return np.array(items)
    lists = np.empty(len(items), dtype=object)
    lists[:] = [np.asarray(item).tolist() for item in items]
    return lists


@dataclass(frozen=True, eq=False)
class Sweep:
    """The axes of a grid, outermost first; no axis at all is a single point."""

    axes: tuple[Axis, ...] = ()

    @cached_property
    def n_points(self) -> int:
        """The number of points of the grid."""
        return math.prod(len(axis) for axis in self.axes)

    def split(self, kind: type[Game]) -> tuple[tuple[Axis, ...], tuple[Axis, ...]]:
        """Return the axes that are looped over, and those that make one batch."""
        looped = tuple(axis for axis in self.axes if axis.is_structural(kind))
        return looped, tuple(axis for axis in self.axes if axis not in looped)

    def check(self, kind: type[Game]) -> None:
        """Raise `ParameterError` for a key that names nothing, comes twice, or an unfit value."""
        keys = [key for axis in self.axes for key in axis.columns]
        for key in keys:
            if keys.count(key) > 1:
                raise ParameterError("sweep", key, "an axis", "is swept twice", "keep one of them")
        for axis in self.axes:
            for key, values in axis.columns.items():
                target(key, kind).check(values)


def sweep_over(values: Mapping[str, Any]) -> Sweep:
    """Return the grid of these values, one axis for each key.

    Raises `ParameterError` where a key has one value in place of a list.
    """
    for key, points in values.items():
        if isinstance(points, str) or not np.iterable(points):
            rule, remedy = "must be a list of values", f"write [{points}], or set it in the game"
            raise ParameterError("sweep", key, points, rule, remedy)
    return Sweep(tuple(Axis(key, {key: column(points)}) for key, points in values.items()))


def latin_hypercube(ranges: Mapping[str, tuple[float, float]], n: int, seed: int) -> Axis:
    """Return `n` points spread evenly over a box: a Latin hypercube (McKay et al. 1979).

    Each range is cut into `n` slices of one width and every slice is hit once. The same seed gives
    the same points.
    """
    from scipy.stats import qmc  # noqa: PLC0415 - half a second that only samples need

    unit = qmc.LatinHypercube(d=len(ranges), rng=np.random.default_rng(seed)).random(n)
    columns = {
        key: low + (high - low) * unit[:, i] for i, (key, (low, high)) in enumerate(ranges.items())
    }
    return Axis(SAMPLE, columns)


def check_size(sizes: Mapping[str, int]) -> None:
    """Raise `ParameterError` where the product of these sizes exceeds `LIMIT` games."""
    games = math.prod(sizes.values())
    if games <= LIMIT:
        return
    largest = max(sizes, key=lambda name: sizes[name])
    product = " x ".join(f"{name} {size:,}" for name, size in sizes.items())
    raise ParameterError(
        "sweep",
        largest,
        sizes[largest],
        f"makes {games:,} games ({product}), more than the limit of {LIMIT:,}",
        f"reduce {largest} to {max(LIMIT * sizes[largest] // games, 1):,} points or fewer",
    )


def structures(axes: Sequence[Axis]) -> list[tuple[int, ...]]:
    """Return the positions on axes that are looped over, last axis fastest."""
    return list(itertools.product(*(range(len(axis)) for axis in axes)))


def one(axes: Sequence[Axis], place: Sequence[int]) -> dict[str, Any]:
    """Return the single value of every key at this place of axes that are looped over."""
    return {
        key: values[i] if values.dtype == object else values[i].item()
        for axis, i in zip(axes, place, strict=True)
        for key, values in axis.columns.items()
    }


def many(axes: Sequence[Axis], low: int, high: int) -> dict[str, NDArray[Any]]:
    """Return the values of every key at points [low, high) of the flattened grid."""
    if not axes:
        return {}
    places = np.unravel_index(np.arange(low, high), tuple(len(axis) for axis in axes))
    return {
        key: values[i]
        for axis, i in zip(axes, places, strict=True)
        for key, values in axis.columns.items()
    }


def change(base: Declared, owner: Owner, values: Mapping[str, Any]) -> Any:
    """Return `base` with the values that are its own; numbers per member hold for every member."""
    changes: dict[str, Any] = {}
    for key, value in values.items():
        prefix, _, name = key.rpartition(".")
        if prefix == owner.value.rstrip("."):
            is_batch = isinstance(value, np.ndarray) and (
                base.parameters[name].kind is Kind.MEMBERS
            )
            changes[name] = _per_member(base.values[name], value) if is_batch else value
    return base.replace(**changes) if changes else base


def _per_member(given: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """Return shape (points, 1), or (points, n) where the list that is replaced counts n members."""
    width = given.shape[-1] if given.ndim else 1
    return np.repeat(values[:, None], width, axis=1)
