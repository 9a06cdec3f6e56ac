"""Games of any number of players of whom at most two have a choice: two-player games in truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from collsec.equilibrium import Equilibria
from collsec.forms.normal import NormalForm
from collsec.solvers.bimatrix import MAX_ACTIONS, bimatrix


def two_who_choose(form: NormalForm, tolerance: float) -> Equilibria | None:
    """Return what `bimatrix` finds between those who have a choice; None if it does not cover that.

    The others do all that they can. None of games of two players, too, which need no such detour.
    """
    able = [player for player, size in enumerate(form.n_actions) if size > 1]
    is_small = len(able) <= 2 and max(form.n_actions) <= MAX_ACTIONS
    if len(form.players) == 2 or not is_small or not np.all(np.isfinite(form.table)):
        return None
    rest = [player for player in range(len(form.players)) if player not in able]
    pair, sizes = (2 * [*able, *rest])[:2], ([form.n_actions[i] for i in able] + [1, 1])[:2]
    row, column = (form.utility(player).reshape(*form.batch_shape, *sizes) for player in pair)
    found = bimatrix(NormalForm.from_bimatrix(row, column), tolerance=tolerance)
    mixes = [found.strategies[side] for side in found.form.players]
    chosen = {form.players[player]: mixes[side] for side, player in enumerate(able)}
    only = np.where(np.isnan(found.regret), np.nan, 1.0)[..., None]
    strategies = {name: chosen.get(name, only) for name in form.players}
    return replace(found, form=form, strategies=strategies, regret=form.regret(strategies))
