"""The search for further equilibria of a participation game, as far as most games need it."""

from __future__ import annotations

from typing import Any

from collsec.lending import borrowing
from collsec.solvers._participation_ascent import ENUMERATED, climb_from_starts, roam
from collsec.solvers._participation_index import is_balanced
from collsec.solvers._participation_newton import find_or_add
from collsec.solvers._participation_play import TRIAL, Play, Work
from collsec.solvers._participation_ridges import cross_ridges

_FEW = 3


@borrowing
def search(known: Any, count: int, symmetric: Any, play: Play, work: Work) -> int:
    """Add further fixed points to the known ones; return how many there are.

    Where members are all alike the chances to answer in `symmetric` ones are given.
    """
    count = climb_from_starts(known, count, play, work)
    for chance in symmetric:
        if chance >= 0.0:
            work.own[TRIAL, :] = chance
            count = max(count, find_or_add(work.own[TRIAL], known, count) + 1)
    if count > 1 or _is_small(symmetric, play):
        count = roam(known, count, play, work)
    if not is_balanced(known, 0, count, play, work):
        count = cross_ridges(known, count, play, work)
    return int(count)


@borrowing
def _are_alike(symmetric: Any) -> bool:
    """Whether symmetric fixed points were given: if all are alike there is always one."""
    return bool(symmetric[0] >= 0.0)


@borrowing
def _is_small(symmetric: Any, play: Play) -> bool:
    """Whether members are few enough for pure profiles to be few, and not alike."""
    return bool(play.units.size <= ENUMERATED and not _are_alike(symmetric))


@borrowing
def promises_more(known: Any, count: int, symmetric: Any, play: Play, work: Work) -> bool:
    """Whether to search on, by `search_on`.

    The indices sum to +1 over all fixed points of a regular game, so that another sum shows some
    missing. That sum shows nothing where they are missed in pairs, which happens where there are
    many, and costs little to look for where members are few: there the search goes on regardless,
    but not where members are alike, whose symmetric fixed points are known.
    """
    is_many = count > _FEW and not _are_alike(symmetric)
    is_likely = _is_small(symmetric, play) or is_many
    return bool(is_likely or not is_balanced(known, 0, count, play, work))
