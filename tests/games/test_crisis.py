"""The integrated crisis: every observable against a simulation of the whole, and its limits."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from collsec.assumptions import INSTITUTIONALIST, NEUTRAL, REALIST
from collsec.assumptions.levers import Assumptions
from collsec.forms.shock import Shock
from collsec.games.crisis import Crisis
from collsec.institutions import PRESETS, Assessment, Institution, Trigger
from collsec.parameters import ParameterError
from collsec.solvers.crisis import crisis
from collsec.solvers.mandate import Seat

CAPABILITY = np.array([0.20, 0.12, 0.08, 0.06, 0.04])
INCOME = np.array([10.0, 8.0, 2.0, 3.0, 1.0])
AFFINITY = np.array([-0.4, 0.5, 0.0, 0.2, -0.9])
LAWS = {
    Shock.NORMAL: (stats.norm, lambda rng, size: rng.standard_normal(size)),
    Shock.UNIFORM: (stats.uniform(-1, 2), lambda rng, size: rng.uniform(-1, 1, size)),
    Shock.LOGISTIC: (stats.logistic, lambda rng, size: rng.logistic(size=size)),
}
BARE = {
    "capability": CAPABILITY,
    "income": INCOME,
    "affinity": AFFINITY,
    "interest": np.array([0.5, 0.2, 0.4, 0.1, 0.6]),
    "war_cost": 0.4 * CAPABILITY,
    "challenger_capability": 0.25,
    "spread": 0.5,
    "vote_noise": 0.05,
}
CASES = {
    "council with bypass": (
        {"challenger_seat": int(Seat.ELIGIBLE)},
        {"permanent": 1, "elected": 2, "quota": 2, "abstention": 0.4, "obligation": 0.6,
         "bypass": 0.5, "assessment": int(Assessment.INCOME)},
        {"pledge_cost": 0.7, "monitoring": 0.8, "legitimacy": 0.25, "side_payments": 0.4,
         "identification": 0.8, "impartiality": 0.5, "indivisibility": 0.4},
    ),
    "unanimity with recusal": (
        {"challenger_seat": int(Seat.PERMANENT), "friendship": 0.05},
        {"permanent": 2, "elected": 1, "quota": 0, "abstention": 0.6, "recusal": True,
         "coverage": 0.8, "leakage": 0.25, "obligation": 0.5},
        {"pledge_cost": 0.5, "identification": 0.9, "relative_gains": 0.2},
    ),
    "automatic alliance": (
        {"shock": int(Shock.UNIFORM), "nuclear": 0.2},
        {"trigger": int(Trigger.AUTOMATIC), "obligation": 1.0,
         "assessment": int(Assessment.INCOME)},
        {"pledge_cost": 0.9, "monitoring": 0.9, "side_payments": 0.5, "identification": 0.6},
    ),
    "self-help among rivals": (
        {"shock": int(Shock.LOGISTIC), "reference": 1, "spread": 0.5},
        {"trigger": int(Trigger.NONE)},
        {"relative_gains": 0.5, "legitimacy": 0.1, "side_payments": 0.3},
    ),
}  # fmt: skip


class Simulation:
    """A crisis played out many times, from drawn prizes, votes and costs."""

    def __init__(self, game, levers, answer, worth, size, number):
        self.game, self.levers, self.answer, self.worth = game, levers, answer, worth
        self.size, self.rng = size, np.random.default_rng(number)
        self.design, self.n = game.institution, game.n_members
        self.power = game.capability * float(self.design.effect)
        self.play()

    def lever(self, name):
        return float(getattr(self.levers, name))

    def play(self):
        shape = (self.size, self.n)
        identified = self.rng.random(self.size) < self.lever("identification")
        self.identified = identified | self.design.enemy_named
        self.branch = np.where(self.identified, self.branch_if_identified(), 0)
        _, sample = LAWS[Shock(int(self.game.shock))]
        shock = sample(self.rng, shape)
        self.acts, self.willing = np.zeros(shape), np.zeros(shape)
        self.costs, self.breach = np.zeros(shape), np.zeros(shape)
        for z in range(len(self.answer)):
            here = self.branch == z
            hardship = self.hardship(z)
            cost = hardship * self.game.war_cost * (1 + float(self.game.spread) * shock[here])
            breach = self.breach_of(z)
            net = self.value_of_answering(z) - cost * self.own_weight()
            self.acts[here], self.willing[here] = net + breach >= 0, net >= 0
            self.costs[here] = cost * self.acts[here]
            self.breach[here] = breach * (1 - self.acts[here])
        fought = self.acts @ self.power + float(self.game.target_capability)
        chance = self.contest(fought)
        self.reversed = self.rng.random(self.size) < chance
        self.borne = self.costs @ self.shares().T

    def contest(self, power):
        lam, opposed = float(self.game.decisiveness), float(self.game.challenger_capability)
        return power**lam / (power**lam + opposed**lam)

    def branch_if_identified(self):
        if self.design.trigger == Trigger.NONE:
            return np.zeros(self.size, dtype=int)
        if self.design.trigger == Trigger.AUTOMATIC:
            return np.ones(self.size, dtype=int)
        if len(self.answer) < 3:
            return self.council(self.ballots(1, self.worth[0])).astype(int)
        yes = (self.ballots(2, self.worth[0]) == 0).sum(axis=-1)
        n_assembly = self.n + (self.game.challenger_seat > 0)
        recommended = yes >= math.ceil(float(self.design.bypass) * n_assembly)
        later = recommended.mean()
        blocked = later * self.worth[2] + (1 - later) * self.worth[0]
        passed = self.council(self.ballots(1, blocked))
        return np.where(passed, 1, np.where(recommended, 2, 0))

    def ballots(self, z, otherwise):
        """0 yes, 1 abstain, 2 no; members weigh branch z against what follows otherwise."""
        noise = self.rng.logistic(size=(self.size, self.n)) * float(self.game.vote_noise)
        friends = (1 - self.lever("impartiality")) * self.game.affinity * self.game.friendship
        yes = self.worth[z] - otherwise - friends + noise > 0
        passive = self.rng.random((self.size, self.n)) < float(self.design.abstention)
        return np.where(yes, 0, np.where(passive, 1, 2))

    def council(self, votes):
        seat, recused = int(self.game.challenger_seat), self.design.recusal
        n_permanent = self.design.permanent - (seat == Seat.PERMANENT)
        if seat:
            own = np.full((self.size, 1), 1 if recused else 2)
            votes = np.concatenate([votes, own], axis=-1)
        sits = np.zeros(votes.shape, dtype=bool)
        sits[:, :n_permanent] = True
        pool = list(range(n_permanent, self.n + (seat == Seat.ELIGIBLE)))
        order = np.argsort(self.rng.random((self.size, len(pool))), axis=-1)
        sits[:, pool] = order.argsort(axis=-1) < self.design.elected
        holds = np.zeros(votes.shape[-1], dtype=bool)
        holds[:n_permanent] = True
        if seat == Seat.PERMANENT:
            sits[:, -1] = holds[-1] = True
        n_yes = (sits & (votes == 0)).sum(axis=-1)
        no = sits & (votes == 2) & (holds | (self.design.quota == 0))
        return (n_yes >= max(self.design.quota, 1)) & ~no.any(axis=-1)

    def hardship(self, z):
        legitimacy = self.lever("legitimacy")
        return (1 + float(self.game.nuclear)) * (1 + legitimacy if z == 0 else 1 - legitimacy)

    def breach_of(self, z):
        triggered = float(self.design.obligation) if z == 1 else 0.0
        return self.lever("monitoring") * self.lever("pledge_cost") * triggered * self.game.war_cost

    def stakes(self):
        beta, eta = self.lever("indivisibility"), self.lever("impartiality")
        stake = (1 - beta) * self.game.interest + beta * float(self.game.common_stake)
        return stake * (1 - (1 - eta) * np.maximum(0, self.game.affinity))

    def shares(self):
        """Who bears which share of whose cost."""
        phi = self.lever("side_payments")
        weight = {0: np.ones(self.n), 1: self.game.capability, 2: self.game.income}
        assessed = weight[int(self.design.assessment)] / weight[int(self.design.assessment)].sum()
        return phi * assessed[:, None] * np.ones(self.n) + (1 - phi) * np.eye(self.n)

    def relative(self):
        """The matrix from material payoffs to utilities."""
        others = np.ones((self.n, self.n)) - np.eye(self.n)
        if self.game.reference == 1:
            others = (np.outer(self.game.affinity, self.game.affinity) < 0).astype(float)
        rows = np.maximum(others.sum(axis=-1, keepdims=True), 1)
        return np.eye(self.n) - self.lever("relative_gains") * others / rows

    def own_weight(self):
        """What one unit of a member's own cost takes from its utility."""
        return np.einsum("ij,ji->i", self.relative(), self.shares())

    def value_of_answering(self, z):
        """Utility from what a member's answer adds to the chance of reversal, over the others."""
        added = np.zeros(self.n)
        for i, others in itertools.product(range(self.n), itertools.product((0, 1), repeat=self.n)):
            if others[i]:
                continue
            p = np.where(others, self.answer[z], 1 - self.answer[z])
            chance = np.prod(np.delete(p, i))
            base = float(self.game.target_capability) + others @ self.power
            added[i] += chance * (self.contest(base + self.power[i]) - self.contest(base))
        return added * (self.relative() @ self.stakes())

    def observables(self):
        """Return each observable given an attack: its draws, one row each."""
        total = self.game.capability.sum()
        share = self.acts @ self.game.capability / total
        pledged = (self.branch == 1) & (float(self.design.obligation) > 0)
        return {
            "mandate": (self.branch > 0)[self.identified],
            "answer": self.acts,
            "any_answer": self.acts.any(axis=-1),
            "mobilised": share,
            "effective_share": share * float(self.design.effect),
            "reversal": self.reversed,
            "burden": self.borne,
            "burden_rate": self.borne / self.game.income,
            "entrapment": self.acts * (1 - self.willing),
            "abandonment": 1 - self.acts[pledged],
        }

    def with_challenge(self):
        """Return what hangs on the challenger, which knows the chances and draws its prize."""
        prize = self.rng.exponential(float(self.game.prize), self.size)
        ratio = float(self.game.fighting_cost / self.game.challenger_capability)
        cost = ratio * (self.acts @ self.power)
        attack = prize * (1 - self.reversed.mean()) > cost.mean()
        success = attack & ~self.reversed
        calm, stormy = self.stakes(), self.stakes() * self.reversed[:, None]
        stormy = stormy - self.borne - self.breach
        return {
            "challenge": attack,
            "deterrence": ~attack,
            "success": success,
            "welfare_members": np.where(attack[:, None], stormy, calm),
            "welfare_challenger": np.where(attack, prize * ~self.reversed - cost, 0.0),
            "welfare_target": -float(self.game.target_stake) * success,
        }


