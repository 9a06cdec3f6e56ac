"""The equilibrium of a participation game that best replies lead to from a given start."""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.participation import ParticipationForm
from collsec.kernel import gufunc
from collsec.parameters import FloatArray
from collsec.solvers._given import numbers
from collsec.solvers._kinds import checks_kind
from collsec.solvers._participation_ascent import climb
from collsec.solvers._participation_newton import factor, fill_slopes
from collsec.solvers._participation_order import in_order, size
from collsec.solvers._participation_play import CUTOFF, GAME, LAYOUT, chance, load, reply, room


@checks_kind
def reached_from(form: ParticipationForm, start: FloatArray) -> Equilibria:
    """Find the one equilibrium that best replies lead to from a start.

    Members reply in turn, strongest first, from the chances to answer in `start`, shape
    (*batch, n_members); Newton's method ends it. At rest there, a start is its own answer. Costs
    O(n_members × lattice) a round and O(n_members² × lattice) once or twice.

    Raises
    ------
    CertificateError
        If a single game does not come to rest.
    ParameterError
        If `start` holds no chances, or does not fit the members.
    """
    given = in_order(form)
    remedy = f"give one chance to answer for each of {form.n_members} members"
    shape = (*given.shape, form.n_members)
    first = given.sorted(numbers("reached_from", "start", start, shape, remedy, low=0.0, high=1.0))
    found, index = _reach(*given.game, first, np.empty(2))
    return certify(
        form,
        {"answer": given.restored(found[..., None, :, :])},
        complete=False,
        scope="one equilibrium",
        method="best replies in turn from a start, Newton's method",
        index=index[..., None],
        scale=size(form),
    )


@gufunc(
    (f"void({GAME}, float64[:], float64[:], float64[:, :], float64[:])"),
    f"{LAYOUT},(n),(w)->(n,w),()",
)
def _reach(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    waves: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    start: Any,
    _pair: Any,
    found: Any,
    index: Any,
) -> None:
    """Find one equilibrium of one game; see `reached_from`."""
    play = load(units, shares, reversal, waves, gain, base, scale, shock)
    work = room(play, 1)
    known = np.empty((1, units.size))
    p = start.copy()
    found[:] = np.nan
    index[0] = np.nan
    if climb(p, known, 0, play, work) == 0:
        reply(known[0], play, work)
        for i in range(units.size):
            found[i, 0] = chance(shock, work.own[CUTOFF, i])
            found[i, 1] = chance(shock, -work.own[CUTOFF, i])
        fill_slopes(known[0], play, work)
        index[0] = factor(work.slopes, work.order)
