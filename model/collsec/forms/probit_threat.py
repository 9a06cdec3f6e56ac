r"""A threat with private values: it is made, resisted, and carried out or withdrawn.

A sender threatens or leaves the status quo. If it threatens, the target concedes or resists. If the
target resists, the sender stands firm or backs down. What each side gets from a fight, and the
sender from backing down, has a private part that only that side knows, standard normal and
independent: :math:`e_A` and :math:`e_a` of the sender, :math:`e_B` of the target.

.. math::

    V_A \in \{S_A,\; V_A,\; W_A + e_A,\; a + e_a\}, \qquad
    V_B \in \{S_B,\; C_B,\; W_B + e_B,\; V_B\}

at the status quo, a concession, a fight, and a retreat. Best replies are cutoffs: the sender stands
firm iff :math:`e_a - e_A \le d`, threatens iff :math:`e_A \ge t` or :math:`e_a \ge t + d`, and the
target resists iff :math:`e_B \ge -z`. With :math:`p = \Phi(z)`, the chance of resistance,

.. math::

    d = W_A - a, \quad t = \frac{S_A - (1-p) V_A}{p} - W_A, \quad
    z = W_B - V_B + \frac{V_B - C_B}{p_F}, \quad
    p_F = \Pr(e_a - e_A \le d \mid \text{threat}).

With relative gains, :math:`U_i = V_i - \rho V_j`, both sides count the other's private part too, at
its mean given what the other has done. A retreat costs the sender :math:`\mu \alpha c_A` on top of
what *a* holds, and of its cost of fighting :math:`c_A`, a part of :math:`W_A`, a mandate takes away
the share ℓ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from scipy import special

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.parameters import FloatArray

EDGE = 37.0
"""No private value lies farther out, to double precision."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_REACH = 83.0
"""Squared distance at which a normal density is below 1e-18 of its peak."""


class Sides(NamedTuple):
    """What the sender and the target get at one end of the game; each of shape (*batch)."""

    sender: FloatArray
    target: FloatArray


class Threats(NamedTuple):
    """Who threatens, by what follows: chances, and means of the private part on that event."""

    firm: FloatArray
    retreating: FloatArray
    firm_part: FloatArray
    retreating_part: FloatArray

    @property
    def chance(self) -> FloatArray:
        """The chance that there is a threat."""
        return self.firm + self.retreating


