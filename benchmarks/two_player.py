"""All equilibria of random two-player games: games per second, and whose answer is right."""

import importlib
import importlib.util
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from benchmarks.timing import medians, table
from collsec.forms.normal import NormalForm
from collsec.kernel import spread
from collsec.solvers._bimatrix_two import solve_all
from collsec.solvers.bimatrix import bimatrix

SIZES = ((2, 1_000_000, 2_000, 1000), (3, 100_000, 1_000, 40), (4, 100_000, 500, 20))
SIZES = (*SIZES, (8, 1_000, 10, 5))
"""Actions a side, games for us, games for the peers, and how many times QuantEcon's speed is due,
whichever of its solvers is the quicker.

The peers take one game at a time, so that their speed does not depend on the number of games.
"""

COMPARED = 10_000
ROUNDS = 5
SEED = 20250101

Solve = Callable[[np.ndarray], list[Any]]


def quantecon() -> Solve:
    """Return support enumeration by QuantEcon."""
    theory = importlib.import_module("quantecon.game_theory")

    def solve(table: np.ndarray) -> list[np.ndarray]:
        players = theory.Player(table[0]), theory.Player(np.ascontiguousarray(table[1].T))
        pairs = theory.support_enumeration(theory.NormalFormGame(players))
        return [np.concatenate(pair) for pair in pairs]

    return solve


def quantecon_vertices() -> Solve:
    """Return vertex enumeration by QuantEcon."""
    theory = importlib.import_module("quantecon.game_theory")

    def solve(table: np.ndarray) -> list[np.ndarray]:
        players = theory.Player(table[0]), theory.Player(np.ascontiguousarray(table[1].T))
        pairs = theory.vertex_enumeration(theory.NormalFormGame(players))
        return [np.concatenate(pair) for pair in pairs]

    return solve


def nashpy() -> Solve:
    """Return vertex enumeration by nashpy."""
    theory = importlib.import_module("nashpy")

    def solve(table: np.ndarray) -> list[np.ndarray]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pairs = theory.Game(table[0], table[1]).vertex_enumeration()
            return [np.concatenate(pair) for pair in pairs]

    return solve


def gambit() -> Solve:
    """Return Gambit's enumeration of vertices, in floating point."""
    theory = importlib.import_module("pygambit")

    def solve(table: np.ndarray) -> list[np.ndarray]:
        m, n = table.shape[1:]
        payoffs = " ".join(map(repr, table.transpose(2, 1, 0).ravel().tolist()))
        text = f'NFG 1 R "" {{ "row" "column" }} {{ {m} {n} }}\n\n{payoffs}\n'
        game = theory.read_nfg(io.StringIO(text))
        found = theory.nash.enummixed_solve(game, rational=False).equilibria
        return list(found)

    return solve


PEERS = {
    "quantecon support enumeration": ("quantecon", quantecon),
    "quantecon vertex enumeration": ("quantecon", quantecon_vertices),
    "nashpy vertex enumeration": ("nashpy", nashpy),
    "gambit enummixed": ("pygambit", gambit),
}


def measure() -> str:
    """Return all tables."""
    rng = np.random.default_rng(SEED)
    parts = [
        "## Two-player games\n",
        "Payoffs are standard normal; every solver builds its games.\n",
    ]
    parts += [_speed(rng), _kernel(rng), _agreement(rng), _degenerate(rng)]
    return "\n".join(parts)


def _form(tables: np.ndarray) -> NormalForm:
    return NormalForm(tables, ("row", "column"))


def _installed() -> dict[str, Solve]:
    return {
        name: load()
        for name, (module, load) in PEERS.items()
        if importlib.util.find_spec(module) is not None
    }


def _speed(rng: np.random.Generator) -> str:
    lines = []
    peers = _installed()
    for n, many, few, due in SIZES:
        tables = rng.normal(size=(many, 2, n, n))
        matrices = tables[:, 0].copy(), tables[:, 1].copy()
        functions: dict[str, Any] = {
            "collsec": lambda matrices=matrices: bimatrix(NormalForm.from_bimatrix(*matrices))
        }
        for name, solve in peers.items():
            functions[name] = lambda solve=solve, tables=tables, few=few: [
                solve(table) for table in tables[:few]
            ]
        taken = medians(functions, ROUNDS)
        ours = many / taken.pop("collsec")
        lines.append([f"{n}x{n}", "collsec, certified", f"{ours:,.0f}", "1", ""])
        for name in PEERS:
            if name not in taken:
                lines.append([f"{n}x{n}", name, "not installed", "", ""])
                continue
            ratio = ours * taken[name] / few
            is_due = name.startswith("quantecon")
            bar = f"{due}: {'met' if ratio >= due else 'missed'}" if is_due else ""
            lines.append([f"{n}x{n}", name, f"{few / taken[name]:,.0f}", f"{ratio:,.1f}", bar])
    return table(("size", "solver", "games/s", "collsec is faster by", "bar"), lines)