@pytest.mark.parametrize("name", CASES)
def test_every_observable_agrees_with_a_simulation_of_the_crisis(name):
    values, design, levers = CASES[name]
    game, under = (
        Crisis(**{**BARE, **values}, institution=Institution(**design)),
        Assumptions(**levers),
    )
    form = game.form().under(under)
    found = crisis(form)
    assert found.count == 1
    seen = game.observe(found)
    answer = found.strategies["answer"][0, ..., 0]
    worth = form.outcome(found.strategies).worth[0]
    size = 120_000
    played = Simulation(game, under, answer, worth, size, number=len(name))
    for key, plays in {**played.observables(), **played.with_challenge()}.items():
        draws = np.asarray(plays, dtype=float)
        if draws.shape[0] == 0:
            assert np.isnan(seen[key]).all()
            continue
        error = np.maximum(draws.std(axis=0), 1e-3) / math.sqrt(draws.shape[0])
        miss = np.abs(draws.mean(axis=0) - seen[key][0])
        assert np.all(miss < 4.5 * error), (key, draws.mean(axis=0), seen[key][0])


def test_simulated_cases_reach_every_branch_and_every_kind_of_answer():
    reached = {}
    for name, (values, design, levers) in CASES.items():
        game = Crisis(**{**BARE, **values}, institution=Institution(**design))
        found = crisis(game.form().under(Assumptions(**levers)))
        reached[name] = game.form().under(Assumptions(**levers)).outcome(found.strategies).branch[0]
        seen = game.observe(found)
        assert 0.02 < seen["challenge"][0] < 0.98
        assert 0.01 < seen["answer"].min() < 0.9
    assert reached["council with bypass"].min() > 0.01
    assert 0.01 < reached["unanimity with recusal"][1] < 0.9
    np.testing.assert_allclose(reached["automatic alliance"], [0.4, 0.6])


