"""A table in the terminal keeps every word, whatever the width."""

from __future__ import annotations

import pytest

from collsec.study.tables import show_rows

COLUMNS = ("variable", "dimensions", "unit", "meaning")
DIMENSIONS = "assumptions x institution"
ROWS = [
    (
        "welfare_members_by_member",
        DIMENSIONS,
        "payoff per money",
        "chance that the challenger wins",
    ),
    ("complete", DIMENSIONS, "1", "whether these are known to be all equilibria in the scope"),
]


def printed(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    show_rows(COLUMNS, ROWS)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", range(20, 140))
def test_no_word_is_cut_at_any_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = printed(width, monkeypatch, capsys).split()
    assert sorted(shown) == sorted(
        word for row in (COLUMNS, *ROWS) for word in " ".join(row).split()
    )


def test_a_table_is_as_wide_as_the_terminal_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for width in (80, 90, 100):
        lines = printed(width, monkeypatch, capsys).splitlines()
        assert width - 10 <= max(map(len, lines)) <= width
