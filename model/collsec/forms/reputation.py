r"""One defender, challengers in sequence: what is seen in one crisis is believed in the next.

In each of n crises a challenger, who looks no further than its own crisis, challenges or stays
quiet. A defender who is challenged concedes or fights. It is tough with probability p, and then
always fights; else it is weak, and weighs the cost of a fight now against the challenges that a
fight prevents later. Stage payoffs (challenger, weak, tough defender): quiet (0, a, a), conceded
(b, 0, -1), fought (b - 1, -1, 0).

What a crisis teaches is seen by all later challengers, with probability μ, or by none of them.
Only the weak concede, so a concession that is seen leaves a belief of 0; a fight that is seen
raises the belief by Bayes' rule, and quiet teaches nothing. The public state of play is the last
*news*: none (0), a concession (1), or a fight in crisis t (2 + t). A fight that was certain is no
news.

Utilities are sums over crises, crisis t weighted by :math:`\delta^t`, after the levers:

.. math::

    (u_C, u_D) = (v_C - \rho v_D, \; v_D - \rho v_C)

References
----------
kreps1982reputation
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies, rivalry
from collsec.parameters import BoolArray, FloatArray

WEAK, TOUGH = 0, 1
"""Types of the defender."""
NO_NEWS, CONCEDED, FOUGHT = 0, 1, 2
"""Public news; a fight in crisis t is FOUGHT + t."""
CHALLENGE, FIGHT, CONCESSION, UNNAMED = 0, 1, 2, 3
"""What can happen in a crisis: the last axis of `ReputationForm.path`."""
_WRONG_BELIEF = 1e-9


class Stage(NamedTuple):
    """Utilities in one crisis, by what happens in it; shape (*batch)."""

    quiet: FloatArray
    conceded: FloatArray
    fought: FloatArray
    unnamed: FloatArray


Reply = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""What a defender makes of a challenge: from the planned chance of a fight and both values."""


