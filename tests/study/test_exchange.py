import json

import numpy as np
import pytest
from typer.testing import CliRunner

from collsec.cli import app
from collsec.games import catalogue
from collsec.games.credibility.choosing_signals import ChoosingSignals
from collsec.interchange import Detail, in_tree, read_efg, read_nfg
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.signalling import signalling
from collsec.study.exchange import export

CARDS = """EFG 2 R "cards" { "Rose" "Colin" }
c "" 1 "deal" { "high" 1/2 "low" 1/2 } 0
p "" 1 1 "Rose high" { "raise" "fold" } 0
p "" 2 1 "Colin" { "meet" "pass" } 0
t "" 1 "" { 2 -2 }
t "" 2 "" { 1 -1 }
t "" 2
p "" 1 2 "Rose low" { "raise" "fold" } 0
p "" 2 1 0
t "" 3 "" { -2 2 }
t "" 2
t "" 4 "" { -1 1 }
"""
DILEMMA = 'NFG 1 R "dilemma" { "A" "B" } { { "silent" "speak" } { "silent" "speak" } }\n'
DILEMMA += "3 3 5 0 0 5 1 1\n"


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_the_command_solves_a_tree_and_prints_beliefs(tmp_path):
    path = tmp_path / "cards.efg"
    path.write_text(CARDS, encoding="utf-8")
    printed = run("solve", str(path)).output
    assert "1 equilibrium, all there are" in printed
    assert "Rose 0.333333, Colin -0.333333" in printed
    assert "Belief at Colin: 0.75 after high, raise; 0.25 after low, raise" in printed
    (found,) = json.loads(run("solve", str(path), "--json").output)["equilibria"]
    nodes = found["beliefs"]["Colin"]
    assert [node["after"] for node in nodes] == [["high", "raise"], ["low", "raise"]]
    assert [node["probability"] for node in nodes] == pytest.approx([0.75, 0.25])


def test_the_command_solves_a_table_also_as_realists_see_it(tmp_path):
    path = tmp_path / "dilemma.nfg"
    path.write_text(DILEMMA, encoding="utf-8")
    found = json.loads(run("solve", str(path), "--json").output)
    assert [one["strategies"]["A"] for one in found["equilibria"]] == [{"silent": 0, "speak": 1}]
    assert found["equilibria"][0]["payoffs"] == [1, 1]
    realist = json.loads(run("solve", str(path), "--json", "--under", "realist").output)
    assert realist["equilibria"][0]["payoffs"] == [0.5, 0.5]


def test_a_malformed_file_ends_with_code_two_and_its_line(tmp_path):
    path = tmp_path / "broken.efg"
    path.write_text(CARDS.replace("1/2 }", "1/3 }"), encoding="utf-8")
    outcome = run("solve", str(path))
    assert outcome.exit_code == 2
    assert "broken.efg:2: " in outcome.stderr
    assert run("solve", str(path), "--set", "x=1").exit_code == 2


