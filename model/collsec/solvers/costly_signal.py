r"""Two types and one signal: who sends it, who believes it, who fights?

After a message the receiver pushes if its cost of war is below a cutoff x, which falls as it is
more likely that the sender fights; a sender with relative gains fights if the receivers who push
have high enough costs, above :math:`x_t`. Between the two there is one fixed point for every
belief. With it a type's gain from the signal is a function of what is believed after silence and
after the signal, and the equilibria are where gains and choices agree.

References
----------
fearon1997signaling, cho1987signaling
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.costly_signal import CostlySignalForm
from collsec.parameters import BoolArray, FloatArray, ParameterError

SCOPE = (
    "perfect Bayesian equilibria in which at most one type mixes, and a surprise is laid to the"
    " type that gains by it for more replies"
)
_HALVINGS = 60
_TIE = 1e-12
_SILENT, _SIGNAL = 0, 1
_WEAK, _STRONG = 0, 1


class _Reply(NamedTuple):
    """What follows a message: the receiver's cutoff, and each type's chance to fight."""

    cutoff: FloatArray
    weak: FloatArray
    strong: FloatArray


class _Candidate(NamedTuple):
    """Each type's chance to signal, the belief after silence and signal, and if it all agrees.

    A belief is the chance that the sender is resolved.
    """

    chances: tuple[FloatArray, FloatArray]
    beliefs: tuple[FloatArray, FloatArray]
    holds: BoolArray


def costly_signal(form: CostlySignalForm) -> Equilibria:
    """Find equilibria with two types (irresolute, resolved) and two messages (none, signal).

    Listed in this order where they exist: both types signal; the resolved do and the irresolute
    sometimes; only the resolved do; the resolved sometimes do; nobody does; then those in which
    the irresolute signal more than the resolved: the resolved sometimes and the irresolute always;
    only the irresolute; only they, sometimes. A message that nobody sends is laid to the type that
    would gain by it for more replies (criterion D1), a tie to the resolved.

    Where ρ is 0 and the signal costs something these are all equilibria: both types cannot be
    indifferent at once, as the resolved lose more by being pushed, and for the same reason the
    last three do not occur. `complete` is false where a type is just indifferent when the resolved
    alone signal, for then there may be a continuum, and with relative gains. There both types may
    have to mix, in about one game of a hundred, which this solver does not find: `count` is 0.

    Whoever is indifferent whether to fight does. Chances at which a type is indifferent are found
    by halving: the gain of the irresolute falls, and that of the resolved rises, with their own
    chance to signal.

    Raises `ParameterError` if there are not two types and two messages.
    """
    if form.value.shape[-1] != 2 or form.sunk.shape[-1] != 2:
        shape = (form.value.shape[-1], form.sunk.shape[-1])
        rule, remedy = "must be two types and two messages", "leave the others out"
        raise ParameterError("costly_signal", "value, sunk", shape, rule, remedy)
    return certify(
        form,
        _strategies(form, _candidates(form)),
        complete=_is_regular(form),
        scope=SCOPE,
        method="costly_signal",
        scale=1.0 + np.abs(form.value).max(axis=-1) + np.abs(form.war).max(axis=(-1, -2)),
    )


def _is_regular(form: CostlySignalForm) -> BoolArray:
    """Whether the theory for ρ = 0 holds and no type is just indifferent."""
    free = (form.sunk[..., _SIGNAL] == 0) & (form.backdown[..., 0, _SIGNAL] == 0)
    zero = np.zeros(form.batch_shape)
    gains = _gains(form, (zero, zero + 1.0))
    tied = (np.abs(gains[_WEAK]) <= _TIE) | (np.abs(gains[_STRONG]) <= _TIE)
    return np.asarray((np.asarray(form.relative_gains) == 0) & ~free & ~tied)


def _candidates(form: CostlySignalForm) -> list[_Candidate]:
    """Return all candidates in the order in which equilibria are listed."""
    return [
        _pure(form, 1, 1),
        _mixed(form, _WEAK, 1),
        _pure(form, 0, 1),
        _mixed(form, _STRONG, 0),
        _pure(form, 0, 0),
        _mixed(form, _STRONG, 1),
        _pure(form, 1, 0),
        _mixed(form, _WEAK, 0),
    ]


def _pure(form: CostlySignalForm, weak: int, strong: int) -> _Candidate:
    """Return the candidate in which each type signals (1) or not (0)."""
    chances = (np.full(form.batch_shape, 1.0 * weak), np.full(form.batch_shape, 1.0 * strong))
    unsent = np.ones(form.batch_shape)
    if weak == strong:
        prior = np.broadcast_to(form.chance[..., _STRONG], form.batch_shape)
        unsent = _surprised(form, prior, sent=weak)
    beliefs = _beliefs(form, chances, unsent)
    gains = _gains(form, beliefs)
    signs = 2 * weak - 1, 2 * strong - 1
    holds = (signs[_WEAK] * gains[_WEAK] >= -_TIE) & (signs[_STRONG] * gains[_STRONG] >= -_TIE)
    return _Candidate(chances, beliefs, holds)


def _mixed(form: CostlySignalForm, kind: int, other: int) -> _Candidate:
    """Return the candidate in which this type mixes and the other signals (1) or not (0)."""
    rest = np.full(form.batch_shape, 1.0 * other)
    unsent = np.full(form.batch_shape, 1.0 * kind)
    rises = 2 * kind - 1

    def both(chance: FloatArray) -> tuple[FloatArray, FloatArray]:
        return (chance, rest) if kind == _WEAK else (rest, chance)

    def rise(chance: FloatArray) -> FloatArray:
        return rises * _gains(form, _beliefs(form, both(chance), unsent))[kind]

    low, high = np.zeros(form.batch_shape), np.ones(form.batch_shape)
    turns = (rise(low) < -_TIE) & (rise(high) > _TIE)
    chances = both(_root(rise, low, high))
    beliefs = _beliefs(form, chances, unsent)
    agrees = (2 * other - 1) * _gains(form, beliefs)[1 - kind] >= -_TIE
    return _Candidate(chances, beliefs, turns & agrees)


def _beliefs(
    form: CostlySignalForm, chances: tuple[FloatArray, FloatArray], unsent: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the belief after silence and after the signal; `unsent` where nobody sends it."""
    weak, strong = (
        np.stack([1.0 - chances[t], chances[t]]) * form.chance[..., t] for t in (_WEAK, _STRONG)
    )
    mass = weak + strong
    silence, signal = np.where(mass > 0, strong / np.where(mass > 0, mass, 1.0), unsent)
    return silence, signal


