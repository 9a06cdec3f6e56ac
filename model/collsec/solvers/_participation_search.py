"""The search for further equilibria of a participation game: what is tried, in which order."""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.solvers._participation_ascent import ENUMERATED, climb_from_starts, draw, roam
from collsec.solvers._participation_deflation import push_off
from collsec.solvers._participation_index import is_balanced
from collsec.solvers._participation_newton import newton
from collsec.solvers._participation_path import EFFORT, follow_noise
from collsec.solvers._participation_play import Play, Work
from collsec.solvers._participation_ridges import cross_ridges
from collsec.solvers._participation_symmetric import add_symmetric, are_alike

_SCATTERED = 48
_FEW = 3


@part
def search(known: Any, count: int, play: Play, work: Work) -> int:
    """Add further fixed points to the known ones; return how many there are."""
    count = climb_from_starts(known, count, play, work)
    if are_alike(play):
        count = add_symmetric(known, count, play, work)
    if count > 1 or _is_small(play):
        count = roam(known, count, play, work)
    return int(_search_on(known, count, play, work))


@part
def _is_small(play: Play) -> bool:
    """Whether members are few enough for pure profiles to be few, and not alike."""
    return play.units.size <= ENUMERATED and not are_alike(play)


@part
def _search_on(known: Any, count: int, play: Play, work: Work) -> int:
    """Search further where that promises something; return how many fixed points are known.

    The indices sum to +1 over all fixed points of a regular game, so that another sum shows some
    missing. That sum shows nothing where they are missed in pairs, which happens where there are
    many, and costs little to look for where members are few: there the search goes on regardless,
    but not where members are alike, whose symmetric fixed points are known.
    """
    if not is_balanced(known, 0, count, play, work):
        count = cross_ridges(known, count, play, work)
    is_many = count > _FEW and not are_alike(play)
    if _is_small(play) or is_many or not is_balanced(known, 0, count, play, work):
        count = push_off(known, count, play, work)
        count = follow_noise(known, count, play, work)
    if count < known.shape[0] and not is_balanced(known, 0, count, play, work):
        count = _scatter(known, count, play, work)
    return count


@part
def _scatter(known: Any, count: int, play: Play, work: Work) -> int:
    """Start Newton's method around the segments between known fixed points until all are found.

    The scatter is a fixed sequence, the same for every game. Returns how many are known.
    """
    p = np.empty(play.units.size)
    word = 1
    for attempt in range(_SCATTERED):
        a, b = attempt % count, (attempt // count + attempt + 1) % count
        word = draw(word)
        share = word / 2147483648
        for i in range(p.size):
            word = draw(word)
            off = 0.5 * (word / 2147483648 - 0.5)
            p[i] = min(1.0, max(0.0, known[a, i] + share * (known[b, i] - known[a, i]) + off))
        done = count
        count = max(count, newton(p, known, count, play, work) + 1)
        if count == known.shape[0] or work.spent[0] > EFFORT:
            break
        if count > done and is_balanced(known, done, count, play, work):
            break
    return count
