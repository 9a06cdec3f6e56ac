"""The sequential equilibrium in which agent logit play ends."""

import numpy as np
import pytest
from numba import njit

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import BELIEF, TreeForm
from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.interchange import Detail, as_tree
from collsec.lending import borrowing, lent
from collsec.parameters import ParameterError
from collsec.solvers import agent_logit as module
from collsec.solvers import solve
from collsec.solvers._logit_branch import arrange
from collsec.solvers._tree_branch import load
from collsec.solvers.agent_logit import agent_logit
from collsec.solvers.sequential import sequential
from collsec.solvers.signalling import if_signalling


def horse():
    """Selten's horse: (out, down) is Nash for some threats of the third, and not sequential."""

    def third(*pairs):
        left, right = (end(*pair) for pair in pairs)
        return decision("C", "C", {"left": left, "right": right})

    second = decision("B", "B", {"down": third((4, 4, 0), (0, 0, 1)), "across": end(1, 1, 1)})
    root = decision("A", "A", {"down": third((3, 3, 2), (0, 0, 0)), "across": second})
    return TreeForm.grow(root, ("A", "B", "C"))


def test_three_players_and_a_hidden_move_end_in_the_sequential_equilibrium():
    """In Selten's horse A and B go across and C goes right with chance 3/4 or more."""
    found = agent_logit(horse())
    assert found.payoffs[0] == pytest.approx([1.0, 1.0, 1.0])
    assert found.strategies["C"][0, 1] >= 0.75 - 1e-9
    assert not found.complete


def test_beliefs_off_the_path_are_those_of_the_errors_that_lead_there():
    """C is reached by mistake, and blames them so that it is all but indifferent: 2/3 = 2 (1/3)."""
    found = agent_logit(horse())
    assert found.strategies[BELIEF + "C"][0] == pytest.approx([1 / 3, 2 / 3], abs=1e-3)


def test_matching_pennies_with_a_hidden_move_is_mixed_as_it_must_be():
    def guess(prize):
        ends = {"heads": end(-prize[0], prize[0]), "tails": end(-prize[1], prize[1])}
        return decision("B", "guess", ends)

    root = decision("A", "coin", {"heads": guess((3.0, -1.0)), "tails": guess((-1.0, 1.0))})
    found = agent_logit(TreeForm.grow(root, ("A", "B")))
    assert found.strategies["coin"][0] == pytest.approx([1 / 3, 2 / 3], abs=1e-8)
    assert found.strategies["guess"][0] == pytest.approx([1 / 3, 2 / 3], abs=1e-8)


@njit
def _system(game, y, rationality):
    table, odds, steps, until, mover, sizes = game
    tree = load(table, odds, steps, until, mover, sizes, y.size)
    _arrange(tree, y, rationality)
    return tree.system


@borrowing
def _arrange(tree, y, rationality):
    arrange(lent(tree), y, rationality)


def test_derivatives_of_the_equations_of_the_branch_agree_with_differences():
    """Two who do not see each other's choice, one of whom may have had none, at skewed chances."""
    rng = np.random.default_rng(7)
    steps = np.array([-1, 0, 2, -1, 0, 3, -1, 1, 2, -1, 1, 3, -2, 2, -2, 3])
    until = np.array([3, 6, 9, 12, 14, 16])
    game = (
        rng.normal(size=(6, 2)),
        np.array([0.3, 0.7]),
        steps,
        until,
        *np.array([[0, 1], [2, 2]]),
    )
    y, rate = np.array([-1.0, 0.4, 2.0, -0.5]), 1.7
    at = _system(game, y, rate)
    for b in range(4):
        step = 1e-6 * np.eye(4)[b]
        change = _system(game, y - step, rate)[:4, 5] - _system(game, y + step, rate)[:4, 5]
        assert at[:4, b] == pytest.approx(change / 2e-6, abs=1e-8)
    change = _system(game, y, rate - 1e-6)[:4, 5] - _system(game, y, rate + 1e-6)[:4, 5]
    assert at[:4, 4] == pytest.approx(change / 2e-6, abs=1e-8)


