r"""A ladder: one side after the other climbs or stops, and one side's resolve is private.

Moves follow one another on a line. Who moves either stops, which ends the play, or climbs; a climb
ends the play by itself with some risk (disaster, or an aggressor whom nobody names), else the next
move follows, and after the last one the top is reached. The *informed* player is irresolute or
resolute; the other, *uninformed*, knows only the probability of resolve and what was climbed.

Outcomes are stops at move 0 .. n - 1, the ends by risk after them, and the top. The payoffs of each
are sums of dated amounts, so that delay can be discounted; with the levers,

.. math::

    u = \sum_d \delta^{t_d} (x_d + S s_d + \ell z\, w_d - \mu\alpha\, y_d),
    \qquad U_i = u_i - \rho u_j

where S is a third party's stake and s what hangs on it, w the cost of fighting in an amount x, and
y what a broken pledge is measured by.

References
----------
powell1987crisis, kreps1982sequential
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from collsec.forms.branches import Branch, chance, decision, end
from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.forms.tree import TreeForm
from collsec.parameters import BoolArray, FloatArray

UNINFORMED, INFORMED = 0, 1
"""Who moves."""
IRRESOLUTE, RESOLUTE = 0, 1
"""Types of the informed player."""
N_COLUMNS = 4
"""Payoffs of an outcome: the uninformed, by the other's type; then each type of the informed."""
_WRONG_BELIEF = 1e-9
_UNREACHED = 1e-12
_NUMBERS = (
    "prior", "interest", "common_stake", "affinity", "discount_factor", "monitoring",
    "identification", "relative_gains", "pledge_cost", "legitimacy", "mandate",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class LadderForm(Form):
    """Stop or climb, move by move, against an opponent of unknown resolve.

    Strategies are "climb", shape (*batch, n_equilibria, n_moves, 2), the chance that the mover
    climbs if the informed player is irresolute or resolute (the same for both where the uninformed
    moves), and "belief", shape (*batch, n_equilibria, n_moves), the probability of resolve at each
    move.

    Attributes
    ----------
    movers : tuple of int
        Who moves: 0 the uninformed, 1 the informed player.
    names : tuple of str
        The uninformed and the informed player.
    prior : array, shape (*batch)
        The probability of resolve at first.
    amounts : array, shape (*batch, n_dates, 2 n_moves + 1, 4)
        Material payoffs by date, outcome, and player and type: the uninformed against the
        irresolute, against the resolute, the irresolute, the resolute.
    risk : array, shape (*batch, n_moves)
        The chance that a climb ends the play.
    dates : array, shape (*batch, n_dates)
        When amounts are due, in periods.
    war, breach : array, shaped as `amounts`
        The cost of fighting in each amount, and what the cost of a broken pledge is a multiple of.
    staked : array, shaped as `amounts`
        What is added for each unit of the stake.
    interest, common_stake, affinity : array, shape (*batch)
        w, b and x of a third party whose stake is S = w (1 - max(0, x)); indivisibility moves w
        towards b, impartiality x towards 0.
    named : tuple of int
        Moves that are answered only if the aggressor is named: misnaming ends the play by risk.
    discount_factor, monitoring, identification, relative_gains, pledge_cost, legitimacy, mandate :
        array, shape (*batch); the levers, and the mandate z that legitimacy needs.
    """

    movers: tuple[int, ...]
    names: tuple[str, str]
    prior: FloatArray
    amounts: FloatArray
    risk: FloatArray
    dates: FloatArray | float = 0.0
    war: FloatArray | float = 0.0
    breach: FloatArray | float = 0.0
    staked: FloatArray | float = 0.0
    interest: FloatArray | float = 0.0
    common_stake: FloatArray | float = 0.0
    affinity: FloatArray | float = 0.0
    named: tuple[int, ...] = ()
    discount_factor: FloatArray | float = 1.0
    monitoring: FloatArray | float = 1.0
    identification: FloatArray | float = 1.0
    relative_gains: FloatArray | float = 0.0
    pledge_cost: FloatArray | float = 0.0
    legitimacy: FloatArray | float = 0.0
    mandate: FloatArray | float = 0.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        numbers = [value for name, value in vars(self).items() if name in _NUMBERS]
        shapes = [np.shape(number) for number in numbers]
        shapes += [np.shape(self.risk)[:-1], np.shape(np.atleast_1d(self.dates))[:-1]]
        shapes += [np.shape(table)[:-3] for table in self._tables]
        return np.broadcast_shapes(*shapes)

    @property
    def _tables(self) -> tuple[FloatArray | float, ...]:
        return self.amounts, self.war, self.breach, self.staked

    @property
    def n_moves(self) -> int:
        """The number of moves."""
        return len(self.movers)

    @property
    def players(self) -> tuple[str, ...]:
        """The uninformed and the informed player."""
        return self.names

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The moves with who makes them, and the types of the informed player."""
        moves = tuple(f"{k + 1}, {self.names[mover]}" for k, mover in enumerate(self.movers))
        return {"climb": (moves, ("irresolute", "resolute")), "belief": (moves,)}

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions.

        Chances of being seen and of being named multiply, costs of a pledge add, and of two
        discount factors the larger holds. For relative gains twice see `rivalry`.
        """
        beta = levers.indivisibility
        return replace(
            self,
            interest=(1 - beta) * self.interest + beta * self.common_stake,
            affinity=(1 - levers.impartiality) * self.affinity,
            discount_factor=np.maximum(self.discount_factor, levers.discount_factor),
            monitoring=self.monitoring * levers.monitoring,
            identification=self.identification * levers.identification,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            pledge_cost=self.pledge_cost + levers.pledge_cost,
            legitimacy=self.legitimacy + levers.legitimacy,
        )

    @cached_property
    def utilities(self) -> FloatArray:
        """Payoffs after the levers, shape (*batch, 2 n_moves + 1, 4)."""
        relief = self._wide(np.asarray(self.legitimacy) * np.asarray(self.mandate))
        broken = self._wide(np.asarray(self.monitoring) * np.asarray(self.pledge_cost))
        stake = self._wide(np.asarray(self.interest) * (1.0 - np.maximum(self.affinity, 0.0)))
        dated = self.amounts + stake * self.staked + relief * self.war - broken * self.breach
        factor = np.asarray(self.discount_factor)[..., None] ** np.atleast_1d(self.dates)
        weighted = factor[..., None, None] * dated
        paid = weighted[..., 0, :, :]
        for date in range(1, weighted.shape[-3]):
            paid = paid + weighted[..., date, :, :]
        others = paid[..., [2, 3, 0, 1]]
        rho = np.asarray(self.relative_gains)[..., None, None]
        shape = (*self.batch_shape, 2 * self.n_moves + 1, N_COLUMNS)
        return np.array(np.broadcast_to(paid - rho * others, shape))

    @cached_property
    def risks(self) -> FloatArray:
        """The chance that a climb ends the play, misnaming included, shape (*batch, n_moves)."""
        risk = np.asarray(self.risk, dtype=np.float64)
        needed = np.isin(np.arange(self.n_moves), self.named)
        passed = np.where(needed, np.asarray(self.identification)[..., None], 1.0)
        whole = np.where(needed, 1.0 - (1.0 - risk) * passed, risk)
        return np.array(np.broadcast_to(whole, (*self.batch_shape, self.n_moves)))

    def outcomes(self, strategies: Strategies) -> FloatArray:
        """Return the chance of each outcome by type, shape (*batch, n_equilibria, outcomes, 2)."""
        climb = np.asarray(strategies["climb"])
        reach = np.ones((*climb.shape[:-2], 2))
        stops, ends = [], []
        for k in range(self.n_moves):
            going = reach * climb[..., k, :]
            risk = self.risks[..., None, k, None]
            stops.append(reach - going)
            ends.append(going * risk)
            reach = going * (1.0 - risk)
        return np.stack([*stops, *ends, reach], axis=-2)

    def chances(self, strategies: Strategies) -> FloatArray:
        """Return the chance of each outcome, shape (*batch, n_equilibria, outcomes)."""
        found = self.outcomes(strategies)
        prior = np.asarray(self.prior)[..., None, None]
        return np.asarray((1.0 - prior) * found[..., IRRESOLUTE] + prior * found[..., RESOLUTE])

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, 2)."""
        value = self._planned(strategies)[0]
        return self._expected(value, np.asarray(self.prior)[..., None])

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain at any move, shape (*batch, n_equilibria).

        At each move the mover is tried with every plan it has from there on, to stop at each of
        its moves or never, valued by its belief. Infinite where a number is no probability or a
        belief contradicts Bayes' rule; where no type climbs, any belief may follow.
        """
        planned = self._planned(strategies)
        belief = np.asarray(strategies["belief"])
        gains = []
        for k, mover in enumerate(self.movers):
            for j in [*(j for j in range(k, self.n_moves) if self.movers[j] == mover), None]:
                gain = self._deviating(strategies, k, j)[k] - planned[k]
                if mover == UNINFORMED:
                    gains.append(self._expected(gain, belief[..., k])[..., UNINFORMED])
                else:
                    gains += [gain[..., 2], gain[..., 3]]
        worst = np.maximum(np.stack(np.broadcast_arrays(*gains)).max(axis=0), 0.0)
        valid = np.all(np.stack(np.broadcast_arrays(*self._checks(strategies))), axis=0)
        padded = np.isnan(belief[..., 0])
        return np.where(padded, np.nan, np.where(valid & ~np.isnan(worst), worst, np.inf))

    def tree(self) -> TreeForm:
        """Return the same game as a tree, for other solvers and other programs."""

        def outcome(row: int, kind: int) -> Branch:
            paid = self.utilities[..., row, :]
            return end(paid[..., kind], paid[..., 2 + kind])

        def move(k: int, kind: int) -> Branch:
            if k == self.n_moves:
                return outcome(2 * k, kind)
            risk = self.risks[..., k]
            ended, higher = outcome(self.n_moves + k, kind), move(k + 1, kind)
            climb = higher
            if np.any(risk > 0):
                climb = chance({"ends": (risk, ended), "goes on": (1.0 - risk, higher)})
            ahead = {"stop": outcome(k, kind), "climb": climb}
            return decision(self.names[self.movers[k]], self._place(k, kind), ahead)

        prior = np.asarray(self.prior)
        deal = {"irresolute": (1.0 - prior, move(0, 0)), "resolute": (prior, move(0, 1))}
        return TreeForm.grow(chance(deal), self.names)

    def in_tree(self, strategies: Strategies) -> dict[str, FloatArray]:
        """Return strategies as those of `tree`; beliefs are left out."""
        climb = np.asarray(strategies["climb"])
        mixes = np.stack([1.0 - climb, climb], axis=-1)
        return {
            self._place(k, kind): mixes[..., k, kind, :]
            for k in range(self.n_moves)
            for kind in (IRRESOLUTE, RESOLUTE)
        }

    def _place(self, k: int, kind: int) -> str:
        """Return what the tree calls a move of this type of the informed, or of the uninformed."""
        return f"move {k}" if self.movers[k] == UNINFORMED else f"move {k}, type {kind}"

    def _wide(self, values: FloatArray | float) -> FloatArray:
        return np.asarray(values, dtype=np.float64)[..., None, None, None]

    def _climbing(self, k: int, value: FloatArray) -> FloatArray:
        """Return what a climb at move k is worth, given the value of the next move."""
        risk = self.risks[..., None, k, None]
        return np.asarray(
            risk * self.utilities[..., None, self.n_moves + k, :] + (1.0 - risk) * value
        )

    def _planned(self, strategies: Strategies) -> list[FloatArray]:
        """Return the four payoffs at the start of every move and at the top."""
        return self._back(np.asarray(strategies["climb"]))

    def _deviating(self, strategies: Strategies, k: int, j: int | None) -> list[FloatArray]:
        """Return the same where the mover at k climbs until it stops at j, or never stops."""
        climb = np.array(strategies["climb"], dtype=np.float64)
        for own in (i for i in range(k, self.n_moves) if self.movers[i] == self.movers[k]):
            climb[..., own, :] = np.where(np.isnan(climb[..., own, :]), np.nan, float(own != j))
        return self._back(climb)

    def _back(self, climb: FloatArray) -> list[FloatArray]:
        values = [self.utilities[..., None, 2 * self.n_moves, :]]
        for k in reversed(range(self.n_moves)):
            chance_ = np.concatenate([climb[..., k, :]] * 2, axis=-1)
            stop = self.utilities[..., None, k, :]
            values.insert(0, chance_ * self._climbing(k, values[0]) + (1.0 - chance_) * stop)
        return values

    def _expected(self, value: FloatArray, resolute: FloatArray) -> FloatArray:
        """Return both players' expected payoffs at this belief in resolve."""
        weight = resolute[..., None]
        low, high = value[..., [0, 2]], value[..., [1, 3]]
        return np.asarray((1.0 - weight) * low + weight * high)

    def _checks(self, strategies: Strategies) -> Iterator[BoolArray]:
        climb, belief = np.asarray(strategies["climb"]), np.asarray(strategies["belief"])
        yield np.all((climb >= 0) & (climb <= 1), axis=(-1, -2))
        yield np.all((belief >= 0) & (belief <= 1), axis=-1)
        yield np.abs(belief[..., 0] - np.asarray(self.prior)[..., None]) <= _WRONG_BELIEF
        for k, mover in enumerate(self.movers):
            both = climb[..., k, :]
            if mover == UNINFORMED:
                yield both[..., 0] == both[..., 1]
            if k + 1 < self.n_moves:
                now, then = belief[..., k], belief[..., k + 1]
                resolute = now * both[..., RESOLUTE]
                total = resolute + (1.0 - now) * both[..., IRRESOLUTE]
                is_reached = total > _UNREACHED
                bayes = resolute / np.where(is_reached, total, 1.0)
                if mover == UNINFORMED:
                    is_reached, bayes = np.ones_like(is_reached), now
                yield ~is_reached | (np.abs(then - bayes) <= _WRONG_BELIEF)
