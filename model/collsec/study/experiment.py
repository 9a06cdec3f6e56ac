"""An experiment is one question: ``<name>.toml`` and, where needed, ``<name>.py`` beside it.

The script has one function, ``run(config: Config) -> xr.Dataset``; without a script everything in
the config is compared. It gives `compare` the `config.execution`, so that progress is shown and an
interrupted run goes on where it stopped.

The result is ``results/<name>.nc`` only for the project's own experiments as they are. A run with
overrides, or of a config elsewhere, goes to ``results/<name>-<first 8 of its hash>.nc``: what the
paper quotes is never overwritten by trying something out.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import xarray as xr

import collsec
from collsec.parameters import suggestion
from collsec.study.canonical import digest
from collsec.study.compare import compare_config
from collsec.study.config import Config, ConfigError, load
from collsec.study.execution import BLOCK_SIZE, Execution, Progress, silent
from collsec.study.origin import shown
from collsec.study.results import file_hash, save, source_hash

Run = Callable[[Config], xr.Dataset]

_PROJECT = Path(collsec.__file__).resolve().parents[2]


@dataclass(frozen=True)
class Experiment:
    """Where an experiment stands.

    Attributes
    ----------
    name : str
        The stem that config, script, result and figure share.
    config : Path
    script : Path or None
        None where everything in the config is compared.
    is_foreign : bool
        Whether it stands outside the project's ``experiments`` folder.
    """

    name: str
    config: Path
    script: Path | None
    is_foreign: bool

    def run(self, config: Config) -> xr.Dataset:
        """Return the dataset of this experiment under `config`; raise `ConfigError` without one."""
        if self.script is None:
            return compare_config(config)
        function = getattr(_module(self.script), "run", None)
        if not callable(function):
            raise ConfigError([f"{shown(self.script)}: run: is missing; define run(config)"])
        dataset = function(config)
        if not isinstance(dataset, xr.Dataset):
            raise ConfigError([f"{shown(self.script)}: run: must return an xarray Dataset"])
        return dataset


def project_root() -> Path | None:
    """Return the folder of the project: above the working directory, or the package's checkout."""
    for folder in (Path.cwd(), *Path.cwd().parents, _PROJECT):
        if _is_project(folder):
            return folder
    return None


def names() -> list[str]:
    """Return the names of the project's experiments."""
    root = project_root()
    return (
        [] if root is None else sorted(path.stem for path in (root / "experiments").glob("*.toml"))
    )


def find(name_or_path: str | Path) -> Experiment:
    """Return the experiment of that name, or the one whose config is at that path.

    Raises `ConfigError` with the nearest name where there is none.
    """
    root = project_root()
    home = None if root is None else root / "experiments"
    path = Path(name_or_path)
    if path.suffix != ".toml":
        if str(name_or_path) not in names() or home is None:
            known = suggestion(str(name_or_path), names()) if names() else ""
            remedy = known or "give the path of a .toml file"
            raise ConfigError([f"{name_or_path}: is not an experiment; {remedy}"])
        path = home / f"{name_or_path}.toml"
    script = path.with_suffix(".py")
    is_home = home is not None and path.resolve().parent == home.resolve()
    return Experiment(path.stem, path, script if script.is_file() else None, not is_home)


def result_path(experiment: Experiment, config: Config) -> Path:
    """Return where the result of this experiment under `config` goes."""
    folder = (project_root() or Path.cwd()) / "results"
    if experiment.is_foreign or config.overrides:
        return folder / f"{experiment.name}-{config.hash[:8]}.nc"
    return folder / f"{experiment.name}.nc"


def run_experiment(
    name_or_path: str | Path,
    overrides: Sequence[str] = (),
    *,
    out: Path | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    block_size: int = BLOCK_SIZE,
    executor: Executor | None = None,
) -> Path:
    """Run an experiment, save its dataset and return the path.

    Finished blocks are kept in ``.partial`` beside the result until it is saved, so that the next
    run goes on where one was interrupted.

    Raises
    ------
    ConfigError
        Where the experiment or its config cannot be used; nothing is written then.
    ResultError
        Where the dataset cannot be saved; an earlier result stays as it was.
    """
    experiment = find(name_or_path)
    config = load(experiment.config, overrides)
    path = out or result_path(experiment, config)
    scratch = path.parent / ".partial" / f"{experiment.name}-{_identity(experiment, config)}"
    execution = Execution(block_size, workers, executor, scratch, progress or silent)
    began, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    dataset = experiment.run(replace(config, execution=execution))
    log = {
        "started": began.isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - clock, 3),
        "games": dataset.attrs.get("points"),
        "uncertified": dataset.attrs.get("uncertified"),
        "workers": workers,
    }
    save(dataset, path, config, script=experiment.script, log=log)
    _tidy(scratch)
    return path


def _identity(experiment: Experiment, config: Config) -> str:
    """Return the hash of config and code: what a later run must share to use finished blocks."""
    script = None if experiment.script is None else file_hash(experiment.script)
    return digest(config.hash, source_hash(), script)[:16]


def _tidy(scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    if scratch.parent.is_dir() and not any(scratch.parent.iterdir()):
        scratch.parent.rmdir()


def _module(path: Path) -> ModuleType:
    """Return the script at `path` as a module of its own."""
    name = f"collsec_experiment_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ConfigError([f"{shown(path)}: cannot be loaded; it must be a Python file"])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@cache
def _is_project(folder: Path) -> bool:
    try:
        content: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return bool(content.get("project", {}).get("name") == "collsec")
