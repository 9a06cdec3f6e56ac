r"""The chance that a council or an assembly passes a measure, exactly, for a whole sweep at once.

Votes are independent: member j votes yes with probability :math:`y_j`, no with :math:`n_j`, and
abstains or stays away otherwise. The elected seats are drawn from the members without a permanent
seat, every draw equally likely. The chance is found by carrying the distribution of (seats filled,
yes votes) from member to member: all terms are probabilities, nothing cancels.
"""

from __future__ import annotations

import enum
from typing import Any

import numpy as np

from collsec.kernel import kernel, part
from collsec.parameters import FloatArray, IntArray, ParameterError


class Seat(enum.IntEnum):
    """Where the challenger sits: on no council, among the elected seats' voters, or with a veto."""

    OUTSIDE = 0
    ELIGIBLE = 1
    PERMANENT = 2


def mandate_probability(
    yes: FloatArray,
    no: FloatArray,
    *,
    permanent: int,
    elected: int,
    quota: int,
    plenary: bool = False,
    challenger_seat: Seat = Seat.OUTSIDE,
    recused: bool = False,
) -> FloatArray:
    """Return the probability that a council passes the measure, shape (*batch).

    The measure passes with at least `quota` yes votes and no "no" of a permanent member. A quota
    of 0 is unanimity of those who vote: at least one yes and no "no" at all. Abstention and
    absence never block, and never count as yes.

    Parameters
    ----------
    yes, no : array, shape (*batch, n_members)
        Chances of a yes and of a no; the challenger is not among the members.
    permanent : int
        Permanent seats, held by the first members; seats beyond the members stay empty.
    elected : int
        Seats drawn from the other members, or from all of these where they are fewer; the quota
        stays as it is.
    quota : int
        Yes votes needed; 0 for unanimity of those who vote.
    plenary : bool
        Whether all other members sit, whatever `elected` says.
    challenger_seat : Seat
        A permanent challenger votes no, so the chance is 0; an eligible one takes part in the draw
        and votes no, which blocks under unanimity only.
    recused : bool
        Whether the challenger may not vote. A permanent seat of its own is then empty, and the
        first ``permanent - 1`` members hold the others; drawn for an elected seat, it abstains.

    Notes
    -----
    Cost per game: O(n_members * elected * quota).
    """
    if challenger_seat == Seat.PERMANENT and recused:
        permanent = max(permanent - 1, 0)
    try:
        yes, no = np.broadcast_arrays(*(np.asarray(votes, np.float64) for votes in (yes, no)))
    except (TypeError, ValueError):
        raise ParameterError(
            "mandate_probability", "no", no, "must be numbers that go together with those of `yes`",
            "give both chances for every member, shape (*batch, n_members)",
        ) from None  # fmt: skip
    if challenger_seat == Seat.PERMANENT and not recused:
        return np.zeros(yes.shape[:-1])
    if challenger_seat == Seat.ELIGIBLE:
        column = np.zeros((*yes.shape[:-1], 1))
        yes = np.concatenate([yes, column], axis=-1)
        no = np.concatenate([no, column + (not recused)], axis=-1)
    n_permanent = min(permanent, yes.shape[-1] - (challenger_seat == Seat.ELIGIBLE))
    n_others = yes.shape[-1] - n_permanent
    drawn = n_others if plenary else min(elected, n_others)
    quotas = np.full(yes.shape[:-1], quota, dtype=np.int64)
    return _over_points(yes, no, quotas, n_permanent, drawn)


def assembly_probability(yes: FloatArray, share: FloatArray | float) -> FloatArray:
    """Return the probability that the share of all members needed votes yes, shape (*batch).

    Parameters
    ----------
    yes : array, shape (*batch, n_members)
        Chances of a yes of every member of the assembly. A challenger that is a member votes no:
        give it a column of zeros.
    share : array, shape (*batch), or float
        Passes with at least ``ceil(share * n_members)`` yes votes; where it is 0 there is no such
        assembly, and the probability is 0. The product is rounded down by 1e-9 first, so that
        rounding error asks for no vote more.
    """
    batch = np.broadcast_shapes(yes.shape[:-1], np.shape(share))
    yes = np.broadcast_to(np.asarray(yes, dtype=np.float64), (*batch, yes.shape[-1]))
    shares = np.broadcast_to(np.asarray(share, dtype=np.float64), batch)
    quotas = np.maximum(np.ceil(shares * yes.shape[-1] - 1e-9), 1).astype(np.int64)
    passed = _over_points(yes, np.zeros_like(yes), quotas, 0, yes.shape[-1])
    return np.where(shares > 0, passed, 0.0)


def _over_points(
    yes: FloatArray, no: FloatArray, quotas: IntArray, n_permanent: int, drawn: int
) -> FloatArray:
    """Flatten the batch for the compiled loop."""
    batch, n_voters = yes.shape[:-1], yes.shape[-1]
    result = _passes(
        np.array(yes.reshape(-1, n_voters), order="C"),
        np.array(no.reshape(-1, n_voters), order="C"),
        np.array(quotas.reshape(-1)),
        n_permanent,
        drawn,
    )
    return np.asarray(result, dtype=np.float64).reshape(batch)


@part
def _sit(votes: Any, yes: float, miss: float, hold: float) -> None:
    """Add the vote of a member that sits; the last entry holds `need` yes votes or more."""
    need = votes.size - 1
    votes[need] = votes[need] * hold + votes[need - 1] * yes
    for count in range(need - 1, 0, -1):
        votes[count] = votes[count] * miss + votes[count - 1] * yes
    votes[0] *= miss


@part
def _draw(seated: Any, remaining: int, yes: float, miss: float, hold: float) -> None:
    """Offer a free seat to one of `remaining` members, and add its vote where it is drawn."""
    drawn, need = seated.shape[0] - 1, seated.shape[1] - 1
    for filled in range(drawn - 1, -1, -1):
        chance = (drawn - filled) / remaining
        for count in range(need + 1):
            moved = seated[filled, count] * chance
            seated[filled, count] -= moved
            if count == need:
                seated[filled + 1, need] += moved * hold
            else:
                seated[filled + 1, count] += moved * miss
                seated[filled + 1, count + 1] += moved * yes


@kernel("float64[::1](float64[:, ::1], float64[:, ::1], int64[::1], int64, int64)")
def _passes(yes: Any, no: Any, quotas: Any, n_permanent: int, drawn: int) -> Any:
    """Return the pass probability of each row; the first voters have permanent seats."""
    n_points, n_voters = yes.shape
    all_sit = drawn == n_voters - n_permanent
    passed = np.empty(n_points)
    for point in range(n_points):
        need = max(quotas[point], 1)
        seated = np.zeros((1 if all_sit else drawn + 1, need + 1))
        seated[0, 0] = 1.0
        for j in range(n_voters):
            blocks = no[point, j] if j < n_permanent or quotas[point] == 0 else 0.0
            miss = max(1.0 - yes[point, j] - blocks, 0.0)
            if j < n_permanent or all_sit:
                _sit(seated[0], yes[point, j], miss, 1.0 - blocks)
            else:
                _draw(seated, n_voters - j, yes[point, j], miss, 1.0 - blocks)
        passed[point] = seated[-1, need]
    return passed
