"""Measure the solvers side by side with their peers: `python3 benchmarks`.

Peers that are not dependencies (quantecon, pygambit) take part where they can be imported, for
example from a folder in PYTHONPATH. The tables go to `benchmarks/results.md`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bootstrap

if __name__ == "__main__":
    bootstrap.run("python", str(Path(__file__).resolve().with_name("run.py")), *sys.argv[1:])
