r"""Bargaining while power shifts: Markov-perfect equilibria, backwards from where power rests.

Given what follows, the rising state takes an offer iff it is at least what makes it indifferent to
a strike, and the declining state makes the least offer that is taken, strikes, or provokes a
strike, whichever is best. Once power rests, play is the same in every period: there is peace if one
offer made for ever is worth more to both than a strike, and war if no offer averts a strike today
that is expected tomorrow. With an advantage to whoever strikes first both can hold.

References
----------
powell2006war
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.power_shift import Pair, PowerShiftForm
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = (
    "Markov-perfect equilibria in pure strategies in which whoever is indifferent settles, and the"
    " declining state strikes before it lets itself be struck"
)
_TIE = 1e-12


class Play(NamedTuple):
    """What is done in a period, and what both get from it on."""

    offer: FloatArray
    accept_from: FloatArray
    attack: FloatArray
    settles: BoolArray
    values: Pair


@checks_kind
def power_shift(form: PowerShiftForm) -> Equilibria:
    """Find the Markov-perfect equilibria of a bargain with shifting power.

    Listed in this order where they are equilibria: peace once power rests, then the declining
    state's strike, then the rising state's. Before that, play follows by backward induction, O(T)
    a game. Payoff differences up to 1e-12 count as ties, which settle. Where no offer averts war
    and no side gains by striking first, either may; the declining state does.

    Returns
    -------
    Equilibria
        Strategies as `PowerShiftForm` has them.
    """
    last = form.n_periods - 1
    ends = (_lasting(form), form.strike_of_declining(last), form.strike_of_rising(last))
    paths = [_path(form, end, kind) for kind, end in enumerate(ends)]
    names = ("offer", "accept_from", "attack")
    strategies = {name: np.stack([path[name] for path in paths], axis=-2) for name in names}
    order = np.argsort(np.isnan(strategies["offer"][..., 0]), axis=-1, kind="stable")
    strategies = {
        name: np.take_along_axis(values, order[..., None], axis=-2)
        for name, values in strategies.items()
    }
    return certify(
        form,
        strategies,
        complete=np.ones(form.batch_shape, dtype=bool),
        scope=SCOPE,
        method="power_shift",
        scale=2.0,
    )


def _lasting(form: PowerShiftForm) -> Pair:
    """Return the division that is as good as a strike to the rising state, made for ever."""
    rho = np.asarray(form.relative_gains)[..., None]
    strike = form.utility(form.strike_of_rising(form.n_periods - 1)).rising
    offer = np.clip((strike + rho) / (1.0 + rho), 0.0, 1.0)
    return Pair(offer, 1.0 - offer)


def _path(form: PowerShiftForm, end: Pair, kind: int) -> dict[str, FloatArray]:
    """Return play that ends like this, NaN where the end does not confirm itself."""
    last = form.n_periods - 1
    shape = (*form.batch_shape, 1)
    play = _reply(form, end, last)
    provokes = ~play.settles & (play.attack == 0)
    holds = (play.settles, play.attack == 1, provokes)[kind]
    plays, values = [play], Pair(*(np.where(holds, side, np.nan) for side in end))
    for period in reversed(range(last)):
        plays.insert(0, _reply(form, values, period))
        values = plays[0].values
    found = {}
    for name in ("offer", "accept_from", "attack"):
        columns = [np.broadcast_to(getattr(one, name), shape) for one in plays]
        path = np.concatenate(columns, axis=-1)
        found[name] = np.where(np.broadcast_to(holds, shape), path, np.nan)
    return found


def _reply(form: PowerShiftForm, later: Pair, period: int) -> Play:
    """Return the best play in a period, given what both get from the next one on."""
    delta, rho = (
        np.asarray(value)[..., None] for value in (form.discount_factor, form.relative_gains)
    )
    refused = form.utility(form.strike_of_rising(period))
    nothing = form.utility(form.divided(np.zeros(()), later)).rising
    least = (refused.rising - nothing) / ((1.0 - delta) * (1.0 + rho))
    offer = np.clip(least, 0.0, 1.0)
    agreed = form.divided(offer, later)
    strike = form.utility(form.strike_of_declining(period)).declining
    settled = np.where(least <= 1.0 + _TIE, form.utility(agreed).declining, -np.inf)
    provoked = np.where(least > 0.0, refused.declining, -np.inf)
    settles = settled >= np.maximum(strike, provoked) - _TIE
    attacks = ~settles & (strike >= provoked)
    proposed = np.where(settles, offer, 0.0)
    taken = np.where(settles, np.minimum(least, 1.0), least)
    sides = zip(
        agreed, form.strike_of_declining(period), form.strike_of_rising(period), strict=True
    )
    values = [np.where(settles, a, np.where(attacks, b, c)) for a, b, c in sides]
    return Play(proposed, taken, attacks.astype(np.float64), settles, Pair(*values))
