"""Reproduce every result, figure and number: `python3 experiments [options]`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bootstrap

if __name__ == "__main__":
    bootstrap.run("collsec", "reproduce", *sys.argv[1:])
