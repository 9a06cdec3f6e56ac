"""Backward induction through a crisis: response in every branch, votes, challenge."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import cast

import numpy as np

from collsec.equilibrium import Equilibria, certify, take
from collsec.forms.crisis import Council, CrisisForm, vote_chances
from collsec.forms.form import Strategies
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers.mandate import Seat, assembly_probability, mandate_probability
from collsec.solvers.participation import participation

MAX_ROUNDS = 200
"""Most corrections of the standing."""
SETTLED = 1e-12
"""Standing that changes by less than this is settled, in payoff units."""
MAX_COMBINATIONS = 64
"""Most combinations of response equilibria looked at; those with the lowest ranks come first."""


@checks_kind
def crisis(form: CrisisForm) -> Equilibria:
    """Find the equilibria of a batch of crises, backwards from the response.

    Every combination of response equilibria, one for each branch, is an equilibrium of the crisis
    with the votes and the challenge that follow from it. Where credibility rests on reputation, the
    standing that members lose by a breach is first brought to agree with what the institution is
    worth to them, from full trust downwards; only equilibria that agree with it pass.

    Returns
    -------
    Equilibria
        Strategies ``answer`` (*batch, n_equilibria, n_branches, n_members, 2), ``vote``
        (*batch, n_equilibria, n_votes, n_members, 3; left out where nobody votes) and ``challenge``
        (*batch, n_equilibria, 2: attack, refrain). Complete where the response equilibria of every
        branch are, and nowhere with reputation: there may be a regime of less trust.

    Raises
    ------
    CertificateError
        If a single game has no equilibrium that passes its certificate.
    """
    if form.is_reputational and form.outside is None:
        form = settled(form)
    response = participation(form.response)
    ranks, exists = _combined(form, response)
    return certify(
        form,
        _complete(form, _joined(form, response, ranks, exists)),
        complete=(not form.is_reputational)
        & np.all(response.complete, axis=0)
        & (exists.sum(axis=-1) == np.prod(response.count, axis=0)),
        scope=response.scope.replace("equilibria", "response equilibria", 1),
        method=f"{'standing by iteration; ' * form.is_reputational}backward induction; "
        f"{response.method}",
        centroid=_centroid(response, ranks, exists),
        scale=form.prize,
    )


@checks_kind
def settled(form: CrisisForm) -> CrisisForm:
    """Return the form with the standing at which members expect just what they would lose.

    Starts from full trust, where the whole stake hangs on the institution, and follows half of each
    correction, in each game until it has settled. Where it does not the certificate says so.
    """
    n_members = form.response.n_members
    outside = _members_payoffs(crisis(form.alone()), n_members)
    stake = np.broadcast_to(form.response.gain, outside.shape)
    standing = form.regime_value(stake, np.zeros_like(stake))
    open_ = np.ones((*form.batch_shape, 1), dtype=np.bool_)
    for _ in range(MAX_ROUNDS):
        found = _members_payoffs(crisis(_trial(form, standing)), n_members)
        change = form.regime_value(found, outside) - standing
        open_ = open_ & (np.max(np.abs(change), axis=-1, keepdims=True) >= SETTLED)
        if not open_.any():
            break
        standing = np.where(open_, standing + 0.5 * change, standing)
    return form.trusting(standing, outside)


def _trial(form: CrisisForm, standing: FloatArray) -> CrisisForm:
    return replace(form.trusting(standing, None), is_reputational=False)


def _members_payoffs(found: Equilibria, n_members: int) -> FloatArray:
    """Return the members' utilities in the equilibrium that the centroid leads to."""
    start = cast(IntArray, found.centroid)
    chosen = np.where(found.count > 0, np.maximum(start, 0), -1)
    return take(found.payoffs[..., :n_members], chosen, chosen.ndim)


