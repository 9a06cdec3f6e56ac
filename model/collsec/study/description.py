"""What a game's module says about it: the question, the moves, the equation, the references.

The module docstring is the source; nothing is written twice.
"""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass

from collsec.games.game import Game

_SECTION = re.compile(r"^(?P<name>\S.*)\n-{3,}[ ]*$", re.MULTILINE)
MATH = re.compile(r"^\.\. math::(?P<body>[^\n]*\n?(?:[ \t]*\n|[ \t]+[^\n]*\n?)*)", re.MULTILINE)
"""An equation of its own, as ``.. math::`` sets it."""

_KEY = re.compile(r"\b[a-z]+\d{4}[a-z]*\b")


@dataclass(frozen=True)
class Description:
    """The parts of a game's docstring.

    `question` is the first line, `moves` the paragraphs behind it with their equations, `equations`
    the bodies of all math directives in LaTeX, `results` the known results, `levers` how
    assumptions enter (empty where the module does not say), `references` the bibliography keys.
    """

    question: str
    moves: str
    equations: tuple[str, ...]
    results: str
    levers: str
    references: tuple[str, ...]


def describe(game: type[Game]) -> Description:
    """Return what the module of this game says about it."""
    return parse(inspect.cleandoc(sys.modules[game.__module__].__doc__ or ""))


def parse(text: str) -> Description:
    """Split a game's docstring into its parts; a missing part is empty."""
    heads = list(_SECTION.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    sections = {
        head["name"].strip(): text[head.end() : end].strip()
        for head, end in zip(heads, ends, strict=False)
    }
    body = text[: heads[0].start()] if heads else text
    question, _, rest = body.partition("\n")
    return Description(
        question=question.strip(),
        moves=rest.strip(),
        equations=tuple(inspect.cleandoc(found["body"]).strip() for found in MATH.finditer(text)),
        results=sections.get("Known results", ""),
        levers=sections.get("Levers", ""),
        references=tuple(dict.fromkeys(_KEY.findall(sections.get("References", "")))),
    )
