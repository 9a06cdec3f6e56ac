"""Threshold public goods with complete information."""

import math

import numpy as np

from collsec.forms.threshold import ThresholdForm
from collsec.solvers.threshold import IDENTICAL_SCOPE, UNEQUAL_SCOPE
from tests.solvers.known import Known, chances

NEAR = chances


def is_first_or_symmetric(form, profile):
    """Whether the first members act, or all act with the same chance."""
    act = np.asarray(profile["act"], dtype=float)
    return bool(np.all(act == act[0]) or (set(act) <= {0.0, 1.0} and np.all(np.diff(act) <= 0)))


def is_pure_or_quorum_is_one(form, profile):
    return bool(form.quorum == 1 or set(np.asarray(profile["act"], dtype=float)) <= {0.0, 1.0})


COVERS = {IDENTICAL_SCOPE: is_first_or_symmetric, UNEQUAL_SCOPE: is_pure_or_quorum_is_one}


def game(value, cost, quorum, *profiles, **about):
    form = ThresholdForm(np.array(value, float), np.array(cost, float), np.int64(quorum))
    return Known(form, [{"act": act} for act in profiles], **about)


def first(m, n):
    return [1.0] * m + [0.0] * (n - m)


def volunteers_of_five():
    """All act with 1 - (c/v)^(1/(n-1))."""
    p = 1 - 0.25**0.25
    return game([1] * 5, [0.25] * 5, 1, first(1, 5), [p] * 5, source="diekmann1985volunteers",
                wrong=[({"act": [0] * 5}, 0.75), ({"act": first(2, 5)}, 0.25)])  # fmt: skip


def three_of_five():
    """6 p^2 (1-p)^2 = 8/27 at p = 1/3 and 2/3."""
    return game(
        [27] * 5, [8] * 5, 3, first(0, 5), first(3, 5), [1 / 3] * 5, [2 / 3] * 5, scale=27.0,
        source="palfrey1984participation",
        wrong=[({"act": first(2, 5)}, 19.0), ({"act": first(4, 5)}, 8.0)],
    )  # fmt: skip


def unequal_volunteers():
    """Costs 0.25, 0.36, 0.49: who mixes finds nobody else acting with the chance of its cost.

    Two mix: each stays out with the other's cost, and the third's cost exceeds their product.
    Three mix: each stays out with the root of the product of costs, 0.21, over its own cost.
    """
    cost = np.array([0.25, 0.36, 0.49])
    pairs = []
    for i, j in ((0, 1), (0, 2), (1, 2)):
        act = np.zeros(3)
        act[i], act[j] = 1 - cost[j], 1 - cost[i]
        pairs.append(act)
    everyone = 1 - math.sqrt(cost.prod()) / cost
    return game([1] * 3, cost, 1, *np.eye(3), *pairs, everyone, wrong=[({"act": [0] * 3}, 0.75)])


def two_of_three_unequal():
    """Nobody, or exactly two: who of two drops out loses more than it saves."""
    profiles = [[0, 0, 0], [1, 1, 0], [1, 0, 1], [0, 1, 1]]
    return game([3, 2, 1], [1, 0.5, 0.7], 2, *profiles, scale=3.0, wrong=[({"act": [1] * 3}, 1.0)])


def too_dear_for_anyone():
    """Acting costs more than the good is worth."""
    return game([1] * 4, [1.25] * 4, 1, [0] * 4, wrong=[({"act": first(1, 4)}, 0.25)])


def free_to_act():
    """Where acting costs nothing, any chances of the others go with one who surely acts."""
    return game(
        [1] * 3, [0] * 3, 1, [1, 0, 0], [1, 1, 1], is_all=False, is_isolated=False,
        wrong=[({"act": [0.5] * 3}, 1 - 0.875)],
    )  # fmt: skip


def thirteen_unequal_members():
    """Any two of 13 are enough and each wants it: nobody, 78 pairs, and mixed ones unlisted."""
    value = np.linspace(1, 2, 13)
    return game(value, value / 4, 2, [0] * 13, first(2, 13)[::-1], is_all=False, scale=2.0,
                wrong=[({"act": first(1, 13)}, 1.5)])  # fmt: skip
