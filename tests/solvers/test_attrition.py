import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.forms.attrition import AttritionForm
from collsec.solvers.attrition import attrition


def form(prize, audience, war_cost):
    pair = [np.asarray(item, dtype=float) for item in (audience, war_cost)]
    return AttritionForm(np.asarray(prize, dtype=float), *pair, np.ones(2), np.zeros(2))


def closed(prize, audience, war_cost):
    """The horizon and the chance of a concession at once, in closed form for ρ = 0."""
    a, w, v = np.asarray(audience), np.asarray(war_cost), prize
    other, product = a[::-1], a[0] * a[1]
    times = (-other * v + np.sqrt(other**2 * v**2 + 4 * product * v * w[::-1])) / (2 * product)
    low = int(np.argmin(times))
    time = times[low]
    k = v - a[low] * time * (v + a[1 - low] * time) / w[low]
    return low, time, k / v


POSITIVE = st.floats(0.05, 20)


@settings(max_examples=40)
@given(POSITIVE, st.tuples(POSITIVE, POSITIVE), st.tuples(POSITIVE, POSITIVE))
def test_the_horizon_is_the_closed_form(prize, audience, war_cost):
    low, time, concession = closed(prize, audience, war_cost)
    found = attrition(form(prize, audience, war_cost))
    assert found.count == 1
    assert found.complete
    assert found.strategies["deadline"][0] == pytest.approx(time, rel=1e-9)
    assert found.strategies["concession"][0, low] == pytest.approx(concession, abs=1e-9)
    assert found.strategies["concession"][0, 1 - low] == pytest.approx(0, abs=1e-9)
    assert found.regret[0] < 1e-10 * (prize + max(war_cost))


@pytest.mark.parametrize("key", ["concession", "strike", "scale", "shape", "deadline"])
@pytest.mark.parametrize("step", [-0.03, 0.03])
def test_other_plans_are_regretted(key, step):
    found = attrition(form(1.0, [1.5, 1.0], [2.0, 2.5]))
    changed = dict(found.strategies)
    if key == "strike" and step < 0:
        pytest.skip("nobody attacks at once")
    changed[key] = np.clip(changed[key] + step * np.ones_like(changed[key]), 0, None)
    assert found.form.regret(changed)[0] > 1e-4


def test_a_side_that_never_expects_the_other_to_yield_may_give_in_for_certain():
    """These are the equilibria outside the scope of the solver."""
    one = form(1.0, [1.5, 1.0], [2.0, 2.5])
    for side in (0, 1):
        plan = {
            "concession": np.eye(2)[[side]],
            "strike": np.zeros((1, 2)),
            "scale": np.ones((1, 2)),
            "shape": np.ones((1, 2)),
            "deadline": np.zeros(1),
        }
        assert one.regret(plan)[0] == 0
        assert one.payoffs(plan)[0, 1 - side] == 1.0
        rivals = one.under(Assumptions(relative_gains=0.2))
        assert rivals.regret(plan)[0] > 0.1


def test_both_sides_do_not_give_in_at_once_with_a_positive_chance():
    one = form(1.0, [1.0, 1.0], [2.0, 2.0])
    time = 0.5
    share = 1 - 0.25 * (1 + time)
    plan = {
        "concession": np.full((1, 2), share),
        "strike": np.zeros((1, 2)),
        "scale": np.ones((1, 2)),
        "shape": np.ones((1, 2)),
        "deadline": np.array([time]),
    }
    assert one.regret(plan)[0] == pytest.approx(share, abs=1e-9)


def test_where_rivals_are_better_fought_than_forgiven_nobody_waits():
    """With ρ = 1/2 and W = 4 the share S that attacks solves 1/S - 1/2 + S = 4 S."""
    one = form(1.0, [3.0, 1.0], [4.0, 4.0])
    swept = attrition(one.under(Assumptions(relative_gains=np.array([0.0, 0.3, 0.5]))))
    assert swept.count.tolist() == [1, 1, 1]
    assert swept.complete.tolist() == [True, False, False]
    assert swept.strategies["strike"][:2, 0].tolist() == [[0, 0], [0, 0]]
    assert swept.strategies["strike"][2, 0] == pytest.approx([0.5, 0.5], abs=1e-14)
    assert swept.strategies["concession"][2, 0] == pytest.approx([0.5, 0.5], abs=1e-14)
    course = swept.form.course(swept.strategies)
    assert course.war[2, 0] == pytest.approx(0.25, abs=1e-12)
    assert course.duration[2, 0] == 0.0


