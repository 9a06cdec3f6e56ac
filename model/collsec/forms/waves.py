r"""A smooth contest as a short sum of complex exponentials, so that its mean is a product.

Where :math:`\pi(x) = \operatorname{Re} \sum_k w_k e^{z_k x}` on all sums that members can reach,
the mean over independent answers factors,

.. math:: E[\pi(M)] = \operatorname{Re} \sum_k w_k \prod_j (1 - p_j + p_j e^{z_k m_j}),

for any real capabilities. A mean is a positive linear functional: it errs by no more than the sum
itself does on the reachable sums. Some ten to twenty-five terms do what a lattice of a thousand
points does, as short sums of exponentials do for many functions (Beylkin and Monzón 2005).

References
----------
beylkin2005approximation, potts2013parameter
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from collsec.forms.smooth_contest import distinct, relative_contest
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray

ComplexArray = NDArray[np.complex128]

ACCURACY = 2e-11
"""A sum that errs by more than this anywhere, as a chance, is not used."""

_AIM = 1e-12
_SAMPLES = (200, 400, 800)
_NOISE = 1e-14
_MOST = 64
_WINDOWS = 400
_WIDEST = 64.0
_STEEPEST = 30.0


@dataclass(frozen=True, eq=False)
class Waves:
    """A contest as a sum of exponentials of the members' answering capability.

    Attributes
    ----------
    rate : complex array, shape (*batch, n_waves)
        In units of one over capability; those with a positive imaginary part stand for themselves
        and their conjugates.
    weight : complex array, shape (*batch, n_waves)
        Zero behind the last wave of a game.
    error : array, shape (*batch)
        By how much the sum errs anywhere: what was measured between the points that it was fitted
        to, and what rounding of its terms may add. NaN where there are no waves.
    """

    rate: ComplexArray
    weight: ComplexArray
    error: FloatArray

    @property
    def is_used(self) -> BoolArray:
        """Whether a game has waves, shape (*batch)."""
        return ~np.isnan(self.error)


@dataclass(frozen=True)
class Sum:
    """A sum of exponentials of x - `low`, and by how much it errs."""

    low: float
    rate: ComplexArray
    weight: ComplexArray
    error: float


def waves(
    target: FloatArray,
    challenger: FloatArray,
    decisiveness: FloatArray,
    whole: FloatArray,
    where: BoolArray,
) -> Waves:
    """Return the contest of target and answering members with the challenger as waves.

    Arrays broadcast over (*batch); `whole` is the capability of all members. Contests of one
    decisiveness share a fit where the powers that can be reached, relative to the challenger's, are
    about the same: it takes milliseconds, and is kept. There are no waves where `where` is false,
    and where no fit is within `ACCURACY`: with a target of next to no power, unless the
    decisiveness is whole or high, and where the contest is steep or the members are many times as
    strong as the challenger.
    """
    keys, which = distinct(target, challenger, decisiveness, whole, where)
    fits = [_fit(*key) for key in keys]
    n_waves = max((one.rate.size for one in fits if one), default=1)
    rate, weight = np.zeros((2, len(fits) + 1, n_waves), dtype=np.complex128)
    low, error = np.zeros(len(fits) + 1), np.full(len(fits) + 1, np.nan)
    for place, one in enumerate(fits):
        if one:
            rate[place, : one.rate.size] = one.rate
            weight[place, : one.rate.size] = one.weight
            low[place], error[place] = one.low, one.error
    ahead = target / challenger - low[which]
    return _in_capability(rate[which], weight[which], ahead, challenger, error[which])


def _in_capability(
    rate: ComplexArray,
    weight: ComplexArray,
    ahead: FloatArray,
    challenger: FloatArray,
    error: FloatArray,
) -> Waves:
    """Return waves of the members' capability by those of relative power, from `ahead` on."""
    ahead = ahead[..., None]
    grown, angle = np.exp(rate.real * ahead), rate.imag * ahead
    along, across = grown * np.cos(angle), grown * np.sin(angle)
    moved = _complex(
        weight.real * along - weight.imag * across, weight.real * across + weight.imag * along
    )
    opposed = np.asarray(challenger)[..., None]
    return Waves(_complex(rate.real / opposed, rate.imag / opposed), moved, error)


def _complex(real: FloatArray, imaginary: FloatArray) -> ComplexArray:
    """Return complex numbers by their parts; NumPy's own products round by place in an array."""
    numbers = np.empty(real.shape, dtype=np.complex128)
    numbers.real, numbers.imag = real, imaginary
    return numbers


@lru_cache(maxsize=4096)
def _fit(decisiveness: float, low: float, high: float) -> Sum | None:
    """Return the shortest good sum for M^λ / (M^λ + 1) on a range; None where there is none."""
    if high > _WIDEST:
        return None
    best: Sum | None = None
    for n_samples in _SAMPLES:
        tried = _sum(decisiveness, low, high, n_samples)
        if best is None or tried.error < best.error:
            best = tried
        if best.error < _AIM:
            break
    return best if best is not None and best.error < ACCURACY else None


