"""The two schools of thought, and any mixture of them, as data.

An assumption set is ten levers. It rewrites the form of any game; it is never a branch in code.
"""

from pathlib import Path

from collsec.assumptions.levers import LEVERS, NEUTRAL, Assumptions
from collsec.preset import Presets

PRESETS = Presets(Assumptions, Path(__file__).parent / "presets", "assumption set")
REALIST = PRESETS.load("realist")
INSTITUTIONALIST = PRESETS.load("institutionalist")

__all__ = ["INSTITUTIONALIST", "LEVERS", "NEUTRAL", "PRESETS", "REALIST", "Assumptions"]
