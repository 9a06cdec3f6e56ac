r"""The chance of reversal for every set of members that answers, and how far it may err.

In common units it is what the form holds. On a lattice between units it is a sum over the shares of
all members, whatever their signs: member i multiplies sizes by :math:`S_i = \sum_t |s_{it}|`, and
rounds by at most 8 u of them. Of a contest, powers err by (n + 1) u of themselves and their odds,
in logs, by :math:`\lambda (n + 1) u` and 17 u of their size, so that with a slope of at most 1/4,
and of 0.23 over that size, the chance errs by no more than :math:`(10 + \lambda (n + 1) / 4) u`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_bounds import ROUNDING
from collsec.solvers._participation_play import Play, top_of


@part
def fill_worth_by_units(play: Play, worth: Any) -> float:
    """Fill the chance of reversal for every set of members; bit i is member i. Return its error.

    One member after the other is given its choice, the last first: sets double, sums get fewer.
    """
    values, size = play.reversal.reshape(1, play.reversal.size), top_of(play) + 1
    for i in range(play.units.size - 1, -1, -1):
        size -= play.units[i] + play.last[i]
        more = np.zeros((2 * values.shape[0], size))
        for mask in range(values.shape[0]):
            stay, answer = more[2 * mask], more[2 * mask + 1]
            for g in range(size):
                stay[g] = values[mask, g]
            for t in range(play.last[i] + 1):
                share, later = play.shares[i, t], values[mask, play.units[i] + t :]
                for g in range(size):
                    answer[g] += share * later[g]
        values = more
    for mask in range(worth.size):
        worth[mask] = values[mask, 0]
    return float(_error_by_units(play))


@borrowing
def _error_by_units(play: Play) -> float:
    n_shared, size = 0, 0.0
    for value in play.reversal:
        size = max(size, abs(value))
    for i in range(play.units.size):
        whole = 0.0
        for share in play.shares[i]:
            whole += abs(share)
        n_shared += play.last[i] > 0
        size *= whole
    return 8.0 * n_shared * size * ROUNDING


@borrowing
def fill_worth_by_contest(capability: Any, contest: Any, worth: Any) -> float:
    """Fill the same by the contest of real capabilities; return its error.

    The contest is given by target, challenger and decisiveness.
    """
    n = capability.size
    worth[0] = contest[0]
    for i in range(n):
        for mask in range(1 << i):
            worth[mask | (1 << i)] = worth[mask] + capability[i]
    for mask in range(worth.size):
        power = worth[mask]
        odds = contest[2] * math.log(power / contest[1]) if power > 0.0 else -math.inf
        worth[mask] = 1.0 / (1.0 + math.exp(-odds))
    return float((10.0 + 0.25 * contest[2] * (n + 1)) * ROUNDING)
