"""The steps from configs to the paper: what each one reads, what it makes, and how.

A stem is an experiment: ``experiments/<stem>.toml`` and, if it has one, ``experiments/<stem>.py``
make ``results/<stem>.nc``; ``figures/<stem>.py`` draws that into ``figures/out``; the folder
``paper`` quotes all results and includes all figures. The figures and the paper are loaded from
the project when they are made: the package knows neither.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from pytask import PathNode, TaskWithoutPath

from collsec.study.bibliography import FILE as REFERENCES
from collsec.study.config import load
from collsec.study.execution import Progress, silent
from collsec.study.experiment import run_experiment
from collsec.study.results import source_hash

FORMATS = ("pdf", "svg", "png", "csv")
"""What is made of every figure; the CSV file holds the points drawn."""

PACKAGE = "model/collsec"

Watch = Callable[[str], AbstractContextManager[Progress]]
"""Entered with a step's name when it starts and left when it ends."""


def unwatched(_: str) -> AbstractContextManager[Progress]:
    """Watch nothing."""
    return nullcontext(silent)


@dataclass(kw_only=True)
class Fingerprint:
    """A dependency that is no single file: a name, and the hash of what stands behind it."""

    name: str
    digest: str
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """What tells this node from all others."""
        return _sha256(f"{self.name} {self.digest}".encode())

    def state(self) -> str:
        """Return the hash."""
        return self.digest

    def load(self, is_product: bool = False) -> str:  # noqa: ARG002 - pytask's protocol
        """Return the hash."""
        return self.digest

    def save(self, value: object) -> None:
        """Refuse: nothing makes a fingerprint."""
        raise NotImplementedError(f"{self.name} is an input, not {value!r}")


@dataclass(kw_only=True)
class Folder:
    """A folder that one step makes and another reads as a whole."""

    name: str
    path: Path
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """What tells this node from all others."""
        return _sha256(str(self.path).encode())

    def state(self) -> str | None:
        """Return the hash of all names and contents; None while the folder is empty."""
        files = sorted(path for path in self.path.rglob("*") if path.is_file())
        lines = [f"{file.relative_to(self.path).as_posix()} {_digest(file)}" for file in files]
        return _sha256("\n".join(lines).encode()) if files else None

    def load(self, is_product: bool = False) -> Path:  # noqa: ARG002 - pytask's protocol
        """Return the folder."""
        return self.path

    def save(self, value: object) -> None:
        """Refuse: steps write into the folder themselves."""
        raise NotImplementedError(f"{self.name} cannot hold {value!r}")


Node = PathNode | Fingerprint | Folder


@dataclass(kw_only=True)
class Step(TaskWithoutPath):
    """A task that is watched and timed; its hash is that of the source of its function."""

    arguments: Mapping[str, Any]
    watch: Watch = unwatched
    seconds: float = 0.0

    def execute(self, **_: object) -> None:
        """Do it; what it reads and makes is declared, and reached through `arguments`."""
        start = time.perf_counter()
        with self.watch(self.name) as progress:
            self.function(**self.arguments, progress=progress)
        self.seconds = time.perf_counter() - start

    @property
    def inputs(self) -> list[Node]:
        """The nodes it reads."""
        return list(self.depends_on["inputs"])

    @property
    def products(self) -> list[Node]:
        """The nodes it makes."""
        return list(self.produces["products"])


def compute(config: Path, dataset: Path, progress: Progress) -> None:
    """Run an experiment."""
    run_experiment(config, out=dataset, progress=progress)


def draw(project: Path, stem: str, progress: Progress) -> None:  # noqa: ARG001
    """Draw a figure in every format."""
    out = project / "figures" / "out"
    out.mkdir(parents=True, exist_ok=True)
    with imported(project, "figures") as figures:
        figures.render(stem, project / "results" / f"{stem}.nc", out)


def tabulate(project: Path, progress: Progress) -> None:  # noqa: ARG001
    """Write every number and table that the paper quotes."""
    out = project / "paper" / "out"
    out.mkdir(parents=True, exist_ok=True)
    with imported(project, "paper.build") as build:
        build.tables_and_numbers(project / "results", out)


def typeset(project: Path, progress: Progress) -> None:  # noqa: ARG001
    """Set the paper."""
    with imported(project, "paper.build") as build:
        build.compile_paper(project / "paper", project / "paper" / "paper.pdf")


def stems(project: Path) -> list[str]:
    """Return the names of all experiments of a project."""
    return sorted(path.stem for path in (project / "experiments").glob("*.toml"))


