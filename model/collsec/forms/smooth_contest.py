r"""The contest of target and answering members with the challenger, for real capabilities.

.. math:: \pi(x) = \frac{(m_T + x)^\lambda}{(m_T + x)^\lambda + m_A^\lambda}

Its means are found here without the solvers' `Waves`, so that they can be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np

from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, IntArray

Key = tuple[float, float, float]

ERROR = 1e-13
"""By how much one interpolation between steps may err, as a chance."""

_COARSEST, _FINEST = 256, 16384


@dataclass(frozen=True, eq=False)
class SmoothContest:
    """A batch of contests; arrays broadcast over (*batch).

    Attributes
    ----------
    capability : array, shape (*batch, n_members)
        Effective capabilities of the members.
    target, challenger : array, shape (*batch)
        Capabilities of the two sides of the contest.
    decisiveness : array, shape (*batch)
        Exponent of the contest.
    holds : array of bool, shape (*batch)
        Whether the contest decides, and not a threshold.
    step : array, shape (*batch)
        Of the even grid on which means are found, in units of capability; zero where they are not.
    """

    capability: FloatArray
    target: FloatArray
    challenger: FloatArray
    decisiveness: FloatArray
    holds: BoolArray
    step: FloatArray

    @property
    def is_used(self) -> BoolArray:
        """Whether means are found here, shape (*batch)."""
        return self.step > 0

    @property
    def columns(self) -> FloatArray:
        """Target, challenger, decisiveness and step side by side, shape (*batch, 4)."""
        columns = (self.target, self.challenger, self.decisiveness, self.step)
        return np.stack(np.broadcast_arrays(*columns), axis=-1)

    def reversal(self, answered: FloatArray) -> FloatArray:
        """Return the chance of reversal when this capability answers, shape (*batch, points)."""
        return contest(self.target[..., None] + answered, self.challenger, self.decisiveness)

    def rise(self, answered: FloatArray, more: FloatArray) -> FloatArray:
        """Return by how much more capability raises reversal, to full precision however little.

        Both have shape (*batch, points).
        """
        share = self.reversal(answered)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = np.log1p(more / (self.target[..., None] + answered))
            growth = np.expm1(self.decisiveness[..., None] * ratio)
            risen = share * (1 - share) * growth / (1 + share * growth)
        return np.where(share > 0, risen, self.reversal(answered + more))

    def bend(self) -> tuple[FloatArray, FloatArray]:
        r"""Return bounds of the second derivative of reversal over all that members can add.

        Both have shape (*batch); they have the derivative's sign wherever it has one, and are
        infinite where it is at no power. With :math:`z = M / m_A` and :math:`y = 1 - 2 \pi`,

        .. math:: m_A^2 \pi'' = \lambda z^{\lambda-2} (\lambda y - 1) / (1 + z^\lambda)^2

        whose own derivative is zero where :math:`\lambda y = 1 \pm \sqrt{(\lambda^2 - 1) / 3}`.
        """
        first = self.target / self.challenger
        last = (self.target + total(self.capability)) / self.challenger
        root = np.sqrt(np.maximum(self.decisiveness**2 - 1, 0.0) / 3)
        places = [first, last]
        for y in ((1 - root) / self.decisiveness, (1 + root) / self.decisiveness):
            inside = np.clip(y, -1.0, 1.0)
            with np.errstate(divide="ignore"):
                turn = ((1 - inside) / (1 + inside)) ** (1 / self.decisiveness)
            places.append(np.clip(turn, first, last))
        ends = [_second_derivative(z, self.decisiveness) for z in places]
        least = reduce(np.minimum, (low for low, _ in ends))
        most = reduce(np.maximum, (high for _, high in ends))
        return least / self.challenger**2, most / self.challenger**2

    def means(self, answer: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the chance of reversal, and by how much each member's answer raises it.

        `answer` has shape (*batch, n_equilibria, n_members), the results that shape without its
        last axis, and that shape; NaN where means are not found here. Costs
        O(n_members × (capability / step + n_members)) a profile.
        """
        from collsec.forms._smooth_means import smooth_means  # noqa: PLC0415 - compiled if needed

        contest = self.columns[..., None, :]
        mean, rise = smooth_means(self.capability[..., None, :], answer, contest)
        return mean, rise