@dataclass(frozen=True, eq=False)
class ReputationForm(Form):
    """A chain of crises in which a defender may be tough.

    Strategies have shape (*batch, n_equilibria, n_stages, n_stages + 2), the last axis being the
    news; entries for news that cannot have come yet are NaN. "challenge" is the chance of a
    challenge, "fight" the chance that the weak defender fights it, "belief" the probability that
    the defender is tough; "news" is 1 where a fight that is seen becomes the news, else 0.

    Attributes
    ----------
    n_stages : int
        The number of crises.
    prior, gain, calm : array, shape (*batch)
        p, b and a: the belief at first, what a concession is worth to a challenger, and quiet to
        the defender, in units of the cost of a fight.
    discount_factor, monitoring, identification : array, shape (*batch)
        δ; the chance μ that a reply is seen by later challengers; the chance ι that the
        challenger is named. One who is not takes b unanswered, and nothing is learnt of the
        defender.
    relative_gains, pledge_cost, legitimacy, mandate : array, shape (*batch)
        ρ; α, what a concession costs in addition if it is seen; ℓ and z, by which a fight costs the
        weak 1 - ℓz.
    """

    n_stages: int
    prior: FloatArray
    gain: FloatArray
    calm: FloatArray
    discount_factor: FloatArray | float = 1.0
    monitoring: FloatArray | float = 1.0
    identification: FloatArray | float = 1.0
    relative_gains: FloatArray | float = 0.0
    pledge_cost: FloatArray | float = 0.0
    legitimacy: FloatArray | float = 0.0
    mandate: FloatArray | float = 0.0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        numbers = {name: value for name, value in vars(self).items() if name != "n_stages"}
        return np.broadcast_shapes(*(np.shape(value) for value in numbers.values()))

    @property
    def players(self) -> tuple[str, ...]:
        """All challengers together, and the defender."""
        return ("challengers", "defender")

    @property
    def labels(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The crises, counted from 1, and the last news, along which plans are listed."""
        crises = tuple(str(t + 1) for t in range(self.n_stages))
        news = ("no news", "conceded", *(f"fought in {t}" for t in crises))
        return dict.fromkeys(("challenge", "fight", "belief", "news"), (crises, news))

    def under(self, levers: Levers) -> Self:
        """Return the form under these assumptions.

        Chances of being seen and of being named multiply, costs of a pledge add, and of two
        discount factors the larger holds: it acts only where the game's own is below it. A
        challenger compares itself with the defender in its own crisis. For relative gains twice
        see `rivalry`.
        """
        return replace(
            self,
            discount_factor=np.maximum(self.discount_factor, levers.discount_factor),
            monitoring=self.monitoring * levers.monitoring,
            identification=self.identification * levers.identification,
            relative_gains=rivalry(self.relative_gains, levers.relative_gains),
            pledge_cost=self.pledge_cost + levers.pledge_cost,
            legitimacy=self.legitimacy + levers.legitimacy,
        )

    def challenger(self, kind: int) -> Stage:
        """Return a challenger's utilities in its crisis, facing a defender of this type."""
        mine, its = self._material(kind)
        rho = np.asarray(self.relative_gains)
        return Stage(*(one - rho * other for one, other in zip(mine, its, strict=True)))

    def defender(self, kind: int) -> Stage:
        """Return the utilities of a defender of this type in one crisis."""
        its, mine = self._material(kind)
        rho = np.asarray(self.relative_gains)
        return Stage(*(one - rho * other for one, other in zip(mine, its, strict=True)))

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, 2)."""
        prior = self._column(self.prior)[..., 0]
        by_kind = []
        for kind in (WEAK, TOUGH):
            stages = self.challenger(kind), self.defender(kind)
            values = [self._values(strategies, kind, one, _planned)[0] for one in stages]
            by_kind.append(np.stack([value[..., NO_NEWS] for value in values], axis=-1))
        weight = prior[..., None]
        return np.asarray((1.0 - weight) * by_kind[WEAK] + weight * by_kind[TOUGH])

    def value(self, strategies: Strategies, kind: int) -> FloatArray:
        """Return what a defender of this type expects at first, shape (*batch, n_equilibria)."""
        start = self._values(strategies, kind, self.defender(kind), _planned)[0]
        return np.asarray(start[..., NO_NEWS])

    def path(
        self, strategies: Strategies, kind: int, *, stage: int = 0, news: int = NO_NEWS
    ) -> FloatArray:
        """Return what is expected in each crisis from `stage` on, after this news.

        Chances of a challenge, a fight, a concession and a challenge by one who is not named,
        given the defender's type; shape (*batch, n_equilibria, n_stages - stage, 4).
        """
        known = self._at(strategies, stage)[0].shape
        reach = np.zeros(known)
        reach[..., news] = 1.0
        rows = []
        for t in range(stage, self.n_stages):
            challenge, fight, _, moves = self._at(strategies, t)
            fight = fight if kind == WEAK else np.ones_like(fight)
            named = reach * challenge * self._column(self.identification)
            events = (reach * challenge, named * fight, named * (1.0 - fight))
            unnamed = reach * challenge - named
            rows.append(np.stack([part.sum(axis=-1) for part in (*events, unnamed)], axis=-1))
            seen = self._column(self.monitoring)
            to_fought, to_conceded = seen * named * fight * moves, seen * named * (1.0 - fight)
            reach = np.concatenate(
                [reach - to_fought - to_conceded, to_fought.sum(axis=-1, keepdims=True)], axis=-1
            )
            reach[..., CONCEDED] += to_conceded.sum(axis=-1)
        return np.stack(rows, axis=-2)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain at any crisis and news, shape (*batch, n_equilibria).

        Both types of defender are tried with their best plan from there on, by backward recursion
        over all news, also news that no play brings; each challenger with its other action, given
        its belief. Infinite where a number is no probability, or where beliefs contradict Bayes'
        rule or rise after a concession.
        """
        gains = [*self._defenders_gains(strategies), *self._challengers_gains(strategies)]
        worst = np.maximum(np.stack(np.broadcast_arrays(*gains)).max(axis=0), 0.0)
        padded = np.isnan(np.asarray(strategies["challenge"])[..., 0, NO_NEWS])
        valid = np.all(np.stack(self._checks(strategies)), axis=0)
        return np.where(padded, np.nan, np.where(valid & ~np.isnan(worst), worst, np.inf))

    def _material(self, kind: int) -> tuple[Stage, Stage]:
        """Return what the challenger and a defender of this type have in one crisis."""
        gain = np.asarray(self.gain, dtype=np.float64)
        nothing, calm = 0.0 * gain, np.asarray(self.calm, dtype=np.float64)
        shame = np.asarray(self.monitoring) * np.asarray(self.pledge_cost)
        war = np.asarray(1.0 - np.asarray(self.legitimacy) * np.asarray(self.mandate))
        defender = {
            WEAK: Stage(calm, nothing - shame, nothing - war, nothing),
            TOUGH: Stage(calm, nothing - 1.0 - shame, nothing, nothing),
        }
        return Stage(nothing, gain, gain - 1.0, gain), defender[kind]

    def _column(self, values: FloatArray | float) -> FloatArray:
        """Return numbers with axes for equilibria and news behind those of the batch."""
        return np.asarray(values, dtype=np.float64)[..., None, None]

    def _at(
        self, strategies: Strategies, t: int
    ) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
        """Return challenge, fight and belief in crisis t, and whether a fight would be news.

        Shape (*batch, n_equilibria, t + 2): one entry for each news that can have come.
        """
        names = ("challenge", "fight", "belief", "news")
        now = [np.asarray(strategies[name])[..., t, : FOUGHT + t] for name in names]
        return now[0], now[1], now[2], now[3] == 1

    def _values(
        self, strategies: Strategies, kind: int, stage: Stage, reply: Reply
    ) -> list[FloatArray]:
        """Return the value of every news at the start of every crisis, and after the last."""
        quiet, conceded, fought, unnamed = (self._column(value) for value in stage)
        named = self._column(self.identification)
        shape = np.asarray(strategies["challenge"]).shape[:-2]
        after: list[FloatArray] = [np.zeros((*shape, self.n_stages + FOUGHT))]
        for t in reversed(range(self.n_stages)):
            challenge, fight, _, _ = self._at(strategies, t)
            stay, fight_later, concede_later = self._later(strategies, t, after[0])
            answer = reply(
                fight if kind == WEAK else np.ones_like(fight),
                fought + fight_later,
                conceded + concede_later,
            )
            challenged = named * answer + (1.0 - named) * (unnamed + stay)
            after.insert(0, challenge * challenged + (1.0 - challenge) * (quiet + stay))
        return after

    def _later(
        self, strategies: Strategies, t: int, after: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the discounted value after no news, after a fight and after a concession."""
        delta, seen = self._column(self.discount_factor), self._column(self.monitoring)
        moves = self._at(strategies, t)[-1]
        stay = after[..., : FOUGHT + t]
        known = np.where(moves, after[..., FOUGHT + t, None], stay)
        fight = delta * (seen * known + (1.0 - seen) * stay)
        concede = delta * (seen * after[..., CONCEDED, None] + (1.0 - seen) * stay)
        return delta * stay, fight, concede

    def _defenders_gains(self, strategies: Strategies) -> list[FloatArray]:
        gains = []
        for kind in (WEAK, TOUGH):
            stage = self.defender(kind)
            plan = self._values(strategies, kind, stage, _planned)
            best = self._values(strategies, kind, stage, _best)
            fought, conceded = self._column(stage.fought), self._column(stage.conceded)
            for t in range(self.n_stages):
                fight = self._at(strategies, t)[1] if kind == WEAK else np.ones(1)
                _, *later = self._later(strategies, t, plan[t + 1])
                _, *better = self._later(strategies, t, best[t + 1])
                along = _planned(fight, fought + later[0], conceded + later[1])
                most = np.maximum(fought + better[0], conceded + better[1])
                gains.append((most - along).max(axis=-1))
        return gains

    def _challengers_gains(self, strategies: Strategies) -> list[FloatArray]:
        weak, tough = (Stage(*map(self._column, self.challenger(k))) for k in (WEAK, TOUGH))
        named = self._column(self.identification)
        gains = []
        for t in range(self.n_stages):
            challenge, fight, belief, _ = self._at(strategies, t)
            reply = fight * weak.fought + (1.0 - fight) * weak.conceded
            meets_weak = named * reply + (1.0 - named) * weak.unnamed - weak.quiet
            meets_tough = named * tough.fought + (1.0 - named) * tough.unnamed - tough.quiet
            gain = (1.0 - belief) * meets_weak + belief * meets_tough
            gains.append((np.maximum(gain, 0.0) - challenge * gain).max(axis=-1))
        return gains

    def _checks(self, strategies: Strategies) -> list[BoolArray]:
        """Return whether numbers are probabilities and beliefs follow Bayes' rule."""
        prior = np.asarray(self.prior, dtype=np.float64)[..., None]
        first = np.asarray(strategies["belief"])[..., 0, NO_NEWS]
        valid = [np.abs(first - prior) <= _WRONG_BELIEF]
        for t in range(self.n_stages):
            challenge, fight, belief, moves = self._at(strategies, t)
            valid += [np.all((x >= 0) & (x <= 1), axis=-1) for x in (challenge, fight, belief)]
            valid.append(belief[..., CONCEDED] == 0)
            if t + 1 == self.n_stages:
                break
            following = np.asarray(strategies["belief"])[..., t + 1, :]
            valid.append(np.all(following[..., : FOUGHT + t] == belief, axis=-1))
            chance = belief + (1.0 - belief) * fight
            posterior = np.where(chance > 0, belief / np.where(chance > 0, chance, 1.0), 0.0)
            stated = np.where(moves, following[..., FOUGHT + t, None], belief)
            valid.append(np.all(np.abs(posterior - stated) <= _WRONG_BELIEF, axis=-1))
        return [np.asarray(one) for one in np.broadcast_arrays(*valid)]


def _planned(fight: FloatArray, fought: FloatArray, conceded: FloatArray) -> FloatArray:
    return np.asarray(fight * fought + (1.0 - fight) * conceded)


def _best(_: FloatArray, fought: FloatArray, conceded: FloatArray) -> FloatArray:
    return np.maximum(fought, conceded)
