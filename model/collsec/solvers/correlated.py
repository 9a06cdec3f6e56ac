r"""Correlated and coarse correlated equilibria, by linear programming, all games at once.

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

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from collsec.equilibrium import TOLERANCE, CertificateError
from collsec.forms.normal import NormalForm
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, ParameterError
from collsec.solvers._given import numbers
from collsec.solvers._kinds import checks_kind
from collsec.solvers._mediation import mediate
from collsec.solvers._mediation_by_library import mediate_by_library
from collsec.solvers._mediation_exact import mediate_exactly, whole
from collsec.solvers._unit_scale import on_unit_scale, spreads

PROOF = 1e-6
"""By how much what prices prove may differ from what is reached, as a share of worths' range."""


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
        remedy = "give 1 for the most that the player can get, -1 for the least"
        sign = numbers("favour", "sign", self.sign, (), remedy)
        place = form.players.index(self.player)
        return np.asarray(sign * _profiles(form)[..., place : place + 1, :])


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The expected worth of outcomes, shape (*batch, *n_actions), as large as can be."""

    worth: FloatArray

    def weights(self, form: NormalForm) -> FloatArray:
        """Return the worth of every profile."""
        shape = (*form.batch_shape, *form.n_actions)
        remedy = "give one number for each profile of actions"
        try:
            worth = np.asarray(self.worth, dtype=np.float64)
            is_each = worth.shape[-len(form.players) :] == form.n_actions
            whole = np.broadcast_to(worth, shape)
        except (TypeError, ValueError, OverflowError):
            is_each = False
        if not is_each:
            rule = f"must be an array of numbers of the shape {shape}"
            raise ParameterError("outcomes", "worth", self.worth, rule, remedy)
        if not form.batch_shape and not np.all(np.isfinite(whole)):
            rule = "must be finite, not NaN or infinite"
            raise ParameterError("outcomes", "worth", self.worth, rule, remedy)
        return whole.reshape((*form.batch_shape, 1, form.n_profiles))


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
        What the prices of deviations prove no equilibrium of this kind to exceed; computed from
        the table, and equal to `value` but for rounding, which grows with prices: where payoffs are
        nearly tied they are large.
    regret : array, shape (*batch)
        The largest gain from disobeying, weighed by how likely the recommendation is, in payoff
        units; computed from the table, deviation by deviation.
    is_certified : array of bool, shape (*batch)
        Whether the regret is small enough, and the bound within `PROOF` of the value.
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


@checks_kind
def correlated(
    form: NormalForm,
    objective: Objective,
    *,
    coarse: bool = False,
    tolerance: float = TOLERANCE,
) -> CorrelatedEquilibria:
    """Find the best correlated, or coarse correlated, equilibrium of each game.

    One linear programme per game (`_mediation`), each solved on its own by compiled pivots, in
    microseconds: the work of a pivot is the number of profiles times that of deviations. Where
    payoffs are nearly tied and rounding spoils these, a library is asked, in milliseconds; where
    that fails too, as in some games with differences between 1e-12 and 1e-5 of the payoffs, pivots
    are exact (`_mediation_exact`: up to minutes where there are hundreds of profiles). The value is
    unique; where several equilibria have it, one of them is reported.

    Parameters
    ----------
    form : NormalForm
        Any number of players; the programme has one variable per profile.
    objective : Objective
        `Utilitarian`, `Egalitarian`, `Favour` or `Outcomes`.
    coarse : bool
        Whether to seek coarse correlated equilibria, of which there are more.
    tolerance : float
        Largest gain from disobeying, as a share of the spread of each player's own payoffs.

    Raises
    ------
    CertificateError
        If a single game yields nothing that passes; in a batch such a game is not certified, and
        neither is one with payoffs or worths that are missing or infinite.
    ParameterError
        If the objective is none, or does not fit the game.
    """
    if isinstance(objective, type) or not callable(getattr(objective, "weights", None)):
        raise ParameterError(
            "correlated", "objective", objective, "must be an object that says what to seek",
            "give one, such as Utilitarian()",
        )  # fmt: skip
    single = _listed(form)
    worths = objective.weights(form)
    worths = worths.reshape(len(single.table), *worths.shape[len(form.batch_shape) :])
    with np.errstate(invalid="ignore", over="ignore"):  # of games that are not answered
        least = worths.min(axis=(-2, -1), keepdims=True)
        unit = _listed(on_unit_scale(form))
        shares, bound, passes = _best(single, unit, worths - least, coarse, tolerance)
        regret = obedience(single, shares, coarse=coarse)
    if not form.batch_shape and not passes[0]:
        raise CertificateError(f"correlated: the optimum has regret {float(regret[0]):.3g}")
    shares = np.where(passes[:, None], shares, np.nan)
    worth = _worth(worths, shares)
    paid = total(_profiles(single) * shares[:, None, :])
    shape = form.batch_shape
    return CorrelatedEquilibria(
        form=form,
        distribution=shares.reshape((*shape, *form.n_actions)),
        payoffs=paid.reshape((*shape, len(form.players))),
        value=worth.reshape(shape),
        bound=(bound + least[:, 0, 0]).reshape(shape),
        regret=regret.reshape(shape),
        is_certified=passes.reshape(shape),
        is_coarse=coarse,
    )


def _best(
    form: NormalForm, unit: NormalForm, weights: FloatArray, coarse: bool, tolerance: float
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the optimum of each game, what prices prove, and whether both pass."""
    rows = _constraints(form.utilities, coarse) / _stakes(form, coarse)
    shares, bound = _optima(rows, weights, mediate)
    passing = functools.partial(_passing, unit, weights, coarse, tolerance)
    passes = passing(shares, bound)
    known = [np.isfinite(array).all(axis=(-2, -1)) for array in (rows, weights)]
    for again in (_by_library(rows, weights), _exactly(form, weights, coarse)):
        lost = np.flatnonzero(~passes & known[0] & known[1])
        for game in lost.tolist():
            shares[game], bound[game] = again(game)
        passes = passing(shares, bound) if lost.size else passes
    return shares, bound, passes


