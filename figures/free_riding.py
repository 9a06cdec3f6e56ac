"""How much of the efficient effort is lost as the coalition grows?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

PANELS = {
    "free_rider_gap": ("Missing effort", "Share of efficient provision"),
    "mobilised": ("Capability mobilised", "Share of members' capability"),
    "answer": ("A member answers", "Mean probability"),
}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw gap, mobilised capability and answers against the number of members."""
    figure = Figure(figsize=(6.3, 2.35))
    panels = figure.subplots(1, len(PANELS), sharex=True)
    members = np.asarray(dataset["n_members"].values, dtype=float)
    looks = house.inks(dataset["assumptions"].values)
    for axes, letter, (name, (title, unit)) in zip(panels, "abc", PANELS.items(), strict=True):
        house.share_limits(axes)
        house.plain_log(axes, members[0], members[-1])
        for school, look in looks.items():
            curve = dataset[name].sel(assumptions=school)
            axes.plot(members, curve.transpose("n_members").values, **look.line)
        house.name_panel(axes, letter, title)
        axes.set_ylabel(unit)
        axes.set_xlabel("Members (number)")
    last = dataset["answer"].isel(n_members=-1)
    ends = {school: float(last.sel(assumptions=school)) for school in looks}
    house.label_ends(panels[-1], members[-1], ends, looks)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return every plotted point."""
    return house.columns(dataset, list(PANELS))
