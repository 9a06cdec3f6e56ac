import ast
import io

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.equilibrium import Selection
from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import TreeForm
from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.games.credibility.escalation_ladder import EscalationLadder
from collsec.games.credibility.tying_hands import TyingHands
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.interchange import write_efg
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.logit_play import by_set, from_centroid, led_to, log_play, logit_play
from collsec.solvers.selection import RiskDominance
from collsec.solvers.signalling import signalling
from collsec.solvers.threat import threat

KINDS = ("hard", "soft")
RATES = np.array([0.0, 0.7, 3.0, 20.0, 300.0])


def drawn(n_games, seed=0):
    """Threats with payoffs in the order of the published game, and any chance to be hard."""
    rng = np.random.default_rng(seed)
    low, middle, high, top = np.sort(rng.uniform(0, 1, (4, n_games)), axis=0)
    worst, lesser, better, best = np.sort(rng.uniform(0, 1, (4, n_games)), axis=0)
    return UnilateralDeterrence(
        c_dd_soft=low - 0.1, c_cd=low, c_dd_hard=middle, c_sq=high, c_dc=top,
        d_dd_soft=worst - 0.1, d_dc=worst, d_dd_hard=lesser, d_cd=better, d_sq=best,
        p_challenger_hard=rng.uniform(0.02, 0.98, n_games),
        p_defender_hard=rng.uniform(0.02, 0.98, n_games),
    )  # fmt: skip


def worths(form, play):
    """What demanding, resisting and fighting are worth more than the other action, by type.

    Straight from the payoffs; play are chances of one game, shape (points, 2).
    """
    demand, resist, fight = play
    mine, theirs = form.utility[:, 0], form.utility[:, 1]
    odds = form.odds
    gains = [np.zeros_like(demand) for _ in range(3)]
    for own in (0, 1):
        parts = [
            odds[1, j]
            * ((1 - resist[:, j]) * mine[1, own, j]
               + resist[:, j] * (fight[:, own] * mine[3, own, j]
                                 + (1 - fight[:, own]) * mine[2, own, j]))
            for j in (0, 1)
        ]  # fmt: skip
        gains[0][:, own] = sum(parts) - (odds[1] * mine[0, own]).sum()
        weight = [odds[0, i] * demand[:, i] for i in (0, 1)]
        parts = [
            weight[i] * (fight[:, i] * theirs[3, i, own] + (1 - fight[:, i]) * theirs[2, i, own]
                         - theirs[1, i, own])
            for i in (0, 1)
        ]  # fmt: skip
        gains[1][:, own] = sum(parts) / sum(weight)
        weight = [odds[1, j] * resist[:, j] for j in (0, 1)]
        parts = [weight[j] * (mine[3, own, j] - mine[2, own, j]) for j in (0, 1)]
        gains[2][:, own] = sum(parts) / sum(weight)
    return gains


@pytest.mark.parametrize("rho", [0.0, 0.4])
def test_every_type_answers_what_its_actions_are_worth_to_it_at_every_move(rho):
    games = drawn(6)
    whole = games.form().under(Assumptions(relative_gains=rho))
    play = logit_play(whole.tree(), RATES)
    for game in range(6):
        one = games.replace(**{key: v[game] for key, v in games.values.items() if np.ndim(v)})
        form = one.form().under(Assumptions(relative_gains=rho))
        chances = [
            np.stack([play[name.format(kind)][game, :, 1] for kind in KINDS], axis=-1)
            for name in ("{} challenger", "{} defender", "{} challenger, resisted")
        ]
        for chosen, gain in zip(chances, worths(form, chances), strict=True):
            expected = 1 / (1 + np.exp(np.clip(-RATES[:, None] * gain, -600, 600)))
            np.testing.assert_allclose(chosen, expected, atol=1e-9)


def test_the_branch_of_the_published_example_ends_where_both_sides_bluff():
    tree = UnilateralDeterrence().form().tree()
    play = logit_play(tree, np.array([1e8]))
    assert play["soft challenger"][0, 1] == pytest.approx(0.4, abs=1e-6)
    assert play["soft defender"][0, 1] == pytest.approx(2 / 7, abs=1e-6)


