"""Every number of the text, read off the datasets; the text says nothing that is not here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path

import xarray as xr

from collsec.assumptions import LEVERS
from collsec.assumptions import PRESETS as SETS
from collsec.equilibrium import TOLERANCE, Selection
from collsec.forms.lattice import EXACT_UNITS
from collsec.forms.waves import ACCURACY
from collsec.games import catalogue
from collsec.parameters import label
from collsec.solvers.participation import MAX_EQUILIBRIA, MAX_PROVED
from paper import questions
from paper.quoted import Ledger, QuoteError, as_power, exactly
from paper.reading import read


def _questions() -> Mapping[str, Callable[[Ledger, xr.Dataset], None]]:
    """Return what enters the numbers of each question: the modules of `paper.questions`."""
    names = [info.name for info in pkgutil.iter_modules(questions.__path__)]
    return {name: importlib.import_module(f"paper.questions.{name}").enter for name in names}


QUESTIONS = _questions()
"""How the numbers of each question are entered, by its name."""


def collect(results: Path) -> Ledger:
    """Return all numbers of the datasets in `results` and of the package's declarations.

    Raises
    ------
    QuoteError
        If a dataset or a variable is missing, or a number is NaN.
    """
    ledger = Ledger()
    for question, enter in QUESTIONS.items():
        data = read(results, question)
        try:
            enter(ledger, data)
        except KeyError as error:
            raise QuoteError(f"{question}.nc: has no {error.args[0]!r}, which is quoted") from None
        _certificates(ledger, question, data)
    _largest_regret(ledger)
    _declared(ledger)
    return ledger


def _declared(ledger: Ledger) -> None:
    """Enter lever values, defaults of the crisis game, and the tolerances of the code."""
    for name in SETS.names():
        assumed = SETS.load(name)
        for lever in LEVERS:
            value = getattr(assumed, lever)
            is_choice = lever == "selection"
            shown = label(Selection(int(value))) if is_choice else exactly(float(value))
            ledger.enter(f"levers.{lever}.{name}", shown, f"assumptions/presets/{name}.toml")
    for name, item in catalogue.find("crisis").parameters.items():
        if item.is_numeric and isinstance(item.default, (int, float)):
            ledger.enter(f"crisis.{name}", exactly(float(item.default)), "games/crisis.py")
    ledger.enter("solver.tolerance", TOLERANCE, "equilibrium.py", write=as_power)
    ledger.enter("solver.lattice", EXACT_UNITS, "forms/lattice.py")
    ledger.enter("solver.waves", ACCURACY, "forms/waves.py", write=as_power)
    ledger.enter("solver.kept", MAX_EQUILIBRIA, "solvers/participation.py")
    ledger.enter("solver.proved", MAX_PROVED, "solvers/participation.py")


def _certificates(ledger: Ledger, question: str, data: xr.Dataset) -> None:
    """Enter how many games a dataset holds, how many are not certified, and the largest regret."""
    for name in ("points", "uncertified"):
        if name in data.attrs:
            ledger.enter(f"{question}.{name}", int(data.attrs[name]), f"results/{question}.nc")
    regrets = [data[name] for name in data.data_vars if str(name).startswith("regret")]
    found = [float(regret.max()) for regret in regrets if regret.notnull().any()]
    if found:
        where = f"results/{question}.nc: regret"
        ledger.enter(f"{question}.regret", max(found), where, write=as_power)


def _largest_regret(ledger: Ledger) -> None:
    for name in ("points", "uncertified"):
        counts = [float(entry.value) for key, entry in ledger.items() if key.endswith(f".{name}")]
        ledger.enter(f"games.{name}", int(sum(counts)), "results/*.nc")
    found = [entry for key, entry in ledger.items() if key.endswith(".regret")]
    if found:
        worst = max(found, key=lambda entry: float(entry.value))
        ledger.enter("regret.largest", worst.value, worst.source, write=as_power)
