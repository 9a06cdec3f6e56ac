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
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from collsec.equilibrium import TOLERANCE, CertificateError, Equilibria
from collsec.forms.tree import BELIEF, TreeForm
from collsec.kernel import spread
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError
from collsec.solvers._dominance import Usable, rationalisable, undominated
from collsec.solvers._kinds import checks_kind
from collsec.solvers._outline import Outline, outline
from collsec.solvers._play import HIGH, LOW, SHOWN
from collsec.solvers._public_tree import Draw, Finish, PublicTree, Turn, read
from collsec.solvers._signalling_search import IS_COMPLETE, N_FILTERED, N_FOUND, search_all
from collsec.solvers._unit_scale import certify_by_spread, on_unit_scale
from collsec.solvers.agent_logit import MAX_ACTIONS, agent_logit
from collsec.solvers.logit_play import from_centroid

SCOPE = "perfect Bayesian equilibria in behaviour strategies, one for each support on the path"
_METHOD = "signalling"
_LOW, _HIGH = f"{BELIEF}{BELIEF}low: ", f"{BELIEF}{BELIEF}high: "
"""No entry of an answer begins so: it would be a belief at a set that trees refuse by its name."""
_RARE = 1e-9
_FEW = 8
_LEAST = np.finfo(np.float64).tiny
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
        to the equilibrium shown. NaN where they are not known, `complete` being false.
    n_not_sequential : array of int, shape (*batch)
        How many supports on the path belong to Nash equilibria none of which is sequential.
    """

    bounds: Mapping[str, FloatArray] = field(default_factory=dict)
    n_not_sequential: IntArray = field(default_factory=lambda: np.zeros((), dtype=np.int64))


@checks_kind
def signalling(form: TreeForm, tolerance: float = TOLERANCE) -> SequentialEquilibria:
    """Find all sequential equilibria of two-player games of signalling, as the module says.

    Equilibria with the same supports on the path are one entry: in generic games these have the
    same play on the path, and differ in what would happen off it (see `bounds`). `complete` is
    false where a game has a continuum on the path, as on the borders between regions of parameters,
    and where rounding may hide others: with types of a chance below 1e-9, or payoffs so near to a
    tie that it cannot be told from one. Where it hides all equilibria, the one that agent logit
    play leads to stands for them (`agent_logit`). Ties: an action is used only where it is optimal,
    so that at ties every way of breaking them is an equilibrium of its own. `centroid` is the
    equilibrium that agent logit play leads to (`logit_play`), -1 where it comes to none of those
    listed. `tolerance` is the largest regret of a player, as a share of the spread of its payoffs.
    The work grows exponentially with types and stages: with three stages a game takes about a tenth
    of a millisecond for two types a side and two for four, without the centroid. Raises
    `ParameterError` for trees beyond the class.
    """
    return _listed(form, read(on_unit_scale(_on_one_axis(form))), tolerance)


@checks_kind
def if_signalling(form: TreeForm) -> SequentialEquilibria | None:
    """Return what `signalling` finds, None of a tree beyond the class that it covers."""
    try:
        tree = read(on_unit_scale(_on_one_axis(form)))
    except ParameterError:
        return None
    return _listed(form, tree, TOLERANCE)


def _listed(form: TreeForm, tree: PublicTree, tolerance: float) -> SequentialEquilibria:
    flat = _on_one_axis(form)
    found, notes = _solve(flat, tree)
    certified = _certified(flat, found, notes, tolerance)
    if np.any(certified.count == 0):
        _fall_back(flat, found, notes, certified.count == 0)
        certified = _certified(flat, found, notes, tolerance)
    if certified.count.size and not np.any(certified.count):
        raise CertificateError(
            f"{_METHOD}: no equilibrium was found in any game of the batch, though one exists; "
            "the parameters may be extreme: try values nearer to the defaults"
        )
    parts = {
        name: _shaped(getattr(certified, name), form.batch_shape)
        for name in ("strategies", "regret", "count", "complete")
    }
    strategies, bounds = _with_bounds(parts.pop("strategies"))
    return SequentialEquilibria(
        form,
        strategies,
        **parts,
        scope=SCOPE,
        method=_METHOD,
        centroid=functools.partial(from_centroid, form),
        bounds=bounds,
        n_not_sequential=notes[:, N_FILTERED].reshape(form.batch_shape),
    )


def _certified(
    form: TreeForm, found: dict[str, FloatArray], notes: IntArray, tolerance: float
) -> Equilibria:
    return certify_by_spread(
        form,
        found,
        complete=notes[:, IS_COMPLETE] > 0,
        scope=SCOPE,
        method=_METHOD,
        tolerance=tolerance,
    )


def _fall_back(
    form: TreeForm, found: dict[str, FloatArray], notes: IntArray, games: BoolArray
) -> None:
    """Write the equilibrium that agent logit play leads to, where rounding leaves no other."""
    if sum(len(known.actions) for known in form.information_sets) > MAX_ACTIONS:
        return
    lost = replace(form, table=form.table[games], probabilities=form.probabilities[games])
    led = agent_logit(lost)
    for name, values in found.items():
        values[games] = np.nan
        if name in led.strategies:
            values[games, :1] = led.strategies[name]
    notes[games, IS_COMPLETE] = 0


def _shaped(part: Any, batch: tuple[int, ...]) -> Any:
    if isinstance(part, Mapping):
        return {name: _shaped(values, batch) for name, values in part.items()}
    return part.reshape((*batch, *part.shape[1:]))


def _with_bounds(
    entries: Mapping[str, FloatArray],
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return strategies, and the bounds of each of them."""
    plain = {k: v for k, v in entries.items() if not k.startswith((_LOW, _HIGH))}
    bounds = {k: np.stack([entries[_LOW + k], entries[_HIGH + k]], axis=-1) for k in plain}
    return plain, bounds


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
    notes[_has_rare_types(tree), IS_COMPLETE] = 0
    return entries, notes


