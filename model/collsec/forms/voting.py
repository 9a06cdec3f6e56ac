r"""Votes on one measure: seats, weights, a quota, vetoes, recusal and seats that rotate.

A measure passes when the weight of the yes votes reaches the quota and no holder of a veto votes
no. Abstention and absence never block and never count as yes. A quota of 0 is unanimity of those
who vote: at least one yes, and no "no" at all.

Each voter is in favour with probability :math:`y_j`, opposed and ready to vote no with
:math:`n_j`, and otherwise opposed but passive: it abstains or stays away. Where preferences are
known, the voter's gain from the measure is its mean gain less friendship with the challenger, plus
logistic noise, so that

.. math:: y_j = \Lambda\bigl((g_j - x_j h)/\sigma\bigr), \qquad n_j = (1 - a)(1 - y_j)

with affinity x_j, weight of friendship h, noise :math:`\sigma` and abstention a.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.spectrum import parts, real_sum, times
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError, frozen

ACTIONS = ("yes", "abstain", "no")
"""The three votes, in the order of the last axis of a strategy."""

_ONE = np.array([[1.0], [0.0]])
_SUM = 1e-9
_AT_ONCE = 1 << 15
"""Nodes of so many votes are held at once that they stay near the processor."""


@dataclass(frozen=True)
class VotingRule:
    """Who has how many votes, who can block, and what it takes.

    Attributes
    ----------
    weight : tuple of int
        Votes of each voter, at least 0.
    quota : int
        Weight of yes votes needed; 0 for unanimity of those who vote.
    veto : tuple of bool
        Whose "no" blocks; none where empty.
    recused : tuple of bool
        Who neither counts nor blocks; none where empty. The quota stays as it is, so recusal makes
        a fixed quota harder to reach and unanimity easier.
    eligible : tuple of bool
        Whose seats rotate; none where empty. These voters have weight 1 and no veto. A recused
        voter takes part in the draw, and abstains where it is drawn.
    elected : int
        Seats drawn from the eligible without replacement, every draw equally likely.
    """

    weight: tuple[int, ...]
    quota: int
    veto: tuple[bool, ...] = ()
    recused: tuple[bool, ...] = ()
    eligible: tuple[bool, ...] = ()
    elected: int = 0

    def __post_init__(self) -> None:
        nobody = (False,) * len(self.weight)
        for name in ("veto", "recused", "eligible"):
            object.__setattr__(self, name, tuple(getattr(self, name)) or nobody)
            if len(getattr(self, name)) != len(self.weight):
                self._refuse(name, f"must have {len(self.weight)} entries", "give one a voter")
        if not self.weight or min(self.weight) < 0:
            self._refuse("weight", "must be whole numbers of at least 0", "give one a voter")
        if self.quota < 0:
            self._refuse("quota", "must be at least 0", "give 0 for unanimity of those who vote")
        if not 0 <= self.elected <= sum(self.eligible):
            self._refuse("elected", "must not exceed the eligible", "mark more as eligible")
        if any(
            e and (v or w != 1)
            for e, v, w in zip(self.eligible, self.veto, self.weight, strict=True)
        ):
            self._refuse("eligible", "must have weight 1 and no veto", "change weight or veto")

    def _refuse(self, key: str, rule: str, remedy: str) -> None:
        raise ParameterError("voting_rule", key, getattr(self, key), rule, remedy)

    @property
    def n_voters(self) -> int:
        """The number of voters, recused and not drawn ones included."""
        return len(self.weight)

    @property
    def need(self) -> int:
        """The weight of yes votes without which nothing passes."""
        return max(self.quota, 1)

    @property
    def blocks(self) -> tuple[bool, ...]:
        """Whose "no" blocks: holders of a veto, or all under unanimity, but never the recused."""
        pairs = zip(self.veto, self.recused, strict=True)
        return tuple((veto or self.quota == 0) and not recused for veto, recused in pairs)

    @property
    def votes(self) -> tuple[int, ...]:
        """The weight that counts: 0 for the recused."""
        pairs = zip(self.weight, self.recused, strict=True)
        return tuple(0 if recused else weight for weight, recused in pairs)


@dataclass(frozen=True, eq=False)
class Preferences:
    """What voters want: the primitives behind the chances of a yes and of a no.

    Attributes
    ----------
    gain, affinity : array, shape (*batch, n_voters)
        Mean gain from the measure, and closeness to the challenger in [-1, 1].
    friendship, noise, abstention : array, shape (*batch)
        Weight of friendship and spread of the noise, in units of the gain (noise above 0), and the
        share of refusals that are abstentions.
    """

    gain: FloatArray
    affinity: FloatArray
    friendship: FloatArray
    noise: FloatArray
    abstention: FloatArray

    @property
    def inclination(self) -> FloatArray:
        """The mean net gain in units of the noise, shape (*batch, n_voters)."""
        net = self.gain - self.affinity * self.friendship[..., None]
        return np.asarray(net / self.noise[..., None], dtype=np.float64)

    def chances(self) -> tuple[FloatArray, FloatArray]:
        """Return the chances of a yes and of a no, each of shape (*batch, n_voters)."""
        tilt = self.inclination
        return expit(tilt), (1 - self.abstention[..., None]) * expit(-tilt)

    def stakes(self) -> tuple[FloatArray, FloatArray]:
        """Return the mean size of the net gain of those in favour, and of those opposed."""
        noise, tilt = self.noise[..., None], self.inclination
        return noise * _mean_excess(tilt), noise * _mean_excess(-tilt)


@dataclass(frozen=True, eq=False)
class VotingForm(Form):
    """One vote under a rule, with independent voters.

    Strategies are ``{"vote": array of shape (*batch, n_equilibria, n_voters, 3)}``: the
    probabilities of yes, abstain and no of each voter, averaged over what it may want.
    Where no preferences are kept, a voter's gain is +1 in favour and -1 opposed.

    Attributes
    ----------
    names : tuple of str
    rule : VotingRule
    yes, no : array, shape (*batch, n_voters)
        Chance of being in favour, and of being opposed and ready to vote no.
    preferences : Preferences or None
    """

    names: tuple[str, ...]
    rule: VotingRule
    yes: FloatArray
    no: FloatArray
    preferences: Preferences | None = None

    def __post_init__(self) -> None:
        yes, no = (frozen(np.array(x, dtype=np.float64)) for x in (self.yes, self.no))
        yes, no = np.broadcast_arrays(yes, no)
        object.__setattr__(self, "yes", yes)
        object.__setattr__(self, "no", no)
        n_voters = self.rule.n_voters
        if yes.ndim == 0 or yes.shape[-1] != n_voters or len(self.names) != n_voters:
            rule = f"must have one entry for each of the {n_voters} voters of the rule"
            raise ParameterError("voting_form", "yes", self.yes, rule, "give one a voter")
        if np.any((yes < 0) | (no < 0) | (yes + no > 1 + 1e-12)):
            rule = "and `no` must be chances whose sum is at most 1"
            raise ParameterError("voting_form", "yes", self.yes, rule, "lower one of them")

    @classmethod
    def from_gains(
        cls,
        names: tuple[str, ...],
        rule: VotingRule,
        *,
        gain: FloatArray,
        affinity: FloatArray | float = 0.0,
        friendship: FloatArray | float = 0.0,
        noise: FloatArray | float = 1.0,
        abstention: FloatArray | float = 0.0,
    ) -> Self:
        """Return the form of voters who know what they gain; see `Preferences` for the shapes."""
        per_voter = np.broadcast_arrays(np.asarray(gain, dtype=np.float64), affinity)
        wanted = Preferences(
            *(np.asarray(value, dtype=np.float64) for value in per_voter),
            *(np.asarray(value, dtype=np.float64) for value in (friendship, noise, abstention)),
        )
        if np.any(wanted.noise <= 0):
            remedy = "give a small positive number for voters who hardly err"
            raise ParameterError("voting_form", "noise", wanted.noise, "must exceed 0", remedy)
        return cls(names, rule, *wanted.chances(), preferences=wanted)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return self.yes.shape[:-1]

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the voters."""
        return self.names

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The voters and the three votes."""
        return {"vote": (self.names, ACTIONS)}

    def under(self, levers: Levers) -> Self:
        """Return the vote of states that hold these assumptions.

        Impartiality η scales affinity by 1 - η, where preferences are kept. All other levers work
        through the gains, which whoever makes the form has already put there.
        """
        if self.preferences is None:
            return self
        affinity = self.preferences.affinity * (1 - np.asarray(levers.impartiality))[..., None]
        wanted = dataclasses.replace(self.preferences, affinity=affinity)
        yes, no = wanted.chances()
        return dataclasses.replace(self, yes=yes, no=no, preferences=wanted)

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return each voter's expected gain from what passes.

        Yes votes come from those in favour first, no votes from those opposed first; opposed
        voters who are passive abstain.
        """
        passes, (favour, oppose) = self.pass_given(strategies["vote"]), self.shares(strategies)
        pleased, hurt = self.stakes()
        idle = (1 - self.yes - self.no)[..., None, :] * passes[..., 1]
        against = (oppose * passes).sum(axis=-1) + idle
        return np.asarray(pleased * (favour * passes).sum(axis=-1) - hurt * against)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain of any voter from casting its votes otherwise.

        The chance that the measure passes given each own vote comes from the characteristic
        function of the yes votes of the others, by discrete Fourier inversion. What chances of
        votes lack to be a distribution, or to leave the passive silent, is added to the regret.
        """
        passes, (favour, oppose) = self.pass_given(strategies["vote"]), self.shares(strategies)
        pleased, hurt = self.stakes()
        missed = (favour * (passes.max(axis=-1, keepdims=True) - passes)).sum(axis=-1)
        failed = (oppose * (passes - passes.min(axis=-1, keepdims=True))).sum(axis=-1)
        gain = pleased * missed + hurt * failed
        return np.asarray((gain + self._mismatch(strategies["vote"])).max(axis=-1))

    def _mismatch(self, vote: FloatArray) -> FloatArray:
        """Return by how much each voter's chances are none, or exceed those who are not passive."""
        active = (self.yes + self.no)[..., None, :]
        loud = np.maximum(vote[..., 0] + vote[..., 2] - active, 0.0)
        off = np.abs(vote.sum(axis=-1) - 1) + np.maximum(-vote, 0.0).max(axis=-1) + loud
        return np.where(off <= _SUM, 0.0, off)

    def pass_chance(self, vote: FloatArray) -> FloatArray:
        """Return the chance that the measure passes, by discrete Fourier inversion.

        `vote` holds the chances of yes, abstain and no, shape (..., n_voters, 3); the result drops
        the last two axes.
        """
        votes = vote.reshape(-1, *vote.shape[-2:])
        chance = np.full(len(votes), np.nan)
        known = np.flatnonzero(~np.isnan(votes).any(axis=(1, 2)))
        grain = max(_AT_ONCE // self._nodes.turn.size, 1)
        for start in range(0, known.size, grain):
            games = known[start : start + grain]
            chance[games] = self._inverted(votes[games])
        return chance.reshape(vote.shape[:-2])

    def _inverted(self, vote: FloatArray) -> FloatArray:
        """Return the chance that the measure passes, for votes of shape (games, n_voters, 3)."""
        spectrum = self._factor(vote[..., 0, :], 0)
        for j in range(1, self.rule.n_voters):
            spectrum = times(spectrum, self._factor(vote[..., j, :], j))
        return real_sum(self._nodes.weight, spectrum)

    def stakes(self) -> tuple[FloatArray, FloatArray]:
        """Return the mean gain of voters in favour and the mean loss of voters opposed."""
        if self.preferences is None:
            return np.ones(1), np.ones(1)
        pleased, hurt = self.preferences.stakes()
        return pleased[..., None, :], hurt[..., None, :]

    def shares(self, strategies: Strategies) -> tuple[FloatArray, FloatArray]:
        """Return how those in favour and those ready to vote no split over the three votes."""
        yes, no = strategies["vote"][..., 0], strategies["vote"][..., 2]
        pro, con = self.yes[..., None, :], self.no[..., None, :]
        pro_yes, con_no = np.minimum(yes, pro), np.minimum(no, con)
        pro_no = np.minimum(pro - pro_yes, np.maximum(no - con_no, 0))
        con_yes = np.minimum(con - con_no, np.maximum(yes - pro_yes, 0))
        favour = np.stack([pro_yes, pro - pro_yes - pro_no, pro_no], axis=-1)
        return favour, np.stack([con_yes, con - con_no - con_yes, con_no], axis=-1)

    def pass_given(self, vote: FloatArray) -> FloatArray:
        """Return the chance to pass given each vote of each voter, shape (..., n_voters, 3)."""
        nodes = self._nodes
        pure = [self._factor(np.eye(3)[a], j) for j in range(self.rule.n_voters) for a in range(3)]
        mixed = [self._factor(vote[..., j, :], j) for j in range(self.rule.n_voters)]
        given = np.empty(vote.shape, dtype=np.float64)
        for j in range(self.rule.n_voters):
            others = _ONE
            for i, factor in enumerate(mixed):
                others = others if i == j else times(others, factor)
            for a in range(3):
                weighted = times(pure[3 * j + a], nodes.weight)
                given[..., j, a] = real_sum(weighted, others)
        return given

    def _factor(self, vote: FloatArray, j: int) -> FloatArray:
        """Return voter j's part of the characteristic function, shape (2, ..., nodes)."""
        nodes, yes, no = self._nodes, vote[..., 0, None], vote[..., 2, None]
        silent = 1 - yes - no if self.rule.blocks[j] else 1 - yes
        turned = parts(nodes.turn ** self.rule.votes[j])
        cast = np.stack([silent + yes * turned[0], yes * turned[1]])
        if not self.rule.eligible[j]:
            return cast
        seated = nodes.drawn * times(nodes.draw, cast)
        seated[0] += 1 - nodes.drawn
        return seated

    @cached_property
    def _nodes(self) -> _Nodes:
        return _Nodes.of(self.rule)


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Where the characteristic function is taken, and with what weight it gives the answer.

    `turn` marks a yes vote and `draw` a filled seat; both run round the unit circle. Eligible
    voters are drawn independently with the share `drawn`, given that the number comes out right.
    `draw` and `weight` are held as (real, imaginary).
    """

    turn: NDArray[np.complex128]
    draw: FloatArray
    weight: FloatArray
    drawn: float

    @classmethod
    def of(cls, rule: VotingRule) -> Self:
        n_eligible = sum(rule.eligible)
        n_votes = sum(v for v, e in zip(rule.votes, rule.eligible, strict=True) if not e)
        n_votes += rule.elected + 1
        counts: IntArray = np.arange(n_votes)
        seats: IntArray = np.arange(n_eligible + 1)
        turn = np.exp(2j * np.pi * counts / n_votes)
        draw = np.exp(2j * np.pi * seats / (n_eligible + 1))
        tail = np.exp(-2j * np.pi * np.outer(counts, counts[rule.need :]) / n_votes).sum(axis=1)
        drawn = rule.elected / n_eligible if n_eligible else 0.0
        hit = np.exp(-2j * np.pi * seats * rule.elected / (n_eligible + 1))
        chance = drawn**rule.elected * (1 - drawn) ** (n_eligible - rule.elected)
        right = math.comb(n_eligible, rule.elected) * chance
        scale = n_votes * (n_eligible + 1) * right
        return cls(
            turn=np.repeat(turn, n_eligible + 1),
            draw=parts(np.tile(draw, n_votes)),
            weight=parts(np.asarray(np.outer(tail, hit).ravel() / scale, dtype=np.complex128)),
            drawn=drawn,
        )


def _mean_excess(tilt: FloatArray) -> FloatArray:
    """Return the mean of a unit logistic around `tilt` given that it is positive."""
    far: BoolArray = tilt < -30
    near = np.where(far, 0.0, tilt)
    return np.where(far, 1.0, np.logaddexp(0, near) / expit(near))
