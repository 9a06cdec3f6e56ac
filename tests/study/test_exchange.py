import json

import numpy as np
import pytest
from typer.testing import CliRunner

from collsec.cli import app
from collsec.interchange import read_efg, read_nfg
from collsec.solvers.signalling import signalling

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
    assert "Belief at Colin: 0.75, 0.25" in printed


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


def test_a_game_without_table_or_tree_is_not_exported():
    outcome = run("export", "private_provision", "--format", "nfg")
    assert outcome.exit_code == 2
    assert "has no finite table or tree" in outcome.stderr
    assert run("export", "provision_point", "--format", "pdf").exit_code == 2


@pytest.mark.parametrize("game", ["unilateral_deterrence", "escalation_ladder"])
def test_a_game_of_threats_is_exported_as_the_tree_it_is(game):
    written = read_efg(run("export", game, "--format", "efg").output)
    found = signalling(written)
    ours = json.loads(run("solve", game, "--json").output)
    theirs = sorted(np.round(found.payoffs[: int(found.count)], 9).tolist())
    payoffs = [one["payoffs"] for one in ours["equilibria"]]
    assert sorted(np.round(payoffs, 9).tolist()) == theirs
