"""Threshold games with complete information: pure equilibria, and mixed ones that can be listed."""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.threshold import ThresholdForm
from collsec.parameters import BoolArray, FloatArray
from collsec.solvers._kinds import checks_kind
from collsec.solvers._threshold_candidates import Candidates
from collsec.solvers._threshold_identical import exact, identical
from collsec.solvers._threshold_unequal import unequal

IDENTICAL_SCOPE = "pure equilibria by number of actors and symmetric mixed equilibria"
"""What `complete` refers to where all members are alike."""

UNEQUAL_SCOPE = "pure equilibria and, where the quorum is 1, mixed equilibria"
"""What `complete` refers to where members differ."""


@checks_kind
def threshold(form: ThresholdForm, *, tie: float = 1e-12) -> Equilibria:
    """Find the equilibria of a threshold public good.

    Identical members: one pure profile for each number of actors that is an equilibrium (the first
    m act; binomially many others are like it), then all symmetric mixed equilibria, at most two,
    by halving on each side of the peak of the indifference function. A single game whose
    parameters are rational gets rational answers in `exact`. Equilibria in which some mix beside
    others who do not, or with two probabilities, are left to `symmetric`, which takes the game as
    `SymmetricForm.of(form)`.

    Unequal members: all pure profiles up to 12 members; beyond, only profiles in which the m most
    willing act, and `complete` is false. With quorum 1 also each mixed equilibrium, one for each
    set of members who mix while the others stay out, up to 10 members; beyond, only the one in
    which all mix, and `complete` is false.

    `complete` is also false where acting is free or where ties make a continuum.

    Parameters
    ----------
    form : ThresholdForm
    tie : float
        Payoff differences up to this share of the largest value or cost count as ties. Ties are
        weak: a member who is indifferent does whatever the equilibrium asks of it.

    Returns
    -------
    Equilibria
        With strategies ``{"act": shape (*batch, n_equilibria, n_members)}``, pure ones first by
        number of actors, then mixed ones. `centroid` is where a common probability of 1/2 drifts
        under best replies, -1 among unequal members.
    """
    scale = np.maximum(np.abs(form.value).max(axis=-1), form.cost.max(axis=-1))
    alike = form.is_identical
    found = []
    for points, search in ((alike, identical), (~alike, unequal)):
        if points.any():
            found.append((points, search(form.at(points), tie * scale[points])))
    merged = _merged(form, found)
    act = merged.act
    is_single = not form.batch_shape
    return certify(
        form,
        {"act": act},
        complete=merged.complete,
        scope=_scope(alike),
        method="threshold",
        centroid=merged.centroid,
        exact={"act": exact(form, act)} if is_single else None,
        scale=scale,
    )


def _merged(form: ThresholdForm, found: list[tuple[BoolArray, Candidates]]) -> Candidates:
    """Return the candidates of all points, in the shape of the batch."""
    width = max((part.act.shape[1] for _, part in found), default=1)
    act: FloatArray = np.full((*form.batch_shape, width, form.n_members), np.nan)
    complete = np.zeros(form.batch_shape, dtype=bool)
    centroid = np.full(form.batch_shape, -1, dtype=np.int64)
    for points, part in found:
        missing = width - part.act.shape[1]
        act[points] = np.pad(part.act, ((0, 0), (0, missing), (0, 0)), constant_values=np.nan)
        complete[points] = part.complete
        centroid[points] = part.centroid
    return Candidates(act, complete, centroid)


def _scope(alike: BoolArray) -> str:
    if alike.all():
        return IDENTICAL_SCOPE
    if not alike.any():
        return UNEQUAL_SCOPE
    return f"identical members: {IDENTICAL_SCOPE}; unequal members: {UNEQUAL_SCOPE}"
