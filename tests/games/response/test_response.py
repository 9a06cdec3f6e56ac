"""Response: what a user sees of it, and how it moves with its parameters."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, NEUTRAL, REALIST
from collsec.assumptions.levers import Assumptions
from collsec.equilibrium import Selection, take
from collsec.games import find
from collsec.games.response.response import Reference, Response
from collsec.parameters import ParameterError
from collsec.solvers.participation import participation

CAPABILITY = np.array([0.2, 0.12, 0.1, 0.05, 0.03])
WAR_COST = 0.3 * CAPABILITY


def game(**values):
    given = {"capability": CAPABILITY, "war_cost": WAR_COST, "interest": 0.25, "spread": 0.6}
    return Response(**{**given, **values})


def solved(under=NEUTRAL, **values):
    one = game(**values)
    found = participation(one.form().under(under))
    return found, one.observe(found)


def test_the_game_is_found_by_its_name():
    assert find("response") is Response


def test_observables_are_what_they_are_called():
    found, seen = solved()
    answer = found.strategies["answer"][..., 0]
    assert list(seen) == [item.name for item in Response.observables]
    np.testing.assert_array_equal(seen["answer"], answer)
    np.testing.assert_allclose(seen["any_answer"], 1 - np.prod(1 - answer, axis=-1))
    np.testing.assert_allclose(seen["n_answers"], answer.sum(axis=-1))
    np.testing.assert_allclose(seen["mobilised"], answer @ CAPABILITY / CAPABILITY.sum())
    np.testing.assert_allclose(seen["abandonment"], 1 - answer)
    gap = 1 - seen["mobilised"] / seen["efficient_mobilised"]
    np.testing.assert_allclose(seen["free_rider_gap"], gap)


def test_the_burden_is_the_mean_cost_of_those_types_that_answer():
    found, seen = solved()
    answer = found.strategies["answer"][0, :, 0]
    rng = np.random.default_rng(1)
    shock = rng.standard_normal((400_000, 5))
    acts = shock <= np.quantile(shock, answer, axis=0).diagonal()
    cost = WAR_COST * (1 + 0.6 * shock) * acts
    np.testing.assert_allclose(seen["burden"][0], cost.mean(axis=0), atol=2e-4)


def test_an_instrument_of_half_effect_is_half_the_capability_at_the_same_cost():
    _, weak = solved(effect=0.5)
    _, small = solved(capability=CAPABILITY / 2)
    for name in ("answer", "reversal", "burden"):
        np.testing.assert_allclose(weak[name], small[name], atol=1e-12)


def test_a_nuclear_challenger_is_as_dear_as_a_higher_cost_of_war():
    _, nuclear = solved(nuclear=0.5)
    _, dear = solved(war_cost=1.5 * WAR_COST)
    for name in ("answer", "reversal", "burden"):
        np.testing.assert_allclose(nuclear[name], dear[name], atol=1e-12)


def test_legitimacy_makes_war_cheap_with_a_mandate_and_dear_without():
    levers = Assumptions(legitimacy=0.3)
    _, seen = solved(levers, mandate=[-1.0, 0.0, 1.0])
    _, scaled = solved(war_cost=WAR_COST * np.array([[1.3], [1.0], [0.7]]))
    np.testing.assert_allclose(seen["answer"], scaled["answer"], atol=1e-12)
    assert np.all(np.diff(seen["reversal"][:, 0]) > 0)


def test_pledges_bind_only_as_far_as_they_are_watched_and_dear():
    levers = Assumptions(pledge_cost=[0.0, 0.6, 0.6], monitoring=[0.9, 0.0, 0.9])
    _, seen = solved(levers, pledged=0.8)
    _, bare = solved()
    np.testing.assert_allclose(seen["answer"][:2, 0], np.repeat(bare["answer"], 2, axis=0))
    assert np.all(seen["answer"][2] > bare["answer"])


@pytest.mark.parametrize(
    ("name", "values", "sign"),
    [
        ("interest", [0.1, 0.3, 0.6], 1),
        ("nuclear", [0.0, 0.3, 1.0], -1),
        ("challenger_capability", [0.3, 0.6, 1.0], -1),
        ("target_capability", [0.3, 0.5, 0.9], 1),
    ],
)
def test_reversal_moves_as_it_should_where_the_equilibrium_is_unique(name, values, sign):
    values = np.array(values)[:, None] if name == "interest" else values
    found, seen = solved(spread=1.5, **{name: values})
    assert np.all(found.count == 1)
    assert np.all(sign * np.diff(seen["reversal"][:, 0]) > 0)


def test_relative_gains_count_against_all_others_or_against_rivals_only():
    levers = Assumptions(relative_gains=0.5)
    affinity = np.array([-0.5, -0.5, -0.5, -0.5, -0.5])
    stake = game(affinity=affinity).form().stake
    everyone = game(affinity=affinity).form().under(levers)
    friends = game(affinity=affinity, reference=Reference.RIVALS).form().under(levers)
    np.testing.assert_allclose(everyone.gain, stake - 0.5 * 0.25)
    np.testing.assert_allclose(friends.gain, stake)
    mixed = game(affinity=-affinity * [1, 1, -1, -1, -1], reference=Reference.RIVALS).form()
    expected = mixed.stake - 0.5 * np.array([0.25, 0.25, 0.125, 0.125, 0.125])
    np.testing.assert_allclose(mixed.under(levers).gain, expected)


def test_a_single_member_answers_if_its_stake_in_the_contest_beats_its_cost():
    one = Response(
        capability=[0.2],
        war_cost=0.1,
        interest=0.5,
        spread=0.5,
        target_capability=0.0,
        challenger_capability=0.2,
    )
    found = participation(one.form().under(Assumptions(relative_gains=0.5)))
    cutoff = (0.5 * 0.5 - 0.1) / (0.1 * 0.5)
    assert found.strategies["answer"][0, 0, 1] == pytest.approx(0.00134989803163, rel=1e-9)
    assert cutoff == pytest.approx(3)
    assert found.complete


def test_members_can_be_renamed():
    order = np.array([4, 2, 0, 1, 3])
    _, first = solved(INSTITUTIONALIST)
    _, second = solved(INSTITUTIONALIST, capability=CAPABILITY[order], war_cost=WAR_COST[order])
    for name, value in first.items():
        permuted = value[..., order] if value.ndim == 2 else value
        np.testing.assert_allclose(second[name], permuted, atol=1e-12, err_msg=name)


def test_names_of_members_are_kept():
    form = game(members=("A", "B", "C", "D", "E")).form()
    assert form.players == ("A", "B", "C", "D", "E")
    assert game().form().players[0] == "member 1"


def test_selection_picks_among_paralysis_and_mobilisation():
    tense = game(
        capability=np.full(5, 0.1), war_cost=0.05, interest=0.45, decisiveness=5.0,
        challenger_capability=0.3, spread=0.3, target_capability=0.0, common_stake=0.0,
    )  # fmt: skip
    found = participation(tense.form())
    merit = tense.merit(found)
    assert found.count >= 3
    worst, best = (
        float(take(merit, found.choose(rule, merit), 0))
        for rule in (Selection.WORST, Selection.BEST)
    )
    assert worst < 0.1
    assert best > 0.5


def test_states_that_share_the_interest_answer_more():
    _, realist = solved(REALIST, interest=0.1)
    _, institutionalist = solved(INSTITUTIONALIST, interest=0.1, pledged=0.5, mandate=1.0)
    assert np.all(institutionalist["reversal"] > realist["reversal"])


def test_values_out_of_range_are_refused_with_their_names():
    with pytest.raises(ParameterError, match=r"decisiveness = 9.*\(0, 8\]"):
        game(decisiveness=9.0)
    with pytest.raises(ParameterError, match="interest"):
        game(interest=[0.1, 0.2, 0.3])
