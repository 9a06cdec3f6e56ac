"""Measure the solvers side by side with their peers: `python3 benchmarks`.

Peers that are not dependencies (quantecon, pygambit) take part where the environment has them, or
a folder that `--with-peers FOLDER` names (made by `pip install --target FOLDER quantecon
pygambit`). The tables go to `benchmarks/results.md`. Names of benchmarks run only those, and
leave the tables of the others as they are.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bootstrap

if __name__ == "__main__":
    bootstrap.run("python", str(Path(__file__).resolve().with_name("run.py")), *sys.argv[1:])
