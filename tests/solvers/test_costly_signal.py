import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.forms.costly_signal import CostlySignalForm
from collsec.games.credibility.tying_hands import TyingHands
from collsec.parameters import ParameterError
from collsec.solvers.costly_signal import costly_signal

SHARE = st.floats(0.05, 0.95)


@st.composite
def games(draw):
    cost = draw(st.floats(0.2, 2))
    return TyingHands(
        war_cost=cost,
        irresolute_value=cost * draw(SHARE),
        resolved_value=cost * draw(st.floats(1, 3)),
        resolve=draw(SHARE),
        hawkish=draw(st.floats(0.02, 0.6)),
        receiver_cost=draw(st.floats(0.5, 4)),
        sunk=cost * draw(st.floats(0.001, 1)),
        tied=draw(st.sampled_from([0.0, 0.3, 1.5])) * cost,
    )


def push(game, credibility):
    """π(φ), in the symbols of the literature."""
    eager = game.receiver_cost * game.hawkish / (1 - game.hawkish)
    cutoff = min((1 - credibility) / credibility, game.receiver_cost) if credibility else np.inf
    return min((cutoff + eager) / (eager + game.receiver_cost), 1.0)


def gains(game, weak, strong):
    """What the signal is worth to both types, by the formulas of the model with ρ = 0."""
    p, value, cost = float(game.resolve), float(game.irresolute_value), float(game.war_cost)
    commits = value - cost + game.tied >= 0
    sent, unsent = p * strong + (1 - p) * weak, p * (1 - strong) + (1 - p) * (1 - weak)
    believed = p * strong / sent if sent else 1.0
    after = push(game, 1.0 if commits else believed)
    before = push(game, p * (1 - strong) / unsent if unsent else 0.0)
    resolved = (before - after) * cost - game.sunk
    pushed = value - cost if commits else -float(game.tied)
    return (1 - after) * value + after * pushed - game.sunk - (1 - before) * value, resolved


def crossings(game, kind, other):
    """How often this type's gain changes sign as it mixes, where the other agrees to its choice."""

    def both(chance):
        return gains(game, *((chance, other) if kind == 0 else (other, chance)))

    places = np.linspace(1e-5, 1 - 1e-5, 41)
    signs = np.array([both(place)[kind] > 0 for place in places])
    count = 0
    for k in np.flatnonzero(signs[:-1] != signs[1:]):
        low, high = places[k], places[k + 1]
        for _ in range(45):
            middle = (low + high) / 2
            low, high = (middle, high) if (both(middle)[kind] > 0) == signs[k] else (low, middle)
        count += (2 * other - 1) * both(low)[1 - kind] >= 0
    return count


@settings(max_examples=15)
@given(games())
def test_without_relative_gains_a_search_along_all_edges_finds_the_same_equilibria(game):
    found = costly_signal(game.form())
    assume(found.complete)
    listed = found.strategies["signal"][..., 1]
    mixing = (listed > 0) & (listed < 1)
    assume(
        np.all((listed < 1e-4) == (listed == 0)) and np.all((listed > 1 - 1e-4) == (listed == 1))
    )
    for kind, other in itertools.product((0, 1), (0, 1)):
        here = mixing[:, kind] & (listed[:, 1 - kind] == other)
        assert crossings(game, kind, other) == here.sum(), (kind, other)
    for weak, strong in itertools.product((0, 1), (0, 1)):
        weak_gain, strong_gain = gains(game, weak, strong)
        holds = (2 * weak - 1) * weak_gain >= 0 and (2 * strong - 1) * strong_gain >= 0
        assert np.any(np.all(listed == [weak, strong], axis=-1)) == holds, (weak, strong)


@settings(max_examples=5)
@given(games())
def test_without_relative_gains_both_types_are_never_indifferent_at_once(game):
    """By what each loses when pushed, their gains differ by k (1 - v_I / c) where one is 0."""
    least = 0.5 * float(game.sunk * (1 - game.irresolute_value / game.war_cost))
    inside = np.linspace(0.02, 0.98, 25)
    for weak, strong in itertools.product(inside, inside):
        assert np.max(np.abs(gains(game, weak, strong))) > least