def test_the_branch_ends_in_a_listed_equilibrium_and_never_where_nobody_dares_to_demand():
    """Steadfast deterrence needs soft defenders who resist a demand that is not made."""
    found = threat(drawn(60, seed=4).form())
    several = found.count > 1
    assert several.mean() > 0.2
    assert np.all(found.centroid[~several] == 0)
    assert np.mean(found.centroid[several] >= 0) > 0.95
    demands = (found.strategies["demand"] > 0).any(axis=-1)
    assert np.all(~demands[several, 0])
    assert np.all(found.centroid[several] != 0)
    tree = found.form.tree()
    play = logit_play(tree, np.array([1e6]))
    ends = tree.outcomes(found.form.in_tree(found.strategies))
    for game in np.flatnonzero(several & (found.centroid >= 0)):
        reached = tree.outcomes(play)[game, 0]
        np.testing.assert_allclose(ends[game, found.centroid[game]], reached, atol=1e-3)


def test_one_game_alone_has_the_bits_it_has_in_a_batch():
    games = drawn(8, seed=5)
    whole = threat(games.form())
    rates = np.array([1.0, 1e5])
    play = logit_play(games.form().tree(), rates)
    for game in range(8):
        one = games.replace(**{key: v[game] for key, v in games.values.items() if np.ndim(v)})
        assert threat(one.form()).centroid == whole.centroid[game]
        for name, mix in logit_play(one.form().tree(), rates).items():
            assert np.array_equal(mix, play[name][game], equal_nan=True)


def test_units_and_origins_of_payoffs_choose_nothing():
    games = drawn(30, seed=6)
    moved = {
        key: 3 * v + (5 if key.startswith("c_") else -2)
        for key, v in games.values.items()
        if key.startswith(("c_", "d_"))
    }
    first, second = threat(games.form()), threat(games.replace(**moved).form())
    assert np.array_equal(first.centroid, second.centroid)


def beer_and_quiche(strong):
    """The game of Cho and Kreps (1987): who had quiche for breakfast is bullied."""

    def meal(kind, drink, liked):
        fight = end(liked, 1.0 if kind == "weak" else 0.0)
        spare = end(liked + 2.0, 0.0 if kind == "weak" else 1.0)
        return decision("B", f"after {drink}", {"duel": fight, "leave": spare})

    def breakfast(kind, drink_liked):
        beer, quiche = drink_liked
        options = {"beer": meal(kind, "beer", beer), "quiche": meal(kind, "quiche", quiche)}
        return decision("A", kind, options)

    deal = {
        "strong": (strong, breakfast("strong", (1.0, 0.0))),
        "weak": (1 - strong, breakfast("weak", (0.0, 1.0))),
    }
    return TreeForm.grow(chance(deal), ("A", "B"))


def test_all_have_beer_where_all_could_have_quiche():
    found = signalling(beer_and_quiche(0.9))
    assert found.count == 2
    place = int(found.select(RiskDominance()))
    assert found.strategies["strong"][place].tolist() == [1.0, 0.0]
    assert found.strategies["weak"][place].tolist() == [1.0, 0.0]


def test_logit_play_leads_to_the_entry_whose_ends_it_comes_to_wherever_that_stands():
    tree = beer_and_quiche(0.9)
    ends = tree.outcomes(signalling(tree).strategies)
    beer = int(led_to(tree, ends, np.array(True)))
    assert int(led_to(tree, ends[::-1], np.array(True))) == 1 - beer
    assert led_to(tree, ends, np.array(False)) == -1


def test_where_there_is_one_equilibrium_play_leads_there_without_being_followed():
    found = signalling(beer_and_quiche(np.array([0.1, 0.1])))
    assert found.count.tolist() == [1, 1]
    assert from_centroid(None, found).tolist() == [0, 0]
    several = signalling(beer_and_quiche(np.array([0.1, 0.9])))
    led = from_centroid(several.form, several)
    assert led.tolist() == several.centroid.tolist()
    assert several.strategies["weak"][1, led[1]].tolist() == [1.0, 0.0]


def test_of_errors_too_rare_to_be_numbers_it_is_known_which_is_rarer():
    tree = beer_and_quiche(0.9)
    logs = by_set(tree, log_play(tree, np.array([1.0, 1e4])))
    play = logit_play(tree, np.array([1.0, 1e4]))
    for name, mix in play.items():
        assert np.array_equal(np.exp(logs[name]), mix)
    assert play["strong"][1, 1] == 0.0
    assert logs["strong"][1, 1] < -5e3


