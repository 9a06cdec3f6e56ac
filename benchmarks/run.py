"""Run every benchmark of this folder and write what they measure to `results.md`.

A benchmark is a file with a function `measure() -> str`, a piece of Markdown.
"""

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__main__", "run", "timing"}
FOUND = sorted({path.stem for path in HERE.glob("*.py")} - NOT_BENCHMARKS)

HEADER = f"""# Benchmarks

Written by `python3 benchmarks`. Every comparison is between solvers that took turns on the same
games in one run, all warm; times are medians. Python {platform.python_version()},
{platform.machine()}, {os.cpu_count()} cores.
"""


def main() -> None:
    """Run the named benchmarks, or all of them."""
    parser = argparse.ArgumentParser(prog="python3 benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FOUND)}; or all")
    parser.add_argument(
        "--with-peers", type=_folder, metavar="FOLDER", help="where quantecon and pygambit lie"
    )
    options = parser.parse_args()
    unknown = set(options.names) - set(FOUND)
    if unknown:
        parser.error(f"no benchmark: {', '.join(sorted(unknown))}; there are {', '.join(FOUND)}")
    sys.path.insert(0, str(HERE.parent))
    if options.with_peers:
        sys.path.append(str(options.with_peers))  # last: our own versions of libraries win
    parts = [HEADER]
    for name in options.names or FOUND:
        parts.append(importlib.import_module(f"benchmarks.{name}").measure())
        sys.stdout.write(parts[-1] + "\n")
    if not options.names:
        (HERE / "results.md").write_text("\n".join(parts), encoding="utf-8")


def _folder(text: str) -> Path:
    folder = Path(text).resolve()
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return folder


if __name__ == "__main__":
    main()
