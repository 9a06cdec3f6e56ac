"""Trees and correlated equilibria: games per second, side by side with Gambit and HiGHS."""

import importlib
import importlib.util
import io
import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linprog

from benchmarks.timing import medians, table
from collsec.forms.branches import chance, decision, end
from collsec.forms.normal import NormalForm
from collsec.forms.tree import Terminal, TreeForm
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.interchange import write_game
from collsec.solvers.correlated import Utilitarian, correlated
from collsec.solvers.signalling import signalling

SIZES = (((2, 2), 5000, 50), ((3, 3), 5000, 50), ((5, 5), 1000, 20), ((3, 3, 3), 1000, 20))
"""Actions of each player, games for us, games for HiGHS."""

FEW = 5
"""Trees for Gambit."""

ROUNDS = 3
SEED = 20250103
_SAME = 1e-6


def measure() -> str:
    """Return both tables."""
    rng = np.random.default_rng(SEED)
    return "## Trees and correlated equilibria\n\n" + _trees(rng) + "\n" + _mediators(rng)


def _trees(rng: np.random.Generator) -> str:
    trees = {
        "unilateral deterrence": _unilateral_deterrence(rng, 1000),
        "one message, 2x1 types": _messages(_Draws(rng, 1000), 2, 1),
        "one message, 2x2 types": _messages(_Draws(rng, 1000), 2, 2),
        "three moves, 2x2 types": _three_moves(_Draws(rng, 1000), 2, 2),
        "three moves, 4x4 types": _three_moves(_Draws(rng, 50), 4, 4),
    }
    header = (
        "tree", "collsec, games/s", "enumpoly, games/s", "lcp, games/s", "plays of collsec",
        "of these by enumpoly", "plays by enumpoly", "of these by collsec",
    )  # fmt: skip
    return (
        "Payoffs are standard normal but in unilateral deterrence; chances are multiples of 1/64, "
        "which Gambit reads as exact. Ours are all sequential equilibria, with the ranges of what "
        "supports them, certified. `enumpoly_solve` of Gambit lists Nash equilibria in behaviour "
        "strategies; `lcp_solve` one of them. What Gambit lists and we do not is Nash and not "
        f"sequential. Plays are told apart by the chances of the ends, in the first {FEW} games; "
        "Gambit is handed games that it has read already.\n\n"
    ) + table(header, [_compare(name, form) for name, form in trees.items()])


def _unilateral_deterrence(rng: np.random.Generator, n_games: int) -> TreeForm:
    challenger, defender = rng.integers(1, 64, size=(2, n_games)) / 64
    game = UnilateralDeterrence(p_challenger_hard=challenger, p_defender_hard=defender)
    return game.form().tree()


@dataclass(frozen=True)
class _Draws:
    """Payoffs and chances of games whose types are drawn independently."""

    rng: np.random.Generator
    n_games: int

    def end(self) -> Any:
        """Return an end with payoffs drawn for each game."""
        return end(*self.rng.normal(size=(2, self.n_games)))

    def deal(self, play: Any, first: int, second: int) -> TreeForm:
        """Return the tree in which each pair of types has its own payoffs."""
        odds = [self._odds(n) for n in (first, second)]
        pairs = itertools.product(range(first), range(second))
        deal = {f"{i}{j}": (odds[0][i] * odds[1][j], play(i, j)) for i, j in pairs}
        return TreeForm.grow(chance(deal), ("sender", "receiver"))

    def _odds(self, n: int) -> np.ndarray:
        shuffled = self.rng.permuted(np.tile(np.arange(1, 64), (self.n_games, 1)), axis=1)
        cuts = np.sort(shuffled[:, : n - 1])
        return np.diff(cuts, axis=1, prepend=0, append=64).T / 64


def _messages(draws: _Draws, senders: int, receivers: int) -> TreeForm:
    def reply(j: int, message: str) -> Any:
        return decision("receiver", f"receiver {j}, {message}", {a: draws.end() for a in "ud"})

    def play(i: int, j: int) -> Any:
        return decision("sender", f"sender {i}", {m: reply(j, m) for m in "LR"})

    return draws.deal(play, senders, receivers)


def _three_moves(draws: _Draws, senders: int, receivers: int) -> TreeForm:
    def play(i: int, j: int) -> Any:
        last = {"back down": draws.end(), "fight": draws.end()}
        after = {"yield": draws.end(), "resist": decision("sender", f"sender {i}, resisted", last)}
        first = {"accept": draws.end(), "demand": decision("receiver", f"receiver {j}", after)}
        return decision("sender", f"sender {i}", first)

    return draws.deal(play, senders, receivers)


