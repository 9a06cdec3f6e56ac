r"""Participation: each member answers or stays out, at a cost that it alone knows.

Member i draws a cost :math:`c_i (1 + \sigma \xi)` and answers or not; the capabilities of those who
answer add up, and the sum M reverses the aggression with chance :math:`\pi(M)`. Material payoffs are

.. math:: V_i = s_i \pi(M) - \sum_k T_{ik} C_k - \mu \alpha o_i c_i [i \text{ stays out}]

with stakes :math:`s_i = w_i (1 - \max(0, x_i))`, drawn costs :math:`C_k` of those who answer, and
cost shares :math:`T_{kk} = 1 - \phi + \phi a_k`, :math:`T_{ik} = \phi a_i`. Utility is
:math:`U_i = V_i - \rho \operatorname{mean}_{j \ne i} V_j`, so that i answers iff

.. math:: \Delta_i (s_i - \rho \bar s_{-i}) + \mu \alpha o_i c_i
          \ge C_i [1 - \phi + \phi a_i - \rho \phi \bar a_{-i}], \quad
          \Delta_i = E[\pi(M_{-i} + m_i) - \pi(M_{-i})].

Where all :math:`s_i - \rho \bar s_{-i}` are positive this is a weighted potential game.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import scipy.fft

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.lattice import Lattice, lattice
from collsec.forms.shock import Shock, partial_mean, quantile
from collsec.parameters import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class ParticipationForm(Form):
    """A batch of participation games; arrays broadcast over (*batch) or (*batch, n_members).

    Attributes
    ----------
    lattice : Lattice
        Effective capabilities of the members in common units.
    reversal : array, shape (*batch, lattice.size)
        Chance that aggression is reversed, at each value of the sum of units that answer.
    interest, affinity : array, shape (*batch, n_members)
        Stake in the target, and closeness to the challenger, which lowers it.
    war_cost : array, shape (*batch, n_members)
        Mean cost of answering, before `hardship`.
    common_stake : array, shape (*batch)
        Value of aggression failing anywhere, which indivisibility mixes into the interest.
    hardship : array, shape (*batch) or (*batch, n_members)
        Factor on the cost of answering.
    mandate : array, shape (*batch)
        1 with a mandate, -1 without one, 0 where mandates play no part.
    pledged : array, shape (*batch, n_members)
        Share of the war cost that a broken pledge is measured by; 0 where no pledge is triggered.
    assessed : array, shape (*batch, n_members)
        Shares of the common budget; they sum to one.
    spread : array, shape (*batch)
        Spread of the cost shock as a share of the mean cost.
    shock : Shock
        Its distribution.
    rivals : array, shape (*batch, n_members, n_members), or None
        Weights of the others in the relative-gains mean, rows summing to one or zero; all others
        alike where None.
    relative_gains, side_payments, monitoring, pledge_cost : array, shape (*batch)
        What levers have set so far.
    member_names : tuple of str
    """

    lattice: Lattice
    reversal: FloatArray
    interest: FloatArray
    war_cost: FloatArray
    affinity: FloatArray
    common_stake: FloatArray
    hardship: FloatArray
    mandate: FloatArray
    pledged: FloatArray
    assessed: FloatArray
    spread: FloatArray
    shock: Shock = Shock.NORMAL
    rivals: FloatArray | None = None
    relative_gains: FloatArray | float = 0.0
    side_payments: FloatArray | float = 0.0
    monitoring: FloatArray | float = 1.0
    pledge_cost: FloatArray | float = 0.0
    member_names: tuple[str, ...] = ()

    @classmethod
    def from_contest(
        cls,
        *,
        capability: FloatArray,
        target_capability: FloatArray,
        challenger_capability: FloatArray,
        decisiveness: FloatArray,
        required: FloatArray,
        resolution: int,
        **fields: Any,
    ) -> Self:
        """Return the form in which the target and those who answer contend with the challenger.

        `capability` has shape (*batch, n_members) and includes the instrument's effect; the other
        arrays have shape (*batch). Where `required` is positive the aggression is reversed iff the
        members' answering capability reaches it, whatever target and challenger have.
        `resolution` is the number of lattice units where capabilities share no coarse unit.
        """
        grid = lattice(capability, resolution)
        answered = grid.points()
        fought = contest(
            target_capability[..., None] + answered, challenger_capability, decisiveness
        )
        fixed = threshold(answered, required)
        reversal = np.where(required[..., None] > 0, fixed, fought)
        return cls(lattice=grid, reversal=reversal, **fields)

    def assessed_by(self, shares: FloatArray) -> Self:
        """Return the form with these shares of the common budget, (*batch, n_members)."""
        return replace(self, assessed=shares)

    @property
    def n_members(self) -> int:
        """The number of members."""
        return int(self.lattice.units.shape[-1])

    @property
    def players(self) -> tuple[str, ...]:
        """The members' names."""
        return self.member_names or tuple(f"member {i + 1}" for i in range(self.n_members))

    @cached_property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        scalars = (
            self.common_stake,
            self.mandate,
            self.spread,
            self.relative_gains,
            self.side_payments,
            self.monitoring,
            self.pledge_cost,
            self.lattice.unit,
        )
        vectors = (
            self.reversal,
            self.interest,
            self.war_cost,
            self.affinity,
            self.hardship,
            self.pledged,
            self.assessed,
        )
        return np.broadcast_shapes(
            *(np.shape(item) for item in scalars), *(item.shape[:-1] for item in vectors)
        )

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions; see `Form.under`.

        Raises
        ------
        ValueError
            If relative gains are applied to a form that already has them: the map is then no
            longer a weight on the others' mean.
        """
        rho = np.asarray(levers.relative_gains)
        if np.any(rho > 0) and np.any(np.asarray(self.relative_gains) > 0):
            raise ValueError("relative gains are already applied; start from the material form")
        beta, ell = levers.indivisibility[..., None], levers.legitimacy
        legitimacy = (1 - ell * self.mandate)[..., None]
        return replace(
            self,
            interest=(1 - beta) * self.interest + beta * self.common_stake[..., None],
            affinity=(1 - levers.impartiality[..., None]) * self.affinity,
            hardship=self.hardship * legitimacy,
            relative_gains=self.relative_gains + rho,
            side_payments=1 - (1 - self.side_payments) * (1 - levers.side_payments),
            monitoring=self.monitoring * levers.monitoring,
            pledge_cost=self.pledge_cost + levers.pledge_cost,
        )

    @cached_property
    def stake(self) -> FloatArray:
        """Value of reversal to each member, shape (*batch, n_members), in payoff units."""
        return self.interest * (1 - np.maximum(0.0, self.affinity))

    @cached_property
    def mean_cost(self) -> FloatArray:
        """Mean cost of answering, with hardship, shape (*batch, n_members)."""
        return self.war_cost * self.hardship

    @cached_property
    def breach_cost(self) -> FloatArray:
        """Expected cost of staying out of a triggered response, shape (*batch, n_members)."""
        weight = np.asarray(self.monitoring * self.pledge_cost)[..., None]
        return weight * self.pledged * self.war_cost

    @cached_property
    def gain(self) -> FloatArray:
        """Utility of certain reversal: own stake less the weighted mean of the others'."""
        return self.stake - self._rho * self.mean_of_others(self.stake)

    @cached_property
    def burden(self) -> FloatArray:
        """Utility cost of answering at the mean draw: own share less what it costs the others."""
        phi = np.asarray(self.side_payments)[..., None]
        own = 1 - phi + phi * self.assessed
        return self.mean_cost * (own - self._rho * phi * self.mean_of_others(self.assessed))

    @property
    def _rho(self) -> FloatArray:
        return np.asarray(self.relative_gains)[..., None]

    def mean_of_others(self, values: FloatArray) -> FloatArray:
        """Return for each member the reference group's mean of `values` (*batch, n_members)."""
        if self.rivals is not None:
            return np.sum(self.rivals * values[..., None, :], axis=-1)
        return (values.sum(axis=-1, keepdims=True) - values) / max(self.n_members - 1, 1)

    def material(self, strategies: Strategies) -> FloatArray:
        """Return expected material payoffs, shape (*batch, n_equilibria, n_members)."""
        answer, stay = _split(strategies)
        reversed_ = self.reversal_chance(answer)[..., None]
        kept = _spread_out(self.stake) * reversed_ - _spread_out(self.breach_cost) * stay
        return kept - self.borne_costs(answer, stay)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_members)."""
        material = self.material(strategies)
        rivals = None if self.rivals is None else self.rivals[..., None, :, :]
        others = replace(self, rivals=rivals).mean_of_others(material)
        return material - _spread_out(self._rho) * others

    def borne_costs(self, answer: FloatArray, stay: FloatArray) -> FloatArray:
        """Return what each member pays: its own part and its share of the common budget."""
        drawn = self.drawn_costs(answer, stay)
        phi = _spread_out(np.asarray(self.side_payments)[..., None])
        budget = (phi * drawn).sum(axis=-1, keepdims=True)
        return (1 - phi) * drawn + _spread_out(self.assessed) * budget

    def drawn_costs(self, answer: FloatArray, stay: FloatArray) -> FloatArray:
        """Return expected costs E[C_i; i answers] at cutoff strategies, shape of `answer`."""
        cutoff = quantile(self.shock, answer, stay)
        sign = np.sign(_spread_out(self.burden))
        tail = np.where(sign < 0, -1.0, 1.0) * partial_mean(self.shock, cutoff)
        spread = _spread_out(np.asarray(self.spread)[..., None])
        return _spread_out(self.mean_cost) * (answer + spread * tail)

    def reversal_chance(self, answer: FloatArray, base: FloatArray | None = None) -> FloatArray:
        """Return E[reversal] when members answer independently with these chances.

        `answer` has shape (*batch, n_equilibria, n_members); the result drops the last axis.
        `base` replaces the table of reversal chances.
        """
        table = self.reversal if base is None else base
        spectrum = np.ones((*answer.shape[:-1], self._half), dtype=np.complex128)
        for i in range(self.n_members):
            spectrum = np.multiply(spectrum, self._character(i, answer))
        return _pair(spectrum, _spread_out(self._table(table)), self._length)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any member of any cost type from deviating.

        The value of answering is found from the characteristic function of the others' sum, a
        different algorithm from the solver's convolutions. A type gains |cutoff - best cutoff|
        times the burden per unit of shock at most; cutoffs are compared inside the support. Where
        there are no types (no spread, or no burden) it is the gain from the better action.
        """
        answer, stay = _split(strategies)
        benefit = _spread_out(self.gain) * self.pivotal(answer) + _spread_out(self.breach_cost)
        burden = _spread_out(self.burden)
        scale = np.abs(burden) * _spread_out(np.asarray(self.spread)[..., None])
        with np.errstate(divide="ignore", invalid="ignore"):
            best = np.where(scale > 0, (benefit - burden) / scale, 0.0)
        played = quantile(self.shock, answer, stay)
        edge = _WIDEST[self.shock]
        typed = np.abs(np.clip(best, -edge, edge) - np.clip(played, -edge, edge)) * scale
        net = benefit - burden
        untyped = np.maximum(0.0, net) * stay + np.maximum(0.0, -net) * answer
        gap = np.where(scale > 0, typed, untyped)
        return np.max(gap + np.abs(answer + stay - 1), axis=-1)

    def pivotal(self, answer: FloatArray) -> FloatArray:
        """Return by how much each member's answer raises the chance of reversal.

        Shape of `answer`, (*batch, n_equilibria, n_members); cost O(n_members × lattice) a game.
        """
        size = (*answer.shape[:-1], self._half)
        behind = [np.ones(size, dtype=np.complex128)]
        for i in range(self.n_members - 1, 0, -1):
            behind.append(np.multiply(behind[-1], self._character(i, answer)))
        table = _spread_out(self._table(self.reversal))
        before = np.ones(size, dtype=np.complex128)
        result = np.empty_like(answer)
        for i in range(self.n_members):
            others = before * behind[self.n_members - 1 - i]
            raised = np.multiply(others, self._jump(i) - 1)
            result[..., i] = _pair(raised, table, self._length)
            before = np.multiply(before, self._character(i, answer))
        return result

    @cached_property
    def _length(self) -> int:
        return int(scipy.fft.next_fast_len(self.lattice.size, real=True))

    @property
    def _half(self) -> int:
        return self._length // 2 + 1

    def _table(self, table: FloatArray) -> FloatArray:
        spectrum: FloatArray = scipy.fft.rfft(table, n=self._length, axis=-1)
        return spectrum

    def _jump(self, i: int) -> FloatArray:
        """The characteristic function of one member's capability, (*batch, 1, frequencies)."""
        angle = -2j * np.pi * np.arange(self._half) / self._length
        units, fraction = self.lattice.units[..., i, None], self.lattice.fraction[..., i, None]
        turn = np.multiply(np.exp(angle * units), 1 - fraction + fraction * np.exp(angle))
        return _spread_out(turn)

    def _character(self, i: int, answer: FloatArray) -> FloatArray:
        p = answer[..., i, None]
        return 1 - p + p * self._jump(i)


