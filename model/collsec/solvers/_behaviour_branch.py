r"""The branch of agent logit equilibria of a tree, followed from the centroid by its arc length.

With log probabilities :math:`\ell`, one for each action a of each information set, equilibria solve

.. math:: \ell_a - \ell_r = \lambda (Q_a - Q_r), \qquad \textstyle\sum_a e^{\ell_a} = 1,

r being the likeliest action of the set and :math:`Q_a` what the mover expects once it has taken a.
Over the ends z of the tree behind a this is a mean, with chances that are sums of logarithms along
the way, so that it is known to full precision however unlikely a is:

.. math:: Q_a = \frac{\sum_{z \ni a} u_z e^{L_z}}{\sum_{z \ni a} e^{L_z}}, \quad
          L_z = \log c_z + \sum_{b \in z} \ell_b, \quad
          \frac{\partial Q_a}{\partial \ell_b} = \mathrm{E}[(u - Q_a) 1_{b \in z} \mid a].

A step goes along the tangent and back to the path by Newton's method; it is halved where that fails
or the path bends. Where rationality is large, log probabilities of inferior actions grow in
proportion to it, the path is straight, and steps double.

References
----------
mckelvey1998quantal, turocy2010computing
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse

from collsec.forms.tree import Lottery, Move, Terminal, TreeForm
from collsec.parameters import FloatArray, IntArray

_FIRST, _SMALLEST, _GROWTH, _BENT = 0.1, 1e-7, 2.0, 0.95
_ROUNDS, _POLISHES, _MAX_STEPS = 8, 20, 300
_FAR, _LEAP, _CERTAIN = 1e5, 4.0, 40.0
_CLOSE, _NEAR, _EXACT = 1e-6, 1e-3, 1e-11
_NEVER = -1e12


@dataclass(frozen=True, eq=False)
class Agents:
    """A tree by its ends: which actions lead to each, and what whoever took them gets.

    Attributes
    ----------
    first, last : array of int, shape (n_sets)
        The places of a set's actions in one long list.
    action, end : array of int, shape (n_pairs)
        Every end behind every action, sorted by action.
    utility : array, shape (n_pairs)
        What the mover gets at that end, between 0 and 1.
    drawn : array, shape (n_ends)
        The log chance of the draws on the way to an end.
    ways : sparse array, shape (n_ends, n_actions)
        1 where an action is on the way to an end.
    """

    first: IntArray
    last: IntArray
    action: IntArray
    end: IntArray
    utility: FloatArray
    drawn: FloatArray
    ways: Any

    @classmethod
    def of(cls, form: TreeForm) -> Self:
        """Read the ends of a tree, one game."""
        sizes = np.array([len(known.actions) for known in form.information_sets])
        first = np.cumsum(sizes) - sizes
        owner = np.repeat([known.player for known in form.information_sets], sizes)
        low = form.table.min(axis=0)
        size = form.table.max(axis=0) - low
        unit = (form.table - low) / np.where(size > 0, size, 1.0)
        ends, actions, drawn = _ways(form, first)
        order = np.argsort(actions, kind="stable")
        action, end_ = actions[order], ends[order]
        shape = (len(drawn), int(sizes.sum()))
        ways = sparse.csr_array((np.ones(len(ends)), (ends, actions)), shape=shape)
        utility = unit[end_, owner[action]]
        return cls(first, first + sizes, action, end_, utility, drawn, ways)

    @property
    def n_actions(self) -> int:
        """How many actions all information sets have together."""
        return int(self.last[-1])

    def values(self, logs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return Q and its derivatives by the log probabilities."""
        reach = self.drawn + self.ways @ logs
        starts = np.searchsorted(self.action, np.arange(self.n_actions))
        along = reach[self.end]
        top = np.maximum.reduceat(along, starts)
        weight = np.exp(along - top[self.action])
        weight /= np.add.reduceat(weight, starts)[self.action]
        mean = np.add.reduceat(weight * self.utility, starts)
        spread = weight * (self.utility - mean[self.action])
        shape = (self.n_actions, len(self.drawn))
        rows = sparse.csr_array((spread, (self.action, self.end)), shape=shape)
        return mean, np.asarray((rows @ self.ways).toarray())

    def system(self, logs: FloatArray, rationality: float) -> tuple[FloatArray, FloatArray]:
        """Return the equations of the branch and their derivatives by logs and rationality."""
        values, slopes = self.values(logs)
        n = self.n_actions
        error = np.empty(n)
        jacobian = np.zeros((n, n + 1))
        for low, high in zip(self.first, self.last, strict=True):
            lead = low + int(np.argmax(logs[low:high]))
            rows = np.arange(low, high)
            error[rows] = logs[rows] - logs[lead] - rationality * (values[rows] - values[lead])
            jacobian[rows, :n] = -rationality * (slopes[rows] - slopes[lead])
            jacobian[rows, rows] += 1.0
            jacobian[rows, lead] -= 1.0
            jacobian[rows, n] = values[lead] - values[rows]
            shares = np.exp(logs[rows] - logs[lead])
            error[lead] = logs[lead] + np.log(shares.sum())
            jacobian[lead] = 0.0
            jacobian[lead, rows] = shares / shares.sum()
        return error, jacobian


