"""The certificate of an ultimatum, at offers that are almost the best."""

import numpy as np
import pytest

from collsec.forms.ultimatum import UltimatumForm


@pytest.mark.parametrize(("cost", "lowest", "highest"), [(0.1, 0.2, 0.2), (0.45, 0.2, 0.4)])
@pytest.mark.parametrize("given_away", [1e-3, 2e-6, 1e-8])
def test_whoever_gives_a_little_away_that_nobody_asks_for_gains_by_keeping_it(
    cost, lowest, highest, given_away
):
    """The best demand is 0.5 + 0.2, which everybody accepts."""
    form = UltimatumForm(0.5, cost, lowest, highest)
    near = {"offer": np.array([0.7 - given_away]), "accept_from": np.array([0.2 - given_away])}
    assert form.regret(near)[0] == pytest.approx(given_away, rel=1e-6)
