"""What every form keeps to: neutral levers change nothing, levers compose, the map is linear.

A new form needs an example here, and the list of the levers that act on it.
"""

import importlib
import pkgutil

import numpy as np
import pytest

import collsec.forms
from collsec.assumptions.levers import LEVERS, NEUTRAL, Assumptions
from collsec.forms.branches import chance, decision, end
from collsec.forms.form import Form
from collsec.forms.ladder import LadderForm
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from collsec.forms.tree import TreeForm
from collsec.forms.voting import VotingForm, VotingRule
from collsec.games.burden.private_provision import PrivateProvision
from collsec.games.credibility.alliance_reliability import AllianceReliability
from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.games.credibility.bargaining import Bargaining
from collsec.games.credibility.chain_store import ChainStore
from collsec.games.credibility.choosing_signals import ChoosingSignals
from collsec.games.credibility.commitment_problem import CommitmentProblem
from collsec.games.credibility.extended_deterrence import ExtendedDeterrence
from collsec.games.credibility.immediate_deterrence import ImmediateDeterrence
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.games.credibility.tying_hands import TyingHands
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.games.crisis import Crisis
from collsec.games.regime.enforcement import Enforcement
from collsec.games.response.provision_point import ProvisionPoint
from collsec.games.response.response import Response
from collsec.institutions import Institution
from collsec.solvers import solve

VALUES = {
    "relative_gains": 0.3,
    "indivisibility": 0.4,
    "impartiality": 0.5,
    "discount_factor": 0.6,
    "monitoring": 0.7,
    "pledge_cost": 0.8,
    "legitimacy": 0.2,
    "side_payments": 0.35,
    "identification": 0.9,
}
CAPABILITY = np.array([0.2, 0.13, 0.07, 0.05])


def fresh():
    return np.random.default_rng(12)


def alliance():
    form = ExtendedDeterrence(
        steps=4, pledge=0.3, condition=0.5, mandate=1, affinity=0.4, protege_cost=0.1
    ).form()
    plans = {name: fresh().uniform(0.1, 0.9, (3, 5)) for name in ("attack", "support")}
    alone = fresh().integers(0, 3, (3, 5)).astype(float)
    return form, plans | {"alone": alone, "demand": np.array([0.0, 0.5, 1.0])}


def attrition():
    form = AudienceCosts(challenger_audience=0.7, target_pledged=0.5, mandate=1.0).form()
    strategies = {
        "concession": np.array([[0.3, 0.1], [0.0, 0.4]]),
        "strike": np.array([[0.2, 0.0], [0.1, 0.3]]),
        "scale": np.array([[0.9, 1.4], [2.0, 0.6]]),
        "shape": np.array([[0.8, 1.0], [1.3, 0.5]]),
        "deadline": np.array([0.8, 1.1]),
    }
    return form, strategies


def contribution():
    form = PrivateProvision(income=[50.0, 30.0, 20.0], taste=[0.4, 0.3, 0.2]).form()
    return form, {"contribution": np.array([[6.0, 3.0, 1.0], [2.0, 0.0, 0.5]])}


def ladder():
    amounts = fresh().uniform(0, 1, (2, 7, 4))
    form = LadderForm(
        movers=(1, 0, 1), names=("A", "B"), prior=np.array(0.3), amounts=amounts,
        risk=np.array([0.1, 0.0, 0.2]), dates=np.array([0.0, 2.0]), war=amounts / 2,
        breach=amounts / 3, staked=-amounts, interest=0.2, common_stake=0.5, affinity=0.4,
        named=(0,), discount_factor=0.3, mandate=0.5,
    )  # fmt: skip
    climb = fresh().uniform(0.2, 0.8, (2, 3, 2))
    climb[:, 1, 1] = climb[:, 1, 0]
    belief = np.full((2, 3), 0.3)
    for k in (0, 1):
        resolute, other = belief[:, k] * climb[:, k, 1], (1 - belief[:, k]) * climb[:, k, 0]
        belief[:, k + 1] = resolute / (resolute + other)
    return form, {"climb": climb, "belief": belief}


def costly_signal():
    form = TyingHands(sunk=0.1, tied=0.2, mandate=1.0).form()
    strategies = {
        "signal": fresh().dirichlet(np.ones(2), (3, 2)),
        "fight": fresh().uniform(0, 1, (3, 2, 2)),
        "push": fresh().uniform(0.1, 0.9, (3, 2)),
        "belief": np.full((3, 2, 2), 0.5),
    }
    return form, strategies


def participation():
    form = Response(
        capability=CAPABILITY,
        interest=[0.5, 0.2, 0.3, 0.1],
        affinity=[0.4, -0.3, 0.0, 0.2],
        war_cost=0.3 * CAPABILITY,
        pledged=[0.9, 0.5, 0.2, 0.7],
        mandate=1.0,
    ).form()
    answer = fresh().uniform(0.05, 0.95, (3, 4))
    return form, {"answer": np.stack([answer, 1 - answer], axis=-1)}


