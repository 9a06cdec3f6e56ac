"""The plans that may be equilibria of signals, each from an equation of its own.

See `collsec.solvers.signal_level`. A plan has the names of the form's strategies and shape
(*batch); it is NaN where its equation has no solution. What the receiver replies to a message that
nobody sends is left open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from collsec.forms.signal_level import SignalLevelForm
from collsec.parameters import BoolArray, FloatArray

_STEPS, _GRID = 100, 48
_HALVINGS = 60
_TIE, _FIRST = 1e-12, 1e-9

Plan = dict[str, FloatArray]


def usual(form: SignalLevelForm) -> list[Plan]:
    """Return the plans in the order in which equilibria are listed; most are NaN where ρ is 0."""
    telling = _telling(form)
    silent = _silent(form)
    if not np.any(form.rho > 0):
        return [
            telling,
            {key: where(np.isnan(telling["cutoff"]), part) for key, part in silent.items()},
        ]
    alone = form.rho == 0
    told = {key: where(alone | (telling["cutoff"] > 0), part) for key, part in telling.items()}
    last = {key: where(~alone | np.isnan(telling["cutoff"]), part) for key, part in silent.items()}
    rivals = [
        *_everyone(form),
        *(_fighting(form, rule) for rule in (_ready, _untempted, _bare)),
        _pledged(form),
    ]
    first = [{key: where(~alone, part) for key, part in plan.items()} for plan in rivals]
    return [*first[:2], told, *first[2:], last]


def where(holds: BoolArray, part: FloatArray) -> FloatArray:
    """Return the part where this holds, else NaN."""
    return either(holds, part, np.full_like(part, np.nan))


def either(holds: BoolArray, part: FloatArray, other: FloatArray) -> FloatArray:
    """Return the part where this holds, else the other; `holds` has the first axes of both."""
    axes = [1] * (part.ndim - holds.ndim)
    return np.where(np.reshape(holds, (*holds.shape, *axes)), part, other)


def _telling(form: SignalLevelForm) -> Plan:
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
    }
    return {key: where(signals, part) for key, part in plan.items()}


def _everyone(form: SignalLevelForm) -> tuple[Plan, Plan]:
    """Return the plans in which all send the least level after which all fight, or a bare pledge.

    With a bare pledge the low values bluff. Where to break one costs nothing it is silence by
    another name, and the plan is left out.
    """
    zero = np.zeros(form.batch_shape)
    after = _pushing(form, form.rho * _harm(form, zero, form.ceiling))
    short = form.toll - form.rho - form.rho * _mean_cost(form, after) - form.breach
    ties, binds = form.tied_share > _TIE, form.breach + zero > _TIE
    level = np.maximum(short, 0.0) / np.where(ties, form.tied_share, 1.0)
    sure = {
        key: where(np.where(short > 0, ties, binds), part)
        for key, part in _pooled(form, level, after).items()
    }
    push = _fixed(form, zero, form.ceiling + zero, form.breach + zero)
    bare = {
        key: where(binds & (short > 0), part) for key, part in _pooled(form, zero, push).items()
    }
    return sure, bare


def _pooled(form: SignalLevelForm, level: FloatArray, push: FloatArray) -> Plan:
    """Return the plan in which all send this level and are then pushed with this chance."""
    zero = np.zeros(form.batch_shape)
    tied = (form.tied_share * level + form.breach) / form.victory
    from_ = np.clip(fights_from(form, push) - tied, 0.0, None)
    return {
        "cutoff": zero,
        "level": level,
        "fight_from": np.stack([from_, from_], axis=-1),
        "push": np.stack([push, push], axis=-1),
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
    before = _fixed(form, 0.0 * cutoff, cutoff)
    after = _pushing(form, form.rho * _harm(form, cutoff, form.ceiling))
    fights = fights_from(form, before)
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
) -> Plan:
    """Return the plan with the lowest cutoff that solves the equation of this rule.

    NaN where none does, or no silent sender would fight.
    """
    high, exists = _lowest(form, lambda cutoff: rule(form, _cut(form, cutoff))[0])
    cut = _cut(form, high)
    level = np.maximum(rule(form, cut)[1], 0.0)
    tied = form.tied_share * level + form.breach
    plan = {
        "cutoff": high,
        "level": level,
        "fight_from": np.stack(
            [cut.fights, np.minimum((cut.cost - tied) / form.victory, high)], axis=-1
        ),
        "push": np.stack([cut.before, cut.after], axis=-1),
    }
    holds = exists & (cut.fights < high)
    return {key: where(holds, part) for key, part in plan.items()}


def bluffed(form: SignalLevelForm, level: FloatArray) -> Plan:
    """Return the plan with the lowest cutoff from which on all send this level, some as a bluff."""
    lost, sunk = form.tied_share * level + form.breach, (1.0 - form.tied_share) * level

    def after(cutoff: FloatArray) -> FloatArray:
        return _fixed(form, cutoff, form.ceiling + 0.0 * cutoff, lost)

    def gap(cutoff: FloatArray) -> FloatArray:
        before = _worth(form, cutoff, _fixed(form, 0.0 * cutoff, cutoff), 0.0)
        return _worth(form, cutoff, after(cutoff), lost) - sunk - before

    cutoff, exists = _lowest(form, gap)
    push = np.stack([_fixed(form, 0.0 * cutoff, cutoff), after(cutoff)], axis=-1)
    from_ = [fights_from(form, push[..., 0]), fights_from(form, push[..., 1]) - lost / form.victory]
    plan = {
        "cutoff": cutoff,
        "level": level + 0.0 * cutoff,
        "fight_from": np.stack(from_, axis=-1),
        "push": push,
    }
    return {key: where(exists & (from_[1] > cutoff), part) for key, part in plan.items()}


def _pledged(form: SignalLevelForm) -> Plan:
    """Return the plan with bluffers and a bare pledge; NaN where to break one costs nothing."""
    plan = bluffed(form, np.zeros(form.batch_shape))
    return {
        key: where(form.breach + plan["cutoff"] * 0.0 > _TIE, part) for key, part in plan.items()
    }


def _lowest(
    form: SignalLevelForm, gap: Callable[[FloatArray], FloatArray]
) -> tuple[FloatArray, BoolArray]:
    """Return the lowest cutoff at which a gap changes its sign, and whether it does."""
    zero = np.zeros(form.batch_shape)
    step = np.linspace(_FIRST, 1.0, _GRID + 1).reshape(-1, *([1] * zero.ndim))
    places = (form.ceiling + zero) * step
    signs = np.sign(gap(places))
    turns = signs[:-1] * signs[1:] < 0
    at = np.argmax(turns, axis=0)[None]
    low, high = (np.take_along_axis(places, at + k, axis=0)[0] for k in (0, 1))
    rises = np.take_along_axis(signs, at + 1, axis=0)[0]
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        below = rises * gap(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high, np.asarray(turns.any(axis=0))


def _worth(
    form: SignalLevelForm, value: FloatArray, push: FloatArray, lost: FloatArray | float
) -> FloatArray:
    """Return what a message is worth to a value if to give in costs so, but for what is sunk."""
    war = form.victory * value - form.toll + form.rho * _mean_cost(form, push)
    return np.asarray((1.0 - push) * value + push * np.maximum(war, -form.rho - lost))


def _fixed(
    form: SignalLevelForm, low: FloatArray, high: FloatArray, lost: FloatArray | float = 0.0
) -> FloatArray:
    """Return the chance of a push if values between these send what costs so much if they yield.

    The more push, the more a rival would fight, and the fewer should push.
    """
    few = np.zeros(np.broadcast_shapes(np.shape(high), form.batch_shape))
    many = few + 1.0
    for _ in range(_STEPS):
        middle = few + (many - few) / 2.0
        from_ = fights_from(form, middle) - lost / form.victory
        wanted = _pushing(form, _demand(form, from_, (low, high), lost))
        few, many = np.where(wanted > middle, middle, few), np.where(wanted > middle, many, middle)
    return many


def _harm(form: SignalLevelForm, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return what a war costs the senders with values between these on average."""
    return np.asarray((1.0 - form.victory) * (low + high) / 2.0 + form.toll)