def _has_rare_types(tree: PublicTree) -> BoolArray:
    """Return in which games a type is so rare that rounding may hide what it changes."""
    at_large = np.concatenate([tree.prior.sum(axis=2), tree.prior.sum(axis=1)], axis=-1)
    return np.asarray(np.any((at_large > 0) & (at_large < _RARE), axis=-1))


def _alike(tree: PublicTree) -> Iterator[IntArray]:
    """Yield the places of games in which the same types are possible."""
    possible = np.concatenate([tree.possible(0), tree.possible(1)], axis=-1)
    _, kind = np.unique(possible, axis=0, return_inverse=True)
    for k in range(int(kind.max(initial=0)) + 1):
        yield np.flatnonzero(kind == k)


def _answers(form: TreeForm, tree: PublicTree) -> tuple[dict[str, FloatArray], IntArray]:
    """Return what `_solve` does, for games in which the same types are possible."""
    shape = outline(form, tree)
    worth, odds = _worth(tree)
    chances = _chances(tree)
    usable = np.stack([_bits(shape, undominated(tree)), _bits(shape, rationalisable(tree))], axis=1)

    def search(start: int, stop: int, width: int) -> tuple[FloatArray, IntArray]:
        here = slice(start, stop)
        found = np.full((stop - start, width, 3, shape.size[0]), np.nan)
        notes = np.empty((stop - start, 3), dtype=np.int64)
        search_all(shape, chances[here], worth[here], odds[here], usable[here], found, notes)
        most = notes[:, N_FOUND].max()
        return (found, notes) if most <= width else search(start, stop, int(most))

    pieces = spread(lambda start, stop: search(start, stop, _FEW), len(worth), _GRAIN)
    notes = np.concatenate([np.empty((0, 3), np.int64), *(said for _, said in pieces)])
    width = int(notes[:, N_FOUND].max(initial=1))
    found = np.full((len(worth), width, 3, shape.size[0]), np.nan)
    place = 0
    for piece, _ in pieces:
        n = min(width, piece.shape[1])
        found[place : place + len(piece), :n] = piece[:, :n]
        place += len(piece)
    return dict(_entries(form, tree, shape, found)), notes


def _worth(tree: PublicTree) -> tuple[FloatArray, FloatArray]:
    """Return payoffs times odds, and odds, for both players, on the path and off it.

    Own types come first. On the path odds are those of the deal. Off it they are divided by how
    likely the other's types are at large, so that weights there are beliefs. A type's payoffs are
    on a scale of their own, so that what is small is so for each type.
    """
    ends = [at for at in tree.histories if isinstance(at, Finish)]
    n_games, n_types = len(tree.prior), max(tree.prior.shape[1:])
    worth = np.zeros((n_games, 2, 2, len(ends), n_types, n_types))
    odds = np.zeros((n_games, 2, 2, n_types, n_types))
    for player in (0, 1):
        own, other = tree.n_types(player), tree.n_types(1 - player)
        dealt = tree.odds(player)
        at_large = tree.prior.sum(axis=1 + player)[:, None, :]
        odds[:, 0, player, :own, :other] = dealt
        odds[:, 1, player, :own, :other] = dealt / np.where(at_large > 0, at_large, 1.0)
        for k, at in enumerate(ends):
            worth[:, :, player, k, :own, :other] = at.stakes[player][:, None]
    odds /= odds.max(axis=-1, keepdims=True, initial=_LEAST)
    worth *= odds[:, :, :, None]
    size = np.abs(worth).max(axis=(3, 5), keepdims=True)
    return worth / np.where(size > 0, size, 1.0), odds


def _chances(tree: PublicTree) -> FloatArray:
    """Return the chance with which what stands before a history leads there, 1 for moves."""
    found = np.ones((len(tree.prior), len(tree.histories)))
    for at in tree.histories:
        if isinstance(at, Draw):
            found[:, list(at.children)] = np.stack(at.chances, axis=-1)
    return found


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
