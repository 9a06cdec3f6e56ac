"""JSON Schema of configs, so that editors complete and check them as they are written.

Ranges, units and meanings come from the declared parameters of every game, of the levers and of
institutions: a new game is in the schema because it exists.
"""

from __future__ import annotations

import math
from typing import Any

from collsec.assumptions import LEVERS, Assumptions
from collsec.games import catalogue
from collsec.institutions import Institution
from collsec.parameters import Derived, Kind, Parameter, label
from collsec.study.canonical import plain
from collsec.study.shape import ConfigShape
from collsec.study.sweep import targets

Schema = dict[str, Any]

_AXIS = {"$ref": "#/$defs/AxisShape"}
_LIST = {"type": "array", "items": {"type": ["number", "string", "boolean", "array"]}}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> Schema:
    """Return the JSON Schema of config files, draft 2020-12."""
    base: Schema = ConfigShape.model_json_schema()
    properties = base["properties"]
    properties["game"]["enum"] = catalogue.names()
    properties["levers"] |= _table({name: Assumptions.parameters[name] for name in LEVERS})
    properties["institution"] |= _table(
        {name: item for name, item in Institution.parameters.items() if name != "name"}
    )
    properties["sweep"] |= _owned({"anyOf": [_AXIS, _LIST]})
    ranges = base["$defs"]["SampleShape"]["properties"]["ranges"]
    ranges |= _owned(ranges["additionalProperties"])
    base["allOf"] = [_of_game(name) for name in catalogue.names()]
    return {"$schema": _DIALECT, **base, "title": "An experiment of collsec"}


def _owned(entry: Schema) -> Schema:
    """Return the schema of a table of entries, in which levers and institution may be tables."""
    table = {"type": "object", "additionalProperties": entry}
    return {**table, "properties": dict.fromkeys(("levers", "institution"), table)}


def _of_game(name: str) -> Schema:
    """Return what holds for configs of one game: its parameters, observables and axes."""
    kind = catalogue.find(name)
    settable = {n: item for n, item in kind.parameters.items() if item.kind is not Kind.OBJECT}
    axes = {"propertyNames": {"enum": [*targets(kind), "levers", "institution"]}}
    then = {
        "parameters": _table(settable),
        "observables": {"items": {"enum": [item.name for item in kind.observables]}},
        "sweep": axes,
    }
    condition = {"properties": {"game": {"const": name}}, "required": ["game"]}
    return {"if": condition, "then": {"properties": then}}


def _table(parameters: dict[str, Parameter]) -> Schema:
    return {
        "type": "object",
        "properties": {name: described(item) for name, item in parameters.items()},
        "additionalProperties": False,
    }


def described(item: Parameter) -> Schema:
    """Return the schema of one parameter: type, range, default and meaning."""
    meaning = f"{item.symbol}: {item.meaning}, in {item.unit}, {item.range}"
    has_none = item.default is None or isinstance(item.default, Derived)
    default = {} if has_none else {"default": plain(item.default, item)}
    return {"description": meaning, **_type(item), **default}


def _type(item: Parameter) -> Schema:
    if item.options is not None:
        return {"enum": [label(option) for option in item.options]}
    match item.kind:
        case Kind.FLAG:
            return {"type": "boolean"}
        case Kind.NAMES:
            return {"type": "array", "items": {"type": "string"}}
        case Kind.COUNT | Kind.STRUCTURE:
            return {"type": "integer", **_bounds(item)}
        case Kind.MEMBERS:
            number = {"type": "number", **_bounds(item)}
            return {"anyOf": [number, {"type": "array", "items": number, "minItems": 1}]}
        case _:
            return {"type": "number", **_bounds(item)}


def _bounds(item: Parameter) -> Schema:
    low = {"exclusiveMinimum" if item.open_low else "minimum": item.low}
    high = {"exclusiveMaximum" if item.open_high else "maximum": item.high}
    return {key: value for key, value in {**low, **high}.items() if math.isfinite(value)}
