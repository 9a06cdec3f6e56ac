"""Run the blocks of a plan: here, in other processes or on a cluster, with the same bits.

The default is one worker, because the compiled kernels already use every core of the machine for
one block. Several workers, each held to one thread, pay where a game spends its time outside these
kernels, and on clusters, where any `concurrent.futures.Executor` serves.

A finished block is written to a scratch folder at once. A run that was interrupted finds it there
and goes on with the rest.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import uuid
import zipfile
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from collsec.parameters import ParameterError
from collsec.study.block import Arrays, Block, Plan, solve_block

BLOCK_SIZE = 4096
"""Points in a block: large against the overhead of a call, small against memory and patience."""

SMALLEST_BLOCK = 256
"""Blocks are not cut below this size to keep several workers busy."""

Progress = Callable[[int, int], None]
"""Called with the games solved so far and the games in all, at the start and after every block."""

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


def silent(done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, eq=False)
class Execution:
    """How blocks are run; nothing here changes a result.

    Attributes
    ----------
    block_size : int
        The most points in a block.
    workers : int
        Processes on this machine; 1 solves in this process.
    executor : Executor, optional
        Runs the blocks instead, for example that of a cluster; the caller shuts it down.
    scratch : Path, optional
        Where finished blocks are kept until the result is saved; nowhere if None.
    progress : callable
        Told after every block.
    """

    block_size: int = BLOCK_SIZE
    workers: int = 1
    executor: Executor | None = None
    scratch: Path | None = None
    progress: Progress = silent

    def __post_init__(self) -> None:
        for name in ("block_size", "workers"):
            if getattr(self, name) < 1:
                rule, remedy = "must be at least 1", "leave it out for the default"
                raise ParameterError("execution", name, getattr(self, name), rule, remedy)


def execute(plan: Plan, execution: Execution) -> list[tuple[Block, Arrays]]:
    """Return every block of the plan with its arrays, in the order of the plan.

    Blocks that the scratch folder holds are read, not solved again. An exception, also Ctrl-C,
    leaves the finished blocks there.
    """
    blocks = plan.blocks(_size(plan, execution))
    folder = None if execution.scratch is None else execution.scratch / plan.fingerprint[:16]
    done = {} if folder is None else {b: a for b in blocks if (a := _read(folder, b)) is not None}
    n_done = sum(block.high - block.low for block in done)
    execution.progress(n_done, plan.n_games)
    missing = [block for block in blocks if block not in done]
    with contextlib.closing(_solved(plan, missing, execution)) as solved:
        for block, arrays in solved:
            if folder is not None:
                _write(folder, block, arrays)
            done[block] = arrays
            n_done += block.high - block.low
            execution.progress(n_done, plan.n_games)
    return [(block, done[block]) for block in blocks]


def _size(plan: Plan, execution: Execution) -> int:
    if execution.workers == 1:
        return execution.block_size
    share = -(-plan.n_batch // (4 * execution.workers))
    return min(execution.block_size, max(SMALLEST_BLOCK, share))


def _solved(
    plan: Plan, blocks: list[Block], execution: Execution
) -> Generator[tuple[Block, Arrays]]:
    if execution.executor is not None:
        yield from _submitted(plan, blocks, execution.executor)
    elif execution.workers == 1 or len(blocks) < 2:
        for block in blocks:
            yield block, solve_block(plan, block)
    else:
        with _one_thread_each(), _pool(execution.workers) as pool:
            yield from _submitted(plan, blocks, pool)


def _submitted(
    plan: Plan, blocks: list[Block], executor: Executor
) -> Iterator[tuple[Block, Arrays]]:
    waiting = {executor.submit(solve_block, plan, block): block for block in blocks}
    try:
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        for future in waiting:
            future.cancel()


def _pool(workers: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_leave_interrupts)


def _leave_interrupts() -> None:
    """Let the parent process alone answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Hold processes that start meanwhile to one thread: they read this before numpy is there."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _write(folder: Path, block: Block, arrays: Arrays) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{block.label}.{uuid.uuid4().hex}.tmp"
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    unfinished.replace(folder / f"{block.label}.npz")


def _read(folder: Path, block: Block) -> Arrays | None:
    """Return what an earlier run left of this block; None where there is nothing sound."""
    try:
        with (folder / f"{block.label}.npz").open("rb") as file:
            return dict(np.load(file, allow_pickle=False))
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None
