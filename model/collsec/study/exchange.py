"""Games in files of other programs: solve one, or write one of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collsec import solvers
from collsec.assumptions import Assumptions
from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.form import Form, Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.tree import BELIEF, TreeForm
from collsec.games.game import Game
from collsec.institutions import Institution
from collsec.interchange import (
    Detail,
    as_normal,
    as_tree,
    in_normal,
    in_tree,
    read_game,
    write_game,
)
from collsec.interchange.conversion import asks, needs_equilibrium, note
from collsec.interchange.detail import POINTS
from collsec.parameters import ParameterError
from collsec.solvers.signalling import SequentialEquilibria
from collsec.study.report import name_of, plain
from collsec.study.request import request
from collsec.study.tables import say, show_rows

MOST_SHOWN = 20
"""Most equilibria of a file that are printed as tables."""
MANY_ACTIONS = 12
"""Actions of a player or information set up to which unused ones are printed, too."""


def export(
    game: str,
    kind: str,
    under: str,
    sets: Sequence[str],
    institution: str | None = None,
    *,
    points: int | None = None,
    stages: int | None = None,
) -> str:
    """Return the text of a file of this kind, "nfg" or "efg", that holds a game of ours.

    Private draws and continua of choices are cut to so many `points`, games that go on to so many
    `stages`, after which the equilibrium that the selection lever takes is played on. The file's
    title says what was asked, its comment how far the file is the game and, where an equilibrium
    has a part in it, what somebody would gain by leaving that one in the file.

    Raises `ParameterError` where the file would be too large or the values set make a sweep of many
    games, and for points and stages that mean nothing to the game.
    """
    ((played, school, design),) = request(game, [under], [institution], sets)
    form = played.form().under(school)
    _refuse_unasked(game, form, {"points": points, "stages": stages})
    title = " ".join([game, f"under {name_of(school)}", *_given(design, sets)])
    detail = Detail(POINTS if points is None else points, stages)
    try:
        return _written(played, form, school, kind, detail, title)
    except ParameterError as error:
        remedy = _with_keys(played, error.remedy)
        raise ParameterError(error.owner, error.key, error.value, error.rule, remedy) from None


_COUNTED = {"crises": "n_stages", "members": "n_members"}
"""Parameters of games by what they count."""


def _with_keys(game: Game, remedy: str) -> str:
    """Return a remedy with the parameter to set, where the game has one for what is counted."""
    for noun, key in _COUNTED.items():
        if key in game.parameters:
            remedy = re.sub(rf"(\d+) {noun}", rf"\1 {noun} (--set {key}=\1)", remedy)
    return remedy


def _written(
    played: Game, form: Form, school: Assumptions, kind: str, detail: Detail, title: str
) -> str:
    """Return the text of a file, with the comment that says how far it is the game."""
    comment = ""
    if needs_equilibrium(form) and not form.batch_shape:
        found = solvers.solve(form)
        place = int(found.choose(school.selection, played.merit(found)))
        form, profile = found.form, {k: v[place] for k, v in found.strategies.items()}
        detail = replace(detail, equilibrium=profile)
        comment = f"; the equilibrium is #{place + 1} of {int(found.count)}"
        if found.is_untraced(school.selection):
            comment += ", the worst, as which is risk-dominant is not known"
        comment += _error(form, kind, profile, detail)
    return write_game(form, kind, detail, title, note(form, kind, detail) + comment)


def _error(form: Form, kind: str, profile: Strategies, detail: Detail) -> str:
    """Return in words what is gained in a file by leaving an equilibrium of the game."""
    if kind == "efg":
        regret = as_tree(form, detail).regret(in_tree(form, profile, detail))
    else:
        regret = as_normal(form, detail).regret(in_normal(form, profile, detail))
    gain = float(regret[0])
    return f"; leaving it gains up to {gain:.2g} here" if gain > TOLERANCE else ""


def _given(design: Institution | None, sets: Sequence[str]) -> list[str]:
    named = [] if design is None else [f"with {design.label}"]
    return [*named, *(["at", ", ".join(sets)] if sets else [])]


def _refuse_unasked(game: str, form: Form, details: Mapping[str, int | None]) -> None:
    for name, value in details.items():
        if value is not None and name not in asks(form):
            raise ParameterError(
                "export", name, value, f"means nothing to {game}, which has {_HAS_NO[name]}",
                "leave it out",
            )  # fmt: skip


_HAS_NO = {
    "points": "no private draws and no continuum of choices",
    "stages": "an end",
}


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
    information set and node, which is told by what came before it, `payoffs` in the order of
    `players`, and `regret`. `n_not_sequential` counts
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
    number, large = len(found["equilibria"]), _large(found)
    noun = "equilibrium" if number == 1 else "equilibria"
    known = "all there are" if found["complete"] else "perhaps not all there are"
    say(f"{found['file']} under {found['under']} assumptions", "bold", is_whole=True)
    say(f"{number} {noun}, {known} in scope: {found['scope']}. Solver: {found['method']}.")
    if found["n_not_sequential"]:
        say(f"{found['n_not_sequential']} Nash profiles left out: they are not sequential.")
    if number > MOST_SHOWN:
        say(f"The first {MOST_SHOWN} of them follow; --json prints all.")
    if large:
        say(f"Of more than {MANY_ACTIONS} actions, only those that are used are listed.")
    for place, one in enumerate(found["equilibria"][:MOST_SHOWN]):
        say()
        rows = [
            (where, action, chance)
            for where, mix in one["strategies"].items()
            for action, chance in mix.items()
            if chance != 0 or where not in large
        ]
        show_rows(("where", "action", "probability"), rows, f"Equilibrium #{place + 1}")
        paid = zip(found["players"], one["payoffs"], strict=True)
        say("Payoffs: " + ", ".join(f"{name} {value:.6g}" for name, value in paid))
        for where, belief in one["beliefs"].items():
            say(f"Belief at {where}: {_belief(belief)}")
        say(f"Regret: {one['regret']:.3g}")


def _belief(nodes: Sequence[Mapping[str, Any]]) -> str:
    """Return how likely each node is thought to be; of many only those that are not excluded."""
    is_many = len(nodes) > MANY_ACTIONS
    return "; ".join(
        f"{node['probability']:.6g} after {', '.join(node['after'])}"
        for node in nodes
        if node["probability"] != 0 or not is_many
    )


def _large(found: Mapping[str, Any]) -> set[str]:
    """Return the players or information sets with too many actions to list them all."""
    first = found["equilibria"][0]["strategies"] if found["equilibria"] else {}
    return {where for where, mix in first.items() if len(mix) > MANY_ACTIONS}


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
            name: [
                {"after": list(way), "probability": share}
                for way, share in zip(ways, plain(mixes[BELIEF + name][place]), strict=True)
            ]
            for name, ways in _ways(form).items()
            if BELIEF + name in mixes
        },
        "payoffs": plain(found.payoffs[place]),
        "regret": plain(found.regret[place]),
    }


def _ways(form: Form) -> dict[str, list[tuple[str, ...]]]:
    """Return what came before each node of each information set: outcomes and actions."""
    if not isinstance(form, TreeForm):
        return {}
    return {known.name: [form.ways[n] for n in known.nodes] for known in form.information_sets}


def _choices(form: Form) -> dict[str, tuple[str, ...]]:
    """Return the names of the actions, by player or by information set."""
    if isinstance(form, TreeForm):
        return {known.name: known.actions for known in form.information_sets}
    if isinstance(form, NormalForm):
        return dict(zip(form.players, form.actions, strict=True))
    return {}
