"""One page for each game, by the five questions, and a list of all."""

from __future__ import annotations

import importlib
import sys
from itertools import groupby

from collsec.assumptions import NEUTRAL, PRESETS
from collsec.games import catalogue
from collsec.games.game import Game
from collsec.study.description import describe
from collsec.study.report import answer
from collsec.study.screens import declared
from docs.generate import Pages
from docs.generate.text import (
    DECLARED,
    brief,
    cited,
    code,
    docstring,
    heading,
    page,
    plain,
    symbol,
    table,
    toctree,
)


def pages() -> Pages:
    """Return a page for each game, and the list."""
    made = {f"games/{name}": _page(name, catalogue.find(name)) for name in catalogue.names()}
    return {"games/index": _index(), **made}


def title_of(name: str) -> str:
    """Return the name of a game in words, as its question begins."""
    return describe(catalogue.find(name)).question.partition(":")[0]


def question_of(folder: str) -> str:
    """Return the question that a folder of games answers."""
    if not folder:
        return "All at once"
    return str(importlib.import_module(f"collsec.games.{folder}").__doc__).strip()


def _index() -> str:
    by_folder = sorted(catalogue.names(), key=lambda name: (not catalogue.question(name), name))
    ordered = sorted(by_folder, key=lambda name: _order(catalogue.question(name)))
    text = (
        "Every game is one file of ``model/collsec/games/``, in the folder of the question it "
        "answers. ``collsec games`` prints this list, ``collsec show GAME`` what a page says."
    )
    parts = [text]
    for folder, names in groupby(ordered, key=catalogue.question):
        rows = [
            (f":doc:`{name}`", plain(describe(catalogue.find(name)).question), _form(name))
            for name in names
        ]
        parts += [
            heading(question_of(folder)),
            table(("game", "question", "form"), rows, "20 55 25"),
        ]
    return page("Games", *parts, toctree(ordered, "hidden"), label="games")


def _order(folder: str) -> tuple[int, str]:
    """Order the questions as the front page asks them, and what joins them last."""
    asked = ("burden", "response", "credibility", "decision", "regime")
    return (asked.index(folder) if folder in asked else len(asked), folder)


def _form(name: str) -> str:
    kind = type(catalogue.find(name)().form()).__name__
    return f":py:class:`~{form_path(kind)}`"


def form_path(kind: str) -> str:
    """Return the full name of the form class of this name, from the game's own import."""
    return next(
        f"{module.__name__}.{kind}"
        for name, module in sorted(sys.modules.items())
        if name.startswith("collsec.forms.")
        and getattr(vars(module).get(kind), "__module__", "") == name
    )


def _page(name: str, game: type[Game]) -> str:
    about = describe(game)
    folder = catalogue.question(name)
    asks = about.question.partition(":")[2].strip()
    asks = asks[:1].upper() + asks[1:]
    place = f"``model/{game.__module__.replace('.', '/')}.py``"
    return page(
        title_of(name),
        f".. rst-class:: question\n\n{plain(asks)}",
        docstring(sys.modules[game.__module__], drop_first=True),
        heading("Parameters"),
        table(
            ("parameter", "symbol", "meaning", "unit", "range", "default", "source"),
            [_parameter(row) for row in map(declared, game.parameters.values())],
            DECLARED,
        ),
        heading("Observables"),
        table(
            ("observable", "unit", "for each", "meaning"),
            [
                (code(item.name), plain(item.unit),
                 item.per or ("game" if item.is_exact else "equilibrium"), plain(item.meaning))
                for item in game.observables
            ],
        ),
        heading("The baseline"),
        _baseline(game),
        heading("Play it"),
        f".. code-block:: console\n\n   $ collsec solve {name} --under realist\n"
        f"   $ collsec compare {name}",
        f".. code-block:: python\n\n   from {game.__module__} import {game.__name__}\n\n"
        f"   found = collsec.solve({game.__name__}(), under=collsec.REALIST)",
        f"It answers the question *{plain(question_of(folder))}* and makes a {_form(name)}. "
        f"Its source: {place}.",
        label=f"game-{name}",
    )  # fmt: skip


def _parameter(row: tuple[object, ...]) -> tuple[str, ...]:
    name, sign, unit, span, default, meaning, source = (str(cell) for cell in row)
    return (
        code(name), symbol(sign), plain(meaning), plain(unit), plain(span), plain(brief(default)),
        cited(source),
    )  # fmt: skip


def _baseline(game: type[Game]) -> str:
    """Return what the game shows at its defaults under each assumption set."""
    sets = [NEUTRAL, *(PRESETS.load(school) for school in PRESETS.names())]
    found = [answer(game(), under) for under in sets]
    rows = [
        ("equilibria found", *(str(len(one["equilibria"])) for one in found), ""),
        ("all there are in scope", *("yes" if one["complete"] else "not known" for one in found),
         ""),
    ]  # fmt: skip
    rows += [
        (code(item.name), *(plain(one["observables"].get(item.name)) for one in found),
         plain(item.unit))
        for item in game.observables
        if not item.per
    ]  # fmt: skip
    schools = (f":ref:`{under.name[0]} <set-{under.name[0]}>`" for under in sets)
    text = (
        f"With all parameters at their defaults, under each assumption set, in the equilibrium "
        f"played. Scope: {plain(found[0]['scope'])}. Solver: {plain(found[0]['method'])}."
    )
    return text + "\n\n" + table(("", *schools, "unit"), rows)
