"""Powell (1987): brinkmanship up a ladder of risk, one side not sure of the other's resolve.

The challenger I exploits a situation or not. Then both in turn submit or escalate, at risks of
disaster f, 2f, 3f; winning is worth 1, disaster 0, submitting 1 - R for resolve R.
"""

import numpy as np
import pytest

from collsec.forms.branches import chance, decision, end
from collsec.forms.normal import NormalForm
from collsec.forms.tree import BELIEF, TreeForm
from collsec.games.credibility.escalation_ladder import EscalationLadder
from collsec.solvers import solve
from collsec.solvers.signalling import signalling

F, R_I, R_II, R_HIGH, P, Q = 0.08, 0.3, 0.2, 0.3, 0.85, 0.75
DOUBT = (1 - (1 - 2 * F) * (1 - 3 * F)) * (1 - R_I) / ((1 - 2 * F) * ((1 - 3 * F) * R_I + 3 * F))
E_I = (R_II - F) / ((1 - F) * ((1 - 2 * F) * R_II + 2 * F))
E_II = DOUBT * (1 - P) / (P * (1 - DOUBT))


def ladder():
    def risk(step, calm):
        disaster = end(0.0, 0.0, label="disaster")
        return chance({"disaster": (step * F, disaster), "calm": (1 - step * F, calm)})

    def first(name, step, calm):
        moves = {"submit": end(1 - R_I, 1.0), "escalate": risk(step, calm)}
        return decision("I", name, moves)

    def play(kind, resolve):
        def second(name, step, calm):
            moves = {"submit": end(1.0, 1 - resolve), "escalate": risk(step, calm)}
            return decision("II", f"{kind} {name}", moves)

        surrender = end(1.0, 1 - resolve)
        climb = second("third", 3, first("fourth", 4, surrender))
        climb = second("first", 1, first("second", 2, climb))
        return decision("I", "exploit", {"no": end(Q, Q), "yes": climb})

    deal = {
        "irresolute": (P, play("irresolute", R_II)),
        "resolute": (1 - P, play("resolute", R_HIGH)),
    }
    return TreeForm.grow(chance(deal), ("I", "II"))


@pytest.fixture(scope="module")
def found():
    return signalling(ladder())


def test_the_irresolute_bluff_and_the_challenger_calls_with_the_published_chances(found):
    bluff = 1
    assert pytest.approx([0.6438746439, 0.3976670201, 0.3190588235], abs=5e-11) == [
        DOUBT, E_I, E_II,
    ]  # fmt: skip
    assert found.strategies["second"][bluff, 1] == pytest.approx(E_I, abs=1e-12)
    assert found.strategies["irresolute first"][bluff, 1] == pytest.approx(E_II, abs=1e-12)
    assert found.strategies[BELIEF + "second"][bluff, 0] == pytest.approx(DOUBT, abs=1e-12)
    assert found.strategies["resolute first"][bluff].tolist() == [0.0, 1.0]
    assert found.strategies["irresolute third"][bluff].tolist() == [1.0, 0.0]
    assert found.strategies["resolute third"][bluff].tolist() == [0.0, 1.0]
    assert found.strategies["fourth"][bluff].tolist() == [1.0, 0.0]


def test_the_value_of_exploiting_and_the_chance_of_disaster_are_as_published(found):
    form = found.form
    assert found.payoffs[1, 0] == pytest.approx(0.8500528, abs=5e-8)
    ends = form.outcomes(found.strategies)[1]
    disaster = sum(ends[end_.position] for end_ in form.terminals if end_.label == "disaster")
    assert disaster == pytest.approx(0.0694150244, abs=5e-11)


def test_a_second_sequential_equilibrium_has_no_escalation_at_all(found):
    """It rests on the belief that whoever would escalate is probably irresolute."""
    assert found.count == 2
    assert found.complete
    assert found.payoffs[0, 0] == pytest.approx(1.0)
    assert found.strategies["irresolute first"][0].tolist() == [1.0, 0.0]
    assert found.strategies["resolute first"][0].tolist() == [1.0, 0.0]
    low, high = found.bounds[BELIEF + "second"][0, 0]
    assert (low, high) == pytest.approx((DOUBT, 1.0), abs=1e-9)
    resolute = (1 - (1 - R_HIGH) / (1 - F)) / (1 - (1 - 2 * F) * (1 - 3 * F))
    assert found.bounds["second"][0, 1] == pytest.approx([resolute, 1.0], abs=1e-9)
    assert found.regret.max() < 1e-12


