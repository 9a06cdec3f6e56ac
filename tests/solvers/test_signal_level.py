import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.forms._surprise import sure
from collsec.forms.costly_signal import CostlySignalForm
from collsec.games.credibility.choosing_signals import ChoosingSignals
from collsec.solvers.signal_level import signal_level


@st.composite
def games(draw):
    return ChoosingSignals(
        tied_share=draw(st.floats(0, 1)),
        victory=draw(st.floats(0.3, 1)),
        war_cost=draw(st.floats(0.05, 1.5)),
        hawkish=draw(st.floats(0.02, 0.6)),
        receiver_cost=draw(st.floats(0.3, 4)),
    )


def closed(game):
    """Level and cutoff by the formulas of the game's page."""
    share, wins, cost, low = (
        float(getattr(game, name)) for name in ("tied_share", "victory", "war_cost", "hawkish")
    )
    kept = 1 - low + wins * low
    level = (1 - low) * cost / (share * kept + wins * (1 - share))
    return level, (low * cost + (1 - share) * level) / kept


@settings(max_examples=30)
@given(games())
def test_without_relative_gains_there_is_one_equilibrium_and_it_is_the_closed_form(game):
    found = signal_level(game.form())
    assert found.count == 1
    assert found.complete
    level, cutoff = closed(game)
    assume(abs(cutoff - 1) > 1e-9)
    seen = game.observe(found)
    if cutoff < 1:
        assert seen["level"][0] == pytest.approx(level, rel=1e-9)
        assert seen["cutoff"][0] == pytest.approx(cutoff, rel=1e-9)
        assert seen["war"][0] == pytest.approx(float(game.hawkish) * (1 - cutoff), abs=1e-9)
    else:
        assert seen["signal"][0] == 0
    assert seen["bluff"][0] == 0


