r"""Strategic choice: one side attacks or not, the other gives in or resists, with normal shocks.

The challenger keeps the status quo (1) or attacks; an attacked defender gives in (3) or resists
(4). Every worth of an outcome has a private part, :math:`\tau e`, that only its owner knows, and
either side errs at its own move by :math:`\varsigma a` for each action; all e and a are independent
and standard normal. With :math:`p_4 = 1 - p_3` the chance of resistance and :math:`p_2` that of an
attack,

.. math::

    p_4 = \Phi(m_4 / s_4), \quad m_4 = U_{24} - U_{23}, \quad s_4^2 = 2\tau^2 + 2\varsigma^2, \\
    p_2 = \Phi(m_2 / s_2), \quad m_2 = p_3 U_{13} + p_4 U_{14} - U_{11}, \quad
    s_2^2 = \tau^2 (1 + p_3^2 + p_4^2) + 2\varsigma^2.

With :math:`\tau = 1, \varsigma = 0` this is Signorino's probit with private information, with
:math:`\tau = 0, \varsigma = 1` his agent-error probit; extreme-value errors, which differ by a
logistic number of scale ς, make agent logit play. Errors move choices and are not enjoyed; private
parts are.

With relative gains, :math:`U_i = V_i - \rho V_j`, each side counts the other's private part too, at
its mean given what the other has done; then either choice depends on the other.

References
----------
signorino1999strategic, signorino2003structure
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import NamedTuple, Self

import numpy as np
from scipy import special

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.forms.shock import Shock
from collsec.parameters import FloatArray, ParameterError

CHALLENGER, DEFENDER = range(2)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)
_REACH = 10.0
"""Half the width of the integrals over a private part, in standard deviations."""


class Worth(NamedTuple):
    """What an outcome is worth to either side, without private parts; each of shape (*batch)."""

    challenger: FloatArray | float
    defender: FloatArray | float


@dataclass(frozen=True, eq=False)
class StrategicChoiceForm(Form):
    """An attack and its answer, between sides that doubt each other's worths or choices.

    Strategies are the probabilities "attack" and "resist" (of a defender who is attacked), shape
    (*batch, n_equilibria), and the "cutoffs" (k_2, k_4) that they follow from, shape
    (*batch, n_equilibria, 2), in payoff units: a challenger attacks where its private parts and
    errors together favour attack by at least -k_2, a defender resists where they favour resistance
    by at least -k_4.

    Attributes
    ----------
    status_quo, concession, war : Worth
        Material payoffs; a worth of war to the defender counts `counted_stake` and `war_cost`.
    private_spread, error_spread : array, shape (*batch)
        τ and ς, at least 0 and not both 0.
    shock : Shock
        NORMAL, or LOGISTIC for extreme-value errors without private parts.
    war_cost : array, shape (*batch)
        The part c of the defender's worth of war that is its cost, at least 0.
    bound : array, shape (*batch)
        How far the defender has pledged itself in public, between 0 and 1.
    mandate : array, shape (*batch)
        1 where the defender has a mandate, -1 where it lacks one, 0 where none plays a part.
    counted_stake : array, shape (*batch)
        The stake in the protege that the defender's worth of war counts.
    interest, common_stake, affinity : array, shape (*batch)
        w, b and x, which make the stake w (1 - max(0, x)).
    relative_gains, hardship, monitoring, pledge_cost, side_payments : array, shape (*batch)
        What levers have set: ρ, the factor on c, μ, α and φ.
    """

    status_quo: Worth
    concession: Worth
    war: Worth
    private_spread: FloatArray | float = 1.0
    error_spread: FloatArray | float = 0.0
    shock: Shock = Shock.NORMAL
    war_cost: FloatArray | float = 0.0
    bound: FloatArray | float = 1.0
    mandate: FloatArray | float = 0.0
    counted_stake: FloatArray | float = 0.0
    interest: FloatArray | float = 0.0
    common_stake: FloatArray | float = 0.0
    affinity: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0
    side_payments: FloatArray | float = 0.0

    def __post_init__(self) -> None:
        """Refuse certainty, and what has no closed form: private parts with other than normal."""
        private, errors = np.asarray(self.private_spread), np.asarray(self.error_spread)
        if np.any((private == 0) & (errors == 0)):
            raise ParameterError(
                "strategic_choice", "error_spread", errors, "must not be 0 where private parts are",
                "raise it, or solve the tree without doubts by `backward_induction`",
            )  # fmt: skip
        if self.shock == Shock.UNIFORM or (self.shock == Shock.LOGISTIC and np.any(private > 0)):
            raise ParameterError(
                "strategic_choice", "shock", self.shock.name.lower(),
                "must be normal, or logistic for errors alone",
                "take the normal, or the logistic with private_spread=0",
            )  # fmt: skip

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        ends = ("status_quo", "concession", "war")
        rest = [item.name for item in fields(self) if item.name not in (*ends, "shock")]
        numbers = (*self.status_quo, *self.concession, *self.war)
        return np.broadcast_shapes(
            *(np.shape(one) for one in numbers), *(np.shape(getattr(self, one)) for one in rest)
        )

    @property
    def players(self) -> tuple[str, ...]:
        """The two sides."""
        return ("challenger", "defender")

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions; see `Form.under`.

        Pledge costs add up, chances of being seen multiply, two budgets leave (1-φ₁)(1-φ₂) with the
        defender, and relative gains on relative gains are scaled to own weight one.
        """
        beta, phi = np.asarray(levers.indivisibility), np.asarray(levers.side_payments)
        return replace(
            self,
            interest=(1 - beta) * self.interest + beta * self.common_stake,
            affinity=(1 - np.asarray(levers.impartiality)) * self.affinity,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            hardship=self.hardship * (1 - np.asarray(levers.legitimacy) * self.mandate),
            monitoring=self.monitoring * np.asarray(levers.monitoring),
            pledge_cost=self.pledge_cost + np.asarray(levers.pledge_cost),
            side_payments=1 - (1 - np.asarray(self.side_payments)) * (1 - phi),
        )

    @property
    def giving_in(self) -> FloatArray:
        """The defender's worth of giving in, less the cost of the broken pledge; (*batch)."""
        breach = np.asarray(self.monitoring) * self.pledge_cost * self.bound * self.war_cost
        return np.asarray(self.concession.defender - breach)

    @property
    def resisting(self) -> FloatArray:
        """The defender's worth of war, with stake, mandate and budget as assumed; (*batch)."""
        stake = np.asarray(self.interest) * (1.0 - np.maximum(0.0, self.affinity))
        relief = 1.0 - np.asarray(self.hardship) * (1.0 - np.asarray(self.side_payments))
        moved = (stake - self.counted_stake) + np.asarray(self.war_cost) * relief
        return np.asarray(self.war.defender + moved)

    def attack_spread(self, resist: FloatArray) -> FloatArray:
        """Return s_2, the scale of what only the challenger knows; shape of `resist`.

        The number that a cutoff is divided by before the distribution of the shock is taken.
        """
        outcomes = 1.0 + resist * resist + (1.0 - resist) ** 2
        return self._spread_of(outcomes)

    def resistance_spread(self) -> FloatArray:
        """Return s_4, the scale of what only the defender knows; shape (*batch, 1)."""
        return self._spread_of(np.asarray(2.0))

    def _spread_of(self, outcomes: FloatArray) -> FloatArray:
        private, errors = _spread(self.private_spread), _spread(self.error_spread)
        if self.shock == Shock.LOGISTIC:
            return errors + 0.0 * outcomes
        return np.sqrt(private * private * outcomes + 2.0 * errors * errors)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities of challenger and defender, (*batch, n_equilibria, 2).

        They hold the private parts that the sides enjoy, and no errors.
        """
        attack, resist = strategies["attack"], strategies["resist"]
        enjoyed = self.enjoyed(strategies)
        conceded, fought = attack * (1.0 - resist), attack * resist
        challenger = (
            (1.0 - attack) * _spread(self.status_quo.challenger)
            + conceded * _spread(self.concession.challenger)
            + fought * _spread(self.war.challenger)
            + enjoyed.challenger
        )
        defender = (
            (1.0 - attack) * _spread(self.status_quo.defender)
            + conceded * _spread(self.giving_in)
            + fought * _spread(self.resisting)
            + attack * enjoyed.defender
        )
        rho = _spread(self.relative_gains)
        return np.stack([challenger - rho * defender, defender - rho * challenger], axis=-1)

    def enjoyed(self, strategies: Strategies) -> Worth:
        """Return the mean private part that a side's choice brings it; of a defender, if attacked.

        The mean of what is chosen over all outcomes: the variance of the private parts at stake
        over s, times the density at the cutoff. Shape (*batch, n_equilibria).
        """
        first, second = _split(strategies)
        resist = strategies["resist"]
        s_2, s_4 = self.attack_spread(resist), self.resistance_spread()
        variance = _spread(self.private_spread) ** 2
        outcomes = 1.0 + resist * resist + (1.0 - resist) ** 2
        return Worth(
            variance * outcomes / s_2 * _density(first / s_2),
            variance * 2.0 / s_4 * _density(second / s_4),
        )

    def taste_for_war(self, strategies: Strategies) -> Worth:
        """Return the mean private part of war of those who attack, and of those who resist.

        Shape (*batch, n_equilibria), in payoff units.
        """
        first, second = _split(strategies)
        resist = strategies["resist"]
        s_2, s_4 = self.attack_spread(resist), self.resistance_spread()
        variance = _spread(self.private_spread) ** 2
        return Worth(
            variance * resist / s_2 * inverse_mills(first / s_2),
            variance / s_4 * inverse_mills(second / s_4),
        )

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type of either side, shape (*batch, n_equilibria).

        A type between the cutoff played and the best one gains; most gains the type at the cutoff
        played. Chances, and means of private parts given what was done, are found by quadrature
        over each private part in turn (the solver has them in closed form). What probabilities and
        their cutoffs differ by counts as a gain, too.
        """
        first, second = _split(strategies)
        resist = np.asarray(strategies["resist"], dtype=np.float64)
        attacked, own = self._attack(first, resist)
        resisted, theirs = self._answer(second)
        rho = _spread(self.relative_gains)
        conceded = self._worth(CHALLENGER, self._concession) - rho * theirs.concession
        fought = self._worth(CHALLENGER, self._war) - rho * theirs.war
        quiet = self._worth(CHALLENGER, self.status_quo)
        given_in = self._worth(DEFENDER, self._concession) - rho * own.concession
        resisting = self._worth(DEFENDER, self._war) - rho * own.war
        gains = (
            np.abs((1.0 - resist) * conceded + resist * fought - quiet - first),
            np.abs(resisting - given_in - second),
            np.abs(strategies["attack"] - attacked),
            np.abs(resist - resisted),
        )
        return np.asarray(np.max(np.stack(np.broadcast_arrays(*gains)), axis=0))

    @property
    def _concession(self) -> Worth:
        return Worth(self.concession.challenger, self.giving_in)

    @property
    def _war(self) -> Worth:
        return Worth(self.war.challenger, self.resisting)

    def _worth(self, player: int, end: Worth) -> FloatArray:
        """Return a side's utility of an outcome without private parts, shape (*batch, 1)."""
        own, other = end[player], end[1 - player]
        return _spread(own) - _spread(self.relative_gains) * _spread(other)

    def _attack(self, cutoff: FloatArray, resist: FloatArray) -> tuple[FloatArray, _Parts]:
        """Return the chance of an attack, and the challenger's mean private parts given it."""
        tau, error = _spread(self.private_spread), _spread(self.error_spread)
        if self.shock == Shock.LOGISTIC:
            return _logistic(cutoff / error), _Parts(0.0 * cutoff, 0.0 * cutoff)
        conceding, fighting = tau * (1.0 - resist), tau * resist
        chance, fought = _beyond(cutoff, fighting, (conceding, tau, error, error))
        _, conceded = _beyond(cutoff, conceding, (fighting, tau, error, error))
        return chance, _Parts(tau * conceded, tau * fought)

    def _answer(self, cutoff: FloatArray) -> tuple[FloatArray, _Parts]:
        """Return the chance of resistance, and the mean private part of what is then chosen."""
        tau, error = _spread(self.private_spread), _spread(self.error_spread)
        if self.shock == Shock.LOGISTIC:
            return _logistic(cutoff / error), _Parts(0.0 * cutoff, 0.0 * cutoff)
        chance, resisting = _beyond(cutoff, tau, (tau, error, error))
        _, giving_in = _beyond(-cutoff, tau, (tau, error, error))
        return chance, _Parts(tau * giving_in, tau * resisting)


