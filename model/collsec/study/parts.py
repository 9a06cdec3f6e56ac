"""The parts of a config, each checked; what is wrong is gathered, not raised at the first find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from collsec.assumptions import LEVERS, NEUTRAL, Assumptions
from collsec.assumptions import PRESETS as ASSUMPTIONS
from collsec.document import Document, DocumentError, Key
from collsec.games import catalogue
from collsec.games.game import Game
from collsec.institutions import PRESETS as INSTITUTIONS
from collsec.institutions import Institution
from collsec.parameters import Declared, Kind, Parameter, ParameterError, suggestion
from collsec.preset import Presets
from collsec.study.axes import axis, check_range, n_points, sample_axis
from collsec.study.origin import ConfigError, Layers, Place, shown
from collsec.study.shape import ConfigShape, shaped
from collsec.study.solving import has_institution
from collsec.study.sweep import SAMPLE, Axis, Sweep, Target, check_size, targets

T = TypeVar("T", Assumptions, Institution)

NEUTRAL_NAME = "neutral"
"""The assumption set that changes nothing; it has no file."""

_TABLES = {"levers": "default of the lever", "institution": "default of the institution"}


@dataclass(frozen=True)
class Sourced(Generic[T]):
    """An assumption set or institution as it is used, and where each of its values stands."""

    name: str
    value: T
    origin: Mapping[str, str]


@dataclass(frozen=True)
class Parts:
    """What a config states, part by part."""

    shape: ConfigShape
    game: Game
    sets: tuple[Sourced[Assumptions], ...]
    designs: tuple[Sourced[Institution], ...]
    observables: tuple[str, ...]
    sweep: Sweep


def read_parts(layers: Layers) -> Parts:
    """Return the parts of a config, or raise `ConfigError` with everything that is wrong."""
    return _Reader(layers).parts()


class _Reader:
    """Reads one config, gathers its problems."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.shape, self.problems = shaped(layers, _hints(layers.values.get("game")))

    def parts(self) -> Parts:
        kind = self.kind()
        game = self.game(kind)
        sets = self.sourced("assumptions", self.shape.assumptions, ASSUMPTIONS, "levers")
        designs = self.designs(kind)
        observables = self.observables(kind)
        sweep = self.sweep(kind, len(sets) * max(len(designs), 1))
        if self.problems or game is None:
            raise ConfigError(list(dict.fromkeys(self.problems)))
        return Parts(self.shape, game, sets, designs, observables, sweep)

    def report(self, key: Key, message: str) -> None:
        self.problems.append(self.layers.problem(key, message, at=self.points(key)))

    def points(self, key: Key) -> Key:
        """Return the key of the points of an axis, where `key` is an axis; else `key`."""
        inner = self.layers.values.get("sweep", {}).get(key[-1], {}) if key[0] == "sweep" else {}
        return (*key, next(iter(inner))) if len(inner) == 1 else key

    @contextmanager
    def reporting(self, key: Key) -> Iterator[None]:
        try:
            yield
        except ParameterError as error:
            self.report(key, error.detail)

    def kind(self) -> type[Game]:
        """Return the class of the game; without one nothing else can be checked."""
        name, known = self.shape.game, catalogue.names()
        if name in known:
            return catalogue.find(name)
        if name:
            self.report(("game",), f"= {name!r}: is not a game; {suggestion(name, known)}")
        elif "game" not in self.layers.values:
            some = f"one of {', '.join(known)}"
            self.report(("game",), f'is missing; add game = "..." with {some}')
        raise ConfigError(self.problems)

    def game(self, kind: type[Game]) -> Game | None:
        known = {n: p for n, p in kind.parameters.items() if p.kind is not Kind.OBJECT}
        values = self.known("parameters", known, kind.title())
        if values is None:
            return None
        try:
            return kind(**values)
        except ParameterError as error:
            self.report(("parameters", error.key), error.detail)
            return None

    def known(
        self, table: str, known: Mapping[str, Parameter], owner: str
    ) -> Mapping[str, Any] | None:
        """Return the values of a table if all are declared and admissible one by one."""
        values: Mapping[str, Any] = getattr(self.shape, table)
        n_before = len(self.problems)
        for name, value in values.items():
            if name in known:
                with self.reporting((table, name)):
                    _check_one(known[name], owner, value)
            elif name == "institution":
                self.report((table, name), 'is not set here; write institutions = ["..."]')
            else:
                near = suggestion(name, known)
                self.report((table, name), f"= {value!r}: is not part of {owner}; {near}")
        return values if len(self.problems) == n_before else None

    def designs(self, kind: type[Game]) -> tuple[Sourced[Institution], ...]:
        names = self.shape.institutions
        for key in ("institutions", "institution"):
            if getattr(self.shape, key) and not has_institution(kind):
                value = getattr(self.shape, key)
                rule = f"{kind.title()} is played without institutions"
                self.report((key,), f"= {value!r}: {rule}; remove it")
                return ()
        if self.shape.institution and not names:
            own: Institution | None = kind.parameters["institution"].default
            if own is None or own.label not in INSTITUTIONS.names():
                self.report(("institution",), 'changes none; write institutions = ["..."] too')
                return ()
            names = [own.label]
        return self.sourced("institutions", names, INSTITUTIONS, "institution")

    def sourced(
        self, key: str, names: Sequence[str], presets: Presets[T], table: str
    ) -> tuple[Sourced[T], ...]:
        """Return the presets or files of these names, with the changes of `table` applied."""
        known = {n: p for n, p in presets.kind.parameters.items() if n != "name"}
        changes = self.known(table, known, f"an {presets.noun}") or {}
        if self.layers.values.get(key) == []:
            self.report((key,), f"= []: is empty; name an {presets.noun}, or leave the key out")
        stems = [_stem(name) for name in names]
        for stem in dict.fromkeys(stem for stem in stems if stems.count(stem) > 1):
            self.report((key,), f"= {stem!r}: comes twice; give each a name of its own")
        found = []
        for name in names:
            try:
                document = self.document(key, name, presets)
                value: Any = NEUTRAL if document is None else _parsed(presets, document)
                changed = value.replace(**changes)
            except DocumentError as error:
                self.problems.append(_rephrased(error))
            except ParameterError as error:
                self.report((table, error.key), error.detail)
            except ConfigError as error:
                self.problems += error.problems
            else:
                origin = self.origin(changed, document, table)
                found.append(Sourced(_stem(name), changed, origin))
        return tuple(found)

    def document(self, key: str, name: str, presets: Presets[T]) -> Document | None:
        """Return the preset or file of that name; None for the neutral set, which has no file."""
        if name == NEUTRAL_NAME and key == "assumptions":
            return None
        if not name.endswith(".toml"):
            if name in presets.names():
                return presets.document(name)
            near = suggestion(name, presets.names() + [NEUTRAL_NAME] * (key == "assumptions"))
            message = f"= {name!r}: is no {presets.noun}; {near}"
            raise ConfigError([self.layers.problem((key,), message)])
        folder = self.layers.place((key,)).folder
        if not (folder / name).is_file():
            message = f"= {name!r}: no such file; give a path relative to {shown(folder)}"
            raise ConfigError([self.layers.problem((key,), message)])
        return presets.document(folder / name)

    def origin(self, value: Declared, document: Document | None, table: str) -> dict[str, str]:
        """Return where each value of an assumption set or institution stands."""
        found = {}
        for name in value.parameters:
            if (table, name) in self.layers.places:
                found[name] = str(self.layers.places[table, name])
            elif document is not None and name in document.values:
                found[name] = str(Place(document.path, document.line((name, "value"))))
            else:
                found[name] = _TABLES[table]
        return {name: text for name, text in found.items() if name != "name"}

    def observables(self, kind: type[Game]) -> tuple[str, ...]:
        known = [item.name for item in kind.observables]
        for name in self.shape.observables:
            if name not in known:
                self.report(
                    ("observables",),
                    f"= {name!r}: is not an observable of {kind.title()}; "
                    f"{suggestion(name, known)}",
                )
        return tuple(dict.fromkeys(self.shape.observables or known))

    def sweep(self, kind: type[Game], n_compared: int) -> Sweep:
        """Return the axes; sizes are checked before any axis is filled."""
        known = targets(kind)
        ranges = self.shape.sample.ranges if self.shape.sample else {}
        n_before = len(self.problems)
        for key in self.shape.sweep:
            self.check_moving(("sweep", key), key, known, kind.title())
        for key in ranges:
            self.check_moving(("sample", "ranges", key), key, known, kind.title())
            if key in self.shape.sweep:
                self.report(("sample", "ranges", key), "is swept as well; keep one of the two")
        if self.shape.sample and not ranges:
            self.report(("sample",), "is empty; add [sample.ranges] with NAME = [low, high]")
        self.check_size(n_compared)
        if len(self.problems) > n_before:
            return Sweep()
        return Sweep(tuple(self.axes(known)))

    def check_moving(self, place: Key, key: str, known: Mapping[str, Target], game: str) -> None:
        """Report a key that names nothing, or that is given a fixed value as well."""
        if key not in known:
            rule = f"is not a parameter, lever or institution field of {game}"
            self.report(place, f"{rule}; {suggestion(key, known)}")
            return
        table, _, name = key.rpartition(".")
        fixed = (table or "parameters", name)
        if name in getattr(self.shape, fixed[0]):
            self.report(
                place, f"is swept here and fixed by {'.'.join(fixed)} at "
                f"{self.layers.place(fixed)}; remove one of the two",
            )  # fmt: skip

    def check_size(self, n_compared: int) -> None:
        sizes = {}
        for key, shape in self.shape.sweep.items():
            with self.reporting(("sweep", key)):
                sizes[key] = n_points(key, shape)
        if self.shape.sample:
            sizes[SAMPLE] = self.shape.sample.n
        if n_compared > 1:
            sizes["assumption sets and institutions"] = n_compared
        try:
            check_size(sizes)
        except ParameterError as error:
            place = ("sample", "n") if error.key == SAMPLE else ("sweep", error.key)
            self.report(place, error.detail)

    def axes(self, known: Mapping[str, Target]) -> Iterator[Axis]:
        for key, shape in self.shape.sweep.items():
            with self.reporting(("sweep", key)):
                yield axis(shape, known[key])
        sample = self.shape.sample
        if sample is None:
            return
        n_before = len(self.problems)
        for key, bounds in sample.ranges.items():
            with self.reporting(("sample", "ranges", key)):
                check_range(bounds, known[key])
        if len(self.problems) == n_before:
            with self.reporting(("sample", "ranges")):
                yield sample_axis(sample, known, self.shape.seed)


