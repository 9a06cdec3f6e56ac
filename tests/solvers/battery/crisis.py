"""Crises with one member, whose cost is drawn evenly from 0 to twice the mean.

Members, target and challenger have 1/2, 1/4 and 1/4 of capability, so that the aggression is
reversed with chance 1/2 without an answer and 3/4 with one. Reversal is worth 1 and the mean cost
is 1/4: the member answers a cost of up to 1/4, with chance 1/2. Then Π = 5/8, the challenger meets
a power of 1/4 like its own, and attacks for a prize above κ/(1 - 5/8) = 1 with κ = 3/8, in units
of its mean: with chance exp(-1).
"""

import math

from collsec.assumptions.levers import Assumptions
from collsec.forms.shock import Shock
from collsec.games.crisis import Credibility, Crisis
from collsec.institutions import Institution, Trigger
from tests.solvers.known import Known, mixes

NEAR = mixes

ALONE = Institution(trigger=int(Trigger.NONE))
COUNCIL = Institution(permanent=1, elected=0, quota=1, obligation=1.0, abstention=0.5)


def crisis(institution, levers=None, **values):
    game = Crisis(
        capability=[0.5],
        interest=1.0,
        common_stake=0.0,
        war_cost=0.25,
        spread=1.0,
        shock=int(Shock.UNIFORM),
        target_capability=0.25,
        challenger_capability=0.25,
        decisiveness=1.0,
        fighting_cost=0.375,
        institution=institution,
        **values,
    )
    return game.form().under(Assumptions(**(levers or {})))


def pair(p):
    return [p, 1 - p]


def challenge(answer):
    """Return the chances to attack and to refrain where the member answers with this chance."""
    reversal, power = 0.5 + answer / 4, answer / 2
    return pair(math.exp(-0.375 * (power / 0.25) / (1 - reversal)))


def self_help():
    """One branch and no vote; see the module.

    A challenger that waits for twice the prize loses 3/8 at most. A member that always answers
    loses, at the highest cost, 1/2 - 1/4.
    """
    known = {"answer": [[pair(0.5)]], "challenge": pair(math.exp(-1))}
    shy = {**known, "challenge": pair(math.exp(-2))}
    eager = {"answer": [[pair(1.0)]], "challenge": challenge(1.0)}
    return Known(crisis(ALONE), [known], wrong=[(shy, 0.375), (eager, 0.25)])


def council_of_one():
    """A mandate lowers the cost by a quarter, its lack raises it by as much.

    The member answers with chance 2/3 with a mandate and 2/5 without; a mandate is worth
    (2/3 - 2/5) (1/4)/2 = 1/30 to it, the size of the noise, so it votes yes with chance
    P = 1/(1 + 1/e) and half of its refusals abstain; by tossing a coin it would lose up to 1/30.
    """
    yes = 1 / (1 + math.exp(-1))
    known = {
        "answer": [[pair(2 / 5)], [pair(2 / 3)]],
        "vote": [[[yes, (1 - yes) / 2, (1 - yes) / 2]]],
        "challenge": challenge(yes * 2 / 3 + (1 - yes) * 2 / 5),
    }
    form = crisis(COUNCIL, {"legitimacy": 0.25}, vote_noise=1 / 30)
    fair = {"vote": [[[0.5, 0.25, 0.25]]], "challenge": challenge((2 / 3 + 2 / 5) / 2)}
    return Known(form, [known], wrong=[({**known, **fair}, 1 / 30)])


def credibility_by_reputation():
    """A pledge is worth the regime, and a regime of less trust may be another equilibrium."""
    form = crisis(COUNCIL, {"discount_factor": 0.5}, credibility=int(Credibility.REPUTATION))
    return Known(form, [], is_all=False)
