r"""A war of attrition over a prize, with war as the way out: when does each side give in?

A type that gives in must find all times alike, so the other side gives in at the rate

.. math:: \frac{a_i}{(1 + \rho) v + (a_i + \rho a_j) t},
   \qquad S_j(t) = (1 - q_j) \left(1 + \frac{t}{\tau_j}\right)^{-\eta_j}, \quad
   \tau_j = \frac{(1 + \rho) v}{a_i + \rho a_j}, \; \eta_j = \frac{a_i}{a_i + \rho a_j}.

At the horizon T those still stand who would rather fight: types with
:math:`w_i \ge -d_i(T)`, where :math:`d_i = a_i T + \rho v + \rho \min(d_j, W_j)/2`. Hence
:math:`S_j(T) = \min(d_j / W_j, 1)`. Let :math:`T_j` be the time at which this holds with
:math:`q_j = 0`. The horizon is the smaller of the two: beyond it a side would have to give in at
once with a negative chance, before it both would give in at once with a positive one, and then
each would rather wait an instant. The other side's :math:`q` is what closes the gap.

Where the most resolved would rather fight a rival at once than see it give in, this does not last.
What does is that all choose at once, :math:`S_i` attacking and the others giving in: whoever waits
is attacked. The type that is indifferent has the cost

.. math:: W_i S_i = \min\left(W_i, \frac{v}{S_j} - (1 - \rho) v + \frac{\rho W_j S_j}{2}\right).

The two right-hand sides map a square into itself without a jump, so that there is a solution.

References
----------
fearon1994domestic
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.attrition import AttritionForm
from collsec.parameters import BoolArray, FloatArray

SCOPE = (
    "equilibria in which neither side gives in at once for certain and nobody attacks before the"
    " horizon; where relative gains leave none, those in which all attack or give in at once"
)
_HALVINGS, _GRID = 100, 96


def attrition(form: AttritionForm) -> Equilibria:
    r"""Find the equilibrium in which both sides may give in, for a whole batch at once.

    Its outcome is unique in this class where ρ is 0: neither side can give in with a positive
    chance at any instant but the first, there can be no pause, and both stop giving in at the same
    time. Which type gives in when is not determined, as all that give in are indifferent.

    With relative gains to fight a rival who would give in may be worth more than the prize, about
    where :math:`\rho (W_j + d_j)/2 > v`: the most resolved then attack before the horizon. Those
    equilibria are listed instead in which nobody waits: all attack or give in at once, by the
    chance :math:`S_1`. There is at least one in every game. They need not be the only ones: near
    the bound there may be others in which the most resolved attack, the least resolved give in, and
    the rest wait; and as whoever waits is attacked, to attack at once costs the others of those who
    do nothing, and gains them nothing. `complete` is false with relative gains. Where ρ is 0 these
    are not listed, as to attack at once is then weakly dominated by attacking later.

    Outside the scope, where ρ is 0, lie two more equilibria: either side gives in at once for
    certain because the other never would. They rest on taking a side that waits for its weakest
    type, though the most resolved gain most by waiting.
    """
    size = form.value[..., 0] + form.worst_war.max(axis=-1)
    waiting = _waiting(form)
    lasts = form.regret(waiting) <= TOLERANCE * size[..., None]
    found = {key: _where(lasts, part) for key, part in waiting.items()}
    is_open = (form.rivalry > 0) & ~lasts
    if is_open.any():
        hasty = {key: _where(is_open, part) for key, part in _hasty(form).items()}
        axis = len(form.batch_shape)
        found = {key: np.concatenate([found[key], hasty[key]], axis=axis) for key in found}
    alone = np.broadcast_to(form.rivalry[..., 0] == 0, form.batch_shape)
    return certify(form, found, complete=alone, scope=SCOPE, method="attrition", scale=size)


def _where(holds: BoolArray, part: FloatArray) -> FloatArray:
    """Return the part where this holds, shape (*batch, 1), else NaN."""
    return np.where(holds if part.ndim == holds.ndim else holds[..., None], part, np.nan)


def _waiting(form: AttritionForm) -> dict[str, FloatArray]:
    """Return the plan in which all who do not give in at once wait."""
    scale, shape = _pace(form)
    stopping = _stopping_times(form, scale, shape)
    horizon = stopping.min(axis=-1)
    stands = _stands(form, horizon[..., None]) / _decline(horizon[..., None], scale, shape)
    is_first = stopping == horizon[..., None]
    concession = np.where(is_first, 0.0, np.clip(1.0 - stands, 0.0, 1.0))[..., None, :]
    return {
        "concession": concession,
        "strike": 0.0 * concession,
        "scale": scale[..., None, :],
        "shape": shape[..., None, :],
        "deadline": horizon[..., None],
    }


def _hasty(form: AttritionForm) -> dict[str, FloatArray]:
    """Return the plans in which all give in or attack at once, by the first side's chance to.

    Every change of sign on a grid is brought down to one point by halving.
    """
    zero = np.zeros((*form.batch_shape, 1))
    step = np.arange(_GRID + 1) / _GRID + zero
    gap = _gap(form, step)
    turns = (gap[..., :-1] <= 0) & (gap[..., 1:] > 0) | (gap[..., :-1] >= 0) & (gap[..., 1:] < 0)
    turns |= (np.arange(1, _GRID + 1) == _GRID) & (gap[..., 1:] == 0)
    order = np.argsort(~turns, axis=-1, kind="stable")
    width = max(int(turns.sum(axis=-1).max(initial=0)), 1)
    at = order[..., :width]
    low, high = (np.take_along_axis(step, at + k, axis=-1) for k in (0, 1))
    falls = np.take_along_axis(gap, at, axis=-1) > 0
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        early = np.where(falls, _gap(form, middle) > 0, _gap(form, middle) <= 0)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    first = np.where(np.take_along_axis(turns, at, axis=-1), high, np.nan)
    strike = np.stack([first, _fighting(form, first, 1)], axis=-1)
    return {
        "concession": 1.0 - strike,
        "strike": strike,
        "scale": np.ones_like(strike),
        "shape": np.ones_like(strike),
        "deadline": 0.0 * first,
    }


def _gap(form: AttritionForm, first: FloatArray) -> FloatArray:
    """Return by how much the first side's chance to attack exceeds its reply to the other's."""
    return np.asarray(first - _fighting(form, _fighting(form, first, 1), 0))


def _fighting(form: AttritionForm, others: FloatArray, side: int) -> FloatArray:
    """Return the share of a side that attacks if this share of the other does, (*batch, n)."""
    worst, theirs = form.worst_war[..., side, None], form.worst_war[..., 1 - side, None]
    stands = np.where(others > 0, others, 1.0)
    cost = form.value / stands - (1.0 - form.rivalry) * form.value
    cost = cost + form.rivalry * theirs * others / 2.0
    return np.where(others == 0, 1.0, np.minimum(cost / worst, 1.0))


def _pace(form: AttritionForm) -> tuple[FloatArray, FloatArray]:
    """Return τ and η of each side's giving in, shape (*batch, 2)."""
    rho, mine, theirs = form.rivalry, form.rate, form.rate[..., ::-1]
    wide = np.zeros((*form.batch_shape, 2))
    pull = theirs + rho * mine + wide
    return (1.0 + rho) * form.value / pull, theirs / pull


