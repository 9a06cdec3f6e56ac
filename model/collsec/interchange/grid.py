"""A game with a continuum of choices as a table of finitely many of them."""

from __future__ import annotations

import itertools
from functools import singledispatch

import numpy as np

from collsec.forms.contribution import ContributionForm
from collsec.forms.form import Form, Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.participation import ParticipationForm
from collsec.interchange.size import refuse_profiles
from collsec.parameters import FloatArray, ParameterError


def on_grid(form: Form, points: int) -> NormalForm:
    """Return the table in which every member chooses among so many strategies.

    A contribution is the middle of one of `points` equal parts of income, which keeps utility
    finite. Who answers at a privately known cost chooses a cut-off: it answers with chance
    k/(points - 1), which are the draws that cost it least; all other strategies answer equally
    often at a higher cost. Equilibria of the table approach those of the game as `points` grows.

    Raises `ParameterError` for forms without such a grid, fewer than two points, or too large a
    table.
    """
    if points < 2:
        raise ParameterError(
            "export", "points", points, "must be at least 2", "give each member 2 or more"
        )
    refuse_profiles([points] * len(form.players), "give fewer points or members")
    levels = np.array(list(itertools.product(range(points), repeat=len(form.players))))
    values = form.payoffs(_strategies(form, levels, points))
    shape = (*form.batch_shape, len(form.players), *[points] * len(form.players))
    names = tuple(_names(form, i, points) for i in range(len(form.players)))
    return NormalForm(np.moveaxis(values, -1, -2).reshape(shape), form.players, names)


@singledispatch
def _strategies(form: Form, levels: FloatArray, points: int) -> Strategies:  # noqa: ARG001
    """Return the profiles at these levels, (n_profiles, n_members), each from 0 to `points` - 1."""
    raise ParameterError(
        "export", "points", points, f"means nothing to a {type(form).__name__}", "leave it out"
    )


@_strategies.register
def _(form: ContributionForm, levels: FloatArray, points: int) -> Strategies:
    return {"contribution": (levels + 0.5) / points * form.incomes[..., None, :]}


@_strategies.register
def _(form: ParticipationForm, levels: FloatArray, points: int) -> Strategies:
    answer = np.broadcast_to(levels / (points - 1), (*form.batch_shape, *levels.shape))
    return {"answer": np.stack([answer, 1 - answer], axis=-1)}


def _names(form: Form, member: int, points: int) -> tuple[str, ...]:
    if isinstance(form, ContributionForm) and not form.batch_shape:
        levels = (np.arange(points) + 0.5) / points * form.incomes[member]
        return tuple(f"give {level:.6g}" for level in levels)
    if isinstance(form, ContributionForm):
        return tuple(f"give {(k + 0.5) / points:.3g} of income" for k in range(points))
    return tuple(f"answer {k / (points - 1):.3g}" for k in range(points))
