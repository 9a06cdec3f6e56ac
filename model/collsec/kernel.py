"""Compiled kernels: how they are compiled, kept on disk, and spread over threads.

numba keeps compiled code by the contents of one file. It does not see a change in a function or a
constant that a kernel takes from another file, and it writes several files that belong together
one after the other. Here the code of a kernel lies in a folder of its own, named after everything
that it depends on: the sources of its module and of all modules of this package that those import,
the versions of Python, numba and LLVM, and the processor. The folder is filled under another name
and takes its own in one step, so that it is complete as soon as it can be seen, and nothing in it
ever changes.

numba optimises every function together with all that it calls and makes machine code of it, so that
a part is compiled once for each level of calls above it, a ufunc by itself and with the loop around
it, and a part that is given a constant once more. Here parts are linked into their kernels as they
are, and only what Python calls is optimised, once: the same code in about a third of the time.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
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

import llvmlite.binding as llvm  # type: ignore[import-untyped]
import numba
import numpy as np
from numba import config
from numba.core.codegen import CPUCodeLibrary, JITCPUCodegen
from numba.core.cpu import CPUTargetOptions
from numba.core.registry import cpu_target
from numba.core.types.functions import BaseFunction
from numba.core.types.misc import unliteral

_PACKAGE = Path(__file__).resolve().parent
_BEGAN = time.time()
_WEEK = 7 * 24 * 3600.0
_NO_MATTER = {"NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_THREADING_LAYER"}
_COMPILING = threading.RLock()
_OPTIONS = {"error_model": "numpy"}
COUNTS = hasattr(CPUTargetOptions, "_nrt")
"""Whether numba can be told which parts count who holds their arrays; the option is private."""
_PART = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_PART |= {"_nrt": True} if COUNTS else {}
"""A part counts who holds its arrays (`_nrt`) though it be called first by one that does not."""
_PARTS: set[str] = set()


def part(function: Callable[..., Any], **options: Any) -> Any:
    """Compile a part of kernels: it is kept with each kernel that calls it, not by itself.

    Parts that are handed many arrays are better `borrowing` (`collsec.lending`).
    """
    _PARTS.add(function.__qualname__)
    compiled = numba.njit(**{**_PART, **options})(function)
    usual = compiled.get_call_template

    def whatever_the_constants(arguments: Any, by_name: Any) -> Any:
        named = {name: unliteral(kind) for name, kind in by_name.items()}
        return usual(tuple(map(unliteral, arguments)), named)

    compiled.get_call_template = whatever_the_constants
    return compiled


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a part into its callers, where constants in the call become constants in the code."""
    _PARTS.add(function.__qualname__)
    return numba.njit(**_PART, forceinline=True)(function)


