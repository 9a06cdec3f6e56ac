"""Games in which members pay for a sum."""

import numpy as np

from collsec.forms.contribution import ContributionForm
from tests.solvers.known import Known, numbers

NEAR = numbers


def paying(income, taste, *profiles, side_payments=0.0, relative_gains=0.0, **about):
    form = ContributionForm(
        np.asarray(income, dtype=float),
        np.broadcast_to(np.asarray(taste, dtype=float), np.shape(income)),
        side_payments=side_payments,
        relative_gains=relative_gains,
    )
    return Known(form, [{"contribution": given} for given in profiles], **about)


def five_unequal_incomes():
    """With equal weights x = Q for who pays: y - q = Q, so 3 Q = 300 - Q, and 40 < 75."""
    return paying(
        [120, 100, 80, 40, 10], 0.5, [45, 25, 5, 0, 0], source="bergstrom1986private",
        wrong=[({"contribution": [0, 0, 0, 0, 0]}, None),
               ({"contribution": [35, 35, 35, 35, 35]}, np.inf)],
    )  # fmt: skip


def a_rich_and_a_poor_one():
    """Alone, 100 gives 50; the other, with 40, would give only to a total below 40."""
    return paying([100, 40], 0.5, [50, 0])


def unequal_tastes():
    """q = max(0, 10 - Q) and max(0, 10 - 3 Q): at Q = 5 the second gives nothing."""
    return paying([10, 10], [0.5, 0.25], [5, 0])


def a_common_budget_that_bears_two_fifths():
    """x = 10 - Q/2 for both, and a unit costs its giver 0.8: x = 0.8 Q, so Q = 10/1.3."""
    return paying([10, 10], 0.5, [5 / 1.3, 5 / 1.3], side_payments=0.4)


def rivals():
    """The good counts half as much for both: x = 2 Q, so q = 10 - 2 Q and Q = 4."""
    return paying([10, 10], 0.5, [2, 2], relative_gains=0.5)


def rivals_with_a_common_budget():
    """0.5/Q = (1 - 0.2 - 0.5 * 0.2) / (10 - Q/2), so Q = 5/0.95; there may be other equilibria."""
    given = 2.5 / 0.95
    return paying(
        [10, 10], 0.5, [given, given], relative_gains=0.5, side_payments=0.4,
        doubtful={"replacement"},
    )  # fmt: skip


def a_budget_that_bears_everything():
    """Both want a total of 10, and do not mind who gives it: 1/Q = 0.5/(10 - Q/2)."""
    return paying(
        [10, 10], 0.5, [5, 5], side_payments=1.0, is_all=False, is_isolated=False,
        wrong=[({"contribution": [5, 4]}, None), ({"contribution": [0, 0]}, None)],
    )  # fmt: skip
