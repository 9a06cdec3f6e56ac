"""Grieco (1988): U = V - k (W - V), here with weight k/(1+k) on the other's payoff.

Thresholds of the repeated prisoner's dilemma with payoffs 5, 3, 1, 0 follow from the utility.
"""

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.forms.normal import NormalForm
from collsec.forms.repeated import RepeatedForm
from collsec.solvers.grim import critical_discount_factor, grim


def dilemma(temptation=5.0, reward=3.0, punishment=1.0, sucker=0.0):
    row = np.array([[reward, sucker], [temptation, punishment]])
    return NormalForm.from_bimatrix(row, row.T)


@pytest.mark.parametrize(
    ("rho", "threshold"),
    [
        (0.0, 0.5),
        (0.25, 0.6470588235),
        (0.5, 0.7777777778),
        (0.75, 0.8947368421),
        (0.9, 0.9591836735),
        (1.0, 1.0),
    ],
)
def test_relative_gains_raise_the_threshold_whether_the_stage_or_the_repetition_has_them(
    rho, threshold
):
    levers = Assumptions(relative_gains=rho)
    early = RepeatedForm.from_stage(dilemma().under(levers))
    late = RepeatedForm.from_stage(dilemma()).under(levers)
    for form in (early, late):
        assert critical_discount_factor(form) == pytest.approx([threshold] * 2, abs=1e-10)


def test_thresholds_come_out_of_one_batched_solve():
    rho = np.array([0, 0.25, 0.5, 0.75, 0.9])
    form = RepeatedForm.from_stage(dilemma()).under(Assumptions(relative_gains=rho))
    formula = (5 - 3 + rho * 3) / (5 - 1 + rho * 1)
    assert critical_discount_factor(form)[:, 0] == pytest.approx(formula, abs=1e-14)


@pytest.mark.parametrize("rho", [0.0, 0.25, 0.5, 0.75, 0.9])
def test_cooperation_is_certified_above_the_threshold_and_refused_below(rho):
    threshold = (2 + 3 * rho) / (4 + rho)
    for delta, expected in [(threshold + 1e-6, True), (threshold - 1e-6, False)]:
        form = RepeatedForm.from_stage(dilemma(), discount_factor=delta)
        form = form.under(Assumptions(relative_gains=rho))
        found = grim(form)
        plans = [plan.tolist() for plan in found.strategies["cooperation"][: found.count, 0]]
        assert ([1.0, 0.0] in plans) is expected
        assert [0.0, 0.0] in plans


def test_states_that_care_only_for_rank_never_cooperate():
    form = RepeatedForm.from_stage(dilemma(), discount_factor=0.999999)
    found = grim(form.under(Assumptions(relative_gains=1.0)))
    assert found.count == 1
    assert found.strategies["cooperation"][0].tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(("k", "threshold"), [(0.0, 0.5), (1.0, 0.7777777778), (3.0, 0.8947368421)])
def test_the_coefficient_k_in_its_own_words_has_the_threshold_of_the_lever(k, threshold):
    """U = V - k (W - V) is (1 + k) times V - ρ W, with ρ = k / (1 + k)."""
    table = dilemma().table
    own, other = table[0], table[1]
    grieco = NormalForm.from_bimatrix(own - k * (other - own), other - k * (own - other))
    form = RepeatedForm.from_stage(grieco)
    assert critical_discount_factor(form) == pytest.approx([threshold] * 2, abs=1e-10)
    rho = k / (1 + k)
    assert (2 + 3 * rho) / (4 + rho) == pytest.approx(threshold, abs=1e-10)
