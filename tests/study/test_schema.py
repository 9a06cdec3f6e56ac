"""The schema of configs says what the loader does, checked with a small validator."""

import json
from pathlib import Path

import numpy as np
import pytest

from collsec.document import read
from collsec.games import catalogue
from collsec.study.schema import schema

SHIPPED = sorted((Path(__file__).parents[2] / "experiments").glob("*.toml"))


KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def complaints(value, rules, whole, at="config"):
    """Return where `value` breaks the part of JSON Schema that configs use."""
    if "$ref" in rules:
        name = rules["$ref"].rpartition("/")[2]
        yield from complaints(value, whole["$defs"][name], whole, at)
    if "anyOf" in rules and all(any(complaints(value, r, whole)) for r in rules["anyOf"]):
        yield f"{at}: fits none"
    types = rules.get("type", list(KINDS))
    types = [types] if isinstance(types, str) else types
    if not any(fits(value, name) for name in types):
        yield f"{at}: is not {types[0]}"
    elif value not in rules.get("enum", [value]) or value != rules.get("const", value):
        yield f"{at}: is not allowed"
    elif isinstance(value, (int, float)):
        yield from of_number(value, rules, at)
    elif isinstance(value, list):
        yield from of_list(value, rules, whole, at)
    elif isinstance(value, dict):
        yield from of_object(value, rules, whole, at)


def fits(value, name):
    return isinstance(value, KINDS[name]) and (name == "boolean" or not isinstance(value, bool))


def of_number(value, rules, at):
    is_low = value < rules.get("minimum", value) or value <= rules.get("exclusiveMinimum", -np.inf)
    is_high = value > rules.get("maximum", value) or value >= rules.get("exclusiveMaximum", np.inf)
    if is_low or is_high:
        yield f"{at}: is out of range"


def of_list(value, rules, whole, at):
    if not rules.get("minItems", 0) <= len(value) <= rules.get("maxItems", len(value)):
        yield f"{at}: has a wrong length"
    for item in value:
        yield from complaints(item, rules.get("items", {}), whole, at)


def of_object(value, rules, whole, at):
    names = rules.get("propertyNames", {}).get("enum", value)
    known = rules.get("properties", {})
    for key, item in value.items():
        if key not in names:
            yield f"{at}.{key}: has a wrong name"
        if key in known:
            yield from complaints(item, known[key], whole, f"{at}.{key}")
        elif rules.get("additionalProperties") is False:
            yield f"{at}.{key}: is unknown"
        elif isinstance(rules.get("additionalProperties"), dict):
            yield from complaints(item, rules["additionalProperties"], whole, f"{at}.{key}")
    yield from (f"{at}.{key}: is missing" for key in rules.get("required", []) if key not in value)
    for part in rules.get("allOf", []):
        if not any(complaints(value, part["if"], whole)):
            yield from complaints(value, part["then"], whole, at)


def check(value):
    rules = schema()
    return list(complaints(value, rules, rules))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_schema_accepts_the_projects_configs(path):
    assert check(dict(read(path).values)) == []


def test_the_schema_is_json():
    assert json.loads(json.dumps(schema(), allow_nan=False)) == schema()


def test_the_schema_accepts_what_the_loader_accepts():
    config = {
        "title": "T", "question": "Q", "game": "private_provision", "seed": 3,
        "parameters": {"income": [3.0, 2.0], "taste": 0.5}, "levers": {"selection": "best"},
        "sweep": {"taste": {"linspace": [0.1, 0.2, 3]}, "levers.monitoring": [0, 1],
                  "levers": {"legitimacy": {"values": [0.0]}}},
        "sample": {"n": 3, "ranges": {"levers.side_payments": [0, 1]}},
        "options": {"anything": [1, "a"]},
    }  # fmt: skip
    assert check(config) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"sede": 1}, "config.sede: is unknown"),
        ({"game": "privat_provision"}, "config.game: is not allowed"),
        ({"seed": 1.5}, "config.seed: is not integer"),
        ({"parameters": {"tast": 1}}, "config.parameters.tast: is unknown"),
        ({"parameters": {"taste": 2.0}}, "config.parameters.taste: fits none"),
        ({"levers": {"discount_factor": 1.0}}, "config.levers.discount_factor: is out of range"),
        ({"levers": {"selection": "beast"}}, "config.levers.selection: is not allowed"),
        ({"institution": {"quota": -1}}, "config.institution.quota: is out of range"),
        ({"sweep": {"tast": {"values": [1.0]}}}, "config.sweep.tast: has a wrong name"),
        ({"observables": ["nothing"]}, "config.observables: is not allowed"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(change, complaint):
    assert complaint in check({"game": "private_provision", **change})


def test_every_parameter_is_described_with_symbol_unit_and_range():
    for rule in schema()["allOf"]:
        kind = catalogue.find(rule["if"]["properties"]["game"]["const"])
        for name, item in rule["then"]["properties"]["parameters"]["properties"].items():
            declared = kind.parameters[name]
            for text in (declared.symbol, declared.meaning, declared.unit, declared.range):
                assert text in item["description"]
