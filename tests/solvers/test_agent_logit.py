"""The sequential equilibrium in which agent logit play ends."""

import numpy as np
import pytest

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import BELIEF, Lottery, Terminal, TreeForm
from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.interchange import Detail, as_tree
from collsec.kernel import kernel
from collsec.lending import borrowing, lent
from collsec.parameters import ParameterError
from collsec.solvers import agent_logit as module
from collsec.solvers import solve
from collsec.solvers._logit_branch import copy
from collsec.solvers._subgames import Layout
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


@kernel(
    "void(float64[:,:], float64[:], int64[:], int64[:], int64[:,:], int64[:,:],"
    " float64[:,:], float64[:])"
)
def _find_step(table, odds, steps, until, sets, bounds, ahead, step):
    _across(load(table, odds, steps, until, sets, bounds), ahead[0], ahead[1], step)


@borrowing
def _across(tree, point, normal, step):
    game = lent(tree)
    game.step_across(game, point, normal, False)
    copy(game.step, step)


def _laid_out(form):
    """Return a tree as kernels read it, and its information sets in their order."""
    at = Layout.of(form)
    known = [form.information_sets[place] for place in at.sets]
    sets = np.array([[one.player for one in known], [len(one.actions) for one in known]])
    odds = form.probabilities.copy()  # which is frozen: that is another type
    return (form.table[at.rows], odds, at.steps, at.until, sets, at.bounds), known


def _worth(form, play, i):
    """Return what both players expect at a node."""
    node = form.nodes[i]
    if isinstance(node, Terminal):
        return form.table[node.position]
    return sum(
        chance_ * _worth(form, play, child)
        for chance_, child in zip(_chances(form, play, node), node.children, strict=True)
    )


def _chances(form, play, node):
    if isinstance(node, Lottery):
        return form.probabilities[node.first : node.first + len(node.children)]
    return play[form.information_sets[node.information_set].name]


def _reach(form, play):
    reach = np.ones(len(form.nodes))
    for i, node in enumerate(form.nodes):
        for k, child in enumerate(node.children):
            reach[child] = reach[i] * _chances(form, play, node)[k]
    return reach


def _excess(form, known, y, rate):
    """Return by how much scores exceed λ times what actions yield, less the mean over a set."""
    parts = np.split(y, np.cumsum([len(one.actions) for one in known])[:-1])
    play = {
        one.name: np.exp(part) / np.exp(part).sum() for one, part in zip(known, parts, strict=True)
    }
    reach = _reach(form, play)
    values = []
    for one in known:
        ends = np.array([[_worth(form, play, k)[one.player] for k in form.nodes[i].children]
                         for i in one.nodes])  # fmt: skip
        expected = reach[list(one.nodes)] @ ends / reach[list(one.nodes)].sum()
        values.append(expected - expected.mean())
    return y - rate * np.concatenate(values)


def nested(seed=3):
    """A draw that only A sees, and a subgame where B met it: B moves, or both at once, or chance.

    Within the last two is one more subgame each.
    """
    rng = np.random.default_rng(seed)

    def over():
        return end(*rng.uniform(size=2))

    def both(name, corner):
        cells = [{"l": over(), "r": over()} for _ in range(3)]
        cells[2]["r"] = corner
        rows = {str(i): decision("B", name + " B", row) for i, row in enumerate(cells)}
        return decision("A", name + " A", rows)

    def met(kind, ahead):
        return decision("B", "met", {"leave": over(), "stay": ahead, "fight": over()})

    within = decision("A", "alone", {"x": over(), "y": over(), "z": over()})
    drawn = chance(
        {"a": (0.3, over()), "b": (0.7, decision("A", "drawn", {"x": over(), "y": over()}))}
    )
    ahead = decision("B", "ahead", {"both": both("pair", within), "chance": drawn, "over": over()})
    deal = {
        "s": (0.4, decision("A", "s", {"go": met("s", ahead), "out": over()})),
        "t": (0.6, decision("A", "t", {"go": met("t", over()), "out": over()})),
    }
    return TreeForm.grow(chance(deal), ("A", "B"))


def test_a_step_solves_the_equations_of_all_parts_of_a_tree_at_once():
    """Those of the tree by brute force, linearised by differences; at a point far from the path.

    There λ is in units of one over the largest spread of payoffs.
    """
    form = nested()
    game, known = _laid_out(form)
    rng = np.random.default_rng(5)
    n, unit = game[-1][-1, 1], np.ptp(form.table, axis=0).max()
    point, normal = np.append(rng.normal(size=n), 2.7), rng.normal(size=n + 1)
    step = np.empty(n + 1)
    _find_step(*game, np.stack([point, normal]), step)

    def excess(size):
        moved = point + size * step
        return _excess(form, known, moved[:n], moved[n] / unit)

    assert normal @ step == pytest.approx(0.0, abs=1e-9)
    along = (excess(1e-5) - excess(-1e-5)) / 2e-5
    assert along == pytest.approx(-excess(0.0), abs=1e-7)


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
    with pytest.raises(ParameterError, match=r"= 6: of one subgame, .* exceed 5;"):
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