_WIDEST = {Shock.NORMAL: 37.0, Shock.LOGISTIC: 700.0, Shock.UNIFORM: 1.0}


def _split(strategies: Strategies) -> tuple[FloatArray, FloatArray]:
    answer = strategies["answer"]
    return answer[..., 0], answer[..., 1]


def _spread_out(array: FloatArray) -> FloatArray:
    """Insert the equilibrium axis in front of the last axis."""
    return array[..., None, :]


def _pair(spectrum: FloatArray, table: FloatArray, length: int) -> FloatArray:
    """Return the sum over lattice points of two real sequences given by their half spectra.

    `np.multiply` and not ``*``: the operator may reuse a large temporary as its left operand, and
    complex products do not commute in their last bit, so that results would depend on the size of
    the batch.
    """
    product = np.multiply(spectrum, np.conj(table)).real
    weights = np.full(product.shape[-1], 2.0)
    weights[0] = 1.0
    if length % 2 == 0:
        weights[-1] = 1.0
    return np.sum(product * weights, axis=-1) / length


def rival_weights(affinity: FloatArray) -> FloatArray:
    """Return the relative-gains weights where only rivals count, (*batch, n_members, n_members).

    Rivals are members on opposite sides of the challenger: one is close to it, the other hostile.
    Each weighs the same; a row without rivals is zero.
    """
    opposed = (affinity[..., :, None] * affinity[..., None, :] < 0).astype(np.float64)
    return opposed / np.maximum(opposed.sum(axis=-1, keepdims=True), 1.0)


