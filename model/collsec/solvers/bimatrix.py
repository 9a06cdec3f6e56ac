"""All Nash equilibria of two-player games in strategic form, for a whole array of games at once.

References
----------
nisan2007algorithmic, shapley1974note, winkels1979algorithm, harsanyi1988general
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria
from collsec.forms.normal import NormalForm
from collsec.kernel import spread
from collsec.parameters import FloatArray, IntArray, ParameterError
from collsec.solvers._bimatrix_many import any_size
from collsec.solvers._bimatrix_supports import few_actions
from collsec.solvers._bimatrix_two import two_by_two
from collsec.solvers._kinds import checks_kind
from collsec.solvers._lemke_howson import lemke_howson
from collsec.solvers._spare import blank
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale

MAX_ACTIONS = 12
"""Most actions a side."""
SCOPE = "Nash equilibria in mixed strategies; in degenerate games the extreme ones (nash_subsets)"

_FEW = 4
_SLOTS = 15
_COUNT = 3


@checks_kind
def bimatrix(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the equilibria of two-player games with up to 12 actions a side.

    Games of two actions a side are solved in closed form; games of up to four by their supports
    while every decision is clear; all others by enumerating the vertices of both best-reply
    polytopes (Nisan et al. 2007, algorithm 3.5). A game without ties has an odd number of
    equilibria whose indices sum to +1, and all are found. A game with ties may have a continuum of
    them; what is found then are its extreme equilibria. Every equilibrium is a mixture within one
    maximal set of them that are interchangeable (Winkels 1979): for these sets, and how they join
    to components, call `collsec.solvers.nash_subsets.nash_subsets` with the answer.

    What two actions of a player yield, against an action or a mix, is a tie where it differs by
    less than 1e-10 of the range of the player's payoffs (2x2: 1e-11). Where differences lie between
    this and 1e-8, pivots may miss equilibria, and the answer does not claim to be complete; where
    they lead nowhere, exact ones find one equilibrium, so that no answer is empty.
    `collsec.solvers.bimatrix_exact.bimatrix_exact` takes two matrices and decides all ties exactly.

    Neither the unit nor the zero of a player's payoffs matters. But payoffs are taken as floating
    point holds them: a constant a million times what is at stake, added to all, rounds them, which
    may break ties and make others. Leave it out.

    Parameters
    ----------
    form : NormalForm
        Games of two players.
    tolerance : float
        Largest regret of an equilibrium, as a share of the spread of each player's own payoffs.

    Returns
    -------
    Equilibria
        Strategies have shape (*batch, n_equilibria, n_actions), in order of the size of their
        supports, then of their actions. `complete` is true where every decision was clear: no
        weight or slack lay so near to what counts as a tie that rounding could decide. `index` is
        Shapley's, NaN for an equilibrium that is not regular; in a component with ties indices of
        single points say nothing. `centroid` is the equilibrium that simultaneous best replies
        reach when all start from equal weights, and in 2x2 games with two strict equilibria the
        risk-dominant one (Harsanyi and Selten 1988), or the mixed one where neither dominates.
        The number of vertices, and with it the cost, grows exponentially with the number of
        actions: a fifth of a millisecond for 8x8 and 15 for 12x12 on one core.

    Raises
    ------
    ParameterError
        If there are not two players, or too many actions, or the payoffs of a single game are
        further apart than floating point can say.
    CertificateError
        If a single game has none that passes; in a batch such a game has count 0, and so have games
        with payoffs that are missing, infinite, or further apart than floating point can say.
    """
    _check(form)
    first, second = (values.reshape(-1, *form.n_actions) for values in form.utilities)
    (*answer,), n_lacking = _solve((first, second), tolerance)
    if n_lacking:
        _leave_none_empty(NormalForm((first, second), form.players), answer, tolerance)
    shape = form.batch_shape
    rows, columns, index, count, complete, centroid, regret = (
        part.reshape((*shape, *part.shape[1:])) for part in answer
    )
    strategies = dict(zip(form.players, (rows, columns), strict=True))
    if n_lacking == 0:
        return Equilibria(
            form, strategies, regret, count, complete,
            SCOPE, "bimatrix", index=index, centroid=centroid,
        )  # fmt: skip
    return certify_by_spread(
        form,
        strategies,
        complete=complete,
        scope=SCOPE,
        method="bimatrix",
        index=index,
        centroid=centroid,
        tolerance=tolerance,
    )


