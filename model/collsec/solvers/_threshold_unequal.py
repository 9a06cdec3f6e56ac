r"""Threshold games among unequal members: pure profiles, and who mixes among volunteers.

Where m members act, those whose step tips the balance compare the gain G_i from provision with
the price K_i of acting; for all others acting is only a cost:

.. math::

    K_i = c_i \bigl(\alpha (1 - \varphi + \varphi a_i) + \beta \varphi (1-a_i)/(n-1)\bigr), \qquad
    G_i = \alpha v_i + \beta \bar v_{-i} - r\, C_{-i}
          \bigl(\alpha \varphi a_i + \beta (1 - \varphi a_i)/(n-1)\bigr)

with C_{-i} what the other k - 1 actors' actions cost. With quorum 1 (the volunteer's dilemma,
Diekmann 1993) let r_i = K_i / G_i and q_i the chance that i does not act. Members of a set M mix
and the others stay out iff, with :math:`Q = (\prod_{j \in M} r_j)^{1/(|M|-1)}`, each member of M
has q_i = Q / r_i < 1 and Q, the chance that nobody acts, is at most r_l for each l outside.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from collsec.forms.threshold import ThresholdForm
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._threshold_candidates import Candidates, first

MOST_PROFILES = 12
"""Up to this many members all 2^n pure profiles are checked."""

MOST_MIXERS = 10
"""Up to this many members all sets of volunteers who mix are checked."""


def unequal(form: ThresholdForm, slack: FloatArray) -> Candidates:
    """Return pure equilibria by number of actors; where the quorum is 1, also mixed ones."""
    pure, mixed = _pure(form, slack), _volunteers(form, slack)
    known_mixed = (form.quorum > 1) | _is_generic(form, slack)
    return Candidates(
        act=np.concatenate([pure, mixed], axis=1),
        complete=known_mixed & (form.n_members <= MOST_PROFILES),
        centroid=np.full(form.batch_shape, -1, dtype=np.int64),
    )


def _pure(form: ThresholdForm, slack: FloatArray) -> FloatArray:
    profiles = list(_profiles(form))
    flags = np.stack([_is_stable(form, profile, slack) for profile in profiles], axis=-1)
    chosen, live = first(flags)
    act = np.full((*live.shape, form.n_members), np.nan)
    for place in np.unique(chosen[live]):
        here = live & (chosen == place)
        point = np.nonzero(here)[0]
        act[here] = np.broadcast_to(profiles[place], form.value.shape)[point]
    return act


def _profiles(form: ThresholdForm) -> Iterator[FloatArray]:
    """Yield all profiles by number of actors, or the m most willing for each m in large groups."""
    n = form.n_members
    if n <= MOST_PROFILES:
        table = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
        yield from table[np.argsort(table.sum(axis=-1), kind="stable")]
        return
    willing = _gain(form, np.zeros(n)) - _price(form)
    order = np.argsort(-willing, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable")
    for m in range(n + 1):
        yield (rank < m).astype(np.float64)


def _is_stable(form: ThresholdForm, profile: FloatArray, slack: FloatArray) -> BoolArray:
    """Return whether nobody gains by a change; a member who is indifferent stays."""
    others = profile.sum(axis=-1, keepdims=True) - profile
    needed, refund = (form.quorum - 1)[:, None], form.refund[:, None]
    price, gain = _price(form), _gain(form, profile)
    at_or_above = np.where(others == needed, gain - price, -price)
    acting = np.where(others < needed, -(1 - refund) * price, at_or_above)
    stays = np.where(profile > 0, acting >= -slack[:, None], acting <= slack[:, None])
    return np.asarray(stays.all(axis=-1))


def _price(form: ThresholdForm) -> FloatArray:
    own, others, phi = _levers(form)
    rivals = form.n_members - 1
    passed_on = others * phi * (1 - form.shares) / rivals
    return np.asarray(form.cost * (own * (1 - phi + phi * form.shares) + passed_on))


def _gain(form: ThresholdForm, profile: FloatArray) -> FloatArray:
    """Return G_i when the others play the profile and i tips the balance."""
    own, others, phi = _levers(form)
    rivals = form.n_members - 1
    mean_value = (form.value.sum(axis=-1, keepdims=True) - form.value) / rivals
    spent = profile * form.cost
    theirs = spent.sum(axis=-1, keepdims=True) - spent
    weight = own * phi * form.shares + others * (1 - phi * form.shares) / rivals
    return np.asarray(
        own * form.value + others * mean_value - form.refund[:, None] * theirs * weight
    )


def _levers(form: ThresholdForm) -> tuple[FloatArray, FloatArray, FloatArray]:
    return form.own_weight[:, None], form.others_weight[:, None], form.side_payments[:, None]


def _ratio(form: ThresholdForm, slack: FloatArray) -> FloatArray:
    """Return r_i = K_i / G_i, infinite where acting is free or nothing is gained by it."""
    gain, price = _gain(form, np.zeros(form.n_members)), _price(form)
    weighs = (gain > slack[:, None]) & (price > slack[:, None])
    return np.where(weighs, price / np.where(weighs, gain, 1.0), np.inf)


def _is_generic(form: ThresholdForm, slack: FloatArray) -> BoolArray:
    """Return whether all sets of volunteers were tried, and no tie makes a continuum."""
    costly = np.all(_price(form) > slack[:, None], axis=-1)
    strict = np.all(np.abs(_ratio(form, slack) - 1) > 1e-12, axis=-1)
    return np.asarray(costly & strict & (form.n_members <= MOST_MIXERS))


def _volunteers(form: ThresholdForm, slack: FloatArray) -> FloatArray:
    """Return every mixed equilibrium of a volunteer's dilemma, one for each set of volunteers."""
    n, ratio = form.n_members, _ratio(form, slack)
    everybody = tuple(range(n))
    sizes = range(2, n + 1) if n <= MOST_MIXERS else range(n, n + 1)
    sets = [s for size in sizes for s in itertools.combinations(everybody, size)]
    usable = (form.quorum == 1) & np.all(_price(form) > slack[:, None], axis=-1)
    idle = np.stack([_idle(ratio, members) for members in sets], axis=1)
    live = usable[:, None] & ~np.isnan(idle).any(axis=-1)
    chosen, filled = first(live)
    kept = np.take_along_axis(idle, chosen[..., None], axis=1)
    return np.where(filled[..., None], 1 - kept, np.nan)


def _idle(ratio: FloatArray, members: tuple[int, ...]) -> FloatArray:
    """Return the chances not to act if exactly these mix, NaN where that is no equilibrium."""
    mixes = np.isin(np.arange(ratio.shape[-1]), members)
    inside = np.where(mixes, ratio, 1.0)
    able = np.all(np.isfinite(inside), axis=-1)
    product = np.cumprod(np.where(able[:, None], inside, 1.0), axis=-1)[:, -1:]
    nobody = product ** (1 / (len(members) - 1))
    idle = np.where(mixes, nobody / inside, 1.0)
    fits = np.where(mixes, idle < 1 - 1e-12, nobody <= ratio * (1 + 1e-12))
    return np.where((able & fits.all(axis=-1))[:, None], idle, np.nan)
