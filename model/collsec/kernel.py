"""Compiled kernels: how they are compiled, kept on disk, and spread over threads.

numba keeps compiled code by the contents of one file. It does not see a change in a function or a
constant that a kernel takes from another file, and it writes several files that belong together
one after the other. Here the code of a kernel lies in a folder of its own, named after everything
that it depends on: the sources of its module and of all modules of this package that those import,
the versions of Python, numba and LLVM, and the processor. The folder is filled under another name
and takes its own in one step, so that it is complete as soon as it can be seen, and nothing in it
ever changes.

numba optimises every function together with all that it calls and makes machine code of it, so that
a part is compiled once for each level of calls above it. Here parts are linked into their kernels
as they are, and only kernels are optimised: the same code in about half the time.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import inspect
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import config
from numba.core.codegen import CPUCodeLibrary, JITCPUCodegen
from numba.core.registry import cpu_target

_PACKAGE = Path(__file__).resolve().parent
_BEGAN = time.time()
_WEEK = 7 * 24 * 3600.0
_NO_MATTER = {"NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_THREADING_LAYER"}
_COMPILING = threading.RLock()
_OPTIONS = {"error_model": "numpy"}
_PART = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_PARTS: set[str] = set()


def part(function: Callable[..., Any]) -> Any:
    """Compile a part of kernels: it is kept with each kernel that calls it, not by itself."""
    _PARTS.add(function.__qualname__)
    return numba.njit(**_PART)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a part into its callers, where constants in the call become constants in the code."""
    _PARTS.add(function.__qualname__)
    return numba.njit(**_PART, forceinline=True)(function)


