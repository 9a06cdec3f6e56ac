"""Logit quantal response equilibria of games in strategic form, along the principal branch.

References
----------
mckelvey1995quantal, turocy2005dynamic
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.form import Strategies
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray, IntArray, ParameterError
from collsec.solvers._kinds import checks_kind

SCOPE = "the logit equilibrium where the branch from the centroid first reaches this rationality"


@dataclass(frozen=True, eq=False)
class LogitEquilibria(Equilibria):
    """Quantal response equilibria, with a second certificate and the course of their branch.

    Attributes
    ----------
    disturbance : array, shape (*batch, n_equilibria)
        By how much payoffs would have to differ for the equilibrium to be exact, in payoff units.
    turns : array, shape (*batch, n_turns)
        The rationalities at which the principal branch turns back or forth, in the order in which
        it passes them on its way here, NaN-padded.
    n_turns : array of int, shape (*batch)
        How many turning points the branch passes on its way here.
    """

    disturbance: FloatArray = field(default_factory=lambda: np.empty(0))
    turns: FloatArray = field(default_factory=lambda: np.empty(0))
    n_turns: IntArray = field(default_factory=lambda: np.zeros((), dtype=np.int64))


@checks_kind
def logit(form: LogitForm, *, tolerance: float = TOLERANCE) -> LogitEquilibria:
    """Follow the branch of logit equilibria from the centroid to each rationality asked for.

    In almost all games the equilibria that hang together with the uniform profile at λ = 0 form a
    branch that leads to one Nash equilibrium as λ grows (McKelvey and Palfrey 1995, theorem 3). It
    may turn back on the way, and then passes some λ more than once: the equilibrium reported is
    where it arrives first. Others may exist, on this branch and on others; for symmetric games of
    two actions `logit_symmetric` finds all symmetric ones.

    Parameters
    ----------
    form : LogitForm
        Games of any number of players and actions. Where only the rationality varies along an
        axis of the batch, the branch is followed once for all its values.
    tolerance : float
        Largest `regret` and `disturbance`, as a share of the game's largest payoff plus 1/λ, the
        size of the noise.

    Returns
    -------
    LogitEquilibria
        One equilibrium for each point; none (count 0) where the branch was lost. `complete` refers
        to this one. At a bifurcation, as symmetric games have them, the branch goes straight on,
        which keeps the symmetry: ties are not broken.

    Notes
    -----
    A step costs one pass through the table for each pair of players, and a linear system with one
    unknown per action; 30 to 200 steps lead to λ = 1000.

    Raises
    ------
    CertificateError
        If a single game yields no certified equilibrium.
    ParameterError
        If the game is no `NormalForm`.
    """
    if not isinstance(form.game, NormalForm):
        raise ParameterError(
            "logit", "game", type(form.game).__name__, "must be a NormalForm",
            "use logit_symmetric for a SymmetricForm",
        )  # fmt: skip
    mixes, turns, passed = follow(form.game, form.rationality)
    strategies = by_player(form.game, mixes[..., None, :])
    scale = np.abs(form.game.table).max(axis=tuple(range(-len(form.players) - 1, 0)))
    shown = np.where(np.arange(turns.shape[-1]) < passed[..., None], turns, np.nan)
    width = max(int(passed.max(initial=0)), 1)
    return certified(
        form, strategies, scale, tolerance, turns=shown[..., :width], n_turns=passed
    )  # fmt: skip


@checks_kind
def follow(game: NormalForm, rationality: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the profiles on the principal branch, its turning points, and how many are passed.

    Shapes (*batch, actions of all players), (*batch, turns), (*batch); NaN where the branch was
    lost.
    """
    from collsec.solvers._table_branch import N_TURNS, branch  # noqa: PLC0415 - compiled

    shape = np.broadcast_shapes(game.batch_shape, rationality.shape)
    n_players, n_batch = len(game.players), len(shape)
    padded = (*[1] * (n_batch - len(game.batch_shape)), *game.batch_shape)
    along = [axis for axis in range(n_batch) if padded[axis] == 1]
    across = [axis for axis in range(n_batch) if padded[axis] != 1]
    kept = tuple(shape[axis] for axis in across)
    asked = np.broadcast_to(rationality, shape).transpose((*across, *along))
    inner = asked.shape[len(across) :]
    asked = np.ascontiguousarray(asked).reshape((*kept, math.prod(inner)))
    order = np.argsort(asked, axis=-1, kind="stable")
    table = game.table.reshape((*kept, n_players, game.n_profiles))
    sizes = np.array(game.n_actions, dtype=np.int64)
    sorted_ = np.take_along_axis(asked, order, axis=-1)
    mixes, turns, passed = branch(table, sizes, sorted_, np.empty(sizes.sum()), np.empty(N_TURNS))
    back = np.argsort(order, axis=-1, kind="stable")
    mixes = np.take_along_axis(mixes, back[..., None], axis=-2)
    passed = np.take_along_axis(passed, back, axis=-1)
    turns = np.broadcast_to(turns[..., None, :], (*passed.shape, turns.shape[-1]))
    place = [*across, *along].index

    def restored(array: Any) -> Any:
        rest = array.shape[len(kept) + 1 :]
        behind = range(n_batch, n_batch + len(rest))
        opened = array.reshape((*kept, *inner, *rest)).transpose(
            (*map(place, range(n_batch)), *behind)
        )
        return np.array(opened, order="C")

    return restored(mixes), restored(turns), restored(passed)


@checks_kind
def certified(
    form: LogitForm, strategies: Strategies, scale: FloatArray, tolerance: float, **course: Any
) -> LogitEquilibria:
    """Return the candidates whose regret and disturbance pass, in units of payoffs plus noise."""
    rationality = np.broadcast_to(form.rationality, form.batch_shape)
    noise = np.divide(1.0, rationality, out=np.zeros(form.batch_shape), where=rationality > 0)
    limit = np.broadcast_to(scale, form.batch_shape) + noise
    apart = form.disturbance(strategies)
    fails = ~(apart <= tolerance * limit[..., None])
    kept = {
        name: np.where(fails.reshape(*fails.shape, *[1] * (mix.ndim - fails.ndim)), np.nan, mix)
        for name, mix in strategies.items()
    }
    complete, centroid, scope, method = (
        course.pop("complete", True), course.pop("centroid", None), course.pop("scope", SCOPE),
        course.pop("method", "logit"),
    )  # fmt: skip
    found = certify(
        form,
        kept,
        complete=complete & ~np.any(fails & ~np.isnan(apart), axis=-1),
        scope=scope,
        method=method,
        centroid=centroid,
        scale=limit,
        tolerance=tolerance,
    )
    parts = {item.name: getattr(found, item.name) for item in fields(Equilibria)}
    return LogitEquilibria(**parts, disturbance=form.disturbance(found.strategies), **course)


@checks_kind
def by_player(game: NormalForm, profiles: FloatArray) -> dict[str, FloatArray]:
    """Cut profiles into one mixed strategy per player."""
    cuts = np.cumsum(game.n_actions)[:-1]
    parts = np.split(profiles, cuts, axis=-1)
    return {
        name: np.ascontiguousarray(part) for name, part in zip(game.players, parts, strict=True)
    }