def test_a_draw_without_a_chance_is_rarer_than_any_error():
    """B, whom nobody should have met, takes it that A erred, and not the draw."""

    def met(kind):
        return decision("B", "B", {"l": end(0, kind), "r": end(0, 1 - kind)})

    def moved(kind):
        return decision("A", f"A{kind}", {"out": end(1, 0), "in": met(kind)})

    found = agent_logit(
        TreeForm.grow(chance({"x": (1.0, moved(1)), "y": (0.0, moved(0))}), ("A", "B"))
    )
    assert found.strategies[BELIEF + "B"][0].tolist() == [1.0, 0.0]
    assert found.strategies["B"][0] == pytest.approx([1.0, 0.0])


def test_a_game_that_treats_both_alike_ends_where_both_fare_alike():
    """Audience costs in five cells: the branch bifurcates on its way, and goes straight on."""
    war = solve(AudienceCosts().form())
    plan = {name: mix[0] for name, mix in war.strategies.items()}
    found = agent_logit(as_tree(war.form, Detail(5, equilibrium=plan)))
    assert found.count == 1
    assert found.payoffs[0, 0] == pytest.approx(found.payoffs[0, 1], abs=1e-9)


def test_games_of_a_batch_are_solved_each_by_itself():
    table = horse()
    both = TreeForm(
        table.nodes, table.information_sets, np.stack([table.table, 2 * table.table]),
        table.probabilities, table.names,
    )  # fmt: skip
    found = agent_logit(both)
    assert found.count.tolist() == [1, 1]
    assert found.strategies["A"][0].tobytes() == agent_logit(table).strategies["A"].tobytes()
    assert found.payoffs[1] == pytest.approx(2 * found.payoffs[0])


def test_a_tree_goes_to_the_solver_that_lists_most_of_its_equilibria():
    hidden = horse()
    assert if_signalling(hidden) is None
    assert sequential(hidden).method == "agent_logit"
    reply = decision("B", "B", {"l": end(0, 1), "r": end(2, 0)})
    deal = {
        kind: (0.5, decision("A", kind, {"out": end(1, 0), "in": reply})) for kind in ("x", "y")
    }
    told = TreeForm.grow(chance(deal), ("A", "B"))
    assert if_signalling(told) is not None
    assert sequential(told).method == "signalling"
    seen = TreeForm.grow(reply, ("A", "B"))
    assert sequential(seen).method == "subgame_perfect"


def test_trees_beyond_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MAX_ACTIONS", 5)
    with pytest.raises(ParameterError, match="of all information sets exceed 5"):
        agent_logit(horse())


def test_where_nobody_moves_the_reader_is_told_so():
    with pytest.raises(ParameterError, match="nobody has a choice; use backward_induction"):
        agent_logit(TreeForm.grow(end(0.0), ("A",)))


def test_the_limit_is_read_off_beyond_what_rounding_lets_one_follow():
    """What plans tend to as series in one over λ is nearer to the limit than they are anywhere."""

    def reply(own, first, second):
        cells = {"l": end(own[0], first), "r": end(own[1], second)}
        return decision("B", "reply", cells)

    deal = {
        "s": (
            0.4,
            decision("A", "s", {"go": reply((1.0, -0.3), 0.7, -0.2), "stay": end(0.1, 0.0)}),
        ),
        "t": (
            0.6,
            decision("A", "t", {"go": reply((0.9, -0.8), -0.4, 0.5), "stay": end(0.2, 0.0)}),
        ),
    }
    found = agent_logit(TreeForm.grow(chance(deal), ("A", "B")))
    share = 0.4 * 0.9 / (0.6 * 0.9)
    assert found.strategies["s"][0].tolist() == [1.0, 0.0]
    assert found.strategies["t"][0, 0] == pytest.approx(share, abs=1e-10)
    assert found.strategies["reply"][0, 0] == pytest.approx(1.0 / 1.7, abs=1e-10)
    assert found.regret[0] < 1e-11
