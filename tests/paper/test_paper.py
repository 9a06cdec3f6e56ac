"""The paper quotes only what the results say, and is built whole or not at all."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import xarray as xr

import paper
from collsec.assumptions import LEVERS
from collsec.games import catalogue
from collsec.study.bibliography import entries
from figures import render
from paper import build, findings, latex, reading, tables
from paper.quoted import Ledger, QuoteError, as_power, exactly, written
from tests.figures.synthetic import DATASETS

FOLDER = Path(paper.__file__).parent
TEXT = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (FOLDER / "paper.typ", *sorted((FOLDER / "questions").glob("*.typ")))
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    for question, make in DATASETS.items():
        make().to_netcdf(folder / f"{question}.nc", engine="h5netcdf")
    return folder


@pytest.fixture(scope="module")
def project(results: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "paper" / "questions").mkdir(parents=True)
    for source in [*FOLDER.glob("*.typ"), *FOLDER.glob("questions/*.typ")]:
        shutil.copy(source, root / "paper" / source.relative_to(FOLDER))
    for question in DATASETS:
        render(question, results / f"{question}.nc", root / "figures" / "out")
    build.tables_and_numbers(results, root / "paper" / "out")
    return root


@pytest.fixture
def folder(project: Path) -> Iterator[Path]:
    """The paper of the project, with its numbers put back afterwards."""
    numbers = project / "paper" / "out" / "numbers.json"
    kept = numbers.read_bytes()
    yield project / "paper"
    numbers.write_bytes(kept)


def _section(title: str) -> str:
    found = re.search(f"^= {title}" + r".*?(?=^= |^#{|^#show|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found.group()


def _prose(text: str) -> str:
    """Return a text without code and references, and without what may be typed: dates, names."""
    captions = "\n".join(re.findall(r"caption: \[(.*?)\],?\n\)", text, re.DOTALL))
    text = re.sub(r"^#figure\(\n.*?^\) <", "", text, flags=re.DOTALL | re.MULTILINE) + captions
    text = re.sub(r"#cite\(.*?\)|[@<][\w-]+>?", "", text)
    text = re.sub(r"\"[^\"]*\"", "", text)
    text = text.replace(", within: 0.05", "")
    text = re.sub(r"#(?:if|let) .*? (?=\[)|#\{.*?^\}", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(rf"\b\d{{1,2}}(?: (?:and|to) \d{{1,2}})? (?:{MONTHS})\b", "", text)
    text = re.sub(r"\b(?:17|18|19|20)\d\d\b", "", text)
    return re.sub(r"\b(?:Resolution|Article)s? \d+", "", text)


@pytest.mark.parametrize("title", ["Results", "Two cases", "Limits", "Institutions"])
def test_no_number_is_typed_into_the_results(title: str) -> None:
    typed = [line for line in _prose(_section(title)).splitlines() if re.search(r"\d", line)]
    assert typed == []


def test_no_number_is_typed_into_the_abstract() -> None:
    abstract = re.search(r"abstract: \[(.*?)\n  \],", TEXT, re.DOTALL)
    assert abstract is not None
    assert re.search(r"\d", _prose(abstract.group(1))) is None


def test_parameter_values_in_the_text_are_read_from_the_package() -> None:
    sets = _section("Two sets of assumptions")
    assert sets.count('num("levers.') >= 8
    assert re.search(r"= ?0\.\d", sets) is None


def test_the_paper_is_set_with_the_same_bytes_each_time(folder: Path) -> None:
    first = build.compile_paper(folder).read_bytes()
    assert first == build.compile_paper(folder, folder / "again.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert b"/StructTreeRoot" in first
    assert b"CreationDate" not in first


def test_numbers_and_tables_have_the_same_bytes_each_time(results: Path, tmp_path: Path) -> None:
    first = build.tables_and_numbers(results, tmp_path / "first")
    second = build.tables_and_numbers(results, tmp_path / "second")
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


def test_tables_that_are_no_longer_made_are_removed(results: Path, tmp_path: Path) -> None:
    (tmp_path / "stale.csv").write_text("a\n", encoding="utf-8")
    build.tables_and_numbers(results, tmp_path)
    assert not (tmp_path / "stale.csv").exists()


def test_a_missing_number_stops_the_build(folder: Path) -> None:
    numbers = json.loads((folder / "out" / "numbers.json").read_text(encoding="utf-8"))
    del numbers["free_riding.gap.realist.last"]
    (folder / "out" / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")
    with pytest.raises(build.PaperError, match=r"no number named free_riding\.gap\.realist\.last"):
        build.compile_paper(folder, folder / "stopped.pdf")
    assert not (folder / "stopped.pdf").exists()


def test_a_missing_figure_stops_the_build(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "paper")
    with pytest.raises(build.PaperError, match=r"\.svg"):
        build.compile_paper(tmp_path / "paper")


def test_a_missing_dataset_stops_the_build(results: Path, tmp_path: Path) -> None:
    for path in results.glob("*.nc"):
        shutil.copy(path, tmp_path)
    (tmp_path / "veto.nc").unlink()
    with pytest.raises(QuoteError, match="run the experiment veto"):
        build.tables_and_numbers(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_variable_stops_the_build(results: Path, tmp_path: Path) -> None:
    for path in results.glob("*.nc"):
        shutil.copy(path, tmp_path)
    DATASETS["veto"]().drop_vars("mandate").to_netcdf(tmp_path / "veto.nc", engine="h5netcdf")
    with pytest.raises(QuoteError, match="mandate"):
        findings.collect(tmp_path)


def test_a_number_that_is_nan_stops_the_build() -> None:
    with pytest.raises(QuoteError, match="nan in somewhere"):
        Ledger().enter("a.b", float("nan"), "somewhere")


def test_a_key_cannot_be_entered_twice() -> None:
    ledger = Ledger()
    ledger.enter("a", 1.5, "here")
    with pytest.raises(QuoteError, match="entered twice"):
        ledger.enter("a", 2.5, "there")


def test_every_number_in_the_text_is_collected(results: Path) -> None:
    ledger = findings.collect(results)
    topics = "|".join(
        [*findings.QUESTIONS, "levers", "solver", "crisis", "regret", "games", "world"]
    )
    quoted = set(re.findall(rf'"((?:{topics})\.[\w.-]*\w)"', TEXT))
    assert len(quoted) > 60
    assert quoted <= set(ledger)


def test_numbers_are_those_of_the_datasets(results: Path) -> None:
    ledger = findings.collect(results)
    data: xr.Dataset = DATASETS["free_riding"]()
    gap = data["free_rider_gap"].sel(assumptions="realist", n_members=193)
    assert ledger["free_riding.gap.realist.last"].value == float(gap)
    assert ledger["free_riding.members.last"].text == "193"
    assert ledger["cases.1935.actual.mobilised"].text == "0.98"
    assert ledger["levers.relative_gains.realist"].text == "0.5"
    assert ledger["cases.1935.miss.realist"].value == pytest.approx((0.8 + 0.876 + 0.2) / 3)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.004, "<0.01"),
        (0.997, ">0.99"),
        (0.5, "0.50"),
        (-0.25, "−0.25"),
        (-0.001, ">−0.01"),
        (3.0, "3.00"),
        (2e-9, "<0.01"),
        (5e-10, "0"),
        (-5.6e-18, "0"),
        (1 - 2e-9, ">0.99"),
        (1 - 5e-10, "1"),
        (float("nan"), "–"),
    ],
)
def test_numbers_are_written_for_readers(number: float, text: str) -> None:
    assert written(number) == text


def test_regrets_are_written_as_powers_of_ten(results: Path) -> None:
    assert [as_power(x) for x in (1e-9, 2.5e-12, 9.99e-10, 0.0)] == [
        "10⁻⁹",
        "2.5 × 10⁻¹²",
        "10⁻⁹",
        "0",
    ]
    assert findings.collect(results)["regret.largest"].text == "10⁻¹³"


def test_tables_of_probabilities_hold_no_powers_of_ten(project: Path) -> None:
    for name in ("results_institutions", "results_cases", "sensitivity"):
        assert "10⁻" not in (project / "paper" / "out" / f"{name}.csv").read_text("utf-8")


def test_no_semicolon_is_lost_behind_a_quoted_number() -> None:
    """Typst reads a semicolon behind code as its end; one that is meant is written with a slash."""
    assert re.findall(r"#\w+\([^()]*\);", TEXT) == []


def test_names_are_listed_as_in_a_sentence() -> None:
    listed = [reading.listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])]
    assert listed == ["none", "a", "a and b", "a, b and c"]


def test_designs_that_do_not_differ_are_named_together(results: Path, tmp_path: Path) -> None:
    for path in results.glob("*.nc"):
        shutil.copy(path, tmp_path)
    data = DATASETS["institutions"]()
    data["challenge"][0] = [0.6, 0.9, 0.6, 0.6001, 0.6]
    data.to_netcdf(tmp_path / "institutions.nc", engine="h5netcdf")
    found = findings.collect(tmp_path)
    best = "self-help, the UN Charter, Uniting for Peace and NATO"
    assert found["institutions.best.realist"].text == best
    assert found["institutions.worst.realist"].text == "the League of Nations"
    assert found["institutions.best.realist.number"].value == 4


def test_the_sensitivity_table_has_the_baseline_and_every_quantity() -> None:
    data = DATASETS["sensitivity"]()
    table = tables.moved(data)
    assert [row[0] for row in table.rows[1:]] == [
        reading.words(str(q)) for q in data["quantity"].values
    ]
    assert table.rows[0][1:3] == ("0.60", "0.60")
    assert table.rows[1][1:5] == ("0.40", "0.80", "0.02", "0.08")


def test_parameter_values_are_written_as_they_were_set() -> None:
    assert [exactly(x) for x in (0.5, 2.0, 0.0, -1.0, 1e-9)] == ["0.5", "2", "0", "−1", "10⁻⁹"]


def test_the_parameter_table_is_that_of_the_declarations() -> None:
    rows = tables.parameters().rows
    declared = catalogue.find("crisis").parameters
    assert [row[1] for row in rows] == [reading.words(name) for name in declared]
    assert [row[0] for row in rows] == [item.symbol for item in declared.values()]


def test_the_lever_table_has_every_lever_under_both_sets() -> None:
    table = tables.levers()
    assert len(table.rows) == len(LEVERS)
    assert {"realist", "institutionalist"} <= set(table.header)


def test_every_source_in_a_table_is_in_the_bibliography(project: Path) -> None:
    key = re.compile(r"[a-z]+[12]\d{3}[a-z]+\d*")
    found = {
        key_
        for name in ("parameters", "reasons", "institution_reasons", "levers", "case_facts")
        for key_ in key.findall((project / "paper" / "out" / f"{name}.csv").read_text("utf-8"))
    }
    assert found
    assert found <= set(entries())


def test_every_citation_is_in_the_bibliography() -> None:
    cited = set(re.findall(r"@([a-z]+\d{4}[a-z]+\d*)", TEXT))
    cited |= set(re.findall(r"cite\(<([^>]+)>", TEXT))
    assert len(cited) > 30
    assert cited <= set(entries())


def test_every_test_that_the_paper_names_exists() -> None:
    named = set(re.findall(r"tests/[\w/]+\.py", TEXT))
    assert named
    assert {path for path in named if not (FOLDER.parent / path).exists()} == set()


def test_latex_is_escaped() -> None:
    assert latex.escaped("50% of c_i & 10⁻⁹") == r"50\% of \(c_{i}\) \& \(10^{-9}\)"
    assert latex.escaped("ρ < 1") == r"\(\rho\) \(<\) 1"
    assert latex.escaped("free_rider_gap") == r"free\_rider\_gap"


def test_latex_tables_have_one_cell_for_each_column(project: Path) -> None:
    for path in sorted((project / "paper" / "out").glob("*.tex")):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line for line in lines if line.endswith(r"\\")]
        assert len({len(re.findall(r"(?<!\\)&", row)) for row in rows}) <= 1, path.name
