"""One figure per file: draw(dataset) returns a figure; nothing here solves a game.

A question's file has `draw`, which returns the figure, and `points`, which returns the plotted
points as columns of one length. `render` writes both.
"""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

FOLDER = Path(__file__).parent
OUT = FOLDER / "out"
METADATA: Mapping[str, dict[str, None]] = {
    "pdf": {"CreationDate": None},
    "svg": {"Date": None},
    "png": {"Software": None},
}
"""What each format would otherwise stamp into the file: nothing may change from run to run."""


class Drawing(Protocol):
    """What the file of a question offers."""

    def draw(self, dataset: xr.Dataset) -> Figure:
        """Return the figure of this dataset."""

    def points(self, dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
        """Return the plotted points as columns of one length."""


def questions() -> list[str]:
    """Return the names of the questions that have a figure."""
    own = {"__init__", "__main__", "house"}
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in own)


def drawing(question: str) -> Drawing:
    """Return the file that draws this question; raise `ModuleNotFoundError` if there is none."""
    return cast(Drawing, importlib.import_module(f"figures.{question}"))


def render(question: str, dataset: Path, out: Path) -> dict[str, Path]:
    """Draw a saved dataset; return the files written into the folder `out`, by format.

    Writes PDF, SVG and PNG (300 dots an inch) and the plotted points as CSV: the same bytes each
    time from the same dataset. A file appears whole or not at all.
    """
    with xr.open_dataset(dataset, engine="h5netcdf") as opened:
        data = opened.load()
    produced = pictures(drawing(question).draw, data)
    produced["csv"] = _table(drawing(question).points(data))
    out.mkdir(parents=True, exist_ok=True)
    return {kind: _write(out / f"{question}.{kind}", content) for kind, content in produced.items()}


def pictures(draw: Callable[[xr.Dataset], Figure], data: xr.Dataset) -> dict[str, bytes]:
    """Return the bytes of the figure in every format."""
    produced = {}
    with house.style():
        figure = draw(data)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for kind, stamp in METADATA.items():
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, metadata=stamp)
            produced[kind] = buffer.getvalue()
    return produced


def _table(points: Mapping[str, NDArray[np.generic]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(points)
    writer.writerows(zip(*([_shown(x) for x in column] for column in points.values()), strict=True))
    return text.getvalue().encode()


def _shown(value: np.generic) -> str:
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.12g}"
    return str(value)


def _write(path: Path, content: bytes) -> Path:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    return part.replace(path)
