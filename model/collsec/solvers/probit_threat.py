r"""Games of threats with private values: every chance of resistance that confirms itself.

The target resists because of how likely the sender is to stand firm, and who threatens depends on
how likely the target is to resist. An equilibrium is one number, p = F(p); a steep F has three.

References
----------
lewis2003revealing, crisman2021estimating
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.probit_threat import ProbitThreatForm
from collsec.parameters import FloatArray, IntArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._probit_threat_roots import zeros

SCOPE = "perfect Bayesian equilibria in cutoffs"
_SLOTS = 7
_SILENCE = 40.0
"""Cutoffs beyond which there is nobody: the normal distribution is 0 or 1 to double precision."""


@checks_kind
def probit_threat(form: ProbitThreatForm) -> Equilibria:
    """Find all equilibria of a game of threats, by rising chance of resistance.

    The number of equilibria is exact where the sender likes a concession at least as much as the
    status quo: cells of the search that hold none are excluded, by the monotonicity of best replies
    or, with relative gains, by bounds; see `collsec.solvers._probit_threat_roots`. In what is left,
    cells of 1e-4 standard deviations, the residual is taken to be smooth between probes.
    `complete` is false where it turns within 1e-10 of zero, which is where two equilibria merge,
    where too many cells are left, and where relative gains make the sender dislike its own victory:
    then there is one more equilibrium, without threats, and the others are searched on a grid,
    which proves nothing.

    `index` is the sign of the slope of p - F(p), 0 at a double zero; the signs sum to +1 elsewhere.
    `centroid` is where p drifts from one half towards F(p). `count` is 0 where relative gains make
    the target like giving in better than the sender's retreat, and nobody resists, as a rival would
    retreat from those few who like a fight so much. Costs some dozens of evaluations of F a game,
    and some hundreds with relative gains.

    Returns
    -------
    Equilibria
        Strategies as `ProbitThreatForm` has them.
    """
    games = _columns(form)
    with np.errstate(all="ignore"):  # cells in which nobody threatens have no best reply
        found, index, count, complete = zeros(games, np.empty((_SLOTS, 6)))
    found, index, count = _with_silence(form, games, (found, index, count))
    width = max(int(count.max(initial=0)), 1)
    found, index = found[..., :width, :], index[..., :width]
    strategies = {
        "challenge": found[..., 3],
        "resist": found[..., 4],
        "stand_firm": found[..., 5],
        "cutoffs": found[..., :3],
    }
    return certify(
        form,
        strategies,
        complete=complete,
        scope=SCOPE,
        method="probit_threat",
        index=index,
        centroid=_drift(found[..., 2], index, count),
        scale=1.0 + np.abs(games[..., :7]).max(axis=-1),
    )


def _with_silence(
    form: ProbitThreatForm, games: FloatArray, found: tuple[FloatArray, FloatArray, IntArray]
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Put first the equilibrium without threats, where the sender does not want its own victory.

    The target concedes for sure. It expects a threat from extreme types only, whose gains it would
    begrudge them where there are relative gains.
    """
    quiet, won, kept, given, rho = (games[..., k] for k in (0, 1, 5, 6, 7))
    silent = (quiet > won) & ((rho > 0) | (kept <= given))
    if not np.any(silent):
        return found
    z = np.full(form.batch_shape, -_SILENCE)
    margin = form.best_margin(z[..., None])[..., 0]
    bar = _SILENCE + np.abs(margin)
    nobody = 0.0 * z
    first = np.stack(np.broadcast_arrays(bar, margin, z, nobody, nobody, nobody), axis=-1)
    strategies, index, count = found
    shifted = np.concatenate([first[..., None, :], strategies[..., :-1, :]], axis=-2)
    signs = np.concatenate([np.ones((*z.shape, 1)), index[..., :-1]], axis=-1)
    return (
        np.where(silent[..., None, None], shifted, strategies),
        np.where(silent[..., None], signs, index),
        np.where(silent, np.minimum(count + 1, _SLOTS), count),
    )


def _columns(form: ProbitThreatForm) -> FloatArray:
    """Return the eight numbers of each game that `zeros` reads, shape (*batch, 8)."""
    rho = np.asarray(form.relative_gains)
    numbers = (
        form.status_quo.sender - rho * form.status_quo.target,
        form.concession.sender - rho * form.concession.target,
        form.standing_firm,
        form.backing_down,
        form.fight.target,
        form.retreat.target,
        form.concession.target - rho * form.concession.sender,
        rho,
    )
    shape = form.batch_shape
    columns = [np.broadcast_to(np.asarray(number, dtype=np.float64), shape) for number in numbers]
    return np.ascontiguousarray(np.stack(columns, axis=-1))


def _drift(z: FloatArray, index: FloatArray, count: IntArray) -> IntArray:
    """Return the equilibrium that p = 1/2 drifts to, shape (*batch); -1 where there is none.

    Below the first equilibrium of index +1 and above the last, p drifts inwards; an equilibrium of
    index -1 repels on both sides, one of index 0 on one side, which is left open.
    """
    below = np.where(np.isnan(z), False, z <= 0.0).sum(axis=-1)
    signs = np.where(np.isnan(index), 0.0, index)
    clear = ~np.any((signs == 0.0) & ~np.isnan(z), axis=-1)
    before = np.maximum(below - 1, 0)
    last = np.take_along_axis(signs, before[..., None], axis=-1)[..., 0]
    reached = np.where((below > 0) & (last > 0), before, np.minimum(below, count - 1))
    return np.asarray(np.where(clear & (count > 0), reached, -1))
