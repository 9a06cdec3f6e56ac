"""The command line, as users meet it: what it prints, what it refuses, and how."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import collsec
from collsec.cli import app

REPOSITORY = Path(__file__).resolve().parent.parent


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def printed(*arguments: str) -> str:
    result = invoke(*arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def solved(*arguments: str) -> Any:
    return json.loads(printed("solve", *arguments, "--json"), parse_constant=pytest.fail)


def refused(*arguments: str) -> str:
    """Return what stderr says of bad input: one paragraph, exit code 2, nothing on stdout."""
    result = invoke(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


def separately(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", "from collsec.cli import main; main()", *arguments],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
        env={**os.environ, **variables},
    )  # fmt: skip


# -- listing ------------------------------------------------------------------------------------


def test_the_version_is_printed() -> None:
    assert printed("--version") == f"collsec {collsec.__version__}\n"


def test_games_are_listed_with_their_questions() -> None:
    listed = printed("games")
    assert "council" in listed
    assert "who decides under a quota and vetoes?" in " ".join(listed.split())


def test_a_game_is_shown_with_equation_parameters_and_full_references() -> None:
    shown = printed("show", "council")
    assert r"\Pr" in shown
    assert "[0, 193]" in shown
    assert "pass_probability" in shown
    assert "Shapley, Lloyd S." in shown


def test_a_game_says_how_each_lever_enters_it() -> None:
    text = printed("show", "unilateral_deterrence")
    assert "\nLevers\n- relative gains: " in text
    assert "\n- selection: " in text


def test_presets_are_listed_and_shown_with_reasons_and_sources() -> None:
    assert "Realist" in printed("assumptions")
    shown = " ".join(printed("assumptions", "realist").split())
    assert "risk-dominant" in shown
    assert "Promises without an enforcer bind no one." in shown
    assert "UN Charter" in printed("institutions")


def test_the_neutral_set_is_listed_and_shown_like_the_others() -> None:
    assert "neutral" in printed("assumptions").split()
    shown = printed("assumptions", "neutral")
    assert "relative_gains = 0\n" in shown
    assert "monitoring = 1\n" in shown


def test_a_narrow_terminal_folds_words_and_never_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    shown = printed("solve", "council")
    assert "421/2145" in shown
    assert "…" not in shown


# -- solving ------------------------------------------------------------------------------------


def test_private_provision_is_solved_in_the_numbers_of_the_issue() -> None:
    found = solved("private_provision", "--set", "income=[120,100,80,40,10]", "--set", "taste=0.5")
    assert found["observables"]["total_provision"] == pytest.approx(75)
    (equilibrium,) = found["equilibria"]
    assert found["parameters"]["income"] == [120, 100, 80, 40, 10]
    assert equilibrium["strategies"]["contribution"] == pytest.approx([45, 25, 5, 0, 0])
    assert equilibrium["regret"] <= 1e-9 * 120
    assert found["complete"] is True


def test_provision_point_lists_exact_roots() -> None:
    found = solved(
        "provision_point", "--set", "n_members=5", "--set", "quorum=3", "--set", "value=27",
        "--set", "cost=8",
    )  # fmt: skip
    roots = [
        root
        for equilibrium in found["equilibria"]
        for values in equilibrium.get("exact", {}).values()
        for root in values
        if root not in ("0", "1")
    ]
    assert set(roots) == {"1/3", "2/3"}


def test_council_gives_power_as_exact_rationals() -> None:
    found = solved(
        "council", "--set", "permanent=5", "--set", "elected=10", "--set", "quota=9"
    )  # fmt: skip
    assert found["observables"]["shapley_shubik_permanent"] == "421/2145"
    assert found["observables"]["shapley_shubik_elected"] == "4/2145"
    assert found["under"] == "neutral"
    assert found["institution"] is None
    assert found["played"] == 0


def test_bluff_and_steadfast_deterrence_are_printed_by_name_and_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    chances = ("--set", "p_challenger_hard=0.4", "--set", "p_defender_hard=0.3")
    text = printed("solve", "unilateral_deterrence", *chances)
    words = " ".join(text.split())
    assert "2 equilibria, all there are" in words
    assert "region steadfast deterrence bluff" in words
    assert "strategy hard soft demand 1 0.4 resist 1 0.285714 fight 1 0" in words
    found = solved("unilateral_deterrence", *chances)
    assert found["labels"]["resist"] == [["hard", "soft"]]
    assert found["equilibria"][1]["strategies"]["resist"] == pytest.approx([1.0, 2 / 7])


def test_levers_can_be_set_on_top_of_an_assumption_set() -> None:
    found = solved("council", "--under", "realist", "--set", "levers.monitoring=0.25")
    assert found["levers"]["monitoring"] == 0.25
    assert found["levers"]["relative_gains"] == 0.5
    assert found["levers"]["selection"] == "risk-dominant"
    assert found["under"] == "realist (monitoring = 0.25)"


def test_an_assumption_set_can_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "doves.toml"
    file.write_text('title = "Doves"\nmonitoring = 0.75\n')
    found = solved("council", "--under", str(file))
    assert found["under"] == "doves"
    assert found["levers"]["monitoring"] == 0.75


def test_cases_are_compared_side_by_side() -> None:
    arguments = ("compare", "council", "--under", "realist", "--under", "institutionalist")
    found = json.loads(printed(*arguments, "--json"))
    assert [case["under"] for case in found["cases"]] == ["realist", "institutionalist"]
    shown = printed(*arguments)
    assert "realist" in shown
    assert "institutionalist" in shown
    assert "421/2145" in shown


# -- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "counsil"), ("counsil", "is no game", "did you mean 'council'")),
        (("solve", "council", "--set", "qota=9"), ("qota", "did you mean 'quota'")),
        (("solve", "council", "--set", "quota=99"), ("quota", "99", "15 seats", "lower it")),
        (("solve", "pledges.toml"), ("is no game", "collsec run pledges.toml")),
        (("solve", "private_provision", "--set", "income=[]"), ("income", "must not be empty")),
        (("solve", "council", "--set", "quota=two"), ("quota", "two", "must be a number")),
        (("solve", "council", "--set", "abstention=nan"), ("abstention", "NaN")),
        (("solve", "council", "--set", "abstention=2"), ("abstention", "2", "[0, 1]")),
        (("solve", "council", "--set", "quota"), ("quota", "is not NAME=VALUE", "write --set")),
        (("solve", "council", "--set", "yes=[1,"), ("yes=[1,", "has no TOML value", "lists as")),
        (("solve", "council", "--set", "abstention=[0,1]"), ("abstention", "sweep", "collsec run")),
        (("solve", "council", "--set", "levers.trust=1"), ("trust", "is not a parameter")),
        (("solve", "council", "--set", "levers.monitoring=[0,1]"), ("monitoring", "sweep")),
        (("solve", "council", "--under", "realst"), ("realst", "did you mean 'realist'")),
        (("solve", "council", "--under", "no.toml"), ("no.toml", "no such file")),
        (("solve", "council", "--institution", "nato"), ("institution", "knows no institution")),
        (("solve", "council", "--set", "institution.quota=3"), ("institution.quota", "leave it")),
        (("solve", "council", "--under", "foo"), ("choose one of inst", "neutral, realist")),
        (("solve", "council", "--set", "parameters.quota=8"), ("table", "write --set quota=8")),
        (("solve", "council", "--set", "levers.selection=BEST"), ("write 'best'",)),
        (("solve", "response", "--set", 'members=["A"]'), ("1 names for 20 members", "or none")),
        (("institutions", "nto"), ("nto", "did you mean 'nato'")),
        (("run", "nothing_like_it"), ("nothing_like_it",)),
        (("run", "missing.toml"), ("missing.toml", "no such file")),
        (("config", "missing.toml"), ("missing.toml", "no such file")),
        (("reproduce", "--only", "nothing_like_it"), ("--only nothing_like_it",)),
        (("new", "experiment", "No Name"), ("No Name", "small letters")),
        (("solv", "council"), ("solv", "Did you mean 'solve'")),
    ],
)
def test_bad_input_is_refused_with_key_value_and_remedy(
    arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    message = refused(*arguments)
    for word in words:
        assert word in message


def test_a_preset_file_with_a_wrong_key_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "doves.toml"
    file.write_text('title = "Doves"\n\nmonitring = 0.75\n')
    message = refused("solve", "council", "--under", str(file))
    assert f"{file}:3: monitring" in message
    assert "did you mean 'monitoring'" in message


# -- experiments --------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, with this one's figures' renderer, as the working directory."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "collsec"\n')
    for folder in ("experiments", "figures"):
        (tmp_path / folder).mkdir()
    for name in ("__init__.py", "house.py", "house.mplstyle"):
        shutil.copy(REPOSITORY / "figures" / name, tmp_path / "figures" / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_experiment_runs_draws_and_is_never_overwritten(project: Path) -> None:
    assert "collsec run arms_race" in printed("new", "experiment", "arms_race")
    assert "2 of 2 steps" in printed("reproduce", "--only", "arms_race")
    for suffix in ("pdf", "svg", "png", "csv"):
        assert (project / f"figures/out/arms_race.{suffix}").stat().st_size > 100
    written = (project / "experiments/arms_race.toml").read_bytes()
    assert "arms_race" in refused("new", "experiment", "arms_race")
    assert (project / "experiments/arms_race.toml").read_bytes() == written


def test_reproduce_says_what_it_does_why_and_that_there_is_nothing_to_do(project: Path) -> None:
    printed("new", "experiment", "arms_race")
    said = printed("reproduce")
    assert "because first run" in said
    assert "Wall time" in said
    assert "Nothing to do" in printed("reproduce")
    verified = printed("verify")
    assert "DIFFERENT" not in verified
    assert "5 of 5 products are the same" in verified


def test_an_interrupt_keeps_what_is_finished_and_exits_with_130(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed("new", "experiment", "arms_race")
    (project / "experiments/arms_race.py").write_text(
        "def run(config):\n    raise KeyboardInterrupt\n"
    )
    for command in (("reproduce",), ("run", "arms_race")):
        result = invoke(*command)
        assert result.exit_code == 130
        assert "the same command goes on from there" in result.stderr


def test_a_folder_that_cannot_be_written_is_named_in_one_line(project: Path) -> None:
    printed("new", "experiment", "arms_race")
    (project / "results").write_text("in the way")
    result = invoke("run", "arms_race")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "results" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_step_that_fails_is_named_with_its_error_and_exit_code_1(project: Path) -> None:
    printed("new", "experiment", "arms_race")
    (project / "figures/arms_race.py").write_text("def draw(dataset):\n    return 1 / 0\n")
    result = invoke("reproduce")
    assert result.exit_code == 1
    assert "error: figures/arms_race: ZeroDivisionError" in result.stderr
    assert "figures/arms_race.py" in result.stderr
    assert "results/arms_race took" in result.stdout


def test_a_config_with_several_faults_names_all_and_leaves_the_result(project: Path) -> None:
    printed("new", "experiment", "arms_race")
    printed("run", "arms_race")
    config, result = project / "experiments/arms_race.toml", project / "results/arms_race.nc"
    kept = result.read_bytes()
    config.write_text(config.read_text() + "\n[parametres]\ntaste = 2\n")
    message = refused("run", "arms_race", "--set", "levers.monitoring=nan")
    for word in ("parametres", "did you mean 'parameters'", "monitoring", "NaN"):
        assert word in message
    assert result.read_bytes() == kept
    assert "parametres" in refused("reproduce")


def test_run_prints_where_the_dataset_is_and_what_it_holds(project: Path) -> None:
    printed("new", "experiment", "arms_race")
    said = printed("run", "arms_race")
    assert "results/arms_race.nc" in said
    assert "taste 33" in said


def test_config_names_the_file_and_line_that_set_each_value(project: Path) -> None:
    printed("new", "experiment", "arms_race")
    said = printed("config", "arms_race", "--origin", "--set", "seed=7")
    lines = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "experiments/arms_race.toml:" in lines["parameters.income"]
    assert "--set" in lines["seed"]
    assert "default of the game" in lines["parameters.taste"] or "sweep" in said
    assert json.loads(printed("config", "arms_race"))["seed"] == 1


def test_the_schema_is_one_json_object() -> None:
    assert json.loads(printed("schema"))["type"] == "object"


# -- as a program -------------------------------------------------------------------------------


def test_a_pipe_gets_plain_text_without_colours() -> None:
    done = separately("solve", "council", NO_COLOR="1", FORCE_COLOR="")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "421/2145" in done.stdout


def test_a_terminal_without_greek_letters_gets_their_codes() -> None:
    done = separately("show", "enforcement", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert r"Members discount the future by \u03b4." in " ".join(done.stdout.split())


def test_a_wrong_name_leaves_exit_code_2_and_an_empty_stdout() -> None:
    done = separately("solve", "counsil")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: 'counsil' is no game; did you mean 'council'?\n"


def test_help_comes_before_anything_heavy_is_imported() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from collsec.cli import app; "
        "CliRunner().invoke(app, ['--help']); "
        "heavy = {'numba', 'scipy', 'xarray', 'pytask', 'matplotlib'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