@settings(max_examples=10)
@given(games(), st.floats(0, 0.9))
def test_whatever_is_found_is_certified_also_with_relative_gains(game, rho):
    form = game.form().under(Assumptions(relative_gains=np.array([0.0, rho])))
    found = costly_signal(form)
    assert found.count[0] >= 1
    assert np.nanmax(found.regret) < 1e-9 * (3 + 5 * float(game.war_cost))


def drawn(n_games, seed):
    """Games from the whole range of parameters, a third of them with free or tied signals alone."""
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.05, 2, n_games)
    sunk, tied = cost * rng.uniform(0, 1.3, (2, n_games)) * (rng.random((2, n_games)) < 0.7)
    return TyingHands(
        war_cost=cost,
        irresolute_value=cost * rng.uniform(0.02, 0.98, n_games),
        resolved_value=cost * rng.uniform(1, 3, n_games),
        resolve=rng.uniform(0.02, 0.98, n_games),
        hawkish=rng.uniform(0.01, 0.9, n_games),
        receiver_cost=rng.uniform(0.1, 4, n_games),
        sunk=sunk,
        tied=tied,
    )


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_no_random_game_is_without_an_equilibrium(rho):
    found = costly_signal(drawn(2000, seed=4).form().under(Assumptions(relative_gains=rho)))
    assert found.count.min() >= 1


def indifferent(game, rho, weak, strong):
    """What either type gains by the signal if they send it with these chances, by halving.

    In the symbols of the page, for receivers who know how likely the types are after each message.
    """
    cost, resolve, top = (float(getattr(game, k)) for k in ("war_cost", "resolve", "receiver_cost"))
    values = float(game.irresolute_value), float(game.resolved_value)
    eager = top * float(game.hawkish) / (1 - float(game.hawkish))
    worth = np.zeros((2, 2))
    for sent, tied, sunk in ((0, 0.0, 0.0), (1, float(game.tied), float(game.sunk))):
        send = [(1 - resolve) * (weak if sent else 1 - weak)]
        send += [resolve * (strong if sent else 1 - strong)]
        low, high = -eager, top
        for _ in range(60):
            last = (low + high) / 2
            mean = (last - eager) / 2
            fights = [v - cost + rho * mean >= -tied - rho for v in values]
            gain = sum(
                chance * (rho * cost - last if fight else 1 + rho * (tied + value))
                for chance, fight, value in zip(send, fights, values, strict=True)
            )
            low, high = (last, high) if gain > 0 else (low, last)
        push, mean = (high + eager) / (top + eager), (high - eager) / 2
        for kind, value in enumerate(values):
            pushed = max(value - cost + rho * mean, -tied - rho)
            worth[sent, kind] = (1 - push) * value + push * pushed - sunk
    return worth[1] - worth[0]


def test_with_relative_gains_both_types_may_have_to_be_indifferent_at_once():
    games, rho = drawn(4000, seed=4), 0.3
    found = costly_signal(games.form().under(Assumptions(relative_gains=rho)))
    chances = found.strategies["signal"][..., 1]
    both = np.all((chances > 0) & (chances < 1), axis=-1)
    alone = np.flatnonzero(both[:, 0] & (found.count == 1))
    assert alone.size >= 3
    for k in alone:
        one = games.replace(**{name: value[k] for name, value in games.values.items()
                               if np.ndim(value)})  # fmt: skip
        np.testing.assert_allclose(indifferent(one, rho, *chances[k, 0]), 0, atol=1e-8)


def test_a_dear_signal_has_three_equilibria_and_silence_is_one_of_them():
    found = costly_signal(TyingHands(sunk=0.62, tied=0.0).form())
    assert found.strategies["signal"][:, 1, 1] == pytest.approx([1, 0.05645161, 0], abs=1e-8)
    assert found.strategies["signal"][:, 0, 1].tolist() == [0, 0, 0]


