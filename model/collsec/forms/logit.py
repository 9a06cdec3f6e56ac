r"""A game whose players err: better actions are likelier, and none is certain.

Every player i has a private payoff disturbance for each action, extreme-value distributed, so that
it chooses action a with the logit probability of its expected utilities u. Equivalently it
maximises expected utility plus entropy H, in payoff units:

.. math::

    \sigma_i(a) = \frac{e^{\lambda u_i(a)}}{\sum_b e^{\lambda u_i(b)}}
    \quad\Longleftrightarrow\quad
    \sigma_i = \arg\max_s\; \sum_a s(a) u_i(a) + H(s)/\lambda

The rationality λ is 0 where play is random and grows without bound towards best replies. A quantal
response equilibrium (McKelvey and Palfrey 1995) is thus a Nash equilibrium of the game with
entropy, which gives it a regret: what a player would gain there by deviating,

.. math:: \frac1\lambda \log \sum_a e^{\lambda u_i(a)}
          - \sum_a \sigma_i(a) u_i(a) - H(\sigma_i)/\lambda
          = \frac1\lambda \sum_a \sigma_i(a) \log\frac{\sigma_i(a)}{\ell_i(a)}

with ℓ the logit response.

References
----------
mckelvey1995quantal
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.measures import total
from collsec.parameters import FloatArray, ParameterError, frozen


@runtime_checkable
class Choosing(Protocol):
    """A form in which every player chooses from a list of actions, all at once.

    `least` is the smallest probability that its strategies hold to full precision.
    """

    least: float

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""

    def choices(self, strategies: Strategies) -> Mapping[str, tuple[FloatArray, FloatArray]]:
        """Return the probability of every action and what it yields against the others.

        Both of shape (*batch, n_equilibria, ..., n_actions), by the names of the strategies.
        """

    def spread(self, shape: tuple[int, ...]) -> Any:
        """Return the form with its batch axes broadcast to this shape."""


@dataclass(frozen=True, eq=False)
class LogitForm(Form):
    """A game with logit errors; strategies are those of the game.

    Attributes
    ----------
    game : NormalForm or SymmetricForm
        What is at stake.
    rationality : array, shape broadcastable with the game's batch
        λ, at least 0, in units of one over payoff. Give it more axes than the game to follow
        one game through many values.
    """

    game: Any
    rationality: FloatArray

    def __post_init__(self) -> None:
        """Check λ; raise `ParameterError` where it is negative or not finite."""
        value = _numbers(self.rationality)
        object.__setattr__(self, "rationality", value)
        if not np.all(np.isfinite(value) & (value >= 0)):
            raise ParameterError(
                "logit_form", "rationality", value, "must be finite and at least 0",
                "for perfect rationality take a Nash equilibrium, as `logit_limit` finds",
            )  # fmt: skip
        if not isinstance(self.game, Choosing):
            raise ParameterError(
                "logit_form", "game", type(self.game).__name__, "has no table of actions",
                "give a NormalForm or a SymmetricForm",
            )  # fmt: skip
        try:
            np.broadcast_shapes(self.game.batch_shape, value.shape)
        except ValueError:
            raise ParameterError(
                "logit_form", "shape of rationality", value.shape,
                f"must go together with that of the games, {self.game.batch_shape}",
                "give each an axis of length 1 where the other varies",
            ) from None  # fmt: skip

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        players: tuple[str, ...] = self.game.players
        return players

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep over games and over λ."""
        return np.broadcast_shapes(self.game.batch_shape, self.rationality.shape)

    def under(self, levers: Levers) -> Self:
        """Return the same errors in the game as the levers rewrite it."""
        return dataclasses.replace(self, game=self.game.under(levers))

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities without the disturbances, shape (*batch, n_equilibria, n)."""
        return np.asarray(self.game.spread(self.batch_shape).payoffs(strategies))

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from deviating in the game with entropy, in payoff units.

        Shape (*batch, n_equilibria); infinite where a strategy is no probability distribution, and
        at λ = 0 wherever play is not uniform.
        """
        return self._worst(strategies, _divergence)

    def disturbance(self, strategies: Strategies) -> FloatArray:
        r"""Return by how much payoffs would have to differ for these to be exact logit responses.

        The largest of :math:`|\log \sigma(a) - \log \ell(a)| / \lambda` over actions, shape
        (*batch, n_equilibria), in payoff units; at least as large as the regret, and of first
        order in errors of σ, where the regret is of second. Probabilities below the game's
        `least` count as that.
        """
        return self._worst(strategies, partial(_distance, least=self.game.least))

    def _worst(self, strategies: Strategies, measure: Any) -> FloatArray:
        shape = self.batch_shape
        rationality = np.broadcast_to(self.rationality, shape)
        found = []
        for mix, values in self.game.spread(shape).choices(strategies).values():
            steep = rationality.reshape(*shape, *([1] * (mix.ndim - len(shape))))
            with np.errstate(invalid="ignore", divide="ignore"):
                gap = measure(mix, _log_logit(steep * values))
                gap = np.where(gap > 0, gap / steep[..., 0], gap)
            valid = (mix >= 0).all(axis=-1) & (np.abs(total(mix) - 1) <= 1e-9)
            gap = np.where(valid | np.isnan(gap), gap, np.inf)
            found.append(gap.max(axis=tuple(range(len(shape) + 1, gap.ndim))))
        return np.asarray(np.stack(found).max(axis=0))


def _numbers(rationality: FloatArray) -> FloatArray:
    try:
        return frozen(np.array(rationality, dtype=np.float64))
    except (TypeError, ValueError):
        raise ParameterError(
            "logit_form", "rationality", rationality, "must be a number or an array of them",
            "give λ in units of one over payoff",
        ) from None  # fmt: skip


def _log_logit(scores: FloatArray) -> FloatArray:
    top = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(top - np.log(total(np.exp(top))[..., None]))


def _divergence(mix: FloatArray, response: FloatArray) -> FloatArray:
    """Return the relative entropy of a mix to the response; rounding below 0 is 0."""
    terms = np.where(mix == 0, 0.0, mix * (np.log(mix) - response))
    return _unless_noise(total(terms))


def _distance(mix: FloatArray, response: FloatArray, least: float) -> FloatArray:
    """Return the largest difference of logarithms."""
    floor = np.log(least)
    apart = np.abs(np.maximum(np.log(mix), floor) - np.maximum(response, floor))
    return _unless_noise(apart.max(axis=-1))


def _unless_noise(gap: FloatArray) -> FloatArray:
    """Return 0 for what rounding of logarithms alone can make, so that λ = 0 divides nothing."""
    return np.where(gap <= 4e-15, 0.0, gap)
