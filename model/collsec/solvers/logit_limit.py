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
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale, relative_spreads
from collsec.solvers.logit import by_player, follow

SCOPE = "the Nash equilibrium that the logit branch from the centroid leads to"
STEPS = (1e3, 1e4, 1e6, 1e8, 1e10)
"""Rationalities from which the limit is sought, in units of one over the largest spread."""


def logit_limit(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the equilibrium in which the principal branch of logit equilibria ends.

    The branch is followed far, and from there the actions in use are made exactly equally good. It
    is one equilibrium of every game, for any number of players: pure or mixed, and in almost all
    games the only one of this kind (the logit solution of McKelvey and Palfrey 1995). Where
    symmetry ties equilibria the branch keeps the symmetry, and ends in a mixed one; in games with
    ties what is found is an equilibrium near the end of the branch. `complete` is false: other
    equilibria are not sought.

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

    unit = on_unit_scale(form)
    steps = np.array(STEPS).reshape(-1, *[1] * len(form.batch_shape))
    together = replace(unit, table=unit.table * relative_spreads(form))
    near = np.moveaxis(follow(together, steps)[0], 0, -2)
    table = unit.table.reshape(*form.batch_shape, len(form.players), form.n_profiles)
    sizes = np.array(form.n_actions, dtype=np.int64)
    with np.errstate(invalid="ignore"):  # of games with infinite payoffs, which have no answer
        profile: FloatArray = polish(table, sizes, np.ascontiguousarray(near))
    return certify_by_spread(
        form,
        by_player(form, profile[..., None, :]),
        complete=False,
        scope=SCOPE,
        method="logit_limit",
        tolerance=tolerance,
    )
