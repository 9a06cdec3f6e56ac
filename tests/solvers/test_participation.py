"""The participation solver: nothing missed where it can be checked, and honest claims elsewhere."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from collsec.assumptions.levers import Assumptions
from collsec.forms.shock import Shock
from collsec.games.response.response import Response
from collsec.solvers.participation import MAX_EQUILIBRIA, candidates, participation

LAWS = {
    Shock.NORMAL: (stats.norm, 38.0, 6.0),
    Shock.LOGISTIC: (stats.logistic, 700.0, 9.0),
    Shock.UNIFORM: (stats.uniform(-1, 2), 1.0, 1e-6),
}
DISTINCT = (0.16, 0.13, 0.11, 0.09, 0.07, 0.05, 0.04, 0.03)


def alike(n, **values):
    """Members with a capability of one, a stake of one, and a cost that is private."""
    given_ = {"interest": 1.0, "common_stake": 0.0, "war_cost": 0.25, "target_capability": 0.0}
    return Response(**{**given_, **values, "capability": np.ones(n)})


def answers(found):
    return found.strategies["answer"][..., 0]


def grid_of(shock, size=20_001):
    _, end, bend = LAWS[shock]
    return end * np.sinh(bend * np.linspace(-1, 1, size)) / np.sinh(bend)


def symmetric_scan(form, shock):
    """Count symmetric equilibria by the signs of best cutoff less cutoff on a dense grid."""
    law, _, _ = LAWS[shock]
    n, t = form.n_members, grid_of(shock)
    x, weight = law.cdf(t), np.arange(n)
    rise = form.reversal[1 : n + 1] - form.reversal[:n]
    ways = np.array([comb(n - 1, k) for k in weight])
    pivotal = (ways * x[:, None] ** weight * (1 - x[:, None]) ** (n - 1 - weight)) @ rise
    net = form.gain[0] * pivotal + form.breach_cost[0] - form.burden[0]
    return crossings(net / (form.spread * form.burden[0]) - t)


def crossings(gap):
    """Count the zeros of a function given on a grid, and the ends that it points out of."""
    sign = np.sign(gap)
    crossed = np.count_nonzero(sign[1:] * sign[:-1] < 0) + np.count_nonzero(sign == 0)
    return crossed + (sign[0] < 0) + (sign[-1] > 0)


def is_level(rows):
    return np.all(np.abs(rows - rows[..., :1]) < 1e-9, axis=-1)


@given(
    st.integers(2, 14),
    st.sampled_from(Shock),
    st.floats(0.3, 8),
    st.floats(-3, 0),
    st.floats(0.02, 0.9),
    st.floats(0.05, 1),
    st.booleans(),
)
@settings(max_examples=80)
def test_every_symmetric_equilibrium_of_equal_members_is_found(
    n, shock, decisiveness, log_spread, war_cost, opposed, is_threshold
):
    game = alike(
        n,
        shock=int(shock),
        decisiveness=decisiveness,
        spread=10.0**log_spread,
        war_cost=war_cost,
        challenger_capability=opposed,
        required=float((n + 1) // 2) if is_threshold else 0.0,
    )
    form = game.form()
    found = participation(form)
    assert found.complete or found.count >= MAX_EQUILIBRIA - 2
    level = is_level(answers(found))
    assert level.sum() == symmetric_scan(form, shock)
    assert found.regret.max() < 1e-10


@pytest.mark.parametrize("spread", [0.1, 1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("above", [-1e-6, 1e-6, 1e-4])
def test_a_pair_of_equilibria_at_the_top_of_the_pivotal_chance_is_not_overlooked(spread, above):
    """With k of n needed the pivotal chance peaks at (k-1)/(n-1) and may just meet the cost."""
    peak = stats.binom.pmf(2, 4, 0.5)
    cost = peak * (1 - above)
    form = alike(5, required=3.0, war_cost=cost, spread=spread, shock=int(Shock.LOGISTIC)).form()
    found = participation(form)
    assert is_level(answers(found)).sum() == symmetric_scan(form, Shock.LOGISTIC)


def test_paralysis_and_mobilisation_can_both_be_equilibria():
    game = alike(10, decisiveness=4.0, challenger_capability=1.0, war_cost=0.1, spread=0.3)
    game = game.replace(capability=np.full(10, 0.3))
    found = participation(game.form())
    assert found.complete
    assert found.count == 3
    np.testing.assert_array_equal(found.index, [1, -1, 1])
    reversal = game.observe(found)["reversal"]
    assert reversal[0] < 0.01
    assert reversal[2] > 0.8
    assert np.all(np.diff(reversal) > 0)


def test_a_game_without_coordination_has_one_equilibrium_and_says_so():
    found = participation(alike(8, decisiveness=1.0, spread=1.0, war_cost=0.3).form())
    assert found.complete
    assert found.count == 1
    unequal = Response(
        capability=DISTINCT,
        interest=0.1,
        spread=2.0,
        target_capability=0.3,
        challenger_capability=1.0,
    )
    found = participation(unequal.form())
    assert found.complete
    assert found.count == 1
    assert found.index[0] == 1


def test_exact_zeros_are_equilibria_of_threshold_games():
    form = alike(5, required=3.0, war_cost=0.5, spread=1.0, shock=int(Shock.UNIFORM)).form()
    found = participation(form)
    level = is_level(answers(found))
    np.testing.assert_array_equal(found.strategies["answer"][level], [[[0.0, 1.0]] * 5])
    assert found.regret[level] == 0
    assert found.index[level] == 1


def count_of_two(form):
    """Count equilibria of two members by composing their best replies on a dense grid."""
    one, two = form.lattice.units
    none, first, second, both = form.reversal[[0, one, two, one + two]]
    base = form.breach_cost - form.burden
    scale = form.spread * np.abs(form.burden)
    t = grid_of(Shock.NORMAL, 40_001)
    p = stats.norm.cdf(t)
    reply = form.gain[1] * ((1 - p) * (second - none) + p * (both - first)) + base[1]
    q = stats.norm.cdf(reply / scale[1])
    back = form.gain[0] * ((1 - q) * (first - none) + q * (both - second)) + base[0]
    return crossings(back / scale[0] - t)


def test_all_equilibria_of_two_unequal_members_are_found():
    rng, counts = np.random.default_rng(0), []
    for _ in range(150):
        form = Response(
            capability=rng.integers(1, 9, 2) * 0.05,
            war_cost=rng.uniform(0.01, 0.5, 2),
            interest=rng.uniform(0, 1, 2),
            spread=10 ** rng.uniform(-2.3, 0),
            decisiveness=rng.uniform(0.3, 8),
            challenger_capability=rng.uniform(0.05, 0.9),
            target_capability=rng.choice([0, 0.01, 0.1]),
        ).form()
        form = form.under(Assumptions(relative_gains=rng.choice([0, 0.5]), side_payments=0.3))
        found = participation(form)
        assert found.count == count_of_two(form)
        assert found.index.sum() == 1
        counts.append(int(found.count))
    assert np.bincount(counts)[3] >= 4


def test_the_saddles_between_ascents_are_found():
    """Twenty members, low spread: Newton's method from the passes alone misses some saddles."""
    shares = [16, 12, 9, 7, 5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]
    capability = np.array(shares) / 100
    game = Response(
        capability=capability,
        war_cost=0.25 * capability * 1.25,
        interest=0.3,
        common_stake=0.3,
        decisiveness=3.0,
        challenger_capability=0.2,
        spread=[0.2, 0.24, 0.28, 0.3, 0.34, 0.4],
    )
    found = participation(game.form().under(Assumptions(indivisibility=0.8, side_payments=0.4)))
    np.testing.assert_array_equal(np.nansum(found.index, axis=-1), 1)
    assert np.all(found.count % 2 == 1)
    assert found.count.max() >= 3


