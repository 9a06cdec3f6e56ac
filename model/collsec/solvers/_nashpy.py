"""What solvers share that hand two-player games to nashpy, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray, ParameterError
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale

Pair = tuple[FloatArray, FloatArray]
Solved = tuple[list[Pair], list[float], bool]
"""Equilibria of one game, their indices, and whether they are known to be all."""

SCOPE = "Nash equilibria in mixed strategies"
_SAME = 1e-8


def solve_each(
    form: NormalForm, solve_one: Callable[[FloatArray, FloatArray], Solved], method: str
) -> Equilibria:
    """Solve every game by itself, payoffs shifted and scaled to [1, 2], and certify the answers.

    Raises `ParameterError` where there are not two players.
    """
    if len(form.players) != 2:
        raise ParameterError(
            method, "players", form.players, "must be two", "use a solver for any number"
        )
    table = 1.0 + on_unit_scale(form).table
    games = [_solved(solve_one, table[place]) for place in np.ndindex(form.batch_shape)]
    width = max((len(game[0]) for game in games), default=0) or 1
    rows, columns = (
        _padded([[pair[side] for pair in game[0]] for game in games], width, count)
        for side, count in enumerate(form.n_actions)
    )
    index = _padded([game[1] for game in games], width)
    shape = (*form.batch_shape, width)
    strategies = {
        form.players[0]: rows.reshape(*shape, form.n_actions[0]),
        form.players[1]: columns.reshape(*shape, form.n_actions[1]),
    }
    return certify_by_spread(
        form,
        strategies,
        complete=np.array([game[2] for game in games], dtype=bool).reshape(form.batch_shape),
        scope=SCOPE,
        method=method,
        index=index.reshape(shape),
    )


def _solved(solve_one: Callable[[FloatArray, FloatArray], Solved], payoffs: FloatArray) -> Solved:
    """Solve one game; nashpy knows none with missing payoffs, or with one action a side."""
    if not np.isfinite(payoffs).all():
        return [], [], False
    (m, n), (row, column) = payoffs[0].shape, payoffs
    if m == 1:
        row, column = _with_a_worse_action(row, column)
    if n == 1:
        column, row = (wide.T for wide in _with_a_worse_action(column.T, row.T))
    pairs, indices, complete = solve_one(row, column)
    return [(x[:m], y[:n]) for x, y in pairs], indices, complete


def _with_a_worse_action(own: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return payoffs with another row that is never played, and against which nothing is tied."""
    count = own.shape[1]
    return np.vstack([own, np.full(count, 0.5)]), np.vstack([other, 1.0 + np.arange(count) / count])


def distinct(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs that differ, tiny weights set to zero, so that supports are exact."""
    kept: list[Pair] = []
    for pair in map(_rounded, pairs):
        gaps = [max(np.abs(a - b).max() for a, b in zip(pair, old, strict=True)) for old in kept]
        if all(gap > _SAME for gap in gaps):
            kept.append(pair)
    return kept


def _rounded(pair: Pair) -> Pair:
    """Return the pair with tiny weights set to zero, so that supports are exact."""
    row, column = (np.where(side < _SAME, 0.0, side) for side in pair)
    return row / row.sum(), column / column.sum()


def _padded(games: Sequence[Sequence[Any]], width: int, *shape: int) -> FloatArray:
    """Return the values of all games, NaN behind the last of each."""
    padded = np.full((len(games), width, *shape), np.nan)
    for place, values in enumerate(games):
        if len(values):
            padded[place, : len(values)] = values
    return padded
