"""A dataset as a file: netCDF with units and provenance, the same bytes for the same inputs.

Nothing that differs between two runs of the same inputs stands in the dataset. The commit, the
time, the duration and the version of Python go to a log beside it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import collsec
from collsec.study.canonical import canonical
from collsec.study.config import Config

PACKAGES = ("collsec", "numpy", "scipy", "numba", "xarray", "h5netcdf")
"""The packages whose versions a dataset names."""

_ENGINE: Any = "h5netcdf"
_PACKAGE = Path(collsec.__file__).resolve().parent
_COMPRESSION = {"zlib": True, "complevel": 4, "shuffle": True}


class ResultError(OSError):
    """A result that cannot be read or saved."""


def save(
    dataset: xr.Dataset,
    path: Path | str,
    config: Config,
    *,
    script: Path | None = None,
    log: Mapping[str, Any] | None = None,
) -> Path:
    """Write the dataset with its provenance, and its log beside it; return the path.

    The file appears whole or not at all: a failure leaves an earlier result untouched.

    Parameters
    ----------
    script : Path, optional
        The experiment's own script; its hash becomes part of the provenance.
    log : mapping, optional
        What to note in ``<name>.log.json`` besides commit and Python version.

    Raises
    ------
    ResultError
        Where a variable has no unit or long name, or the file cannot be written.
    """
    path = Path(path)
    _check_labels(dataset)
    stamped = dataset.assign_attrs(
        **dataset.attrs,
        title=config.title,
        question=config.question,
        **provenance(config, script),
    )
    encoding = {
        name: dict(_COMPRESSION)
        for name, item in stamped.data_vars.items()
        if item.dtype.kind == "f"
    }
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stamped.to_netcdf(unfinished, engine=_ENGINE, format="NETCDF4", encoding=encoding)
        _put(unfinished, path)
    except OSError as error:
        raise ResultError(f"{path}: cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    _write_log(path, {**dict(log or {}), **_circumstances(), "overrides": list(config.overrides)})
    return path


def open_result(path: Path | str) -> xr.Dataset:
    """Return a saved dataset, loaded, with its file closed; raise `ResultError` if that fails."""
    path = Path(path)
    if not path.is_file():
        raise ResultError(f"{path}: no such result; make it with `collsec run {path.stem}`")
    try:
        with xr.open_dataset(path, engine=_ENGINE) as dataset:
            return dataset.load()
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: is not a dataset of collsec: {error}") from error


def provenance(config: Config, script: Path | None = None) -> dict[str, Any]:
    """Return what made a dataset, as its attributes; no time and no place is among it."""
    made = {
        "experiment": config.name,
        "config": canonical(config.resolved()),
        "config_sha256": config.hash,
        "source_sha256": source_hash(),
        "seed": config.seed,
        "versions": canonical({name: importlib.metadata.version(name) for name in PACKAGES}),
    }
    return made if script is None else {**made, "script_sha256": file_hash(script)}


@cache
def source_hash() -> str:
    """Return the hash of the package: the paths and contents of all its code and presets."""
    content = hashlib.sha256()
    files = [*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.toml")]
    for name, path in sorted((path.relative_to(_PACKAGE).as_posix(), path) for path in files):
        content.update(f"{name}\0{file_hash(path)}\n".encode())
    return content.hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a text file, whatever its line ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def log_path(path: Path) -> Path:
    """Return where the log of a result stands."""
    return path.with_suffix(".log.json")


def _check_labels(dataset: xr.Dataset) -> None:
    bare = [
        str(name)
        for name, item in dataset.variables.items()
        if not {"units", "long_name"} <= item.attrs.keys()
    ]
    if bare:
        raise ResultError(
            f"dataset: {', '.join(bare)}: must have the attributes units and long_name; "
            'set dataset["name"].attrs.update(units="1", long_name="...")'
        )


def _put(unfinished: Path, path: Path) -> None:
    """Put a complete file in its place, so that a crash leaves the old one or the new one."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def _write_log(path: Path, content: Mapping[str, Any]) -> None:
    target = log_path(path)
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(target)


def _circumstances() -> dict[str, Any]:
    return {"commit": _git("rev-parse", "HEAD"), "python": platform.python_version()}


def _git(*arguments: str) -> str | None:
    """Return what git says of the checkout of this package; None where there is none."""
    program = shutil.which("git")
    if program is None:
        return None
    command = [program, "-C", str(_PACKAGE), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() or None if done.returncode == 0 else None


def is_same(one: Path | str, other: Path | str) -> bool:
    """Whether two results hold the same numbers and labels, whatever their provenance says."""
    first, second = (
        open_result(one).drop_attrs(deep=False),
        open_result(other).drop_attrs(deep=False),
    )
    return first.identical(second) and all(
        np.array_equal(
            first[name].values, second[name].values, equal_nan=first[name].dtype.kind == "f"
        )
        for name in first.variables
    )
