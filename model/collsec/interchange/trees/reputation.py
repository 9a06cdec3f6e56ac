"""A chain of crises as a tree: every challenger a player of its own, replies seen or not.

Later challengers see who stayed quiet, and of each challenge whether it was fought or conceded
where that is seen at all; the defender sees everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.reputation import CONCEDED, FOUGHT, TOUGH, WEAK, ReputationForm, Stage
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import act, lottery

COUNTED = "crises"
_QUIET, _HIDDEN = "quiet", "unseen"


@dataclass(frozen=True)
class _Past:
    """What has happened: seen by all, known to the defender, the news, and the amounts so far."""

    seen: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    news: int = 0
    paid: tuple[float, ...] = ()
    kept: float = 0.0

    @property
    def t(self) -> int:
        """The crisis that comes next."""
        return len(self.seen)

    def then(self, seen: str, known: str, paid: float, kept: float) -> Self:
        """Return the past with one more crisis."""
        return replace(
            self, seen=(*self.seen, seen), known=(*self.known, known),
            paid=(*self.paid, paid), kept=self.kept + kept,
        )  # fmt: skip


def players(form: ReputationForm) -> tuple[str, ...]:
    """Return the players of the tree."""
    return (*(f"challenger {t + 1}" for t in range(form.n_stages)), "defender")


def note(form: ReputationForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree is."""
    return "each challenger is a player, who looks no further than its own crisis"


def counted(form: ReputationForm) -> int:
    """Return the number of crises."""
    return form.n_stages


def nodes(form: ReputationForm, detail: Detail, n: int | None = None) -> int:  # noqa: ARG001
    """Return the number of nodes, with so many crises."""
    named, seen = float(form.identification), float(form.monitoring)
    outcomes = int(seen > 0) + int(seen < 1)
    total = 1
    for _ in range(form.n_stages if n is None else n):
        asked = (1 + 2 * (int(0 < seen < 1) + outcomes * total)) * (named > 0)
        total = 1 + total + asked + total * (named < 1) + (0 < named < 1)
    return 1 + 2 * int(total)


def tree(form: ReputationForm, detail: Detail) -> TreeForm:  # noqa: ARG001
    """Return the tree: the defender's type, then crisis after crisis."""
    prior = float(form.prior)
    odds = {"weak": (1.0 - prior, _crisis(form, WEAK, _Past()))}
    return TreeForm.grow(
        lottery(odds | {"tough": (prior, _crisis(form, TOUGH, _Past()))}, "type"), players(form)
    )


def plan(form: ReputationForm, strategies: Strategies, detail: Detail) -> Plan:  # noqa: ARG001
    """Return how an equilibrium is played after everything that can have happened."""
    mixes: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    trembles = {}
    pasts = [_Past()]
    while pasts:
        past = pasts.pop()
        if past.t == form.n_stages:
            continue
        place = past.t, past.news
        mixes[_tempted(past)] = act(float(strategies["challenge"][place]))
        for kind in (WEAK, TOUGH):
            fight = 1.0 if kind == TOUGH else float(strategies["fight"][place])
            mixes[_asked(kind, past)] = act(fight)
        trembles[_asked(TOUGH, past)] = np.array([0.0, 1.0])
        pasts += _ahead(form, strategies, past)
    return Plan(mixes, trembles)


def _ahead(form: ReputationForm, strategies: Strategies, past: _Past) -> list[_Past]:
    """Return what can have happened one crisis later, and the news there."""
    is_news = strategies["news"][past.t, past.news] == 1
    fought = FOUGHT + past.t if is_news else past.news
    seen = [
        replace(past.then("fought", "fought", 0.0, 0.0), news=fought),
        replace(past.then("conceded", "conceded", 0.0, 0.0), news=CONCEDED),
    ]
    unseen = [past.then(_HIDDEN, f"{act_} unseen", 0.0, 0.0) for act_ in ("fought", "conceded")]
    unnamed = [past.then(_HIDDEN, "unnamed", 0.0, 0.0)]
    return [
        past.then(_QUIET, _QUIET, 0.0, 0.0),
        *(seen if float(form.monitoring) > 0 else []),
        *(unseen if float(form.monitoring) < 1 else []),
        *(unnamed if float(form.identification) < 1 else []),
    ]


def _tempted(past: _Past) -> str:
    return f"challenger {past.t + 1} after {', '.join(past.seen) or 'nothing'}"


def _asked(kind: int, past: _Past) -> str:
    who = "tough" if kind == TOUGH else "weak"
    return f"{who} defender {past.t + 1} after {', '.join(past.known) or 'nothing'}"


def _crisis(form: ReputationForm, kind: int, past: _Past) -> Branch:
    """Return a crisis and what follows; only what can happen is grown, as its size multiplies."""
    if past.t == form.n_stages:
        return end(*past.paid, past.kept)
    challenger, defender = form.challenger(kind), form.defender(kind)
    weight = float(form.discount_factor) ** past.t

    def after(seen: str, known: str, name: str) -> Branch:
        paid, kept = (weight * _amount(one, name) for one in (challenger, defender))
        return _crisis(form, kind, past.then(seen, known, paid, kept))

    def replied(reply: str) -> Branch:
        seen = float(form.monitoring)
        ways: dict[str, tuple[float, Branch]] = {}
        if seen > 0:
            ways["seen"] = seen, after(reply, reply, reply)
        if seen < 1:
            ways[_HIDDEN] = 1 - seen, after(_HIDDEN, f"{reply} unseen", reply)
        return lottery(ways, "")

    named = float(form.identification)
    called: dict[str, tuple[float, Branch]] = {}
    if named > 0:
        replies = {"concede": replied("conceded"), "fight": replied("fought")}
        called["named"] = named, decision("defender", _asked(kind, past), replies)
    if named < 1:
        called["not named"] = 1.0 - named, after(_HIDDEN, "unnamed", "unnamed")
    challenged = lottery(called, "name")
    ahead = {"stay quiet": after(_QUIET, _QUIET, "quiet"), "challenge": challenged}
    return decision(f"challenger {past.t + 1}", _tempted(past), ahead)


def _amount(stage: Stage, name: str) -> float:
    return float(getattr(stage, name))
