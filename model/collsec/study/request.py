"""What a command line asks for: one game under several assumption sets and institutions."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any, TypeVar

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.assumptions import PRESETS as ASSUMPTIONS
from collsec.document import DocumentError
from collsec.games import catalogue
from collsec.games.game import Game
from collsec.institutions import PRESETS as INSTITUTIONS
from collsec.institutions import Institution
from collsec.parameters import ParameterError, suggestion
from collsec.study.solving import has_institution, with_institution
from collsec.study.tables import toml

Case = tuple[Game, Assumptions, Institution | None]
T = TypeVar("T", Assumptions, Institution)


def request(
    game: str, under: Sequence[str], institutions: Sequence[str | None], sets: Sequence[str]
) -> list[Case]:
    """Return the games to solve: every assumption set with every institution, in that order.

    Parameters
    ----------
    game : str
        A name in the catalogue.
    under, institutions : sequence of str
        Names of presets, or paths of .toml files; ``"neutral"`` is the set that changes nothing,
        and None the institution that the game has anyway.
    sets : sequence of str
        ``name=value`` for the game, ``levers.name=value`` for every assumption set,
        ``institution.name=value`` for every institution; later ones win.

    Raises
    ------
    UnknownGameError, DocumentError, ParameterError
        With what was asked, the rule and the remedy.
    """
    kind = catalogue.find(game)
    values = parse(sets)
    played = kind(**values[""])
    schools = [_changed(assumption_set(name), values["levers"]) for name in under]
    designs = [_design(played, name, values["institution"]) for name in institutions]
    return [
        (with_institution(played, design), school, design)
        for school in schools
        for design in designs
    ]


def assumption_set(name: str) -> Assumptions:
    """Return the assumption set of that name or path; ``"neutral"`` changes nothing."""
    known = ["neutral", *ASSUMPTIONS.names()]
    if name not in known and not name.endswith(".toml"):
        raise DocumentError(name, f"is no assumption set; {suggestion(name, known)}")
    return NEUTRAL if name == "neutral" else ASSUMPTIONS.load(name)


def parse(sets: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the values set, by owner: "" is the game, then "levers" and "institution".

    Values are TOML; a word without quotes is a string.
    """
    values: dict[str, dict[str, Any]] = {"": {}, "levers": {}, "institution": {}}
    for text in sets:
        key, sign, value = (part.strip() for part in text.partition("="))
        owner, _, name = key.rpartition(".")
        if owner == "parameters":
            remedy = f"write --set {name}={value}"
            raise _error(text, "names a table of a config, and here is none", remedy)
        if not sign or not value or not name.isidentifier() or owner not in values:
            raise _error(
                text, "is not NAME=VALUE", "write --set taste=0.5, --set levers.monitoring=1"
            )
        values[owner][name] = _value(text, value)
    return values


def _value(text: str, value: str) -> Any:
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        if value.replace("-", "_").isidentifier():
            return value
        remedy = 'write numbers as 0.5, lists as "income=[120,100,80]", words as risk-dominant'
        raise _error(text, "has no TOML value", remedy) from None


def _error(text: str, rule: str, remedy: str) -> ParameterError:
    return ParameterError("command line", "--set", text, rule, remedy)


def _design(game: Game, name: str | None, changes: dict[str, Any]) -> Institution | None:
    if name is not None:
        return _changed(INSTITUTIONS.load(name), changes)
    if not changes:
        return None
    if not has_institution(type(game)):
        (key, value), *_ = changes.items()
        raise ParameterError(
            game.title(), f"institution.{key}", value, "the game knows no institution",
            "leave it out, or take a game that has one: collsec show GAME",
        )  # fmt: skip
    own: Institution = game.values["institution"]
    return _changed(own, changes)


def _changed(preset: T, changes: dict[str, Any]) -> T:
    """Return a preset with some values changed, and a name that says which."""
    if not changes:
        return preset
    listed = ", ".join(f"{key} = {toml(value)}" for key, value in changes.items())
    *first, last = preset.values["name"] or ("custom",)
    return preset.replace(**{"name": (*first, f"{last} ({listed})"), **changes})
