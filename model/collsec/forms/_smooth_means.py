"""The mean of a contest over who answers, and what each answer adds to it, by halving.

The contest is kept at even steps of the sum. A member shifts it by its capability, which need not
be a whole number of steps: between them a polynomial of degree 5 through the six nearest stands for
the function, as it does in `lattice`. The means over one half of the members or the other lead to
those over all but one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import gufunc, part

_NODES = 6
_BEHIND, _AHEAD = 2, 3


@part
def _odds(power: float, opposed: float, decisiveness: float) -> float:
    """Return the contest of two powers."""
    if power <= 0.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-decisiveness * math.log(power / opposed)))


@part
def _fill_nodes(place: float, nodes: Any) -> None:
    """Fill with the weights of the values at 0 to 5 in the polynomial's value at a place."""
    for t in range(nodes.size):
        nodes[t] = 1.0
        for other in range(nodes.size):
            if other != t:
                nodes[t] *= (place - other) / (t - other)


@part
def _between(table: Any, place: float, nodes: Any) -> float:
    """Return the value of a table at a place between its steps."""
    first = max(int(place) - _BEHIND, 0)
    _fill_nodes(place - first, nodes)
    value = 0.0
    for t in range(nodes.size):
        value += nodes[t] * table[first + t]
    return value


@part
def _copy(source: Any, last: int, result: Any) -> None:
    for g in range(last + 1):
        result[g] = source[g]


@part
def _average(table: Any, last: int, shift: float, p: float, spare: Any, nodes: Any) -> int:
    """Put in the place of a table its mean over one member's answer; return its last step."""
    whole = int(shift)
    last -= whole + _AHEAD
    edge = min(max(_BEHIND - whole, 0), last + 1)
    for g in range(edge):
        spare[g] = table[g] + p * (_between(table, g + shift, nodes) - table[g])
    _fill_nodes(shift - whole + _BEHIND, nodes)
    w0, w1, w2, w3, w4, w5 = nodes[0], nodes[1], nodes[2], nodes[3], nodes[4], nodes[5]
    old, new, near = table[edge:], spare[edge:], table[edge + whole - _BEHIND :]
    for g in range(last + 1 - edge):
        moved = (w0 * near[g] + w1 * near[g + 1] + w2 * near[g + 2]) + (
            w3 * near[g + 3] + w4 * near[g + 4] + w5 * near[g + 5]
        )
        new[g] = old[g] + p * (moved - old[g])
    _copy(spare, last, table)
    return int(last)


@part
def _note(task: Any, start: int, stop: int, low: int, high: int, level: int) -> None:
    """Note the members to be told apart, those averaged over to get there, and how deep it lies."""
    task[0], task[1], task[2], task[3], task[4] = start, stop, low, high, level


@part
def _read(task: Any) -> tuple[int, int, int, int, int]:
    return task[0], task[1], task[2], task[3], task[4]


@gufunc("void(float64[:], float64[:], float64[:], float64[:], float64[:])", "(n),(n),(c)->(),(n)")
def smooth_means(capability: Any, answer: Any, contest: Any, mean: Any, rise: Any) -> None:
    """Return the mean and what each member's answer adds to it: O(n_members × steps).

    The contest is given by target, challenger, decisiveness and step; NaN where the step is zero.
    """
    n, step = capability.size, contest[3]
    mean[0] = math.nan
    for i in range(n):
        rise[i] = math.nan
    if not step > 0.0 or math.isnan(answer[0]):
        return
    depth, width, size = 1, 1, _NODES + 1
    while width < n:
        depth, width = depth + 1, 2 * width
    for i in range(n):
        size += int(capability[i] / step) + _AHEAD
    tables, last = np.empty((depth + 1, size)), np.empty(depth + 1, dtype=np.int64)
    last[0] = size - 1
    for g in range(size):
        tables[0, g] = _odds(contest[0] + g * step, contest[1], contest[2])
    spare, nodes = np.empty(size), np.empty(_NODES)
    tasks, count = np.empty((2 * n + 2, 5), dtype=np.int64), 1
    _note(tasks[0], 0, n, 0, 0, 0)
    while count > 0:
        count -= 1
        start, stop, low, high, level = _read(tasks[count])
        table = tables[level]
        if level > 0:
            last[level] = last[level - 1]
            _copy(tables[level - 1], last[level], table)
            for i in range(low, high):
                shift = capability[i] / step
                last[level] = _average(table, last[level], shift, answer[i], spare, nodes)
        if stop - start > 1:
            half = (start + stop) // 2
            _note(tasks[count], start, half, half, stop, level + 1)
            _note(tasks[count + 1], half, stop, start, half, level + 1)
            count += 2
        else:
            rise[start] = _between(table, capability[start] / step, nodes) - table[0]
            mean[0] = table[0] + answer[start] * rise[start]
