"""Answers at private costs as a table of cut-offs: how many of the cells of cost answer.

Of all plans for the cells of the tree these are the ones that can be best: those that bear least
answer first. A table of K cells has K + 1 cut-offs a member, where plans would be 2^K.
"""

from __future__ import annotations

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.participation import ParticipationForm
from collsec.interchange.detail import Detail
from collsec.interchange.grid import on_grid
from collsec.parameters import FloatArray

ASKS = ("points",)
SWEEPS = True


def note(form: ParticipationForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the table leaves out."""
    return f"cut-offs in {detail.points} equally likely cells of private costs"


def counts(form: ParticipationForm, detail: Detail) -> list[int]:
    """Return the number of each member's strategies."""
    return [detail.points + 1] * len(form.players)


def table(form: ParticipationForm, detail: Detail) -> NormalForm:
    """Return the table of cut-offs."""
    return on_grid(form, detail.points + 1)


def plan(form: ParticipationForm, strategies: Strategies, detail: Detail) -> dict[str, FloatArray]:
    """Return how an equilibrium is played: the cut-offs beside each, mixed to its chance."""
    places = detail.points * strategies["answer"][..., 0]
    cutoffs = np.arange(detail.points + 1)
    return {
        name: np.maximum(0.0, 1.0 - np.abs(place - cutoffs))
        for name, place in zip(form.players, places, strict=True)
    }
