"""The house's hand: how an axis is named, a curve labelled, a scale chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import matplotlib.style
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from numpy.typing import NDArray

STYLE = Path(__file__).with_name("house.mplstyle")
OBSERVED = "black"
LINE_HEIGHT = 0.095
LOG_FROM = 10.0


@contextmanager
def style() -> Iterator[None]:
    """Use the house style, whatever the user's own settings are."""
    with mpl.style.context(str(STYLE), after_reset=True):
        yield


@dataclass(frozen=True)
class Ink:
    """How one assumption set is drawn: told apart by colour, by dashes and by marker."""

    color: str
    dashes: str
    marker: str

    @property
    def line(self) -> dict[str, Any]:
        """Settings of a curve without markers."""
        return {"color": self.color, "linestyle": self.dashes, "marker": ""}

    @property
    def dot(self) -> dict[str, Any]:
        """Settings of open markers without a curve, so that coinciding ones both show."""
        return {
            "color": self.color,
            "linestyle": "",
            "marker": self.marker,
            "markerfacecolor": "none",
        }


def inks(names: Sequence[object] | NDArray[np.generic]) -> dict[str, Ink]:
    """Return the ink of each assumption set, in the order of the dataset."""
    cycle = list(mpl.rcParams["axes.prop_cycle"])
    return {
        str(name): Ink(turn["color"], turn["linestyle"], turn["marker"])
        for name, turn in zip(names, cycle, strict=False)
    }


def axis_label(variable: xr.DataArray, unit: str = "") -> str:
    """Return the long name with the unit in brackets; `unit` says what a pure number counts."""
    name = str(variable.attrs.get("long_name", variable.name)).strip()
    stated = str(variable.attrs.get("units", "1"))
    shown = unit if stated in ("1", "") else stated
    return f"{name[:1].upper()}{name[1:]}" + (f" ({shown})" if shown else "")


def is_spread_out(values: NDArray[np.float64]) -> bool:
    """Whether a positive axis covers so wide a range that it is drawn on a log scale."""
    return bool(np.min(values) > 0 and np.max(values) / np.min(values) > LOG_FROM)


def plain_log(axes: Axes, low: float, high: float, named: Sequence[float] = ()) -> None:
    """Make x logarithmic, with ticks written as plain numbers.

    They are those of `named` that lie in the range, or one at each end and some between.
    """
    axes.set_xscale("log")
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = (1,) if _is_decade(low) and _is_decade(high) else (1, 5)
    between = [
        step * 10.0**k for k in decades for step in steps if _is_inside(step * 10.0**k, low, high)
    ]
    ticks = [tick for tick in named if low <= tick <= high] or [low, *between, high]
    axes.set_xticks(ticks, [f"{tick:.3g}" for tick in ticks])
    small = [step * 10.0**k for k in decades for step in range(1, 10)]
    axes.set_xticks([tick for tick in small if low < tick < high], minor=True)
    axes.xaxis.set_minor_formatter("")
    axes.set_xlim(low / (high / low) ** 0.02, high * (high / low) ** 0.02)


def share_limits(axes: Axes, which: str = "y") -> None:
    """Show an axis of shares or probabilities from 0 to 1, with a little air at both ends."""
    setter = axes.set_ylim if which == "y" else axes.set_xlim
    setter(-0.04, 1.04)
    ticks, labels = [0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"]
    (axes.set_yticks if which == "y" else axes.set_xticks)(ticks, labels)


def space(figure: Figure, *, across: float = 0.0, down: float = 0.0) -> None:
    """Put room between panels, as a share of their mean width or height."""
    cast(ConstrainedLayoutEngine, figure.get_layout_engine()).set(wspace=across, hspace=down)


def name_panel(axes: Axes, letter: str, title: str) -> None:
    """Put the letter and title of a panel above it, flush left."""
    axes.set_title(f"({letter}) {title}")


def label_ends(
    axes: Axes,
    x: float,
    ends: Mapping[str, float],
    looks: Mapping[str, Ink],
    *,
    room: float = 0.1,
    gap: float = LINE_HEIGHT,
) -> None:
    """Name curves at their right ends, in the margin, moved apart where they would overlap.

    A short leader in the dashes of the curve joins label and end, so that grey prints can be read.
    `room` is the leader's length as a share of the panel's width, `gap` the height of a line of
    text as a share of the panel's height.
    """
    figure = cast(Figure, axes.figure)
    cast(ConstrainedLayoutEngine, figure.get_layout_engine()).set(rect=(0, 0, 0.99, 1))
    known = {name: y for name, y in ends.items() if np.isfinite(y)}
    to_axes = axes.transData + axes.transAxes.inverted()
    places = {name: to_axes.transform((x, y)) for name, y in known.items()}
    heights = _apart({name: float(place[1]) for name, place in places.items()}, gap)
    for name, (start_x, start_y) in places.items():
        leader = Line2D(
            [start_x, start_x + room],
            [start_y, heights[name]],
            transform=axes.transAxes,
            clip_on=False,
            linewidth=1.0,
            **looks[name].line,
        )
        axes.add_line(leader)
        axes.annotate(
            name,
            (start_x + room, heights[name]),
            xytext=(2, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            color=looks[name].color,
            va="center",
            annotation_clip=False,
        )


def titles(dataset: xr.Dataset | xr.DataArray, axis: str) -> list[str]:
    """Return how the entries of an axis are written: by its `title` coordinate where it has one."""
    name = f"{axis}_title"
    return [str(item) for item in np.atleast_1d(dataset[name if name in dataset.coords else axis])]


def pure_unit(variable: xr.DataArray) -> str:
    """Return the unit of a variable; for a pure number, what kind of number it is."""
    unit = str(variable.attrs.get("units", "1")).strip()
    if unit not in ("1", ""):
        return unit
    name = str(variable.attrs.get("long_name", variable.name)).lower()
    if "probab" in name or "chance" in name:
        return "probability"
    return "share" if variable.min() >= 0 and variable.max() <= 1 else "index"


def columns(dataset: xr.Dataset, names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Return the plotted points as columns: coordinates first, one row a point."""
    chosen = dataset[list(names)]
    dims = list(dict.fromkeys(dim for name in names for dim in chosen[name].dims))
    size = {dim: chosen.sizes[dim] for dim in dims}
    found: dict[str, NDArray[np.generic]] = {}
    for dim in dims:
        values = (
            chosen[dim] if dim in chosen.coords else xr.DataArray(np.arange(size[dim]), dims=[dim])
        )
        found[str(dim)] = _flat(values, size)
    return found | {name: _flat(chosen[name], size) for name in names}


def _flat(array: xr.DataArray, size: Mapping[object, int]) -> NDArray[np.generic]:
    full = array.expand_dims({dim: n for dim, n in size.items() if dim not in array.dims})
    return np.asarray(full.transpose(*size).values).ravel()


def _apart(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Return heights moved as little as needed to stand `gap` apart, inside the panel."""
    order = sorted(heights, key=lambda name: heights[name])
    moved = dict(heights)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + gap)
    shift = sum(heights[name] - moved[name] for name in order) / max(len(order), 1)
    top = max((moved[name] for name in order), default=0.0)
    return {name: y + min(shift, 1.0 - top) if top > 1 else y + shift for name, y in moved.items()}


def _is_inside(tick: float, low: float, high: float) -> bool:
    """Whether a tick keeps clear of the labels at both ends of a range."""
    return 2.6 * low < tick < high / 2.6


def _is_decade(value: float) -> bool:
    return bool(np.isclose(np.log10(value), np.round(np.log10(value))))