def _hints(game: object) -> dict[str, str]:
    """Return where keys belong that a writer may have put at the top of the file."""
    hints = {name: f"levers.{name}" for name in LEVERS}
    hints |= {n: f"institution.{n}" for n in Institution.parameters if n != "name"}
    if isinstance(game, str) and game in catalogue.names():
        hints |= {name: f"parameters.{name}" for name in catalogue.find(game).parameters}
    return hints


def _check_one(declaration: Parameter, owner: str, value: object) -> None:
    """Raise `ParameterError` where `value` is not admissible, or is a list for a single number."""
    normal = declaration.normalise(owner, value)
    depth = 1 if declaration.kind is Kind.MEMBERS else 0
    if getattr(normal, "ndim", 0) > depth:
        remedy = f"sweep it: [sweep] {declaration.name} = [...]"
        raise declaration.error(owner, value, "must be one value here, not a list of them", remedy)


def _parsed(presets: Presets[T], document: Document) -> T:
    value = presets.parse(document)
    if value.batch_shape:
        key = next(n for n, item in value.values.items() if getattr(item, "ndim", 0))
        raise document.error((key,), "is a list; give one value, and sweep it in the config")
    return value


def _stem(name: str) -> str:
    return Path(name).stem if name.endswith(".toml") else name


def _rephrased(error: DocumentError) -> str:
    """Return the message of a preset's error with its path as the reader knows it."""
    place = shown(Path(error.path)) + (f":{error.line}" if error.line else "")
    name = ".".join(str(part) for part in error.key)
    return f"{place}: {name} {error.message}" if name else f"{place}: {error.message}"
