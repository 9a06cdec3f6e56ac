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

With relative gains some of the silent may fight as well, from a value f on, for the receivers who
push after silence lose by it. Then the receiver pushes after silence with a chance
:math:`\pi_0 < 1` that follows from the cutoff, and so does all else but the level. Let b be what
the lowest value that signals would gain by a signal that costs nothing at once. Its indifference
is :math:`(1 - \tau) m = b`, and the least level is one of three:

.. math:: \tau m = c' - A - w \hat v, \qquad
   (\pi \tau + 1 - \tau) m = (\pi_0 - \pi)(f + \rho) - \pi A, \qquad m = 0.

With the first the lowest value that signals is just ready to fight, with the second the lowest
that fights when silent is just not tempted to bluff, and the third is a bare pledge. Each leaves
one equation in the cutoff.

References
----------
fearon1997signaling, cho1987signaling
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.signal_level import SignalLevelForm
from collsec.parameters import BoolArray, FloatArray

SCOPE = (
    "equilibria in which values above a cutoff send the least level that nobody bluffs with,"
    " or nobody signals; a surprise is laid to the lowest value that signals, the one most tempted"
    " to bluff, or the highest, and with relative gains, where that does not last, to others"
)
_STEPS, _GRID = 100, 48
_HALVINGS = 60
_TIE, _LASTS = 1e-12, 1e-9

_Plan = dict[str, FloatArray]


def signal_level(form: SignalLevelForm) -> Equilibria:
    """Find the all-or-nothing equilibria: the least level that tells, then silence.

    Where ρ is 0 exactly one of them exists in the scope, which is what criterion D1 leaves of all
    equilibria in which values above a cutoff send one level. A surprise between silence and the
    least level is best for the lowest value that signals, who would give in; after silence the
    highest value gains most by any signal, which breaks silence unless nobody would fight
    for it. Equilibria with bluffers break as well: those who fight would send a little more, which
    bluffers could not follow. With hands that are tied entirely, any level above the least has
    the same outcome; the least is listed.

    With relative gains the order is: all signal; all silent give in (the plan above); some of the
    silent fight and the lowest value that signals is just ready to; some fight and the lowest of
    them is just not tempted to bluff; some fight and a bare pledge is sent; nobody signals. Of
    several cutoffs of a kind the lowest is listed. Where all signal and a bare pledge leaves some
    who would give in, these are bluffers; no other plan has any. What a weaker signal is taken for
    matters: the sender it is laid to may be pushed just often enough to fight, so that it pays.
    Where a plan does not last with the beliefs above, the lowest value is blamed for weaker signals
    instead ("surprise" says who is). Where no plan lasts, nobody signals if signals may be laid to
    the lowest value, to the lowest that fights when silent, or to one half way; these equilibria
    criterion D1 may exclude. They are 4 % of 1000 random games at ρ = 0.1 and 28 % at 0.5.

    With relative gains `complete` is false, and a game may still have `count` 0. Of 2000 random
    ones these are at most 1 % up to ρ = 0.8 and 2 % at ρ = 1 if broken pledges cost nothing; if
    they cost 0.3 of the cost of war, 2 % at ρ = 0.2, 5 % at 0.3, 12 % at 0.5, and 4 to 5 % at 0.8
    and 1. In these games every plan above fails its certificate. What may be played there has
    bluffers at a positive level, several levels, or beliefs that change with the level: the form
    cannot say it, and it is not shown here that there is none.
    """
    told, silent = _told(form), _silent(form)
    is_told = ~np.all([np.isnan(plan["cutoff"]) for plan in told], axis=0)
    is_broken = (form.rho == 0) & is_told
    each = [*told, {key: _where(~is_broken, part) for key, part in silent.items()}]
    if np.any(form.rho > 0):
        each.append(_silenced(form, each))
    return certify(
        form,
        _stacked(form, each),
        complete=np.broadcast_to(form.rho == 0, form.batch_shape),
        scope=SCOPE,
        method="signal_level",
        scale=_scale(form),
    )


