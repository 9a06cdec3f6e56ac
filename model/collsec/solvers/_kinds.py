"""Functions that say so when they are given something else than the form they are for."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.parameters import ParameterError

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def checks_kind(function: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """Let a function raise `ParameterError` unless its first argument is what its hint says."""
    first = next(iter(inspect.signature(function).parameters))
    kind = functools.cache(lambda: typing.get_type_hints(function)[first])

    @functools.wraps(function)
    def checked(*arguments: _Given.args, **by_name: _Given.kwargs) -> _Answer:
        given = arguments[0] if arguments else by_name.get(first, _NOTHING)
        if given is not _NOTHING and not isinstance(given, kind()):
            rule = f"must be of the type {kind().__name__}"
            remedy = _remedy(function.__name__, kind(), given)
            raise ParameterError(function.__name__, first, given, rule, remedy)
        return function(*arguments, **by_name)

    return checked


_NOTHING = object()
"""What Python itself says is missing."""


def _remedy(name: str, kind: type, given: Any) -> str:
    """Return what to do in place of giving this to the function by that name."""
    if isinstance(given, type):
        return f"that is a class: make an object of it, {given.__name__}(...)"
    if kind is Equilibria:
        return "give the answer of a solver, such as collsec.solve(form)"
    if not issubclass(kind, Form):
        return f"make one: {kind.__name__}(...)"
    return _whence(name, given)


def _whence(name: str, given: Any) -> str:
    """Return where the form is that was meant; a game is known by its method `form`."""
    if isinstance(given, Form):
        return "collsec.solve(form) takes a solver for the form given"
    if isinstance(given, Equilibria):
        return "give what was solved, the `form` of these equilibria"
    if callable(getattr(given, "form", None)):
        return f"call collsec.solve(game), or {name}(game.form()) where that is of this type"
    return "give a form, such as what the method `form` of a game returns"
