"""Experiments: found by name, rebuilt to the same bytes, and never at the cost of a good result."""

import json
import re

import numpy as np
import pytest
import xarray as xr

import collsec.solvers
from collsec.study.canonical import digest
from collsec.study.config import ConfigError, load
from collsec.study.experiment import find, names, project_root, result_path, run_experiment
from collsec.study.results import (
    ResultError,
    file_hash,
    is_same,
    log_path,
    open_result,
    save,
    source_hash,
)
from tests.study.skirmish import solve


def test_an_experiment_run_twice_gives_the_same_bytes(project):
    first = run_experiment("strength").read_bytes()
    (project / "results" / "strength.nc").unlink()
    assert run_experiment("strength").read_bytes() == first


def test_the_bytes_do_not_depend_on_folder_or_blocks(project, tmp_path_factory, monkeypatch):
    first = run_experiment("strength").read_bytes()
    other = tmp_path_factory.mktemp("other")
    (other / "pyproject.toml").write_text('[project]\nname = "collsec"\n')
    (other / "experiments").mkdir()
    text = (project / "experiments" / "strength.toml").read_text()
    (other / "experiments" / "strength.toml").write_text(text)
    monkeypatch.chdir(other)
    path = run_experiment("strength", block_size=5)
    assert path == other / "results" / "strength.nc"
    assert path.read_bytes() == first


def test_a_result_says_what_made_it(project):
    dataset = open_result(run_experiment("strength"))
    config = load("experiments/strength.toml")
    assert dataset.attrs["title"] == "Strength"
    assert dataset.attrs["question"] == "Does strength decide?"
    assert dataset.attrs["config_sha256"] == config.hash
    assert dataset.attrs["source_sha256"] == source_hash()
    assert dataset.attrs["seed"] == 7
    assert digest(json.loads(dataset.attrs["config"])) == config.hash
    assert json.loads(dataset.attrs["versions"])["numpy"] == np.__version__
    assert not {"commit", "time", "python"} & set(dataset.attrs)
    assert dataset.hold.attrs["units"] == "probability"
    assert dataset.strength.attrs["long_name"] == "strength of the attacker"
    assert dataset.complete.dtype == bool


def test_the_log_tells_when_and_how_long(project):
    log = json.loads(log_path(run_experiment("strength")).read_text())
    assert {"commit", "python", "started", "seconds", "games", "uncertified"} <= log.keys()
    assert log["games"] == 36


def test_a_run_with_overrides_goes_to_a_file_of_its_own(project):
    before = run_experiment("strength").read_bytes()
    path = run_experiment("strength", ["parameters.waves=3"])
    config = load("experiments/strength.toml", ["parameters.waves=3"])
    assert path.name == f"strength-{config.hash[:8]}.nc"
    assert (project / "results" / "strength.nc").read_bytes() == before


def test_a_config_elsewhere_does_not_touch_the_projects_results(project):
    before = run_experiment("strength").read_bytes()
    (project / "mine").mkdir()
    copy = project / "mine" / "strength.toml"
    copy.write_text((project / "experiments" / "strength.toml").read_text())
    path = run_experiment(copy)
    assert path.parent == project / "results"
    assert path.name.startswith("strength-")
    assert (project / "results" / "strength.nc").read_bytes() == before
    assert is_same(path, project / "results" / "strength.nc")


BAD = {
    "unknown key": "sede = 1\n",
    "wrong type": 'seed = "one"\n',
    "out of range": "[levers]\nlegitimacy = 7\n",
    "not TOML": "seed = = 1\n",
    "NaN": "[options]\nx = nan\n",
    "empty sweep": "[sweep]\nstrength = []\n",
    "10^9 points": "[sweep]\nstrength.linspace = [1, 2, 1_000_000_000]\n",
    "missing file": 'extends = ["gone.toml"]\n',
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_config_leaves_existing_results_as_they_are(project, case):
    run_experiment("strength")
    before = {path: path.read_bytes() for path in (project / "results").iterdir()}
    (project / "experiments" / "strength.toml").write_text('game = "skirmish"\n' + BAD[case])
    with pytest.raises(ConfigError) as caught:
        run_experiment("strength")
    assert re.match(r"experiments/strength\.toml:[23]: ", str(caught.value))
    assert {path: path.read_bytes() for path in (project / "results").iterdir()} == before


def test_a_result_that_cannot_be_saved_leaves_the_old_one(project, monkeypatch):
    path = run_experiment("strength")
    before = path.read_bytes()

    def broken(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", broken)
    with pytest.raises(ResultError, match=r"strength\.nc: cannot be written: No space left"):
        run_experiment("strength")
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".*.tmp"))


def test_an_interrupted_experiment_goes_on_and_leaves_no_scratch(project, monkeypatch):
    calls = []

    def stumbling(form):
        calls.append(form)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return solve(form)

    monkeypatch.setattr(collsec.solvers, "solve", stumbling)
    with pytest.raises(KeyboardInterrupt):
        run_experiment("strength", block_size=9)
    partial = project / "results" / ".partial"
    assert len(list(partial.rglob("*.npz"))) == 2
    assert not (project / "results" / "strength.nc").exists()
    done = run_experiment("strength", block_size=9).read_bytes()
    assert len(calls) == 3 + 2
    assert not partial.exists()
    assert run_experiment("strength", block_size=18).read_bytes() == done


def test_a_script_decides_what_is_computed(project):
    (project / "experiments" / "strength.py").write_text(
        "from collsec.study.compare import compare\n\n\n"
        "def run(config):\n"
        "    dataset = compare(config.game, config.assumptions, execution=config.execution)\n"
        "    return dataset.assign_attrs(depth=config.options['depth'])\n"
    )
    path = run_experiment("strength", ["options.depth=3"])
    dataset = open_result(path)
    assert dataset.attrs["depth"] == 3
    assert dataset.attrs["script_sha256"] == file_hash(project / "experiments" / "strength.py")
    assert dataset.hold.dims == ("assumptions",)


@pytest.mark.parametrize(
    ("script", "message"),
    [("x = 1\n", "run: is missing"), ("def run(config):\n    return 3\n", "must return an xarray")],
)
def test_a_script_without_a_dataset_is_refused(project, script, message):
    (project / "experiments" / "strength.py").write_text(script)
    with pytest.raises(ConfigError, match=message):
        run_experiment("strength")


def test_a_variable_without_a_unit_is_not_saved(project):
    config = load("experiments/strength.toml")
    with pytest.raises(ResultError, match="share: must have the attributes units and long_name"):
        save(xr.Dataset({"share": 1.0}), project / "results" / "x.nc", config)
    assert not (project / "results" / "x.nc").exists()


def test_experiments_are_found_by_name(project):
    assert names() == ["strength"]
    assert project_root() == project
    experiment = find("strength")
    assert experiment.script is None
    assert not experiment.is_foreign
    assert result_path(experiment, load(experiment.config)) == project / "results" / "strength.nc"


def test_an_unknown_experiment_is_answered_with_the_nearest(project):
    with pytest.raises(ConfigError, match="strenth: is not an experiment; did you mean 'strength'"):
        find("strenth")


def test_a_missing_result_says_how_to_make_it(project):
    with pytest.raises(ResultError, match="no such result; make it with `collsec run strength`"):
        open_result("results/strength.nc")


def test_a_file_that_is_no_dataset_is_refused(project):
    (project / "x.nc").write_text("nothing")
    with pytest.raises(ResultError, match="is not a dataset of collsec"):
        open_result("x.nc")
