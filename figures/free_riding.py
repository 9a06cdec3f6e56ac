"""How much of the efficient effort is lost as the coalition grows?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

PANELS = {
    "free_rider_gap": ("Gap in peace", "Share of efficient provision"),
    "free_rider_gap_in_war": ("Gap in war", "Share of efficient mobilisation"),
    "mobilised": ("Capability mobilised", "Share of members' capability"),
}


def draw(dataset: xr.Dataset) -> Figure:
    """Draw the gaps in peace and war, and mobilised capability, against the number of members."""
    figure = Figure(figsize=(6.3, 2.1))
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
    last = dataset["mobilised"].isel(n_members=-1)
    ends = {school: float(last.sel(assumptions=school)) for school in looks}
    house.label_ends(panels[-1], members[-1], ends, looks)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return every plotted point."""
    return house.columns(dataset, list(PANELS))
