import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.forms.normal import NormalForm
from collsec.forms.repeated import Outcome, RepeatedForm
from collsec.games.regime.enforcement import Enforcement

PLANS = np.array([[[1.0, 0], [1, 0]], [[1, 1], [1, 1]], [[0, 0], [0, 0]], [[0, 1], [0, 1]]])


def _three_member_stage():
    """A public good for three: 2 for each contribution, which costs 3, 4 and 5."""
    table = np.zeros((3, 2, 2, 2))
    for profile in np.ndindex(2, 2, 2):
        given_ = 1 - np.array(profile)
        table[(slice(None), *profile)] = 2 * given_.sum() - np.array([3, 4, 5]) * given_
    return NormalForm(table, ("A", "B", "C"))


def test_a_stage_table_gives_the_four_kinds_of_profiles():
    form = RepeatedForm.from_stage(_three_member_stage())
    assert form.players == ("A", "B", "C")
    assert form.stage(1, 1).tolist() == [3, 2, 1]
    assert form.stage(0, 0).tolist() == [0, 0, 0]
    assert form.stage(0, 1).tolist() == [4, 4, 4]
    assert form.stage(1, 0).tolist() == [-1, -2, -3]
    assert form.lone_defection.others.tolist() == [-0.5, 0.0, 0.5]
    assert form.lone_cooperation.others.tolist() == [2, 2, 2]


@given(st.floats(0, 1))
def test_relative_gains_before_and_after_repetition_agree(rho):
    levers, stage = Assumptions(relative_gains=rho), _three_member_stage()
    early = RepeatedForm.from_stage(stage.under(levers))
    late = RepeatedForm.from_stage(stage).under(levers)
    for mine, others in [(1, 1), (0, 0), (0, 1), (1, 0)]:
        assert late.stage(mine, others) == pytest.approx(early.stage(mine, others), abs=1e-12)


def _value(form, plan, phase, first):
    """Average values of members who play `first` now and the plan later, period by period."""
    delta, seen = form.patience[0], form.enforcement[0]
    stage = {(a, b): form.stage(a, b) for a in (0, 1) for b in (0, 1)}
    value = (1 - delta) * stage[first, plan[phase]]
    reverted = float(phase)
    if phase == 0 and first != plan[phase]:
        reverted = seen
    for period in range(1, 300):
        trust, reversion = (stage[action, action] for action in plan)
        weight = (1 - delta) * delta**period
        value = value + weight * ((1 - reverted) * trust + reverted * reversion)
    return value


@settings(max_examples=25)
@given(st.floats(0, 0.9), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_regret_is_the_best_one_shot_deviation_found_period_by_period(delta, seen, veto, rho):
    form = RepeatedForm.from_stage(
        _three_member_stage(), discount_factor=delta, detection=seen, blocked=veto
    ).under(Assumptions(relative_gains=rho))
    plans = np.repeat(PLANS[:, :1], 3, axis=1)
    regret = form.regret({"cooperation": plans})
    for k, plan in enumerate(PLANS[:, 0].astype(int)):
        gains = [
            (_value(form, plan, phase, 1 - plan[phase]) - _value(form, plan, phase, plan[phase]))
            for phase in (0, 1)
        ]
        assert regret[k] == pytest.approx(max(0.0, np.max(gains)), abs=1e-9)


def test_plans_in_which_members_differ_are_outside_the_form():
    form = RepeatedForm.from_stage(_three_member_stage())
    plan = np.array([[[1.0, 0], [0, 0], [0, 0]]])
    assert form.regret({"cooperation": plan})[0] == np.inf


def test_neutral_levers_change_nothing_and_levers_compose_in_any_order():
    form = Enforcement(n_members=4, discount_factor=0.6, detection=0.7, veto=0.1).form()
    plan = {"cooperation": np.ones((1, 4, 2))}
    assert np.array_equal(form.under(NEUTRAL).regret(plan), form.regret(plan))
    values = {
        "relative_gains": 0.3,
        "side_payments": 0.4,
        "monitoring": 0.5,
        "discount_factor": 0.8,
    }
    together = form.under(Assumptions(**values))
    for order in (list(values), list(values)[::-1]):
        one = form
        for name in order:
            one = one.under(Assumptions(**{name: values[name]}))
        for mine, others in [(1, 1), (0, 0), (0, 1), (1, 0)]:
            assert np.array_equal(one.stage(mine, others), together.stage(mine, others))
        assert np.array_equal(one.enforcement, together.enforcement)
        assert np.array_equal(one.patience, together.patience)


def test_the_larger_discount_factor_holds_and_detection_multiplies():
    form = Enforcement(discount_factor=0.6, detection=0.7).form()
    under = form.under(Assumptions(discount_factor=0.5, monitoring=0.5))
    assert under.patience[0] == 0.6
    assert under.enforcement[0] == pytest.approx(0.35, abs=1e-16)


def _by_hand(contributes, benefit, cost, rho, phi):
    """Utilities of one period of a public good, member by member, from the definition."""
    n = len(contributes)
    pot = phi * sum(c for c, z in zip(cost, contributes, strict=True) if z)
    own = [
        b * sum(contributes) - (1 - phi) * c * z - pot / n
        for b, c, z in zip(benefit, cost, contributes, strict=True)
    ]
    return [v - rho * (sum(own) - v) / (n - 1) for v in own]


def _public_good(benefit, cost):
    n = len(benefit)
    table = np.zeros((n, *[2] * n))
    for profile in np.ndindex(*[2] * n):
        table[(slice(None), *profile)] = _by_hand([1 - a for a in profile], benefit, cost, 0, 0)
    return NormalForm(table, tuple("ABCDE"[:n]))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0.1, 1), st.floats(0.1, 2)), min_size=2, max_size=5),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_stage_utilities_agree_with_the_definition_for_unequal_members(pairs, rho, phi):
    benefit, cost = (list(column) for column in zip(*pairs, strict=True))
    form = replace(RepeatedForm.from_stage(_public_good(benefit, cost)), cost=np.array(cost))
    form = form.under(Assumptions(relative_gains=rho, side_payments=phi))
    for mine, others in itertools.product((0, 1), repeat=2):
        for member in range(len(pairs)):
            profile = [others] * len(pairs)
            profile[member] = mine
            expected = _by_hand(profile, benefit, cost, rho, phi)[member]
            assert form.stage(mine, others)[member] == pytest.approx(expected, abs=1e-12)


def test_the_budget_pays_out_what_it_takes_in():
    form = RepeatedForm.from_stage(_public_good([0.5] * 3, [1.0, 2.0, 3.0]))
    form = replace(form, cost=np.array([1.0, 2.0, 3.0]))
    gain = form.under(Assumptions(side_payments=0.8)).stage(1, 1) - form.stage(1, 1)
    assert gain == pytest.approx([-0.8, 0, 0.8], abs=1e-14)


def test_one_representative_member_is_a_form_too():
    zero = Outcome(np.zeros(1), np.zeros(1))
    one = Outcome(np.ones(1), np.ones(1))
    form = RepeatedForm(one, zero, Outcome(np.array([2.0]), np.zeros(1)), zero, 0.5)
    assert form.batch_shape == ()
    assert form.players == ("member 1",)
    assert form.regret({"cooperation": np.array([[[1.0, 0.0]]])})[0] == 0
