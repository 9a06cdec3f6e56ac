"""Equilibria of games of three players and more: all pure ones, and where there are none, one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray
from collsec.solvers.logit_limit import logit_limit
from collsec.solvers.pure import pure

SCOPE = (
    "Nash equilibria in pure and mixed strategies, of which all pure ones were sought and, where "
    "there are none, the mixed one that logit play leads to"
)


def multilateral(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find all pure equilibria of each game, and a mixed one of each that has none.

    Every finite game has an equilibrium (Nash 1951), so no answer is empty. `complete` is false
    throughout: games of three players and more may have mixed equilibria, any number of them, and
    these are not sought. For all pure ones and nothing else, with a claim to be complete, take
    `pure`. Strategies as in `pure`; ties as there. For the cost of the mixed one see
    `logit_limit`, which is asked only where it is needed.
    """
    found = pure(form, tolerance)
    left = found.count == 0
    if not np.any(left):
        return replace(found, complete=np.zeros_like(found.complete), scope=SCOPE, method=_METHOD)
    mixed = logit_limit(replace(form, table=form.table[left]), tolerance=tolerance)
    strategies: dict[str, FloatArray] = {}
    for name, listed in found.strategies.items():
        strategies[name] = np.array(listed)
        strategies[name][left, :1] = mixed.strategies[name]
    scale = np.abs(form.table).max(axis=tuple(range(len(form.batch_shape), form.table.ndim)))
    return certify(
        form,
        strategies,
        complete=False,
        scope=SCOPE,
        method=_METHOD,
        scale=np.where(scale > 0, scale, 1.0),
        tolerance=2 * tolerance,
    )


_METHOD = "multilateral"
