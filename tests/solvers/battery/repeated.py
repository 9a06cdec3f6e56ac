"""Stage games played again and again."""

import numpy as np

from collsec.forms.normal import NormalForm
from collsec.forms.repeated import RepeatedForm
from tests.solvers.known import Known, switches

NEAR = switches

GRIM, ALWAYS, NEVER, BACKWARD = ((1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (0.0, 1.0))
"""Whether to cooperate in trust, and in reversion."""


def dilemma(n_members=2):
    """Payoffs 5 > 3 > 1 > 0 of the prisoner's dilemma; more members cooperate pairwise, on average.

    Shape (n_members, 2, ..., 2), the first action being to cooperate.
    """
    stage = np.array([[3.0, 0.0], [5.0, 1.0]])
    table = np.empty((n_members, *[2] * n_members))
    for cell in np.ndindex(table.shape[1:]):
        for i in range(n_members):
            table[i, *cell] = np.mean([stage[cell[i], cell[j]] for j in range(n_members) if j != i])
    return NormalForm(table, tuple(f"member {i + 1}" for i in range(n_members)))


def everyone(plan, n_members=2):
    return {"cooperation": [plan] * n_members}


def repeated(plans, wrong, n_members=2, stage=None, **about):
    form = RepeatedForm.from_stage(stage or dilemma(n_members), **about)
    return Known(
        form,
        [everyone(plan, n_members) for plan in plans],
        wrong=[(everyone(plan, n_members), regret) for plan, regret in wrong.items()],
        scale=5.0,
    )


def patient_enough():
    """(1 - 0.6) * 5 + 0.6 * 1 = 2.6 < 3, so grim holds; cooperation in reversion gains 0.4 * 1."""
    wrong = {ALWAYS: 0.4 * 2, BACKWARD: None}
    return repeated([GRIM, NEVER], wrong, discount_factor=0.6)


def patience_at_the_border():
    """(1 - 0.5) * 5 + 0.5 * 1 = 3: who is indifferent cooperates."""
    wrong = {ALWAYS: 0.5 * 2, BACKWARD: None}
    return repeated([GRIM, NEVER], wrong, discount_factor=0.5)


def too_impatient():
    """(1 - 0.4) * 5 + 0.4 * 1 = 3.4 > 3."""
    wrong = {GRIM: 0.4, ALWAYS: 0.6 * 2, BACKWARD: None}
    return repeated([NEVER], wrong, discount_factor=0.4)


def defections_rarely_seen():
    """0.4 * 5 + 0.6 * (0.5 * 1 + 0.5 * 3) = 3.2 > 3."""
    wrong = {GRIM: 0.2, ALWAYS: 0.4 * 2, BACKWARD: None}
    return repeated([NEVER], wrong, discount_factor=0.6, detection=0.5)


def five_who_meet_in_pairs():
    """The same conditions as for two: alone against cooperators 5, alone against defectors 0."""
    wrong = {ALWAYS: 0.4 * 2, BACKWARD: None}
    return repeated([GRIM, NEVER], wrong, n_members=5, discount_factor=0.6)


def harmony():
    """To cooperate dominates, by 1: always is an equilibrium, and no punishment is one."""
    stage = NormalForm.from_bimatrix([[3, 1], [2, 0]], [[3, 2], [1, 0]])
    wrong = {GRIM: None, NEVER: 0.5, BACKWARD: None}
    return repeated([ALWAYS], wrong, stage=stage, discount_factor=0.5)
