"""A tree as a table of plans, and a table as a tree in which nobody sees what others did."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Form
from collsec.forms.ladder import LadderForm
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from collsec.forms.threat import ThreatForm
from collsec.forms.threshold import ThresholdForm
from collsec.forms.tree import TreeForm
from collsec.interchange.table import refuse_large
from collsec.parameters import ParameterError


def as_normal(form: Form) -> NormalForm:
    """Return a game in strategic form: a tree's actions are plans for all information sets.

    In a threshold or symmetric binary game every member may abstain or act. Plans that differ only
    at information sets which the plan itself excludes are kept apart. The table grows exponentially
    with the tree. Raises `ParameterError` for other forms, and for tables of more than
    `MAX_PROFILES` profiles.
    """
    if isinstance(form, NormalForm):
        return form
    if isinstance(form, (ThresholdForm, SymmetricForm)):
        return _acts(form)
    if isinstance(form, (ThreatForm, LadderForm)):
        return _plans(form.tree())
    if not isinstance(form, TreeForm):
        raise _no_table(form)
    return _plans(form)


def _acts(form: ThresholdForm | SymmetricForm) -> NormalForm:
    """Return the table of who acts; every member may abstain or act."""
    n = len(form.players)
    refuse_large([2] * n, "lower the number of members")
    act = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
    values = form.payoffs({"act": np.broadcast_to(act, (*form.batch_shape, *act.shape))})
    table = np.moveaxis(values, -1, -2).reshape(*form.batch_shape, n, *[2] * n)
    return NormalForm(table, form.players, (("abstain", "act"),) * n)


def _plans(form: TreeForm) -> NormalForm:
    own = [[k for k in form.information_sets if k.player == i] for i in range(len(form.players))]
    plans = [list(itertools.product(*(range(len(k.actions)) for k in sets))) for sets in own]
    refuse_large([len(listed) for listed in plans], "export it as .efg")
    grids = np.meshgrid(*(np.arange(len(p)) for p in plans), indexing="ij")
    strategies = {
        known.name: np.broadcast_to(
            np.eye(len(known.actions))[np.array(plans[i], dtype=int)[grids[i].ravel(), k]],
            (*form.batch_shape, grids[i].size, len(known.actions)),
        )
        for i, sets in enumerate(own)
        for k, known in enumerate(sets)
    }
    table = np.moveaxis(form.payoffs(strategies), -1, -2)
    table = table.reshape(*form.batch_shape, len(form.players), *map(len, plans))
    names = tuple(
        tuple("; ".join(sets[k].actions[a] for k, a in enumerate(plan)) or "-" for plan in listed)
        for sets, listed in zip(own, plans, strict=True)
    )
    return NormalForm(table, form.players, names)


def as_tree(form: Form) -> TreeForm:
    """Return a game in extensive form: the players of a table move in turn, unseen by the others.

    Raises `ParameterError` for forms that `as_normal` refuses.
    """
    if isinstance(form, TreeForm):
        return form
    if isinstance(form, (ThreatForm, LadderForm)):
        return form.tree()
    table = as_normal(form)
    return TreeForm.grow(_grown(table, ()), table.players)


def _grown(form: NormalForm, past: tuple[int, ...]) -> Branch:
    mover = len(past)
    if mover == len(form.players):
        cells: tuple[Any, ...] = (..., *past)
        return end(*(form.utility(i)[cells] for i in range(len(form.players))))
    actions = form.actions[mover]
    ahead = {action: _grown(form, (*past, k)) for k, action in enumerate(actions)}
    return decision(form.players[mover], form.players[mover], ahead)


def _no_table(form: Form) -> ParameterError:
    return ParameterError(
        "export", "form", type(form).__name__, "has no finite table or tree of moves",
        "games of contributions or of answers have one with --points 5; games that go on for ever, "
        "and votes or crises with private draws, have none",
    )  # fmt: skip
