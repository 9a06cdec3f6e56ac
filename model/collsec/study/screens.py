"""What the commands show: games, solved games, comparisons, presets, configs, datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collsec.assumptions import LEVERS, NEUTRAL
from collsec.assumptions import PRESETS as ASSUMPTIONS
from collsec.games import catalogue
from collsec.games.game import Game, Observable
from collsec.parameters import Derived, Kind, Parameter, label
from collsec.preset import TEXT_KEYS, Presets
from collsec.study.bibliography import cite
from collsec.study.description import describe
from collsec.study.prose import show_prose
from collsec.study.report import plain, values
from collsec.study.strategies import MANY, Strategies, chosen
from collsec.study.tables import Row, say, show_rows, toml

if TYPE_CHECKING:
    import xarray as xr

    from collsec.study.config import Config

NEUTRAL_ROW = ("neutral", "Neutral", "The levers that change nothing: each game as published.")
"""What is said of the neutral set, which needs no file: no value of it needs a reason."""


def show_game(game: type[Game]) -> None:
    """Print what a game is: question, moves, equation, parameters, observables, references."""
    about = describe(game)
    folder = catalogue.question(game.title())
    say(f"{game.title()}{f' ({folder})' if folder else ''}", "bold")
    say(about.question)
    say()
    show_prose(about.moves)
    for head, text in {"Known results": about.results, "Levers": about.levers}.items():
        if text:
            say(f"\n{head}", "bold")
            show_prose(text)
    say()
    columns = ("parameter", "symbol", "unit", "range", "default", "meaning", "source")
    show_rows(columns, [declared(item) for item in game.parameters.values()], "Parameters")
    say()
    seen = [(item.name, item.unit, _per(item), item.meaning) for item in game.observables]
    show_rows(("observable", "unit", "per", "meaning"), seen, "Observables")
    say("\nReferences", "bold")
    for key in about.references:
        say(f"{key}: {cite(key)}" if cite(key) != key else key)


def show_answer(game: Game, found: Mapping[str, Any]) -> None:
    """Print the equilibria of one solved game."""
    listed = found["equilibria"]
    number = len(listed)
    known = "all there are" if found["complete"] else "perhaps not all there are"
    under = f"{found['game']} under {found['under']} assumptions"
    say(under + (f", {found['institution']}" if found["institution"] else ""), "bold")
    noun = "equilibrium" if number == 1 else "equilibria"
    say(f"{number} {noun}, {known} in scope: {found['scope']}. Solver: {found['method']}.")
    if found["untraced"]:
        say("Which of them is risk-dominant is not known; the worst for the opponents is played.")
    say()
    heads = [
        f"#{place + 1}{' played' if number > 1 and place == found['played'] else ''}"
        for place in range(number)
    ]
    show_rows(("observable", *heads, "unit", "meaning"), _single_numbers(game, listed))
    answers = [Strategies(game, found, equilibrium) for equilibrium in listed]
    for head, one in zip(heads, answers, strict=True):
        say(f"\nEquilibrium {head}", "bold")
        _show_strategies(found["players"], one)
    if longer := answers[0].too_long():
        say(f"\nStrategies with more parts than fit in a table are in --json: {', '.join(longer)}.")


def _show_strategies(players: Sequence[str], one: Strategies) -> None:
    vectors = one.of_players()
    show_rows(("player", *vectors), zip(players, *vectors.values(), strict=True))
    if cases := one.by_case():
        say()
        show_rows(("player", *cases), zip(players, *cases.values(), strict=False))
    for columns, rows in one.tables():
        say()
        show_rows(("strategy", *columns), rows)


def show_comparison(game: Game, found: Sequence[Mapping[str, Any]]) -> None:
    """Print the observables of the equilibria played, one column a case."""
    labels = [" / ".join(filter(None, (case["under"], case["institution"]))) for case in found]
    rows: list[Row] = [("number of equilibria", *(len(case["equilibria"]) for case in found), "1")]
    for item in game.observables:
        cells = [_named(item, case["observables"].get(item.name)) for case in found]
        if item.per and any(isinstance(cell, list) for cell in cells):
            rows += _per_member(game, item, cells)
        else:
            rows.append((item.name, *cells, item.unit))
    show_rows(("observable", *labels, "unit"), rows, f"{game.title()}: the equilibria played")


def show_assumptions(name: str | None) -> None:
    """Print the assumption sets, neutral first, or the levers of one."""
    if name == NEUTRAL_ROW[0]:
        say(NEUTRAL_ROW[1], "bold")
        say(NEUTRAL_ROW[2])
        for lever, value in values(NEUTRAL).items():
            if lever in LEVERS:
                say(f"\n{lever} = {toml(value)}", "bold")
    else:
        show_presets(ASSUMPTIONS, name, NEUTRAL_ROW)


def show_presets(presets: Presets[Any], name: str | None, *first: Row) -> None:
    """Print the presets of a kind below `first`, or every value of one with reason and source."""
    if name is None:
        documents = [(known, presets.document(known).values) for known in presets.names()]
        listed = [(known, text["title"], text["summary"]) for known, text in documents]
        show_rows(("name", "title", "summary"), [*first, *listed])
        return
    presets.load(name)
    document = presets.document(name)
    say(str(document.values.get("title", name)), "bold")
    say(str(document.values.get("summary", "")))
    for key, entry in document.values.items():
        if key not in TEXT_KEYS:
            stated = entry if isinstance(entry, dict) else {"value": entry}
            say(f"\n{key} = {toml(stated['value'])}", "bold")
            say(stated.get("why", "no reason given"))
            say(cite(stated["source"]) if "source" in stated else "no source given")


def show_origin(config: Config) -> None:
    """Print every value of a config with the file and line that set it."""
    resolved, origin = _flat(config.resolved()), config.origin()
    rows = [(key, toml(value), origin.get(key, _nearest(key, origin))) for key, value in resolved]
    show_rows(("key", "value", "set by"), rows)


def show_result(path: Path, dataset: xr.Dataset, log: Mapping[str, Any]) -> None:
    """Print where a dataset is, what it holds and how long it took."""
    say(str(path), "bold", is_whole=True)
    sizes = ", ".join(f"{name} {size}" for name, size in dataset.sizes.items())
    say(f"Dimensions: {sizes}.")
    if log.get("games"):
        games, seconds = int(log["games"]), float(log["seconds"])
        uncertified = f"{log['uncertified']} without a certified equilibrium"
        each = f"{1e6 * seconds / games:.3g} microseconds a game"
        say(f"{games:,} games in {seconds:.3g} s ({each}), {uncertified}.")
    say()
    rows = [
        (str(name), " x ".join(map(str, array.dims)), array.attrs.get("units", ""),
         array.attrs.get("long_name", ""))
        for name, array in dataset.data_vars.items()
    ]  # fmt: skip
    show_rows(("variable", "dimensions", "unit", "meaning"), rows)


def declared(item: Parameter) -> Row:
    """Return name, symbol, unit, range, default, meaning and source of a parameter."""
    return (
        item.name, item.symbol, item.unit, item.range, _default(item), item.meaning, item.source
    )  # fmt: skip


def _default(item: Parameter) -> str:
    if isinstance(item.default, Derived):
        return item.default.text
    if item.options is not None and item.default is not None:
        return toml(label(item.options(item.default)))
    if item.kind is Kind.OBJECT:
        return str(getattr(item.default, "label", "none"))
    if item.default is None:
        return "required"
    return toml(plain(item.normalise("default", item.default)))


def _per(item: Observable) -> str:
    return item.per or ("game" if item.is_exact else "equilibrium")


def _single_numbers(game: Game, listed: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the rows of what is one number an equilibrium, the certificate last."""
    rows: list[Row] = [
        (item.name, *(_named(item, found["observables"].get(item.name)) for found in listed),
         item.unit, item.meaning)
        for item in game.observables
        if not item.per
    ]  # fmt: skip
    rows += [
        (key, *(chosen(found, key) for found in listed), "", "strategy")
        for key, value in listed[0]["strategies"].items()
        if not isinstance(value, list)
    ]
    regret = [found["regret"] for found in listed]
    return [*rows, ("regret", *regret, "payoff", "largest gain from deviating: the certificate")]


def _named(item: Observable, value: Any) -> Any:
    """Return the name of a code, and any other value as it is."""
    return item.labels[int(value)] if item.labels and isinstance(value, float) else value


def _per_member(game: Game, item: Observable, cells: Sequence[Any]) -> list[Row]:
    """Return a row a member; the mean over the members where they are many."""
    lists = [cell if isinstance(cell, list) else [] for cell in cells]
    if game.n_members > MANY:
        means = [_mean(cell) for cell in lists]
        return [(f"{item.name}, mean of {game.n_members}", *means, item.unit)]
    return [
        (f"{item.name}, {name}", *(cell[i] if i < len(cell) else None for cell in lists), item.unit)
        for i, name in enumerate(game.member_names)
    ]


def _mean(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known) if known else None


def _flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, value in values.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            rows += _flat(value, f"{name}.")
        else:
            rows.append((name, value))
    return rows


def _nearest(key: str, origin: Mapping[str, str]) -> str:
    while "." in key:
        key = key.rpartition(".")[0]
        if key in origin:
            return origin[key]
    return "default"
