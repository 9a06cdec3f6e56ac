"""Trees cut into their subgames, which are played as if each were the whole game."""

import numpy as np
import pytest

from collsec.forms.branches import chance, decision, end
from collsec.forms.normal import NormalForm
from collsec.forms.tree import TreeForm
from collsec.solvers import agent_logit as module
from collsec.solvers._subgames import parts
from collsec.solvers.agent_logit import agent_logit
from collsec.solvers.logit import follow
from collsec.solvers.logit_play import logit_play

RATES = np.array([0.0, 0.4, 1.0, 1.5, 2.0, 3.0, 3.6, 5.0, 40.0, 1e5])
TURNING = (
    [[[9.0, 1.0, 1.0], [2.0, 2.0, 2.0]], [[5.0, 0.0, 7.0], [3.0, 8.0, 2.0]]],
    [[[0.0, 4.0, 6.0], [8.0, 0.0, 3.0]], [[7.0, 8.0, 5.0], [2.0, 1.0, 5.0]]],
)
"""Games of 2 by 3 actions whose branch turns twice: at 3.70 and 1.41, and at 1.98 and 1.58."""


def both(name, table):
    """Both move at once, A unseen by B."""
    table = np.asarray(table)

    def reply(i):
        cells = {str(j): end(*table[:, i, j]) for j in range(table.shape[2])}
        return decision("B", f"{name} B", cells)

    return decision("A", f"{name} A", {str(i): reply(i) for i in range(table.shape[1])})


def grown(root):
    return TreeForm.grow(root, ("A", "B"))


def unseen(root):
    """Return the same game twice over, by a draw that nobody sees: it has no proper subgame."""
    return grown(chance({"once": (0.3, root), "more": (0.7, root)}))


def names(form):
    known = form.information_sets
    return [[known[place].name for place in own] for own in parts(form).values()]


def centipede():
    last = decision("A", "third", {"take": end(3, 1), "pass": end(2, 4)})
    middle = decision("B", "second", {"take": end(0, 2), "pass": last})
    return decision("A", "first", {"take": end(1, 0), "pass": middle})


def entered(first=TURNING[0], second=TURNING[1]):
    """A and B choose at once whether to go into one of two games that turn, or to stay out."""
    rows = {
        "in": {"in": both("one", first), "out": end(2.0, 6.0)},
        "out": {"in": end(3.0, 1.0), "out": both("two", second)},
    }
    return decision(
        "A", "enter", {name: decision("B", "follow", cells) for name, cells in rows.items()}
    )


def test_every_node_begins_a_subgame_where_all_is_seen():
    assert names(grown(centipede())) == [["third"], ["second"], ["first"]]


def test_a_subgame_holds_all_who_may_take_it_for_another():
    """What follows on `one` is a subgame, B's reply to A alone is none, nor the whole without A."""
    assert names(grown(entered())) == [["two A", "two B"], ["one A", "one B"], ["enter", "follow"]]
    assert len(names(unseen(entered()))) == 1


def test_a_draw_that_all_see_begins_a_subgame_with_whoever_moves_next_behind_it():
    """What is drawn before types are is seen by both; the types are not."""

    def types(place):
        def sent(kind):
            heard = {"l": end(0, 1), "r": end(1, 0)}
            return decision("A", f"{place} {kind}", {"say": decision("B", place, heard)})

        return chance({"s": (0.5, sent("s")), "t": (0.5, sent("t"))})

    form = grown(chance({"here": (0.5, types("here")), "there": (0.5, types("there"))}))
    assert names(form) == [["there s", "there", "there t"], ["here s", "here", "here t"]]


def test_play_where_all_is_seen_is_that_of_one_decision_after_the_other():
    """Of the last mover first, at each rationality by the logit of what the rest is worth."""
    play = logit_play(grown(centipede()), RATES)

    def decide(mine, theirs):
        share = 1.0 / (1.0 + np.exp(np.clip(RATES * (mine[1] - mine[0]), -700.0, 700.0)))
        worth = [share * own[0] + (1.0 - share) * own[1] for own in (mine, theirs)]
        return share, *worth

    third, a, b = decide((3.0, 2.0), (1.0, 4.0))
    second, b, a = decide((2.0, b), (0.0, a))
    first, _, _ = decide((1.0, a), (0.0, b))
    for name, share in (("first", first), ("second", second), ("third", third)):
        np.testing.assert_allclose(play[name][:, 0], share, atol=1e-12)