def _second_derivative(
    power: FloatArray, decisiveness: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return bounds of the contest's second derivative with a challenger of power one.

    What cancels is widened by more than rounding can amount to; a relative error of the rest stays.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log = np.log(power)
        grown = np.exp(-np.abs(decisiveness * log))
        growth = np.where(log > 0, -(decisiveness + 2) * log, (decisiveness - 2) * log)
        flat = (decisiveness == 2) & (log <= 0)
        size = decisiveness * np.exp(np.where(flat, 0.0, growth)) / (1 + grown) ** 2
    lost = np.where(log > 0, grown, 1.0) / (1 + grown)
    lead = np.where(log > 0, -1.0, 1.0) * (1 - grown) / (1 + grown)
    inner, slack = decisiveness * lead - 1, _WIDENED * (decisiveness + 1)
    low, high = (
        np.where(decisiveness == 1, -2 * lost**3, size * (inner + s)) for s in (-slack, slack)
    )
    return low, high


_WIDENED = 1e-13
"""More than the error of a difference of chances, relative to the decisiveness and one."""


def fine_step(
    target: FloatArray,
    challenger: FloatArray,
    decisiveness: FloatArray,
    whole: FloatArray,
    where: BoolArray,
) -> FloatArray:
    """Return a step between which interpolation errs by at most `ERROR`, shape (*batch).

    Zero where `where` is false, and where no step of at least 1/16384 of the reachable range does.
    """
    keys, which = distinct(target, challenger, decisiveness, whole, where)
    steps = np.array([*(_step(*key) for key in keys), 0.0])
    return np.asarray(steps[which] * challenger)


def distinct(
    target: FloatArray,
    challenger: FloatArray,
    decisiveness: FloatArray,
    whole: FloatArray,
    where: BoolArray,
) -> tuple[list[Key], IntArray]:
    """Return the kinds of contest in a batch, and of which kind each is, shape (*batch).

    A kind is a decisiveness and a range of power relative to the challenger's; contests are of
    none, -1, where `where` is false.
    """
    first, last = target / challenger, (target + whole) / challenger
    columns = (decisiveness, *power_range(decisiveness, first, last), where)
    *parts, needed = np.broadcast_arrays(*columns)
    rows = np.stack([part[needed] for part in parts], axis=-1)
    keys, place = np.unique(rows, axis=0, return_inverse=True)
    which = np.full(needed.shape, -1, dtype=np.int64)
    which[needed] = place.ravel()
    return [(key[0], key[1], key[2]) for key in keys.tolist()], which


def power_range(
    decisiveness: FloatArray, first: FloatArray, last: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return one of few ranges of power, relative to the challenger's, that holds this one.

    What is found for a range can be kept for all games within it. A whole exponent leaves the
    contest smooth at no power, so that the range may start there.
    """
    share, power = np.frexp(first)
    low = np.ldexp(np.where(share < 0.75, 0.5, 0.75), power)
    is_whole = decisiveness == np.round(decisiveness)
    low = np.where((first < _NEAREST) | (is_whole & (low < 1.0)), 0.0, low)
    share, power = np.frexp(np.maximum(last * (1 - 1e-9), np.maximum(1.5 * low, 4.0)))
    high = np.ldexp(np.ceil(16 * share) / 16, power)
    return low, high


_NEAREST = 2.0**-10


@lru_cache(maxsize=4096)
def _step(decisiveness: float, low: float, high: float) -> float:
    """Return the step in units of the challenger's capability; zero where none is fine enough."""
    count = _COARSEST
    while count <= _FINEST:
        step = (high - low) / count
        if _interpolation_error(decisiveness, low, step, count) < ERROR:
            return step
        count = count * 3 // 2
    return 0.0


def _interpolation_error(decisiveness: float, low: float, step: float, count: int) -> float:
    """Return by how much polynomials through six values err half-way between the middle two.

    At the lower end, between the first three values, they are taken from the first six.
    """
    steps = np.arange(count + 1, dtype=np.float64)
    values = relative_contest(low + step * steps, decisiveness)
    halves = relative_contest(low + step * (steps[:-1] + 0.5), decisiveness)
    middle = (3, -25, 150, 150, -25, 3)
    size = count - 4
    found = sum(w * values[t : t + size] for t, w in enumerate(middle))
    inner = np.abs(found / 256 - halves[2:-2]).max()
    first, second = (63, 315, -210, 126, -45, 7), (-7, 105, 210, -70, 21, -3)
    ends = [abs(np.dot(w, values[:6]) / 256 - halves[t]) for t, w in enumerate((first, second))]
    return float(max(inner, *ends))


def relative_contest(power: FloatArray, decisiveness: float) -> FloatArray:
    """Return the contest with a challenger of power one."""
    return contest(power, np.ones(()), np.asarray(decisiveness))


def contest(power: FloatArray, opposed: FloatArray, decisiveness: FloatArray) -> FloatArray:
    """Return the ratio-form contest M^λ / (M^λ + m_A^λ); 0 where M = 0 (Tullock; Hirshleifer).

    `power` has shape (*batch, points); `opposed` and `decisiveness` have shape (*batch).
    """
    with np.errstate(divide="ignore"):
        ratio = np.log(power) - np.log(opposed)[..., None]
    odds = decisiveness[..., None] * ratio
    return np.where(power > 0, 1 / (1 + np.exp(-odds)), 0.0)