@pytest.mark.parametrize("preset", PRESETS.names())
@pytest.mark.parametrize("levers", [NEUTRAL, REALIST, INSTITUTIONALIST], ids=lambda x: x.name[0])
def test_every_institution_has_a_certified_equilibrium_under_every_school(preset, levers):
    game = Crisis(institution=PRESETS.load(preset))
    found = crisis(game.form().under(levers))
    assert found.count >= 1
    assert np.nanmax(found.regret) < 1e-9
    for name, value in game.observe(found).items():
        is_undefined = name in {"abandonment", "exploitation"}
        assert is_undefined or np.all(np.isfinite(value)), name


def observed(levers=NEUTRAL, **values):
    small = PRESETS.load("un-charter").replace(quota=3)
    game = Crisis(**{"institution": small, **BARE, **values})
    return game.observe(crisis(game.form().under(levers)))


def test_a_certain_response_that_reverses_nothing_deters_by_its_cost_alone():
    design = Institution(trigger=int(Trigger.AUTOMATIC), obligation=1.0)
    levers = Assumptions(pledge_cost=2.0, side_payments=0.5)
    seen = observed(
        levers,
        institution=design,
        shock=int(Shock.UNIFORM),
        spread=0.2,
        capability=CAPABILITY / 100,
        war_cost=0.01,
        decisiveness=8.0,
        challenger_capability=1.0,
        fighting_cost=3.0,
        prize=0.01,
        target_capability=0.0,
    )
    np.testing.assert_array_equal(seen["answer"], 1)
    expected = math.exp(-3.0 * CAPABILITY.sum() / 100 / 0.01)
    assert seen["challenge"][0] == pytest.approx(expected, rel=1e-9)


