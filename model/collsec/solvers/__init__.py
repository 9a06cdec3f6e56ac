"""One algorithm per file: a form in, certified equilibria out."""

from __future__ import annotations

import importlib

from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.forms.logit import LogitForm
from collsec.forms.symmetric import SymmetricForm

_DEFAULT = {
    "ContributionForm": "replacement",
    "CrisisForm": "crisis",
    "LogitForm": "logit",
    "NormalForm": "multilateral",
    "ParticipationForm": "participation",
    "RepeatedForm": "grim",
    "SymmetricForm": "symmetric",
    "ThresholdForm": "threshold",
    "TreeForm": "sequential",
    "VotingForm": "sincere",
}
"""The solver used for each form where none is named: a file here and the function in it."""


def solve(form: Form) -> Equilibria:
    """Return the certified equilibria of a form, by the default solver of its kind.

    Raises
    ------
    CertificateError
        If a single game yields nothing that passes its certificate; in a batch such a game has
        count 0.
    """
    name = _name(form)
    solver = getattr(importlib.import_module(f"collsec.solvers.{name}"), name)
    found: Equilibria = solver(form)
    return found


def _name(form: Form) -> str:
    """Return the default solver's name; two players, and symmetric logit play, have their own."""
    name = _DEFAULT[type(form).__name__]
    if name == "multilateral" and len(form.players) == 2:
        return "bimatrix"
    if isinstance(form, LogitForm) and isinstance(form.game, SymmetricForm):
        return "logit_symmetric"
    return name
