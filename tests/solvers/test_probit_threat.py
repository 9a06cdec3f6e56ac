import numpy as np
import pytest
from scipy import optimize, special

from collsec.assumptions import Assumptions
from collsec.forms.probit_threat import ProbitThreatForm, Sides
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.solvers.probit_threat import probit_threat


def _reply(game, p):
    """F(p) from the published equations, with Owen's T for the bivariate normal."""
    c = (game.status_quo - (1 - p) * game.victory) / p
    w, a = game.sanctions_sender, game.backing_down
    h, k = (w - a) / np.sqrt(2), w - c
    t = special.owens_t(h, np.sqrt(2) * k / h - 1) + special.owens_t(k, np.sqrt(2) * h / k - 1)
    both = 0.5 * (special.ndtr(h) + special.ndtr(k)) - t - np.where(h * k > 0, 0.0, 0.5)
    firm = both / (1 - special.ndtr(c - w) * special.ndtr(c - a))
    value = firm * game.sanctions_target + (1 - firm) * game.defiance - game.concession
    return special.ndtr(value / firm)


@pytest.mark.parametrize("target", [-3.4, -2.9, -2.8, -2.75, -2.2, -1.0])
def test_a_fine_grid_of_the_published_equations_has_the_same_zeros(target):
    game = SanctionsSignalling(sanctions_target=target)
    found = probit_threat(game.form())
    p = special.ndtr(np.linspace(-6, 6, 20_001))
    gap = p - _reply(game, p)
    ends = np.flatnonzero(np.sign(gap[:-1]) != np.sign(gap[1:]))
    zeros = [
        optimize.brentq(lambda x: float(x - _reply(game, x)), p[k], p[k + 1], xtol=1e-15)
        for k in ends
    ]
    assert found.strategies["resist"] == pytest.approx(zeros, abs=1e-13)
    assert found.complete
    residual = found.strategies["resist"] - _reply(game, found.strategies["resist"])
    assert np.abs(residual).max() < 1e-12
    assert found.index.sum() == 1


def _number(sanctions_target):
    return int(probit_threat(SanctionsSignalling(sanctions_target=sanctions_target).form()).count)


def _folds(low, high):
    """Bisect for the target's payoff at which the number of equilibria changes."""
    count = [_number(low), _number(high)]
    for _ in range(50):
        middle = (low + high) / 2
        if _number(middle) == count[0]:
            low = middle
        else:
            high = middle
    return low, high, count


@pytest.mark.parametrize(("low", "high"), [(-3.4, -2.9), (-2.9, -2.2)])
def test_at_a_fold_two_equilibria_merge_and_the_set_is_not_called_complete(low, high):
    below, above, count = _folds(low, high)
    assert sorted(count) == [1, 3]
    for end in (below, above):
        found = probit_threat(SanctionsSignalling(sanctions_target=end).form())
        assert not found.complete
        assert np.nanmax(found.regret) < 1e-9
    for end, expected in ((below - 1e-6, count[0]), (above + 1e-6, count[1])):
        found = probit_threat(SanctionsSignalling(sanctions_target=end).form())
        assert found.count == expected
        assert found.complete


def test_a_map_is_solved_in_one_call_with_indices_that_sum_to_one():
    a = np.linspace(-3, 1, 60)[:, None]
    game = SanctionsSignalling(backing_down=a, sanctions_target=np.linspace(-5, 0, 50))
    found = probit_threat(game.form())
    assert found.count.shape == (60, 50)
    assert set(np.unique(found.count)) == {1, 3}
    assert found.complete.all()
    assert np.all(np.nansum(found.index, axis=-1) == 1)
    assert np.nanmax(found.regret) < 1e-12


def test_there_is_one_equilibrium_where_the_sender_would_rather_fight_than_retreat():
    game = SanctionsSignalling(
        sanctions_sender=np.linspace(-1.2, 3, 30)[:, None], sanctions_target=np.linspace(-6, 2, 40)
    )
    found = probit_threat(game.form())
    assert np.all(found.count == 1)
    assert found.complete.all()


