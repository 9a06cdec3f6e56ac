"""A vote as a tree: each voter learns whether it is in favour, opposed or passive, and votes.

Nothing is left out. What a voter wants counts with its mean; the passive abstain. Where seats
rotate, what passes is expected over the draw of seats.
"""

from __future__ import annotations

import itertools

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm
from collsec.forms.voting import ACTIONS, VotingForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import lottery
from collsec.parameters import FloatArray

COUNTED = "members"
_ABSTAIN = 1
WANTS = ("in favour", "opposed")


def note(form: VotingForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree is."""
    return "voters know whether they are in favour, opposed or passive; the passive abstain"


def counted(form: VotingForm) -> int:
    """Return the number of voters."""
    return form.rule.n_voters


def nodes(form: VotingForm, detail: Detail, n: int | None = None) -> int:  # noqa: ARG001
    """Return the number of nodes, with so many voters."""
    total = 1
    for j in reversed(range(form.rule.n_voters if n is None else n)):
        live = odds(form, j)
        able, idle = sum(live[want] > 0 for want in WANTS), live["passive"] > 0
        total = (able + idle > 1) + able * (1 + 3 * total) + idle * total
    return int(total)


def tree(form: VotingForm, detail: Detail) -> TreeForm:  # noqa: ARG001
    """Return the tree: one voter after the other, unseen by the others."""
    n = form.rule.n_voters
    every = list(itertools.product(range(3), repeat=n))
    passes = dict(zip(every, form.pass_chance(np.eye(3)[np.array(every)]).tolist(), strict=True))
    pleased, hurt = _stakes(form)

    def ahead(votes: tuple[int, ...], gains: tuple[float, ...]) -> Branch:
        j = len(votes)
        if j == n:
            return end(*(passes[votes] * np.array(gains)))
        branches = {
            want: _votes(form, j, want, [ahead((*votes, a), (*gains, gain)) for a in range(3)])
            for want, gain in zip(WANTS, (pleased[j], -hurt[j]), strict=True)
            if odds(form, j)[want] > 0
        }
        branches["passive"] = ahead((*votes, _ABSTAIN), (*gains, -hurt[j]))
        drawn = {want: (odds(form, j)[want], branch) for want, branch in branches.items()}
        return lottery(drawn, form.names[j])

    return TreeForm.grow(ahead((), ()), form.players)


def plan(form: VotingForm, strategies: Strategies, detail: Detail) -> Plan:  # noqa: ARG001
    """Return how an equilibrium is played: who votes how, given what it wants."""
    shares = [part[0] for part in form.shares({"vote": strategies["vote"][None]})]
    mixes = {}
    for j in range(form.rule.n_voters):
        for want, votes in zip(WANTS, shares, strict=True):
            if odds(form, j)[want] > 0:
                mixes[voter(form, j, want)] = votes[j] / odds(form, j)[want]
    return Plan(mixes)


def odds(form: VotingForm, j: int) -> dict[str, float]:
    """Return how likely a voter is to be in favour, opposed and passive."""
    yes, no = float(form.yes[j]), float(form.no[j])
    idle = 1.0 - yes - no
    return {"in favour": yes, "opposed": no, "passive": idle if idle > 1e-12 else 0.0}


def _stakes(form: VotingForm) -> list[FloatArray]:
    n = form.rule.n_voters
    return [np.broadcast_to(part.reshape(-1), (n,)) for part in form.stakes()]


def voter(form: VotingForm, j: int, want: str) -> str:
    """Return the name of the information set of a voter who wants this."""
    return f"{form.names[j]} {want}"


def _votes(form: VotingForm, j: int, want: str, ahead: list[Branch]) -> Branch:
    return decision(form.names[j], voter(form, j, want), dict(zip(ACTIONS, ahead, strict=True)))
