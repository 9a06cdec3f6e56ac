"""Every command in the README that is cheap works as written and prints what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from collsec.cli import app
from tests.documents import blocks, copy_of_project, printed_as_shown, sessions

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
COSTLY = {"reproduce", "verify"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the README's commands read, with the files that the README shows."""
    folder = copy_of_project(tmp_path_factory.mktemp("readme"))
    for text in blocks(README, "toml"):
        name = text.splitlines()[0].removeprefix("# ")
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("command", "shown"), [pair for text in blocks(README, "console") for pair in sessions(text)]
)
def test_a_command_prints_what_the_readme_shows(
    command: str, shown: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("COLUMNS", "80")
    assert printed_as_shown(command, shown)


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"`collsec ([a-z]+)", README)) - {"new"}
    assert named <= set(get_command(app).commands)  # type: ignore[attr-defined]
    assert named >= COSTLY


def test_every_place_that_the_readme_names_exists() -> None:
    built = ("results/", "figures/out/", "paper/out/", "paper/paper.pdf", "pytask.lock", ".venv")
    built += ("docs/_build/",)
    shown = {text.splitlines()[0].removeprefix("# ") for text in blocks(README, "toml")} | {
        "base.toml"
    }
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|lock|cff))`", README)
    own = {name for name in named if not name.startswith(built)} - shown
    tops = (REPOSITORY, REPOSITORY / "model" / "collsec")
    assert {name for name in own if not any((top / name).exists() for top in tops)} == set()
