"""Maps of a million points: how long they take, and where several equilibria are."""

import time

import numpy as np

from benchmarks.timing import table
from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.solvers import solve

SIDE = 1000
"""Points along each side of a map."""


def measure() -> str:
    """Return the table of both maps, each solved by one call, kernels compiled."""
    for game in (UnilateralDeterrence(), SanctionsSignalling()):
        solve(game.form())
    lines = [_line(name, form) for name, form in _maps().items()]
    header = ("map", "points", "seconds", "several equilibria", "complete", "uncertified", "regret")
    return "\n".join(
        ["## Maps\n", "One call solves a map; seconds are wall time.\n", table(header, lines)]
    )


def _maps() -> dict[str, Form]:
    chance = (np.arange(SIDE) + 0.5) / SIDE
    threats = UnilateralDeterrence(
        p_challenger_hard=chance[:, None], p_defender_hard=chance[None, :]
    )
    sanctions = SanctionsSignalling(
        backing_down=np.linspace(-2.5, 0.5, SIDE)[:, None],
        sanctions_target=np.linspace(-4.0, 0.0, SIDE)[None, :],
    )
    return {
        "unilateral deterrence: chances that either side is hard": threats.form(),
        "sanctions signalling: worth of backing down and of enduring": sanctions.form(),
    }


def _line(name: str, form: Form) -> list[str]:
    start = time.perf_counter()
    found: Equilibria = solve(form)
    seconds = time.perf_counter() - start
    several, complete = np.mean(found.count > 1), np.mean(found.complete)
    return [
        name,
        f"{found.count.size:,}",
        f"{seconds:.1f}",
        f"{several:.2%}",
        f"{complete:.2%}",
        f"{int((found.count == 0).sum())}",
        f"{np.nanmax(found.regret):.1e}",
    ]
