r"""Wars of attrition in which somebody attacks at once: one side, both, or all who do not give in.

Side i attacks at once with costs of war up to :math:`s_i`, at the horizon T with those up to
:math:`d_i`, gives in between with those up to :math:`e_i`, and at once with all above. The types at
these bounds are indifferent. With :math:`D_i = (1 + T/\tau_i)^{-\eta_i}`, and :math:`\bar t_i` the
mean time at which those give in that do so before T,

.. math::

    d_i = a_i T + \rho v + \rho \frac{s_j + d_j}{2}, \quad
    d_i - s_i = (e_i - s_i) D_i, \quad
    s_i = \rho \frac{e_j + d_j}{2} - v - \rho a_j \bar t_j, \quad
    e_j = \rho v + \rho \frac{s_i}{2} + \frac{W_i - e_i}{s_i} v.

If one side alone strikes, the third of these holds for it and is an inequality for the other, which
does not give in at once: :math:`e_j = W_j`. The first two and it leave one equation in T, whose
left side rises. If both strike there is one equation more than unknowns. At every T the first
three are linear, and the last says for which :math:`W_1` and :math:`W_2` this is an equilibrium: a
curve, on which games lie whose sides are alike, and hardly any others. If all choose at once,

.. math:: W_i S_i = \min\left(W_i, \frac{v}{S_j} - (1 - \rho) v + \frac{\rho W_j S_j}{2}\right)

for the shares :math:`S_i` that attack: where both are below one, a quartic.

References
----------
fearon1994domestic
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from collsec.forms.attrition import AttritionForm
from collsec.parameters import BoolArray, FloatArray

HALVINGS = 100
_GRID = 96
_SAME, _NEAR = 1e-9, 1e-6

Plans = dict[str, FloatArray]


class _Bounds(NamedTuple):
    """Costs of war up to which a side attacks at once, later, and gives in later; (*batch, n, 2).

    And the horizon, shape (*batch, n).
    """

    strikes: FloatArray
    fights: FloatArray
    waits: FloatArray
    horizon: FloatArray


def pace(form: AttritionForm) -> tuple[FloatArray, FloatArray]:
    """Return τ and η of each side's giving in, shape (*batch, 2)."""
    rho, mine, theirs = form.rivalry, form.rate, form.rate[..., ::-1]
    wide = np.zeros((*form.batch_shape, 2))
    pull = theirs + rho * mine + wide
    return (1.0 + rho) * form.value / pull, theirs / pull


def decline(time: FloatArray, scale: FloatArray, shape: FloatArray) -> FloatArray:
    """Return D, the share that stands at a time of those who give in later."""
    return np.asarray((1.0 + time / scale) ** -shape)


def partly(form: AttritionForm) -> Plans:
    """Return the plans in which some attack at once and some wait, (*batch, n, ...), NaN-padded.

    First those in which the first side alone strikes, then the second, then both, by the horizon.
    """
    return joined(
        form, [_plans(form, each) for each in (_alone(form, 0), _alone(form, 1), _both(form))]
    )


def joined(form: AttritionForm, parts: list[Plans]) -> Plans:
    """Return the plans of all parts, the first first."""
    axis = len(form.batch_shape)
    return {key: np.concatenate([part[key] for part in parts], axis=axis) for key in parts[0]}


def at_once(form: AttritionForm) -> Plans:
    """Return the plans in which all choose at once, by the share of the first side that attacks.

    Those inside the square are roots of the quartic, which is monotone between the roots of its
    derivative; two more have a side that attacks for certain. Those alike are listed once.
    """
    one = np.ones((*form.batch_shape, 1))
    inside = unit_roots(np.moveaxis(_quartic(form), -1, 0))
    second = np.concatenate([inside, _fighting(form, one, 1), one], axis=-1)
    first = np.concatenate([_fighting(form, inside, 0), one, _fighting(form, one, 0)], axis=-1)
    apart = np.abs(first - _fighting(form, second, 0)), np.abs(second - _fighting(form, first, 1))
    first = np.where(np.maximum(*apart) <= _NEAR, first, np.nan)
    order = np.argsort(first, axis=-1, kind="stable")
    first, second = (np.take_along_axis(part, order, axis=-1) for part in (first, second))
    again = np.abs(np.diff(first, prepend=-1.0)) <= _SAME
    again &= np.abs(np.diff(second, prepend=-1.0)) <= _SAME
    is_new = ~np.isnan(first) & ~again
    strike = np.where(is_new[..., None], np.stack([first, second], axis=-1), np.nan)
    return {
        "concession": 1.0 - strike,
        "strike": strike,
        "scale": np.ones_like(strike),
        "shape": np.ones_like(strike),
        "deadline": 0.0 * strike[..., 0],
    }


