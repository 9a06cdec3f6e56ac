"""Kreps and Wilson (1982): reputation of a chain store towards a sequence of entrants."""

import numpy as np
import pytest

from collsec.games.credibility.chain_store import ChainStore
from collsec.solvers import solve
from collsec.solvers.reputation import thresholds

ROWS = {
    (10, 0.05, 0.6, 2.0): (10, (4.72945094, 0.54109812, 4.18835283), 3.5625, 5),
    (10, 0.1, 0.5, 2.0): (14, (2.80555556, 0.38888889, 2.41666667), 2.25, 3),
    (20, 0.01, 0.5, 1.5): (21, (5.70661346, 0.44007981, 5.26653365), 3.81893004, 6),
}
IF_WEAK = ("challenges_if_weak", "fights_if_weak", "concessions_if_weak")


@pytest.mark.parametrize(("given", "expected"), ROWS.items())
def test_value_probes_fights_and_concessions_are_as_published(given, expected):
    n, p, b, a = given
    value, weak, tough, first = expected
    game = ChainStore(n_stages=n, p_tough=p, b=b, a=a)
    found = solve(game.form())
    seen = game.observe(found)
    assert found.complete
    assert seen["weak_value"] == pytest.approx(value, abs=1e-12)
    assert [float(seen[name][0]) for name in IF_WEAK] == pytest.approx(weak, abs=5e-9)
    assert seen["challenges_if_tough"] == pytest.approx(tough, abs=5e-9)
    assert seen["first_challenge"] == seen["first_certain"] == first
    assert first == np.floor(np.log(p) / np.log(b))


def test_all_rows_of_one_length_are_one_batch():
    rows = np.array([row[1:] for row in ROWS if row[0] == 10])
    game = ChainStore(n_stages=10, p_tough=rows[:, 0], b=rows[:, 1], a=rows[:, 2])
    values = game.observe(solve(game.form()))["weak_value"][:, 0]
    assert values == pytest.approx([10, 14], abs=1e-12)


def test_challengers_are_deterred_from_powers_of_b_on():
    found = thresholds(ChainStore(n_stages=8, b=0.6).form())
    assert found == pytest.approx(0.6 ** np.arange(8, 0, -1), rel=1e-14)


def test_with_fewer_crises_than_the_threshold_the_weak_fight_with_the_published_chance():
    game = ChainStore(n_stages=6, p_tough=0.01, b=0.5, a=2.0)
    plan = solve(game.form()).strategies
    p = 0.01
    for t in range(5):
        least = 0.5 ** (5 - t)
        assert plan["fight"][0, t, 0] == pytest.approx((1 - least) * p / ((1 - p) * least))
    assert plan["fight"][0, 5, 0] == 0


def test_an_indifferent_challenger_stays_out_with_chance_1_over_a():
    plan = solve(ChainStore(n_stages=6, p_tough=0.01, b=0.5, a=1.6).form()).strategies
    for t in range(5):
        assert 1 - plan["challenge"][0, t + 1, 2 + t] == pytest.approx(1 / 1.6)


def test_where_the_first_belief_is_a_power_of_b_the_tie_is_stated_and_broken_as_after_a_fight():
    found = solve(ChainStore(n_stages=3, p_tough=0.125, b=0.5, a=2.0).form())
    assert not found.complete
    assert found.regret < 1e-12
    assert found.strategies["challenge"][0, 0, 0] == pytest.approx(0.5)


def test_a_concession_ends_the_reputation_for_good():
    plan = solve(ChainStore(n_stages=5, p_tough=0.2).form()).strategies
    assert np.all(plan["challenge"][0, 1:, 1] == 1)
    assert np.all(plan["belief"][0, :, 1] == 0)
