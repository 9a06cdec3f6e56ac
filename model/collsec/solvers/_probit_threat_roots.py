r"""All chances of resistance p = F(p) in games of threats, one by one, compiled.

On the normal scale p = Φ(z) an equilibrium is a zero of :math:`g(z) = z - q(z)`, where q is the
target's best cutoff when it is expected to resist with chance Φ(z).

Without relative gains, and where a concession is worth at least the status quo, q is monotone. The
sender's bar :math:`c = V_A - (V_A - S_A)/p` rises with p. :math:`p_F` is the mean, over best
values m above the bar, of :math:`1 / (1 + \lambda(m-a)/\lambda(m-W_A))`, where
:math:`\lambda = \varphi/\Phi`; since :math:`x + \lambda(x)` increases, this rises in m where
:math:`W_A > a` and falls where :math:`W_A < a`. And q falls in :math:`p_F` where
:math:`V_B > C_B`. Where q falls there is one zero; where it rises, every zero lies
between q(-∞) and q(∞).

In general a cell [x, y] holds no zero if q > y or q < x throughout. With relative gains

.. math:: q = W_B - \rho e - (1-\rho^2) V_B + \frac{(1-\rho^2) V_B - C_B + \rho V_A - \rho U}{p_F}

where e(z) is what the sender begrudges the target in a fight, which falls in z, and U is the mean
of the sender's best utility M above the bar c. Over a cell, c and the sender's utility w of a fight
lie between their values at its ends. :math:`p_F` rises in w, and is monotone in c at any w. U rises
in c at any w, and :math:`U = c + E[(M-c)^+] / \Pr(M \ge c)`, both parts of which rise in w. So q is
bounded by what holds at the four corners, up to rounding. Cells are halved until they are excluded
or narrower than `LEAF`; what is left is searched for changes of sign and for turning points.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import gufunc, part

LEAF = 1e-4
"""Width, in standard deviations, below which a cell that cannot be excluded is searched."""
NEAR = 1e-10
"""A turning point of g closer to zero than this leaves the number of zeros open."""
DOUBLE = 1e-13
"""A turning point closer to zero than this is reported as a double zero."""
_EDGE = 37.0
_FAR = 1e3
_CELLS = 512
_PROBES = 8
_MAX_CELLS = 4096
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(56)


@part
def _density(x: float) -> Any:
    return math.exp(-0.5 * x * x) * 0.3989422804014327


@part
def _below(x: float) -> Any:
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@part
def _wedge(t: float, d: float) -> Any:
    """Return Pr(e_A >= t, e_a <= e_A + d): the integral over e_A, by Gauss and Legendre."""
    centre = max(0.0, -0.5 * d)
    low = max(t, centre - 9.0)
    gap = max(low - centre, 0.0)
    half = 0.5 * (centre + math.sqrt(gap * gap + 83.0) - low)
    total = 0.0
    for k in range(_NODES.size):
        x = low + half * (1.0 + _NODES[k])
        total += _WEIGHTS[k] * math.exp(-0.5 * x * x) * math.erfc(-(x + d) * 0.7071067811865476)
    return total * half * 0.19947114020071635


@part
def _parts(t: float, d: float) -> Any:
    """Return the summed means of the sender's private parts where it threatens."""
    middle = _density(d * 0.7071067811865476) * 1.4142135623730951
    joint = middle * _below(-1.4142135623730951 * (t + 0.5 * d))
    return _density(t) * _below(t + d) + _density(t + d) * _below(t) + joint


@part
def _at_silence(d: float, game: Any) -> Any:
    """Return the target's best cutoff in the limit in which only extreme types threaten."""
    fight, kept, given, rho = game[4:]
    if rho > 0.0:
        return -_FAR
    return fight - given if d > 0.0 else math.copysign(_FAR, kept - given)