def _sum(decisiveness: float, low: float, high: float, n_samples: int) -> Sum:
    """Fit a sum to samples of a contest; the weights of many rates follow by least squares.

    That is on points that crowd towards `low`, where contests may bend most.
    """
    width, share = high - low, np.arange(n_samples + 1, dtype=np.float64) / n_samples
    rate = _rates(relative_contest(low + width * share, decisiveness), width)
    crowded = 0.5 * (1 - np.cos(np.pi * share))
    places = width * np.concatenate([crowded[crowded < 0.5], share[share >= 0.5]])
    terms, is_pair = np.exp(places[:, None] * rate), rate.imag > 0
    columns = np.concatenate([terms.real, -terms.imag[:, is_pair]], axis=1)
    size = np.sqrt((columns * columns).sum(axis=0))
    wanted = relative_contest(low + places, decisiveness)
    found = _least_squares(columns / size, wanted[:, None])[:, 0] / size
    weight: ComplexArray = found[: rate.size].astype(np.complex128)
    weight[is_pair] += 1j * found[rate.size :]
    return Sum(low, rate, weight, _error(decisiveness, low, width, n_samples, rate, weight))


def _rates(samples: FloatArray, width: float) -> ComplexArray:
    """Return the rates of the exponentials that evenly spaced samples are made of.

    Windows of the samples of a sum of exponentials span a space that a shift maps to itself, and
    the shift's eigenvalues are the exponentials over one step (Potts and Tasche 2013). One of each
    conjugate pair is kept, and none that grows beyond reason, as rounding may make some.
    """
    n_steps = samples.size - 1
    space = _window_space(samples, n_steps // 2)
    steps = np.linalg.eigvals(_least_squares(space[:-1], space[1:])).astype(np.complex128)
    size = np.abs(steps)
    steps = steps[(steps.imag >= 0) & (size > 0) & (size < np.exp(_STEEPEST / n_steps))]
    steps = steps[np.lexsort((steps.imag, steps.real))]
    return np.asarray(np.log(steps) * (n_steps / width), dtype=np.complex128)


def _window_space(samples: FloatArray, length: int) -> FloatArray:
    """Return an orthonormal basis of the windows of length + 1 samples, down to their noise.

    The windows left over after projection lead, largest first: no library's decomposition of a
    large matrix, of which the last bits may depend on how many threads it runs in.
    """
    starts = np.unique(np.linspace(0, samples.size - 1 - length, _WINDOWS).round().astype(np.int64))
    left = samples[starts + np.arange(length + 1)[:, None]]
    squares = (left * left).sum(axis=0)
    least = _NOISE**2 * squares.max()
    basis: list[FloatArray] = []
    while len(basis) < _MOST and squares.max() > least:
        lead = left[:, np.argmax(squares)].copy()
        for vector in basis:
            lead -= vector * (vector * lead).sum()
        lead /= np.sqrt((lead * lead).sum())
        basis.append(lead)
        left -= lead[:, None] * (lead[:, None] * left).sum(axis=0)
        squares = (left * left).sum(axis=0)
    return np.array(basis).T


def _least_squares(columns: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return the combinations of columns that are nearest to what is wanted, column by column.

    Projected on one column after the other; a library solves what is left, which is small.
    """
    n, both = columns.shape[1], np.concatenate([columns, wanted], axis=1)
    triangle = np.zeros((n, both.shape[1]))
    for c in range(n):
        lead = both[:, c]
        size = np.sqrt((lead * lead).sum())
        lead = lead / (size if size > 0 else 1.0)
        triangle[c, c] = size
        triangle[c, c + 1 :] = (lead[:, None] * both[:, c + 1 :]).sum(axis=0)
        both[:, c + 1 :] -= lead[:, None] * triangle[c, c + 1 :]
    return np.asarray(np.linalg.lstsq(triangle[:, :n], triangle[:, n:], rcond=1e-16)[0])


def _error(
    decisiveness: float,
    low: float,
    width: float,
    n_samples: int,
    rate: ComplexArray,
    weight: ComplexArray,
) -> float:
    """Return by how much a sum errs between the samples, with what rounding may add."""
    crowded = 0.5 * width * (1 - np.cos(np.pi * (np.arange(2 * n_samples) + 0.5) / (2 * n_samples)))
    places = np.concatenate([crowded, width / n_samples * (np.arange(n_samples) + 0.5)])
    found = total((np.exp(places[:, None] * rate) * weight).real)
    missed = np.abs(found - relative_contest(low + places, decisiveness)).max()
    size = np.abs(weight) * np.maximum(1.0, np.exp(rate.real * width))
    return float(missed + np.finfo(np.float64).eps * size.sum())
