import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.forms._tree_growth import MAX_DEPTH
from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import BELIEF, TreeForm
from collsec.parameters import ParameterError


def entry(fight=-1.0, share=1.0):
    reply = decision(
        "incumbent", "reply", {"fight": end(fight, -1.0), "share": end(share, 1.0, label="shared")}
    )
    return TreeForm.grow(
        decision("entrant", "entry", {"out": end(0.0, 2.0), "in": reply}), ("entrant", "incumbent")
    )


def plan(**mixes):
    return {name: np.atleast_2d(np.array(mix, dtype=float)) for name, mix in mixes.items()}


def horse(stay=0.0):
    """Selten's horse: the third player cannot tell who has stopped."""

    def third(*payoffs):
        return decision("third", "c", {"left": end(*payoffs[0]), "right": end(*payoffs[1])})

    second = decision(
        "second", "b", {"down": third((4, 4, 0), (0, 0, 1)), "across": end(1, 1, 1 + stay)}
    )
    first = decision("first", "a", {"down": third((3, 3, 2), (0, 0, 0)), "across": second})
    return TreeForm.grow(first, ("first", "second", "third"))


def test_an_empty_threat_is_nash_but_its_regret_off_the_path_is_what_fighting_costs():
    form = entry()
    threat = plan(entry=[1, 0], reply=[1, 0])
    assert form.payoffs(threat).tolist() == [[0.0, 2.0]]
    assert form.regret(threat).tolist() == [2.0]
    assert form.regret(plan(entry=[0, 1], reply=[0, 1])).tolist() == [0.0]


def test_regret_looks_further_than_one_step():
    later = decision("A", "second", {"stop": end(0.0), "go": end(5.0)})
    form = TreeForm.grow(decision("A", "first", {"stop": end(1.0), "go": later}), ("A",))
    assert form.regret(plan(first=[1, 0], second=[1, 0])).tolist() == [5.0]
    assert form.regret(plan(first=[1, 0], second=[0, 1])).tolist() == [4.0]


def test_the_chance_of_every_end_multiplies_along_its_path():
    form = entry()
    mixed = plan(entry=[0.25, 0.75], reply=[0.2, 0.8])
    assert form.outcomes(mixed)[0] == pytest.approx([0.25, 0.15, 0.6])
    assert form.payoffs(mixed)[0] == pytest.approx([0.45, 0.95])
    assert [node.label for node in form.terminals] == ["", "", "shared"]


def test_seltens_horse_has_a_nash_equilibrium_that_no_belief_makes_sequential():
    form = horse()
    for belief in np.linspace(0, 1, 5):
        stated = {BELIEF + "c": np.array([[belief, 1 - belief]])}
        nash = plan(a=[1, 0], b=[0, 1], c=[1, 0])
        assert form.regret(nash)[0] == pytest.approx(3.0)
        sequential = plan(a=[0, 1], b=[0, 1], c=[0.2, 0.8]) | stated
        gain = max(2 * belief, 1 - belief) - (0.2 * 2 * belief + 0.8 * (1 - belief))
        assert form.regret(sequential)[0] == pytest.approx(gain)
    third = {BELIEF + "c": np.array([[1 / 3, 2 / 3]])}
    assert form.regret(plan(a=[0, 1], b=[0, 1], c=[0.2, 0.8]) | third)[0] < 1e-15


def test_beliefs_are_bayes_rule_on_the_path_and_must_be_stated_off_it():
    form = horse()
    on_path = plan(a=[0.5, 0.5], b=[0.4, 0.6], c=[1, 0])
    assert form.beliefs(on_path)["c"][0] == pytest.approx([0.5 / 0.7, 0.2 / 0.7])
    off_path = plan(a=[0, 1], b=[0, 1], c=[0.2, 0.8])
    assert np.all(np.isnan(form.beliefs(off_path)["c"]))
    assert form.regret(off_path).tolist() == [np.inf]


def test_a_stated_belief_that_contradicts_bayes_rule_is_no_equilibrium():
    form = horse()
    profile = plan(a=[0.5, 0.5], b=[0.4, 0.6], c=[1, 0])
    assert np.isfinite(form.regret(profile))
    assert form.regret(profile | {BELIEF + "c": np.array([[0.5, 0.5]])}).tolist() == [np.inf]


