"""Every command in the README that is cheap works as written and prints what stands there."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from collsec.cli import app

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
COSTLY = {"reproduce", "verify"}


def blocks(kind: str) -> list[str]:
    return [found["body"] for found in BLOCK.finditer(README) if found["kind"] == kind]


def sessions() -> list[tuple[str, str]]:
    """Return every command with the output that the README shows."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the README's commands read, with the files that the README shows."""
    folder = tmp_path_factory.mktemp("readme")
    ignored = shutil.ignore_patterns("out", "__pycache__")
    for name in ("experiments", "figures"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for text in blocks("toml"):
        name = text.splitlines()[0].removeprefix("# ")
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("command", "shown"), sessions())
def test_a_command_prints_what_the_readme_shows(
    command: str, shown: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("COLUMNS", "80")
    program, *arguments = shlex.split(command)
    assert program == "collsec"
    printed = CliRunner().invoke(app, arguments).output
    printed = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), printed


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"`collsec ([a-z]+)", README)) - {"new"}
    assert named <= set(get_command(app).commands)  # type: ignore[attr-defined]
    assert named >= COSTLY


def test_every_place_that_the_readme_names_exists() -> None:
    built = ("results/", "figures/out/", "paper/out/", "paper/paper.pdf", "pytask.lock", ".venv")
    shown = {text.splitlines()[0].removeprefix("# ") for text in blocks("toml")} | {"base.toml"}
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|lock|cff))`", README)
    own = {name for name in named if not name.startswith(built)} - shown
    tops = (REPOSITORY, REPOSITORY / "model" / "collsec")
    assert {name for name in own if not any((top / name).exists() for top in tops)} == set()
