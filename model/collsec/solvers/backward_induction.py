"""Subgame-perfect equilibria of trees in which everyone always knows where the play stands.

References
----------
zermelo1913anwendung, selten1965spieltheoretische
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.tree import Lottery, Move, Terminal, TreeForm
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError
from collsec.solvers._kinds import checks_kind
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale

SCOPE = "pure subgame-perfect equilibria"
MAX_EQUILIBRIA = 10_000
"""Ties multiply equilibria; beyond this many, `subgame_perfect` refuses."""


class Ties(Protocol):
    """What a player does who is indifferent."""

    def choose(self, is_best: BoolArray, values: FloatArray, player: int) -> IntArray:
        """Return the action taken, shape (*batch), among the best, shape (*batch, n_actions).

        `values` are what all players expect of each action, shape (*batch, n_actions, n_players).
        """


@dataclass(frozen=True)
class FirstNamed:
    """An indifferent player takes the action that the tree names first."""

    def choose(self, is_best: BoolArray, values: FloatArray, player: int) -> IntArray:  # noqa: ARG002
        """Return the first best action."""
        return np.asarray(np.argmax(is_best, axis=-1))


@dataclass(frozen=True)
class InFavourOf:
    """An indifferent player takes the best action that is best for another player."""

    favoured: int

    def choose(self, is_best: BoolArray, values: FloatArray, player: int) -> IntArray:  # noqa: ARG002
        """Return the best action with the highest value for the favoured player."""
        theirs = np.where(is_best, values[..., self.favoured], -np.inf)
        return np.asarray(np.argmax(theirs, axis=-1))


@dataclass(frozen=True)
class Against:
    """An indifferent player takes the best action that is worst for another player."""

    harmed: int

    def choose(self, is_best: BoolArray, values: FloatArray, player: int) -> IntArray:  # noqa: ARG002
        """Return the best action with the lowest value for the harmed player."""
        theirs = np.where(is_best, values[..., self.harmed], np.inf)
        return np.asarray(np.argmin(theirs, axis=-1))


@checks_kind
def backward_induction(
    form: TreeForm,
    ties: Ties = FirstNamed(),
    tolerance: float = TOLERANCE,
) -> Equilibria:
    """Find one subgame-perfect equilibrium of every game of the batch, in one pass.

    Values within `tolerance`, times the spread of that player's payoffs in the tree, are tied, and
    `ties` says what an indifferent player does. `complete` is true where nobody is ever
    indifferent: then it is the only one. Raises `ParameterError` where someone does not know
    where the play stands.
    """
    _refuse_imperfect(form)
    strategies, is_unique = _one_pass(on_unit_scale(form), ties, tolerance)
    return certify_by_spread(
        form,
        strategies,
        complete=is_unique,
        scope=SCOPE,
        method="backward_induction",
        tolerance=_accumulated(form, tolerance),
    )


@checks_kind
def subgame_perfect(form: TreeForm, tolerance: float = TOLERANCE) -> Equilibria:
    """Find all pure subgame-perfect equilibria of every game of the batch.

    Each has its own plan for every node, also off the path: two that differ only there are two.
    In the order of the actions: a node's own change fastest, then those behind its last branch, and
    slowest those behind its first. Games without ties are solved in one pass, those with ties one
    after the other; ties as in `backward_induction`. Raises `ParameterError` where someone does not
    know where the play stands, or where ties leave more than `MAX_EQUILIBRIA`.
    """
    _refuse_imperfect(form)
    unit = on_unit_scale(form)
    strategies, is_unique = _one_pass(unit, FirstNamed(), tolerance)
    tied = {
        tuple(place): _all_plans(unit.at(tuple(place)), tolerance)
        for place in np.argwhere(~is_unique)
    }
    width = max((len(plans) for plans in tied.values()), default=1)
    for place, known in enumerate(form.information_sets):
        filled = np.full((*form.batch_shape, width, len(known.actions)), np.nan)
        filled[..., :1, :] = strategies[known.name]
        for point, plans in tied.items():
            rows = np.eye(len(known.actions))[[plan[place] for plan in plans]]
            filled[point][: len(plans)] = rows
        strategies[known.name] = filled
    return certify_by_spread(
        form,
        strategies,
        complete=True,
        scope=SCOPE,
        method="subgame_perfect",
        tolerance=_accumulated(form, tolerance),
    )


def _one_pass(
    form: TreeForm, ties: Ties, tolerance: float
) -> tuple[dict[str, FloatArray], BoolArray]:
    """Return the plan that one pass backwards finds, and where nobody was ever indifferent."""
    values: list[FloatArray] = [np.empty(0)] * len(form.nodes)
    strategies: dict[str, FloatArray] = {}
    is_unique = np.ones(form.batch_shape, dtype=bool)
    for i in reversed(range(len(form.nodes))):
        node = form.nodes[i]
        if not isinstance(node, Move):
            values[i] = _expected(form, node, values)
            continue
        known = form.information_sets[node.information_set]
        options = np.stack([values[child] for child in node.children], axis=-2)
        is_best = _best(options[..., known.player], tolerance)
        chosen = ties.choose(is_best, options, known.player)
        values[i] = np.take_along_axis(options, chosen[..., None, None], axis=-2)[..., 0, :]
        strategies[known.name] = np.eye(len(node.children))[chosen][..., None, :]
        is_unique &= is_best.sum(axis=-1) == 1
    return strategies, is_unique


_Plan = dict[int, int]


def _all_plans(form: TreeForm, tolerance: float) -> list[_Plan]:
    found: dict[int, list[tuple[_Plan, FloatArray]]] = {}
    for i in reversed(range(len(form.nodes))):
        node = form.nodes[i]
        ahead = [found.pop(child) for child in node.children]
        number = math.prod(len(plans) for plans in ahead)
        if number > MAX_EQUILIBRIA:
            raise _error(
                "ties", number, f"leave more than {MAX_EQUILIBRIA} equilibria",
                "use backward_induction with a rule for ties",
            )  # fmt: skip
        found[i] = [
            plan
            for parts in itertools.product(*ahead)
            for plan in _here(form, node, parts, tolerance)
        ]
    return [plan for plan, _ in found[0]]


def _here(
    form: TreeForm,
    node: Terminal | Lottery | Move,
    parts: tuple[tuple[_Plan, FloatArray], ...],
    tolerance: float,
) -> list[tuple[_Plan, FloatArray]]:
    """Return the plans at a node, given one plan and its values behind each branch."""
    merged = {place: action for plan, _ in parts for place, action in plan.items()}
    if isinstance(node, Terminal):
        return [({}, form.table[node.position])]
    values = [value for _, value in parts]
    if isinstance(node, Lottery):
        chances = form.probabilities[node.first : node.first + len(values)]
        return [
            (merged, np.asarray(sum(chance * v for chance, v in zip(chances, values, strict=True))))
        ]
    own = np.array([value[form.information_sets[node.information_set].player] for value in values])
    best = np.flatnonzero(own >= own.max() - tolerance)
    return [({node.information_set: int(k)} | merged, values[k]) for k in best]


def _expected(form: TreeForm, node: Terminal | Lottery, values: list[FloatArray]) -> FloatArray:
    if isinstance(node, Terminal):
        return form.table[..., node.position, :]
    total: FloatArray = np.zeros(form.table.shape[:-2] + form.table.shape[-1:])
    for k, child in enumerate(node.children):
        total = total + form.probabilities[..., node.first + k, None] * values[child]
    return np.asarray(total)


def _best(values: FloatArray, tolerance: float) -> BoolArray:
    return np.asarray(values >= values.max(axis=-1, keepdims=True) - tolerance)


def _accumulated(form: TreeForm, tolerance: float) -> float:
    """Return the regret that ties taken one after the other may add up to."""
    return tolerance * (1 + len(form.information_sets))


def _refuse_imperfect(form: TreeForm) -> None:
    if not form.has_perfect_information:
        hidden = next(known for known in form.information_sets if len(known.nodes) > 1)
        raise _error(
            "information set", hidden.name, "has several nodes: its player does not know all",
            "use collsec.solvers.signalling for private types",
        )  # fmt: skip


def _error(key: str, value: object, rule: str, remedy: str) -> ParameterError:
    return ParameterError("backward_induction", key, value, rule, remedy)
