r"""Participation: each member answers or stays out, at a cost that it alone knows.

Member i draws a cost :math:`c_i (1 + \sigma \xi)` and answers or not; the capabilities of those who
answer add up, and their sum M reverses the aggression with chance :math:`\pi(M)`. Material payoffs:

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

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self, cast

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.lattice import SMOOTH, Lattice, lattice
from collsec.forms.shock import Shock, distribution, partial_mean, quantile
from collsec.forms.smooth_contest import SmoothContest, contest, fine_step
from collsec.forms.waves import Waves, waves
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError


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
    standing : array, shape (*batch, n_members)
        What a member loses, beside its pledge cost, when its breach is seen; 0 where no pledge is
        triggered.
    member_names : tuple of str
    finer : tuple of Lattice and array, or None
        The same capabilities and reversal on a lattice of twice the resolution.
    waves : Waves, or None
        Reversal as a sum of exponentials, where capabilities share no coarse unit and a short sum
        is as good as exact: solvers then use it in place of the lattice.
    smooth : SmoothContest, or None
        The contest itself and the real capabilities, by which payoffs and regrets are found there.
        None in forms that are not made `from_contest`.
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
    standing: FloatArray | float = 0.0
    member_names: tuple[str, ...] = ()
    finer: tuple[Lattice, FloatArray] | None = None
    waves: Waves | None = None
    smooth: SmoothContest | None = None

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
        Capabilities that share no coarse unit are taken as they are wherever the contest is near
        enough to a short sum of exponentials (`waves`); `resolution` is the number of lattice units
        for those that remain.
        """
        degree = np.where(required > 0, 1, SMOOTH)

        def at(answered: FloatArray) -> FloatArray:
            power = target_capability[..., None] + answered
            fought = contest(power, challenger_capability, decisiveness)
            return np.where(required[..., None] > 0, threshold(answered, required), fought)

        grid, finer = lattice(capability, resolution, degree), None
        sides, holds = (target_capability, challenger_capability, decisiveness), required <= 0
        step = fine_step(*sides, total(capability), holds & ~grid.is_exact)
        exponentials = waves(*sides, total(capability), step > 0)
        step = np.where(exponentials.is_used, step, 0.0)
        if not np.all(grid.is_exact | (step > 0)):
            fine = lattice(capability, 2 * resolution, degree)
            finer = fine, at(fine.points())
        return cls(
            lattice=grid,
            reversal=at(grid.points()),
            finer=finer,
            waves=exponentials,
            smooth=SmoothContest(capability, *sides, holds, step),
            **fields,
        )

    def assessed_by(self, shares: FloatArray) -> Self:
        """Return the form with these shares of the common budget, (*batch, n_members)."""
        return replace(self, assessed=shares)

    def unpledged(self) -> Self:
        """Return the form in which breaking a pledge costs nothing."""
        return replace(self, pledge_cost=0.0, standing=0.0)

    @property
    def n_members(self) -> int:
        """The number of members."""
        return int(self.lattice.units.shape[-1])

    @property
    def players(self) -> tuple[str, ...]:
        """The members' names."""
        return self.member_names or tuple(f"member {i + 1}" for i in range(self.n_members))

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The members and what each may do."""
        return {"answer": (self.players, ("answer", "stay out"))}

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
            np.atleast_1d(self.standing),
        )
        return np.broadcast_shapes(
            *(np.shape(item) for item in scalars), *(item.shape[:-1] for item in vectors)
        )

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions; see `Form.under`.

        Raises
        ------
        ParameterError
            If relative gains are applied to a form that already has them: the map is then no
            longer a weight on the others' mean.
        """
        rho = np.asarray(levers.relative_gains)
        if np.any(rho > 0) and np.any(np.asarray(self.relative_gains) > 0):
            raise ParameterError(
                "participation_form", "relative_gains", rho,
                f"relative gains are already applied, {np.asarray(self.relative_gains)}",
                "start from the material form, such as game.form() returns",
            )  # fmt: skip
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
        return np.asarray(self.interest * (1 - np.maximum(0.0, self.affinity)))

    @cached_property
    def mean_cost(self) -> FloatArray:
        """Mean cost of answering, with hardship, shape (*batch, n_members)."""
        return self.war_cost * self.hardship

    @cached_property
    def breach_cost(self) -> FloatArray:
        """Expected cost of staying out of a triggered response, shape (*batch, n_members)."""
        seen = np.asarray(self.monitoring)[..., None]
        measured = np.asarray(self.pledge_cost)[..., None] * self.pledged * self.war_cost
        return seen * (measured + np.where(self.pledged > 0, self.standing, 0.0))

    @cached_property
    def gain(self) -> FloatArray:
        """Utility of certain reversal: own stake less the weighted mean of the others'."""
        return self.stake - self._rho * self.mean_of_others(self.stake)

    @cached_property
    def burden(self) -> FloatArray:
        """Utility cost of answering at the mean draw: own share less what it costs the others."""
        phi = np.asarray(self.side_payments)[..., None]
        own = 1 - phi + phi * self.assessed
        return np.asarray(
            self.mean_cost * (own - self._rho * phi * self.mean_of_others(self.assessed))
        )

    @property
    def _scale(self) -> FloatArray:
        """Utility cost of answering per unit of shock, shape (*batch, n_members)."""
        return np.abs(self.burden) * np.asarray(self.spread)[..., None]

    @property
    def _rho(self) -> FloatArray:
        return np.asarray(self.relative_gains)[..., None]

    def mean_of_others(self, values: FloatArray) -> FloatArray:
        """Return for each member the reference group's mean of `values` (*batch, n_members)."""
        if self.rivals is not None:
            return total(self.rivals * values[..., None, :])
        return np.asarray((total(values)[..., None] - values) / max(self.n_members - 1, 1))

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
        budget = total(phi * drawn)[..., None]
        return np.asarray((1 - phi) * drawn + _spread_out(self.assessed) * budget)

    def drawn_costs(self, answer: FloatArray, stay: FloatArray) -> FloatArray:
        """Return expected costs E[C_i; i answers] at cutoff strategies, shape of `answer`."""
        cutoff = quantile(self.shock, answer, stay)
        sign = np.sign(_spread_out(self.burden))
        tail = np.where(sign < 0, -1.0, 1.0) * partial_mean(self.shock, cutoff)
        spread = _spread_out(np.asarray(self.spread)[..., None])
        return _spread_out(self.mean_cost) * (answer + spread * tail)

    def reversal_chance(self, answer: FloatArray) -> FloatArray:
        """Return E[reversal] when members answer independently with these chances.

        `answer` has shape (*batch, n_equilibria, n_members); the result drops the last axis.
        """
        if self.smooth is None or not np.any(self.smooth.is_used):
            return self._chance_by_units(answer)
        return self._elsewhere(self.smooth.means(answer)[0], answer, self._chance_by_units)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any member of any cost type from deviating.

        The value of answering is found by halving the membership, a different algorithm from the
        solver's sweeps. Types between the cutoff played and the best one gain; most gains the type
        at the cutoff played, their distance times the burden per unit of shock. Where there are no
        types (no spread, or no burden) it is the gain from the better action.
        """
        answer, stay = _split(strategies)
        net, scale = self._net_benefit(answer), _spread_out(self._scale)
        best, played = _cutoff(net, scale), quantile(self.shock, answer, stay)
        edge = _WIDEST[self.shock]
        drawn = np.clip(played, -edge, edge)
        errs = (np.clip(best, -edge, edge) != drawn) & (scale > 0)
        typed = np.where(errs, np.abs(best - drawn), 0.0) * scale
        untyped = np.maximum(0.0, net) * stay + np.maximum(0.0, -net) * answer
        gap = np.where(scale > 0, typed, untyped)
        return np.asarray(np.max(gap + np.abs(answer + stay - 1), axis=-1))

    @cached_property
    def bend(self) -> FloatArray:
        """Bounds of how reversal bends over all sums, by steps of a unit, shape (*batch, 2).

        Two members who add k and l units add to reversal together what they do one by one, and k l
        times something within these bounds. In units they are the second differences, with their
        signs exact; of a contest among capabilities that share none, its second derivative's.
        """
        least, most = _second_differences(self.reversal, self.lattice.top.sum(axis=-1))
        if self.smooth is not None:
            low, high = self.smooth.bend()
            is_real = ~self.lattice.is_exact & self.smooth.holds
            square = self.lattice.unit**2
            least = np.where(is_real, low * square, least)
            most = np.where(is_real, high * square, most)
        return np.stack([np.broadcast_to(end, self.batch_shape) for end in (least, most)], axis=-1)

    @property
    def is_supermodular(self) -> BoolArray:
        """Whether answers are strategic complements for sure, shape (*batch).

        A member's reply moves with another's answer by its gain times the mean of the mixed
        difference of reversal over both their units. That is positive wherever reversal is convex
        over all sums and no member loses by it: below the contest's point of inflection, and with
        a threshold that only all together reach. Then there are a least and a greatest equilibrium,
        and all others lie between, member by member.
        """
        return np.asarray((self.bend[..., 0] >= 0) & np.all(self.gain >= 0, axis=-1))

    @property
    def is_submodular(self) -> BoolArray:
        """Whether answers are strategic substitutes for sure: as above, with concave reversal."""
        return np.asarray((self.bend[..., 1] <= 0) & np.all(self.gain >= 0, axis=-1))

    def approximation_error(self, answer: FloatArray) -> FloatArray:
        """Return by how much solvers err in what answering is worth to any member.

        In payoff units, shape (*batch, n_equilibria): zero where capabilities share a coarse unit.
        With waves a bound, as a difference of means errs by at most twice the waves' own error. On
        a lattice the largest difference that twice the resolution makes: more than the error
        wherever reversal is smooth in steps of a unit.
        """
        shift = np.zeros(answer.shape)
        if self.finer is not None:
            grid, reversal = self.finer
            finer = replace(self, lattice=grid, reversal=reversal)
            shift = np.abs(finer._pivotal_by_units(answer) - self._pivotal_by_units(answer))
        if self.waves is not None:
            bound = 2 * self.waves.error[..., None, None]
            shift = np.where(self.waves.is_used[..., None, None], bound, shift)
        return np.asarray(np.max(np.abs(_spread_out(self.gain)) * shift, axis=-1))

    def replies(self, answer: FloatArray) -> FloatArray:
        """Return each member's best chance to answer, shape of `answer`; ties answer."""
        best = _cutoff(self._net_benefit(answer), _spread_out(self._scale))
        return distribution(self.shock, best)

    def _net_benefit(self, answer: FloatArray) -> FloatArray:
        """Return what answering is worth at the mean draw of the cost."""
        benefit = _spread_out(self.gain) * self.pivotal(answer) + _spread_out(self.breach_cost)
        return benefit - _spread_out(self.burden)

    def pivotal(self, answer: FloatArray) -> FloatArray:
        """Return by how much each member's answer raises the chance of reversal.

        Shape of `answer`, (*batch, n_equilibria, n_members). The outcome is averaged over one half
        of the members or the other, and so on down to each: O(n_members × lattice) a game, with the
        steps of the contest in the place of a lattice where solvers use waves.
        """
        if self.smooth is None or not np.any(self.smooth.is_used):
            return self._pivotal_by_units(answer)
        return self._elsewhere(self.smooth.means(answer)[1], answer, self._pivotal_by_units)

    def _elsewhere(
        self, found: FloatArray, answer: FloatArray, by_units: Callable[[FloatArray], FloatArray]
    ) -> FloatArray:
        """Return means of the contest itself, and means over units in games without waves."""
        is_used = cast(SmoothContest, self.smooth).is_used
        if np.all(is_used):
            return found
        is_used = is_used.reshape(*is_used.shape, *(1,) * (found.ndim - answer.ndim + 2))
        return np.where(is_used, found, by_units(answer))

    def _chance_by_units(self, answer: FloatArray) -> FloatArray:
        members = range(self.n_members)
        return self._averaged(self._by_sum(self.reversal), answer, members)[..., 0]

    def _pivotal_by_units(self, answer: FloatArray) -> FloatArray:
        result = np.empty(answer.shape)
        parts = [(range(self.n_members), self._by_sum(self.reversal))]
        while parts:
            group, value = parts.pop()
            if len(group) == 1:
                stay, join = self._shifted(value, group[0])
                result[..., group[0]] = (join - stay)[..., 0]
            else:
                half = len(group) // 2
                first, second = group[:half], group[half:]
                parts.append((first, self._averaged(value, answer, second)))
                parts.append((second, self._averaged(value, answer, first)))
        return result

    @cached_property
    def _steps(self) -> IntArray:
        """The most units that each member adds in any game of the batch."""
        return np.asarray(self.lattice.top.reshape(-1, self.n_members).max(axis=0))

    def _by_sum(self, table: FloatArray) -> FloatArray:
        """Return a table with room for all members' steps, and an axis for equilibria."""
        beyond = int(self._steps.sum()) + 1 - table.shape[-1]
        padding = [(0, 0)] * (table.ndim - 1) + [(0, beyond)]
        return _spread_out(np.pad(table, padding, mode="edge"))

    def _averaged(self, value: FloatArray, answer: FloatArray, members: range) -> FloatArray:
        """Return the mean of a value of each sum, over who of these members answers.

        Elementwise at each sum, so that bits do not depend on how many sums a batch has room for.
        """
        for i in members:
            p = answer[..., i, None]
            stay, join = self._shifted(value, i)
            join -= stay
            value = p * join
            value += stay
        return value

    def _shifted(self, value: FloatArray, i: int) -> tuple[FloatArray, FloatArray]:
        """Return a value of each sum if member i stays out, and if it answers; fewer sums."""
        units, shares = self.lattice.units[..., i], self.lattice.shares[..., i, :]
        size = value.shape[-1] - int(self._steps[i])
        join = shares[..., 0, None, None] * _from(value, units, size)
        for t in range(1, shares.shape[-1]):
            used = shares[..., t] != 0
            if np.any(used):
                more = _from(value, units + np.where(used, t, 0), size)
                join += shares[..., t, None, None] * more
        return value[..., :size], join