def test_games_that_turn_are_played_within_a_tree_as_alone():
    """The path goes back and forth with either; where λ is first reached, so it is in both."""
    play = logit_play(grown(entered()), RATES)
    for name, table in zip(("one", "two"), TURNING, strict=True):
        game = NormalForm(np.array(table), ("A", "B"))
        mixes, _, passed = follow(game, RATES)
        assert passed[-1] == 2
        alone = logit_play(grown(both(name, table)), RATES)
        np.testing.assert_allclose(alone[f"{name} A"], mixes[:, :2], atol=1e-9)
        for own in (f"{name} A", f"{name} B"):
            np.testing.assert_allclose(play[own], alone[own], atol=1e-9)


def test_who_goes_into_a_game_knows_what_it_is_worth_at_that_rationality():
    """A alone chooses among the two games and staying out: the logit of their values alone."""
    root = decision(
        "A", "into", {"one": both("one", TURNING[0]), "two": both("two", TURNING[1]), "": end(4, 4)}
    )
    worth = [np.full(RATES.shape, 4.0)]
    for table in TURNING:
        alone = logit_play(grown(both("", table)), RATES)
        worth.append(np.einsum("ki,ij,kj->k", alone[" A"], np.array(table)[0], alone[" B"]))
    values = RATES[:, None] * np.stack([worth[1], worth[2], worth[0]], axis=-1)
    shares = np.exp(values - values.max(axis=-1, keepdims=True))
    expected = shares / shares.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(logit_play(grown(root), RATES)["into"], expected, atol=1e-8)


@pytest.mark.parametrize("second", [TURNING[1], TURNING[0]])
def test_a_tree_is_played_as_the_same_game_without_subgames(second):
    """Also where both subgames are the same, and turn at the same rationality."""
    root = entered(second=second)
    assert len(parts(grown(root))) == 3
    assert len(parts(unseen(root))) == 1
    here, there = logit_play(grown(root), RATES), logit_play(unseen(root), RATES)
    for name, mix in here.items():
        np.testing.assert_allclose(mix, there[name], atol=1e-8)
    found, other = agent_logit(grown(root)), agent_logit(unseen(root))
    assert found.payoffs[0] == pytest.approx(other.payoffs[0], abs=1e-9)


def test_subgames_of_subgames_with_draws_are_played_as_the_same_game_without():
    """Random payoffs; a subgame within a subgame, draws before and between, one of no chance."""
    rng = np.random.default_rng(8)

    def over():
        return end(*rng.normal(size=2))

    inner = both("inner", rng.normal(size=(2, 3, 2)))
    after = chance({"a": (0.2, inner), "b": (0.8, over()), "c": (0.0, over())})
    middle = decision("B", "middle", {"x": after, "y": over(), "z": over()})
    deal = {
        kind: (p, decision("A", kind, {"go": decision("B", "met", {"l": over(), "r": over()}),
                                       "stay": middle if kind == "s" else over()}))
        for kind, p in (("s", 0.6), ("t", 0.4))
    }  # fmt: skip
    root = chance(deal)
    assert names(grown(root)) == [["inner A", "inner B"], ["middle"], ["s", "met", "t"]]
    here, there = logit_play(grown(root), RATES), logit_play(unseen(root), RATES)
    for name, mix in here.items():
        np.testing.assert_allclose(mix, there[name], atol=1e-8)


def test_a_game_alone_has_the_bits_it_has_in_a_batch_of_trees_with_subgames():
    rng = np.random.default_rng(9)
    first = np.array(TURNING[0])[..., None] + rng.normal(size=(2, 2, 3, 4))
    play = logit_play(grown(entered(first=first)), RATES)
    for game in range(4):
        alone = logit_play(grown(entered(first=first[..., game])), RATES)
        for name, mix in alone.items():
            assert np.array_equal(mix, play[name][game])


def test_the_limit_on_actions_is_one_on_what_is_solved_at_once(monkeypatch):
    monkeypatch.setattr(module, "MAX_ACTIONS", 5)
    found = agent_logit(grown(entered()))
    assert found.count == 1
    assert found.regret[0] < 1e-9
