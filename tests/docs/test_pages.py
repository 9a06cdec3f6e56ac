"""Every page written by hand is tried from top to bottom: its files, its commands, its code."""

from __future__ import annotations

import doctest
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from tests.documents import REPOSITORY, all_blocks, copy_of_project, printed_as_shown, sessions

DOCS = REPOSITORY / "docs"
PAGES = sorted(
    str(path.relative_to(DOCS))
    for path in DOCS.rglob("*.md")
    if not {"_build", "reference"} & set(path.relative_to(DOCS).parts)
)


def try_console(body: str) -> None:
    for command, shown in sessions(body):
        assert printed_as_shown(command, shown), command


def try_python(body: str, known: dict[str, Any], page: str) -> None:
    if ">>>" not in body:
        exec(body, known)  # noqa: S102 - code of our own pages
        return
    test = doctest.DocTestParser().get_doctest(body, known, page, page, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    printed: list[str] = []
    runner.run(test, out=printed.append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, "".join(printed)
    known.update(test.globs)


def write_file(kind: str, body: str) -> None:
    """Write a block that shows a file, which names it in its first line or in its caption."""
    named = re.match(r"(?:# (\S+\.toml)$|:caption: (\S+)\n\n)", body, re.MULTILINE)
    if named:
        text = body if named[1] else body[named.end() :]
        Path(named[1] or named[2]).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy_of_project(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    module = types.ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)  # where annotations are looked up
    known = vars(module)
    for kind, body in all_blocks((DOCS / page).read_text(encoding="utf-8")):
        if kind == "console":
            try_console(body)
        elif kind == "python":
            try_python(body, known, page)
        else:
            write_file(kind, body)


def test_there_are_pages_and_all_of_them_are_tried() -> None:
    assert {"index.md", "tutorial.md", "proved.md", "howto/own.md"} <= set(PAGES)