def crisis():
    design = Institution(permanent=1, elected=2, quota=2, obligation=0.6, bypass=0.5)
    form = Crisis(
        capability=CAPABILITY,
        interest=[0.5, 0.2, 0.3, 0.1],
        affinity=[0.4, -0.3, 0.0, 0.2],
        institution=design,
        vote_noise=0.1,
    ).form()
    answer, attack = fresh().uniform(0.05, 0.95, (2, 3, 4)), fresh().uniform(0.1, 0.9, 2)
    return form, {
        "answer": np.stack([answer, 1 - answer], axis=-1),
        "vote": fresh().dirichlet(np.ones(3), (2, 2, 4)),
        "challenge": np.stack([attack, 1 - attack], axis=-1),
    }


def logit():
    game, strategies = normal()
    return LogitForm(game, 1.5), strategies


def normal():
    form = NormalForm(fresh().uniform(-1, 1, (3, 2, 3, 2)), ("A", "B", "C"))
    sizes = {"A": 2, "B": 3, "C": 2}
    return form, {name: fresh().dirichlet(np.ones(size), 2) for name, size in sizes.items()}


def pledge():
    form = AllianceReliability(affinity=0.3, mandate=1.0, detection=0.9).form()
    return form, {name: fresh().uniform(0.1, 0.9, (3, 32)) for name in ("honour", "attack")}


def power_shift():
    game = CommitmentProblem(n_steps=2, first_strike=0.05, mandate=1.0, discount_factor=0.4)
    plans = {
        "attack": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "offer": np.array([[0.3, 0.4, 0.5], [0.2, 0.3, 0.6], [0.1, 0.3, 0.2]]),
        "accept_from": np.array([[0.2, 0.4, 0.5], [0.1, 0.3, 0.5], [0.0, 0.2, 0.4]]),
    }
    return game.form(), plans


def repeated():
    game = Enforcement(n_members=4, detection=0.8, discount_factor=0.5, benefit=0.4)
    return game.form(), {"cooperation": np.array([np.tile([x, 0.0], (4, 1)) for x in (1.0, 0.0)])}


def threat():
    form = UnilateralDeterrence(mandate=1, challenger_bound=0.5, defender_bound=0.8).form()
    mixes = {name: fresh().uniform(0.1, 0.9, (3, 2)) for name in ("demand", "resist", "fight")}
    for player, name in enumerate(("demand", "resist")):
        acting = mixes[name] * form.odds[player]
        mixes[f"belief: {name}"] = acting[:, 0] / acting.sum(axis=-1)
    return form, mixes


def reputation():
    game = ChainStore(n_stages=2, p_tough=0.3, discount_factor=0.4, monitoring=0.9, mandate=0.5)
    challenge, fight = fresh().uniform(0.2, 0.8, (2, 3, 2, 4))
    belief = np.zeros((3, 2, 4))
    belief[..., 0] = 0.3
    belief[:, 1, 2] = 0.3 / (0.3 + 0.7 * fight[:, 0, 0])
    plan = {"challenge": challenge, "fight": fight, "belief": belief, "news": 1.0 * (belief > 0)}
    for one in plan.values():
        one[:, 0, 2:], one[:, 1, 3] = np.nan, np.nan
    return game.form(), plan


def probit_threat():
    game = SanctionsSignalling(mandate=1.0)
    cutoffs = np.array([[-1.1, -0.7, -0.6], [0.4, 0.3, 0.9], [1.7, -1.5, 0.1]])
    names = ("challenge", "resist", "stand_firm")
    chances = {name: fresh().uniform(0.1, 0.9, 3) for name in names}
    return game.form(), {**chances, "cutoffs": cutoffs}


def signal_level():
    form = ChoosingSignals(tied_share=0.6, mandate=1.0).form()
    strategies = {
        "cutoff": np.array([0.4, 0.2]),
        "level": np.array([0.3, 0.1]),
        "fight_from": np.array([[0.3, 0.5], [0.6, 0.1]]),
        "push": np.array([[0.9, 0.2], [0.6, 0.4]]),
        "refined": np.array([1.0, 0.0]),
    }
    return form, strategies


def strategic_choice():
    form = ImmediateDeterrence(affinity=0.4, mandate=1.0, error_spread=0.5).form()
    cutoffs = np.array([[-1.1, -0.7], [0.4, 0.3], [1.7, -1.5]])
    chances = {name: fresh().uniform(0.1, 0.9, 3) for name in ("attack", "resist")}
    return form, {**chances, "cutoffs": cutoffs}


