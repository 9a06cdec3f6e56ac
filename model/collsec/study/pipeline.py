"""The pipeline: do the steps whose inputs changed, in order, and say why.

`pytask.lock`, at the top of the project, holds the hash of everything that each step read and
made. It is free of machine paths: two machines that agree have the same lock.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytask
from pytask import ExecutionReport, ExitCode, Session, TaskOutcome

from collsec.parameters import suggestion
from collsec.study.steps import Step, Watch, stems, steps, unwatched

LOCK = "pytask.lock"


class UnknownStemError(ValueError):
    """No experiment has that name."""


class PipelineError(RuntimeError):
    """The pipeline cannot run: says what is in the way and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of a step.

    `is_made` is false for a step whose products were kept; `error` is what stopped a step that
    failed, or None; `is_skipped` says that a step before it failed.
    """

    name: str
    is_made: bool
    is_skipped: bool
    error: BaseException | None
    seconds: float
    products: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The steps, and for each that has to be done again the reasons, by name."""

    project: Path
    steps: Sequence[Step]
    reasons: Mapping[str, tuple[str, ...]]
    is_whole: bool

    @property
    def is_settled(self) -> bool:
        """Whether nothing has to be done, and the lock holds these steps and no others."""
        names = {step.name for step in self.steps}
        stale = set(read_lock(self.project)) - names if self.is_whole else set()
        return not self.reasons and not stale


def plan(project: Path, only: str | None = None) -> Plan:
    """Return what has to be done, and why; runs nothing.

    Raises `UnknownStemError`, `ConfigError` where a config cannot be used, and `PipelineError`
    where the lock cannot be read.
    """
    if only is not None and only not in stems(project):
        raise UnknownStemError(
            f"--only {only}: is no experiment; {suggestion(only, stems(project))}"
        )
    listed = steps(project, only)
    if not listed:
        raise PipelineError(
            f"{project / 'experiments'} holds no experiment; write one: collsec new experiment NAME"
        )
    read_lock(project)
    session = _build(project, listed, unwatched, explain=True)
    reasons = {report.task.name: _reasons(report) for report in session.execution_reports}
    return Plan(project, listed, {name: why for name, why in reasons.items() if why}, only is None)


def carry_out(plan: Plan, watch: Watch = unwatched) -> list[Outcome]:
    """Do what has to be done; a step that fails stops those that need it, and no others.

    A step is skipped after all where what it reads turns out to be the same as before. Products
    are complete or absent, never half written. The lock is brought up to date step by step; after
    a whole run without failure it holds these steps and no others.
    """
    session = _build(plan.project, plan.steps, watch)
    if plan.is_whole and session.exit_code == ExitCode.OK:
        session.config["lockfile_state"].rebuild_from_session(session)
    return [_outcome(report) for report in session.execution_reports]


def read_lock(project: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of the lock by step: `depends_on` and `produces`, hashes by name."""
    path = project / LOCK
    if not path.exists():
        return {}
    try:
        tasks = tomllib.loads(path.read_text(encoding="utf-8"))["task"]
        return {entry["id"]: {"depends_on": {}, "produces": {}, **entry} for entry in tasks}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PipelineError(
            f"{path} cannot be read ({error}); take the committed one: git checkout {LOCK}"
        ) from None


def _build(
    project: Path, listed: Sequence[Step], watch: Watch, *, explain: bool = False
) -> Session:
    # pytask marks the tasks of a session: each session gets steps of its own.
    tasks = [replace(step, watch=watch, markers=[], attributes={}) for step in listed]
    with _quiet():
        session = pytask.build(
            tasks=tasks,
            paths=[project],
            ignore=["*"],
            capture="no",
            show_traceback=False,
            verbose=0,
            explain=explain,
        )
    if not session.execution_reports:
        failed = [report.exc_info[1] for report in session.collection_reports if report.exc_info]
        raise PipelineError(f"pytask could not start in {project}: {failed or session.exit_code}")
    return session


@contextmanager
def _quiet() -> Iterator[None]:
    was_quiet, pytask.console.quiet = pytask.console.quiet, True
    try:
        yield
    finally:
        pytask.console.quiet = was_quiet


def _outcome(report: ExecutionReport) -> Outcome:
    step = cast(Step, report.task)
    failed = report.outcome == TaskOutcome.FAIL
    return Outcome(
        name=step.name,
        is_made=report.outcome == TaskOutcome.SUCCESS,
        is_skipped=report.outcome == TaskOutcome.SKIP_PREVIOUS_FAILED,
        error=report.exc_info[1] if failed and report.exc_info else None,
        seconds=step.seconds,
        products=tuple(node.name for node in step.products),
    )


def _reasons(report: ExecutionReport) -> tuple[str, ...]:
    explanation = report.task.attributes.get("explanation")
    changes = explanation.reasons if explanation else ()
    said = [_reason(change.node_type, change.reason, change.node_name) for change in changes]
    return ("first run",) if "first run" in said else tuple(sorted(said))


def _reason(node: str, reason: str, name: str) -> str:
    said = {
        ("source", "not_in_db"): "first run",
        ("source", "changed"): "the step itself changed",
        ("task", "cascade"): f"{name} is made again",
        ("product", "changed"): f"{name} is not what was made",
    }
    usual = {"missing": f"{name} is missing", "not_in_db": f"{name} is new"}
    return said.get((node, reason)) or usual.get(reason, f"{name} changed")
