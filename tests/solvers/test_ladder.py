"""Ladders, checked against the linear programmes that solve any tree of their kind."""

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.equilibrium import CertificateError, certify
from collsec.forms.ladder import LadderForm
from collsec.forms.tree import BELIEF
from collsec.games.credibility.escalation_ladder import EscalationLadder
from collsec.solvers.ladder import ladder
from collsec.solvers.signalling import signalling


def random_ladder(rng, movers):
    n = len(movers)
    return LadderForm(
        movers=movers,
        names=("U", "I"),
        prior=np.array(rng.uniform(0.1, 0.9)),
        amounts=rng.uniform(0, 1, (1, 2 * n + 1, 4)),
        risk=rng.uniform(0, 0.3, n),
    )


def in_order(payoffs):
    return payoffs[np.lexsort(payoffs.T.round(7))]


@pytest.mark.parametrize(
    "movers", [(0, 1), (1, 0), (1, 0, 1), (0, 1, 0), (0, 1, 0, 1), (1, 0, 1, 0), (1, 1, 0, 1)]
)
def test_all_sequential_equilibria_of_the_tree_are_found_and_no_others(movers):
    rng = np.random.default_rng(len(movers))
    for _ in range(4):
        form = random_ladder(rng, movers)
        found, other = ladder(form), signalling(form.tree())
        assert found.complete
        assert found.count == other.count
        assert in_order(found.payoffs) == pytest.approx(in_order(other.payoffs), abs=1e-8)


def test_the_certificate_of_the_tree_agrees():
    rng = np.random.default_rng(6)
    for _ in range(5):
        form = random_ladder(rng, (1, 0, 1, 0, 1))
        found, tree = ladder(form), form.tree()
        play = {}
        for known in tree.information_sets:
            k = int(known.name.split()[1].rstrip(","))
            kind = int(known.name[-1]) if "type" in known.name else 0
            climb = found.strategies["climb"][:, k, kind]
            play[known.name] = np.stack([1 - climb, climb], axis=-1)
            belief = found.strategies["belief"][:, k]
            if "type" not in known.name:
                play[BELIEF + known.name] = np.stack([1 - belief, belief], axis=-1)
        assert tree.regret(play).max() < 1e-9
        assert tree.payoffs(play) == pytest.approx(found.payoffs, abs=1e-12)


def test_random_ladders_have_an_equilibrium_each():
    rng = np.random.default_rng(2)
    size = 2000
    form = LadderForm(
        movers=(1, 0, 1, 0, 1), names=("U", "I"), prior=rng.uniform(0, 1, size),
        amounts=rng.uniform(0, 1, (size, 1, 11, 4)), risk=rng.uniform(0, 0.5, (size, 5)),
    )  # fmt: skip
    found = ladder(form)
    assert found.count.min() >= 1
    assert np.nanmax(found.regret) < 1e-12
    assert found.complete.all()
    first = found.payoffs[..., 0]
    assert np.all(np.diff(np.where(np.isnan(first), -1, first), axis=-1) <= 1e-9)


def test_a_bluff_too_many_fails_the_certificate():
    form = EscalationLadder().form()
    found = ladder(form)
    plan = {name: value[1:2] for name, value in found.strategies.items()}
    climb = plan["climb"].copy()
    climb[0, 1, 0] += 0.01
    assert form.regret(plan | {"climb": climb}) == np.inf
    climb = plan["climb"].copy()
    climb[0, 2] += 0.01
    bluff = plan["climb"][0, 1, 0]
    lost = bluff * 0.01 * 0.92 * (1 - 0.84 * 0.8)
    assert form.regret(plan | {"climb": climb}) == pytest.approx(lost, rel=1e-9)
    with pytest.raises(CertificateError):
        certify(form, plan | {"climb": climb}, complete=True, scope="", method="test")


def test_a_costly_retreat_makes_the_challenger_call_less_and_bluffs_rarer():
    game = EscalationLadder()
    plain = game.observe(ladder(game.form()))
    costly = game.observe(ladder(game.form().under(Assumptions(pledge_cost=0.05))))
    assert plain["call"][1] < 1
    assert costly["bluff"][-1] != pytest.approx(plain["bluff"][1], abs=1e-3)


def test_a_tie_at_the_surest_belief_costs_no_equilibrium():
    """Who is met gains nothing against the irresolute and loses against the resolute: it stops."""
    rows = [(0, 1, 2, 2), (1, 1, 1, 0), (0, 0, 0, 0), (0, 0, 0, 0), (1, 0, -1, -1)]
    form = LadderForm((1, 0), ("U", "I"), np.array(0.5), np.array([rows], dtype=float), np.zeros(2))
    found = ladder(form)
    assert found.count == 1
    assert not found.complete
    assert np.all(found.strategies["climb"][0, 0] == 0)


@pytest.mark.parametrize("movers", [(0, 1), (1, 0), (1, 0, 1), (0, 1, 0), (0, 1, 0, 1)])
def test_ladders_of_whole_numbers_which_often_tie_have_an_equilibrium_each(movers):
    rng, size, n = np.random.default_rng(3), 1000, len(movers)
    form = LadderForm(
        movers, ("U", "I"), rng.choice([0.25, 0.5, 0.75], size),
        rng.integers(-2, 3, (size, 1, 2 * n + 1, 4)).astype(float), np.zeros((size, n)),
    )  # fmt: skip
    found = ladder(form)
    assert found.count.min() >= 1
