"""Warr (1983): redistribution among contributors leaves provision and consumption unchanged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.contribution import ContributionForm
from collsec.solvers.replacement import replacement


def _given(income, taste):
    form = ContributionForm(np.asarray(income, float), np.asarray(taste, float))
    return replacement(form).strategies["contribution"][0]


@given(
    st.lists(st.floats(1, 100), min_size=2, max_size=7),
    st.floats(0.05, 0.9),
    st.floats(0.0, 1.0),
)
def test_redistribution_among_contributors_is_neutral(income, taste, part):
    tastes = np.full(len(income), taste)
    before = _given(income, tastes)
    rank = np.argsort(before)
    rich, next_rich = rank[-1], rank[-2]
    moved = part * 0.99 * before[next_rich]
    after_income = np.array(income)
    after_income[rich] += moved
    after_income[next_rich] -= moved
    after = _given(after_income, tastes)
    assert after.sum() == pytest.approx(before.sum(), rel=1e-9)
    assert after_income - after == pytest.approx(np.array(income) - before, rel=1e-9)


def test_redistribution_that_silences_a_contributor_is_not_neutral():
    assert _given([130, 100, 70, 40, 10], [0.5] * 5).sum() == pytest.approx(76.6666667, abs=1e-7)


def test_unequal_tastes_leave_neutrality_intact():
    taste = [0.5, 0.4, 0.3]
    assert _given([100, 90, 80], taste).sum() == pytest.approx(
        _given([95, 95, 80], taste).sum(), rel=1e-14
    )
