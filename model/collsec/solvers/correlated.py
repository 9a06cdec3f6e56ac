r"""Correlated and coarse correlated equilibria, by linear programming.

A mediator draws a profile s with probability π(s) and tells each player its part. Nobody gains by
doing b when told a (Aumann 1974), or, in the coarse case, by doing b whatever it would be told
(Moulin and Vial 1978):

.. math::

    \sum_{s: s_i = a} \pi(s) \bigl(u_i(b, s_{-i}) - u_i(s)\bigr) \le 0, \qquad
    \sum_s \pi(s) \bigl(u_i(b, s_{-i}) - u_i(s)\bigr) \le 0

Both sets are polytopes that hold all Nash equilibria, so a linear objective has an optimum in
them, which bounds what any agreement without enforcement can reach.

References
----------
aumann1974subjectivity, moulin1978strategically
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import linprog

from collsec.equilibrium import TOLERANCE, CertificateError
from collsec.forms.normal import NormalForm
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, ParameterError


class Objective(Protocol):
    """What a mediator wants: the least of one or more linear functions of the distribution."""

    def weights(self, form: NormalForm) -> FloatArray:
        """Return the value of every outcome, shape (*batch, n_functions, n_profiles)."""


@dataclass(frozen=True)
class Utilitarian:
    """The sum of all payoffs, as large as can be."""

    def weights(self, form: NormalForm) -> FloatArray:
        """Return the sum of payoffs at every profile."""
        return np.asarray(_profiles(form).sum(axis=-2, keepdims=True))


@dataclass(frozen=True)
class Egalitarian:
    """The payoff of whoever gets least, in expectation, as large as can be."""

    def weights(self, form: NormalForm) -> FloatArray:
        """Return the payoffs of all players at every profile."""
        return _profiles(form)


@dataclass(frozen=True)
class Favour:
    """The payoff of one player, as large as can be; with `sign` -1 as small as can be."""

    player: str
    sign: float = 1.0

    def weights(self, form: NormalForm) -> FloatArray:
        """Return the player's payoff at every profile."""
        if self.player not in form.players:
            raise ParameterError(
                "favour", "player", self.player, f"must be one of {form.players}", "name one"
            )
        place = form.players.index(self.player)
        return np.asarray(self.sign * _profiles(form)[..., place : place + 1, :])


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The expected worth of outcomes, shape (*batch, *n_actions), as large as can be."""

    worth: FloatArray

    def weights(self, form: NormalForm) -> FloatArray:
        """Return the worth of every profile."""
        shape = (*form.batch_shape, *form.n_actions)
        whole = np.broadcast_to(np.asarray(self.worth, dtype=np.float64), shape)
        return whole.reshape((*form.batch_shape, 1, -1))


@dataclass(frozen=True, eq=False)
class CorrelatedEquilibria:
    """One optimal correlated equilibrium of each game.

    Attributes
    ----------
    form : NormalForm
    distribution : array, shape (*batch, *n_actions)
        The probability that the mediator recommends each profile; NaN where none is certified.
    payoffs : array, shape (*batch, n_players)
        Expected payoffs.
    value : array, shape (*batch)
        The objective; every equilibrium of this kind, so every Nash equilibrium, has at most that.
    bound : array, shape (*batch)
        What the dual of the programme proves no equilibrium of this kind to exceed; equal to
        `value` but for rounding.
    regret : array, shape (*batch)
        The largest gain from disobeying, weighed by how likely the recommendation is, in payoff
        units; computed from the table, deviation by deviation.
    is_certified : array of bool, shape (*batch)
    is_coarse : bool
        Whether players commit to obey before they hear what is recommended.
    """

    form: NormalForm
    distribution: FloatArray
    payoffs: FloatArray
    value: FloatArray
    bound: FloatArray
    regret: FloatArray
    is_certified: BoolArray
    is_coarse: bool


def correlated(
    form: NormalForm,
    objective: Objective,
    *,
    coarse: bool = False,
    tolerance: float = TOLERANCE,
) -> CorrelatedEquilibria:
    """Find the best correlated, or coarse correlated, equilibrium of each game.

    One linear programme per game, solved by HiGHS one after the other, about a millisecond each:
    put together they would be faster, but the answer to a game would depend on its neighbours. The
    value is unique; where several equilibria have it, one of them is reported.

    Parameters
    ----------
    form : NormalForm
        Any number of players; the programme has one variable per profile.
    objective : Objective
        `Utilitarian`, `Egalitarian`, `Favour` or `Outcomes`.
    coarse : bool
        Whether to seek coarse correlated equilibria, of which there are more.
    tolerance : float
        Largest `regret`, as a share of the game's largest payoff.

    Raises
    ------
    CertificateError
        If a single game yields nothing that passes.
    """
    n_batch = len(form.batch_shape)
    single = NormalForm(
        form.table.reshape((-1, *form.table.shape[n_batch:])), form.players, form.actions
    )
    weights = objective.weights(form)
    weights = weights.reshape(-1, *weights.shape[n_batch:])
    scale = np.abs(single.table).max(axis=tuple(range(1, single.table.ndim)), initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    rows = _constraints(single, coarse) / scale[:, None, None]
    shares, bound = _solve_all(rows, weights)
    shares = np.maximum(shares, 0.0)
    shares = shares / total(shares)[:, None]
    regret = obedience(single, shares, coarse=coarse)
    passes = regret <= tolerance * scale
    if not form.batch_shape and not passes[0]:
        raise CertificateError(f"correlated: the optimum has regret {float(regret[0]):.3g}")
    shares = np.where(passes[:, None], shares, np.nan)
    worth = total(weights * shares[:, None, :]).min(axis=-1)
    paid = total(_profiles(single) * shares[:, None, :])
    shape = form.batch_shape
    return CorrelatedEquilibria(
        form=form,
        distribution=shares.reshape((*shape, *form.n_actions)),
        payoffs=paid.reshape((*shape, -1)),
        value=worth.reshape(shape),
        bound=bound.reshape(shape),
        regret=regret.reshape(shape),
        is_certified=passes.reshape(shape),
        is_coarse=coarse,
    )


def obedience(form: NormalForm, distribution: FloatArray, *, coarse: bool = False) -> FloatArray:
    """Return the largest gain from disobeying a mediator, shape (*batch), at least 0.

    Each recommendation is weighed by its probability; in the coarse case the gain is that of one
    action in place of all recommendations. Checked deviation by deviation on the table.
    """
    n_batch = len(form.batch_shape)
    shares = np.asarray(distribution).reshape((*form.batch_shape, *form.n_actions))
    worst = np.zeros(form.batch_shape)
    for player, size in enumerate(form.n_actions):
        axis = n_batch + player
        values = form.utility(player)
        gains = np.zeros((*form.batch_shape, size, size))
        for told in range(size):
            chance = np.take(shares, told, axis=axis)
            obeyed = np.take(values, told, axis=axis)
            for done in range(size):
                gap = chance * (np.take(values, done, axis=axis) - obeyed)
                gains[..., told, done] = total(gap.reshape((*form.batch_shape, -1)))
        if coarse:
            gains = gains.sum(axis=-2)
        worst = np.maximum(worst, gains.reshape((*form.batch_shape, -1)).max(axis=-1))
    return worst


def _profiles(form: NormalForm) -> FloatArray:
    """Return payoffs with the profiles on one axis, shape (*batch, n_players, n_profiles)."""
    return form.table.reshape((*form.batch_shape, len(form.players), -1))


def _constraints(form: NormalForm, coarse: bool) -> FloatArray:
    """Return one row for each deviation, shape (n_games, n_rows, n_profiles)."""
    chosen = np.indices(form.n_actions)
    rows = []
    for player, size in enumerate(form.n_actions):
        values = form.utility(player)
        for done in range(size):
            other = np.take(values, [done], axis=player + 1) - values
            if coarse:
                rows.append(other.reshape(len(other), -1))
                continue
            for told in range(size):
                if told != done:
                    listed = np.where(chosen[player] == told, other, 0.0)
                    rows.append(listed.reshape(len(other), -1))
    if not rows:
        return np.zeros((len(form.table), 0, int(np.prod(form.n_actions))))
    return np.stack(rows, axis=1)


def _solve_all(rows: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the optimal distributions and the dual bounds, one game after the other.

    Side by side in one block-diagonal programme, the answer to a game would depend in its last
    digits, and where optima are many entirely, on its neighbours.
    """
    solved = [_optimum(row, weight) for row, weight in zip(rows, weights, strict=True)]
    shares = np.array([share for share, _ in solved]).reshape((len(rows), rows.shape[-1]))
    return shares, np.array([bound for _, bound in solved])


def _optimum(rows: FloatArray, weights: FloatArray) -> tuple[FloatArray, float]:
    """Maximise t, at most each of the functions, over obedient distributions."""
    n_rows, n_profiles = rows.shape
    obey = np.hstack([rows, np.zeros((n_rows, 1))])
    least = np.hstack([-weights, np.ones((len(weights), 1))])
    found = linprog(
        np.append(np.zeros(n_profiles), -1.0),
        A_ub=np.vstack([obey, least]),
        b_ub=np.zeros(n_rows + len(weights)),
        A_eq=np.append(np.ones(n_profiles), 0.0)[None],
        b_eq=np.ones(1),
        bounds=[(0, None)] * n_profiles + [(None, None)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if found.x is None:
        return np.full(n_profiles, np.nan), np.nan
    return found.x[:n_profiles], -float(found.eqlin.marginals[0])
