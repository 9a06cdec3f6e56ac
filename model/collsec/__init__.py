"""collsec: a workbench for the game theory of collective security.

A game is a frozen object; an assumption set rewrites what its players want; `solve` returns
certified equilibria, for a whole array of parameters at once.

>>> import collsec
>>> game = collsec.PrivateProvision(income=[120, 100, 80, 40, 10], taste=0.5)
>>> found = collsec.solve(game)
>>> found.strategies["contribution"].round(6).tolist()
[[45.0, 25.0, 5.0, 0.0, 0.0]]
>>> bool(found.regret.max() < 1e-9), bool(found.complete)
(True, True)
>>> selfish = collsec.solve(game, under=collsec.REALIST)
>>> float(selfish.strategies["contribution"].sum()) < 75
True
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "AllianceReliability": "collsec.games.credibility.alliance_reliability",
    "Assumptions": "collsec.assumptions",
    "AudienceCosts": "collsec.games.credibility.audience_costs",
    "Bargaining": "collsec.games.credibility.bargaining",
    "ChainStore": "collsec.games.credibility.chain_store",
    "ChoosingSignals": "collsec.games.credibility.choosing_signals",
    "CommitmentProblem": "collsec.games.credibility.commitment_problem",
    "Council": "collsec.games.decision.council",
    "Crisis": "collsec.games.crisis",
    "Enforcement": "collsec.games.regime.enforcement",
    "Equilibria": "collsec.equilibrium",
    "EscalationLadder": "collsec.games.credibility.escalation_ladder",
    "ExtendedDeterrence": "collsec.games.credibility.extended_deterrence",
    "GraduatedResponse": "collsec.games.credibility.graduated_response",
    "ImmediateDeterrence": "collsec.games.credibility.immediate_deterrence",
    "Institution": "collsec.institutions",
    "INSTITUTIONALIST": "collsec.assumptions",
    "NEUTRAL": "collsec.assumptions",
    "NormalForm": "collsec.forms.normal",
    "PrivateProvision": "collsec.games.burden.private_provision",
    "ProvisionPoint": "collsec.games.response.provision_point",
    "REALIST": "collsec.assumptions",
    "Response": "collsec.games.response.response",
    "SanctionsSignalling": "collsec.games.credibility.sanctions_signalling",
    "Selection": "collsec.equilibrium",
    "TreeForm": "collsec.forms.tree",
    "TyingHands": "collsec.games.credibility.tying_hands",
    "UnilateralDeterrence": "collsec.games.credibility.unilateral_deterrence",
    "compare": "collsec.study.compare",
    "solve": "collsec.study.solving",
}

__all__ = sorted(_PLACES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import collsec` stays quick."""
    if name not in _PLACES:
        raise AttributeError(f"module 'collsec' has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
