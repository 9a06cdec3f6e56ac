"""Olson and Zeckhauser (1966), An economic theory of alliances.

The 14 pairs of GNP (billions of dollars) and defence spending (percent of GNP) of NATO members in
1964, and the rank correlation .490, are quoted from memory of the paper's Table 1, and have not
been checked against it. That they agree with one another is all that this test shows.
"""

import numpy as np
import pytest

from collsec.games.burden.private_provision import PrivateProvision
from collsec.measures import spearman
from collsec.solvers.replacement import replacement

NATO_1964 = {
    "United States": (569.03, 9.0),
    "Germany": (88.87, 5.5),
    "United Kingdom": (79.46, 7.0),
    "France": (73.40, 6.7),
    "Italy": (43.63, 4.1),
    "Canada": (38.14, 4.4),
    "Netherlands": (15.00, 4.9),
    "Belgium": (13.43, 3.7),
    "Denmark": (7.73, 3.3),
    "Turkey": (6.69, 5.8),
    "Norway": (5.64, 3.9),
    "Greece": (4.31, 4.2),
    "Portugal": (2.88, 7.7),
    "Luxembourg": (0.53, 1.7),
}


def test_size_and_burden_have_the_rank_correlation_of_the_paper():
    product, burden = np.array(list(NATO_1964.values())).T
    assert spearman(product, burden) == pytest.approx(0.4901098901, abs=1e-10)


def test_the_model_with_these_incomes_lets_the_great_pay_for_all():
    product = [pair[0] for pair in NATO_1964.values()]
    game = PrivateProvision(members=tuple(NATO_1964), income=product, taste=0.1)
    seen = game.observe(replacement(game.form()))
    assert seen["n_contributors"][0] == 1
    assert seen["burden"][0, 0] == pytest.approx(0.1, abs=1e-15)
    assert seen["burden_of_largest"][0] == pytest.approx(sum(product) / product[0], rel=1e-14)
    assert seen["exploitation"][0] > 0
