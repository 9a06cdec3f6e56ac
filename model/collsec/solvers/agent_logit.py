"""One sequential equilibrium of any tree: where logit play of its agents leads as errors vanish.

`logit_play` follows that play and, of equilibria that a solver lists, names the one it leads to;
here it is itself the solver, of trees whose equilibria no other solver lists.

References
----------
mckelvey1998quantal, kreps1982sequential
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.tree import BELIEF, Lottery, Move, TreeForm
from collsec.parameters import FloatArray, ParameterError
from collsec.solvers._kinds import checks_kind
from collsec.solvers._subgames import parts, sizes
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale
from collsec.solvers.logit_play import by_set, log_play

SCOPE = "sequential equilibria, of which the one that agent logit play leads to was sought"
MAX_ACTIONS = 1_500
"""Trees are refused if a subgame has more actions, over all its information sets and without those
of the subgames within it: each step solves as many equations at once."""
RATIO = 10.0
RATES: FloatArray = np.power(RATIO, np.arange(3.0, 12.0))
"""Where the limit may be read off, in units of one over each player's range of payoffs: the larger
the nearer to it, but for rounding."""
_EXACT = 1e-12


@checks_kind
def agent_logit(form: TreeForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the sequential equilibrium in which the principal branch of agent logit play ends.

    A player errs at each information set for itself, a worse action being less likely; as errors
    vanish, plans and beliefs tend to a sequential equilibrium (McKelvey and Palfrey 1998). It is
    one for every tree with perfect recall, of any number of players, with chance and hidden moves.
    Beliefs off the path are those of the limit. It is read off where regret is least: at one rate,
    or as what two or three rates, one after the other, tend to as series in one over λ. Ties are
    broken by the errors: actions that are equally good in the limit may stay mixed. `complete` is
    false: others are not sought.

    Parameters
    ----------
    form : TreeForm
    tolerance : float
        Largest regret of a player, as a share of the spread of its payoffs.

    Notes
    -----
    Some 50 to 500 steps, more in trees of many subgames. Each solves every subgame by itself,
    without those within it: as many equations as it has actions, and once through its ends. Of
    1,600 actions in a hundred subgames behind one choice, this takes a quarter of a second; of as
    many in one, minutes. Memory for as many numbers as the largest has actions, squared, and
    actions on the way to all ends. The certificate goes through the tree once for each information
    set.

    What is found in a subgame is what would be found were it the whole game (`_tree_branch` says
    why, also where branches turn).

    Raises
    ------
    CertificateError
        If the branch is lost before errors vanish in every game.
    ParameterError
        If a subgame has more than `MAX_ACTIONS` actions, or the tree none.
    """
    _refuse(form)
    unit = on_unit_scale(form)
    logs = log_play(unit, RATES)
    followed = {**by_set(form, np.exp(logs)), **_beliefs(form, logs)}
    read = {name: _tending_to(rows) for name, rows in followed.items()}
    regret = unit.regret(read)
    regret = np.where(np.isnan(regret), np.inf, np.maximum(regret, _EXACT))
    best = np.argmin(regret, axis=-1)[..., None, None]
    return certify_by_spread(
        form,
        {name: np.take_along_axis(rows, best, axis=-2) for name, rows in read.items()},
        complete=False,
        scope=SCOPE,
        method="agent_logit",
        tolerance=tolerance,
    )


def _refuse(form: TreeForm) -> None:
    """Raise `ParameterError` where nothing is to be solved, or too much at once."""
    if not form.information_sets:
        raise ParameterError(
            "agent_logit", "moves", "none", "nobody has a choice", "use backward_induction"
        )
    n_actions = max(int(sizes(form, own).sum()) for own in parts(form).values())
    if n_actions > MAX_ACTIONS:
        raise ParameterError(
            "agent_logit", "actions", n_actions,
            f"of one subgame, those of subgames within it not counted, exceed {MAX_ACTIONS:,}",
            "solve a smaller tree, such as a coarser grid makes",
        )  # fmt: skip


def _tending_to(rows: FloatArray) -> FloatArray:
    """Return the limits of parabolas and lines through rows, then rows; the last rates first."""
    lines = rows[..., 1:, :] + np.diff(rows, axis=-2) / (RATIO - 1.0)
    curves = lines[..., 1:, :] + np.diff(lines, axis=-2) / (RATIO**2 - 1.0)
    every = np.maximum(np.concatenate([rows, lines, curves], axis=-2), 0.0)
    return np.asarray((every / every.sum(axis=-1, keepdims=True))[..., ::-1, :])


def _beliefs(form: TreeForm, logs: FloatArray) -> dict[str, FloatArray]:
    """Return what is believed wherever there are several nodes to believe in."""
    barred, reach = _reach(form, logs)
    found = {}
    for known in form.information_sets:
        if len(known.nodes) > 1:
            rare = np.stack([barred[node] for node in known.nodes], axis=-1)
            weights = np.stack([reach[node] for node in known.nodes], axis=-1)
            weights = np.where(rare == rare.min(axis=-1, keepdims=True), weights, -np.inf)
            shares = np.exp(weights - weights.max(axis=-1, keepdims=True))
            found[BELIEF + known.name] = shares / shares.sum(axis=-1, keepdims=True)
    return found


def _reach(form: TreeForm, logs: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return how many draws of no chance lead to each node, and the log chance of all else."""
    start = np.zeros(logs.shape[:-1])
    barred, reach = [start] * len(form.nodes), [start] * len(form.nodes)
    never = (form.probabilities <= 0)[..., None, :]
    drawn = np.log(np.where(never, 1.0, form.probabilities[..., None, :]))
    steps = by_set(form, logs)
    for i, node in enumerate(form.nodes):
        for k, child in enumerate(node.children):
            barred[child], reach[child] = barred[i], reach[i]
            if isinstance(node, Lottery):
                barred[child] = barred[i] + never[..., node.first + k]
                reach[child] = reach[i] + drawn[..., node.first + k]
            elif isinstance(node, Move):
                name = form.information_sets[node.information_set].name
                reach[child] = reach[i] + steps[name][..., k]
    return barred, reach
