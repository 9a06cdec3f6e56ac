r"""How strong a signal does a state choose?

After a signal all senders fight, and the receiver pushes with some chance :math:`\pi`; after
silence all give in, and it always pushes. Let :math:`c' = c - \rho - \rho \bar c_R` be the net
cost of war, with :math:`\bar c_R` the mean cost of the receivers who push, :math:`A = \mu \alpha c`
and :math:`D = 1 - \pi + w \pi`. A sender of value v who signals and would give in does not gain if

.. math:: (1 - \pi) (v + \rho) \le \pi (A + \tau m) + (1 - \tau) m.

The least level at which this holds for all who would give in, so that nobody bluffs, and the
lowest value that signals are

.. math:: \hat m = \max\left(0, \frac{(1 - \pi)(c' + w \rho) - A D}{\tau D + w (1 - \tau)}\right),
   \qquad \hat v = \frac{\pi c' - (1 - \pi) \rho + (1 - \tau) \hat m}{D}.

References
----------
fearon1997signaling, cho1987signaling
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.signal_level import SignalLevelForm
from collsec.parameters import BoolArray, FloatArray

SCOPE = (
    "equilibria in which values above a cutoff send the least level that nobody bluffs with,"
    " or nobody signals, and a surprise is laid to the lowest value that signals, or the highest"
)
_STEPS = 100
_TIE = 1e-12


def signal_level(form: SignalLevelForm) -> Equilibria:
    """Find the all-or-nothing equilibria: the least level that tells, then silence.

    Where ρ is 0 exactly one of them exists in the scope, which is what criterion D1 leaves of all
    equilibria in which values above a cutoff send one level. A surprise between silence and the
    least level is best for the lowest value that signals, who would give in; after silence the
    highest value gains most by any signal, which breaks silence unless nobody would fight
    for it. Equilibria with bluffers break as well: those who fight would send a little more, which
    bluffers could not follow. With hands that are tied entirely, any level above the least has
    the same outcome; the least is listed.

    With relative gains `complete` is false, and there are games in which neither exists, because
    some who are silent would fight: `count` is then 0.
    """
    telling, silent = _telling(form), _silent(form)
    is_broken = (form.rho == 0) & ~np.isnan(telling["cutoff"])
    each = [telling, {key: _where(~is_broken, part) for key, part in silent.items()}]
    strategies = {
        key: np.stack([part[key] for part in each], axis=len(form.batch_shape)) for key in each[0]
    }
    return certify(
        form,
        strategies,
        complete=np.broadcast_to(form.rho == 0, form.batch_shape),
        scope=SCOPE,
        method="signal_level",
        scale=1.0 + form.ceiling + form.toll + 0.0 * form.rho,
    )


def _telling(form: SignalLevelForm) -> dict[str, FloatArray]:
    """Return the plan in which all who signal fight; NaN where no value would."""
    zero = np.zeros(form.batch_shape)
    cutoff, level, push, cost = zero, zero, zero, zero
    for _ in range(_STEPS):  # the mean value of those who signal moves a rival's wish to push
        mean_value = (cutoff + form.ceiling) / 2.0
        harm = (1.0 - form.victory) * mean_value + form.toll
        push = _pushing(form, form.rho * harm)
        cost = form.toll - form.rho - form.rho * _mean_cost(form, push)
        level = _level(form, push, cost)
        kept = 1.0 - push + form.victory * push
        sunk = (1.0 - form.tied_share) * level
        cutoff = np.clip((push * cost - (1.0 - push) * form.rho + sunk) / kept, 0.0, form.ceiling)
    enough = (cost - form.breach) / np.where(form.tied_share > _TIE, form.tied_share, np.inf)
    level = np.where(cutoff > 0, level, np.clip(enough, 0.0, level))  # there is nobody to deter
    tied = form.tied_share * level + form.breach
    silence = (form.toll - form.rho - form.rho * _mean_cost(form, zero + 1.0)) / form.victory
    signals = cutoff < form.ceiling
    plan = {
        "cutoff": cutoff,
        "level": level,
        "fight_from": np.stack(
            [silence, np.minimum((cost - tied) / form.victory, cutoff)], axis=-1
        ),
        "push": np.stack([zero + 1.0, push], axis=-1),
        "surprise": np.stack([cutoff, form.ceiling + zero], axis=-1),
    }
    return {key: _where(signals, part) for key, part in plan.items()}


def _where(holds: BoolArray, part: FloatArray) -> FloatArray:
    axes = [1] * (part.ndim - holds.ndim)
    return np.where(np.reshape(holds, (*holds.shape, *axes)), part, np.nan)


def _level(form: SignalLevelForm, push: FloatArray, cost: FloatArray) -> FloatArray:
    """Return the least level with which nobody bluffs."""
    kept = 1.0 - push + form.victory * push
    gap = (1.0 - push) * (cost + form.victory * form.rho) - form.breach * kept
    price = form.tied_share * kept + form.victory * (1.0 - form.tied_share)
    return np.maximum(gap / price, 0.0)


def _silent(form: SignalLevelForm) -> dict[str, FloatArray]:
    """Return the plan in which nobody signals, and a signal is laid to the highest value."""
    low, high = np.zeros(form.batch_shape), np.ones(form.batch_shape)
    for _ in range(_STEPS):  # the more push, the more a rival would fight, the fewer should push
        middle = low + (high - low) / 2.0
        wanted = _pushing(form, _demand(form, _fights_from(form, middle)))
        low, high = np.where(wanted > middle, middle, low), np.where(wanted > middle, high, middle)
    top = form.ceiling + np.zeros(form.batch_shape)
    pledged = _after_pledge(form)
    return {
        "cutoff": top,
        "level": np.zeros(form.batch_shape),
        "fight_from": np.stack(
            [_fights_from(form, high), _fights_from(form, pledged) - form.breach / form.victory],
            axis=-1,
        ),
        "push": np.stack([high, pledged], axis=-1),
        "surprise": np.stack([top, top], axis=-1),
    }


def _after_pledge(form: SignalLevelForm) -> FloatArray:
    """Return the chance of a push after a bare pledge that is laid to the highest value."""
    harm = (1.0 - form.victory) * form.ceiling + form.toll
    least = _pushing(form, form.rho * harm)
    margin = form.ceiling - harm + form.rho + form.breach
    slope = np.where(form.rho > 0, form.rho, 1.0)
    needed = 2.0 * (form.eager - margin / slope) / form.span
    needed = np.where(form.rho > 0, needed, np.where(margin > _TIE, 0.0, 1.0))
    return np.clip(needed, least, 1.0) + np.zeros(form.batch_shape)


def _fights_from(form: SignalLevelForm, push: FloatArray) -> FloatArray:
    """Return the value from which on a silent sender fights if pushed."""
    return np.asarray((form.toll - form.rho - form.rho * _mean_cost(form, push)) / form.victory)


def _demand(form: SignalLevelForm, from_: FloatArray) -> FloatArray:
    """Return the cost of war up to which receivers push if nobody signals."""
    edge = np.clip(from_, 0.0, form.ceiling)
    fight = (form.ceiling - edge) / form.ceiling
    yields = (1.0 - fight) * (1.0 + form.rho * edge / 2.0)
    harm = (1.0 - form.victory) * (edge + form.ceiling) / 2.0 + form.toll
    known = np.where(fight > 0, fight, 1.0)
    return np.where(fight > 0, yields / known + form.rho * harm, np.inf)


def _pushing(form: SignalLevelForm, cost: FloatArray) -> FloatArray:
    """Return the chance that the receiver's cost lies below this one."""
    return np.clip((cost + form.eager) / form.span, 0.0, 1.0)


def _mean_cost(form: SignalLevelForm, push: FloatArray) -> FloatArray:
    return np.asarray(push * form.span / 2.0 - form.eager)
