"""A parameter, declared once: symbol, unit, range, meaning, default and source.

One declaration feeds validation, error messages, the JSON Schema of configs, property tests and
the notation table. `Declared` is the frozen object whose class body holds such declarations:
games, assumption sets and institutions are all of this kind.
"""

from __future__ import annotations

import difflib
import enum
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
A = TypeVar("A", bound=NDArray[Any])


class Kind(enum.Enum):
    """What shape and type a parameter takes."""

    REAL = "number"
    MEMBERS = "number per member"
    COUNT = "whole number"
    STRUCTURE = "whole number (one for a whole sweep)"
    FLAG = "yes or no"
    CHOICE = "one of a list of names"
    NAMES = "names"
    OBJECT = "a declared object"


Real = Annotated[FloatArray, Kind.REAL]
"""A number or an array of them, shape (*batch)."""
Members = Annotated[FloatArray, Kind.MEMBERS]
"""One number per member, shape (*batch, n_members); a single number holds for every member."""
Count = Annotated[IntArray, Kind.COUNT]
"""A whole number or an array of them, shape (*batch)."""
Structure = Annotated[int, Kind.STRUCTURE]
"""A whole number that sets the shape of arrays: one value for a whole sweep."""
Flag = Annotated[bool, Kind.FLAG]
"""True or false: one value per solve."""
Names = Annotated[tuple[str, ...], Kind.NAMES]
"""A tuple of labels, or none."""


class ParameterError(ValueError):
    """A value that breaks a rule: says where, which key, which value, which rule, what to do."""

    def __init__(self, owner: str, key: str, value: object, rule: str, remedy: str) -> None:
        self.owner, self.key, self.value, self.rule, self.remedy = owner, key, value, rule, remedy
        self.detail = f"= {_brief(value)}: {rule}; {remedy}"
        super().__init__(f"{owner}: {key} {self.detail}")


@dataclass(frozen=True)
class Derived:
    """A default that follows from other parameters: a formula in words, and its function."""

    text: str
    of: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Parameter:
    """What is known of a parameter before it has a value.

    Bounds are inclusive unless `open_low` or `open_high` is set; `default` is None where the user
    must give a value, and `Derived` where it follows from parameters declared before it; `options`
    lists the members of a choice by their value.
    """

    symbol: str
    meaning: str
    unit: str
    low: float
    high: float
    open_low: bool
    open_high: bool
    default: Any
    source: str
    options: type[enum.IntEnum] | None = None
    kind: Kind = Kind.REAL
    name: str = ""

    @property
    def range(self) -> str:
        """The admissible range in words, for example ``(0, 1]``."""
        if self.options is not None:
            return " | ".join(label(option) for option in self.options)
        if self.kind in (Kind.FLAG, Kind.NAMES, Kind.OBJECT):
            return str(self.kind.value)
        left = "(" if self.open_low or math.isinf(self.low) else "["
        right = ")" if self.open_high or math.isinf(self.high) else "]"
        return f"{left}{_bound(self.low)}, {_bound(self.high)}{right}"

    @property
    def is_numeric(self) -> bool:
        """Whether values are numbers, so that the parameter can be swept over a range."""
        return self.kind in (Kind.REAL, Kind.MEMBERS, Kind.COUNT, Kind.STRUCTURE)

    def normalise(self, owner: str, value: object) -> Any:
        """Return `value` as a read-only array (or int, bool, tuple), or raise `ParameterError`."""
        match self.kind:
            case Kind.FLAG:
                if not isinstance(value, (bool, np.bool_)):
                    raise self.error(owner, value, "must be true or false", "write true or false")
                return bool(value)
            case Kind.NAMES:
                return self._names(owner, value)
            case Kind.CHOICE:
                return self._choice(owner, value)
            case Kind.OBJECT:
                return value
            case _:
                return self._numbers(owner, value)

    def error(self, owner: str, value: object, rule: str, remedy: str) -> ParameterError:
        """Return an error that names this parameter and its meaning."""
        return ParameterError(owner, self.name, value, rule, f"{remedy} ({self.meaning})")

    def _numbers(self, owner: str, value: object) -> Any:
        remedy = f"give a {self.kind.value} in {self.range}"
        try:
            array = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise self.error(owner, value, "must be a number", remedy) from None
        if isinstance(value, (bool, str)):
            raise self.error(owner, value, "must be a number", remedy)
        if array.size == 0:
            raise self.error(owner, value, "must not be empty", remedy)
        if not np.all(np.isfinite(array)):
            raise self.error(owner, value, "must be finite, not NaN or infinite", remedy)
        below = array <= self.low if self.open_low else array < self.low
        above = array >= self.high if self.open_high else array > self.high
        if np.any(below | above):
            worst = array[below | above].flat[0]
            raise self.error(owner, worst, f"must lie in {self.range}", remedy)
        if self.kind in (Kind.COUNT, Kind.STRUCTURE):
            if np.any(array != np.round(array)):
                raise self.error(owner, value, "must be a whole number", remedy)
            array = array.astype(np.int64)
        if self.kind is Kind.STRUCTURE:
            if array.ndim:
                raise self.error(owner, value, "must be one value for a whole sweep", remedy)
            return int(array)
        return frozen(array)

    def _choice(self, owner: str, value: object) -> IntArray:
        known = {label(option): int(option) for option in self.options or ()}

        def code(item: object) -> int:
            if isinstance(item, str) and item in known:
                return known[item]
            if isinstance(item, (int, np.integer)) and int(item) in known.values():
                return int(item)
            near = nearest(str(item), known)
            raise self.error(owner, item, f"must be one of {self.range}", f"write {near}")

        if isinstance(value, (list, tuple, np.ndarray)):
            items = np.asarray(value, dtype=object)
            codes = [code(item) for item in items.ravel()]
            return frozen(np.array(codes, dtype=np.int64).reshape(items.shape))
        return frozen(np.array(code(value), dtype=np.int64))

    def _names(self, owner: str, value: object) -> tuple[str, ...]:
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.error(owner, value, "must be a list of names", 'write ["A", "B"]')


