import functools
import itertools
from dataclasses import replace

import numpy as np
import pytest

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import BELIEF, TreeForm
from collsec.interchange import as_normal
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers._dominance import rationalisable, undominated
from collsec.solvers._public_tree import read
from collsec.solvers.nashpy_vertex import nashpy_vertex
from collsec.solvers.signalling import signalling


def beer_and_quiche(surly=0.9):
    """Return the game of Cho and Kreps (1987): the surly like beer, and nobody likes to duel."""

    def meal(kind, food):
        liked = float((kind == "surly") == (food == "beer"))
        won = 1.0 if kind == "wimp" else 0.0
        duel, leave = end(liked, won), end(liked + 2.0, 1.0 - won)
        return decision("other", food, {"duel": duel, "leave": leave})

    def play(kind):
        meals = {food: meal(kind, food) for food in ("beer", "quiche")}
        return decision("sender", kind, meals)

    deal = {"surly": (surly, play("surly")), "wimp": (1 - surly, play("wimp"))}
    return TreeForm.grow(chance(deal), ("sender", "other"))


def random_game(seed, n_receivers, n_senders=2):
    draw = np.random.default_rng(seed)
    odds = np.outer(draw.dirichlet(np.ones(n_senders)), draw.dirichlet(np.ones(n_receivers)))

    def reply(i, j, message):
        cells = {action: end(*draw.normal(size=2)) for action in "ud"}
        return decision("receiver", f"receiver {j} {message}", cells)

    def play(i, j):
        return decision("sender", f"sender {i}", {m: reply(i, j, m) for m in "LR"})

    types = itertools.product(range(n_senders), range(n_receivers))
    deal = {f"{i}{j}": (odds[i, j], play(i, j)) for i, j in types}
    return TreeForm.grow(chance(deal), ("sender", "receiver"))


def different(rows):
    kept = []
    for row in rows:
        if all(np.abs(row - old).max() > 1e-6 for old in kept):
            kept.append(row)
    return kept


def outcomes_of_plans(form):
    """Return the play of all Nash equilibria, by the table of plans and another solver."""
    table = as_normal(form)
    found = nashpy_vertex(table)
    own = [[k for k in form.information_sets if k.player == i] for i in (0, 1)]
    rows = []
    for place in range(int(found.count)):
        total = np.zeros(len(form.terminals))
        mixes = [found.strategies[name][place] for name in form.players]
        for plans in np.argwhere(np.outer(*mixes) > 0):
            profile = {}
            for i, sets in enumerate(own):
                actions = np.unravel_index(plans[i], [len(k.actions) for k in sets])
                profile |= {
                    k.name: np.eye(len(k.actions))[a][None]
                    for k, a in zip(sets, actions, strict=True)
                }
            weight = mixes[0][plans[0]] * mixes[1][plans[1]]
            total += weight * form.outcomes(profile)[0]
        rows.append(total)
    return different(rows)


def test_beer_and_quiche_has_two_pooling_equilibria_held_up_by_belief_in_a_wimp():
    found = signalling(beer_and_quiche())
    assert found.count == 2
    assert found.complete
    assert found.n_not_sequential == 0
    assert found.regret.max() < 1e-12
    for place, food, other in ((0, "beer", "quiche"), (1, "quiche", "beer")):
        low, high = found.bounds[BELIEF + other][place].T
        assert found.strategies[BELIEF + food][place] == pytest.approx([0.9, 0.1])
        assert low == pytest.approx([0.0, 0.5])
        assert high == pytest.approx([0.5, 1.0])
        assert found.bounds[other][place, 0] == pytest.approx([0.5, 1.0])


@pytest.mark.parametrize("name", ["low: {}", "high: {}"])
def test_information_sets_of_any_name_are_part_of_the_answer(name):
    """Those called so were not: their strategies were taken for bounds."""
    usual = beer_and_quiche()
    known = tuple(replace(one, name=name.format(one.name)) for one in usual.information_sets)
    found, renamed = signalling(usual), signalling(replace(usual, information_sets=known))
    for one in usual.information_sets:
        new = name.format(one.name)
        assert np.array_equal(renamed.strategies[new], found.strategies[one.name])
        assert np.array_equal(renamed.bounds[new], found.bounds[one.name])
    assert len(renamed.strategies) == len(found.strategies)


