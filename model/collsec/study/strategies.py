"""How an equilibrium's strategies are shown: a column of the players, or a table of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from collsec.games.game import Game
from collsec.study.tables import Row

MANY = 10
"""Tables show no more columns than these; comparisons show the mean over more members."""


def chosen(equilibrium: Mapping[str, Any], key: str) -> Any:
    """Return a strategy, as exact rationals where these are known."""
    return equilibrium.get("exact", {}).get(key, equilibrium["strategies"][key])


@dataclass(frozen=True)
class Strategies:
    """The strategies of one equilibrium of an answer, as `collsec.study.report.answer` gives it.

    A strategy that has not one entry a player, or whose labels are not the players, gets rows of
    its own: its last axis makes the columns, and the axis before it the rows. One that has a table
    of the players for each of several cases gets a column for each case and each action but the
    last, to which the rest falls.
    """

    game: Game
    found: Mapping[str, Any]
    equilibrium: Mapping[str, Any]

    def of_players(self) -> dict[str, Sequence[Any]]:
        """Return what is one entry a player, by name; members come first among the players.

        Observables that bear the name of such a strategy say the same, and are left out.
        """
        columns: dict[str, Sequence[Any]] = {}
        for key in self._keys:
            columns |= self._columns(key)
        columns["payoff"] = self.equilibrium["payoffs"]
        for item in self.game.observables:
            seen = self.equilibrium["observables"].get(item.name)
            is_told = item.name in self._keys and self._is_one_each(item.name)
            if item.per and isinstance(seen, list) and not is_told:
                columns.setdefault(item.name, seen)
        n_players = len(self.found["players"])
        return {
            key: [*column, *[None] * (n_players - len(column))]
            for key, column in columns.items()
            if len(column) <= n_players
        }

    def tables(self) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
        """Yield the columns and the rows of every table of other strategies."""
        tables: dict[tuple[str, ...], list[Row]] = {}
        for key in self._keys:
            if self._is_tabled(key) and not self._is_one_each(key):
                axes = self._axes(key)
                tables.setdefault(axes[-1], []).extend(_rows(key, axes, self._value(key)))
        yield from tables.items()

    def by_case(self) -> dict[str, Sequence[Any]]:
        """Return what players do in each of several cases, by case and action."""
        columns: dict[str, Sequence[Any]] = {}
        for key in filter(self._is_by_case, self._keys):
            cases, _, actions = self._axes(key)
            for case, lines in zip(cases, self._value(key), strict=True):
                for i, action in enumerate(actions[:-1]):
                    head = _head(key, case if len(cases) > 1 else "", action)
                    columns[head] = [line[i] for line in lines]
        return columns

    def too_long(self) -> list[str]:
        """Return the strategies that have too many parts for a table."""
        lists = [key for key in self._keys if isinstance(self._value(key), list)]
        is_shown = (self._is_one_each, self._is_tabled, self._is_by_case)
        return [key for key in lists if not any(test(key) for test in is_shown)]

    def _columns(self, key: str) -> dict[str, Sequence[Any]]:
        """Return the columns of a strategy with one entry a player: one for each labelled part."""
        if not self._is_one_each(key):
            return {}
        value = self._value(key)
        if key not in self.found["labels"]:
            return {key: value}
        parts = self._axes(key)[-1]
        return {f"{key}: {part}": [line[i] for line in value] for i, part in enumerate(parts)}

    @property
    def _keys(self) -> list[str]:
        return list(self.equilibrium["strategies"])

    def _value(self, key: str) -> Any:
        return chosen(self.equilibrium, key)

    def _shape(self, key: str) -> tuple[int, ...]:
        return np.shape(self.equilibrium["strategies"][key])

    def _is_one_each(self, key: str) -> bool:
        """Whether a strategy lists one number, or one short list of them, for every player."""
        if key in self.found["labels"]:
            axes = self.found["labels"][key]
            return len(axes) == 2 and list(axes[0]) == list(self.found["players"])
        shape, groups = self._shape(key), [len(self.found["players"])]
        if self.game.n_members > 1:
            groups.append(self.game.n_members)
        return len(shape) in (1, 2) and shape[0] in groups

    def _is_by_case(self, key: str) -> bool:
        """Whether a strategy lists for several cases what each of the first players does."""
        axes, players = self.found["labels"].get(key, ()), list(self.found["players"])
        return len(axes) == 3 and list(axes[1]) == players[: len(axes[1])]

    def _is_tabled(self, key: str) -> bool:
        shape = self._shape(key)
        return len(shape) in (1, 2) and max(shape) <= MANY

    def _axes(self, key: str) -> list[tuple[str, ...]]:
        """Return the labels along each axis; numbers from one where the form gives none."""
        if key in self.found["labels"]:
            return [tuple(axis) for axis in self.found["labels"][key]]
        return [tuple(str(i + 1) for i in range(size)) for size in self._shape(key)]


def _head(key: str, case: str, action: str) -> str:
    place = f"{key}, {case}" if case else key
    return place if action == key else f"{place}: {action}"


def _rows(key: str, axes: Sequence[tuple[str, ...]], value: Sequence[Any]) -> list[Row]:
    if len(axes) == 1:
        return [(key, *value)]
    return [(f"{key}: {name}", *line) for name, line in zip(axes[0], value, strict=True)]
