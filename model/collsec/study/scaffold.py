"""A new experiment that runs at once: config, script and figure under one stem."""

from __future__ import annotations

import keyword
from pathlib import Path

from collsec.parameters import ParameterError

CONFIG = """\
# What can be tweaked.
#   run it                    collsec run {name}
#   run it, and its figure    collsec reproduce --only {name}
#   where each value is set   collsec config {name} --origin
title = "{title}"
question = "How much of what would be efficient is provided, as states value security more?"

game = "private_provision"                     # its parameters: collsec show private_provision
assumptions = ["realist", "institutionalist"]  # names, or paths of your own .toml files
seed = 1

[parameters]  # what is not given here keeps the game's default
income = [120, 100, 80, 40, 10]

[levers]  # these hold under every assumption set
# side_payments = 0.2

[sweep.taste]  # a dimension: a parameter, "levers.<name>" or "institution.<name>"
linspace = [0.1, 0.9, 33]  # or values = [...], or logspace = [from, to, how many]
"""

SCRIPT = '''\
"""How much of what would be efficient is provided, as states value security more?"""

import xarray as xr

from collsec.study.compare import compare_config
from collsec.study.config import Config


def run(config: Config) -> xr.Dataset:
    """Compare everything in the config; compute here what goes beyond that."""
    return compare_config(config)
'''

FIGURE = '''\
"""How much of what would be efficient is provided, as states value security more?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import house

SHOWN = "{observable}"
ALONG = "taste"


def draw(dataset: xr.Dataset) -> Figure:
    """Draw one curve for each assumption set, named at its end."""
    figure = Figure(figsize=(4.4, 2.6))
    axes = figure.subplots()
    shown, along = dataset[SHOWN], dataset[ALONG]
    looks = house.inks(dataset["assumptions"].values)
    for school, look in looks.items():
        axes.plot(along, shown.sel(assumptions=school), **look.line)
    axes.set_xlabel(house.axis_label(along))
    axes.set_ylabel(house.axis_label(shown))
    axes.set_ylim(bottom=0)
    ends = {{school: float(shown.sel(assumptions=school)[-1]) for school in looks}}
    house.label_ends(axes, float(along[-1]), ends, looks)
    return figure


def points(dataset: xr.Dataset) -> Mapping[str, NDArray[np.generic]]:
    """Return the points drawn, as columns of one length."""
    return house.columns(dataset, [SHOWN])
'''


def new_experiment(project: Path, name: str) -> list[Path]:
    """Write config, script and figure of a new experiment; return their paths.

    Raises `ParameterError` where `name` is no name for a Python module, or is taken: nothing is
    ever overwritten.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        rule = "must be a name for a Python module"
        raise _refusal(name, rule, "use small letters, digits and _, as in arms_race")
    files = {
        project / "experiments" / f"{name}.toml": CONFIG,
        project / "experiments" / f"{name}.py": SCRIPT,
        project / "figures" / f"{name}.py": FIGURE,
    }
    for path in filter(Path.exists, files):
        rule = f"is taken: {path} exists"
        raise _refusal(name, rule, "choose another name, or delete the file yourself")
    title = name.replace("_", " ").capitalize()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        filled = text.format(name=name, title=title, observable="free_rider_gap")
        path.write_text(filled, encoding="utf-8")
    return list(files)


def _refusal(name: str, rule: str, remedy: str) -> ParameterError:
    return ParameterError("new experiment", "NAME", name, rule, remedy)
