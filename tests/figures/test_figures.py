"""Every question's figure is drawn, named, readable in grey and the same each time."""

import ast
import csv
import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import figures
from figures import house
from tests.figures.synthetic import DATASETS

FOLDER = Path(figures.__file__).parent
ALLOWED = {"numpy", "xarray", "matplotlib", "figures"}
FREE_OF_UNITS = {"Year"}


@pytest.fixture(params=sorted(DATASETS))
def question(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Path]]]:
    """Every question, drawn two times from its saved dataset: the files by format."""
    made = {}
    for name, make in DATASETS.items():
        folder = tmp_path_factory.mktemp(name)
        make().to_netcdf(folder / f"{name}.nc", engine="h5netcdf")
        outs = (folder / "first", folder / "second")
        made[name] = [figures.render(name, folder / f"{name}.nc", out) for out in outs]
    return made


Twice = dict[str, list[dict[str, Path]]]


def _drawn(question: str, dataset: xr.Dataset) -> Figure:
    with house.style():
        figure = figures.drawing(question).draw(dataset)
        figure.draw_without_rendering()
    return figure


def _ink(question: str, dataset: xr.Dataset) -> bytes:
    """The picture, coarsely, as bytes."""
    buffer = io.BytesIO()
    with house.style():
        figure = figures.drawing(question).draw(dataset)
        figure.savefig(buffer, format="raw", dpi=50)
    return buffer.getvalue()


def _shown(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.axison]


def test_every_question_of_the_paper_has_a_figure() -> None:
    assert figures.questions() == sorted(DATASETS)


def test_every_x_axis_has_a_label(question: str) -> None:
    figure = _drawn(question, DATASETS[question]())
    panels = [axes for axes in _shown(figure) if axes.get_label() != "<colorbar>"]
    assert panels
    assert all(axes.get_xlabel() for axes in panels)


def test_every_quantity_names_its_unit(question: str) -> None:
    figure = _drawn(question, DATASETS[question]())
    names = {name for axes in _shown(figure) for name in (axes.get_xlabel(), axes.get_ylabel())}
    names -= {""}
    words = ("share", "probab", "(", "index", "payoff", "correlation", "ratio", "equilibria")
    bare = {name for name in names if not any(word in name.lower() for word in words)}
    assert bare <= FREE_OF_UNITS


def test_a_second_rendering_has_the_same_bytes(question: str, twice: Twice) -> None:
    first, second = twice[question]
    assert sorted(first) == ["csv", "pdf", "png", "svg"]
    for kind, path in first.items():
        assert path.read_bytes() == second[kind].read_bytes()
        assert path.stat().st_size > 0


def test_no_date_and_no_machine_is_written_into_a_file(question: str, twice: Twice) -> None:
    for kind in ("pdf", "svg"):
        path = twice[question][0][kind]
        content = path.read_bytes()
        assert b"CreationDate" not in content
        assert b"<dc:date>" not in content
        assert str(path.parent).encode() not in content


def test_pictures_have_at_least_200_dots_an_inch(question: str, twice: Twice) -> None:
    header = twice[question][0]["png"].read_bytes()[:24]
    assert int.from_bytes(header[16:20], "big") >= 200 * 6.3


def test_the_points_beside_a_figure_are_columns_of_one_length(question: str, twice: Twice) -> None:
    with twice[question][0]["csv"].open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 2
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "assumptions" in rows[0]


def test_points_are_the_values_of_the_dataset() -> None:
    data = DATASETS["free_riding"]()
    found = figures.drawing("free_riding").points(data)
    place = np.flatnonzero((found["assumptions"] == "realist") & (found["n_members"] == 193))
    expected = float(data["free_rider_gap"].sel(assumptions="realist", n_members=193))
    assert found["free_rider_gap"][place] == expected


def test_the_order_of_dimensions_in_a_dataset_does_not_matter(question: str) -> None:
    data = DATASETS[question]()
    turned = data.transpose(*reversed(list(data.dims)))
    assert _ink(question, data) == _ink(question, turned)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_figures_survive_flat_data(question: str, level: float) -> None:
    data = DATASETS[question]()
    flat = data.map(lambda v: xr.where(np.isnan(v.astype(float)), np.nan, level))
    for name in ("gdp_share", "actual_response"):
        if name in data:
            flat[name] = data[name]
    assert _drawn(question, flat).axes


def test_a_map_without_several_equilibria_is_not_hatched() -> None:
    data = DATASETS["deterrence_map"]()
    assert _drawn("deterrence_map", data).legends
    assert not _drawn("deterrence_map", data.assign(count=data["count"] * 0 + 1)).legends


def test_assumption_sets_differ_in_colour_dashes_and_marker() -> None:
    with house.style():
        realist, institutionalist = house.inks(["realist", "institutionalist"]).values()
    assert realist.color != institutionalist.color
    assert realist.dashes != institutionalist.dashes
    assert realist.marker != institutionalist.marker


def test_the_style_of_the_user_has_no_influence(question: str) -> None:
    data = DATASETS[question]()
    plain = _ink(question, data)
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red"}):
        assert _ink(question, data) == plain


def test_labels_at_curve_ends_are_kept_apart() -> None:
    moved = house._apart({"a": 0.5, "b": 0.5, "c": 0.52}, 0.1)
    order = sorted(moved.values())
    assert np.diff(order) == pytest.approx([0.1, 0.1])
    assert np.mean(order) == pytest.approx(np.mean([0.5, 0.5, 0.52]))


def test_a_figure_of_an_unknown_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError):
        figures.drawing("nonsense")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_figures_import_no_solver(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    found |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    roots = {name.partition(".")[0] for name in found}
    standard = {"__future__", "collections", "contextlib", "csv", "dataclasses", "importlib", "io"}
    standard |= {"itertools", "pathlib", "textwrap", "typing"}
    assert roots <= ALLOWED | standard
