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
one equation in the cutoff. So does a bare pledge with which the lowest values bluff, where to break
it costs something: they cannot be shaken off by a louder signal that is taken for theirs.

References
----------
fearon1997signaling, cho1987signaling, banks1987equilibrium
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.signal_level import SIGNAL, SILENCE, SignalLevelForm
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers import _signal_plans as plans
from collsec.solvers._kinds import checks_kind
from collsec.solvers._signal_plans import Plan

SCOPE = (
    "equilibria in which values above a cutoff send the least level that nobody bluffs with, or a"
    " bare pledge, or nobody signals; what nobody sends is laid to values that criterion D1 leaves"
    " (refined is 1), and to any value where no such equilibrium lasts (refined is 0)"
)
_LASTS = 1e-9
_LOUD = 24


@checks_kind
def signal_level(form: SignalLevelForm) -> Equilibria:
    """Find the all-or-nothing equilibria: the least level that tells, a bare pledge, silence.

    Where ρ is 0 exactly one of them exists in the scope, which is what criterion D1 leaves of all
    equilibria in which values above a cutoff send one level. A surprise between silence and the
    least level is best for the lowest value that signals, who would give in; after silence the
    highest value gains most by any signal, which breaks silence unless nobody would fight
    for it. Equilibria with bluffers break as well: those who fight would send a little more, which
    bluffers could not follow. With hands that are tied entirely, any level above the least has
    the same outcome; the least is listed.

    With relative gains the order is: all signal, at the least level after which all fight, then
    with a bare pledge; all silent give in (the plan above); some of the silent fight and the lowest
    value that signals is just ready to; some fight and the lowest of them is just not tempted to
    bluff; some fight and a bare pledge is sent; a bare pledge is sent and some bluff; nobody
    signals. Of several cutoffs of a kind the lowest is listed. Whom a surprise is laid to depends
    on its level (`SignalLevelForm`), and of the replies that this allows the receiver has one that
    deters, if there is one: a sender who fights may gain by being pushed more often, as those who
    push then lose, and is deterred only by a push that is not too frequent. Bluffers may last, as
    those who give in may lose more by a push than those who fight: a louder signal is then theirs.

    Only where none of these lasts with the beliefs that D1 leaves, those are listed that last with
    others, and, where there is none either, one in which bluffers send a positive level;
    "refined" is then 0. The criterion always leaves something in games with finitely many values
    and levels; whether it does here, among plans with several levels, is not known.

    With relative gains `complete` is false. Of 27 000 random games, at ρ from 0.1 to 1 and with
    broken pledges that cost nothing, 0.3 and 1 times the cost of war, one had no equilibrium here;
    of 6800 drawn over the whole ranges of all parameters and levers, three.
    The criterion leaves one in all but 4 % where pledges cost nothing or as much as war, and in all
    but 14 % in between.
    """
    whole = _spread(form)
    found = _lasting(whole, plans.usual(whole), refined=1.0)
    for attempt in (_on_any_belief, _loudly):
        games = np.asarray(np.isnan(found["cutoff"]).all(axis=-1))
        if games.any():
            found = _filled(found, games, attempt(_among(whole, games)))
    return certify(
        form,
        found,
        complete=np.broadcast_to(form.rho == 0, form.batch_shape),
        scope=SCOPE,
        method="signal_level",
        scale=_scale(form),
    )


def _on_any_belief(form: SignalLevelForm) -> Plan:
    return _lasting(form, plans.usual(form), refined=0.0)


def _loudly(form: SignalLevelForm) -> Plan:
    """Return the plan with bluffers at the lowest level of a grid at which it lasts."""
    highest = form.ceiling + form.toll
    found = _lasting(form, [plans.bluffed(form, 0.0 * highest)], refined=0.0)
    for step in range(1, _LOUD + 1):
        louder = _lasting(form, [plans.bluffed(form, highest * step / _LOUD)], refined=0.0)
        is_open = np.isnan(found["cutoff"])
        found = {key: plans.either(is_open, louder[key], part) for key, part in found.items()}
    return found


def _lasting(form: SignalLevelForm, candidates: list[Plan], refined: float) -> Plan:
    """Return those of the plans that last with such beliefs, along an axis; NaN for the others."""
    axis = len(form.batch_shape)
    each = {key: np.stack([one[key] for one in candidates], axis=axis) for key in candidates[0]}
    each = each | {"refined": refined + 0.0 * each["cutoff"]}
    each = _answered(form, each)
    lasts = form.regret(each) <= _LASTS * _scale(form)[..., None]
    return {key: plans.where(lasts, part) for key, part in each.items()}


def _answered(form: SignalLevelForm, each: Plan) -> Plan:
    """Return the plans with the replies to silence and to their level where nobody sends these."""
    top = np.asarray(form.ceiling)[..., None]
    nobody = np.stack([each["cutoff"] == 0, each["cutoff"] == top], axis=-1)
    push = np.where(nobody, form.unsent(each), each["push"])
    lost = np.asarray(form.tied_share)[..., None] * each["level"] + form.breach[..., None]
    ready = [
        plans.fights_from(form, np.moveaxis(push[..., message], -1, 0))
        for message in (SILENCE, SIGNAL)
    ]
    from_ = np.stack([np.moveaxis(part, 0, -1) for part in ready], axis=-1)
    from_[..., SIGNAL] -= lost / np.asarray(form.victory)[..., None]
    return each | {"push": push, "fight_from": np.where(nobody, from_, each["fight_from"])}


def _spread(form: SignalLevelForm) -> SignalLevelForm:
    """Return the form with every primitive in the shape of the sweep."""
    every = {item.name: getattr(form, item.name) for item in fields(form)}
    return replace(
        form, **{name: np.broadcast_to(part, form.batch_shape) for name, part in every.items()}
    )


def _among(form: SignalLevelForm, games: BoolArray) -> SignalLevelForm:
    """Return the form of these games alone, in one row."""
    every = {item.name: getattr(form, item.name) for item in fields(form)}
    return replace(form, **{name: part[games] for name, part in every.items()})


def _filled(found: Plan, games: BoolArray, others: Plan) -> Plan:
    """Return the plans with those found for these games, which had none."""
    filled = {key: np.array(part) for key, part in found.items()}
    for key, part in others.items():
        width = part.shape[1]
        at = filled[key][games]
        at[:, :width] = part
        filled[key][games] = at
    return filled


def _scale(form: SignalLevelForm) -> FloatArray:
    return np.asarray(1.0 + form.ceiling + form.toll + 0.0 * form.rho)