@njit(nogil=True, error_model="numpy")
def _uncertified(first: Any, second: Any, answer: Any) -> None:
    """Solve 2x2 games without judging them."""
    solve_all((first, second), answer)


def _kernel(rng: np.random.Generator) -> str:
    """Compare the bare 2x2 solver with the speed at which two threads copy memory."""
    n_games, grain = 1_000_000, 1 << 14
    tables = rng.normal(size=(n_games, 2, 2, 2))
    answer = (
        *(np.zeros((n_games, 3, 2)), np.zeros((n_games, 3, 2)), np.zeros((n_games, 3))),
        *(np.zeros(n_games, int), np.zeros(n_games, bool), np.zeros(n_games, int)),
    )
    source = np.ones(sum(part.nbytes for part in (tables, *answer)) // 16)
    target = np.zeros_like(source)

    def solve(start: int, stop: int) -> None:
        first, second = tables[start:stop, 0], tables[start:stop, 1]
        _uncertified(first, second, tuple(part[start:stop] for part in answer))

    def copy(start: int, stop: int) -> None:
        target[start:stop] = source[start:stop]

    functions = {
        "kernel": lambda: spread(solve, n_games, grain),
        "copy": lambda: spread(copy, source.size, source.size // 64),
    }
    taken = medians(functions, 2 * ROUNDS)
    speed, share = n_games / taken["kernel"], taken["copy"] / taken["kernel"]
    return (
        f"The 2x2 solver without certificates: {speed:,.0f} games/s, {share:.0%} of the bound that "
        f"memory sets. A game's payoffs are read (64 bytes) and its answer is written "
        f"({16 * source.size // n_games - 64} bytes); the bound is the time in which the same "
        "threads copy half as many bytes, which reads and writes as many in all. Both work in "
        "memory that is in use already.\n"
    )


def _agreement(rng: np.random.Generator) -> str:
    """Count on how many games QuantEcon and we differ, and whose certificates hold."""
    peers = _installed()
    if "quantecon support enumeration" not in peers:
        return "quantecon is not installed: no comparison of answers.\n"
    lines = []
    for n, *_ in SIZES:
        tables = rng.normal(size=(COMPARED, 2, n, n))
        found = bimatrix(_form(tables))
        differ, theirs_fail = 0, 0
        for place, game in enumerate(tables):
            theirs = np.array(peers["quantecon support enumeration"](game)).reshape(-1, 2 * n)
            ours = np.concatenate([found.strategies[p][place] for p in ("row", "column")], axis=-1)
            same = _same(ours[: found.count[place]], theirs)
            differ += not same
            theirs_fail += not same and not _is_certified(game, theirs)
        odd = int((~found.complete).sum())
        worst = np.nanmax(found.regret)
        cells = (COMPARED, differ, theirs_fail, odd)
        lines.append([f"{n}x{n}", *(f"{cell:,}" for cell in cells), f"{worst:.1e}"])
    return table(
        (
            "size", "games", "answers differ", "of these QuantEcon's uncertified or even in number",
            "ours not called complete", "our largest regret",
        ),
        lines,
    )  # fmt: skip


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    if first.shape != second.shape:
        return False
    gaps = np.abs(first[:, None] - second[None]).max(axis=-1)
    return bool(gaps.min(axis=0).max() < 1e-6 and gaps.min(axis=1).max() < 1e-6)


def _is_certified(game: np.ndarray, profiles: np.ndarray) -> bool:
    """Whether all profiles are equilibria and their number is odd, as in a game without ties."""
    n = game.shape[-1]
    mixes = {"row": profiles[:, :n], "column": profiles[:, n:]}
    return len(profiles) % 2 == 1 and bool(np.all(_form(game).regret(mixes) < 1e-9))


def _degenerate(rng: np.random.Generator) -> str:
    lines = []
    for n in (2, 3):
        form = _form(rng.integers(0, 3, size=(100_000, 2, n, n)).astype(float))
        taken = medians({"collsec": lambda form=form: bimatrix(form)}, ROUNDS)["collsec"]
        found = bimatrix(form)
        empty, open_ = int((found.count == 0).sum()), int((~found.complete).sum())
        worst = np.nanmax(found.regret)
        lines.append(
            [f"{n}x{n}", f"{1e5 / taken:,.0f}", f"{empty}", f"{open_}", f"{worst:.1e}"]
        )  # fmt: skip
    header = ("degenerate, payoffs 0 to 2", "games/s", "empty", "not complete", "largest regret")
    return table(header, lines)
