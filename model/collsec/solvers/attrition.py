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

References
----------
fearon1994domestic
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.attrition import AttritionForm
from collsec.parameters import FloatArray

SCOPE = "equilibria in which neither side gives in at once for certain"
_HALVINGS = 100


def attrition(form: AttritionForm) -> Equilibria:
    r"""Find the equilibrium in which both sides may give in, for a whole batch at once.

    Its outcome is unique in this class where ρ is 0: neither side can give in with a positive
    chance at any instant but the first, there can be no pause, and both stop giving in at the same
    time. Which type gives in when is not determined, as all that give in are indifferent. With
    relative gains `complete` is false. Where to fight a rival who would give in is worth more than
    the prize, about :math:`\rho (W_j + d_j)/2 > v`, the most resolved would attack before the
    horizon and no equilibrium is of this kind: `count` is then 0.

    Outside the scope, where ρ is 0, lie two more equilibria: either side gives in at once for
    certain because the other never would. They rest on taking a side that waits for its weakest
    type, though the most resolved gain most by waiting.
    """
    scale, shape = _pace(form)
    stopping = _stopping_times(form, scale, shape)
    horizon = stopping.min(axis=-1)
    stands = _stands(form, horizon[..., None]) / _decline(horizon[..., None], scale, shape)
    is_first = stopping == horizon[..., None]
    concession = np.where(is_first, 0.0, np.clip(1.0 - stands, 0.0, 1.0))
    strategies = {
        "concession": concession[..., None, :],
        "scale": scale[..., None, :],
        "shape": shape[..., None, :],
        "horizon": horizon[..., None],
    }
    size = form.value[..., 0] + form.worst_war.max(axis=-1)
    alone = np.broadcast_to(form.rivalry[..., 0] == 0, form.batch_shape)
    return certify(form, strategies, complete=alone, scope=SCOPE, method="attrition", scale=size)


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
