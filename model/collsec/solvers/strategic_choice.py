r"""Strategic choice between two sides with normal shocks: from the answer back to the attack.

Without relative gains the answer does not depend on who attacks: both chances are in closed form.
With them the defender counts what war is worth to those who attack, more than to most, and so the
cutoff of resistance k solves

.. math::

    g(k) = k - m_4 + \rho \tau^2 \frac{p_4 - p_3}{s_2}\, h(m_2 / s_2) = 0, \qquad
    p_4 = \Phi(k / s_4), \quad
    m_2 = p_3 U_{13} + p_4 U_{14} - U_{11} - \rho \frac{2 \tau^2}{s_4} \varphi(k / s_4),

:math:`h = \varphi/\Phi`, as the mean private part of an attacker at an outcome of chance p is
:math:`\tau^2 p\, h / s_2`.

References
----------
signorino1999strategic, signorino2003structure
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from collsec.equilibrium import Equilibria, certify
from collsec.forms.shock import distribution
from collsec.forms.strategic_choice import StrategicChoiceForm, inverse_mills
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = "perfect Bayesian equilibria in cutoffs"
_GRID = np.linspace(-9.0, 9.0, 361)
"""Cutoffs in units of s_4 between which roots are sought; beyond them p_4 is 0 or 1."""
_SLOTS = 5
_HALVINGS = 80
_PEAK, _BEND = 0.39895, 0.24198
"""Bounds of φ(x) and of |x φ(x)|."""


@checks_kind
def strategic_choice(form: StrategicChoiceForm) -> Equilibria:
    """Find the equilibria of a strategic choice, by rising chance of resistance.

    Exactly one without relative gains, without private parts, and wherever a bound on the slope of
    best replies shows that g rises, which is so unless worths differ by many standard deviations:
    `complete` is true there. Elsewhere roots are sought between the points of a grid of 1/20 of s_4
    and `complete` is false. There is always one.

    `index` is the sign of the slope of g. `centroid` is where k drifts from even chances of
    resistance by -g. Costs one evaluation in closed form; with relative gains 80, and 800
    where several equilibria are not excluded.

    Returns
    -------
    Equilibria
        Strategies as `StrategicChoiceForm` has them.
    """
    games = _Games.of(form)
    k = games.cutoffs()
    resist = distribution(form.shock, k / form.resistance_spread())
    m = games.gain(k, resist)
    attack = distribution(form.shock, m / form.attack_spread(resist))
    sign = np.where(np.arange(k.shape[-1]) % 2, -1.0, 1.0)
    below = np.where(np.isnan(k), False, k <= 0.0).sum(axis=-1)
    return certify(
        form,
        {"attack": attack, "resist": resist, "cutoffs": np.stack([m, k], axis=-1)},
        complete=games.are_unique(),
        scope=SCOPE,
        method="strategic_choice",
        index=np.where(np.isnan(k), np.nan, sign),
        centroid=2 * (below // 2),
        scale=games.scale(),
    )


class _Games(NamedTuple):
    """The numbers that the equation of each game has, all of shape (*batch).

    `quiet`, `won` and `fought` are the challenger's utilities without private parts, `margin` is
    m_4, and `private` and `errors` are the variances τ² and 2ς².
    """

    quiet: FloatArray
    won: FloatArray
    fought: FloatArray
    margin: FloatArray
    rivalry: FloatArray
    private: FloatArray
    errors: FloatArray

    @classmethod
    def of(cls, form: StrategicChoiceForm) -> _Games:
        """Return the numbers of a batch."""
        rho, won = np.asarray(form.relative_gains), np.asarray(form.concession.challenger)
        fought, error = np.asarray(form.war.challenger), np.asarray(form.error_spread)
        numbers = (
            form.status_quo.challenger - rho * form.status_quo.defender,
            won - rho * form.giving_in,
            fought - rho * form.resisting,
            (form.resisting - form.giving_in) - rho * (fought - won),
            rho,
            np.asarray(form.private_spread) * form.private_spread,
            2.0 * error * error,
        )
        shape = form.batch_shape
        return cls(*(np.array(np.broadcast_to(one, shape), dtype=np.float64) for one in numbers))

    def cutoffs(self) -> FloatArray:
        """Return the cutoffs of resistance in equilibrium, shape (*batch, n), NaN-padded."""
        coupled, unique = np.asarray(self.rivalry * self.private > 0), self.are_unique()
        k = np.full((*coupled.shape, _SLOTS), np.nan)
        k[..., 0] = self.margin
        for games, between in ((coupled & unique, _GRID[:0]), (coupled & ~unique, _GRID)):
            if games.any():
                found = _Games(*(one[games] for one in self)).roots(between)
                k[games, : found.shape[-1]] = found
        width = (~np.isnan(k)).sum(axis=-1).max(initial=1)
        return np.ascontiguousarray(k[..., :width])

    def gain(self, k: FloatArray, resist: FloatArray) -> FloatArray:
        """Return m_2, what an attack is worth at these cutoffs and chances; (*batch, n)."""
        s_4 = self.answer_spread()[..., None]
        theirs = 2.0 * self.private[..., None] / s_4 * _density(k / s_4)
        material = (1.0 - resist) * self.won[..., None] + resist * self.fought[..., None]
        return np.asarray(material - self.quiet[..., None] - self.rivalry[..., None] * theirs)

    def excess(self, k: FloatArray) -> FloatArray:
        """Return g(k), shape (*batch, n)."""
        resist = special.ndtr(k / self.answer_spread()[..., None])
        outcomes = 1.0 + resist * resist + (1.0 - resist) * (1.0 - resist)
        s_2 = np.sqrt(self.private[..., None] * outcomes + self.errors[..., None])
        selected = inverse_mills(self.gain(k, resist) / s_2) * (2.0 * resist - 1.0) / s_2
        return np.asarray(
            k - self.margin[..., None] + (self.rivalry * self.private)[..., None] * selected
        )

    def roots(self, between: FloatArray) -> FloatArray:
        """Return zeros of g, rising, NaN-padded; one row of games.

        They are sought between the ends of what can be an equilibrium and the cutoffs `between`, in
        units of s_4.
        """
        grid = self._grid(between)
        positive = self.excess(grid) > 0
        turns = positive[:, 1:] != positive[:, :-1]
        place = np.argsort(~turns, axis=-1, kind="stable")[:, :_SLOTS]
        low, high = (np.take_along_axis(grid, place + side, axis=-1) for side in (0, 1))
        rising = np.take_along_axis(positive, place + 1, axis=-1)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            is_above = (self.excess(middle) > 0) == rising
            low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
        found = np.take_along_axis(turns, place, axis=-1)
        return np.where(found, 0.5 * (low + high), np.nan)

    def _grid(self, between: FloatArray) -> FloatArray:
        """Return cutoffs of which g is below zero at the first and above zero at the last."""
        s_4 = self.answer_spread()[:, None]
        least = np.sqrt(1.5 * self.private + self.errors)
        fall = self.quiet - np.minimum(self.won, self.fought) + self.rivalry * s_4[:, 0]
        most = self.rivalry * self.private / s_4[:, 0] * (1.0 + np.maximum(0.0, fall) / least)
        low = np.minimum(self.margin - most, -10.0 * s_4[:, 0])[:, None]
        high = np.maximum(self.margin + most, 10.0 * s_4[:, 0])[:, None]
        return np.concatenate([low, s_4 * between, high], axis=-1)

    def are_unique(self) -> BoolArray:
        """Whether the slope of g is shown to be above 0, shape (*batch).

        The slope of (p_4 - p_3)/s_2 and that of s_2 in h(m_2/s_2) together raise g. What is left is
        (p_4 - p_3)/s_2 h' m_2'/s_2, with |h'| < 1 and (p_4 - p_3)/s_2² at most 1/s_4².
        """
        s_4 = self.answer_spread()
        steepest = _PEAK * np.abs(self.fought - self.won) / s_4
        steepest = steepest + _BEND * 2.0 * self.rivalry * self.private / (s_4 * s_4)
        return np.asarray(self.rivalry * self.private * steepest < s_4 * s_4)

    def answer_spread(self) -> FloatArray:
        """Return s_4, shape (*batch)."""
        return np.asarray(np.sqrt(2.0 * self.private + self.errors))

    def scale(self) -> FloatArray:
        """Return the size of payoffs, shape (*batch)."""
        worths = np.stack([self.quiet, self.won, self.fought, self.margin])
        return np.asarray(1.0 + np.abs(worths).max(axis=0) + self.answer_spread())


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))
