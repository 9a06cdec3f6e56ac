"""Games in files of other programs: solve one, or write one of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collsec import solvers
from collsec.assumptions import Assumptions
from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.forms.normal import NormalForm
from collsec.forms.tree import BELIEF, TreeForm
from collsec.interchange import read_game, write_game
from collsec.parameters import ParameterError
from collsec.solvers.signalling import SequentialEquilibria
from collsec.study.report import name_of, plain
from collsec.study.request import request
from collsec.study.tables import say, show_rows


def export(game: str, kind: str, under: str, sets: Sequence[str], points: int | None = None) -> str:
    """Return the text of a file of this kind, "nfg" or "efg", that holds a game of ours.

    A game with a continuum of choices is written with so many `points` of it.

    Raises `ParameterError` where the game has neither table nor tree, or where the values set make
    a sweep of many games.
    """
    ((played, school, _),) = request(game, [under], [None], sets)
    return write_game(played.form().under(school), kind, points)


def refuse_values(path: str, sets: Sequence[str], institution: str | None) -> None:
    """Raise `ParameterError` where parameters or an institution are set for a game in a file."""
    given = [*sets, *([institution] if institution else [])]
    if given:
        raise ParameterError(
            path, "--set and --institution", given, "mean nothing to a game in a file",
            "change the file",
        )  # fmt: skip


def answer_file(path: Path | str, under: Assumptions) -> dict[str, Any]:
    """Solve the game of a file; return what is known of its equilibria, ready for JSON.

    Each of `equilibria` has `strategies`, by player or information set and action, `beliefs` by
    information set, `payoffs` in the order of `players`, and `regret`. `n_not_sequential` counts
    the Nash profiles that were left out, None where the solver looks for no such thing.
    """
    form = read_game(path).under(under)
    found = solvers.solve(form)
    return {
        "file": str(path),
        "under": name_of(under),
        "players": list(form.players),
        "equilibria": [_equilibrium(form, found, place) for place in range(int(found.count))],
        "complete": bool(found.complete),
        "scope": found.scope,
        "method": found.method,
        "n_not_sequential": _filtered(found),
    }


def show_file(found: Mapping[str, Any]) -> None:
    """Print the equilibria of the game of a file."""
    number = len(found["equilibria"])
    noun = "equilibrium" if number == 1 else "equilibria"
    known = "all there are" if found["complete"] else "perhaps not all there are"
    say(f"{found['file']} under {found['under']} assumptions", "bold", is_whole=True)
    say(f"{number} {noun}, {known} in scope: {found['scope']}. Solver: {found['method']}.")
    if found["n_not_sequential"]:
        say(f"{found['n_not_sequential']} Nash profiles left out: they are not sequential.")
    for place, one in enumerate(found["equilibria"]):
        say()
        rows = [
            (where, action, chance)
            for where, mix in one["strategies"].items()
            for action, chance in mix.items()
        ]
        show_rows(("where", "action", "probability"), rows, f"Equilibrium #{place + 1}")
        paid = zip(found["players"], one["payoffs"], strict=True)
        say("Payoffs: " + ", ".join(f"{name} {value:.6g}" for name, value in paid))
        for where, belief in one["beliefs"].items():
            say(f"Belief at {where}: " + ", ".join(f"{share:.6g}" for share in belief))
        say(f"Regret: {one['regret']:.3g}")


def _filtered(found: Equilibria) -> int | None:
    return int(found.n_not_sequential) if isinstance(found, SequentialEquilibria) else None


def _equilibrium(form: Form, found: Equilibria, place: int) -> dict[str, Any]:
    mixes = found.strategies
    return {
        "strategies": {
            name: dict(zip(actions, plain(mixes[name][place]), strict=True))
            for name, actions in _choices(form).items()
        },
        "beliefs": {
            name.removeprefix(BELIEF): plain(belief[place])
            for name, belief in mixes.items()
            if name.startswith(BELIEF)
        },
        "payoffs": plain(found.payoffs[place]),
        "regret": plain(found.regret[place]),
    }


def _choices(form: Form) -> dict[str, tuple[str, ...]]:
    """Return the names of the actions, by player or by information set."""
    if isinstance(form, TreeForm):
        return {known.name: known.actions for known in form.information_sets}
    if isinstance(form, NormalForm):
        return dict(zip(form.players, form.actions, strict=True))
    return {}