def symmetric():
    rng = fresh()
    return SymmetricForm(rng.normal(size=4), rng.normal(size=4)), {"act": rng.uniform(0, 1, (3, 4))}


def threshold():
    game = ProvisionPoint(n_members=4, quorum=2, value=[3.0, 2.0, 1.0, 2.5], cost=[1, 0.5, 0.7, 1])
    return game.form(), {"act": fresh().uniform(0, 1, (3, 4))}


def tree():
    reply = {"fight": end(-1.0, -0.5), "share": end(1.0, 1.0)}
    root = chance(
        {
            "strong": (0.4, decision("A", "entry", {
                "out": end(0.0, 2.0), "in": decision("B", "reply", reply)})),
            "weak": (0.6, decision("A", "entry", {
                "out": end(0.1, 1.0), "in": decision("B", "answer", reply)})),
        }
    )  # fmt: skip
    form = TreeForm.grow(root, ("A", "B"))
    return form, {name: fresh().dirichlet(np.ones(2), 2) for name in ("entry", "reply", "answer")}


def ultimatum():
    form = Bargaining(subsidy=0.02, mandate=1.0, lowest_cost=0.05).form()
    return form, {"offer": np.array([0.7, 0.5, 0.8]), "accept_from": np.array([0.1, 0.2, 0.05])}


def voting():
    form = VotingForm.from_gains(
        ("A", "B", "C"),
        VotingRule((2, 1, 1), 2, veto=(True, False, False)),
        gain=np.array([0.2, -0.1, 0.4]),
        affinity=np.array([0.5, -0.5, 0.8]),
        friendship=0.3,
        noise=0.2,
        abstention=0.3,
    )
    return form, {"vote": fresh().dirichlet(np.ones(3), (2, 3))}


EXAMPLES = {
    "AllianceForm": alliance,
    "AttritionForm": attrition,
    "ContributionForm": contribution,
    "CostlySignalForm": costly_signal,
    "CrisisForm": crisis,
    "LadderForm": ladder,
    "LogitForm": logit,
    "NormalForm": normal,
    "ParticipationForm": participation,
    "PledgeForm": pledge,
    "PowerShiftForm": power_shift,
    "RepeatedForm": repeated,
    "ThreatForm": threat,
    "ReputationForm": reputation,
    "ProbitThreatForm": probit_threat,
    "SignalLevelForm": signal_level,
    "StrategicChoiceForm": strategic_choice,
    "SymmetricForm": symmetric,
    "ThresholdForm": threshold,
    "TreeForm": tree,
    "UltimatumForm": ultimatum,
    "VotingForm": voting,
}
STAKES = {
    "relative_gains", "indivisibility", "impartiality", "monitoring", "pledge_cost", "legitimacy",
    "side_payments",
}  # fmt: skip
ACTING = {
    "AllianceForm": STAKES | {"identification"},
    "AttritionForm": {"relative_gains", "monitoring", "pledge_cost", "legitimacy"},
    "ContributionForm": {"relative_gains", "side_payments"},
    "CostlySignalForm": {"relative_gains", "monitoring", "pledge_cost", "legitimacy"},
    "CrisisForm": STAKES | {"identification"},
    "LadderForm": (STAKES - {"side_payments"}) | {"discount_factor", "identification"},
    "LogitForm": {"relative_gains"},
    "NormalForm": {"relative_gains"},
    "ParticipationForm": STAKES,
    "PledgeForm": STAKES | {"identification"},
    "PowerShiftForm": {
        "relative_gains",
        "discount_factor",
        "monitoring",
        "pledge_cost",
        "legitimacy",
    },
    "RepeatedForm": {"relative_gains", "side_payments", "discount_factor", "monitoring"},
    "ThreatForm": {"relative_gains", "pledge_cost", "monitoring", "legitimacy"},
    "ReputationForm": {
        "relative_gains",
        "discount_factor",
        "monitoring",
        "pledge_cost",
        "legitimacy",
        "identification",
    },
    "ProbitThreatForm": {"relative_gains", "pledge_cost", "monitoring", "legitimacy"},
    "SignalLevelForm": {"relative_gains", "monitoring", "pledge_cost", "legitimacy"},
    "StrategicChoiceForm": STAKES,
    "SymmetricForm": {"relative_gains"},
    "ThresholdForm": {"relative_gains", "side_payments"},
    "TreeForm": {"relative_gains"},
    "UltimatumForm": {"relative_gains", "legitimacy", "side_payments"},
    "VotingForm": {"impartiality"},
}
SELFLESS = {"CrisisForm": 2, "PledgeForm": 1}
"""How many players at the end of the list, no members, do not mind relative gains."""

forms = pytest.mark.parametrize("name", sorted(EXAMPLES))


def measured(form, strategies):
    return form.payoffs(strategies), form.regret(strategies)


