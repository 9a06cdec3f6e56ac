"""Ladders.

In the shortest one the uninformed side challenges, the informed yields or resists, and the first
backs down or fights. Yielding is worth 1 and -1, backing down -1 and 1. War is worth 0 and -3 where
the informed is irresolute, -3 and 0 where it is resolute. So the resolute resist, and who meets
resistance fights iff it believes in resolve with 1/3 at most.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.ladder import LadderForm
from collsec.games.credibility.escalation_ladder import EscalationLadder
from tests.solvers.known import Known, chances

NEAR = chances
YIELDS, BACKS = (1, 1, -1, -1), (-1, -1, 1, 1)
WAR = (0, -3, -3, 0)


def challenge(prior, status_quo, levers=None, risk=(0, 0, 0), ended=(-2, -2, -2, -2), **given):
    """Return the shortest ladder, with what the uninformed has at first."""
    rows = [(status_quo, status_quo, 0, 0), YIELDS, BACKS, YIELDS, ended, ended, WAR]
    form = LadderForm(
        (0, 1, 0), ("U", "I"), np.array(prior), np.array([rows], dtype=float), np.array(risk),
        **given,
    )  # fmt: skip
    return form.under(Assumptions(**(levers or {})))


def plan(start, irresolute, resolute, fight, belief):
    climb = [[start, start], [irresolute, resolute], [fight, fight]]
    return {"climb": climb, "belief": belief}


def bluff():
    """The resolute are 1/4; a bluff with 2/3 makes them 1/3 of those who resist.

    Who bluffs has -3u + 1 - u, -1 if u = 1/2. The challenger has (3/4)(1/3) - 3/4 = -1/2, more than
    by the status quo, -0.6.

    Wrong are, each by one move with what comes before it optimal given it:

    - to fight the resolute, whom alone one meets then, for -3 and not -1;
    - not to bluff where this is met by a retreat, for -1 and not 1;
    - to yield to who would fight, though resolute, for -1 and not 0;
    - not to challenge, for -0.6 and not -1/2;
    - to bluff with 2/3 where this is fought with 0.6, 0.4 too much each time;
    - to believe in resolve by a half, which is not Bayes' rule.
    """
    known = plan(1, 2 / 3, 1, 1 / 2, [1 / 4, 1 / 4, 1 / 3])
    return Known(
        challenge(0.25, -0.6),
        [known],
        wrong=[
            (plan(1, 0, 1, 1, [1 / 4, 1 / 4, 1]), 2.0),
            (plan(1, 0, 1, 0, [1 / 4, 1 / 4, 1]), 2.0),
            (plan(1, 0, 0, 1, [1 / 4, 1 / 4, 0]), 1.0),
            (plan(0, 2 / 3, 1, 1 / 2, [1 / 4, 1 / 4, 1 / 3]), 0.1),
            (plan(1, 2 / 3, 1, 0.6, [1 / 4, 1 / 4, 1 / 3]), 0.8 / 3),
            ({**known, "belief": [1 / 4, 1 / 4, 1 / 2]}, np.inf),
        ],
    )


def deterrence():
    """Half are resolute, so that all resist and nobody fights: a challenge is worth -1."""
    return Known(
        challenge(0.5, -0.6),
        [plan(0, 1, 1, 0, [0.5, 0.5, 0.5])],
        wrong=[(plan(1, 1, 1, 0, [0.5, 0.5, 0.5]), 0.4)],
    )


def nobody_named():
    """Half of the challenges are not answered and are worth 1: 1/2 - 1/4 is more than -0.1.

    Otherwise this is the game `bluff`, in which at a status quo of -0.1 nobody would challenge.
    """
    form = challenge(0.25, -0.1, {"identification": 0.5}, named=(0,))
    return Known(
        form,
        [plan(1, 2 / 3, 1, 1 / 2, [1 / 4, 1 / 4, 1 / 3])],
        wrong=[(plan(0, 2 / 3, 1, 1 / 2, [1 / 4, 1 / 4, 1 / 3]), 0.35)],
    )


def a_risk_on_the_way():
    """To resist ends in disaster, worth -2, with chance 1/5: -0.4 + 0.8 (1 - 4u) = -1, u = 7/16."""
    form = challenge(0.25, -2.5, risk=(0, 0.2, 0))
    return Known(form, [plan(1, 2 / 3, 1, 7 / 16, [1 / 4, 1 / 4, 1 / 3])])


def broken_threats():
    """With ρ = 1/2 and a pledge that costs who backs down 1/2 · 1 more, a period later at δ = 1/2.

    So backing down is worth -1 - 1/4 - 1/2 and 1 + 1/2 + 1/8 to the two, and yielding 1.5 and -1.5;
    war is worth 1.5 and -3 with the irresolute, -3 and 1.5 with the resolute. Who meets resistance
    fights iff 1.5 - 4.5 b >= -1.75, for b up to 13/18. The resolute, 1/4, resist; so do as many of
    the irresolute as make b = 13/18, x = (1/4 · 18/13 - 1/4)/(3/4) = 5/39; and at u = 25/37
    -3u + 1.625 (1 - u) = -1.5. The challenge is worth 1.5 · 34/39 · 3/4 - 1.75 · 9/26 > 0.
    """
    rows = [(0, 0, 0, 0), YIELDS, BACKS, YIELDS, YIELDS, YIELDS, WAR]
    breach = np.zeros((2, 7, 4))
    breach[1, 2, :2] = 1.0
    form = LadderForm(
        (0, 1, 0), ("U", "I"), np.array(0.25), np.array([rows, np.zeros((7, 4))], dtype=float),
        np.zeros(3), dates=np.array([0.0, 1.0]), breach=breach, discount_factor=0.5,
    )  # fmt: skip
    levers = Assumptions(relative_gains=0.5, pledge_cost=1.0, monitoring=0.5, discount_factor=0.2)
    return Known(form.under(levers), [plan(1, 5 / 39, 1, 25 / 37, [1 / 4, 1 / 4, 13 / 18])])


def feared_or_not():
    """The informed side moves first, and both types like to climb if this is met by a retreat.

    To climb is worth 1 then, and -1 or (resolute) -1/2 if it is met; to meet it is worth 0 or -2,
    and a retreat -1, so that it is met where resolve is believed with 1/2 at most. Resolute are
    3/4. Both climb and are not met; or nobody does for fear of being met, which the belief of 1/2,
    the nearest to 3/4, supports. If one type mixed, the resolute, at u = 2/3, the irresolute would
    not climb and resolve would be known; the irresolute, at u = 1/2, all the resolute would climb,
    and resolve be too likely.
    """
    rows = [(0, 0, 0, 0), (-1, -1, 1, 1), (0, 0, 0, 0), (0, 0, 0, 0), (0, -2, -1, -0.5)]
    form = LadderForm(
        (1, 0), ("U", "I"), np.array(0.75), np.array([rows], dtype=float), np.zeros(2)
    )
    return Known(
        form,
        [
            {"climb": [[0, 0], [1, 1]], "belief": [0.75, 0.5]},
            {"climb": [[1, 1], [0, 0]], "belief": [0.75, 0.75]},
        ],
        is_isolated=False,
        wrong=[({"climb": [[0, 0], [1, 1]], "belief": [0.75, 0.75]}, 0.5)],
    )


def brinkmanship():
    """The example of the source, four steps of risk k f with f = 0.08, by its formulas.

    An irresolute defender escalates with e_II and the challenger answers with e_I; then only the
    resolute escalates, 3f being between what the two would run, and the challenger, who would run
    less than 4f, submits. In the other equilibrium an escalation is laid to a defender as likely to
    be irresolute as before, and answered.
    """
    f, first, low, irresolute = 0.08, 0.3, 0.2, 0.85
    doubt = (1 - (1 - 2 * f) * (1 - 3 * f)) * (1 - first)
    doubt /= (1 - 2 * f) * ((1 - 3 * f) * first + 3 * f)
    bluffs = doubt * (1 - irresolute) / (irresolute * (1 - doubt))
    answers = (low - f) / ((1 - f) * ((1 - 2 * f) * low + 2 * f))
    end = [[0, 1], [0, 0]]
    return Known(
        EscalationLadder().form(),
        [
            {
                "climb": [[1, 1], [bluffs, 1], [answers, answers], *end],
                "belief": [0.15, 0.15, 1 - doubt, 1 - doubt, 1],
            },
            {
                "climb": [[1, 1], [0, 0], [1, 1], *end],
                "belief": [0.15, 0.15, 0.15, 0.15, 1],
            },
        ],
        source="powell1987crisis",
        is_isolated=False,
    )
