"""The chance of a mandate: brute force over draws and votes, seats of the challenger, limits."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.solvers.mandate import Seat, assembly_probability, mandate_probability


def brute_force(yes, no, *, permanent, elected, quota, plenary, challenger_seat, recused):
    """Add up over every draw of seats and every profile of votes."""
    votes = [(y, 1 - y - n, n) for y, n in zip(yes, no, strict=True)]
    if challenger_seat == Seat.PERMANENT:
        if not recused:
            return 0.0
        permanent = max(permanent - 1, 0)
    vetoes = list(range(min(permanent, len(votes))))
    pool = list(range(len(vetoes), len(votes)))
    if challenger_seat == Seat.ELIGIBLE:
        pool.append(len(votes))
        votes.append((0, 1, 0) if recused else (0, 0, 1))
    draws = list(itertools.combinations(pool, len(pool) if plenary else min(elected, len(pool))))
    total = 0.0
    for drawn in draws:
        seats = vetoes + list(drawn)
        for profile in itertools.product(range(3), repeat=len(seats)):
            blocked = 2 in (profile[: len(vetoes)] if quota else profile)
            if profile.count(0) >= max(quota, 1) and not blocked:
                total += math.prod(votes[j][v] for j, v in zip(seats, profile, strict=True))
    return total / len(draws)


@given(
    st.integers(0, 10_000),
    st.fixed_dictionaries(
        {
            "permanent": st.integers(0, 4),
            "elected": st.integers(0, 4),
            "quota": st.integers(0, 4),
            "plenary": st.booleans(),
            "challenger_seat": st.sampled_from(Seat),
            "recused": st.booleans(),
        }
    ),
)
def test_the_kernel_agrees_with_brute_force(seed, council):
    rng = np.random.default_rng(seed)
    share = rng.dirichlet([1, 1, 1], size=int(rng.integers(1, 6)))
    found = mandate_probability(share[:, 0], share[:, 2], **council)
    assert found == pytest.approx(brute_force(share[:, 0], share[:, 2], **council), abs=1e-14)


YES = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
NO = 1 - YES


def test_a_permanent_challenger_that_votes_blocks():
    council = {"permanent": 2, "elected": 2, "quota": 2, "challenger_seat": Seat.PERMANENT}
    assert mandate_probability(YES, NO, **council) == 0


def test_a_recused_permanent_challenger_leaves_its_seat_empty():
    seat = {"challenger_seat": Seat.PERMANENT, "recused": True}
    found = mandate_probability(YES, NO, permanent=2, elected=4, quota=5, **seat)
    assert found == pytest.approx(math.prod(YES))


def test_an_eligible_challenger_blocks_only_unanimity():
    seat = {"permanent": 0, "elected": 0, "plenary": True, "challenger_seat": Seat.ELIGIBLE}
    assert mandate_probability(YES, NO, quota=0, **seat) == 0
    assert mandate_probability(YES, NO, quota=5, **seat) == pytest.approx(math.prod(YES))


def test_unanimity_of_those_who_vote_is_a_difference_of_products():
    no = 0.4 * NO
    found = mandate_probability(YES, no, permanent=0, elected=0, quota=0, plenary=True)
    assert found == pytest.approx(math.prod(1 - no) - math.prod(1 - YES - no))


def test_nobody_decides_on_an_empty_council():
    assert mandate_probability(YES, NO, permanent=0, elected=0, quota=0) == 0


def test_a_quota_beyond_the_members_is_never_reached():
    assert mandate_probability(np.ones(5), np.zeros(5), permanent=5, elected=10, quota=9) == 0


def test_a_point_gets_the_same_bits_alone_and_in_a_sweep():
    rng = np.random.default_rng(2)
    share = rng.dirichlet([1, 1, 1], size=(6, 5, 20))
    council = {"permanent": 5, "elected": 10, "quota": 9, "challenger_seat": Seat.ELIGIBLE}
    sweep = mandate_probability(share[..., 0], share[..., 2], **council)
    assert sweep.shape == (6, 5)
    for k in np.ndindex(6, 5):
        alone = mandate_probability(share[k][:, 0], share[k][:, 2], **council)
        assert np.array_equal(alone, sweep[k])


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_one_permanent_seat_more_never_raises_the_chance_when_all_sit(seed, permanent):
    share = np.random.default_rng(seed).dirichlet([1, 1, 1], size=7)
    rest = {"elected": 0, "quota": 4, "plenary": True}
    fewer = mandate_probability(share[:, 0], share[:, 2], permanent=permanent, **rest)
    more = mandate_probability(share[:, 0], share[:, 2], permanent=permanent + 1, **rest)
    assert more <= fewer + 1e-15


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_abstention_of_permanent_members_never_lowers_the_chance(seed, abstention):
    yes = np.random.default_rng(seed).random(12)
    council = {"permanent": 4, "elected": 5, "quota": 5}
    strict = mandate_probability(yes, 1 - yes, **council)
    assert mandate_probability(yes, (1 - abstention) * (1 - yes), **council) >= strict - 1e-15


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 0.55, 0.6, 2 / 3, 1.0]))
def test_the_assembly_agrees_with_brute_force(seed, share):
    rng = np.random.default_rng(seed)
    yes = rng.random(int(rng.integers(1, 7)))
    need = max(math.ceil(share * yes.size - 1e-9), 1)
    total = sum(
        math.prod(np.where(profile, yes, 1 - yes))
        for profile in itertools.product((True, False), repeat=yes.size)
        if sum(profile) >= need
    )
    expected = total if share else 0.0
    assert assembly_probability(yes, share) == pytest.approx(expected, abs=1e-14)


def test_a_share_of_the_members_is_not_rounded_up_by_arithmetic():
    assert 0.28 * 25 > 7
    yes = np.concatenate([np.ones(7), np.zeros(18)])
    assert assembly_probability(yes, 0.28) == 1


def test_the_share_may_be_swept():
    swept = assembly_probability(YES, np.array([0.0, 0.2, 1.0]))
    expected = [0.0, 1 - math.prod(1 - YES), math.prod(YES)]
    np.testing.assert_allclose(swept, expected)