class _Parts(NamedTuple):
    """Mean private parts of one side at the two outcomes of an attack."""

    concession: FloatArray
    war: FloatArray


def _beyond(
    cutoff: FloatArray, load: FloatArray, others: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray]:
    r"""Return Pr(load x + rest ≥ -cutoff) and the mean of x given that; x is standard normal.

    The rest are independent normal numbers with the standard deviations `others`. By quadrature
    over x about the peak of :math:`\varphi(x) \Phi((k + \ell x)/r)`, in logarithms, so that rare
    events have a mean, too.
    """
    variance = sum((other * other for other in others), 0.0 * load)
    rest = np.sqrt(variance)
    centre = np.maximum(0.0, -cutoff) * load / (variance + load * load)

    def height(x: FloatArray) -> FloatArray:
        return np.asarray(special.log_ndtr((cutoff + load * x) / rest) - 0.5 * x * x)

    top = height(centre)
    mass, moment = 0.0 * top, 0.0 * top
    for step, weight in _rule():
        part = weight * np.exp(height(centre + step) - top)
        mass, moment = mass + part, moment + part * step
    chance = mass * np.exp(top) / np.sqrt(2.0 * np.pi)
    return chance, np.asarray(centre + moment / mass)


def _rule() -> Iterator[tuple[float, float]]:
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        yield _REACH * float(node), _REACH * float(weight)


def _logistic(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def inverse_mills(x: FloatArray) -> FloatArray:
    """Return φ(x)/Φ(x), the mean of a standard normal number above -x."""
    return np.asarray(np.sqrt(2.0 / np.pi) / special.erfcx(-x / np.sqrt(2.0)))


def _split(strategies: Strategies) -> tuple[FloatArray, FloatArray]:
    cutoffs = np.asarray(strategies["cutoffs"], dtype=np.float64)
    return cutoffs[..., 0], cutoffs[..., 1]


def _spread(values: FloatArray | float) -> FloatArray:
    """Append the equilibrium axis."""
    return np.asarray(values, dtype=np.float64)[..., None]
