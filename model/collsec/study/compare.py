"""The same games under several assumption sets and institutions, as one labelled dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from collsec.assumptions import Assumptions
from collsec.equilibrium import TOLERANCE
from collsec.games.game import Game, Observable
from collsec.institutions import Institution
from collsec.parameters import Kind, Parameter, ParameterError
from collsec.study.block import EXACT, Arrays, Block, Plan, Store, chosen_observables
from collsec.study.config import Config
from collsec.study.execution import Execution, execute
from collsec.study.solving import check_kinds
from collsec.study.sweep import SAMPLE, Sweep, structures, sweep_over, target

Attributes = dict[str, Any]
Result = list[tuple[Block, Arrays]]

_RESERVED = (
    "assumptions", "institution", "equilibrium", "member", SAMPLE,
    "count", "complete", "regret", "played", "untraced",
)  # fmt: skip

_ALWAYS: dict[str, Attributes] = {
    "count": {"long_name": "number of certified equilibria", "units": "1"},
    "complete": {
        "long_name": "whether these are known to be all equilibria in the solver's scope",
        "units": "1",
    },
    "played": {"long_name": "position of the equilibrium played, -1 where none", "units": "1"},
    "untraced": {
        "long_name": "whether risk dominance was to choose among several and is not known, so that"
        " the worst is played",
        "units": "1",
    },
    "regret": {
        "long_name": "largest gain of any player from deviating",
        "units": "payoff",
        "tolerance": TOLERANCE,
    },
}


def compare(
    game: Game,
    assumptions: Sequence[Assumptions],
    institutions: Sequence[Institution] = (),
    sweep: Sweep | Mapping[str, Any] | None = None,
    *,
    observables: Sequence[str] = (),
    equilibria: Store = Store.PLAYED,
    execution: Execution | None = None,
) -> xr.Dataset:
    """Solve `game` at every point of a sweep, under every assumption set and institution.

    Parameters
    ----------
    game : Game
        Its values hold wherever the sweep does not set another.
    assumptions : sequence of Assumptions
        The dimension `assumptions`; labels are their names.
    institutions : sequence of Institution
        The dimension `institution`; without any, the game's own holds and there is no dimension.
    sweep : Sweep, or mapping of keys to values
        One dimension for each axis, named by the last part of its key; a key clashing with another
        name keeps its prefix, as in ``levers_monitoring``. Where values are lists per member, the
        coordinate is their position.
    observables : sequence of str
        Which to keep; all if empty.
    equilibria : Store
        Keep the equilibrium that the selection lever picks, or all along `equilibrium`.
    execution : Execution
        How to run it; the result is the same.

    Returns
    -------
    Dataset
        The observables, and always `count`, `complete`, `regret`, `played` and `untraced`. Games of
        which no equilibrium is certified are NaN with count 0; the attribute `uncertified` counts
        them.

    Raises
    ------
    ParameterError
        Where an argument is a name and not the thing itself, where a point is not admissible and
        where there are too many, before anything is solved.
    """
    check_kinds("compare", game, assumptions, institutions)
    plan = Plan(
        game=game,
        assumptions=tuple(assumptions),
        institutions=tuple(institutions) or (None,),
        sweep=sweep if isinstance(sweep, Sweep) else sweep_over(sweep or {}),
        observables=chosen_observables(type(game), observables),
        equilibria=equilibria,
    )
    labels = [_label(item) for item in plan.assumptions]
    _check_labels("assumptions", labels)
    _check_labels("institution", [item.label for item in institutions])
    plan.check()
    return _Dataset(plan, execute(plan, execution or Execution())).assemble()


def compare_config(config: Config) -> xr.Dataset:
    """Compare everything that a config states: the experiment that needs no script."""
    return compare(
        config.game,
        config.assumptions,
        config.institutions,
        config.sweep,
        observables=config.observables,
        equilibria=config.equilibria,
        execution=config.execution,
    )


def _label(item: Assumptions) -> str:
    return " ".join(item.name) or "custom"


def _check_labels(dimension: str, labels: Sequence[str]) -> None:
    if dimension == "assumptions" and not labels:
        raise ParameterError(
            "compare", dimension, [], "is empty", "name one assumption set or more"
        )
    for label in labels:
        if labels.count(label) > 1:
            raise ParameterError(
                "compare", dimension, label, "comes twice", "give each a name of its own"
            )


@dataclass(frozen=True, eq=False)
class _Dataset:
    """A solved plan on its way to a labelled dataset."""

    plan: Plan
    result: Result

    def assemble(self) -> xr.Dataset:
        plan = self.plan
        counts = self._filled("count", 0)
        shape = {
            "count": counts,
            "complete": self._filled("complete", False),
            "regret": self._filled("regret", np.nan),
            "played": self._filled("played", -1),
            "untraced": self._filled("untraced", False),
        }
        variables = {name: self._variable(array, _ALWAYS[name]) for name, array in shape.items()}
        for item in plan.observables:
            array = self._filled(item.name, np.nan)
            variables[item.name] = self._variable(array, self._described(item), item.per)
        dataset = xr.Dataset(
            variables,
            attrs={
                "game": plan.game.title(),
                "points": plan.n_games,
                "uncertified": int((counts == 0).sum()),
            },
        )
        return dataset.assign_coords(self._coordinates(dataset.sizes))

    @cached_property
    def dimensions(self) -> dict[str, str]:
        """The dimension of each axis, by the axis's name."""
        taken = {*_RESERVED, *(item.name for item in self.plan.observables)}
        names: dict[str, str] = {}
        for axis in self.plan.sweep.axes:
            short = axis.name.rpartition(".")[2]
            is_free = short not in taken or axis.name == SAMPLE
            name = short if is_free else axis.name.replace(".", "_")
            names[axis.name] = name if is_free or "." in axis.name else f"parameter_{name}"
            taken.add(names[axis.name])
        return names

    def _filled(self, name: str, fill: Any) -> NDArray[Any]:
        """Return a variable, shape (assumptions, institutions, *looped, batch, *rest)."""
        plan = self.plan
        parts = [arrays[name] for _, arrays in self.result]
        rest = tuple(np.max([part.shape[1:] for part in parts], axis=0).astype(int))
        places = structures(plan.looped)
        rows = {place: row for row, place in enumerate(places)}
        sizes = (len(plan.assumptions), len(plan.institutions), len(places), plan.n_batch)
        full = np.full((*sizes, *rest), fill, dtype=parts[0].dtype)
        for (block, _), part in zip(self.result, parts, strict=True):
            row = full[block.assumption, block.institution, rows[block.structure]]
            inner = tuple(slice(0, length) for length in part.shape[1:])
            row[(slice(block.low, block.high), *inner)] = part
        grid = tuple(len(axis) for axis in (*plan.looped, *plan.batched))
        return full.reshape(*sizes[:2], *grid, *rest)

    def _variable(self, array: NDArray[Any], attributes: Attributes, per: str = "") -> xr.Variable:
        plan = self.plan
        axes = [self.dimensions[axis.name] for axis in (*plan.looped, *plan.batched)]
        dims = ["assumptions", "institution", *axes]
        rest = ["equilibrium"] if array.ndim > len(dims) + bool(per) else []
        rest += [per] if per else []
        variable = xr.Variable([*dims, *rest], array, attributes)
        if self.plan.institutions == (None,):
            variable = variable.isel(institution=0)
        order = [self.dimensions[axis.name] for axis in plan.sweep.axes]
        head = [dim for dim in ("assumptions", "institution") if dim in variable.dims]
        return variable.transpose(*head, *order, *rest)

    def _described(self, item: Observable) -> Attributes:
        texts = {
            str(arrays[EXACT + item.name])
            for _, arrays in self.result
            if EXACT + item.name in arrays
        }
        exact = {"exact": texts.pop()} if len(texts) == 1 else {}
        return {"long_name": item.meaning, "units": item.unit, **exact}

    def _coordinates(self, sizes: Mapping[Any, int]) -> dict[str, xr.Variable]:
        plan = self.plan
        coords = {
            "assumptions": _labels("assumptions", map(_label, plan.assumptions), "assumption set")
        }
        if plan.institutions != (None,):
            labels = [item.label for item in plan.institutions if item is not None]
            coords["institution"] = _labels("institution", labels, "institution")
            captions = [item.caption for item in plan.institutions if item is not None]
            coords["institution_title"] = _labels("institution", captions, "institution, in words")
        for axis in plan.sweep.axes:
            dimension = self.dimensions[axis.name]
            for key, values in axis.columns.items():
                if values.dtype == object:
                    continue
                declaration = target(key, type(plan.game)).declaration
                name = dimension if len(axis.columns) == 1 else self._column_name(key)
                coords[name] = xr.Variable(
                    dimension, _typed(declaration, values), _declared(declaration)
                )
            if dimension not in coords:
                coords[dimension] = _numbers(dimension, len(axis), f"position along {axis.name}")
        for dimension in ("equilibrium", *{item.per for item in plan.observables if item.per}):
            if dimension == "member" and dimension in sizes:
                coords[dimension] = _labels("member", self._members(sizes["member"]), "member")
            elif dimension in sizes:
                coords[dimension] = _numbers(dimension, sizes[dimension], f"{dimension}, in order")
        return coords

    def _column_name(self, key: str) -> str:
        taken = {*_RESERVED, *self.dimensions.values(), *(o.name for o in self.plan.observables)}
        short = key.rpartition(".")[2]
        columns = [k for axis in self.plan.sweep.axes for k in axis.columns]
        is_alone = sum(k.rpartition(".")[2] == short for k in columns) == 1
        return short if short not in taken and is_alone else key.replace(".", "_")

    def _members(self, length: int) -> list[str]:
        """Return the members' names, or numbers where they differ over the sweep."""
        plan = self.plan
        games = [plan.game_at(Block(0, 0, place, 0, 1)) for place in structures(plan.looped)]
        widest = max((game.member_names for game in games), key=len)
        agree = all(game.member_names == widest[: len(game.member_names)] for game in games)
        if agree and len(widest) == length:
            return list(widest)
        return [f"member {i + 1}" for i in range(length)]


def _labels(dimension: str, values: Iterable[str], meaning: str) -> xr.Variable:
    names = np.array(list(values), dtype=object)
    return xr.Variable(dimension, names, {"long_name": meaning, "units": "1"})


def _numbers(dimension: str, length: int, meaning: str) -> xr.Variable:
    return xr.Variable(dimension, np.arange(length), {"long_name": meaning, "units": "1"})


def _typed(declaration: Parameter, values: NDArray[Any]) -> NDArray[Any]:
    if declaration.kind in (Kind.COUNT, Kind.STRUCTURE):
        return values.astype(np.int64)
    if declaration.kind is Kind.CHOICE:
        return values.astype(object)
    return values if declaration.kind is Kind.FLAG else values.astype(np.float64)


def _declared(declaration: Parameter) -> Attributes:
    return {
        "long_name": declaration.meaning,
        "units": declaration.unit,
        "symbol": declaration.symbol,
    }