def lever(name):
    return Assumptions(**{name: VALUES[name]})


def found_forms():
    modules = [info.name for info in pkgutil.iter_modules(collsec.forms.__path__, "collsec.forms.")]
    for module in map(importlib.import_module, modules):
        for value in vars(module).values():
            is_form = isinstance(value, type) and issubclass(value, Form) and value is not Form
            if is_form and value.__module__ == module.__name__:
                yield value.__name__


def test_every_form_has_an_example_here_and_says_which_levers_act_on_it():
    assert sorted(found_forms()) == sorted(EXAMPLES) == sorted(ACTING)
    assert {*VALUES, "selection"} == set(LEVERS)


@forms
def test_neutral_levers_change_nothing_bit_for_bit(name):
    form, strategies = EXAMPLES[name]()
    for one in (form, form.under(lever("relative_gains"))):
        for before, after in zip(
            measured(one, strategies), measured(one.under(NEUTRAL), strategies), strict=True
        ):
            np.testing.assert_array_equal(after, before)


@forms
def test_levers_one_after_the_other_in_any_order_equal_all_of_them_together(name):
    form, strategies = EXAMPLES[name]()
    together = measured(form.under(Assumptions(**VALUES)), strategies)
    orders = [list(VALUES), list(VALUES)[::-1]]
    rng = fresh()
    orders += [list(rng.permutation(list(VALUES))) for _ in range(4)]
    for order in orders:
        one = form
        for item in order:
            one = one.under(lever(item))
        for found, expected in zip(measured(one, strategies), together, strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


@forms
@pytest.mark.parametrize("item", VALUES)
def test_levers_change_what_they_act_on_and_nothing_else(name, item):
    form, strategies = EXAMPLES[name]()
    others = {key: value for key, value in VALUES.items() if key != item}
    bare, moved = form.under(Assumptions(**others)), form.under(Assumptions(**VALUES))
    pairs = list(zip(measured(bare, strategies), measured(moved, strategies), strict=True))
    if item in ACTING[name]:
        assert any(np.max(np.abs(after - before)) > 1e-6 for before, after in pairs)
    else:
        for before, after in pairs:
            np.testing.assert_array_equal(after, before)


@forms
def test_relative_gains_take_the_mean_of_the_others_material_payoffs(name):
    form, strategies = EXAMPLES[name]()
    for levers in ({}, {"side_payments": 0.4, "pledge_cost": 0.5}):
        material = form.under(Assumptions(**levers)).payoffs(strategies)
        utility = form.under(Assumptions(relative_gains=0.3, **levers)).payoffs(strategies)
        n_members = material.shape[-1] - SELFLESS.get(name, 0)
        part = material[..., :n_members]
        mean = (part.sum(axis=-1, keepdims=True) - part) / (n_members - 1)
        expected = material.copy()
        if "relative_gains" in ACTING[name]:
            expected[..., :n_members] -= 0.3 * mean
        np.testing.assert_allclose(utility, expected, rtol=0, atol=1e-12)


@forms
def test_a_sweep_of_levers_equals_its_single_values_bit_for_bit(name):
    form, strategies = EXAMPLES[name]()
    for size in (2, 3):
        sweep = {key: value * np.linspace(0.2, 1, size) for key, value in VALUES.items()}
        swept = form.under(Assumptions(**sweep))
        assert swept.batch_shape == (size,)
        wide = {
            key: np.broadcast_to(value, (size, *value.shape)) for key, value in strategies.items()
        }
        whole = measured(swept, wide)
        for point in range(size):
            single = form.under(Assumptions(**{key: sweep[key][point] for key in sweep}))
            for found, expected in zip(whole, measured(single, strategies), strict=True):
                np.testing.assert_array_equal(found[point], expected)


@forms
def test_solutions_are_certified_and_have_one_payoff_a_player(name):
    form, _ = EXAMPLES[name]()
    try:
        found = solve(form)
    except KeyError:
        pytest.skip("no solver stands for this form")
    assert np.all(found.count >= 1)
    assert np.nanmax(found.regret) < 1e-9
    assert found.payoffs.shape[-1] == len(form.players)
    np.testing.assert_array_equal(found.payoffs, form.payoffs(found.strategies))


@forms
def test_what_is_padded_is_neither_paid_nor_regretted(name):
    form, strategies = EXAMPLES[name]()
    padded = {
        key: np.concatenate([value, np.full_like(value[:1], np.nan)])
        for key, value in strategies.items()
    }
    payoffs, regret = measured(form, padded)
    assert np.isnan(regret[-1])
    assert np.isnan(payoffs[-1]).any()
    for after, before in zip((payoffs, regret), measured(form, strategies), strict=True):
        np.testing.assert_array_equal(after[:-1], before)
