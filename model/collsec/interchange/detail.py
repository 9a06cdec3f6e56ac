"""How much of a game a file shows: how fine the grid, how many stages, and what follows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from collsec.forms.form import Strategies
from collsec.parameters import ParameterError

MAX_STAGES = 100
MAX_POINTS = 10_000
POINTS = 3
"""Points of a grid where none are asked for."""


@dataclass(frozen=True, eq=False)
class Detail:
    """How a game is cut down to finitely many moves.

    Attributes
    ----------
    points : int
        Cells of equal chance for each private draw; offers, levels or amounts to choose among.
    stages : int or None
        Stages of a game that goes on; None leaves it to the form.
    equilibrium : mapping of str to array, or None
        One equilibrium, without the axis of equilibria: what is played after the last stage. Games
        that go on for ever need it.
    """

    points: int = POINTS
    stages: int | None = None
    equilibrium: Strategies | None = field(default=None)

    def __post_init__(self) -> None:
        """Raise `ParameterError` for fewer than two points or no stage, and for too many."""
        if not 2 <= self.points <= MAX_POINTS:
            raise ParameterError(
                "export", "points", self.points, f"must lie between 2 and {MAX_POINTS:,}",
                "give a number between: --points 3",
            )  # fmt: skip
        if self.stages is not None and not 1 <= self.stages <= MAX_STAGES:
            raise ParameterError(
                "export", "stages", self.stages, f"must lie between 1 and {MAX_STAGES}",
                "give a number between: --stages 2",
            )  # fmt: skip

    def after(self, owner: str) -> Strategies:
        """Return the equilibrium played after the last stage; raise where none is given."""
        if self.equilibrium is None:
            raise ParameterError(
                "export", "equilibrium", "None",
                f"is what follows the last stage of a {owner}, which goes on for ever",
                "solve the game and give one of its equilibria",
            )  # fmt: skip
        return self.equilibrium