def test_when_wimps_are_many_they_mix_and_so_does_the_other():
    found = signalling(beer_and_quiche(surly=0.1))
    assert found.count == 1
    assert found.strategies["surly"][0].tolist() == [1.0, 0.0]
    assert found.strategies["wimp"][0, 0] == pytest.approx(1 / 9)
    assert found.strategies["beer"][0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("seed", "n_receivers", "n_senders"), [(k, 1, 2) for k in range(6)] + [(5, 2, 2), (1, 1, 4)]
)
def test_with_those_filtered_the_equilibria_are_all_that_the_table_of_plans_has(
    seed, n_receivers, n_senders
):
    form = random_game(seed, n_receivers, n_senders)
    found = signalling(form)
    every = outcomes_of_plans(form)
    rows = form.outcomes(found.strategies)[: int(found.count)]
    assert found.complete
    assert len(every) == int(found.count + found.n_not_sequential)
    for row in rows:
        assert min(np.abs(row - other).max() for other in every) < 1e-9


def test_an_empty_threat_is_filtered_and_counted():
    def reply(kind):
        answer = {"fight": end(-1.0, -1.0), "share": end(1.0, 1.0)}
        return decision("incumbent", f"{kind} reply", answer)

    deal = {
        kind: (0.5, decision("entrant", "entry", {"out": end(0.0, 2.0), "in": reply(kind)}))
        for kind in ("weak", "weaker")
    }
    found = signalling(TreeForm.grow(chance(deal), ("entrant", "incumbent")))
    assert found.count == 1
    assert found.n_not_sequential == 1
    assert found.strategies["entry"].tolist() == [[0.0, 1.0]]


def test_in_a_sweep_every_game_has_its_own_number_and_the_same_bits_as_alone():
    surly = np.array([0.1, 0.9])
    swept = signalling(beer_and_quiche(surly))
    assert swept.count.tolist() == [1, 2]
    assert np.isnan(swept.strategies["wimp"][0, 1]).all()
    for k, chance_ in enumerate(surly):
        alone = signalling(beer_and_quiche(chance_))
        for name, mix in alone.strategies.items():
            assert swept.strategies[name][k, : int(alone.count)].tobytes() == mix.tobytes()
            assert swept.bounds[name].shape[-1] == 2
    assert solve(beer_and_quiche()).method == "signalling"


def test_a_continuum_on_the_path_is_said_not_to_be_complete():
    cells = {"l": end(1.0, 0.0), "r": end(1.0, 1.0)}
    deal = {
        kind: (0.5, decision("A", kind, {m: decision("B", m, cells) for m in "xy"}))
        for kind in ("s", "t")
    }
    found = signalling(TreeForm.grow(chance(deal), ("A", "B")))
    assert not found.complete
    assert found.regret[0] < 1e-12


def test_four_types_a_side_have_all_pure_equilibria_that_trying_every_profile_finds():
    """Those in which both messages are sent, so that no belief is free: 14 x 256 profiles."""
    form = random_game(1, n_receivers=4, n_senders=4)
    names = [known.name for known in form.information_sets]
    senders = [name for name in names if name.startswith("sender")]
    profiles = np.array(list(itertools.product((0, 1), repeat=len(names))))
    sent = profiles[:, [names.index(name) for name in senders]].sum(axis=-1)
    profiles = profiles[(sent > 0) & (sent < len(senders))]
    plans = {name: np.eye(2)[profiles[:, k]] for k, name in enumerate(names)}
    expected = {tuple(row) for row in profiles[form.regret(plans) <= 1e-12]}
    found = signalling(form)
    mixes = np.stack([found.strategies[name] for name in names], axis=-2)
    pure = mixes[np.all((mixes == 0) | (mixes == 1), axis=(-1, -2))].argmax(axis=-1)
    both = [names.index(name) for name in senders]
    listed = {tuple(row) for row in pure if 0 < row[both].sum() < len(senders)}
    assert listed == expected
    assert expected
    assert found.complete