def limit(agents: Agents, rationality: float) -> FloatArray:
    """Return log probabilities on the branch, as near to this rationality as it can be followed."""
    n = agents.n_actions
    point = np.zeros(n + 1)
    for low, high in zip(agents.first, agents.last, strict=True):
        point[low:high] = -np.log(high - low)
    tangent, step = _tangent(agents, point, np.eye(n + 1)[n]), _FIRST
    for _ in range(_MAX_STEPS):
        if point[n] > _FAR or step < _SMALLEST:
            break
        ahead = _returned(agents, point + step * tangent, tangent)
        onward = tangent if ahead is None else _tangent(agents, ahead, tangent)
        if ahead is None or onward @ tangent < _BENT:
            step /= 2.0
            continue
        point, tangent, step = ahead, onward, step * _GROWTH
    return _leapt(agents, point[:-1], max(float(point[-1]), _FIRST), rationality)


def _leapt(agents: Agents, logs: FloatArray, here: float, wanted: float) -> FloatArray:
    """Return log probabilities as far ahead as steps in rationality lead."""
    while here < wanted:
        there = min(here * _LEAP, wanted)
        inferior = logs < -_CERTAIN
        found = _settled(agents, np.where(inferior, logs * there / here, logs), there)
        if found is None:
            return logs
        logs, here = found, there
    return logs


def _settled(agents: Agents, logs: FloatArray, rationality: float) -> FloatArray | None:
    """Return the equilibrium at this rationality, as exactly as rounding allows."""
    n, last = agents.n_actions, np.inf
    for _ in range(_POLISHES):
        error, jacobian = agents.system(logs, rationality)
        change = _solution(jacobian[:, :n], -error)
        size = np.inf if change is None else _size(change, logs)
        if change is None or size > 2.0 * last + _NEAR:
            return None
        logs = np.minimum(logs + change, 0.0)
        if size <= _EXACT or (size <= _NEAR and size > 0.5 * last):
            return logs
        last = size
    return None


def _returned(agents: Agents, point: FloatArray, normal: FloatArray) -> FloatArray | None:
    """Return the point of the path that Newton's method finds at right angles to `normal`."""
    for _ in range(_ROUNDS):
        error, jacobian = agents.system(point[:-1], float(point[-1]))
        change = _solution(np.vstack([jacobian, normal]), -np.append(error, 0.0))
        if change is None or _size(change, point) > 1.0:
            return None
        point = point + change
        if _size(change, point) <= _CLOSE:
            return point
    return None


def _size(change: FloatArray, point: FloatArray) -> float:
    """Return the largest change, of numbers above one in size as a share of them."""
    return float((np.abs(change) / np.maximum(1.0, np.abs(point))).max())


def _tangent(agents: Agents, point: FloatArray, before: FloatArray) -> FloatArray:
    """Return the unit tangent that goes on as before; that before where there is none."""
    _, jacobian = agents.system(point[:-1], float(point[-1]))
    found = _solution(np.vstack([jacobian, before]), np.eye(len(point))[-1])
    return before if found is None else np.asarray(found / np.sqrt(found @ found))


def _solution(matrix: FloatArray, right: FloatArray) -> FloatArray | None:
    try:
        found = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(found, dtype=np.float64) if np.isfinite(found).all() else None


def _ways(form: TreeForm, first: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return pairs of ends and actions on the way to them, and the log chances of draws."""
    paths: list[tuple[int, ...]] = [()] * len(form.nodes)
    chances = np.zeros(len(form.nodes))
    ends: list[int] = []
    actions: list[int] = []
    drawn = np.empty(len(form.terminals))
    for i, node in enumerate(form.nodes):
        match node:
            case Terminal(position=row):
                ends += [row] * len(paths[i])
                actions += paths[i]
                drawn[row] = chances[i]
            case Lottery(first=start, children=children):
                for k, child in enumerate(children):
                    odds = float(form.probabilities[start + k])
                    chances[child] = chances[i] + (np.log(odds) if odds > 0 else _NEVER)
                    paths[child] = paths[i]
            case Move(information_set=place, children=children):
                for k, child in enumerate(children):
                    chances[child] = chances[i]
                    paths[child] = (*paths[i], int(first[place]) + k)
    return np.array(ends, dtype=np.int64), np.array(actions, dtype=np.int64), drawn
