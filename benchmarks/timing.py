"""Time functions in turns, so that all meet the same machine."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

Timed = Callable[[], object]

TURN = 0.25
"""Seconds that a turn lasts at least: what takes milliseconds is called again and again in it."""


def medians(functions: Mapping[str, Timed], rounds: int) -> dict[str, float]:
    """Return the median over turns of each function's mean time, in seconds a call.

    One call before all turns does not count.
    """
    for function in functions.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(_turn(function))
    return {name: statistics.median(taken) for name, taken in times.items()}


def _turn(function: Timed) -> float:
    start, n_calls, taken = time.perf_counter(), 0, 0.0
    while taken < TURN:
        function()
        n_calls += 1
        taken = time.perf_counter() - start
    return taken / n_calls


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