def test_starts_between_known_equilibria_lead_to_others():
    """Where costs vary little, equilibria differ in who is sure and who is not."""
    shares = [16, 12, 9, 7, 5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]
    capability = np.array(shares) / 100
    game = Response(
        capability=capability, war_cost=0.3125 * capability, interest=0.3, common_stake=0.3,
        decisiveness=3.0, challenger_capability=0.2, spread=[0.2, 0.205, 0.21],
    )  # fmt: skip
    found = participation(game.form().under(Assumptions(indivisibility=0.8, side_payments=0.4)))
    assert np.all(found.count >= 19)
    np.testing.assert_array_equal(np.nansum(found.index, axis=-1), 1)


def test_indices_sum_to_one_wherever_equilibria_are_few():
    rng, size = np.random.default_rng(8), 300
    game = Response(
        capability=DISTINCT,
        war_cost=np.array(DISTINCT) * 0.25 * rng.uniform(0.7, 1.3, (size, 8)),
        interest=rng.uniform(0, 1, (size, 1)),
        challenger_capability=rng.uniform(0.05, 0.6, size),
        decisiveness=rng.uniform(0.5, 4, size),
        spread=rng.uniform(0.1, 0.6, size),
    )
    _, centroid, unique, index = candidates(game.form())
    total, count = np.nansum(index, axis=-1), (~np.isnan(index)).sum(axis=-1)
    few = count <= MAX_EQUILIBRIA // 2
    assert few.mean() > 0.9
    assert np.all(total[few] == 1)
    assert np.all(total[unique] == 1)
    assert np.all(count[unique] == 1)
    assert np.all(np.take_along_axis(index, centroid[:, None], axis=-1) == 1)
    assert np.mean(count > 1) > 0.1


