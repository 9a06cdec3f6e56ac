"""A sweep of no games has an answer from every solver: no equilibria, in the shapes of others."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import collsec
from collsec.assumptions import NEUTRAL
from collsec.forms.normal import NormalForm
from collsec.forms.voting import VotingForm
from collsec.solvers.agent_logit import agent_logit
from collsec.solvers.branch_and_prune import branch_and_prune
from collsec.solvers.correlated import Outcomes, Utilitarian, correlated
from collsec.solvers.grim import critical_discount_factor
from collsec.solvers.logit_fit import logit_fit
from collsec.solvers.logit_play import logit_play
from collsec.solvers.mandate import assembly_probability, mandate_probability
from collsec.solvers.mean_field import mean_field
from collsec.solvers.noise_branch import noise_branch
from collsec.solvers.pass_probability import pass_probability
from collsec.solvers.planner import efficient_answers
from collsec.solvers.pledge import reliability, reliability_at
from collsec.solvers.reached_from import reached_from
from collsec.solvers.reputation import thresholds
from tests.solvers.test_contract import PAIRS, SOLVERS, asked

FOR_ONE_GAME = {"bimatrix_exact.bimatrix_exact"}


def none_of(form, shape):
    """Return a batch of no such games: what no set of levers at all makes of the form."""
    if isinstance(form, VotingForm):  # no lever changes how many votes are taken
        yes, no = (np.broadcast_to(part, (*shape, part.shape[-1])) for part in (form.yes, form.no))
        return replace(form, yes=yes, no=no, preferences=None)
    levers = {name: np.broadcast_to(getattr(NEUTRAL, name), shape) for name in NEUTRAL.parameters}
    return form.under(SimpleNamespace(**levers))


@pytest.mark.parametrize(("label", "name"), PAIRS)
def test_no_games_have_no_equilibria(label, name):
    game, one = asked(label, name)
    if one is None or label in FOR_ONE_GAME:
        return
    for shape in ((0,), (2, 0)):
        form = none_of(game.form, shape)
        found = SOLVERS[label][name.partition(".")[0]](form)
        assert found.form.batch_shape == shape
        assert found.count.shape == found.complete.shape == found.is_certified.shape == shape
        assert found.regret.shape[:-1] == found.payoffs.shape[:-2] == shape
        assert set(found.strategies) == set(one.strategies)
        for key, values in found.strategies.items():
            assert values.shape[: len(shape)] == shape
            assert values.shape[len(shape) + 1 :] == one.strategies[key].shape[1:]
        assert found.index is None or found.index.shape[:-1] == shape
        assert found.centroid is None or found.centroid.shape == shape
        assert found.choose(NEUTRAL.selection, np.zeros(found.regret.shape)).shape == shape


NORMAL = none_of(NormalForm.from_bimatrix(np.eye(2), np.eye(2)), (0,))
THREE = none_of(collsec.Response(capability=[0.3, 0.2, 0.1]).form(), (0,))
TREE = none_of(collsec.UnilateralDeterrence().form().tree(), (0,))


@pytest.mark.parametrize("coarse", [False, True])
def test_no_games_have_no_correlated_equilibria(coarse):
    found = correlated(NORMAL, Utilitarian(), coarse=coarse)
    assert found.distribution.shape == (0, 2, 2)
    assert found.value.shape == found.bound.shape == found.regret.shape == (0,)


def test_no_games_have_no_correlated_worth():
    assert correlated(NORMAL, Outcomes(np.ones((0, 2, 2)))).value.shape == (0,)
    assert correlated(NORMAL, Outcomes(np.ones((2, 2)))).value.shape == (0,)


def test_no_members_are_moved_from_a_start_or_by_noise():
    assert mean_field(THREE).answer.shape == (0, 3, 2)
    assert mean_field(THREE, np.empty((0, 3))).settled.shape == (0,)
    assert reached_from(THREE, np.full(3, 0.5)).count.shape == (0,)
    assert noise_branch(THREE).answer.shape == (0, 1, 3, 2)
    assert branch_and_prune(THREE).count.shape == (0,)
    assert efficient_answers(THREE).shape[0] == 0


def test_no_trees_are_played_by_logit_play():
    play = logit_play(TREE, np.array([1.0, 10.0]))
    sizes = {known.name: len(known.actions) for known in TREE.information_sets}
    assert {name: mix.shape for name, mix in play.items()} == {
        name: (0, 2, size) for name, size in sizes.items()
    }
    assert agent_logit(TREE).count.shape == (0,)


def test_no_counts_are_fitted():
    fit = logit_fit(NORMAL, {"row": [1, 2], "column": [2, 1]})
    assert fit.rationality.shape == fit.log_likelihood.shape == (0,)


def test_no_votes_pass_with_no_chance():
    council = none_of(collsec.Council().form(), (0,))
    assert pass_probability(council).shape == (0,)
    assert mandate_probability(
        np.empty((0, 5)), np.empty((0, 5)), permanent=1, elected=2, quota=2
    ).shape == (0,)  # fmt: skip
    assert assembly_probability(np.empty((0, 5)), 0.5).shape == (0,)


def test_no_pledges_are_honoured_and_no_patience_is_needed():
    pledges = none_of(collsec.AllianceReliability().form(), (0,))
    assert reliability(pledges).honoured.shape == (0,)
    assert reliability_at(pledges, 0.5).shape == (0,)
    enforced = none_of(collsec.Enforcement().form(), (0,))
    assert critical_discount_factor(enforced).shape[0] == 0
    assert thresholds(none_of(collsec.ChainStore().form(), (0,))).shape[0] == 0
