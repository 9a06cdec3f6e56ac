"""Run the tests: `python3 tests [options of pytest]`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bootstrap

if __name__ == "__main__":
    bootstrap.run("python", "-m", "pytest", *sys.argv[1:])
