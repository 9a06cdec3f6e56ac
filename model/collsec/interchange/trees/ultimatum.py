"""An ultimatum as a tree: offers on a grid, the responder's cost drawn in cells once one is made.

The offer of an equilibrium counts as the nearest on the grid; the responder replies best to each.
"""

from __future__ import annotations

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm
from collsec.forms.ultimatum import UltimatumForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act, pure

ASKS = ("points",)


def note(form: UltimatumForm, detail: Detail) -> str:
    """Say what the tree leaves out."""
    n_cells = _costs(form, detail.points).n
    return f"{detail.points} offers; the responder's cost in {n_cells} equally likely cells"


def nodes(form: UltimatumForm, detail: Detail) -> int:
    """Return the number of nodes."""
    n_cells = _costs(form, detail.points).n
    return 1 + detail.points * ((n_cells > 1) + 3 * n_cells)


def tree(form: UltimatumForm, detail: Detail) -> TreeForm:
    """Return the tree: an offer, the draw of a cost, an answer."""
    offers = {
        f"keep {share:.6g}": _answers(form, share, detail) for share in _offers(detail.points)
    }
    return TreeForm.grow(decision("proposer", "offer", offers), form.players)


def plan(form: UltimatumForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played in the tree."""
    offers = _offers(detail.points)
    place = int(np.argmin(np.abs(offers - float(strategies["offer"]))))
    mixes = {"offer": pure(place, len(offers))}
    for share in offers:
        for k, cost in enumerate(_costs(form, detail.points).means):
            taken, refused = _ends(form, share, cost)
            mixes[_asked(share, k)] = act(float(refused[1] > taken[1]))
    return Plan(mixes)


def _offers(points: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.linspace(0.0, 1.0, points)


def _costs(form: UltimatumForm, points: int) -> Cells:
    return Cells.uniform(float(form.lowest), float(form.highest), points)


def _asked(share: float, k: int) -> str:
    return f"{share:.6g} is kept, cost {k + 1}"


def _answers(form: UltimatumForm, share: float, detail: Detail) -> Branch:
    cells = _costs(form, detail.points)
    answers = []
    for k, cost in enumerate(cells.means):
        taken, refused = _ends(form, share, cost)
        ahead = {"accept": end(*taken), "fight": end(*refused)}
        answers.append(decision("responder", _asked(share, k), ahead))
    return cells.draw("cost", answers)


def _ends(form: UltimatumForm, share: float, cost: float) -> tuple[list[float], list[float]]:
    power, own, rho = (float(x) for x in (form.power, form.own_cost, form.relative_gains))
    pairs = (share, 1.0 - share), (power - own, 1.0 - power - cost)
    taken, refused = ([mine - rho * theirs, theirs - rho * mine] for mine, theirs in pairs)
    return taken, refused
