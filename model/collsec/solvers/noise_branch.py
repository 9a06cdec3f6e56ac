"""The branch of equilibria that starts where all members answer with even chances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collsec.forms.participation import ParticipationForm
from collsec.kernel import gufunc
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._given import numbers
from collsec.solvers._kinds import checks_kind
from collsec.solvers._participation_newton import polish
from collsec.solvers._participation_order import in_order
from collsec.solvers._participation_path import place, set_out, stride, trail
from collsec.solvers._participation_play import (
    CUTOFF,
    GAME,
    LAYOUT,
    REPLY,
    chance,
    load,
    reply,
    room,
)

MAX_POINTS = 400
"""Most points kept of a branch."""

_NOISIEST = 12.0


@dataclass(frozen=True, eq=False)
class Branch:
    """A branch of equilibria of a batch of games; NaN behind its last point.

    Attributes
    ----------
    precision : array, shape (*batch, n_points)
        1 / spread, where the spread is that of the cost as a share of its mean: with logistic
        shocks the precision of quantal response in units of the mean cost.
    answer : array, shape (*batch, n_points, n_members, 2)
        Chances to answer and to stay out.
    residual : array, shape (*batch, n_points)
        Largest distance of a chance from the best reply.
    turns : array of bool, shape (*batch, n_points)
        Whether the precision turns from rising to falling, or back, at this point.
    reached : array of bool, shape (*batch)
        Whether the branch was followed to the highest precision that was asked for.
    """

    precision: FloatArray
    answer: FloatArray
    residual: FloatArray
    turns: BoolArray
    reached: BoolArray


@checks_kind
def noise_branch(form: ParticipationForm, precision: FloatArray | float = 50.0) -> Branch:
    """Follow the principal branch from noise alone up to a precision, shape (*batch).

    With logistic shocks this is the principal branch of the logit equilibrium correspondence
    (McKelvey and Palfrey 1995); with others it is that of their quantal responses. It starts where
    the spread is e^12 times the mean cost, and is followed by arc length through turning points,
    where precision falls for a while. Beyond one the same precision has several equilibria. The
    form's own spread plays no part. Costs O(n_members² × lattice) a point.

    Raises `ParameterError` if the precision is not positive and finite, or does not fit the batch.
    """
    given = in_order(form)
    shape = given.shape
    remedy = "give the inverse of a spread, such as 50, one for all games or one for each"
    last = np.log(
        numbers("noise_branch", "precision", precision, shape, remedy, low=0.0, is_open=True)
    )
    scale = np.abs(form.burden)
    nominal = given.sorted(np.broadcast_to(scale, (*shape, form.n_members)))
    slots, pair = np.empty(MAX_POINTS), np.empty(2)
    t, answer, residual, reached = _walk(*given.game[:6], nominal, given.game[7], last, slots, pair)
    width = max(int((~np.isnan(t)).sum(axis=-1).max(initial=0)), 1)
    rising = np.sign(np.diff(t[..., :width], axis=-1))
    turns = np.zeros((*shape, width), dtype=np.bool_)
    turns[..., 1:-1] = rising[..., 1:] * rising[..., :-1] < 0
    return Branch(
        precision=np.exp(t[..., :width]),
        answer=given.restored(answer[..., :width, :, :]),
        residual=residual[..., :width],
        turns=turns,
        reached=reached,
    )


@gufunc(
    (
        f"void({GAME}, float64, float64[:], float64[:],"
        " float64[:], float64[:, :, :], float64[:], boolean[:])"
    ),
    f"{LAYOUT},(),(e),(w)->(e),(e,n,w),(e),()",
)
def _walk(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    waves: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    last: float,
    _slots: Any,
    _pair: Any,
    t: Any,
    answer: Any,
    residual: Any,
    reached: Any,
) -> None:
    """Follow one game's principal branch; see `noise_branch`."""
    n = units.size
    play = load(units, shares, reversal, waves, gain, base, scale, shock)
    work, walk = room(play, 1), trail(play)
    t[:] = np.nan
    answer[:] = np.nan
    residual[:] = np.nan
    reached[0] = False
    p = np.full(n, 0.5)
    set_out(p, -_NOISIEST, 1.0, play, walk)
    for _ in range(20):
        reply(walk.profile, play, work)
        walk.profile[:] = work.own[REPLY]
    length = 0.5
    for point in range(t.size):
        t[point] = walk.t[0]
        residual[point] = reply(walk.profile, play, work)
        for i in range(n):
            answer[point, i, 0] = chance(shock, work.own[CUTOFF, i])
            answer[point, i, 1] = chance(shock, -work.own[CUTOFF, i])
        reached[0] = walk.t[0] == last
        if reached[0] or length == 0.0 or walk.t[0] < -_NOISIEST:
            break
        before, start = walk.profile.copy(), walk.t[0]
        length = stride(length, play, work, walk)
        if walk.t[0] > last:
            share = (last - start) / (walk.t[0] - start)
            for i in range(n):
                walk.profile[i] = before[i] + share * (walk.profile[i] - before[i])
            place(last, play, walk)
            if not polish(walk.profile, play, work):
                break
