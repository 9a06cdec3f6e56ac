"""Run sphinx-build and say where the pages are: `python -m docs.build` in the environment."""

import sys
import time
from pathlib import Path

from sphinx.cmd.build import main


def build(arguments: list[str]) -> int:
    """Build with these arguments, the last of which is the output folder; return its exit code."""
    start = time.monotonic()
    code = main(arguments)
    place = Path(arguments[-1]).resolve() / "index.html"
    if code == 0:
        sys.stdout.write(f"{place.as_uri()} ({time.monotonic() - start:.0f} s)\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(build(sys.argv[1:]))
