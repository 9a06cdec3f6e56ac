"""The participation form against its definition: every profile, every type, by brute force."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, stats

from collsec.assumptions.levers import NEUTRAL, Assumptions
from collsec.forms.participation import (
    ParticipationForm,
    answering_power,
    contest,
    is_symmetric,
    rival_weights,
    threshold,
)
from collsec.forms.shock import Shock, quantile
from collsec.games.response.response import Response
from collsec.parameters import ParameterError
from collsec.solvers.participation import participation

LAWS = {
    Shock.NORMAL: stats.norm,
    Shock.LOGISTIC: stats.logistic,
    Shock.UNIFORM: stats.uniform(-1, 2),
}
LEVERS = {
    "neutral": {},
    "realist": {"relative_gains": 0.5},
    "pooled": {"side_payments": 0.7},
    "pledged": {"pledge_cost": 0.8, "monitoring": 0.6},
    "rivals who pool": {"relative_gains": 0.9, "side_payments": 0.6, "pledge_cost": 0.5},
    "costs of others": {"relative_gains": 1.0, "side_payments": 1.0},
}


def drawn(n, number=0, on_lattice=True, with_rivals=False, shock=Shock.NORMAL, **levers):
    """Draw a game of whole or rounded units; real capabilities have tests of their own."""
    rng = np.random.default_rng([number, n])
    weights = rng.integers(1, 6, n) * 0.05 if on_lattice else rng.uniform(0.01, 0.3, n)
    affinity = rng.uniform(-1, 1, n)
    form = ParticipationForm.from_contest(
        capability=weights,
        target_capability=np.array(0.03),
        challenger_capability=np.array(0.3),
        decisiveness=np.array(rng.uniform(0.7, 4)),
        required=np.array(0.0),
        resolution=16,
        interest=rng.uniform(0, 1, n),
        war_cost=rng.uniform(0.05, 0.3, n),
        affinity=affinity,
        common_stake=np.array(0.4),
        hardship=np.array([1.2]),
        mandate=np.array(1.0),
        pledged=rng.uniform(0, 1, n),
        assessed=rng.dirichlet(np.ones(n)),
        spread=np.array(0.5),
        shock=shock,
        rivals=rival_weights(affinity) if with_rivals else None,
    )
    return replace(form, waves=None, smooth=None).under(Assumptions(**levers))


def chances(n, number=0, rows=3):
    return np.random.default_rng([number, n, 1]).uniform(0.02, 0.98, (rows, n))


def strategies(answer):
    return {"answer": np.stack([answer, 1 - answer], axis=-1)}


def profiles(form, answer, without=()):
    """Yield (who answers, units reached, chance) over all profiles and all roundings of units."""
    units, shares = form.lattice.units, form.lattice.shares
    kinds = [
        [(0, 0, 1.0)]
        if i in without
        else [
            (0, 0, 1 - p),
            *((1, units[i] + t, p * share) for t, share in enumerate(shares[i]) if share),
        ]
        for i, p in enumerate(answer)
    ]
    for kind in itertools.product(*kinds):
        chance = np.prod([part[2] for part in kind])
        if chance != 0:
            yield np.array([part[0] for part in kind]), sum(part[1] for part in kind), chance


def shares(form):
    """Return the matrix of who bears which share of whose cost."""
    n, phi = form.n_members, form.side_payments
    return phi * np.tile(form.assessed[:, None], (1, n)) + (1 - phi) * np.eye(n)


def utility_map(form):
    """Return the matrix that turns material payoffs into utilities."""
    n = form.n_members
    rivals = (np.ones((n, n)) - np.eye(n)) / (n - 1) if form.rivals is None else form.rivals
    return np.eye(n) - form.relative_gains * rivals


def material_at(form, acts, units, costs):
    """Return the material payoffs of one profile when the costs of war have been drawn."""
    stake = form.interest * (1 - np.maximum(0, form.affinity))
    pledge = form.monitoring * form.pledge_cost * form.pledged * form.war_cost
    return stake * form.reversal[units] - shares(form) @ (acts * costs) - pledge * (1 - acts)


def utility_of_types(form, i, answer, cost):
    """Return what answering adds to member i's utility when its cost is drawn, others unknown."""
    gain, no_costs = 0.0, np.zeros(form.n_members)
    own = no_costs.copy()
    own[i] = cost
    steps = [(form.lattice.units[i] + t, share) for t, share in enumerate(form.lattice.shares[i])]
    for acts, units, chance in profiles(form, answer, without=[i]):
        joined = acts.copy()
        joined[i] = 1
        out = utility_map(form) @ material_at(form, acts, units, no_costs)
        for step, weight in steps:
            if weight != 0:
                inside = utility_map(form) @ material_at(form, joined, units + step, own)
                gain += chance * weight * (inside[i] - out[i])
    return gain