def test_actions_that_nothing_justifies_are_told_from_those_that_an_unwise_reply_would():
    """The target may fight only if it were unwise to; the challenger would then rather not."""
    fight = {"fight": end(-1.0, -1.0), "yield": end(1.0, 0.0)}

    def play(kind):
        moves = {"out": end(0.0, 1.0), "in": decision("B", f"{kind} reply", fight)}
        return decision("A", "entry", moves)

    half = np.array([0.5])
    tree = read(TreeForm.grow(chance({k: (half, play(k)) for k in "st"}), ("A", "B")))
    reply = next(h for h, turn in tree.turns(1))
    assert undominated(tree)[0, 0].tolist() == [[True, True]]
    assert undominated(tree)[reply, 0].tolist() == [[False, True]]
    assert rationalisable(tree)[0, 0].tolist() == [[False, True]]


def test_four_types_a_side_that_meet_with_correlated_chances():
    draw = np.random.default_rng(4)
    odds = draw.dirichlet(np.full(16, 5.0)).reshape(4, 4)

    def play(i, j):
        resist = end(0.5 - 0.1 * i - 0.2 * j, 0.3 * j - 0.4)
        reply = decision("target", f"target {j}", {"concede": end(1.0, 0.0), "resist": resist})
        return decision("challenger", f"challenger {i}", {"accept": end(0.2, 0.5), "demand": reply})

    deal = {f"{i}{j}": (odds[i, j], play(i, j)) for i in range(4) for j in range(4)}
    found = signalling(TreeForm.grow(chance(deal), ("challenger", "target")))
    assert found.count >= 1
    assert found.regret[0] < 1e-12
    assert [found.strategies[f"target {j}"][0, 0] for j in range(4)] == [1.0, 1.0, 0.0, 0.0]


def blind():
    reply = decision("B", "blind", {"l": end(0.0, 0.0), "r": end(1.0, 1.0)})
    return decision("A", "move", {"l": reply, "r": reply})


def crowd():
    reply = decision("B", "B", {"l": end(0.0, 1.0)})
    return chance({str(i): (0.2, decision("A", f"A {i}", {"l": reply})) for i in range(5)})


def hidden_risk():
    def play(kind, risk):
        draw = chance({"x": (risk, end(0.0, 0.0)), "y": (1 - risk, reply(kind))})
        return decision("A", kind, {"l": draw, "r": end(0.0, 0.0)})

    def reply(kind):
        return decision("B", "reply", {"l": end(0.0, 0.0), "r": end(1.0, 1.0)})

    return chance({"s": (0.5, play("s", 0.1)), "t": (0.5, play("t", 0.2))})


@pytest.mark.parametrize(
    ("root", "said"),
    [
        (blind(), "does not see what the other did"),
        (crowd(), "more than 4 types"),
        (hidden_risk(), "must not depend on the types"),
    ],
)
def test_trees_beyond_the_class_are_refused_with_the_reason(root, said):
    with pytest.raises(ParameterError, match=said):
        signalling(TreeForm.grow(root, ("A", "B")))


def test_three_players_are_refused():
    form = TreeForm.grow(decision("A", "a", {"l": end(0.0, 0.0, 0.0)}), ("A", "B", "C"))
    with pytest.raises(ParameterError, match="must be two"):
        signalling(form)


def random_games(draw, payoffs, odds):
    """Return a batch of games of one message, with payoffs for each pair of types."""

    def reply(j, message):
        cells = {action: end(*payoffs(size=(2, len(odds)))) for action in "ud"}
        return decision("receiver", f"receiver {j} {message}", cells)

    def play(i, j):
        return decision("sender", f"sender {i}", {m: reply(j, m) for m in "LR"})

    other = draw.uniform(0.1, 0.9, size=len(odds))
    shares = {"0": other, "1": 1 - other}
    deal = {
        f"{i}{j}": (odds[:, i] * shares[j], play(i, j))
        for i, j in itertools.product(range(odds.shape[1]), shares)
    }
    return TreeForm.grow(chance(deal), ("sender", "receiver"))