def test_a_surprising_signal_is_laid_to_the_resolved_and_so_breaks_silence():
    found = costly_signal(TyingHands(sunk=0.2, tied=0.0).form())
    assert found.count == 1
    silence = {key: value[:1].copy() for key, value in found.strategies.items()}
    silence["signal"][0] = [[1, 0], [1, 0]]
    silence["push"][0] = [0.9357142857142857, 0.1]
    silence["belief"][0] = [[0.65, 0], [0.35, 1]]
    assert found.form.regret(silence)[0] == pytest.approx(0.835714285714 * 0.7 - 0.2, abs=1e-9)
    silence["push"][0, 1], silence["belief"][0, :, 1] = 1.0, [1, 0]
    assert found.form.regret(silence)[0] < 1e-12


@pytest.mark.parametrize("key", ["push", "fight", "signal"])
def test_other_plans_are_regretted(key):
    found = costly_signal(TyingHands().form())
    changed = {name: value.copy() for name, value in found.strategies.items()}
    if key == "push":
        changed[key][0, 1] += 0.01
    elif key == "fight":
        changed[key][0, 1, 1] -= 0.01
    else:
        changed[key][0, 0] = [0.5, 0.5]
    assert found.form.regret(changed)[0] > 1e-3


def test_relative_gains_make_everyone_fight_and_signals_useless():
    game = TyingHands(sunk=0.2, tied=0.0)
    found = costly_signal(game.form().under(Assumptions(relative_gains=0.5)))
    shown = game.observe(found)
    assert shown["signal"].tolist() == [0]
    assert shown["war"] == pytest.approx([(2 / 9 + 0.35) / (2 / 9 + 2)], abs=1e-12)


def test_where_a_type_is_just_indifferent_the_list_is_not_called_complete():
    dear = 0.9 * 0.7
    found = costly_signal(TyingHands(sunk=[dear - 0.01, dear, dear + 0.01], tied=0.0).form())
    assert found.complete.tolist() == [True, False, True]


def test_a_receiver_who_almost_surely_wants_war_is_answered_to_the_last_digit():
    """Its costs of war span a hundred million, so that a push is known to a billionth of a cost."""
    game = TyingHands(
        sunk=0.016918, tied=0.0, resolve=0.889874, resolved_value=0.547662,
        irresolute_value=0.117455, war_cost=0.355624, hawkish=0.999999, receiver_cost=88.264569,
        mandate=-1.0,
    )  # fmt: skip
    levers = Assumptions(monitoring=0.904786, pledge_cost=1.168873, legitimacy=0.177002)
    found = costly_signal(game.form().under(levers))
    assert found.count == 1
    assert found.complete
    silent = found.strategies["signal"][0, :, 0]
    assert silent.tolist() == [1.0, 1.0]


def test_a_game_with_three_types_is_refused():
    form = TyingHands().form()
    three = CostlySignalForm(
        value=np.ones(3), chance=np.full(3, 1 / 3), sunk=form.sunk, tied=form.tied,
        pledged=form.pledged, war_cost=form.war_cost, eager=form.eager, reluctant=form.reluctant,
    )  # fmt: skip
    with pytest.raises(ParameterError, match="two types and two messages"):
        costly_signal(three)


@settings(max_examples=10)
@given(games(), st.floats(0.1, 1))
def test_a_pledge_is_as_good_as_tied_hands(game, pledge):
    assume(abs(float(game.irresolute_value - game.war_cost * (1 - pledge) + game.tied)) > 1e-6)
    pledged = costly_signal(game.form().under(Assumptions(pledge_cost=pledge)))
    tied = costly_signal(game.replace(tied=game.tied + pledge * game.war_cost).form())
    assert pledged.count == tied.count
    np.testing.assert_allclose(pledged.payoffs, tied.payoffs, rtol=0, atol=1e-9)
