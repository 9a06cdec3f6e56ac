r"""Logit play of trees in behaviour strategies, and the equilibrium that it leads to.

Every player at every information set chooses an action with a chance that grows with what it is
worth there, :math:`\sigma_a \propto e^{\lambda v_a}`. At λ = 0 all actions are equally likely; as λ
grows, the branch from there leads, in almost all trees, to one sequential equilibrium (McKelvey and
Palfrey 1998, theorem 4). That is how one equilibrium of a tree is chosen here, in the place of the
tracing procedure of Harsanyi and Selten (1988). `agent_logit` follows the same play to its end, and
certifies that as one sequential equilibrium of trees whose equilibria nobody lists.

References
----------
mckelvey1998quantal, harsanyi1988general
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm
from collsec.parameters import FloatArray, IntArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._subgames import Layout, sizes

STEPS = (1e4, 1e6, 1e8)
"""Rationalities at which the end of the branch is read, in units of one over the largest spread."""
_SAME, _APART = 1e-4, 1e-3


@checks_kind
def logit_play(form: TreeForm, rationality: FloatArray) -> dict[str, FloatArray]:
    """Return agent logit play where the branch from the centroid first reaches each rationality.

    Parameters
    ----------
    form : TreeForm
    rationality : array, shape (n,)
        λ in units of one over payoffs, in rising order, the same for all games.

    Returns
    -------
    dict of str to array, shape (*batch, n, n_actions)
        The mix at every information set, NaN where the branch was lost.

    Notes
    -----
    Each step costs one pass through the ways to all ends, and a linear system with one unknown per
    action: a threat between two types a side takes some milliseconds.
    """
    parts = by_set(form, np.exp(log_play(form, rationality)))
    return {name: np.ascontiguousarray(part) for name, part in parts.items()}


@checks_kind
def log_play(form: TreeForm, rationality: FloatArray) -> FloatArray:
    """Return the logarithms of the same chances, those of all information sets in one row.

    Shape (*batch, n, n_actions of all information sets). What is too unlikely to be told from
    impossible has a finite logarithm, so that it is known which of two errors is likelier.
    """
    from collsec.solvers._tree_branch import tree_branch  # noqa: PLC0415 - compiled

    n_actions = sizes(form, range(len(form.information_sets)))
    sets = np.array([[known.player for known in form.information_sets], n_actions])
    asked = np.broadcast_to(rationality, (*form.batch_shape, np.shape(rationality)[-1]))
    at = Layout.of(form)
    logs = tree_branch(
        form.table[..., at.rows, :], form.probabilities, at.steps, at.until, sets[:, at.sets],
        at.bounds, asked, np.empty(n_actions.sum()),
    )  # fmt: skip
    return np.asarray(logs)[..., at.in_order(n_actions)]


@checks_kind
def by_set(form: TreeForm, rows: FloatArray) -> dict[str, FloatArray]:
    """Cut rows with an entry for each action into one part for each information set."""
    sizes = [len(known.actions) for known in form.information_sets]
    parts = np.split(rows, np.cumsum(sizes)[:-1], axis=-1)
    names = [known.name for known in form.information_sets]
    return dict(zip(names, parts, strict=True))


class AsTree(Protocol):
    """A form that is the whole of a tree, or is a tree, and knows its strategies there."""

    def tree(self) -> TreeForm:
        """Return the same games as trees."""

    def in_tree(self, strategies: Strategies) -> Strategies:
        """Return strategies as those of `tree`; beliefs may be left out."""


def from_centroid(form: AsTree, found: Equilibria) -> IntArray:
    """Return which equilibrium agent logit play leads to; the only one where there is one.

    Shape (*batch); -1 where it comes to none of those listed, as in `led_to`.
    """
    several = np.asarray(found.count > 1)
    alone = np.where(found.count == 1, 0, -1)
    if not several.any():
        return alone
    tree = form.tree()
    traced = led_to(tree, tree.outcomes(form.in_tree(found.strategies)), several)
    return np.where(several, traced, alone)


@checks_kind
def led_to(tree: TreeForm, ends: FloatArray, games: Any) -> IntArray:
    """Return which equilibrium agent logit play leads to, shape (*batch).

    Parameters
    ----------
    tree : TreeForm
    ends : array, shape (*batch, n_equilibria, n_terminals)
        The chance of every end of the tree in each equilibrium listed, NaN-padded.
    games : array of bool, shape (*batch)
        Where to look.

    Returns
    -------
    array of int
        The equilibrium whose ends have the chances that the branch comes to; -1 in other games,
        where it comes to none of them, as with ties, and where two are as near.
    """
    chosen = np.full(games.shape, -1, dtype=np.int64)
    if not games.any():
        return chosen
    one = TreeForm(
        tree.nodes, tree.information_sets, tree.table[games], tree.probabilities[games], tree.names
    )
    spread = np.ptp(one.table, axis=-2).max(axis=-1)
    steps = np.array(STEPS) / np.where(spread > 0, spread, 1.0)[:, None]
    reached = one.outcomes(logit_play(one, steps))
    chosen[games] = _nearest(reached, ends[games])
    return chosen


def _nearest(reached: FloatArray, ends: FloatArray) -> IntArray:
    """Return the equilibrium nearest to the last point that was reached, -1 if none is near."""
    lost = np.asarray(np.isnan(reached).any(axis=-1))
    last = reached.shape[1] - 1 - np.argmax(~lost[:, ::-1], axis=1)
    final = np.take_along_axis(reached, last[:, None, None], axis=1)
    apart = np.abs(ends - final).max(axis=-1)
    apart = np.where(np.isnan(apart), np.inf, apart)
    place = np.argmin(apart, axis=-1)
    ranked = np.sort(np.concatenate([apart, np.full((len(apart), 1), np.inf)], axis=-1), axis=-1)
    is_clear = (ranked[:, 0] <= _SAME) & (ranked[:, 1] > _APART)
    return np.where(is_clear & ~np.asarray(lost.all(axis=1)), place, -1)
