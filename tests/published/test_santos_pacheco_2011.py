"""Santos and Pacheco (2011): interior points of the collective-risk dilemma's gradient.

Whoever cooperates pays the share c of an endowment b; if fewer than M of N do, everybody loses
what is left with probability r. The replicator gradient vanishes where a member is indifferent in
the threshold game with value r b and cost c b.
"""

from math import comb

import numpy as np
import pytest

from collsec.forms.threshold import ThresholdForm
from collsec.solvers.threshold import threshold

N, M, COST = 6, 3, 0.1
CRITICAL_RISK = 0.2893518519


def interior_points(risk, endowment=1.0):
    form = ThresholdForm(np.full(N, risk * endowment), np.full(N, COST * endowment), np.int64(M))
    act = threshold(form).strategies["act"][:, 0]
    return act[(act > 0) & (act < 1)]


def gradient(x, risk, endowment):
    """Fitness of cooperators less that of defectors, from the payoffs of the dilemma."""

    def defector(cooperators):
        return endowment * (1.0 if cooperators >= M else 1 - risk)

    chances = [comb(N - 1, j) * x**j * (1 - x) ** (N - 1 - j) for j in range(N)]
    advantages = [defector(j + 1) - COST * endowment - defector(j) for j in range(N)]
    return sum(w * a for w, a in zip(chances, advantages, strict=True))


@pytest.mark.parametrize(
    ("risk", "points"),
    [
        (0.3, [0.3422666281, 0.4596523988]),
        (0.5, [0.1962670096, 0.6310500420]),
        (1.0, [0.1214333336, 0.7356180923]),
    ],
)
def test_interior_points_are_the_published_ones(risk, points):
    assert interior_points(risk) == pytest.approx(points, abs=5e-11)


@pytest.mark.parametrize("endowment", [1.0, 7.5])
@pytest.mark.parametrize("risk", [0.3, 0.5, 0.75, 1.0])
def test_the_gradient_vanishes_at_the_roots_of_the_threshold_game(risk, endowment):
    for point in interior_points(risk, endowment):
        assert gradient(point, risk, endowment) == pytest.approx(0, abs=1e-14 * endowment)


def test_interior_points_appear_at_the_critical_risk():
    critical = COST / (10 * 0.4**2 * 0.6**3)
    assert critical == pytest.approx(CRITICAL_RISK, abs=5e-11)
    assert interior_points(CRITICAL_RISK - 1e-9).size == 0
    assert interior_points(CRITICAL_RISK + 1e-9).size == 2


def test_the_two_interior_points_merge_at_the_critical_risk():
    assert interior_points(COST / (10 * 0.4**2 * 0.6**3)) == pytest.approx([0.4], abs=1e-15)
