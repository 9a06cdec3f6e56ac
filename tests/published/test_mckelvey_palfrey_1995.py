"""The game of Ochs as McKelvey and Palfrey (1995) fit it; their fit as Gambit reproduces it."""

import numpy as np
import pytest

from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.logit import logit
from collsec.solvers.logit_fit import logit_fit

OCHS = NormalForm.from_bimatrix([[1.1141, 0.0], [0.0, 0.2785]], [[0.0, 1.1141], [1.1141, 0.0]])
PLAY = {
    1.0: (0.5867840366, 0.4518070314),
    2.0: (0.6175219459, 0.3719816642),
    3.0: (0.6168968501, 0.3140163618),
    5.0: (0.5958763004, 0.2557535656),
}


def test_logit_play_of_the_ochs_game_is_theirs():
    found = logit(LogitForm(OCHS, list(PLAY)))
    shown = [found.strategies[player][:, 0, 0] for player in OCHS.players]
    np.testing.assert_allclose(np.stack(shown, axis=-1), list(PLAY.values()), atol=5e-11)


def test_logit_play_leads_to_the_nash_equilibrium_of_the_ochs_game():
    found, nash = logit(LogitForm(OCHS, 1e7)), bimatrix(OCHS)
    assert nash.strategies["column"][0, 0] == pytest.approx(0.1999856383, abs=1e-10)
    for player in OCHS.players:
        np.testing.assert_allclose(found.strategies[player], nash.strategies[player], atol=1e-6)


def test_the_rationality_that_fits_the_128_observations_is_theirs():
    shares = {"row": 0.527, "column": 0.366}
    counts = {name: 128 * np.array([share, 1 - share]) for name, share in shares.items()}
    found = logit_fit(OCHS, counts)
    assert found.rationality == pytest.approx(1.8456097, abs=1e-7)
    assert found.rationality == pytest.approx(1.84560974643, abs=1e-8)  # in 30 digits
    assert found.strategies["row"][0] == pytest.approx(0.6156513, abs=5e-8)
    assert found.strategies["column"][0] == pytest.approx(0.3832909, abs=5e-8)
    assert found.log_likelihood == pytest.approx(-174.7645319, abs=5e-8)
    assert found.is_interior
