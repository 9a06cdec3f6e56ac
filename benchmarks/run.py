"""Run every benchmark of this folder and write what they measure to `results.md`.

A benchmark is a file with a function `measure() -> str`, a piece of Markdown. Name benchmarks to
run only those, which are then shown and not written.
"""

import importlib
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__main__", "run", "timing"}

HEADER = f"""# Benchmarks

Written by `python3 benchmarks`. Every comparison is between solvers that took turns on the same
games in one run, all warm; times are medians. Python {platform.python_version()},
{platform.machine()}, {os.cpu_count()} cores.
"""


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all of them."""
    sys.path.insert(0, str(HERE.parent))
    found = sorted({path.stem for path in HERE.glob("*.py")} - NOT_BENCHMARKS)
    parts = [HEADER]
    for name in names or found:
        parts.append(importlib.import_module(f"benchmarks.{name}").measure())
        sys.stdout.write(parts[-1] + "\n")
    if not names:
        (HERE / "results.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
