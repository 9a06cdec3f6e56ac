"""How rational play looks: the rationality under which observed choices are likeliest.

References
----------
mckelvey1995quantal
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from collsec.forms.form import Strategies
from collsec.forms.normal import NormalForm
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, ParameterError
from collsec.solvers._kinds import checks_kind
from collsec.solvers.logit import by_player, follow

_FIRST = np.concatenate([[0.0], np.geomspace(1e-3, 1e4, 141)])
_ZOOM = 17
_ROUNDS = 9


@dataclass(frozen=True, eq=False)
class LogitFit:
    """The maximum-likelihood rationality of each game's players.

    Attributes
    ----------
    rationality : array, shape (*batch)
        λ, one for all players, in units of one over payoff.
    log_likelihood : array, shape (*batch)
        Of the counts, without the multinomial coefficients.
    strategies : mapping of str to array, shape (*batch, n_actions)
        The logit equilibrium at this λ, by player.
    is_interior : array of bool, shape (*batch)
        False where the likelihood is largest at λ = 0, or nowhere larger than at the largest λ
        tried, as where everybody chose best replies; then `rationality` is the least λ that comes
        as close to the supremum as rounding allows.
    """

    rationality: FloatArray
    log_likelihood: FloatArray
    strategies: Strategies
    is_interior: BoolArray


@checks_kind
def logit_fit(form: NormalForm, counts: Mapping[str, Any]) -> LogitFit:
    """Estimate λ on the principal branch from how often each action was chosen.

    The likelihood is compared on 142 values of λ from 0 to 10^4 over the game's largest payoff, and
    then ever closer around the best, to about 8 digits; of maxima that fall between the same two of
    the first values only one is found. Ties go to the smaller λ.

    Parameters
    ----------
    form : NormalForm
    counts : mapping of str to array, shape (*batch, n_actions)
        Observed choices by player, at least 0.

    Raises
    ------
    ParameterError
        If counts do not fit the game.
    """
    observed = _checked(form, counts)
    batch = np.broadcast_shapes(form.batch_shape, observed.shape[:-1])
    observed = np.broadcast_to(observed, (*batch, observed.shape[-1]))
    game = form.spread(batch)
    scale = np.abs(game.table).max(axis=tuple(range(len(batch), game.table.ndim)))
    unit = np.where(scale > 0, scale, 1.0)
    lift = (-1, *[1] * len(batch))
    grid = _FIRST.reshape(lift) / unit
    for round_ in range(_ROUNDS):
        likelihood = _log_likelihood(game, grid, observed)
        best = np.argmax(np.where(np.isnan(likelihood), -np.inf, likelihood), axis=0)[None]
        last = len(grid) - 1
        if round_ == 0:
            top = np.take_along_axis(likelihood, best, axis=0)[0]
            falls = likelihood[last] < top - 1e-12 * (1 + np.abs(top))
            interior = (best[0] > 0) & falls
        low = np.take_along_axis(grid, np.maximum(best - 1, 0), axis=0)
        high = np.take_along_axis(grid, np.minimum(best + 1, last), axis=0)
        peak = np.take_along_axis(grid, best, axis=0)[0]
        grid = low + (high - low) * np.linspace(0, 1, _ZOOM).reshape(lift)
    peak = np.where(interior, _vertex(game, peak, observed), peak)
    mixes = follow(game, peak)[0]
    value = _log_likelihood(game, peak[None], observed)[0]
    return LogitFit(peak, value, by_player(form, mixes), interior)


def _vertex(game: NormalForm, peak: FloatArray, observed: FloatArray) -> FloatArray:
    """Return the top of a parabola around the peak, wide enough to see it curve."""
    width = 1e-4 * peak
    points = np.stack([peak - width, peak, peak + width])
    below, at, above = _log_likelihood(game, points, observed)
    curve = below - 2 * at + above
    shift = np.where(curve < 0, (below - above) / np.where(curve < 0, 2 * curve, 1.0), 0.0)
    return np.asarray(peak + np.clip(shift, -1, 1) * width)


def _log_likelihood(game: NormalForm, grid: FloatArray, observed: FloatArray) -> FloatArray:
    mixes = follow(game, grid)[0]
    return total(np.where(observed > 0, observed * np.log(np.maximum(mixes, 1e-300)), 0.0))


def _numbers(counted: Any) -> FloatArray:
    """Return an array of numbers; NaN where that is none."""
    try:
        return np.asarray(counted, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array(np.nan)


def _checked(form: NormalForm, counts: Any) -> FloatArray:
    """Return the counts of all players side by side, shape (*batch, actions of all players)."""
    if not isinstance(counts, Mapping) or set(counts) != set(form.players):
        given = list(counts) if isinstance(counts, Mapping) else counts
        raise ParameterError(
            "logit_fit", "counts", given, f"must be of the players {form.players}",
            "give one array of counts per player",
        )  # fmt: skip
    parts = []
    for name, size in zip(form.players, form.n_actions, strict=True):
        part = _numbers(counts[name])
        if part.shape[-1:] != (size,) or np.any(part < 0) or not np.all(np.isfinite(part)):
            raise ParameterError(
                "logit_fit", f"counts[{name!r}]", counts[name],
                f"must be {size} counts, at least 0", "count how often each action was chosen",
            )  # fmt: skip
        parts.append(part)
    try:
        batch = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
    except ValueError:
        shapes = [part.shape for part in parts]
        raise ParameterError(
            "logit_fit", "shapes of counts", shapes, "must go together but for the last axis",
            "give the counts of one experiment, or of as many for each player",
        ) from None  # fmt: skip
    return np.concatenate([np.broadcast_to(p, (*batch, p.shape[-1])) for p in parts], axis=-1)