@pytest.mark.parametrize("fight", [-6.0, 4.0])
def test_extreme_payoffs_are_solved_and_certified(fight):
    game = SanctionsSignalling(
        sanctions_sender=fight,
        backing_down=np.linspace(-8, 5, 30)[:, None],
        sanctions_target=np.linspace(-10, 3, 30),
    )
    found = probit_threat(game.form())
    assert np.all(found.count >= 1)
    assert np.nanmax(found.regret) < 1e-11


def _reply_with_envy(game, rho, z):
    """The target's best cutoff, by the definition of utilities, from drawn private values."""
    own, back = np.random.default_rng(7).standard_normal((2, 400_000))
    p = special.ndtr(z)
    resolve = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / p
    firm = game.sanctions_sender + own - rho * (game.sanctions_target + resolve)
    retreat = game.backing_down + back - rho * game.defiance
    won = game.victory - rho * game.concession
    threatens = p * np.maximum(firm, retreat) + (1 - p) * won >= game.status_quo
    stays = threatens & (firm >= retreat)
    fought = game.sanctions_target - rho * (game.sanctions_sender + own)
    kept = game.defiance - rho * (game.backing_down + back)
    resisting = np.where(stays, fought, kept)[threatens].mean()
    conceding = game.concession - rho * game.victory
    return (resisting - conceding) / stays[threatens].mean()


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("target", [-2.9, -1.0])
def test_with_relative_gains_drawn_values_confirm_every_equilibrium(rho, target):
    game = SanctionsSignalling(sanctions_target=target)
    found = probit_threat(game.form().under(Assumptions(relative_gains=rho)))
    assert found.complete
    assert found.regret.max() < 1e-12
    for z in found.strategies["cutoffs"][:, 2]:
        assert _reply_with_envy(game, rho, z) == pytest.approx(z, abs=0.05)


def test_relative_gains_leave_the_set_of_equilibria_complete():
    rho = np.linspace(0, 0.95, 8)[:, None]
    game = SanctionsSignalling(sanctions_target=np.linspace(-4, 0, 20))
    found = probit_threat(game.form().under(Assumptions(relative_gains=rho)))
    assert found.complete.all()
    assert np.all(np.nansum(found.index, axis=-1) == 1)
    assert np.nanmax(found.regret) < 1e-12


def test_a_sender_who_envies_the_target_its_concession_may_never_threaten():
    game = SanctionsSignalling(victory=0.2, concession=0.8)
    found = probit_threat(game.form().under(Assumptions(relative_gains=0.5)))
    assert found.strategies["challenge"][0] == 0.0
    assert found.strategies["resist"][0] == 0.0
    assert not found.complete
    assert found.regret[0] < 1e-12
    material = game.form()
    assert material.regret({name: v[:1] for name, v in found.strategies.items()})[0] > 0.1


def test_p_drifts_from_one_half_to_the_equilibrium_that_iteration_finds():
    for target in (-3.2, -2.9, -2.85, -2.8):
        game = SanctionsSignalling(sanctions_target=target)
        found = probit_threat(game.form())
        p = 0.5
        for _ in range(3000):
            p = p + 0.2 * (float(_reply(game, p)) - p)
        assert found.strategies["resist"][found.centroid] == pytest.approx(p, abs=1e-9)


def test_there_is_an_equilibrium_unless_rivals_resist_none():
    rng = np.random.default_rng(3)
    ends = [Sides(*rng.uniform(-3, 3, (2, 1500))) for _ in range(4)]
    rho = rng.uniform(0, 1, 1500)
    found = probit_threat(ProbitThreatForm(*ends).under(Assumptions(relative_gains=rho)))
    quiet, won, _, retreat = ends
    threatens = won.sender - rho * won.target > quiet.sender - rho * quiet.target
    resists = retreat.target - rho * retreat.sender > won.target - rho * won.sender
    assert np.all(found.count[resists] > 0)
    assert np.any(~threatens & resists)
    assert np.any(found.count[~resists] == 0)
