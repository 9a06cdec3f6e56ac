r"""All subgame-perfect equilibria of a crisis over a protege, backwards from its end.

At each degree of demands z the protege that stands alone takes its best alternative; the defender
supports up to the cost at which it is indifferent,

.. math:: C^* = \frac{U_D(\text{war}) - U_D(\text{abandon})}{-\partial U_D / \partial C},

which by its uniform distribution is a chance of support q(z); the challenger attacks up to the
cost :math:`k^* = E\,U_C(\text{attack}) - U_C(\text{peace})`, which is a chance A(z); the protege
takes the z with the highest expected utility. Each step has one answer but for ties.

References
----------
zermelo1913anwendung, selten1965spieltheoretische
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.alliance import CHALLENGER, DEFENDER, PEACE, PROTEGE, WAR, YIELD, AllianceForm
from collsec.parameters import FloatArray
from collsec.solvers._kinds import checks_kind

SCOPE = "subgame-perfect equilibria in which the protege takes one degree of demands for certain"


@checks_kind
def alliance(form: AllianceForm, tie: float = 1e-12) -> Equilibria:
    """Find the subgame-perfect equilibria of every game of the batch.

    A protege that is indifferent between degrees of demands within `tie`, as a share of the size
    of payoffs, gives an equilibrium for the least and one for the greatest of them, in this order,
    and `complete` is false where there are more. One that is indifferent between its alternatives
    takes the first of yielding, fighting alone, realigning, and `complete` is false too. Costs
    O(n_levels) a game.
    """
    scale = np.maximum(1.0, np.abs(form.ends).max(axis=(-3, -2, -1)))
    margin = tie * scale[..., None]
    options = form.ends[..., YIELD:, PROTEGE]
    best = options >= options.max(axis=-1, keepdims=True) - margin[..., None]
    alone = np.argmax(best, axis=-1)
    left = np.take_along_axis(form.ends[..., YIELD:, :], alone[..., None, None], axis=-2)[..., 0, :]
    support = _support(form, left)
    after = _after_attack(form, left, support)
    worth = after[..., CHALLENGER] - form.ends[..., PEACE, CHALLENGER]
    attack = _share(worth, *_uniform(form, form.attack_cost, form.attack_spread))
    hopes = _hopes(form, attack, after)
    tied = hopes >= hopes.max(axis=-1, keepdims=True) - margin
    first, last = np.argmax(tied, axis=-1), form.n_levels - 1 - np.argmax(tied[..., ::-1], axis=-1)
    demand = np.stack([form.levels[first], np.where(last > first, form.levels[last], np.nan)], -1)
    shown = ~np.isnan(demand)[..., None]
    plans = {"attack": attack, "support": support, "alone": alone.astype(np.float64)}
    return certify(
        form,
        {"demand": demand}
        | {name: np.where(shown, plan[..., None, :], np.nan) for name, plan in plans.items()},
        complete=np.all(best.sum(axis=-1) == 1, axis=-1) & (tied.sum(axis=-1) <= 2),
        scope=SCOPE,
        method="alliance",
        scale=scale,
    )


def _uniform(form: AllianceForm, mean: FloatArray, spread: FloatArray) -> list[FloatArray]:
    """Return the least and the greatest cost, each of shape (*batch, 1)."""
    low, high = mean * (1.0 - spread), mean * (1.0 + spread)
    return [np.broadcast_to(edge, form.batch_shape)[..., None] for edge in (low, high)]


def _share(cutoff: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the chance that a cost is at most the cutoff."""
    return np.clip((cutoff - low) / (high - low), 0.0, 1.0)


def _support(form: AllianceForm, left: FloatArray) -> FloatArray:
    """Return the chance of support at each degree, (*batch, n_levels); ties support."""
    gap = form.ends[..., WAR, DEFENDER] - left[..., DEFENDER]
    gap = gap - form.breach_cost * form.breach_burden[..., DEFENDER]
    slope = -form.war_burden[..., DEFENDER]
    cutoff = gap / np.where(slope == 0.0, 1.0, slope)
    below = _share(cutoff, *_uniform(form, form.mean_war_cost, form.war_spread))
    sure = (gap >= 0.0).astype(np.float64)
    return np.where(slope > 0.0, below, np.where(slope < 0.0, 1.0 - below, sure))


def _after_attack(form: AllianceForm, left: FloatArray, support: FloatArray) -> FloatArray:
    """Return what the three expect of an attack, before its cost, (*batch, n_levels, 3)."""
    side = np.where(form.is_burdened, -1.0, 1.0)
    spread = np.broadcast_to(form.war_spread, form.batch_shape)[..., None]
    mean = np.broadcast_to(form.mean_war_cost, form.batch_shape)[..., None]
    paid = mean * support * (1.0 + side * spread * (1.0 - support))
    broken = (1.0 - support) * form.breach_cost
    q = support[..., None]
    asked = q * form.ends[..., WAR, :] + (1.0 - q) * left
    asked = asked + paid[..., None] * form.war_burden + broken[..., None] * form.breach_burden
    named = np.broadcast_to(form.identification, form.batch_shape)[..., None, None]
    return np.asarray(left + named * (asked - left))


def _hopes(form: AllianceForm, attack: FloatArray, after: FloatArray) -> FloatArray:
    """Return what the protege expects at each degree of demands, (*batch, n_levels)."""
    low, high = _uniform(form, form.attack_cost, form.attack_spread)
    paid = attack * (low + attack * (high - low) / 2.0)
    peace = form.ends[..., PEACE, PROTEGE]
    expected = peace + attack * (after[..., PROTEGE] - peace)
    return np.asarray(expected + paid * form.attack_burden[..., PROTEGE])