def _told(form: SignalLevelForm) -> list[_Plan]:
    """Return the plans with a signal: all silent give in, and with relative gains some fight."""
    telling = _telling(form)
    if not np.any(form.rho > 0):
        return [telling]
    is_some = (telling["cutoff"] > 0) | (form.rho == 0)
    some = {key: _where(is_some, part) for key, part in telling.items()}
    each = [some, *(_fighting(form, rule) for rule in (_ready, _untempted, _bare))]
    return [_everyone(form), *(_first(form, [plan, _blaming(plan)]) for plan in each)]


def _silenced(form: SignalLevelForm, others: list[_Plan]) -> _Plan:
    """Return silence with signals laid to other values, where no other plan lasts."""
    is_open = (form.rho > 0) & ~_lasts(form, _stacked(form, others)).any(axis=-1)
    marginal = np.clip(_silent(form)["fight_from"][..., 0], 0.0, form.ceiling)
    values = 0.0 * marginal, marginal, form.ceiling / 2.0 + 0.0 * marginal
    plan = _first(form, [_silent(form, value) for value in values])
    return {key: _where(is_open, part) for key, part in plan.items()}


def _blaming(plan: _Plan) -> _Plan:
    """Return the plan with weaker signals laid to the lowest value."""
    return plan | {"surprise": plan["surprise"] * np.array([0.0, 1.0])}


def _first(form: SignalLevelForm, plans: list[_Plan]) -> _Plan:
    """Return, game by game, the first plan that lasts; NaN where none does, or ρ is 0."""
    chosen = plans[0]
    taken = _lasts(form, _stacked(form, plans[:1]))[..., 0] | (form.rho == 0)
    chosen = {key: _where(taken, part) for key, part in chosen.items()}
    for plan in plans[1:]:
        fits = _lasts(form, _stacked(form, [plan]))[..., 0] & ~taken
        chosen = {key: _either(fits, plan[key], part) for key, part in chosen.items()}
        taken = taken | fits
    return chosen


def _lasts(form: SignalLevelForm, plans: _Plan) -> BoolArray:
    return np.asarray(form.regret(plans) <= _LASTS * _scale(form)[..., None])


def _scale(form: SignalLevelForm) -> FloatArray:
    return np.asarray(1.0 + form.ceiling + form.toll + 0.0 * form.rho)


def _stacked(form: SignalLevelForm, plans: list[_Plan]) -> _Plan:
    """Return the plans along the axis of equilibria."""
    axis = len(form.batch_shape)
    return {key: np.stack([plan[key] for plan in plans], axis=axis) for key in plans[0]}


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
    return _either(holds, part, np.full_like(part, np.nan))


def _either(holds: BoolArray, part: FloatArray, other: FloatArray) -> FloatArray:
    axes = [1] * (part.ndim - holds.ndim)
    return np.where(np.reshape(holds, (*holds.shape, *axes)), part, other)


def _everyone(form: SignalLevelForm) -> _Plan:
    """Return the plan in which all send the least level after which all fight; NaN if ρ is 0.

    Where that does not last, all send a bare pledge, and the low values among them bluff. Silence
    and weaker signals are laid to the lowest value.
    """
    zero = np.zeros(form.batch_shape)
    after = _pushing(form, form.rho * _harm(form, zero, form.ceiling))
    margin = form.toll - form.rho - form.rho * _mean_cost(form, after) - form.breach
    ties = form.tied_share > _TIE
    level = np.maximum(margin, 0.0) / np.where(ties, form.tied_share, 1.0)
    sure = {
        key: _where(ties | (margin <= 0), part) for key, part in _pooled(form, level, after).items()
    }
    bare = _pooled(form, zero, _fixed(form, form.ceiling + zero, form.breach + zero))
    is_pledge = form.breach + zero > _TIE  # else it is silence by another name
    plan = _first(form, [sure, {key: _where(is_pledge, part) for key, part in bare.items()}])
    return {key: _where(form.rho > 0, part) for key, part in plan.items()}


def _pooled(form: SignalLevelForm, level: FloatArray, push: FloatArray) -> _Plan:
    """Return the plan in which all send this level and are then pushed with this chance."""
    zero = np.zeros(form.batch_shape)
    before = _reply(form, zero, zero)
    tied = (form.tied_share * level + form.breach) / form.victory
    from_ = np.clip(_fights_from(form, push) - tied, 0.0, None)
    return {
        "cutoff": zero,
        "level": level,
        "fight_from": np.stack([_fights_from(form, before), from_], axis=-1),
        "push": np.stack([before, push], axis=-1),
        "surprise": np.stack([zero, form.ceiling + zero], axis=-1),
    }


