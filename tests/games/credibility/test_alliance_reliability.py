from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from collsec.assumptions import INSTITUTIONALIST, REALIST, Assumptions
from collsec.games.credibility.alliance_reliability import AllianceReliability
from collsec.solvers.pledge import pledge, reliability


def test_tested_pledges_look_less_reliable_than_pledges_are():
    """A quadrature that ignores the kink at u = 4/7 gives 0.3363126626 and 0.3637685368."""
    game = AllianceReliability()
    seen = game.observe(pledge(game.form()))
    assert seen["reliability"] == pytest.approx([0.45], abs=1e-15)
    assert seen["observed_reliability"] == pytest.approx([0.33631266237551835], abs=1e-15)
    assert seen["challenge"] == pytest.approx([0.36376853639050921], abs=1e-15)


def test_a_million_drawn_crises_show_the_same():
    a, cost, gain = np.random.default_rng(5).uniform(size=(3, 1_000_000)) * [[1], [2], [2]]
    honours, chance = 0.4 + a >= cost, (0.4 + a) / 2
    attacks = (1 - chance) * gain > chance * 1.5
    found = reliability(AllianceReliability().form())
    assert honours.mean() == pytest.approx(found.honoured, abs=2e-3)
    assert attacks.mean() == pytest.approx(found.attack, abs=2e-3)
    assert honours[attacks].mean() == pytest.approx(found.observed, abs=3e-3)


def by_quadrature(form):
    """Integrate over strengths from the definition, adaptively."""
    scale = float(form.hardship * (1 - form.side_payments * (1 + form.relative_gains)))
    fixed = float(form.stake - form.relative_gains * form.protege_stake)
    seen, top = float(form.detection), float(form.highest_cost)

    def chance(a):
        worth = fixed + seen * (a + float(form.pledge_cost) * top / 2)
        if scale > 0:
            share = worth / (scale * top)
        else:
            share = 1 - worth / (scale * top) if scale < 0 else float(worth >= 0)
        return float(form.recognition) * min(1.0, max(0.0, share))

    def attack(a):
        u = chance(a)
        limit = u * float(form.loss) / (1 - u) if u < 1 else np.inf
        return max(0.0, 1 - limit / float(form.highest_gain))

    parts = (chance, attack, lambda a: attack(a) * chance(a))
    cuts = np.linspace(0, 1, 41)
    return [
        sum(integrate.quad(part, x, y, limit=200, epsabs=1e-13)[0] for x, y in pairwise(cuts))
        for part in parts
    ]


@settings(max_examples=12)
@given(
    st.floats(0, 2), st.floats(0.2, 5), st.floats(0.1, 3), st.floats(0, 3),
    st.sampled_from([REALIST, INSTITUTIONALIST, Assumptions(monitoring=0.0)]),
    st.floats(0, 1), st.sampled_from([-1.0, 0.0, 1.0]),
)  # fmt: skip
def test_closed_forms_agree_with_adaptive_quadrature(w, top, gain, loss, school, named, mandate):
    game = AllianceReliability(
        interest=w, highest_cost=top, highest_gain=gain, loss=loss, named=named, mandate=mandate
    )
    form = game.form().under(school)
    found = reliability(form)
    assert list(found) == pytest.approx(by_quadrature(form), abs=1e-8)


@settings(max_examples=40)
@given(
    st.floats(0, 2), st.floats(0.2, 5), st.floats(0.1, 3), st.floats(0, 3), st.floats(0, 1),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_selection_only_ever_lowers_what_is_observed(w, top, gain, loss, rho, phi, mu):
    game = AllianceReliability(interest=w, highest_cost=top, highest_gain=gain, loss=loss)
    levers = Assumptions(relative_gains=rho, side_payments=phi, monitoring=mu)
    found = pledge(game.form().under(levers))
    assert found.regret[0] < 1e-9
    seen = {name: float(value[0]) for name, value in game.observe(found).items()}
    if seen["challenge"] > 1e-9:
        assert seen["selection_gap"] >= -1e-9
        assert seen["observed_reliability"] <= gain / (gain + loss) + 1e-9
    assert seen["weakest"] - 1e-12 <= seen["reliability"] <= seen["strongest"] + 1e-12


def test_where_a_broken_pledge_is_never_seen_there_is_no_selection():
    game = AllianceReliability(detection=0.0)
    seen = game.observe(pledge(game.form()))
    assert seen["reliability"] == pytest.approx([0.2], abs=1e-15)
    assert seen["selection_gap"] == pytest.approx([0.0], abs=1e-15)


def test_a_war_that_others_pay_for_in_full_is_always_fought():
    game = AllianceReliability(highest_cost=[1.0, 2.0])
    for mu in (0.0, 1e-309, 1.0):
        levers = Assumptions(side_payments=1.0, monitoring=mu)
        found = pledge(game.form().under(levers))
        seen = game.observe(found)
        assert seen["reliability"][:, 0].tolist() == [1.0, 1.0]
        assert seen["challenge"][:, 0].tolist() == [0.0, 0.0]
        assert np.isnan(seen["observed_reliability"]).all()


def test_a_wrong_cutoff_of_either_side_is_regretted():
    form = AllianceReliability().form()
    found = pledge(form)
    for name in ("honour", "attack"):
        moved = {key: np.array(value) for key, value in found.strategies.items()}
        moved[name][0, 10] += 0.05
        assert form.regret(moved)[0] > 0.01
