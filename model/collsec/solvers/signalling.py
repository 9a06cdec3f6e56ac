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
ways (`_signalling_search`). What supports leave open is a product of two polyhedra (`_plan_sets`).
Narrower supports are faces of these, which are reached by a few pivots from the vertex at hand
(`_simplex`); dominated actions are not tried (`_dominance`). The tree is read once for all games of
a batch. Nothing is carried from one game to the next, so that no answer depends on its neighbours.

References
----------
cho1987signaling, fudenberg1991perfect, kreps1982sequential, powell1987crisis,
vonstengel1996efficient
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from collsec.equilibrium import TOLERANCE, CertificateError, Equilibria, certify
from collsec.forms.tree import BELIEF, TreeForm
from collsec.kernel import spread
from collsec.parameters import FloatArray, IntArray, ParameterError
from collsec.solvers._dominance import Usable, rationalisable, undominated
from collsec.solvers._outline import Outline, outline
from collsec.solvers._play import HIGH, LOW, SHOWN
from collsec.solvers._public_tree import Finish, PublicTree, Turn, read
from collsec.solvers._signalling_search import IS_COMPLETE, N_FILTERED, N_FOUND, search_all
from collsec.solvers.logit_play import led_to

SCOPE = "perfect Bayesian equilibria in behaviour strategies, one for each support on the path"
_METHOD = "signalling"
_LOW, _HIGH = "low: ", "high: "
_FEW = 8
_GRAIN = 32


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
    breaking them is an equilibrium of its own. `centroid` is the equilibrium that agent logit play
    leads to (`logit_play`), -1 where it comes to none of those listed. The work grows
    exponentially with types and stages: with three stages a game takes about a tenth of a
    millisecond for two types a side and two for four, without the centroid. Raises
    `ParameterError` for trees beyond the class.
    """
    return _listed(form, read(_on_one_axis(_on_unit_scale(form))), tolerance)


def if_signalling(form: TreeForm) -> SequentialEquilibria | None:
    """Return what `signalling` finds, None of a tree beyond the class that it covers."""
    try:
        tree = read(_on_one_axis(_on_unit_scale(form)))
    except ParameterError:
        return None
    return _listed(form, tree, TOLERANCE)


def _listed(form: TreeForm, tree: PublicTree, tolerance: float) -> SequentialEquilibria:
    shape = form.batch_shape
    found, notes = _solve(form, tree)
    if not notes[:, N_FOUND].any():
        raise CertificateError(
            f"{_METHOD}: no equilibrium was found in any game of the batch, though one exists; "
            "the parameters may be extreme: try values nearer to the defaults"
        )
    scale = np.abs(form.table).max(axis=(-2, -1))
    certified = certify(
        form,
        {name: values.reshape(*shape, *values.shape[1:]) for name, values in found.items()},
        complete=(notes[:, IS_COMPLETE] > 0).reshape(shape),
        scope=SCOPE,
        method=_METHOD,
        scale=np.maximum(scale, 1.0),
        tolerance=tolerance,
    )
    parts = _with_bounds(certified) | {"centroid": functools.partial(_centroid, form)}
    return SequentialEquilibria(**parts, n_not_sequential=notes[:, N_FILTERED].reshape(shape))


def _centroid(form: TreeForm, found: Equilibria) -> IntArray:
    """Return which equilibrium agent logit play leads to; the only one where there is one."""
    several = np.asarray(found.count > 1)
    traced = led_to(form, form.outcomes(found.strategies), several)
    return np.where(several, traced, np.where(found.count == 1, 0, -1))


def _with_bounds(found: Equilibria) -> dict[str, Any]:
    """Return the parts of an answer, with the bounds of strategies apart from them."""
    plain = {k: v for k, v in found.strategies.items() if not k.startswith((_LOW, _HIGH))}
    bounds = {
        name: np.stack([found.strategies[_LOW + name], found.strategies[_HIGH + name]], axis=-1)
        for name in plain
    }
    parts: dict[str, Any] = {i.name: getattr(found, i.name) for i in fields(Equilibria)}
    return parts | {"strategies": plain, "bounds": bounds}


def _solve(form: TreeForm, tree: PublicTree) -> tuple[dict[str, FloatArray], IntArray]:
    """Return plays with their bounds, by the names of information sets, and notes on each game."""
    parts = list(_alike(tree))
    answers = [_answers(form, tree.take(games)) for games in parts]
    width = max(next(iter(found.values())).shape[1] for found, _ in answers)
    n_games = len(tree.prior)
    notes = np.empty((n_games, answers[0][1].shape[1]), dtype=np.int64)
    entries = {
        name: np.full((n_games, width, values.shape[-1]), np.nan)
        for name, values in answers[0][0].items()
    }
    for games, (found, said) in zip(parts, answers, strict=True):
        notes[games] = said
        for name, values in found.items():
            entries[name][games, : values.shape[1]] = values
    return entries, notes


def _alike(tree: PublicTree) -> Iterator[IntArray]:
    """Yield the places of games in which the same types are possible."""
    possible = np.concatenate([tree.possible(0), tree.possible(1)], axis=-1)
    _, kind = np.unique(possible, axis=0, return_inverse=True)
    for k in range(kind.max() + 1):
        yield np.flatnonzero(kind == k)


def _answers(form: TreeForm, tree: PublicTree) -> tuple[dict[str, FloatArray], IntArray]:
    """Return what `_solve` does, for games in which the same types are possible."""
    shape = outline(form, tree)
    worth, odds = _worth(tree)
    usable = np.stack([_bits(shape, undominated(tree)), _bits(shape, rationalisable(tree))], axis=1)

    def search(start: int, stop: int, width: int) -> tuple[FloatArray, IntArray]:
        here = slice(start, stop)
        found = np.full((stop - start, width, 3, shape.size[0]), np.nan)
        notes = np.empty((stop - start, 3), dtype=np.int64)
        search_all(shape, worth[here], odds[here], usable[here], found, notes)
        most = notes[:, N_FOUND].max()
        return (found, notes) if most <= width else search(start, stop, int(most))

    pieces = spread(lambda start, stop: search(start, stop, _FEW), len(worth), _GRAIN)
    width = max(1, *(int(notes[:, N_FOUND].max()) for _, notes in pieces))
    found = np.full((len(worth), width, 3, shape.size[0]), np.nan)
    place = 0
    for piece, _ in pieces:
        n = min(width, piece.shape[1])
        found[place : place + len(piece), :n] = piece[:, :n]
        place += len(piece)
    notes = np.concatenate([notes for _, notes in pieces])
    return dict(_entries(form, tree, shape, found)), notes


def _worth(tree: PublicTree) -> tuple[FloatArray, FloatArray]:
    """Return payoffs times odds, and odds, for both players; own types first.

    A type's payoffs are on a scale of their own, so that what is small is so for each type.
    """
    ends = [at for at in tree.histories if isinstance(at, Finish)]
    n_games, n_types = len(tree.prior), max(tree.prior.shape[1:])
    worth = np.zeros((n_games, 2, len(ends), n_types, n_types))
    odds = np.zeros((n_games, 2, n_types, n_types))
    for player in (0, 1):
        own, other = tree.n_types(player), tree.n_types(1 - player)
        odds[:, player, :own, :other] = tree.odds(player)
        for k, at in enumerate(ends):
            stakes = at.stakes[player] * tree.odds(player)
            worth[:, player, k, :own, :other] = stakes
    size = np.abs(worth).max(axis=(2, 4), keepdims=True)
    return worth / np.where(size > 0, size, 1.0), odds


def _bits(shape: Outline, usable: Usable) -> IntArray:
    """Return sets of actions as bits, shape (n_games, n_histories, n_types)."""
    n_games = len(next(iter(usable.values())))
    found = np.zeros((n_games, *shape.n_actions.shape), dtype=np.int64)
    for (h, t), able in usable.items():
        found[:, h, t] = (able << np.arange(able.shape[-1])).sum(axis=-1)
    return found


def _entries(
    form: TreeForm, tree: PublicTree, shape: Outline, found: FloatArray
) -> Iterator[tuple[str, FloatArray]]:
    """Yield the shown, least and greatest mixes and beliefs at every information set."""
    prefixes = (("", SHOWN), (_LOW, LOW), (_HIGH, HIGH))
    for prefix, row in prefixes:
        for h, turn, t in _sets(tree):
            known = form.information_sets[turn.sets[t]]
            first = shape.mix[h, t]
            yield prefix + known.name, found[:, :, row, first : first + len(known.actions)]
            if len(known.nodes) > 1:
                first = shape.doubt[h, t]
                doubts = found[:, :, row, first : first + tree.n_types(1 - turn.player)]
                shares = [_share(tree, h, node, turn.player, doubts) for node in known.nodes]
                yield prefix + BELIEF + known.name, np.stack(shares, axis=-1)


def _sets(tree: PublicTree) -> Iterator[tuple[int, Turn, int]]:
    """Yield the information sets: history, turn and type."""
    for player in (0, 1):
        for h, turn in tree.turns(player):
            for t, place in enumerate(turn.sets):
                if place >= 0:
                    yield h, turn, t


def _share(tree: PublicTree, h: int, node: int, player: int, doubts: FloatArray) -> FloatArray:
    """Return the part of a belief that falls on one node: several deals may give the same types."""
    deal = next(deal for deal in tree.deals if deal.nodes.get(tree.names[h]) == node)
    total = tree.prior[:, *deal.types]
    n_alike = sum(one.types == deal.types for one in tree.deals)
    share = np.where(total > 0, deal.chance / np.where(total > 0, total, 1.0), 1.0 / n_alike)
    return np.asarray(doubts[..., deal.types[1 - player]] * share[:, None])


def _on_one_axis(form: TreeForm) -> TreeForm:
    n_games = math.prod(form.batch_shape)
    return replace(
        form,
        table=form.table.reshape(n_games, *form.table.shape[-2:]),
        probabilities=form.probabilities.reshape(n_games, form.probabilities.shape[-1]),
    )


def _on_unit_scale(form: TreeForm) -> TreeForm:
    """Return the game with every player's payoffs between 0 and 1, which changes no equilibrium."""
    low = form.table.min(axis=-2, keepdims=True)
    size = form.table.max(axis=-2, keepdims=True) - low
    return replace(form, table=(form.table - low) / np.where(size > 0, size, 1.0))
