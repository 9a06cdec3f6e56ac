"""The search for equilibria of a participation game in which more are likely than were found.

A kernel of its own, as most games do without it and it takes as long to compile as all before it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.kernel import gufunc, part
from collsec.solvers._participation_ascent import draw
from collsec.solvers._participation_deflation import push_off
from collsec.solvers._participation_index import is_balanced, list_in_order
from collsec.solvers._participation_newton import newton
from collsec.solvers._participation_path import EFFORT, follow_noise
from collsec.solvers._participation_play import GAME, LAYOUT, Play, Work, load, room

_SCATTERED = 48
_AGAIN = 3


@gufunc(
    f"void({GAME}, float64[:, :], float64, float64[:], float64[:, :, :], int64[:], float64[:])",
    f"{LAYOUT},(e,n),(),(w)->(e,n,w),(),(e)",
)
def search_on(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    waves: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    start: Any,
    spent: float,
    _pair: Any,
    found: Any,
    first: Any,
    index: Any,
) -> None:
    """Search one game on from fixed points, NaN behind the last; see `participation`.

    The place among all of the one that was listed first is left in `first`.
    """
    play = load(units, shares, reversal, waves, gain, base, scale, shock)
    work = room(play, start.shape[0])
    work.spent[0] = spent
    known, count = start.copy(), 0
    while count < known.shape[0] and known[count, 0] >= 0.0:
        count += 1
    count = push_off(known, count, 1, play, work)
    done = count
    count = follow_noise(known, count, play, work)
    if count > done:
        count = push_off(known, count, 2, play, work)
    if count < known.shape[0] and not is_balanced(known, 0, count, play, work):
        count = _scatter(known, count, play, work)
        for word in range(3, 3 + _AGAIN):
            if count == known.shape[0] or is_balanced(known, 0, count, play, work):
                break
            count = push_off(known, count, word, play, work)
    first[0] = list_in_order(known, count, play, work, found, index)


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
