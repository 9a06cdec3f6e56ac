"""Equilibria: what was found, how, with what proof, and which one is played.

An equilibrium is reported only with its certificate: the largest gain any player could make by
deviating, computed by the form itself with code that shares nothing with the solver.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, overload

import numpy as np

from collsec.forms.form import Form, Strategies
from collsec.parameters import BoolArray, FloatArray, IntArray

TOLERANCE = 1e-9
"""Largest regret of a certified equilibrium, as a share of the scale of payoffs."""


class CertificateError(ArithmeticError):
    """A solver returned nothing that survives an independent check of its equilibria."""


class Selection(enum.IntEnum):
    """Which equilibrium is played where there are several, seen by the challenger's opponents.

    WORST and BEST take the lowest and highest merit (say, the chance that aggression is reversed).
    RISK_DOMINANT takes the one that best replies reach from the centroid, where every player holds
    all actions of the others equally likely; in symmetric 2x2 coordination games this is the
    risk-dominant equilibrium of Harsanyi and Selten (1988). In trees, threats and ladders it is
    what agent logit play leads to from there as noise vanishes. Where it is not known, WORST is
    taken, and the answer says so (`Equilibria.is_untraced`): so among several equilibria of games
    whose types or signals are a continuum, for which logit play has no limit that is proved.
    """

    WORST = 0
    RISK_DOMINANT = 1
    BEST = 2


Tracer = Callable[["Equilibria"], IntArray]
"""Follows play from the centroid: returns which equilibrium it leads to, shape (*batch)."""


class Rule(Protocol):
    """A way to choose one equilibrium of each game."""

    def choose(self, found: Equilibria) -> IntArray:
        """Return which is chosen, shape (*batch); -1 where the rule decides nothing."""


@dataclass(frozen=True, eq=False)
class Most:
    """The equilibrium with the highest merit.

    Attributes
    ----------
    merit : array, shape (*batch, n_equilibria)
        What counts, NaN-padded; its negative makes this the rule of the least.
    tie : float or None
        Merits that differ by at most this are tied, and nothing is decided; None gives ties to the
        first, whatever rounding makes of them.
    """

    merit: FloatArray
    tie: float | None = None

    def choose(self, found: Equilibria) -> IntArray:
        """Return the place of the highest merit; -1 where there is none, or a tie."""
        merit = np.where(np.isnan(self.merit), -np.inf, self.merit)
        first = np.argmax(merit, axis=-1)
        decided = found.count > 0
        if self.tie is not None:
            top = np.take_along_axis(merit, first[..., None], axis=-1)
            decided = decided & ((merit >= top - self.tie).sum(axis=-1) == 1)
        return np.where(decided, first, -1)


@dataclass(frozen=True, eq=False)
class FromCentroid:
    """The equilibrium that best replies reach from the centroid, as the solver found it."""

    def choose(self, found: Equilibria) -> IntArray:
        """Return the place of the equilibrium; -1 where the solver does not know."""
        unknown = np.full(found.count.shape, -1, dtype=np.int64)
        return unknown if found.centroid is None else np.where(found.count > 0, found.centroid, -1)


class _Traced:
    """Which equilibrium play from the centroid leads to, or the function that will follow it."""

    @overload
    def __get__(self, found: None, owner: type) -> None: ...
    @overload
    def __get__(self, found: Equilibria, owner: type) -> IntArray | None: ...
    def __get__(self, found: Equilibria | None, owner: type) -> IntArray | None:
        """Return the places, which are kept; None is the default of the field."""
        if found is None:
            return None
        if callable(vars(found)["centroid"]):
            vars(found)["centroid"] = vars(found)["centroid"](found)
        places: IntArray | None = vars(found)["centroid"]
        return places

    def __set__(self, found: Equilibria, given: Tracer | IntArray | None) -> None:
        """Keep what is given until somebody asks."""
        vars(found)["centroid"] = given


@dataclass(frozen=True, eq=False)
class Equilibria:
    """All equilibria that a solver found for a whole batch of games.

    Attributes
    ----------
    form : Form
        What was solved.
    strategies : mapping of str to array, shape (*batch, n_equilibria, ...)
        What is chosen, NaN-padded behind the last equilibrium of each game.
    regret : array, shape (*batch, n_equilibria)
        The largest gain from a deviation; the certificate.
    count : array of int, shape (*batch)
        How many equilibria were found and certified.
    complete : array of bool, shape (*batch)
        Whether these are known to be all equilibria in `scope`.
    scope : str
        The class of equilibria that was searched.
    method : str
        The solver.
    index : array, shape (*batch, n_equilibria), or None
        Index of each equilibrium (+1 or -1; they sum to +1 where a regular game's set is complete).
    centroid : array of int, shape (*batch), or None
        Which equilibrium best replies reach from the centroid; -1 where that is not known. May be
        given as a function of the answer, which is called when somebody first asks.
    exact : mapping of str to object array, or None
        The strategies as exact rationals (`fractions.Fraction`) where these are known.
    """

    form: Form
    strategies: Strategies
    regret: FloatArray
    count: IntArray
    complete: BoolArray
    scope: str
    method: str
    index: FloatArray | None = None
    centroid: _Traced = _Traced()
    exact: Mapping[str, Any] | None = None

    @cached_property
    def payoffs(self) -> FloatArray:
        """Expected utility of each player, shape (*batch, n_equilibria, n_players).

        In the form's payoff unit; worked out by the form when first asked for.
        """
        return self.form.payoffs(self.strategies)

    @property
    def is_certified(self) -> BoolArray:
        """Whether at least one equilibrium was found and certified, shape (*batch)."""
        return self.count > 0

    def choose(self, selection: IntArray | Selection, merit: FloatArray) -> IntArray:
        """Return which equilibrium is played, shape (*batch); -1 where none is certified.

        Parameters
        ----------
        selection : Selection, or array of its codes, shape (*batch)
        merit : array, shape (*batch, n_equilibria)
            What the challenger's opponents want more of. Ties go to the first.
        """
        low, high = self.select(Most(-merit)), self.select(Most(merit))
        start = low
        if np.any(np.asarray(selection) == Selection.RISK_DOMINANT):
            traced = self.select(FromCentroid())
            start = np.where(traced < 0, low, traced)
        options = np.stack(np.broadcast_arrays(low, start, high))
        codes = np.broadcast_to(np.asarray(selection, dtype=np.int64), options.shape[1:])
        return np.asarray(np.take_along_axis(options, codes[None], axis=0)[0])

    def is_untraced(self, selection: IntArray | Selection) -> BoolArray:
        """Return where risk dominance is to choose among several and cannot, shape (*batch).

        `choose` takes WORST there.
        """
        asked = np.asarray((np.asarray(selection) == Selection.RISK_DOMINANT) & (self.count > 1))
        return np.asarray(asked & (self.select(FromCentroid()) < 0)) if asked.any() else asked

    def select(self, rule: Rule) -> IntArray:
        """Return which equilibrium a rule chooses, shape (*batch); -1 where it decides nothing.

        For rules see `collsec.solvers.selection`, and `Most` for any merit.
        """
        return rule.choose(self)


def take(array: FloatArray, chosen: IntArray, n_batch: int) -> FloatArray:
    """Return the values of the chosen equilibrium: drops axis `n_batch`; NaN where chosen is -1."""
    shape = (*chosen.shape, 1, *array.shape[n_batch + 1 :])
    positions = np.maximum(chosen, 0).reshape(*chosen.shape, *([1] * (array.ndim - n_batch)))
    picked = np.take_along_axis(
        np.broadcast_to(array, (*chosen.shape, *array.shape[n_batch:])),
        np.broadcast_to(positions, shape),
        axis=n_batch,
    ).squeeze(n_batch)
    missing = (chosen < 0).reshape((*chosen.shape, *([1] * (picked.ndim - n_batch))))
    return np.where(missing, np.nan, picked)


def certify(  # noqa: PLR0913 - each part of an answer is named by its solver
    form: Form,
    strategies: Strategies,
    *,
    complete: BoolArray | bool,
    scope: str,
    method: str,
    index: FloatArray | None = None,
    centroid: Tracer | IntArray | None = None,
    exact: Mapping[str, Any] | None = None,
    scale: FloatArray | float = 1.0,
    tolerance: float = TOLERANCE,
) -> Equilibria:
    """Check candidates with the form's own certificate and return those that pass.

    Candidates have shape (*batch, n_candidates, ...), NaN-padded. One whose regret exceeds
    `tolerance` times `scale` (shape (*batch), the size of payoffs) is removed, and the set it came
    from is no longer called complete. Raises `CertificateError` where the batch is a single game
    and nothing passes; in a sweep such a game has count 0.
    """
    regret = form.regret(strategies)
    limit = tolerance * np.abs(np.asarray(scale, dtype=np.float64))
    passes = regret <= limit[..., None]
    proposed = ~np.isnan(regret)
    n_batch = regret.ndim - 1
    order = np.argsort(~passes, axis=-1, kind="stable")
    count = passes.sum(axis=-1)
    if regret.ndim == 1 and count == 0:
        worst = float(np.nanmin(regret)) if proposed.any() else float("nan")
        raise CertificateError(
            f"{method}: no candidate passes its certificate (smallest regret {worst:.3g}); "
            "the parameters may be extreme: try values nearer to the defaults"
        )
    width = max(int(count.max(initial=0)), 1)

    def arrange(array: FloatArray, fill: Any = np.nan) -> Any:
        keep, values = order, array
        for _ in range(array.ndim - order.ndim):
            keep = keep[..., None]
        shape = np.broadcast_shapes(values.shape[: n_batch + 1], order.shape)
        values = np.broadcast_to(values, (*shape, *array.shape[n_batch + 1 :]))
        sorted_ = np.take_along_axis(values, np.broadcast_to(keep, values.shape), axis=n_batch)
        sorted_ = sorted_[(slice(None),) * n_batch + (slice(0, width),)]
        live = np.arange(width) < count[..., None]
        return np.where(
            live.reshape(*live.shape, *([1] * (array.ndim - n_batch - 1))), sorted_, fill
        )

    kept = {name: arrange(array) for name, array in strategies.items()}
    place: Tracer | IntArray | None = centroid
    if centroid is not None and not callable(centroid):
        rank = np.argmax(order == np.maximum(centroid, 0)[..., None], axis=-1)
        place = np.where((centroid < 0) | (rank >= count), -1, rank)
    return Equilibria(
        form=form,
        strategies=kept,
        regret=arrange(regret),
        count=count,
        complete=np.asarray(complete) & np.all(passes | ~proposed, axis=-1) & (count > 0),
        scope=scope,
        method=method,
        index=None if index is None else arrange(index),
        centroid=place,
        exact=None if exact is None else {k: arrange(v, None) for k, v in exact.items()},
    )
