"""Graduated fines (as in textbooks on repeated games): what they relax and what they do not."""

import numpy as np
import pytest

from collsec.forms.normal import NormalForm
from collsec.forms.repeated import RepeatedForm
from collsec.solvers.grim import critical_discount_factor


@pytest.mark.parametrize(("best", "cooperate", "nash"), [(5, 3, 1), (4, 3, 0), (10, 6, 5)])
def test_a_fine_that_deters_and_is_paid_exists_exactly_from_the_threshold_of_reversion_on(
    best, cooperate, nash
):
    """It must outweigh temptation, δs ≥ vD - vC, and be worth paying, s ≤ (vC - vN)/(1 - δ)."""
    delta = np.linspace(0.005, 0.995, 199)
    least, most = (best - cooperate) / delta, (cooperate - nash) / (1 - delta)
    threshold = (best - cooperate) / (best - nash)
    clear = np.abs(delta - threshold) > 1e-9
    np.testing.assert_array_equal((least <= most)[clear], (delta >= threshold)[clear])
    stage = np.array([[cooperate, nash - 1], [best, nash]], dtype=float)
    form = RepeatedForm.from_stage(NormalForm.from_bimatrix(stage, stage.T))
    assert critical_discount_factor(form) == pytest.approx(threshold)
