import numpy as np
from scipy import stats

from collsec.assumptions import Assumptions
from collsec.forms.strategic_choice import StrategicChoiceForm, Worth
from collsec.solvers.strategic_choice import strategic_choice

FINE = np.linspace(-25, 25, 100_001)


def excess(won, fought, quiet, margin, rho, tau, error):
    """How far each cutoff of the grid lies above the best one against those who then attack."""
    s_4 = np.sqrt(2 * tau**2 + 2 * error**2)
    p = stats.norm.cdf(FINE / s_4)
    s_2 = np.sqrt(tau**2 * (1 + p**2 + (1 - p) ** 2) + 2 * error**2)
    enjoyed = 2 * tau**2 / s_4 * stats.norm.pdf(FINE / s_4)
    z = ((1 - p) * won + p * (fought - rho * margin) - quiet - rho * enjoyed) / s_2
    mean = tau**2 / s_2 * np.exp(stats.norm.logpdf(z) - stats.norm.logcdf(z))
    return FINE - margin + rho * (fought - won) + rho * (2 * p - 1) * mean


def test_all_roots_of_a_fine_grid_are_found_and_there_is_one_where_that_is_claimed():
    rng = np.random.default_rng(2)
    n = 150
    won, fought = -rng.uniform(0, 60, n), rng.uniform(-5, 60, n)
    rho, tau, error = rng.uniform(0.1, 1, n), rng.uniform(0.5, 2, n), rng.uniform(0, 1, n)
    margin = rho * (fought - won) + rng.uniform(-5, 10, n)
    margin[::3], won[::3], fought[::3] = 0.7, -rng.uniform(0, 4, n)[::3], rng.uniform(0, 4, n)[::3]
    form = StrategicChoiceForm(
        Worth(0.0, 0.0), Worth(won, 0.0), Worth(fought, margin), tau, error
    ).under(Assumptions(relative_gains=rho))
    found = strategic_choice(form)
    for i in range(n):
        values = excess(won[i], fought[i], 0.0, margin[i], rho[i], tau[i], error[i])
        assert found.count[i] == np.count_nonzero(np.diff(values > 0))
        assert not found.complete[i] or np.all(np.diff(values) > 0)
    assert 20 < np.count_nonzero(found.complete) < n
    assert np.nanmax(found.regret) < 1e-11


def test_a_sweep_that_mixes_rivals_and_others_has_the_bits_of_its_points():
    rho = np.array([0.0, 0.5, 0.0, 1.0])
    form = StrategicChoiceForm(Worth(0.0, 1.0), Worth(1.0, 0.0), Worth(-1.0, 0.5))
    whole = strategic_choice(form.under(Assumptions(relative_gains=rho)))
    for i, one in enumerate(rho):
        alone = strategic_choice(form.under(Assumptions(relative_gains=one)))
        for name, values in alone.strategies.items():
            np.testing.assert_array_equal(whole.strategies[name][i], values)


def test_the_middle_one_of_three_repels_and_best_replies_drift_to_the_first():
    form = StrategicChoiceForm(Worth(0.0, 0.0), Worth(-40.0, 0.0), Worth(90.0, 106.4))
    found = strategic_choice(form.under(Assumptions(relative_gains=0.8)))
    assert found.index.tolist() == [1.0, -1.0, 1.0]
    assert found.centroid == 0
    assert not found.complete
    assert np.all(np.diff(found.strategies["resist"]) > 0.05)
