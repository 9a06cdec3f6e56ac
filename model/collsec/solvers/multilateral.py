"""Equilibria of games of three players and more: all pure ones, and where there are none, one."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._two_who_choose import two_who_choose
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale
from collsec.solvers.logit import by_player
from collsec.solvers.logit_limit import logit_limit
from collsec.solvers.pure import pure

SCOPE = (
    "Nash equilibria in pure and mixed strategies, of which all pure ones were sought and, where "
    "there are none, one mixed one"
)


_METHOD = "multilateral"
_MOST = 1 << 12
"""So many combinations of supports are tried in one game."""


@checks_kind
def multilateral(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find all pure equilibria of each game, and a mixed one of each that has none.

    Every finite game has an equilibrium (Nash 1951). `complete` is false: games of three players
    and more may have mixed equilibria, any number of them, and these are not sought, but where at
    most two of them have a choice: then `bimatrix` finds all. For all pure ones and nothing else,
    with a claim to be complete, take `pure`. Strategies as in `pure`; ties as there.

    The mixed one is where logit play leads to (`logit_limit`, whose cost see). Where that is lost,
    as it may be where payoffs are nearly tied, it is sought from the middle of each combination of
    supports, up to 4096 of them. Then an answer may still be empty: in one of some hundred games
    with differences near 1e-7 of the payoffs, and in games with payoffs missing or infinite.
    """
    if (known := two_who_choose(form, tolerance)) is not None:
        return known
    found = pure(form, tolerance)
    left = found.count == 0
    if not np.any(left):
        return replace(found, complete=np.zeros_like(found.complete), scope=SCOPE, method=_METHOD)
    mixed = _one_mixed(replace(form, table=form.table[left]), tolerance)
    strategies: dict[str, FloatArray] = {}
    for name, listed in found.strategies.items():
        strategies[name] = np.array(listed)
        strategies[name][left, :1] = mixed[name]
    return certify_by_spread(
        form,
        strategies,
        complete=False,
        scope=SCOPE,
        method=_METHOD,
        tolerance=2 * tolerance,
    )


def _one_mixed(form: NormalForm, tolerance: float) -> dict[str, FloatArray]:
    """Return a mixed equilibrium of each game of a batch, (n_games, 1, n_actions) by player."""
    found = logit_limit(form, tolerance=tolerance)
    strategies = dict(found.strategies)
    lost = (found.count == 0) & np.isfinite(form.table).all(axis=tuple(range(1, form.table.ndim)))
    if not np.any(lost) or math.prod(2**count - 1 for count in form.n_actions) > _MOST:
        return strategies
    from collsec.solvers._support_polish import polish  # noqa: PLC0415 - compiled

    starts = _middles(form.n_actions)
    table = on_unit_scale(form).table[lost]
    with np.errstate(all="ignore"):  # supports that carry no equilibrium lead anywhere
        profiles: FloatArray = polish(
            table.reshape(*table.shape[:2], form.n_profiles), np.array(form.n_actions), starts
        )
    for name, mixes in by_player(form, profiles[:, None, :]).items():
        strategies[name] = np.array(strategies[name])
        strategies[name][lost] = mixes
    return strategies


def _middles(n_actions: tuple[int, ...]) -> FloatArray:
    """Return equal weights on each combination of supports."""
    own = [itertools.product((0.0, 1.0), repeat=count) for count in n_actions]
    used = [[np.array(ones) / sum(ones) for ones in sets if any(ones)] for sets in own]
    return np.array([np.concatenate(mixes) for mixes in itertools.product(*used)])