@dataclass(frozen=True, eq=False)
class ProbitThreatForm(Form):
    """A threat, resistance and a last decision, with normal private values on both sides.

    Strategies are the probabilities "challenge" (of a threat), "resist" (given a threat) and
    "stand_firm" (given resistance), shape (*batch, n_equilibria), and the "cutoffs" (t, d, z) that
    they follow from, shape (*batch, n_equilibria, 3). Cutoffs beyond `EDGE` are all alike.

    Attributes
    ----------
    status_quo, concession, fight, retreat : Sides
        Material payoffs, without the private parts.
    fighting_cost : array, shape (*batch)
        The part c_A of the sender's payoff from a fight that is its cost, at least 0.
    mandate : array, shape (*batch)
        1 where the sender has a mandate, -1 where it lacks one, 0 where mandates play no part.
    relative_gains, hardship, monitoring, pledge_cost : array, shape (*batch)
        What levers have set: ρ, the factor on c_A, μ and α.
    """

    status_quo: Sides
    concession: Sides
    fight: Sides
    retreat: Sides
    fighting_cost: FloatArray | float = 0.0
    mandate: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        ends = (*self.status_quo, *self.concession, *self.fight, *self.retreat)
        levers = (self.relative_gains, self.hardship, self.monitoring, self.pledge_cost)
        rest = (self.fighting_cost, self.mandate, *levers)
        return np.broadcast_shapes(*(np.shape(item) for item in (*ends, *rest)))

    @property
    def players(self) -> tuple[str, ...]:
        """The two sides."""
        return ("sender", "target")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The three decisions that the cutoffs belong to."""
        return {"cutoffs": (("challenge", "resist", "stand_firm"),)}

    def under(self, levers: Levers) -> Self:
        """Return the form with relative gains, pledge cost, monitoring and legitimacy.

        Relative gains on relative gains give a multiple of U = V - ρ V again; it is scaled to own
        weight one. All other levers act on what this game does not have.
        """
        return replace(
            self,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            hardship=np.asarray(self.hardship)
            * (1.0 - np.asarray(levers.legitimacy) * np.asarray(self.mandate)),
            monitoring=np.asarray(self.monitoring) * np.asarray(levers.monitoring),
            pledge_cost=np.asarray(self.pledge_cost) + np.asarray(levers.pledge_cost),
        )

    @property
    def standing_firm(self) -> FloatArray:
        """The sender's payoff from a fight, with the mandate's part of its cost; (*batch)."""
        relief = np.asarray(self.fighting_cost) * (1.0 - np.asarray(self.hardship))
        return np.asarray(self.fight.sender + relief)

    @property
    def backing_down(self) -> FloatArray:
        """The sender's payoff from a retreat, less the cost of the broken pledge; (*batch)."""
        breach = np.asarray(self.monitoring) * np.asarray(self.pledge_cost)
        return np.asarray(self.retreat.sender - breach * np.asarray(self.fighting_cost))

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities of sender and target, (*batch, n_equilibria, 2)."""
        t, d, z = _split(strategies)
        made, resisted = threats(t, d), special.ndtr(z)
        given_in = made.chance * special.ndtr(-z)
        quiet = special.ndtr(t) * special.ndtr(t + d)
        sender = (
            quiet * _spread(self.status_quo.sender)
            + given_in * _spread(self.concession.sender)
            + resisted * (made.firm * _spread(self.standing_firm) + made.firm_part)
            + resisted * (made.retreating * _spread(self.backing_down) + made.retreating_part)
        )
        target = (
            quiet * _spread(self.status_quo.target)
            + given_in * _spread(self.concession.target)
            + made.firm * (resisted * _spread(self.fight.target) + _density(z))
            + resisted * made.retreating * _spread(self.retreat.target)
        )
        rho = _spread(self.relative_gains)
        return np.stack([sender - rho * target, target - rho * sender], axis=-1)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type of either side, shape (*batch, n_equilibria).

        A type between the cutoff played and the best one gains; most gains the type at the cutoff
        played. The target's best cutoff is found from the sender's by quadrature over e_a (the
        solver integrates over e_A). Where nobody threatens, the target may believe anything of a
        threat. What probabilities and cutoffs differ by counts as a gain, too.
        """
        t, d, z = _split(strategies)
        made, p = threats(t, d), special.ndtr(z)
        rho, fought = _spread(self.relative_gains), _inverse_mills(z)
        best_d = self.best_margin(z)
        worth = _spread(self.standing_firm) - rho * (_spread(self.fight.target) + fought)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            best_t = (self._quiet - p * worth - (1.0 - p) * self._won) / p
            firm = np.where(made.chance > 0, made.firm / made.chance, strategies["stand_firm"])
        against = np.where(self._won < self._quiet, np.inf, -np.inf)
        best_t = np.where(p > 0, best_t, against)
        stake = np.where(p > 0, p, np.abs(self._won - self._quiet))
        best_z, met = self._best_resistance(made, firm), np.where(made.chance > 0, firm, 0.0)
        gains = (
            np.abs(d - best_d),
            stake * np.abs(_within(t) - _within(best_t)),
            met * np.abs(_within(z) - _within(best_z)),
            np.abs(strategies["challenge"] - made.chance),
            np.abs(strategies["resist"] - p),
            np.abs(strategies["stand_firm"] - firm),
        )
        return np.asarray(np.max(np.stack(np.broadcast_arrays(*gains)), axis=0))

    def best_margin(self, z: FloatArray) -> FloatArray:
        """Return the sender's best cutoff d where the target resists from -z on; shape of z."""
        own = _spread(self.standing_firm) - _spread(self.backing_down)
        theirs = _spread(self.fight.target) + _inverse_mills(z) - _spread(self.retreat.target)
        return np.asarray(own - _spread(self.relative_gains) * theirs)

    @property
    def _quiet(self) -> FloatArray:
        """The sender's utility of the status quo."""
        return _spread(self.status_quo.sender) - _spread(self.relative_gains) * _spread(
            self.status_quo.target
        )

    @property
    def _won(self) -> FloatArray:
        """The sender's utility of a concession."""
        return _spread(self.concession.sender) - _spread(self.relative_gains) * _spread(
            self.concession.target
        )

    def _best_resistance(self, made: Threats, firm: FloatArray) -> FloatArray:
        """Return the target's best cutoff z when so many of those who threaten stand firm."""
        rho, back = _spread(self.relative_gains), 1.0 - firm
        chance = np.where(made.chance > 0, made.chance, 1.0)
        resisting = firm * _spread(self.fight.target) + back * _spread(self.retreat.target)
        theirs = firm * _spread(self.standing_firm) + back * _spread(self.backing_down)
        theirs = theirs + (made.firm_part + made.retreating_part) / chance
        conceding = _spread(self.concession.target) - rho * _spread(self.concession.sender)
        with np.errstate(divide="ignore"):
            return np.asarray((resisting - rho * theirs - conceding) / firm)


