import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from collsec.equilibrium import CertificateError
from collsec.forms.contribution import ContributionForm
from collsec.solvers.replacement import replacement


def _income_shares(income, taste, rho, phi):
    income = np.asarray(income, dtype=float)
    return ContributionForm(income, np.asarray(taste, float), income / income.sum(), rho, phi)


def _best_replies(form, rounds=100):
    """Iterate scalar maximisation of payoffs, member after member."""
    given_ = 0.1 * form.incomes
    for _ in range(rounds):
        before = given_.copy()
        for member in range(form.n_members):

            def loss(amount, member=member):
                plan = given_.copy()
                plan[member] = amount
                return -form.payoffs({"contribution": plan[None]})[0, member]

            pooled, share = form.pooled[0], form.shares[member]
            rest = given_.sum() - given_[member]
            top = (form.incomes[member] - pooled * share * rest) / (1 - pooled + pooled * share)
            best = minimize_scalar(loss, bounds=(0, top), method="bounded", options={"xatol": 1e-9})
            given_[member] = best.x if best.x > 1e-6 else 0.0
        if np.abs(given_ - before).max() < 1e-6:
            break
    return given_


@pytest.mark.parametrize("phi", [0.0, 0.4])
@pytest.mark.parametrize("rho", [0.0, 0.5])
@pytest.mark.parametrize("taste", [[0.5, 0.5, 0.5, 0.5], [0.3, 0.6, 0.5, 0.7]])
def test_iterated_best_replies_end_at_the_same_contributions(taste, rho, phi):
    form = _income_shares([50, 40, 25, 12], taste, rho, phi)
    found = replacement(form)
    assert found.strategies["contribution"][0] == pytest.approx(_best_replies(form), abs=1e-4)
    assert found.regret[0] < 1e-12
    assert bool(found.complete) is (rho * phi == 0)


@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(0, 1)), min_size=1, max_size=8),
    st.floats(0, 1),
)
@example(members=[(1.0, float(np.nextafter(1, 0)))], rho=0.0)
@example(members=[(50.0, 1 - 1e-14), (3.0, 0.0), (3.0, 1.0)], rho=0.5)
def test_every_game_without_side_payments_has_one_certified_equilibrium(members, rho):
    income, taste = (np.array(column) for column in zip(*members, strict=True))
    found = replacement(ContributionForm(income, taste, None, rho))
    assert found.count == 1
    assert found.regret[0] < 1e-9


@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(0.05, 0.9)), min_size=2, max_size=8),
    st.floats(0, 0.99),
)
def test_every_game_with_a_budget_assessed_by_income_has_one_certified_equilibrium(members, phi):
    income, taste = (np.array(column) for column in zip(*members, strict=True))
    found = replacement(_income_shares(income, taste, 0.0, phi))
    assert found.count == 1
    assert found.complete


@given(
    st.lists(st.floats(1, 100), min_size=2, max_size=6),
    st.floats(0.05, 0.9),
    st.floats(0.01, 0.9),
    st.floats(0.01, 0.45),
)
def test_with_equal_tastes_rivals_who_share_costs_have_a_certified_equilibrium(
    income, taste, rho, phi
):
    found = replacement(_income_shares(income, [taste] * len(income), rho, phi))
    assert found.count >= 1
    assert np.nanmax(found.regret) < 1e-9
    assert not found.complete


def test_relative_gains_and_side_payments_meet_continuously():
    income, taste = [120, 100, 80, 40, 10], [0.5] * 5
    neither = replacement(_income_shares(income, taste, 0.5, 0.0)).strategies["contribution"]
    hardly = replacement(_income_shares(income, taste, 0.5, 1e-9)).strategies["contribution"]
    assert hardly == pytest.approx(neither, abs=1e-6)
    neither = replacement(_income_shares(income, taste, 0.0, 0.4)).strategies["contribution"]
    hardly = replacement(_income_shares(income, taste, 1e-9, 0.4)).strategies["contribution"]
    assert hardly == pytest.approx(neither, abs=1e-6)


def test_a_budget_assessed_in_equal_parts_among_rivals_leaves_no_equilibrium():
    form = ContributionForm(np.array([120.0, 100, 80, 40, 10]), np.full(5, 0.5), None, 0.5, 0.4)
    with pytest.raises(CertificateError, match="replacement"):
        replacement(form)


def test_a_sweep_goes_on_where_one_of_its_games_has_no_equilibrium():
    income = np.array([120.0, 100, 80, 40, 10])
    rho = np.array([0.0, 0.5])
    found = replacement(ContributionForm(income, np.full(5, 0.5), None, rho, 0.4))
    assert found.count.tolist() == [1, 0]
    assert found.complete.tolist() == [True, False]
    assert np.all(np.isnan(found.strategies["contribution"][1]))


def test_a_budget_that_bears_all_is_split_by_assessment_among_those_who_want_most():
    found = replacement(_income_shares([60, 30, 10], [0.5, 0.5, 0.2], 0.0, 1.0))
    assert found.strategies["contribution"][0] == pytest.approx([100 / 3, 50 / 3, 0])
    assert not found.complete
    found = replacement(_income_shares([60, 30, 10], [0.5, 0.5, 0.2], 0.3, 1.0))
    assert found.regret[0] < 1e-9


def test_who_cares_for_the_good_alone_gives_everything():
    found = replacement(ContributionForm(np.array([5.0, 3.0]), np.array([1.0, 0.2])))
    assert found.strategies["contribution"][0].tolist() == [5.0, 0.0]
    assert found.regret[0] == 0


def test_nobody_gives_where_nobody_cares():
    found = replacement(ContributionForm(np.array([5.0, 3.0]), np.zeros(2)))
    assert found.strategies["contribution"][0].tolist() == [0.0, 0.0]
    assert found.complete


def test_indifferent_members_make_the_answer_incomplete():
    assert not replacement(ContributionForm(np.array([5.0, 3.0]), np.ones(2), None, 1.0)).complete


def test_a_batch_gives_the_bits_of_single_games():
    rng = np.random.default_rng(11)
    income, taste = rng.uniform(1, 9, (5, 4, 9)), rng.uniform(0.1, 0.9, (5, 1, 9))
    share = income / income.sum(axis=-1, keepdims=True)
    rho, phi = np.array([0, 0.2, 0.4, 0, 0.1])[:, None], np.array([0, 0.1, 0.3, 0.2])
    batch = replacement(ContributionForm(income, taste, share, rho, phi))
    assert np.all(batch.count >= 1)
    for i, j in np.ndindex(5, 4):
        one = replacement(
            ContributionForm(income[i, j], taste[i, 0], share[i, j], rho[i, 0], phi[j])
        )
        count = int(one.count)
        assert batch.count[i, j] == count
        assert np.array_equal(
            one.strategies["contribution"], batch.strategies["contribution"][i, j, :count]
        )
        assert np.array_equal(one.regret, batch.regret[i, j, :count])


def test_all_members_of_the_united_nations_fit_in_one_game():
    rng = np.random.default_rng(13)
    income = rng.lognormal(3, 2, 193)
    found = replacement(_income_shares(income, np.full(193, 0.1), 0.3, 0.0))
    assert found.complete
    assert found.regret[0] < 1e-12
    found = replacement(_income_shares(income, np.full(193, 0.1), 0.3, 0.2))
    assert found.count == 1
