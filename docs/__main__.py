"""Build the documentation: `python3 docs [options of sphinx-build]`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bootstrap

STRICT = ("-W", "--keep-going", "-n", "-q")

if __name__ == "__main__":
    bootstrap.run(
        "python", "-m", "docs.build", *STRICT, *sys.argv[1:], "docs", "docs/_build/html"
    )  # fmt: skip
