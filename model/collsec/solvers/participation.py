"""All equilibria of participation games that ascent, mountain passes and ridges reach.

One sweep over the members costs O(n_members × lattice): a backward pass stores, for every sum
reached so far, the expected outcome of what is still to come; the forward pass meets it with the
distribution of the sum so far, so that each member's pivotal chance is exact and is answered at
once. The members' best replies climb the potential of the game, so the sweeps converge.

Capabilities that share no coarse unit need no lattice where the contest is smooth: the mean of each
of its `Waves` is a product over the members, and ten to twenty-five waves take the lattice's place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.participation import ParticipationForm, is_symmetric
from collsec.kernel import gufunc
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._participation_ascent import settle
from collsec.solvers._participation_deep import search_on
from collsec.solvers._participation_index import list_in_order
from collsec.solvers._participation_newton import SAME, find_or_add
from collsec.solvers._participation_order import in_order, reach, size
from collsec.solvers._participation_play import GAME, LAYOUT, apart, copy, load, room
from collsec.solvers._participation_proofs import extreme, is_contraction, is_supermodular
from collsec.solvers._participation_search import promises_more, search
from collsec.solvers._participation_symmetric import symmetric_chances
from collsec.solvers._participation_tree import enumerated

MAX_EQUILIBRIA = 24
"""Most equilibria kept per game, of the search and of branch and prune."""

MAX_PROVED = 8
"""Most members for which branch and prune comes first, but where they are all alike."""

MAX_CORNERS = 64_000
"""Corners of boxes that it may look at in one game: 1,000 boxes with six members."""

_ONE = 1e-9
"""The least and the greatest equilibrium are one if they are closer than this."""

Candidates = tuple[FloatArray, IntArray, BoolArray, FloatArray]
"""Chances to answer and to stay out, which the centroid leads to, a claim, and indices."""

SCOPE = "all equilibria; where all members are alike, the symmetric ones and others as found"
"""What the search for equilibria covers, and what `complete` refers to."""


@checks_kind
def participation(form: ParticipationForm) -> Equilibria:
    """Find the equilibria of a batch of participation games.

    Where at most `MAX_PROVED` members are unequal, branch and prune finds all equilibria and proves
    it, unless it takes more than `MAX_CORNERS` corners of boxes (`branch_and_prune` can be given
    more boxes). All other games are searched by best-reply sweeps from five starts (nobody
    answers, all do, the strong half, the weak half, and simultaneous best replies from the
    centroid), and, where all members are alike, over all symmetric profiles. Where there are
    several equilibria the search sweeps from more starts, and where the indices do not sum to
    +1 along the ridges between basins. Where they still do not, or there are many, it goes on:
    by deflated Newton from cutoffs that are scattered or lie between those of known equilibria,
    and along branches through other noise levels, until `EFFORT` lattice points have been visited.

    Uniqueness is proved for any number of members where the best-reply map is a contraction, and
    where answers are complements and the least and the greatest equilibrium are one
    (`ParticipationForm.is_supermodular`; there the first and the last equilibrium of the answer are
    the least and the greatest, unless best replies have not settled). Among capabilities that share
    no unit, too, contraction, complements and branch and prune are proved of the contest itself;
    the least and the greatest equilibrium are known up to `ParticipationForm.approximation_error`,
    and where that is not zero for want of waves, all proofs hold up to it.

    Returns
    -------
    Equilibria
        Strategies ``answer``, shape (*batch, n_equilibria, n_members, 2): chances to answer and to
        stay out, ordered by the expected number of units that answer. `complete` is true where the
        set is proved: by contraction, bounds, or branch and prune, or, where all members are alike,
        within the symmetric profiles (`_cutoff_roots`). Costs O(n_members × lattice) per sweep and
        O(n_members² × (lattice + n_members)) per equilibrium, with waves in the place of a lattice:
        milliseconds among twenty members, about a second among a thousand.

    Raises
    ------
    CertificateError
        If a single game has no candidate that passes.
    """
    few = form.n_members <= MAX_PROVED
    found, centroid, complete, index = _few(form) if few else candidates(form)
    return certify(
        form,
        {"answer": found},
        complete=np.broadcast_to(complete, form.batch_shape),
        scope=SCOPE,
        method="branch and prune; " * few
        + "best-reply ascent, ridges, deflation, noise and symmetric zeros",
        index=index,
        centroid=centroid,
        scale=size(form),
    )


def _few(form: ParticipationForm) -> Candidates:
    """Return what branch and prune proves, and what else the search finds where it does not."""
    most = MAX_CORNERS >> form.n_members
    boxes = np.broadcast_to(np.where(is_symmetric(form), 0, most), form.batch_shape)
    if not boxes.any():
        return candidates(form)
    sure, signs, start, proved = enumerated(form, boxes, MAX_EQUILIBRIA)
    if np.all(proved):
        return sure, start, proved, signs
    found, centroid, complete, index = candidates(form, ~proved)
    centroid = np.where(proved, np.where(start < 0, -1, start + index.shape[-1]), centroid)
    answer, centroid, index = _joined(form, (found, sure), (index, signs), centroid)
    return answer, centroid, proved | complete, index


def _joined(
    form: ParticipationForm,
    answers: tuple[FloatArray, FloatArray],
    indices: tuple[FloatArray, FloatArray],
    centroid: IntArray,
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return the first equilibria and those of the second that are not among them, in order."""
    first, second = answers
    gap = np.abs(first[..., :, None, :, 0] - second[..., None, :, :, 0]).max(axis=-1)
    is_old = np.any(gap < SAME, axis=-2) | np.isnan(indices[1])
    answer = np.concatenate([first, np.where(is_old[..., None, None], np.nan, second)], axis=-3)
    index = np.concatenate([indices[0], np.where(is_old, np.nan, indices[1])], axis=-1)
    units = reach(form, answer[..., 0])
    stays = np.all(is_old, axis=-1)[..., None] & ~np.isnan(units)
    order = np.argsort(np.where(stays, 0.0, units), axis=-1, kind="stable")
    moved = np.argmax(order == centroid[..., None], axis=-1)
    order = order[..., : max(int((~np.isnan(index)).sum(axis=-1).max(initial=0)), 1)]
    return (
        np.take_along_axis(answer, order[..., None, None], axis=-3),
        np.where(centroid < 0, -1, moved),
        np.take_along_axis(index, order, axis=-1),
    )


