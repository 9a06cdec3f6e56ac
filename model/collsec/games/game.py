"""What every game is: declared parameters, a form, and observables with units."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.parameters import Declared, FloatArray


@dataclass(frozen=True)
class Observable:
    """A number that a solved game shows: its name, unit, one-line definition and shape.

    `per` names the axis behind (*batch, n_equilibria): "" for one number, "member" for one number
    a member. An exact observable is a `fractions.Fraction`, the same for the whole batch. Where the
    number is a code, `labels` names the codes 0, 1 and so on.
    """

    name: str
    unit: str
    meaning: str
    per: str = ""
    is_exact: bool = False
    labels: tuple[str, ...] = ()


class Observed(Mapping[str, Any]):
    """Observables by name, some of which are worked out only when they are asked for.

    `later` maps names to functions; names may share one function, cached by whoever makes it,
    that returns all of them.
    """

    def __init__(
        self, ready: Mapping[str, Any], later: Mapping[str, Callable[[], Mapping[str, Any]]]
    ) -> None:
        self._ready = ready
        self._later = later

    def __getitem__(self, name: str) -> Any:
        return self._ready[name] if name in self._ready else self._later[name]()[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._ready, *self._later))

    def __len__(self) -> int:
        return len(self._ready) + len(self._later)


class Game(Declared):
    """A frozen object that states its equation and makes a form.

    Its fields are the baseline of the paper it comes from; a changed copy is comparative statics;
    a field given an array is a sweep.
    """

    observables: ClassVar[tuple[Observable, ...]] = ()

    @property
    def member_names(self) -> tuple[str, ...]:
        """The members' names, in order; numbered where the game does not name them."""
        named: tuple[str, ...] = getattr(self, "members", ())
        return named or tuple(f"member {i + 1}" for i in range(self.n_members))

    def _expanded(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values, numbers repeated for every member, of whom all or none have names."""
        named, n_members = given.get("members", ()), self._count_members(given)
        if named and n_members > 1 and len(named) != n_members:
            rule = f"has {len(named)} names for {n_members} members"
            remedy = "name every member, or none"
            raise self.parameters["members"].error(self.title(), named, rule, remedy)
        return super()._expanded(given)

    @abstractmethod
    def form(self) -> Form:
        """Return material payoffs, before any assumption about states."""

    @abstractmethod
    def observe(self, equilibria: Equilibria) -> Mapping[str, Any]:
        """Return every observable of the game, by name.

        Arrays have shape (*batch, n_equilibria) or (*batch, n_equilibria, n_members), NaN where
        padded; exact observables are single `fractions.Fraction` objects.
        """

    def merit(self, equilibria: Equilibria) -> FloatArray:
        """Return what the selection lever ranks equilibria by, shape (*batch, n_equilibria).

        The sum of all players' payoffs, unless a game knows what the challenger's opponents want.
        """
        return np.asarray(np.sum(equilibria.payoffs, axis=-1))
