r"""Optimal punishments: how much can a repeated contribution game sustain?

N equal states contribute :math:`g_i` to a common good in every period, with payoffs

.. math:: u_i = v \sum_j g_j - g_i^2 / 2,

so that one period has the equilibrium g = v and is best for all at g = N v. Where all give g, the
best reply v gains :math:`(g - v)^2 / 2`. Whoever deviates is punished together with everybody:

* by reversion to g = v for good, which sustains g iff
  :math:`(1-\delta) (g-v)^2/2 \le \delta (u(g) - u(v))`, up to
  :math:`v + (N-1) v \min(1, 2 \delta)`;
* by one period of a stick s, after which play returns to g; both phases must be obeyed, and a
  deviation from either starts the stick (again):
  :math:`\max((g-v)^2, (s-v)^2)/2 \le \delta (u(g) - u(s))`;
* by the harshest symmetric path there is (Abreu 1986). With contributions of any sign it is a stick
  of one period, as far below v as g is above it, and sustains up to
  :math:`v + (N-1) v \min(1, 4 \delta)`. With a lowest contribution it may have to be longer; it is
  worth what a member gets that best replies to the stick, as long as it can climb back from there.

A stick of one period that cannot fall below 0 is a weaker threat than reversion for ever.

References
----------
abreu1986extremal, abreu1988theory, friedman1971noncooperative
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind

Amount = FloatArray | float


@dataclass(frozen=True, eq=False)
class Commons:
    """The stage game; arrays broadcast over (*batch).

    Attributes
    ----------
    n_members : array or int
        N, at least 2.
    value : array
        v, what a unit given by anyone is worth to each member; positive.
    lowest : array
        The lowest contribution, at most v; minus infinity where members can destroy without limit.
    """

    n_members: Amount
    value: Amount = 1.0
    lowest: Amount = 0.0

    @property
    def efficient(self) -> FloatArray:
        """The contribution that is best for all, N v."""
        return np.asarray(self.n_members * np.asarray(self.value, dtype=np.float64))

    def payoff(self, given: Amount) -> FloatArray:
        """Return u(g), a member's payoff where all give g."""
        amount = np.asarray(given, dtype=np.float64)
        return np.asarray(self.efficient * amount - amount * amount / 2)

    def temptation(self, given: Amount) -> FloatArray:
        """Return what the best reply gains in a period where all others give g."""
        distance = np.asarray(given, dtype=np.float64) - self.value
        return np.asarray(distance * distance / 2)

    def alone(self, given: Amount) -> FloatArray:
        """Return what a member gets that best replies where all others give g."""
        return self.payoff(given) + self.temptation(given)


@checks_kind
def reversion_threshold(stage: Commons, target: Amount) -> FloatArray:
    """Return the least patience at which reversion to g = v for good sustains the target.

    0 at the equilibrium of one period; 1, which nobody reaches, where the target is no better.
    """
    gain = stage.temptation(target)
    return _ratio(gain, gain + stage.payoff(target) - stage.payoff(stage.value))


@checks_kind
def stick_threshold(stage: Commons, target: Amount, stick: Amount) -> FloatArray:
    """Return the least patience at which one period of the stick sustains the target; at most 1."""
    gain = np.maximum(stage.temptation(target), stage.temptation(stick))
    return _ratio(gain, stage.payoff(target) - stage.payoff(stick))


@checks_kind
def optimal_threshold(stage: Commons, target: Amount) -> FloatArray:
    """Return the least patience at which any symmetric punishment sustains the target.

    For targets from v to N v. The stick mirrors the target about v where contributions can fall so
    low; else it is the lowest contribution, held for as long as the path is worth what a best reply
    to it is (a period that is not whole is one with a contribution between).
    """
    mirrored = 2 * np.asarray(stage.value) - np.asarray(target)
    low = np.where(np.isfinite(stage.lowest), stage.lowest, np.minimum(mirrored, 0.0))
    gain = stage.temptation(target)
    held = _ratio(gain, gain + stage.payoff(target) - stage.alone(low))
    return np.where(mirrored >= stage.lowest, stick_threshold(stage, target, mirrored), held)


@checks_kind
def reversion_sustains(stage: Commons, discount_factor: Amount) -> FloatArray:
    """Return the largest contribution up to N v that reversion for good sustains."""
    reach = np.minimum(1.0, 2.0 * np.asarray(discount_factor))
    return np.asarray(stage.value + (stage.efficient - stage.value) * reach)


@checks_kind
def optimal_sustains(stage: Commons, discount_factor: Amount) -> FloatArray:
    """Return the largest contribution up to N v that any symmetric punishment sustains."""
    delta, rise = np.asarray(discount_factor), stage.efficient - stage.value
    free = 4.0 * delta * rise
    low = np.where(np.isfinite(stage.lowest), stage.lowest, stage.value)
    spare = stage.payoff(stage.value) - stage.alone(low)
    held = delta * rise + np.sqrt((delta * rise) ** 2 + 2.0 * delta * np.maximum(spare, 0.0))
    climb = np.where(stage.value - free >= stage.lowest, free, held)
    return np.asarray(stage.value + np.minimum(climb, rise))


def _ratio(gain: FloatArray, lost: FloatArray) -> FloatArray:
    """Return gain / lost within [0, 1]; 0 where there is no gain, 1 where nothing is lost."""
    share = np.minimum(gain / np.where(lost > 0, lost, 1.0), 1.0)
    return np.where(gain <= 0, 0.0, np.where(lost > 0, share, 1.0))
