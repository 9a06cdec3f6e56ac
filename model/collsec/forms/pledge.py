r"""A pledge to a protégé: it may deter, and if it does not it is honoured or broken.

An alliance is pledged with strength a, drawn from :math:`U[0, 1]` and seen by all. The challenger
learns its gain from an undefended target, :math:`G \sim U[0, \bar G]`, and attacks or not; against
the ally it loses L. The ally learns its cost of war, :math:`\kappa \sim U[0, K]`, and honours the
pledge or breaks it. With chance ι the aggressor is named; if it is not, nobody answers.

.. math::

    V_D = \begin{cases} v & \text{no attack} \\ v - (1-\varphi) h \kappa & \text{honoured} \\
    -m (a + \alpha K / 2) & \text{broken} \end{cases} \qquad
    V_T = \begin{cases} w_T & \text{no attack} \\ w_T - \varphi h \kappa & \text{honoured} \\
    0 & \text{broken} \end{cases}

The ally honours iff :math:`v - \rho w_T + m (a + \alpha K/2) \ge h (1 - \varphi - \rho \varphi)
\kappa`, so that its chance π of doing so is linear in a between 0 and 1. With :math:`u = \iota \pi`
the challenger attacks iff :math:`(1-u) G > u L`. Only ally and protégé mind relative gains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.parameters import BoolArray, FloatArray

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
PLEDGES = (1.0 + _NODES) / 2
"""The strengths at which strategies are written down: nodes of a quadrature over [0, 1]."""
_TYPES = 33


@dataclass(frozen=True, eq=False)
class PledgeForm(Form):
    """A pledge of random strength, with private gains of the challenger and costs of the ally.

    Strategies are "honour" and "attack", the chances at each strength in `PLEDGES`, of shape
    (*batch, n_equilibria, 32). Challengers with the largest gains attack; allies with the lowest
    costs honour (the highest, where others pay so much that a war earns the ally something).

    Attributes
    ----------
    interest, common_stake, affinity : array, shape (*batch)
        w and b, of which v is made, and the ally's closeness to the challenger, which lowers it.
    protege_stake : array, shape (*batch)
        What rescue is worth to the protégé, w_T.
    highest_cost, highest_gain, loss : array, shape (*batch)
        K, the challenger's largest gain, and what it loses against the ally.
    detection, named, mandate : array, shape (*batch)
        The chance m that a broken pledge is seen; 1 where the enemy is named in advance; z.
    relative_gains, hardship, pledge_cost, side_payments, identification : array, shape (*batch)
        What levers have set: ρ, h, α, φ and ι.
    """

    interest: FloatArray | float
    common_stake: FloatArray | float
    affinity: FloatArray | float
    protege_stake: FloatArray | float
    highest_cost: FloatArray | float
    highest_gain: FloatArray | float
    loss: FloatArray | float
    detection: FloatArray | float = 1.0
    named: FloatArray | float = 0.0
    mandate: FloatArray | float = 0.0
    relative_gains: FloatArray | float = 0.0
    hardship: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0
    side_payments: FloatArray | float = 0.0
    identification: FloatArray | float = 1.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        shapes = [np.shape(item) for item in vars(self).values()]
        return tuple(int(size) for size in np.broadcast_shapes(*shapes))

    @property
    def players(self) -> tuple[str, ...]:
        """The ally, the protégé, who does not move, and the challenger."""
        return ("ally", "protege", "challenger")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The strengths of the pledge, along which plans are listed."""
        return dict.fromkeys(("honour", "attack"), (tuple(f"{a:.3g}" for a in PLEDGES),))

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions; patience finds nothing to act on.

        Relative gains on relative gains give a multiple of U = V - ρ V again; it is scaled to own
        weight one.
        """
        first, second = np.asarray(self.side_payments), np.asarray(levers.side_payments)
        beta = np.asarray(levers.indivisibility)
        return replace(
            self,
            interest=(1 - beta) * self.interest + beta * self.common_stake,
            affinity=(1 - np.asarray(levers.impartiality)) * self.affinity,
            detection=np.asarray(self.detection) * np.asarray(levers.monitoring),
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            hardship=np.asarray(self.hardship)
            * (1.0 - np.asarray(levers.legitimacy) * np.asarray(self.mandate)),
            pledge_cost=np.asarray(self.pledge_cost) + np.asarray(levers.pledge_cost),
            side_payments=first + second - first * second,
            identification=np.asarray(self.identification) * np.asarray(levers.identification),
        )

    @property
    def stake(self) -> FloatArray:
        """What the protégé's safety is worth to the ally, v, shape (*batch)."""
        return np.asarray(self.interest * (1 - np.maximum(0.0, np.asarray(self.affinity))))

    @property
    def recognition(self) -> FloatArray:
        """The chance that the aggressor is named, shape (*batch)."""
        return np.asarray(self.named + (1.0 - np.asarray(self.named)) * self.identification)

    @property
    def general_pledge(self) -> FloatArray:
        """What levers add to the cost of every broken pledge, α K / 2, shape (*batch)."""
        return np.asarray(self.pledge_cost * np.asarray(self.highest_cost) / 2)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities of ally, protégé and challenger, (*batch, n_equilibria, 3).

        Averaged over the strengths in `PLEDGES`: exact to about 1e-4, for strategies have kinks.
        """
        honour, attack = (np.asarray(strategies[key]) for key in ("honour", "attack"))
        seen, phi = _wide(self.recognition), _wide(self.side_payments)
        saved, spent = attack * seen * honour, attack * seen * self._drawn_cost(honour)
        broken = attack * seen * (1 - honour) * _wide(self.detection)
        safe = 1 - attack + saved
        ally = _wide(self.stake) * safe - (1 - phi) * spent
        ally = ally - broken * (PLEDGES + _wide(self.general_pledge))
        protege = _wide(self.protege_stake) * safe - phi * spent
        gained = _wide(self.highest_gain) * attack * (1 - attack / 2) * (1 - seen * honour)
        challenger = gained - saved * _wide(self.loss)
        sides = [(part * (_WEIGHTS / 2)).sum(axis=-1) for part in (ally, protege, challenger)]
        rho = np.asarray(self.relative_gains, dtype=np.float64)[..., None]
        return np.stack([sides[0] - rho * sides[1], sides[1] - rho * sides[0], sides[2]], axis=-1)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type, (*batch, n_equilibria).

        At each strength of the pledge, types of ally and challenger are tried on grids, and those
        at the cutoff played; for each the utilities of both actions are compared.
        """
        honour, attack = (np.asarray(strategies[key]) for key in ("honour", "attack"))
        low_first = self.low_first
        cutoff = np.where(low_first, honour, 1 - honour)
        worst = np.zeros(np.broadcast_shapes(honour.shape, low_first.shape))
        for place in (*np.linspace(0.0, 1.0, _TYPES), cutoff, 1 - attack):
            lead = self._lead(place * _wide(self.highest_cost))
            worst = np.maximum(worst, _mistake(lead, place, cutoff, low_first))
            lead = self._attackers_lead(place * _wide(self.highest_gain), honour)
            worst = np.maximum(worst, _mistake(lead, place, 1 - attack, np.zeros((), dtype=bool)))
        worst = np.where(np.isnan(honour) | np.isnan(attack), np.nan, worst)
        return np.asarray(worst.max(axis=-1))

    @property
    def low_first(self) -> BoolArray:
        """Whether allies of low cost are the ones that honour."""
        none = np.zeros(())
        return np.asarray(self._lead(none) >= self._lead(_wide(self.highest_cost)))

    def _lead(self, cost: FloatArray) -> FloatArray:
        """Return what an ally of this cost gains by honouring, at each strength of the pledge."""
        rho, phi = _wide(self.relative_gains), _wide(self.side_payments)
        paid = _wide(self.hardship) * cost
        rescue = _wide(self.stake) - (1 - phi) * paid
        rescue = rescue - rho * (_wide(self.protege_stake) - phi * paid)
        breach = _wide(self.detection) * (PLEDGES + _wide(self.general_pledge))
        return np.asarray(rescue + breach)

    def _attackers_lead(self, gain: FloatArray, honour: FloatArray) -> FloatArray:
        met = _wide(self.recognition) * honour
        return np.asarray((1 - met) * gain - met * _wide(self.loss))

    def _drawn_cost(self, honour: FloatArray) -> FloatArray:
        """Return E[h κ; honoured] where the allies with the lowest (or highest) costs honour."""
        share = np.where(self.low_first, honour**2, 1 - (1 - honour) ** 2)
        return np.asarray(_wide(self.hardship) * _wide(self.highest_cost) * share / 2)


def _mistake(
    lead: FloatArray, place: FloatArray, cutoff: FloatArray, low_acts: BoolArray
) -> FloatArray:
    """Return what the type at `place` gains by the other action, `lead` being that of acting.

    Types on one side of the cutoff act; the type at an inner cutoff must be indifferent.
    """
    below, above = (place < cutoff) | (cutoff >= 1), (place > cutoff) | (cutoff <= 0)
    gain = np.where(np.where(low_acts, below, above), -lead, lead)
    return np.where(below | above, gain, np.abs(lead))


def _wide(values: FloatArray | float) -> FloatArray:
    """Append the axes of equilibria and of strengths."""
    return np.asarray(values, dtype=np.float64)[..., None, None]
