r"""Pledges that may deter: backward induction, and who is left to be tested.

The ally's chance of honouring is :math:`\pi(a) = \min(1, \max(0, \pi_0 + \pi_1 a))`; with
:math:`u = \iota \pi` and :math:`r = L / \bar G` the challenger attacks with chance

.. math:: q(u) = \max\left(0, 1 - \frac{r u}{1 - u}\right).

Over strengths a, uniform on [0, 1], the chance of an attack and that of an honoured pledge have the
antiderivatives :math:`(1 + r) u + r \ln(1-u)` and :math:`(1 + r) u^2/2 + r (u + \ln(1-u))` in u.

References
----------
smith1995alliance, morrow1994alliances
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.pledge import PLEDGES, PledgeForm
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = "perfect Bayesian equilibria; a type that is indifferent honours, or does not attack"
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


class Reliability(NamedTuple):
    """Averages over pledges of all strengths, each of shape (*batch)."""

    honoured: FloatArray
    attack: FloatArray
    honoured_and_attacked: FloatArray

    @property
    def observed(self) -> FloatArray:
        """The chance that a pledge is honoured given that it is tested; NaN where none is."""
        tested = self.attack > 0
        share = self.honoured_and_attacked / np.where(tested, self.attack, 1.0)
        return np.where(tested, share, np.nan)


@checks_kind
def pledge(form: PledgeForm) -> Equilibria:
    """Find the equilibrium of a pledge, which is unique; closed form, O(1) a game.

    Returns
    -------
    Equilibria
        Strategies "honour" and "attack" at each strength in `PLEDGES`, shape (*batch, 1, 32).
    """
    start, slope = (line[..., None] for line in _line(form))
    honour = np.clip(start + slope * PLEDGES, 0.0, 1.0)
    met = form.recognition[..., None] * honour
    attack = _attack(met, np.asarray(form.loss / np.asarray(form.highest_gain))[..., None])
    shape = (*form.batch_shape, 1, PLEDGES.size)
    size = (form.highest_cost, form.highest_gain, form.loss, form.protege_stake, form.stake)
    scale = 1.0 + sum(np.abs(np.broadcast_to(item, form.batch_shape)) for item in size)
    return certify(
        form,
        {
            "honour": np.broadcast_to(honour[..., None, :], shape),
            "attack": np.broadcast_to(attack[..., None, :], shape),
        },
        complete=np.ones(form.batch_shape, dtype=bool),
        scope=SCOPE,
        method="pledge",
        index=np.ones(shape[:-1]),
        centroid=np.zeros(form.batch_shape, dtype=np.int64),
        scale=scale,
    )


@checks_kind
def reliability(form: PledgeForm) -> Reliability:
    """Return how often pledges are honoured, tested, and both, over all strengths.

    Exact up to rounding: the strengths at which a chance reaches 0 or 1 cut [0, 1] into smooth
    pieces, on which closed forms hold (a quadrature of twenty nodes where a piece is short).
    """
    start, slope = (np.broadcast_to(line, form.batch_shape) for line in _line(form))
    seen = np.broadcast_to(form.recognition, form.batch_shape)
    ratio = np.broadcast_to(form.loss / np.asarray(form.highest_gain), form.batch_shape)
    limit = 1.0 / (1.0 + ratio)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        turns = [(level - start) / slope for level in (0.0, 1.0, limit / seen)]
    cuts = [np.clip(np.where(slope > 0, turn, 0.0), 0.0, 1.0) for turn in turns]
    ends = np.sort(np.stack([np.zeros_like(start), *cuts, np.ones_like(start)]), axis=0)
    honoured = attacked = both = np.zeros(form.batch_shape)
    for low, high in pairwise(ends):
        first, last = (np.clip(start + slope * a, 0.0, 1.0) * seen for a in (low, high))
        width, (hit, kept) = high - low, _means(first, last, ratio)
        honoured = honoured + width * (first + last) / 2
        attacked = attacked + width * hit
        both = both + width * kept
    return Reliability(honoured, attacked, both)


@checks_kind
def reliability_at(form: PledgeForm, strength: float) -> FloatArray:
    """Return the chance that a pledge of one strength is honoured, shape (*batch)."""
    start, slope = _line(form)
    chance = np.clip(start + slope * strength, 0.0, 1.0) * form.recognition
    return np.asarray(np.broadcast_to(chance, form.batch_shape))


def _line(form: PledgeForm) -> tuple[FloatArray, FloatArray]:
    """Return π at strength 0 and its slope, before it is cut off at 0 and 1."""
    rho, phi = np.asarray(form.relative_gains), np.asarray(form.side_payments)
    borne = np.asarray(form.hardship) * (1.0 - phi - rho * phi) * form.highest_cost
    seen = np.asarray(form.detection)
    worth = form.stake - rho * form.protege_stake
    worth = worth + seen * np.asarray(form.pledge_cost) * np.asarray(form.highest_cost) / 2
    size = np.maximum(np.abs(borne), 1e-200)
    start, slope = worth / size, seen / size
    # Where nothing is at stake all are indifferent, and honour.
    start = np.where((borne < 0) | ((borne == 0) & (worth == 0)), 1.0 + start, start)
    return np.asarray(start), np.asarray(slope)


def _attack(met: FloatArray, ratio: FloatArray) -> FloatArray:
    open_ = met < 1
    odds = met / np.where(open_, 1.0 - met, 1.0)
    return np.where(open_, np.maximum(0.0, 1.0 - ratio * odds), 0.0)


def _means(first: FloatArray, last: FloatArray, ratio: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the means of q(u) and u q(u) over u between two ends of one smooth piece."""
    middle = (first + last) / 2
    quiet = _attack(middle, ratio) <= 0
    spread = last - first
    short = spread <= 0.1 * (1.0 - last)
    safe = np.where(short | quiet, 1.0, spread)
    remaining = np.where(quiet, 0.5, np.maximum(1.0 - last, 1e-300))
    logs = np.log(remaining) - np.log1p(-np.where(quiet, 0.5, first))
    squares = (last - first) * middle
    hit = np.where(short, 0.0, ((1 + ratio) * spread + ratio * logs) / safe)
    kept = np.where(short, 0.0, ((1 + ratio) * squares + ratio * (spread + logs)) / safe)
    for node, weight in zip(_NODES, _WEIGHTS / 2, strict=True):
        u = middle + node * spread / 2
        value = np.where(short, weight * _attack(u, ratio), 0.0)
        hit, kept = hit + value, kept + u * value
    return np.where(quiet, 0.0, hit), np.where(quiet, 0.0, kept)