def _decline(time: FloatArray, scale: FloatArray, shape: FloatArray) -> FloatArray:
    return np.asarray((1.0 + time / scale) ** -shape)


def _stands(form: AttritionForm, time: FloatArray) -> FloatArray:
    """Return the share of each side's types that would rather fight at this time than give in."""
    rho, worst = form.rivalry, form.worst_war
    hurt = form.rate * time + rho * form.value
    theirs, half = hurt[..., ::-1], rho / 2.0
    # The fixed point of d = hurt + half * min(d of the other, W of the other) is the least over
    # which of the two each side's minimum picks.
    least = np.minimum(
        np.minimum((hurt + half * theirs) / (1.0 - half * half), hurt + half * worst[..., ::-1]),
        hurt + half * (theirs + half * worst),
    )
    return np.minimum(least / worst, 1.0)


def _stopping_times(form: AttritionForm, scale: FloatArray, shape: FloatArray) -> FloatArray:
    """Return T_j, when a side that does not give in at once has no more who would; (*batch, 2).

    By halving the time in which even the least resolved would fight; 0 where all fight from the
    start.
    """
    low, high = np.zeros_like(scale), form.worst_war / form.rate + 0.0 * scale
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        # One side's stopping time is sought at a time, the other's share at that same time.
        stands = np.stack(
            [_stands(form, middle[..., side, None])[..., side] for side in (0, 1)], axis=-1
        )
        early = stands < _decline(middle, scale, shape)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return low