def test_a_hundred_and_ninety_three_unequal_members_are_certified():
    rng = np.random.default_rng(193)
    capability = rng.dirichlet(np.full(193, 0.5)) * 0.8
    game = Response(
        capability=capability,
        war_cost=0.25 * capability + 1e-9,
        interest=rng.uniform(0, 0.8, 193),
        spread=0.4,
        challenger_capability=[0.2, 0.4],
    )
    found = participation(game.form().under(Assumptions(relative_gains=0.2, side_payments=0.3)))
    assert np.all(found.count >= 1)
    assert np.nanmax(found.regret) < 1e-11
    np.testing.assert_array_equal(np.nansum(found.index, axis=-1), 1)


def test_contrary_interests_do_not_keep_an_equilibrium_from_being_found():
    """With strong relative gains some members lose by reversal: there is no potential to climb."""
    rng = np.random.default_rng(2)
    game = Response(
        capability=DISTINCT,
        interest=rng.uniform(0, 1, (60, 8)),
        war_cost=rng.uniform(0.005, 0.05, (60, 8)),
        spread=rng.uniform(0.03, 0.5, 60),
        decisiveness=rng.uniform(1, 8, 60),
    )
    form = game.form().under(Assumptions(relative_gains=1.0, side_payments=0.5))
    assert np.all((form.gain < 0).any(axis=-1))
    found = participation(form)
    assert np.all(found.count >= 1)
    assert np.mean(np.nansum(found.index, axis=-1) == 1) > 0.97


def several(**values):
    given_ = {
        "capability": DISTINCT,
        "decisiveness": 3.5,
        "challenger_capability": [0.1, 0.2, 0.3, 0.5],
        "spread": 0.25,
        "interest": 0.5,
    }
    return Response(**{**given_, **values})


