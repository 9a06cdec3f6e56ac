r"""What actions are worth in agent logit play of a tree, or of one part of it.

At every information set its player answers what its actions a are worth once they are taken:

.. math:: y_a = \lambda\, Q_a, \qquad \sigma = \mathrm{logit}(y)

(McKelvey and Palfrey 1998). Over the ends z behind a this is a mean, with chances that are sums of
logarithms along the way, so that it is known to full precision however unlikely a is:

.. math:: Q_a = \frac{\sum_{z \ni a} u_z e^{L_z}}{\sum_{z \ni a} e^{L_z}}, \quad
          L_z = \log c_z + \sum_{b \in z} \log \sigma_b, \quad
          \frac{\partial Q_a}{\partial \log \sigma_b} = \mathrm{E}[(u - Q_a) 1_{b \in z} \mid a].

What the mover did before a counts the same in all of these chances, as it is remembered. Draws that
have no chance are taken to be rarer than any error.

A part is a subgame without the subgames within it (`_subgames`). Where one of those begins, an end
stands in its place, which pays what the subgame is worth. So what ends pay may change, and what
actions and the part itself are worth changes with it:

.. math:: \mathrm{d} Q_a = \sum_b \frac{\partial Q_a}{\partial y_b} \mathrm{d} y_b
          + \mathrm{E}[\mathrm{d} u \mid a].

References
----------
mckelvey1998quantal
"""

from __future__ import annotations

import math
from typing import Any

from collsec.lending import borrowing
from collsec.solvers._logit_branch import mix


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
def _reach_ends(game: Any) -> None:
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
def _expect(game: Any) -> None:
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
            game.value[a] += weight * game.paid[end, game.player[a]]
        start = game.until[end]
    for a in range(game.value.size):
        game.value[a] /= game.total[a]


@borrowing
def _lean(game: Any) -> None:
    """Set how that changes with the logarithms of all probabilities."""
    for a in range(game.value.size):
        for b in range(game.value.size):
            game.slope[a, b] = 0.0
    start = 0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a = game.ways[k]
            if game.weight[k] > 0.0:
                more = game.paid[end, game.player[a]] - game.value[a]
                more *= game.weight[k] / game.total[a]
                for j in range(start, game.until[end]):
                    game.slope[a, game.ways[j]] += more
        start = game.until[end]


@borrowing
def _by_scores(game: Any) -> None:
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
def _centre(game: Any) -> None:
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
def inherit(game: Any, rationality: float) -> None:
    """Add to the system how the values of actions change with what ends pay."""
    n, by_pace, by_push, start = game.value.size, game.mean, game.spare, 0
    for a in range(n):
        by_pace[a] = by_push[a] = 0.0
    for end in range(game.until.size):
        for k in range(start, game.until[end]):
            a = game.ways[k]
            share = game.weight[k] / game.total[a]
            by_pace[a] += share * game.pace[end, game.player[a]]
            by_push[a] += share * game.push[end, game.player[a]]
        start = game.until[end]
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        pace = push = 0.0
        for a in range(low, high):
            pace += by_pace[a] / (high - low)
            push += by_push[a] / (high - low)
        for a in range(low, high):
            game.system[a, n] -= rationality * (by_pace[a] - pace)
            game.system[a, n + 1] += rationality * (by_push[a] - push)


@borrowing
def hand_on(game: Any, answer: Any, step: Any, paid: Any, pace: Any, push: Any) -> None:
    """Write what the part is worth, and how that changes with λ and by a step, as scores do."""
    _lean_to(game, answer, game.mean)
    _lean_to(game, step, game.spare)
    _find_worth(game, paid)
    for i in range(paid.size):
        pace[i] = push[i] = 0.0
    start = 0
    for end in range(game.until.size):
        lean = more = 0.0
        for k in range(start, game.until[end]):
            lean += game.mean[game.ways[k]]
            more += game.spare[game.ways[k]]
        for i in range(paid.size):
            surplus = game.paid[end, i] - paid[i]
            pace[i] += game.chance[end] * (surplus * lean + game.pace[end, i])
            push[i] += game.chance[end] * (surplus * more + game.push[end, i])
        start = game.until[end]


@borrowing
def _lean_to(game: Any, scores: Any, logs: Any) -> None:
    """Write how log chances change as scores do."""
    for h in range(game.sizes.size):
        low, high = game.first[h], game.first[h] + game.sizes[h]
        middle = 0.0
        for a in range(low, high):
            middle += game.sigma[a] * scores[a]
        for a in range(low, high):
            logs[a] = scores[a] - middle


@borrowing
def _find_worth(game: Any, worth: Any) -> None:
    """Write what the part is worth to each player where it begins, and the chances of its ends."""
    total = 0.0
    for end in range(game.until.size):
        game.chance[end] = math.exp(game.reach[end]) if game.barred[end] == 0 else 0.0
        total += game.chance[end]
    for i in range(worth.size):
        worth[i] = 0.0
    for end in range(game.until.size):
        game.chance[end] /= total
        for i in range(worth.size):
            worth[i] += game.chance[end] * game.paid[end, i]
