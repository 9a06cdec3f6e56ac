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
from collsec.solvers._probit_threat_roots import zeros

SCOPE = "equilibria in which resistance has a chance strictly between 0 and 1"
_SLOTS = 7


def probit_threat(form: ProbitThreatForm) -> Equilibria:
    """Find all equilibria of a game of threats, by rising chance of resistance.

    Without relative gains (and where a concession is worth at least the status quo) the number of
    equilibria is exact: cells of the search that hold none are excluded by the monotonicity of
    best replies, see `collsec.solvers._probit_threat_roots`, and within 1e-4 standard deviations
    of a zero or a turning point the residual is taken to be smooth on eight probes. `complete` is
    false where it turns within 1e-10 of zero, which is where two equilibria merge, and whenever
    there are relative gains: then a grid of 512 cells is searched, which proves nothing.

    `index` is the sign of the slope of p - F(p), 0 at a double zero; the signs sum to +1 elsewhere.
    `centroid` is where p drifts from one half towards F(p). `count` is 0 where relative gains make
    the sender like its own victory less than the status quo, and no threat is made, or the target
    like giving in better than the sender's retreat, and nobody resists, as a rival would retreat
    from those few who like a fight so much.
    Costs about 70 evaluations of F a game; see `benchmarks`.

    Returns
    -------
    Equilibria
        Strategies as `ProbitThreatForm` has them.
    """
    games = _columns(form)
    with np.errstate(all="ignore"):  # cells in which nobody threatens have no best reply
        found, index, count, complete = zeros(games, np.empty((_SLOTS, 6)))
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
