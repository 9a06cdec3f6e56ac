"""The Nash equilibrium that logit play leads to as errors vanish.

References
----------
mckelvey1995quantal
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers.logit import by_player, follow

SCOPE = "the Nash equilibrium that the logit branch from the centroid leads to"
STEPS = (1e3, 1e4, 1e6, 1e8, 1e10)
"""Rationalities from which the limit is sought, in units of one over the game's largest payoff."""


def logit_limit(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the equilibrium in which the principal branch of logit equilibria ends.

    The branch is followed far, and from there the actions in use are made exactly equally good. It
    is one equilibrium of every game, for any number of players: pure or mixed, and in almost all
    games the only one of this kind (the logit solution of McKelvey and Palfrey 1995). Where
    symmetry ties equilibria the branch keeps the symmetry, and ends in a mixed one; in games with
    ties what is found is an equilibrium near the end of the branch. Payoffs of a player that differ
    by less than about a thousandth, above all by 1e-8 to 1e-5 of the largest, are between a tie and
    none: then some games come back empty, in the worst case tried one of seven. `complete` is
    false: other equilibria are not sought.

    Parameters
    ----------
    form : NormalForm
    tolerance : float
        Largest regret, as a share of the game's largest payoff.

    Notes
    -----
    Costs as much as `logit`, which see. The limit is told from the branch at up to 10^10 over the
    largest payoff: where the branch turns later, it is missed.

    Raises
    ------
    CertificateError
        If a single game yields no certified equilibrium; in a batch such a game has count 0.
    """
    from collsec.solvers._support_polish import polish  # noqa: PLC0415 - compiled

    n_batch, n_players = len(form.batch_shape), len(form.players)
    scale = np.abs(form.table).max(axis=tuple(range(n_batch, form.table.ndim)))
    unit = np.where(scale > 0, scale, 1.0)
    steps = np.array(STEPS).reshape(-1, *[1] * n_batch)
    whole = unit.reshape(*unit.shape, *[1] * (1 + n_players))
    with np.errstate(invalid="ignore"):  # of games with infinite payoffs, which have no answer
        unitless = replace(form, table=form.table / whole)
    near = np.moveaxis(follow(unitless, steps)[0], 0, -2)
    table = unitless.table.reshape(*form.batch_shape, n_players, form.n_profiles)
    sizes = np.array(form.n_actions, dtype=np.int64)
    with np.errstate(invalid="ignore"):
        profile: FloatArray = polish(table, sizes, np.ascontiguousarray(near))
    return certify(
        form,
        by_player(form, profile[..., None, :]),
        complete=False,
        scope=SCOPE,
        method="logit_limit",
        scale=unit,
        tolerance=tolerance,
    )
