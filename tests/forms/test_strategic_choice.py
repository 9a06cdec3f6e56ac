import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.forms.shock import Shock
from collsec.forms.strategic_choice import StrategicChoiceForm, Worth
from collsec.parameters import ParameterError
from collsec.solvers.strategic_choice import strategic_choice

DRAWS = 1_000_000


def form(**given):
    return StrategicChoiceForm(Worth(0.0, 1.0), Worth(1.0, 0.0), Worth(-1.0, 0.5), **given)


def levelled(**levers):
    return form(war_cost=0.8, bound=0.5, mandate=1.0, counted_stake=0.24, interest=0.3,
                common_stake=0.5, affinity=0.2).under(Assumptions(**levers))  # fmt: skip


def drawn(game, strategies):
    """Play the plan with drawn private parts and errors; return who attacks, resists, and worths.

    Nothing is taken from the form but payoffs and cutoffs.
    """
    rng = np.random.default_rng(5)
    tau, error = float(game.private_spread), float(game.error_spread)
    e_1, e_3, e_4, e_23, e_24 = tau * rng.standard_normal((5, DRAWS))
    slips = error * rng.standard_normal((4, DRAWS))
    first, second = strategies["cutoffs"][0]
    p = strategies["resist"][0]
    attacks = p * e_4 + (1 - p) * e_3 - e_1 + slips[0] - slips[1] >= -first
    resists = e_24 - e_23 + slips[2] - slips[3] >= -second
    own = np.where(resists, game.war.challenger + e_4, game.concession.challenger + e_3)
    own = np.where(attacks, own, game.status_quo.challenger + e_1)
    theirs = np.where(resists, game.resisting + e_24, game.giving_in + e_23)
    theirs = np.where(attacks, theirs, game.status_quo.defender)
    return attacks, resists, np.array([own.mean(), theirs.mean()]), (e_4, e_24)


@pytest.mark.parametrize(("tau", "error"), [(1.0, 0.0), (0.0, 1.0), (0.8, 0.5)])
@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_chances_payoffs_and_selected_tastes_are_those_of_drawn_shocks(tau, error, rho):
    game = form(private_spread=tau, error_spread=error).under(Assumptions(relative_gains=rho))
    found = strategic_choice(game)
    attacks, resists, worth, (e_4, e_24) = drawn(game, found.strategies)
    assert found.strategies["attack"][0] == pytest.approx(attacks.mean(), abs=2e-3)
    assert found.strategies["resist"][0] == pytest.approx(resists.mean(), abs=2e-3)
    assert found.payoffs[0] == pytest.approx(worth - rho * worth[::-1], abs=4e-3)
    tastes = game.taste_for_war(found.strategies)
    assert tastes.challenger[0] == pytest.approx(e_4[attacks].mean(), abs=5e-3)
    assert tastes.defender[0] == pytest.approx(e_24[resists].mean(), abs=5e-3)


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_no_drawn_type_gains_by_another_choice(rho):
    """Every type's gain is worked out from its own draw and the mean draw of those it meets."""
    game = form().under(Assumptions(relative_gains=rho))
    found = strategic_choice(game)
    p = found.strategies["resist"][0]
    e_1, e_3, e_4, e_23, e_24 = np.random.default_rng(6).standard_normal((5, DRAWS))
    first, second = found.strategies["cutoffs"][0]
    attacks, resists = p * e_4 + (1 - p) * e_3 - e_1 >= -first, e_24 - e_23 >= -second
    fought = -1 + e_4 - rho * (0.5 + e_24[resists].mean())
    conceded = 1 + e_3 - rho * e_23[~resists].mean()
    better = p * fought + (1 - p) * conceded - (e_1 - rho * 1.0)
    wrong = np.where(attacks, -better, better)
    assert wrong.max() < 5e-3
    resisting = 0.5 + e_24 - rho * (-1 + e_4[attacks].mean())
    better = resisting - (e_23 - rho * (1 + e_3[attacks].mean()))
    assert np.where(resists, -better, better).max() < 5e-3


def test_a_stake_a_mandate_a_budget_and_a_pledge_move_what_the_defender_has():
    plain = levelled()
    assert (plain.resisting, plain.giving_in) == (0.5, 0.0)
    stake = levelled(indivisibility=0.5, impartiality=1.0)
    assert stake.resisting == pytest.approx(0.5 + 0.4 - 0.24, abs=1e-15)
    backed = levelled(legitimacy=0.25, side_payments=0.4)
    assert backed.resisting == pytest.approx(0.5 + 0.8 * (1 - 0.75 * 0.6), abs=1e-15)
    assert levelled(pledge_cost=1.5, monitoring=0.5).giving_in == pytest.approx(-0.3, abs=1e-15)


def test_a_rare_attack_has_a_certificate_too():
    hated = StrategicChoiceForm(Worth(80.0, 0.0), Worth(0.0, 0.0), Worth(-9.0, 0.5))
    found = strategic_choice(hated.under(Assumptions(relative_gains=0.5)))
    assert found.strategies["attack"][0] < 1e-300
    assert found.regret[0] < 1e-11
    assert np.isfinite(found.payoffs).all()


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"private_spread": 0.0}, "must not be 0 where private parts are"),
        ({"shock": Shock.LOGISTIC}, "must be normal, or logistic for errors alone"),
        ({"shock": Shock.UNIFORM, "private_spread": 0.0, "error_spread": 1.0}, "must be normal"),
    ],
)
def test_what_has_no_doubt_or_no_closed_form_is_refused(given, rule):
    with pytest.raises(ParameterError, match=rule):
        form(**given)
