"""Trees in which every player's payoffs lie between 0 and 1, which changes no equilibrium.

What is small is so for each player then, in whatever unit and from whatever zero it is paid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from collsec.equilibrium import Equilibria, certify
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm


def on_unit_scale(form: TreeForm) -> TreeForm:
    """Return the game with every player's payoffs between 0 and 1; all 0 where they are equal."""
    low = form.table.min(axis=-2, keepdims=True)
    size = form.table.max(axis=-2, keepdims=True) - low
    return replace(form, table=(form.table - low) / (size + (size == 0)))


def certify_by_spread(form: TreeForm, strategies: Strategies, **said: Any) -> Equilibria:
    """Certify candidates with every player's regret as a share of the spread of its own payoffs.

    Else as `certify`. The regret reported is in units of payoffs, as always.
    """
    found = certify(on_unit_scale(form), strategies, **said)
    parts = vars(found) | {"form": form, "regret": form.regret(found.strategies)}
    return Equilibria(**parts)
