"""What every game of the catalogue keeps to when it is written to a file and read again.

A game is written at small parameters, read back by the readers here, and its own equilibrium is
looked up in the file: it must pay what it pays in the game, and nobody must gain by deviating.
Where private draws stand in cells both hold up to an error that shrinks with the cells.
"""

import functools
import importlib
import io
from pathlib import Path

import numpy as np
import pytest

from collsec import solvers
from collsec.assumptions import NEUTRAL, PRESETS, Assumptions
from collsec.forms.ladder import LadderForm
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.forms.tree import BELIEF, Terminal
from collsec.games import catalogue
from collsec.institutions import PRESETS as INSTITUTIONS
from collsec.interchange import (
    Detail,
    as_normal,
    as_tree,
    in_normal,
    in_tree,
    read_efg,
    read_nfg,
    write_game,
)
from collsec.interchange.conversion import asks
from collsec.parameters import ParameterError

EXACT = 1e-9
SMALL = {
    "chain_store": {"n_stages": 2, "p_tough": 0.2},
    "council": {"permanent": 1, "elected": 2, "quota": 2},
    "crisis": {"capability": [0.3, 0.2], "institution": INSTITUTIONS.load("league")},
    "enforcement": {"n_members": 3, "discount_factor": 0.9, "detection": 0.8},
    "extended_deterrence": {"steps": 1},
    "private_provision": {"income": [120.0, 100.0, 80.0], "taste": 0.5},
    "provision_point": {"n_members": 3, "quorum": 2, "value": 27.0, "cost": 8.0},
    "response": {"capability": [0.3, 0.2]},
}
"""Parameters at which a game is small; the others are small as they are."""
CELLS = {
    "alliance_reliability": 0.2,
    "audience_costs": 0.6,
    "bargaining": 0.9,
    "choosing_signals": 0.25,
    "crisis": 0.25,
    "extended_deterrence": 0.15,
    "immediate_deterrence": 0.9,
    "private_provision": 12.0,
    "response": 0.05,
    "sanctions_signalling": 0.9,
    "tying_hands": 0.15,
}
"""Games whose draws or amounts are cut into K: payoffs and regrets err by no more than this / K."""


FEWER = ("audience_costs", "immediate_deterrence", "sanctions_signalling")
"""Games whose trees grow too fast for nine cells a draw."""


def is_written(name):
    try:
        asks(catalogue.find(name)(**SMALL.get(name, {})).form())
    except ParameterError:
        return False
    return True


NAMES = [name for name in catalogue.names() if is_written(name)]
REFUSED = [name for name in catalogue.names() if name not in NAMES]


def cells(name, kind):
    return 2 if kind == "nfg" or name == "crisis" else 3


@functools.cache
def solved(name, school="neutral"):
    """Return what was solved, and each of its equilibria."""
    under = NEUTRAL if school == "neutral" else PRESETS.load(school)
    found = solvers.solve(catalogue.find(name)(**SMALL.get(name, {})).form().under(under))
    profiles = [
        {key: mix[place] for key, mix in found.strategies.items()}
        for place in range(int(found.count))
    ]
    return found, profiles


def detail(name, kind, profile, points=None):
    stages = 1 if (name, kind) == ("audience_costs", "nfg") else None
    return Detail(points or cells(name, kind), stages, profile)


def read(name, kind, profile, school="neutral", points=None):
    """Return the game as it comes back from its file."""
    form = solved(name, school)[0].form
    text = write_game(form, kind, detail(name, kind, profile, points), title=name)
    return {"nfg": read_nfg, "efg": read_efg}[kind](text)


def played(name, kind, profile, school="neutral", points=None):
    form = solved(name, school)[0].form
    return {"nfg": in_normal, "efg": in_tree}[kind](
        form, profile, detail(name, kind, profile, points)
    )


def of_members(name, form, payoffs):
    """Return payoffs by the players of the form: the challengers of a chain together."""
    if name == "chain_store":
        return np.array([payoffs[:-1].sum(), payoffs[-1]])
    return payoffs[: len(form.players)]


