r"""The chance that a vote passes: an exact convolution over voters.

The distribution of (rotating seats filled, weight of yes votes) is carried from voter to voter;
weight beyond the quota is kept in one last entry. All terms are probabilities, so nothing cancels.
The same steps on `fractions.Fraction` give exact rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from collsec.forms.voting import VotingForm, VotingRule
from collsec.parameters import FloatArray, ParameterError
from collsec.solvers._kinds import checks_kind


@checks_kind
def pass_probability(form: VotingForm, vote: FloatArray | None = None) -> FloatArray:
    """Return the probability that the measure passes.

    Parameters
    ----------
    form : VotingForm
    vote : array, shape (*batch, n_equilibria, n_voters, 3), or None
        Strategies; the answer has shape (*batch, n_equilibria). Where None, all vote as they
        wish, and the answer has shape (*batch).

    Notes
    -----
    Cost per game: O(n_voters * quota), times the elected seats where seats rotate.

    Raises
    ------
    ParameterError
        If there is not one mix of three votes for each voter.
    """
    if vote is not None and np.shape(vote)[-2:] != (form.rule.n_voters, 3):
        raise ParameterError(
            "pass_probability", "vote", vote, f"must end in the shape ({form.rule.n_voters}, 3)",
            "give each voter's chances of yes, abstention and no, as form's strategies have them",
        )  # fmt: skip
    yes, no = (form.yes, form.no) if vote is None else (vote[..., 0], vote[..., 2])
    miss = np.maximum(1 - yes - np.where(form.rule.blocks, no, 0.0), 0.0)
    return np.asarray(_convolve(form.rule, yes, miss, np.float64), dtype=np.float64)


@checks_kind
def exact_pass_probability(
    rule: VotingRule, yes: Sequence[Fraction], no: Sequence[Fraction]
) -> Fraction:
    """Return the probability that the measure passes as an exact rational."""
    blocks = zip(yes, no, rule.blocks, strict=True)
    miss = [1 - y - (n if blocking else 0) for y, n, blocking in blocks]
    passed = _convolve(rule, np.array(yes, dtype=object), np.array(miss, dtype=object), object)
    return Fraction(passed.item())


def _convolve(rule: VotingRule, yes: Any, miss: Any, kind: Any) -> Any:
    """Return the chance of enough yes votes without a block; `kind` is the type of number."""
    one = Fraction(1) if kind is object else 1.0
    seated = np.full((*yes.shape[:-1], rule.elected + 1, rule.need + 1), 0 * one, dtype=kind)
    seated[..., 0, 0] = one
    remaining = sum(rule.eligible)
    for j, weight in enumerate(rule.votes):
        voted = _voted(seated, yes[..., j], miss[..., j], weight)
        if not rule.eligible[j]:
            seated = voted
            continue
        free = [max(rule.elected - filled, 0) for filled in range(rule.elected + 1)]
        chance = np.array([min(one * seats / remaining, one) for seats in free], dtype=kind)
        seated *= one - chance[:, None]
        seated[..., 1:, :] += voted[..., :-1, :] * chance[:-1, None]
        remaining -= 1
    return seated[..., rule.elected, rule.need]


def _voted(seated: Any, yes: Any, miss: Any, weight: int) -> Any:
    """Add a vote to each distribution of yes weight; the last entry holds the quota or more."""
    quota = seated.shape[-1] - 1
    gain, lack = yes[..., None, None], miss[..., None, None]
    added = min(weight, quota)
    voted = seated * lack
    voted[..., added:quota] += seated[..., : quota - added] * gain
    voted[..., quota] += seated[..., quota - added :].sum(axis=-1) * yes[..., None]
    return voted