@pytest.mark.parametrize("is_tied", [False, True])
def test_a_sweep_lists_all_pure_equilibria_that_trying_every_profile_finds(is_tied):
    """Those in which both messages are sent; with payoffs of 0, 1 and 2 there are ties all over."""
    draw = np.random.default_rng(6)
    odds = draw.dirichlet(np.ones(3), size=60)
    tied = functools.partial(draw.integers, 3)
    form = random_games(draw, tied if is_tied else draw.normal, odds)
    names = [known.name for known in form.information_sets]
    profiles = np.array(list(itertools.product((0, 1), repeat=len(names))))
    sent = profiles[:, [name.startswith("sender") for name in names]].mean(axis=-1)
    profiles = profiles[(sent > 0) & (sent < 1)]
    plans = {name: np.tile(np.eye(2)[profiles[:, k]], (60, 1, 1)) for k, name in enumerate(names)}
    expected = form.regret(plans) <= 1e-12
    found = signalling(form)
    mixes = np.stack([found.strategies[name][..., 1] for name in names], axis=-1)
    listed = np.all(mixes[:, None] == profiles[:, None], axis=-1).sum(axis=-1)
    assert expected.any(axis=-1).sum() > 20
    assert np.array_equal(listed > 0, expected)
    assert listed.max() == 1
    assert found.complete.all() == (not is_tied)
    assert found.regret[:, 0].max() < 1e-12


def test_a_sweep_in_which_some_types_are_missing_has_the_bits_of_each_game_alone():
    draw = np.random.default_rng(7)
    odds = draw.dirichlet(np.ones(2), size=9)
    odds[:3] = [1.0, 0.0]
    odds[5] = [0.0, 1.0]
    form = random_games(draw, draw.normal, odds)
    swept = signalling(form)
    for g in range(9):
        alone = signalling(form.at((g,)))
        assert alone.count == swept.count[g]
        assert alone.complete == swept.complete[g]
        assert alone.n_not_sequential == swept.n_not_sequential[g]
        for name, mix in alone.strategies.items():
            n = int(alone.count)
            assert swept.strategies[name][g, :n].tobytes() == mix.tobytes()
            assert swept.bounds[name][g, :n].tobytes() == alone.bounds[name].tobytes()
    assert len(set(swept.count.tolist())) > 1


def test_what_nobody_pays_for_makes_no_nash_equilibrium():
    """A would enter if B let it go on, which B does not; that B stops it is no equilibrium."""
    again = decision("A", "again", {"go": end(2.0, 0.0)})
    met = decision("B", "reply", {"stop": end(0.0, 1.0), "go": again})
    root = decision("A", "first", {"out": end(1.0, 0.0), "in": met})
    found = signalling(TreeForm.grow(root, ("A", "B")))
    assert found.strategies["first"].tolist() == [[1.0, 0.0]]
    assert found.n_not_sequential == 0
    assert found.complete


@pytest.mark.parametrize("surly", [1e-7, 1e-9, 1e-12])
def test_the_few_whom_many_imitate_are_not_lost_however_few(surly):
    """Wimps drink beer with the chance that makes the other indifferent, as in the closed form."""
    found = signalling(beer_and_quiche(surly))
    assert found.strategies["wimp"][0, 0] == pytest.approx(surly / (1 - surly), rel=1e-6)
    assert found.strategies["beer"][0] == pytest.approx([0.5, 0.5])
    assert found.complete == (surly > 1e-8)


@pytest.mark.parametrize("wimps", [1e-6, 1e-9, 1e-12])
def test_off_the_path_the_rarest_type_may_be_suspected(wimps):
    found = signalling(beer_and_quiche(1 - wimps))
    assert found.count == 2
    assert found.bounds[BELIEF + "quiche"][0] == pytest.approx(np.array([[0, 0.5], [0.5, 1]]))


