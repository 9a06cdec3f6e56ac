"""Games of identical players who act or stay out."""

import math

import numpy as np

from collsec.forms.symmetric import SymmetricForm
from tests.solvers.known import Known, chances

NEAR = chances


def game(stay, act, *profiles, **about):
    form = SymmetricForm(np.array(stay, float), np.array(act, float))
    return Known(form, [{"act": act} for act in profiles], **about)


def volunteers_of_two():
    """One acts, at 1/4, for 1; or both with p where 1 - 1/4 = p: 3/4.

    With nobody acting each would gain 3/4, and with both acting each could save 1/4.
    """
    wrong = [({"act": [0, 0]}, 0.75), ({"act": [1, 1]}, 0.25)]
    return game([0, 1], [0.75, 0.75], [1, 0], [0.75] * 2, source="diekmann1985volunteers",
                wrong=wrong)  # fmt: skip


def stag_hunt_of_two():
    """The hare is worth 1, the stag 2 if both hunt it: nobody, both, or each where 2 p = 1."""
    return game([1, 1], [0, 2], [0, 0], [1, 1], [0.5] * 2, wrong=[({"act": [1, 0]}, 1.0)], scale=2)


def donation_of_three():
    """To act costs 1 and gives 2 to each other: nobody acts, and who does could save 1."""
    others = 2.0 * np.arange(3)
    return game(others, others - 1, [0] * 3, wrong=[({"act": [1, 0, 0]}, 1.0)], scale=4.0)


def provision_of_four():
    """Two of four are enough; that is worth 1 to each, and acting costs 0.47.

    Nobody acts, or two; beside one who acts two with p where 1 - p = 0.47; three with p where
    2 p (1 - p) = 0.47, and one not; or two with p and two with q where (1 - p)(1 - q) =
    p + q - 2 p q = 0.47, whose solution has p + q = 0.59 and p q = 0.06.
    """
    stay, act = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]) - 0.47
    three, pairs = math.sqrt(0.06) / 2, math.sqrt(0.59**2 / 4 - 0.06)
    mixed = [[0.5 + side * three] * 3 + [0] for side in (-1, 1)]
    mixed += [[1, 0.53, 0.53, 0], [0.295 + pairs] * 2 + [0.295 - pairs] * 2]
    return game(stay, act, [0] * 4, [1, 1, 0, 0], *mixed, wrong=[({"act": [1, 1, 1, 0]}, 0.47)])
