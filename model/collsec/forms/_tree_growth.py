"""How a tree of branches becomes lists of nodes and information sets, and what must hold of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from collsec.forms.branches import Amount, Branch, Chance, Decision, End
from collsec.parameters import FloatArray, ParameterError

MAX_DEPTH = 250
"""Deeper trees are refused: what goes through them calls itself at every move."""


@dataclass(frozen=True)
class Terminal:
    """The end of a play: its row in the table of payoffs, and its label."""

    position: int
    label: str = ""
    children: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lottery:
    """A draw of chance; its probabilities start at `first`."""

    first: int
    outcomes: tuple[str, ...]
    children: tuple[int, ...]
    label: str = ""


@dataclass(frozen=True)
class Move:
    """A decision in an information set, given by its position."""

    information_set: int
    children: tuple[int, ...]


Node = Terminal | Lottery | Move


@dataclass(frozen=True)
class InformationSet:
    """Nodes that a player cannot tell apart, and the actions it has there."""

    name: str
    player: int
    actions: tuple[str, ...]
    nodes: tuple[int, ...]


Met = tuple[int, InformationSet, list[int]]
"""The place of an information set, what it is, and its nodes so far."""


@dataclass
class Growth:
    """A tree while it grows."""

    players: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)
    payoffs: list[tuple[Amount, ...]] = field(default_factory=list)
    probabilities: list[Amount] = field(default_factory=list)
    known: dict[str, Met] = field(default_factory=dict)

    @property
    def information_sets(self) -> list[InformationSet]:
        """The information sets, in the order in which they were met."""
        return [replace(known, nodes=tuple(nodes)) for _, known, nodes in self.known.values()]

    def add(self, branch: Branch, depth: int = 0) -> int:
        """Add a branch and all behind it; return the number of its first node."""
        if depth > MAX_DEPTH:
            raise _error(
                "moves", depth, f"one behind the other must not exceed {MAX_DEPTH}",
                "cut the play off before, with what the rest is worth as payoffs",
            )  # fmt: skip
        place = len(self.nodes)
        self.nodes.append(Terminal(len(self.payoffs)))
        match branch:
            case End():
                self._end(place, branch)
            case Decision():
                number = self._join(place, branch)
                children = tuple(self.add(ahead, depth + 1) for ahead in branch.branches.values())
                self.nodes[place] = Move(number, children)
            case Chance():
                first = len(self.probabilities)
                self.probabilities += [chance for chance, _ in branch.branches.values()]
                children = tuple(
                    self.add(after, depth + 1) for _, after in branch.branches.values()
                )
                self.nodes[place] = Lottery(first, tuple(branch.branches), children, branch.label)
        if not isinstance(branch, End) and not branch.branches:
            raise _error("branches", "{}", "must not be empty", "end the play with end(...)")
        return place

    def _end(self, place: int, branch: End) -> None:
        if len(branch.payoffs) != len(self.players):
            raise _error(
                f"payoffs of end {branch.label!r}", len(branch.payoffs),
                f"must be {len(self.players)} numbers", "give one payoff per player",
            )  # fmt: skip
        self.nodes[place] = Terminal(len(self.payoffs), branch.label)
        self.payoffs.append(branch.payoffs)

    def _join(self, place: int, branch: Decision) -> int:
        if branch.player not in self.players:
            raise _error(
                "player", branch.player, f"must be one of {', '.join(self.players)}",
                "name the player in `players`",
            )  # fmt: skip
        name, actions = branch.information_set, tuple(branch.branches)
        player = self.players.index(branch.player)
        new: Met = (len(self.known), InformationSet(name, player, actions, ()), [])
        number, old, nodes = self.known.setdefault(name, new)
        if (old.player, old.actions) != (player, actions):
            raise _error(
                "information set", name, "must have one player and the same actions at every node",
                "give the sets different names, or the nodes the same actions in the same order",
            )  # fmt: skip
        nodes.append(place)
        return number


def grow(root: Branch, players: tuple[str, ...]) -> Growth:
    """Return the lists that a tree of branches becomes."""
    if not players:
        raise _error("players", players, "must not be empty", "name one who plays, or more")
    if len(set(players)) < len(players):
        raise _error("players", players, "must have different names", "rename one of them")
    growth = Growth(players)
    growth.add(root)
    return growth


def stacked(values: Sequence[Amount]) -> FloatArray:
    """Return numbers and arrays along one new last axis."""
    if not values:
        return np.empty(0)
    return np.stack(np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in values)), -1)


def stacked_payoffs(payoffs: Sequence[tuple[Amount, ...]], n_players: int) -> FloatArray:
    """Return the table of payoffs, shape (*batch, n_terminals, n_players)."""
    flat = stacked([amount for row in payoffs for amount in row])
    return flat.reshape(*flat.shape[:-1], len(payoffs), n_players)


def parents(nodes: Sequence[Node]) -> dict[int, tuple[int, int]]:
    """Return for every node but the root its parent and the branch that leads to it."""
    return {
        child: (i, branch)
        for i, node in enumerate(nodes)
        for branch, child in enumerate(node.children)
    }


def check_recall(nodes: Sequence[Node], known: Sequence[InformationSet]) -> None:
    """Raise `ParameterError` where a player would forget what it knew or did."""
    above = parents(nodes)
    for item in known:
        memories = {_memory(node, item.player, nodes, known, above) for node in item.nodes}
        if len(memories) > 1:
            raise _error(
                "information set", item.name, "its player forgets an earlier move or observation",
                "split the set: solvers and certificates need perfect recall",
            )  # fmt: skip


def by_memory(
    nodes: Sequence[Node], known: Sequence[InformationSet]
) -> Iterator[tuple[int, int | None]]:
    """Yield every information set behind its player's previous one, with that one or None."""
    above = parents(nodes)
    memories = [_memory(item.nodes[0], item.player, nodes, known, above) for item in known]
    for place in sorted(range(len(known)), key=lambda k: len(memories[k])):
        yield place, memories[place][0][0] if memories[place] else None


def _memory(
    node: int,
    player: int,
    nodes: Sequence[Node],
    known: Sequence[InformationSet],
    above: dict[int, tuple[int, int]],
) -> tuple[tuple[int, int], ...]:
    """Return the player's own information sets and actions on the way to a node, latest first."""
    past = []
    while node in above:
        node, branch = above[node]
        at = nodes[node]
        if isinstance(at, Move) and known[at.information_set].player == player:
            past.append((at.information_set, branch))
    return tuple(past)


def _error(key: str, value: object, rule: str, remedy: str) -> ParameterError:
    return ParameterError("tree_form", key, value, rule, remedy)