def mean_cost(form):
    return form.war_cost * form.hardship


def draws_dear_first(form, i):
    """Whether a dearer war makes member i more willing, because others pay for it."""
    relief = utility_map(form)[i] @ shares(form)[:, i]
    return relief < 0


def expected_cost(form, i, p):
    """Return E[C_i; i answers] by quadrature over the types that answer."""
    law = LAWS[form.shock]
    low, high = law.support()
    low, high = max(low, -40.0), min(high, 40.0)
    low, high = (law.isf(p), high) if draws_dear_first(form, i) else (low, law.ppf(p))
    part, _ = integrate.quad(lambda x: (1 + form.spread * x) * law.pdf(x), low, high, limit=200)
    return mean_cost(form)[i] * part


@pytest.mark.parametrize(
    ("n", "on_lattice"),
    [(1, True), (2, True), (5, True), (7, True), (1, False), (2, False), (4, False)],
)
def test_the_chance_of_reversal_is_its_mean_over_all_profiles(n, on_lattice):
    form, answer = drawn(n, on_lattice=on_lattice), chances(n, rows=2 if n > 5 else 3)
    for found, row in zip(form.reversal_chance(answer), answer, strict=True):
        expected = sum(chance * form.reversal[units] for _, units, chance in profiles(form, row))
        assert found == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(
    ("n", "on_lattice"), [(2, True), (3, True), (6, True), (2, False), (4, False)]
)
def test_the_pivotal_chance_is_the_rise_over_all_profiles_of_the_others(n, on_lattice):
    form, answer = drawn(n, on_lattice=on_lattice), chances(n, rows=1)
    for i in range(n):
        sure, never = answer.copy(), answer.copy()
        sure[:, i], never[:, i] = 1.0, 0.0
        rise = [
            sum(chance * form.reversal[units] for _, units, chance in profiles(form, row[0]))
            for row in (sure, never)
        ]
        assert form.pivotal(answer)[0, i] == pytest.approx(rise[0] - rise[1], abs=1e-13)


@pytest.mark.parametrize("with_rivals", [False, True])
@pytest.mark.parametrize("name", LEVERS)
def test_the_condition_to_answer_follows_from_material_payoffs(name, with_rivals):
    form = drawn(4, number=2, with_rivals=with_rivals, on_lattice=False, **LEVERS[name])
    answer = chances(4)[0]
    pivotal = form.pivotal(answer[None])[0]
    for i, xi in itertools.product(range(4), (-1.3, 0.0, 2.0)):
        cost = mean_cost(form)[i] * (1 + form.spread * xi)
        stated = form.gain[i] * pivotal[i] + form.breach_cost[i]
        stated -= form.burden[i] * (1 + form.spread * xi)
        assert stated == pytest.approx(utility_of_types(form, i, answer, cost), abs=1e-14)


def test_the_stated_condition_has_the_terms_of_the_equation():
    form = drawn(3, relative_gains=0.4, side_payments=0.3, pledge_cost=0.5, monitoring=0.7)
    stake = form.interest * (1 - np.maximum(0, form.affinity))
    others = np.array([(stake.sum() - s) / 2 for s in stake])
    assess = np.array([(1 - a) / 2 for a in form.assessed])
    weight = 1 - 0.3 + 0.3 * form.assessed - 0.4 * 0.3 * assess
    np.testing.assert_allclose(form.gain, stake - 0.4 * others, rtol=1e-14)
    np.testing.assert_allclose(form.burden, form.war_cost * 1.2 * weight, rtol=1e-14)
    np.testing.assert_allclose(form.breach_cost, 0.7 * 0.5 * form.pledged * form.war_cost)


