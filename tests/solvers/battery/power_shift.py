"""Bargains over a flow while power shifts; war destroys d = 0.2, so that it leaves 0.8.

Once power rests at p, an offer made for ever is taken from 0.8 (p + f) on, what a strike is worth
to the rising state, and the declining state makes it if 1 - 0.8 (p + f) is at least its own strike,
0.8 (1 - p + f).
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.power_shift import PowerShiftForm
from tests.solvers.known import Known, numbers, switches


def any_offer(values):
    return numbers(values, low=-np.inf)


NEAR = {"attack": switches, "offer": numbers, "accept_from": any_offer}


def bargain(*power, levers=None, first_strike=0.0, destruction=0.2, discount_factor=0.5):
    form = PowerShiftForm(np.array(power), first_strike, destruction, discount_factor)
    return form.under(Assumptions(**(levers or {})))


def plan(attack, offer, accept_from):
    return {"attack": attack, "offer": offer, "accept_from": accept_from}


def bought_off():
    """Power rises from 1/2 to 0.6, so that 0.48 is offered later and 0.32 now: 0.16 + 0.24 = 0.4.

    What the declining state has is (0.52 + 0.68)/2 = 0.6 now and 0.52 later; a strike is worth 0.4
    now and 0.32 later.

    Wrong are, each by one choice only, with what comes before it optimal given it:

    - to give 0.6 later, where x/2 + 0.3 >= 0.48 would do once: 0.24 too much, half a unit's worth;
    - to insist on 0.6 then, which refuses 0.12 more than a strike is worth;
    - to strike now, for 0.4 rather than 0.6;
    - to offer 0.08 too much now; to insist on it now;
    - to strike later, for 0.32 rather than the means of 0.52 and 0.32.
    """
    known = plan([0, 0], [0.32, 0.48], [0.32, 0.48])
    return Known(
        bargain(0.5, 0.6),
        [known],
        wrong=[
            (plan([0, 0], [0.2, 0.6], [0.2, 0.36]), 0.12),
            (plan([0, 0], [0.2, 0.6], [0.2, 0.6]), 0.12),
            ({**known, "attack": [1, 0]}, 0.2),
            ({**known, "offer": [0.4, 0.48]}, 0.04),
            (plan([0, 0], [0.4, 0.48], [0.4, 0.48]), 0.04),
            (plan([0, 1], [0.32, 0.0], [0.32, 0.48]), 0.5 * 0.52 + 0.5 * 0.32 - 0.32),
        ],
    )


def preventive_war():
    """Power rises from 0.3 to 0.7 and 0.56 will be offered; patient, nothing now makes up for it.

    All now is worth 0.1 + 0.9 · 0.44 = 0.496 to the declining state, a strike 0.56. The rising
    state would have taken anything, (0.24 - 0.9 · 0.56)/0.1 = -2.64.
    """
    known = plan([1, 0], [0.0, 0.56], [-2.64, 0.56])
    return Known(
        bargain(0.3, 0.7, discount_factor=0.9),
        [known],
        source="powell2006war",
        is_isolated=False,
        wrong=[({**known, "attack": [0, 0]}, 0.064)],
    )


def whoever_strikes_first():
    """Power rests at 1/2, and a first strike adds 0.1: peace and war each confirm themselves.

    In peace 0.8 · 0.6 = 0.48 is offered, and 0.52 is more than a strike, 0.48. Where a strike is
    expected tomorrow, which leaves the rising state 0.32, it takes x/2 + 0.16 >= 0.48 from 0.64 on,
    which leaves the other 0.18 + 0.24, less than by a strike. Where 0.64 is paid in peace as well,
    the rising state insists on 0.16 too much, and the declining one had better strike, by 0.12.
    """
    return Known(
        bargain(0.5, first_strike=0.1),
        [plan([0], [0.48], [0.48]), plan([1], [0.0], [0.64])],
        source="powell2006war",
        is_isolated=False,
        wrong=[(plan([0], [0.64], [0.64]), 0.16)],
    )


def no_advantage():
    """Power rests at 1/2 and d = 0.1: 0.45 is offered for ever.

    A strike for ever is none: as 0.45 follows anyway, 0.45 is taken, and half of 0.55 and 0.45 is
    more than 0.45.
    """
    known = plan([0], [0.45], [0.45])
    return Known(
        bargain(0.5, destruction=0.1),
        [known],
        wrong=[(plan([1], [0.0], [0.45]), 0.05)],
    )


def rivals_under_a_pledge():
    """With ρ = 1/2 a strike at p = 1/2 is worth 0.4 - 0.2 = 0.2, an offer x is 1.5 x - 0.5.

    A strike later on breaks a pledge and costs 1/2 · 1/2 · 0.2 = 0.05 more: then 0.65/1.5 is taken
    for ever. Now it takes half of 1.5 x - 0.5 and of 0.15, from 0.75/1.5 on. To insist for ever on
    the 0.7/1.5 that a strike without a pledge is worth refuses 0.05 more than a strike.
    """
    form = bargain(0.5, 0.5, levers={"relative_gains": 0.5, "pledge_cost": 0.5, "monitoring": 0.5})
    offers, high = [0.5, 0.65 / 1.5], 0.7 / 1.5
    return Known(
        form,
        [plan([0, 0], offers, offers)],
        wrong=[(plan([0, 0], [high, high], [high, high]), 0.05)],
    )


def a_mandate_and_patience():
    """A mandate halves what war destroys, and of two discount factors the larger, 1/2, holds.

    At p = 0.5 and then 0.6, 0.9 · 0.6 = 0.54 is offered, and now (0.45 - 0.27)/0.5 = 0.36.
    """
    form = PowerShiftForm(np.array([0.5, 0.6]), 0.0, 0.2, 0.1, mandate=1.0)
    return Known(
        form.under(Assumptions(legitimacy=0.5, discount_factor=0.5)),
        [plan([0, 0], [0.36, 0.54], [0.36, 0.54])],
        wrong=[(plan([0, 0], [0.46, 0.54], [0.36, 0.54]), 0.05)],
    )


def war_whoever_starts():
    """The rising state is sure to win now, p = 1, and will not be later: nothing now is enough.

    It would need (0.8 - 0.4 · 0.5)/0.5 = 1.2 now, 0.4 being offered later. Without an advantage
    from a first strike the other may strike, or be struck for an offer of nothing: it has 0 by
    either, and the scope is the former. To strike later on loses half of 0.6 - 0.4.
    """
    known = plan([1, 0], [0.0, 0.4], [1.2, 0.4])
    return Known(
        bargain(1.0, 0.5),
        [known],
        is_isolated=False,
        wrong=[({**known, "attack": [1, 1]}, 0.1)],
    )
