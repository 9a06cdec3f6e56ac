r"""Cooperation enforced by reversion: how patient must states be?

Member i gains :math:`g_i` in the period in which it alone defects, and loses :math:`L_i` in every
period after reversion. With a chance e that a defection is punished, defection does not pay where
:math:`(1-\delta) g_i \le \delta e L_i`, that is from the critical discount factor

.. math:: \delta_i^* = \frac{g_i}{g_i + e L_i}

References
----------
friedman1971noncooperative, grieco1988anarchy
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.repeated import RepeatedForm
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = "reversion, unconditional cooperation and unconditional defection by all members"
_PLANS = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
_TIE = 1e-12


@checks_kind
def temptation(form: RepeatedForm) -> FloatArray:
    """Return g, what a member gains in a period by defecting alone, shape (*batch, n_members)."""
    return form.stage(0, 1) - form.stage(1, 1)


@checks_kind
def loss(form: RepeatedForm) -> FloatArray:
    """Return L, what a period without cooperation costs a member, shape (*batch, n_members)."""
    return form.stage(1, 1) - form.stage(0, 0)


@checks_kind
def critical_discount_factor(form: RepeatedForm) -> FloatArray:
    """Return the least patience that deters each member, shape (*batch, n_members).

    0 where defection does not tempt; 1, which no patience reaches, where a defection costs
    nothing later: it is never punished, or the member is no worse off without cooperation.
    """
    gain = temptation(form)
    threat = form.enforcement * loss(form)
    deterred = (gain > 0) & (threat > 0)
    ratio = gain / np.where(deterred, gain + threat, 1.0)
    return np.where(deterred, ratio, np.where(gain > 0, 1.0, 0.0))


@checks_kind
def grim(form: RepeatedForm) -> Equilibria:
    """Find which symmetric plans are subgame-perfect equilibria.

    Strategies "cooperation" have shape (*batch, n_equilibria, n_members, 2), the last axis being
    the phases of trust and of reversion. Listed in this order where they are equilibria: (1, 0)
    cooperate until a defection is punished; (1, 1) always cooperate; (0, 0) never. A member who
    is indifferent follows the plan. There may be equilibria outside these three; where none of them
    is one, `count` is 0, and `CertificateError` is raised for a single game.
    """
    gain, threat = temptation(form), form.enforcement * loss(form)
    relief = form.stage(1, 0) - form.stage(0, 0)
    size = np.maximum(np.abs(form.stage(1, 1)), np.abs(form.stage(0, 1))) + np.abs(form.stage(0, 0))
    delta, margin = form.patience, _TIE * (1.0 + size)
    no_lone_cooperation = _all(relief <= margin)
    holds = np.stack(
        [
            _all((1.0 - delta) * gain <= delta * threat + margin) & no_lone_cooperation,
            _all(gain <= margin),
            no_lone_cooperation,
        ],
        axis=-1,
    )
    plans = np.broadcast_to(_PLANS[:, None, :], (3, form.n_members, 2))
    return certify(
        form,
        {"cooperation": np.where(holds[..., None, None], plans, np.nan)},
        complete=True,
        scope=SCOPE,
        method="grim",
        scale=size.max(axis=-1),
    )


def _all(claims: BoolArray) -> BoolArray:
    return np.asarray(claims.all(axis=-1))
