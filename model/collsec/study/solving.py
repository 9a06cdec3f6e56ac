"""Solve a game under an assumption set and an institution: one game, or a whole sweep of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from collsec import solvers
from collsec.assumptions import NEUTRAL, Assumptions
from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.games.game import Game
from collsec.institutions import Institution
from collsec.parameters import ParameterError


def solve(
    game: Game | Form,
    under: Assumptions = NEUTRAL,
    institution: Institution | None = None,
    solver: Callable[[Any], Equilibria] | None = None,
) -> Equilibria:
    """Return the certified equilibria of `game`, as states see it who hold these assumptions.

    `game` is a game, or a form of one's own: ``solve(NormalForm.from_bimatrix(A, B))`` solves all
    two-player games in A and B, of shape (*batch, m, n), at once. `solver` is a function of
    `collsec.solvers` that takes the place of the default one for the form.

    Raises `ParameterError` where an argument is a name and not the thing itself, and where an
    institution is given to a game that has none; `CertificateError` where nothing that was found
    in a single game survives its certificate.
    """
    check_kinds("solve", game, [under], [] if institution is None else [institution])
    if solver is not None and not callable(solver):
        remedy = "give the function, such as collsec.solvers.pure.pure"
        raise ParameterError("solve", "solver", solver, "is no solver", remedy)
    form = _form(game, institution)
    rewritten = form if under is NEUTRAL else form.under(under)
    return solvers.solve(rewritten) if solver is None else solver(rewritten)


def check_kinds(
    owner: str, game: object, assumptions: Sequence[object], institutions: Sequence[object]
) -> None:
    """Raise `ParameterError` where a name, or a class, stands in the place of an object."""
    if not isinstance(game, (Game, Form)):
        remedy = "give an object, such as collsec.Council() or a form"
        raise ParameterError(owner, "game", game, "is no game and no form", remedy)
    for item in assumptions:
        if not isinstance(item, Assumptions):
            remedy = "give an object, such as collsec.REALIST"
            raise ParameterError(owner, "assumptions", item, "is no assumption set", remedy)
    for item in institutions:
        if not isinstance(item, Institution):
            remedy = 'give an object, such as collsec.institutions.PRESETS.load("nato")'
            raise ParameterError(owner, "institution", item, "is no institution", remedy)


def _form(game: Game | Form, institution: Institution | None) -> Form:
    if isinstance(game, Game):
        return with_institution(game, institution).form()
    if institution is not None:
        raise _no_institution("form", institution)
    return game


def with_institution(game: Game, institution: Institution | None) -> Game:
    """Return the game under this institution; the game itself where that is None."""
    if institution is None:
        return game
    if not has_institution(type(game)):
        raise _no_institution(game.title(), institution)
    return game.replace(institution=institution)


def has_institution(kind: type[Game]) -> bool:
    """Whether games of this kind are played under an institution."""
    return "institution" in kind.parameters


def _no_institution(title: str, institution: Institution) -> ParameterError:
    return ParameterError(
        title,
        "institution",
        institution.label,
        "is not part of this game, which knows no institution",
        "leave the institution out",
    )
