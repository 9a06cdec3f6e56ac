"""All symmetric logit equilibria of symmetric binary games.

References
----------
mckelvey1995quantal, goeree2005explanation
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from collsec.equilibrium import TOLERANCE
from collsec.forms.logit import LogitForm
from collsec.forms.symmetric import SymmetricForm
from collsec.parameters import ParameterError
from collsec.solvers._kinds import checks_kind
from collsec.solvers.logit import LogitEquilibria, certified

SCOPE = "logit equilibria in which all players act with the same probability"


@checks_kind
def logit_symmetric(form: LogitForm, *, tolerance: float = TOLERANCE) -> LogitEquilibria:
    r"""Find every probability p with :math:`\log\frac{p}{1-p} = \lambda f(p)`.

    f(p) is what acting adds while all others act with probability p. Between the roots of a
    polynomial, at which the difference of both sides turns, there is at most one solution, found by
    halving. `centroid` is the one that the branch from p = 1/2 first reaches: the nearest in
    the direction of f(1/2). Asymmetric logit equilibria are not sought; `complete` refers to
    symmetric ones. For games of `SymmetricForm` only. Costs O(n_members²) times the number of
    halvings.

    Returns
    -------
    LogitEquilibria
        Strategies ``{"act": shape (*batch, n_equilibria, n_members)}`` by rising probability; odd
        in number but where two have met. No turning points are listed.

    Raises
    ------
    ParameterError
        If the game is no `SymmetricForm`.
    """
    if not isinstance(form.game, SymmetricForm):
        raise ParameterError(
            "logit_symmetric", "game", type(form.game).__name__, "must be a SymmetricForm",
            "use logit, or SymmetricForm.of(game)",
        )  # fmt: skip
    from collsec.solvers._symmetric_classes import responses  # noqa: PLC0415 - compiled

    game = form.game.spread(form.batch_shape)
    rationality = np.broadcast_to(form.rationality, form.batch_shape)
    n = game.n_members
    log_odds, count, principal = responses(game.gain, rationality, np.empty(n + 2))
    log_odds = log_odds[..., : max(int(np.max(count, initial=0)), 1)]
    act = expit(log_odds)
    scale = np.maximum(np.abs(game.stay).max(axis=-1), np.abs(game.act).max(axis=-1))
    return certified(
        form,
        {"act": np.repeat(act[..., None], n, axis=-1)},
        np.where(scale > 0, scale, 1.0),
        tolerance,
        scope=SCOPE,
        method="logit_symmetric",
        centroid=np.asarray(principal),
    )
