"""A solved game as plain data: what `collsec solve --json` prints and its tables show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from collsec.assumptions import LEVERS, NEUTRAL, Assumptions
from collsec.equilibrium import Equilibria
from collsec.games.game import Game
from collsec.institutions import Institution
from collsec.parameters import Declared, ParameterError
from collsec.study import canonical
from collsec.study.solving import solve, with_institution


def answer(
    game: Game, under: Assumptions = NEUTRAL, institution: Institution | None = None
) -> dict[str, Any]:
    """Solve one game and return everything that is known of its equilibria, ready for JSON.

    Returns
    -------
    dict
        `game`, `parameters`, `under`, `levers`, `institution` (name or None), `players`,
        `labels` (of the axes of strategies that are no list of players),
        `equilibria` (a list; each with `strategies`, `payoffs` in the order of `players`,
        `regret`, `observables`, and `exact` strategies where these are known), `played` (which of
        the list the selection lever takes), `untraced` (whether that is the worst because which one
        is risk-dominant is not known), `observables` (those of the equilibrium played),
        `complete`, `scope` and `method`. Exact rationals are strings such as "421/2145",
        infinities "inf" and "-inf"; what is not a number is None.

    Raises
    ------
    ParameterError
        Where a parameter or lever holds a list of values: that is a sweep, for `collsec run`.
    """
    if institution is not None:
        game = with_institution(game, institution)
    for swept in (game, under):
        _refuse_sweep(swept)
    equilibria = solve(game, under)
    observed = dict(game.observe(equilibria))
    played = int(equilibria.choose(under.selection, game.merit(equilibria)))
    listed = [_equilibrium(equilibria, observed, place) for place in range(int(equilibria.count))]
    return {
        "game": game.title(),
        "parameters": values(game),
        "under": name_of(under),
        "levers": {lever: values(under)[lever] for lever in LEVERS},
        "institution": None if institution is None else institution.label,
        "players": list(equilibria.form.players),
        "labels": {key: plain(axes) for key, axes in equilibria.form.labels.items()},
        "equilibria": listed,
        "played": played if played >= 0 else None,
        "untraced": bool(equilibria.is_untraced(under.selection)),
        "observables": listed[played]["observables"] if played >= 0 else {},
        "complete": bool(equilibria.complete),
        "scope": equilibria.scope,
        "method": equilibria.method,
    }


def values(declared: Declared) -> dict[str, Any]:
    """Return the values as given, by name, with choices spelt out."""
    spelt: dict[str, Any] = canonical.plain(declared)
    return spelt


def name_of(under: Assumptions) -> str:
    """Return the name of an assumption set."""
    return " ".join(under.name) if under.name else "custom"


def plain(value: object) -> Any:
    """Return `value` in types that JSON has: NaN is None, exact rationals are strings.

    So are the infinities: "inf" and "-inf", which Python and R read as numbers.
    """
    match value:
        case Fraction():
            return str(value)
        case np.ndarray() | np.generic():
            return plain(value.tolist())
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case float():
            return value if math.isfinite(value) else None if math.isnan(value) else str(value)
        case _:
            return value


def _equilibrium(equilibria: Equilibria, observed: Mapping[str, Any], place: int) -> dict[str, Any]:
    found = {
        "strategies": {key: plain(array[place]) for key, array in equilibria.strategies.items()},
        "payoffs": plain(equilibria.payoffs[place]),
        "regret": plain(equilibria.regret[place]),
        "observables": {key: plain(_at(value, place)) for key, value in observed.items()},
    }
    exact = {key: array[place] for key, array in (equilibria.exact or {}).items()}
    if known := {key: plain(value) for key, value in exact.items() if _is_known(value)}:
        found["exact"] = known
    return found


def _at(value: Any, place: int) -> Any:
    is_listed = isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype != object
    return value[place] if is_listed else value


def _is_known(value: object) -> bool:
    return not any(item is None for item in np.asarray(value, dtype=object).ravel())


def _refuse_sweep(declared: Declared) -> None:
    if not declared.batch_shape:
        return
    for name, item in declared.parameters.items():
        value = declared.values[name]
        if isinstance(value, np.ndarray) and value.ndim > (item.kind.name == "MEMBERS"):
            raise ParameterError(
                declared.title(),
                name,
                value,
                "is a list of values, which makes a sweep of many games",
                "give one number, or write the list as a [sweep] in a file: collsec run",
            )