@part
def _replies(z: float, game: Any) -> Any:
    """Return t, d, the chance of a threat, p, p_F, and the target's best cutoff, given z."""
    quiet, won, firm, back, fight, kept, given, rho = game
    z = min(max(z, -_EDGE), _EDGE)
    p = _below(z)
    envied = rho * (fight + _density(z) / p)
    d = firm - envied - back + rho * kept
    t = (quiet - _below(-z) * won) / p - firm + envied
    t = min(max(t, -_FAR), _FAR)
    chance = _below(-t) + _below(-t - d) - _below(-t) * _below(-t - d)
    if chance < 1e-290:
        return t, d, chance, p, 0.0, _at_silence(d, game)
    stays = _wedge(t, d) / chance
    stays = min(max(stays, 1e-300), 1.0)
    resisting = stays * fight + (1.0 - stays) * kept - given
    if rho > 0.0:
        theirs = stays * firm + (1.0 - stays) * back + _parts(t, d) / chance
        resisting -= rho * theirs
    return t, d, chance, p, stays, resisting / stays


@part
def _gap(z: float, game: Any) -> Any:
    return z - _replies(z, game)[5]


@part
def _zero(a: float, b: float, ga: float, gb: float, game: Any) -> Any:
    """Return a zero of g between a and b, where g changes sign: false position with halvings."""
    if ga == 0.0:
        return a
    for k in range(200):
        x = (a * gb - b * ga) / (gb - ga) if k % 3 < 2 else 0.5 * (a + b)
        if not a < x < b:
            x = 0.5 * (a + b)
        gx = _gap(x, game)
        if gx == 0.0:
            return x
        if (gx > 0.0) == (gb > 0.0):
            b, gb, ga = x, gx, (0.5 * ga if k % 3 == 1 else ga)
        else:
            a, ga, gb = x, gx, (0.5 * gb if k % 3 == 1 else gb)
        if b - a <= 4e-16 * (1.0 + abs(a)):
            break
    return 0.5 * (a + b)


@part
def _turn(a: float, b: float, sign: float, game: Any) -> Any:
    """Return where sign * g is least between a and b, by golden section."""
    ratio = 0.6180339887498949
    x, y = b - ratio * (b - a), a + ratio * (b - a)
    gx, gy = sign * _gap(x, game), sign * _gap(y, game)
    for _ in range(60):
        if gx < gy:
            b, y, gy = y, x, gx
            x = b - ratio * (b - a)
            gx = sign * _gap(x, game)
        else:
            a, x, gx = x, y, gy
            y = a + ratio * (b - a)
            gy = sign * _gap(y, game)
    return x if gx < gy else y


@part
def _put(z: float, sign: float, found: Any, index: Any, count: int) -> int:
    if count < found.size:
        found[count], index[count] = z, sign
    return count + 1


@part
def _near_turn(x: Any, sign: float, game: Any, out: Any, count: int) -> Any:
    """Add the zeros about a turning point between x[0] and x[2]; say whether they are clear."""
    found, index = out
    z = _turn(x[0], x[2], sign, game)
    least = sign * _gap(z, game)
    if least > NEAR:
        return count, True
    if abs(least) <= DOUBLE * (1.0 + abs(z)):
        return _put(z, 0.0, found, index, count), False
    if least < 0.0:
        ends = _gap(x[0], game), _gap(x[2], game)
        first = _zero(x[0], z, ends[0], sign * least, game)
        count = _put(first, -sign, found, index, count)
        second = _zero(z, x[2], sign * least, ends[1], game)
        count = _put(second, sign, found, index, count)
    return count, least < -NEAR


@part
def _search(nodes: Any, game: Any, out: Any, count: int) -> Any:
    """Add the zeros of g on a grid: between nodes of unlike sign, and about turning points."""
    found, index = out
    clear = True
    g = np.empty(nodes.size)
    for k in range(nodes.size):
        g[k] = _gap(nodes[k], game)
    for k in range(nodes.size - 1):
        if (g[k] >= 0.0) != (g[k + 1] >= 0.0):
            z = _zero(nodes[k], nodes[k + 1], g[k], g[k + 1], game)
            count = _put(z, 1.0 if g[k + 1] >= 0.0 else -1.0, found, index, count)
        elif k + 2 < nodes.size and (g[k + 2] >= 0.0) == (g[k] >= 0.0):
            sign = 1.0 if g[k] >= 0.0 else -1.0
            if sign * g[k + 1] < sign * g[k] and sign * g[k + 1] <= sign * g[k + 2]:
                count, is_clear = _near_turn(nodes[k : k + 3], sign, game, out, count)
                clear = clear and is_clear
    return count, clear


