import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import TreeForm
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.backward_induction import (
    Against,
    FirstNamed,
    InFavourOf,
    backward_induction,
    subgame_perfect,
)

PLAYERS = ("A", "B")


def centipede(n):
    """Return the centipede: taking at node k gives 4 2^k to the mover and 2^k to the other."""
    last = 2.0**n
    branch = end(*((4 * last, last) if n % 2 == 0 else (last, 4 * last)))
    for k in reversed(range(n)):
        take = (4 * 2.0**k, 2.0**k) if k % 2 == 0 else (2.0**k, 4 * 2.0**k)
        branch = decision(PLAYERS[k % 2], f"node {k}", {"take": end(*take), "pass": branch})
    return TreeForm.grow(branch, PLAYERS)


def ultimatum(keep):
    """Return the offer of a share that the other may refuse at no cost when nothing is offered."""

    def offer(name, kept):
        answer = {"refuse": end(0.0, 0.0), "accept": end(kept, 1.0 - kept)}
        return decision("B", name, answer)

    return TreeForm.grow(
        decision("A", "offer", {"all": offer("greedy", 1.0), "less": offer("fair", keep)}), PLAYERS
    )


@pytest.mark.parametrize("n", [1, 2, 6])
def test_the_centipede_is_taken_at_once_and_at_every_node(n):
    found = backward_induction(centipede(n))
    assert found.complete
    assert found.payoffs.tolist() == [[4.0, 1.0]]
    assert all(mix.tolist() == [[1.0, 0.0]] for mix in found.strategies.values())


def test_a_rule_says_what_the_indifferent_do():
    form = ultimatum(np.array([0.4, 0.9]))
    refusing = backward_induction(form, FirstNamed())
    assert refusing.payoffs[:, 0, 0].tolist() == [0.4, 0.9]
    accepting = backward_induction(form, InFavourOf(0))
    assert accepting.payoffs[:, 0, 0].tolist() == [1.0, 1.0]
    assert backward_induction(form, Against(0)).payoffs[:, 0, 0].tolist() == [0.4, 0.9]
    assert not refusing.complete.any()


def test_all_subgame_perfect_equilibria_of_the_ultimatum_are_two():
    found = subgame_perfect(ultimatum(0.4))
    assert found.count == 2
    assert found.complete
    assert found.strategies["offer"].tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert found.strategies["greedy"].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_equilibria_are_in_the_order_of_the_actions_those_of_the_root_changing_fastest():
    def reply(name):
        return decision("B", name, {"l": end(0.0, 0.0), "r": end(0.0, 0.0)})

    root = decision("A", "root", {"l": reply("behind l"), "r": reply("behind r")})
    found = subgame_perfect(TreeForm.grow(root, PLAYERS))
    plans = [found.strategies[name][:, 1] for name in ("behind l", "behind r", "root")]
    assert np.stack(plans, axis=-1).tolist() == np.array(list(np.ndindex(2, 2, 2))).tolist()


def test_in_a_sweep_only_games_with_ties_have_several_equilibria():
    keep = np.array([0.4, 1.0, -0.1])
    found = subgame_perfect(ultimatum(keep))
    for k, kept in enumerate(keep):
        alone = subgame_perfect(ultimatum(kept))
        assert found.count[k] == alone.count
        for name, mix in alone.strategies.items():
            assert found.strategies[name][k, : int(alone.count)].tobytes() == mix.tobytes()
    generic = centipede(4)
    swept = TreeForm(
        generic.nodes, generic.information_sets, np.stack([generic.table] * 3),
        generic.probabilities, generic.names,
    )  # fmt: skip
    assert subgame_perfect(swept).count.tolist() == [1, 1, 1]


def test_a_tree_is_solved_by_default_as_what_it_is():
    assert solve(centipede(2)).method == "subgame_perfect"


def three_stages(seed):
    draw = np.random.default_rng(seed)

    def cell():
        return end(*draw.integers(0, 3, 2).astype(float))

    def third(name):
        return decision("A", name, {"l": cell(), "r": cell()})

    def second(name):
        nature = chance({"x": (0.5, third(name + "x")), "y": (0.5, cell())})
        return decision("B", name, {"l": nature, "r": cell()})

    return TreeForm.grow(decision("A", "root", {"l": second("L"), "r": second("R")}), PLAYERS)


@given(st.integers(0, 300))
def test_the_equilibria_of_a_tree_with_ties_are_those_without_regret(seed):
    form = three_stages(seed)
    names = [known.name for known in form.information_sets]
    profiles = np.array(list(itertools.product(range(2), repeat=len(names))))
    strategies = {name: np.eye(2)[profiles[:, k]] for k, name in enumerate(names)}
    expected = {tuple(row) for row in profiles[form.regret(strategies) <= 1e-12]}
    found = subgame_perfect(form)
    plans = np.stack([found.strategies[name].argmax(axis=-1) for name in names], axis=-1)
    assert {tuple(row) for row in plans} == expected
    assert found.count == len(expected)
    for rule in (FirstNamed(), InFavourOf(0), Against(1)):
        one = backward_induction(form, rule)
        assert tuple(int(one.strategies[n].argmax()) for n in names) in expected
        assert one.complete == (len(expected) == 1)


@given(st.integers(0, 300))
def test_no_answer_depends_on_the_batch(seed):
    keep = np.random.default_rng(seed).random(6)
    whole = backward_induction(ultimatum(keep))
    for k in range(6):
        alone = backward_induction(ultimatum(keep[k]))
        assert alone.payoffs.tobytes() == whole.payoffs[k].tobytes()
        assert alone.regret.tobytes() == whole.regret[k].tobytes()


def test_a_player_who_does_not_see_is_refused_with_a_remedy():
    def reply():
        return decision("B", "blind", {"l": end(0.0, 0.0), "r": end(1.0, 1.0)})

    form = TreeForm.grow(decision("A", "move", {"l": reply(), "r": reply()}), PLAYERS)
    with pytest.raises(ParameterError, match=r"blind.*use collsec.solvers.signalling"):
        backward_induction(form)


@pytest.mark.parametrize("root", [end(1.0, 2.0), chance({"x": (1.0, end(1.0, 2.0))})])
def test_where_nobody_moves_there_is_one_equilibrium_without_a_plan(root):
    found = solve(TreeForm.grow(root, PLAYERS))
    assert found.count == 1
    assert found.complete
    assert found.payoffs.tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("zero", [0.0, 1e3])
def test_neither_the_unit_of_payoffs_nor_their_zero_makes_a_tie(unit, zero):
    """In units of 1e-12, all payoffs used to count as tied."""
    form = ultimatum(0.4)
    moved = TreeForm(
        form.nodes, form.information_sets, unit * (form.table + zero), form.probabilities,
        form.names,
    )  # fmt: skip
    assert subgame_perfect(moved).count == 2
    assert subgame_perfect(moved).strategies["fair"].tolist() == [[0.0, 1.0]] * 2


@pytest.mark.parametrize(("gap", "count"), [(1e-12, 2), (-1e-12, 2), (1e-6, 1)])
def test_values_closer_than_the_tolerance_are_tied(gap, count):
    choice = decision("A", "choice", {"l": end(1.0, 0.0), "r": end(1.0 + gap, 1.0)})
    form = TreeForm.grow(decision("B", "first", {"on": choice, "out": end(0.0, -1.0)}), PLAYERS)
    assert subgame_perfect(form).count == count
    assert backward_induction(form).complete == (count == 1)
