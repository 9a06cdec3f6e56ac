"""Tables in the terminal: as wide as their numbers need, as narrow as their words allow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

FOLDED = 16
"""No column is folded below this width, so that words stay readable."""

EASY = 24
"""Columns are folded to this width where the table is too wide for the terminal in any case."""

GAP = 2
"""Blanks between columns."""

Row = Sequence[object]

_TRAILING = re.compile(r" +$", re.MULTILINE)


def show_rows(columns: Sequence[str], rows: Iterable[Row], title: str = "") -> None:
    """Print a table: folded at blanks where it is too wide, so that nothing is ever cut."""
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False,
        padding=(0, GAP, 0, 0),
    )  # fmt: skip
    cells = [[shown(cell) for cell in row] for row in rows]
    stacks = [[row[place] for row in cells] for place in range(len(columns))]
    needed = [[head, *stack] for head, stack in zip(columns, stacks, strict=True)]
    widths = _widths(needed, Console().width - GAP * (len(columns) - 1))
    for head, stack, width in zip(columns, stacks, widths, strict=True):
        is_number = stack and all(map(_is_number, stack))
        table.add_column(head, justify="right" if is_number else "left", width=width)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False, width=sum(widths) + GAP * len(columns))
    with console.capture() as written:
        console.print(table)
    console.file.write(_TRAILING.sub("", written.get()))


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column: the widest are folded first."""
    full = [max(map(cell_len, cells)) for cells in columns]
    least = [_least(cells) for cells in columns]

    def folded(widest: int) -> list[int]:
        return [max(low, min(high, widest)) for low, high in zip(least, full, strict=True)]

    tried = map(folded, range(max(full), FOLDED - 1, -1))
    return next((widths for widths in tried if sum(widths) <= room), folded(EASY))


def _least(cells: Sequence[str]) -> int:
    """Return the least width of a column: that of its longest piece without a blank."""
    pieces = [cell_len(piece) for cell in cells for piece in cell.split()]
    return max(min(max(map(cell_len, cells)), FOLDED), *pieces, 1)


def say(text: str = "", style: str = "", *, is_whole: bool = False) -> None:
    """Print a paragraph; one that `is_whole`, such as a path, is not folded."""
    Console(highlight=False).print(Text(text, style=style), soft_wrap=is_whole)


def shown(value: object) -> str:
    """Return a cell: numbers with six digits, lists and truth values as in TOML, None as "-"."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return toml(value) if isinstance(value, (list, dict, bool)) else str(value)


def toml(value: object) -> str:
    """Return a value about as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            return "[" + ", ".join(toml(item) for item in value) + "]"
        case Mapping():
            return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
        case _:
            return shown(value)


def _is_number(cell: str) -> bool:
    try:
        return not math.isnan(float(cell))
    except ValueError:
        return cell == "-" or cell.replace("/", "").isdigit()
