"""Participation games: the speed of the solver, and the same point of the branch by Gambit."""

import importlib
import importlib.util
import io
import time
from typing import Any

import numpy as np

from benchmarks.timing import medians, table
from collsec.forms.participation import ParticipationForm
from collsec.forms.shock import Shock
from collsec.games.response.response import Response
from collsec.solvers.mean_field import mean_field
from collsec.solvers.noise_branch import noise_branch
from collsec.solvers.participation import participation
from collsec.solvers.reached_from import reached_from

ROUNDS = 3
SEED = 20250101
BATCH = 500
PEER_SIZES = (10, 20)
"""Members in the comparison with Gambit, which takes minutes beyond."""
PRECISION = 2.0
MANY = (20, 50, 100, 193, 500, 1000)
"""Members in the comparison with the mean field."""

Costs = tuple[np.ndarray, np.ndarray, np.ndarray]


def measure() -> str:
    """Return all tables."""
    head = (
        "## Participation games\n\nCertificates are part of every time but the branch's. Nashpy "
        "and QuantEcon have no solver that takes these games.\n"
    )
    return f"{head}\n{_large()}\n{_many()}\n{_approximate()}\n{_peer()}"


def unequal(n: int, *, is_whole: bool) -> Response:
    """Return a game of unequal members, with capabilities in common units or without."""
    rng = np.random.default_rng([SEED, n])
    shares = rng.dirichlet(np.full(n, 0.5))
    if is_whole:
        shares = (1 + rng.multinomial(240 - n, shares)) / 240
    capability = 0.8 * shares
    return Response(
        capability=capability,
        war_cost=0.25 * capability * rng.uniform(0.7, 1.3, n) + 1e-9,
        interest=0.5,
        decisiveness=3.5,
        spread=0.2,
        challenger_capability=0.2,
    )


def _large() -> str:
    lines = []
    for is_whole in (True, False):
        form = unequal(193, is_whole=is_whole).form()
        start = np.full(193, 0.5)
        taken = medians(
            {
                "one equilibrium from a start": lambda form=form, start=start: reached_from(
                    form, start
                ),
                "all equilibria found": lambda form=form: participation(form),
                "the whole branch to precision 5": lambda form=form: noise_branch(form, 5.0),
            },
            ROUNDS,
        )
        found = participation(form)
        kind = "240 common units" if is_whole else "real"
        for (task, seconds), due in zip(taken.items(), (0.05, 1.0, 0.5), strict=True):
            met = "met" if seconds < due else "missed"
            lines.append(
                [kind, task, f"{seconds * 1e3:,.0f} ms", f"{due * 1e3:,.0f} ms: {met}",
                 f"{int(found.count)}", f"{found.regret.max():.0e}"]
            )  # fmt: skip
    header = ("193 capabilities", "task", "time", "bar", "equilibria", "regret")
    return table(header, lines)


def counted(n: int, size: int = 1) -> tuple[ParticipationForm, Costs]:
    """Return games in which a count decides, and stakes, costs and reversal of the first."""
    rng = np.random.default_rng([SEED, n])
    stake = rng.uniform(0.3, 0.9, (size, n))
    cost = rng.uniform(0.2, 0.5, (size, n)) / n
    game = Response(
        capability=np.full(n, 0.01),
        interest=stake,
        common_stake=0.0,
        war_cost=cost,
        spread=1 / PRECISION,
        shock=int(Shock.LOGISTIC),
        target_capability=0.0,
        challenger_capability=0.01 * n / 4,
    )
    form = game.form()
    reversal = np.broadcast_to(form.reversal, (size, n + 1))
    return form, (stake[0], cost[0], reversal[0])


def _many() -> str:
    form, _ = counted(20, BATCH)
    taken = medians({"all": lambda: participation(form)}, ROUNDS)["all"]
    speed = BATCH / taken
    met = "met" if speed >= 1000 else "missed"
    return table(
        ("20 unequal members, a count decides", "games/s", "bar"),
        [["all equilibria found, certified", f"{speed:,.0f}", f"1,000: {met}"]],
    )