@checks_kind
def candidates(form: ParticipationForm, searched: BoolArray | None = None) -> Candidates:
    """Return what the search finds, and where that is all: as one, or of the symmetric ones.

    Only games that are `searched`, shape (*batch), are looked at; all of them where None. Where
    members are alike their symmetric fixed points come before others that might fill the slots.
    """
    given = in_order(form)
    chosen = np.ones(given.shape, dtype=np.bool_) if searched is None else np.asarray(searched)
    alike = chosen & np.broadcast_to(is_symmetric(form), given.shape)
    symmetric, are_all = symmetric_chances(given, alike, MAX_EQUILIBRIA)
    game = [trait[chosen] for trait in given.game]
    *solved, known, spent = _solve(*game, symmetric[chosen], form.bend[chosen])
    solved[2] = solved[2] | (are_all[chosen] & np.isnan(solved[-1][..., -1]))
    more = np.isfinite(spent)
    if more.any():
        rest = search_on(*(trait[more] for trait in game), known[more], spent[more], np.empty(2))
        solved = _with_more(solved, more, rest)
    found, centroid, complete, index = (_placed(part, chosen) for part in solved)
    width = max(int((~np.isnan(index)).sum(axis=-1).max(initial=0)), 1)
    return given.restored(found[..., :width, :, :]), centroid, complete, index[..., :width]


def _with_more(solved: list[Any], more: BoolArray, rest: tuple[Any, Any, Any]) -> list[Any]:
    """Return what was found, with what the search went on to find in games where it did."""
    found, centroid, proved, index = solved
    found[more], first, index[more] = rest
    centroid[more] = np.where(centroid[more] < 0, -1, first)
    return [found, centroid, proved, index]


def _placed(values: Any, chosen: BoolArray) -> Any:
    """Return values of the chosen games in the batch; NaN, -1 or False for the others."""
    missing = {"f": np.nan, "i": -1, "b": False}[values.dtype.kind]
    result = np.full((*chosen.shape, *values.shape[1:]), missing, dtype=values.dtype)
    result[chosen] = values
    return result


@gufunc(
    (
        f"void({GAME},"
        " float64[:], float64[:], float64[:, :, :], int64[:], boolean[:], float64[:],"
        " float64[:, :], float64[:])"
    ),
    f"{LAYOUT},(e),(w)->(e,n,w),(),(),(e),(e,n),()",
)
def _solve(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    waves: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    symmetric: Any,
    bend: Any,
    found: Any,
    centroid: Any,
    proved: Any,
    index: Any,
    listed: Any,
    spent: Any,
) -> None:
    """Solve one game; see `participation`.

    Lists fixed points in the order in which they were found, and the effort that was spent; NaN
    where it promises nothing to search on.
    """
    n = units.size
    play = load(units, shares, reversal, waves, gain, base, scale, shock)
    work = room(play, found.shape[0])
    known = np.empty((found.shape[0], n))
    proved[0] = is_contraction(play, bend)
    count = 0
    p, q = np.full(n, 0.5), np.full(n, 0.5)
    has_first = settle(p, play, work)
    if has_first:
        copy(p, known[0])
        count = 1
    if is_supermodular(play, bend) and not proved[0]:
        is_bounded = extreme(0.0, p, play, work) and extreme(1.0, q, play, work)
        proved[0] = is_bounded and apart(p, q) < _ONE
        if is_bounded:
            count = max(count, find_or_add(p, known, count) + 1)
            count = max(count, find_or_add(q, known, count) + 1)
    spent[0] = np.nan
    if not (proved[0] and has_first):
        count = search(known, count, symmetric, play, work)
        if promises_more(known, count, symmetric, play, work):
            spent[0] = work.spent[0]
    for e in range(known.shape[0]):
        for i in range(n):
            listed[e, i] = known[e, i] if e < count else np.nan
    first = list_in_order(known, count, play, work, found, index)
    centroid[0] = first if has_first else -1
