"""Participation with private costs, drawn evenly from 0 to twice the mean, so that chances to
answer are roots of polynomials.

Where somebody answers surely, or surely not, these costs have a kink, at which branch and prune
cannot tell that there is one equilibrium and not several.
"""

import math

import numpy as np

from collsec.forms.shock import Shock
from collsec.games.response.response import Response
from collsec.solvers.participation import SCOPE
from collsec.solvers.reached_from import reached_from
from tests.solvers.known import Known, mixes

NEAR = mixes


def is_symmetric_where_members_are(form, profile):
    answer = np.asarray(profile["answer"])
    alike = all(np.ptp(getattr(form, trait)) == 0 for trait in ("gain", "mean_cost", "breach_cost"))
    return not alike or bool(np.all(answer == answer[:1]))


def from_even_chances(form):
    """Go from even chances to where replies lead."""
    return reached_from(form, np.full(form.n_members, 0.5))


COVERS = {SCOPE: is_symmetric_where_members_are}
MODEST = {"reached_from"}
ADAPTED = {"reached_from": from_even_chances}


def enough(required, interest, war_cost, *chances, n_members=3, spread=1.0, **about):
    """The game in which `required` members of equal capability are needed and enough."""
    form = Response(
        capability=np.ones(n_members),
        interest=interest,
        common_stake=0.0,
        war_cost=war_cost,
        spread=spread,
        shock=int(Shock.UNIFORM),
        required=float(required),
    ).form()
    return Known(form, [profile(answer) for answer in chances], **about)


def profile(chances):
    answer = np.asarray(chances, dtype=float)
    return {"answer": np.stack([answer, 1 - answer], axis=-1)}


def one_of_three():
    """c = (1 - c)^2 at c = (3 - sqrt 5)/2; or one answers surely and the others stay out.

    No others: c_i - c_j = (1 - c_k) (c_i - c_j).
    """
    c = (3 - math.sqrt(5)) / 2
    return enough(
        1,
        1.0,
        0.5,
        [c] * 3,
        *np.eye(3),
        doubtful={"branch_and_prune"},
        wrong=[(profile([0] * 3), 1.0)],
    )


def two_of_three():
    """c = 2 c (1 - c) at 0 and 1/2; or two answer surely and the third stays out.

    No others: (c_i - c_j) (2 - 2 c_k) = 0, and where c_k = 1 both
    the others and their squares sum to 1.
    """
    known = [0] * 3, [0.5] * 3, *(1 - np.eye(3))
    return enough(
        2, 1.0, 0.5, *known, doubtful={"branch_and_prune"}, wrong=[(profile([0.25] * 3), 0.125)]
    )


def two_of_five():
    """c = 4 c (1 - c)^3 at 0 and 1 - 4^(-1/3); others in which members differ are not listed."""
    c = 1 - 4 ** (-1 / 3)
    return enough(2, 1.0, 0.5, [0] * 5, [c] * 5, n_members=5, source="palfrey1984participation",
                  doubtful={"branch_and_prune"}, wrong=[(profile([1] * 5), 1.0)])  # fmt: skip


def one_of_two_unequal():
    """p_1 = (1 - p_2)/2 and p_2 = (1 - p_1)/4, a contraction: 3/7 and 1/7 and nothing else."""
    return enough(1, [0.5, 0.25], 0.5, [3 / 7, 1 / 7], n_members=2,
                  wrong=[(profile([3 / 7, 2 / 7]), None)])  # fmt: skip


def both_of_two_unequal():
    """p_1 = min(1, 2 p_2) and p_2 = min(1, 3 p_1): nobody or both. No proof rules out others."""
    return enough(2, [0.5, 0.75], 0.125, [0, 0], [1, 1], n_members=2,
                  doubtful={"participation", "branch_and_prune"},
                  wrong=[(profile([1, 0]), None)])  # fmt: skip
