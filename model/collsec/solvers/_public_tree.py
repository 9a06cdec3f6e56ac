"""A tree of two players with private types and public moves, read out of a `TreeForm`.

Chance deals types first; from then on every move and every draw is seen by both. A player's
information set is then its type together with what happened so far, its history. The tree is one
for the whole batch, whose games stand on one axis; payoffs and chances are arrays over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from collsec.forms.tree import Lottery, Move, Node, Terminal, TreeForm
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError

MAX_TYPES = 4
_SAME = 1e-12
History = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Finish:
    """A history at which play is over: each player's payoffs.

    `stakes[i]` has shape (n_games, n_types of i, n_types of the other).
    """

    stakes: tuple[FloatArray, FloatArray]

    def take(self, games: IntArray) -> Finish:
        """Return the end in some of the games."""
        return Finish((self.stakes[0][games], self.stakes[1][games]))


@dataclass(frozen=True, eq=False)
class Draw:
    """A history at which chance moves for all to see; each chance has shape (n_games)."""

    children: tuple[int, ...]
    chances: tuple[FloatArray, ...]

    def take(self, games: IntArray) -> Draw:
        """Return the draw in some of the games."""
        return Draw(self.children, tuple(chance[games] for chance in self.chances))


@dataclass(frozen=True, eq=False)
class Turn:
    """A history at which a player moves: what follows each action, and what each type can do.

    `sets` are the positions of the information sets in the form, one per type.
    """

    player: int
    children: dict[str, int]
    sets: tuple[int, ...]
    actions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Deal:
    """One way in which chance may deal types: how likely, shape (n_games), and to whom which."""

    chance: FloatArray
    types: tuple[int, int]
    nodes: dict[History, int]


@dataclass(frozen=True, eq=False)
class PublicTree:
    """All histories, the root first, each before those behind it.

    `prior` is the chance of each pair of types, shape (n_games, n_types, n_types of the other).
    """

    histories: tuple[Finish | Draw | Turn, ...]
    entries: tuple[tuple[int, str] | None, ...]
    prior: FloatArray
    deals: tuple[Deal, ...]
    names: tuple[History, ...]

    def n_types(self, player: int) -> int:
        """Return the number of types of a player."""
        return int(self.prior.shape[1 + player])

    def possible(self, player: int) -> BoolArray:
        """Return which types of a player have a positive chance, shape (n_games, n_types)."""
        return np.asarray(self.prior.sum(axis=2 - player) > 0)

    def odds(self, player: int) -> FloatArray:
        """Return how likely a type holds the other's to be, up to scale; own types first.

        A type without any chance holds what the others' types are likely to be at large.
        """
        joint = self.prior if player == 0 else np.swapaxes(self.prior, 1, 2)
        has_chance = joint.sum(axis=2, keepdims=True) > 0
        return np.where(has_chance, joint, joint.sum(axis=1, keepdims=True))

    def turns(self, player: int) -> Iterator[tuple[int, Turn]]:
        """Yield the histories at which a player moves."""
        for h, at in enumerate(self.histories):
            if isinstance(at, Turn) and at.player == player:
                yield h, at

    def take(self, games: IntArray) -> PublicTree:
        """Return the tree with some of its games."""
        return replace(
            self,
            histories=tuple(
                at if isinstance(at, Turn) else at.take(games) for at in self.histories
            ),
            prior=self.prior[games],
            deals=tuple(replace(deal, chance=deal.chance[games]) for deal in self.deals),
        )


def read(form: TreeForm) -> PublicTree:
    """Return the public tree of games on one axis; raise `ParameterError` where there is none."""
    if len(form.players) != 2:
        raise _error("players", form.players, "must be two", "merge or drop players")
    if not form.information_sets:
        raise _error("moves", "none", "nobody has a choice", "use backward_induction")
    drawn = [
        _Drawn(chance, _walk(form, root))
        for chance, root in _deals(form, 0, np.ones(len(form.table)))
    ]
    types = [_types(form, drawn, player) for player in (0, 1)]
    deals = [Deal(one.chance, (types[0][k], types[1][k]), one.nodes) for k, one in enumerate(drawn)]
    prior = np.zeros((len(form.table), max(types[0]) + 1, max(types[1]) + 1))
    for deal in deals:
        prior[:, *deal.types] += deal.chance
    _check(form, prior)
    return _Reading(form, deals, prior).tree()


@dataclass(frozen=True, eq=False)
class _Drawn:
    chance: FloatArray
    nodes: dict[History, int]


def _deals(form: TreeForm, i: int, chance: FloatArray) -> Iterator[tuple[FloatArray, int]]:
    node = form.nodes[i]
    if not isinstance(node, Lottery) or _is_public(form, i):
        yield chance, i
        return
    for k, child in enumerate(node.children):
        yield from _deals(form, child, chance * form.probabilities[:, node.first + k])


def _is_public(form: TreeForm, i: int) -> bool:
    """Return whether all that follows on a draw is known to both, no types being dealt later."""
    ahead = form.nodes[i].children
    if any(isinstance(form.nodes[k], Lottery) and not _is_public(form, k) for k in ahead):
        return False
    seen = [set(_places(form, _walk(form, child).values())) for child in ahead]
    return len(set().union(*seen)) == sum(map(len, seen))


def _walk(form: TreeForm, root: int) -> dict[History, int]:
    found: dict[History, int] = {}
    open_: list[tuple[History, int]] = [((), root)]
    while open_:
        history, i = open_.pop()
        found[history] = i
        labels = _labels(form, i)
        open_ += [
            ((*history, label), child)
            for label, child in zip(labels, form.nodes[i].children, strict=True)
        ]
    return found


def _labels(form: TreeForm, i: int) -> tuple[str, ...]:
    match form.nodes[i]:
        case Lottery(outcomes=outcomes):
            return outcomes
        case Move(information_set=place):
            return form.information_sets[place].actions
        case _:
            return ()


def _types(form: TreeForm, drawn: list[_Drawn], player: int) -> list[int]:
    """Return the player's type in every deal: deals that share an information set have the same."""
    seen = [_sets_of(form, one, player) for one in drawn]
    groups: list[tuple[set[int], list[int]]] = []
    for k, sets in enumerate(seen):
        mine = [g for g in groups if g[0] & sets or not (g[0] or sets)]
        merged = (sets.union(*(g[0] for g in mine)), [k, *(m for g in mine for m in g[1])])
        groups = [g for g in groups if not any(g is old for old in mine)] + [merged]
    groups.sort(key=lambda group: min(group[1]))
    return [next(t for t, g in enumerate(groups) if k in g[1]) for k in range(len(drawn))]


