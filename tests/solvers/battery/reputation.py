"""Chains of two crises, by backward induction.

In the second a weak defender concedes, so that a challenger gains b where it is known to be weak,
and b - p at belief p. In the first a fight costs the weak 1, and keeps a challenger away for a.

Arrays have a row a crisis and a column for the news: none, a concession, a fight in the first.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.reputation import ReputationForm
from tests.solvers.known import Known, chances

NEAR = chances
NEVER = np.nan


def chain(prior, gain=0.5, calm=2.0, levers=None, **given):
    form = ReputationForm(2, np.array(prior), np.array(gain), np.array(calm), **given)
    return form.under(Assumptions(**(levers or {})))


def plan(prior, first, fight, posterior, second=(1, 0.5), last=0):
    """Return play: the first challenge and fight, and what is believed and done after a fight.

    `second` are the later challenges without news and after a fight, `last` a fight then. Who has
    conceded is challenged and concedes, unless it would fight at last.
    """
    known = 1 - last
    return {
        "challenge": [[first, 1, NEVER, NEVER], [second[0], known, second[1], NEVER]],
        "fight": [[fight, 0, NEVER, NEVER], [last, last, last, NEVER]],
        "belief": [[prior, 0, NEVER, NEVER], [prior, 0, posterior, NEVER]],
        "news": [[1, 0, NEVER, NEVER], [0, 0, 0, NEVER]],
    }


def known(form, *equilibria, **rest):
    return Known(form, list(equilibria), free=("news",), **rest)


def deterred_at_first():
    """p = 0.3 is above b² = 1/4: the weak fight with chance 3/7, so that 1/2 is believed later.

    A fight has the chance 0.6, more than b. Where 1/2 is believed the challenger is indifferent and
    stays away with chance 1/a = 1/2, which is what the fight costs.

    Wrong are, each with all that comes before it optimal given it: to challenge who is known to be
    tough, b - 1; to fight at last, 1, which keeps all challengers away; to concede at first, though
    a fight keeps the other away, 2 - 1; to challenge at first, 0.6 - b; and to believe 0.6 after a
    fight, against Bayes' rule.
    """
    return known(
        chain(0.3),
        plan(0.3, 0, 3 / 7, 0.5),
        source="kreps1982reputation",
        wrong=[
            (plan(0.3, 1, 0, 1, second=(1, 1)), 0.5),
            (plan(0.3, 1, 0, 1, second=(0, 0), last=1), 1.0),
            (plan(0.3, 1, 0, 1, second=(1, 0)), 1.0),
            (plan(0.3, 1, 3 / 7, 0.5), 0.1),
            (plan(0.3, 0, 3 / 7, 0.6), np.inf),
        ],
    )


def much_at_stake():
    """With a = 10 a fight is worth it, and 1/10 of the challengers stay away.

    Wrong is what would make the tough concede: if the weak fought at last where one had conceded,
    and so were left alone there for 10, but one was challenged after a fight. The weak forgo 1 by
    that and the challenger 1/2, the tough 10 - 1 by a fight.
    """
    wrong = plan(0.3, 1, 0, 1, second=(1, 1))
    wrong["challenge"][1][1], wrong["fight"][1][1] = 0, 1
    return known(
        chain(0.3, calm=10.0), plan(0.3, 0, 3 / 7, 0.5, second=(1, 0.9)), wrong=[(wrong, 9.0)]
    )


def tried_at_first():
    """p = 0.2 is below b²: the weak fight with 1/4, a fight has the chance 0.4, less than b."""
    return known(
        chain(0.2),
        plan(0.2, 1, 1 / 4, 0.5),
        source="kreps1982reputation",
        wrong=[(plan(0.2, 0, 1 / 4, 0.5), 0.1)],
    )


def half_in_the_dark():
    """A reply is seen with 1/2, a concession seen costs 1/2, and a mandate takes 1/5 off a fight.

    So a fight costs 0.8 and a concession 1/4 on average, now and later. The fight earns 1/2 (2 +
    1/4) times the chance that the next challenger stays away, which must make 0.55.
    """
    form = chain(
        0.3, levers={"monitoring": 0.5, "pledge_cost": 0.5, "legitimacy": 0.2}, mandate=1.0
    )
    return known(form, plan(0.3, 0, 3 / 7, 0.5, second=(1, 1 - 0.55 / 1.125)))


def half_unnamed():
    """With b = 0.2 and half of the challengers unnamed, a challenge gains 0.2 less half of a fight.

    So 0.4 deters at last, and the weak fight with chance (0.3/0.7) (0.6/0.4) = 9/14. At first a
    fight has the chance 0.75, and half of it deters. The future counts 4/5: 0.8 · 2 z = 1.
    """
    form = chain(0.3, gain=0.2, levers={"identification": 0.5}, discount_factor=0.8)
    return known(form, plan(0.3, 0, 9 / 14, 0.4, second=(1, 1 - 0.625)))


def rivals():
    """With ρ = 1/2 a challenger counts what it costs the other, and the other what it gains.

    Quiet is worth -1 and 2 to the two, a concession 1/2 and -1/4, a fight with the weak 0 and -3/4,
    with the tough -1/2 and 1/4. So a challenge gains 3/2 from who concedes, 1 from the weak that
    fight and 1/2 from the tough: no belief deters, and the weak never fight.
    """
    form = chain(0.3, levers={"relative_gains": 0.5})
    return known(form, plan(0.3, 1, 0, 1, second=(1, 1)), wrong=[(plan(0.3, 0, 0, 1, (1, 1)), 1.2)])


def indifferent_to_the_tough():
    """With ρ = 1/4 a challenge gains 0 from the tough, and 1/4 or 1 from the weak.

    So the weak never fight, and who has fought is known to be tough and left alone with any chance
    z up to that at which a fight would pay the weak, 3/4 = 17/8 z.
    """
    form = chain(0.3, levers={"relative_gains": 0.25})
    return known(
        form,
        plan(0.3, 1, 0, 1, second=(1, 1)),
        is_all=False,
        is_isolated=False,
        wrong=[(plan(0.3, 1, 0, 1, second=(1, 0)), 17 / 8 - 3 / 4)],
    )