def kernel(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for one signature; it lets other threads run, and is kept on disk.

    It is compiled, or loaded, when it is first called. Python calls it, not another kernel: what is
    kept cannot be linked with.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        return numba.njit(signature, nogil=True, cache=True, **_OPTIONS)(function)

    def called(function: Callable[..., Any]) -> Callable[..., Any]:
        loaded = _once(lambda: _kept(function, compiled))

        @functools.wraps(function)
        def call(*arguments: Any) -> Any:
            return loaded()(*arguments)

        return call

    return called


def gufunc(signature: str, layout: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a generalised ufunc that runs in several threads, and is kept on disk.

    It is compiled, or loaded, when it is first called. The threads are `spread`'s: what numba's own
    parallel target adds is compiled by each process anew, which takes seconds. No overflow is
    reported: vectors of numbers take both sides of a branch, and what is not used may overflow.
    """
    inputs = re.findall(r"\(([^)]*)\)", layout.partition("->")[0])
    n_core = [len(axes.split(",")) if axes else 0 for axes in inputs]

    def compiled(function: Callable[..., Any]) -> Any:
        return numba.guvectorize([signature], layout, nopython=True, cache=True)(function)

    return lambda function: _in_threads(function, compiled, n_core)


def _in_threads(
    function: Callable[..., Any], compiled: Callable[..., Any], n_core: list[int]
) -> Callable[..., Any]:
    """Return a ufunc, called for parts of the longest axis of its batch."""
    loaded = _once(lambda: _kept(function, compiled, is_in_loop=True))

    @functools.wraps(function)
    @np.errstate(all="ignore")
    def call(*arguments: Any) -> Any:
        ufunc = loaded()
        arrays = list(zip(map(np.asarray, arguments), n_core, strict=True))
        batch = np.broadcast_shapes(*(array.shape[: array.ndim - n] for array, n in arrays))
        if not batch or 0 in batch:
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
    as by `numpy.errstate`, holds there too. Each thread, the caller's among them, takes the next
    part when it is done with one; after an error none is begun.
    """
    starts = range(0, n_items, grain)
    results: list[Any] = [None] * len(starts)
    places = iter(range(len(starts)))

    def take_parts() -> None:
        try:
            for place in places:
                results[place] = work(starts[place], min(starts[place] + grain, n_items))
        finally:
            for _ in places:
                pass

    n_others = min(config.NUMBA_NUM_THREADS, len(starts)) - 1
    if n_others < 1:
        take_parts()
        return results
    with ThreadPoolExecutor(n_others) as threads:
        others = [threads.submit(copy_context().run, take_parts) for _ in range(n_others)]
        take_parts()
        for other in others:
            other.result()
    return results


def _once(load: Callable[[], Any]) -> Callable[[], Any]:
    """Return what is loaded when it is first asked for, by whichever thread."""
    kept: list[Any] = []

    def once() -> Any:
        if not kept:
            with _COMPILING:
                if not kept:
                    kept.append(load())
        return kept[0]

    return once


def _kept(
    function: Callable[..., Any], compiled: Callable[..., Any], *, is_in_loop: bool = False
) -> Any:
    """Compile a function, or load what an earlier process compiled.

    One that is called `is_in_loop` needs no machine code but that of the loop.
    """
    parts = _PARTS | {function.__qualname__} if is_in_loop else _PARTS - {function.__qualname__}
    name = f"{function.__module__}.{function.__qualname__}"
    sources = _sources(Path(inspect.getfile(function)).resolve())
    home = _root() / f"{name}-{_stamp(sources)}"
    is_loaded = max(path.stat().st_mtime for path in sources) < _BEGAN  # and not what was before
    with _COMPILING:
        if is_loaded and home.is_dir():
            return _within(home, parts, compiled, function)
        _forget(home.parent, name)
        with tempfile.TemporaryDirectory(dir=home.parent, ignore_cleanup_errors=True) as folder:
            fresh = Path(folder, "kernel")
            done = _within(fresh, parts, compiled, function)
            if is_loaded:
                with contextlib.suppress(OSError):  # another process was first: its code is kept
                    fresh.rename(home)
        return done


def _within(
    folder: Path, parts: set[str], compiled: Callable[..., Any], function: Callable[..., Any]
) -> Any:
    """Compile with numba's cache in a folder."""
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        with (
            _parts_only_linked(parts),
            _without_collection(),
            _replaced(BaseFunction, "get_call_type", _remembered),
        ):
            return compiled(function)
    finally:
        config.CACHE_DIR = before


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: compiling makes so much that a sixth of it was this."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def _parts_only_linked(parts: set[str]) -> Iterator[None]:
    """Let numba neither optimise parts by themselves nor make machine code of them.

    Nothing calls a part but code that it is linked into, and nothing is linked with what is kept.
    Steps of numba by these names are private to it: where one is missing, parts are compiled as any
    function. A kernel by the name of a part is none here: numba tells functions apart by names.
    """
    steps = "_optimize_final_module", "_finalize_final_module", "serialize_using_object_code"
    known = all(hasattr(CPUCodeLibrary, name) for name in steps)
    if not known or not hasattr(JITCPUCodegen, "set_env"):
        yield
        return

    def unless_part(instead: Callable[[Any], None]) -> Callable[..., Any]:
        return lambda usual: lambda library: (instead if library.name in parts else usual)(library)

    optimise, finish, save = steps
    with (
        _replaced(CPUCodeLibrary, optimise, unless_part(lambda _: None)),
        _replaced(CPUCodeLibrary, finish, unless_part(_finish_part)),
        _replaced(CPUCodeLibrary, save, _machine_code_alone),
        _replaced(JITCPUCodegen, "set_env", _where_defined),
    ):
        yield


def _remembered(usual: Callable[..., Any]) -> Callable[..., Any]:
    """Return numba's search for what a call means, made once for each function and kinds it takes.

    numba tries, at each `a + b`, all that a plus can mean, and says why each is not meant. Most of
    a kernel's calls are of a few kinds, so that half the time spent on types was this.
    """
    known: dict[Any, Any] = {}

    def get_call_type(called: Any, context: Any, arguments: Any, by_name: Any) -> Any:
        if by_name:
            return usual(called, context, arguments, by_name)
        if (called, arguments) not in known:
            known[called, arguments] = usual(called, context, arguments, by_name)
        return known[called, arguments]

    return get_call_type


def _finish_part(library: Any) -> None:
    """Say that a part is complete, without machine code of its own."""
    library._finalize_dynamic_globals()
    library._finalized = True
    if library._object_caching_enabled:  # the inside of a loop, which numba keeps by itself
        library._set_compiled_object(library.codegen._tm.emit_object(_named(library, [])))


def _machine_code_alone(usual: Callable[..., Any]) -> Callable[..., Any]:
    """Return numba's way to save a library, less its source: only the names of functions."""

    def save(library: Any) -> Any:
        name, kind, (code, _) = usual(library)
        kept = [function.name for function in library.get_defined_functions()]
        return name, kind, (code, _named(library, kept).as_bitcode())

    return save


def _named(library: Any, names: list[str]) -> Any:
    """Return a module by the name of a library, with functions by these names that do nothing."""
    empty = str(library.codegen._create_empty_module(library.name))
    return llvm.parse_assembly(
        empty + "".join(f'\ndefine void @"{name}"() {{ ret void }}' for name in names)
    )


def _where_defined(usual: Callable[..., None]) -> Callable[..., None]:
    """Return numba's `set_env`, which parts, having no machine code, have no use for."""

    def set_env(codegen: Any, name: str, env: Any) -> None:
        if codegen._engine.get_global_value_address(name):
            usual(codegen, name, env)

    return set_env


@contextlib.contextmanager
def _replaced(owner: Any, name: str, by: Callable[[Any], Any]) -> Iterator[None]:
    """Put something else in the place of an attribute for a while, if there is that attribute."""
    if not hasattr(owner, name):
        yield
        return
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