@settings(max_examples=30)
@given(games(), st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_the_more_is_tied_the_better_for_the_sender_and_the_more_war(game, shares):
    many = game.replace(tied_share=np.sort(shares))
    seen = many.observe(signal_level(many.form()))
    for name in ("sender_payoff", "war", "signal"):
        assert np.all(np.diff(seen[name][:, 0]) >= -1e-12), name


@settings(max_examples=25)
@given(games())
def test_on_a_grid_of_types_and_levels_nobody_has_anything_to_gain(game):
    """The plan in the game with finitely many types and messages, certified by its own form."""
    level, cutoff = closed(game)
    assume(0.02 < cutoff < 0.98 and level > 0.02)
    types, eager = (np.arange(160) + 0.5) / 160, float(game.hawkish / (1 - game.hawkish))
    eager *= float(game.receiver_cost)
    first = types[types >= cutoff][0]
    margin = first - cutoff
    others = np.linspace(0.0, 3 * level, 41)
    others = others[np.abs(others - level) > 2 * margin / max(float(game.tied_share), 0.05) + 1e-6]
    levels = np.concatenate([[0.0, level], others])
    share, wins, cost = (float(getattr(game, k)) for k in ("tied_share", "victory", "war_cost"))
    form = CostlySignalForm(
        value=types, chance=np.full(160, 1 / 160), sunk=(1 - share) * levels, tied=share * levels,
        pledged=np.zeros(levels.size), war_cost=game.war_cost, victory=game.victory,
        eager=np.asarray(eager), reluctant=game.receiver_cost,
    )  # fmt: skip
    fights = (wins * types - cost)[:, None] >= -share * levels - 1e-12
    signal = np.zeros((160, levels.size))
    signal[types < cutoff, 0] = signal[types >= cutoff, 1] = 1
    laid_to = np.where(levels < level, np.searchsorted(types, cutoff) - 1, 159)
    believed = np.zeros_like(signal)
    believed[laid_to, np.arange(levels.size)] = 1
    push = np.where(fights[laid_to, np.arange(levels.size)], float(game.hawkish), 1.0)
    push[:2] = 1.0, float(game.hawkish)
    plan = {"signal": signal, "fight": fights * 1.0, "push": push, "belief": believed}
    regret = form.regret({key: value[None] for key, value in plan.items()})[0]
    assert regret < margin + 1e-9


def bluffing(game, level):
    """The plan in which those who would give in send this level too, by halving their cutoff."""
    share, wins, cost, low = (
        float(getattr(game, name)) for name in ("tied_share", "victory", "war_cost", "hawkish")
    )
    top_cost = float(game.receiver_cost)
    eager = top_cost * low / (1 - low)
    fights = (cost - share * level) / wins

    def after(bluffs):
        trust = (1 - fights) / (1 - bluffs)
        return min(((1 - trust) / trust + eager) / (eager + top_cost), 1.0)

    low_end, high_end = 0.0, fights
    for _ in range(100):
        middle = (low_end + high_end) / 2
        push = after(middle)
        gains = (1 - push) * middle - push * share * level - (1 - share) * level
        low_end, high_end = (middle, high_end) if gains < 0 else (low_end, middle)
    push = after(high_end)
    return {
        "cutoff": np.array([high_end]),
        "level": np.array([level]),
        "fight_from": np.array([[cost / wins, fights]]),
        "push": np.array([[1.0, push]]),
        "refined": np.array([1.0]),
    }


def test_bluffing_with_sunk_costs_lasts_only_if_a_louder_signal_is_not_taken_for_resolve():
    game = ChoosingSignals(tied_share=0.0)
    plan, form = bluffing(game, 0.7 * closed(game)[0]), game.form()
    assert form.parts(plan).chance[0, 1, 0] > 0.05
    assert form.regret(plan)[0] > 0.02
    assert form.regret(plan | {"refined": np.zeros(1)})[0] < 1e-9


def test_bluffing_with_tied_hands_is_broken_whatever_is_believed():
    """Hands that are tied tightly enough make anyone fight."""
    game = ChoosingSignals(tied_share=1.0)
    plan, form = bluffing(game, 0.7 * closed(game)[0]), game.form()
    assert form.parts(plan).chance[0, 1, 0] > 0.05
    for refined in (0.0, 1.0):
        assert form.regret(plan | {"refined": np.full(1, refined)})[0] > 0.02


def test_silence_lasts_only_if_a_signal_is_not_taken_for_resolve():
    form = ChoosingSignals(tied_share=0.0).form()
    found = signal_level(form)
    push = 1.0
    for _ in range(200):
        fight = 1 - 0.625
        push = min(((1 - fight) / fight + 2 / 9) / (2 + 2 / 9), 1.0)
    silent = {
        "cutoff": np.array([1.0]),
        "level": np.array([0.0]),
        "fight_from": np.array([[0.625, 0.625]]),
        "push": np.array([[push, 1.0]]),
        "refined": np.array([1.0]),
    }
    assert form.regret(silent)[0] > 0.3
    lax = silent | {"refined": np.zeros(1)}
    assert form.regret(lax | {"push": np.array([[push, form.unsent(lax)[0, 1]]])})[0] < 1e-12
    assert found.payoffs[0, 0] < form.payoffs(silent)[0, 0]


@pytest.mark.parametrize("level", [None, 0.0, 0.1, 0.4, 1.2])
def test_a_surprise_is_laid_to_values_with_certain_replies_on_both_sides_of_the_push(level):
    form = ChoosingSignals(tied_share=np.array([0.0, 0.3, 0.7, 1.0])[:, None]).form()
    found = signal_level(form.under(Assumptions(relative_gains=np.array([0.0, 0.2, 0.5]))))
    is_refined = found.strategies["refined"] == 1
    assert is_refined.sum() >= 8
    sent = None if level is None else np.full(is_refined.shape, level)
    push, gentle, fierce = found.form.surprised(found.strategies, sent)
    stakes = found.form.stakes(None if sent is None else sent[..., None])
    below, above = (sure(stakes, value[..., None])[..., 0] for value in (gentle, fierce))
    assert np.all(below[is_refined] <= push[is_refined] + 1e-9)
    assert np.all(above[is_refined] >= push[is_refined] - 1e-9)


@pytest.mark.parametrize("key", ["cutoff", "push", "fight_from", "level"])
def test_other_plans_are_regretted(key):
    found = signal_level(ChoosingSignals(tied_share=0.5).form())
    changed = {name: value.copy() for name, value in found.strategies.items()}
    changed[key] = changed[key] + (0.05 if key == "fight_from" else -0.05)
    assert found.form.regret(changed)[0] > 1e-3


@pytest.mark.parametrize(
    "levers", [Assumptions(), Assumptions(relative_gains=0.2, pledge_cost=0.3)]
)
def test_play_with_drawn_types_has_the_expected_payoffs(levers):
    game = ChoosingSignals(tied_share=0.7)
    found = signal_level(game.form().under(levers))
    form, plan, rng = found.form, found.strategies, np.random.default_rng(2)
    value, cost = rng.uniform(0, 1, 400_000), rng.uniform(-2 / 9, 2, 400_000)
    signals = (value >= plan["cutoff"][0]).astype(int)
    pushed = (cost + 2 / 9) / (2 + 2 / 9) < plan["push"][0][signals]
    fights = value >= plan["fight_from"][0][signals]
    level = plan["level"][0] * signals
    given = -0.7 * level - form.breach * signals
    mine = np.where(pushed, np.where(fights, 0.8 * value - 0.5, given), value) - 0.3 * level
    theirs = np.where(pushed, np.where(fights, -cost, 1.0), 0.0)
    rho = float(form.rho)
    assert np.mean(mine - rho * theirs) == pytest.approx(found.payoffs[0, 0], abs=4e-3)
    assert np.mean(theirs - rho * mine) == pytest.approx(found.payoffs[0, 1], abs=4e-3)
    assert np.mean(pushed & fights) == pytest.approx(form.war_chance(plan)[0], abs=2e-3)


def test_relative_gains_end_in_silence_and_war():
    game = ChoosingSignals(tied_share=[0.0, 0.5, 1.0])
    found = signal_level(game.form().under(Assumptions(relative_gains=0.5)))
    seen = game.observe(found)
    assert found.count.tolist() == [1, 1, 1]
    assert seen["signal"][:, 0].tolist() == [0, 0, 0]
    assert seen["war"][:, 0] == pytest.approx([(0.3 + 2 / 9) / (2 + 2 / 9)] * 3)
    assert not found.complete.any()


def drawn(n_games, seed):
    rng = np.random.default_rng(seed)
    share = np.where(rng.random(n_games) < 0.3, rng.integers(0, 2, n_games), rng.random(n_games))
    return ChoosingSignals(
        tied_share=share,
        victory=rng.uniform(0.3, 1, n_games),
        war_cost=rng.uniform(0.05, 1.5, n_games),
        hawkish=rng.uniform(0.02, 0.6, n_games),
        receiver_cost=rng.uniform(0.3, 4, n_games),
    )


@pytest.mark.parametrize(
    ("rho", "pledge_cost"), [(0.0, 0.3), (0.1, 0.3), (0.5, 0.0), (0.5, 0.3), (1.0, 1.0)]
)
def test_every_random_game_has_an_equilibrium_and_most_have_one_that_the_criterion_leaves(
    rho, pledge_cost
):
    levers = Assumptions(relative_gains=rho, pledge_cost=pledge_cost)
    found = signal_level(drawn(60, seed=3).form().under(levers))
    assert np.all(found.count > 0)
    assert np.nanmax(found.regret) < 4e-9
    refined = np.nanmax(found.strategies["refined"], axis=-1)
    assert np.mean(refined) >= (0.75 if rho > 0 else 1.0)
    spread = np.nanmin(found.strategies["refined"], axis=-1)
    assert np.array_equal(refined, spread), "others are listed only where the criterion leaves none"


def left_by_the_criterion(gains):
    """Which types (columns) criterion D1 leaves, by what each gains at each reply (rows)."""
    weakly, strictly = gains >= -1e-9, gains > 1e-9
    covers = (weakly.T.astype(int) @ ~strictly) == 0
    outdone = (covers & (strictly.sum(axis=0) > weakly.sum(axis=0)[:, None])).any(axis=1)
    return np.flatnonzero(~outdone) if strictly.any() else np.arange(gains.shape[1])


def on_a_grid(form, plan, k, n_types=40, n_levels=16, n_replies=301):
    """The regret of an equilibrium, with finitely many types, levels and replies.

    To each level that is not sent every reply on the grid is tried that is best for some belief,
    or, where the equilibrium says so, for some belief on types that criterion D1 leaves; the
    criterion is read off from all gains at all replies.
    """
    one = {key: np.asarray(part)[k] for key, part in plan.items()}
    rho, share, wins, toll, top, breach, eager, span = (
        float(np.broadcast_to(getattr(form, name), form.batch_shape)[k[0]])
        for name in ("rho", "tied_share", "victory", "toll", "ceiling", "breach", "eager", "span")
    )
    edges = [one["cutoff"], *one["fight_from"]]
    types = np.concatenate([(np.arange(n_types) + 0.5) / n_types * top, np.clip(edges, 0, top)])
    types = np.unique(np.concatenate([types, [0.0, top]]))
    pushes = np.linspace(0, 1, n_replies)[:, None]

    def worth(level, push, lost):
        war = wins * types - toll + rho * (push * span / 2 - eager)
        return (1 - push) * types + push * np.maximum(war, -rho - lost) - (1 - share) * level

    level = float(one["level"])
    pair = worth(0.0, one["push"][0], 0.0), worth(level, one["push"][1], share * level + breach)
    has = np.where((types >= one["cutoff"]) & (one["cutoff"] < top), pair[1], pair[0])
    gain = max(float((value - has).max()) for value in pair)
    for other in np.linspace(0, 2 * (top + toll), n_levels + 1)[0 if breach > 0 else 1 :]:
        lost = share * other + breach
        last = pushes * span - eager
        fights = wins * types - toll + rho * (pushes * span / 2 - eager) >= -rho - lost
        tempts = np.where(fights, rho * ((1 - wins) * types + toll) - last, 1 + rho * lost)
        gains = worth(other, pushes, lost) - has
        sure = np.where((tempts <= 0).any(axis=0), np.argmax(tempts <= 0, axis=0), n_replies - 1)
        possible = np.arange(sure.min(), n_replies)
        possible = possible[(tempts[possible].max(axis=1) >= -2 * span / n_replies)]
        if one["refined"] == 1:
            left = sure[left_by_the_criterion(gains[possible])]
            possible = np.arange(left.min(), left.max() + 1)
        gain = max(gain, float(gains[possible].max(axis=1).min()))
    return gain


@pytest.mark.parametrize(("rho", "pledge_cost"), [(0.5, 0.3), (0.3, 0.0)])
def test_no_equilibrium_is_broken_on_a_grid_of_types_levels_and_replies(rho, pledge_cost):
    levers = Assumptions(relative_gains=rho, pledge_cost=pledge_cost)
    form = drawn(60, seed=3).form().under(levers)
    plan, kinds = signal_level(form).strategies, set()
    for game in range(0, 60, 6):
        bluffs = form.parts(plan).chance[game, 0, 1, 0] > 1e-6
        kinds.add((bool(bluffs), bool(plan["cutoff"][game, 0] == 0)))
        assert on_a_grid(form, plan, (game, 0)) < 0.02, game
    assert len(kinds) >= 2


def test_what_is_said_to_fail_the_criterion_is_broken_on_the_grid_if_it_is_applied():
    form = drawn(60, seed=3).form().under(Assumptions(relative_gains=0.1, pledge_cost=0.3))
    plan = signal_level(form).strategies
    weak = np.flatnonzero(plan["refined"][:, 0] == 0)[:4]
    lax = [on_a_grid(form, plan, (game, 0)) for game in weak]
    claimed = plan | {"refined": np.ones_like(plan["refined"])}
    strict = [on_a_grid(form, claimed, (game, 0)) for game in weak]
    assert max(lax) < 0.02
    assert np.median(strict) > 0.03


def test_bluffers_cannot_be_shaken_off_where_a_rival_loses_more_by_giving_in_than_by_war():
    """A louder signal would be laid to them: nobody gains more by being pushed less.

    Hands are not tied, so that a bare pledge costs nothing until it is broken. Whoever gives in
    loses v + ρ + μαc by being pushed, and whoever fights (1 - w) v + c less ρ times what those who
    push lose.
    """
    game = ChoosingSignals(
        tied_share=0.0, victory=0.673, war_cost=1.463, hawkish=0.187, receiver_cost=2.271
    )
    levers = Assumptions(relative_gains=0.3, pledge_cost=0.3)
    found = signal_level(game.form().under(levers))
    seen = game.observe(found)
    assert found.strategies["refined"].tolist() == [1.0]
    assert seen["level"].tolist() == [0.0]
    assert seen["bluff"][0] > 0.05
    assert found.strategies["cutoff"][0] < found.strategies["fight_from"][0, 1] < 1
    alone = signal_level(game.form().under(Assumptions(pledge_cost=0.3)))
    assert game.observe(alone)["bluff"].tolist() == [0.0]


def test_a_game_without_relative_gains_is_solved_alike_beside_games_with_them():
    games = drawn(40, seed=5)
    alone = signal_level(games.form())
    levers = Assumptions(relative_gains=np.where(np.arange(40) % 2, 0.3, 0.0))
    mixed = signal_level(games.form().under(levers))
    assert np.all(mixed.count[::2] == 1)
    for key, value in alone.strategies.items():
        assert np.array_equal(mixed.strategies[key][::2, 0], value[::2, 0], equal_nan=True), key


def test_where_war_costs_the_sender_nothing_a_signal_need_cost_nothing():
    """With w = 1 and a mandate that pays for a war no push makes a signal dearer to who fights."""
    game = ChoosingSignals(victory=1.0, mandate=1.0)
    found = signal_level(game.form().under(Assumptions(legitimacy=1.0)))
    assert found.count == 1
    assert found.strategies["level"].tolist() == [0.0]
    assert found.payoffs[0, 0] == pytest.approx(0.5)
