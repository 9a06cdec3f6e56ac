"""Wars of attrition over a prize of 1.

Where the other side gives in at the rate a/(1 + a t), so that S = 1/(1 + a t) of it still stands,
all times to give in are worth nothing. Who attacks at T has (1 - S) + S w, which is 0 at w = -a T;
of costs of war even on [0, W] those up to W S(T) stand to the end, and must be those up to a T.
"""

import math

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.attrition import AttritionForm
from tests.solvers.known import Known, numbers

NEAR = numbers


def contest(audience, war, levers=None, pledged=0.0, mandate=0.0):
    form = AttritionForm(
        np.array(1.0), *(np.array(pair, dtype=float) for pair in (audience, war)),
        *(np.array([share, share]) for share in (pledged, mandate)),
    )  # fmt: skip
    return form.under(Assumptions(**(levers or {})))


def plan(horizon, scale=(1, 1), shape=(1, 1), concession=(0, 0), strike=(0, 0)):
    return {
        "concession": concession, "strike": strike, "scale": scale, "shape": shape,
        "deadline": horizon,
    }  # fmt: skip


def equals():
    """With a = 1 and W = 2 on both sides 1/(1 + T) = T/2, so that T = 1.

    Wrong are, each with all else as it must be:

    - T = 0: all attack, though to give in at once costs nothing and a war up to 2;
    - T = 1/2: up to a cost of 4/3 all attack, which is worth 1/3 - 8/9 to the last of them;
    - T = 2: only those up to 2/3 attack, though it is worth 2/3 - 2/9 to the next;
    - to give in at once with chance 1/5, which is worth nothing and a moment later 1/5;
    - to give in twice as fast, S = 1/(1 + 2t), until T = 1/2: to give in then is worth 1/2 - 1/4,
      and at once nothing, like a war that costs 1;
    - to give in half as fast, S = 1/(1 + t/2), until S(T) = T/2 at T = √5 - 1: who gives in at t
      has -t/(2 + t), and nothing at once.
    """
    late = math.sqrt(5) - 1
    short = (math.sqrt(7.4) - 1) / 2
    return Known(
        contest((1, 1), (2, 2)),
        [plan(1)],
        source="fearon1994domestic",
        wrong=[
            (plan(0), 2.0),
            (plan(0.5), 5 / 9),
            (plan(2), 4 / 9),
            (plan(0.5, scale=(0.5, 0.5)), 0.25),
            (plan(short, concession=(0.2, 0.2)), 0.2),
            (plan(late, scale=(2, 2)), late / (2 + late)),
        ],
    )


def unequal_audiences():
    """With a = (2, 1) and W = 2 the challenger stands with 1/(1 + t), up to T = 1/(1 + T).

    The target would, with 1/(1 + 2t), reach T/2 only later, so that it gives in at once with chance
    q: (1 - q)/(1 + 2T) = T/2 makes q = 1 - T/2 - T² = T/2.
    """
    end = (math.sqrt(5) - 1) / 2
    return Known(
        contest((2, 1), (2, 2)),
        [plan(end, scale=(1, 0.5), concession=(0, end / 2))],
        source="fearon1994domestic",
    )


def pledges_and_mandates():
    """Audience costs of 1/2, and 1/2 · 1 · 1/2 · 2 more by a pledge of half the mean cost 4/2.

    So a = 1. A lack of mandate makes costs that were up to 4 by a quarter higher, up to 5, and
    5/(1 + T) = T at T = (√21 - 1)/2.
    """
    form = contest(
        (0.5, 0.5), (4, 4), {"monitoring": 0.5, "pledge_cost": 1.0, "legitimacy": 0.25},
        pledged=0.5, mandate=-1.0,
    )  # fmt: skip
    return Known(form, [plan((math.sqrt(21) - 1) / 2)])


def rivals():
    """With ρ = 1/2 and a = 1 S = (1 + t)^(-2/3), as one must gain h (1 + t) (1 + ρ) = 1 by waiting.

    At T = 1.1³ - 1, S = 1/1.21. Who has a cost W S fights others who do, of mean W S/2, and is
    indifferent where W S (1 - ρ/2) = T + ρ, so that W is known.
    """
    end = 1.1**3 - 1
    war = (end + 0.5) / 0.75 * 1.21
    return Known(
        contest((1, 1), (war, war), {"relative_gains": 0.5}),
        [plan(end, shape=(2 / 3, 2 / 3))],
    )


def rivals_who_do_not_wait():
    """With ρ = 1/2 and W = 4 half of either side attacks at once and the other half gives in.

    The last to attack has the cost 2. It wins 1/2 · 1, loses 1/2 · 2, and has 1/2 · 1/2 · 1 for
    what the other loses on average; to give in leaves it with 1/2 · 1/2 for the other's prize. To
    wait is to be attacked. Wrong are, with all else as it must be, that three quarters of either
    side attack, as the last of them has 1/4 - 9/4 + 9/16, and by giving in -3/8.
    """
    return Known(
        contest((3, 1), (4, 4), {"relative_gains": 0.5}),
        [plan(0, concession=(0.5, 0.5), strike=(0.5, 0.5))],
        free=("scale", "shape", "deadline"),
        wrong=[(plan(0, concession=(0.25, 0.25), strike=(0.75, 0.75)), 2 - 9 / 16 - 3 / 8)],
    )


def rivals_some_of_whom_strike():
    """With ρ = 1/2 and a = 1 those up to s attack at once, to d at T; above e give in at once.

    T = 1.25³ - 1 makes S fall by 16/25 and the mean time of those who give in before T 7/18. Who
    has d fights others between s and d, so that d = T + 1/2 + (s + d)/4; as so many stand to the
    end, d - s = (e - s) 16/25; who has s gains nothing by waiting for those between d and e to give
    in, (e + d)/4 = 1 + s + 7/36. These three make s known. Who has e is as well off by giving in at
    once as a moment later, when the others have conceded with chance 1 - e/W or attacked with
    chance s/W: W - e = s (e - 1/2 - s/4), so that W is known. Or all choose at once, and
    S W = 1/S - 1/2 + W S/4.
    """
    end = 1.25**3 - 1
    strikes = (41 / 64 * (end + 0.5) * 4 / 3 - 1 - 7 / 36) * 96 / 89
    fights = (end + 0.5 + strikes / 4) * 4 / 3
    waits = strikes + (fights - strikes) * 25 / 16
    war = waits + strikes * (waits - 0.5 - strikes / 4)
    all_ = (math.sqrt(0.25 + 3 * war) - 0.5) / (1.5 * war)
    some = plan(
        end, shape=(2 / 3, 2 / 3), concession=(1 - waits / war,) * 2, strike=(strikes / war,) * 2
    )
    return Known(
        contest((1, 1), (war, war), {"relative_gains": 0.5}),
        [some, plan(0, concession=(1 - all_,) * 2, strike=(all_,) * 2)],
        is_isolated=False,
    )
