"""A ladder as the tree it is; nothing is left out."""

from __future__ import annotations

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.ladder import INFORMED, IRRESOLUTE, RESOLUTE, LadderForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import act
from collsec.parameters import FloatArray

SWEEPS = True


def note(form: LadderForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree is."""
    return "the game itself"


def nodes(form: LadderForm, detail: Detail) -> int:  # noqa: ARG001
    """Return the number of nodes, at most."""
    return 3 + 2 * 4 * form.n_moves


def tree(form: LadderForm, detail: Detail) -> TreeForm:  # noqa: ARG001
    """Return the tree."""
    return form.tree()


def plan(form: LadderForm, strategies: Strategies, detail: Detail) -> Plan:  # noqa: ARG001
    """Return how an equilibrium is played, and what is believed where nobody climbs."""
    mixes, trembles = {}, {}
    for k, mover in enumerate(form.movers):
        climb = strategies["climb"][k]
        if mover != INFORMED:
            mixes[f"move {k}"] = act(float(climb[IRRESOLUTE]))
            continue
        weights = _doubts(strategies["belief"][k : k + 2])
        for kind in (IRRESOLUTE, RESOLUTE):
            mixes[f"move {k}, type {kind}"] = act(float(climb[kind]))
            trembles[f"move {k}, type {kind}"] = act(weights[kind])
    return Plan(mixes, trembles)


def _doubts(belief: FloatArray) -> FloatArray:
    """Return weights of trembles of both types by which the first belief becomes the second."""
    if len(belief) < 2:
        return np.ones(2)
    before, after = (np.array([1.0 - x, x]) for x in belief)
    return after / np.where(before > 0, before, 1.0)
