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
from collsec.solvers._lemke_howson import lemke_howson
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
    as it may be where payoffs are nearly tied or one player's are far larger than another's, exact
    pivots find one in games of two players; of more players one is sought from the middle of each
    combination of supports, up to 4096 of them. Only then an answer may be empty: in one or two of
    ten thousand games whose payoffs differ by 1e-8 to 1e-5 of their spread, and in games with
    payoffs missing or infinite. What helps is to let payoffs that are as good as tied be tied, by
    rounding them.
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
    strategies = {name: np.array(mixes) for name, mixes in found.strategies.items()}
    is_known = np.isfinite(on_unit_scale(form).table).all(axis=tuple(range(1, form.table.ndim)))
    lost = (found.count == 0) & is_known
    if np.any(lost):
        again = _by_pivots if len(form.players) == 2 else _by_supports
        for name, mixes in again(replace(form, table=form.table[lost])).items():
            strategies[name][lost] = mixes
    return strategies


def _by_pivots(form: NormalForm) -> dict[str, FloatArray]:
    """Return an equilibrium of each two-player game, by exact pivots."""
    pairs = [lemke_howson(*table) for table in form.table]
    rows, columns = zip(*pairs, strict=True)
    mixes = (np.array(one, dtype=np.float64)[:, None, :] for one in (rows, columns))
    return dict(zip(form.players, mixes, strict=True))


def _by_supports(form: NormalForm) -> dict[str, FloatArray]:
    """Return what the middles of all combinations of supports lead to, if these are not too many.

    NaN where they are.
    """
    from collsec.solvers._support_polish import polish  # noqa: PLC0415 - compiled

    profiles = np.full((len(form.table), sum(form.n_actions)), np.nan)
    if math.prod(2**count - 1 for count in form.n_actions) <= _MOST:
        table = on_unit_scale(form).table.reshape(*form.table.shape[:2], form.n_profiles)
        with np.errstate(all="ignore"):  # supports that carry no equilibrium lead anywhere
            profiles = polish(table, np.array(form.n_actions), _middles(form.n_actions))
    return by_player(form, profiles[:, None, :])


def _middles(n_actions: tuple[int, ...]) -> FloatArray:
    """Return equal weights on each combination of supports."""
    own = [itertools.product((0.0, 1.0), repeat=count) for count in n_actions]
    used = [[np.array(ones) / sum(ones) for ones in sets if any(ones)] for sets in own]
    return np.array([np.concatenate(mixes) for mixes in itertools.product(*used)])
