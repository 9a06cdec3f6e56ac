"""Run the benchmarks of this folder and write what they measure to `results.md`.

A benchmark is a file with a function `measure() -> str`, one section of Markdown. Where only some
are named, the sections of the others stay as they are.
"""

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__main__", "run", "timing"}
RESULTS = HERE / "results.md"
FOUND = sorted({path.stem for path in HERE.glob("*.py")} - NOT_BENCHMARKS)

HEADER = f"""# Benchmarks

Written by `python3 benchmarks`. Every comparison is between solvers that took turns on the same
games in one run, all warm; times are medians over turns of a quarter of a second or one call,
whichever is longer. Python {platform.python_version()},
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
    sections = _written() if options.names else {}
    for name in options.names or FOUND:
        section = importlib.import_module(f"benchmarks.{name}").measure()
        sections[section.partition("\n")[0]] = section
        sys.stdout.write(section + "\n")
    RESULTS.write_text("\n".join([HEADER, *sections.values()]), encoding="utf-8")


def _written() -> dict[str, str]:
    """Return the sections of the results there are, by their headings."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    sections = [f"## {section}" for section in text.split("\n## ")[1:]]
    return {section.partition("\n")[0]: section for section in sections}


def _folder(text: str) -> Path:
    folder = Path(text).resolve()
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return folder


if __name__ == "__main__":
    main()