def _leave_none_empty(games: NormalForm, answer: list[Any], tolerance: float) -> None:
    """Give an equilibrium to each game that has none certified, one that exact pivots lead to.

    Where rounding cannot tell which payoffs are tied, pivots in floating point may lead nowhere.
    """
    mixes, (index, _, complete, centroid, _) = answer[:2], answer[2:]
    unit = on_unit_scale(games)
    shares = unit.regret(dict(zip(games.players, mixes, strict=True)))
    known = np.isfinite(unit.table).all(axis=(1, 2, 3))
    for g in np.flatnonzero(known & ~np.any(shares <= tolerance, axis=1)):
        for part in (*mixes, index):
            part[g] = np.nan
        for part, exact in zip(mixes, lemke_howson(*games.table[g]), strict=True):
            part[g, 0] = [float(weight) for weight in exact]
        complete[g], centroid[g] = False, -1


def _check(form: NormalForm) -> None:
    if len(form.players) != 2:
        raise ParameterError(
            "bimatrix", "players", form.players, "must be two", "use a solver for any number"
        )
    if max(form.n_actions) > MAX_ACTIONS:
        raise ParameterError(
            "bimatrix", "n_actions", form.n_actions, f"must not exceed {MAX_ACTIONS} a side",
            "merge or drop actions; dominated ones are never played",
        )  # fmt: skip


_Matrices = tuple[FloatArray, FloatArray]
"""Both players' payoffs, each of shape (g, m, n)."""
_Solved = tuple[tuple[Any, ...], int, int]
"""The answer as `SIGNATURE` has it, how many certificates it lacks, and the largest count."""


def _solve(matrices: _Matrices, tolerance: float) -> tuple[tuple[Any, ...], int]:
    n_actions = matrices[0].shape[1:]
    if n_actions == (2, 2):
        solved = _two(matrices, tolerance)
    elif max(n_actions) <= _FEW:
        solved = _few(matrices, tolerance)
    else:
        solved = _many(matrices, tolerance)
    answer, n_lacking, most = solved
    most = max(most, 1)
    return tuple(part if part.ndim == 1 else part[:, :most] for part in answer), n_lacking


def _two(matrices: _Matrices, tolerance: float) -> _Solved:
    return _with_room(two_by_two, matrices, tolerance, 3, 1 << 14)


def _few(matrices: _Matrices, tolerance: float) -> _Solved:
    slots = 2 ** min(matrices[0].shape[1:]) - 1
    solved = _filled(few_actions, matrices, tolerance, slots, 1 << 11)
    left = np.flatnonzero(solved[0][_COUNT] < 0)
    return _merged(solved, _many(_of(left, matrices), tolerance), left) if left.size else solved


def _many(matrices: _Matrices, tolerance: float) -> _Solved:
    return _with_room(any_size, matrices, tolerance, _SLOTS, 1 << 6)


def _with_room(
    kernel: Any, matrices: _Matrices, tolerance: float, slots: int, grain: int
) -> _Solved:
    """Solve all games, and once more those that have more equilibria than there are slots."""
    solved = _filled(kernel, matrices, tolerance, slots, grain)
    answer, _, most = solved
    if most <= slots:
        return solved
    crowded = np.flatnonzero(answer[_COUNT] > slots)
    again = _filled(kernel, _of(crowded, matrices), tolerance, most, grain)
    return _merged(solved, again, crowded)


def _of(games: Any, matrices: _Matrices) -> _Matrices:
    """Return the payoffs of some of the games."""
    return matrices[0][games], matrices[1][games]


def _merged(first: _Solved, again: _Solved, places: IntArray) -> _Solved:
    """Return the first answers with the later ones in their places."""
    slots = max(solved[0][0].shape[1] for solved in (first, again))
    merged = tuple(_widened(part, slots) for part in first[0])
    for part, later in zip(merged, again[0], strict=True):
        part[places] = _widened(later, slots)
    return merged, first[1] + again[1], max(first[2], again[2])


def _widened(part: Any, slots: int) -> Any:
    """Return an array with that many slots, if it has an axis of them."""
    if part.ndim == 1 or part.shape[1] == slots:
        return part
    padding = np.full((part.shape[0], slots - part.shape[1], *part.shape[2:]), np.nan)
    return np.concatenate([part, padding], axis=1)


def _filled(kernel: Any, matrices: _Matrices, tolerance: float, slots: int, grain: int) -> _Solved:
    """Apply a kernel in several threads, so many games at a time.

    The answer to a game does not depend on the others.
    """
    n_games, m, n = matrices[0].shape
    answer = (
        *(blank((n_games, slots, *own), np.float64) for own in ((m,), (n,), ())),
        *(blank((n_games,), kind) for kind in (np.int64, np.bool_, np.int64)),
        blank((n_games, slots), np.float64),
    )

    def work(start: int, stop: int) -> Any:
        parts = tuple(part[start:stop] for part in answer)
        n_lacking = kernel(_of(slice(start, stop), matrices), parts, tolerance)
        return n_lacking, int(parts[_COUNT].max())

    done = spread(work, n_games, grain)
    return answer, sum(lacking for lacking, _ in done), max((most for _, most in done), default=0)
