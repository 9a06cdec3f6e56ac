"""Sincere voting: certified for every rule."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.voting import VotingForm, VotingRule
from collsec.solvers.sincere import sincere


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(0, 8))
def test_sincere_voting_is_an_equilibrium_under_any_rule(seed, n_voters, quota):
    rng = np.random.default_rng(seed)
    veto = tuple(bool(held) for held in rng.random(n_voters) < 0.3)
    share = rng.dirichlet([1, 1, 1], size=(3, n_voters))
    names = tuple(map(str, range(n_voters)))
    rule = VotingRule((1,) * n_voters, quota, veto)
    found = sincere(VotingForm(names, rule, share[..., 0], share[..., 2]))
    assert (found.count == 1).all()
    assert found.complete.all()
    assert (found.regret < 1e-12).all()
    np.testing.assert_allclose(found.strategies["vote"].sum(axis=-1), 1.0)


def test_all_193_members_vote():
    rng = np.random.default_rng(1)
    yes = rng.random(193)
    rotating = (False,) * 5 + (True,) * 188
    rule = VotingRule((1,) * 193, 9, (True,) * 5 + (False,) * 188, (), rotating, 10)
    found = sincere(VotingForm(tuple(map(str, range(193))), rule, yes, 0.7 * (1 - yes)))
    assert found.regret[0] < 1e-12
