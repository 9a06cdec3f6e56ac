"""Jordan (1993): matching pennies of three players has one equilibrium, and it is mixed."""

import numpy as np
from typer.testing import CliRunner

from collsec.cli import app
from collsec.forms.normal import NormalForm
from collsec.interchange import write_game
from collsec.solvers import solve
from collsec.solvers.pure import pure


def pennies(first=1.0):
    a, b, c = np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij")
    table = np.stack([a == b, b == c, c != a]).astype(float)
    table[0] *= first
    return NormalForm(table, ("A", "B", "C"))


def test_each_player_mixes_evenly():
    assert pure(pennies()).count == 0
    found = solve(pennies())
    assert found.count == 1
    assert not found.complete
    for name in "ABC":
        np.testing.assert_allclose(found.strategies[name], 0.5, atol=1e-12)
    assert found.regret[0] < 1e-12


def test_in_a_sweep_games_with_and_without_pure_equilibria_are_all_answered():
    easy = np.stack([np.ones((2, 2, 2))] * 3) * [[[[1.0]], [[0.0]]]]
    form = NormalForm(np.stack([pennies().table, easy, pennies(3.0).table]), ("A", "B", "C"))
    found = solve(form)
    assert found.count.tolist() == [1, pure(form).count[1], 1]
    assert np.nanmax(found.regret) < 1e-12
    assert "mixed" in found.scope


def test_a_file_that_holds_the_game_is_answered_and_the_answer_says_what_was_sought(tmp_path):
    path = tmp_path / "pennies.nfg"
    path.write_text(write_game(pennies(), "nfg"), encoding="utf-8")
    shown = CliRunner().invoke(app, ["solve", str(path)]).stdout
    said = " ".join(shown.split())
    assert "1 equilibrium, perhaps not all there are" in said
    assert "all pure ones were sought" in said
    assert said.count("0.5") >= 6
