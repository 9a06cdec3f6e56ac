"""A game whose equilibria are known without any solver of the package, and what is wrong near them.

`battery/<form>.py` holds the games of one form: every public function there that takes nothing
returns a `Known`. Beside them a file may say, by these names,

- `NEAR`: how a profile of this form is changed a little: `mixes`, `numbers` or `switches`, or a
  function like them, or one for each name in the strategies;
- `COVERS`: what each `Equilibria.scope` means: a predicate (form, equilibrium), which says
  whether an equilibrium lies in it; a scope that is not listed covers everything;
- `REFUSES`: for a solver's name, a predicate (form) of the games that are outside its class, which
  it must refuse with a `ParameterError`;
- `PARTIAL`: the names of solvers that look for some equilibria only, and claim no more;
- `MODEST`: the names of solvers that never claim to have found all, and find at least one;
- `ADAPTED`: for the name of a solver that takes no form, a function (form) that calls it, or
  returns None where the game cannot be put to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from collsec.forms.form import Form

Profile = Mapping[str, Any]
"""What is chosen in one equilibrium, by name: arrays without an axis of equilibria."""

HAND = "by hand"
"""The source of what the game's docstring derives."""

EPSILON = 1e-2


@dataclass(frozen=True)
class Known:
    """One game and what is known about it.

    Attributes
    ----------
    form : Form
        A single game, no batch.
    equilibria : list of Profile
        Those that are known.
    source : str
        A key of the bibliography, or `HAND`.
    is_all : bool
        Whether these are all equilibria, and not some of infinitely many.
    doubtful : set of str
        The solvers that cannot know that they found all: they must not say so, and may find more
        or less than is listed.
    wrong : list of (Profile, float)
        Profiles that are no equilibria, each with its regret; None for any above the tolerance.
    is_isolated : bool
        Whether every small change of a known equilibrium makes it none.
    free : tuple of str
        Names in the strategies that an equilibrium leaves open, as beliefs off the path.
    scale : float
        The size of payoffs.
    """

    form: Form
    equilibria: list[Profile]
    source: str = HAND
    is_all: bool = True
    doubtful: set[str] = field(default_factory=set)
    wrong: list[tuple[Profile, float | None]] = field(default_factory=list)
    is_isolated: bool = True
    free: tuple[str, ...] = ()
    scale: float = 1.0


Change = Callable[[np.ndarray], Iterator[np.ndarray]]
"""All small changes of one array of choices."""


def mixes(chances: np.ndarray) -> Iterator[np.ndarray]:
    """Move a little weight between any two actions; the last axis holds those of one choice."""
    for row in np.ndindex(chances.shape[:-1]):
        for giver in np.flatnonzero(chances[row] > EPSILON):
            for taker in range(chances.shape[-1]):
                if taker != giver:
                    changed = chances.copy()
                    changed[*row, giver] -= EPSILON
                    changed[*row, taker] += EPSILON
                    yield changed


def numbers(values: np.ndarray, low: float = 0.0, high: float = np.inf) -> Iterator[np.ndarray]:
    """Move one number a little up or down, within its range."""
    for place in np.ndindex(values.shape):
        for step in (-EPSILON, EPSILON):
            changed = values.copy()
            changed[place] += step * max(1.0, abs(values[place]))
            if low <= changed[place] <= high:
                yield changed


def chances(values: np.ndarray) -> Iterator[np.ndarray]:
    """Move one chance a little up or down."""
    return numbers(values, high=1.0)


def switches(values: np.ndarray) -> Iterator[np.ndarray]:
    """Turn one choice of two into the other."""
    for place in np.ndindex(values.shape):
        changed = values.copy()
        changed[place] = 1 - changed[place]
        yield changed


def changed(
    game: Known, profile: Profile, near: Change | Mapping[str, Change]
) -> Iterator[Profile]:
    """Change one array of choices a little, all others as they are."""
    for name, values in arrays(profile).items():
        if name not in game.free:
            for moved in near[name](values) if isinstance(near, Mapping) else near(values):
                yield {**profile, name: moved}


def arrays(profile: Profile) -> dict[str, np.ndarray]:
    return {name: np.asarray(values, dtype=np.float64) for name, values in profile.items()}


def stacked(profiles: list[Profile]) -> dict[str, np.ndarray]:
    """Give profiles the axis of equilibria that forms expect."""
    names = list(profiles[0])
    return {name: np.stack([arrays(profile)[name] for profile in profiles]) for name in names}


def distance(game: Known, first: Profile, second: Profile) -> float:
    """The largest difference between what two profiles choose, but for what is left open."""
    names = [name for name in first if name not in game.free]
    one, two = arrays(first), arrays(second)
    return max(_gap(one[name], two[name]) for name in names)


def _gap(one: np.ndarray, two: np.ndarray) -> float:
    """The largest difference; none where both are missing, infinite where one is."""
    gaps = np.where(np.isnan(one) & np.isnan(two), 0.0, np.abs(one - two))
    return float(np.max(np.nan_to_num(gaps, nan=np.inf), initial=0.0))