def _listed(form: NormalForm) -> NormalForm:
    """Return the games along one axis."""
    n_batch, n_games = len(form.batch_shape), math.prod(form.batch_shape)
    table = form.table.reshape((n_games, *form.table.shape[n_batch:]))
    return NormalForm(table, form.players, form.actions)


_Again = Callable[[int], tuple[FloatArray, FloatArray | float]]
"""Takes the place of a game; returns its optimal distribution, and what prices prove."""


def _by_library(rows: FloatArray, weights: FloatArray) -> _Again:
    """Return what solves games that compiled pivots lose."""

    def again(game: int) -> tuple[FloatArray, FloatArray]:
        one = slice(game, game + 1)
        shares, bound = _optima(rows[one], weights[one], mediate_by_library)
        return shares[0], bound[0]

    return again


def _exactly(form: NormalForm, weights: FloatArray, coarse: bool) -> _Again:
    """Return what solves games that a library loses."""

    def again(game: int) -> tuple[FloatArray, float]:
        payoffs = [whole(values[game : game + 1])[0] for values in form.utilities]
        return mediate_exactly(_constraints(payoffs, coarse)[0], weights[game])

    return again


def _passing(
    unit: NormalForm,
    weights: FloatArray,
    coarse: bool,
    tolerance: float,
    shares: FloatArray,
    bound: FloatArray,
) -> BoolArray:
    """Return whether disobedience gains too little, with payoffs between 0 and 1, to count."""
    is_obeyed = obedience(unit, shares, coarse=coarse) <= tolerance
    return np.asarray(is_obeyed & _is_best(weights, shares, bound))


@checks_kind
def obedience(form: NormalForm, distribution: FloatArray, *, coarse: bool = False) -> FloatArray:
    """Return the largest gain from disobeying a mediator, shape (*batch), at least 0.

    Each recommendation is weighed by its probability; in the coarse case the gain is that of one
    action in place of all recommendations. Checked deviation by deviation on the table.

    Raises `ParameterError` if there is not one probability for each profile of each game.
    """
    n_batch = len(form.batch_shape)
    shares = _shares(form, distribution)
    worst = np.zeros(form.batch_shape)
    for player, size in enumerate(form.n_actions):
        axis = n_batch + player
        values, n_others = form.utility(player), form.n_profiles // size
        gains = np.zeros((*form.batch_shape, size, size))
        for told in range(size):
            chance = np.take(shares, told, axis=axis)
            obeyed = np.take(values, told, axis=axis)
            for done in range(size):
                gap = chance * (np.take(values, done, axis=axis) - obeyed)
                gains[..., told, done] = total(gap.reshape((*form.batch_shape, n_others)))
        if coarse:
            gains = gains.sum(axis=-2)
        worst = np.maximum(worst, gains.max(axis=-1 if coarse else (-2, -1)))
    return worst


