"""One stem, four places: every experiment has a config, a figure and a place in the paper."""

from pathlib import Path

import pytest

from collsec.study.experiment import names, project_root, run_experiment
from collsec.study.results import open_result

ROOT = project_root()
assert ROOT is not None
QUICK = ("veto", "institutions", "sensitivity")


@pytest.mark.parametrize("name", names())
def test_every_experiment_has_a_figure_and_stands_in_the_paper(name: str) -> None:
    assert (ROOT / "figures" / f"{name}.py").is_file()
    assert (ROOT / "paper" / "questions" / f"{name}.py").is_file()
    texts = [ROOT / "paper" / "paper.typ", *(ROOT / "paper" / "questions").glob("*.typ")]
    assert any(f"{name}." in text.read_text(encoding="utf-8") for text in texts)


@pytest.mark.parametrize("path", sorted((ROOT / "figures").glob("*.py")), ids=lambda p: p.stem)
def test_every_figure_has_an_experiment(path: Path) -> None:
    assert path.stem in {*names(), "__init__", "__main__", "house"}


@pytest.mark.parametrize("name", QUICK)
def test_an_experiment_run_twice_gives_the_same_bytes_and_a_regret_column(
    name: str, tmp_path: Path
) -> None:
    first = run_experiment(name, out=tmp_path / "first" / f"{name}.nc")
    second = run_experiment(name, out=tmp_path / "second" / f"{name}.nc", block_size=64)
    assert first.read_bytes() == second.read_bytes()
    dataset = open_result(first)
    if name != "sensitivity":
        assert float(dataset["regret"].max()) < 1e-9
        assert int(dataset["count"].min()) >= 1


def test_the_observed_burdens_are_those_of_the_table() -> None:
    text = (ROOT / "experiments" / "data" / "nato_burden.csv").read_text(encoding="utf-8")
    assert "1955,United States,0.57387,10.156" in text
    assert len(text.splitlines()) == 225
