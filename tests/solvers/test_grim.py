import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.normal import NormalForm
from collsec.forms.repeated import RepeatedForm
from collsec.solvers.grim import critical_discount_factor, grim, loss, temptation

PLANS = {"reversion": [1.0, 0.0], "cooperation": [1.0, 1.0], "defection": [0.0, 0.0]}


def _form(payoffs, **kwargs):
    row = np.array(payoffs, dtype=float)
    return RepeatedForm.from_stage(NormalForm.from_bimatrix(row, row.T), **kwargs)


@given(
    st.lists(st.integers(-4, 4), min_size=4, max_size=4),
    st.sampled_from([0.0, 0.3, 0.7, 0.95]),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_exactly_the_plans_without_regret_are_listed(payoffs, delta, seen):
    form = _form(np.reshape(payoffs, (2, 2)), discount_factor=delta, detection=seen)
    plans = np.array([[plan] * 2 for plan in PLANS.values()])
    stable = form.regret({"cooperation": plans}) < 1e-10
    if stable.any():
        found = grim(form)
        assert found.count == stable.sum()
        assert found.complete
        assert np.array_equal(found.strategies["cooperation"], plans[stable])


def test_at_the_critical_discount_factor_cooperation_holds():
    found = grim(_form([[3, 0], [5, 1]], discount_factor=0.5))
    assert found.strategies["cooperation"][:, 0].tolist() == [
        PLANS["reversion"],
        PLANS["defection"],
    ]
    assert found.payoffs.tolist() == [[3, 3], [1, 1]]


def test_half_the_detection_needs_more_patience():
    assert critical_discount_factor(_form([[3, 0], [5, 1]], detection=0.5))[0] == pytest.approx(
        2 / 3
    )


def test_reversion_that_hurts_nobody_deters_nobody():
    assert critical_discount_factor(_form([[1, 0], [5, 1]]))[0] == 1.0
    assert critical_discount_factor(_form([[1, 0], [5, 2]]))[0] == 1.0


def test_what_tempts_and_what_is_lost_are_those_of_the_stage_game():
    """5 - 3 is gained by defecting alone, and 3 - 1 is lost in every period of reversion."""
    form = _form([[3, 0], [5, 1]])
    assert temptation(form).tolist() == [2.0, 2.0]
    assert loss(form).tolist() == [2.0, 2.0]