def kernel(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for one signature; it lets other threads run, and is kept on disk."""

    def compiled(function: Callable[..., Any]) -> Any:
        return numba.njit(signature, nogil=True, cache=True, **_OPTIONS)(function)

    return lambda function: _kept(function, compiled)


def gufunc(signature: str, layout: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a generalised ufunc that runs in several threads, and is kept on disk.

    The threads are `spread`'s: what numba's own parallel target adds is compiled by each process
    anew, which takes seconds.
    """
    inputs = re.findall(r"\(([^)]*)\)", layout.partition("->")[0])
    n_core = [len(axes.split(",")) if axes else 0 for axes in inputs]

    def compiled(function: Callable[..., Any]) -> Any:
        return numba.guvectorize([signature], layout, nopython=True, cache=True)(function)

    return lambda function: _in_threads(_kept(function, compiled), n_core)


def _in_threads(ufunc: Callable[..., Any], n_core: list[int]) -> Callable[..., Any]:
    """Return a ufunc, called for parts of the longest axis of its batch."""

    @functools.wraps(ufunc)
    def call(*arguments: Any) -> Any:
        arrays = list(zip(map(np.asarray, arguments), n_core, strict=True))
        batch = np.broadcast_shapes(*(array.shape[: array.ndim - n] for array, n in arrays))
        if not batch:
            return ufunc(*arguments)
        axis = batch.index(max(batch))

        def work(start: int, stop: int) -> Any:
            return ufunc(*(_cut(array, axis - len(batch) - n, start, stop) for array, n in arrays))

        parts = spread(work, max(batch), max(batch) // (4 * config.NUMBA_NUM_THREADS) + 1)
        if not isinstance(parts[0], tuple):
            return np.concatenate(parts, axis=axis)
        return tuple(np.concatenate(pieces, axis=axis) for pieces in zip(*parts, strict=True))

    return call


def _cut(array: Any, axis: int, start: int, stop: int) -> Any:
    """Return a part of an array along an axis counted from behind, if it has that axis."""
    if array.ndim < -axis or array.shape[axis] == 1:
        return array
    return array[(..., slice(start, stop), *[slice(None)] * (-axis - 1))]


def spread(work: Callable[[int, int], Any], n_items: int, grain: int) -> list[Any]:
    """Call work(start, stop) for parts of that many items in several threads; return the results.

    The work must let other threads run, as a kernel does. What is set for the caller's context,
    as by `numpy.errstate`, holds there too.
    """
    starts = range(0, n_items, grain)
    stops = [min(start + grain, n_items) for start in starts]
    if len(starts) < 2 or config.NUMBA_NUM_THREADS < 2:
        return list(map(work, starts, stops))
    with ThreadPoolExecutor(config.NUMBA_NUM_THREADS) as threads:
        calls = [
            threads.submit(copy_context().run, work, start, stop)
            for start, stop in zip(starts, stops, strict=True)
        ]
        return [call.result() for call in calls]


def _kept(function: Callable[..., Any], compiled: Callable[..., Any]) -> Any:
    """Compile a function, or load what an earlier process compiled."""
    name = f"{function.__module__}.{function.__qualname__}"
    sources = _sources(Path(inspect.getfile(function)).resolve())
    home = _root() / f"{name}-{_stamp(sources)}"
    is_loaded = max(path.stat().st_mtime for path in sources) < _BEGAN  # and not what was before
    with _COMPILING:
        if is_loaded and home.is_dir():
            return _within(home, compiled, function)
        _forget(home.parent, name)
        with tempfile.TemporaryDirectory(dir=home.parent, ignore_cleanup_errors=True) as folder:
            fresh = Path(folder, "kernel")
            done = _within(fresh, compiled, function)
            if is_loaded:
                with contextlib.suppress(OSError):  # another process was first: its code is kept
                    fresh.rename(home)
        return done


def _within(folder: Path, compiled: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """Compile with numba's cache in a folder."""
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        with _parts_only_linked(function.__qualname__):
            return compiled(function)
    finally:
        config.CACHE_DIR = before


@contextlib.contextmanager
def _parts_only_linked(kernel_name: str) -> Iterator[None]:
    """Let numba neither optimise parts by themselves nor make machine code of them.

    Nothing calls a part but code that it is linked into. Steps of numba by these names are private
    to it: where one is missing, parts are compiled as any function. So are parts by the name of the
    kernel that is compiled, as numba tells functions apart by their names alone.
    """
    parts = _PARTS - {kernel_name}
    optimise, finish = "_optimize_final_module", "_finalize_final_module"
    if not all(hasattr(CPUCodeLibrary, name) for name in (optimise, finish)):
        yield
        return

    def unless_part(usual: Callable[[Any], None], instead: Callable[[Any], None]) -> Any:
        return lambda library: (instead if library.name in parts else usual)(library)

    with (
        _replaced(CPUCodeLibrary, optimise, lambda usual: unless_part(usual, lambda _: None)),
        _replaced(CPUCodeLibrary, finish, lambda usual: unless_part(usual, _finish_part)),
        _replaced(JITCPUCodegen, "set_env", _where_defined),
    ):
        yield


def _finish_part(library: Any) -> None:
    """Say that a part is complete, without machine code of its own."""
    library._finalize_dynamic_globals()
    library._finalized = True


def _where_defined(usual: Callable[..., None]) -> Callable[..., None]:
    """Return numba's `set_env`, which parts, having no machine code, have no use for."""

    def set_env(codegen: Any, name: str, env: Any) -> None:
        if codegen._engine.get_global_value_address(name):
            usual(codegen, name, env)

    return set_env


@contextlib.contextmanager
def _replaced(owner: Any, name: str, by: Callable[[Any], Any]) -> Iterator[None]:
    """Put something else in the place of an attribute for a while."""
    usual = getattr(owner, name)
    setattr(owner, name, by(usual))
    try:
        yield
    finally:
        setattr(owner, name, usual)


@functools.cache
def _root() -> Path:
    """Return the folder for compiled kernels.

    It is numba's (NUMBA_CACHE_DIR) where that is set, else beside the package, and in the user's
    home where the package may not be written to.
    """
    usual = [_PACKAGE / "__pycache__", Path.home() / ".cache" / _PACKAGE.name]
    for folder in [Path(config.CACHE_DIR).resolve()] if config.CACHE_DIR else usual:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    return Path(tempfile.mkdtemp())


def _forget(root: Path, name: str) -> None:
    """Delete what was compiled from other sources, and not lately."""
    for folder in root.glob(f"{name}-*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _WEEK:
                shutil.rmtree(folder, ignore_errors=True)


def _stamp(sources: dict[Path, bytes]) -> str:
    """Return the hash of everything that decides what a kernel is compiled to."""
    mark = hashlib.sha256(_machine().encode())
    for path in sorted(sources):
        mark.update(f"{path}\0{len(sources[path])}\0".encode() + sources[path])
    return mark.hexdigest()[:20]


@functools.cache
def _machine() -> str:
    """Name the processor, the versions, and numba's settings."""
    settings = {k: os.environ[k] for k in sorted(os.environ) if k.startswith("NUMBA_")}
    target = cpu_target.target_context.codegen().magic_tuple()
    relevant = {name: value for name, value in settings.items() if name not in _NO_MATTER}
    return repr((sys.version, numba.__version__, target, relevant))


def _sources(path: Path) -> dict[Path, bytes]:
    """Return a file and all files of this package that it imports, directly or not."""
    queue, sources = [path], {}
    for file in queue:
        if file not in sources:
            sources[file], imported = _read(file)
            queue += imported
    return sources


@functools.cache
def _read(path: Path) -> tuple[bytes, list[Path]]:
    """Return what a file says, and the files of this package that it imports directly."""
    source = path.read_bytes()
    names = {name for node in ast.walk(ast.parse(source)) for name in _imported(node)}
    inside = (name.split(".") for name in names if f"{name}.".startswith(f"{_PACKAGE.name}."))
    modules = [_PACKAGE.joinpath(*parts) for _, *parts in inside]
    files = [file for base in modules for file in (base.with_suffix(".py"), base / "__init__.py")]
    return source, [file for file in files if file.is_file()]


def _imported(node: ast.AST) -> Iterator[str]:
    """Yield the names that an import statement may bind to modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