class _Cut(NamedTuple):
    """What follows from the lowest value that signals if the silent may fight."""

    before: FloatArray
    """Chance of a push after silence."""
    after: FloatArray
    """Chance of a push after a signal."""
    fights: FloatArray
    """The value from which on the silent fight."""
    cost: FloatArray
    """The net cost c' of a war after a signal."""
    gain: FloatArray
    """What the lowest value that signals gains by a signal, but for what is sunk."""
    margin: FloatArray
    """What it must lose, by giving in, beside what it does after a bare pledge."""
    level: FloatArray
    """The level with which the lowest value that fights when silent is not tempted to bluff."""


def _cut(form: SignalLevelForm, cutoff: FloatArray) -> _Cut:
    """Return all that follows from a cutoff."""
    before = _fixed(form, cutoff)
    after = _pushing(form, form.rho * _harm(form, cutoff, form.ceiling))
    fights = _fights_from(form, before)
    net = [form.toll - form.rho - form.rho * _mean_cost(form, push) for push in (before, after)]
    won = form.victory * cutoff - form.rho
    silence = (1.0 - before) * cutoff + before * np.maximum(won - net[0], -form.rho)
    gain = (1.0 - after) * cutoff + after * (won - net[1]) - silence
    tempted = np.clip(np.minimum(fights, cutoff), 0.0, None)
    price = after * form.tied_share + 1.0 - form.tied_share
    level = ((before - after) * (tempted + form.rho) - after * form.breach) / price
    margin = net[1] - form.breach - form.victory * cutoff
    return _Cut(before, after, fights, net[1], gain, margin, level)


def _ready(form: SignalLevelForm, cut: _Cut) -> tuple[FloatArray, FloatArray]:
    """Return the gap and level where the lowest value that signals is just ready to fight."""
    gap = (1.0 - form.tied_share) * cut.margin - form.tied_share * cut.gain
    return gap, cut.margin + cut.gain


def _untempted(form: SignalLevelForm, cut: _Cut) -> tuple[FloatArray, FloatArray]:
    """Return the gap and level where the lowest value that fights when silent does not bluff."""
    return (1.0 - form.tied_share) * cut.level - cut.gain, cut.level


def _bare(form: SignalLevelForm, cut: _Cut) -> tuple[FloatArray, FloatArray]:
    """Return the gap and level of a bare pledge."""
    return cut.gain, 0.0 * cut.gain + 0.0 * form.ceiling


def _fighting(
    form: SignalLevelForm, rule: Callable[[SignalLevelForm, _Cut], tuple[FloatArray, FloatArray]]
) -> _Plan:
    """Return the plan with the lowest cutoff at which the gap of this rule changes its sign.

    NaN where it does not, or no silent sender would fight.
    """
    zero = np.zeros(form.batch_shape)
    step = np.linspace(_LASTS, 1.0, _GRID + 1).reshape(-1, *([1] * zero.ndim))
    places = (form.ceiling + zero) * step
    signs = np.sign(rule(form, _cut(form, places))[0])
    turns = signs[:-1] * signs[1:] < 0
    at = np.argmax(turns, axis=0)[None]
    low, high = (np.take_along_axis(places, at + k, axis=0)[0] for k in (0, 1))
    rises = np.take_along_axis(signs, at + 1, axis=0)[0]
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        below = rises * rule(form, _cut(form, middle))[0] < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    cut = _cut(form, high)
    level = np.maximum(rule(form, cut)[1], 0.0)
    tied = form.tied_share * level + form.breach
    blamed = np.clip(cut.fights, 0.0, high) if rule is _untempted else high
    plan = {
        "cutoff": high,
        "level": level,
        "fight_from": np.stack(
            [cut.fights, np.minimum((cut.cost - tied) / form.victory, high)], axis=-1
        ),
        "push": np.stack([cut.before, cut.after], axis=-1),
        "surprise": np.stack([blamed, form.ceiling + zero], axis=-1),
    }
    holds = turns.any(axis=0) & (cut.fights < high) & (form.rho > 0)
    return {key: _where(holds, part) for key, part in plan.items()}


