"""One algorithm per file: a form in, certified equilibria out."""

from __future__ import annotations

import importlib

from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.parameters import ParameterError
from collsec.solvers._kinds import checks_kind

_DEFAULT = {
    "AllianceForm": "alliance",
    "AttritionForm": "attrition",
    "ContributionForm": "replacement",
    "CostlySignalForm": "costly_signal",
    "CrisisForm": "crisis",
    "LadderForm": "ladder",
    "LogitForm": "logit",
    "NormalForm": "multilateral",
    "ParticipationForm": "participation",
    "PledgeForm": "pledge",
    "PowerShiftForm": "power_shift",
    "ProbitThreatForm": "probit_threat",
    "RepeatedForm": "grim",
    "ReputationForm": "reputation",
    "SignalLevelForm": "signal_level",
    "StrategicChoiceForm": "strategic_choice",
    "SymmetricForm": "symmetric",
    "ThreatForm": "threat",
    "ThresholdForm": "threshold",
    "TreeForm": "sequential",
    "UltimatumForm": "ultimatum",
    "VotingForm": "sincere",
}
"""The solver used for each form where none is named: a file here and the function in it."""


@checks_kind
def solve(form: Form) -> Equilibria:
    """Return the certified equilibria of a form, by the default solver of its kind.

    To solve by another, call it: `collsec.solvers.nashpy_vertex.nashpy_vertex(form)`.

    Raises
    ------
    CertificateError
        If a single game yields nothing that passes its certificate; in a batch such a game has
        count 0.
    ParameterError
        If this is no form, or one of a kind for which there is no solver here.
    """
    name = _name(form)
    solver = getattr(importlib.import_module(f"collsec.solvers.{name}"), name)
    found: Equilibria = solver(form)
    return found


def _name(form: Form) -> str:
    """Return the default solver's name; small bimatrix and symmetric logit games have their own."""
    name = _default(form)
    if name == "multilateral" and _is_small_bimatrix(form):
        return "bimatrix"
    return "logit_symmetric" if name == "logit" and _is_symmetric(form) else name


def _default(form: Form) -> str:
    for kind in type(form).__mro__:
        if kind.__name__ in _DEFAULT:
            return _DEFAULT[kind.__name__]
    raise ParameterError(
        "solve", "form", form, "is of a kind that has no default solver",
        "name a solver of your own, collsec.solve(form, solver=...), or derive the form from one "
        f"of {', '.join(_DEFAULT)}",
    )  # fmt: skip


def _is_small_bimatrix(form: Form) -> bool:
    """Return whether all equilibria of a game in strategic form can be listed."""
    from collsec.solvers.bimatrix import MAX_ACTIONS  # noqa: PLC0415 - compiled

    sizes: tuple[int, ...] = getattr(form, "n_actions", ())
    return len(form.players) == 2 and max(sizes) <= MAX_ACTIONS


def _is_symmetric(form: Form) -> bool:
    """Whether logit play is that of a symmetric binary game; its form is imported only here."""
    from collsec.forms.logit import LogitForm  # noqa: PLC0415
    from collsec.forms.symmetric import SymmetricForm  # noqa: PLC0415

    return isinstance(form, LogitForm) and isinstance(form.game, SymmetricForm)
