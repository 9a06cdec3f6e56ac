"""Contributions as a table of so many amounts a member, in the middle of equal parts of income."""

from __future__ import annotations

import numpy as np

from collsec.forms.contribution import ContributionForm
from collsec.forms.form import Strategies
from collsec.forms.normal import NormalForm
from collsec.interchange.detail import Detail
from collsec.interchange.grid import on_grid
from collsec.parameters import FloatArray

ASKS = ("points",)
SWEEPS = True


def note(form: ContributionForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the table leaves out."""
    return f"{detail.points} amounts a member"


def counts(form: ContributionForm, detail: Detail) -> list[int]:
    """Return the number of each member's strategies."""
    return [detail.points] * len(form.players)


def table(form: ContributionForm, detail: Detail) -> NormalForm:
    """Return the table of amounts given."""
    return on_grid(form, detail.points)


def plan(form: ContributionForm, strategies: Strategies, detail: Detail) -> dict[str, FloatArray]:
    """Return how an equilibrium is played: amounts on the grid beside each, mixed to its mean."""
    found = {}
    for i, name in enumerate(form.players):
        place = strategies["contribution"][i] / form.incomes[i] * detail.points - 0.5
        place = np.clip(place, 0.0, detail.points - 1)
        found[name] = np.maximum(0.0, 1.0 - np.abs(place - np.arange(detail.points)))
    return found