def threats(t: FloatArray, d: FloatArray) -> Threats:
    r"""Return who threatens at the cutoffs t and d, and what follows; elementwise.

    Those who would stand firm: :math:`\Pr(e_A \ge t, e_a \le e_A + d) = \Phi(t+d) \Phi(-t) +
    \int_{t+d}^\infty \varphi(u) \Phi(d-u) du`, to nearly full relative precision in the tails.
    """
    firm, retreating = _firm(t, d), _firm(t + d, -d)
    middle = _density(d / np.sqrt(2)) / np.sqrt(2)
    return Threats(
        firm,
        retreating,
        _density(t) * special.ndtr(t + d) + middle * special.ndtr(-np.sqrt(2) * (t + d / 2)),
        _density(t + d) * special.ndtr(t) + middle * special.ndtr(-np.sqrt(2) * (t + d / 2)),
    )


def _firm(t: FloatArray, d: FloatArray) -> FloatArray:
    chance = np.full(np.shape(t), np.nan)
    live = ~np.isnan(t + d)
    t, d = t[live], d[live]
    total = special.ndtr(t + d) * special.ndtr(-t)
    for node, weight in _rule(t + d, np.minimum(0.0, d / 2)):
        total += weight * _density(node) * special.ndtr(d - node)
    chance[live] = total
    return chance


def _rule(start: FloatArray, centre: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield Gauss-Legendre nodes and weights for a bell about `centre` from `start` upwards."""
    low = np.maximum(start, centre - 9.0)
    high = centre + np.sqrt(np.maximum(low - centre, 0.0) ** 2 + _REACH)
    half = (high - low) / 2
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        yield low + half * (1.0 + node), weight * half


def _split(strategies: Strategies) -> tuple[FloatArray, FloatArray, FloatArray]:
    cutoffs = np.asarray(strategies["cutoffs"], dtype=np.float64)
    return cutoffs[..., 0], cutoffs[..., 1], cutoffs[..., 2]


def _spread(values: FloatArray | float) -> FloatArray:
    """Append the equilibrium axis."""
    return np.asarray(values, dtype=np.float64)[..., None]


def _within(cutoff: FloatArray) -> FloatArray:
    return np.clip(cutoff, -EDGE, EDGE)


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi))


def _inverse_mills(z: FloatArray) -> FloatArray:
    """Return φ(z)/Φ(z), the mean of the target's private part where it resists."""
    return np.asarray(np.sqrt(2 / np.pi) / special.erfcx(-z / np.sqrt(2)))
