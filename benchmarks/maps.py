"""Maps of many points: how long they take, and where several equilibria are."""

import time

import numpy as np

from benchmarks.timing import table
from collsec import INSTITUTIONALIST, REALIST
from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.games.crisis import Crisis
from collsec.solvers import solve

SIDE, CRISES = 1000, 200
"""Points along each side of a map of threats, and of one of crises."""
CRISES_DUE = 60.0
"""Seconds due for a map of crises."""


def measure() -> str:
    """Return the table of both maps, each solved by one call, kernels compiled."""
    for game in (UnilateralDeterrence(), SanctionsSignalling(), Crisis()):
        solve(game.form())
    lines = [_line(name, form, np.inf) for name, form in _maps().items()]
    lines += [_line(name, form, CRISES_DUE) for name, form in _crises().items()]
    header = ("map", "points", "seconds", "bar", "several equilibria", "complete", "uncertified")
    header = (*header, "regret")
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


def _crises() -> dict[str, Form]:
    """Return crises with 20 members, by the challenger's capability and the cost of a pledge."""
    game = Crisis(challenger_capability=np.geomspace(0.079, 0.999, CRISES)[:, None])
    cost = np.linspace(0.0, 2.0, CRISES)
    return {
        f"crisis with 20 members, {name}": game.form().under(levers.replace(pledge_cost=cost))
        for name, levers in (("realist", REALIST), ("institutionalist", INSTITUTIONALIST))
    }


def _line(name: str, form: Form, due: float) -> list[str]:
    start = time.perf_counter()
    found: Equilibria = solve(form)
    seconds = time.perf_counter() - start
    several, complete = np.mean(found.count > 1), np.mean(found.complete)
    return [
        name,
        f"{found.count.size:,}",
        f"{seconds:.1f}",
        f"{due:g}: {'met' if seconds <= due else 'missed'}" if due < np.inf else "",
        f"{several:.2%}",
        f"{complete:.2%}",
        f"{int((found.count == 0).sum())}",
        f"{np.nanmax(found.regret):.1e}",
    ]
