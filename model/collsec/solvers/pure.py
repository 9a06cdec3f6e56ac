"""Pure Nash equilibria of games in strategic form, all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale

SCOPE = "pure equilibria"
_METHOD = "pure"


@checks_kind
def pure(form: NormalForm, tolerance: float = TOLERANCE) -> Equilibria:
    """Find every pure equilibrium of every game, for any number of players.

    A profile is an equilibrium where no action is better for anyone: ties count as best replies
    (weak inequality), and utilities within `tolerance` times the spread of the player's payoffs are
    tied. A game may have none; then `count` is 0 and `complete` is true. Of a game with payoffs
    that are missing or infinite nothing is known: `count` is 0 and `complete` is false.
    Strategies have shape (*batch, n_equilibria, n_actions) for each player, in the order of the
    profiles, last player fastest. Costs one pass through the payoffs per player.
    """
    n_batch = len(form.batch_shape)
    unit = on_unit_scale(form)
    known = np.asarray(np.isfinite(unit.table).all(axis=tuple(range(n_batch, form.table.ndim))))
    stable = _stable(unit, tolerance) & known[..., None]
    proposed = stable.sum(axis=-1)
    strategies = _as_strategies(form, stable, max(int(proposed.max(initial=0)), 1))
    if not np.any(proposed):
        return _none(form, strategies, known)
    found = certify_by_spread(
        form,
        strategies,
        unit,
        complete=known,
        scope=SCOPE,
        method=_METHOD,
        tolerance=2 * tolerance,
    )
    return replace(found, complete=known & (found.count == proposed))


def _stable(form: NormalForm, margin: float) -> BoolArray:
    """Return which profiles no player would leave, shape (*batch, n_profiles)."""
    n_batch = len(form.batch_shape)
    stable = np.ones((*form.batch_shape, *form.n_actions), dtype=bool)
    for player in range(len(form.players)):
        values = form.utility(player)
        best = values.max(axis=n_batch + player, keepdims=True)
        stable &= values >= best - margin
    return stable.reshape(*form.batch_shape, form.n_profiles)


def _as_strategies(form: NormalForm, stable: BoolArray, width: int) -> dict[str, FloatArray]:
    order: IntArray = np.argsort(~stable, axis=-1, kind="stable")[..., :width]
    live = np.take_along_axis(stable, order, axis=-1)[..., None]
    chosen = np.unravel_index(order, form.n_actions)
    return {
        name: np.where(live, np.eye(count)[action], np.nan)
        for name, action, count in zip(form.players, chosen, form.n_actions, strict=True)
    }


def _none(form: NormalForm, strategies: dict[str, FloatArray], known: BoolArray) -> Equilibria:
    shape = form.batch_shape
    return Equilibria(
        form=form,
        strategies=strategies,
        regret=np.full((*shape, 1), np.nan),
        count=np.zeros(shape, dtype=np.int64),
        complete=np.asarray(known),
        scope=SCOPE,
        method=_METHOD,
    )