def test_what_is_no_distribution_has_infinite_regret_and_padding_has_none():
    form = entry()
    odd = {"entry": np.array([[0.5, 0.6], [np.nan, np.nan]]), "reply": np.array([[0, 1.0]] * 2)}
    assert form.regret(odd)[0] == np.inf
    assert np.isnan(form.regret(odd)[1])


def test_relative_gains_act_on_every_end():
    form = horse().under(Assumptions(relative_gains=0.5))
    assert form.table[0].tolist() == [3 - 0.5 * 2.5, 3 - 0.5 * 2.5, 2 - 0.5 * 3]
    assert form.table[2].tolist() == [4 - 0.5 * 2, 4 - 0.5 * 2, 0 - 0.5 * 4]


def chain_store(tough, b, a, fights, stays_out):
    """The last two stages of the chain store game and its sequential equilibrium."""

    def second(kind, paid, first):
        keeps = {"tough": (0.0, -1.0), "weak": (-1.0, 0.0)}[kind]
        fight = end(first, b - 1, paid + keeps[0])
        share = end(first, b, paid + keeps[1])
        name = "fought" if first < 0 else "shared" if first > 0 else "quiet"
        reply = decision("store", f"{kind} {name}", {"fight": fight, "share": share})
        return decision("second", name, {"out": end(first, 0.0, paid + a), "in": reply})

    def play(kind):
        keeps = {"tough": (0.0, -1.0), "weak": (-1.0, 0.0)}[kind]
        reply = decision(
            "store",
            kind,
            {"fight": second(kind, keeps[0], b - 1), "share": second(kind, keeps[1], b)},
        )
        return decision("first", "first", {"out": second(kind, a, 0.0), "in": reply})

    deal = chance({"tough": (tough, play("tough")), "weak": (1 - tough, play("weak"))})
    form = TreeForm.grow(deal, ("first", "second", "store"))
    mixes = plan(
        first=[0, 1],
        quiet=[0, 1],
        shared=[0, 1],
        fought=[stays_out, 1 - stays_out],
        tough=[1, 0],
        weak=[fights, 1 - fights],
    )
    mixes[BELIEF + "quiet"] = np.array([[tough, 1 - tough]])
    for after in ("fought", "shared", "quiet"):
        mixes |= plan(**{f"tough {after}": [1, 0], f"weak {after}": [0, 1]})
    return form, mixes


def test_the_reputation_of_the_chain_store_is_certified_and_its_belief_is_b():
    form, mixes = chain_store(tough=0.2, b=0.5, a=2.0, fights=0.25, stays_out=0.5)
    assert form.beliefs(mixes)["fought"][0] == pytest.approx([0.5, 0.5])
    assert form.regret(mixes)[0] < 1e-15
    form, mixes = chain_store(tough=0.2, b=0.5, a=2.0, fights=0.3, stays_out=0.5)
    assert form.regret(mixes)[0] == pytest.approx(0.5 * (0.5 - 0.2 / 0.44))


@given(st.integers(0, 1000))
def test_no_regret_depends_on_the_batch(seed):
    draw = np.random.default_rng(seed)
    stay = draw.normal(size=5)
    mixes = {name: draw.dirichlet(np.ones(2), (5, 3)) for name in "abc"}
    form = horse(stay)
    whole = form.regret(mixes)
    for k in range(5):
        part = horse(stay[k : k + 1]).regret({n: mix[k : k + 1] for n, mix in mixes.items()})
        alone = form.at((k,)).regret({n: mix[k] for n, mix in mixes.items()})
        assert part[0].tobytes() == whole[k].tobytes() == alone.tobytes()


def test_a_player_who_forgets_is_refused():
    def again(name):
        return decision("A", "again", {"l": end(0.0), "r": end(1.0)})

    with pytest.raises(ParameterError, match=r"again.*forgets"):
        TreeForm.grow(decision("A", "first", {"l": again("l"), "r": again("r")}), ("A",))


