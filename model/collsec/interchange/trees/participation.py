"""Answers at private costs as a tree: each member's cost drawn in cells, answers unseen."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.participation import ParticipationForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act
from collsec.parameters import FloatArray

COUNTED = "members"
ASKS = ("points",)
Finish = Callable[[FloatArray, float, FloatArray], Branch]
"""What follows answers (0 or 1 a member), the chance of reversal and the members' utilities."""


def note(form: ParticipationForm, detail: Detail) -> str:
    """Say what the tree leaves out."""
    return f"private costs in {_costs(form, detail).n} equally likely cells"


def counted(form: ParticipationForm) -> int:
    """Return the number of members."""
    return form.n_members


def nodes(form: ParticipationForm, detail: Detail, n: int | None = None) -> int:
    """Return the number of nodes, with so many members."""
    cells, total = _costs(form, detail).n, 1
    for _ in range(form.n_members if n is None else n):
        total = (cells > 1) + cells * (1 + 2 * total)
    return int(total)


def tree(form: ParticipationForm, detail: Detail) -> TreeForm:
    """Return the tree: one member after the other draws its cost and answers or stays out."""
    return TreeForm.grow(
        answering(form, detail, "", lambda _, __, worth: end(*worth)), form.players
    )


def plan(form: ParticipationForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played: the share of each cell that is below the cutoff."""
    return Plan(answers(form, strategies["answer"][..., 0], detail, ""))


def answering(form: ParticipationForm, detail: Detail, where: str, finish: Finish) -> Branch:
    """Return the draws and answers of all members; `where` tells their information sets apart."""
    cells = _costs(form, detail)
    every = np.array(list(itertools.product((0.0, 1.0), repeat=form.n_members)))
    reversal = form.reversal_chance(every)
    chances = {tuple(row): float(one) for row, one in zip(every.tolist(), reversal, strict=True)}

    def ahead(past: tuple[tuple[float, float], ...]) -> Branch:
        i = len(past)
        if i == form.n_members:
            acts, shocks = np.array(past).T
            chance = chances[tuple(acts.tolist())]
            return finish(acts, chance, _worth(form, acts, shocks, chance))
        replies = []
        for k, shock in enumerate(cells.means):
            after = {
                name: ahead((*past, (answer, float(shock))))
                for name, answer in (("stay out", 0.0), ("answer", 1.0))
            }
            replies.append(decision(form.players[i], _asked(form, i, k, where), after))
        return cells.draw("cost", replies)

    return ahead(())


def answers(
    form: ParticipationForm, chance: FloatArray, detail: Detail, where: str
) -> dict[str, FloatArray]:
    """Return the mixes of members who answer with these chances, those with the least to bear."""
    cells, mixes = _costs(form, detail), {}
    for i in range(form.n_members):
        share = float(chance[i])
        low_first = float(form.burden[i]) >= 0
        for k, part in enumerate(cells.below(share) if low_first else cells.above(share)):
            mixes[_asked(form, i, k, where)] = act(part)
    return mixes


def _costs(form: ParticipationForm, detail: Detail) -> Cells:
    """Return the cells of the shock; one alone where costs are known."""
    if float(form.spread) == 0:
        return Cells(np.zeros(1))
    return Cells.shock(form.shock, detail.points)


def _asked(form: ParticipationForm, i: int, k: int, where: str) -> str:
    return f"{form.players[i]} of cost {k + 1}{where}"


def _worth(
    form: ParticipationForm, acts: FloatArray, shocks: FloatArray, reversal: float
) -> FloatArray:
    """Return utilities where these members answer at these draws of their costs."""
    phi = float(form.side_payments)
    drawn = acts * form.mean_cost * (1.0 + float(form.spread) * shocks)
    borne = (1.0 - phi) * drawn + form.assessed * phi * drawn.sum()
    material = form.stake * reversal - borne - (1.0 - acts) * form.breach_cost
    return np.asarray(material - float(form.relative_gains) * form.mean_of_others(material))