@part
def _at_corner(bar: float, worth: float, back: float) -> Any:
    """Return the chance of a threat, p_F, and the mean excess over the bar, at a bar and a worth.

    `worth` and `back` are the sender's mean utilities of a fight and of a retreat.
    """
    t, d = min(max(bar - worth, -_FAR), _FAR), worth - back
    chance = _below(-t) + _below(-t - d) - _below(-t) * _below(-t - d)
    firm = _wedge(t, d)
    excess = firm * worth + (chance - firm) * back + _parts(t, d) - (worth + t) * chance
    return chance, firm / chance, excess, worth + t


@part
def _bounds(x: float, y: float, game: Any) -> Any:
    """Return bounds of q over the cell [x, y]: its ends where it is monotone, or the corners."""
    if game[7] == 0.0:
        ends = x - _gap(x, game), y - _gap(y, game)
        return min(ends), max(ends)
    quiet, won, firm, back, fight, kept, given, rho = game
    first, last = min(max(x, -_EDGE), _EDGE), min(max(y, -_EDGE), _EDGE)
    envied = rho * (fight + _density(first) / _below(first))
    envied_last = rho * (fight + _density(last) / _below(last))
    bars = won - (won - quiet) / _below(first), won - (won - quiet) / _below(last)
    low, high, own = min(bars), max(bars), back - rho * kept
    low_first = _at_corner(low, firm - envied, own)
    high_first = _at_corner(high, firm - envied, own)
    low_last = _at_corner(low, firm - envied_last, own)
    high_last = _at_corner(high, firm - envied_last, own)
    least = max(min(low_first[1], high_first[1]), 1e-300)
    most = max(low_last[1], high_last[1])
    mean_low = low_first[3] + low_first[2] / low_last[0]
    mean_high = high_last[3] + high_last[2] / high_first[0]
    base = kept * (1.0 - rho * rho) - given
    spare_low, spare_high = base - rho * mean_high, base - rho * mean_low
    shift = fight - kept * (1.0 - rho * rho)
    q_low = shift - rho * envied + spare_low / (most if spare_low > 0.0 else least)
    q_high = shift - rho * envied_last + spare_high / (least if spare_high > 0.0 else most)
    return q_low, q_high


@part
def _excluding(low: float, high: float, game: Any, left: Any) -> int:
    """Write the runs of cells that may hold a zero; -1 if there are too many.

    `left` has shape (n, 2): the ends of each run.
    """
    stack = np.empty((80, 2))
    stack[0, 0], stack[0, 1] = low, high
    depth, n_runs, n_cells = 1, 0, 0
    while depth > 0:
        depth -= 1
        x, y = stack[depth]
        q_low, q_high = _bounds(x, y, game)
        if q_low > y or q_high < x:
            continue
        if y - x > LEAF:
            middle = 0.5 * (x + y)
            stack[depth, 0], stack[depth, 1] = middle, y
            stack[depth + 1, 0], stack[depth + 1, 1] = x, middle
            depth += 2
            continue
        n_cells += 1
        if n_runs > 0 and left[n_runs - 1, 1] == x:
            left[n_runs - 1, 1] = y
        else:
            left[n_runs, 0], left[n_runs, 1] = x, y
            n_runs += 1
        if n_cells == _MAX_CELLS or n_runs == left.shape[0]:
            return -1
    return n_runs


@part
def _grid(low: float, high: float) -> Any:
    """Return nodes between two points that are closer in the middle."""
    middle = np.sinh(np.linspace(-4.0, 4.0, _CELLS + 1)) / math.sinh(4.0)
    return 0.5 * (low + high) + 0.5 * (high - low) * middle


