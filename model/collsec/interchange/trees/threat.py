"""A threat between two types a side as the tree it is; nothing is left out."""

from __future__ import annotations

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.threat import DEMAND_BELIEF, RESIST_BELIEF, TYPES, ThreatForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import act
from collsec.parameters import FloatArray

SWEEPS = True


def note(form: ThreatForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree is."""
    return "the game itself"


def nodes(form: ThreatForm, detail: Detail) -> int:  # noqa: ARG001
    """Return the number of nodes."""
    return 1 + 4 * 7


def tree(form: ThreatForm, detail: Detail) -> TreeForm:  # noqa: ARG001
    """Return the tree."""
    return form.tree()


def plan(form: ThreatForm, strategies: Strategies, detail: Detail) -> Plan:  # noqa: ARG001
    """Return how an equilibrium is played, and to whom unexpected moves are laid."""
    demands = _doubts(float(strategies[DEMAND_BELIEF]), float(form.hard[0]))
    resists = _doubts(float(strategies[RESIST_BELIEF]), float(form.hard[1]))
    mixes: dict[str, FloatArray] = {}
    trembles: dict[str, FloatArray] = {}
    for k, kind in enumerate(TYPES):
        first, reply, last = (
            f"{kind} challenger", f"{kind} defender", f"{kind} challenger, resisted",
        )  # fmt: skip
        mixes[first] = act(float(strategies["demand"][k]))
        mixes[reply] = act(float(strategies["resist"][k]))
        mixes[last] = act(float(strategies["fight"][k]))
        trembles |= {first: act(demands[k]), reply: act(resists[k])}
    return Plan(mixes, trembles)


def _doubts(belief: float, prior: float) -> FloatArray:
    """Return weights of trembles of the hard and the soft by which a prior becomes a belief."""
    before = np.array([prior, 1.0 - prior])
    return np.array([belief, 1.0 - belief]) / np.where(before > 0, before, 1.0)
