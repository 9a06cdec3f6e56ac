r"""Participation among many: the sum of the others' answers by its mean and variance alone.

Member i meets :math:`M_{-i} \approx N(\sum_{j \ne i} p_j m_j, \sum_{j \ne i} p_j (1 - p_j) m_j^2)`,
so that all replies cost O(n_members). The law of the sum tends to this as no member is large beside
the spread of the sum of the others.

How far it errs
---------------
Measured against the exact equilibrium (`reached_from` from the same start) in a contest of exponent
2, spread 0.4 and a challenger of a quarter of the members' capability, as the largest difference of
a chance to answer: with equal capabilities and unequal costs 2e-4 among 20 members, 1e-6 among 193
and 4e-8 among 1,000; with very unequal capabilities (Dirichlet, 0.5) 4e-3, 2e-4 and 3e-6; the
continuum, which takes the mean alone, 3e-2, 3e-3 and 5e-4 with equal ones. The whole table is in
`benchmarks/results.md`. The exact solvers take any number of members, and are faster up to several
hundred: this one is for studying the limit, and for more than some thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collsec.forms.participation import ParticipationForm
from collsec.forms.shock import distribution
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, ParameterError
from collsec.solvers._given import numbers
from collsec.solvers._kinds import checks_kind

_ROUNDS = 2000


@dataclass(frozen=True, eq=False)
class MeanField:
    """An approximate equilibrium of each game of a batch.

    Attributes
    ----------
    answer : array, shape (*batch, n_members, 2)
        Chances to answer and to stay out.
    settled : array of bool, shape (*batch)
        Whether the replies came to rest.
    """

    answer: FloatArray
    settled: BoolArray


@checks_kind
def mean_field(
    form: ParticipationForm,
    start: FloatArray | float = 0.5,
    *,
    n_nodes: int = 16,
    tolerance: float = 1e-12,
) -> MeanField:
    """Follow best replies to the normal approximation of the sum, from a start, until they rest.

    For forms of any number of members; `start` broadcasts to (*batch, n_members). With `n_nodes`
    = 1 the sum is replaced by its mean alone: the game of a continuum of members. How far the
    answer is from an equilibrium of the game itself is what `form.regret` says of it, in payoff
    units; that costs O(n_members log(n_members) × lattice).

    Raises
    ------
    ParameterError
        If `start` holds no chances, or does not fit the members, or `n_nodes` is below 1.
    """
    remedy = f"give one chance to answer for each of {form.n_members} members, or one for all"
    shape = (*form.batch_shape, form.n_members)
    answer = numbers("mean_field", "start", start, shape, remedy, low=0.0, high=1.0).copy()
    if n_nodes not in range(1, 1000):
        raise ParameterError(
            "mean_field", "n_nodes", n_nodes, "must be a whole number from 1 to 999",
            "give 1 for the mean alone, or leave it out",
        )  # fmt: skip
    weights = form.lattice.unit[..., None] * _units(form)
    open_ = np.ones(form.batch_shape, dtype=np.bool_)
    step, last = np.full(form.batch_shape, 0.5), np.full(form.batch_shape, np.inf)
    for _ in range(_ROUNDS):
        change = distribution(form.shock, _best(form, weights, answer, n_nodes)) - answer
        moved = np.max(np.abs(change), axis=-1)
        open_ = open_ & (moved >= tolerance)
        if not open_.any():
            break
        step = np.where(moved > last, np.maximum(0.7 * step, 0.01), step)
        answer += np.where(open_, step, 0.0)[..., None] * change
        last = moved
    best = _best(form, weights, answer, n_nodes)
    both = [distribution(form.shock, side * best) for side in (1.0, -1.0)]
    return MeanField(np.stack(both, axis=-1), ~open_)


def _units(form: ParticipationForm) -> FloatArray:
    shares = form.lattice.shares
    return form.lattice.units + total(shares * np.arange(shares.shape[-1]))


def _best(
    form: ParticipationForm, weights: FloatArray, answer: FloatArray, n_nodes: int
) -> FloatArray:
    """Return the best cutoffs against the normal approximation, shape (*batch, n_members)."""
    mean, variance = answer * weights, answer * (1 - answer) * weights**2
    others = total(mean)[..., None] - mean
    deviation = np.sqrt(np.maximum(total(variance)[..., None] - variance, 0.0))
    nodes, chances = np.polynomial.hermite_e.hermegauss(n_nodes)
    pivotal = np.zeros(others.shape)
    for node, chance in zip(nodes, chances / chances.sum(), strict=True):
        met = others + node * deviation
        pivotal += chance * _rise(form, met, weights)
    net = form.gain * pivotal + form.breach_cost - form.burden
    scale = np.abs(form.burden) * np.asarray(form.spread)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, net / scale, np.where(net >= 0, np.inf, -np.inf))


def _rise(form: ParticipationForm, met: FloatArray, weights: FloatArray) -> FloatArray:
    """Return by how much members' own weights raise reversal where these sums answer without them.

    Of the contest where one decides, else between the points of the lattice.
    """
    between = _reversal(form, met + weights) - _reversal(form, met)
    if form.smooth is None:
        return between
    most = total(form.smooth.capability)[..., None]
    low = np.clip(met, 0.0, most)
    added = np.clip(weights + np.minimum(met, 0.0), 0.0, most - low)
    return np.where(form.smooth.holds[..., None], form.smooth.rise(low, added), between)


def _reversal(form: ParticipationForm, power: FloatArray) -> FloatArray:
    """Return the chance of reversal at sums (*batch, n_members), between the lattice's points."""
    place = np.clip(power / form.lattice.unit[..., None], 0.0, form.reversal.shape[-1] - 1.0)
    below = np.minimum(place.astype(np.int64), form.reversal.shape[-1] - 2)
    table = np.broadcast_to(form.reversal, (*place.shape[:-1], form.reversal.shape[-1]))
    low, high = (np.take_along_axis(table, below + step, axis=-1) for step in (0, 1))
    return np.asarray(low + (place - below) * (high - low))
