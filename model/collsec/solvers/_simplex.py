r"""Small linear programmes, solved where they stand: the simplex method on a dictionary.

A dictionary states some variables by the others, all at least zero:

.. math:: z_B = b + D z_N, \qquad b \ge 0

Where :math:`z_N = 0` it shows a vertex of the polyhedron that it describes. All that is asked of a
polyhedron here is done by pivots from one such vertex to the next: to raise a linear function, or
to hold a variable at zero, which leaves a face. A face is a smaller dictionary, so that programmes
which differ by a few conditions need a few pivots each.

Of the columns that promise most, and of the rows that limit a step most the one with the largest
pivot, are taken; where steps lead nowhere for long, those of the smallest variables, which rules
out that bases come again (Bland 1977). Programmes of more than some hundred variables, or sparse
ones, are better left to a library.

References
----------
chvatal1983linear, bland1977new
"""

from __future__ import annotations

from typing import Any, NamedTuple

from collsec.lending import borrowing

PIVOT = 1e-10
"""Smaller entries are taken for rounding; rows should have largest entries near one."""
ZERO = 1e-12
"""Values that differ by less are tied."""
FEASIBLE = 1e-10
"""A variable held at zero may be off by this."""
DOUBTFUL = 1e-7
"""One that cannot be held at zero, but is off by no more than this, may be so by rounding alone."""


class Dictionary(NamedTuple):
    """Room for a dictionary, and what it holds at present.

    Attributes
    ----------
    table : array, shape (most rows + 1, most columns + 1)
        Row 0 is the linear function to be raised, column 0 the constants.
    rows, columns : array of int
        The variables of rows and of columns, from place 1.
    where : array of int, shape (n_variables)
        The row of each variable, or its column with a minus; 0 for variables held at zero.
    size : array of int, shape (3)
        How many rows and columns are in use, but for row 0 and column 0; and how often the room
        saw a programme without an optimum, one that took too long, or a doubtful end.
    """

    table: Any
    rows: Any
    columns: Any
    where: Any
    size: Any


@borrowing
def clear(d: Dictionary) -> None:
    """Make a dictionary empty."""
    d.size[0], d.size[1] = 0, 0
    for z in range(d.where.size):
        d.where[z] = 0


@borrowing
def copy(old: Dictionary, new: Dictionary) -> None:
    """Copy one dictionary into the room of another."""
    n_rows, n_columns = old.size[0], old.size[1]
    new.size[0], new.size[1] = n_rows, n_columns
    for r in range(n_rows + 1):
        new.rows[r] = old.rows[r]
        for c in range(n_columns + 1):
            new.table[r, c] = old.table[r, c]
    for c in range(n_columns + 1):
        new.columns[c] = old.columns[c]
    for z in range(old.where.size):
        new.where[z] = old.where[z]


@borrowing
def add_row(d: Dictionary, variable: int) -> Any:
    """Add a basic variable; return its row, whose entries are to be written."""
    d.size[0] += 1
    r = d.size[0]
    d.rows[r], d.where[variable] = variable, r
    for c in range(d.size[1] + 1):
        d.table[r, c] = 0.0
    return r


@borrowing
def add_column(d: Dictionary, variable: int) -> Any:
    """Add a variable that is zero at the vertex; return its column, empty so far."""
    d.size[1] += 1
    c = d.size[1]
    d.columns[c], d.where[variable] = variable, -c
    for r in range(d.size[0] + 1):
        d.table[r, c] = 0.0
    return c


@borrowing
def pivot(d: Dictionary, row: int, column: int) -> None:
    """Let the variables of a row and a column change places."""
    t, n_rows, n_columns = d.table, d.size[0], d.size[1]
    inverse = 1.0 / t[row, column]
    for c in range(n_columns + 1):
        t[row, c] *= -inverse
    t[row, column] = inverse
    for r in range(n_rows + 1):
        factor = t[r, column]
        if r != row and factor != 0.0:
            t[r, column] = 0.0
            for c in range(n_columns + 1):
                t[r, c] += factor * t[row, c]
    leaving, entering = d.rows[row], d.columns[column]
    d.rows[row], d.columns[column] = entering, leaving
    d.where[entering], d.where[leaving] = row, -column


