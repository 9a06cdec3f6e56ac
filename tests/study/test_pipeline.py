"""The pipeline on a small project: it does what changed, says why, and locks what it made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from collsec.study import crosswalk, pipeline, steps, verification
from collsec.study.config import ConfigError

FILES = {
    "pyproject.toml": '[project]\nname = "collsec"\n',
    "experiments/votes.toml": """\
title = "Votes"
question = "How often does a council of three decide?"
game = "council"
assumptions = ["realist"]

[parameters]
permanent = 1
elected = 2
quota = 2

[sweep.yes]
values = [0.25, 0.5, 0.75]
""",
    "figures/__init__.py": """\
import importlib
from zlib import crc32

def render(question, dataset, out):
    figure = importlib.import_module(f"figures.{question}")
    for suffix in ("pdf", "svg", "png", "csv"):
        (out / f"{question}.{suffix}").write_text(figure.TEXT + str(crc32(dataset.read_bytes())))
""",
    "figures/votes.py": 'TEXT = "votes"\n',
    "paper/__init__.py": "",
    "paper/build.py": """\
import json
from zlib import crc32

def tables_and_numbers(results, out):
    sums = {path.stem: crc32(path.read_bytes()) for path in sorted(results.glob("*.nc"))}
    numbers = {"votes.sum": {"value": sums["votes"], "source": "results/votes.nc: yes"}}
    (out / "numbers.json").write_text(json.dumps(numbers))

def compile_paper(paper, out):
    out.write_text((paper / "paper.typ").read_text() + (paper / "out/numbers.json").read_text())