def _sets_of(form: TreeForm, one: _Drawn, player: int) -> set[int]:
    places = set(_places(form, one.nodes.values()))
    return {place for place in places if form.information_sets[place].player == player}


def _places(form: TreeForm, nodes: Iterable[int]) -> Iterator[int]:
    """Yield the information sets of nodes at which somebody moves."""
    moves = (form.nodes[i] for i in nodes)
    return (node.information_set for node in moves if isinstance(node, Move))


def _check(form: TreeForm, prior: FloatArray) -> None:
    for player in (0, 1):
        if prior.shape[1 + player] > MAX_TYPES:
            raise _error(
                "types", prior.shape[1 + player],
                f"{form.players[player]} has more than {MAX_TYPES} types", "merge types",
            )  # fmt: skip
    rows, columns = prior.sum(axis=2) > 0, prior.sum(axis=1) > 0
    never = rows[:, :, None] & columns[:, None, :] & (prior <= 0)
    if np.any(never):
        first = prior[np.argmax(never.any(axis=(1, 2)))]
        raise _error(
            "types", first, "some types of the two players never meet",
            "give every pair of types a positive chance; moves after a draw that only one side "
            "sees, or hidden moves, are beyond this solver",
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Reading:
    form: TreeForm
    deals: list[Deal]
    prior: FloatArray

    def tree(self) -> PublicTree:
        names = self._order()
        number = {name: h for h, name in enumerate(names)}
        histories = [self._history(name, number) for name in names]
        entries: list[tuple[int, str] | None] = [
            (number[name[:-1]], name[-1]) if name else None for name in names
        ]
        self._check_sets(histories)
        return PublicTree(
            tuple(histories), tuple(entries), self.prior, tuple(self.deals), tuple(names)
        )

    def _order(self) -> list[History]:
        """Return all histories, each before those behind it, actions in the form's order."""
        known: dict[History, None] = {}
        for deal in self.deals:
            known.update(dict.fromkeys(deal.nodes))
        return sorted(known, key=len)

    def _history(self, name: History, number: dict[History, int]) -> Finish | Draw | Turn:
        here = [(deal, deal.nodes[name]) for deal in self.deals if name in deal.nodes]
        nodes = [self.form.nodes[i] for _, i in here]
        followers = {n[-1]: h for n, h in number.items() if n and n[:-1] == name}
        if all(isinstance(node, Terminal) for node in nodes):
            return self._finish(here)
        lotteries = [node for node in nodes if isinstance(node, Lottery)]
        if len(lotteries) == len(nodes):
            drawn = self._public(name, lotteries)
            return Draw(tuple(followers[label] for label in drawn), tuple(drawn.values()))
        return self._turn(name, here, followers)

    def _public(self, name: History, lotteries: list[Lottery]) -> dict[str, FloatArray]:
        all_ = [
            {
                label: self.form.probabilities[:, one.first + k]
                for k, label in enumerate(one.outcomes)
            }
            for one in lotteries
        ]
        for drawn in all_:
            if drawn.keys() != all_[0].keys() or any(
                np.any(abs(drawn[label] - all_[0][label]) > _SAME) for label in drawn
            ):
                raise _error(
                    "draw after " + (", ".join(name) or "the deal"), drawn,
                    "chances must not depend on the types", "let chance deal types first",
                )  # fmt: skip
        return all_[0]

    def _finish(self, here: list[tuple[Deal, int]]) -> Finish:
        weight, plain = np.zeros(self.prior.shape), np.zeros(self.prior.shape[1:])
        sums = np.zeros((2, 2, *self.prior.shape))
        for deal, i in here:
            row = self.form.table[:, _position(self.form.nodes[i])]
            weight[:, *deal.types] += deal.chance
            plain[deal.types] += 1
            for player in (0, 1):
                sums[(0, player, slice(None), *deal.types)] += deal.chance * row[:, player]
                sums[(1, player, slice(None), *deal.types)] += row[:, player]
        mean = np.where(
            weight > 0, sums[0] / np.where(weight > 0, weight, 1), sums[1] / np.maximum(plain, 1)
        )
        return Finish((mean[0], np.swapaxes(mean[1], 1, 2)))

    def _turn(self, name: History, here: list[tuple[Deal, int]], followers: dict[str, int]) -> Turn:
        player = self._mover(name, [i for _, i in here])
        sets: dict[int, int] = {}
        for deal, i in here:
            place = _place(self.form.nodes[i])
            if sets.setdefault(deal.types[player], place) != place:
                raise _error(
                    "information set", self.form.information_sets[place].name,
                    "one type must know the same, whatever the other's type",
                    "let every move be seen by both",
                )  # fmt: skip
        order = range(self.prior.shape[1 + player])
        places = tuple(sets.get(t, -1) for t in order)
        actions = tuple(
            self.form.information_sets[place].actions if place >= 0 else () for place in places
        )
        return Turn(player, followers, places, actions)

    def _mover(self, name: History, nodes: list[int]) -> int:
        places = {_place(self.form.nodes[i]) for i in nodes}
        players = {self.form.information_sets[p].player if p >= 0 else -1 for p in places}
        if len(players) > 1 or players == {-1}:
            raise _error(
                "history", ", ".join(name) or "the start", "who moves depends on the types",
                "give the same player the move whatever the types are",
            )  # fmt: skip
        return players.pop()

    def _check_sets(self, histories: list[Finish | Draw | Turn]) -> None:
        used = [
            place for at in histories if isinstance(at, Turn) for place in at.sets if place >= 0
        ]
        for place in used:
            if used.count(place) > 1:
                raise _error(
                    "information set", self.form.information_sets[place].name,
                    "its player does not see what the other did",
                    "let every move be seen by both, or use a solver of games in strategic form: "
                    "collsec.interchange.as_normal",
                )  # fmt: skip


def _place(node: Node) -> int:
    return node.information_set if isinstance(node, Move) else -1


def _position(node: Node) -> int:
    return node.position if isinstance(node, Terminal) else -1


def _error(key: str, value: object, rule: str, remedy: str) -> ParameterError:
    return ParameterError("signalling", key, value, rule, remedy)
