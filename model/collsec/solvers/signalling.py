r"""All sequential equilibria of two-player games of signalling, with the beliefs that support them.

The class. Two players; chance first deals each of them one of at most four types (any joint
distribution in which all types may meet); from then on both see every move and every draw of
chance, so that a player knows its own type and the history. Who moves, and how chance draws, must
not depend on types; what a type may do can. Any number of stages, so the sender may move again.

The equilibria. Strategies are optimal at every information set given the beliefs there; beliefs
follow Bayes' rule wherever it applies, also off the path; where it does not, all types of a player
draw the same conclusion about the other's type, and nobody learns from its own deviation. With
independent types that is perfect Bayesian equilibrium in the sense of Fudenberg and Tirole (1991),
which they show to be sequential equilibrium (Kreps and Wilson 1982) where each side has at most two
types or there are at most two periods; beyond that, some of it may not be sequential.

Nothing is refined away. Equilibria that rest on a belief which refinements such as the intuitive
criterion or D1 (Cho and Kreps 1987) exclude are sequential and are listed: in Powell's (1987) game
of brinkmanship one stands beside his, in which nobody escalates because whoever did so would be
taken for irresolute. It passes the intuitive criterion and fails D1. Other programmes may list such
a play with a plan that is not optimal off the path; that the plan is not sequential does not say
that the play is not.

The method. Which actions each type uses is enumerated history by history, first on the path, and
cut off as soon as no plan suits; then each Nash equilibrium found is extended off the path in all
ways. What supports leave open is a product of two polyhedra (`_plan_sets`). Most questions are
answered without a linear programme: by dominance (`_dominance`), by the equations that indifference
makes (`_equations`), or by a plan already found for wider supports. Nothing is carried from one
game of a batch to the next, so that no answer depends on its neighbours.

References
----------
cho1987signaling, fudenberg1991perfect, kreps1982sequential, powell1987crisis,
vonstengel1996efficient
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from collsec.equilibrium import TOLERANCE, CertificateError, Equilibria, certify
from collsec.forms.tree import TreeForm
from collsec.parameters import FloatArray, IntArray, ParameterError
from collsec.solvers._dominance import rationalisable
from collsec.solvers._public_tree import read
from collsec.solvers._signalling_search import nash, sequential

SCOPE = "perfect Bayesian equilibria in behaviour strategies, one for each support on the path"
_METHOD = "signalling"
_LOW, _HIGH = "low: ", "high: "
_POINT = 1e-7


@dataclass(frozen=True, eq=False)
class SequentialEquilibria(Equilibria):
    """Equilibria of a tree, with the range of what supports each of them off the path.

    Attributes
    ----------
    bounds : mapping of str to array, shape (*batch, n_equilibria, n, 2)
        For every entry of `strategies`, the least and the greatest value it takes in the
        equilibria with the same supports on the path. They differ off the path, where many beliefs
        and replies support the same play; where they differ on the path, there is a continuum.
        Replies of a type at histories which its own strategy excludes range over its best replies
        to the equilibrium shown.
    n_not_sequential : array of int, shape (*batch)
        How many supports on the path belong to Nash equilibria none of which is sequential.
    """

    bounds: Mapping[str, FloatArray] = field(default_factory=dict)
    n_not_sequential: IntArray = field(default_factory=lambda: np.zeros((), dtype=np.int64))


def signalling(form: TreeForm, tolerance: float = TOLERANCE) -> SequentialEquilibria:
    """Find all sequential equilibria of two-player games of signalling, as the module says.

    Equilibria with the same supports on the path are one entry: in generic games these have the
    same play on the path, and differ in what would happen off it (see `bounds`). `complete` is
    false where a game has a continuum on the path, as on the borders between regions of
    parameters. Ties: an action is used only where it is optimal, so that at ties every way of
    breaking them is an equilibrium of its own. One game after the other; the work grows
    exponentially with types and stages: with three stages a game takes about a quarter of a second
    for two types a side and seven for four. Raises `ParameterError` for trees beyond
    the class.
    """
    shape = form.batch_shape
    games = [_solve_one(form.at(place)) for place in np.ndindex(shape)]
    width = max(1, *(len(game.found) for game in games), 1)
    names = [name for game in games for found in game.found for name in found]
    entries = {
        name: _stacked([game.column(name) for game in games], width, shape)
        for name in dict.fromkeys(names)
    }
    if not entries:
        raise CertificateError(
            f"{_METHOD}: no equilibrium was found in any game of the batch, though one exists; "
            "the parameters may be extreme: try values nearer to the defaults"
        )
    scale = np.abs(form.table).max(axis=(-2, -1))
    certified = certify(
        form,
        entries,
        complete=np.array([game.is_complete for game in games]).reshape(shape),
        scope=SCOPE,
        method=_METHOD,
        scale=np.maximum(scale, 1.0),
        tolerance=tolerance,
    )
    return _with_bounds(certified, np.array([game.n_filtered for game in games]).reshape(shape))


def is_signalling(form: TreeForm) -> bool:
    """Return whether a tree is in the class that `signalling` covers, as the module says."""
    try:
        read(form.at((0,) * len(form.batch_shape)))
    except ParameterError:
        return False
    return True


def _with_bounds(found: Equilibria, n_filtered: IntArray) -> SequentialEquilibria:
    plain = {k: v for k, v in found.strategies.items() if not k.startswith((_LOW, _HIGH))}
    bounds = {
        name: np.stack([found.strategies[_LOW + name], found.strategies[_HIGH + name]], axis=-1)
        for name in plain
    }
    parts = {**vars(found), "strategies": plain}
    return SequentialEquilibria(**parts, bounds=bounds, n_not_sequential=n_filtered)


@dataclass(frozen=True, eq=False)
class _Solved:
    found: list[dict[str, FloatArray]]
    n_filtered: int
    is_complete: bool

    def column(self, name: str) -> list[FloatArray]:
        return [found[name] for found in self.found]


def _stacked(columns: list[list[FloatArray]], width: int, shape: tuple[int, ...]) -> FloatArray:
    size = next(len(item) for column in columns for item in column)
    filled = np.full((len(columns), width, size), np.nan)
    for place, column in enumerate(columns):
        for k, item in enumerate(column):
            filled[place, k] = item
    return filled.reshape(*shape, width, size)


def _solve_one(form: TreeForm) -> _Solved:
    tree = read(_on_unit_scale(form))
    usable = rationalisable(tree)
    found: list[dict[str, FloatArray]] = []
    n_filtered, is_complete = 0, True
    for on_path in nash(tree):
        plays = list(sequential(tree, on_path, usable))
        if not plays:
            n_filtered += 1
            continue
        ranges = _hull([play.ranges(form) for play in plays])
        used = [tree.information_set(*place) for place in on_path.supports.used]
        names = [form.information_sets[place].name for place in used]
        is_complete &= all(np.ptp(ranges[name], axis=-1).max() <= _POINT for name in names)
        shown = min(plays, key=lambda play: play.order).entries(form)
        found.append(shown | _edges(ranges))
    return _Solved(found, n_filtered, is_complete)


def _on_unit_scale(form: TreeForm) -> TreeForm:
    """Return the game with every player's payoffs between 0 and 1, which changes no equilibrium."""
    low = form.table.min(axis=-2, keepdims=True)
    size = form.table.max(axis=-2, keepdims=True) - low
    return replace(form, table=(form.table - low) / np.where(size > 0, size, 1.0))


def _hull(ranges: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    stacked = {name: np.stack([item[name] for item in ranges]) for name in ranges[0]}
    return {
        name: np.stack([values[..., 0].min(axis=0), values[..., 1].max(axis=0)], axis=-1)
        for name, values in stacked.items()
    }


def _edges(ranges: dict[str, FloatArray]) -> dict[str, FloatArray]:
    low = {_LOW + name: values[:, 0] for name, values in ranges.items()}
    return low | {_HIGH + name: values[:, 1] for name, values in ranges.items()}