@part
def _searched(low: float, high: float, game: Any, out: Any, count: int) -> Any:
    """Add all zeros between two points; say whether these are known to be all."""
    runs = np.empty((33, 2))
    n_runs = _excluding(low, high, game, runs)
    if n_runs < 0:
        count, _ = _search(_grid(low, high), game, out, count)
        return count, False
    clear = True
    for k in range(n_runs):
        width = runs[k, 1] - runs[k, 0]
        n_nodes = _PROBES + min(int(width / LEAF), _CELLS)
        beyond = width / n_nodes
        nodes = np.linspace(runs[k, 0] - beyond, runs[k, 1] + beyond, n_nodes + 2)
        count, is_clear = _search(nodes, game, out, count)
        clear = clear and is_clear
    return count, clear


@part
def _rising(low: float, high: float, game: Any, out: Any) -> Any:
    """Add all zeros of g where q increases from `low` to `high`."""
    found, index = out
    count, clear = 0, True
    if low < -_EDGE:
        count = _put(low, 1.0, found, index, count)
    a, b = min(max(low, -_EDGE), _EDGE), min(max(high, -_EDGE), _EDGE)
    for _ in range(60):
        x, y = max(a, a - _gap(a, game)), min(b, b - _gap(b, game))
        stalls = y - x > 0.7 * (b - a)
        a, b = min(x, b), max(y, a)
        if stalls or b - a <= LEAF:
            break
    a, b = min(a, b), max(a, b)
    if b > -_EDGE and a < _EDGE:
        margin = 1e-9 * (1.0 + abs(a))
        count, clear = _searched(a - margin, b + margin, game, out, count)
    if high > _EDGE:
        count = _put(high, 1.0, found, index, count)
    return count, clear


@part
def _zeros(game: Any, out: Any) -> Any:
    """Write the zeros of g in ascending order; return their number and whether these are all."""
    low, high = -_EDGE - _gap(-_EDGE, game), _EDGE - _gap(_EDGE, game)
    quiet, won, rho = game[0], game[1], game[7]
    if rho == 0.0 and quiet <= won:
        if high > low:
            return _rising(low, high, game, out)
        a, b = high - 1e-9 * (1.0 + abs(high)), low + 1e-9 * (1.0 + abs(low))
        z = _zero(a, b, _gap(a, game), _gap(b, game), game)
        return _put(z, 1.0, out[0], out[1], 0), True
    count = 0
    if low < -_EDGE and quiet <= won:
        count = _put(low, 1.0, out[0], out[1], count)
    if quiet > won:
        count, _ = _search(_grid(-_EDGE, _EDGE), game, out, count)
        clear = False
    else:
        count, clear = _searched(-_EDGE, _EDGE, game, out, count)
    if high > _EDGE:
        count = _put(high, 1.0, out[0], out[1], count)
    return count, clear


@gufunc(
    "void(float64[:], float64[:, ::1], float64[:, ::1], float64[:], int64[:], boolean[:])",
    "(k),(e,c)->(e,c),(e),(),()",
)
def zeros(game: Any, _shape: Any, found: Any, index: Any, count: Any, complete: Any) -> None:
    """Write the equilibria of a block of games: t, d, z, and the three chances, by rising z.

    `game` holds the sender's utilities of the status quo, a concession, a fight and a retreat, the
    target's of a fight, a retreat and a concession, and ρ; those of fight and retreat without what
    relative gains take from them.
    """
    n_slots = found.shape[0]
    z, sign = np.full(n_slots, np.nan), np.full(n_slots, np.nan)
    values = (game[0], game[1], game[2], game[3], game[4], game[5], game[6], game[7])
    total, is_complete = _zeros(values, (z, sign))
    count[0] = min(total, n_slots)
    complete[0] = is_complete and total <= n_slots
    for k in range(n_slots):
        index[k] = sign[k]
        if k >= count[0]:
            found[k] = np.nan
            continue
        t, d, chance, p, stays, _ = _replies(z[k], values)
        found[k] = np.array((t, d, z[k], chance, p, stays))
