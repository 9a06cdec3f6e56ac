"""All equilibria of threats, against the solver of trees, whatever the order of payoffs."""

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.forms.threat import ThreatForm
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.solvers.signalling import signalling
from collsec.solvers.threat import threat


def play_of(form):
    """Return the chances of the outcomes in each equilibrium that the two solvers find."""
    mine, tree = threat(form), form.tree()
    other = signalling(tree)
    ends = tree.outcomes(other.strategies)[: int(other.count)]
    return mine, form.chance(mine.strategies), other, ends.reshape(len(ends), 4, 4).sum(axis=1)


def assert_same(form):
    mine, plays, other, others = play_of(form)
    assert mine.count == other.count
    assert mine.complete
    assert mine.regret.max() < 1e-12
    for some, rest in ((plays, others), (others, plays)):
        for row in some:
            assert np.abs(rest - row).max(axis=-1).min() < 1e-7


@pytest.mark.parametrize("seed", range(6))
def test_games_with_payoffs_in_any_order_have_the_equilibria_of_their_trees(seed):
    draw = np.random.default_rng(seed)
    form = ThreatForm(
        *draw.random((3, 2)), draw.random((2, 2)), draw.uniform(0.05, 0.95, 2), np.ones(2)
    )
    assert_same(form.under(Assumptions(relative_gains=0.3 * (seed % 2), pledge_cost=0.5)))


@pytest.mark.parametrize("seed", range(6))
def test_levers_that_upset_the_order_leave_the_equilibria_of_the_rewritten_tree(seed):
    draw = np.random.default_rng(seed)
    game = UnilateralDeterrence(
        p_challenger_hard=draw.uniform(0.05, 0.95), p_defender_hard=draw.uniform(0.05, 0.95)
    )
    levers = Assumptions(
        relative_gains=draw.random(), pledge_cost=draw.random(), monitoring=draw.random()
    )
    assert_same(game.form().under(levers))


def random_plans(form, seed, n=5):
    draw = np.random.default_rng(seed)
    plans = {name: draw.uniform(0.05, 0.95, (n, 2)) for name in ("demand", "resist", "fight")}
    for player, name in enumerate(("demand", "resist")):
        acting = plans[name] * form.odds[player]
        plans[f"belief: {name}"] = acting[:, 0] / acting.sum(axis=-1)
    return plans


def test_payoffs_and_regret_of_any_plan_are_those_of_the_tree():
    form = UnilateralDeterrence(mandate=-1).form()
    form = form.under(Assumptions(relative_gains=0.4, pledge_cost=0.7, legitimacy=0.3))
    plans, tree = random_plans(form, 1), form.tree()

    def mixed(pair):
        return np.stack([1 - pair, pair], axis=-1)

    sets = {}
    for t, kind in enumerate(("hard", "soft")):
        sets[f"{kind} challenger"] = mixed(plans["demand"][:, t])
        sets[f"{kind} challenger, resisted"] = mixed(plans["fight"][:, t])
        sets[f"{kind} defender"] = mixed(plans["resist"][:, t])
    assert form.payoffs(plans) == pytest.approx(tree.payoffs(sets), abs=1e-14)
    assert form.regret(plans) == pytest.approx(tree.regret(sets), abs=1e-14)


def test_a_belief_against_bayes_rule_has_infinite_regret_and_one_off_the_path_is_free():
    form = UnilateralDeterrence().form()
    plans = random_plans(form, 2)
    wrong = plans | {"belief: resist": plans["belief: resist"] + 0.01}
    assert np.all(np.isfinite(form.regret(plans)))
    assert np.all(np.isinf(form.regret(wrong)))
    quiet = {
        "demand": np.zeros((2, 2)),
        "resist": np.ones((2, 2)),
        "fight": np.array([[1.0, 0.0]] * 2),
        "belief: demand": np.array([0.6, 0.65]),
        "belief: resist": np.full(2, 0.3),
    }
    gains = form.regret(quiet)
    assert gains[0] == 0.0
    assert gains[1] == pytest.approx(0.65 * 0.3 - 0.35 * 0.5)


def test_who_yields_against_its_word_loses_its_share_of_what_war_costs_its_type():
    game = UnilateralDeterrence(challenger_bound=0.5, defender_bound=0.25)
    levers = Assumptions(pledge_cost=0.4, monitoring=0.5)
    table = game.form().under(levers).material
    assert table[2, 0, :, 0] == pytest.approx([0.2 - 0.1 * 0.6, 0.2 - 0.1 * 1.0])
    assert table[1, 1, 0] == pytest.approx([0.3 - 0.05 * 0.3, 0.3 - 0.05 * 0.8])
    assert table[1, 0].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_mandate_makes_war_cheaper_for_the_defender_alone():
    form = UnilateralDeterrence(mandate=1).form().under(Assumptions(legitimacy=0.25))
    assert form.material[3, 1, 0] == pytest.approx([0.5 + 0.25 * 0.3, 0.0 + 0.25 * 0.8])
    assert form.material[3, 0, :, 0].tolist() == [0.4, 0.0]


def test_no_answer_depends_on_the_batch():
    chances = np.random.default_rng(5).uniform(0.02, 0.98, (2, 40))
    levers = Assumptions(relative_gains=np.linspace(0, 1, 40))
    whole = threat(
        UnilateralDeterrence(p_challenger_hard=chances[0], p_defender_hard=chances[1])
        .form()
        .under(levers)
    )
    for k in range(0, 40, 3):
        one = UnilateralDeterrence(p_challenger_hard=chances[0, k], p_defender_hard=chances[1, k])
        alone = threat(one.form().under(Assumptions(relative_gains=levers.relative_gains[k])))
        count = int(alone.count)
        assert whole.count[k] == count
        for name, mix in alone.strategies.items():
            assert whole.strategies[name][k, :count].tobytes() == mix.tobytes()


def test_games_with_exact_ties_have_the_same_answers_among_others_as_alone():
    """At ρ = 1/2 payoffs of eighths tie exactly: the soft challenger's war and its retreat."""
    game = UnilateralDeterrence(
        c_dd_soft=0.25, c_cd=0.5, d_cd=0.75, d_dd_soft=0.25, c_dd_hard=0.625, c_sq=0.75
    )
    rho = np.array([0.1, 0.5, 0.9, 0.3])
    whole = threat(game.form().under(Assumptions(relative_gains=rho)))
    for k, value in enumerate(rho):
        alone = threat(game.form().under(Assumptions(relative_gains=value)))
        count = int(alone.count)
        assert whole.count[k] == count
        assert whole.complete[k] == alone.complete
        for name, mix in alone.strategies.items():
            assert whole.strategies[name][k, :count].tobytes() == mix.tobytes()
