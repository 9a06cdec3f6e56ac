"""Tables in the terminal: as wide as their numbers need, as narrow as their words allow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from collsec.games import catalogue
from collsec.games.game import Game, Observable
from collsec.parameters import Kind, Parameter
from collsec.preset import TEXT_KEYS, Presets
from collsec.study.bibliography import cite
from collsec.study.description import describe
from collsec.study.report import plain

if TYPE_CHECKING:
    import xarray as xr

    from collsec.study.config import Config

FOLDED = 24
"""Columns are folded at blanks to this width, but no further."""

MANY = 10
"""Comparisons show the mean over more members than these."""

GAP = 2
"""Blanks between columns."""

Row = Sequence[object]

_TRAILING = re.compile(r" +$", re.MULTILINE)
_LINE_BREAK = re.compile(r"(?<!\n)[ ]*\n[ ]*(?!\n)")


def show_rows(columns: Sequence[str], rows: Iterable[Row], title: str = "") -> None:
    """Print a table: folded at blanks where it is too wide, so that no number is ever cut."""
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False,
        padding=(0, GAP, 0, 0),
    )  # fmt: skip
    shown = [[_shown(cell) for cell in row] for row in rows]
    least = [_least((column, *(row[i] for row in shown))) for i, column in enumerate(columns)]
    for place, column in enumerate(columns):
        is_number = shown and all(_is_number(row[place]) for row in shown)
        table.add_column(
            column, justify="right" if is_number else "left", min_width=least[place]
        )  # fmt: skip
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    width = max(Console().width, sum(least) + GAP * len(columns))
    console = Console(highlight=False, width=width)
    with console.capture() as written:
        console.print(table)
    console.file.write(_TRAILING.sub("", written.get()))


def _least(cells: Sequence[str]) -> int:
    """Return the least width of a column: that of its longest piece without a blank."""
    pieces = [cell_len(piece) for cell in cells for piece in cell.split()]
    return max(min(max(map(cell_len, cells)), FOLDED), *pieces, 1)


def say(text: str = "", style: str = "") -> None:
    """Print a paragraph."""
    Console(highlight=False).print(Text(text, style=style))


def show_game(game: type[Game]) -> None:
    """Print what a game is: question, moves, equation, parameters, observables, references."""
    about = describe(game)
    folder = catalogue.question(game.title())
    say(f"{game.title()}{f' ({folder})' if folder else ''}", "bold")
    say(about.question)
    for part in (_LINE_BREAK.sub(" ", about.moves), *about.equations):
        say(f"\n{part}")
    if about.results:
        say("\nKnown results", "bold")
        say(_LINE_BREAK.sub(" ", about.results))
    say()
    columns = ("parameter", "symbol", "unit", "range", "default", "meaning", "source")
    show_rows(columns, [_declared(item) for item in game.parameters.values()], "Parameters")
    say()
    seen = [(item.name, item.unit, _per(item), item.meaning) for item in game.observables]
    show_rows(("observable", "unit", "per", "meaning"), seen, "Observables")
    say("\nReferences", "bold")
    for key in about.references:
        say(f"{key}: {cite(key)}" if cite(key) != key else key)


def show_answer(game: Game, found: Mapping[str, Any]) -> None:
    """Print the equilibria of one solved game."""
    number = len(found["equilibria"])
    known = "all there are" if found["complete"] else "perhaps not all there are"
    under = f"{found['game']} under {found['under']} assumptions"
    say(under + (f", {found['institution']}" if found["institution"] else ""), "bold")
    noun = "equilibrium" if number == 1 else "equilibria"
    say(f"{number} {noun}, {known} in scope: {found['scope']}. Solver: {found['method']}.")
    say()
    listed = found["equilibria"]
    heads = [
        f"#{place + 1}{' played' if number > 1 and place == found['played'] else ''}"
        for place in range(number)
    ]
    columns = ("observable", *heads, "unit", "meaning")
    show_rows(columns, _single_numbers(game, listed))
    for head, equilibrium in zip(heads, listed, strict=True):
        say()
        vectors = _vectors(game, equilibrium, len(found["players"]))
        lines = zip(found["players"], *vectors.values(), strict=True)
        show_rows(("player", *vectors), lines, f"Equilibrium {head}")
    if longer := [key for key in listed[0]["strategies"] if _is_long(game, listed[0], key)]:
        say(f"\nStrategies with more parts than fit in a table are in --json: {', '.join(longer)}.")


def show_comparison(game: Game, found: Sequence[Mapping[str, Any]]) -> None:
    """Print the observables of the equilibria played, one column a case."""
    labels = [" / ".join(filter(None, (case["under"], case["institution"]))) for case in found]
    rows: list[Row] = [("number of equilibria", *(len(case["equilibria"]) for case in found), "1")]
    for item in game.observables:
        cells = [case["observables"].get(item.name) for case in found]
        if item.per and any(isinstance(cell, list) for cell in cells):
            rows += _per_member(game, item, cells)
        else:
            rows.append((item.name, *cells, item.unit))
    show_rows(("observable", *labels, "unit"), rows, f"{game.title()}: the equilibria played")


def show_presets(presets: Presets[Any], name: str | None) -> None:
    """Print the presets of a kind, or every value of one with its reason and source."""
    if name is None:
        documents = [(known, presets.document(known).values) for known in presets.names()]
        listed = [(known, text["title"], text["summary"]) for known, text in documents]
        show_rows(("name", "title", "summary"), listed)
        return
    presets.load(name)
    document = presets.document(name)
    say(str(document.values.get("title", name)), "bold")
    say(str(document.values.get("summary", "")))
    for key, entry in document.values.items():
        if key not in TEXT_KEYS:
            stated = entry if isinstance(entry, dict) else {"value": entry}
            say(f"\n{key} = {_toml(stated['value'])}", "bold")
            say(stated.get("why", "no reason given"))
            say(cite(stated["source"]) if "source" in stated else "no source given")


def show_origin(config: Config) -> None:
    """Print every value of a config with the file and line that set it."""
    resolved, origin = _flat(config.resolved()), config.origin()
    rows = [(key, _toml(value), origin.get(key, _nearest(key, origin))) for key, value in resolved]
    show_rows(("key", "value", "set by"), rows)


def show_result(path: Path, dataset: xr.Dataset, log: Mapping[str, Any]) -> None:
    """Print where a dataset is, what it holds and how long it took."""
    Console(highlight=False).print(Text(str(path), style="bold"), soft_wrap=True)
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


def _declared(item: Parameter) -> Row:
    default = "required" if item.default is None else plain(item.normalise("default", item.default))
    if item.options is not None and item.default is not None:
        default = item.options(item.default).name.lower().replace("_", "-")
    if item.kind is Kind.OBJECT:
        default = getattr(item.default, "label", "none")
    return (
        item.name, item.symbol, item.unit, item.range, _toml(default), item.meaning, item.source
    )  # fmt: skip


def _per(item: Observable) -> str:
    return item.per or ("game" if item.is_exact else "equilibrium")


def _single_numbers(game: Game, listed: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the rows of what is one number an equilibrium, the certificate last."""
    rows: list[Row] = [
        (item.name, *(found["observables"].get(item.name) for found in listed), item.unit,
         item.meaning)
        for item in game.observables
        if not item.per
    ]  # fmt: skip
    rows += [
        (key, *(_strategy(found, key) for found in listed), "", "strategy")
        for key, value in listed[0]["strategies"].items()
        if not isinstance(value, list)
    ]
    regret = [found["regret"] for found in listed]
    return [*rows, ("regret", *regret, "payoff", "largest gain from deviating: the certificate")]


