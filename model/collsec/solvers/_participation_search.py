"""The search for further equilibria of a participation game, as far as most games need it."""

from __future__ import annotations

from typing import Any

from collsec.lending import borrowing
from collsec.solvers._participation_ascent import ENUMERATED, climb_from_starts, roam
from collsec.solvers._participation_index import is_balanced
from collsec.solvers._participation_play import Play, Work
from collsec.solvers._participation_ridges import cross_ridges
from collsec.solvers._participation_symmetric import add_symmetric, are_alike

_FEW = 3


@borrowing
def search(known: Any, count: int, play: Play, work: Work) -> int:
    """Add further fixed points to the known ones; return how many there are."""
    count = climb_from_starts(known, count, play, work)
    if are_alike(play):
        count = add_symmetric(known, count, play, work)
    if count > 1 or _is_small(play):
        count = roam(known, count, play, work)
    if not is_balanced(known, 0, count, play, work):
        count = cross_ridges(known, count, play, work)
    return int(count)


@borrowing
def _is_small(play: Play) -> bool:
    """Whether members are few enough for pure profiles to be few, and not alike."""
    return play.units.size <= ENUMERATED and not are_alike(play)


@borrowing
def promises_more(known: Any, count: int, play: Play, work: Work) -> bool:
    """Whether to search on, by `search_on`.

    The indices sum to +1 over all fixed points of a regular game, so that another sum shows some
    missing. That sum shows nothing where they are missed in pairs, which happens where there are
    many, and costs little to look for where members are few: there the search goes on regardless,
    but not where members are alike, whose symmetric fixed points are known.
    """
    is_many = count > _FEW and not are_alike(play)
    return bool(_is_small(play) or is_many or not is_balanced(known, 0, count, play, work))