def test_without_pledges_nobody_is_entrapped_or_abandons():
    seen = observed(institution=PRESETS.load("self-help"))
    np.testing.assert_allclose(seen["entrapment"], 0, atol=1e-15)
    assert np.isnan(seen["abandonment"]).all()


def test_a_pledge_beyond_the_dearest_war_entraps_exactly_those_who_would_stay_out():
    design = Institution(trigger=int(Trigger.AUTOMATIC), obligation=1.0)
    levers = Assumptions(pledge_cost=2.0)
    values = {"institution": design, "shock": int(Shock.UNIFORM), "spread": 0.3}
    game = Crisis(**{**BARE, **values})
    form = game.form().under(levers)
    found = crisis(form)
    answer = found.strategies["answer"][0, 1, :, 0]
    np.testing.assert_array_equal(answer, 1)
    others = form.response.reversal[-1]
    units = form.response.lattice.units
    gain = form.response.stake * (others - form.response.reversal[units.sum() - units])
    willing = np.clip((gain / (0.4 * CAPABILITY) - 1) / 0.3 / 2 + 0.5, 0, 1)
    np.testing.assert_allclose(game.observe(found)["entrapment"][0], 1 - willing, atol=1e-12)


def test_pledges_that_rest_on_reputation_entrap_too_and_leave_the_benchmark_as_it_is():
    nato = PRESETS.load("nato")
    trusted = observed(INSTITUTIONALIST, institution=nato, credibility="reputation")
    fined = observed(INSTITUTIONALIST, institution=nato)
    assert trusted["entrapment"].max() > 0.01
    benchmarks = (trusted["efficient_mobilised"][0], fined["efficient_mobilised"][0])
    assert benchmarks[0] == pytest.approx(benchmarks[1], abs=1e-12)


