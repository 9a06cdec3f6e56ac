"""Gambit's files of games in strategic form, with payoffs cell by cell or with named outcomes.

Profiles are listed with the first player's strategy changing fastest.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from collsec.forms.normal import NormalForm
from collsec.interchange.scanner import FileError, Scanner, distinct, quoted
from collsec.parameters import FloatArray, ParameterError

MAX_PLAYERS = 63
"""numpy's arrays have 64 axes at most, of which one is that of the players."""


def read_nfg(text: str, path: Path | str = "<text>") -> NormalForm:
    """Return the game of an .nfg file, in the payoff version or the outcome version.

    Rational numbers are rounded to the nearest float. Strategies and players without names, or
    with the same, are numbered. Raises `FileError` with file and line where the text is no such
    game.
    """
    scanner = Scanner(path, text)
    scanner.expect("NFG", "NFG")
    scanner.expect("1", "the version")
    kind = scanner.take("R or D")
    if kind.text not in ("R", "D"):
        raise scanner.error("the kind of numbers must be R or D; write NFG 1 R", kind.line)
    scanner.text("the title")
    names = scanner.braced(lambda: scanner.text("a player's name"), "the players' names")
    if not names:
        raise scanner.error("the game has no players; name them between braces")
    if len(names) > MAX_PLAYERS:
        message = f"the game has {len(names)} players; a table holds at most {MAX_PLAYERS}"
        raise scanner.error(message)
    players = distinct(names, "player")
    actions = _strategies(scanner, len(players))
    if scanner.is_text:
        scanner.text("the comment")
    size = math.prod(map(len, actions))
    cells = _outcomes(scanner, size, len(players)) if scanner.is_at("{") else None
    cells = _payoffs(scanner, size, len(players)) if cells is None else cells
    if scanner.has_more:
        raise scanner.error(f"more stands here than the game's {size} profiles; remove it")
    shape = tuple(map(len, actions))
    table = np.stack([cells[:, i].reshape(shape, order="F") for i in range(len(players))])
    return NormalForm(table, players, actions)


def write_nfg(form: NormalForm, title: str = "", comment: str = "") -> str:
    """Return one game as an .nfg file in the payoff version, which reads back bit for bit."""
    if form.batch_shape:
        raise ParameterError(
            "write_nfg", "batch", form.batch_shape, "a file holds one game",
            "take one point of the sweep",
        )  # fmt: skip
    names = " ".join(map(quoted, form.players))
    strategies = "\n".join("{ " + " ".join(map(quoted, own)) + " }" for own in form.actions)
    cells = np.stack([form.utility(i).ravel(order="F") for i in range(len(form.players))], axis=-1)
    rows = "\n".join(" ".join(map(repr, row)) for row in cells.tolist())
    head = f"NFG 1 R {quoted(title)} {{ {names} }}"
    return f"{head}\n\n{{ {strategies}\n}}\n{quoted(comment)}\n\n{rows}\n"


def _strategies(scanner: Scanner, n_players: int) -> tuple[tuple[str, ...], ...]:
    line = scanner.line
    found = scanner.braced(lambda: _own_strategies(scanner), "the strategies")
    if len(found) != n_players:
        message = f"strategies are given for {len(found)} of {n_players} players; give all"
        raise FileError(scanner.path, line, message)
    return tuple(found)


def _own_strategies(scanner: Scanner) -> tuple[str, ...]:
    line = scanner.line
    if not scanner.is_at("{"):
        count = scanner.whole("the number of a player's strategies", low=1)
        if count > scanner.n_left:
            message = f"{count} strategies have more payoffs than stand here; write fewer"
            raise FileError(scanner.path, line, message)
        return tuple(str(k + 1) for k in range(count))
    labels = scanner.braced(lambda: scanner.text("a strategy's name"), "a player's strategies")
    if not labels:
        raise FileError(scanner.path, line, "a player has no strategy; give one or more")
    return distinct(labels, "strategy")


def _payoffs(scanner: Scanner, size: int, n_players: int) -> FloatArray:
    wanted = f"one of {size * n_players} payoffs"
    return np.array([[scanner.number(wanted) for _ in range(n_players)] for _ in range(size)])


def _outcomes(scanner: Scanner, size: int, n_players: int) -> FloatArray:
    """Return payoffs by profile; outcome 0 pays nothing."""
    listed = scanner.braced(lambda: _outcome(scanner, n_players), "the outcomes")
    payoffs = np.array([[0.0] * n_players, *listed])
    cells = []
    for _ in range(size):
        line = scanner.line
        number = scanner.whole(f"the outcome of one of {size} profiles")
        if number >= len(payoffs):
            message = f"outcome {number} is not among the {len(listed)} listed; add it"
            raise FileError(scanner.path, line, message)
        cells.append(payoffs[number])
    return np.array(cells)


def _outcome(scanner: Scanner, n_players: int) -> list[float]:
    line = scanner.line
    scanner.expect("{", "a brace before an outcome")
    scanner.text("the outcome's name")
    payoffs = []
    while not scanner.is_at("}"):
        payoffs.append(scanner.number("a payoff"))
    scanner.take("}")
    if len(payoffs) != n_players:
        message = f"the outcome has {len(payoffs)} payoffs for {n_players} players; give one each"
        raise FileError(scanner.path, line, message)
    return payoffs