def forecast(sun, *, is_early=False):
    """Both see the weather, before or after A moves; B likes to meet the one type of A only."""

    def reply(kind, weather):
        liked = float(kind == "s") + 0.05 * (weather == "sun")
        return decision("B", weather, {"meet": end(1.0, liked), "leave": end(0.0, 0.6)})

    def play(kind, seen=""):
        draw = {w: (p, reply(kind, w)) for w, p in (("sun", sun), ("rain", 1 - sun))}
        go = reply(kind, seen) if seen else chance(draw)
        own = {"s": 0.5, "t": 0.75}[kind]
        return decision("A", f"{kind} {seen}", {"go": go, "stay": end(own, 0.0)})

    def drawn(kind):
        early = {w: (p, play(kind, w)) for w, p in (("sun", sun), ("rain", 1 - sun))}
        return chance(early) if is_early else play(kind)

    return TreeForm.grow(chance({k: (0.5, drawn(k)) for k in "st"}), ("A", "B"))


@pytest.mark.parametrize("sun", [1e-3, 1e-12, 0.0])
def test_behind_a_rare_draw_all_act_as_they_would_if_it_were_not(sun):
    """In rain B is indifferent where 3/5 of those that go are s; in sun it then likes to meet."""
    found = signalling(forecast(sun))
    mixed = found.strategies["s "][:, 0] > 0
    assert mixed.sum() == 1
    place = int(np.argmax(mixed))
    assert found.strategies["t "][place, 0] == pytest.approx(2 / 3)
    assert found.strategies["sun"][place].tolist() == [1.0, 0.0]
    assert found.strategies["rain"][place, 0] == pytest.approx((0.75 - sun) / (1 - sun))
    assert found.regret.max() < 1e-12


def test_a_draw_that_both_see_at_once_makes_two_games():
    sun = np.array([0.3, 0.0])
    found = signalling(forecast(sun, is_early=True))
    parts = [signalling(forecast(float(sky))) for sky in (1, 0)]
    assert found.count[0] == parts[0].count * parts[1].count
    assert found.count[1] == parts[1].count
    assert found.complete.all()


def test_a_player_paid_in_small_coin_is_held_to_what_is_best_all_the_same():
    """A is paid in billions, B in billionths: to answer wrongly costs B next to nothing."""
    large, small = np.array([1e9, 1.0]), np.array([1.0, 1e-9])
    for unit in (large, small, large * small, 1 / large):
        plain = beer_and_quiche(np.array([0.1, 0.9]))
        found = signalling(replace(plain, table=unit * plain.table))
        assert found.count.tolist() == [1, 2]
        assert found.complete.all()
        assert found.strategies["wimp"][0, 0] == pytest.approx([1 / 9, 8 / 9])


@pytest.mark.parametrize("apart", [0.0, 1e-3, 1e-6, 1e-8, 1e-9, 1e-12])
def test_where_payoffs_are_all_but_tied_nothing_is_missing_and_called_complete(apart):
    """One type is indifferent between its messages; rounding in small pivots used to hide that."""

    def answer(message, high, low):
        cells = {"u": end(*high), "d": end(*low)}
        return decision("B", message, cells)

    first = {
        "x": answer("x", (1.0, 2 * apart), (1.0 - 2 * apart, 2.0)),
        "y": answer("y", (1.0 - apart, -2 * apart), (2.0, 2.0)),
    }
    second = {
        "x": answer("x", (2.0 + 2 * apart, 1.0 - apart), (1.0 + 3 * apart, 2.0 - 3 * apart)),
        "y": answer("y", (1.0 - 3 * apart, -3 * apart), (1.0 + 3 * apart, 1.0 + apart)),
    }
    deal = {"s": (0.25, decision("A", "s", first)), "t": (0.75, decision("A", "t", second))}
    found = signalling(TreeForm.grow(chance(deal), ("A", "B")))
    assert not found.complete
    assert found.count >= (3 if apart in (0.0, 1e-3) else 1)