@pytest.mark.parametrize("kind", ["nfg", "efg"])
def test_a_threshold_game_is_exported_as_it_is_played(kind):
    written = run("export", "provision_point", "--format", kind, "--set", "n_members=3").output
    form = {"nfg": read_nfg, "efg": read_efg}[kind](written)
    assert len(form.players) == 3
    assert np.isfinite(form.table).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["provision_point", "--format", "pdf"], "must be one of nfg, efg"),
        (["provision_point", "--format", "nfg", "--points", "4"], "no private draws"),
        (["bargaining", "--format", "efg", "--stages", "2"], "which has an end"),
        (["bargaining", "--format", "efg", "--points", "1"], "must lie between 2 and 10,000"),
        (["enforcement", "--format", "nfg", "--stages", "0"], "must lie between 1 and 100"),
        (["bargaining", "--format", "nfg", "--points", "1000000000"], "between 2 and 10,000"),
        (["response", "--format", "efg"], "take 6 members at most"),
        (["chain_store", "--format", "efg"], "take 9 crises (--set n_stages=9) at most"),
        (
            ["provision_point", "--format", "nfg", "--set", "n_members=50"],
            "take 19 members (--set n_members=19) at most",
        ),
        (["crisis", "--format", "efg", "--points", "50"], "take --points 2 and 3 members at most"),
        (["response", "--format", "nfg", "--points", "9999"], "--points 2 and 12 members at most"),
        (
            ["enforcement", "--format", "nfg", "--stages", "5"],
            "take --stages 1 or 3 members (--set n_members=3) at most",
        ),
        (["audience_costs", "--format", "nfg"], "--format efg, or take --stages 1"),
        (
            ["audience_costs", "--format", "efg", "--points", "50"],
            "take --points 15 or --stages 2 at most",
        ),
        (["bargaining", "--format", "efg", "--set", "power=[0.4,0.5]"], "a file holds one game"),
        (["bargaining", "--format", "efg", "--institution", "nato"], "knows no institution"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_the_rule(arguments, said):
    outcome = run("export", *arguments)
    assert outcome.exit_code == 2
    assert said in " ".join(outcome.stderr.split())


@pytest.mark.parametrize("kind", ["nfg", "efg"])
@pytest.mark.parametrize("game", catalogue.names())
@pytest.mark.parametrize(("key", "value"), [("points", 1), ("points", 10**9), ("stages", 0)])
def test_no_game_is_exported_in_parts_that_mean_nothing(game, kind, key, value):
    with pytest.raises(ParameterError) as caught:
        export(game, kind, "neutral", [], **{key: value})
    assert (caught.value.owner, caught.value.key, caught.value.value) == ("export", key, value)
    assert (
        "must lie between" in caught.value.rule or f"means nothing to {game}" in caught.value.rule
    )
    assert caught.value.remedy


@pytest.mark.parametrize(
    "arguments",
    [
        ("audience_costs", "--format", "nfg", "--stages", "1"),
        ("enforcement", "--format", "nfg", "--stages", "1"),
    ],
)
def test_what_is_said_to_fit_does(arguments):
    assert run("export", *arguments).exit_code == 0


def test_a_file_says_what_was_asked_and_how_far_it_is_the_game():
    written = run("export", "enforcement", "--format", "nfg", "--set", "n_members=2").output
    assert written.startswith('NFG 1 R "enforcement under neutral at n_members=2" ')
    assert "1 stage, then the value of an equilibrium for ever; the equilibrium is #1 of" in written
    written = run("export", "bargaining", "--format", "efg", "--points", "2").output
    assert "2 offers; the responder's cost in 2 equally likely cells" in written


def test_a_file_of_cells_says_what_is_gained_there_by_leaving_the_equilibrium():
    written = run("export", "choosing_signals", "--format", "efg", "--points", "4").output
    said = written.splitlines()[1]
    gain = float(said.partition("leaving it gains up to ")[2].split()[0])
    form = ChoosingSignals().form()
    profile = {key: part[0] for key, part in solve(form).strategies.items()}
    plan = in_tree(form, profile, Detail(4, None, profile))
    assert gain == pytest.approx(read_efg(written).regret(plan)[0], rel=0.05)
    assert 0 < gain < 0.05
    exact = run("export", "enforcement", "--format", "nfg", "--set", "n_members=2").output
    assert "leaving" not in exact


def test_a_crisis_that_rests_on_reputation_is_exported_with_the_standing_it_has():
    written = run(
        "export", "crisis", "--format", "efg", "--institution", "nato", "--points", "2",
        "--set", "capability=[0.3,0.2]", "--set", "credibility=reputation",
        "--set", "levers.discount_factor=0.5",
    )  # fmt: skip
    assert written.exit_code == 0
    assert len(read_efg(written.output).players) == 4


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.efg", "no such file"),
        ("game.txt", "give its name the end .nfg or .efg"),
        ("folder.nfg", "cannot be read"),
        ("empty.nfg", ":1: the file ends where NFG"),
        ("binary.efg", "is not UTF-8 text"),
        ("huge.nfg", "more payoffs than stand here"),
    ],
)
def test_a_file_that_is_no_game_is_answered_with_what_to_do(tmp_path, name, said):
    (tmp_path / "folder.nfg").mkdir()
    (tmp_path / "game.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "empty.nfg").touch()
    (tmp_path / "binary.efg").write_bytes(b"\xff\xfe")
    (tmp_path / "huge.nfg").write_text('NFG 1 R "" { "A" } { 999999999999 }', encoding="utf-8")
    outcome = run("solve", str(tmp_path / name))
    assert outcome.exit_code == 2
    assert said in " ".join(outcome.stderr.split())


def test_a_file_from_an_editor_with_a_mark_and_a_capital_end_is_read(tmp_path):
    path = tmp_path / "Dilemma.NFG"
    path.write_text(DILEMMA, encoding="utf-8-sig")
    assert "1 equilibrium" in run("solve", str(path)).output


def test_long_answers_are_cut_and_say_so(tmp_path):
    """One player has 30 equally good actions, and the other does nothing."""
    path = tmp_path / "wide.nfg"
    path.write_text('NFG 1 R "" { "A" "B" } { 30 1 }\n' + "1 1 " * 30, encoding="utf-8")
    printed = run("solve", str(path)).output
    assert "The first 20 of them follow" in printed
    assert "only those that are used are listed" in " ".join(printed.split())
    assert "Equilibrium #20" in printed
    assert "Equilibrium #21" not in printed


@pytest.mark.parametrize("game", ["unilateral_deterrence", "escalation_ladder"])
def test_a_game_of_threats_is_exported_as_the_tree_it_is(game):
    written = read_efg(run("export", game, "--format", "efg").output)
    found = signalling(written)
    ours = json.loads(run("solve", game, "--json").output)
    theirs = sorted(np.round(found.payoffs[: int(found.count)], 9).tolist())
    payoffs = [one["payoffs"] for one in ours["equilibria"]]
    assert sorted(np.round(payoffs, 9).tolist()) == theirs