def tolerance(name, points):
    return CELLS[name] / points if name in CELLS else EXACT


@pytest.mark.parametrize(
    ("kind", "school"), [("nfg", "neutral"), ("efg", "neutral"), ("efg", "realist")]
)
@pytest.mark.parametrize("name", NAMES)
def test_an_equilibrium_of_ours_is_one_of_the_file_and_pays_the_same(name, kind, school):
    found, profiles = solved(name, school)
    limit = tolerance(name, cells(name, kind))
    for place, profile in enumerate(profiles[:2]):
        form, mixes = (act(name, kind, profile, school) for act in (read, played))
        assert form.regret(mixes)[0] <= limit
        paid = of_members(name, found.form, form.payoffs(mixes)[0])
        assert paid == pytest.approx(found.payoffs[place], abs=limit)


@pytest.mark.parametrize("name", sorted(set(CELLS) - {"crisis"}))
def test_the_error_of_a_tree_falls_with_the_cells(name):
    """Over all equilibria: a rate would show only on average, as cells move past the cut-offs."""
    found, profiles = solved(name)
    errors = []
    for points in (3, 9) if name not in FEWER else (3, 6):
        kind = "nfg" if name == "private_provision" else "efg"
        gaps = [0.0]
        for place, profile in enumerate(profiles):
            form, mixes = (act(name, kind, profile, points=points) for act in (read, played))
            paid = of_members(name, found.form, form.payoffs(mixes)[0])
            gaps += [float(form.regret(mixes)[0]), *np.abs(paid - found.payoffs[place])]
            assert max(gaps) <= tolerance(name, points)
        errors.append(max(gaps))
    assert errors[1] < errors[0]


@pytest.mark.parametrize("audience", [(3.0, 1.0), (1.0, 1.0)])
def test_rivals_who_attack_or_give_in_at_once_do_so_in_the_tree(audience):
    """With ρ = 1/2 and W = 4 on both sides the share that attacks is 1/2."""
    game = catalogue.find("audience_costs")(
        challenger_audience=audience[0], target_audience=audience[1],
        challenger_war=4.0, target_war=4.0,
    )  # fmt: skip
    found = solvers.solve(game.form().under(Assumptions(relative_gains=0.5)))
    last = int(found.count) - 1
    profile = {key: mix[last] for key, mix in found.strategies.items()}
    assert profile["strike"] == pytest.approx([0.5, 0.5])
    for points in (2, 3, 8, 9):
        asked = Detail(points, None, profile)
        tree, mixes = as_tree(found.form, asked), in_tree(found.form, profile, asked)
        (actions,) = {known.actions for known in tree.information_sets}
        place = actions.index("attack")
        attacks = [mixes[f"challenger of cost {k + 1} at time 0"][0, place] for k in range(points)]
        assert np.mean(attacks) == pytest.approx(0.5)
        assert attacks == sorted(attacks, reverse=True)
        assert tree.regret(mixes)[0] <= CELLS["audience_costs"] / points
        assert tree.payoffs(mixes)[0] == pytest.approx(found.payoffs[last], abs=0.6 / points)