@pytest.mark.parametrize("shock", Shock)
@pytest.mark.parametrize("with_rivals", [False, True])
@pytest.mark.parametrize("name", LEVERS)
def test_payoffs_are_their_means_over_all_profiles_and_types(name, with_rivals, shock):
    form = drawn(3, number=5, with_rivals=with_rivals, shock=shock, **LEVERS[name])
    answer = chances(3, rows=1)
    expected = np.zeros(3)
    for acts, units, chance in profiles(form, answer[0]):
        costs = [expected_cost(form, i, p) / p for i, p in enumerate(answer[0])]
        expected += chance * material_at(form, acts, units, np.array(costs))
    found = form.material(strategies(answer))[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    utility = utility_map(form) @ expected
    np.testing.assert_allclose(form.payoffs(strategies(answer))[0], utility, rtol=0, atol=1e-9)


@pytest.mark.parametrize("with_rivals", [False, True])
def test_payoffs_agree_with_a_simulation_of_drawn_costs(with_rivals):
    form = drawn(5, 7, with_rivals=with_rivals, relative_gains=0.6, side_payments=0.5)
    answer, rng, size = chances(5, rows=1), np.random.default_rng(11), 200_000
    shock = rng.standard_normal((size, 5))
    cutoff = stats.norm.ppf(answer[0])
    toward = np.array([-1 if draws_dear_first(form, i) else 1 for i in range(5)])
    acts = (toward * shock <= cutoff).astype(float)
    costs = mean_cost(form) * (1 + form.spread * shock) * acts
    stake = form.interest * (1 - np.maximum(0, form.affinity))
    reversed_ = form.reversal[(acts @ form.lattice.units).astype(int)]
    material = stake * reversed_[:, None] - costs @ shares(form).T
    utility = material @ utility_map(form).T
    error = utility.std(axis=0) / np.sqrt(size)
    miss = utility.mean(axis=0) - form.payoffs(strategies(answer))[0]
    assert np.all(np.abs(miss) < 4 * error)


@pytest.mark.parametrize("shock", Shock)
@pytest.mark.parametrize("name", LEVERS)
def test_regret_is_the_loss_of_the_worst_type_by_brute_force(name, shock):
    form = drawn(3, number=9, shock=shock, with_rivals=name == "costs of others", **LEVERS[name])
    answer, law = chances(3, rows=2), LAWS[shock]
    low, high = law.support()
    types = np.linspace(max(low, -30.0), min(high, 30.0), 4001)
    for row, found in zip(answer, form.regret(strategies(answer)), strict=True):
        worst = 0.0
        for i, p in enumerate(row):
            cost = mean_cost(form)[i]
            level = utility_of_types(form, i, row, cost)
            slope = (utility_of_types(form, i, row, 2 * cost) - level) * form.spread
            gain = level + slope * types
            cutoff = law.isf(p) if slope > 0 else law.ppf(p)
            answers = types >= cutoff if slope > 0 else types <= cutoff
            worst = max(worst, np.max(np.where(answers, -gain, gain)))
            at_cutoff = np.abs(level + slope * cutoff)
            worst = max(worst, at_cutoff if np.isfinite(at_cutoff) else 0.0)
        assert found == pytest.approx(worst, rel=2e-2, abs=1e-12)
        assert found > 1e-3


@pytest.mark.parametrize("shock", Shock)
def test_regret_rises_in_proportion_to_a_departure_from_equilibrium(shock):
    form = drawn(4, number=3, shock=shock, relative_gains=0.2, side_payments=0.3)
    found = participation(form).strategies["answer"][0]
    cutoff = quantile(shock, found[:, 0], found[:, 1])
    inside = int(np.argmin(np.abs(cutoff)))
    assert abs(cutoff[inside]) < 1
    regrets = []
    for size in (1e-5, 1e-4, 1e-3):
        moved = cutoff.copy()
        moved[inside] += size
        law = LAWS[shock]
        answer = np.stack([law.cdf(moved), law.sf(moved)], axis=-1)
        regrets.append(form.regret({"answer": answer[None]})[0])
    assert regrets[0] > 1e-7
    np.testing.assert_allclose(np.array(regrets[1:]) / regrets[:-1], 10, rtol=0.05)


def test_chances_that_do_not_add_up_are_regretted():
    form = drawn(3)
    found = participation(form).strategies["answer"].copy()
    found[0, 0, 1] += 1e-6
    assert form.regret({"answer": found})[0] > 9e-7


def test_where_others_bear_the_whole_cost_the_better_action_is_certain():
    form = drawn(3, number=4, side_payments=1.0)
    form = form.assessed_by(np.array([0.0, 0.5, 0.5]))
    assert form.burden[0] == 0
    found = participation(form)
    np.testing.assert_array_equal(found.strategies["answer"][:, 0], [[1.0, 0.0]])
    stays = found.strategies["answer"].copy()
    stays[0, 0] = [0.0, 1.0]
    pivotal = form.pivotal(stays[..., 0])[0, 0]
    assert form.regret({"answer": stays})[0] >= form.gain[0] * pivotal > 1e-3


def test_who_profits_from_the_costs_of_others_goes_to_war_when_it_is_dear():
    form = drawn(3, number=4, side_payments=1.0, relative_gains=1.0)
    form = form.assessed_by(np.array([0.0, 0.5, 0.5]))
    assert form.burden[0] < 0
    answer = np.array([[0.3, 0.5, 0.5]])
    tail = stats.norm.pdf(stats.norm.ppf(0.3))
    dear = mean_cost(form)[0] * (0.3 + form.spread * tail)
    assert form.drawn_costs(answer, 1 - answer)[0, 0] == pytest.approx(dear, rel=1e-13)
    assert participation(form).regret.max() < 1e-13


def test_costs_that_members_bear_add_up_to_the_costs_drawn():
    form = drawn(5, side_payments=0.6)
    answer = chances(5)
    borne, all_ = form.borne_costs(answer, 1 - answer), form.drawn_costs(answer, 1 - answer)
    np.testing.assert_allclose(borne.sum(axis=-1), all_.sum(axis=-1), rtol=1e-14)


def test_best_replies_are_what_regret_asks_for():
    form = drawn(4, relative_gains=0.3, pledge_cost=0.4)
    answer = chances(4)
    replies = form.replies(answer)
    pivotal = form.pivotal(answer)
    net = form.gain * pivotal + form.breach_cost - form.burden
    expected = stats.norm.cdf(net / (form.spread * np.abs(form.burden)))
    np.testing.assert_allclose(replies, expected, rtol=1e-12)


def test_rivals_stand_on_opposite_sides_of_the_challenger():
    weights = rival_weights(np.array([0.5, -0.2, -1.0, 0.0]))
    expected = [[0, 0.5, 0.5, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(weights, expected)


def test_a_member_without_rivals_minds_nobodys_gains():
    form = drawn(3, with_rivals=True, relative_gains=0.8)
    alone = np.nonzero(form.rivals.sum(axis=-1) == 0)[0]
    form_without = drawn(3)
    for i in alone:
        assert form.gain[i] == form_without.gain[i]


def test_a_contest_of_equals_is_even_and_nothing_never_wins():
    even = contest(np.array([0.0, 0.2, 0.4]), np.array(0.2), np.array(2.0))
    np.testing.assert_allclose(even, [0, 0.5, 0.8], rtol=1e-14)
    assert contest(np.array([0.0]), np.array(0.2), np.array(0.1))[0] == 0


def test_reaching_the_threshold_exactly_is_enough():
    power = np.arange(6) * 0.1
    np.testing.assert_array_equal(threshold(power, np.array(0.3)), [0, 0, 0, 1, 1, 1])


def test_required_capability_replaces_the_contest():
    form = ParticipationForm.from_contest(
        capability=np.full(4, 0.1),
        target_capability=np.array(0.5),
        challenger_capability=np.array(0.2),
        decisiveness=np.array(2.0),
        required=np.array([0.0, 0.3]),
        resolution=16,
        interest=np.ones(4),
        war_cost=np.ones(4),
        affinity=np.zeros(4),
        common_stake=np.array(0.0),
        hardship=np.ones(1),
        mandate=np.array(0.0),
        pledged=np.zeros(4),
        assessed=np.full(4, 0.25),
        spread=np.array(1.0),
    )
    np.testing.assert_array_equal(form.reversal[1], [0, 0, 0, 1, 1])
    np.testing.assert_allclose(form.reversal[0], contest(np.arange(5, 10) / 10, 0.2, np.array(2.0)))


def test_levers_do_what_the_model_page_says():
    bare, affinity = drawn(3), drawn(3).affinity
    form = drawn(3, indivisibility=0.25, impartiality=0.4, legitimacy=0.3)
    stake = (0.75 * bare.interest + 0.25 * 0.4) * (1 - 0.6 * np.maximum(0, affinity))
    np.testing.assert_allclose(form.stake, stake, rtol=1e-14)
    np.testing.assert_allclose(form.mean_cost, 0.7 * bare.mean_cost, rtol=1e-14)


def test_relative_gains_are_applied_once():
    form = drawn(3, relative_gains=0.3)
    assert form.under(NEUTRAL).relative_gains == 0.3
    said = (
        "participation_form: relative_gains = 0.1: relative gains are already applied, 0.3; start"
    )
    with pytest.raises(ParameterError, match=said):
        form.under(Assumptions(relative_gains=0.1))


def test_members_are_alike_only_if_everything_about_them_is():
    form = drawn(3)
    assert not is_symmetric(form)
    same = {
        "interest": np.full(3, 0.5),
        "war_cost": np.full(3, 0.1),
        "affinity": np.zeros(3),
        "pledged": np.zeros(3),
        "assessed": np.full(3, 1 / 3),
    }
    lattice = form.lattice.__class__(np.full(3, 2), np.ones((3, 1)), np.array(0.1))
    alike = form.__class__(**{**vars_of(form), **same, "lattice": lattice})
    assert is_symmetric(alike)
    for name in ("interest", "war_cost", "affinity"):
        odd = {**same, name: same[name] + np.array([0, 0, 0.01])}
        assert not is_symmetric(form.__class__(**{**vars_of(form), **odd, "lattice": lattice}))


def vars_of(form):
    return {name: getattr(form, name) for name in form.__dataclass_fields__}


def test_padding_stays_padding():
    form, answer = drawn(3), strategies(chances(3))["answer"]
    answer[1] = np.nan
    assert np.isnan(form.regret({"answer": answer})).tolist() == [False, True, False]
    payoffs = form.payoffs({"answer": answer})
    assert np.isnan(payoffs).any(axis=-1).tolist() == [False, True, False]


def test_expected_power_is_the_sum_of_what_is_likely_to_answer():
    power = answering_power(np.array([[0.5, 1.0], [0.0, 0.1]]), np.array([0.2, 0.4]))
    np.testing.assert_allclose(power, [0.5, 0.04])


def test_a_game_has_the_same_bits_beside_games_of_other_capabilities():
    rng = np.random.default_rng(3)
    weights = np.stack([np.full(4, 0.1), [0.3, 0.2, 0.2, 0.1], rng.uniform(0.05, 0.2, 4)])
    answer = rng.uniform(0, 1, (3, 2, 4))

    def form(capability):
        return ParticipationForm.from_contest(
            capability=capability,
            target_capability=np.array(0.01),
            challenger_capability=np.array(0.2),
            decisiveness=np.array(2.5),
            required=np.array(0.0),
            resolution=100,
            interest=np.full(4, 0.4),
            war_cost=np.full(4, 0.1),
            affinity=np.zeros(4),
            common_stake=np.array(0.0),
            hardship=np.ones(1),
            mandate=np.array(0.0),
            pledged=np.zeros(4),
            assessed=np.full(4, 0.25),
            spread=np.array(0.3),
        )

    whole = form(weights)
    for point in range(3):
        single = form(weights[point])
        for name in ("reversal_chance", "pivotal", "replies"):
            found = getattr(whole, name)(answer)[point]
            np.testing.assert_array_equal(found, getattr(single, name)(answer[point]))
        for name in ("payoffs", "regret", "material"):
            found = getattr(whole, name)(strategies(answer))[point]
            np.testing.assert_array_equal(found, getattr(single, name)(strategies(answer[point])))


def test_real_capabilities_bend_as_the_contest_does_not_as_a_lattice_says():
    """The contest bends back at 1 / sqrt(3) of the challenger's power: a millionth tells."""
    share = np.array([0.617, 0.2113, 0.1717])
    whole = 0.4 / np.sqrt(3) * np.array([1 - 1e-6, 1 + 1e-6])
    form = Response(
        capability=share / share.sum() * whole[:, None], challenger_capability=0.4,
        target_capability=0.0,
    ).form()  # fmt: skip
    assert not form.lattice.is_exact.any()
    assert form.is_supermodular.tolist() == [True, False]
    steep = Response(
        capability=share, challenger_capability=0.4, target_capability=0.0, decisiveness=1.5
    ).form()
    assert steep.bend[1] == np.inf


@pytest.mark.parametrize("tilt", [0.0, 1e-16, -1e-16])
def test_the_sign_of_a_second_difference_is_exact(tilt):
    rng = np.random.default_rng(1)
    form = Response(capability=[0.3, 0.2, 0.1]).form()
    for _ in range(50):
        table = rng.uniform(0, 0.1) + rng.uniform(0, 0.1) * np.arange(7) + tilt * np.arange(7) ** 2
        least, most = replace(form, reversal=table).bend
        exact = [Fraction(value) for value in table]
        bends = [c - 2 * b + a for a, b, c in zip(exact, exact[1:], exact[2:], strict=False)]
        assert (np.sign(least), np.sign(most)) == (np.sign(min(bends)), np.sign(max(bends)))
        assert replace(form, reversal=table, smooth=None).is_supermodular == (min(bends) >= 0)
