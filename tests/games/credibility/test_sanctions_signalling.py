import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.assumptions import INSTITUTIONALIST, REALIST
from collsec.equilibrium import take
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.parameters import ParameterError
from collsec.solvers.probit_threat import probit_threat


@given(
    st.floats(-4, 1), st.floats(-4, 1), st.floats(-5, 1), st.sampled_from([0.0, 0.3]),
    st.sampled_from([REALIST, INSTITUTIONALIST, None]),
)  # fmt: skip
def test_threats_work_before_imposition_and_imposed_sanctions_are_selected_failures(
    fight, back, target, quiet, school
):
    game = SanctionsSignalling(
        sanctions_sender=fight, backing_down=back, sanctions_target=target, status_quo=quiet
    )
    form = game.form() if school is None else game.form().under(school)
    seen = game.observe(probit_threat(form))
    assert np.all(seen["bite_if_imposed"] <= seen["bite"] + 1e-12)
    assert np.all(seen["success_if_threatened"] >= 0)
    parts = ("success", "imposition", "bluff_called")
    assert sum(seen[name] for name in parts) == pytest.approx(seen["threat"], abs=1e-12)


def test_at_the_published_values_most_targets_would_be_hurt_but_few_of_those_sanctioned():
    seen = SanctionsSignalling().observe(probit_threat(SanctionsSignalling().form()))
    assert seen["bite"] == pytest.approx([0.9981341867] * 3, abs=1e-9)
    assert np.all(seen["success_if_threatened"] > 0)
    quiet, loud = seen["bite_if_imposed"][0], seen["bite"][0]
    assert 1 - quiet > 3 * (1 - loud)


def test_a_costlier_retreat_makes_the_threat_more_credible_and_success_more_likely():
    cost = np.linspace(0, 1.5, 7)
    game = SanctionsSignalling(sanctions_target=-1.5, backing_down=-0.5 - cost)
    seen = game.observe(probit_threat(game.form()))
    assert np.all(np.diff(seen["resolve"][:, 0]) > 0)
    assert np.all(np.diff(seen["success_if_threatened"][:, 0]) > 0)


def test_the_best_equilibrium_for_the_sender_is_the_one_with_most_successes():
    game = SanctionsSignalling()
    found = probit_threat(game.form())
    best = found.choose(2, game.merit(found))
    assert take(found.strategies["resist"], best, 0) == pytest.approx(0.2511046160, abs=1e-10)


def test_a_sender_who_dislikes_its_own_victory_is_refused():
    with pytest.raises(ParameterError, match="must be at least the status quo"):
        SanctionsSignalling(status_quo=2.0)
