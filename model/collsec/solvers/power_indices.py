r"""Power of voters as exact rationals: who can turn a losing coalition into a winning one?

Voters are grouped by weight, and coalitions are counted by their size and weight with the
generating function :math:`\prod_t \sum_c \binom{n_t}{c} x^c y^{c w_t}` over groups t of n_t voters
with weight w_t. Holders of a veto are members of every winning coalition.

A voter says yes or no: abstention as a third option is not in these indices, and neither is the
power to amend the rule itself. A recused voter has no power and is left out of the count. Seats
that rotate by lot have no index: take the council as it sits.

References
----------
shapley1954method, banzhaf1965weighted, penrose1946elementary, coleman1971control,
deegan1978new, holler1982forming
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb, factorial
from typing import TypeVar

from collsec.forms.voting import VotingRule
from collsec.parameters import ParameterError
from collsec.solvers._kinds import checks_kind

T = TypeVar("T")

Coalitions = Mapping[tuple[int, int], int]
"""How many coalitions there are of each (size, weight)."""


def council_rule(permanent: int, elected: int, quota: int) -> VotingRule:
    """Return the rule of a council of one vote a seat whose first `permanent` seats hold vetoes."""
    n_seats = permanent + elected
    veto = tuple(seat < permanent for seat in range(n_seats))
    return VotingRule((1,) * n_seats, quota, veto)


@checks_kind
def winning_coalitions(rule: VotingRule) -> int:
    """Return the number of coalitions whose yes votes pass a measure against all others."""
    tally = _Tally.of(rule)
    return sum(n for (_, w), n in _coalitions(tally.others).items() if w >= tally.lacking)


@checks_kind
def swings(rule: VotingRule) -> tuple[int, ...]:
    """Return for each voter the number of winning coalitions that lose without it."""
    return _per_voter(rule, lambda tally, voter: sum(tally.swings(voter).values()))


@checks_kind
def shapley_shubik(rule: VotingRule) -> tuple[Fraction, ...]:
    """Return each voter's chance to be pivotal when voters join in random order; sums to 1."""

    def index(tally: _Tally, voter: _Voter) -> Fraction:
        n = tally.n_voters
        orders = sum(
            count * factorial(size) * factorial(n - size - 1)
            for size, count in tally.swings(voter).items()
        )
        return Fraction(orders, factorial(n))

    return _per_voter(rule, index)


@checks_kind
def penrose(rule: VotingRule) -> tuple[Fraction, ...]:
    """Return each voter's chance to be decisive when the others vote by tossing fair coins."""
    n_others = max(_Tally.of(rule).n_voters - 1, 0)
    return tuple(Fraction(count, 2**n_others) for count in swings(rule))


@checks_kind
def banzhaf(rule: VotingRule) -> tuple[Fraction, ...]:
    """Return each voter's share of all swings; sums to 1."""
    return _shares(tuple(Fraction(count) for count in swings(rule)))


@checks_kind
def coleman(rule: VotingRule) -> Fraction:
    """Return the power of the body to act: the share of coalitions that win."""
    return Fraction(winning_coalitions(rule), 2 ** _Tally.of(rule).n_voters)


@checks_kind
def holler(rule: VotingRule) -> tuple[Fraction, ...]:
    """Return each voter's share of memberships in minimal winning coalitions; sums to 1."""
    return _shares(
        _per_voter(rule, lambda tally, voter: Fraction(sum(tally.minimal_with(voter).values())))
    )


@checks_kind
def deegan_packel(rule: VotingRule) -> tuple[Fraction, ...]:
    """Return each voter's share if minimal winning coalitions are equally likely and split evenly.

    Sums to 1.
    """
    return _shares(
        _per_voter(
            rule,
            lambda tally, voter: sum(
                (Fraction(n, size) for size, n in tally.minimal_with(voter).items()), Fraction(0)
            ),
        )
    )


@dataclass(frozen=True)
class _Voter:
    """What tells one voter from another."""

    weight: int
    blocks: bool