def quiet(found, **changes):
    """Return the equilibrium without escalation in its plainest form, the doubt being the prior."""
    plan = {
        "exploit": [0.0, 1.0],
        "irresolute first": [1.0, 0.0],
        "resolute first": [1.0, 0.0],
        "second": [0.0, 1.0],
        "irresolute third": [1.0, 0.0],
        "resolute third": [0.0, 1.0],
        "fourth": [1.0, 0.0],
        BELIEF + "second": [P, 1 - P],
        BELIEF + "fourth": [0.0, 1.0],
    } | changes
    return {name: np.array([mix]) for name, mix in plan.items()}


def test_the_second_equilibrium_is_sequential_and_fails_only_a_refinement(found):
    """Take the equilibrium without escalation apart, by hand, with R' the resolve of the resolute.

    Play. I exploits; both types of II submit. At I's information set "second", off the path, I
    believes with chance b that II is irresolute, and escalates with chance e = 1; then the
    irresolute would submit at "third" and the resolute escalate, and I would submit at "fourth".

    Optimal everywhere. "fourth": who got there is resolute, and escalating would leave I with
    1 - 4f = 0.68 < 1 - R_I. "third": the resolute get 1 - 3f = 0.76 > 1 - R' = 0.7, the irresolute
    0.76 < 0.8. "second": escalating pays b + (1-b)(1-3f)(1-R_I), times 1 - 2f, against 1 - R_I,
    hence where b is at least b* = 0.644. "first": the irresolute get (1-f)(1 - e (1 - (1-2f) 0.8)),
    no more than 0.8 from e = 0.398 on, the resolute no more than 0.7 from e = 0.661 on. "exploit":
    1 > q.

    Consistent in the sense of Kreps and Wilson. Let all actions that are not used be taken with
    chance t. Bayes' rule gives b = p t / (p t + (1-p) t) = p = 0.85 > b* at "second", and
    p t t / (p t t + (1-p) t (1-t)) at "fourth", which goes to 0 with t. So it is sequential.

    Refinements. The intuitive criterion (Cho and Kreps 1987) has no bite: if I answered an
    escalation by submitting, either type would gain, 0.92 instead of 0.8 or 0.7. Nor does
    divinity, which asks that b be at most the prior. But the resolute gain for all e < 0.661, the
    irresolute only for e < 0.398: by D1 an escalation must be laid to the resolute, b = 0 < b*,
    and the equilibrium falls. Powell's is the one that survives it.

    Gambit's enumeration lists this play with a plan in which the resolute would submit also at
    "third". That plan is Nash and not sequential, which says nothing of the play.
    """
    form, plan = found.form, quiet(found)
    assert form.regret(plan)[0] < 1e-15
    assert form.outcomes(plan)[0] == pytest.approx(form.outcomes(found.strategies)[0], abs=1e-15)
    assert P > DOUBT
    for tremble in (1e-3, 1e-4, 1e-5):
        mixed = {
            name: (1 - tremble) * mix + tremble * (1 - mix)
            for name, mix in plan.items()
            if not name.startswith(BELIEF)
        }
        beliefs = form.beliefs(mixed)
        assert beliefs["second"][0, 0] == pytest.approx(P, abs=1e-12)
        assert beliefs["fourth"][0, 0] == pytest.approx(0.0, abs=10 * tremble)


def test_by_d1_the_escalation_would_be_laid_to_the_resolute_and_pay(found):
    form = found.form

    def gains(kind, e):
        escalating = {f"{kind} first": [0.0, 1.0], "second": [1 - e, e]}
        return float(form.payoffs(quiet(found, **escalating))[0, 1]) - float(
            form.payoffs(quiet(found))[0, 1]
        )

    resolute = (1 - (1 - R_HIGH) / (1 - F)) / (1 - (1 - 2 * F) * (1 - 3 * F))
    assert resolute > E_I
    for kind, bound in (("irresolute", E_I), ("resolute", resolute)):
        assert gains(kind, 0.0) > 0
        assert gains(kind, bound) == pytest.approx(0.0, abs=1e-12)
        assert gains(kind, bound + 0.01) < 0
    surely_resolute = quiet(found, **{BELIEF + "second": [0.0, 1.0]})
    assert form.regret(surely_resolute)[0] == pytest.approx(
        1 - R_I - (1 - 2 * F) * (1 - 3 * F) * (1 - R_I)
    )


