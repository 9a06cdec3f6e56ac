"""Grow a game tree from its branches: who moves, what they know, where it ends.

>>> entry = decision(
...     "entrant",
...     "entry",
...     {
...         "out": end(0.0, 2.0),
...         "in": decision(
...             "incumbent", "reply", {"fight": end(-1.0, -1.0), "share": end(1.0, 1.0)}
...         ),
...     },
... )
>>> list(entry.branches)
['out', 'in']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collsec.parameters import FloatArray

Amount = float | FloatArray
"""A number, or an array of them of shape (*batch)."""


@dataclass(frozen=True, eq=False)
class End:
    """A play is over: what each player receives, in the order of the players."""

    payoffs: tuple[Amount, ...]
    label: str = ""


@dataclass(frozen=True, eq=False)
class Decision:
    """A player chooses, knowing no more than which information set the play has reached."""

    player: str
    information_set: str
    branches: Mapping[str, Branch]


@dataclass(frozen=True, eq=False)
class Chance:
    """Nature draws one of several outcomes with known probabilities."""

    branches: Mapping[str, tuple[Amount, Branch]]
    label: str = ""


Branch = End | Decision | Chance


def end(*payoffs: Amount, label: str = "") -> End:
    """Return the end of a play with these payoffs, one per player."""
    return End(payoffs, label)


def decision(player: str, information_set: str, branches: Mapping[str, Branch]) -> Decision:
    """Return a choice of `player` between the named branches.

    Nodes with the same `information_set` cannot be told apart by their player; they must offer
    the same actions.
    """
    return Decision(player, information_set, MappingProxyType(dict(branches)))


def chance(branches: Mapping[str, tuple[Amount, Branch]], label: str = "") -> Chance:
    """Return a draw: for each outcome its probability and what follows."""
    return Chance(MappingProxyType(dict(branches)), label)
