"""What each move of a threat is worth: the numbers from which all its equilibria are worked out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property, reduce
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.threat import (
    CHALLENGER,
    CONCESSION,
    DEFENDER,
    RETREAT,
    STATUS_QUO,
    WAR,
    ThreatForm,
)
from collsec.parameters import BoolArray, FloatArray

Pair = tuple[float, float]
SOMEBODY: tuple[Pair, ...] = ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0))
NOBODY: Pair = (0.0, 0.0)
MIXED = 1e-9
"""A choice that is nearer than this to being pure counts as pure, and is found as such."""
_NEARLY = 1e-9
"""Supports are left out where no game of a batch comes nearer than this to having them."""


class Play(NamedTuple):
    """What is done and believed: chances have shape (n_games, n_rows, 2), beliefs no last axis."""

    demand: FloatArray
    resist: FloatArray
    fight: FloatArray
    demander_hard: FloatArray
    resister_hard: FloatArray


@dataclass(frozen=True, eq=False)
class Stakes:
    """Gains in units of each player's spread of payoffs, by types i (challenger), j (defender).

    A demand gains the challenger `unresisted` (n, i) plus, for each j that resists, `resisted`
    (n, i, j), and `fought` (n, i, j) more if it fights. To resist gains the defender `faced`
    (n, i, j), and `warred` (n, i, j) more if the challenger fights. `odds` (n, player, type) are
    the chances of the types; `resisted` and `fought` contain those of j.
    """

    unresisted: FloatArray
    resisted: FloatArray
    fought: FloatArray
    faced: FloatArray
    warred: FloatArray
    odds: FloatArray

    @classmethod
    def of(cls, form: ThreatForm) -> Self:
        """Return the stakes of all games of the batch, one behind the other."""
        table = np.broadcast_to(form.utility, (*form.batch_shape, 4, 2, 2, 2))
        table = table.reshape(-1, 4, 2, 2, 2)
        odds = np.array(form.odds.reshape(-1, 2, 2))
        low, high = (edge(axis=(1, 3, 4), keepdims=True) for edge in (table.min, table.max))
        table = (table - low) / np.where(high > low, high - low, 1.0)
        own, theirs = table[:, :, CHALLENGER], table[:, :, DEFENDER]
        meeting = odds[:, DEFENDER, None, :]
        gain = (own[:, CONCESSION] - own[:, STATUS_QUO]) * meeting
        return cls(
            unresisted=gain[..., 0] + gain[..., 1],
            resisted=(own[:, RETREAT] - own[:, CONCESSION]) * meeting,
            fought=(own[:, WAR] - own[:, RETREAT]) * meeting,
            faced=theirs[:, RETREAT] - theirs[:, CONCESSION],
            warred=theirs[:, WAR] - theirs[:, RETREAT],
            odds=odds,
        )

    def part(self, low: int, high: int) -> Stakes:
        """Return the games from `low` up to `high`."""
        return Stakes(*(getattr(self, item.name)[low:high] for item in fields(self)))

    def __len__(self) -> int:
        return len(self.odds)

    @cached_property
    def fights(self) -> tuple[Pair, ...]:
        """Which types of the challenger may fight in any of the games, whatever they believe."""
        least, most = self.fought.min(axis=-1), self.fought.max(axis=-1)
        return _plausible((*SOMEBODY, NOBODY), least, most)

    @cached_property
    def wavering(self) -> tuple[int, ...]:
        """The types of the challenger that may be in doubt about fighting."""
        return _in_doubt(self.fought.min(axis=-1), self.fought.max(axis=-1))

    @cached_property
    def replies(self) -> tuple[Pair, ...]:
        """Which types of the defender may resist, if any does."""
        return _plausible(SOMEBODY, *self._reply_range)

    @cached_property
    def torn(self) -> tuple[int, ...]:
        """The types of the defender that may be in doubt about resisting."""
        return _in_doubt(*self._reply_range)

    @cached_property
    def _reply_range(self) -> tuple[FloatArray, FloatArray]:
        ends = np.stack([self.faced, self.faced + self.warred])
        may = [[i for i in (0, 1) if any(pair[i] == f for pair in self.fights)] for f in (0, 1)]
        met = np.concatenate([ends[0][:, may[0]], ends[1][:, may[1]]], axis=1)
        return met.min(axis=1), met.max(axis=1)

    def by_bayes(self, player: int, chances: FloatArray) -> FloatArray:
        """Return the chance that who acts is hard, (n, rows); NaN where nobody acts."""
        acting = chances * self.odds[:, None, player, :]
        return np.asarray(acting[..., 0] / (acting[..., 0] + acting[..., 1]))

    def play(
        self,
        demand: FloatArray,
        resist: FloatArray,
        fight: FloatArray,
        demander_hard: FloatArray | None = None,
        resister_hard: FloatArray | None = None,
    ) -> Play:
        """Return a play with one row for each of the rows given; beliefs by Bayes' rule if left."""
        rows = np.broadcast_shapes(demand.shape[-2:], resist.shape[-2:], fight.shape[-2:])
        wide = [np.broadcast_to(m, (len(self), *rows)) for m in (demand, resist, fight)]
        beliefs = (demander_hard, resister_hard)
        found = [
            self.by_bayes(player, wide[player])
            if beliefs[player] is None
            else np.broadcast_to(np.asarray(beliefs[player]), (len(self), rows[0]))
            for player in (CHALLENGER, DEFENDER)
        ]
        return Play(wide[0], wide[1], wide[2], found[0], found[1])

    def demand_gain(self, resist: FloatArray, fight: FloatArray) -> FloatArray:
        """Return what a demand gains each type of the challenger, (n, rows, 2)."""
        met = self.resisted[:, None] + fight[..., None] * self.fought[:, None]
        weighed = resist[..., None, :] * met
        return np.asarray(self.unresisted[:, None] + weighed[..., 0] + weighed[..., 1])

    def resist_gain(self, demander_hard: FloatArray, fight: FloatArray) -> FloatArray:
        """Return what it gains each type of the defender to resist, (n, rows, 2)."""
        theirs = np.stack([demander_hard, 1.0 - demander_hard], axis=-1)[..., None]
        weighed = theirs * (self.faced[:, None] + fight[..., None] * self.warred[:, None])
        return np.asarray(weighed[..., 0, :] + weighed[..., 1, :])

    def fight_gain(self, resister_hard: FloatArray) -> FloatArray:
        """Return what it gains each type of the challenger to fight, (n, rows, 2)."""
        theirs = np.stack([resister_hard, 1.0 - resister_hard], axis=-1)
        each = self.fought / self.odds[:, DEFENDER, None, :]
        weighed = theirs[..., None, :] * each[:, None]
        return np.asarray(weighed[..., 0] + weighed[..., 1])

    def room(self, play: Play) -> FloatArray:
        """Return how far a play is from where it stops being an equilibrium, (n, rows).

        For a pure choice its gain over the other, for a mixed one its distance from being pure; the
        least of all. Mixed choices are indifferent by construction. Negative where it is none.
        """
        gains = (
            self.demand_gain(play.resist, play.fight),
            self.resist_gain(play.demander_hard, play.fight),
            self.fight_gain(play.resister_hard),
        )
        parts = [_room(chance, gain) for chance, gain in zip(play[:3], gains, strict=True)]
        least = reduce(np.minimum, (part[..., t] for part in parts for t in (0, 1)))
        inside = reduce(np.logical_and, [(b >= 0.0) & (b <= 1.0) for b in play[3:]])
        return np.where(inside & ~np.isnan(least), least, -np.inf)


def _plausible(pairs: tuple[Pair, ...], least: FloatArray, most: FloatArray) -> tuple[Pair, ...]:
    """Return the pure choices of both types that suit gains in these ranges in any game."""

    def suits(pair: Pair) -> bool:
        fits = [most[:, t] >= -_NEARLY if pair[t] else least[:, t] <= _NEARLY for t in (0, 1)]
        return bool(np.any(fits[0] & fits[1]))

    return tuple(pair for pair in pairs if suits(pair))


def _in_doubt(least: FloatArray, most: FloatArray) -> tuple[int, ...]:
    near = (least <= _NEARLY) & (most >= -_NEARLY)
    return tuple(t for t in (0, 1) if np.any(near[:, t]))


def _room(chance: FloatArray, gain: FloatArray) -> FloatArray:
    is_mixed: BoolArray = (chance != 0.0) & (chance != 1.0)
    inner = np.minimum(chance, 1.0 - chance)
    inner = np.where(inner > MIXED, inner, -np.inf)
    return np.where(is_mixed, inner, np.where(chance == 1.0, gain, -gain))
