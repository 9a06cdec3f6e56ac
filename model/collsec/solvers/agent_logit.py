"""One sequential equilibrium of any tree: where logit play of its agents leads as errors vanish.

References
----------
mckelvey1998quantal, kreps1982sequential
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.tree import BELIEF, InformationSet, Lottery, Move, TreeForm
from collsec.parameters import FloatArray, ParameterError

SCOPE = "sequential equilibria, of which the one that agent logit play leads to was sought"
MAX_ACTIONS = 1_500
"""Trees with more actions, over all information sets, are refused: each step solves as many
equations."""
RATIONALITY = 1e11
"""Where the limit is read off, in units of one over each player's range of payoffs."""


def agent_logit(form: TreeForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the sequential equilibrium in which the principal branch of agent logit play ends.

    A player errs at each information set for itself, a worse action being less likely; as errors
    vanish, plans and beliefs tend to a sequential equilibrium (McKelvey and Palfrey 1998). It is
    one for every tree with perfect recall, of any number of players, with chance and hidden moves.
    Beliefs off the path are those of the limit. Ties are broken by the errors: actions that are
    equally good in the limit may stay mixed. `complete` is false: others are not sought.

    Parameters
    ----------
    form : TreeForm
        Games of a batch are solved one after the other.
    tolerance : float
        Largest regret, as a share of the game's largest payoff.

    Notes
    -----
    Some 50 to 500 steps, each of which solves as many equations as there are actions and goes once
    through the ends of the tree.

    Raises
    ------
    CertificateError
        If the branch is lost before errors vanish in a single game.
    ParameterError
        If the tree has more than `MAX_ACTIONS` actions.
    """
    n_actions = sum(len(known.actions) for known in form.information_sets)
    if n_actions > MAX_ACTIONS:
        raise ParameterError(
            "agent_logit", "actions", n_actions, f"of all information sets exceed {MAX_ACTIONS:,}",
            "solve a smaller tree, such as a coarser grid makes",
        )  # fmt: skip
    games = [_solve_one(form.at(place)) for place in np.ndindex(form.batch_shape)]
    scale = np.abs(form.table).max(axis=(-2, -1))
    return certify(
        form,
        _stacked(form, games),
        complete=False,
        scope=SCOPE,
        method="agent_logit",
        scale=np.where(scale > 0, scale, 1.0),
        tolerance=tolerance,
    )


def _solve_one(form: TreeForm) -> dict[str, FloatArray]:
    """Return strategies and beliefs where errors have all but vanished."""
    from collsec.solvers._behaviour_branch import Agents, limit  # noqa: PLC0415 - only here

    agents = Agents.of(form)
    logs, found = limit(agents, RATIONALITY), {}
    for place, known in enumerate(form.information_sets):
        mix = np.exp(logs[agents.first[place] : agents.last[place]])
        found[known.name] = mix / mix.sum()
    reach = _reach(form, logs, agents.first.tolist())
    for known in _hidden(form):
        weights = reach[list(known.nodes)]
        shares = np.exp(weights - weights.max())
        found[BELIEF + known.name] = shares / shares.sum()
    return found


def _reach(form: TreeForm, logs: FloatArray, first: Sequence[int]) -> FloatArray:
    """Return the log chance of every node."""
    reach = np.zeros(len(form.nodes))
    with np.errstate(divide="ignore"):
        drawn = np.maximum(np.log(form.probabilities), -1e12)
    for i, node in enumerate(form.nodes):
        for k, child in enumerate(node.children):
            step = 0.0
            if isinstance(node, Lottery):
                step = drawn[node.first + k]
            elif isinstance(node, Move):
                step = logs[first[node.information_set] + k]
            reach[child] = reach[i] + step
    return reach


def _stacked(form: TreeForm, games: Sequence[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """Return the games' answers along the batch, with one equilibrium each."""
    entries = {}
    for known in form.information_sets:
        entries[known.name] = np.stack([game[known.name] for game in games])
    for known in _hidden(form):
        entries[BELIEF + known.name] = np.stack([game[BELIEF + known.name] for game in games])
    return {
        name: rows.reshape(*form.batch_shape, 1, rows.shape[-1]) for name, rows in entries.items()
    }


def _hidden(form: TreeForm) -> list[InformationSet]:
    """Return the information sets of more than one node, where there is something to believe."""
    return [known for known in form.information_sets if len(known.nodes) > 1]
