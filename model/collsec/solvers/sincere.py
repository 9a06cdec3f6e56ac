"""Sincere voting: each votes for what it wants."""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.voting import VotingForm
from collsec.solvers._kinds import checks_kind


@checks_kind
def sincere(form: VotingForm) -> Equilibria:
    """Return the profile in which each voter votes as if its vote decided.

    The rule is monotone: a yes never hurts a measure and a no never helps it. So yes is weakly
    dominant for those in favour and no for those opposed, whatever the others do. The passive
    opposed abstain by assumption. Other equilibria, in which nobody is pivotal and votes are idle,
    use weakly dominated votes; they lie outside the scope.

    Certified by the chance to pass given each own vote, from the characteristic function.

    Returns
    -------
    Equilibria
        One per game: ``{"vote": array of shape (*batch, 1, n_voters, 3)}``, the chances of yes,
        abstain and no.
    """
    vote = np.stack([form.yes, 1 - form.yes - form.no, form.no], axis=-1)
    return certify(
        form,
        {"vote": vote[..., None, :, :]},
        complete=True,
        scope="profiles in which each votes as if its vote decided",
        method="sincere",
        centroid=np.zeros(form.batch_shape, dtype=np.int64),
    )