@borrowing
def _entering(d: Dictionary, cautious: bool) -> int:
    """Return the column along which the function rises most, or the first variable's; 0 if none."""
    best, most = 0, PIVOT
    for c in range(1, d.size[1] + 1):
        if cautious:
            if d.table[0, c] > PIVOT and (best == 0 or d.columns[c] < d.columns[best]):
                best = c
        elif d.table[0, c] > most:
            best, most = c, d.table[0, c]
    return best


@borrowing
def _leaving(d: Dictionary, column: int, cautious: bool) -> int:
    """Return the row that limits a step along a column; 0 if none does."""
    t, n_rows = d.table, d.size[0]
    step, best = 0.0, 0
    for r in range(1, n_rows + 1):
        if t[r, column] < -PIVOT:
            length = (max(t[r, 0], 0.0) + ZERO) / -t[r, column]
            if best == 0 or length < step:
                step, best = length, r
    for r in range(1, n_rows + 1):
        if t[r, column] < -PIVOT and max(t[r, 0], 0.0) <= step * -t[r, column]:
            if cautious:
                if d.rows[r] < d.rows[best]:
                    best = r
            elif t[r, column] < t[best, column]:
                best = r
    return best


@borrowing
def climb(d: Dictionary, enough: float) -> None:
    """Raise the function of row 0 until it is optimal, or more than enough."""
    n_idle, patience = 0, d.size[0] + d.size[1]
    for _ in range(50 * (patience + 2)):
        if d.table[0, 0] > enough:
            return
        column = _entering(d, n_idle > patience)
        if column == 0:
            return
        row = _leaving(d, column, n_idle > patience)
        if row == 0:
            break
        before = d.table[0, 0]
        pivot(d, row, column)
        n_idle = n_idle + 1 if d.table[0, 0] - before <= ZERO else 0
    d.size[2] += 1


@borrowing
def aim(d: Dictionary, variable: int, sign: float) -> None:
    """Let row 0 be a variable, or its negative."""
    place = d.where[variable]
    for c in range(d.size[1] + 1):
        d.table[0, c] = sign * d.table[place, c] if place > 0 else 0.0
    if place < 0:
        d.table[0, -place] = sign


@borrowing
def value(d: Dictionary, variable: int) -> float:
    """Return the value of a variable at the vertex."""
    place = d.where[variable]
    return max(d.table[place, 0], 0.0) if place > 0 else 0.0


@borrowing
def hold(d: Dictionary, variable: int) -> bool:
    """Go over to the face where a variable is zero; return whether there is one."""
    if d.where[variable] > 0 and d.table[d.where[variable], 0] > ZERO:
        aim(d, variable, -1.0)
        climb(d, -ZERO)
    place = d.where[variable]
    if place > 0:
        if d.table[place, 0] > FEASIBLE:
            d.size[2] += int(d.table[place, 0] < DOUBTFUL)
            return False
        _make_free(d, place)
        place = d.where[variable]
    if place < 0:
        _drop_column(d, -place)
    elif place > 0:
        _drop_row(d, place)
    d.where[variable] = 0
    return True


@borrowing
def _make_free(d: Dictionary, row: int) -> None:
    """Exchange a basic variable that is zero with the column where its row is largest, if any."""
    best, most = 0, PIVOT
    for c in range(1, d.size[1] + 1):
        if abs(d.table[row, c]) > most:
            best, most = c, abs(d.table[row, c])
    if best > 0:
        d.table[row, 0] = 0.0
        pivot(d, row, best)


@borrowing
def _drop_column(d: Dictionary, column: int) -> None:
    last = d.size[1]
    for r in range(d.size[0] + 1):
        d.table[r, column] = d.table[r, last]
    d.columns[column] = d.columns[last]
    d.where[d.columns[last]] = -column
    d.size[1] -= 1


@borrowing
def _drop_row(d: Dictionary, row: int) -> None:
    last = d.size[0]
    for c in range(d.size[1] + 1):
        d.table[row, c] = d.table[last, c]
    d.rows[row] = d.rows[last]
    d.where[d.rows[last]] = row
    d.size[0] -= 1
