"""Private draws on a grid: cells of equal chance, each standing for all draws in it by its mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from collsec.forms.branches import Branch, Chance, chance
from collsec.forms.shock import Shock, partial_mean, quantile
from collsec.parameters import FloatArray


@dataclass(frozen=True, eq=False)
class Cells:
    """Equally likely cells of a draw, from the lowest to the highest, and their means."""

    means: FloatArray

    @classmethod
    def uniform(cls, low: float, high: float, points: int) -> Self:
        """Return the cells of a uniform draw; one alone where its ends coincide."""
        n = points if high > low else 1
        return cls(low + (high - low) * (np.arange(n) + 0.5) / n)

    @classmethod
    def shock(cls, kind: Shock, points: int) -> Self:
        """Return the cells of a shock with mean zero, by the exact means of each."""
        share = np.arange(points + 1) / points
        below = partial_mean(kind, quantile(kind, share, 1.0 - share))
        return cls(points * np.diff(below))

    @property
    def n(self) -> int:
        """How many cells there are."""
        return len(self.means)

    def below(self, chance_: float) -> FloatArray:
        """Return the share of each cell that lies among the lowest draws of this chance."""
        return np.clip(chance_ * self.n - np.arange(self.n), 0.0, 1.0)

    def above(self, chance_: float) -> FloatArray:
        """Return the share of each cell that lies among the highest draws of this chance."""
        return self.below(chance_)[::-1]

    def place(self, value: float, low: float, high: float) -> int:
        """Return the cell that holds a value of a uniform draw between these ends."""
        share = (value - low) / (high - low) if high > low else 0.0
        return int(np.clip(np.floor(share * self.n), 0, self.n - 1))

    def draw(self, label: str, branches: Sequence[Branch]) -> Branch:
        """Return the draw of a cell, after which the branch of that cell follows."""
        names = [f"{label} {mean:.6g}" for mean in self.means]
        if len(set(names)) < self.n:
            names = [f"{name} ({k + 1})" for k, name in enumerate(names)]
        odds = dict(zip(names, ((1.0 / self.n, item) for item in branches), strict=True))
        return lottery(odds, label)


def lottery(odds: Mapping[str, tuple[float, Branch]], label: str) -> Branch:
    """Return a draw among those outcomes that can occur; what follows itself, where one is sure."""
    live: dict[str, tuple[float | FloatArray, Branch]] = {
        name: (float(weight), branch) for name, (weight, branch) in odds.items() if weight > 0
    }
    if len(live) == 1:
        ((_, branch),) = live.values()
        return branch
    return Chance(live, label) if label else chance(live)


def act(share: float) -> FloatArray:
    """Return a mix of two actions of which the second has this chance."""
    return np.array([1.0 - share, share])


def pure(place: int, n: int) -> FloatArray:
    """Return the mix that takes one of n actions for sure."""
    return np.asarray(np.eye(n)[place])
