"""Time functions in turns, so that all meet the same machine."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

Timed = Callable[[], object]


def medians(functions: Mapping[str, Timed], rounds: int) -> dict[str, float]:
    """Return the median time of each function in seconds, after one call that does not count."""
    for function in functions.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
