"""Equilibria of symmetric binary games: pure, symmetric, and those in which some players mix.

References
----------
karlin1968total, palfrey1984participation
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.symmetric import SymmetricForm
from collsec.parameters import FloatArray, IntArray
from collsec.solvers._kinds import checks_kind

SCOPE = "Nash equilibria, up to names"
COMMON_SCOPE = "equilibria in which all who mix do so with the same probability, up to names"
"""What `complete` refers to in games of more players than `pairs_up_to`."""
LARGE_SCOPE = "pure equilibria and symmetric mixed equilibria, up to names"
"""What `complete` refers to in games of more players than `mixing_up_to`."""


@dataclass(frozen=True, eq=False)
class SymmetricEquilibria(Equilibria):
    """Equilibria of a symmetric binary game, one for each class that differs by names alone.

    Attributes
    ----------
    actors, abstainers : array, shape (*batch, n_equilibria)
        How many players act and stay out for sure; the others mix. In `strategies` the first act,
        the next mix, the last stay out.
    second : array, shape (*batch, n_equilibria)
        How many of those who mix, the last of them, do so with a probability of their own; 0 where
        all who mix have the same.
    n_profiles : array, shape (*batch, n_equilibria)
        How many equilibria the class has.
    multiplicity : array, shape (*batch, n_equilibria)
        2 where what acting adds only touches zero at the mixing probability: two equilibria that
        have met, and that a small change of payoffs parts or removes. Else 1.
    """

    actors: FloatArray = field(default_factory=lambda: np.empty(0))
    abstainers: FloatArray = field(default_factory=lambda: np.empty(0))
    second: FloatArray = field(default_factory=lambda: np.empty(0))
    n_profiles: FloatArray = field(default_factory=lambda: np.empty(0))
    multiplicity: FloatArray = field(default_factory=lambda: np.empty(0))


@checks_kind
def symmetric(
    form: SymmetricForm, *, tie: float = 1e-12, mixing_up_to: int = 32, pairs_up_to: int = 12
) -> SymmetricEquilibria:
    """Find the equilibria of symmetric binary games, for any number of players.

    If all others act with probability p, what acting adds is a polynomial whose Bernstein
    coefficients are the gains g; all its roots are found, double ones and those at which nothing
    is left to halving included. The same holds for any number of players who mix while others act
    or stay out for sure. Players who mix may also do so with different probabilities; there are at
    most as many as changes of sign in g (`_symmetric_pairs`), and equilibria with two are found by
    halving the square of both. Where acting pays only if one is pivotal, there are no others.

    Parameters
    ----------
    form : SymmetricForm
    tie : float
        Payoff differences up to this share of the game's largest payoff count as ties, which are
        weak: whoever is indifferent does what the equilibrium asks.
    mixing_up_to : int
        In games of more players than this only pure and symmetric equilibria are sought.
    pairs_up_to : int
        In games of more players than this all who mix do so with the same probability.

    Returns
    -------
    SymmetricEquilibria
        Pure ones by the number who act; then those in which all mix, by probability; then those
        in which some mix, by how many do (most first), how many act, and probability; then those
        of two probabilities, by how many mix, how many act, and the size of the second group.
        `complete` is false where a player is indifferent who does not mix, where what acting
        adds has a multiple root, or is nearly zero over a range of probabilities (more than 0.01 of
        them): then there may be a continuum. It is also false where six players or more could mix
        with three probabilities, g changing sign more than twice. `centroid` is where a
        common probability of 1/2 drifts towards best replies: to the first equilibrium on the way
        (-1 where this is none of the list).

    Notes
    -----
    Symmetric equilibria cost O(n_members²) times the number of halvings; those in which some mix
    cost this for each of the n_members²/2 classes. Those of two probabilities take a tenth of a
    millisecond among four or five players whose gains change sign twice, and ten among twelve.
    """
    from collsec.solvers._symmetric_classes import classes  # noqa: PLC0415 - compiled

    n = form.n_members
    largest = np.maximum(np.abs(form.stay).max(axis=-1), np.abs(form.act).max(axis=-1))
    scale = np.where(largest > 0, largest, 1.0)
    kinds, width = int(n <= mixing_up_to) + int(n <= min(mixing_up_to, pairs_up_to)), 8
    rows, count, complete = classes(form.gain, tie * scale, kinds, np.empty((width, 6)))
    if np.max(count, initial=0) > width:
        width = int(np.max(count))
        rows, count, complete = classes(form.gain, tie * scale, kinds, np.empty((width, 6)))
    rows = rows[..., : max(int(np.max(count, initial=0)), 1), :]
    found = certify(
        form,
        {"act": _profiles(n, rows), **_about(rows)},
        complete=complete,
        scope=(LARGE_SCOPE, COMMON_SCOPE, SCOPE)[kinds],
        method="symmetric",
        centroid=_drift(form, rows, tie * scale),
        scale=scale,
        tolerance=max(1e-9, 2 * tie),
    )
    shown = dict(found.strategies)
    about: dict[str, Any] = {name: shown.pop(name) for name in _about(rows)}
    parts: dict[str, Any] = {i.name: getattr(found, i.name) for i in fields(Equilibria)}
    parts["strategies"] = shown
    number = _n_profiles(n, about["actors"], about["abstainers"], about["second"])
    return SymmetricEquilibria(**parts, **about, n_profiles=number)


def _about(rows: FloatArray) -> dict[str, FloatArray]:
    """Return what is said of each class beside its strategies."""
    names = (("actors", 0), ("abstainers", 1), ("second", 4), ("multiplicity", 3))
    return {name: rows[..., place] for name, place in names}


def _profiles(n: int, rows: FloatArray) -> FloatArray:
    """Return everyone's probability to act: the first act, the last stay out."""
    actors, abstainers, p, _, second, q = (rows[..., i, None] for i in range(6))
    place = np.arange(n)
    mixes = np.where(place < n - abstainers - second, p, q)
    act = np.where(place < actors, 1.0, np.where(place < n - abstainers, mixes, 0.0))
    return np.where(np.isnan(p), np.nan, act)


def _n_profiles(
    n: int, actors: FloatArray, abstainers: FloatArray, second: FloatArray
) -> FloatArray:
    choose = np.array([[float(math.comb(i, j)) for j in range(n + 1)] for i in range(n + 1)])
    k, s, b = (np.nan_to_num(x).astype(np.int64) for x in (actors, abstainers, second))
    number = choose[n, k] * choose[n - k, s] * choose[n - k - s, b]
    return np.where(np.isnan(actors), np.nan, number)


def _drift(form: SymmetricForm, rows: FloatArray, tie: FloatArray) -> IntArray:
    """Return which class a common probability of 1/2 drifts to."""
    n = form.n_members
    k, s, p, b = (rows[..., i] for i in (0, 1, 2, 4))
    is_common = (k == 0) & (s == 0) & (b == 0)
    common = np.where(k == n, 1.0, np.where(s == n, 0.0, np.where(is_common, p, np.nan)))
    weights = np.array([float(math.comb(n - 1, j)) for j in range(n)]) * 0.5 ** (n - 1)
    push = (form.gain * weights).sum(axis=-1)
    sign = np.where(np.abs(push) <= tie, 0.0, np.sign(push))[..., None]
    ahead = np.where(sign == 0, np.abs(common - 0.5), sign * (common - 0.5))
    ahead = np.where(ahead >= 0, ahead, np.inf)
    nearest = np.argmin(ahead, axis=-1)
    known = np.isfinite(np.take_along_axis(ahead, nearest[..., None], axis=-1)[..., 0])
    return np.where(known, nearest, -1)
