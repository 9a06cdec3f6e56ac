r"""All equilibria of a threat between two sides of two types, in closed form.

Every support has one row of quotients (`_threat_supports`); rows that meet all conditions of
optimality are equilibria. In the game as published, with thresholds

.. math::

    c_s = \frac{c_{DC}-c_{SQ}}{c_{DC}-c_{CD}}, \quad
    c_t = \frac{c_{DC}-c_{SQ}}{c_{DC}-c_{DD+}}, \quad
    r^* = \frac{d_{CD}-d_{DC}}{d_{CD}-d_{DD-}},

these are the regions of Zagare and Kilgour (1993). Where relative gains, pledges or other payoffs
upset the order of payoffs, the same rows give what is left.

References
----------
zagare1993asymmetric, kreps1982sequential, fudenberg1991perfect
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.threat import DEMAND_BELIEF, RESIST_BELIEF, ThreatForm
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._threat_stakes import Play, Stakes
from collsec.solvers._threat_supports import each_on_path, unchallenged, unresisted
from collsec.solvers.logit_play import from_centroid

SCOPE = (
    "perfect Bayesian equilibria, one for each support on the path, in which no more types mix "
    "than the other side can keep indifferent"
)
_AT_ONCE = 1024
_NAMES = ("demand", "resist", "fight", DEMAND_BELIEF, RESIST_BELIEF)


@checks_kind
def threat(form: ThreatForm, tie: float = 1e-11) -> Equilibria:
    """Find all perfect Bayesian equilibria of every game of the batch.

    Listed in this order: nobody demands; every demand is conceded, by who demands; then those in
    which demands are resisted, pure ones first. Those in which nobody demands differ only in what
    would follow a demand; one stands for them all, in which, if possible, nobody mixes and a
    demand would not change what is believed of the challenger.

    `tie` is a share of each player's spread of payoffs. An equilibrium that a change of payoffs by
    less would end is on a border between regions: it is listed, but there are others near by, a
    continuum of them on the path, and `complete` is false. `centroid` is the equilibrium that agent
    logit play leads to (`logit_play`), -1 where it comes to none of those listed. A game takes
    some twenty microseconds, certificate included, and some milliseconds more where it has several
    equilibria, to follow logit play.
    """
    stakes = Stakes.of(form)
    parts = [
        _found(stakes.part(low, low + _AT_ONCE), tie) for low in range(0, len(stakes), _AT_ONCE)
    ] or [_NONE]
    width = max(part.width for part in parts)
    columns = [
        np.concatenate(column) for column in zip(*(p.padded(width) for p in parts), strict=True)
    ]
    shaped = [column.reshape(*form.batch_shape, *column.shape[1:]) for column in columns]
    is_firm = np.concatenate([part.is_firm for part in parts]).reshape(form.batch_shape)
    scale = np.abs(form.utility).max(axis=(-4, -3, -2, -1))
    return certify(
        form,
        dict(zip(_NAMES, shaped, strict=True)),
        complete=is_firm,
        scope=SCOPE,
        method="threat",
        centroid=functools.partial(from_centroid, form),
        scale=np.maximum(np.broadcast_to(scale, form.batch_shape), 1.0),
    )


class _Found(NamedTuple):
    """The equilibria of some games, in front, and whether none of them is on a border."""

    play: Play
    is_firm: BoolArray

    @property
    def width(self) -> int:
        return int(self.play.demander_hard.shape[1])

    def padded(self, width: int) -> Iterable[FloatArray]:
        for array in self.play:
            more = [(0, 0), (0, width - self.width), *[(0, 0)] * (array.ndim - 2)]
            yield np.pad(array, more, constant_values=np.nan)


_NONE = _Found(Play(*[np.empty((0, 1, 2))] * 3, *[np.empty((0, 1))] * 2), np.empty(0, np.bool_))
"""What is found in no games."""


def _found(stakes: Stakes, tie: float) -> _Found:
    with np.errstate(divide="ignore", invalid="ignore"):
        groups = [_one_of(stakes, unchallenged(stakes), tie)]
        groups += [_one_of(stakes, plays, tie) for plays in unresisted(stakes)]
        groups += [(play, stakes.room(play)) for play in each_on_path(stakes)]
    play = Play(
        *(np.concatenate(column, axis=1) for column in zip(*(g[0] for g in groups), strict=True))
    )
    room = np.concatenate([g[1] for g in groups], axis=1)
    holds = room >= -tie
    order = np.argsort(~holds, axis=1, kind="stable")[:, : max(int(holds.sum(axis=1).max()), 1)]
    live = np.take_along_axis(holds, order, axis=1)
    kept = (_arranged(array, order, live) for array in play)
    return _Found(Play(*kept), ~np.any(holds & (room <= tie), axis=1))


def _one_of(stakes: Stakes, plays: Iterable[Play], tie: float) -> tuple[Play, FloatArray]:
    """Return the first play that holds in each game, one that is firm before one that is not."""
    listed = list(plays)
    play = Play(*(np.concatenate(column, axis=1) for column in zip(*listed, strict=True)))
    room = stakes.room(play)
    rank = np.where(room > tie, 0, np.where(room >= -tie, 1, 2))
    first = np.argmin(rank, axis=1)[:, None]
    always = np.ones_like(first, dtype=bool)
    return Play(*(_arranged(a, first, always) for a in play)), np.take_along_axis(room, first, 1)


def _arranged(array: FloatArray, order: IntArray, live: BoolArray) -> FloatArray:
    for _ in range(array.ndim - 2):
        order, live = order[..., None], live[..., None]
    wide = np.broadcast_to(order, (*order.shape[:2], *array.shape[2:]))
    return np.where(live, np.take_along_axis(array, wide, axis=1), np.nan)
