"""Equilibria of symmetric binary games: pure, symmetric, and those in which some players mix.

References
----------
palfrey1984participation
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

SCOPE = "equilibria in which all who mix do so with the same probability, up to names"
LARGE_SCOPE = "pure equilibria and symmetric mixed equilibria, up to names"
"""What `complete` refers to in games of more players than `mixing_up_to`."""


@dataclass(frozen=True, eq=False)
class SymmetricEquilibria(Equilibria):
    """Equilibria of a symmetric binary game, one for each class that differs by names alone.

    Attributes
    ----------
    actors, abstainers : array, shape (*batch, n_equilibria)
        How many players act and stay out for sure; the others mix with one probability. In
        `strategies` the first act, the next mix, the last stay out.
    n_profiles : array, shape (*batch, n_equilibria)
        How many equilibria the class has.
    multiplicity : array, shape (*batch, n_equilibria)
        2 where what acting adds only touches zero at the mixing probability: two equilibria that
        have met, and that a small change of payoffs parts or removes. Else 1.
    """

    actors: FloatArray = field(default_factory=lambda: np.empty(0))
    abstainers: FloatArray = field(default_factory=lambda: np.empty(0))
    n_profiles: FloatArray = field(default_factory=lambda: np.empty(0))
    multiplicity: FloatArray = field(default_factory=lambda: np.empty(0))


@checks_kind
def symmetric(
    form: SymmetricForm, *, tie: float = 1e-12, mixing_up_to: int = 32
) -> SymmetricEquilibria:
    """Find the equilibria of symmetric binary games, for any number of players.

    If all others act with probability p, what acting adds is a polynomial whose Bernstein
    coefficients are the gains g; all its roots are found, double ones and those at which nothing
    is left to halving included. The same holds for any number of players who mix while others act
    or stay out for sure.

    Parameters
    ----------
    form : SymmetricForm
    tie : float
        Payoff differences up to this share of the game's largest payoff count as ties, which are
        weak: whoever is indifferent does what the equilibrium asks.
    mixing_up_to : int
        In games of more players than this only pure and symmetric equilibria are sought.

    Returns
    -------
    SymmetricEquilibria
        Pure ones by the number who act; then those in which all mix, by probability; then those
        in which some mix, by how many do (most first), how many act, and probability. `complete`
        is false where a player is indifferent in a pure equilibrium, or nearly so over a range of
        probabilities (more than 0.01 of them): then there may be a continuum. Equilibria in
        which players mix with different probabilities are beyond the scope. `centroid` is where a
        common probability of 1/2 drifts towards best replies: to the first equilibrium on the way
        (-1 where this is none of the list).

    Notes
    -----
    Symmetric equilibria cost O(n_members²) times the number of halvings; those in which some mix
    cost this for each of the n_members²/2 classes.
    """
    from collsec.solvers._symmetric_classes import classes  # noqa: PLC0415 - compiled

    n = form.n_members
    largest = np.maximum(np.abs(form.stay).max(axis=-1), np.abs(form.act).max(axis=-1))
    scale = np.where(largest > 0, largest, 1.0)
    mixing, width = int(n <= mixing_up_to), 8
    rows, count, complete = classes(form.gain, tie * scale, mixing, np.empty((width, 4)))
    if np.max(count, initial=0) > width:
        width = int(np.max(count))
        rows, count, complete = classes(form.gain, tie * scale, mixing, np.empty((width, 4)))
    rows = rows[..., : max(int(np.max(count, initial=0)), 1), :]
    actors, abstainers, p, multiplicity = (rows[..., i] for i in range(4))
    found = certify(
        form,
        {
            "act": _profiles(n, actors, abstainers, p),
            "actors": actors,
            "abstainers": abstainers,
            "multiplicity": multiplicity,
        },
        complete=complete,
        scope=SCOPE if mixing else LARGE_SCOPE,
        method="symmetric",
        centroid=_drift(form, rows, tie * scale),
        scale=scale,
        tolerance=max(1e-9, 2 * tie),
    )
    shown = dict(found.strategies)
    classes_: dict[str, Any] = {
        name: shown.pop(name) for name in ("actors", "abstainers", "multiplicity")
    }
    parts: dict[str, Any] = {i.name: getattr(found, i.name) for i in fields(Equilibria)}
    parts["strategies"] = shown
    number = _n_profiles(n, classes_["actors"], classes_["abstainers"])
    return SymmetricEquilibria(**parts, **classes_, n_profiles=number)


def _profiles(n: int, actors: FloatArray, abstainers: FloatArray, p: FloatArray) -> FloatArray:
    """Return everyone's probability to act: the first act, the last stay out."""
    place = np.arange(n)
    mixes = np.where(place < n - abstainers[..., None], p[..., None], 0.0)
    act = np.where(place < actors[..., None], 1.0, mixes)
    return np.where(np.isnan(p)[..., None], np.nan, act)


def _n_profiles(n: int, actors: FloatArray, abstainers: FloatArray) -> FloatArray:
    choose = np.array([[float(math.comb(i, j)) for j in range(n + 1)] for i in range(n + 1)])
    k, s = (np.nan_to_num(x).astype(np.int64) for x in (actors, abstainers))
    return np.where(np.isnan(actors), np.nan, choose[n, k] * choose[n - k, s])


def _drift(form: SymmetricForm, rows: FloatArray, tie: FloatArray) -> IntArray:
    """Return which class a common probability of 1/2 drifts to."""
    n = form.n_members
    k, s, p = (rows[..., i] for i in range(3))
    common = np.where(k == n, 1.0, np.where(s == n, 0.0, np.where((k == 0) & (s == 0), p, np.nan)))
    weights = np.array([float(math.comb(n - 1, j)) for j in range(n)]) * 0.5 ** (n - 1)
    push = (form.gain * weights).sum(axis=-1)
    sign = np.where(np.abs(push) <= tie, 0.0, np.sign(push))[..., None]
    ahead = np.where(sign == 0, np.abs(common - 0.5), sign * (common - 0.5))
    ahead = np.where(ahead >= 0, ahead, np.inf)
    nearest = np.argmin(ahead, axis=-1)
    known = np.isfinite(np.take_along_axis(ahead, nearest[..., None], axis=-1)[..., 0])
    return np.where(known, nearest, -1)
