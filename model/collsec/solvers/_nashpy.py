"""What solvers share that hand two-player games to nashpy, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray, ParameterError

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
    games = [
        solve_one(*(_positive(matrix) for matrix in form.table[place]))
        for place in np.ndindex(form.batch_shape)
    ]
    width = max(*(len(game[0]) for game in games), 1, 1)
    rows, columns = (
        np.stack([_padded([pair[side] for pair in game[0]], width, count) for game in games])
        for side, count in enumerate(form.n_actions)
    )
    index = np.stack([_padded(game[1], width) for game in games])
    shape = (*form.batch_shape, width)
    strategies = {
        form.players[0]: rows.reshape(*shape, -1),
        form.players[1]: columns.reshape(*shape, -1),
    }
    return certify(
        form,
        strategies,
        complete=np.array([game[2] for game in games]).reshape(form.batch_shape),
        scope=SCOPE,
        method=method,
        index=index.reshape(shape),
        scale=np.abs(form.table).max(axis=(-3, -2, -1)),
    )


def distinct(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs that differ, tiny weights set to zero, so that supports are exact."""
    kept: list[Pair] = []
    for pair in map(_rounded, pairs):
        gaps = [max(np.abs(a - b).max() for a, b in zip(pair, old, strict=True)) for old in kept]
        if all(gap > _SAME for gap in gaps):
            kept.append(pair)
    return kept


def _positive(matrix: FloatArray) -> FloatArray:
    """Return payoffs on a scale from one to two."""
    low, high = matrix.min(), matrix.max()
    return np.asarray(1.0 + (matrix - low) / (high - low if high > low else 1.0))


def _rounded(pair: Pair) -> Pair:
    """Return the pair with tiny weights set to zero, so that supports are exact."""
    row, column = (np.where(side < _SAME, 0.0, side) for side in pair)
    return row / row.sum(), column / column.sum()


def _padded(values: list[FloatArray] | list[float], width: int, *shape: int) -> FloatArray:
    padded = np.full((width, *shape), np.nan)
    if values:
        padded[: len(values)] = values
    return padded
