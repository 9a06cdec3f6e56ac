"""What the pipeline says while it works: plain lines, a bar for what takes long, the wall time."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from collsec.study import crosswalk, verification
from collsec.study.execution import Progress
from collsec.study.pipeline import LOCK, Outcome, carry_out, plan
from collsec.study.steps import Watch

OUTPUTS = ("results", "results/crosswalk.csv", "figures/out", "paper/paper.pdf")

SHOWN = 3
"""How many reasons are named for a step."""


@contextmanager
def progress_bar(name: str) -> Iterator[Progress]:
    """Show a bar on stderr while a terminal is there to show it; it is gone afterwards."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("games"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def reproduce(project: Path, only: str | None) -> int:
    """Do what changed and say why; return the exit code."""
    start = time.perf_counter()
    todo = plan(project, only)
    if todo.is_settled:
        kept = f"Nothing to do: all {len(todo.steps)} steps are up to date"
        _line(f"{kept} ({time.perf_counter() - start:.1f} s). {_where(project)}")
        return 0
    _line(f"{len(todo.reasons)} of {len(todo.steps)} steps to do in {project}")
    outcomes = carry_out(todo, _watch(todo.reasons))
    code = _fail(outcomes)
    if only is None and not code:
        crosswalk.write(project)
    _line(_where(project))
    _line(f"{_count(outcomes)} Wall time {time.perf_counter() - start:.1f} s.")
    return code


def verify(project: Path) -> int:
    """Rebuild, compare and report product by product; return the exit code."""
    start = time.perf_counter()
    _line(f"Rebuilding {project} in a temporary folder")
    found = verification.verify(project, _watch({}))
    for comparison in found.comparisons:
        _line(f"{_verdict(comparison):<10} {comparison.product}")
    for name in found.changed_inputs:
        _line(f"{LOCK} knows another {name}: run collsec reproduce to bring it up to date.")
    number = sum(comparison.is_same for comparison in found.comparisons)
    products = f"{number} of {len(found.comparisons)} products are the same, byte for byte"
    _line(f"{products} ({time.perf_counter() - start:.1f} s).")
    return _fail(found.failures) or int(not found.is_same)


def _watch(reasons: Mapping[str, Sequence[str]]) -> Watch:
    @contextmanager
    def watch(step: str) -> Iterator[Progress]:
        _line(f"{step}{_because(reasons.get(step, ()))}")
        start = time.perf_counter()
        with progress_bar(step) as progress:
            yield progress
        _line(f"{step} took {time.perf_counter() - start:.1f} s")

    return watch


def _because(reasons: Sequence[str]) -> str:
    more = f" and {len(reasons) - SHOWN} more" if len(reasons) > SHOWN else ""
    return f" because {', '.join(reasons[:SHOWN])}{more}" if reasons else ""


def _fail(outcomes: Sequence[Outcome]) -> int:
    """Say on stderr what failed; return the exit code."""
    failed = [outcome for outcome in outcomes if outcome.error]
    if any(isinstance(outcome.error, KeyboardInterrupt) for outcome in failed):
        raise KeyboardInterrupt
    for outcome in failed:
        _line(f"error: {outcome.name}: {_told(outcome.error)}", is_error=True)
    for outcome in outcomes:
        if outcome.is_skipped:
            _line(f"error: {outcome.name} was left out: a step before it failed", is_error=True)
    return 1 if failed else 0


def _told(error: BaseException | None) -> str:
    """Return what went wrong and the last line of the project's own code that was running."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    own = [frame for frame in frames if "site-packages" not in frame.filename]
    place = f" ({own[-1].filename}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{place}"


def _verdict(comparison: verification.Comparison) -> str:
    if comparison.rebuilt is None:
        return "NOT MADE"
    return "same" if comparison.is_same else "DIFFERENT"


def _count(outcomes: Sequence[Outcome]) -> str:
    made = sum(outcome.is_made for outcome in outcomes)
    kept = sum(not (outcome.is_made or outcome.error or outcome.is_skipped) for outcome in outcomes)
    return f"{made} made, {kept} unchanged."


def _where(project: Path) -> str:
    there = [name for name in OUTPUTS if (project / name).exists()]
    return f"Outputs: {', '.join(there)}." if there else ""


def _line(text: str, *, is_error: bool = False) -> None:
    if text:
        Console(stderr=is_error, highlight=False, markup=False).print(text, soft_wrap=True)
