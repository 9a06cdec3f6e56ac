"""Pledges of all strengths a at once: v = 0.2, cost even on [0, 1], gain on [0, 1], loss 1/2.

The ally that is asked honours a cost up to 0.2 + a, with chance π = min(1, 0.2 + a); met with
chance u the challenger attacks for a gain above u/2/(1 - u). A type's gain is that of its strength.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.pledge import PLEDGES, PledgeForm
from tests.solvers.known import Known, chances

NEAR = chances
WEAKEST, STRONGEST = PLEDGES.min(), PLEDGES.max()


def pledge(levers=None, **given):
    values = {
        "interest": 0.2, "common_stake": 0.0, "affinity": 0.0, "protege_stake": 1.0,
        "highest_cost": 1.0, "highest_gain": 1.0, "loss": 0.5,
    } | given  # fmt: skip
    return PledgeForm(**values).under(Assumptions(**(levers or {})))


def attack(met, ratio=0.5):
    odds = met / np.where(met < 1, 1 - met, 1)
    return np.where(met < 1, np.maximum(0, 1 - ratio * odds), 0)


def played(honour, named=1.0):
    return {"honour": honour, "attack": attack(named * honour)}


def a_pledge_that_may_bind():
    """See the module.

    An ally that honours as without a pledge, up to 0.2, breaks a pledge of strength a at a loss of
    a just above 0.2. A challenger that attacks always loses, by the least gain, up to 1/2, where it
    is met for certain; one that never does forgoes, by the largest gain, most at the weakest
    pledge, 1 - u - u/2 with u = 0.2 + a.
    """
    honour = np.minimum(1, 0.2 + PLEDGES)
    met = 0.2 + WEAKEST
    return Known(
        pledge(),
        [played(honour)],
        wrong=[
            (played(np.full(32, 0.2)), STRONGEST),
            ({"honour": honour, "attack": np.ones(32)}, 0.5),
            ({"honour": honour, "attack": np.zeros(32)}, 1 - 1.5 * met),
        ],
    )


def a_pledge_under_all_levers():
    """The ally's stake is (1/2 · 0.2 + 1/2 · 0.6) (1 - 1/2 · 0.5) = 0.3, less 1/4 · 0.4 for ρ.

    A cost κ is 0.8 κ by a mandate, of which it bears 1 - 0.2 - 0.25 · 0.2 = 3/4, that is 0.6 κ. To
    break a pledge costs 1/2 (a + 0.2/2). So it honours up to κ = (0.25 + a/2)/0.6, and is asked
    with chance 0.9. Honouring always loses 0.6 less this at the highest cost, for the weakest.
    """
    form = pledge(
        {
            "indivisibility": 0.5, "impartiality": 0.5, "relative_gains": 0.25, "legitimacy": 0.2,
            "side_payments": 0.2, "monitoring": 0.5, "pledge_cost": 0.2, "identification": 0.9,
        },
        common_stake=0.6, affinity=0.5, protege_stake=0.4, mandate=1.0,
    )  # fmt: skip
    honour = np.minimum(1, (0.25 + PLEDGES / 2) / 0.6)
    return Known(
        form,
        [played(honour, 0.9)],
        wrong=[(played(np.ones(32), 0.9), 0.6 - 0.25 - WEAKEST / 2)],
    )


def nothing_at_stake():
    """Others pay for a war, and a breach is not seen: the ally is indifferent, so that it honours.

    The scope is what indifferent types do; what they do otherwise is as good.
    """
    form = pledge({"side_payments": 1.0, "monitoring": 0.0}, interest=0.0)
    return Known(form, [played(np.ones(32))], is_isolated=False)


def a_war_that_others_pay():
    """With φ = 0.8 and ρ = 1/2 a costlier war is better for the ally by 0.4 - 0.2 a unit of cost.

    It has 0.1 - 1/2 · 0.5 + 0.1 a + 0.2 κ by honouring, so that those of the highest costs do, with
    chance 1/4 + a/2. Would all honour, the least cost would lose 0.15 - 0.1 a.
    """
    form = pledge(
        {"relative_gains": 0.5, "side_payments": 0.8, "monitoring": 0.1},
        interest=0.1, protege_stake=0.5,
    )  # fmt: skip
    return Known(
        form,
        [played(0.25 + PLEDGES / 2)],
        wrong=[(played(np.ones(32)), 0.15 - 0.1 * WEAKEST)],
    )
