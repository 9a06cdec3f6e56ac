"""Gambit's files of games in extensive form.

Payoffs of outcomes on the way add up to those at the end. Nodes are listed from the root, each
followed by all that comes behind its first action, then its second, and so on.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from collsec.forms._tree_growth import MAX_DEPTH
from collsec.forms.branches import Branch, Chance, Decision, chance, decision, end
from collsec.forms.tree import InformationSet, Lottery, Move, Terminal, TreeForm
from collsec.interchange.odds import with_sum_one
from collsec.interchange.scanner import FileError, Scanner, distinct, quoted
from collsec.parameters import ParameterError

_SUM = 1e-9


def read_efg(text: str, path: Path | str = "<text>") -> TreeForm:
    """Return the game of an .efg file.

    Rational numbers are rounded to the nearest float. Information sets, actions and players
    without names, or with the same, are numbered. Raises `FileError` with file and line where the
    text is no such game, or where a player forgets what it knew.
    """
    scanner = Scanner(path, text)
    scanner.expect("EFG", "EFG")
    scanner.expect("2", "the version")
    kind = scanner.take("R or D")
    if kind.text not in ("R", "D"):
        raise scanner.error("the kind of numbers must be R or D; write EFG 2 R", kind.line)
    title = scanner.text("the title")
    names = scanner.braced(lambda: scanner.text("a player's name"), "the players' names")
    if not names:
        raise scanner.error("the game has no players; name them between braces")
    players = distinct(names, "player")
    if scanner.is_text:
        scanner.text("the comment")
    line = scanner.line
    reading = _Reading(scanner, players)
    root = reading.branch((0.0,) * len(players))
    if scanner.has_more:
        raise scanner.error("more nodes stand here than the tree has room for; remove them")
    try:
        return TreeForm.grow(reading.named(root), players, title)
    except ParameterError as error:
        raise FileError(path, reading.line_of(error.value) or line, str(error)) from None


def write_efg(form: TreeForm, title: str = "", comment: str = "") -> str:
    """Return one game as an .efg file, which reads back bit for bit, but for what odds lack of one.

    Each end of the tree is an outcome of its own, and each draw of chance an information set; where
    several have one name, all but the first are numbered. The title is the tree's own where none is
    given. Probabilities that no decimals with sum one stand for are written as ratios, for Gambit
    takes no others; see `collsec.interchange.odds`.
    """
    if form.batch_shape:
        raise ParameterError(
            "write_efg", "batch", form.batch_shape, "a file holds one game",
            "take one point of the sweep",
        )  # fmt: skip
    players = " ".join(map(quoted, form.players))
    places, draws, lines = _numbered(form), _Draws(form), []
    for node in form.nodes:
        match node:
            case Terminal():
                lines.append(_terminal(form, node))
            case Lottery():
                lines.append(draws.line(node))
            case Move(information_set=place):
                lines.append(_move(form.information_sets[place], places[place]))
    head = f"EFG 2 R {quoted(title or form.title)} {{ {players} }}"
    return "\n".join([head, quoted(comment), "", *lines, ""])


def _numbered(form: TreeForm) -> list[int]:
    """Return the number of each information set among those of its player, from 1."""
    counts = [itertools.count(1) for _ in form.players]
    return [next(counts[known.player]) for known in form.information_sets]


def _terminal(form: TreeForm, node: Terminal) -> str:
    payoffs = ", ".join(map(repr, form.table[node.position].tolist()))
    return f't "" {node.position + 1} {quoted(node.label)} {{ {payoffs} }}'


class _Draws:
    """The draws met so far: each has a number, and no name twice, which Gambit would refuse."""

    def __init__(self, form: TreeForm) -> None:
        self._form = form
        self._numbers = itertools.count(1)
        self._labels = {""}

    def line(self, node: Lottery) -> str:
        """Return the line of a draw; a name that was given before is followed by a number."""
        first, number = node.first, next(self._numbers)
        label = node.label
        while label in self._labels and node.label:
            label = f"{label} {number}"
        self._labels.add(label)
        drawn = self._form.probabilities[first : first + len(node.outcomes)].tolist()
        named = zip(node.outcomes, with_sum_one(drawn), strict=True)
        parts = " ".join(f"{quoted(name)} {odds}" for name, odds in named)
        return f'c "" {number} {quoted(label)} {{ {parts} }} 0'


def _move(known: InformationSet, number: int) -> str:
    actions = " ".join(map(quoted, known.actions))
    return f'p "" {known.player + 1} {number} {quoted(known.name)} {{ {actions} }} 0'


@dataclass
class _Known:
    """What the file says of an information set when it first names it."""

    line: int
    label: str
    actions: tuple[str, ...]
    chances: tuple[float, ...] = ()


@dataclass
class _Reading:
    scanner: Scanner
    players: tuple[str, ...]
    outcomes: dict[int, tuple[float, ...]] = field(default_factory=dict)
    sets: dict[tuple[int, int], _Known] = field(default_factory=dict)

    def branch(self, paid: tuple[float, ...], depth: int = 0) -> Branch:
        """Return the next node and all behind it; `paid` is what outcomes above it add up to."""
        line = self.scanner.line
        if depth > MAX_DEPTH:
            self._fail(line, f"the tree is more than {MAX_DEPTH} moves deep; cut it off before")
        kind = self.scanner.take("a node: c, p or t").text
        if kind not in ("c", "p", "t"):
            message = f"{kind} is no kind of node; write c (chance), p (player) or t (terminal)"
            raise FileError(self.scanner.path, line, message)
        self.scanner.text("the node's name")
        if kind == "t":
            label, added = self._outcome(line)
            payoffs = tuple(map(_plus, paid, added))
            if not all(map(math.isfinite, payoffs)):
                self._fail(line, "payoffs on the way add up to infinity; rescale them")
            return end(*payoffs, label=label)
        player = 0
        if kind == "p":
            player = self.scanner.whole("the number of the player", low=1)
            if player > len(self.players):
                n_players = len(self.players)
                self._fail(line, f"there is no player {player}; write one from 1 to {n_players}")
        number = self.scanner.whole("the number of the information set")
        known = self._set(player, number, line)
        _, added = self._outcome(line)
        paid = tuple(map(_plus, paid, added))
        ahead = [self.branch(paid, depth + 1) for _ in known.actions]
        if kind == "c":
            drawn = zip(known.chances, ahead, strict=True)
            return chance(dict(zip(known.actions, drawn, strict=True)), known.label)
        key = f"{player} {number}"
        return decision(self.players[player - 1], key, dict(zip(known.actions, ahead, strict=True)))

    def named(self, branch: Branch) -> Branch:
        """Return the tree with the labels of information sets where these tell them apart."""
        return _renamed(branch, self._labels())

    def line_of(self, name: object) -> int:
        """Return the line that first names the information set of this name; 0 if there is none."""
        places = {f"{player} {number}": known.line for (player, number), known in self.sets.items()}
        return next((places[key] for key, label in self._labels().items() if label == name), 0)

    def _labels(self) -> dict[str, str]:
        """Return the name of each player's information set, by player and number.

        Labels that do not tell them apart follow on what does; no two names are the same.
        """
        labels = {f"{i} {number}": known.label for (i, number), known in self.sets.items() if i}
        given = list(labels.values())
        for key, label in labels.items():
            if not label or given.count(label) > 1:
                owner, place = key.split()
                name = f"{self.players[int(owner) - 1]} {place}" + f" {label}".rstrip()
                while name in given:
                    name += " *"
                labels[key] = name
                given.append(name)
        return labels

    def _set(self, player: int, number: int, line: int) -> _Known:
        scanner, old = self.scanner, self.sets.get((player, number))
        label = scanner.text("the information set's name") if scanner.is_text else ""
        if not scanner.is_at("{"):
            if old is None:
                self._fail(line, f"information set {number} is new; list its actions")
            return old
        if player:
            labels = scanner.braced(lambda: scanner.text("an action's name"), "the actions")
            known = _Known(line, label, distinct(labels, "action"))
        else:
            drawn = scanner.braced(
                lambda: (scanner.text("an outcome's name"), scanner.number("its probability")),
                "the outcomes of chance",
            )
            chances = tuple(probability for _, probability in drawn)
            names = distinct([name for name, _ in drawn], "outcome")
            known = _Known(line, label, names, chances)
            if min(chances, default=0.0) < 0 or abs(sum(chances) - 1) > _SUM:
                self._fail(line, f"probabilities {chances} must be >= 0 and sum to 1; correct them")
        if not known.actions:
            self._fail(line, "the node has no actions; end the play with a t node")
        if old is not None and (old.actions, old.chances) != (known.actions, known.chances):
            self._fail(line, f"information set {number} had other actions above; make them agree")
        return self.sets.setdefault((player, number), known)

    def _outcome(self, line: int) -> tuple[str, tuple[float, ...]]:
        scanner = self.scanner
        number = scanner.whole("the number of the outcome")
        label = scanner.text("the outcome's name") if scanner.is_text else ""
        none = (0.0,) * len(self.players)
        if scanner.is_at("{"):
            payoffs = tuple(scanner.braced(lambda: scanner.number("a payoff"), "the payoffs"))
            if len(payoffs) != len(self.players):
                message = f"{len(payoffs)} payoffs for {len(self.players)} players; give one each"
                self._fail(line, message)
            if number and self.outcomes.setdefault(number, payoffs) != payoffs:
                self._fail(line, f"outcome {number} paid something else above; renumber it")
            return label, payoffs if number else none
        if number and number not in self.outcomes:
            self._fail(line, f"outcome {number} is new; list its payoffs between braces")
        return label, self.outcomes.get(number, none)

    def _fail(self, line: int, message: str) -> NoReturn:
        raise FileError(self.scanner.path, line, message)


def _plus(first: float, second: float) -> float:
    return first + second


def _renamed(branch: Branch, labels: dict[str, str]) -> Branch:
    match branch:
        case Decision(player=player, information_set=key, branches=branches):
            ahead = {action: _renamed(after, labels) for action, after in branches.items()}
            return decision(player, labels[key], ahead)
        case Chance(branches=drawn, label=label):
            after = {name: (odds, _renamed(item, labels)) for name, (odds, item) in drawn.items()}
            return chance(after, label)
        case _:
            return branch
