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

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.costly_signal import CostlySignalForm
from collsec.parameters import BoolArray, FloatArray, ParameterError
from collsec.solvers._kinds import checks_kind

SCOPE = (
    "perfect Bayesian equilibria; a surprise is laid to the type that gains by it for more replies,"
    " and to anyone if neither does"
)
_HALVINGS = 60
_STEPS = 48
_TIE, _SAME = 1e-12, 1e-9
_SILENT, _SIGNAL = 0, 1
_WEAK, _STRONG = 0, 1
_Pair = tuple[FloatArray, FloatArray]


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


@checks_kind
def costly_signal(form: CostlySignalForm) -> Equilibria:
    """Find equilibria with two types (irresolute, resolved) and two messages (none, signal).

    Listed in this order where they exist: both types signal; the resolved do and the irresolute
    sometimes; only the resolved do; the resolved sometimes do; nobody does; then those in which
    the irresolute signal more than the resolved: the resolved sometimes and the irresolute always;
    only the irresolute; only they, sometimes; last those in which both sometimes do, first as a
    sign of resolve and then as one of weakness. Among those alike the fewer pushes come first. A
    message that nobody sends is laid to the type that gains by it for more of the receiver's best
    replies (criterion D1). If neither does, both may be blamed, and the belief is any that deters.

    Where ρ is 0 and the signal costs something these are all equilibria: both types cannot be
    indifferent at once, as the resolved lose more by being pushed, and for the same reason the
    three before the last do not occur. With relative gains a sender who fights may want to be
    pushed, for those who push at a high cost lose by it: its payoff falls and then rises with the
    chance of a push. So a type may be indifferent at two such chances, and both types at once.
    These pairs are searched in steps along the payoff that the irresolute get from either message,
    for the first change in what the resolved gain; a further one may be missed, and the list is
    not called complete. Some equilibrium exists, and none of 140 000 random games of tying hands
    was without one here (20 000 at each of seven weights from 0.05 to 1).

    `complete` is also false where a type is just indifferent when the resolved alone signal, or
    messages are free, for then there may be a continuum. Where the sender may lose a war (w < 1)
    and ρ > 0, rivals may push the resolved more often than the irresolute; of equilibria that this
    makes possible, those with a type that mixes may be missing, and of 4000 random games at ρ = 0.8
    2 % have `count` 0 (none at 0.3). Whoever is indifferent whether to
    fight does, unless the receiver's choice needs a mixture.

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
        *_one_mixes(form, _WEAK, 1),
        _pure(form, 0, 1),
        *_one_mixes(form, _STRONG, 0),
        _pure(form, 0, 0),
        *_one_mixes(form, _STRONG, 1),
        _pure(form, 1, 0),
        *_one_mixes(form, _WEAK, 0),
        *_both_mix(form),
    ]


def _pure(form: CostlySignalForm, weak: int, strong: int) -> _Candidate:
    """Return the candidate in which each type signals (1) or not (0)."""
    chances = (np.full(form.batch_shape, 1.0 * weak), np.full(form.batch_shape, 1.0 * strong))
    unsent = _surprised(form, sent=weak) if weak == strong else np.ones(form.batch_shape)
    beliefs = _beliefs(form, chances, unsent)
    gains = _gains(form, beliefs)
    signs = 2 * weak - 1, 2 * strong - 1
    holds = (signs[_WEAK] * gains[_WEAK] >= -_TIE) & (signs[_STRONG] * gains[_STRONG] >= -_TIE)
    return _Candidate(chances, beliefs, holds)


def _one_mixes(form: CostlySignalForm, kind: int, other: int) -> list[_Candidate]:
    """Return the candidates in which this type mixes and the other signals (1) or not (0).

    The message that the other does not send gives the type away. The one that both send must be
    worth as much to it, which is so at two chances of a push at most; the fewer pushes come first.
    """
    known, rest = np.full(form.batch_shape, 1.0 * kind), np.full(form.batch_shape, 1.0 * other)
    expected = _worth(form, _push(form, known, 1 - other), 1 - other)[kind]
    ends = _push(form, _prior(form), other), _push(form, 1.0 - known, other)
    found = []
    for push in _bounds(form, kind, other, expected):
        inside = (push > np.minimum(*ends) + _TIE) & (push < np.maximum(*ends) - _TIE)
        belief = _belief(form, push, other)
        beliefs = (known, belief) if other == _SIGNAL else (belief, known)
        mixed = _chances(form, beliefs)[kind]
        chances = (mixed, rest) if kind == _WEAK else (rest, mixed)
        agrees = (2 * other - 1) * _gains(form, beliefs)[1 - kind] >= -_TIE
        found.append(_Candidate(chances, beliefs, inside & agrees))
    return found


def _both_mix(form: CostlySignalForm) -> list[_Candidate]:
    """Return the candidates in which both types mix, and so are indifferent at once.

    First those in which the signal speaks for resolve, then those in which it speaks against.
    """
    low, prior, high = np.zeros(form.batch_shape), _prior(form), np.ones(form.batch_shape)
    below, above = (low, prior), (prior, high)
    return [
        _crossing(form, within, branches)
        for within in ((below, above), (above, below))
        for branches in itertools.product((0, 1), repeat=2)
    ]


def _crossing(
    form: CostlySignalForm, within: tuple[_Pair, _Pair], branches: tuple[int, ...]
) -> _Candidate:
    """Return a candidate with beliefs within these bounds, on these branches of silence and signal.

    What both messages are worth to the irresolute sets the chances of a push after either; it is
    moved in steps until what the resolved gain by the signal changes its sign.
    """
    spans = [_worths(form, m, within[m], branches[m]) for m in (_SILENT, _SIGNAL)]
    low, high = np.maximum(spans[0][0], spans[1][0]), np.minimum(spans[0][1], spans[1][1])
    is_open = high - low > _TIE
    low, high = np.where(is_open, low, 0.0), np.where(is_open, high, 1.0)

    def pushes(worth: FloatArray) -> list[FloatArray]:
        both = (_bounds(form, _WEAK, m, worth)[branches[m]] for m in (_SILENT, _SIGNAL))
        return [np.clip(push, 0.0, 1.0) for push in both]

    def gain(worth: FloatArray) -> FloatArray:
        silence, signal = pushes(worth)
        return _worth(form, signal, _SIGNAL)[_STRONG] - _worth(form, silence, _SILENT)[_STRONG]

    step = (1.0 - np.cos(np.pi * np.arange(_STEPS + 1) / _STEPS)) / 2.0
    places = low + (high - low) * step.reshape(-1, *([1] * low.ndim))
    signs = np.sign(np.where(np.abs(gains := gain(places)) > _TIE, gains, 0.0))
    turns = (signs[:-1] * signs[1:] < 0) & is_open
    at = np.argmax(turns, axis=0)[None]
    ends = [np.take_along_axis(places, at + k, axis=0)[0] for k in (0, 1)]
    rises = np.take_along_axis(signs, at + 1, axis=0)[0]
    silence, signal = pushes(_root(lambda worth: rises * gain(worth), *ends))
    beliefs = _belief(form, silence, _SILENT), _belief(form, signal, _SIGNAL)
    chances = _chances(form, beliefs)
    mixed = [(chance > _TIE) & (chance < 1.0 - _TIE) for chance in chances]
    matters = np.abs(signal - silence) > _SAME  # else everyone fights, and anything goes
    return _Candidate(chances, beliefs, turns.any(axis=0) & matters & mixed[0] & mixed[1])


def _worths(form: CostlySignalForm, message: int, within: _Pair, branch: int) -> _Pair:
    """Return the least and most a message is worth to the irresolute on a branch, by belief."""
    fewest, most = (_push(form, belief, message) for belief in within[::-1])
    turn = _turn(form, message)
    least, limit = (fewest, np.minimum(most, turn)), (np.maximum(fewest, turn), most)
    low, high = (least, limit)[branch]
    ends = [_worth(form, push, message)[_WEAK] for push in (low, high)]
    return np.where(low <= high, ends[1 - branch], np.inf), ends[branch]


def _turn(form: CostlySignalForm, message: int) -> FloatArray:
    """Return the chance of a push up to which the irresolute lose by more pushes."""
    from_ = _fights_from(form, _WEAK, form.backdown[..., 0, message])
    rise = form.rho[..., 0, 0] * form.span[..., 0, 0]
    drag = form.value[..., _WEAK] - form.war[..., _WEAK, 0] + form.rho[..., 0, 0] * form.eager
    vertex = np.where(rise > 0, drag / np.where(rise > 0, rise, 1.0), np.inf)
    return np.clip(np.maximum(vertex, (from_ + form.eager) / form.span[..., 0, 0]), 0.0, 1.0)


def _bounds(form: CostlySignalForm, kind: int, message: int, worth: FloatArray) -> _Pair:
    """Return the chances of a push between which a message is worth at most so much to a type.

    What it is worth is the larger of a line (give in) and a parabola (fight, with relative gains
    the better the more often pushed), and so convex. The bounds are in reverse order where it is
    worth more at any chance.
    """
    rho, eager, span = form.rho[..., 0, 0], form.eager, form.span[..., 0, 0]
    value, backdown = form.value[..., kind], form.backdown[..., 0, message]
    excess = value - form.sunk[..., message] - worth
    square, drag = rho * span / 2.0, value - form.war[..., kind, 0] + rho * eager
    root = np.sqrt(np.maximum(drag**2 - 4.0 * square * excess, 0.0))
    fought = 2.0 * excess / np.where(drag + root > 0, drag + root, 1.0)
    most = np.where(square > 0, (drag + root) / np.where(square > 0, 2.0 * square, 1.0), np.inf)
    return np.maximum(excess / (value + backdown + rho), fought), most


def _chances(form: CostlySignalForm, beliefs: _Pair) -> _Pair:
    """Return each type's chance to signal, by Bayes' rule from what is believed."""
    prior, (silence, signal) = _prior(form), beliefs
    apart = np.where(signal == silence, np.inf, signal - silence)
    sent = (prior - silence) / apart
    return sent * (1.0 - signal) / (1.0 - prior), sent * signal / prior


def _prior(form: CostlySignalForm) -> FloatArray:
    return np.broadcast_to(form.chance[..., _STRONG], form.batch_shape)


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


def _surprised(form: CostlySignalForm, sent: int) -> FloatArray:
    """Return the belief after the message that nobody sends when all send the other.

    A type gains by the message where the receiver pushes with chances outside its bounds. Where
    one gains for more of the best replies it is blamed; where neither does, the belief is that
    which the fewest pushes that deter both follow from.
    """
    message = 1 - sent
    expected = _worth(form, _push(form, _prior(form), sent), sent)
    zero = np.zeros(form.batch_shape)
    ends = _push(form, zero + 1.0, message), _push(form, zero, message)
    weak, strong = (_bounds(form, t, message, expected[t]) for t in (_WEAK, _STRONG))
    fewest = np.maximum(np.maximum(weak[0], strong[0]), ends[0])
    any_ = _belief(form, fewest, message)
    blames_weak, blames_strong = _gains_more(weak, strong, ends), _gains_more(strong, weak, ends)
    return np.where(blames_strong, 1.0, np.where(blames_weak, 0.0, any_))


def _gains_more(one: _Pair, other: _Pair, ends: _Pair) -> BoolArray:
    """Whether, of replies within these ends, one gains by all by which the other does not lose."""
    fewer = (other[0] < ends[0]) | (one[0] > other[0] + _TIE)
    more = (other[1] > ends[1]) | (one[1] < other[1] - _TIE)
    return np.asarray(fewer & more)


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
    silence, signal = (_worth(form, _push(form, beliefs[m], m), m) for m in (_SILENT, _SIGNAL))
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


def _push(form: CostlySignalForm, belief: FloatArray, message: int) -> FloatArray:
    """Return the chance that the receiver pushes after a message, given what it believes."""
    return _pushing(form, _reply(form, belief, message).cutoff)


def _belief(form: CostlySignalForm, push: FloatArray, message: int) -> FloatArray:
    """Return the belief with which the receiver at the margin of so many pushes is indifferent.

    The resolved fight and the irresolute give in; where one of them is just indifferent, the
    receiver pushes as often for a range of beliefs, of which this is an end.
    """
    rho, cutoff = form.rho[..., 0, 0], push * form.span[..., 0, 0] - form.eager
    given = 1.0 + rho * (form.backdown[..., 0, message] + form.value[..., _WEAK])
    drag = rho * (form.value[..., _STRONG] - form.war[..., _STRONG, 0])
    return np.asarray(given / (given + np.maximum(cutoff - drag, 0.0)))


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
