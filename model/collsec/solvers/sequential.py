"""Equilibria of a tree that survive at every information set, by the solver of its kind."""

from __future__ import annotations

from collsec.equilibrium import Equilibria
from collsec.forms.tree import TreeForm
from collsec.solvers._kinds import checks_kind
from collsec.solvers.agent_logit import agent_logit
from collsec.solvers.backward_induction import subgame_perfect
from collsec.solvers.signalling import if_signalling


@checks_kind
def sequential(form: TreeForm) -> Equilibria:
    """Find all subgame-perfect equilibria where all is seen, all of signalling, else one.

    Trees that neither `subgame_perfect` nor `signalling` covers go to `agent_logit`, which finds a
    sequential equilibrium of any tree and does not look for others.
    """
    if form.has_perfect_information:
        return subgame_perfect(form)
    listed = if_signalling(form)
    return agent_logit(form) if listed is None else listed
