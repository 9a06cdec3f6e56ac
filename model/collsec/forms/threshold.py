r"""A threshold public good: everyone decides at once whether to act, and enough must act.

With m members acting, the good is provided iff m reaches the quorum k. Acting costs c_i, of which
the share r is returned if the quorum is missed; the common budget bears the share φ of what is
spent and splits it by the assessed shares a_i, which sum to 1:

.. math::

    e_i = x_i c_i (1 - r\,[m < k]), \qquad
    V_i = v_i\,[m \ge k] - (1 - \varphi) e_i - \varphi a_i \textstyle\sum_j e_j

Relative gains are kept as the linear map :math:`U_i = \alpha V_i + \beta\,\mathrm{mean}_{j \ne i}
V_j`, at first with α = 1 and β = 0. What others spend depends, with a refund, on whether the
quorum is met, so it enters the decision of whoever minds what others gain or shares their costs.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.spectrum import real_sum, times
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError, frozen

ENUMERABLE = 12
"""Up to this many members the certificate runs over all 2^n profiles."""


@dataclass(frozen=True, eq=False)
class ThresholdForm(Form):
    """A simultaneous threshold game of n members with complete information.

    Strategies are ``{"act": array of shape (*batch, n_equilibria, n_members)}``: each member's
    probability to act, 0 and 1 included. Payoffs need time and, like the certificate for more than
    `ENUMERABLE` members, memory that grow with the square of n.

    Attributes
    ----------
    value, cost : array, shape (*batch, n_members)
        What provision is worth to each member, and what acting costs it, at least 0.
    quorum : array of int, shape (*batch)
        How many must act, from 1 to n_members.
    refund : array, shape (*batch)
        Share of the cost returned if the quorum is missed, in [0, 1].
    shares : array, shape (*batch, n_members)
        Assessed shares of the common budget, which sum to 1; equal where not given.
    side_payments : array, shape (*batch)
        Share φ of what is spent that the common budget bears.
    own_weight, others_weight : array, shape (*batch)
        The weights α and β of one's own payoff and of the others' mean payoff.
    """

    value: FloatArray
    cost: FloatArray
    quorum: IntArray
    refund: FloatArray = field(default_factory=lambda: np.zeros(()))
    shares: FloatArray = field(default_factory=lambda: np.empty(0))
    side_payments: FloatArray = field(default_factory=lambda: np.zeros(()))
    own_weight: FloatArray = field(default_factory=lambda: np.ones(()))
    others_weight: FloatArray = field(default_factory=lambda: np.zeros(()))

    def __post_init__(self) -> None:
        value, cost = np.broadcast_arrays(_column(self.value), _column(self.cost))
        shares = self.shares if np.size(self.shares) else np.full(1, 1 / value.shape[-1])
        members = np.broadcast_arrays(value, cost, _column(shares))
        if np.asarray(self.quorum).dtype.kind not in "iu":
            self._refuse("quorum", self.quorum, "must be whole numbers", "give integers")
        scalars = [np.asarray(getattr(self, name)) for name in _SCALARS]
        batch = np.broadcast_shapes(members[0].shape[:-1], *(item.shape for item in scalars))
        shape = (*batch, members[0].shape[-1])
        for name, item in zip(("value", "cost", "shares"), members, strict=True):
            self._store(name, np.broadcast_to(item, shape))
        for name, item in zip(_SCALARS, scalars, strict=True):
            self._store(name, np.broadcast_to(item, batch))
        self._check()

    def _store(self, name: str, array: Any) -> None:
        dtype = np.int64 if name == "quorum" else np.float64
        object.__setattr__(self, name, frozen(np.array(array, dtype=dtype, order="C")))

    def _check(self) -> None:
        if self.n_members < 2:
            self._refuse("value", self.value, "must hold two members or more", "add members")
        if np.any((self.quorum < 1) | (self.quorum > self.n_members)):
            rule = f"must lie between 1 and the number of members, {self.n_members}"
            self._refuse("quorum", self.quorum, rule, "change the quorum or the membership")
        if np.any(self.cost < 0):
            self._refuse("cost", self.cost, "must be at least 0", "lower the value instead")
        if np.any(np.abs(self.shares.sum(axis=-1) - 1) > 1e-9):
            self._refuse("shares", self.shares, "must sum to 1", "divide them by their sum")

    @staticmethod
    def _refuse(key: str, value: object, rule: str, remedy: str) -> None:
        raise ParameterError("threshold_form", key, value, rule, remedy)

    @property
    def n_members(self) -> int:
        """The number of members."""
        return int(self.value.shape[-1])

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return self.quorum.shape

    @property
    def players(self) -> tuple[str, ...]:
        """The members, numbered."""
        return tuple(f"member {i + 1}" for i in range(self.n_members))

    @property
    def is_identical(self) -> BoolArray:
        """Whether all members have the same value, cost and share, shape (*batch)."""
        given = (self.value, self.cost, self.shares)
        return np.asarray(np.all([np.all(x == x[..., :1], axis=-1) for x in given], axis=0))

    def at(self, points: BoolArray | IntArray) -> Self:
        """Return the games at these points of the batch, as a batch with one axis.

        `points` is a claim about each point of the batch, or positions in a batch with one axis.
        """
        names = (item.name for item in dataclasses.fields(self))
        return dataclasses.replace(self, **{name: getattr(self, name)[points] for name in names})

    def under(self, levers: Levers) -> Self:
        """Return the game of members who hold these assumptions.

        Side payments φ' on top of φ bear the share φ' of what is left: φ + φ' (1 - φ). Relative
        gains ρ take ρ times the mean of U_j over the others from U_i, whatever linear map U
        already is. All other levers act on primitives that this game does not have.
        """
        rho, phi = np.asarray(levers.relative_gains), np.asarray(levers.side_payments)
        own, others, rivals = self.own_weight, self.others_weight, self.n_members - 1
        return dataclasses.replace(
            self,
            side_payments=self.side_payments + phi * (1 - self.side_payments),
            own_weight=own - rho * others / rivals,
            others_weight=others - rho * own - rho * others * ((rivals - 1) / rivals),
        )

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_members), exact at any n."""
        act = self._actions(strategies)
        refund, phi = self.refund[..., None, None], self.side_payments[..., None, None]
        pivotal = _others_reach(act, self.quorum - 1)
        spent = act * self.cost[..., None, :] * (1 - refund + refund * pivotal)
        paid = self.shares[..., None, :] * spent.sum(axis=-1, keepdims=True)
        won = self.value[..., None, :] * self.provision(strategies)[..., None]
        return self._utility(won - (1 - phi) * spent - phi * paid)

    def provision(self, strategies: Strategies) -> FloatArray:
        """Return the probability that the quorum is met, shape (*batch, n_equilibria)."""
        act = self._actions(strategies)
        reach = _target(act, self.quorum)
        for i in reversed(range(self.n_members)):
            reach = _one_more(reach, act[..., i, None])
        return np.asarray(reach[..., 0])

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from acting more or less often, shape (*batch, n_equilibria).

        Up to `ENUMERABLE` members by the definition of payoffs at each of the 2^n profiles, beyond
        by Fourier inversion of the number of actors and of their cost, one member left out.
        """
        act = self._actions(strategies)
        live = ~np.isnan(act).any(axis=-1)
        position = np.arange(self.quorum.size).reshape(*self.batch_shape, 1)
        rows = self.at(np.ones(self.batch_shape, dtype=bool))
        rows = rows.at(np.broadcast_to(position, live.shape)[live])
        chosen = act[live][:, None, :]
        few = self.n_members <= ENUMERABLE
        gain = rows._gain_by_enumeration(chosen) if few else rows._gain_by_fourier(chosen)
        regret = np.full(live.shape, np.nan)
        regret[live] = np.maximum((1 - chosen) * gain, -chosen * gain).max(axis=-1)[:, 0] + 0.0
        return regret

    def _actions(self, strategies: Strategies) -> FloatArray:
        """Return the probabilities to act for every game, in one piece of memory."""
        act = np.asarray(strategies["act"], dtype=np.float64)
        shape = np.broadcast_shapes(self.batch_shape, act.shape[:-2])
        return np.array(np.broadcast_to(act, (*shape, *act.shape[-2:])), order="C")

    def _utility(self, material: FloatArray) -> FloatArray:
        """Return U for material payoffs of shape (*batch, n_equilibria, n_members)."""
        others = (material.sum(axis=-1, keepdims=True) - material) / (self.n_members - 1)
        own_weight, others_weight = self.own_weight, self.others_weight
        return np.asarray(
            own_weight[..., None, None] * material + others_weight[..., None, None] * others
        )

    def _at_profile(self, profile: IntArray) -> FloatArray:
        """Return utilities at one pure profile, shape (*batch, 1, n_members)."""
        met = profile.sum() >= self.quorum[..., None]
        phi = self.side_payments[..., None]
        spent = profile * self.cost * np.where(met, 1.0, 1 - self.refund[..., None])
        paid = self.shares * spent.sum(axis=-1, keepdims=True)
        return self._utility((self.value * met - (1 - phi) * spent - phi * paid)[..., None, :])

    def _gain_by_enumeration(self, act: FloatArray) -> FloatArray:
        """Return U_i(act) - U_i(not), summed over all profiles of the others."""
        gain = np.zeros_like(act)
        for moves in itertools.product((0, 1), repeat=self.n_members):
            profile = np.array(moves)
            chance = _product_without(np.where(profile, act, 1 - act))
            gain = gain + (2 * profile - 1) * chance * self._at_profile(profile)
        return gain

    def _gain_by_fourier(self, act: FloatArray) -> FloatArray:
        """Return U_i(act) - U_i(not) from the others' number and cost by Fourier inversion."""
        reach, bill = self._reach_and_bill(act)
        refund, phi = self.refund[..., None, None], self.side_payments[..., None, None]
        value, cost = self.value[..., None, :], self.cost[..., None, :]
        shares = self.shares[..., None, :]
        rest = (cost * act).sum(axis=-1, keepdims=True) - cost * act
        utility = []
        for own in (0, 1):
            theirs = (1 - refund) * rest + refund * bill[own]
            mine = own * cost * (1 - refund + refund * reach[own])
            material = value * reach[own] - (1 - phi) * mine - phi * shares * (mine + theirs)
            values = value.sum(axis=-1, keepdims=True) - value
            enjoyed = (
                values * reach[own] - (1 - phi) * theirs - phi * (1 - shares) * (mine + theirs)
            )
            mean = enjoyed / (self.n_members - 1)
            own_weight, others_weight = self.own_weight, self.others_weight
            utility.append(
                own_weight[..., None, None] * material + others_weight[..., None, None] * mean
            )
        return np.asarray(utility[1] - utility[0])

    def _reach_and_bill(self, act: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
        """Return, for each own action, P(quorum met) and E[others' cost; quorum met].

        The transform of the number of actors carries the cost as a first-order part: each factor
        is (1 - p + p z) + ε c p z, and the coefficient of ε is the transform of the expected cost.
        """
        n = self.n_members
        angle = 2 * np.pi * np.arange(n) / n
        turn = np.stack([np.cos(angle), np.sin(angle)])
        tails = _tail_weights(n)
        weights = [np.moveaxis(tails[self.quorum - own], -1, 0)[..., None, :] for own in (0, 1)]
        cost = self.cost[..., None, :]

        def factor(j: int) -> FloatArray:
            p, c = act[..., j, None], cost[..., j, None]
            return np.stack(
                [np.stack([1 - p + p * turn[0], p * turn[1]]), np.stack([c * p * x for x in turn])]
            )

        one = np.zeros((2, 2, *act.shape[:-1], n))
        one[0, 0] = 1
        after = [one]
        for j in reversed(range(1, n)):
            after.append(_joined(factor(j), after[-1]))
        before, parts = one, []
        for i in range(n):
            without = _joined(before, after[n - 1 - i])
            parts.append([real_sum(w, z) for w in weights for z in without])
            before = _joined(before, factor(i))
        reach0, bill0, reach1, bill1 = (
            np.stack(part, axis=-1) for part in zip(*parts, strict=True)
        )
        return [reach0, reach1], [bill0, bill1]


_SCALARS = ("quorum", "refund", "side_payments", "own_weight", "others_weight")


def _column(values: Any) -> FloatArray:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _target(act: FloatArray, quorum: IntArray) -> FloatArray:
    """Return [count >= quorum] for counts 0 to n_members, shape (*batch, n_equilibria, n + 1)."""
    counts = np.arange(act.shape[-1] + 1)
    met = (counts >= quorum[..., None])[..., None, :].astype(np.float64)
    return np.array(np.broadcast_to(met, (*act.shape[:-1], counts.size)))


def _one_more(reach: FloatArray, p: FloatArray) -> FloatArray:
    """Return the chance to reach the target from each count when one more member moves."""
    beyond = np.concatenate([reach[..., 1:], reach[..., -1:]], axis=-1)
    return np.asarray((1 - p) * reach + p * beyond)


def _others_reach(act: FloatArray, quorum: IntArray) -> FloatArray:
    """Return P(at least `quorum` members other than i act), shape (*batch, n_equilibria, n)."""
    n = act.shape[-1]
    reach = [_target(act, quorum)]
    for i in reversed(range(1, n)):
        reach.append(_one_more(reach[-1], act[..., i, None]))
    before = np.zeros_like(reach[0])
    before[..., 0] = 1
    chances = []
    for i in range(n):
        chances.append((before * reach[n - 1 - i]).sum(axis=-1))
        p = act[..., i, None]
        shifted = np.concatenate([np.zeros_like(before[..., :1]), before[..., :-1]], axis=-1)
        before = (1 - p) * before + p * shifted
    return np.stack(chances, axis=-1)


def _product_without(factors: FloatArray) -> FloatArray:
    """Return for each member the product of the factors of all others."""
    one = np.ones_like(factors[..., :1])
    before = np.concatenate([one, np.cumprod(factors[..., :-1], axis=-1)], axis=-1)
    after = np.concatenate([np.cumprod(factors[..., :0:-1], axis=-1)[..., ::-1], one], axis=-1)
    return np.asarray(before * after)


def _tail_weights(n: int) -> FloatArray:
    """Return the weights that turn a transform into P(count >= q), shape (n + 1, n, 2)."""
    counts = np.arange(n)
    tails = np.zeros((n + 1, n, 2))
    for q in range(n):
        angle = 2 * np.pi * np.outer(counts, counts[q:]) / n
        tails[q] = np.stack([np.cos(angle).sum(axis=-1), -np.sin(angle).sum(axis=-1)], axis=-1) / n
    return tails


def _joined(x: FloatArray, y: FloatArray) -> FloatArray:
    """Multiply transforms with a first-order part, shape (2, 2, ...)."""
    return np.stack([times(x[0], y[0]), times(x[0], y[1]) + times(x[1], y[0])])
