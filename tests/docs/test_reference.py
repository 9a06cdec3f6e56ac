"""The reference has a page for everything that a folder holds, and mentions what is declared."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest

import collsec
import collsec.forms
import collsec.solvers
from collsec import cases
from collsec.assumptions import LEVERS
from collsec.assumptions import PRESETS as SETS
from collsec.forms.form import Form
from collsec.games import catalogue
from collsec.institutions import PRESETS as INSTITUTIONS
from collsec.study.bibliography import FILE, cite, entries
from docs import generate
from docs.generate.text import cited, prose, short, symbol


@pytest.fixture(scope="module")
def pages() -> generate.Pages:
    return generate.pages()


def public_files(package) -> set[str]:
    names = {info.name for info in pkgutil.iter_modules(package.__path__)}
    return {name for name in names if not name.startswith("_")}


def test_every_game_has_a_page_with_its_parameters_observables_and_works(pages) -> None:
    for name in catalogue.names():
        text, kind = pages[f"games/{name}"], catalogue.find(name)
        for item in (*kind.parameters.values(), *kind.observables):
            assert f"``{item.name}``" in text
        works = re.findall(r":ref:`[^`]*<work-([^>]+)>`", text)
        assert works
        assert set(works) <= set(entries())
        assert f":doc:`{name}`" in pages["games/index"]


def test_every_form_has_a_page_and_no_page_has_no_form(pages) -> None:
    found = set()
    for file in public_files(collsec.forms):
        module = importlib.import_module(f"collsec.forms.{file}")
        found |= {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Form) and value is not Form
        }
    listed = {name.removeprefix("forms/") for name in pages if name.startswith("forms/")}
    assert listed == found | {"index"}


def test_every_file_of_solvers_has_a_page_with_its_functions(pages) -> None:
    files = public_files(collsec.solvers)
    listed = {name.removeprefix("solvers/") for name in pages if name.startswith("solvers/")}
    assert listed == files | {"index"}
    for file in files:
        text = pages[f"solvers/{file}"]
        assert re.search(rf"\.\. auto(function|class):: collsec\.solvers\.{file}\.", text)


def test_every_lever_set_institution_and_case_is_there(pages) -> None:
    for lever in LEVERS:
        assert f"``{lever}``" in pages["assumptions"]
    for presets, page in ((SETS, "assumptions"), (INSTITUTIONS, "institutions")):
        for name in presets.names():
            assert f".. _set-{name}:" in pages[page]
    assert {f"cases/{name}" for name in cases.names()} <= set(pages)


def test_every_command_and_every_work_is_there(pages) -> None:
    for command in ("solve", "compare", "run", "new experiment", "verify"):
        assert f"\ncollsec {command}\n---" in pages["commands"]
    for key in entries():
        assert f".. _work-{key}:" in pages["bibliography"]


def test_every_work_that_a_module_names_is_in_the_bibliography_once() -> None:
    keys = re.findall(r"^@\w+\{([^,]+),", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    for info in pkgutil.walk_packages(collsec.__path__, "collsec."):
        text = inspect.cleandoc(importlib.import_module(info.name).__doc__ or "")
        named = re.findall(r"\b[a-z]+\d{4}[a-z]+\b", text.partition("\nReferences\n")[2])
        assert set(named) <= set(keys), info.name


def test_pages_that_are_none_any_more_are_deleted_and_unchanged_ones_left_alone(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(generate, "pages", lambda: {"a/b": "text\n"})
    old = tmp_path / "old.rst"
    old.write_text("gone", encoding="utf-8")
    generate.write(tmp_path)
    written = tmp_path / "a" / "b.rst"
    before = written.stat().st_mtime_ns
    generate.write(tmp_path)
    assert not old.exists()
    assert written.stat().st_mtime_ns == before


def test_shapes_and_symbols_become_what_they_mean() -> None:
    assert prose("shape (*batch, n) of ``(*batch)``") == r"shape (\*batch, n) of ``(*batch)``"
    assert prose(".. math::\n\n    a * |b|\n\n|x|") == ".. math::\n\n    a * |b|\n\n\\|x\\|"
    assert symbol("m_A") == ":math:`m_A`"
    assert symbol("v̄") == r":math:`\bar{v}`"
    assert symbol("-") == "—"
    assert short("bergstrom1986private") == "Bergstrom, Blume and Varian (1986)"
    assert cited("see warr1983private, k") == "see :ref:`Warr (1983) <work-warr1983private>`, k"
    assert cited("un1990resolution660").startswith(":ref:`United Nations")
    assert cite("warr1983private").startswith("Warr")


def test_works_are_written_without_the_marks_of_tex() -> None:
    assert "Monzón, Lucas" in cite("beylkin2005approximation")
    assert [key for key in entries() if set("\\{}") & set(cite(key))] == []
