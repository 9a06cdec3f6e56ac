"""Is what the lock says reproducible here? Rebuild everything in an empty folder and compare."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collsec.study.pipeline import LOCK, Outcome, PipelineError, carry_out, plan, read_lock
from collsec.study.steps import Watch, unwatched

FOLDERS = ("experiments", "figures", "paper")
FILES = ("pyproject.toml", "requirements.lock")


@dataclass(frozen=True)
class Comparison:
    """A product of a step: its hash in the lock and as rebuilt; None where there is none."""

    step: str
    product: str
    locked: str | None
    rebuilt: str | None

    @property
    def is_same(self) -> bool:
        """Whether the rebuilt product is the locked one, byte for byte."""
        return self.locked is not None and self.locked == self.rebuilt


@dataclass(frozen=True)
class Verification:
    """What came of a rebuild: products compared, inputs that the lock knows otherwise, failures."""

    comparisons: tuple[Comparison, ...]
    changed_inputs: tuple[str, ...]
    failures: tuple[Outcome, ...]

    @property
    def is_same(self) -> bool:
        """Whether every product is the locked one."""
        return all(comparison.is_same for comparison in self.comparisons)


def verify(project: Path, watch: Watch = unwatched) -> Verification:
    """Rebuild a copy of the project in a temporary folder and compare it with the lock.

    The copy holds no result, figure or paper, so all of them are made anew; the project itself
    is only read. Raises `PipelineError` where there is no lock to compare with.
    """
    locked = read_lock(project)
    if not locked:
        raise PipelineError(f"{project / LOCK} does not exist yet: run collsec reproduce first")
    with tempfile.TemporaryDirectory(prefix="collsec-verify-") as folder:
        copy = Path(folder).resolve()
        copy_sources(project, copy)
        outcomes = carry_out(plan(copy), watch)
        rebuilt = read_lock(copy)
    return Verification(
        comparisons=tuple(_compare(locked, rebuilt)),
        changed_inputs=tuple(_changed(locked, rebuilt)),
        failures=tuple(outcome for outcome in outcomes if outcome.error),
    )


def copy_sources(project: Path, copy: Path) -> None:
    """Copy what is written by hand, and nothing that a step makes."""
    ignore = shutil.ignore_patterns("out", "__pycache__", "*.pdf")
    for name in FOLDERS:
        if (project / name).exists():
            shutil.copytree(project / name, copy / name, ignore=ignore)
    for name in FILES:
        if (project / name).exists():
            shutil.copy2(project / name, copy / name)


Lock = Mapping[str, Mapping[str, Any]]


def _compare(locked: Lock, rebuilt: Lock) -> list[Comparison]:
    found = []
    for step in sorted({*locked, *rebuilt}):
        before, after = (lock.get(step, {}).get("produces", {}) for lock in (locked, rebuilt))
        found += [
            Comparison(step, product, before.get(product), after.get(product))
            for product in sorted({*before, *after})
        ]
    return found


def _changed(locked: Lock, rebuilt: Lock) -> Sequence[str]:
    """Return the inputs, made by no step, whose hash is not the one in the lock."""
    made = {product for entry in locked.values() for product in entry["produces"]}
    return sorted(
        {
            name
            for step in {*locked} & {*rebuilt}
            for name in {**locked[step]["depends_on"], **rebuilt[step]["depends_on"]}.keys() - made
            if locked[step]["depends_on"].get(name) != rebuilt[step]["depends_on"].get(name)
        }
    )
