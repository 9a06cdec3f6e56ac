r"""A game tree: moves one after the other, draws of chance, and what players do not know.

The structure is one for the whole batch; payoffs and probabilities carry batch axes. With
relative gains, :math:`U_i = V_i - \rho \, \mathrm{mean}_{j \ne i} V_j` at every end of the tree.

A plan is sequentially rational where, at every information set h of player i and given the beliefs
:math:`\mu_h` about which of its nodes has been reached, no other way to go on pays more:

.. math::

    \max_{s_i} \sum_{x \in h} \mu_h(x) \, U_i(s_i, \sigma_{-i} \mid x)
    - \sum_{x \in h} \mu_h(x) \, U_i(\sigma \mid x) \le 0

References
----------
kreps1982sequential, fudenberg1991perfect
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from collsec.forms import _tree_growth as growth
from collsec.forms._tree_growth import InformationSet, Lottery, Move, Node, Terminal
from collsec.forms.branches import Branch
from collsec.forms.form import Form, Levers, Strategies
from collsec.parameters import FloatArray, IntArray, ParameterError, frozen

__all__ = ["BELIEF", "InformationSet", "Lottery", "Move", "Node", "Terminal", "TreeForm"]

BELIEF = "belief: "
"""Strategies hold the beliefs at information set NAME under this prefix and NAME."""
UNREACHED = 1e-12
"""An information set counts as off the path, where Bayes' rule says nothing, if players go to each
of its nodes with less than this chance. How rare the draws are that lead there does not matter."""
_WRONG_BELIEF = 1e-6
_SUM = 1e-9


@dataclass(frozen=True, eq=False)
class TreeForm(Form):
    """A finite game tree with perfect recall, any number of players.

    Strategies map the name of every information set to an array of shape (*batch, n_equilibria,
    n_actions), and ``"belief: NAME"`` to the beliefs there, shape (*batch, n_equilibria, n_nodes),
    in the order of the set's nodes. Beliefs may be left out where Bayes' rule gives them; off the
    path they are part of the answer. Other entries are ignored.

    Attributes
    ----------
    nodes : tuple of Node
        All nodes, the root first, each before those behind it.
    information_sets : tuple of InformationSet
        What players can tell apart, in the order in which a walk through the tree meets them.
    table : array, shape (*batch, n_terminals, n_players)
        Payoffs at the ends of the tree.
    probabilities : array, shape (*batch, n_outcomes)
        The probabilities of all draws, one draw behind the other.
    names : tuple of str
        The players.
    title : str
        A name for the tree.
    """

    nodes: tuple[Node, ...]
    information_sets: tuple[InformationSet, ...]
    table: FloatArray
    probabilities: FloatArray
    names: tuple[str, ...]
    title: str = ""
    payoff_axes: ClassVar[tuple[int, ...]] = (-2,)
    """The axes of the table along which one player's payoffs lie."""

    def __post_init__(self) -> None:
        """Check draws, payoffs and memory; raise `ParameterError` where they do not fit."""
        table = np.asarray(self.table, dtype=np.float64)
        chances = np.asarray(self.probabilities, dtype=np.float64)
        batch = np.broadcast_shapes(table.shape[:-2], chances.shape[:-1])
        table = np.array(np.broadcast_to(table, (*batch, *table.shape[-2:])), order="C")
        chances = np.array(np.broadcast_to(chances, (*batch, chances.shape[-1])), order="C")
        object.__setattr__(self, "table", frozen(table))
        object.__setattr__(self, "probabilities", frozen(chances))
        self._check_numbers()
        self._check_names()
        growth.check_recall(self.nodes, self.information_sets)

    @classmethod
    def grow(cls, root: Branch, players: tuple[str, ...], title: str = "") -> Self:
        """Return the tree that grows from this root; see `collsec.forms.branches`.

        Raises `ParameterError` where a name is unknown or begins with "belief: ", an information
        set offers different actions at different nodes, or a player would forget what it knew or
        did.
        """
        grown = growth.grow(root, players)
        return cls(
            tuple(grown.nodes),
            tuple(grown.information_sets),
            growth.stacked_payoffs(grown.payoffs, len(players)),
            growth.stacked(grown.probabilities),
            players,
            title,
        )

    def _check_names(self) -> None:
        for known in self.information_sets:
            if known.name.startswith(BELIEF):
                raise ParameterError(
                    "tree_form", "information set", known.name, f"must not begin with {BELIEF!r}",
                    "give it another name: answers list beliefs so",
                )  # fmt: skip

    def _check_numbers(self) -> None:
        shape = (sum(isinstance(node, Terminal) for node in self.nodes), len(self.names))
        if self.table.shape[-2:] != shape:
            raise ParameterError(
                "tree_form", "table", self.table.shape, f"must have the shape (*batch, {shape})",
                "give one payoff per player at every end",
            )  # fmt: skip
        with np.errstate(over="ignore", invalid="ignore"):
            spread = np.ptp(self.table, axis=-2)
        if not np.all(np.isfinite(spread)):
            raise ParameterError(
                "tree_form", "spread of payoffs", spread, "must be finite",
                "give a large number in place of an infinite one",
            )  # fmt: skip
        for lottery in (node for node in self.nodes if isinstance(node, Lottery)):
            drawn = self.probabilities[..., lottery.first : lottery.first + len(lottery.children)]
            sums_up = np.abs(drawn.sum(axis=-1) - 1) <= _SUM
            if not (np.all(drawn >= 0) and np.all(sums_up)):
                raise ParameterError(
                    "tree_form", f"probabilities of {lottery.label or 'a draw'}", drawn,
                    "must be at least 0 and sum to 1", "divide them by their sum",
                )  # fmt: skip

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return self.table.shape[:-2]

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names."""
        return self.names

    @property
    def terminals(self) -> tuple[Terminal, ...]:
        """The ends of the tree, in the order of the rows of `table`."""
        return tuple(node for node in self.nodes if isinstance(node, Terminal))

    @property
    def has_perfect_information(self) -> bool:
        """Whether every player always knows where the play stands."""
        return all(len(known.nodes) == 1 for known in self.information_sets)

    @cached_property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The outcomes of chance and the actions that lead to each node, from the root on."""
        ways: list[tuple[str, ...]] = [()] * len(self.nodes)
        for i, node in enumerate(self.nodes):
            for label, child in zip(self._branches(node), node.children, strict=True):
                ways[child] = (*ways[i], label)
        return tuple(ways)

    def _branches(self, node: Node) -> tuple[str, ...]:
        """Return the names of a node's branches."""
        if isinstance(node, Move):
            return self.information_sets[node.information_set].actions
        return node.outcomes if isinstance(node, Lottery) else ()

    def at(self, index: tuple[int, ...]) -> Self:
        """Return one game of the batch."""
        return replace(self, table=self.table[index], probabilities=self.probabilities[index])

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The actions, as the strategy at each information set lists them."""
        return {known.name: (known.actions,) for known in self.information_sets}

    def under(self, levers: Levers) -> Self:
        """Return the tree with relative gains; the other levers find nothing to act on."""
        rho = np.asarray(levers.relative_gains, dtype=np.float64)[..., None]
        values = [self.table[..., player] for player in range(len(self.names))]
        rewritten = [value - rho * _mean_of_others(values, i) for i, value in enumerate(values)]
        return replace(self, table=np.stack(rewritten, axis=-1))

    def tree(self) -> TreeForm:
        """Return itself, as other forms return the trees that they are."""
        return self

    @staticmethod
    def in_tree(strategies: Strategies) -> Strategies:
        """Return strategies as those of `tree`, the same."""
        return strategies

    def outcomes(self, strategies: Strategies) -> FloatArray:
        """Return the chance of every end, shape (*batch, n_equilibria, n_terminals)."""
        reach = self._reach({0: self._certain()}, self._edges(strategies), mover=None)
        ends = [i for i, node in enumerate(self.nodes) if isinstance(node, Terminal)]
        return np.stack(np.broadcast_arrays(*(reach[i] for i in ends)), axis=-1)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_players)."""
        chances = self.outcomes(strategies)
        values = [
            (chances * self.table[..., None, :, player]).sum(axis=-1)
            for player in range(len(self.names))
        ]
        return np.stack(values, axis=-1)

    def beliefs(self, strategies: Strategies) -> dict[str, FloatArray]:
        """Return the beliefs at every information set, by its name.

        By Bayes' rule wherever the set is reached, or would be if its player had so chosen, from
        what that player believed at its previous information set; else the beliefs stated in
        `strategies`, NaN where none are. Shape (*batch, n_equilibria, n_nodes).
        """
        return self._beliefs(strategies, self._edges(strategies))

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain at any information set, shape (*batch, n_equilibria).

        The gain is that of the best way to go on with all own later choices, found by maximising
        backwards through the player's information sets, over going on as planned, both valued by
        the beliefs there. Infinite where a strategy or a belief is no probability distribution,
        where a stated belief contradicts Bayes' rule, or where one is missing off the path. NaN
        where a strategy is, which is padding. Whether beliefs off the path agree between
        players, or types of one, is not part of this certificate.
        """
        if not self.information_sets:
            return np.zeros((*self.batch_shape, 1))
        edges = self._edges(strategies)
        beliefs = self._beliefs(strategies, edges)
        planned = self._values(edges)
        valid, gains = [], []
        for place, known in enumerate(self.information_sets):
            belief = beliefs[known.name]
            valid += [_is_distribution(strategies[known.name]), _is_distribution(belief)]
            stated = strategies.get(BELIEF + known.name)
            if stated is not None:
                valid.append(~np.any(np.abs(stated - belief) > _WRONG_BELIEF, axis=-1))
            start = {node: belief[..., k] for k, node in enumerate(known.nodes)}
            best = _BestReply(self, edges, start, known.player).at(place)
            along = [start[node] * planned[node][known.player] for node in known.nodes]
            gains.append(best - sum(along[1:], along[0]))
        worst = np.maximum(np.stack(np.broadcast_arrays(*gains)).max(axis=0), 0.0)
        padded = np.any(
            [np.isnan(strategies[i.name]).any(axis=-1) for i in self.information_sets], axis=0
        )
        certain = np.where(
            np.all(np.broadcast_arrays(*valid), axis=0) & ~np.isnan(worst), worst, np.inf
        )
        return np.where(padded, np.nan, certain)

    def _edges(self, strategies: Strategies) -> list[list[FloatArray]]:
        """Return the chance of every branch of every node."""
        edges: list[list[FloatArray]] = []
        for node in self.nodes:
            match node:
                case Terminal():
                    edges.append([])
                case Lottery(first=first, children=children):
                    drawn = self.probabilities[..., None, :]
                    edges.append([drawn[..., first + k] for k in range(len(children))])
                case Move(information_set=place):
                    mix = np.asarray(strategies[self.information_sets[place].name])
                    edges.append([mix[..., k] for k in range(mix.shape[-1])])
        return edges

    def _reach(
        self, start: Mapping[int, FloatArray], edges: list[list[FloatArray]], mover: int | None
    ) -> dict[int, FloatArray]:
        """Return the chance of every node behind `start`; all that `mover` could do counts as 1."""
        reach = dict(start)
        for i, node in enumerate(self.nodes):
            if i in reach:
                is_own = isinstance(node, Move) and self._owner(node) == mover
                for child, edge in zip(node.children, edges[i], strict=True):
                    reach[child] = reach[i] if is_own else reach[i] * edge
        return reach

    def _owner(self, node: Move) -> int:
        return self.information_sets[node.information_set].player

    def _beliefs(
        self, strategies: Strategies, edges: list[list[FloatArray]]
    ) -> dict[str, FloatArray]:
        found: dict[str, FloatArray] = {}
        behind = {
            player: self._reach({0: self._certain()}, edges, player)
            for player in range(len(self.names))
        }
        reached: dict[int, Mapping[int, FloatArray]] = {}
        starts: dict[int | None, Mapping[int, FloatArray]] = {None: {0: self._certain()}}
        above = growth.parents(self.nodes)
        for place, before in growth.by_memory(self.nodes, self.information_sets):
            known = self.information_sets[place]
            source = behind[known.player] if before is None else reached[before]
            shape = np.asarray(strategies[known.name]).shape[:-1]
            weight = np.stack([np.broadcast_to(source[i], shape) for i in known.nodes], axis=-1)
            total = weight.sum(axis=-1, keepdims=True)
            drawn = [self._drawn(node, starts[before], edges, above) for node in known.nodes]
            is_reached = np.any(weight > UNREACHED * _stacked(drawn), axis=-1, keepdims=True)
            stated = strategies.get(BELIEF + known.name, np.full(weight.shape, np.nan))
            bayes = weight / np.where(is_reached, total, 1.0)
            if len(known.nodes) == 1:
                stated = np.ones(weight.shape)
            belief = np.where(is_reached, bayes, stated)
            found[known.name] = belief
            starts[place] = {node: belief[..., k] for k, node in enumerate(known.nodes)}
            reached[place] = self._reach(starts[place], edges, known.player)
        return found

    def _certain(self) -> FloatArray:
        return np.ones((*self.batch_shape, 1))

    def _drawn(
        self,
        node: int,
        start: Mapping[int, FloatArray],
        edges: list[list[FloatArray]],
        above: Mapping[int, tuple[int, int]],
    ) -> FloatArray:
        """Return the chance of a node behind `start` if players do all to get there."""
        chance = self._certain()
        while node not in start:
            node, branch = above[node]
            if isinstance(self.nodes[node], Lottery):
                chance = chance * edges[node][branch]
        return chance * start[node]

    def _values(self, edges: list[list[FloatArray]]) -> list[list[FloatArray]]:
        """Return what every player expects at every node if all go on as planned."""
        values: list[list[FloatArray]] = [[] for _ in self.nodes]
        players = range(len(self.names))
        for i in reversed(range(len(self.nodes))):
            node = self.nodes[i]
            if isinstance(node, Terminal):
                values[i] = [
                    self.table[..., node.position, player][..., None] for player in players
                ]
            else:
                values[i] = [
                    _total(
                        edge * values[child][player]
                        for child, edge in zip(node.children, edges[i], strict=True)
                    )
                    for player in players
                ]
        return values


class _BestReply:
    """What one player can have at most from an information set on, given its beliefs there."""

    def __init__(
        self,
        form: TreeForm,
        edges: list[list[FloatArray]],
        start: Mapping[int, FloatArray],
        player: int,
    ) -> None:
        self._form, self._edges, self._player = form, edges, player
        self._reach = form._reach(start, edges, player)
        self._chosen: dict[int, IntArray] = {}
        self._known: dict[int, FloatArray] = {}

    def at(self, place: int) -> FloatArray:
        """Return the value of the best action at an information set, weighted by its reach."""
        return np.asarray(self._actions(place).max(axis=-1))

    def _actions(self, place: int) -> FloatArray:
        known = self._form.information_sets[place]
        nodes = [i for i in known.nodes if i in self._reach]
        options = [
            _total(self._reach[i] * self._value(self._form.nodes[i].children[k]) for i in nodes)
            for k in range(len(known.actions))
        ]
        return np.stack(np.broadcast_arrays(*options), axis=-1)

    def _value(self, i: int) -> FloatArray:
        if i not in self._known:
            self._known[i] = self._fresh(i, self._form.nodes[i])
        return self._known[i]

    def _fresh(self, i: int, node: Node) -> FloatArray:
        if isinstance(node, Terminal):
            return self._form.table[..., node.position, self._player][..., None]
        values = [self._value(child) for child in node.children]
        if isinstance(node, Move) and self._form._owner(node) == self._player:
            chosen = self._choice(node.information_set)[..., None]
            stacked = np.stack(np.broadcast_arrays(*values), axis=-1)
            stacked = np.broadcast_to(stacked, (*chosen.shape[:-1], stacked.shape[-1]))
            return np.asarray(np.take_along_axis(stacked, chosen, axis=-1)[..., 0])
        return _total(edge * value for edge, value in zip(self._edges[i], values, strict=True))

    def _choice(self, place: int) -> IntArray:
        if place not in self._chosen:
            self._chosen[place] = np.argmax(self._actions(place), axis=-1)
        return self._chosen[place]


def _stacked(values: list[FloatArray]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*values), axis=-1)


def _total(terms: Iterator[FloatArray]) -> FloatArray:
    first = next(terms)
    return sum(terms, first)


def _is_distribution(mix: FloatArray) -> FloatArray:
    return np.asarray((mix >= -_SUM).all(axis=-1) & (np.abs(mix.sum(axis=-1) - 1.0) <= _SUM))


def _mean_of_others(values: list[FloatArray], player: int) -> FloatArray:
    others = [value for other, value in enumerate(values) if other != player]
    return _total(iter(others)) / len(others) if others else np.zeros_like(values[0])
