"""Solve a game under an assumption set and an institution: one game, or a whole sweep of them."""

from __future__ import annotations

from collsec import solvers
from collsec.assumptions import NEUTRAL, Assumptions
from collsec.equilibrium import Equilibria
from collsec.games.game import Game
from collsec.institutions import Institution
from collsec.parameters import ParameterError


def solve(
    game: Game, under: Assumptions = NEUTRAL, institution: Institution | None = None
) -> Equilibria:
    """Return the certified equilibria of `game`, as states see it who hold these assumptions.

    Raises `ParameterError` where an institution is given to a game that has none, and
    `CertificateError` where nothing that was found in a single game survives its certificate.
    """
    return solvers.solve(with_institution(game, institution).form().under(under))


def with_institution(game: Game, institution: Institution | None) -> Game:
    """Return the game under this institution; the game itself where that is None."""
    if institution is None:
        return game
    if not has_institution(type(game)):
        raise ParameterError(
            game.title(),
            "institution",
            institution.label,
            "is not part of this game, which knows no institution",
            "leave the institution out",
        )
    return game.replace(institution=institution)


def has_institution(kind: type[Game]) -> bool:
    """Whether games of this kind are played under an institution."""
    return "institution" in kind.parameters
