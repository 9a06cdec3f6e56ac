"""The benchmark without free riding: everyone answers when that serves all members together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from collsec.forms.participation import ParticipationForm
from collsec.measures import total
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers.participation import candidates


@checks_kind
def efficient_answers(form: ParticipationForm) -> FloatArray:
    """Return the answer chances that maximise the members' summed material payoffs.

    Each member answers when its drawn cost is below its pivotal chance times the sum of all
    stakes. Of the fixed points of this rule that are found the best is taken; costs count in full
    whoever bears them. Shape (*batch, n_members); a benchmark, not an equilibrium.
    """
    stake = total(form.stake)[..., None]
    team = replace(
        form.unpledged(),
        interest=np.broadcast_to(stake, form.stake.shape),
        affinity=np.zeros(form.n_members),
        rivals=None,
        relative_gains=0.0,
        side_payments=0.0,
    )
    found, _, _, _ = candidates(team)
    answer, stay = found[..., 0], found[..., 1]
    surplus = stake * team.reversal_chance(answer) - total(team.drawn_costs(answer, stay))
    best = np.argmax(np.where(np.isnan(surplus), -np.inf, surplus), axis=-1)
    return np.take_along_axis(answer, best[..., None, None], axis=-2)[..., 0, :]