def crowd(n: int, *, is_equal: bool) -> ParticipationForm:
    """Return a game of many members with unequal costs and equal or very unequal capabilities."""
    rng = np.random.default_rng([SEED, n])
    capability = 0.8 * (np.full(n, 1 / n) if is_equal else rng.dirichlet(np.full(n, 0.5)))
    return Response(
        capability=capability,
        war_cost=0.25 * capability * np.linspace(0.7, 1.3, n) + 1e-9,
        interest=0.4,
        decisiveness=2.0,
        spread=0.4,
        challenger_capability=0.2,
    ).form()


def _approximate() -> str:
    lines = []
    for is_equal in (True, False):
        for n in MANY:
            form, start = crowd(n, is_equal=is_equal), np.full(n, 0.5)
            taken = medians(
                {
                    "exact": lambda form=form, start=start: reached_from(form, start),
                    "mean": lambda form=form: mean_field(form),
                },
                1,
            )
            exact = reached_from(form, start).strategies["answer"][0, :, 0]
            near, crude = mean_field(form), mean_field(form, n_nodes=1)
            errors = [np.abs(found.answer[:, 0] - exact).max() for found in (near, crude)]
            regret = form.regret({"answer": near.answer[None]})[0]
            lines.append(
                [f"{n:,}", "equal" if is_equal else "unequal", *(f"{x:.0e}" for x in errors),
                 f"{regret:.0e}", *(f"{taken[key] * 1e3:,.0f} ms" for key in ("exact", "mean"))]
            )  # fmt: skip
    header = (
        "members", "capabilities", "mean and variance err by", "mean alone errs by",
        "regret of the former", "exact, certified", "mean and variance",
    )  # fmt: skip
    return table(header, lines)


def action_graph(stake: np.ndarray, cost: np.ndarray, reversal: np.ndarray) -> str:
    """Return the game as an action graph: every payoff depends on how many answer.

    Payoffs are in units of a member's own cost, so that one precision serves all members.
    """
    n = len(stake)
    lines = ["#AGG", str(n), str(2 * n), "1", " ".join(["2"] * n)]
    lines += [f"{2 * i} {2 * i + 1}" for i in range(n)]
    lines += [f"1 {2 * n}"] * (2 * n)
    lines += [f"{n} " + " ".join(str(2 * i) for i in range(n)), "0"]
    for i in range(n):
        for payoffs in (
            stake[i] / cost[i] * reversal[1:] - 1,
            stake[i] / cost[i] * reversal[:-1],
        ):
            lines.append("0 " + " ".join(map(repr, payoffs.tolist())))
    return "\n".join(lines) + "\n"


def _peer() -> str:
    if importlib.util.find_spec("pygambit") is None:
        return "pygambit is not installed: no comparison with Gambit.\n"
    lines = []
    for n in PEER_SIZES:
        one, parts = counted(n)
        seconds, theirs = _gambit(action_graph(*parts))
        many, _ = counted(n, BATCH)
        ours = medians({"ours": lambda many=many: participation(many)}, ROUNDS)["ours"] / BATCH
        branch = noise_branch(one, PRECISION)
        last = branch.answer[0, int((~np.isnan(branch.precision)).sum()) - 1, :, 0]
        gap = np.abs(last - theirs).max()
        ratio = seconds / ours
        met = "met" if ratio >= 1000 else "missed"
        lines.append(
            [f"{n}", f"{seconds:.3f} s", f"{ours * 1e3:.3f} ms", f"{ratio:,.0f}",
             f"1,000: {met}" if n == 20 else "", f"{gap:.0e}"]
        )  # fmt: skip
    header = (
        "members", f"Gambit's branch to precision {PRECISION:g}", "collsec, all equilibria",
        "collsec is faster by", "bar", "branches differ by",
    )  # fmt: skip
    return table(header, lines)


def _gambit(text: str) -> tuple[float, np.ndarray]:
    """Return how long Gambit takes to the precision, and the chances to answer there."""
    gambit: Any = importlib.import_module("pygambit")
    qre: Any = importlib.import_module("pygambit.qre")
    game = gambit.read_agg(io.StringIO(text))
    start = time.perf_counter()
    profile = qre.logit_solve_lambda(game, PRECISION)[0].profile
    seconds = time.perf_counter() - start
    answers = [next(iter(profile[player]))[1] for player in game.players]
    return seconds, np.array(answers, dtype=np.float64)
