r"""Reputation by backward recursion on beliefs: when is a weak defender's threat believed?

The value :math:`W_t(p)` of belief p to the weak defender is a step function that jumps only at the
beliefs :math:`\bar p_s` at which a later challenger is indifferent. A fight in crisis t must earn
:math:`D = (\text{conceding} - \text{fighting}) / (\delta\mu)` more than a concession, so the weak
defender fights just so often that the belief afterwards is the least one, :math:`q_t`, with

.. math:: W_{t+1}(q_t^-) \le W_{t+1}(0) + D \le W_{t+1}(q_t^+),

and the challenger who is indifferent there mixes so as to pay exactly D. The challenger in t stays
quiet from the belief :math:`\bar p_t` on at which a challenge gains nothing, a root of a piecewise
linear function. In the published game :math:`\bar p_t = b^k` and :math:`q_t = b^{k-1}` with k
crises to go, and the indifferent stay quiet with probability 1/a.

References
----------
kreps1982reputation
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.reputation import TOUGH, WEAK, ReputationForm
from collsec.kernel import kernel, part
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = (
    "equilibria in which only the weak are believed to concede, also where no concession is "
    "expected; of indifferent challengers the first deters no more than the defender needs"
)
_TIE = 1e-12
_ALWAYS, _NEVER = -1.0, 2.0


@checks_kind
def reputation(form: ReputationForm) -> Equilibria:
    """Find the equilibrium of a chain of crises.

    One equilibrium a game; strategies as `ReputationForm` describes them. It is unique but for
    ties, where `complete` is false: the first belief is one at which a challenger is indifferent
    (it is then taken to do what it would do at that belief after a fight), a challenger gains
    nothing from a defender known to be tough, or a defender or several challengers are indifferent
    at once. Costs O(n³) for n crises.
    """
    shape, n = form.batch_shape, form.n_stages
    numbers = np.stack([np.broadcast_to(value, shape).ravel() for value in _numbers(form)], axis=-1)
    played = np.full((len(numbers), 4, n, n + 2), np.nan)
    tied = np.zeros(len(numbers), dtype=np.bool_)
    _solve_all(np.ascontiguousarray(numbers), played, tied)
    names = ("challenge", "fight", "belief", "news")
    strategies = {name: played[:, k].reshape(*shape, 1, n, n + 2) for k, name in enumerate(names)}
    return certify(
        form,
        strategies,
        complete=~tied.reshape(shape),
        scope=SCOPE,
        method="reputation",
        scale=_scale(form),
    )


@checks_kind
def thresholds(form: ReputationForm) -> FloatArray:
    """Return the belief from which on each challenger stays quiet, shape (*batch, n_stages).

    2 where no belief deters, -1 where even a defender known to be weak does.
    """
    shape = form.batch_shape
    rows = [np.broadcast_to(value, shape).ravel() for value in _numbers(form)]
    found = np.empty((rows[0].size, form.n_stages))
    _thresholds_all(np.ascontiguousarray(np.stack(rows, axis=-1)), found)
    return found.reshape(*shape, form.n_stages)


def _scale(form: ReputationForm) -> FloatArray:
    stages = [form.challenger(WEAK), form.defender(WEAK), form.defender(TOUGH)]
    sizes = np.broadcast_arrays(*(np.abs(value) for stage in stages for value in stage))
    largest = np.stack(sizes).max(axis=0)
    return np.broadcast_to(1.0 + largest * form.n_stages, form.batch_shape)


_PRIOR, _DELTA, _SEEN, _NAMED = 0, 1, 2, 3
_QUIET, _CONCEDE, _FIGHT, _UNNAMED = 4, 5, 6, 7
_MEET_CONCEDING, _MEET_FIGHTING, _MEET_TOUGH, _PAST_WEAK, _PAST_TOUGH = 8, 9, 10, 11, 12


def _numbers(form: ReputationForm) -> list[FloatArray]:
    """Return all that the recursion needs, in the order of the names above."""
    weak, tough = form.challenger(WEAK), form.challenger(TOUGH)
    values = [
        form.prior, form.discount_factor, form.monitoring, form.identification,
        *form.defender(WEAK),
        weak.conceded - weak.quiet, weak.fought - weak.quiet, tough.fought - tough.quiet,
        weak.unnamed - weak.quiet, tough.unnamed - tough.quiet,
    ]  # fmt: skip
    return [np.asarray(value, dtype=np.float64) for value in values]


@part
def _value(of: Any, bar: Any, least: Any, zero: Any, start: int, p: float, side: int) -> float:
    """Return the weak defender's value of belief p; the limit from this side at a jump."""
    value = 0.0
    for t in range(bar.size - 1, start - 1, -1):
        stay = of[_DELTA] * value
        if p > bar[t] or (side > 0 and p == bar[t]):
            value = of[_QUIET] + stay
            continue
        if p > least[t] or (side > 0 and p == least[t]):
            reply = of[_FIGHT] + stay
        else:
            seen = of[_SEEN]
            reply = of[_CONCEDE] + of[_DELTA] * (seen * zero[t + 1] + (1.0 - seen) * value)
        value = of[_NAMED] * reply + (1.0 - of[_NAMED]) * (of[_UNNAMED] + stay)
    return value


