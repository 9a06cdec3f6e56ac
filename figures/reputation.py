"""Does one failure to act invite the next challenge?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from figures import house

CURVES = {
    "challenges": ("p_tough", "By first belief", "First belief (probability)"),
    "challenges_by_sight": ("monitoring", "By sight", "Reply is seen (probability)"),
}
PATHS = "challenge_after"
REPLIES = {"conceded": "full", "fought": "none"}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw challenges over beliefs and over sight, and crisis by crisis after the first reply."""
    figure = Figure(figsize=(6.3, 2.4))
    looks = house.inks(dataset["assumptions"].values)
    panels = figure.subplots(1, 3)
    most = float(dataset["crisis"].max())
    for k, (name, (axis, title, label)) in enumerate(CURVES.items()):
        for school, look in looks.items():
            curve = dataset[name].sel(assumptions=school)
            panels[k].plot(dataset[axis].values, curve.values, **look.line)
        house.share_limits(panels[k], "x")
        panels[k].set_ylim(-0.04 * most, 1.04 * most)
        house.name_panel(panels[k], "ab"[k], title)
        panels[k].set_xlabel(label)
    panels[0].set_ylabel("Challenges (expected number)")
    _paths(panels[2], dataset[PATHS], looks)
    figure.legend(
        handles=[_key(reply, filled) for reply, filled in REPLIES.items()],
        loc="outside lower right", ncols=2, handlelength=1, borderpad=0,
    )  # fmt: skip
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return every plotted point, one row each: panel, set, first reply, place and height."""
    parts = []
    for name in (*CURVES, PATHS):
        found = house.columns(dataset, [name])
        size = len(found[name])
        place = CURVES[name][0] if name in CURVES else "crisis"
        blank = np.full(size, "")
        parts.append(
            [np.full(size, name), found["assumptions"], found.get("reply", blank), found[place],
             found[name]]
        )  # fmt: skip
    names = ("panel", "assumptions", "reply", "place", "value")
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return dict(zip(names, columns, strict=True))


def _paths(axes: Axes, paths: xr.DataArray, looks: Mapping[str, house.Ink]) -> None:
    crises = paths["crisis"].values
    house.share_limits(axes)
    for reply, filled in REPLIES.items():
        for school, look in looks.items():
            curve = paths.sel(assumptions=school, reply=reply)
            style = look.line | {"marker": look.marker}
            if filled == "none":
                style |= {"markerfacecolor": "white"}
            axes.plot(crises, curve.values, **style)
    axes.set_xticks(crises)
    axes.set_xlim(crises[0] - 0.3, crises[-1] + 0.3)
    house.name_panel(axes, "c", "After the first reply")
    axes.set_xlabel("Crisis (number)")
    axes.set_ylabel("Probability of a challenge")
    last = paths.sel(reply="fought").isel(crisis=-1)
    ends = {school: float(last.sel(assumptions=school)) for school in looks}
    house.label_ends(axes, float(crises[-1]), ends, looks)


def _key(reply: str, filled: str) -> Line2D:
    face = "white" if filled == "none" else "0.3"
    return Line2D(
        [], [], color="0.3", linestyle="", marker="o", markerfacecolor=face,
        label=f"first challenge {reply}",
    )  # fmt: skip
