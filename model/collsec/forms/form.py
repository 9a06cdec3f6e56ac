"""What every form offers: material payoffs, a rewriting by levers, and a certificate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Protocol, Self

import numpy as np

from collsec.parameters import FloatArray, IntArray

Strategies = Mapping[str, FloatArray]
"""What is chosen, by name; each array has shape (*batch, n_equilibria, ...)."""

ROUNDING = 2.0**-50
"""Payoffs of a player that all lie within this share of their size are one and the same."""


class Levers(Protocol):
    """The ten levers, each of shape (*batch); see `collsec.assumptions`."""

    relative_gains: FloatArray
    indivisibility: FloatArray
    impartiality: FloatArray
    discount_factor: FloatArray
    monitoring: FloatArray
    pledge_cost: FloatArray
    legitimacy: FloatArray
    side_payments: FloatArray
    identification: FloatArray
    selection: IntArray


class Form(ABC):
    """The shape a game takes for its solvers: payoffs in arrays with leading batch axes."""

    @property
    @abstractmethod
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep: one game for each element."""

    @property
    @abstractmethod
    def players(self) -> tuple[str, ...]:
        """The names of the players, in the order of the last axis of `payoffs`."""

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The labels along each axis of a strategy behind (*batch, n_equilibria), for printing.

        Strategies that are left out have the players along their first axis, or speak for
        themselves.
        """
        return {}

    @abstractmethod
    def under(self, levers: Levers) -> Self:
        """Return the form as states see it who hold these assumptions.

        This is the only place where a lever changes a payoff. Neutral levers change nothing;
        levers that act on primitives which a form does not have leave it as it is; applying
        levers one after the other, in any order, equals applying them together.
        """

    @abstractmethod
    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_players)."""

    @abstractmethod
    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from deviating, shape (*batch, n_equilibria), in payoff units.

        Computed by code that shares nothing with any solver.
        """


def rivalry(before: FloatArray | float, added: FloatArray | float, n_others: int = 1) -> FloatArray:
    r"""Return the weight that relative gains :math:`\sigma` on relative gains ρ come to.

    Relative gains on :math:`U_i = V_i - \rho\, \mathrm{mean}_j V_j` give a multiple of a utility of
    the same kind, which is scaled to own weight one: with k others its weight is

    .. math:: \frac{\rho + \sigma - \rho \sigma (k - 1)/k}{1 + \rho \sigma / k}.
    """
    both = np.asarray(before) * np.asarray(added)
    whole = np.asarray(before) + np.asarray(added) - both * ((n_others - 1) / n_others)
    return np.asarray(whole / (1.0 + both / n_others))