def _compare(name: str, form: TreeForm) -> list[str]:
    functions: dict[str, Any] = {"collsec": lambda: signalling(form)}
    is_large = len(form.information_sets) > 8
    if importlib.util.find_spec("pygambit") is None or is_large:
        speed = form.table.shape[0] / medians(functions, ROUNDS)["collsec"]
        why = "too slow" if is_large else "not installed"
        return [name, f"{speed:,.0f}", why, "", "", "", "", ""]
    gambit = importlib.import_module("pygambit")
    ones = [
        replace(form, table=form.table[g], probabilities=form.probabilities[g]) for g in range(FEW)
    ]
    games = [gambit.read_efg(io.StringIO(write_game(one, "efg"))) for one in ones]
    functions["enumpoly"] = lambda: [gambit.nash.enumpoly_solve(game) for game in games]
    functions["lcp"] = lambda: [gambit.nash.lcp_solve(game, rational=False) for game in games]
    taken = medians(functions, ROUNDS)
    ours = [_plays(one) for one in ones]
    theirs = [_gambit_plays(form, game, gambit) for game in games]
    return [
        name,
        f"{form.table.shape[0] / taken['collsec']:,.0f}",
        f"{FEW / taken['enumpoly']:,.1f}",
        f"{FEW / taken['lcp']:,.0f}",
        *_shared(ours, theirs),
        *_shared(theirs, ours),
    ]


def _plays(form: TreeForm) -> list[np.ndarray]:
    found = signalling(form)
    return list(form.outcomes(found.strategies)[: int(found.count)])


def _gambit_plays(form: TreeForm, game: Any, gambit: Any) -> list[np.ndarray]:
    """Return the different plays among Gambit's equilibria; nodes stand in the same order."""
    ends = [k for k, node in enumerate(form.nodes) if isinstance(node, Terminal)]
    kept: list[np.ndarray] = []
    for profile in gambit.nash.enumpoly_solve(game).equilibria:
        play = np.array([float(reached) for _, reached in profile.realiz_probs])[ends]
        if not _is_among(play, kept):
            kept.append(play)
    return kept


def _is_among(play: np.ndarray, plays: list[np.ndarray]) -> bool:
    return any(np.abs(play - other).max() < _SAME for other in plays)


def _shared(plays: list[list[np.ndarray]], others: list[list[np.ndarray]]) -> tuple[str, str]:
    """Return how many plays there are in all games, and how many others find too."""
    found = [_is_among(p, there) for here, there in zip(plays, others, strict=True) for p in here]
    return str(len(found)), str(sum(found))


def _mediators(rng: np.random.Generator) -> str:
    lines = []
    for shape, many, few in SIZES:
        tables = rng.normal(size=(many, len(shape), *shape))
        lines.append(_against_highs("x".join(map(str, shape)), tables, few))
    return (
        "The correlated equilibrium with the largest sum of payoffs, which are standard normal. "
        "HiGHS is called through scipy, once a game, with the programme ready.\n\n"
    ) + table(
        ("size", "collsec, games/s", "HiGHS, games/s", "collsec is faster by", "largest gap"),
        lines,
    )


def _against_highs(size: str, tables: np.ndarray, few: int) -> list[str]:
    form = NormalForm(tables, tuple("ABCDEFG"[: tables.shape[1]]))
    programmes = [_programme(one) for one in tables[:few]]
    functions = {
        "collsec": lambda: correlated(form, Utilitarian()),
        "HiGHS": lambda: [_by_highs(*one) for one in programmes],
    }
    taken = medians(functions, ROUNDS)
    speed, other = len(tables) / taken["collsec"], few / taken["HiGHS"]
    values = [_by_highs(*one) for one in programmes]
    gap = np.abs(correlated(form, Utilitarian()).value[:few] - values).max()
    return [size, f"{speed:,.0f}", f"{other:,.0f}", f"{speed / other:,.0f}", f"{gap:.1e}"]


def _programme(payoffs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gains from every deviation, and the sum of payoffs, at every profile."""
    rows = []
    for player, own in enumerate(payoffs):
        moved = np.moveaxis(own, player, 0)
        for told, done in itertools.permutations(range(len(moved)), 2):
            gains = np.zeros_like(moved)
            gains[told] = moved[done] - moved[told]
            rows.append(np.moveaxis(gains, 0, player).ravel())
    return np.array(rows), payoffs.sum(axis=0).ravel()


def _by_highs(gains: np.ndarray, worth: np.ndarray) -> float:
    one = np.ones((1, len(worth)))
    found = linprog(-worth, A_ub=gains, b_ub=np.zeros(len(gains)), A_eq=one, b_eq=[1.0])
    return -float(found.fun)