def test_plans_in_which_some_attack_some_give_in_and_some_wait_pay_the_same_in_the_tree():
    """No equilibrium: it holds the groups apart that the tree has to tell from each other."""
    form = catalogue.find("audience_costs")().form().under(Assumptions(relative_gains=0.3))
    profile = {
        "concession": np.array([0.2, 0.1]), "strike": np.array([0.3, 0.25]),
        "scale": np.array([0.7, 1.1]), "shape": np.array([0.8, 1.2]), "deadline": np.array(0.6),
    }  # fmt: skip
    (ours,) = form.payoffs({key: part[None] for key, part in profile.items()})
    errors = []
    for points in (4, 8, 16):
        asked = Detail(points, 3 * points // 4, profile)
        tree, mixes = as_tree(form, asked), in_tree(form, profile, asked)
        errors.append(np.abs(tree.payoffs(mixes)[0] - ours).max())
    assert errors[2] < errors[1] < errors[0] < 0.05


@pytest.mark.parametrize(
    ("tied_share", "rho", "unsent"), [(1.0, 0.0, 8), (0.3, 0.0, 8), (0.3, 0.3, 8), (1.0, 0.5, 9)]
)
def test_what_nobody_signals_is_laid_to_those_for_whom_the_push_is_best(tied_share, rho, unsent):
    """Off the path, no cell of costs could gain by more than half the width of the cells."""
    game = catalogue.find("choosing_signals")(tied_share=tied_share)
    found = solvers.solve(game.form().under(Assumptions(relative_gains=rho)))
    profile = {key: mix[0] for key, mix in found.strategies.items()}
    asked = Detail(9, None, profile)
    tree, mixes = as_tree(found.form, asked), in_tree(found.form, profile, asked)
    slack = float(found.form.span + found.form.ceiling) / (2 * 9)
    is_sent = sum(mixes[f"sender of value {t + 1}"][0] for t in range(9)) > 0
    assert np.count_nonzero(~is_sent) == unsent

    def worth(i):
        node = tree.nodes[i]
        if isinstance(node, Terminal):
            return tree.table[node.position, 1]
        mix = mixes[tree.information_sets[node.information_set].name][0]
        return sum(share * worth(child) for share, child in zip(mix, node.children, strict=True))

    for known in (known for known in tree.information_sets if known.player == 1):
        if is_sent[int(known.name.split(",")[0].removeprefix("message "))]:
            continue
        (belief,), (mix,) = mixes[BELIEF + known.name], mixes[known.name]
        leaves, pushes = np.array(
            [[worth(c) for c in tree.nodes[i].children] for i in known.nodes]
        ).T
        gain = belief @ (pushes - leaves)
        assert gain >= -slack or mix[1] == 0
        assert gain <= slack or mix[1] == 1


def test_signals_of_any_level_are_played_in_the_tree_up_to_a_quarter_of_a_cell():
    """K times the error is at most 1/4 of all that is at stake: a value, a war, the costs drawn."""
    rng = np.random.default_rng(3)
    for game in range(6):
        one = catalogue.find("choosing_signals")(
            tied_share=(0.0, 1.0, rng.uniform())[game % 3], victory=rng.uniform(0.3, 1),
            highest_value=np.exp(rng.uniform(-1, 1)), war_cost=np.exp(rng.uniform(-1.5, 0.5)),
            hawkish=rng.uniform(0.02, 0.6), receiver_cost=np.exp(rng.uniform(-0.5, 1.3)),
        )  # fmt: skip
        rho = 0.0 if game % 4 else rng.uniform(0.1, 0.8)
        found = solvers.solve(one.form().under(Assumptions(relative_gains=rho)))
        profile = {key: mix[0] for key, mix in found.strategies.items()}
        stake = float(found.form.ceiling + found.form.toll + found.form.span)
        for points in (2, 4):
            asked = Detail(points, None, profile)
            tree, mixes = as_tree(found.form, asked), in_tree(found.form, profile, asked)
            paid = np.abs(tree.payoffs(mixes)[0] - found.payoffs[0]).max()
            assert points * max(float(tree.regret(mixes)[0]), paid) <= stake / 4


@pytest.mark.parametrize("design", ["nato", "uniting-for-peace"])
def test_a_crisis_with_or_without_votes_is_a_tree_with_its_equilibrium(design):
    institution = INSTITUTIONS.load(design).replace(quota=1, permanent=1, elected=1)
    game = catalogue.find("crisis")(capability=[0.3, 0.2], institution=institution)
    found = solvers.solve(game.form().under(NEUTRAL))
    profile = {key: mix[0] for key, mix in found.strategies.items()}
    for points in (2, 9) if design == "nato" else (2,):
        asked = Detail(points)
        tree, mixes = as_tree(found.form, asked), in_tree(found.form, profile, asked)
        assert tree.regret(mixes)[0] <= CELLS["crisis"] / points
        paid = tree.payoffs(mixes)[0][: len(found.form.players)]
        assert paid == pytest.approx(found.payoffs[0], abs=CELLS["crisis"] / points)


@pytest.mark.parametrize("kind", ["nfg", "efg"])
@pytest.mark.parametrize("name", NAMES)
def test_gambit_reads_what_is_written_and_finds_the_same_regret(name, kind):
    gambit = pytest.importorskip("pygambit")
    profile = solved(name)[1][0]
    form, mixes = (act(name, kind, profile) for act in (read, played))
    text = write_game(form, kind).encode()
    game = getattr(gambit, f"read_{kind}")(io.BytesIO(text))
    assert list(game.players) == list(form.players)
    if kind == "nfg":
        theirs = game.mixed_strategy_profile([mixes[label][0].tolist() for label in form.players])
    else:
        plans = [
            [mixes[known.name][0].tolist() for known in form.information_sets if known.player == i]
            for i in range(len(form.players))
        ]
        theirs = game.mixed_behavior_profile(plans)
    paid = [theirs.payoffs[player] for player in game.players]
    assert paid == pytest.approx(form.payoffs(mixes)[0].tolist(), abs=1e-9)
    regret = theirs.max_regret
    assert (regret() if callable(regret) else regret) <= tolerance(name, cells(name, kind))


@pytest.mark.parametrize("kind", ["nfg", "efg"])
@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_solved_and_says_what_the_answer_covers(name, kind):
    if (name, kind) == ("choosing_signals", "nfg"):
        pytest.skip("576 x 64 plans take seconds, by the solver that sanctions_signalling tests")
    form = read(name, kind, solved(name)[1][0], points=2)
    answer = solvers.solve(form)
    scale = max(1.0, np.abs(form.table).max())
    assert answer.count >= 1
    assert np.all(answer.regret[: int(answer.count)] <= 2 * EXACT * scale)
    is_listed = kind == "nfg" and len(form.players) == 2 and max(form.n_actions) <= 12
    is_known = name in ("bargaining", "commitment_problem", "escalation_ladder",
                        "graduated_response", "unilateral_deterrence")  # fmt: skip
    assert bool(answer.complete) == (is_listed if kind == "nfg" else is_known)


@pytest.mark.parametrize(
    ("name", "values", "grids", "bound"),
    [
        ("bargaining", {}, (4, 8, 16, 32), 0.25),
        ("response", {"capability": [0.3, 0.2], "spread": 1.0}, (2, 4, 8, 16), 0.06),
        ("tying_hands", {}, (2, 4, 8, 16), 0.13),
    ],
)
def test_what_is_solved_in_cells_comes_near_the_game_at_a_rate_of_one_over_cells(
    name, values, grids, bound
):
    """The payoffs of the one equilibrium of the game, and of the one found in its file."""
    form = catalogue.find(name)(**values).form().under(NEUTRAL)
    (ours,) = solvers.solve(form).payoffs
    errors = []
    for points in grids:
        found = solvers.solve(read_efg(write_game(form, "efg", Detail(points))))
        assert found.count == 1
        errors.append(np.abs(found.payoffs[0] - ours).max())
        assert points * errors[-1] <= bound
    assert errors[-1] <= errors[0] / 4


def test_the_cut_offs_of_a_table_are_the_plans_of_the_tree_that_can_be_best():
    form = solved("response")[0].form
    table = as_normal(form, Detail(2)).table
    tree = as_tree(form, Detail(2))
    act, stay = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    for first in range(3):
        for second in range(3):
            mixes = {
                f"{name} of cost {k + 1}": (act if k < cutoff else stay)[None]
                for name, cutoff in zip(form.players, (first, second), strict=True)
                for k in range(2)
            }
            assert tree.payoffs(mixes)[0] == pytest.approx(table[:, first, second], abs=1e-14)


@pytest.mark.parametrize(
    ("name", "stages"), [("enforcement", 2), ("commitment_problem", 1), ("commitment_problem", 3)]
)
def test_a_game_for_ever_keeps_its_equilibria_wherever_it_is_cut_off(name, stages):
    found, profiles = solved(name)
    for place, profile in enumerate(profiles):
        asked = Detail(2, stages, profile)
        tree, mixes = as_tree(found.form, asked), in_tree(found.form, profile, asked)
        assert tree.regret(mixes)[0] <= EXACT
        assert tree.payoffs(mixes)[0] == pytest.approx(found.payoffs[place], abs=EXACT)


def test_impatient_members_would_defect_in_the_stage_game_that_patient_ones_keep_to():
    patient, (trust, _) = solved("enforcement")
    asked = Detail(equilibrium=trust)
    game = catalogue.find("enforcement")(**{**SMALL["enforcement"], "discount_factor": 0.1})
    hasty = game.form().under(NEUTRAL)
    kept = as_normal(patient.form, asked)
    broken = as_normal(hasty, asked)
    mixes = in_normal(hasty, trust, asked)
    assert kept.regret(mixes)[0] == 0.0
    assert broken.regret(mixes)[0] == pytest.approx(hasty.regret({
        key: mix[None] for key, mix in trust.items()})[0])  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_size_of_a_tree_is_known_before_it_grows(name):
    found, profiles = solved(name)
    kind = type(found.form).__name__.removesuffix("Form")
    stem = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).strip("_")
    try:
        module = importlib.import_module(f"collsec.interchange.trees.{stem}")
    except ModuleNotFoundError:
        return
    asked = Detail(equilibrium=profiles[0])
    grown = len(as_tree(found.form, asked).nodes)
    said = module.nodes(found.form, asked)
    assert grown == said if not isinstance(found.form, LadderForm) else grown <= said


