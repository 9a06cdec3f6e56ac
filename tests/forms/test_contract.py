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
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from collsec.forms.tree import TreeForm
from collsec.forms.voting import VotingForm, VotingRule
from collsec.games.burden.private_provision import PrivateProvision
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


def contribution():
    form = PrivateProvision(income=[50.0, 30.0, 20.0], taste=[0.4, 0.3, 0.2]).form()
    return form, {"contribution": np.array([[6.0, 3.0, 1.0], [2.0, 0.0, 0.5]])}


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


def repeated():
    game = Enforcement(n_members=4, detection=0.8, discount_factor=0.5, benefit=0.4)
    return game.form(), {"cooperation": np.array([np.tile([x, 0.0], (4, 1)) for x in (1.0, 0.0)])}


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
    "ContributionForm": contribution,
    "CrisisForm": crisis,
    "LogitForm": logit,
    "NormalForm": normal,
    "ParticipationForm": participation,
    "RepeatedForm": repeated,
    "SymmetricForm": symmetric,
    "ThresholdForm": threshold,
    "TreeForm": tree,
    "VotingForm": voting,
}
STAKES = {
    "relative_gains", "indivisibility", "impartiality", "monitoring", "pledge_cost", "legitimacy",
    "side_payments",
}  # fmt: skip
ACTING = {
    "ContributionForm": {"relative_gains", "side_payments"},
    "CrisisForm": STAKES | {"identification"},
    "LogitForm": {"relative_gains"},
    "NormalForm": {"relative_gains"},
    "ParticipationForm": STAKES,
    "RepeatedForm": {"relative_gains", "side_payments", "discount_factor", "monitoring"},
    "SymmetricForm": {"relative_gains"},
    "ThresholdForm": {"relative_gains", "side_payments"},
    "TreeForm": {"relative_gains"},
    "VotingForm": {"impartiality"},
}
SELFLESS = {"CrisisForm": 2}
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
