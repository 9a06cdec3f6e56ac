"""Cost shocks: inverse of each other, symmetric, precise in both tails, and the solver's own."""

import numpy as np
import pytest
from scipy import integrate, stats

from collsec.forms.shock import Shock, distribution, partial_mean, quantile
from collsec.solvers._participation_play import chance, density

LAWS = {
    Shock.NORMAL: stats.norm,
    Shock.LOGISTIC: stats.logistic,
    Shock.UNIFORM: stats.uniform(-1, 2),
}
INSIDE = {
    Shock.NORMAL: np.linspace(-37, 37, 75),
    Shock.LOGISTIC: np.linspace(-690, 690, 75),
    Shock.UNIFORM: np.linspace(-1, 1, 75),
}


@pytest.mark.parametrize("shock", Shock)
def test_distributions_are_those_of_the_textbook(shock):
    x = np.linspace(-6, 6, 49)
    np.testing.assert_allclose(distribution(shock, x), LAWS[shock].cdf(x), rtol=1e-13, atol=0)


@pytest.mark.parametrize("shock", Shock)
def test_the_cutoff_comes_back_from_both_tails(shock):
    x = INSIDE[shock]
    back = quantile(shock, distribution(shock, x), distribution(shock, -x))
    np.testing.assert_allclose(back, x, rtol=1e-12, atol=1e-12)


def test_certainty_is_the_end_of_the_support():
    ends = np.array([0.0, 1.0])
    for shock, end in ((Shock.NORMAL, np.inf), (Shock.LOGISTIC, np.inf), (Shock.UNIFORM, 1.0)):
        np.testing.assert_array_equal(quantile(shock, ends, 1 - ends), [-end, end])


@pytest.mark.parametrize("shock", Shock)
@pytest.mark.parametrize("x", [-3.0, -0.8, 0.0, 0.4, 2.5])
def test_partial_means_are_integrals(shock, x):
    law = LAWS[shock]
    low = max(law.support()[0], -60.0)
    area, _ = integrate.quad(lambda t: t * law.pdf(t), low, min(x, law.support()[1]), points=[0.0])
    expected = area if x > low else 0.0
    assert partial_mean(shock, np.array(x)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("shock", Shock)
def test_all_draws_together_have_mean_zero(shock):
    np.testing.assert_array_equal(np.abs(partial_mean(shock, np.array([-np.inf, np.inf]))), 0)


def test_the_spread_is_what_the_docstring_says():
    x = np.linspace(-1, 1, 5)
    assert distribution(Shock.NORMAL, np.array(1.0)) == pytest.approx(0.8413447460685429)
    assert distribution(Shock.LOGISTIC, np.array(1.0)) == pytest.approx(1 / (1 + np.exp(-1)))
    np.testing.assert_array_equal(distribution(Shock.UNIFORM, x), (1 + x) / 2)


@pytest.mark.parametrize("shock", Shock)
def test_the_solver_uses_the_same_distributions_and_their_slopes(shock):
    x = 0.99 * INSIDE[shock]
    np.testing.assert_allclose(
        [chance(int(shock), t) for t in x], distribution(shock, x), rtol=1e-11
    )
    near = np.linspace(-0.9, 0.9, 7)
    step = 1e-6
    slope = (distribution(shock, near + step) - distribution(shock, near - step)) / (2 * step)
    np.testing.assert_allclose([density(int(shock), t) for t in near], slope, rtol=1e-8)
