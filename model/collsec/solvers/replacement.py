r"""Nash equilibria of games in which members pay for a sum, by replacement functions.

Member i's contribution that is consistent with a total Q is a function of Q alone:
:math:`q_i(Q) = \max(0, y_i - s_i Q) / (1-\phi)` with
:math:`s_i = \phi a_i + (1-\theta_i)(1-\phi+\phi a_i)/\theta'_i`. Equilibrium totals solve
:math:`\sum_i q_i(Q) = Q`.

References
----------
bergstrom1986private, cornes2007aggregative
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.contribution import ContributionForm
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = "pure equilibria"
_TIE = 1e-12
_LEAST = 2e-13
_STEEPEST = 1e300
_LEVELS = np.concatenate([np.geomspace(1e-9, 1e-2, 24), np.linspace(0.01, 1.0 - 1e-9, 161)[1:]])
_HALVINGS = 70


@checks_kind
def replacement(form: ContributionForm) -> Equilibria:
    """Find the Nash equilibrium of every game, strategies shape (*batch, n_equilibria, n_members).

    Without relative gains or without side payments (ρφ = 0) the total is the root of a
    decreasing piecewise-linear function, found exactly by sorting, in O(N log N). The equilibrium
    is unique (Bergstrom, Blume and Varian 1986; with a subsidy φ < 1 replacement functions still
    decrease, Cornes and Hartley 2007), and `complete` says so. A member whose income equals the
    threshold gives nothing. Shares that are assessed without regard to income may leave a poor
    member unable to pay what the others' choices assess it; then no equilibrium is reported.

    Where ρφ > 0 a contribution also takes consumption from the others, which the giver welcomes.
    Utility is then not concave: there may be several equilibria, or none. Totals are scanned on
    184 levels and every change of sign is halved 70 times; `complete` is false.

    Where φ = 1 contributions cost their giver no more than anyone else, so that those who want the
    highest total provide it in any proportion: they are reported to split it by assessed shares,
    and `complete` is false. Raises `CertificateError` where a single game has no equilibrium that
    passes the search over deviations.
    """
    given = _by_sorting(form)[..., None, :]
    both = (form.rivalry[..., 0] > 0) & (form.pooled[..., 0] > 0)
    if np.any(both):
        given = _with_scanned(form, given, both)
    indifferent = ((form.tastes == 1) & (form.stakes == 0)).any(axis=-1)
    return certify(
        form,
        {"contribution": given},
        complete=~both & (form.pooled[..., 0] < 1) & ~indifferent,
        scope=SCOPE,
        method="replacement",
    )


def _by_sorting(form: ContributionForm) -> FloatArray:
    """Return the contributions where ρφ = 0, shape (*batch, n_members)."""
    kept, levied = 1.0 - form.pooled, form.pooled * form.shares
    willing = form.stakes > 0
    with np.errstate(over="ignore"):
        rate = _weight(form) * (kept + levied) / np.where(willing, form.stakes, 1.0)
    slope = np.where(willing, levied + np.minimum(rate, _STEEPEST), 0.0)
    wealth = np.where(willing, form.incomes, 0.0)
    last = np.where(willing, _ratio(wealth, slope), 0.0)
    order = np.argsort(-last, axis=-1, kind="stable")
    wealths = np.cumsum(np.take_along_axis(wealth, order, axis=-1), axis=-1)
    slopes = np.cumsum(np.take_along_axis(slope, order, axis=-1), axis=-1)
    reached = np.where(wealths > 0, _ratio(wealths, kept + slopes), 0.0)
    total = reached.max(axis=-1, keepdims=True)
    keen = willing & (last >= (1.0 - _TIE) * total)
    with np.errstate(invalid="ignore"):
        offer = np.where(willing, np.maximum(wealth - slope * total, 0.0), 0.0)
        offer = offer / np.where(kept > 0, kept, 1.0)
        lost = (offer == 0).all(axis=-1, keepdims=True)  # a total far below the incomes' rounding
        return np.where((kept > 0) & ~lost, offer, _split(form, total, keen))


def _weight(form: ContributionForm) -> FloatArray:
    """Return the weight 1-θ of own consumption, shape (*batch, n_members).

    A positive weight counts as at least 2e-13: what a smaller one leaves of an income would be lost
    in its rounding, and who minds consumption cannot consume nothing.
    """
    weight = 1.0 - form.tastes
    return np.where(weight > 0, np.maximum(weight, _LEAST), 0.0)


def _split(form: ContributionForm, total: FloatArray, keen: BoolArray) -> FloatArray:
    part = np.where(keen, form.shares, 0.0)
    whole = part.sum(axis=-1, keepdims=True)
    return total * part / np.where(whole > 0, whole, 1.0)


def _with_scanned(form: ContributionForm, given: FloatArray, both: BoolArray) -> FloatArray:
    scanned = _scan(_Pooled.of(form, both))
    width = max(scanned.shape[-2], 1)
    wide = np.full((*given.shape[:-2], width, given.shape[-1]), np.nan)
    wide[..., :1, :] = given
    wide[both] = np.nan
    wide[both, : scanned.shape[-2]] = scanned
    return wide


@dataclass(frozen=True)
class _Pooled:
    r"""Games with ρφ > 0 in a row: numbers per member have shape (n_games, 1, n_members).

    A contributor consumes :math:`x_i = w_i K_i Q / (\theta'_i + z)`, where
    :math:`z = Q \frac{\rho}{n-1} \sum_j w_j \phi a_j / x_j` measures what a higher total takes
    from the others, w = 1-θ, and :math:`K_i = 1 - \phi + \phi a_i (1 + \rho/(n-1))`.
    """

    income: FloatArray
    weight: FloatArray
    stake: FloatArray
    kept: FloatArray
    levied: FloatArray
    share: FloatArray
    rivalry: FloatArray

    @classmethod
    def of(cls, form: ContributionForm, where: BoolArray) -> Self:
        pooled, shares = form.pooled[where], form.shares[where]
        return cls(
            income=form.incomes[where][:, None, :],
            weight=_weight(form)[where][:, None, :],
            stake=form.stakes[where][:, None, :],
            kept=(1.0 - pooled)[:, None, :],
            levied=(pooled * shares)[:, None, :],
            share=shares[:, None, :],
            rivalry=form.rivalry[where][:, None, :],
        )

    @property
    def price(self) -> FloatArray:
        """What a unit costs its giver, less what the giver gains by others' share in it."""
        return self.kept + self.levied + self.rivalry * self.levied

    def highest(self) -> FloatArray:
        """Return the total at which all income, or some member's, is used up; (n_games, 1)."""
        solvent = _ratio(self.income, self.levied).min(axis=-1)
        return np.asarray(np.minimum(self.income.sum(axis=-1), solvent))

    def harm(self, total: FloatArray, free: FloatArray) -> FloatArray:
        """Solve z = Σ max(A, B + C z) by sorting; shape as `total` with a last axis of one."""
        live = (self.weight > 0) & (self.price > 0)
        gain = np.where(live, self.rivalry * self.levied / np.where(live, self.price, 1.0), 0.0)
        idle = self.rivalry * self.weight * self.levied * total / free
        steady, gain = np.broadcast_arrays(gain * self.stake, gain, idle)[:2]
        turn = np.where(gain > 0, (idle - steady) / np.where(gain > 0, gain, 1.0), np.inf)
        order = np.argsort(turn, axis=-1, kind="stable")
        idle, steady, gain = (
            np.take_along_axis(part, order, axis=-1) for part in (idle, steady, gain)
        )
        none = np.zeros((*idle.shape[:-1], 1))
        later = np.flip(np.cumsum(np.flip(idle, axis=-1), axis=-1), axis=-1)
        rest = np.concatenate([later, none], axis=-1)
        fixed = np.concatenate([none, np.cumsum(steady, axis=-1)], axis=-1)
        slack = 1.0 - np.concatenate([none, np.cumsum(gain, axis=-1)], axis=-1)
        return np.asarray(_ratio(rest + fixed, slack).max(axis=-1, keepdims=True))

    def consumption(self, total: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what is left to each if it gives nothing, and what it consumes if it gives."""
        level = total[..., None]
        free = self.income - self.levied * level
        pull = self.stake + self.harm(level, free)
        return free, np.where(pull > 0, _ratio(self.weight * self.price * level, pull), np.inf)

    def wants_more(self, total: FloatArray) -> BoolArray:
        """Whether members would together give more than this total, shape as `total`."""
        free, wanted = self.consumption(total)
        gap = np.ascontiguousarray(np.maximum(free - wanted, 0.0))
        return np.asarray(gap.sum(axis=-1) > self.kept[..., 0] * total)

    def contributions(self, total: FloatArray, inside: FloatArray) -> FloatArray:
        """Split totals among the members, by what they give at `inside`, where all give more."""
        free, wanted = self.consumption(inside)
        gap = np.ascontiguousarray(np.maximum(free - wanted, 0.0))
        keen = np.where(wanted <= (1.0 + _TIE) * free, self.share, 0.0)
        part = np.where(self.kept > 0, gap, keen)
        whole = part.sum(axis=-1, keepdims=True)
        return np.asarray(total[..., None] * part / np.where(whole > 0, whole, np.nan))


def _scan(games: _Pooled) -> FloatArray:
    """Return candidates, shape (n_games, n_candidates, n_members), NaN-padded."""
    highest = games.highest()
    more = np.concatenate([games.wants_more(highest * level) for level in _LEVELS], axis=-1)
    flips = more[:, 1:] != more[:, :-1]
    n_roots = int(flips.sum(axis=-1).max())
    at = np.argsort(~flips, axis=-1, kind="stable")[:, :n_roots]
    found = np.take_along_axis(flips, at, axis=-1)
    rising = np.take_along_axis(more, at, axis=-1)
    inner = highest * np.where(rising, _LEVELS[at], _LEVELS[at + 1])
    outer = highest * np.where(rising, _LEVELS[at + 1], _LEVELS[at])
    for _ in range(_HALVINGS if n_roots else 0):
        middle = 0.5 * (inner + outer)
        wanting = games.wants_more(middle)
        inner, outer = np.where(wanting, middle, inner), np.where(wanting, outer, middle)
    roots = np.full((*more.shape[:1], 0, games.income.shape[-1]), np.nan)
    if n_roots:
        roots = np.where(found[..., None], games.contributions(inner, inner), np.nan)
    idle = (games.stake <= 0).all(axis=-1, keepdims=True)
    nothing = np.where(idle, 0.0, np.nan) + np.zeros(games.income.shape)
    return np.concatenate([roots, nothing], axis=-2)


def _ratio(values: FloatArray, divisor: FloatArray) -> FloatArray:
    values, divisor = np.broadcast_arrays(values, divisor)
    none = np.full(values.shape, np.inf)
    with np.errstate(over="ignore"):
        return np.asarray(np.divide(values, divisor, out=none, where=divisor > 0))
