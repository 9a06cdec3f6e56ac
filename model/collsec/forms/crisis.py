r"""The integrated crisis: attack, identification, authorisation, response, outcome.

The members' response is a participation game for each branch of the crisis: without a mandate,
with one, and after a recommendation of the assembly. Votes depend on what the branches are worth,
the challenger's choice on all of it:

.. math:: \Pi = \iota \textstyle\sum_z P_z \Pi_z + (1 - \iota) \Pi_0, \qquad
          \Pr(\text{challenge}) = \exp\Bigl(-\frac{\kappa E[M] / m_A}{(1 - \Pi) \bar v}\Bigr).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, cast

import numpy as np
from scipy.special import expit

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.participation import ParticipationForm
from collsec.forms.voting import ACTIONS as VOTES
from collsec.forms.voting import VotingForm, VotingRule
from collsec.measures import total
from collsec.parameters import FloatArray


class Branch(enum.IntEnum):
    """What the response rests on."""

    UNAUTHORISED = 0
    MANDATE = 1
    RECOMMENDATION = 2


@dataclass(frozen=True)
class Council:
    """Who decides: the council's seats and rule, and the assembly that may step in.

    Attributes
    ----------
    permanent, elected, quota : int
        Seats with a veto, held by the first members; rotating seats; yes votes needed, 0 for
        unanimity of those who vote.
    is_plenary : bool
        Whether all members sit.
    challenger_seat : int
        0 outside, 1 among those eligible for a rotating seat, 2 permanent.
    is_recused : bool
        Whether the challenger may not vote.
    """

    permanent: int
    elected: int
    quota: int
    is_plenary: bool
    challenger_seat: int
    is_recused: bool

    def rule(self, n_members: int) -> VotingRule:
        """Return the voting rule with the challenger, where it sits, as the last voter."""
        n_own = self.permanent - (self.challenger_seat == 2)
        n_permanent = min(max(n_own, 0) if self.challenger_seat == 2 else self.permanent, n_members)
        n_others = n_members - n_permanent
        sits = self.challenger_seat > 0
        draws = not self.is_plenary and self.elected < n_others + (self.challenger_seat == 1)
        turns = (False,) * n_permanent + (draws,) * n_others
        return VotingRule(
            weight=(1,) * (n_members + sits),
            quota=self.quota,
            veto=(True,) * n_permanent + (False,) * n_others + (self.challenger_seat == 2,) * sits,
            recused=(False,) * n_members + (self.is_recused,) * sits,
            eligible=turns + (draws and self.challenger_seat == 1,) * sits,
            elected=self.elected if draws else 0,
        )


@dataclass(frozen=True, eq=False)
class Outcome:
    """What follows from strategies; arrays have shape (*batch, n_equilibria, ...).

    Attributes
    ----------
    branch : array, shape (..., n_branches)
        Chance of each branch given an attack.
    reversal, power : array, shape (..., n_branches)
        Chance of reversal, and expected effective capability that answers, in each branch.
    worth : array, shape (..., n_branches, n_members)
        Expected utility of each member in each branch.
    mandate : array, shape (...)
        Chance that the response rests on a mandate, a recommendation or an automatic trigger,
        given that the challenger is identified.
    """

    branch: FloatArray
    reversal: FloatArray
    power: FloatArray
    worth: FloatArray
    mandate: FloatArray

    def expected(self, by_branch: FloatArray) -> FloatArray:
        """Return the mean over branches of an array of shape (..., n_branches)."""
        return np.asarray(np.sum(self.branch * by_branch, axis=-1))


@dataclass(frozen=True, eq=False)
class CrisisForm(Form):
    """A batch of crises.

    Attributes
    ----------
    response : ParticipationForm
        One participation game per branch: batch shape (n_branches, *batch).
    branches : tuple of Branch
        The branches that the institution knows, UNAUTHORISED first.
    council : Council or None
        None where nobody votes: the last branch then follows every identified attack.
    bypass, abstention, friendship, vote_noise : array, shape (*batch)
        Share of all members who may recommend action; share of refusals that are abstentions;
        weight of friendship with the challenger in votes and spread of voters' noise, in payoff
        units.
    identification : array, shape (*batch)
        Chance that the challenger is named correctly.
    is_named : bool
        Whether it is named in advance.
    capability : array, shape (*batch, n_members)
        Effective capability of each member, the instrument's effect included.
    challenger_capability, prize, fighting_cost, target_stake : array, shape (*batch)
        The challenger's capability, mean prize and cost per unit of relative opposing power; what
        the target loses to successful aggression.
    is_reputational : bool
        Whether a seen breach ends the institution, so that its future value is what a breach costs
        (in `response.standing`), in place of the pledge cost.
    discount_factor : array, shape (*batch)
        Weight of the next period, by which the future is valued.
    outside : array, shape (*batch, n_members), or None
        Utility of each member without the institution, once that is known; the certificate then
        demands that the standing equals the value of the regime.
    """

    response: ParticipationForm
    branches: tuple[Branch, ...]
    council: Council | None
    bypass: FloatArray
    abstention: FloatArray
    friendship: FloatArray
    vote_noise: FloatArray
    identification: FloatArray
    is_named: bool
    capability: FloatArray
    challenger_capability: FloatArray
    prize: FloatArray
    fighting_cost: FloatArray
    target_stake: FloatArray
    is_reputational: bool = False
    discount_factor: FloatArray | float = 0.0
    outside: FloatArray | None = None

    @cached_property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        scalars = (
            self.bypass,
            self.abstention,
            self.friendship,
            self.vote_noise,
            self.identification,
            self.challenger_capability,
            self.prize,
            self.fighting_cost,
            self.target_stake,
            self.discount_factor,
        )
        shapes = [np.shape(item) for item in scalars]
        inner = self.response.batch_shape[1:]
        return np.broadcast_shapes(inner, self.capability.shape[:-1], *shapes)

    @property
    def players(self) -> tuple[str, ...]:
        """The members, the challenger and the target."""
        return (*self.response.players, "challenger", "target")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The challenger's two moves; who answers on which ground, and who votes how where."""
        grounds = tuple(branch.name.lower() for branch in self.branches)
        bodies, members = ("council", "assembly")[: self.n_votes], self.response.players
        answers = self.response.labels["answer"][-1]
        votes = {"vote": (bodies, members, VOTES)} if bodies else {}
        moves = {"challenge": (("attack", "refrain"),), "answer": (grounds, members, answers)}
        return moves | votes

    @property
    def n_votes(self) -> int:
        """How many votes may be held: in the council, and in the assembly."""
        return len(self.branches) - 1 if self.council is not None else 0

    def under(self, levers: Levers) -> Self:
        """Return the crisis under these assumptions; see `Form.under`."""
        seen = 1.0 if self.is_named else levers.identification
        depth = max(np.ndim(getattr(levers, name)) for name in Levers.__annotations__)
        response = self._deepened(depth).under(levers)
        if self.is_reputational:
            response = replace(response, pledge_cost=0.0)
        return replace(
            self,
            response=response,
            identification=self.identification * seen,
            discount_factor=np.maximum(self.discount_factor, levers.discount_factor),
        )

    def alone(self) -> Self:
        """Return the crisis without the institution: no pledge, no vote, no mandate."""
        unauthorised = replace(self._by_branch(lambda array: array[:1]), standing=0.0)
        branches = (Branch.UNAUTHORISED,)
        return replace(
            self, response=unauthorised, branches=branches, council=None, is_reputational=False
        )

    def on_branch(self, place: int) -> ParticipationForm:
        """Return the response in one branch of the crisis, as a game of its own."""
        return self._by_branch(lambda array: array[place])

    def trusting(self, standing: FloatArray, outside: FloatArray | None) -> Self:
        """Return the crisis in which members expect to lose this standing by a seen breach."""
        response = replace(self.response, standing=standing)
        return replace(self, response=response, outside=outside)

    def regime_value(self, payoffs: FloatArray, outside: FloatArray) -> FloatArray:
        r"""Return what the institution is worth to each member from the next period on.

        :math:`\frac{\delta}{1-\delta} \max(0, U_i - U_i^0)`: the gain over being without it, in
        every later period; the chance of a crisis is part of both. `payoffs` and `outside` have a
        last axis of members.
        """
        patience = np.broadcast_to(np.asarray(self.discount_factor), self.batch_shape)
        weight = patience / (1 - patience)
        weight = weight.reshape(*weight.shape, *(1,) * (payoffs.ndim - weight.ndim))
        return np.asarray(weight * np.maximum(0.0, payoffs - outside))

    def _deepened(self, depth: int) -> ParticipationForm:
        """Return the response with its axis of branches in front of `depth` axes of a sweep."""
        new = tuple(range(1, 2 + depth - len(self.response.batch_shape)))
        return self._by_branch(lambda array: np.expand_dims(array, new))

    def _by_branch(self, change: Callable[[FloatArray], FloatArray]) -> ParticipationForm:
        """Return the response with what differs by branch changed; its first axis is branches."""
        response, n_axes = self.response, len(self.response.batch_shape)

        def changed(array: FloatArray, n_inner: int) -> FloatArray:
            return change(array) if np.ndim(array) == n_axes + n_inner else array

        return replace(
            response,
            mandate=changed(response.mandate, 0),
            pledged=changed(response.pledged, 1),
            hardship=changed(response.hardship, 1),
        )

    def outcome(self, strategies: Strategies) -> Outcome:
        """Return what follows from strategies, by the certificate's own algorithms."""
        answer = np.moveaxis(strategies["answer"], -3, 0)
        reversal = np.moveaxis(self.response.reversal_chance(answer[..., 0]), 0, -1)
        power = total(answer[..., 0] * self.capability[..., None, :])
        worth = np.moveaxis(self.response.payoffs({"answer": answer}), 0, -2)
        passed = self.passed(strategies, reversal.shape)
        seen = self.identification[..., None, None]
        branch = seen * passed
        branch[..., 0] += 1 - seen[..., 0]
        return Outcome(
            branch=branch,
            reversal=reversal,
            power=np.moveaxis(power, 0, -1),
            worth=worth,
            mandate=1 - passed[..., 0],
        )

    def passed(self, strategies: Strategies, shape: tuple[int, ...]) -> FloatArray:
        """Return the chance of each branch given identification, shape (..., n_branches)."""
        passed = np.zeros(shape)
        if self.council is None:
            passed[..., -1] = 1.0
            return passed
        vote = strategies["vote"]
        n_members = self.response.n_members
        passed[..., 1] = _pass_chance(self.council.rule(n_members), vote[..., 0, :, :])
        if self.n_votes > 1:
            passed[..., 2] = (1 - passed[..., 1]) * self._recommended(vote)
        passed[..., 0] = 1 - passed[..., 1:].sum(axis=-1)
        return passed

    def _recommended(self, vote: FloatArray) -> FloatArray:
        """Return the chance that the assembly recommends action once the council is blocked."""
        council = cast(Council, self.council)
        n_voters = self.response.n_members + (council.challenger_seat > 0)
        shares = np.broadcast_to(self.bypass[..., None], vote.shape[:-3])
        chance = np.zeros(shares.shape)
        for share in np.unique(shares[shares > 0]):
            rule = VotingRule((1,) * n_voters, max(int(np.ceil(share * n_voters - 1e-9)), 1))
            chance = np.where(shares == share, _pass_chance(rule, vote[..., 1, :, :]), chance)
        return chance

    def attack_cutoff(self, reversal: FloatArray, power: FloatArray) -> FloatArray:
        """Return the prize above which the challenger attacks, in units of the mean prize."""
        cost = (self.fighting_cost / self.challenger_capability)[..., None] * power
        with np.errstate(divide="ignore", invalid="ignore"):
            cutoff = cost / (np.maximum(1 - reversal, 0.0) * self.prize[..., None])
        return np.where(cost > 0, cutoff, 0.0)

    def inclination(self, worth: FloatArray, recommended: FloatArray | float = 0.0) -> FloatArray:
        """Return the net gain from authorising, shape (..., n_votes, n_members), in payoff units.

        `worth` has shape (..., n_branches, n_members); `recommended`, shape (...), is the chance
        that the assembly recommends action after the council is blocked, which is what a council
        member weighs the mandate against. Friendship with the challenger weighs against both.
        """
        gain = worth[..., 1:, :] - worth[..., :1, :]
        if self.n_votes > 1:
            later = np.asarray(recommended)[..., None] * gain[..., 1, :]
            gain = np.stack([gain[..., 0, :] - later, gain[..., 1, :]], axis=-2)
        friends = self.response.affinity * self.friendship[..., None]
        return gain - friends[..., None, None, :]

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities of members, challenger and target, attack or not.

        Without an attack members keep their stakes whole, and challenger and target get zero. The
        challenger's payoff is its mean over prizes.
        """
        found = self.outcome(strategies)
        attack = strategies["challenge"][..., 0]
        reversal, power = found.expected(found.reversal), found.expected(found.power)
        calm = self.response.gain[..., None, :]
        crisis = np.sum(found.branch[..., None] * found.worth, axis=-2)
        members = (1 - attack)[..., None] * calm + attack[..., None] * crisis
        cutoff = self.attack_cutoff(reversal, power)
        with np.errstate(invalid="ignore"):
            prize = np.where(np.isfinite(cutoff), self.prize[..., None] * (1 + cutoff), 0.0)
        cost = (self.fighting_cost / self.challenger_capability)[..., None] * power
        challenger = attack * (prize * (1 - reversal) - cost)
        target = -attack * (1 - reversal) * self.target_stake[..., None]
        return np.concatenate([members, challenger[..., None], target[..., None]], axis=-1)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any type of any player at any stage from deviating.

        Members are checked in every branch, reached or not; voters against the sign of their net
        gain; the challenger at the prize at which it changes its mind.
        """
        answer = np.moveaxis(strategies["answer"], -3, 0)
        response = np.max(self.response.regret({"answer": answer}), axis=0)
        found = self.outcome(strategies)
        reversal, power = found.expected(found.reversal), found.expected(found.power)
        attack, refrain = strategies["challenge"][..., 0], strategies["challenge"][..., 1]
        best = np.minimum(self.attack_cutoff(reversal, power), _FARTHEST)
        with np.errstate(divide="ignore"):
            small = -np.log1p(-refrain)
            played = np.minimum(np.where(attack < 0.5, -np.log(attack), small), _FARTHEST)
        error = np.abs(best - played) * (1 - reversal) * self.prize[..., None]
        mismatch = np.abs(attack + refrain - 1) + self._standing_gap(strategies)
        return np.asarray(response + error + self._voting_regret(strategies, found) + mismatch)

    def _standing_gap(self, strategies: Strategies) -> FloatArray | float:
        """Return how far the standing is from the value of the regime, where the two must agree."""
        if self.outside is None:
            return 0.0
        members = self.payoffs(strategies)[..., : self.response.n_members]
        value = self.regime_value(members, self.outside[..., None, :])
        standing = np.asarray(self.response.standing)[..., None, :]
        return np.asarray(np.max(np.abs(value - standing), axis=-1))

    def _voting_regret(self, strategies: Strategies, found: Outcome) -> FloatArray:
        if self.council is None:
            return np.zeros(found.mandate.shape)
        vote = strategies["vote"]
        noise = self.vote_noise[..., None, None, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            tilt = np.log(vote[..., 0]) - np.log(vote[..., 1] + vote[..., 2])
            recommended = self._recommended(vote) if self.n_votes > 1 else 0.0
            wanted = self.inclination(found.worth, recommended) / noise
            far = np.clip(wanted, -_SURE, _SURE)
        gap = np.abs(far - np.clip(tilt, -_SURE, _SURE)) * noise
        passive = self.abstention[..., None, None, None] * (1 - vote[..., 0])
        mismatch = np.abs(vote[..., 1] - passive) + np.abs(vote.sum(axis=-1) - 1)
        return np.asarray(np.max(gap + mismatch, axis=(-2, -1)))


_FARTHEST = 700.0
_SURE = 700.0


def _pass_chance(rule: VotingRule, vote: FloatArray) -> FloatArray:
    """Return the chance of a pass; a voter behind the members is the challenger, who votes no."""
    n_extra = rule.n_voters - vote.shape[-2]
    against = np.broadcast_to([0.0, 0.0, 1.0], (*vote.shape[:-2], n_extra, 3))
    everyone = np.concatenate([vote, against], axis=-2)
    names = tuple(str(j) for j in range(rule.n_voters))
    nobody = np.zeros(rule.n_voters)
    return VotingForm(names, rule, nobody, nobody).pass_chance(everyone)


def vote_chances(tilt: FloatArray, abstention: FloatArray) -> FloatArray:
    """Return the chances of yes, abstain and no of voters with this net gain per unit of noise.

    `tilt` has shape (..., n_members), `abstention` broadcasts to it; the result has a last axis
    of three.
    """
    refuse = expit(-tilt)
    passive = np.broadcast_to(abstention, tilt.shape) * refuse
    return np.stack([expit(tilt), passive, refuse - passive], axis=-1)
