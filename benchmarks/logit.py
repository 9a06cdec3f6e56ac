"""The principal branch of logit equilibria: games per second, side by side with Gambit."""

import importlib
import importlib.util
import io

import numpy as np

from benchmarks.timing import medians, table
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.interchange import write_game
from collsec.solvers.logit import logit

SHAPES = (((2, 2), 2000, 20), ((3, 3), 2000, 20), ((2, 2, 2), 1000, 20), ((2, 3, 4), 200, 10))
"""Actions of each player, games for us, games for Gambit."""

RATIONALITY = (0.5, 2.0, 8.0)
ROUNDS = 3
SEED = 20250102


def measure() -> str:
    """Return the table."""
    rng = np.random.default_rng(SEED)
    lines = []
    for shape, many, few in SHAPES:
        tables = rng.normal(size=(many, len(shape), *shape))
        lines.append(_compare("x".join(map(str, shape)), tables, few))
    return (
        "## Logit equilibria\n\nPayoffs are standard normal; each solver follows the principal "
        f"branch to λ = {', '.join(map(str, RATIONALITY))}, and ours is certified. Gambit is "
        "handed games that it has read already.\n\n"
    ) + table(
        ("size", "collsec, games/s", "gambit, games/s", "collsec is faster by", "largest gap"),
        lines,
    )


def _players(tables: np.ndarray) -> tuple[str, ...]:
    return tuple("ABCDEFG"[: tables.shape[1]])


def _ours(tables: np.ndarray) -> np.ndarray:
    """Return profiles, shape (n_rationalities, n_games, actions of all players)."""
    form = NormalForm(tables, _players(tables))
    found = logit(LogitForm(form, np.array(RATIONALITY)[:, None]))
    return np.concatenate([found.strategies[name][..., 0, :] for name in form.players], axis=-1)


def _compare(size: str, tables: np.ndarray, few: int) -> list[str]:
    functions = {"collsec": lambda: _ours(tables)}
    if importlib.util.find_spec("pygambit") is None:
        taken = medians(functions, ROUNDS)
        return [size, f"{len(tables) / taken['collsec']:,.0f}", "not installed", "", ""]
    gambit = importlib.import_module("pygambit")
    players = _players(tables)
    games = [
        gambit.read_nfg(io.StringIO(write_game(NormalForm(one, players), "nfg")))
        for one in tables[:few]
    ]

    def theirs() -> list[list[list[float]]]:
        return [
            [
                [chance for mix in answer.profile for _, chance in mix]
                for answer in gambit.qre.logit_solve_lambda(game, list(RATIONALITY))
            ]
            for game in games
        ]

    functions["gambit"] = theirs
    taken = medians(functions, ROUNDS)
    speed, other = len(tables) / taken["collsec"], few / taken["gambit"]
    gap = np.abs(np.array(theirs()).swapaxes(0, 1) - _ours(tables)[:, :few]).max()
    return [size, f"{speed:,.0f}", f"{other:,.0f}", f"{speed / other:,.1f}", f"{gap:.1e}"]
