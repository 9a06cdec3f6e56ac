"""A war of attrition as a tree: costs of war drawn in cells, moves at a few times.

Both sides wait, give in or attack at each time, unseen by the other; times run from 0 to the
horizon of an equilibrium, at which both give in or attack. A time stands for all since the one
before: who gives in at it has done so half-way, on average, and before any attack; of two who give
in at one time either is as likely to have been first. At time 0 both lose the prize, and those
attack who do so at once. Where a cell has nothing left by the plan, it does what its most resolved
would.
"""

from __future__ import annotations

import numpy as np

from collsec.forms.attrition import AttritionForm
from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, pure
from collsec.parameters import FloatArray

ASKS = ("points", "stages")
CONTINUES = True

_MOVES = ("wait", "give in", "attack")


def note(form: AttritionForm, detail: Detail) -> str:
    """Say what the tree leaves out."""
    cells = _costs(form, 0, detail).n
    n_times = len(_times(form, detail))
    when = f"{n_times} times up to an equilibrium's end" if n_times > 1 else "all at time 0"
    return f"costs of war in {cells} equally likely cells; {when}"


def nodes(form: AttritionForm, detail: Detail) -> int:
    """Return the number of nodes."""
    n_times = len(_times(form, detail))
    n_cells = [_costs(form, side, detail).n for side in (0, 1)]
    contest = 12 * (n_times - 1) + 7
    return (n_cells[0] > 1) + n_cells[0] * ((n_cells[1] > 1) + n_cells[1] * contest)


def tree(form: AttritionForm, detail: Detail) -> TreeForm:
    """Return the tree: both sides' costs of war, then time after time."""
    first, second = (_costs(form, side, detail) for side in (0, 1))
    times = _times(form, detail)
    rows = [
        second.draw(
            form.sides[1], [_stand(form, (i, j), times, 0, detail) for j in range(second.n)]
        )
        for i in range(first.n)
    ]
    return TreeForm.grow(first.draw(form.sides[0], rows), form.players)


def plan(form: AttritionForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played: who gives in between two times does so at the second."""
    times, mixes = _times(form, detail), {}
    for side in (0, 1):
        stands = _standing(strategies, side, times)
        waver = np.array([_share(now - stands[-1], stands[0] - stands[-1]) for now in stands])
        for k, groups in enumerate(_groups(form, strategies, side, detail)):
            bent = pure(_MOVES.index("attack" if groups[0] > 0 else "give in"), len(_MOVES))
            for n, shares in enumerate(_at_each(groups, waver)):
                mix = shares / shares.sum() if shares.any() else bent
                mixes[_moves(form, side, k, n)] = mix if n + 1 < len(times) else mix[1:]
    return Plan(mixes)


def _groups(form: AttritionForm, strategies: Strategies, side: int, detail: Detail) -> FloatArray:
    """Return the shares of each cell that attack or quit at once, stand to the end, and waver."""
    cells, stands = _costs(form, side, detail), _standing(strategies, side, _times(form, detail))
    strike, concession = (float(strategies[name][side]) for name in ("strike", "concession"))
    first = cells.below(strike)
    last = cells.below(strike + stands[-1]) - first
    quits = np.minimum(cells.above(concession), 1.0 - first - last)
    return np.column_stack([first, quits, last, 1.0 - first - last - quits])


def _at_each(groups: FloatArray, waver: FloatArray) -> FloatArray:
    """Return the shares of a cell that wait, give in and attack at each time, shape (times, 3)."""
    strike, quits, last, wavering = groups
    waits = last + wavering * waver
    waits[-1] = 0.0
    yields, attacks = -wavering * np.diff(waver, prepend=1.0), np.zeros(len(waver))
    yields[0] += quits
    attacks[0] += strike
    attacks[-1] += last
    return np.column_stack([waits, yields, attacks])


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 else 0.0


def _standing(strategies: Strategies, side: int, times: FloatArray) -> FloatArray:
    """Return the chance that a side stands after each time, and has not attacked at once."""
    concession, strike, scale, shape = (
        strategies[name][side] for name in ("concession", "strike", "scale", "shape")
    )
    waits = max(float(1.0 - concession - strike), 0.0)
    if times[-1] == 0:
        return np.array([waits])
    return np.asarray(waits * (1.0 + times / scale) ** -shape)


def _times(form: AttritionForm, detail: Detail) -> FloatArray:
    """Return times between which chances to stand fall alike; time 0 alone without a contest."""
    found = detail.after(type(form).__name__)
    horizon, pace = float(found["deadline"]), float(np.min(found["scale"]))
    if horizon == 0:
        return np.zeros(1)
    n = detail.stages or 2 * detail.points
    return np.append(pace * np.expm1(np.log1p(horizon / pace) * np.arange(n) / n), horizon)


def _costs(form: AttritionForm, side: int, detail: Detail) -> Cells:
    return Cells.uniform(0.0, float(form.worst_war[side]), detail.points)


def _moves(form: AttritionForm, side: int, k: int, n: int) -> str:
    return f"{form.sides[side]} of cost {k + 1} at time {n}"


def _stand(
    form: AttritionForm, types: tuple[int, int], times: FloatArray, n: int, detail: Detail
) -> Branch:
    """Return the moves at a time, if both still stand."""
    actions = _MOVES if n + 1 < len(times) else _MOVES[1:]
    ahead = {}
    for mine in actions:
        replies = {
            theirs: _follows(form, types, times, n, (mine, theirs), detail) for theirs in actions
        }
        ahead[mine] = decision(form.sides[1], _moves(form, 1, types[1], n), replies)
    return decision(form.sides[0], _moves(form, 0, types[0], n), ahead)


def _follows(
    form: AttritionForm, types: tuple[int, int], times: FloatArray, n: int,
    moves: tuple[str, str], detail: Detail,
) -> Branch:  # fmt: skip
    if moves == ("wait", "wait"):
        return _stand(form, types, times, n + 1, detail)
    loses = np.array([move == "give in" for move in moves], dtype=np.float64)
    half_way = (times[n] + times[max(n - 1, 0)]) / 2.0
    prize, shame = float(form.value[0]), form.rate * half_way
    if loses.all() and n > 0:
        loses = loses / 2.0
    won = prize * loses[::-1] * (not loses.all())
    war = [_costs(form, side, detail).means[types[side]] for side in (0, 1)]
    material = won - shame * loses - np.array(war) * (not loses.any())
    return end(*(material - form.rivalry[0] * material[::-1]))