def _surprised(form: CostlySignalForm, prior: FloatArray, sent: int) -> FloatArray:
    """Return the belief after the message that nobody sends when all send the other.

    A type gains by it if it is then pushed with less than some chance; whose chance is higher
    gains for more replies.
    """
    expected = _worth(form, _pushing(form, _reply(form, prior, sent).cutoff), sent)
    limits = [
        _root(
            lambda push, t=t: expected[t] - _worth(form, push, 1 - sent)[t],  # type: ignore[misc]
            np.zeros(form.batch_shape),
            np.ones(form.batch_shape),
        )
        for t in (_WEAK, _STRONG)
    ]
    return np.where(limits[_STRONG] >= limits[_WEAK] - _TIE, 1.0, 0.0)


def _root(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Return where the function turns from negative at `low` to positive at `high`."""
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        below = function(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high


def _strategies(form: CostlySignalForm, found: list[_Candidate]) -> dict[str, FloatArray]:
    """Return candidates as strategies, NaN where they do not hold."""
    each = []
    for item in found:
        replies = [_reply(form, item.beliefs[m], m) for m in (_SILENT, _SIGNAL)]
        signal, beliefs = np.stack(item.chances, axis=-1), np.stack(item.beliefs, axis=-1)
        parts = {
            "signal": np.stack([1.0 - signal, signal], axis=-1),
            "fight": np.stack([np.stack([r.weak, r.strong], axis=-1) for r in replies], axis=-1),
            "push": np.stack([_pushing(form, r.cutoff) for r in replies], axis=-1),
            "belief": np.stack([1.0 - beliefs, beliefs], axis=-2),
        }
        each.append({key: _where(item.holds, part) for key, part in parts.items()})
    n_batch = len(form.batch_shape)
    return {key: np.stack([part[key] for part in each], axis=n_batch) for key in each[0]}


def _where(holds: BoolArray, part: FloatArray) -> FloatArray:
    return np.where(holds.reshape(*holds.shape, *([1] * (part.ndim - holds.ndim))), part, np.nan)


def _gains(
    form: CostlySignalForm, beliefs: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return what each type gains by the signal, given what is believed after either message."""
    silence, signal = (
        _worth(form, _pushing(form, _reply(form, beliefs[m], m).cutoff), m)
        for m in (_SILENT, _SIGNAL)
    )
    return signal[_WEAK] - silence[_WEAK], signal[_STRONG] - silence[_STRONG]


def _worth(form: CostlySignalForm, push: FloatArray, message: int) -> list[FloatArray]:
    """Return what a message is worth to each type that is pushed after it with this chance."""
    rho, backdown = form.rho[..., 0, 0], form.backdown[..., 0, message]
    mean = push * form.span[..., 0, 0] / 2.0 - form.eager
    worth = []
    for kind in (_WEAK, _STRONG):
        pushed = np.maximum(form.war[..., kind, 0] + rho * mean, -backdown - rho)
        calm = (1.0 - push) * form.value[..., kind]
        worth.append(np.asarray(calm + push * pushed - form.sunk[..., message]))
    return worth


def _pushing(form: CostlySignalForm, cutoff: FloatArray) -> FloatArray:
    """Return the chance that the receiver's cost lies below the cutoff."""
    return np.clip((cutoff + form.eager) / form.span[..., 0, 0], 0.0, 1.0)


def _reply(form: CostlySignalForm, belief: FloatArray, message: int) -> _Reply:
    """Return what follows a message if the sender is resolved with this chance.

    The cutoff falls in steps as first the resolved and then the irresolute fight; each fights from
    a cutoff of its own on. Where the two cross on the rise of a step, that type mixes.
    """
    rho, doubt, backdown = form.rho[..., 0, 0], 1.0 - belief, form.backdown[..., 0, message]
    given = [1.0 + rho * (backdown + form.value[..., t]) for t in (_WEAK, _STRONG)]
    drag = [rho * (form.value[..., t] - form.war[..., t, 0]) for t in (_WEAK, _STRONG)]
    from_ = [_fights_from(form, t, backdown) for t in (_WEAK, _STRONG)]
    both = doubt * drag[_WEAK] + belief * drag[_STRONG]
    known = np.where(belief > 0, belief, 1.0)
    lone = np.where(belief > 0, doubt * given[_WEAK] / known + drag[_STRONG], np.inf)
    rest = np.maximum(lone, np.minimum(from_[_STRONG], form.reluctant))
    cutoff = np.clip(
        np.maximum(both, np.minimum(from_[_WEAK], rest)), -1.0 * form.eager, form.reluctant
    )
    weak = _fights(
        cutoff, from_[_WEAK], belief * (drag[_STRONG] - cutoff) + doubt * given[_WEAK],
        doubt * (given[_WEAK] - drag[_WEAK] + cutoff),
    )  # fmt: skip
    strong = _fights(
        cutoff, from_[_STRONG], belief * given[_STRONG] + doubt * given[_WEAK],
        belief * (given[_STRONG] - drag[_STRONG] + cutoff),
    )  # fmt: skip
    return _Reply(cutoff, weak, strong)


def _fights(
    cutoff: FloatArray, from_: FloatArray, gain: FloatArray, loss: FloatArray
) -> FloatArray:
    """Return the chance to fight: at a type's own threshold, what leaves the receiver there."""
    share = np.clip(gain / np.where(loss > 0, loss, 1.0), 0.0, 1.0)
    mixed = np.where(loss > 0, share, 1.0)
    return np.where(cutoff > from_, 1.0, np.where(cutoff < from_, 0.0, mixed))


def _fights_from(form: CostlySignalForm, kind: int, backdown: FloatArray) -> FloatArray:
    """Return the cutoff from which on a type would fight; without relative gains ±∞."""
    rho = form.rho[..., 0, 0]
    margin = form.war[..., kind, 0] + backdown + rho
    slope = np.where(rho > 0, rho, 1.0)
    with np.errstate(over="ignore"):  # the smallest weights have thresholds beyond all numbers
        threshold = form.eager - 2.0 * margin / slope
    return np.where(rho > 0, threshold, np.where(margin >= 0, -np.inf, np.inf))
