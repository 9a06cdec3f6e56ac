r"""Ultimatums: the best gamble between a larger share and a larger risk of war.

A responder takes the offer x iff its cost is at least :math:`q = (1+\rho)(x - p) + \rho k`. Over
costs uniform on :math:`[\underline c, \bar c]` the proposer's utility is concave in q, with slope
:math:`\bar c - (1 - \rho) k - (2 - \rho) q` up to a factor, so that it chooses

.. math:: q^* = \frac{\bar c - (1-\rho) k}{2 - \rho},

moved to the nearest of the types there are and of the offers from 0 to 1.

References
----------
fearon1995rationalist
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.ultimatum import UltimatumForm
from collsec.solvers._kinds import checks_kind

SCOPE = "perfect Bayesian equilibria in which a responder that is indifferent accepts"


@checks_kind
def ultimatum(form: UltimatumForm) -> Equilibria:
    """Find the equilibrium of a take-it-or-leave-it offer; closed form, O(1) a game.

    It is unique where some type would settle; where none would, every offer is refused, the lowest
    of the best is returned, and `complete` is false. `complete` is also false where a settlement
    gains nothing: the costs are 0, or ρ is 1.

    Returns
    -------
    Equilibria
        Strategies "offer" and "accept_from", each of shape (*batch, 1).
    """
    rho, power, cost = np.asarray(form.relative_gains), np.asarray(form.power), form.own_cost
    low, high = np.asarray(form.lowest), np.asarray(form.highest)
    least, most = rho * cost - (1 + rho) * power, rho * cost + (1 + rho) * (1 - power)
    wanted = np.maximum((high - (1 - rho) * cost) / (2 - rho), low)
    cutoff = np.clip(np.minimum(wanted, high), least, most)
    offer = np.clip(power + (cutoff - rho * cost) / (1 + rho), 0.0, 1.0)
    shape = form.batch_shape
    complete = (least < high) & ((1 - rho) * (high + cost) > 0)
    return certify(
        form,
        {
            "offer": np.broadcast_to(offer, shape)[..., None],
            "accept_from": np.broadcast_to(cutoff, shape)[..., None],
        },
        complete=np.broadcast_to(complete, shape),
        scope=SCOPE,
        method="ultimatum",
        index=np.ones((*shape, 1)),
        centroid=np.zeros(shape, dtype=np.int64),
        scale=1.0 + np.broadcast_to(np.maximum(cost, high), shape),
    )
