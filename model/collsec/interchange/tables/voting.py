"""A vote as a table: each voter plans a vote if it is in favour and one if it is opposed."""

from __future__ import annotations

import itertools

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.voting import ACTIONS, VotingForm
from collsec.interchange.detail import Detail
from collsec.interchange.trees import voting
from collsec.parameters import FloatArray

_ABSTAIN = 1
note = voting.note


def counts(form: VotingForm, detail: Detail) -> list[int]:  # noqa: ARG001
    """Return the number of each voter's plans."""
    return [len(_plans(form, j)) for j in range(form.rule.n_voters)]


def table(form: VotingForm, detail: Detail) -> NormalForm:  # noqa: ARG001
    """Return the table of plans, without going through the tree."""
    own = [_plans(form, j) for j in range(form.rule.n_voters)]
    every = np.array(list(itertools.product(*own)))
    yes, no = (np.asarray(x)[..., None] for x in (form.yes, form.no))
    cast = yes * np.eye(3)[every[..., 0]] + no * np.eye(3)[every[..., 1]]
    passes = form.pass_given(cast + (1 - yes - no) * np.eye(3)[_ABSTAIN])
    pro, con = (np.take_along_axis(passes, every[..., k, None], -1)[..., 0] for k in (0, 1))
    pleased, hurt = form.stakes()
    idle = (1 - form.yes - form.no) * passes[..., _ABSTAIN]
    values = pleased * form.yes * pro - hurt * (form.no * con + idle)
    names = tuple(tuple(_name(form, j, one) for one in plans) for j, plans in enumerate(own))
    shape = (len(own), *map(len, own))
    return NormalForm(np.moveaxis(values, -1, 0).reshape(shape), form.names, names)


def plan(form: VotingForm, strategies: Strategies, detail: Detail) -> dict[str, FloatArray]:
    """Return how an equilibrium is played: votes by what a voter wants, drawn independently."""
    mixes = voting.plan(form, strategies, detail).mixes
    found = {}
    for j, name in enumerate(form.names):
        votes = [
            mixes.get(voting.voter(form, j, want), np.eye(3)[_ABSTAIN]) for want in voting.WANTS
        ]
        found[name] = np.array([votes[0][a] * votes[1][b] for a, b in _plans(form, j)])
    return found


def _plans(form: VotingForm, j: int) -> list[tuple[int, ...]]:
    """Return a voter's votes if in favour and if opposed, all that it may plan."""
    odds = voting.odds(form, j)
    free = (range(3) if odds[want] > 0 else (_ABSTAIN,) for want in voting.WANTS)
    return list(itertools.product(*free))


def _name(form: VotingForm, j: int, votes: tuple[int, ...]) -> str:
    odds = voting.odds(form, j)
    parts = [
        f"{ACTIONS[vote]} if {want}"
        for want, vote in zip(voting.WANTS, votes, strict=True)
        if odds[want] > 0
    ]
    return "; ".join(parts) or "abstain"
