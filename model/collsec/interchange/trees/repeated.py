"""A repeated game as a tree: so many stages, then an equilibrium is played on for ever.

With one stage this is the auxiliary game of Abreu, Pearce and Stacchetti (1990): each profile pays
what it yields now and what the equilibrium yields from the phase on to which it leads. Cooperation
is an equilibrium of the tree exactly where the equilibrium given is one of the repeated game. The
form knows the stage game where all others do the same; in between, the tree takes payoffs to rise
evenly with the number of others who cooperate, as they do where benefits add up.

Of a defection all learn that play reverts, or nothing. Payoffs are discounted averages.

References
----------
abreu1990toward
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.repeated import REVERSION, TRUST, RepeatedForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import act, lottery
from collsec.parameters import FloatArray

COUNTED = "members"
ASKS = ("stages",)
CONTINUES = True
_PHASES = ("trust", "reversion")


@dataclass(frozen=True)
class _Past:
    """What each member has done, the phases seen by all, and averages paid so far."""

    acts: tuple[tuple[int, ...], ...]
    paid: FloatArray
    phases: tuple[int, ...] = (TRUST,)

    @property
    def stage(self) -> int:
        """The stage that is played, from 0."""
        return len(self.phases) - 1


def note(form: RepeatedForm, detail: Detail) -> str:  # noqa: ARG001
    """Say what the tree is."""
    n = detail.stages or 1
    return f"{n} stage{'s' * (n > 1)}, then the value of an equilibrium for ever"


def counted(form: RepeatedForm) -> int:
    """Return the number of members."""
    return form.n_members


def nodes(form: RepeatedForm, detail: Detail, n: int | None = None) -> int:
    """Return the number of nodes, with so many members."""
    profiles, seen = 2 ** (form.n_members if n is None else n), float(form.enforcement[0])
    trust = reverted = 2 * profiles - 1
    for _ in range((detail.stages or 1) - 1):
        found = (0 < seen < 1) + (seen > 0) * reverted + (seen < 1) * trust
        trust = profiles - 1 + trust + (profiles - 1) * found
        reverted = profiles - 1 + profiles * reverted
    return int(trust)


def tree(form: RepeatedForm, detail: Detail) -> TreeForm:
    """Return the tree: in every stage one member after the other, unseen by the others."""
    start = _Past(((),) * form.n_members, np.zeros(form.n_members))
    return TreeForm.grow(_members(form, start, (), detail), form.players)


def plan(form: RepeatedForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played: by the phase alone."""
    mixes: dict[str, FloatArray] = {}
    pasts: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), (TRUST,))]
    while pasts:
        own, phases = pasts.pop()
        for i in range(form.n_members):
            name = _known(form, i, own, phases)
            mixes[name] = act(float(strategies["cooperation"][i, phases[-1]]))
        if len(phases) < (detail.stages or 1):
            follows = (REVERSION,) if phases[-1] == REVERSION else (TRUST, REVERSION)
            pasts += [((*own, a), (*phases, phase)) for a in (0, 1) for phase in follows]
    return Plan(mixes)


def _known(form: RepeatedForm, i: int, own: tuple[int, ...], phases: tuple[int, ...]) -> str:
    past = "".join("DC"[a] for a in own)
    seen = " ".join(_PHASES[phase] for phase in phases)
    return f"{form.players[i]} in {seen}" + f" having played {past}" * bool(past)


def _members(form: RepeatedForm, past: _Past, now: tuple[int, ...], detail: Detail) -> Branch:
    """Return the choices of the members behind those who have chosen `now`."""
    i = len(now)
    if i == form.n_members:
        return _follows(form, past, now, detail)
    ahead = {
        name: _members(form, past, (*now, a), detail)
        for name, a in (("defect", 0), ("cooperate", 1))
    }
    known = _known(form, i, past.acts[i], past.phases)
    return decision(form.players[i], known, ahead)


def _follows(form: RepeatedForm, past: _Past, now: tuple[int, ...], detail: Detail) -> Branch:
    delta, phase = float(form.discount_factor), past.phases[-1]
    cooperation = np.asarray(detail.after(type(form).__name__)["cooperation"])
    paid = past.paid + (1.0 - delta) * delta**past.stage * _stage(form, np.array(now))
    strayed = phase == TRUST and bool(np.any(np.array(now) != cooperation[:, TRUST]))
    seen = float(form.enforcement[0]) if strayed else float(phase == REVERSION)
    if past.stage + 1 == (detail.stages or 1):
        later = [form.value(cooperation[None], at)[0] for at in (TRUST, REVERSION)]
        value = seen * later[REVERSION] + (1.0 - seen) * later[TRUST]
        return end(*(paid + delta ** (past.stage + 1) * value))
    acts = tuple((*own, a) for own, a in zip(past.acts, now, strict=True))
    onward = [
        _members(form, replace(past, acts=acts, paid=paid, phases=(*past.phases, at)), (), detail)
        if chance > 0
        else end(*paid)
        for at, chance in ((TRUST, 1.0 - seen), (REVERSION, seen))
    ]
    return lottery({"on": (1.0 - seen, onward[0]), "reversion": (seen, onward[1])}, "detection")


def _stage(form: RepeatedForm, now: FloatArray) -> FloatArray:
    """Return stage utilities of a profile: straight in the number of others who cooperate."""
    others = (now.sum() - now) / max(form.n_members - 1, 1)
    utility = {(a, b): form.stage(a, b) for a in (0, 1) for b in (0, 1)}
    alone, together = (np.where(now == 1, utility[1, b], utility[0, b]) for b in (0, 1))
    return np.asarray((1.0 - others) * alone + others * together)
