r"""A game in strategic form: a payoff to every player for every profile of actions.

With relative gains, :math:`U_i = V_i - \rho \, \mathrm{mean}_{j \ne i} V_j`, cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Never, Self, overload

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.parameters import FloatArray, ParameterError


class _Table:
    """The table of a game, put together when first asked for if it was given by player."""

    @overload
    def __get__(self, form: None, owner: type) -> Never: ...
    @overload
    def __get__(self, form: NormalForm, owner: type) -> FloatArray: ...
    def __get__(self, form: NormalForm | None, owner: type) -> FloatArray:
        """Return the table, which is kept."""
        if form is None:
            raise AttributeError  # by this dataclasses know a field without a default
        if isinstance(vars(form)["table"], tuple):
            vars(form)["table"] = _fixed(np.stack(form.utilities, axis=-len(form.names) - 1))
        return np.asarray(vars(form)["table"])

    def __set__(self, form: NormalForm, given: FloatArray | tuple[FloatArray, ...]) -> None:
        """Keep payoffs as they are given, for reading only."""
        if isinstance(given, tuple) and given:
            vars(form)["table"] = _alike(tuple(map(_fixed, given)))
        else:
            vars(form)["table"] = _fixed(given, ("A", "C"))


@dataclass(frozen=True, eq=False)
class NormalForm(Form):
    """Payoffs of all players for all profiles of actions.

    Attributes
    ----------
    table : array, shape (*batch, n_players, *n_actions)
        Payoffs; the axis behind the batch is the player who receives them. May be given as a tuple
        of one array for each player, of shape (*batch, *n_actions), which is then not copied.
    names : tuple of str
        The players' names; their number tells batch axes from action axes.
    actions : tuple of tuple of str
        The names of each player's actions; numbered where not given.
    """

    table: _Table = _Table()
    names: tuple[str, ...]  # type: ignore[misc]  # the table has no default
    actions: tuple[tuple[str, ...], ...] = ()
    least: ClassVar[float] = 1e-280
    """The smallest probability that strategies hold to full precision."""

    def __post_init__(self) -> None:
        """Check that the table fits the players; raise `ParameterError` if it does not."""
        n_players, shape = len(self.names), self._shape
        if len(set(self.names)) < n_players:
            raise ParameterError(
                "normal_form", "names", self.names, "must differ",
                "strategies are listed by player: give each a name of its own",
            )  # fmt: skip
        if len(shape) <= n_players or shape[-n_players - 1] != n_players:
            raise ParameterError(
                "normal_form", "table", shape,
                f"must have the shape (*batch, {n_players}, *n_actions)",
                "put the axis of the players before one axis of actions per player",
            )  # fmt: skip
        if 0 in self.n_actions:
            raise ParameterError(
                "normal_form", "n_actions", self.n_actions, "must all be at least 1",
                "give each player an action; one that cannot choose has one",
            )  # fmt: skip
        if not self.actions:
            object.__setattr__(self, "actions", tuple(map(_numbered, self.n_actions)))
        if tuple(map(len, self.actions)) != self.n_actions:
            raise ParameterError(
                "normal_form", "actions", self.actions,
                f"must name {self.n_actions} actions", "give one tuple of names per player",
            )  # fmt: skip
        if not self.batch_shape and not np.all(np.isfinite(self.table)):
            raise ParameterError(
                "normal_form", "table", self.table.tolist(), "must hold finite numbers only",
                "replace what is missing or infinite; in a batch such games have no answer",
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

        They are kept, not copied, and nobody can write to them any more.
        `collsec.solvers.solve` finds its equilibria, `collsec.solvers.nash_subsets.nash_subsets`
        the connected sets that they span; payoffs that are fractions go to
        `collsec.solvers.bimatrix_exact.bimatrix_exact` as they are.
        """
        if np.shape(players) != (2,):
            raise ParameterError(
                "normal_form", "players", players, "must be two names",
                'write ("row", "column"), or leave them out',
            )  # fmt: skip
        return cls((row, column), players, actions)

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
        if len(index) != len(self.batch_shape) or not _lies_in(index, self.batch_shape):
            raise ParameterError(
                "normal_form", "index", index, f"must lie in a batch of shape {self.batch_shape}",
                "nashpy knows single games: give one place along each axis of the batch",
            )  # fmt: skip
        import nashpy  # noqa: PLC0415 - half a second, for those who need it

        return nashpy.Game(*np.array(self.table[index]))

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names."""
        return self.names

    @property
    def _shape(self) -> tuple[int, ...]:
        """The shape of the table."""
        given = vars(self)["table"]
        if not isinstance(given, tuple):
            return tuple(given.shape)
        before = given[0].ndim - len(self.names)
        return (*given[0].shape[:before], len(given), *given[0].shape[before:])

    @property
    def n_actions(self) -> tuple[int, ...]:
        """The number of actions of each player."""
        return self._shape[-len(self.names) :]

    @property
    def n_profiles(self) -> int:
        """The number of profiles of actions."""
        return math.prod(self.n_actions)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return self._shape[: -len(self.names) - 1]

    @property
    def payoff_axes(self) -> tuple[int, ...]:
        """The axes of the table along which one player's payoffs lie."""
        return tuple(range(-len(self.names), 0))

    @property
    def utilities(self) -> tuple[FloatArray, ...]:
        """Each player's payoffs, of shape (*batch, *n_actions), without a copy."""
        given = vars(self)["table"]
        return (
            given
            if isinstance(given, tuple)
            else tuple(np.moveaxis(given, -len(self.names) - 1, 0))
        )

    def utility(self, player: int) -> FloatArray:
        """Return one player's payoffs, shape (*batch, *n_actions)."""
        return np.ascontiguousarray(self.utilities[player])

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
        mixes = self._mixes(strategies)
        return {
            name: (mixes[player], self.against(player, mixes))
            for player, name in enumerate(self.players)
        }

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_players)."""
        if len(self.players) == 2:
            from collsec.forms._two_players import payoffs  # noqa: PLC0415 - compiled at first use

            return payoffs(self.utilities, *self._mixes(strategies))
        mixes = self._mixes(strategies)
        values = [
            (self.against(player, mixes) * mixes[player]).sum(axis=-1)
            for player in range(len(self.players))
        ]
        return np.stack(values, axis=-1)

    def _mixes(self, strategies: Strategies) -> list[FloatArray]:
        return [np.asarray(strategies[name], dtype=np.float64) for name in self.players]

    def against(self, player: int, mixes: list[FloatArray]) -> FloatArray:
        """Return what each action yields against the others' mixed strategies.

        Shape (*batch, n_equilibria, n_actions of the player).
        """
        return self._expected(self.utility(player), player, mixes)

    def _expected(self, payoffs: FloatArray, player: int, mixes: list[FloatArray]) -> FloatArray:
        """Return the mean of a player's payoffs over what the others do."""
        n_batch = len(self.batch_shape)
        own_first = np.moveaxis(payoffs, n_batch + player, n_batch)
        values = np.ascontiguousarray(own_first[(slice(None),) * n_batch + (None,)])
        for other in reversed(range(len(self.players))):
            if other != player:
                mix = mixes[other]
                n_between = values.ndim - mix.ndim
                mix = mix.reshape(*mix.shape[:-1], *([1] * n_between), mix.shape[-1])
                values = np.ascontiguousarray(values * mix).sum(axis=-1)
        return values

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from any other action, shape (*batch, n_equilibria).

        Infinite where a strategy is no probability distribution. Payoffs are taken relative to
        those of the first action, so that large constants bring no rounding. Costs one pass through
        the table per player and profile.
        """
        if len(self.players) == 2:
            from collsec.forms._two_players import regret  # noqa: PLC0415 - compiled at first use

            return regret(self.utilities, *self._mixes(strategies))
        mixes = self._mixes(strategies)
        gains, valid = [], []
        for player, mix in enumerate(mixes):
            payoffs = self.utility(player)
            first = payoffs.take([0], axis=len(self.batch_shape) + player)
            with np.errstate(over="ignore", invalid="ignore"):  # of games that are not answered
                values = self._expected(payoffs - first, player, mixes)
            gains.append(values.max(axis=-1) - (values * mix).sum(axis=-1))
            valid.append((mix >= 0).all(axis=-1) & (np.abs(mix.sum(axis=-1) - 1.0) <= 1e-9))
        worst = np.maximum(np.stack(gains).max(axis=0), 0.0)
        return np.where(np.isnan(worst) | np.all(valid, axis=0), worst, np.inf)


def _fixed(values: Any, layout: tuple[Literal["A", "C"], ...] = ("A",)) -> FloatArray:
    """Return an array of numbers that nobody writes to any more."""
    try:
        given = np.asarray(values)
        if given.dtype.kind == "c":
            raise ValueError  # noqa: TRY301 - numpy would drop what is imaginary
        array = np.require(given, np.float64, layout)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            "normal_form", "payoffs", values, "must be real numbers in rows of one length",
            "give an array, or lists of equal length",
        ) from None  # fmt: skip
    array.flags.writeable = False
    return array


def _alike(tables: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """Return each player's payoffs in the shape of all together; only batch axes are stretched."""
    n_players = len(tables)
    try:
        if len({table.shape[-n_players:] for table in tables}) > 1:
            raise ValueError  # noqa: TRY301 - numpy would copy a single action
        return tuple(np.broadcast_arrays(*tables))
    except ValueError:
        raise ParameterError(
            "normal_form", "shape of payoffs", [table.shape for table in tables],
            "must be the same for every player", "give one payoff for each profile of actions",
        ) from None  # fmt: skip


def _lies_in(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return all(-size <= place < size for place, size in zip(index, shape, strict=True))


def _numbered(n_actions: int) -> tuple[str, ...]:
    return tuple(f"action {i + 1}" for i in range(n_actions))


def _mean_of_others(values: list[FloatArray], player: int) -> FloatArray:
    others = [value for other, value in enumerate(values) if other != player]
    total = sum(others[1:], others[0]) if others else np.zeros_like(values[0])
    return np.asarray(total / max(len(others), 1))