def _combined(form: CrisisForm, response: Equilibria) -> tuple[IntArray, BoolArray]:
    """Return which equilibrium of each branch a combination joins, and where it exists.

    Shapes (*batch, n_combinations, n_branches) and (*batch, n_combinations): room for the most that
    any game has, those that exist first.
    """
    count = np.broadcast_to(response.count, (len(form.branches), *form.batch_shape))
    choices = list(itertools.product(range(int(count.max(initial=1))), repeat=len(count)))
    choices = sorted(choices, key=lambda ranks: (max(ranks), ranks))[:MAX_COMBINATIONS]
    combos = np.array(choices, dtype=np.int64)
    exists = np.all(combos < np.moveaxis(count, 0, -1)[..., None, :], axis=-1)
    width = max(int(exists.sum(axis=-1).max(initial=0)), 1)
    order = np.argsort(~exists, axis=-1, kind="stable")[..., :width]
    return combos[order], np.take_along_axis(exists, order, axis=-1)


def _joined(
    form: CrisisForm, response: Equilibria, ranks: IntArray, exists: BoolArray
) -> FloatArray:
    """Return answers by branch for every combination, (*batch, n_combinations, n_branches, ...)."""
    found = response.strategies["answer"]
    answer = np.broadcast_to(found, (len(form.branches), *form.batch_shape, *found.shape[-3:]))
    by_branch = [
        np.take_along_axis(answer[k], ranks[..., k, None, None], axis=-3)
        for k in range(len(form.branches))
    ]
    return np.where(exists[..., None, None, None], np.stack(by_branch, axis=-3), np.nan)


def _centroid(response: Equilibria, ranks: IntArray, exists: BoolArray) -> IntArray:
    """Return which combination joins the equilibria that the centroid leads to in every branch."""
    start = np.moveaxis(cast(IntArray, response.centroid), 0, -1)[..., None, :]
    match = np.all(ranks == start, axis=-1) & exists
    return np.where(match.any(axis=-1), np.argmax(match, axis=-1), -1)


def _complete(form: CrisisForm, answer: FloatArray) -> Strategies:
    """Add the votes and the challenge that follow from the answers."""
    moved = np.moveaxis(answer, -3, 0)
    worth = np.moveaxis(form.response.payoffs({"answer": moved}), 0, -2)
    reversal = np.moveaxis(form.response.reversal_chance(moved[..., 0]), 0, -1)
    power = total(answer[..., 0] * form.capability[..., None, None, :])
    strategies: dict[str, FloatArray] = {"answer": answer}
    branch = np.zeros(reversal.shape)
    if form.council is None:
        branch[..., -1] = 1.0
    else:
        recommended = np.zeros(reversal.shape[:-1])
        if form.n_votes > 1:
            recommended = _assembly(form, _votes(form, worth, recommended)[..., 1, :, :])
        strategies["vote"] = _votes(form, worth, recommended)
        branch[..., 1] = _council(form, strategies["vote"][..., 0, :, :])
        if form.n_votes > 1:
            branch[..., 2] = (1 - branch[..., 1]) * recommended
        branch[..., 0] = 1 - branch[..., 1:].sum(axis=-1)
    seen = form.identification[..., None, None]
    branch = seen * branch
    branch[..., 0] += 1 - seen[..., 0]
    reversed_, opposed = np.sum(branch * reversal, axis=-1), np.sum(branch * power, axis=-1)
    cutoff = form.attack_cutoff(reversed_, opposed)
    strategies["challenge"] = np.stack([np.exp(-cutoff), -np.expm1(-cutoff)], axis=-1)
    return strategies


def _votes(form: CrisisForm, worth: FloatArray, recommended: FloatArray) -> FloatArray:
    """Return the chances of each vote in the council and, where there is one, the assembly."""
    tilt = form.inclination(worth, recommended) / form.vote_noise[..., None, None, None]
    return vote_chances(tilt, form.abstention[..., None, None, None])


def _council(form: CrisisForm, vote: FloatArray) -> FloatArray:
    council = cast(Council, form.council)
    return mandate_probability(
        vote[..., 0],
        vote[..., 2],
        permanent=council.permanent,
        elected=council.elected,
        quota=council.quota,
        plenary=council.is_plenary,
        challenger_seat=Seat(council.challenger_seat),
        recused=council.is_recused,
    )


def _assembly(form: CrisisForm, vote: FloatArray) -> FloatArray:
    council = cast(Council, form.council)
    yes = vote[..., 0]
    if council.challenger_seat > 0:
        yes = np.concatenate([yes, np.zeros((*yes.shape[:-1], 1))], axis=-1)
    return assembly_probability(yes, form.bypass[..., None])