@pytest.mark.parametrize(
    ("name", "values", "kind", "said"),
    [
        ("crisis", {}, "efg", "take 2 members at most"),
        ("response", {}, "efg", "take 6 members at most"),
        ("response", {}, "nfg", "take 9 members at most"),
        ("council", {}, "efg", "take 6 members at most"),
        ("council", {}, "nfg", "take 6 members at most"),
        ("chain_store", {}, "efg", "take 9 crises at most"),
        ("bargaining", {}, "nfg", None),
    ],
)
def test_what_is_too_large_is_refused_with_what_would_fit(name, values, kind, said):
    form = catalogue.find(name)(**values).form().under(NEUTRAL)
    points = 5 if said is None else 3
    with pytest.raises(ParameterError, match=said or "take --points 4"):
        write_game(form, kind, Detail(points))


def test_a_form_says_which_details_can_be_asked_for():
    wanted = {name: asks(solved(name)[0].form) for name in NAMES}
    assert wanted["provision_point"] == wanted["council"] == frozenset()
    assert wanted["response"] == {"points"}
    assert wanted["enforcement"] == {"stages"}
    assert wanted["commitment_problem"] == {"points", "stages"}
    with pytest.raises(ParameterError, match="must lie between 2 and 10,000"):
        Detail(points=1)
    with pytest.raises(ParameterError, match="must lie between 1 and 100"):
        Detail(stages=0)
    with pytest.raises(ParameterError, match="goes on for ever"):
        as_tree(solved("enforcement")[0].form)


def test_a_sweep_of_private_draws_is_not_one_file():
    form = catalogue.find("bargaining")(power=[0.4, 0.6]).form().under(NEUTRAL)
    with pytest.raises(ParameterError, match="a file holds one game"):
        as_tree(form)


def test_a_game_that_cannot_be_written_is_refused_with_what_is_missing():
    forms = [catalogue.find(name)().form().under(NEUTRAL) for name in REFUSED]
    pennies = NormalForm.from_bimatrix(np.eye(2), -np.eye(2))
    for form in [*forms, LogitForm(pennies, np.array(1.0))]:
        for kind in ("nfg", "efg"):
            with pytest.raises(ParameterError, match=r"has no file that says .*; write .*trees/"):
                write_game(form, kind)


def test_the_page_on_gambit_says_of_every_game_how_far_its_file_is_the_game():
    page = (Path(__file__).parents[2] / "docs/howto/gambit.md").read_text(encoding="utf-8")
    table = [line for line in page.splitlines() if line.startswith("| `")]
    missing = [name for name in catalogue.names() if not any(f"`{name}`" in row for row in table)]
    assert not missing, "give these a row in docs/howto/gambit.md"