def _shares(form: NormalForm, distribution: FloatArray) -> FloatArray:
    shape = (*form.batch_shape, *form.n_actions)
    try:
        return np.asarray(distribution, dtype=np.float64).reshape(shape)
    except (TypeError, ValueError):
        rule = f"must be numbers of the shape {shape}"
        remedy = "give one probability for each profile of actions"
        raise ParameterError("obedience", "distribution", distribution, rule, remedy) from None


def _profiles(form: NormalForm) -> FloatArray:
    """Return payoffs with the profiles on one axis, shape (*batch, n_players, n_profiles)."""
    return form.table.reshape((*form.batch_shape, len(form.players), form.n_profiles))


def _constraints(payoffs: Sequence[FloatArray], coarse: bool) -> FloatArray:
    """Return one row for each deviation, shape (n_games, n_rows, n_profiles).

    Where nobody has a choice, it is one that changes nothing.
    """
    n_games, *n_actions = payoffs[0].shape
    flat, chosen = (n_games, math.prod(n_actions)), np.indices(n_actions)
    rows = []
    for player, (values, size) in enumerate(zip(payoffs, n_actions, strict=True)):
        for done in range(size):
            gained = np.take(values, [done], axis=player + 1) - values
            told = [True] if coarse else [chosen[player] == a for a in range(size) if a != done]
            rows += [np.where(is_told, gained, 0).reshape(flat) for is_told in told]
    return np.stack(rows, axis=1) if rows else np.zeros((n_games, 1, flat[1]))


def _stakes(form: NormalForm, coarse: bool) -> FloatArray:
    """Return the spread of the payoffs that each row of constraints is about, for all games.

    Shape (n_games, n_rows, 1); infinite where payoffs are equal.
    """
    apart = spreads(form).reshape(len(form.table), len(form.players))
    n_rows = [size * (1 if coarse else size - 1) for size in form.n_actions]
    n_rows[0] += not any(n_rows)  # what changes nothing
    return np.repeat(np.where(apart == 0, np.inf, apart), n_rows, axis=1)[..., None]


def _optima(
    rows: FloatArray, weights: FloatArray, programme: Callable[..., Any]
) -> tuple[FloatArray, FloatArray]:
    """Return optimal distributions and the bounds that prices prove; NaN where none was reached.

    For any prices y >= 0 and weights λ on the functions, no obedient distribution yields more than
    the largest of λ w - y D over the profiles.
    """
    size = np.abs(weights).max(axis=(-2, -1), initial=0.0)
    size = np.where(size > 0, size, 1.0)[:, None]
    shares, functions, prices, solved = programme(rows, weights / size[..., None])
    charged = total(np.swapaxes(size[..., None] * prices[..., None] * rows, -2, -1))
    credited = total(np.swapaxes(functions[..., None] * weights, -2, -1))
    shares = np.where(solved[:, None], shares, np.nan)
    return shares / total(shares)[:, None], (credited - charged).max(axis=-1)


def _worth(weights: FloatArray, shares: FloatArray) -> FloatArray:
    """Return what distributions yield, the least of the functions."""
    return np.asarray(total(weights * shares[:, None, :]).min(axis=-1))


def _is_best(weights: FloatArray, shares: FloatArray, bound: FloatArray) -> BoolArray:
    """Return whether prices prove what is reached to be what can be reached.

    It may also be more, where ties are so near that disobedience within the tolerance pays.
    """
    missed = bound - _worth(weights, shares)
    return np.asarray(np.abs(missed) <= PROOF * np.abs(weights).max(axis=(-2, -1), initial=0.0))
