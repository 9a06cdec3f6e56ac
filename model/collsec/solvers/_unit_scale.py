"""Games in which every player's payoffs lie between 0 and 1, which changes no equilibrium.

What is small is so for each player then, in whatever unit and from whatever zero it is paid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.form import ROUNDING, Strategies
from collsec.parameters import FloatArray, IntArray, ParameterError, snake

if TYPE_CHECKING:
    from collsec.forms.normal import NormalForm
    from collsec.forms.tree import TreeForm

_SMALL = 2.0**-500

_Form = TypeVar("_Form", "NormalForm", "TreeForm")


def on_unit_scale(form: _Form) -> _Form:
    """Return the game with every player's payoffs between 0 and 1; all 0 where they are equal.

    Equal are payoffs that differ by `ROUNDING` of their size at most. In a batch, NaN where any are
    missing, or further apart than floating point can say; a single game raises `ParameterError`.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        table, low, size, _ = _measured(form)
        if not form.batch_shape and np.isnan(size).any():
            raise ParameterError(
                snake(type(form).__name__), "spread of payoffs", np.inf, "must be finite",
                "divide the player's payoffs by a common factor, which changes no equilibrium",
            )  # fmt: skip
        return replace(form, table=(table - low) / np.where(size == 0, np.inf, size))


def spreads(form: NormalForm) -> FloatArray:
    """Return how far each player's payoffs are apart, shaped for the table; 0 where all are equal.

    NaN where that is unknown, or more than floating point can say.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        _, _, size, exponent = _measured(form)
        return np.asarray(np.ldexp(size, exponent))


def _measured(form: NormalForm | TreeForm) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Return payoffs, the smallest and the spread of each player's, and the exponent of their unit.

    The unit is a power of two, which rounds nothing: with it neither the largest nor the smallest
    numbers have spreads beyond floating point.
    """
    axes, table = form.payoff_axes, form.table
    low, high = table.min(axis=axes, keepdims=True), table.max(axis=axes, keepdims=True)
    most = np.maximum(np.abs(low), np.abs(high))
    exponent = np.where((most > _SMALL) & (most < 1.0 / _SMALL), 0, np.frexp(most)[1])
    if np.any(exponent):
        table, low, high = (np.ldexp(values, -exponent) for values in (table, low, high))
    size = np.where(high - low <= ROUNDING * np.abs(low), 0.0, high - low)
    return table, low, np.where(np.isfinite(np.ldexp(size, exponent)), size, np.nan), exponent


def certify_by_spread(
    form: _Form, strategies: Strategies, unit: _Form | None = None, **said: Any
) -> Equilibria:
    """Certify candidates with every player's regret as a share of the spread of its own payoffs.

    Else as `certify`. The regret reported is in units of payoffs, as always. A solver that has the
    game on its unit scale already may give it.
    """
    found = certify(on_unit_scale(form) if unit is None else unit, strategies, **said)
    parts = vars(found) | {"form": form, "regret": form.regret(found.strategies)}
    return Equilibria(**parts)
