import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.forms.attrition import AttritionForm
from collsec.solvers._attrition_strikes import unit_roots
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
    assert swept.complete.all()
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


def struck(rho, audience, war_cost):
    one = form(1.0, audience, war_cost).under(Assumptions(relative_gains=rho))
    return one, attrition(one)


PARTLY = [
    (0.6, (4.6, 0.3), (3.1, 2.3)),
    (0.6, (0.3, 5.8), (2.3, 3.4)),
    (0.7, (0.4, 0.4), (4.6, 4.6)),
]
"""Games in which some attack at once and some wait: the challenger alone, the target, both."""


class Drawn:
    """A side's drawn types: their costs, and when they give in and attack, infinite for never."""

    def __init__(self, one, plan, side, cost):
        self.cost, self.rate = cost, float(one.rate[side])
        worst, end = float(one.worst_war[side]), float(plan["deadline"])
        concession, strike, scale, shape = (
            float(plan[key][side]) for key in ("concession", "strike", "scale", "shape")
        )
        waits = 1 - concession - strike
        last = waits * (1 + end / scale) ** -shape
        share = np.arange(cost.size) * 0.6180339887498949 % 1  # evenly, and unlike the costs
        stands = (last + (waits - last) * share) / max(waits, 1e-300)
        later = scale * (np.maximum(stands, 1e-300) ** (-1 / shape) - 1)
        quits = np.where(cost > worst * (1 - concession), 0.0, later)
        self.quits = np.where(cost <= worst * (strike + last), np.inf, quits)
        self.strikes = np.where(
            cost <= worst * strike, 0.0, np.where(self.quits < np.inf, np.inf, end)
        )

    def paid_to(self, rate, rho, kind, quits, strikes):
        """Return the mean utility against these of a type that gives in, or attacks, at a time."""
        wins = (self.quits < quits) & (self.quits <= strikes) & (self.quits < np.inf)
        both = (self.quits == 0) & (quits == 0)
        loses = (quits <= self.strikes) & (quits <= self.quits) & (quits < np.inf) & ~both
        won, lost = 1.0 + rho * self.rate * self.quits, -rate * quits - rho
        fought = -kind + rho * self.cost
        return np.select([both, wins, loses], [0.0, won, lost], fought).mean()


@pytest.mark.parametrize(("rho", "audience", "war_cost"), [*PARTLY, (0.5, (3, 1), (4, 4))])
def test_nobody_would_do_better_in_play_against_drawn_types(rho, audience, war_cost):
    """Against twenty thousand of the other side types try to give in and attack at many times."""
    one, found = struck(rho, audience, war_cost)
    plan = {key: part[0] for key, part in found.strategies.items()}
    n, end = 20_000, float(plan["deadline"])
    times = [0.0, 1e-9, *(end * np.array([0.2, 0.5, 0.8, 1.0]))]
    options = [*((time, np.inf) for time in times), *((np.inf, time) for time in times)]
    for side in (0, 1):
        every = (np.arange(n) + 0.5) / n * float(one.worst_war[1 - side])
        others = Drawn(one, plan, 1 - side, every)
        mine = Drawn(one, plan, side, (np.arange(15) + 0.5) / 15 * float(one.worst_war[side]))
        for kind, *planned in zip(mine.cost, mine.quits, mine.strikes, strict=True):
            best = max(others.paid_to(mine.rate, rho, kind, *option) for option in options)
            assert best - others.paid_to(mine.rate, rho, kind, *planned) < 5e-3


@pytest.mark.parametrize(("rho", "audience", "war_cost"), PARTLY)
def test_a_side_that_attacks_at_once_also_gives_in_at_once(rho, audience, war_cost):
    """Else those of the other side that give in would all do so before they can be attacked."""
    _, found = struck(rho, audience, war_cost)
    strike, concession = (found.strategies[key][0] for key in ("strike", "concession"))
    assert found.count == 2
    assert found.complete
    assert np.array_equal(strike > 0, concession > 0)
    assert found.strategies["deadline"][0] > 0
    assert found.strategies["deadline"][1] == 0