def test_a_game_has_the_same_bits_whatever_the_batch_and_its_shape():
    whole = participation(several().form())
    assert len(set(whole.count.tolist())) > 1
    table = participation(several(challenger_capability=[[0.1, 0.2], [0.3, 0.5]]).form())
    pair = participation(several(challenger_capability=[0.5, 0.3]).form())
    for point, opposed in enumerate([0.1, 0.2, 0.3, 0.5]):
        single = participation(several(challenger_capability=opposed).form())
        count = int(single.count)
        others = [(whole, (point,)), (table, divmod(point, 2))]
        others += [(pair, (3 - point,))] if point > 1 else []
        for found, place in others:
            assert found.count[place] == count
            assert found.complete[place] == single.complete
            assert found.centroid[place] == single.centroid
            for name in ("payoffs", "regret", "index"):
                part = getattr(found, name)[place][:count]
                np.testing.assert_array_equal(part, getattr(single, name))
            part = found.strategies["answer"][place][:count]
            np.testing.assert_array_equal(part, single.strategies["answer"])


def test_equal_and_unequal_members_in_one_batch_have_the_bits_and_claims_they_have_alone():
    capability = np.array([[0.1, 0.1, 0.1], [0.3, 0.2, 0.1], [0.217, 0.113, 0.0971]])
    values = {"spread": 0.2, "decisiveness": 3.0, "war_cost": 0.05, "interest": 0.6}
    whole = participation(Response(capability=capability, **values).form())
    assert np.all(whole.complete)
    for point in range(3):
        single = participation(Response(capability=capability[point], **values).form())
        count = int(single.count)
        assert whole.complete[point] == single.complete
        assert whole.scope == single.scope
        for name in ("payoffs", "regret", "index"):
            part = getattr(whole, name)[point][:count]
            np.testing.assert_array_equal(part, getattr(single, name))


def test_renaming_members_renames_the_answers():
    order = np.array([3, 0, 7, 1, 5, 2, 6, 4])
    war_cost = np.linspace(0.02, 0.05, 8)
    first = participation(several(war_cost=war_cost).form())
    second = participation(
        several(war_cost=war_cost[order], capability=np.array(DISTINCT)[order]).form()
    )
    np.testing.assert_array_equal(first.count, second.count)
    np.testing.assert_allclose(answers(second), answers(first)[..., order], atol=1e-9)


def test_the_unit_of_payoffs_does_not_matter():
    war_cost = np.linspace(0.02, 0.05, 8)
    first = participation(several(war_cost=war_cost, common_stake=0.0).form())
    half = several(war_cost=0.5 * war_cost, interest=0.25, common_stake=0.0)
    np.testing.assert_allclose(answers(participation(half.form())), answers(first), atol=1e-12)


def test_more_equilibria_than_there_is_room_for_are_never_called_complete():
    capability = np.repeat([0.1, 0.05], [4, 8])
    game = Response(
        capability=capability,
        war_cost=0.3 * capability,
        interest=0.5,
        decisiveness=8.0,
        challenger_capability=0.3,
        spread=0.01,
    )
    found = participation(game.form())
    assert 1 < found.count <= MAX_EQUILIBRIA
    assert not found.complete
    assert np.all(found.regret < 1e-12)


@given(st.integers(0, 10_000), st.sampled_from(Shock))
@settings(max_examples=40)
def test_where_best_replies_contract_no_start_leads_elsewhere(number, shock):
    rng = np.random.default_rng(number)
    form = Response(
        capability=rng.uniform(0.02, 0.1, 5),
        war_cost=rng.uniform(0.1, 0.4, 5),
        interest=rng.uniform(0, 0.5, 5),
        spread=rng.uniform(0.5, 2),
        shock=int(shock),
        decisiveness=rng.uniform(0.3, 2),
        challenger_capability=rng.uniform(0.3, 1),
        target_capability=0.2,
    ).form()
    found = participation(form)
    if not found.complete:
        return
    p = rng.uniform(0, 1, (6, 5))
    for _ in range(80):
        p = form.replies(p)
    np.testing.assert_allclose(p, np.broadcast_to(answers(found)[0], p.shape), atol=1e-9)