def test_the_plan_that_gambit_lists_for_it_is_nash_but_not_sequential(found):
    """Whatever is believed, the resolute at "third" forgo 0.76 - 0.7."""
    for doubt in np.linspace(0, 1, 11):
        listed = quiet(
            found, **{"resolute third": [1.0, 0.0], BELIEF + "fourth": [doubt, 1 - doubt]}
        )
        assert found.form.regret(listed)[0] >= 0.06 - 1e-12


def test_never_exploiting_is_nash_but_not_sequential(found):
    """It rests on escalation by all, which the irresolute would not carry out."""
    assert found.n_not_sequential == 1
    assert np.all(found.strategies["exploit"][:2, 1] == 1.0)


def closed(f, resolve, other):
    """Return b*, e_I and b* (1 - p) / (p (1 - b*)) without the odds, by Powell's formulas."""
    two, three = 1 - 2 * f, 1 - 3 * f
    doubt = (1 - two * three) * (1 - resolve) / (two * (three * resolve + 3 * f))
    return doubt, (other - f) / ((1 - f) * (two * other + 2 * f)), doubt / (1 - doubt)


def test_the_ladder_has_both_equilibria_with_the_published_numbers():
    game = EscalationLadder()
    found = solve(game.form())
    seen = game.observe(found)
    assert found.count == 2
    assert found.complete
    assert seen["doubt"] == pytest.approx([P, 0.6438746439], abs=5e-11)
    assert seen["call"] == pytest.approx([1, 0.3976670201], abs=5e-11)
    assert seen["bluff"] == pytest.approx([0, 0.3190588235], abs=5e-11)
    assert seen["disaster"] == pytest.approx([0, 0.0694150244], abs=5e-11)
    assert seen["challenger_value"] == pytest.approx([1, 0.8500528], abs=5e-8)
    ends = ("disaster", "challenger_submits", "defender_submits")
    assert sum(seen[name] for name in ends) == pytest.approx(1)


def test_the_closed_form_holds_all_over_its_region_in_one_batch():
    rng = np.random.default_rng(4)
    size = 500
    f = rng.uniform(0.03, 0.12, size)
    challenger, low, high = f * rng.uniform(2, 4, size), f * rng.uniform(1, 3, size), f * 4
    doubt, call, odds = closed(f, challenger, low)
    p = doubt + (1 - doubt) * rng.uniform(0.05, 0.95, size)
    game = EscalationLadder(
        risk=f, resolve_challenger=challenger, resolve_defender=low, resolve_defender_high=high,
        p_irresolute=p, status_quo=0.0,
    )  # fmt: skip
    found = solve(game.form())
    seen = game.observe(found)
    inside = (doubt < 1) & (high >= low)
    bluffing = (seen["bluff"] > 0) & (seen["bluff"] < 1)
    assert inside.sum() > 250
    assert np.all(bluffing[inside].sum(axis=-1) == 1)
    assert np.all(found.count[inside] == 2)
    place = np.argmax(bluffing, axis=-1)[inside, None]

    def shown(name):
        return np.take_along_axis(seen[name][inside], place, axis=-1)[:, 0]

    assert shown("doubt") == pytest.approx(doubt[inside], abs=1e-10)
    assert shown("call") == pytest.approx(call[inside], abs=1e-10)
    assert shown("bluff") == pytest.approx((odds * (1 - p) / p)[inside], abs=1e-10)


def test_at_the_border_of_the_region_the_tie_is_stated():
    found = solve(EscalationLadder(p_irresolute=DOUBT).form())
    assert not found.complete
    assert solve(EscalationLadder(p_irresolute=DOUBT - 0.01).form()).complete


def test_in_chicken_both_stand_firm_with_the_critical_risk():
    firm = np.array([[0.0, 1.0], [0.3, 0.6]])
    found = solve(NormalForm.from_bimatrix(firm, firm.T))
    mixed = [row for row in range(int(found.count)) if 0 < found.strategies["row"][row, 0] < 1]
    (place,) = mixed
    risk = found.strategies["row"][place, 0]
    assert risk == pytest.approx(0.5714285714, abs=5e-11)
    assert risk * found.strategies["column"][place, 0] == pytest.approx(0.3265306122, abs=5e-11)
