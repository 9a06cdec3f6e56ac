"""All equilibria of a tree that survive at every information set, by the solver of its kind."""

from __future__ import annotations

from collsec.equilibrium import Equilibria
from collsec.forms.tree import TreeForm
from collsec.solvers.backward_induction import subgame_perfect
from collsec.solvers.signalling import signalling


def sequential(form: TreeForm) -> Equilibria:
    """Find the subgame-perfect equilibria where all is seen, else those of signalling.

    Raises `ParameterError` for trees that neither `subgame_perfect` nor `signalling` covers.
    """
    return subgame_perfect(form) if form.has_perfect_information else signalling(form)