@part
def _needed(of: Any) -> float:
    """Return how much more a seen fight must be worth later than a seen concession."""
    price, weight = of[_CONCEDE] - of[_FIGHT], of[_DELTA] * of[_SEEN]
    if price <= _TIE:
        return 0.0
    return price / weight if weight > 0.0 else math.inf


@part
def _least_belief(of: Any, bar: Any, least: Any, zero: Any, t: int) -> float:
    """Return the least belief that makes a fight in t pay, `_NEVER` where none does."""
    need = _needed(of)
    if need == 0.0:
        return _ALWAYS
    found = _NEVER
    for s in range(t + 1, bar.size):
        candidate = bar[s]
        if 0.0 < candidate < min(found, 1.0):
            worth = _value(of, bar, least, zero, t + 1, candidate, 1) - zero[t + 1]
            if worth >= need - _TIE * (1.0 + need):
                found = candidate
    return found


@part
def _indifference(of: Any, least: float) -> float:
    """Return the belief at which a challenge gains nothing, given when the weak fight."""
    named = of[_NAMED]
    past_weak, past_tough = (1.0 - named) * of[_PAST_WEAK], (1.0 - named) * of[_PAST_TOUGH]
    if least > 0.0:
        odds = max(1.0 - least, 0.0) / least
        at_zero = named * of[_MEET_CONCEDING] + past_weak
        at_one = (
            named * (of[_MEET_TOUGH] + odds * (of[_MEET_FIGHTING] - of[_MEET_CONCEDING]))
            + past_tough
        )
        if at_one < 0.0 and at_zero <= least * (at_zero - at_one):
            return float(at_zero / (at_zero - at_one))
    at_zero = named * of[_MEET_FIGHTING] + past_weak
    at_one = named * of[_MEET_TOUGH] + past_tough
    if at_one >= 0.0:
        return _NEVER
    return float(at_zero / (at_zero - at_one)) if at_zero > 0.0 else _ALWAYS


@part
def _recursion(of: Any, bar: Any, least: Any, zero: Any) -> None:
    """Fill in, from the last crisis to the first, when challengers are deterred."""
    zero[bar.size] = 0.0
    for t in range(bar.size - 1, -1, -1):
        least[t] = _least_belief(of, bar, least, zero, t)
        bar[t] = _indifference(of, least[t])
        zero[t] = _value(of, bar, least, zero, t, 0.0, 1)


@part
def _fights(p: float, least: float) -> float:
    if p >= least:
        return 1.0
    if least > 1.0:
        return 0.0
    return float(p * (1.0 - least) / ((1.0 - p) * least))


@part
def _challenged(
    of: Any, least: Any, zero: Any, t: int, p: float, is_news: bool
) -> tuple[float, float]:
    """Return the value of a challenge in t as (x, y): x + y times the value of learning nothing."""
    if p > least[t] or (p == least[t] and not is_news):
        fixed, share = of[_FIGHT], of[_DELTA]
    else:
        fixed = of[_CONCEDE] + of[_DELTA] * of[_SEEN] * zero[t + 1]
        share = of[_DELTA] * (1.0 - of[_SEEN])
    unnamed = 1.0 - of[_NAMED]
    return of[_NAMED] * fixed + unnamed * of[_UNNAMED], of[_NAMED] * share + unnamed * of[_DELTA]


