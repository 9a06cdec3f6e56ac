"""What a game says of itself is read off its docstring, and its references off the bibliography."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from collsec.games import catalogue
from collsec.study.bibliography import cite, entries
from collsec.study.description import describe, parse

DOCSTRING = """\
Toy: who blinks?

Two states move at once.

.. math:: U = v - c

Neither knows the other.

.. math::

    p = c / v

    q = 1 - p

Known results
-------------
Both blink (Smith 1999).

References
----------
smith1999blinking, jones2001nerves,
brown2010later
"""


def test_a_docstring_is_split_into_its_parts() -> None:
    about = parse(DOCSTRING)
    assert about.question == "Toy: who blinks?"
    assert about.moves.startswith("Two states move at once.\n\n.. math:: U = v - c\n\nNeither")
    assert about.equations == ("U = v - c", "p = c / v\n\nq = 1 - p")
    assert about.results == "Both blink (Smith 1999)."
    assert about.references == ("smith1999blinking", "jones2001nerves", "brown2010later")


def test_a_docstring_of_one_line_has_a_question_and_nothing_else() -> None:
    about = parse("Toy: who blinks?")
    assert (about.moves, about.equations, about.results, about.references) == ("", (), "", ())


@pytest.mark.parametrize("name", catalogue.names())
def test_every_game_states_question_equation_and_references_that_are_known(name: str) -> None:
    about = describe(catalogue.find(name))
    assert about.question.endswith("?")
    assert about.equations
    assert about.results
    assert about.references
    assert [key for key in about.references if key not in entries()] == []


def test_a_reference_is_written_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "references.bib"
    file.write_text(
        inspect.cleandoc(
            """
            @article{smith1999blinking,
              author = {Smith, Ann and Jones, Bob},
              title = {Who {Blinks}?},
              journal = {Journal of Nerves},
              year = {1999},
              volume = {3},
              number = {2},
              pages = {1--20},
            }
            """
        )
    )
    assert cite("smith1999blinking", file) == (
        "Smith, Ann; Jones, Bob. 1999. Who Blinks? Journal of Nerves 3 (2), 1–20."
    )
    assert cite("nobody2000", file) == "nobody2000"