def _level(form: SignalLevelForm, push: FloatArray, cost: FloatArray) -> FloatArray:
    """Return the least level with which nobody bluffs."""
    kept = 1.0 - push + form.victory * push
    gap = (1.0 - push) * (cost + form.victory * form.rho) - form.breach * kept
    price = form.tied_share * kept + form.victory * (1.0 - form.tied_share)
    return np.maximum(gap / price, 0.0)


def _silent(form: SignalLevelForm) -> Plan:
    """Return the plan in which nobody signals; its signal is a bare pledge."""
    top = form.ceiling + np.zeros(form.batch_shape)
    push = _fixed(form, 0.0 * top, top)
    return {
        "cutoff": top,
        "level": np.zeros(form.batch_shape),
        "fight_from": np.stack([fights_from(form, push)] * 2, axis=-1),
        "push": np.stack([push, push], axis=-1),
    }


def fights_from(form: SignalLevelForm, push: FloatArray) -> FloatArray:
    """Return the value from which on a silent sender fights if pushed."""
    return np.asarray((form.toll - form.rho - form.rho * _mean_cost(form, push)) / form.victory)


def _demand(
    form: SignalLevelForm,
    from_: FloatArray,
    ends: tuple[FloatArray, FloatArray],
    lost: FloatArray | float,
) -> FloatArray:
    """Return the cost of war up to which receivers push if values between these send the same."""
    low, high = ends
    edge, width = np.clip(from_, low, high), high - low
    fight = (high - edge) / np.where(width > 0, width, 1.0)
    yields = (1.0 - fight) * (1.0 + form.rho * ((low + edge) / 2.0 + lost))
    known = np.where(fight > 0, fight, 1.0)
    harm = _harm(form, edge, high)
    return np.where(fight > 0, yields / known + form.rho * harm, np.inf)


def _pushing(form: SignalLevelForm, cost: FloatArray) -> FloatArray:
    """Return the chance that the receiver's cost lies below this one."""
    return np.clip((cost + form.eager) / form.span, 0.0, 1.0)


def _mean_cost(form: SignalLevelForm, push: FloatArray) -> FloatArray:
    return np.asarray(push * form.span / 2.0 - form.eager)
