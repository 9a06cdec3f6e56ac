"""Signals of any level, where the receiver's cost of war is even on [-0.1, 0.9], without rivalry.

Who hears a signal after which all fight pushes with chance π = 0.1, who hears nothing always. War
is worth v/2 - 0.3 to the sender. With the share τ of the level m tied, who would give in does not
signal if (1-π) v <= π τ m + (1-τ) m, up to v = 2 (0.3 - τ m), which is so from m on with 0.27 = m
(0.95 τ + (1-τ)/2); and from that v on (1-π) v + π (v/2 - 0.3) >= (1-τ) m. A little less is laid to
that lowest value, which would be indifferent and give in, so that it is of no use.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.signal_level import SignalLevelForm
from tests.solvers.known import Known, chances, numbers

NEAR = {"cutoff": numbers, "level": numbers, "push": chances}
TOP = 1.2


def signals(tied, ceiling=TOP, levers=None, **given):
    values = (ceiling, tied, 0.3, 0.5, 0.1, 0.9)
    form = SignalLevelForm(*(np.asarray(value) for value in values), **given)
    return form.under(Assumptions(**(levers or {})))


def plan(cutoff, level, push=(1, 0.1), fight_from=(0.6, 0.0)):
    """Return play; who signals fights unless it is said otherwise."""
    return {
        "cutoff": cutoff, "level": level, "fight_from": fight_from, "push": push, "refined": 1.0,
    }  # fmt: skip


def known(form, *equilibria, **rest):
    free = ("fight_from", "refined")
    return Known(form, list(equilibria), free=free, scale=2.0, **rest)


def sunk():
    """With τ = 0 m = 0.54, and values from 0.6 on signal.

    Wrong are: to push with 1/2 who would fight, where the level 0.3 is enough, as costs up to 0.4
    are borne for nothing; to signal from 0.3 on and give in below 0.6, which is then pushed with
    0.6; and to send 0.8, where less would be believed. (From (0.8 - 0.27)/0.45 on this is better
    than silence.)
    """
    return known(
        signals(0.0),
        plan(0.6, 0.54),
        wrong=[
            (plan(0.6, 0.3, push=(1, 0.5)), 0.4),
            (plan(0.3, 0.54, (1, 0.6), (0.6, 0.6)), None),
            (plan(0.53 / 0.45, 0.8), None),
        ],
    )


def half_tied():
    """With τ = 1/2 m = 0.27/0.725, and values from 2 (0.3 - m/2) on signal."""
    level = 0.27 / 0.725
    return known(signals(0.5), plan(0.6 - level, level, fight_from=(0.6, 0.6 - level)))


def hands_tied():
    """With τ = 1 m = 0.27/0.95, and values from 0.03/0.95 on signal; more would do no harm."""
    level = 0.27 / 0.95
    return known(
        signals(1.0), plan(0.03 / 0.95, level, fight_from=(0.6, 0.03 / 0.95)), is_isolated=False
    )


def a_bare_pledge():
    """With τ = 0 a broken pledge costs 1/2 · 0.4 · 0.3 = 0.06 more; a lack of mandate makes c 0.36.

    So 0.9 v <= 0.1 · 0.06 + m up to v = 2 (0.36 - 0.06) = 0.6, and m = 0.534; from 0.6 on 0.95 v
    - 0.036 >= m.
    """
    form = signals(
        0.0, levers={"monitoring": 0.5, "pledge_cost": 0.4, "legitimacy": 0.2}, mandate=-1.0
    )
    return known(form, plan(0.6, 0.534, fight_from=(0.72, 0.6)))


def nobody_would_fight():
    """Even the highest value, 1/2, is lost in a war that costs 0.3 and is won by half.

    Wrong are: to fight from 0.4 on, which is 0.1 worse than to give in (and does not stop those
    who push, up to a cost of 4); and to push with 0.9 only, though 1 is to be had.
    """
    return known(
        signals(0.0, ceiling=0.5),
        plan(0.5, 0.0, push=(1, 1), fight_from=(0.6, 0.6)),
        is_isolated=False,
        wrong=[
            (plan(0.5, 0.0, (1, 1), (0.4, 0.6)), 0.1),
            (plan(0.5, 0.0, (0.9, 1), (0.6, 0.6)), 1.0),
        ],
    )
