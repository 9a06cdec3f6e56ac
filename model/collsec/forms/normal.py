r"""A game in strategic form: a payoff to every player for every profile of actions.

With relative gains, :math:`U_i = V_i - \rho \, \mathrm{mean}_{j \ne i} V_j`, cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.parameters import FloatArray, ParameterError


@dataclass(frozen=True, eq=False)
class NormalForm(Form):
    """Payoffs of all players for all profiles of actions.

    Attributes
    ----------
    table : array, shape (*batch, n_players, *n_actions)
        Payoffs; the axis behind the batch is the player who receives them.
    names : tuple of str
        The players' names; their number tells batch axes from action axes.
    actions : tuple of tuple of str
        The names of each player's actions; numbered where not given.
    """

    table: FloatArray
    names: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...] = ()
    least: ClassVar[float] = 1e-280
    """The smallest probability that strategies hold to full precision."""

    def __post_init__(self) -> None:
        """Check that the table fits the players; raise `ParameterError` if it does not."""
        table = np.ascontiguousarray(self.table, dtype=np.float64)
        n_players = len(self.names)
        if table.ndim <= n_players or table.shape[-n_players - 1] != n_players:
            raise ParameterError(
                "normal_form", "table", table.shape,
                f"must have the shape (*batch, {n_players}, *n_actions)",
                "put the axis of the players before one axis of actions per player",
            )  # fmt: skip
        table.flags.writeable = False
        object.__setattr__(self, "table", table)
        if not self.actions:
            object.__setattr__(self, "actions", tuple(map(_numbered, self.n_actions)))
        if tuple(map(len, self.actions)) != self.n_actions:
            raise ParameterError(
                "normal_form", "actions", self.actions,
                f"must name {self.n_actions} actions", "give one tuple of names per player",
            )  # fmt: skip

    @classmethod
    def from_bimatrix(
        cls,
        row: FloatArray,
        column: FloatArray,
        players: tuple[str, str] = ("row", "column"),
        actions: tuple[tuple[str, ...], ...] = (),
    ) -> Self:
        """Return the two-player game with these payoff matrices, each of shape (*batch, m, n).

        `collsec.solvers.solve` finds its equilibria, `collsec.solvers.nash_subsets.nash_subsets`
        the connected sets that they span; payoffs that are fractions go to
        `collsec.solvers.bimatrix_exact.bimatrix_exact` as they are.
        """
        first, second = np.broadcast_arrays(np.asarray(row, float), np.asarray(column, float))
        return cls(np.stack([first, second], axis=-3), players, actions)

    @classmethod
    def from_nashpy(cls, game: Any) -> Self:
        """Return the two-player game that a `nashpy.Game` holds."""
        return cls.from_bimatrix(*game.payoff_matrices)

    def to_nashpy(self, index: tuple[int, ...] = ()) -> Any:
        """Return one game of the batch as a `nashpy.Game`; two players only."""
        if len(self.players) != 2:
            raise ParameterError(
                "normal_form", "players", self.players, "nashpy knows games of two players",
                "use a solver for any number of players",
            )  # fmt: skip
        import nashpy  # noqa: PLC0415 - half a second, for those who need it

        return nashpy.Game(*np.array(self.table[index]))

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names."""
        return self.names

    @property
    def n_actions(self) -> tuple[int, ...]:
        """The number of actions of each player."""
        return tuple(self.table.shape[-len(self.players) :])

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return tuple(self.table.shape[: -len(self.players) - 1])

    def utility(self, player: int) -> FloatArray:
        """Return one player's payoffs, shape (*batch, *n_actions)."""
        return np.asarray(np.take(self.table, player, axis=len(self.batch_shape)))

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The actions, as each player's strategy lists them."""
        return {name: (actions,) for name, actions in zip(self.names, self.actions, strict=True)}

    def under(self, levers: Levers) -> Self:
        """Return the game with relative gains; the other levers find nothing to act on."""
        n_players = len(self.players)
        rho = np.asarray(levers.relative_gains, dtype=np.float64)
        rho = rho.reshape(*rho.shape, *([1] * n_players))
        values = [self.utility(player) for player in range(n_players)]
        rewritten = [value - rho * _mean_of_others(values, i) for i, value in enumerate(values)]
        return replace(self, table=np.stack(rewritten, axis=-n_players - 1))

    def spread(self, shape: tuple[int, ...]) -> Self:
        """Return the form with its batch axes broadcast to this shape; the table is copied."""
        behind = self.table.shape[len(self.batch_shape) :]
        if shape == self.batch_shape:
            return self
        lead = self.table.reshape(*[1] * (len(shape) - len(self.batch_shape)), *self.table.shape)
        return replace(self, table=np.broadcast_to(lead, (*shape, *behind)))

    def choices(self, strategies: Strategies) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Return each player's probability of every action, and what the action yields.

        Both of shape (*batch, n_equilibria, n_actions).
        """
        mixes = [np.asarray(strategies[name], dtype=np.float64) for name in self.players]
        return {
            name: (mixes[player], self.against(player, mixes))
            for player, name in enumerate(self.players)
        }

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_players)."""
        if len(self.players) == 2:
            return self.outcomes(strategies)[1]
        mixes = [np.asarray(strategies[name], dtype=np.float64) for name in self.players]
        values = [
            (self.against(player, mixes) * mixes[player]).sum(axis=-1)
            for player in range(len(self.players))
        ]
        return np.stack(values, axis=-1)

    def against(self, player: int, mixes: list[FloatArray]) -> FloatArray:
        """Return what each action yields against the others' mixed strategies.

        Shape (*batch, n_equilibria, n_actions of the player).
        """
        n_batch = len(self.batch_shape)
        own_first = np.moveaxis(self.utility(player), n_batch + player, n_batch)
        values = np.ascontiguousarray(own_first[(slice(None),) * n_batch + (None,)])
        for other in reversed(range(len(self.players))):
            if other != player:
                mix = mixes[other]
                n_between = values.ndim - mix.ndim
                mix = mix.reshape(*mix.shape[:-1], *([1] * n_between), mix.shape[-1])
                values = np.ascontiguousarray(values * mix).sum(axis=-1)
        return values

    def outcomes(self, strategies: Strategies) -> tuple[FloatArray, FloatArray]:
        """Return `regret` and `payoffs` of a two-player game, in one compiled pass."""
        from collsec.forms._two_players import outcome  # noqa: PLC0415 - compiled at first use

        rows, columns = (np.asarray(strategies[name], dtype=np.float64) for name in self.players)
        return outcome(self.table, rows, columns)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from any other action, shape (*batch, n_equilibria).

        Infinite where a strategy is no probability distribution. Costs one pass through the table
        per player and profile.
        """
        if len(self.players) == 2:
            return self.outcomes(strategies)[0]
        mixes = [np.asarray(strategies[name], dtype=np.float64) for name in self.players]
        gains, valid = [], []
        for player, mix in enumerate(mixes):
            values = self.against(player, mixes)
            gains.append(values.max(axis=-1) - (values * mix).sum(axis=-1))
            valid.append((mix >= 0).all(axis=-1) & (np.abs(mix.sum(axis=-1) - 1.0) <= 1e-9))
        worst = np.maximum(np.stack(gains).max(axis=0), 0.0)
        return np.where(np.isnan(worst) | np.all(valid, axis=0), worst, np.inf)


def _numbered(n_actions: int) -> tuple[str, ...]:
    return tuple(f"action {i + 1}" for i in range(n_actions))


def _mean_of_others(values: list[FloatArray], player: int) -> FloatArray:
    others = [value for other, value in enumerate(values) if other != player]
    total = sum(others[1:], others[0]) if others else np.zeros_like(values[0])
    return np.asarray(total / max(len(others), 1))
