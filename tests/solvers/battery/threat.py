"""Threats between two sides of two types, hard and soft.

The challenger has 0.6 by the status quo, 1 by a concession, 0.2 by a retreat, 0.4 or 0 by war; the
defender 1, 0.3, 0.8 and 0.5 or 0. Soft challengers back down and hard defenders resist. A soft
defender resists a demand that is hard with chance up to q = 5/8: 0.8 (1-q) >= 0.3. Resisted with
chance R the hard challenger has 1 - 0.6 R and the soft 1 - 0.8 R, so that they demand up to R =
2/3 and 1/2. Pairs hold the hard and the soft type's chance.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.threat import DEMAND_BELIEF, RESIST_BELIEF, ThreatForm
from tests.solvers.known import Known, chances

NEAR = chances


def threat(challenger, defender, hard_war=0.4, bound=0.0, levers=None):
    """Return the form by the chances that each side is hard."""
    form = ThreatForm(
        status_quo=np.array([0.6, 1.0]), concession=np.array([1.0, 0.3]),
        retreat=np.array([0.2, 0.8]), war=np.array([[hard_war, 0.0], [0.5, 0.0]]),
        hard=np.array([challenger, defender]), bound=np.array([bound, bound]),
    )  # fmt: skip
    return form.under(Assumptions(**(levers or {})))


def plan(demand, resist, demand_belief, resist_belief, fight=(1, 0)):
    return {
        "demand": demand, "resist": resist, "fight": fight,
        DEMAND_BELIEF: demand_belief, RESIST_BELIEF: resist_belief,
    }  # fmt: skip


def steadfast(challenger, defender):
    """Return play without demands: all would resist, believing what they believed at first."""
    return plan([0, 0], [1, 1], challenger, defender)


def known(challenger, defender, *equilibria):
    """Return a game; what is believed where nobody demands is open."""
    return Known(
        threat(challenger, defender),
        list(equilibria),
        source="zagare1993asymmetric",
        is_isolated=False,
        free=(DEMAND_BELIEF, RESIST_BELIEF),
    )


def bluff_or_steadfast():
    """Hard are 0.4 and 0.3. A bluff with chance 0.4 makes q = 5/8, and soft resistance with 2/7
    makes R = 1/2.
    """
    bluff = plan([1, 0.4], [1, 2 / 7], 5 / 8, 0.6)
    return known(0.4, 0.3, steadfast(0.4, 0.3), bluff)


def attack_or_steadfast():
    """Of the challengers 0.8 are hard: all demand and soft defenders concede, as 0.8 > 5/8.

    A demand that nobody makes may be laid to less resolve than there is, so that all resist.
    """
    return known(0.8, 0.3, steadfast(0.5, 0.3), plan([1, 1], [1, 0], 0.8, 1.0))


def separation_or_steadfast():
    """R = 0.55 deters the soft and not the hard, whom soft defenders fear and concede to."""
    return known(0.4, 0.55, steadfast(0.4, 0.55), plan([1, 0], [1, 0], 1.0, 1.0))


def deterrence_for_certain():
    """R = 0.7, of the hard alone, deters both types of the challenger."""
    return known(0.4, 0.7, steadfast(0.4, 0.7))


def a_challenger_that_likes_war():
    """The hard have 0.7 by war and always demand; so there is the bluff, and nothing else.

    Were q below 5/8 the soft defenders would resist and the soft challengers not demand, so that q
    is 1; then they would concede, and with R = 0.3 the soft would demand.

    Wrong are, each with all else optimal given it:

    - soft challengers fight, for 0 and not 0.2, so that soft defenders concede and all demand;
    - hard challengers do not fight, for 0.7 and not 0.2, so that all resist and nobody demands;
    - hard defenders concede, though to resist is worth 5/8 · 0.5 + 3/8 · 0.8, so that the soft
      resist with 5/7 to make R = 1/2;
    - soft defenders resist where only the hard demand, for 0.3 and not 0;
    - nobody demands, all resisting, though the hard have 0.1 more by war;
    - soft challengers never bluff, where by R = 0.3 they would have 0.76;
    - q is 1/2, which is not Bayes' rule.
    """
    bluff = plan([1, 0.4], [1, 2 / 7], 5 / 8, 0.6)
    return Known(
        threat(0.4, 0.3, hard_war=0.7),
        [bluff],
        wrong=[
            (plan([1, 1], [1, 0], 0.4, 1.0, fight=[1, 1]), 0.2),
            (plan([0, 0], [1, 1], 0.4, 0.3, fight=[0, 0]), 0.5),
            (plan([1, 0.4], [0, 5 / 7], 5 / 8, 0.0), 0.3125),
            (plan([1, 0], [1, 1], 1.0, 0.3), 0.3),
            (plan([0, 0], [1, 1], 0.4, 0.3), 0.1),
            (plan([1, 0], [1, 0], 1.0, 1.0), 0.16),
            ({**bluff, DEMAND_BELIEF: 0.5}, np.inf),
        ],
    )


def bound_by_words():
    """Who backs down loses 1/2 · 2 · 0.1 of what war costs it beside what it hopes for.

    That is 1 for a soft challenger and 0.8 for a soft defender, so that they lose 0.1 and 0.08.
    So 0.8 (1-q) = 0.22 at q = 0.725, and 1 - 0.9 R = 0.6 at R = 4/9.
    """
    form = threat(0.4, 0.3, 0.7, 0.1, {"monitoring": 0.5, "pledge_cost": 2.0})
    bluffs, resists = (0.4 / 0.725 - 0.4) / 0.6, (4 / 9 - 0.3) / 0.7
    return Known(form, [plan([1, bluffs], [1, resists], 0.725, 0.3 * 9 / 4)])


def rivals():
    """With ρ = 1/2 a soft challenger may fight for what a soft defender loses.

    The challenger has 0.1 by the status quo, 0.85 by a concession, -0.2 by a retreat; by war with
    the hard and the soft 0.45 and 0.7 if hard, -0.25 and 0 if soft. A soft defender has -0.2 by
    conceding, by war with the hard -0.35 and with the soft 0. The hard demand, fight and resist.
    The soft fight who is believed to be hard with s <= 0.8, where soft resistance is y >= 3/28.

    So 0.35 q = 0.2 and q = 4/7 by a bluff of 1/2, and 0.595 (1-y) - 0.075 = 0.1 at y = 12/17. There
    is nothing else. At y = 1 the soft would not demand and the defender concede; below 3/28 they
    would all demand, and the defender, at q = 0.4, resist. To resist always if only the hard demand
    loses 0.15.
    """
    return Known(
        threat(0.4, 0.3, 0.7, 0.0, {"relative_gains": 0.5}),
        [plan([1, 0.5], [1, 12 / 17], 4 / 7, 0.3 / (0.3 + 0.7 * 12 / 17), fight=[1, 1])],
        wrong=[(plan([1, 0], [1, 1], 1.0, 0.3, fight=[1, 1]), 0.15)],
    )


def on_the_border():
    """Of the challengers 5/8 are hard: all demand, and the soft resist with any chance to 2/7."""
    plans = [plan([1, 1], [1, y], 5 / 8, 0.3 / (0.3 + 0.7 * y)) for y in (0.0, 2 / 7)]
    return Known(threat(0.625, 0.3, hard_war=0.7), plans, is_all=False, is_isolated=False)
