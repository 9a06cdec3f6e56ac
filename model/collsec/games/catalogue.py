"""Find games by name: folders are the registry, nothing is listed by hand."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import collsec.games
from collsec.games.game import Game
from collsec.parameters import suggestion

_NOT_GAMES = ("catalogue", "game")


class UnknownGameError(ValueError):
    """No game has that name."""


@cache
def _modules() -> dict[str, str]:
    found = pkgutil.walk_packages(collsec.games.__path__, "collsec.games.")
    files = {info.name.rpartition(".")[2]: info.name for info in found if not info.ispkg}
    return {name: files[name] for name in sorted(files) if name not in _NOT_GAMES}


def names() -> list[str]:
    """Return the names of all games."""
    return list(_modules())


def question(name: str) -> str:
    """Return the folder a game stands in, which is the question it answers; "" for the crisis."""
    parts = _modules()[name].split(".")
    return parts[2] if len(parts) > 3 else ""


def find(name: str) -> type[Game]:
    """Return the game class of that name; raise `UnknownGameError` with the nearest name."""
    if name.endswith(".toml"):
        raise UnknownGameError(f"{name!r} is no game; to run a config: collsec run {name}")
    if name not in _modules():
        raise UnknownGameError(f"{name!r} is no game; {suggestion(name, names())}")
    module = importlib.import_module(_modules()[name])
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Game) and value.title() == name:
            return value
    raise UnknownGameError(f"{module.__name__} must hold a class whose snake name is {name}")
