"""The voting form: rules, preferences, levers and the certificate."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.forms.voting import VotingForm, VotingRule
from collsec.parameters import ParameterError
from collsec.solvers.pass_probability import pass_probability
from collsec.solvers.sincere import sincere


def brute_force(rule, vote):
    """Add up the chances of all draws of seats and all profiles of votes that pass."""
    n = rule.n_voters
    rotating = [j for j in range(n) if rule.eligible[j]]
    fixed = [j for j in range(n) if not rule.eligible[j]]
    draws = [fixed + list(drawn) for drawn in itertools.combinations(rotating, rule.elected)]
    total = 0.0
    for seats in draws:
        for profile in itertools.product(range(3), repeat=len(seats)):
            cast = [(j, v) for j, v in zip(seats, profile, strict=True) if not rule.recused[j]]
            ayes = sum(rule.weight[j] for j, v in cast if v == 0)
            blocked = any(v == 2 and (rule.veto[j] or rule.quota == 0) for j, v in cast)
            if ayes >= max(rule.quota, 1) and not blocked:
                chances = [vote[j][v] for j, v in zip(seats, profile, strict=True)]
                total += np.prod(chances)
    return total / len(draws)


def random_vote(rng, n_voters):
    return rng.dirichlet([1, 1, 1], size=n_voters)


@st.composite
def rules(draw):
    n = draw(st.integers(1, 5))
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    eligible = tuple(draw(flags))
    veto = tuple(v and not e for v, e in zip(draw(flags), eligible, strict=True))
    weight = tuple(1 if e else draw(st.integers(0, 4)) for e in eligible)
    return VotingRule(
        weight=weight,
        quota=draw(st.integers(0, 6)),
        veto=veto,
        recused=tuple(draw(flags)),
        eligible=eligible,
        elected=draw(st.integers(0, sum(eligible))),
    )


def make(rule, vote):
    names = tuple(f"voter {j}" for j in range(rule.n_voters))
    return VotingForm(names, rule, vote[..., 0], vote[..., 2])


@given(rules(), st.integers(0, 10_000))
def test_the_certificate_counts_as_brute_force_does(rule, seed):
    vote = random_vote(np.random.default_rng(seed), rule.n_voters)
    given_own = make(rule, vote).pass_given(vote)
    for j, a in itertools.product(range(rule.n_voters), range(3)):
        pure = vote.copy()
        pure[j] = np.eye(3)[a]
        assert given_own[j, a] == pytest.approx(brute_force(rule, pure), abs=1e-12)


@given(rules(), st.integers(0, 10_000))
def test_the_rule_is_monotone_in_each_vote(rule, seed):
    vote = random_vote(np.random.default_rng(seed), rule.n_voters)
    passes = make(rule, vote).pass_given(vote)
    assert np.all(np.diff(passes, axis=-1) <= 1e-12)


def test_voting_against_ones_wish_shows_as_regret():
    rule = VotingRule((1, 1, 1), 2)
    form = make(rule, np.array([[1.0, 0, 0], [0.5, 0, 0.5], [0.5, 0, 0.5]]))
    crossed = np.array([[0, 0, 1.0], [0.5, 0, 0.5], [0.5, 0, 0.5]])
    assert form.regret({"vote": crossed[None]}) == pytest.approx([0.75 - 0.25])
    assert form.payoffs({"vote": crossed[None]})[0, 0] == pytest.approx(0.25)
    assert sincere(form).payoffs[0, 0] == pytest.approx(0.75)


def test_opposing_a_measure_with_a_yes_shows_as_regret():
    rule = VotingRule((1, 1), 2)
    form = make(rule, np.array([[0, 0, 1.0], [0.8, 0, 0.2]]))
    crossed = np.array([[1.0, 0, 0], [0.8, 0, 0.2]])
    assert form.regret({"vote": crossed[None]}) == pytest.approx([0.8])


def test_a_padded_equilibrium_has_no_regret_and_no_payoffs():
    form = make(VotingRule((1, 1), 2), np.array([[1.0, 0, 0], [0.5, 0, 0.5]]))
    padded = {"vote": np.full((1, 2, 3), np.nan)}
    assert np.isnan(form.regret(padded)).all()
    assert np.isnan(form.payoffs(padded)).all()


def test_votes_of_a_sweep_pass_as_they_do_one_by_one_and_padding_does_not():
    rule = VotingRule(
        (1,) * 9, 4, veto=(True,) * 3 + (False,) * 6, eligible=(False,) * 4 + (True,) * 5, elected=3
    )
    vote = random_vote(np.random.default_rng(7), (1000, 3, 9)).reshape(1000, 3, 9, 3)
    vote[::5, 1:] = np.nan
    form = make(rule, vote[0, 0])
    passes = form.pass_chance(vote)
    assert np.isnan(passes).sum() == 400
    for game, e in [(0, 0), (0, 1), (1, 1), (500, 0), (999, 2)]:
        assert np.array_equal(passes[game, e], form.pass_chance(vote[game, e]), equal_nan=True)
    assert passes == pytest.approx(pass_probability(form, vote), abs=1e-12, nan_ok=True)


def test_payoffs_from_preferences_are_the_mean_net_gain_by_simulation():
    rule = VotingRule((1, 1, 1), 2)
    form = VotingForm.from_gains(
        ("a", "b", "c"), rule, gain=np.array([0.3, -0.2, 0.5]), affinity=np.array([0.4, 0, -0.1]),
        friendship=0.5, noise=0.7,
    )  # fmt: skip
    rng = np.random.default_rng(7)
    net = np.array([0.1, -0.2, 0.55]) + 0.7 * rng.logistic(size=(400_000, 3))
    passed = (net > 0).sum(axis=1) >= 2
    simulated = np.where(passed[:, None], net, 0).mean(axis=0)
    assert sincere(form).payoffs[0] == pytest.approx(simulated, abs=0.01)


def test_chances_follow_gain_friendship_and_noise():
    form = VotingForm.from_gains(
        ("a",), VotingRule((1,), 1), gain=np.array([1.0]), affinity=0.5, friendship=1.0, noise=0.25,
        abstention=0.4,
    )  # fmt: skip
    yes = 1 / (1 + np.exp(-2))
    np.testing.assert_allclose(form.yes, [yes])
    np.testing.assert_allclose(form.no, [0.6 * (1 - yes)])


def test_extreme_preferences_stay_finite():
    form = VotingForm.from_gains(
        ("a", "b"), VotingRule((1, 1), 1), gain=np.array([900.0, -900.0]), noise=0.5
    )
    found = sincere(form)
    assert np.isfinite(found.payoffs).all()
    np.testing.assert_allclose(found.payoffs[0], [900.0, -900.0])


def test_neutral_levers_change_nothing():
    form = VotingForm.from_gains(
        ("a", "b"), VotingRule((1, 1), 1), gain=np.array([0.2, 0.1]), affinity=0.7, friendship=0.4
    )
    under = form.under(NEUTRAL)
    assert np.array_equal(under.yes, form.yes)
    assert np.array_equal(under.no, form.no)


def test_impartiality_scales_affinity_and_composes():
    form = VotingForm.from_gains(
        ("a", "b"), VotingRule((1, 1), 1), gain=np.array([0.2, 0.1]), affinity=0.8, friendship=0.4
    )
    once = form.under(Assumptions(impartiality=0.75))
    twice = form.under(Assumptions(impartiality=0.5)).under(Assumptions(impartiality=0.5))
    np.testing.assert_allclose(once.preferences.affinity, 0.2)
    np.testing.assert_allclose(twice.yes, once.yes, rtol=1e-15)
    assert np.all(once.yes > form.yes)


def test_a_sweep_over_impartiality_adds_a_batch_axis():
    form = VotingForm.from_gains(
        ("a", "b"), VotingRule((1, 1), 1), gain=np.array([0.2, 0.1]), affinity=0.8, friendship=0.4
    )
    swept = form.under(Assumptions(impartiality=[0.0, 0.5, 1.0]))
    assert swept.batch_shape == (3,)
    assert np.array_equal(swept.yes[0], form.yes)
    np.testing.assert_allclose(swept.yes[2], 1 / (1 + np.exp(-np.array([0.2, 0.1]))))


def test_a_form_without_preferences_has_no_lever():
    form = make(VotingRule((1, 1), 2), np.array([[1.0, 0, 0], [0.5, 0, 0.5]]))
    assert form.under(Assumptions(impartiality=1.0)) is form


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"weight": (1, 1), "quota": 1, "veto": (True,)}, "must have 2 entries"),
        ({"weight": (), "quota": 1}, "whole numbers"),
        ({"weight": (1, -1), "quota": 1}, "whole numbers"),
        ({"weight": (1, 1), "quota": -1}, "at least 0"),
        ({"weight": (1, 1), "quota": 1, "elected": 1}, "must not exceed"),
        ({"weight": (2, 1), "quota": 1, "eligible": (True, False), "elected": 1}, "weight 1"),
    ],
)
def test_an_impossible_rule_says_what_is_wrong(values, message):
    with pytest.raises(ParameterError, match=message):
        VotingRule(**values)


def test_impossible_chances_say_what_is_wrong():
    rule = VotingRule((1, 1), 1)
    with pytest.raises(ParameterError, match="at most 1"):
        VotingForm(("a", "b"), rule, np.array([0.7, 0.7]), np.array([0.4, 0.1]))
    with pytest.raises(ParameterError, match="one entry"):
        VotingForm(("a",), rule, np.array([0.7]), np.array([0.1]))
    with pytest.raises(ParameterError, match="must exceed 0"):
        VotingForm.from_gains(("a", "b"), rule, gain=np.zeros(2), noise=0.0)
