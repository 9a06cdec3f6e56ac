"""Votes on one measure."""

import math

import numpy as np

from collsec.forms.voting import VotingForm, VotingRule
from tests.solvers.known import Known, mixes


def NEAR(vote):  # noqa: N802
    """Change votes, but not a no to silence: without a veto these do the same."""
    return (other for other in mixes(vote) if np.any(other[:, [0, 2]] > vote[:, [0, 2]]))


def majority_of_three_who_differ():
    """Yes is weakly dominant for those in favour, no for those ready to vote no.

    With two others who say yes with 0.5 and 0.2 the first decides with 0.5 * 0.8 + 0.5 * 0.2 = 1/2.
    """
    yes, no = np.array([0.8, 0.5, 0.2]), np.array([0.2, 0.5, 0.8])
    form = VotingForm(("A", "B", "C"), VotingRule((1, 1, 1), 2), yes, no)
    vote = [[0.8, 0, 0.2], [0.5, 0, 0.5], [0.2, 0, 0.8]]
    silent = [[0, 0.8, 0.2], [0.5, 0, 0.5], [0.2, 0, 0.8]]
    return Known(form, [{"vote": vote}], wrong=[({"vote": silent}, 0.8 * 0.5)])


def council_of_two_with_a_veto():
    """In favour with the logistic of the net gain over the noise, 1; half of the refusals abstain.

    One yes is enough. Who is opposed and holds the veto loses by abstaining what passage costs it,
    0.2 log(1 + 1/e) on average over all its moods, half the time, where the other says yes.
    """
    p = 1 / (1 + math.exp(-1))
    form = VotingForm.from_gains(
        ("A", "B"),
        VotingRule((1, 1), 1, veto=(True, False)),
        gain=np.array([0.3, 0.2]),
        affinity=np.array([0.5, 0.0]),
        friendship=np.float64(0.2),
        noise=np.float64(0.2),
        abstention=np.float64(0.5),
    )
    vote = [[p, (1 - p) / 2, (1 - p) / 2]] * 2
    tame = [[p, 1 - p, 0], vote[1]]
    regret = 0.2 * math.log(1 + math.exp(-1)) / 2 * p
    return Known(form, [{"vote": vote}], wrong=[({"vote": tame}, regret)])
