"""A docstring is shown in its own order, and nothing of its markup is."""

from __future__ import annotations

import pytest

from collsec.study.prose import show_prose

TEXT = r"""
Two states
meet, :math:`c \le
v`, with

.. math::

    p = c / v

    q = 1 - p

by time t.

relative_gains
    Both compare
    themselves.
monitoring, pledge_cost
    Nothing to act on.

- one
  more
- two
"""


def test_equations_keep_their_place_and_lists_their_items(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_prose(TEXT)
    assert capsys.readouterr().out.splitlines() == [
        r"Two states meet, $c \le v$, with",
        "",
        "    p = c / v",
        "",
        "    q = 1 - p",
        "",
        "by time t.",
        "",
        "relative_gains: Both compare themselves.",
        "monitoring, pledge_cost: Nothing to act on.",
        "",
        "- one more",
        "- two",
    ]
