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
    "Assumptions": "collsec.assumptions",
    "INSTITUTIONALIST": "collsec.assumptions",
    "NEUTRAL": "collsec.assumptions",
    "REALIST": "collsec.assumptions",
    "ChainStore": "collsec.games.credibility.chain_store",
    "Council": "collsec.games.decision.council",
    "Crisis": "collsec.games.crisis",
    "Enforcement": "collsec.games.regime.enforcement",
    "Equilibria": "collsec.equilibrium",
    "EscalationLadder": "collsec.games.credibility.escalation_ladder",
    "GraduatedResponse": "collsec.games.credibility.graduated_response",
    "Institution": "collsec.institutions",
    "PrivateProvision": "collsec.games.burden.private_provision",
    "ProvisionPoint": "collsec.games.response.provision_point",
    "Response": "collsec.games.response.response",
    "Selection": "collsec.equilibrium",
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
