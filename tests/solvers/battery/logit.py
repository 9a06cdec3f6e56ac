"""Games whose players err: where the gain from an action is the same whatever others do."""

import math

import numpy as np

from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from tests.solvers.known import Known, mixes


def NEAR(values):  # noqa: N802 - a name that the battery asks for
    """Move weight between actions, or one chance to act."""
    return mixes(values) if values.ndim > 1 or values.size == 2 else _chances(values)


def _chances(values):
    for place in range(values.size):
        for step in (-1e-2, 1e-2):
            changed = values.copy()
            changed[place] += step
            yield changed


def is_table(form):
    return isinstance(form.game, NormalForm)


def is_symmetric(form):
    return not is_table(form)


REFUSES = {"logit": is_symmetric, "logit_symmetric": is_table}


def dilemma():
    """Defection gains 1 whatever the other does: odds e^λ = 3 for it.

    At even odds the regret is the relative entropy of (1/2, 1/2) from (1/4, 3/4), over λ.
    """
    form = NormalForm.from_bimatrix([[1.0, -1.0], [2.0, 0.0]], [[1.0, 2.0], [-1.0, 0.0]])
    even = {"row": [0.5, 0.5], "column": [0.5, 0.5]}
    return Known(
        LogitForm(form, np.array(math.log(3))),
        [{"row": [0.25, 0.75], "column": [0.25, 0.75]}],
        wrong=[(even, 0.5 * math.log(4 / 3) / math.log(3))],
        scale=2.0,
    )


def pennies():
    """Even odds against even odds gain nothing; and more of one action is answered by less."""
    form = NormalForm.from_bimatrix([[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]])
    even = {"row": [0.5, 0.5], "column": [0.5, 0.5]}
    return Known(LogitForm(form, np.array(2.0)), [even])


def donation_of_three():
    """Acting costs 1 whatever the others do: odds e^-λ = 1/3 for it."""
    others = 2.0 * np.arange(3)
    form = LogitForm(SymmetricForm(others, others - 1), np.array(math.log(3)))
    even = ({"act": [0.5] * 3}, 0.5 * math.log(4 / 3) / math.log(3))
    return Known(form, [{"act": [0.25] * 3}], wrong=[even], scale=4.0)