@pytest.mark.parametrize(
    ("root", "said"),
    [
        (decision("B", "x", {"l": end(0.0)}), "must be one of A"),
        (decision("A", "x", {"l": end(0.0, 1.0)}), "must be 1 numbers"),
        (decision("A", "x", {}), "must not be empty"),
        (decision("A", "belief: x", {"l": end(0.0)}), "must not begin with"),
        (chance({"x": (0.5, decision("A", "x", {"l": end(0.0)}))}), "sum to 1"),
        (decision("A", "x", {"l": end(np.inf), "r": end(0.0)}), "must be finite"),
        (chance({"x": (np.nan, end(0.0)), "y": (0.5, end(1.0))}), "sum to 1"),
        (
            chance({k: (0.5, decision("A", "x", {k: end(0.0)})) for k in "ab"}),
            "same actions at every node",
        ),
    ],
)
def test_a_tree_that_does_not_fit_says_where(root, said):
    with pytest.raises(ParameterError, match=said):
        TreeForm.grow(root, ("A",))


def test_a_tree_without_players_is_refused():
    with pytest.raises(ParameterError, match=r"players = .*must not be empty"):
        TreeForm.grow(end(), ())


def test_a_tree_too_deep_to_go_through_is_refused():
    branch = end(0.0)
    for k in range(MAX_DEPTH):
        branch = decision("A", f"{k}", {"stop": end(1.0), "go": branch})
    deep = TreeForm.grow(branch, ("A",))
    assert deep.regret({known.name: np.array([[1.0, 0.0]]) for known in deep.information_sets}) == 0
    with pytest.raises(ParameterError, match="must not exceed 250"):
        TreeForm.grow(decision("A", "x", {"go": branch}), ("A",))


@pytest.mark.parametrize("rare", [1e-3, 1e-13, 1e-30])
def test_bayes_rule_holds_however_rare_the_draw_as_long_as_players_do_not_err(rare):
    """Only the rare type speaks; who hears it and believes it to be the common one is wrong."""

    def heard(kind):
        answer = {"rare": end(0.0, kind), "common": end(0.0, 1.0 - kind)}
        return decision("B", "heard", answer)

    deal = {
        name: (odds, decision("A", name, {"quiet": end(0.0, 0.0), "speak": heard(kind)}))
        for name, odds, kind in (("rare", rare, 1.0), ("common", 1.0 - rare, 0.0))
    }
    form = TreeForm.grow(chance(deal), ("A", "B"))
    told = plan(rare=[0, 1], common=[1, 0], heard=[1, 0])
    assert form.beliefs(told)["heard"].tolist() == [[1.0, 0.0]]
    assert form.regret(told | {BELIEF + "heard": np.array([[0.0, 1.0]])}) == np.inf
    assert form.regret(told) == 0.0
    assert form.regret(told | plan(heard=[0, 1])) == pytest.approx(1.0)


@pytest.mark.parametrize("slip", [1e-3, 1e-6, 1e-11])
def test_bayes_rule_holds_however_rarely_a_player_goes_there(slip):
    def heard(good):
        return decision("B", "heard", {"yes": end(0.0, good), "no": end(0.0, 1.0 - good)})

    root = decision("A", "A", {"stay": end(1.0, 0.0), "l": heard(1.0), "r": heard(0.0)})
    form = TreeForm.grow(root, ("A", "B"))
    play = plan(A=[1 - slip, 0.75 * slip, 0.25 * slip], heard=[1, 0])
    assert form.beliefs(play)["heard"].ravel() == pytest.approx([0.75, 0.25])
    assert form.regret(play | {BELIEF + "heard": np.array([[0.0, 1.0]])}) == np.inf


def test_behind_a_draw_that_never_comes_beliefs_must_be_stated_and_are_taken():
    def heard(good):
        return decision("B", "heard", {"yes": end(0.0, good), "no": end(0.0, 1.0 - good)})

    never = decision("A", "A", {"l": heard(1.0), "r": heard(0.0)})
    form = TreeForm.grow(chance({"ever": (1.0, end(1.0, 1.0)), "never": (0.0, never)}), ("A", "B"))
    play = plan(A=[0.5, 0.5], heard=[1, 0])
    for belief, regret in (([0.7, 0.3], 0.0), ([0.2, 0.8], 0.6)):
        stated = play | {BELIEF + "heard": np.array([belief])}
        assert form.regret(stated)[0] == pytest.approx(regret)


def test_where_nobody_moves_there_is_nothing_to_regret():
    form = TreeForm.grow(chance({"x": (0.25, end(4.0)), "y": (0.75, end(0.0))}), ("A",))
    assert form.regret({}).tolist() == [0.0]
    assert form.payoffs({}).tolist() == [[1.0]]