def parameter(  # noqa: PLR0913 - every declaration reads as one sentence of named parts
    symbol: str,
    meaning: str,
    *,
    unit: str = "1",
    low: float = -math.inf,
    high: float = math.inf,
    above: float | None = None,
    below: float | None = None,
    default: Any = None,
    source: str = "",
    options: type[enum.IntEnum] | None = None,
) -> Any:
    """Declare a parameter in the body of a `Declared` class.

    `low` and `high` are inclusive bounds, `above` and `below` exclusive ones. The kind comes from
    the annotation: ``income: Members = parameter("y_i", "national income", above=0)``.
    """
    return Parameter(
        symbol=symbol,
        meaning=meaning,
        unit=unit,
        low=low if above is None else above,
        high=high if below is None else below,
        open_low=above is not None,
        open_high=below is not None,
        default=default,
        source=source,
        options=options,
    )


class Declared:
    """A frozen, validated object whose class body declares its parameters.

    Values given by keyword are checked against their declarations and stored as read-only arrays.
    An array where one number is expected is a batch; every solver treats it as a sweep.
    """

    parameters: ClassVar[Mapping[str, Parameter]] = {}
    _chosen: Mapping[str, Any]
    _given: Mapping[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the declarations of the class body and of its parents."""
        super().__init_subclass__(**kwargs)
        declared = dict(cls.parameters)
        own = {key: value for key, value in vars(cls).items() if isinstance(value, Parameter)}
        if own:
            hints = get_type_hints(cls, include_extras=True)
            for name, item in own.items():
                kinds = [k for k in getattr(hints[name], "__metadata__", ()) if isinstance(k, Kind)]
                kind = kinds[0] if kinds else Kind.OBJECT
                declared[name] = replace(
                    item, name=name, kind=Kind.CHOICE if item.options else kind
                )
        cls.parameters = declared

    def __init__(self, **values: Any) -> None:
        for key, value in values.items():
            if key not in self.parameters:
                remedy = suggestion(key, self.parameters)
                raise ParameterError(self.title(), key, value, "is not a parameter", remedy)
        given: dict[str, Any] = {}
        for name, item in self.parameters.items():
            value = values.get(name, item.default)
            if isinstance(value, Derived):
                value = value.of(given)
            if value is None and name not in values and item.kind is not Kind.OBJECT:
                remedy = f"give a {item.kind.value} in {item.range}"
                raise item.error(self.title(), "nothing", "has no default", remedy)
            given[name] = item.normalise(self.title(), value)
        object.__setattr__(self, "_chosen", dict(values))
        object.__setattr__(self, "_given", given)
        for name, value in self._expanded(given).items():
            object.__setattr__(self, name, value)
        self.validate()

    @classmethod
    def title(cls) -> str:
        """Return the name used in messages: the class name in snake case."""
        return snake(cls.__name__)

    def validate(self) -> None:
        """Check rules that tie parameters together; raise `ParameterError` if one is broken."""

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some parameters changed; derived defaults follow the change."""
        return type(self)(**{**self._chosen, **changes})

    @property
    def values(self) -> dict[str, Any]:
        """All values by name, defaults included, before numbers are repeated for every member."""
        return dict(self._given)

    @property
    def n_members(self) -> int:
        """The number of members, read off the parameters that have one value per member."""
        return self._count_members(self._given)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The common shape of all batched parameters: the shape of the sweep."""
        shapes = []
        for name, item in self.parameters.items():
            value = self._given[name]
            if item.kind is Kind.MEMBERS:
                shapes.append(value.shape[:-1] if value.ndim else ())
            elif isinstance(value, np.ndarray):
                shapes.append(value.shape)
            elif isinstance(value, Declared):
                shapes.append(value.batch_shape)
        return np.broadcast_shapes(*shapes)

    def _count_members(self, given: Mapping[str, Any]) -> int:
        if isinstance(given.get("n_members"), int):
            return int(given["n_members"])
        lengths = {
            name: given[name].shape[-1]
            for name, item in self.parameters.items()
            if item.kind is Kind.MEMBERS and given[name].ndim and given[name].shape[-1] > 1
        }
        if len(set(lengths.values())) > 1:
            name = min(lengths, key=lambda key: lengths[key])
            rule = f"must have one value per member, but lengths differ: {lengths}"
            raise ParameterError(
                self.title(), name, given[name], rule, "give lists of one length, or one number"
            )
        return next(iter(lengths.values()), 1)

    def _expanded(self, given: Mapping[str, Any]) -> dict[str, Any]:
        n_members = self._count_members(given)
        expanded = {}
        for name, item in self.parameters.items():
            value = given[name]
            if item.kind is Kind.MEMBERS:
                column = value if value.ndim else value[None]
                if column.shape[-1] not in (1, n_members):
                    rule = f"has {column.shape[-1]} values for {n_members} members"
                    remedy = "give one value per member, or one number for all"
                    raise item.error(self.title(), value, rule, remedy)
                value = np.broadcast_to(column, (*column.shape[:-1], n_members))
            expanded[name] = value
        return expanded

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.title()} is frozen: use replace({name}=...)")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Declared):
            return NotImplemented
        return all(
            np.array_equal(value, other._given[name])
            if isinstance(value, np.ndarray)
            else value == other._given[name]
            for name, value in self._given.items()
        )

    def __hash__(self) -> int:
        return hash((type(self), repr(self)))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in self._given.items())
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), dict(self._chosen))


def _rebuild(cls: type[Declared], given: dict[str, Any]) -> Declared:
    return cls(**given)


def frozen(array: A) -> A:
    """Return the array, made read-only."""
    array.flags.writeable = False
    return array


def label(option: enum.IntEnum) -> str:
    """Return the spelling of a choice in configs: ``RISK_DOMINANT`` is ``risk-dominant``."""
    return option.name.lower().replace("_", "-")


def snake(name: str) -> str:
    """Return a class name in snake case: ``PrivateProvision`` is ``private_provision``."""
    head = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return head.lstrip("_")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return what to write instead of `word`: the known word most like it, or any of them."""
    candidates = list(known)
    found = _most_like(word, candidates)
    return f"did you mean {found!r}?" if found else f"choose {_any_of(candidates)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that looks most like `word`, or the list of all known words."""
    candidates = list(known)
    found = _most_like(word, candidates)
    return repr(found) if found else _any_of(candidates)


def _most_like(word: str, candidates: list[str]) -> str:
    """Return the candidate most like a word, whatever letters are capitals; "" if none is."""
    small = {name.casefold(): name for name in candidates}
    found = difflib.get_close_matches(word.casefold(), small, n=1, cutoff=0.5)
    return small[found[0]] if found else ""


def _any_of(candidates: list[str]) -> str:
    return "one of " + ", ".join(sorted(candidates))


def _bound(value: float) -> str:
    return "∞" if value == math.inf else "-∞" if value == -math.inf else f"{value:g}"


def _brief(value: object) -> str:
    """Return a value as a message has room for it: of an object with parts, what it is."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    is_bare = type(value).__repr__ is object.__repr__
    if isinstance(value, Declared) or is_dataclass(value) or is_bare:
        return f"{type(value).__name__}(...)"
    try:
        text = _shown(value)
    except ValueError:  # Python writes out no more than some thousand digits
        return f"{type(value).__name__} of too many digits to write"
    return text if len(text) <= _ROOM else f"{text[: _ROOM // 2]} ... {text[-_ROOM // 4 :]}"


_ROOM = 400
"""Longer texts of values are cut in messages."""


def _shown(value: object) -> str:
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return f"{value.item():g}" if value.dtype.kind == "f" else str(value.item())
        return np.array2string(value, threshold=8, separator=", ").replace("\n", "")
    return f"{value:g}" if isinstance(value, float) else repr(value)
