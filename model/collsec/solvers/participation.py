"""All equilibria of participation games that ascent, mountain passes and ridges reach.

One sweep over the members costs O(n_members × lattice): a backward pass stores, for every sum
reached so far, the expected outcome of what is still to come; the forward pass meets it with the
distribution of the sum so far, so that each member's pivotal chance is exact and is answered at
once. The members' best replies climb the potential of the game, so the sweeps converge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.participation import ParticipationForm, is_symmetric
from collsec.kernel import gufunc
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._participation_newton import SAME, factor, fill_slopes, find_or_add
from collsec.solvers._participation_play import apart, chance, copy, load, reply, room
from collsec.solvers._participation_search import (
    climb,
    extreme,
    is_contraction,
    is_supermodular,
    rank,
    search,
    settle,
)

MAX_EQUILIBRIA = 24
"""Most equilibria kept per game."""

SCOPE = "all equilibria; where all members are alike, the symmetric ones and others as found"
"""What the search for equilibria covers, and what `complete` refers to."""


def participation(form: ParticipationForm) -> Equilibria:
    """Find the equilibria of a batch of participation games.

    Searches by best-reply sweeps from five starts (nobody answers, all do, the strong half, the
    weak half, and simultaneous best replies from the centroid), and, where all members are alike,
    over all symmetric profiles. Where there are several equilibria it sweeps from more starts, and
    looks for those between by Newton's method from the pass between each two, and along the ridges
    between basins. Where the indices do not sum to +1, there are many, or members are few, it goes
    on: by deflated Newton from scattered cutoffs and along branches through other noise levels,
    until `EFFORT` lattice points have been visited. Uniqueness is proved where the best-reply map
    is a contraction, and where answers are complements and the least and the greatest equilibrium
    are one (`ParticipationForm.is_supermodular`; there the first and the last equilibrium of the
    answer are the least and the greatest, unless best replies have not settled). With
    interpolated shares (`Lattice`) these proofs hold up to the error of the lattice.

    Returns
    -------
    Equilibria
        Strategies ``answer``, shape (*batch, n_equilibria, n_members, 2): chances to answer and to
        stay out, ordered by the expected number of units that answer. `complete` is true where the
        set is proved: by contraction or bounds, or, where all members are alike, within the
        symmetric profiles, unless `MAX_EQUILIBRIA` filled up. Costs O(n_members × lattice) per
        sweep and O(n_members² × lattice) per equilibrium.

    Raises
    ------
    CertificateError
        If a single game has no candidate that passes.
    """
    found, centroid, unique, index = candidates(form)
    has_room = (~np.isnan(index)).sum(axis=-1) < MAX_EQUILIBRIA
    return certify(
        form,
        {"answer": found},
        complete=np.broadcast_to(unique | (is_symmetric(form) & has_room), form.batch_shape),
        scope=SCOPE,
        method="best-reply ascent, mountain passes, ridges, deflation, noise and symmetric scan",
        index=index,
        centroid=centroid,
        scale=_scale(form),
    )


def reached_from(form: ParticipationForm, start: FloatArray) -> Equilibria:
    """Find the one equilibrium that best replies lead to from a start.

    Members reply in turn, strongest first, from the chances to answer in `start`, shape
    (*batch, n_members); Newton's method ends it. At rest there, a start is its own answer. Costs
    O(n_members × lattice) a round and O(n_members² × lattice) once or twice.

    Raises
    ------
    CertificateError
        If a single game does not come to rest.
    """
    given = in_order(form)
    first = given.sorted(np.broadcast_to(start, (*given.shape, form.n_members)))
    found, index = _reach(*given.game, first, np.empty(2))
    return certify(
        form,
        {"answer": given.restored(found[..., None, :, :])},
        complete=False,
        scope="one equilibrium",
        method="best replies in turn from a start, Newton's method",
        index=index[..., None],
        scale=_scale(form),
    )


def _scale(form: ParticipationForm) -> FloatArray:
    """Return the size of payoffs, shape (*batch)."""
    return np.asarray(np.max(np.abs(form.gain) + np.abs(form.burden) + form.breach_cost, axis=-1))


def candidates(form: ParticipationForm) -> tuple[FloatArray, IntArray, BoolArray, FloatArray]:
    """Return fixed points, which one the centroid leads to, whether unique, and their indices."""
    given = in_order(form)
    slots, pair = np.empty(MAX_EQUILIBRIA), np.empty(2)
    found, centroid, unique, index = _solve(*given.game, slots, pair)
    width = max(int((~np.isnan(index)).sum(axis=-1).max(initial=0)), 1)
    return given.restored(found[..., :width, :, :]), centroid, unique, index[..., :width]


@dataclass(frozen=True)
class InOrder:
    """A batch of games with its members in an order of the solvers' own, strongest first.

    What is found then does not depend on the order in which a game lists them. `game` holds units,
    shares, reversal, gain, base, scale and shock, as kernels take them.
    """

    shape: tuple[int, ...]
    order: IntArray
    game: tuple[Any, ...]

    def sorted(self, trait: FloatArray) -> FloatArray:
        """Put a trait of members (*batch, n_members) into this order."""
        return np.take_along_axis(trait, self.order, axis=-1)

    def restored(self, found: FloatArray) -> FloatArray:
        """Put strategies (*batch, n, n_members, 2) into the order of the form."""
        back = np.argsort(self.order, axis=-1)[..., None, :, None]
        return np.take_along_axis(found, back, axis=-2)


def in_order(form: ParticipationForm) -> InOrder:
    """Return what kernels need to know of the games of a form."""
    shape, member = form.batch_shape, (*form.batch_shape, form.n_members)
    traits = [
        np.broadcast_to(trait, member)
        for trait in (
            form.lattice.units,
            form.gain,
            form.breach_cost - form.burden,
            np.abs(form.burden) * np.asarray(form.spread)[..., None],
        )
    ]
    shares = np.broadcast_to(form.lattice.shares, (*member, form.lattice.shares.shape[-1]))
    weight = traits[0] + total(shares * np.arange(shares.shape[-1]))
    order = np.lexsort((*traits[:0:-1], -weight), axis=-1)
    units, gain, base, scale = (np.take_along_axis(trait, order, axis=-1) for trait in traits)
    shares = np.take_along_axis(shares, order[..., None], axis=-2)
    reversal = np.broadcast_to(form.reversal, (*shape, form.reversal.shape[-1]))
    shock = np.broadcast_to(np.int64(form.shock), shape)
    return InOrder(shape, order, (units, shares, reversal, gain, base, scale, shock))


@gufunc(
    (
        "void(int64[:], float64[:, :], float64[:], float64[:], float64[:], float64[:], int64,"
        " float64[:], float64[:], float64[:, :], float64[:])"
    ),
    "(n),(n,d),(g),(n),(n),(n),(),(n),(w)->(n,w),()",
)
def _reach(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    start: Any,
    _pair: Any,
    found: Any,
    index: Any,
) -> None:
    """Find one equilibrium of one game; see `reached_from`."""
    play = load(units, shares, reversal, gain, base, scale, shock)
    work = room(play, 1)
    known = np.empty((1, units.size))
    p = start.copy()
    found[:] = np.nan
    index[0] = np.nan
    if climb(p, known, 0, play, work) == 0:
        reply(known[0], play, work)
        for i in range(units.size):
            found[i, 0] = chance(shock, work.cutoff[i])
            found[i, 1] = chance(shock, -work.cutoff[i])
        fill_slopes(known[0], play, work)
        index[0] = factor(work.slopes, work.order)


@gufunc(
    (
        "void(int64[:], float64[:, :], float64[:], float64[:], float64[:], float64[:], int64,"
        " float64[:], float64[:], float64[:, :, :], int64[:], boolean[:], float64[:])"
    ),
    "(n),(n,d),(g),(n),(n),(n),(),(e),(w)->(e,n,w),(),(),(e)",
)
def _solve(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    _slots: Any,
    _pair: Any,
    found: Any,
    centroid: Any,
    unique: Any,
    index: Any,
) -> None:
    """Solve one game; see `participation`."""
    n = units.size
    play = load(units, shares, reversal, gain, base, scale, shock)
    work = room(play, found.shape[0])
    known = np.empty((found.shape[0], n))
    unique[0] = is_contraction(play)
    count = 0
    p, q = np.full(n, 0.5), np.full(n, 0.5)
    has_first = settle(p, play, work)
    if has_first:
        copy(p, known[0])
        count = 1
    if is_supermodular(play) and not unique[0]:
        is_bounded = extreme(0.0, p, play, work) and extreme(1.0, q, play, work)
        unique[0] = is_bounded and apart(p, q) < SAME
        if is_bounded:
            count = max(count, find_or_add(p, known, count) + 1)
            count = max(count, find_or_add(q, known, count) + 1)
    if not (unique[0] and has_first):
        count = search(known, count, play, work)
    centroid[0] = -1
    found[:] = np.nan
    index[:] = np.nan
    for e in range(count):
        place = rank(known, e, count, play)
        if has_first and e == 0:
            centroid[0] = place
        reply(known[e], play, work)
        for i in range(n):
            found[place, i, 0] = chance(shock, work.cutoff[i])
            found[place, i, 1] = chance(shock, -work.cutoff[i])
        fill_slopes(known[e], play, work)
        index[place] = factor(work.slopes, work.order)
