r"""Rules that choose among the equilibria of games in strategic form.

Give one to `Equilibria.select`. Risk dominance (Harsanyi and Selten 1988): of two strict equilibria
of a 2x2 game the one with the larger product of what the players lose by deviating from it alone,

.. math:: \prod_i \bigl(u_i(e) - u_i(a_i', e_{-i})\bigr)

which is invariant to whatever leaves best replies as they are. Beyond, where pairwise comparison
may run in circles, the equilibrium that logit play leads to from the centroid (McKelvey and Palfrey
1995) stands in for the tracing procedure. The two agree in 2x2 games that are symmetric; in others
they may not, which is why the product rule has the word there. For games in other forms the solver
says what play leads to from the centroid: for trees and threats agent logit play (McKelvey and
Palfrey 1998; `logit_play`).

References
----------
harsanyi1988general, mckelvey1995quantal, mckelvey1998quantal
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from collsec.equilibrium import Equilibria, FromCentroid, Most
from collsec.forms.normal import NormalForm
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError
from collsec.solvers.logit_limit import logit_limit

_SAME = 1e-6


@dataclass(frozen=True)
class RiskDominance:
    """The risk-dominant equilibrium: by products in 2x2 games, else where logit play leads.

    Undecided (-1) where the products differ by at most `tie` times the larger; where the branch
    ends in a mixed equilibrium though there are strict ones, as in symmetric games, so that
    nothing favours either; and where it ends in an equilibrium that is not listed. A game with one
    equilibrium listed has that one. In games that are not in strategic form the equilibrium is the
    solver's `centroid`; raises `ParameterError` if it has none.
    """

    tie: float = 1e-9

    def choose(self, found: Equilibria) -> IntArray:
        """Return the place of the risk-dominant equilibrium, shape (*batch)."""
        if not isinstance(found.form, NormalForm):
            return _by_solver(found)
        form = found.form
        losses = _losses(form, found)
        strict = np.asarray((losses > 0).all(axis=-1))
        is_product = (strict.sum(axis=-1) == 2) & (form.n_actions == (2, 2))
        chosen = np.where(found.count == 1, 0, -1)
        chosen = np.where(is_product, self._by_products(losses, strict), chosen)
        open_ = np.asarray((found.count > 1) & ~is_product)
        return np.where(open_, _traced(form, found, strict, open_), chosen)

    def _by_products(self, losses: FloatArray, strict: BoolArray) -> IntArray:
        product = np.where(strict, losses.prod(axis=-1), -np.inf)
        ranked = np.sort(product, axis=-1)
        top, next_ = ranked[..., -1], ranked[..., -2 if ranked.shape[-1] > 1 else -1]
        with np.errstate(invalid="ignore"):
            return np.where(top - next_ > self.tie * top, np.argmax(product, axis=-1), -1)


@dataclass(frozen=True)
class PayoffDominance:
    """The equilibrium that all players prefer to every other one that is listed.

    Undecided (-1) where no equilibrium gives every player more than each other does, by more than
    `tie` times the player's own largest payoff in any of them.
    """

    tie: float = 1e-9

    def choose(self, found: Equilibria) -> IntArray:
        """Return the place of the payoff-dominant equilibrium, shape (*batch)."""
        payoffs = found.payoffs
        missing = np.asarray(np.isnan(payoffs).any(axis=-1))
        margin = self.tie * np.nanmax(np.abs(payoffs), axis=-2, initial=0.0)
        gap = payoffs[..., :, None, :] - payoffs[..., None, :, :]
        with np.errstate(invalid="ignore"):
            beats = (gap > margin[..., None, None, :]).all(axis=-1)
        beats |= missing[..., None, :] | np.eye(payoffs.shape[-2], dtype=bool)
        dominant = np.asarray(beats.all(axis=-1) & ~missing)
        return np.where(dominant.any(axis=-1), np.argmax(dominant, axis=-1), -1)


@dataclass(frozen=True)
class BestFor:
    """The equilibrium with the highest payoff of the named player.

    Undecided (-1) where two are within `tie`, in payoff units.
    """

    player: str
    tie: float = 1e-9

    def choose(self, found: Equilibria) -> IntArray:
        """Return the place of the player's favourite equilibrium, shape (*batch)."""
        return Most(_payoff(found, self.player), self.tie).choose(found)


@dataclass(frozen=True)
class WorstFor:
    """The equilibrium with the lowest payoff of the named player; ties as in `BestFor`."""

    player: str
    tie: float = 1e-9

    def choose(self, found: Equilibria) -> IntArray:
        """Return the place of the equilibrium the player likes least, shape (*batch)."""
        return Most(-_payoff(found, self.player), self.tie).choose(found)


def _payoff(found: Equilibria, player: str) -> FloatArray:
    if player not in found.form.players:
        raise ParameterError(
            "selection", "player", player, f"must be one of {found.form.players}", "name one"
        )
    return np.asarray(found.payoffs[..., found.form.players.index(player)])


def _by_solver(found: Equilibria) -> IntArray:
    """Return what the solver knows of play from the centroid; a lone equilibrium needs none."""
    if found.centroid is None and np.any(found.count > 1):
        raise ParameterError(
            "risk_dominance", "form", type(found.form).__name__,
            "must be a NormalForm, or one whose solver follows play from the centroid",
            "turn the game into its table or tree",
        )  # fmt: skip
    return np.where(found.count == 1, 0, FromCentroid().choose(found))


def _losses(form: NormalForm, found: Equilibria) -> FloatArray:
    """Return what each player loses by its next best action, 0 unless it plays a pure strategy.

    Shape (*batch, n_equilibria, n_players).
    """
    losses = []
    for mix, values in form.choices(found.strategies).values():
        own = (values * mix).sum(axis=-1)
        rest = np.where(mix > 0.5, -np.inf, values).max(axis=-1)
        with np.errstate(invalid="ignore"):
            losses.append(np.where(mix.max(axis=-1) == 1.0, own - rest, 0.0))
    return np.stack(losses, axis=-1)


def _traced(form: NormalForm, found: Equilibria, strict: BoolArray, games: BoolArray) -> IntArray:
    """Return which of the equilibria logit play leads to, in these games."""
    chosen = np.full(games.shape, -1, dtype=np.int64)
    if not np.any(games):
        return chosen
    limit = logit_limit(replace(form, table=form.table[games]))
    apart = np.stack(
        [
            np.abs(found.strategies[name][games] - limit.strategies[name]).max(axis=-1)
            for name in form.players
        ]
    ).max(axis=0)
    apart = np.where(np.isnan(apart), np.inf, apart)
    place = np.argmin(apart, axis=-1)
    near = np.take_along_axis(apart, place[:, None], axis=-1)[:, 0] <= _SAME
    is_strict = np.take_along_axis(strict[games], place[:, None], axis=-1)[:, 0]
    settled = near & (is_strict | ~strict[games].any(axis=-1))
    chosen[games] = np.where(settled, place, -1)
    return chosen
