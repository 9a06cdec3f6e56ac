import itertools

import numpy as np
import pytest
from scipy import integrate, special, stats

from collsec.assumptions import Assumptions
from collsec.forms.probit_threat import EDGE, ProbitThreatForm, Sides, threats
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.solvers.probit_threat import probit_threat

CUTOFFS = [(-1.1, -0.7), (1.2, -0.7), (0.3, 0.0), (0.0, 0.4), (4.0, 2.0), (-3.0, 5.0), (6.0, -3.0)]


@pytest.mark.parametrize(("t", "d"), CUTOFFS)
def test_chances_of_a_threat_are_those_of_the_bivariate_normal(t, d):
    made = threats(np.array(t), np.array(d))
    root = np.sqrt(0.5)
    normal = stats.multivariate_normal(cov=[[1, root], [root, 1]], abseps=1e-13, releps=1e-13)
    expected = normal.cdf([d * root, -t])
    assert made.firm == pytest.approx(expected, abs=2e-13)
    union = 1 - special.ndtr(t) * special.ndtr(t + d)
    assert made.chance == pytest.approx(union, abs=1e-14)


@pytest.mark.parametrize(("t", "d"), CUTOFFS)
def test_chances_and_means_agree_with_adaptive_quadrature_in_relative_terms(t, d):
    made = threats(np.array(t), np.array(d))

    def over(weight, start, margin):
        def density(x):
            return weight(x) * np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi) * special.ndtr(x + margin)

        low = max(start, -12.0)
        cuts = np.linspace(low, max(low, 0.0) + 12, 49)
        pieces = [
            integrate.quad(density, a, b, epsabs=0, epsrel=1e-13)[0]
            for a, b in itertools.pairwise(cuts)
        ]
        return sum(pieces)

    assert made.firm == pytest.approx(over(lambda _: 1.0, t, d), rel=1e-13)
    assert made.retreating == pytest.approx(over(lambda _: 1.0, t + d, -d), rel=1e-13)
    assert made.firm_part == pytest.approx(over(lambda x: x, t, d), rel=1e-11, abs=1e-14)
    assert made.retreating_part == pytest.approx(over(lambda x: x, t + d, -d), rel=1e-11, abs=1e-14)


@pytest.mark.parametrize(("t", "d"), [pair for pair in CUTOFFS if all(pair)])
def test_chances_agree_with_owens_function(t, d):
    h, k = d / np.sqrt(2), -t
    half = 0.0 if h * k > 0 else 0.5
    both = special.owens_t(h, np.sqrt(2) * k / h - 1) + special.owens_t(k, np.sqrt(2) * h / k - 1)
    expected = 0.5 * (special.ndtr(h) + special.ndtr(k)) - both - half
    assert threats(np.array(t), np.array(d)).firm == pytest.approx(expected, abs=1e-15)


def _drawn(form, strategies, draws):
    """Mean material payoffs when the cutoffs are played against drawn private parts."""
    t, d, z = strategies["cutoffs"][0]
    own, back, theirs = np.random.default_rng(3).standard_normal((3, draws))
    made, resists = (own >= t) | (back >= t + d), theirs >= -z
    firm = back - own <= d
    sender = np.where(firm, form.standing_firm + own, form.backing_down + back)
    sender = np.where(resists, sender, form.concession.sender)
    target = np.where(firm, form.fight.target + theirs, form.retreat.target)
    target = np.where(resists, target, form.concession.target)
    quiet = form.status_quo
    pairs = [
        np.where(made, value, rest)
        for value, rest in ((sender, quiet.sender), (target, quiet.target))
    ]
    return np.array([pair.mean() for pair in pairs]), made.mean(), (made & firm).mean()


def test_payoffs_are_those_of_drawn_private_values():
    form = SanctionsSignalling(status_quo=0.1, mandate=0.5).form()
    form = form.under(Assumptions(pledge_cost=0.3, monitoring=0.5, legitimacy=0.2))
    cutoffs = np.array([[0.2, -0.4, 0.3]])
    strategies = {"cutoffs": cutoffs}
    payoffs, _, _ = _drawn(form, strategies, 1_000_000)
    assert form.payoffs(strategies)[0] == pytest.approx(payoffs, abs=6e-3)


def test_a_retreat_costs_the_pledge_and_a_mandate_makes_sanctions_cheaper():
    game = SanctionsSignalling(sanctions_cost=1.5, mandate=1.0)
    form = game.form().under(Assumptions(pledge_cost=0.4, monitoring=0.5, legitimacy=0.2))
    assert form.backing_down == pytest.approx(-1.2 - 0.5 * 0.4 * 1.5, abs=1e-15)
    assert form.standing_firm == pytest.approx(-1.9 + 0.2 * 1.5, abs=1e-15)


def test_a_moved_cutoff_is_regretted_by_the_type_at_it():
    form = SanctionsSignalling().form()
    found = probit_threat(form)
    exact = {name: np.array(values) for name, values in found.strategies.items()}
    d, z = exact["cutoffs"][:, 1].copy(), exact["cutoffs"][:, 2].copy()
    exact["cutoffs"][:, 2] = z + 0.01
    exact["resist"] = special.ndtr(z + 0.01)
    moved = form.regret(exact)
    assert np.all(moved >= 0.01 * exact["stand_firm"] - 1e-12)
    exact = {name: np.array(values) for name, values in found.strategies.items()}
    exact["cutoffs"][:, 1] = d + 0.02
    assert np.all(form.regret(exact) >= 0.02 - 1e-12)


def test_a_probability_that_does_not_follow_from_its_cutoff_is_no_equilibrium():
    form = SanctionsSignalling().form()
    found = probit_threat(form)
    for name in ("challenge", "resist", "stand_firm"):
        changed = {**found.strategies, name: found.strategies[name] + 0.01}
        assert np.all(form.regret(changed) >= 0.01 - 1e-12)


def test_cutoffs_beyond_all_types_are_alike():
    calm = Sides(np.zeros(()), np.zeros(()))
    resisted = Sides(np.ones(()), 99 + calm.target)
    backed = Sides(np.ones(()), calm.target)
    form = ProbitThreatForm(calm, Sides(np.ones(()), np.zeros(())), resisted, backed)
    found = probit_threat(form)
    assert found.strategies["resist"].tolist() == [1.0]
    assert found.strategies["cutoffs"][0, 2] > EDGE
    assert found.regret[0] < 1e-12
