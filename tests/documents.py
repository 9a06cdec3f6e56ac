"""Documents that show commands and code with their output: take them apart and try them."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

from typer.testing import CliRunner

from collsec.cli import app

REPOSITORY = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(
    r"^```(?P<kind>\w+|\{code-block\} \w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)


def all_blocks(text: str) -> list[tuple[str, str]]:
    """Return the kind and the text of every block of code, in order."""
    return [(found["kind"], found["body"]) for found in _BLOCK.finditer(text)]


def blocks(text: str, kind: str) -> list[str]:
    """Return the blocks of one kind."""
    return [body for found, body in all_blocks(text) if found == kind]


def sessions(block: str) -> list[tuple[str, str]]:
    """Return every command of a block with the output that is shown below it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    pairs = [part.partition("\n") for part in parts]
    return [(command, shown) for command, _, shown in pairs]


def copy_of_project(folder: Path) -> Path:
    """Copy what commands of a project read; return the folder.

    What a reader of these documents has made by following them is left out: it is made again.
    """
    ignored = shutil.ignore_patterns("out", "__pycache__", "arms_race.*")
    for name in ("experiments", "figures"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def printed_as_shown(command: str, shown: str) -> bool:
    """Whether a command prints what is shown, where ... stands for anything; else print both."""
    program, *arguments = shlex.split(command)
    assert program == "collsec"
    printed = CliRunner().invoke(app, arguments).output
    printed = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    is_same = doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
    if not is_same:
        print(printed)  # noqa: T201 - pytest shows it beside the failure
    return is_same