def test_both_sides_attack_and_wait_only_if_they_are_alike():
    rho, audience, war_cost = PARTLY[2]
    _, alike = struck(rho, audience, war_cost)
    _, unlike = struck(rho, (0.4, 0.41), war_cost)
    assert alike.strategies["strike"][0] == pytest.approx([0.16007595] * 2, abs=1e-8)
    assert unlike.count == 1
    assert unlike.strategies["deadline"][0] == 0


def test_sides_that_are_alike_both_strike_however_dear_a_war():
    """Their horizon is some thirty units of time, where a type might wait for two thousand."""
    war = np.array([4.0, 40.0, 400.0, 2000.0])
    one = form(np.ones(4), np.ones((4, 2)), np.stack([war, war], axis=-1))
    found = attrition(one.under(Assumptions(relative_gains=0.5)))
    strike, deadline = found.strategies["strike"][:, 0], found.strategies["deadline"][:, 0]
    assert np.all(deadline > 0)
    assert np.all(strike > 0)
    assert strike[:, 0] == pytest.approx(strike[:, 1], rel=1e-9)


def test_there_are_as_many_ways_to_choose_at_once_as_replies_to_replies_cross():
    """On ten thousand points the share that replies to the reply passes the share so often."""
    rng, n_games = np.random.default_rng(2), 150
    war = rng.uniform(3, 12, (n_games, 1)) * [1, 1] * rng.uniform(0.9, 1.1, (n_games, 2))
    rho = rng.uniform(0.1, 1.0, n_games)
    one = form(np.ones(n_games), np.ones((n_games, 2)), war)
    games = one.under(Assumptions(relative_gains=rho))
    found = attrition(games)
    strike, deadline = (np.nan_to_num(found.strategies[key]) for key in ("strike", "deadline"))
    n_hasty = ((strike.sum(axis=-1) > 0) & (deadline == 0)).sum(axis=-1)
    share = (np.arange(10_000) + 0.5) / 10_000

    def reply(others, side):
        worst, theirs = (war[:, k, None] for k in (side, 1 - side))
        cost = 1 / others - (1 - rho[:, None]) + rho[:, None] * theirs * others / 2
        return np.minimum(cost / worst, 1.0)

    gap = share - reply(reply(share, 1), 0)
    crossings = (np.diff(np.sign(gap), prepend=-1, append=1, axis=-1) != 0).sum(axis=-1)
    is_open = strike.sum(axis=(-1, -2)) > 0
    assert is_open.sum() > 100
    assert n_hasty[is_open].tolist() == crossings[is_open].tolist()
    assert np.unique(n_hasty[is_open]).tolist() == [1, 3]


def test_all_roots_of_a_polynomial_between_nothing_and_one_are_found():
    roots = np.array([[0.1, 0.1001, 0.5, 0.9], [0.3, 0.6, 1.2, -0.4], [2.0, 3.0, -1.0, -2.0]])
    rows = np.stack([np.polynomial.polynomial.polyfromroots(row) for row in roots], axis=-1)
    found = unit_roots(rows)
    assert found[0] == pytest.approx(roots[0], abs=1e-11)
    assert np.abs(found[1][:, None] - [0.3, 0.6]).min(axis=0) == pytest.approx([0, 0], abs=1e-13)
    assert set(found[2]) <= {0.0, 1.0}
    touching = unit_roots(np.array([0.25, -1.0, 1.0]))
    assert touching.tolist() == [0.5, 0.5]


def test_who_fights_with_a_mandate_that_makes_war_cost_nothing_never_gives_in():
    one = AttritionForm(
        np.array(1.0), np.ones(2), np.full(2, 2.0), np.ones(2), np.array([0.0, 1.0])
    )
    for rho in (0.0, 0.5):
        found = attrition(one.under(Assumptions(legitimacy=1.0, relative_gains=rho)))
        assert found.strategies["concession"][0, 1] == 0
        assert found.form.resolved(found.strategies)[0, 1] == 1


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
