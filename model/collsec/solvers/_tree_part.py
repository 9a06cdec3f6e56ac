r"""One part of a tree in agent logit play: a subgame, without the subgames within it.

At every information set its player answers what its actions a are worth once they are taken:

.. math:: y_a = \lambda\, Q_a, \qquad \sigma = \mathrm{logit}(y)

(McKelvey and Palfrey 1998). Over the ends z of the part behind a this is a mean, with chances that
are sums of logarithms along the way, so that it is known to full precision however unlikely a is:

.. math:: Q_a = \frac{\sum_{z \ni a} u_z e^{L_z}}{\sum_{z \ni a} e^{L_z}}, \quad
          L_z = \log c_z + \sum_{b \in z} \log \sigma_b, \quad
          \frac{\partial Q_a}{\partial \log \sigma_b} = \mathrm{E}[(u - Q_a) 1_{b \in z} \mid a].

What the mover did before a counts the same in all of these chances, as it is remembered. Draws that
have no chance are taken to be rarer than any error.

Where a subgame within begins, an end stands in its place, which pays what the subgame is worth. So
payoffs of the part may change, and what its actions and itself are worth changes with them:

.. math:: \mathrm{d} Q_a = \sum_b \frac{\partial Q_a}{\partial y_b} \mathrm{d} y_b
          + \mathrm{E}[\mathrm{d} u \mid a].

References
----------
mckelvey1998quantal
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from collsec.solvers._lending import borrowing
from collsec.solvers._logit_branch import mix


class Part(NamedTuple):
    """One part by its ends, and room to work in.

    `ways` lists the actions on the way to each end, up to `until`; `drawn` is the log chance of the
    draws on it, and `barred` how many of them have no chance, of which `least` is the fewest behind
    an action. `player` is who takes an action. `table` is what ends pay, `pace` how that changes
    with λ, and `push` how it does by the step that other parts take. `reach` is the log chance of
    an end, `top` the largest behind an action, and `weight` and `total` chances as a share of that.
    `mean` has room for slopes.
    """

    table: Any
    pace: Any
    push: Any
    ways: Any
    until: Any
    drawn: Any
    barred: Any
    least: Any
    player: Any
    sizes: Any
    first: Any
    sigma: Any
    log: Any
    value: Any
    slope: Any
    system: Any
    reach: Any
    chance: Any
    top: Any
    weight: Any
    total: Any
    mean: Any

    @staticmethod
    @borrowing
    def differentiate(game: Any, y: Any, rationality: float) -> None:
        """Set what actions yield, and write the derivatives of F by the scores."""
        n = game.value.size
        find_chances(game, y)
        _reach_ends(game)
        _expect(game)
        _lean(game)
        _by_scores(game)
        _centre(game)
        for a in range(n):
            for b in range(n):
                game.system[a, b] = (a == b) - rationality * game.slope[a, b]


@borrowing
def find_chances(game: Any, y: Any) -> None:
    """Set the probabilities that belong to the scores, and their logarithms."""
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        top, total = mix(y, low, high, game.sigma)
        for a in range(low, high):
            game.log[a] = y[a] - top - math.log(total)


@borrowing
def _reach_ends(game: Part) -> None:
    """Set the log chance of every end, and the largest behind every action."""
    for a in range(game.top.size):
        game.top[a] = -math.inf
    start = 0
    for end in range(game.until.size):
        reach = game.drawn[end]
        for k in range(start, game.until[end]):
            reach += game.log[game.ways[k]]
        for k in range(start, game.until[end]):
            a = game.ways[k]
            if game.barred[end] == game.least[a]:
                game.top[a] = max(game.top[a], reach)
        game.reach[end], start = reach, game.until[end]


@borrowing
def _expect(game: Part) -> None:
    """Set what each action is worth where it is chosen."""
    for a in range(game.value.size):
        game.value[a], game.total[a] = 0.0, 0.0
    start = 0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a, weight = game.ways[k], 0.0
            if game.barred[end] == game.least[a]:
                weight = math.exp(game.reach[end] - game.top[a])
            game.weight[k] = weight
            game.total[a] += weight
            game.value[a] += weight * game.table[end, game.player[a]]
        start = game.until[end]
    for a in range(game.value.size):
        game.value[a] /= game.total[a]


@borrowing
def _lean(game: Part) -> None:
    """Set how that changes with the logarithms of all probabilities."""
    for a in range(game.value.size):
        for b in range(game.value.size):
            game.slope[a, b] = 0.0
    start = 0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a = game.ways[k]
            if game.weight[k] > 0.0:
                more = game.table[end, game.player[a]] - game.value[a]
                more *= game.weight[k] / game.total[a]
                for j in range(start, game.until[end]):
                    game.slope[a, game.ways[j]] += more
        start = game.until[end]


@borrowing
def _by_scores(game: Part) -> None:
    """Turn derivatives by logarithms into those by scores."""
    for a in range(game.value.size):
        for h in range(game.sizes.size):
            low, high = game.first[h], game.first[h] + game.sizes[h]
            all_ = 0.0
            for b in range(low, high):
                all_ += game.slope[a, b]
            if all_ != 0.0:
                for b in range(low, high):
                    game.slope[a, b] -= game.sigma[b] * all_


@borrowing
def _centre(game: Part) -> None:
    """Take the mean over an information set from the values of its actions, and their slopes."""
    n, mean = game.value.size, game.mean
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        middle = 0.0
        for b in range(n):
            mean[b] = 0.0
        for a in range(low, high):
            middle += game.value[a] / (high - low)
            for b in range(n):
                mean[b] += game.slope[a, b] / (high - low)
        for a in range(low, high):
            game.value[a] -= middle
            for b in range(n):
                game.slope[a, b] -= mean[b]


@borrowing
def inherit(game: Part, rationality: float) -> None:
    """Add to the system what payoffs that change do to the values of actions."""
    _pass_on(game, game.pace)
    n = game.value.size
    for a in range(n):
        game.system[a, n] -= rationality * game.mean[a]
    _pass_on(game, game.push)
    for a in range(n):
        game.system[a, n + 1] += rationality * game.mean[a]


@borrowing
def _pass_on(game: Part, changes: Any) -> None:
    """Set how values change with payoffs, less the mean over an information set."""
    mean, start = game.mean, 0
    for a in range(mean.size):
        mean[a] = 0.0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a = game.ways[k]
            mean[a] += game.weight[k] / game.total[a] * changes[end, game.player[a]]
        start = game.until[end]
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        middle = 0.0
        for a in range(low, high):
            middle += mean[a] / (high - low)
        for a in range(low, high):
            mean[a] -= middle


@borrowing
def find_worth(game: Part, worth: Any) -> None:
    """Write what the part is worth to each player where it begins."""
    total = 0.0
    for end in range(game.until.size):
        game.chance[end] = math.exp(game.reach[end]) if game.barred[end] == 0 else 0.0
        total += game.chance[end]
    for i in range(worth.size):
        worth[i] = 0.0
    for end in range(game.until.size):
        game.chance[end] /= total
        for i in range(worth.size):
            worth[i] += game.chance[end] * game.table[end, i]


@borrowing
def find_change(game: Part, worth: Any, step: Any, changes: Any, change: Any) -> None:
    """Write how that changes with a step in scores, and with payoffs."""
    lean, start = game.mean, 0
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        middle = 0.0
        for a in range(low, high):
            middle += game.sigma[a] * step[a]
        for a in range(low, high):
            lean[a] = step[a] - middle
    for i in range(change.size):
        change[i] = 0.0
    for end in range(game.until.size):
        more = 0.0
        for k in range(start, game.until[end]):
            more += lean[game.ways[k]]
        for i in range(change.size):
            surplus = game.table[end, i] - worth[i]
            change[i] += game.chance[end] * (surplus * more + changes[end, i])
        start = game.until[end]
