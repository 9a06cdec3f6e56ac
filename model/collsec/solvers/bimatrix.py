"""All Nash equilibria of two-player games in strategic form, for a whole array of games at once.

References
----------
nisan2007algorithmic, shapley1974note, winkels1979algorithm, harsanyi1988general
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.equilibrium import TOLERANCE, Equilibria, certify
from collsec.forms.normal import NormalForm
from collsec.parameters import FloatArray, IntArray, ParameterError

MAX_ACTIONS = 12
"""Most actions a side."""
SCOPE = "Nash equilibria in mixed strategies; in degenerate games the extreme ones"

_FEW = 4  # kernels are imported where they are called: to compile one takes seconds
_SLOTS = 15
_BLOCK = 128


def bimatrix(form: NormalForm, *, tolerance: float = TOLERANCE) -> Equilibria:
    """Find the equilibria of two-player games with up to 12 actions a side.

    Games of two actions a side are solved in closed form; games of up to four by their supports
    while every decision is clear; all others by enumerating the vertices of both best-reply
    polytopes (Nisan et al. 2007, algorithm 3.5). A game without ties has an odd number of
    equilibria whose indices sum to +1, and all are found. A game with ties may have a continuum of
    them; what is found then are its extreme equilibria, of which `nash_subsets` makes the whole
    set: every equilibrium is a mixture within one subset (Winkels 1979). Payoffs that differ by
    less than 1e-9 of the range of a player's payoffs (2x2: 1e-11 of the largest) count as ties.

    Parameters
    ----------
    form : NormalForm
        Games of two players.
    tolerance : float
        Largest regret of an equilibrium, as a share of the game's largest payoff.

    Returns
    -------
    Equilibria
        Strategies have shape (*batch, n_equilibria, n_actions), in order of the size of their
        supports, then of their actions. `complete` is true where every decision was clear: no
        payoff, weight or slack lay between what counts as zero and 100 times as much. `index` is
        Shapley's, NaN for an equilibrium that is not regular; in a component with ties indices of
        single points say nothing. `centroid` is the equilibrium that simultaneous best replies
        reach when all start from equal weights, and in 2x2 games with two strict equilibria the
        risk-dominant one (Harsanyi and Selten 1988), or the mixed one where neither dominates.
        The number of vertices, and with it the cost, grows exponentially with the number of
        actions: about a millisecond for 8x8 and 50 for 12x12.

    Raises
    ------
    ParameterError
        If there are not two players, or too many actions.
    CertificateError
        If a single game has no candidate that passes, as with payoffs that are missing or infinite.
    """
    _check(form)
    tables = form.table.reshape(-1, *form.table.shape[-3:])
    solved = _solve(tables)
    shape = form.batch_shape
    rows, columns, index, count, complete, centroid, scale = (
        part.reshape((*shape, *part.shape[1:])) for part in solved
    )
    strategies = dict(zip(form.players, (rows, columns), strict=True))
    regret, payoffs = form.outcomes(strategies)
    if _all_pass(regret, count, tolerance * scale):
        return Equilibria(
            form, strategies, payoffs, regret, count, complete,
            SCOPE, "bimatrix", index=index, centroid=centroid,
        )  # fmt: skip
    return certify(
        form,
        strategies,
        complete=complete,
        scope=SCOPE,
        method="bimatrix",
        index=index,
        centroid=centroid,
        scale=scale,
        tolerance=tolerance,
    )


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


def _all_pass(regret: FloatArray, count: IntArray, limit: FloatArray) -> bool:
    """Whether every game has an equilibrium and all that are listed are certified."""
    with np.errstate(invalid="ignore"):
        n_certified = np.count_nonzero(regret <= limit[..., None])
    return bool(np.all(count > 0)) and n_certified == int(count.sum())


def _solve(tables: FloatArray) -> tuple[Any, ...]:
    """Return rows, columns, index, count, complete, centroid and scale, each for every game."""
    if tables.shape[-2:] == (2, 2):
        solved = _two(tables)
    elif max(tables.shape[-2:]) <= _FEW:
        solved = _few(tables)
    else:
        solved = _many(tables)
    rows, columns, index, count, *rest = solved
    most = max(int(count.max(initial=1)), 1)
    return rows[:, :most], columns[:, :most], index[:, :most], count, *rest


def _two(tables: FloatArray) -> tuple[Any, ...]:
    from collsec.solvers._bimatrix_two import two_by_two  # noqa: PLC0415

    rows, columns, index, count, *rest = _in_blocks(two_by_two, tables, 3, "nnf")
    if np.any(count > 3):
        rows, columns, index, count, *rest = _in_blocks(two_by_two, tables, 4, "nnf")
    return rows, columns, index, count, count > 0, *rest


def _few(tables: FloatArray) -> tuple[Any, ...]:
    from collsec.solvers._bimatrix_supports import few_actions  # noqa: PLC0415

    slots = 2 ** min(tables.shape[-2:]) - 1
    rows, columns, index, count, *rest = _in_blocks(few_actions, tables, slots, "nnf")
    solved = rows, columns, index, count, count > 0, *rest
    left = np.flatnonzero(count < 0)
    return _merged(solved, _many(tables[left]), left) if left.size else solved


def _many(tables: FloatArray) -> tuple[Any, ...]:
    """Solve by vertices; once more where there are more equilibria than slots."""
    from collsec.solvers._bimatrix_many import any_size  # noqa: PLC0415

    solved = _in_blocks(any_size, tables, _SLOTS, "nbnf")
    most = int(solved[3].max(initial=0))
    if most <= _SLOTS:
        return solved
    crowded = np.flatnonzero(solved[3] > _SLOTS)
    return _merged(solved, _in_blocks(any_size, tables[crowded], most, "nbnf"), crowded)


def _merged(first: tuple[Any, ...], again: tuple[Any, ...], places: IntArray) -> tuple[Any, ...]:
    """Return the first answers with the later ones in their places."""
    slots = max(first[0].shape[1], again[0].shape[1])
    merged = tuple(_widened(part, slots) for part in first)
    for part, later in zip(merged, again, strict=True):
        part[places] = _widened(later, slots)
    return merged


def _widened(part: Any, slots: int) -> Any:
    """Return an array with that many slots, if it has an axis of them."""
    if part.ndim == 1 or part.shape[1] == slots:
        return part
    padding = np.full((part.shape[0], slots - part.shape[1], *part.shape[2:]), np.nan)
    return np.concatenate([part, padding], axis=1)


def _in_blocks(kernel: Any, tables: FloatArray, slots: int, kinds: str) -> tuple[Any, ...]:
    """Apply a kernel to blocks of games, so that each makes its room to work in only once.

    The answer to a game does not depend on its block.
    """
    n_games, _, m, n = tables.shape
    types = {"n": np.int64, "b": np.bool_, "f": np.float64}
    parts: list[Any] = [
        np.empty((n_games, slots, m)),
        np.empty((n_games, slots, n)),
        np.empty((n_games, slots)),
        *(np.empty(n_games, types[kind]) for kind in kinds),
    ]
    size = min(_BLOCK, max(1, n_games // 16))
    whole = n_games - n_games % size
    room = np.empty(slots)
    for start, stop, length in ((0, whole, size), (whole, n_games, n_games - whole)):
        if stop > start:
            blocks = [
                part[start:stop].reshape(-1, length, *part.shape[1:]) for part in (tables, *parts)
            ]
            with np.errstate(all="ignore"):
                kernel(blocks[0], room, *blocks[1:])
    return tuple(parts)
