"""The Nash equilibrium that logit play leads to as errors vanish.

References
----------
mckelvey1995quantal
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale, spreads
from collsec.solvers.logit import by_player, follow

SCOPE = "the Nash equilibrium that the logit branch from the centroid leads to"
STEPS = (1e3, 1e4, 1e6, 1e8, 1e10)
"""Rationalities from which the limit is sought, in units of one over the largest spread."""

_SMALLEST = 1e-100


@checks_kind
def logit_limit(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the equilibrium in which the principal branch of logit equilibria ends.

    The branch is followed far, and from there the actions in use are made exactly equally good. It
    is one equilibrium of every game, for any number of players: pure or mixed, and in almost all
    games the only one of this kind (the logit solution of McKelvey and Palfrey 1995). Where
    symmetry ties equilibria the branch keeps the symmetry, and ends in a mixed one; in games with
    ties, or near ties, what is found is an equilibrium near the end of the branch. `complete` is
    false: other equilibria are not sought.

    Parameters
    ----------
    form : NormalForm
    tolerance : float
        Largest regret, as a share of the spread of each player's own payoffs.

    Notes
    -----
    Costs as much as `logit`, which see. The limit is told from the branch at up to 10^10 over the
    largest spread of payoffs, and where it is not there, at up to 10^10 over the smallest: where
    the branch turns later, it is missed. Beyond 10^6 over the largest spread the branch is followed
    by steps in λ only, and is lost where it turns back there, or bends sharply. So there is no
    answer in some games, of hundreds with random payoffs: where payoffs that all but tie differ by
    1e-8 to 1e-5 of their spread, in one to five of a hundred; where one player's payoffs are a
    million times another's or more, in two to twenty-five. What helps there is to round payoffs
    that all but tie, or to measure payoffs that are far apart in units nearer to each other, which
    says that their owners err alike. For any equilibrium instead of this one, take `multilateral`.

    Raises
    ------
    CertificateError
        If a single game yields no certified equilibrium; in a batch such a game has count 0.
    """
    profiles = _ends(form, np.ones(form.batch_shape))
    least = _shares(form).min(axis=tuple(range(-len(form.players) - 1, 0)))
    gains = on_unit_scale(form).regret(by_player(form, profiles[..., None, :]))[..., 0]
    again = ~(gains <= tolerance) & (least < 1.0) & (least > _SMALLEST)
    if np.any(again):
        profiles[again] = _ends(replace(form, table=form.table[again]), least[again])
    return certify_by_spread(
        form,
        by_player(form, profiles[..., None, :]),
        complete=False,
        scope=SCOPE,
        method="logit_limit",
        tolerance=tolerance,
    )


def _ends(form: NormalForm, unit: FloatArray) -> FloatArray:
    """Return where branches end as told from afar, shape (*batch, actions of all players).

    How far is measured in `unit`, shape (*batch), a share of the largest spread of payoffs.
    """
    from collsec.solvers._support_polish import polish  # noqa: PLC0415 - compiled

    single = on_unit_scale(form)
    together = replace(single, table=single.table * _shares(form))
    steps = np.array(STEPS).reshape(-1, *[1] * len(form.batch_shape)) / unit
    near = np.moveaxis(follow(together, steps)[0], 0, -2)
    table = single.table.reshape(*form.batch_shape, len(form.players), form.n_profiles)
    sizes = np.array(form.n_actions, dtype=np.int64)
    with np.errstate(invalid="ignore"):  # of games with infinite payoffs, which have no answer
        return np.array(polish(table, sizes, np.ascontiguousarray(near)))


def _shares(form: NormalForm) -> FloatArray:
    """Return the spreads of the players' payoffs as shares of the largest, shaped for the table."""
    apart = spreads(form)
    most = apart.max(axis=tuple(range(-len(form.players) - 1, 0)), keepdims=True)
    return np.asarray(apart / np.where(most == 0, 1.0, most))
