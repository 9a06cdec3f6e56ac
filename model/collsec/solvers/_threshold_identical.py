r"""Threshold games among identical members: numbers of actors, and roots of one indifference.

Let j of the other n - 1 members act. With the levers in place, acting rather than not is worth

.. math::

    D(j) = -(1-r) K \;(j < k-1), \qquad D(k-1) = G - K, \qquad D(j) = -K \;(j > k-1)

.. math::

    K = c\,\bigl(\alpha (1-\varphi) + (\alpha+\beta) \varphi/n\bigr), \qquad
    G = (\alpha+\beta) v - r c (k-1) \Bigl(\frac{\alpha\varphi}{n}
        + \frac{\beta(1-\varphi)}{n-1} + \frac{\beta\varphi}{n}\Bigr)

The levers thus change the price K of acting and the gain G from tipping the balance (with a
refund, tipping also makes k - 1 others pay), but not the pattern of signs: never positive below
and above k - 1. If all others act with probability p, acting pays iff

.. math:: f(p) = G\,b_{k-1}(p) - K \bigl(1 - r + r \textstyle\sum_{j \ge k-1} b_j(p)\bigr) \ge 0

with b_j the binomial weights. The D(j) are the Bernstein coefficients of f, with two changes of
sign at most, so f has at most two roots in (0, 1). Divided by b_{k-1}, and up to the constant G,
f is minus a sum of exponentials of the log-odds of p with positive weights, hence concave in
them: {f >= 0} is one interval around the peak of the ratio, and one bracket on each side of the
peak holds every root. The peak is (k-1)/(n-1) without refund, and further left with one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import numpy as np
from scipy.special import betainc

from collsec.forms.threshold import ThresholdForm
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._threshold_candidates import Candidates, first

_TANGENCY = 1e-12
_HALVINGS = 100
_DENOMINATOR = 10**6


@dataclass(frozen=True, eq=False)
class Pivot:
    """The decision of one of n identical members, each array of shape (n_points).

    `gain` is G, `price` is K, `slack` the size of a payoff difference that counts as a tie.
    """

    n_members: int
    quorum: IntArray
    refund: FloatArray
    gain: FloatArray
    price: FloatArray
    slack: FloatArray

    @classmethod
    def of(cls, form: ThresholdForm, slack: FloatArray) -> Self:
        """Return the decision in a batch of games with identical members."""
        value, cost = form.value[..., 0], form.cost[..., 0]
        levers = (form.own_weight, form.others_weight, form.side_payments)
        gain, price = _stakes(form.n_members, form.quorum, value, cost, form.refund, *levers)
        return cls(form.n_members, form.quorum, form.refund, gain, price, slack)

    def advantage(self, p: FloatArray) -> FloatArray:
        """Return f(p): what acting adds when every other member acts with probability p."""
        return self.gain * self.pivotal(p) - self.price * self.paying(p)

    def pivotal(self, p: FloatArray) -> FloatArray:
        """Return the probability that exactly k - 1 others act."""
        others = self.n_members - 1
        ways = np.array([float(math.comb(others, j)) for j in range(others + 1)])
        needed = self.quorum - 1
        return np.asarray(ways[needed] * p**needed * (1 - p) ** (others - needed))

    def paying(self, p: FloatArray) -> FloatArray:
        """Return the expected share of its cost that an actor bears: 1 - r P(quorum missed)."""
        needed = self.quorum - 1
        reach = betainc(np.maximum(needed, 1), self.n_members - needed, p)
        return np.asarray(1 - self.refund + self.refund * np.where(needed > 0, reach, 1.0))

    def peak(self) -> FloatArray:
        """Return where the ratio of `pivotal` to `paying` is largest.

        Its derivative in the log-odds has the sign of minus E[(J - k + 1) w(J)] with w = 1 - r
        below k - 1 and 1 from there on, which rises from 1 - k < 0 as p does.
        """
        without_refund = (self.quorum - 1) / (self.n_members - 1)
        if not np.any(self.refund):
            return np.asarray(without_refund)
        start = np.zeros_like(without_refund)
        found = _last(lambda p: self._excess(p) <= 0, start, without_refund)
        return np.where(self.refund > 0, found, without_refund)

    def _excess(self, p: FloatArray) -> FloatArray:
        others, needed = self.n_members - 1, self.quorum - 1
        above = np.zeros_like(p)
        for j in range(1, others + 1):
            weight = math.comb(others, j) * p**j * (1 - p) ** (others - j)
            above = above + np.maximum(j - needed, 0) * weight
        return np.asarray((1 - self.refund) * (others * p - needed) + self.refund * above)

    def differences(self) -> FloatArray:
        """Return D(j) for j = 0 to n - 1 others acting, shape (n_points, n)."""
        others, needed = np.arange(self.n_members), (self.quorum - 1)[:, None]
        below = -(1 - self.refund)[:, None] * self.price[:, None]
        at = (self.gain - self.price)[:, None]
        return np.where(
            others < needed, below, np.where(others == needed, at, -self.price[:, None])
        )


def identical(form: ThresholdForm, slack: FloatArray) -> Candidates:
    """Return pure equilibria by number of actors, then symmetric mixed ones by probability."""
    pivot = Pivot.of(form, slack)
    counts, live = first(_stable_counts(pivot))
    pure = (np.arange(form.n_members) < counts[..., None]).astype(np.float64)
    low, high = _roots(pivot)
    mixed = np.stack([low, high], axis=-1)[..., None] * np.ones(form.n_members)
    return Candidates(
        act=np.concatenate([np.where(live[..., None], pure, np.nan), mixed], axis=1),
        complete=~_is_degenerate(pivot),
        centroid=_from_centroid(pivot, counts, live, low, high),
    )


def exact(form: ThresholdForm, act: FloatArray) -> Any:
    """Return the candidates of a single game as exact rationals, None where they are not.

    Parameters are read as the simplest fraction that is the same floating-point number. A root is
    proposed as a fraction with a denominator up to 10^6 and kept iff f vanishes there exactly.
    """
    rational = np.full(act.shape, None, dtype=object)
    for row, probabilities in enumerate(act):
        if np.all(np.isin(probabilities, (0.0, 1.0))):
            rational[row] = [Fraction(int(p)) for p in probabilities]
        elif bool(form.is_identical) and not np.isnan(probabilities).any():
            rational[row] = _exact_root(form, float(probabilities[0]))
    return rational


def _stakes(
    n: int, k: Any, value: Any, cost: Any, refund: Any, own: Any, others: Any, phi: Any
) -> tuple[Any, Any]:
    """Return G and K, for arrays or for fractions."""
    price = cost * (own * (1 - phi) + (own + others) * phi / n)
    burden = own * phi / n + others * ((1 - phi) / (n - 1) + phi / n)
    return (own + others) * value - refund * cost * (k - 1) * burden, price


def _stable_counts(pivot: Pivot) -> BoolArray:
    """Return whether m members acting is an equilibrium, m = 0 to n; ties count as willing."""
    gain, slack = pivot.differences(), pivot.slack[:, None]
    always = np.ones((*gain.shape[:-1], 1), dtype=bool)
    actors_stay = np.concatenate([always, gain >= -slack], axis=-1)
    others_stay = np.concatenate([gain <= slack, always], axis=-1)
    return np.asarray(actors_stay & others_stay)


def _roots(pivot: Pivot) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper root of f in (0, 1), NaN where there is none.

    Where f touches zero at its peak, to a part in 10^12 of the price, the peak is the one root.
    """
    peak, n, k = pivot.peak(), pivot.n_members, pivot.quorum
    has_roots = (pivot.gain - pivot.price > pivot.slack) & (pivot.price > pivot.slack)
    has_lower, has_upper = (k > 1) & (pivot.refund < 1), k < n
    height, noise = pivot.advantage(peak), _TANGENCY * pivot.price * pivot.paying(peak)
    can_touch = has_lower & has_upper
    touches = has_roots & can_touch & (np.abs(height) <= noise)
    crosses = has_roots & (~can_touch | (height > noise))

    def pays(p: FloatArray) -> BoolArray:
        return np.asarray(pivot.advantage(p) >= 0)

    low = np.where(crosses & has_lower, _last(pays, peak, np.zeros_like(peak)), np.nan)
    high = np.where(crosses & has_upper, _last(pays, peak, np.ones_like(peak)), np.nan)
    return np.where(touches, peak, low), high


