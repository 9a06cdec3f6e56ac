"""Designs of collective security as data: who is bound, who decides, what is done."""

from pathlib import Path

from collsec.institutions.design import Assessment, Institution, Trigger
from collsec.preset import Presets

PRESETS = Presets(Institution, Path(__file__).parent / "presets", "institution")
SELF_HELP = PRESETS.load("self-help")
UN_CHARTER = PRESETS.load("un-charter")

__all__ = ["PRESETS", "SELF_HELP", "UN_CHARTER", "Assessment", "Institution", "Trigger"]