def answering_power(answer: FloatArray, capability: FloatArray) -> FloatArray:
    """Return the expected capability that answers; `answer` is (*batch, n_equilibria, n_members).

    `capability` has shape (*batch, n_members); the result drops the last axis.
    """
    return np.sum(answer * _spread_out(capability), axis=-1)


def contest(power: FloatArray, opposed: FloatArray, decisiveness: FloatArray) -> FloatArray:
    """Return the ratio-form contest M^λ / (M^λ + m_A^λ); 0 where M = 0 (Tullock; Hirshleifer).

    `power` has shape (*batch, points); `opposed` and `decisiveness` have shape (*batch).
    """
    with np.errstate(divide="ignore"):
        ratio = np.log(power) - np.log(opposed)[..., None]
    odds = decisiveness[..., None] * ratio
    return np.where(power > 0, 1 / (1 + np.exp(-odds)), 0.0)


def threshold(power: FloatArray, required: FloatArray) -> FloatArray:
    """Return 1 where the power reaches what is required, else 0; ties reach it."""
    return (power >= required[..., None] * (1 - 1e-12)).astype(np.float64)


def is_symmetric(form: ParticipationForm) -> BoolArray:
    """Whether all members are alike, shape (*batch)."""
    columns = (
        form.lattice.units,
        form.lattice.fraction,
        form.gain,
        form.burden,
        form.breach_cost,
    )
    alike = [np.all(item == item[..., :1], axis=-1) for item in columns]
    return np.logical_and.reduce(np.broadcast_arrays(*alike))
