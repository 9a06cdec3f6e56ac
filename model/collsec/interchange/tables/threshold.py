"""A game of acting or not as a table; nothing is left out."""

from __future__ import annotations

import itertools

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from collsec.forms.threshold import ThresholdForm
from collsec.interchange.detail import Detail
from collsec.parameters import FloatArray

Acting = ThresholdForm | SymmetricForm
SWEEPS = True


def note(form: Acting, detail: Detail) -> str:  # noqa: ARG001
    """Say what the table is."""
    return "the game itself"


def counts(form: Acting, detail: Detail) -> list[int]:  # noqa: ARG001
    """Return the number of each member's strategies."""
    return [2] * len(form.players)


def table(form: Acting, detail: Detail) -> NormalForm:  # noqa: ARG001
    """Return the table of who acts; every member may abstain or act."""
    n = len(form.players)
    act = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
    values = form.payoffs({"act": np.broadcast_to(act, (*form.batch_shape, *act.shape))})
    cells = np.moveaxis(values, -1, -2).reshape(*form.batch_shape, n, *[2] * n)
    return NormalForm(cells, form.players, (("abstain", "act"),) * n)


def plan(form: Acting, strategies: Strategies, detail: Detail) -> dict[str, FloatArray]:  # noqa: ARG001
    """Return how an equilibrium is played."""
    chances = zip(form.players, strategies["act"], strict=True)
    return {name: np.array([1.0 - chance, chance]) for name, chance in chances}
