"""Crises over a protege with two degrees of demands, none and all.

The protege loses 1 if it yields, 1.5 if it fights alone and cannot win, and 0.8 if it realigns. So
it would realign, which gives the challenger 1.25 and costs the defender 1.5. A supported war keeps
all with chance 1/2 and costs protege and challenger 1/2. It leaves the defender 1/2 and its cost
worse off, so that it supports up to a cost of 1 + B, of costs even on [1/2, 3/2], with chance
1/2 + B, where to abandon costs B = 1/4 if there were no demands, and 0 if all. The challenger loses
1/2 by the demands; its cost of attacking is even on [0, 5/4]. By an attack on a protege

- without demands it gains 3/4 · (1/2 - 1/2) + 1/4 · 5/4 = 5/16: it attacks with chance 1/4;
- with all 1/2 · (1/2 - 1/4 - 1/2) + 1/2 · 5/4 + 1/2 = 1: it attacks with chance 4/5.

The protege, to whom the demands are worth h, has on average of an attack 3/4 · (-1) - 1/4 · 0.8 =
-0.95 and 1/2 · (h/2 - 1) - 1/2 · 0.8 = h/4 - 0.9, that is, -0.2375 without demands, and with all
4/5 · (h/4 - 0.9) + h/5 = 0.4 h - 0.72.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.alliance import AllianceForm
from tests.solvers.known import Known, chances, switches

YIELD, FIGHT, REALIGN = range(3)


def others(codes):
    """Turn one of three alternatives into another."""
    for place in np.ndindex(codes.shape):
        for step in (1, 2):
            changed = codes.copy()
            changed[place] = (codes[place] + step) % 3
            yield changed


NEAR = {"demand": switches, "attack": chances, "support": chances, "alone": others}


def crisis(benefit, levers=None, **given):
    values = {
        "benefit": benefit, "grievance": 0.5, "prize": 1.0, "loss": 1.0,
        "realign_loss": 0.8, "realign_gain": 0.25, "realign_harm": 0.5,
        "success_supported": 0.5, "success_alone": 0.0,
        "protege_cost": 0.5, "challenger_cost": 0.5,
        "attack_cost": 0.625, "attack_spread": 1.0, "war_cost": 1.0, "war_spread": 0.5,
        "interest": 1.0, "affinity": 0.0, "common_stake": 0.0,
        "pledge": 0.25, "bound": 1.0, "condition": 1.0, "mandate": 0.0,
    } | given  # fmt: skip
    form = AllianceForm(n_levels=2, **{name: np.asarray(value) for name, value in values.items()})
    return form.under(Assumptions(**(levers or {})))


def plan(demand, attack, support, alone=(REALIGN, REALIGN)):
    return {"demand": demand, "attack": attack, "support": support, "alone": alone}


def a_moderate_protege():
    """With h = 1/2 demands would be worth -0.52 and are not pressed.

    Wrong are, each by one stage only, what comes before being optimal given it:

    - to yield rather than to realign, which loses 0.2: the defender, left 1 + B worse off, supports
      up to B + 1/2, with chances 1/4 and 0; the challenger gains 3/4 and 3/2;
    - to support as if nothing were pledged: the cost of just above 1 forgoes 1/4; the challenger
      gains 1/2 · 5/4 without demands;
    - to attack with chance 4/5 in any case: the cost of 1 loses 11/16, and all is demanded;
    - to demand all.
    """
    known = plan(0, [0.25, 0.8], [0.75, 0.5])
    return Known(
        crisis(0.5),
        [known],
        wrong=[
            (plan(0, [0.6, 1.0], [0.25, 0.0], [YIELD, YIELD]), 0.2),
            (plan(0, [0.5, 0.8], [0.5, 0.5]), 0.25),
            (plan(1, [0.8, 0.8], [0.75, 0.5]), 11 / 16),
            (plan(1, [0.25, 0.8], [0.75, 0.5]), 0.52 - 0.2375),
        ],
    )


def an_emboldened_protege():
    """With h = 2 demands are worth 0.08, and are pressed; to press none loses 0.3175."""
    known = plan(1, [0.25, 0.8], [0.75, 0.5])
    return Known(crisis(2.0), [known], wrong=[({**known, "demand": 0}, 0.3175)])


def an_indifferent_protege():
    """With h = 0.4825/0.4 both degrees of demands are worth as much, and either is pressed."""
    tied = crisis(0.4825 / 0.4)
    return Known(tied, [plan(z, [0.25, 0.8], [0.75, 0.5]) for z in (0, 1)], is_isolated=False)


def an_attack_that_may_go_unnamed():
    """Half of the attacks are answered by nobody, and the protege realigns.

    The challenger gains (5/16 + 5/4)/2 = 25/32 of an attack without demands, and with all (1/2 +
    5/4)/2 + 1/2 = 11/8, more than any cost. The protege has 5/8 · (-0.875) < -0.16 and -0.7875.
    """
    known = plan(0, [0.625, 1.0], [0.75, 0.5])
    return Known(
        crisis(0.5, {"identification": 0.5}),
        [known],
        wrong=[({**known, "demand": 1}, 0.7875 - 0.546875)],
    )


def an_alliance_under_more_levers():
    """The defender's stake is (1/2 · 0.8 + 1/2 · 2) (1 - 1/2 · 4/7) = 1; war costs it 4/5 of 5/4.

    So it has what the module says, of costs even on [1/2, 3/2], of which it pays 3/4 and the
    protege 1/4. It supports up to (1 + B)/(3/4) with B = 1/2 · 0.4 · 5/4 = 1/4, whatever is
    demanded: always. Then the challenger gains 0 without demands, and 1/4 with all; it attacks with
    chance 1/5 at most. The protege has of an attack 1/2 · (h - 1) - 1/2 - 1/4, and with h = 1
    1/5 · (-3/4) + 4/5 = 0.65.
    """
    form = crisis(
        1.0,
        {
            "indivisibility": 0.5, "impartiality": 0.5, "legitimacy": 0.2, "side_payments": 0.25,
            "monitoring": 0.5, "pledge_cost": 0.4,
        },
        interest=0.8, common_stake=2.0, affinity=4 / 7, mandate=1.0, war_cost=1.25,
        pledge=0.0, condition=0.0,
    )  # fmt: skip
    known = plan(1, [0.0, 0.2], [1.0, 1.0])
    return Known(
        form,
        [known],
        is_isolated=False,
        wrong=[({**known, "demand": 0}, 0.65), ({**known, "support": [1.0, 0.0]}, None)],
    )
