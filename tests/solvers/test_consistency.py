"""Beliefs are limits of Bayes' rule: checked by the labels of Kreps and Wilson (1982).

An assessment is consistent if and only if every action can be given an order of rarity, 0 where it
is used and at least 1 where not, and a coefficient, the chance itself where it is used, such that
at every information set nodes believed in have the least sum of orders on the way to them, and
beliefs are as the products of their coefficients. Orders are a linear programme, logarithms of
coefficients linear equations; neither shares anything with the solvers.
"""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from collsec.forms._tree_growth import parents
from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import Move, TreeForm
from collsec.solvers.agent_logit import agent_logit
from collsec.solvers.signalling import signalling

_NONE = 1e-6


def ways(form):
    """Return for every node how often each action is on the way there, and its log chance."""
    above, known = parents(form.nodes), form.information_sets
    first = np.cumsum([0, *(len(item.actions) for item in known)])
    counts, logs = np.zeros((len(form.nodes), first[-1])), np.zeros(len(form.nodes))
    for i in range(1, len(form.nodes)):
        parent, branch = above[i]
        node = form.nodes[parent]
        counts[i], logs[i] = counts[parent], logs[parent]
        if isinstance(node, Move):
            counts[i, first[node.information_set] + branch] += 1
        else:
            logs[i] += np.log(form.probabilities[node.first + branch])
    return counts, logs


def is_consistent(form, mixes, beliefs):
    """Return whether plans and beliefs of one assessment are the limit of ever rarer errors."""
    counts, logs = ways(form)
    used = np.concatenate([mixes[known.name] for known in form.information_sets])
    alike, rarer, ratios = [np.zeros_like(used)], [np.zeros_like(used)], [0.0]
    for known in form.information_sets:
        belief = beliefs[known.name]
        top = known.nodes[int(np.argmax(belief))]
        for share, node in zip(belief, known.nodes, strict=True):
            apart = counts[node] - counts[top]
            if share <= _NONE:
                rarer.append(apart)
            else:
                alike.append(apart)
                ratios.append(np.log(share / belief.max()) - logs[node] + logs[top])
    unused = used <= _NONE
    orders = linprog(
        np.zeros_like(used),
        A_ub=-np.array(rarer), b_ub=np.array([0.0] + [-1.0] * (len(rarer) - 1)),
        A_eq=np.array(alike), b_eq=np.zeros(len(alike)),
        bounds=[(1, None) if rare else (0, 0) for rare in unused],
    )  # fmt: skip
    if orders.status != 0:
        return False
    known = np.array(ratios) - np.array(alike)[:, ~unused] @ np.log(used[~unused])
    open_ = np.array(alike)[:, unused]
    found = np.linalg.lstsq(open_, known, rcond=None)[0]
    return bool(np.abs(open_ @ found - known).max() < 1e-5)


def verdicts(found):
    """Return the verdict on every assessment of one game."""
    form, beliefs = found.form, found.form.beliefs(found.strategies)
    return [
        is_consistent(
            form,
            {known.name: found.strategies[known.name][k] for known in form.information_sets},
            {name: belief[k] for name, belief in beliefs.items()},
        )
        for k in range(int(found.count))
    ]


def quarrel(seed, n_types, n_stages):
    """Return a game in which two players of that many types move in turns, with random payoffs."""
    draw = np.random.default_rng(seed)
    odds = draw.dirichlet(np.ones(n_types[0] * n_types[1])).reshape(n_types)

    def stage(types, history=""):
        if len(history) == n_stages:
            return end(*draw.normal(size=2))
        mover = len(history) % 2
        ahead = {action: stage(types, history + action) for action in "ud"}
        return decision("AB"[mover], f"{mover} {types[mover]} {history}", ahead)

    pairs = itertools.product(range(n_types[0]), range(n_types[1]))
    deal = {f"{i} {j}": (odds[i, j], stage((i, j))) for i, j in pairs}
    return TreeForm.grow(chance(deal), ("A", "B"))


@pytest.mark.parametrize(
    ("n_types", "n_stages"), [((2, 1), 2), ((2, 2), 2), ((4, 2), 2), ((2, 2), 3), ((2, 1), 4)]
)
def test_with_two_types_or_two_stages_what_signalling_lists_is_sequential(n_types, n_stages):
    judged = [
        v for seed in range(8) for v in verdicts(signalling(quarrel(seed, n_types, n_stages)))
    ]
    assert len(judged) >= 4
    assert all(judged)


def test_beliefs_that_no_common_errors_explain_are_found_out():
    """Both types of B hear what nobody says, and blame different types of A for it."""
    found = signalling(unheard())
    place = int(np.argmax(found.strategies["0 0 "][:, 1]))
    form = found.form
    mixes = {known.name: found.strategies[known.name][place] for known in form.information_sets}
    beliefs = {k: b[place] for k, b in form.beliefs(found.strategies).items()}
    assert is_consistent(form, mixes, beliefs)
    beliefs |= {"1 0 u": np.array([1.0, 0.0]), "1 1 u": np.array([0.0, 1.0])}
    assert not is_consistent(form, mixes, beliefs)
    beliefs |= {"1 0 u": np.array([0.5, 0.5]), "1 1 u": np.array([0.9, 0.1])}
    assert not is_consistent(form, mixes, beliefs)


def unheard():
    """Return a game in which speaking costs more than any answer is worth."""

    def play(i, j):
        answer = {"u": end(-5.0, 1.0), "d": end(-6.0, 0.0)}
        ahead = {"u": decision("B", f"1 {j} u", answer), "d": end(0.0, 0.0)}
        return decision("A", f"0 {i} ", ahead)

    pairs = itertools.product(range(2), repeat=2)
    return TreeForm.grow(chance({f"{i} {j}": (0.25, play(i, j)) for i, j in pairs}), ("A", "B"))


def test_where_a_move_is_hidden_the_end_of_agent_logit_play_is_sequential():
    """C sees neither who stopped nor, of two ways to go on, which was taken."""
    judged = []
    for seed in range(6):
        ends = (end(*payoffs) for payoffs in np.random.default_rng(seed).normal(size=(8, 3)))
        first, *others = (decision("C", "C", {"l": next(ends), "r": next(ends)}) for _ in "123")
        second = decision("B", "B", {"x": others[0], "y": others[1], "out": next(ends)})
        root = decision("A", "A", {"x": first, "on": second, "out": next(ends)})
        judged += verdicts(agent_logit(TreeForm.grow(root, ("A", "B", "C"))))
    assert judged == [True] * 6