def unit_roots(coefficients: FloatArray) -> FloatArray:
    """Return where polynomials cross or come nearest to zero between 0 and 1, rising or falling.

    Parameters
    ----------
    coefficients : array, shape (degree + 1, *batch)
        From the constant upwards.

    Returns
    -------
    array, shape (*batch, degree)
        One point for each stretch between neighbours among 0, the roots of the derivative and 1:
        where the polynomial changes its sign there, else the end at which it is the smaller.
    """
    degree = len(coefficients) - 1
    zero = np.zeros((*coefficients.shape[1:], 1))
    turns = zero[..., :0]
    if degree > 1:
        factors = np.arange(1, degree + 1).reshape(-1, *([1] * (coefficients.ndim - 1)))
        turns = unit_roots(coefficients[1:] * factors)
    ends = np.concatenate([zero, turns, zero + 1.0], axis=-1)

    def polynomial(at: FloatArray) -> FloatArray:
        value = 0.0 * at
        for row in coefficients[::-1]:
            value = value * at + row[..., None]
        return np.asarray(value)

    return _halved(polynomial, ends[..., :-1], ends[..., 1:])


def _halved(
    gap: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Return where a gap changes its sign between two points, else the end nearer to zero."""
    at_low, at_high = gap(low), gap(high)
    turns, best = at_low * at_high < 0, np.where(np.abs(at_low) <= np.abs(at_high), low, high)
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2.0
        early = gap(middle) * np.sign(at_high) < 0
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return np.where(turns, high, best)


def _quartic(form: AttritionForm) -> FloatArray:
    """Return the coefficients in the share of the second side that attacks, (*batch, 5)."""
    v, rho = form.value[..., 0], form.rivalry[..., 0]
    mine, theirs = form.worst_war[..., 0], form.worst_war[..., 1]
    half, kept = rho / 2.0, (1.0 - rho) * v
    envy = half * theirs
    rows = [
        half * v * v,
        -2.0 * half * v * kept - kept * v,
        half * (kept * kept + 2.0 * v * envy) + kept * kept + v * mine - theirs * v,
        -2.0 * half * kept * envy - kept * envy + theirs * kept,
        half * envy * envy - theirs * envy,
    ]
    return np.stack(np.broadcast_arrays(*rows, np.zeros(form.batch_shape))[:-1], axis=-1)


def _fighting(form: AttritionForm, others: FloatArray, side: int) -> FloatArray:
    """Return the share of a side that attacks if this share of the other does, (*batch, n)."""
    worst, theirs = form.worst_war[..., side, None], form.worst_war[..., 1 - side, None]
    stands = np.where(others > 0, others, 1.0)
    cost = form.value / stands - (1.0 - form.rivalry) * form.value
    cost = cost + form.rivalry * theirs * others / 2.0
    share = np.minimum(cost / np.where(worst > 0, worst, 1.0), 1.0)
    return np.where((others == 0) | (worst == 0), 1.0, share)


def _alone(form: AttritionForm, side: int) -> _Bounds:
    """Return the bounds with which this side alone strikes, n = 1."""
    other, wide = 1 - side, np.zeros((*form.batch_shape, 1))
    v, rho, half = form.value, form.rivalry, form.rivalry / 2.0
    rate, worst = form.rate, form.worst_war[..., other, None] + wide
    slows = [[part[..., k, None] for part in pace(form)] for k in (0, 1)]

    def bounds(time: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        theirs = worst * decline(time, *slows[other])
        mean_time = _mean_time(time, *slows[other])
        strikes = half * (worst + theirs) - v - rho * rate[..., other, None] * mean_time
        return strikes, rate[..., side, None] * time + rho * v + half * theirs, theirs

    def gap(time: FloatArray) -> FloatArray:
        strikes, fights, theirs = bounds(time)
        return np.asarray(
            rate[..., other, None] * time + rho * v + half * (strikes + fights) - theirs
        )

    horizon = _halved(gap, wide, worst / rate[..., other, None])
    strikes, fights, theirs = bounds(horizon)
    waits = strikes + (fights - strikes) / decline(horizon, *slows[side])
    turn = 1 - 2 * side
    return _Bounds(
        np.stack((strikes, wide)[::turn], axis=-1),
        np.stack((fights, theirs)[::turn], axis=-1),
        np.stack((waits, worst)[::turn], axis=-1),
        horizon,
    )


def _both(form: AttritionForm) -> _Bounds:
    """Return the bounds with which both sides strike, wherever W_1 fits on a grid of times.

    The grid is even in log(1 + t/τ), as in the certificate, up to when no side could wait any more.
    """
    latest = (form.worst_war / form.rate).min(axis=-1, keepdims=True)
    first = pace(form)[0].min(axis=-1, keepdims=True)
    times = first * np.expm1(np.log1p(latest / first) * (np.arange(_GRID + 1) / _GRID))

    def gap(time: FloatArray) -> FloatArray:
        return np.asarray(_fitting(form, _jointly(form, time), 0) - form.worst_war[..., 0, None])

    signs = np.sign(gap(times))
    turns = signs[..., :-1] * signs[..., 1:] < 0
    width = max(int(turns.sum(axis=-1).max(initial=0)), 1)
    at = np.argsort(~turns, axis=-1, kind="stable")[..., :width]
    low, high = (np.take_along_axis(times, at + k, axis=-1) for k in (0, 1))
    found = _jointly(form, _halved(gap, low, high))
    worst = form.worst_war[..., 1, None]
    fits = np.abs(_fitting(form, found, 1) - worst) <= _NEAR * worst
    return found._replace(horizon=np.where(fits, found.horizon, np.nan))


def _jointly(form: AttritionForm, time: FloatArray) -> _Bounds:
    """Return the bounds with which both sides strike, at these horizons, shape (*batch, n)."""
    v, rho, rate = (part[..., None, :] for part in (form.value, form.rivalry, form.rate))
    half, at = rho / 2.0, time[..., None]
    scale, shape = (part[..., None, :] for part in pace(form))
    grows = 1.0 / decline(at, scale, shape)
    lone = rate * at + rho * v
    lone = (lone + half * lone[..., ::-1]) / (1.0 - half * half)
    echo = half * half / (1.0 - half * half)
    weight = half * (1.0 + grows)[..., ::-1]
    fixed = weight * lone[..., ::-1] - v - (rho * rate * _mean_time(at, scale, shape))[..., ::-1]
    own = 1.0 - weight * half / (1.0 - half * half)
    cross = half * (1.0 - grows)[..., ::-1] + weight * echo
    strikes = fixed * own[..., ::-1] + cross * fixed[..., ::-1]
    divisor = own * own[..., ::-1] - cross * cross[..., ::-1]
    strikes = strikes / np.where(divisor == 0, np.nan, divisor)
    fights = lone + echo * strikes + half / (1.0 - half * half) * strikes[..., ::-1]
    return _Bounds(strikes, fights, strikes + (fights - strikes) * grows, time)


def _fitting(form: AttritionForm, bounds: _Bounds, side: int) -> FloatArray:
    """Return the highest cost of war of a side with which these are the bounds in equilibrium."""
    strikes, waits = (part[..., side] for part in (bounds.strikes, bounds.waits))
    excess = bounds.waits[..., 1 - side] - form.rivalry * (form.value + strikes / 2.0)
    return np.asarray(waits + strikes * excess / form.value)


def _mean_time(time: FloatArray, scale: FloatArray, shape: FloatArray) -> FloatArray:
    """Return the mean time at which those give in that do so by this time."""
    way, stands = np.log1p(time / scale), decline(time, scale, shape)
    rest = 1.0 - shape
    known = np.where(rest > 0, rest, 1.0)
    area = scale * np.where(rest > 0, np.expm1(rest * way) / known, way)
    gone = np.where(stands < 1, 1.0 - stands, 1.0)
    return np.where(stands < 1, (area - time * stands) / gone, 0.0)


def _plans(form: AttritionForm, bounds: _Bounds) -> Plans:
    """Return what these bounds say as strategies, NaN where they are out of order."""
    worst, horizon = form.worst_war[..., None, :], bounds.horizon
    scale, shape = (part[..., None, :] + 0.0 * bounds.strikes for part in pace(form))
    holds = _in_order(bounds, worst)
    share = np.where(worst > 0, worst, 1.0)
    parts = {
        "concession": np.clip(1.0 - bounds.waits / share, 0.0, 1.0),
        "strike": np.maximum(bounds.strikes / share, 0.0),
        "scale": scale,
        "shape": shape,
    }
    plans = {key: np.where(holds[..., None], part, np.nan) for key, part in parts.items()}
    return plans | {"deadline": np.where(holds, horizon, np.nan)}


def _in_order(bounds: _Bounds, worst: FloatArray) -> BoolArray:
    """Whether somebody attacks at once, some later, and some give in later; shape (*batch, n)."""
    slack = _SAME * worst
    ranked = (
        (bounds.strikes >= 0)
        & (bounds.fights > bounds.strikes)
        & (bounds.waits > bounds.fights)
        & (bounds.waits <= worst + slack)
    )
    return np.asarray(ranked.all(axis=-1) & (bounds.strikes > 0).any(axis=-1))