def _last(
    holds: Callable[[FloatArray], BoolArray], inside: FloatArray, outside: FloatArray
) -> FloatArray:
    """Return the last point where a claim holds, on the way from where it does to where not."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        keeps = holds(middle)
        inside, outside = np.where(keeps, middle, inside), np.where(keeps, outside, middle)
    return inside


def _is_degenerate(pivot: Pivot) -> BoolArray:
    """Return where acting is free, or f vanishes everywhere: there may be a continuum."""
    tipping = np.abs(pivot.gain - pivot.price) <= pivot.slack
    riskless = (1 - pivot.refund) * pivot.price <= pivot.slack
    flat = (pivot.quorum == pivot.n_members) & tipping & riskless
    return np.asarray((pivot.price <= pivot.slack) | flat)


def _from_centroid(
    pivot: Pivot, counts: IntArray, live: BoolArray, low: FloatArray, high: FloatArray
) -> IntArray:
    """Return where p = 1/2 drifts if all members move towards their common best reply.

    Up to the upper root (to everybody, where there is none) if acting pays; down to the upper root
    if that lies below, else to nobody, if it does not; nowhere if 1/2 is itself a root. A root at
    which f only touches zero does not stop the way down.
    """
    half = np.full(low.shape, 0.5)
    push = pivot.advantage(half)
    mixed, everybody = counts.shape[-1], np.where(live, counts, -1).argmax(axis=-1)
    up = np.where(np.isnan(high), everybody, mixed + 1)
    down = np.where(high < 0.5, mixed + 1, 0)
    nearer_low = np.isnan(high) | (np.abs(low - 0.5) <= np.abs(high - 0.5))
    stay = np.where(nearer_low, mixed, mixed + 1)
    is_root = ~(np.isnan(low) & np.isnan(high)) & (np.abs(push) <= pivot.slack)
    reached = np.where(is_root, stay, np.where(push > 0, up, down))
    return np.where(_is_degenerate(pivot), -1, reached)


def _exact_root(form: ThresholdForm, p: float) -> Fraction | None:
    primitives = (form.value[0], form.cost[0], form.refund)
    levers = (form.own_weight, form.others_weight, form.side_payments)
    given = [float(number) for number in (*primitives, *levers)]
    read = [Fraction(number).limit_denominator(_DENOMINATOR) for number in given]
    if any(float(fraction) != number for fraction, number in zip(read, given, strict=True)):
        return None
    n, k, refund = form.n_members, int(form.quorum), read[2]
    gain, price = _stakes(n, k, *read)
    x = Fraction(p).limit_denominator(_DENOMINATOR)
    total = Fraction(0)
    for j in range(n):
        weight = math.comb(n - 1, j) * x**j * (1 - x) ** (n - 1 - j)
        total += weight * (gain * (j == k - 1) - price * (1 - refund * (j < k - 1)))
    return x if total == 0 and 0 < x < 1 else None
