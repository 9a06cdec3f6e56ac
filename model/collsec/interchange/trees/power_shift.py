"""A bargain under shifting power as a tree: so many periods, then an equilibrium is played on.

What follows an offer taken in the last period is what the equilibrium yields from there on. Offers
lie on a grid, beside which stand those that the equilibrium makes and those it would just take; so
that the equilibrium, cut off after the last period, is one of the tree.
"""

from __future__ import annotations

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.power_shift import Pair, PowerShiftForm
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import pure
from collsec.parameters import FloatArray

ASKS = ("points", "stages")
CONTINUES = True


def note(form: PowerShiftForm, detail: Detail) -> str:
    """Say what the tree is."""
    n = _n_periods(form, detail)
    return (
        f"the first {n} periods, then the value of an equilibrium; at least {detail.points} offers"
    )


def nodes(form: PowerShiftForm, detail: Detail) -> int:
    """Return the number of nodes."""
    total = 1
    for t in reversed(range(_n_periods(form, detail))):
        total = 2 + len(_offers(form, t, detail)) * (2 + total)
    return total


def tree(form: PowerShiftForm, detail: Detail) -> TreeForm:
    """Return the tree: period after period a strike or an offer, which is taken or answered."""
    return TreeForm.grow(_period(form, (), Pair(np.zeros(1), np.zeros(1)), detail), form.players)


def plan(form: PowerShiftForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played after every row of offers that were taken."""
    mixes: dict[str, FloatArray] = {}
    pasts: list[tuple[int, ...]] = [()]
    while pasts:
        past = pasts.pop()
        offers, at = _offers(form, len(past), detail), _at(form, len(past))
        offer, least = (float(strategies[name][at]) for name in ("offer", "accept_from"))
        made = 1 + int(np.argmin(np.abs(offers - offer)))
        strikes = strategies["attack"][at] == 1
        mixes[_mover("declining", past)] = pure(0 if strikes else made, 1 + len(offers))
        for k, share in enumerate(offers):
            mixes[_mover("rising", (*past, k))] = pure(int(share >= least), 2)
            if len(past) + 1 < _n_periods(form, detail):
                pasts.append((*past, k))
    return Plan(mixes)


def _n_periods(form: PowerShiftForm, detail: Detail) -> int:
    return detail.stages or form.n_periods


def _at(form: PowerShiftForm, t: int) -> int:
    """Return the period of the form that a period of the tree is: the last one stands for many."""
    return min(t, form.n_periods - 1)


def _offers(form: PowerShiftForm, t: int, detail: Detail) -> FloatArray:
    found, at = detail.after(type(form).__name__), _at(form, t)
    own = [float(found[name][at]) for name in ("offer", "accept_from")]
    own = [share for share in own if 0.0 <= share <= 1.0]
    return np.unique(np.concatenate([np.linspace(0.0, 1.0, detail.points), own]))


def _mover(who: str, past: tuple[int, ...]) -> str:
    return f"{who} after offers {', '.join(str(k + 1) for k in past) or 'none'}"


def _period(form: PowerShiftForm, past: tuple[int, ...], paid: Pair, detail: Detail) -> Branch:
    t, delta = len(past), float(form.discount_factor)
    if t == _n_periods(form, detail):
        found = detail.after(type(form).__name__)
        values = form.values({name: np.asarray(item)[None] for name, item in found.items()})
        return _end(form, paid, values[_at(form, t)], delta**t)
    strike = form.strike_of_declining(_at(form, t))
    ahead = {"attack": _end(form, paid, strike, delta**t)}
    for k, share in enumerate(_offers(form, t, detail)):
        now = (1.0 - delta) * delta**t
        taken = Pair(paid.rising + now * share, paid.declining + now * (1.0 - share))
        replies = {
            "attack": _end(form, paid, form.strike_of_rising(_at(form, t)), delta**t),
            "accept": _period(form, (*past, k), taken, detail),
        }
        ahead[f"offer {share:.6g}"] = decision("rising", _mover("rising", (*past, k)), replies)
    return decision("declining", _mover("declining", past), ahead)


def _end(form: PowerShiftForm, paid: Pair, later: Pair, weight: float) -> Branch:
    total = Pair(paid.rising + weight * later.rising, paid.declining + weight * later.declining)
    utility = form.utility(total)
    return end(float(utility.rising.item()), float(utility.declining.item()))