@dataclass(frozen=True)
class _Tally:
    """A rule seen by its counts: how many must be in, how much weight is lacking then.

    `others` lists (weight, number) of the voters without a veto, by rising weight.
    """

    n_blocks: int
    lacking: int
    others: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, rule: VotingRule) -> _Tally:
        """Group the voters of a rule."""
        if any(rule.eligible):
            remedy = "give the rule of the seats themselves"
            raise ParameterError(
                "voting_rule", "eligible", rule.eligible, "has no index of power", remedy
            )
        groups: Counter[int] = Counter()
        for weight, blocks, recused in zip(rule.votes, rule.blocks, rule.recused, strict=True):
            groups[weight] += not blocks and not recused
        held = sum(w for w, blocks in zip(rule.votes, rule.blocks, strict=True) if blocks)
        others = tuple(sorted((w, n) for w, n in groups.items() if n))
        return cls(sum(rule.blocks), rule.need - held, others)

    @property
    def n_voters(self) -> int:
        """The number of voters who are not recused."""
        return self.n_blocks + sum(number for _, number in self.others)

    def without(self, weight: int) -> tuple[tuple[int, int], ...]:
        """Return `others` with one voter of this weight taken out."""
        return tuple((w, n - (w == weight)) for w, n in self.others)

    def swings(self, voter: _Voter) -> Mapping[int, int]:
        """Return how many losing coalitions win by this voter's yes, by their size."""
        found: Counter[int] = Counter()
        others = self.others if voter.blocks else self.without(voter.weight)
        for (size, weight), count in _coalitions(others).items():
            turns = weight >= self.lacking - (0 if voter.blocks else voter.weight)
            if turns and (voter.blocks or weight < self.lacking):
                found[size + self.n_blocks - voter.blocks] += count
        return found

    def minimal_with(self, voter: _Voter) -> Mapping[int, int]:
        """Return how many minimal winning coalitions contain this voter, by their size."""
        found: Counter[int] = Counter()
        if voter.blocks and self.lacking <= 0:
            found[self.n_blocks] += 1
        for least, _ in self.others:
            for (size, weight), count in self._holding(voter, least).items():
                if self.lacking <= weight < self.lacking + least:
                    found[self.n_blocks + size] += count
        return found

    def _holding(self, voter: _Voter, least: int) -> Coalitions:
        """Count coalitions of the others that hold the voter and whose least weight is `least`."""
        if not voter.blocks and voter.weight < least:
            return {}
        pool = self.others if voter.blocks else self.without(voter.weight)
        own = (0, 0) if voter.blocks else (1, voter.weight)
        counts = Counter(_coalitions(tuple(g for g in pool if g[0] >= least)))
        if voter.blocks or voter.weight > least:
            counts.subtract(_coalitions(tuple(g for g in pool if g[0] > least)))
        return {(size + own[0], weight + own[1]): n for (size, weight), n in counts.items()}


@cache
def _coalitions(groups: tuple[tuple[int, int], ...]) -> Coalitions:
    """Count the coalitions of grouped voters by size and weight."""
    counts: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for weight, number in groups:
        grown: Counter[tuple[int, int]] = Counter()
        for (size, total), ways in counts.items():
            for chosen in range(number + 1):
                grown[size + chosen, total + chosen * weight] += ways * comb(number, chosen)
        counts = grown
    return counts


def _per_voter(rule: VotingRule, measure: Callable[[_Tally, _Voter], T]) -> tuple[T, ...]:
    """Measure each kind of voter once; a recused voter has weight 0, so it measures 0."""
    tally = _Tally.of(rule)
    kinds = tuple(_Voter(w, b) for w, b in zip(rule.votes, rule.blocks, strict=True))
    measured = {kind: measure(tally, kind) for kind in kinds}
    return tuple(measured[kind] for kind in kinds)


def _shares(values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Divide by the sum; all 0 where nothing ever wins."""
    total = sum(values)
    return tuple(value / total if total else Fraction(0) for value in values)
