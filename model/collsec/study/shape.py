"""The shape of a config file: which keys there are and what type each takes."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collsec.document import Key
from collsec.parameters import suggestion
from collsec.study.origin import Layers, dotted

_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)

PositiveInt = Annotated[int, Field(ge=1)]


class AxisShape(BaseModel):
    """The values along one axis: a list, or evenly spaced points with both ends."""

    model_config = _STRICT
    values: list[float] | list[list[float]] | list[str] | list[bool] | None = Field(
        None, description="the points themselves"
    )
    linspace: list[float] | None = Field(
        None, min_length=3, max_length=3, description="[first, last, number of points], even steps"
    )
    logspace: list[float] | None = Field(
        None,
        min_length=3,
        max_length=3,
        description="[first, last, number of points], even steps of the logarithm; both ends > 0",
    )


class SampleShape(BaseModel):
    """A Latin hypercube: points spread evenly over ranges, drawn with the seed."""

    model_config = _STRICT
    n: PositiveInt = Field(100, description="number of points")
    ranges: dict[str, list[float]] = Field(
        default_factory=dict,
        description="[low, high] of each parameter, lever or institution field",
    )


class ConfigShape(BaseModel):
    """An experiment: a game, the assumptions it is played under, and what moves."""

    model_config = _STRICT
    extends: list[str] = Field(
        default_factory=list, description="configs below this one; later files win, key by key"
    )
    title: str = Field("", description="the experiment's name, one line")
    question: str = Field("", description="what it asks, one line")
    game: str = Field("", description="the game's name")
    seed: int = Field(0, ge=0, description="seed of everything that is drawn")
    assumptions: list[str] = Field(
        default_factory=lambda: ["realist", "institutionalist"],
        description="assumption sets: presets, neutral, or TOML files relative to this one",
    )
    institutions: list[str] = Field(
        default_factory=list,
        description="institutions: presets, or TOML files relative to this one",
    )
    equilibria: Literal["played", "all"] = Field(
        "played", description="keep the equilibrium that is played, or all that were found"
    )
    observables: list[str] = Field(default_factory=list, description="which to keep; default all")
    parameters: dict[str, Any] = Field(default_factory=dict, description="values of the game")
    levers: dict[str, Any] = Field(
        default_factory=dict, description="values that hold in every assumption set"
    )
    institution: dict[str, Any] = Field(
        default_factory=dict, description="values that hold in every institution"
    )
    sweep: dict[str, AxisShape] = Field(
        default_factory=dict,
        description="what moves: NAME of the game, levers.NAME or institution.NAME",
    )
    sample: SampleShape | None = Field(None, description="a Latin hypercube, dimension `sample`")
    options: dict[str, Any] = Field(
        default_factory=dict, description="whatever the experiment's own script reads"
    )


def shaped(layers: Layers, hints: Mapping[str, str]) -> tuple[ConfigShape, list[str]]:
    """Return the part of a config that has the right shape, and the problems of the rest.

    Parameters
    ----------
    layers : Layers
        What was read.
    hints : mapping of str to str
        Where a key belongs that may stand at the wrong place: ``income -> parameters.income``.
    """
    values = copy.deepcopy(dict(layers.values))
    problems = [
        layers.problem(key, f"= {value}: must be finite, not NaN or infinite; give a number")
        for key, value in _numbers(values)
        if not math.isfinite(value)
    ]
    for key, value in list(_numbers(values)):
        if not math.isfinite(value):
            _remove(values, key)
    while True:
        try:
            return ConfigShape.model_validate(values), problems
        except ValidationError as error:
            found = {_key(values, item["loc"]): item for item in reversed(error.errors())}
            for key, item in reversed(found.items()):
                problems.append(layers.problem(key, _message(values, key, item, hints)))
            for key in found:
                _remove(values, key)


def _numbers(value: Any, key: Key = ()) -> Iterator[tuple[Key, float]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _numbers(item, (*key, name))
    elif isinstance(value, list):
        for item in value:
            yield from ((key, number) for _, number in _numbers(item))
    elif isinstance(value, float):
        yield key, value


def _key(values: Mapping[str, Any], place: tuple[int | str, ...]) -> Key:
    """Return the key at which a rule is broken: positions in lists and type names are dropped."""
    key: tuple[str, ...] = ()
    table: Any = values
    for part in place:
        if not isinstance(table, dict) or part not in table:
            break
        key, table = (*key, str(part)), table[part]
    return key


def _remove(values: dict[str, Any], key: Key) -> None:
    """Take out what is wrong; an axis and a sample go as a whole, so that each is reported once."""
    key = key[: {"sweep": 2, "sample": 1}.get(str(key[0]), len(key))]
    table: Any = values
    for part in key[:-1]:
        table = table.get(part, {})
    table.pop(key[-1], None)


def _message(
    values: Mapping[str, Any], key: Key, item: Mapping[str, Any], hints: Mapping[str, str]
) -> str:
    value: Any = values
    for part in key:
        value = value[part]
    text = repr(value) if len(repr(value)) < 80 else f"{repr(value)[:76]} ..."
    if item["type"] == "extra_forbidden":
        name = str(key[-1])
        known = _known(key)
        place = hints.get(name) if len(key) == 1 else None
        remedy = f"did you mean {place!r}?" if place else suggestion(name, known)
        return f"= {text}: is not a key of a config; {remedy}"
    return f"= {text}: {_rule(key)}"


def _known(key: Key) -> list[str]:
    if key[0] == "sweep":
        return list(AxisShape.model_fields)
    return list(SampleShape.model_fields if key[0] == "sample" and len(key) > 1 else _TOP)


_TOP = tuple(ConfigShape.model_fields)

_RULES = {
    "seed": "must be a whole number, 0 or more; write seed = 1945",
    "equilibria": 'must be one of played | all; write equilibria = "played"',
    "title": 'must be text; write title = "..."',
    "question": 'must be text; write question = "..."',
    "game": 'must be text; write game = "private_provision"',
    "assumptions": 'must be a list of names; write ["realist", "institutionalist"]',
    "institutions": 'must be a list of names; write ["un-charter", "league"]',
    "observables": "must be a list of names; leave it out for all",
    "values": "must be a list of numbers (or of names, for a choice); write values = [0.1, 0.2]",
    "linspace": "must be [first, last, number of points]; write linspace = [0.0, 1.0, 11]",
    "logspace": "must be [first, last, number of points]; write logspace = [0.01, 1.0, 11]",
    "n": "must be a whole number, 1 or more; write n = 200",
}


def _rule(key: Key) -> str:
    if key[0] == "sweep" and len(key) == 2:
        return "must be a table or a list; write values = [0.1, 0.2]"
    if key[:2] == ("sample", "ranges") and len(key) == 3:
        return "must be [low, high]; write two numbers"
    table = f"must be a table; write [{dotted(key)}] and its keys below"
    return _RULES.get(str(key[-1]), table)