""",
    "paper/paper.typ": "Votes: #numbers\n",
}
STEPS = ["figures/votes", "paper/numbers", "paper/paper", "results/votes"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def built(project: Path) -> Path:
    make(project)
    return project


def make(project: Path, only: str | None = None) -> list[str]:
    outcomes = pipeline.carry_out(pipeline.plan(project, only))
    return sorted(outcome.name for outcome in outcomes if outcome.is_made)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 10**9))


def test_the_first_run_makes_everything_and_the_second_nothing(project: Path) -> None:
    first = pipeline.plan(project)
    assert sorted(first.reasons) == STEPS
    assert first.reasons["results/votes"] == ("first run",)
    assert make(project) == STEPS
    second = pipeline.plan(project)
    assert second.is_settled
    assert second.reasons == {}


def test_the_lock_holds_every_product_and_no_path_of_the_machine(built: Path) -> None:
    lock = pipeline.read_lock(built)
    assert sorted(lock) == STEPS
    assert set(lock["figures/votes"]["produces"]) == {
        f"figures/out/votes.{suffix}" for suffix in ("csv", "pdf", "png", "svg")
    }
    assert set(lock["results/votes"]["depends_on"]) == {
        "experiments/votes.toml",
        "resolved experiments/votes.toml",
        "model/collsec",
    }
    assert str(built) not in (built / pipeline.LOCK).read_text()


def test_an_edited_figure_redoes_the_figure_and_what_includes_it(built: Path) -> None:
    edit(built / "figures/votes.py", "votes", "ballots")
    plan = pipeline.plan(built)
    assert plan.reasons["figures/votes"] == ("figures/votes.py changed",)
    assert set(plan.reasons) == {"figures/votes", "paper/paper"}
    assert make(built) == ["figures/votes", "paper/paper"]


def test_a_comment_in_a_config_changes_no_result_and_nothing_behind_it(built: Path) -> None:
    edit(built / "experiments/votes.toml", 'title = "Votes"', 'title = "Votes"  # a word')
    assert pipeline.plan(built).reasons["results/votes"] == ("experiments/votes.toml changed",)
    assert make(built) == ["results/votes"]


def test_a_changed_value_in_a_config_redoes_everything_behind_it(built: Path) -> None:
    edit(built / "experiments/votes.toml", "0.75]", "0.75, 1.0]")
    assert make(built) == STEPS


def test_a_product_that_is_lost_or_altered_is_made_again(built: Path) -> None:
    before = (built / pipeline.LOCK).read_text()
    (built / "figures/out/votes.svg").unlink()
    edit(built / "paper/paper.pdf", "Votes", "Boats")
    reasons = pipeline.plan(built).reasons
    assert reasons["figures/votes"] == ("figures/out/votes.svg is missing",)
    assert reasons["paper/paper"] == ("figures/votes is made again",)
    make(built)
    assert (built / pipeline.LOCK).read_text() == before
    assert pipeline.plan(built).is_settled


def test_only_makes_one_stem_and_not_the_paper(project: Path) -> None:
    assert make(project, "votes") == ["figures/votes", "results/votes"]
    assert not (project / "paper/paper.pdf").exists()


def test_an_unknown_stem_is_refused_with_the_nearest_name(project: Path) -> None:
    with pytest.raises(pipeline.UnknownStemError, match=r"--only vote: .* did you mean 'votes'"):
        pipeline.plan(project, "vote")


def test_a_project_without_experiments_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(pipeline.PipelineError, match="collsec new experiment NAME"):
        pipeline.plan(tmp_path)


def test_a_config_that_cannot_be_used_stops_the_run_before_anything_is_made(built: Path) -> None:
    kept = (built / "results/votes.nc").read_bytes()
    edit(built / "experiments/votes.toml", "quota = 2", "quota = 7")
    with pytest.raises(ConfigError, match=r"votes\.toml.*quota"):
        pipeline.plan(built)
    assert (built / "results/votes.nc").read_bytes() == kept


def test_a_step_that_fails_stops_those_behind_it_and_no_others(project: Path) -> None:
    edit(project / "figures/votes.py", 'TEXT = "votes"', "TEXT = 1 / 0")
    outcomes = {o.name: o for o in pipeline.carry_out(pipeline.plan(project))}
    assert isinstance(outcomes["figures/votes"].error, ZeroDivisionError)
    assert outcomes["paper/paper"].is_skipped
    assert outcomes["results/votes"].is_made
    assert outcomes["paper/numbers"].is_made


def test_an_experiment_that_is_gone_leaves_the_lock(built: Path) -> None:
    (built / "figures/votes.py").unlink()
    make(built)
    assert "figures/votes" not in pipeline.read_lock(built)
    assert pipeline.plan(built).is_settled


def test_a_broken_lock_names_the_remedy(built: Path) -> None:
    (built / pipeline.LOCK).write_text("<<<<<<< HEAD\n")
    with pytest.raises(pipeline.PipelineError, match=r"git checkout pytask\.lock"):
        pipeline.plan(built)


def test_a_rebuild_elsewhere_is_the_same_byte_for_byte(built: Path) -> None:
    found = verification.verify(built)
    assert found.is_same
    assert len(found.comparisons) == 7
    assert found.changed_inputs == ()


def test_a_rebuild_shows_what_the_lock_knows_otherwise(built: Path) -> None:
    edit(built / "figures/votes.py", "votes", "ballots")
    found = verification.verify(built)
    assert not found.is_same
    assert found.changed_inputs == ("figures/votes.py",)
    assert {item.product for item in found.comparisons if item.is_same} == {
        "paper/out",
        "paper/paper.pdf",
        "results/votes.nc",
    }
    assert (built / "figures/out/votes.svg").read_text().startswith("votes")


def test_verifying_without_a_lock_says_what_to_run(project: Path) -> None:
    with pytest.raises(pipeline.PipelineError, match="run collsec reproduce first"):
        verification.verify(project)


def test_the_crosswalk_leads_from_a_figure_to_its_config(built: Path) -> None:
    rows = {row["product"]: row for row in crosswalk.crosswalk(built)}
    figure = rows["figures/out/votes.svg"]
    assert figure["configs"] == "experiments/votes.toml"
    assert figure["scripts"] == "figures/__init__.py figures/votes.py"
    assert figure["dataset_sha256"] == rows["results/votes.nc"]["sha256"]
    number = rows["paper/out/numbers.json: votes.sum"]
    assert number["datasets"] == "results/votes.nc"
    assert number["configs"] == figure["configs"]
    assert crosswalk.write(built).read_text().count("\n") == len(rows) + 1


def test_two_projects_with_modules_of_one_name_do_not_mix(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name / "figures").mkdir(parents=True)
        (tmp_path / name / "figures/__init__.py").write_text(f"NAME = {name!r}\n")
    for name in ("first", "second"):
        with steps.imported(tmp_path / name, "figures") as figures:
            assert name == figures.NAME


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    with (
        pytest.raises(ModuleNotFoundError, match=r"figures has no __init__\.py"),
        steps.imported(tmp_path, "figures"),
    ):
        pass