def _vectors(game: Game, found: Mapping[str, Any], n_players: int) -> dict[str, Sequence[Any]]:
    """Return what is one entry a player, by name; members come first among the players."""
    vectors = {
        key: _strategy(found, key) for key in found["strategies"] if _is_one_each(game, found, key)
    }
    vectors["payoff"] = found["payoffs"]
    for item in game.observables:
        if item.per and isinstance(observed := found["observables"].get(item.name), list):
            vectors.setdefault(item.name, observed)
    return {
        key: [*value, *[None] * (n_players - len(value))]
        for key, value in vectors.items()
        if len(value) <= n_players
    }


def _is_one_each(game: Game, found: Mapping[str, Any], key: str) -> bool:
    value = found["strategies"][key]
    is_flat = isinstance(value, list) and np.ndim(value) <= 2
    return is_flat and len(value) in (len(found["payoffs"]), game.n_members)


def _is_long(game: Game, found: Mapping[str, Any], key: str) -> bool:
    return isinstance(found["strategies"][key], list) and not _is_one_each(game, found, key)


def _strategy(found: Mapping[str, Any], key: str) -> Any:
    return found.get("exact", {}).get(key, found["strategies"][key])


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


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return _toml(value) if isinstance(value, (list, dict, bool)) else str(value)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            return "[" + ", ".join(_toml(item) for item in value) + "]"
        case Mapping():
            return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
        case _:
            return _shown(value)


def _is_number(cell: str) -> bool:
    try:
        return not math.isnan(float(cell))
    except ValueError:
        return cell == "-" or cell.replace("/", "").isdigit()