def steps(project: Path, only: str | None = None) -> list[Step]:
    """Return the steps of a project, or those of one stem; the paper belongs to no stem.

    Raises `ConfigError` where a config cannot be used.
    """
    chosen = [only] if only else stems(project)
    drawn = [stem for stem in chosen if (project / "figures" / f"{stem}.py").exists()]
    made = [_result(project, stem) for stem in chosen] + [_figure(project, stem) for stem in drawn]
    if not only and (project / "paper" / "build.py").exists():
        made += _paper(project, chosen, drawn)
    return made


def sources(folder: Path) -> list[Path]:
    """Return the files of a folder that are written by hand, as far as no step makes them."""
    hidden = ("out", "__pycache__")
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pdf")
    return sorted(file for file in files if not set(hidden) & set(file.relative_to(folder).parts))


@contextmanager
def imported(project: Path, name: str) -> Iterator[ModuleType]:
    """Import a module of the project for a while, whatever else has been imported by that name.

    Raises `ModuleNotFoundError` where the folder is no package, so that another would be taken.
    """
    top = name.partition(".")[0]

    def of_that_name() -> list[str]:
        return [key for key in sys.modules if key == top or key.startswith(f"{top}.")]

    others = {key: sys.modules.pop(key) for key in of_that_name()}
    sys.path.insert(0, str(project))
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(name)
        if not Path(module.__file__ or "").is_relative_to(project):
            raise ModuleNotFoundError(f"{project / top} has no __init__.py", name=name)
        yield module
    finally:
        sys.path.remove(str(project))
        for key in of_that_name():
            del sys.modules[key]
        sys.modules.update(others)


def _result(project: Path, stem: str) -> Step:
    folder = project / "experiments"
    config, dataset = folder / f"{stem}.toml", project / "results" / f"{stem}.nc"
    read = [*_extended(config), folder / f"{stem}.py"]
    if (folder / f"{stem}.py").exists():
        read += sources(folder / "data")
    resolved = Fingerprint(name=f"resolved experiments/{stem}.toml", digest=load(config).hash)
    return Step(
        name=f"results/{stem}",
        function=compute,
        arguments={"config": config, "dataset": dataset},
        depends_on={"inputs": [*_nodes(project, read), resolved, _package()]},
        produces={"products": [_node(project, dataset)]},
    )


def _figure(project: Path, stem: str) -> Step:
    folder = project / "figures"
    others = {*stems(project), "__main__"} - {stem}
    shared = [file for file in sources(folder) if file.stem not in others]
    made = [folder / "out" / f"{stem}.{suffix}" for suffix in FORMATS]
    dataset = _node(project, project / "results" / f"{stem}.nc")
    return Step(
        name=f"figures/{stem}",
        function=draw,
        arguments={"project": project, "stem": stem},
        depends_on={"inputs": [*_nodes(project, shared), dataset]},
        produces={"products": [_node(project, file) for file in made]},
    )


def _paper(project: Path, chosen: Iterable[str], drawn: Iterable[str]) -> list[Step]:
    folder = project / "paper"
    datasets = [_node(project, project / "results" / f"{stem}.nc") for stem in chosen]
    pictures = [_node(project, project / "figures" / "out" / f"{stem}.svg") for stem in drawn]
    numbers = Folder(name="paper/out", path=folder / "out")
    references = Fingerprint(name="references.bib", digest=_digest(REFERENCES))
    code = [file for file in sources(folder) if file.suffix == ".py"]
    return [
        Step(
            name="paper/numbers",
            function=tabulate,
            arguments={"project": project},
            depends_on={"inputs": [*_nodes(project, code), *datasets, references, _package()]},
            produces={"products": [numbers]},
        ),
        Step(
            name="paper/paper",
            function=typeset,
            arguments={"project": project},
            depends_on={
                "inputs": [*_nodes(project, sources(folder)), *pictures, numbers, references]
            },
            produces={"products": [_node(project, folder / "paper.pdf")]},
        ),
    ]


def _extended(config: Path) -> list[Path]:
    """Return a config and, recursively, the files it extends."""
    bases = tomllib.loads(config.read_text(encoding="utf-8")).get("extends", [])
    names = [bases] if isinstance(bases, str) else bases
    return [config, *(file for name in names for file in _extended(config.parent / name))]


def _nodes(project: Path, files: Iterable[Path]) -> list[PathNode]:
    """Return nodes of the files that exist, and of the lock that pins every library."""
    listed = dict.fromkeys([*files, project / "requirements.lock"])
    return [_node(project, file) for file in listed if file.exists()]


def _node(project: Path, path: Path) -> PathNode:
    name = path.relative_to(project) if path.is_relative_to(project) else path
    return PathNode(name=name.as_posix(), path=path)


def _package() -> Fingerprint:
    return Fingerprint(name=PACKAGE, digest=source_hash())


def _digest(file: Path) -> str:
    return _sha256(file.read_bytes()) if file.exists() else ""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
