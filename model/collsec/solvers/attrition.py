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
What does is in `_attrition_strikes`: one side's most resolved attack at once, or both sides', and
some wait; or all choose at once.

References
----------
fearon1994domestic
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.attrition import AttritionForm
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._attrition_strikes import (
    HALVINGS,
    Plans,
    at_once,
    decline,
    joined,
    pace,
    partly,
)
from collsec.solvers._kinds import checks_kind

SCOPE = (
    "perfect Bayesian equilibria in which neither side gives in at once for certain and nobody"
    " attacks before the horizon, one for each outcome; where relative gains leave none of these,"
    " all, one for each outcome"
)


@checks_kind
def attrition(form: AttritionForm) -> Equilibria:
    r"""Find the equilibrium in which all wait, or else all in which somebody attacks at once.

    After the start nobody gives in with a positive chance at any one instant, there can be no
    pause, and both sides stop giving in at the same time, the horizon. Nor does anybody attack
    between: a type of cost c that puts its attack off gains :math:`v + \rho a_j t + c - \rho c_j`
    if a rival of cost :math:`c_j` gives in meanwhile. To attack at t it would have to gain up to t
    and lose from then on, but where an attack is to be feared the least resolved give in first, so
    that the gain rises. What is left is the start, the horizon, and what the form describes.

    If nobody attacks at the start, at most one side may give in there, which leaves one outcome.
    Which type gives in when is not determined, as all that give in are indifferent. The plan in
    which the least resolved give in at once lasts if any does: about where
    :math:`\rho (W_j + d_j)/2 < v`. Elsewhere those are listed in which, in this order, the first
    side attacks at once and both wait, at most one; the second, at most one; both, by the horizon;
    nobody waits, by the chance :math:`S_1`, of which there is at least one. Where some wait, a side
    that attacks at once also gives in at once, or to wait for that would be too dangerous.

    Both attack and wait where the sides are alike and the most resolved do not wait. Of other games
    this is true for those on a curve in the plane of :math:`W_1` and :math:`W_2` alone, which is
    searched in 96 steps of the horizon. So `complete` is true, except that a game which happens to
    lie there may have one more.

    Where an equilibrium without attacks before the horizon lasts, others are not listed. To attack
    at once is then often dominated: where :math:`\rho W_j \le v`, and so for ρ = 0, nobody loses by
    attacking later whatever the other side does. Outside the scope, where ρ is 0, lie two more:
    either side gives in at once for certain because the other never would. They rest on taking a
    side that waits for its weakest type, though the most resolved gain most by waiting.
    """
    size = form.value[..., 0] + form.worst_war.max(axis=-1)
    found = _lasting(form, _waiting(form), size)
    is_open = (form.rivalry > 0) & np.isnan(found["deadline"])
    if is_open.any():
        hasty = joined(form, [partly(form), at_once(form)])
        found = joined(form, [found, _lasting(form, _sifted(form, hasty, is_open), size)])
    return certify(form, found, complete=True, scope=SCOPE, method="attrition", scale=size)


def _sifted(form: AttritionForm, plans: Plans, is_open: BoolArray) -> Plans:
    """Return the plans of open games, without gaps; NaN behind the last of each game."""
    kept, axis = is_open & ~np.isnan(plans["deadline"]), len(form.batch_shape)
    width = max(int(kept.sum(axis=-1).max(initial=0)), 1)
    order = np.argsort(~kept, axis=-1, kind="stable")[..., :width]
    live = np.take_along_axis(kept, order, axis=-1)
    return {key: _where(live, _taken(part, order, axis)) for key, part in plans.items()}


def _taken(part: FloatArray, order: IntArray, axis: int) -> FloatArray:
    """Return a part with its plans in this order."""
    return np.take_along_axis(part, order if part.ndim == order.ndim else order[..., None], axis)


def _lasting(form: AttritionForm, plans: Plans, size: FloatArray) -> Plans:
    """Return the plans that nobody regrets, NaN for the others."""
    lasts = form.regret(plans) <= TOLERANCE * size[..., None]
    return {key: _where(lasts, part) for key, part in plans.items()}


def _where(holds: BoolArray, part: FloatArray) -> FloatArray:
    """Return the part where this holds, shape (*batch, 1), else NaN."""
    return np.where(holds if part.ndim == holds.ndim else holds[..., None], part, np.nan)


def _waiting(form: AttritionForm) -> dict[str, FloatArray]:
    """Return the plan in which all who do not give in at once wait."""
    scale, shape = pace(form)
    stopping = _stopping_times(form, scale, shape)
    horizon = stopping.min(axis=-1)
    stands = _stands(form, horizon[..., None]) / decline(horizon[..., None], scale, shape)
    is_first = stopping == horizon[..., None]
    concession = np.where(is_first, 0.0, np.clip(1.0 - stands, 0.0, 1.0))[..., None, :]
    return {
        "concession": concession,
        "strike": 0.0 * concession,
        "scale": scale[..., None, :],
        "shape": shape[..., None, :],
        "deadline": horizon[..., None],
    }


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
    return np.where(worst > 0, np.minimum(least / np.where(worst > 0, worst, 1.0), 1.0), 1.0)


def _stopping_times(form: AttritionForm, scale: FloatArray, shape: FloatArray) -> FloatArray:
    """Return T_j, when a side that does not give in at once has no more who would; (*batch, 2).

    By halving the time in which even the least resolved would fight; 0 where all fight from the
    start.
    """
    low, high = np.zeros_like(scale), form.worst_war / form.rate + 0.0 * scale
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2.0
        # One side's stopping time is sought at a time, the other's share at that same time.
        stands = np.stack(
            [_stands(form, middle[..., side, None])[..., side] for side in (0, 1)], axis=-1
        )
        early = stands < decline(middle, scale, shape)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return low