def _fixed(form: SignalLevelForm, top: FloatArray, breach: FloatArray | float = 0.0) -> FloatArray:
    """Return the chance of a push if values up to this one send what costs a breach if they yield.

    The more push, the more a rival would fight, and the fewer should push.
    """
    low = np.zeros(np.broadcast_shapes(np.shape(top), form.batch_shape))
    high = low + 1.0
    for _ in range(_STEPS):
        middle = low + (high - low) / 2.0
        from_ = _fights_from(form, middle) - breach / form.victory
        wanted = _pushing(form, _demand(form, from_, top, breach))
        low, high = np.where(wanted > middle, middle, low), np.where(wanted > middle, high, middle)
    return high


def _harm(form: SignalLevelForm, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return what a war costs the senders with values between these on average."""
    return np.asarray((1.0 - form.victory) * (low + high) / 2.0 + form.toll)


def _level(form: SignalLevelForm, push: FloatArray, cost: FloatArray) -> FloatArray:
    """Return the least level with which nobody bluffs."""
    kept = 1.0 - push + form.victory * push
    gap = (1.0 - push) * (cost + form.victory * form.rho) - form.breach * kept
    price = form.tied_share * kept + form.victory * (1.0 - form.tied_share)
    return np.maximum(gap / price, 0.0)


def _silent(form: SignalLevelForm, laid_to: FloatArray | None = None) -> _Plan:
    """Return the plan in which nobody signals, and a signal is laid to this value, or the highest.

    The plan's signal is a bare pledge.
    """
    top = form.ceiling + np.zeros(form.batch_shape)
    blamed = top if laid_to is None else laid_to
    push, pledged = _fixed(form, top), _reply(form, blamed, form.breach)
    return {
        "cutoff": top,
        "level": np.zeros(form.batch_shape),
        "fight_from": np.stack(
            [_fights_from(form, push), _fights_from(form, pledged) - form.breach / form.victory],
            axis=-1,
        ),
        "push": np.stack([push, pledged], axis=-1),
        "surprise": np.stack([blamed, blamed], axis=-1),
    }


def _reply(form: SignalLevelForm, laid_to: FloatArray, breach: FloatArray) -> FloatArray:
    """Return the chance of a push if this value is sure, and to give in costs it this breach."""
    harm = _harm(form, laid_to, laid_to)
    least = _pushing(form, form.rho * harm)
    margin = laid_to - harm + form.rho + breach
    slope = np.where(form.rho > 0, form.rho, 1.0)
    needed = 2.0 * (form.eager - margin / slope) / form.span
    needed = np.where(form.rho > 0, needed, np.where(margin > _TIE, 0.0, 1.0))
    return np.clip(needed, least, 1.0) + np.zeros(form.batch_shape)


def _fights_from(form: SignalLevelForm, push: FloatArray) -> FloatArray:
    """Return the value from which on a silent sender fights if pushed."""
    return np.asarray((form.toll - form.rho - form.rho * _mean_cost(form, push)) / form.victory)


def _demand(
    form: SignalLevelForm, from_: FloatArray, top: FloatArray, breach: FloatArray | float
) -> FloatArray:
    """Return the cost of war up to which receivers push if values up to `top` send the same."""
    edge = np.clip(from_, 0.0, top)
    fight = (top - edge) / top
    yields = (1.0 - fight) * (1.0 + form.rho * (edge / 2.0 + breach))
    known = np.where(fight > 0, fight, 1.0)
    harm = _harm(form, edge, top)
    return np.where(fight > 0, yields / known + form.rho * harm, np.inf)


def _pushing(form: SignalLevelForm, cost: FloatArray) -> FloatArray:
    """Return the chance that the receiver's cost lies below this one."""
    return np.clip((cost + form.eager) / form.span, 0.0, 1.0)


def _mean_cost(form: SignalLevelForm, push: FloatArray) -> FloatArray:
    return np.asarray(push * form.span / 2.0 - form.eager)