def drawn(n_games):
    rng = np.random.default_rng(1)
    return AttritionForm(
        rng.uniform(0.1, 2, n_games), rng.uniform(0.1, 4, (n_games, 2)),
        rng.uniform(0.2, 6, (n_games, 2)), np.ones(2), np.zeros(2),
    )  # fmt: skip


@pytest.mark.parametrize("rho", [0.0, 0.1, 0.5, 1.0])
def test_every_random_game_has_an_equilibrium(rho):
    found = attrition(drawn(400).under(Assumptions(relative_gains=rho)))
    assert np.all(found.count > 0)
    assert np.nanmax(found.regret) < 1e-13
    hasty = np.nan_to_num(found.strategies["strike"]).sum(axis=(-1, -2)) > 0
    assert hasty.any() == (rho > 0)
    assert np.all(found.count[~hasty] == 1)


def test_who_does_not_wait_would_do_no_better_in_play_with_drawn_types():
    """Each of a hundred thousand types tries all it can do against drawn types of the other."""
    found = attrition(drawn(60).under(Assumptions(relative_gains=0.5)))
    one, seen = found.form, 0
    rng, n = np.random.default_rng(3), 100_000
    for game in np.flatnonzero(found.strategies["strike"][:, 0].sum(axis=-1) > 0)[:6]:
        strike, value = found.strategies["strike"][game, 0], float(one.prize[game])
        cost = rng.uniform(0, 1, (n, 2)) * one.worst_war[game]
        attacks = cost <= strike * one.worst_war[game]
        for side in (0, 1):
            other = 1 - side
            mean = np.where(attacks[:, other], cost[:, other], 0.0).mean()
            share = attacks[:, other].mean()
            giving = -0.5 * value * share
            fighting = (1 - share) * value - share * cost[:, side] + 0.5 * mean
            best = np.maximum(giving, fighting)
            chosen = np.where(attacks[:, side], fighting, giving)
            assert np.max(best - chosen) < 0.02 * (value + one.worst_war[game].max())
            assert chosen.mean() == pytest.approx(found.payoffs[game, 0, side], abs=0.05)
            seen += 1
    assert seen >= 8


def test_rivals_wait_where_war_is_cheap_and_attack_at_once_where_it_is_dear():
    """What a war costs the other is what they gain by it."""
    one = form(1.0, [1.0, 1.0], [2.0, 2.0]).under(Assumptions(relative_gains=0.5))
    found = attrition(one)
    assert found.strategies["strike"][0].sum() == 0
    louder = form(1.0, [1.0, 1.0], [4.0, 4.0]).under(Assumptions(relative_gains=0.5))
    assert attrition(louder).strategies["strike"][0].sum() > 0


def test_states_that_care_for_rank_alone_fight_at_once():
    found = attrition(form(1.0, [1.0, 1.0], [2.0, 2.0]).under(Assumptions(relative_gains=1.0)))
    assert found.strategies["deadline"].tolist() == [0.0]
    assert found.form.course(found.strategies).war.tolist() == [1.0]


@pytest.mark.parametrize("prize", [1.0, 1e-2, 1e-4])
def test_however_fast_they_give_in_at_first_those_who_fight_expect_what_they_must(prize):
    """With a = 1 and W = 2 on both sides, costs up to T are borne with chance S = T/2 by each.

    A type of cost x has S (T - x) by fighting, as T has nothing; on average over all S² T/2.
    """
    found = attrition(form(prize, [1.0, 1.0], [2.0, 2.0]))
    end = found.strategies["deadline"][0]
    assert 2.0 / (1.0 + end / prize) == pytest.approx(end, rel=1e-12)
    assert found.payoffs[0] == pytest.approx([end**3 / 8] * 2, rel=1e-9)


def test_the_most_unequal_audiences_have_an_equilibrium_that_passes():
    """Their horizon, as in Fearon's uniform case, makes (a T) (1 + b T/v) = W for either side."""
    one = form(1e-3, [3.0, 1e-3], [3.0, 3.0])
    found = attrition(one)
    assert found.complete
    end = found.strategies["deadline"][0]
    assert 3.0 * end * (1.0 + end) == pytest.approx(3.0, rel=1e-12)