_WIDEST = {Shock.NORMAL: 37.0, Shock.LOGISTIC: 700.0, Shock.UNIFORM: 1.0}


def _split(strategies: Strategies) -> tuple[FloatArray, FloatArray]:
    answer = strategies["answer"]
    return answer[..., 0], answer[..., 1]


def _second_differences(table: FloatArray, top: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest second difference up to a place, with exact signs.

    The sum of the outer two loses what is added to it again; both have shape (*batch).
    """
    first, middle, last = table[..., :-2], table[..., 1:-1], table[..., 2:]
    outer = first + last
    part = outer - first
    lost = (first - (outer - part)) + (last - part)
    bend = (outer - 2 * middle) + lost
    beyond = np.arange(bend.shape[-1]) + 2 > top[..., None]
    bend, beyond = np.broadcast_arrays(bend, beyond)
    least = np.min(bend, axis=-1, where=~beyond, initial=np.inf)
    most = np.max(bend, axis=-1, where=~beyond, initial=-np.inf)
    is_straight = np.all(beyond, axis=-1)
    return np.where(is_straight, 0.0, least), np.where(is_straight, 0.0, most)


def _spread_out(array: FloatArray) -> FloatArray:
    """Insert the equilibrium axis in front of the last axis."""
    return array[..., None, :]


def _cutoff(net: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the shock at which a member is indifferent; infinite where shocks do not matter."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, net / scale, np.where(net >= 0, np.inf, -np.inf))


def _from(value: FloatArray, units: IntArray, size: int) -> FloatArray:
    """Return `size` entries along the last axis from `units` (*batch) on; a slice where it can."""
    first = int(units.flat[0])
    if np.all(units == first):
        return value[..., first : first + size]
    places = np.arange(size) + units[..., None, None]
    shape = np.broadcast_shapes(value.shape[:-1], places.shape[:-1])
    return np.take_along_axis(
        np.broadcast_to(value, (*shape, value.shape[-1])),
        np.broadcast_to(places, (*shape, size)),
        axis=-1,
    )


def rival_weights(affinity: FloatArray) -> FloatArray:
    """Return the relative-gains weights where only rivals count, (*batch, n_members, n_members).

    Rivals are members on opposite sides of the challenger: one is close to it, the other hostile.
    Each weighs the same; a row without rivals is zero.
    """
    opposed = (affinity[..., :, None] * affinity[..., None, :] < 0).astype(np.float64)
    return np.asarray(opposed / np.maximum(opposed.sum(axis=-1, keepdims=True), 1.0))


def answering_power(answer: FloatArray, capability: FloatArray) -> FloatArray:
    """Return the expected capability that answers; `answer` is (*batch, n_equilibria, n_members).

    `capability` has shape (*batch, n_members); the result drops the last axis.
    """
    return total(answer * _spread_out(capability))


def threshold(power: FloatArray, required: FloatArray) -> FloatArray:
    """Return 1 where the power reaches what is required, else 0; ties reach it."""
    return (power >= required[..., None] * (1 - 1e-12)).astype(np.float64)


def is_symmetric(form: ParticipationForm) -> BoolArray:
    """Whether all members are alike, shape (*batch)."""
    shares = np.moveaxis(form.lattice.shares, -1, 0)
    columns = (form.lattice.units, *shares, form.gain, form.burden, form.breach_cost)
    alike = [np.all(item == item[..., :1], axis=-1) for item in columns]
    return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*alike)))