@part
def _step(
    of: Any, bar: Any, least: Any, zero: Any, t: int, p: float, due: float
) -> tuple[float, float]:
    """Return the chance of a challenge in t, and what is due to the defender if nothing is learnt.

    `due` is the value that the defender must have from t on, NaN where that is open.
    """
    low = _value(of, bar, least, zero, t + 1, p, -1)
    high = _value(of, bar, least, zero, t + 1, p, 1)
    fixed, share = _challenged(of, least, zero, t, p, True)
    if p < bar[t]:
        later = (due - fixed) / share if share > 0.0 else low
        if p == least[t] and later > zero[t + 1] + _needed(of):
            fixed, share = _challenged(of, least, zero, t, p, False)
            later = (due - fixed) / share
        return 1.0, _within(later, low, high)
    quiet, met = of[_QUIET] + of[_DELTA] * low, fixed + share * low
    if p == bar[t]:
        if math.isnan(due):
            due = min(max(zero[t] + _needed(of), met), quiet)
        if due < quiet:
            return min((quiet - due) / (quiet - met), 1.0), low
    later = (due - of[_QUIET]) / of[_DELTA] if of[_DELTA] > 0.0 else low
    return 0.0, _within(later, low, high)


@part
def _within(x: float, low: float, high: float) -> float:
    return x if math.isnan(x) else min(max(x, low), high)


@part
def _follow(of: Any, bar: Any, least: Any, zero: Any, news: int, start: float, played: Any) -> None:
    """Write down what is done while this news is the last, at belief `start`."""
    n = bar.size
    first, due = 0, math.nan
    if news >= 2:
        first = news - 1
        low = _value(of, bar, least, zero, first, start, -1)
        high = _value(of, bar, least, zero, first, start, 1)
        due = _within(zero[first] + _needed(of), low, high)
    for t in range(first, n):
        challenge, due = _step(of, bar, least, zero, t, start, due)
        is_due = start == least[t] and due > zero[t + 1] + _needed(of)
        played[0, t, news] = challenge
        played[1, t, news] = _fights(start, least[t])
        played[2, t, news] = start
        played[3, t, news] = 0.0 < start <= least[t] and not is_due


@part
def _is_tied(of: Any, bar: Any, least: Any, prior: float) -> bool:
    """Whether someone's indifference leaves open what is played."""
    n = bar.size
    tough = of[_NAMED] * of[_MEET_TOUGH] + (1.0 - of[_NAMED]) * of[_PAST_TOUGH]
    if abs(of[_CONCEDE] - of[_FIGHT]) <= _TIE or abs(tough) <= _TIE:
        return True
    for t in range(n):
        if bar[t] == prior or least[t] == prior:
            return True
        shared = 0
        for s in range(t + 1, n):
            shared += int(least[t] == bar[s] and least[t] < 1.0)
        if shared > 1:
            return True
    return False


@kernel("void(float64[:, ::1], float64[:, :, :, ::1], boolean[::1])")
def _solve_all(numbers: Any, played: Any, tied: Any) -> None:
    n = played.shape[2]
    bar, least, zero = np.empty(n), np.empty(n), np.empty(n + 1)
    for game in range(numbers.shape[0]):
        of = numbers[game]
        _recursion(of, bar, least, zero)
        prior = of[_PRIOR]
        for t in range(n):
            if abs(of[_PRIOR] - bar[t]) <= _TIE:
                prior = bar[t]
        _follow(of, bar, least, zero, 0, prior, played[game])
        _follow(of, bar, least, zero, 1, 0.0, played[game])
        for t in range(n - 1):
            _follow(of, bar, least, zero, 2 + t, min(max(least[t], 0.0), 1.0), played[game])
        tied[game] = _is_tied(of, bar, least, prior)


@kernel("void(float64[:, ::1], float64[:, ::1])")
def _thresholds_all(numbers: Any, found: Any) -> None:
    n = found.shape[1]
    least, zero = np.empty(n), np.empty(n + 1)
    for game in range(numbers.shape[0]):
        _recursion(numbers[game], found[game], least, zero)
