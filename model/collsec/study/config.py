"""An experiment's config: read, layered, checked as a whole, and frozen.

A config is refused with all its problems at once, each as ``file:line: key = value: rule; remedy``,
before anything is solved. One that is accepted has a resolved form, with every default written
out, and the hash of that form is its identity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from collsec.assumptions import Assumptions
from collsec.document import Key
from collsec.games.game import Game
from collsec.institutions import Institution
from collsec.parameters import Declared, ParameterError
from collsec.study.block import Plan, Store, chosen_observables
from collsec.study.canonical import digest, plain
from collsec.study.execution import Execution
from collsec.study.origin import ConfigError, Layers, dotted, read_layers
from collsec.study.parts import Parts, read_parts
from collsec.study.sweep import Sweep

__all__ = ["Config", "ConfigError", "load"]


@dataclass(frozen=True, eq=False)
class Config:
    """A checked experiment.

    Attributes
    ----------
    path : Path
        The file; its stem is the experiment's name.
    layers : Layers
        What the files and the command line set, and where.
    parts : Parts
        What this makes of the game, the assumptions, the institutions and the sweep.
    overrides : tuple of str
        What the command line set, as given.
    execution : Execution
        How blocks are run; no part of the config's identity.
    """

    path: Path
    layers: Layers
    parts: Parts
    overrides: tuple[str, ...] = ()
    execution: Execution = field(default_factory=Execution)

    @property
    def name(self) -> str:
        """The stem of the file."""
        return self.path.stem

    @property
    def title(self) -> str:
        """What the experiment is called; its name if the file does not say."""
        return self.parts.shape.title or self.name

    @property
    def question(self) -> str:
        """What the experiment asks."""
        return self.parts.shape.question

    @property
    def seed(self) -> int:
        """The seed of everything that is drawn."""
        return self.parts.shape.seed

    @property
    def game(self) -> Game:
        """The game with the values of ``[parameters]``."""
        return self.parts.game

    @property
    def assumptions(self) -> tuple[Assumptions, ...]:
        """The assumption sets that are compared, with the values of ``[levers]``."""
        return tuple(item.value for item in self.parts.sets)

    @property
    def institutions(self) -> tuple[Institution, ...]:
        """The institutions that are compared, with the values of ``[institution]``.

        Empty where the game's own one holds.
        """
        return tuple(item.value for item in self.parts.designs)

    @property
    def observables(self) -> tuple[str, ...]:
        """The observables that are kept, never empty."""
        return self.parts.observables

    @property
    def equilibria(self) -> Store:
        """Which equilibria are kept."""
        return Store(self.parts.shape.equilibria)

    @property
    def sweep(self) -> Sweep:
        """All axes, the Latin hypercube last."""
        return self.parts.sweep

    @property
    def options(self) -> Mapping[str, Any]:
        """What only the experiment's own script reads."""
        return self.parts.shape.options

    @property
    def plan(self) -> Plan:
        """Everything that the config compares."""
        return Plan(
            game=self.game,
            assumptions=self.assumptions,
            institutions=self.institutions or (None,),
            sweep=self.sweep,
            observables=chosen_observables(type(self.game), self.observables),
            equilibria=self.equilibria,
        )

    def resolved(self) -> dict[str, Any]:
        """Return every value that holds, defaults included, as JSON can hold it."""
        shape = self.parts.shape
        return {
            "title": self.title,
            "question": self.question,
            "game": self.game.title(),
            "seed": self.seed,
            "equilibria": self.equilibria.value,
            "observables": list(self.observables),
            "parameters": plain(self.game),
            "assumptions": {item.name: _unnamed(item.value) for item in self.parts.sets},
            "institutions": {item.name: _unnamed(item.value) for item in self.parts.designs},
            "sweep": {key: axis.model_dump(exclude_none=True) for key, axis in shape.sweep.items()},
            "sample": None if shape.sample is None else shape.sample.model_dump(),
            "options": plain(dict(self.options)),
        }

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the canonical JSON of `resolved`, in hexadecimal."""
        return digest(self.resolved())

    def origin(self) -> dict[str, str]:
        """Return where each value of `resolved` was set, by its dotted key."""
        keys = ("title", "question", "game", "seed", "equilibria", "observables")
        found = {key: self._place((key,), "default") for key in keys}
        for name in self.game.parameters:
            found[f"parameters.{name}"] = self._place(("parameters", name), "default of the game")
        for table, items in (
            ("assumptions", self.parts.sets),
            ("institutions", self.parts.designs),
        ):
            for item in items:
                found |= {f"{table}.{item.name}.{name}": at for name, at in item.origin.items()}
        for key, place in self.layers.places.items():
            if key[0] in ("sweep", "sample", "options") and not self._is_table(key):
                found[dotted(key)] = str(place)
        return found

    def _place(self, key: Key, otherwise: str) -> str:
        return str(self.layers.places[key]) if key in self.layers.places else otherwise

    def _is_table(self, key: Key) -> bool:
        value: Any = self.layers.values
        for part in key:
            if part not in value:
                return True  # another layer has replaced what this key was part of
            value = value[part]
        return isinstance(value, dict)


def load(path: Path | str, overrides: Sequence[str] = ()) -> Config:
    """Read and check the config at `path`; `overrides` such as ``levers.monitoring=0.5`` come last.

    Raises `ConfigError` with every problem of the file, of the files that it extends or names, and
    of the overrides.
    """
    layers = read_layers(path, overrides)
    config = Config(Path(path), layers, read_parts(layers), tuple(overrides))
    try:
        config.plan.check()
    except ParameterError as error:
        raise ConfigError([layers.problem(_key_of(layers, error.key), error.detail)]) from None
    return config


def _key_of(layers: Layers, name: str) -> Key:
    """Return the key of a config that moves or sets the parameter of that name."""
    candidates: list[Key] = [
        ("sweep", name), ("sweep", f"institution.{name}"), ("sweep", f"levers.{name}"),
        ("sample", "ranges", name), ("parameters", name), ("institution", name), ("levers", name),
    ]  # fmt: skip
    return next((key for key in candidates if key in layers.places), ("sweep",))


def _unnamed(value: Declared) -> dict[str, Any]:
    content: dict[str, Any] = plain(value)
    content.pop("name")
    return content