def test_exploitation_and_the_largest_burden_are_the_textbook_statistics():
    game = Crisis(institution=PRESETS.load("un-charter").replace(quota=3), **BARE)
    seen = game.observe(crisis(game.form().under(INSTITUTIONALIST)))
    burden = seen["burden"][0]
    expected = stats.spearmanr(INCOME, burden / INCOME).statistic
    assert seen["exploitation"][0] == pytest.approx(expected)
    share = (burden[0] / burden.sum()) / (INCOME[0] / INCOME.sum())
    assert seen["largest_burden"][0] == pytest.approx(share)


def test_the_free_rider_gap_compares_with_the_efficient_share():
    seen = observed(INSTITUTIONALIST)
    gap = 1 - seen["mobilised"] / seen["efficient_mobilised"]
    np.testing.assert_allclose(seen["free_rider_gap"], gap)
    assert np.all(seen["efficient_mobilised"] <= 1)


def test_members_that_hold_no_permanent_seat_can_be_renamed():
    design = Institution(permanent=1, elected=2, quota=2, obligation=0.5, bypass=0.6)
    order = np.array([0, 4, 2, 1, 3])
    moved = {
        name: np.asarray(value)[order] if np.ndim(value) else value for name, value in BARE.items()
    }
    levers = Assumptions(relative_gains=0.2, pledge_cost=0.5, side_payments=0.3, legitimacy=0.2)
    first, second = (
        observed(levers, institution=design),
        observed(levers, **moved, institution=design),
    )
    for name, value in first.items():
        permuted = value[..., order] if value.ndim == 2 else value
        np.testing.assert_allclose(second[name], permuted, atol=1e-9, err_msg=name)


def test_a_council_sweep_over_its_institution_equals_its_single_games():
    design = Institution(permanent=1, elected=2, quota=2, obligation=[0.2, 0.9], bypass=[0.0, 0.6])
    game = Crisis(**BARE, institution=design)
    seen = game.observe(crisis(game.form().under(INSTITUTIONALIST)))
    for point, (obligation, bypass) in enumerate([(0.2, 0.0), (0.9, 0.6)]):
        one = design.replace(obligation=obligation, bypass=bypass)
        single = observed(INSTITUTIONALIST, institution=one)
        for name in ("challenge", "mandate", "welfare_members", "abandonment"):
            np.testing.assert_allclose(seen[name][point, 0], single[name][0], atol=1e-13)


def test_an_institution_without_effect_and_one_that_is_none_are_refused():
    with pytest.raises(ParameterError, match="instrument without effect"):
        Crisis(institution=Institution(permanent=1, coverage=0.0))
    with pytest.raises(ParameterError, match="must be an institution"):
        Crisis(institution="league")


def test_a_quota_that_too_few_members_can_fill_is_refused_by_name():
    eight = {"capability": np.full(8, 0.1)}
    with pytest.raises(ParameterError, match="quota of 9 exceeds the 8 council seats that 8"):
        Crisis(**eight).form()
    assert Crisis(capability=np.full(9, 0.08)).form().players
    assert Crisis(**eight, institution=PRESETS.load("un-charter").replace(quota=8)).form().players