def test_the_lever_takes_what_logit_play_leads_to():
    found = threat(drawn(60, seed=4).form())
    known = found.centroid >= 0
    merit = found.payoffs[..., 1]
    chosen = found.choose(Selection.RISK_DOMINANT, merit)
    assert np.array_equal(chosen[known], found.centroid[known])
    assert np.array_equal(found.select(RiskDominance()), found.centroid)
    assert np.any(chosen != found.choose(Selection.BEST, merit))


def test_where_no_solver_follows_play_the_rule_says_so_unless_there_is_nothing_to_choose():
    alone = solve(AudienceCosts().form())
    assert alone.select(RiskDominance()) == 0
    several = solve(TyingHands(sunk=0.6, tied=0.0).form())
    assert several.count > 1
    with pytest.raises(ParameterError, match="follows play from the centroid"):
        several.select(RiskDominance())


def test_an_answer_says_where_the_worst_stands_in_for_the_risk_dominant():
    games = TyingHands(sunk=[0.6, 0.01], tied=0.0).form()
    found = solve(games)
    assert found.count.tolist() == [3, 1]
    assert found.is_untraced(Selection.RISK_DOMINANT).tolist() == [True, False]
    assert not found.is_untraced(Selection.WORST).any()
    mixed = np.array([Selection.BEST, Selection.RISK_DOMINANT])
    assert not found.is_untraced(mixed).any()
    assert not threat(drawn(60, seed=4).form()).is_untraced(Selection.RISK_DOMINANT).all()


def test_ladders_are_chosen_from_as_the_trees_that_they_are():
    rng = np.random.default_rng(4)
    n = 400
    low = rng.uniform(0.01, 0.99, n)
    form = EscalationLadder(
        n_steps=4, risk=rng.uniform(0.01, 0.24, n), resolve_challenger=rng.uniform(0.01, 0.99, n),
        resolve_defender=low, resolve_defender_high=low + (0.999 - low) * rng.uniform(0, 1, n),
        p_irresolute=rng.uniform(0.01, 0.99, n), status_quo=rng.uniform(0, 1, n),
    ).form()  # fmt: skip
    found, tree = solve(form), form.tree()
    several = np.flatnonzero(found.count > 1)
    theirs = signalling(tree)
    assert several.size >= 4
    assert not found.is_untraced(Selection.RISK_DOMINANT).any()
    ends = tree.outcomes(form.in_tree(found.strategies))
    for game in several:
        expected = tree.outcomes(theirs.strategies)[game, theirs.centroid[game]]
        assert ends[game, found.centroid[game]] == pytest.approx(expected, abs=1e-7)


def test_gambit_plays_alike():
    gambit = pytest.importorskip("pygambit")
    game = UnilateralDeterrence(p_challenger_hard=0.75, p_defender_hard=0.25)
    tree = game.form().tree()
    theirs = gambit.read_efg(io.StringIO(write_efg(tree)))
    for rate in (1.0, 5.0, 20.0):
        mine = logit_play(tree, np.array([rate]))
        answer = gambit.qre.logit_solve_lambda(theirs, lam=rate, use_strategic=False)[0]
        profile = ast.literal_eval(str(answer.profile))
        for place, player in enumerate(tree.players):
            own = [known for known in tree.information_sets if known.player == place]
            for known, mix in zip(own, profile[player], strict=True):
                expected = [mix[action] for action in known.actions]
                assert mine[known.name][0] == pytest.approx(expected, abs=1e-6)


def test_play_from_the_centroid_is_followed_only_if_somebody_asks(monkeypatch):
    calls = []

    def counted(*arguments):
        calls.append(1)
        return led_to(*arguments)

    monkeypatch.setattr("collsec.solvers.logit_play.led_to", counted)
    found = threat(drawn(60, seed=4).form())
    merit = found.payoffs[..., 1]
    found.choose(Selection.BEST, merit)
    found.choose(np.array([Selection.WORST, Selection.BEST])[[0] * 60], merit)
    assert not calls
    found.choose(Selection.RISK_DOMINANT, merit)
    found.select(RiskDominance())
    assert len(calls) == 1
