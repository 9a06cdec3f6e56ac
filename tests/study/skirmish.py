"""A small game to study with: two equilibria, three members, an institution, a structure."""

from dataclasses import dataclass, replace

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.form import Form
from collsec.games.game import Game, Observable
from collsec.institutions import UN_CHARTER
from collsec.parameters import Count, Members, Names, Real, Structure, parameter


@dataclass(frozen=True, eq=False)
class StandOff(Form):
    """Everyone holds out with the chance `low` in one equilibrium, `high` in the other."""

    low: np.ndarray
    high: np.ndarray
    cost: np.ndarray
    is_sound: np.ndarray

    @property
    def batch_shape(self):
        return np.broadcast_shapes(self.low.shape, self.high.shape, self.cost.shape[:-1])

    @property
    def players(self):
        return tuple(f"member {i + 1}" for i in range(self.cost.shape[-1]))

    def under(self, levers):
        return replace(self, high=self.high * np.exp(-levers.pledge_cost * levers.monitoring))

    def payoffs(self, strategies):
        return strategies["hold"][..., None] - self.cost[..., None, :]

    def regret(self, strategies):
        hold = strategies["hold"]
        return np.where(np.isnan(hold), np.nan, np.where(self.is_sound[..., None], 0.0, 1.0))


class Skirmish(Game):
    """A stand-off whose equilibria stop being certified above a strength of 9."""

    observables = (
        Observable("hold", "probability", "chance that everyone holds out"),
        Observable("burden", "money", "what each member pays", per="member"),
        Observable("ceiling", "1", "the largest chance there is"),
    )

    strength: Real = parameter(
        "m", "strength of the attacker", unit="share", above=0, high=10, default=1.0
    )
    cost: Members = parameter(
        "c_i", "cost of holding out", unit="money", low=0, default=(1.0, 2.0, 3.0)
    )
    waves: Count = parameter("k", "number of attacks", unit="attacks", low=1, high=9, default=1)
    rounds: Structure = parameter("T", "rounds", unit="rounds", low=1, high=5, default=2)
    members: Names = parameter("-", "names of the members", default=("A", "B", "C"))
    institution: object = parameter("-", "the institution", default=UN_CHARTER)

    def form(self):
        low = np.exp(-self.strength * self.waves)
        high = low ** (1 / (self.rounds + 1)) * self.institution.effect
        return StandOff(low, high, self.cost, self.strength <= 9)

    def observe(self, equilibria):
        hold = equilibria.strategies["hold"]
        return {
            "hold": hold,
            "burden": hold[..., None] * self.cost[..., None, :],
            "ceiling": np.float64(1.0),
        }


def solve(form: StandOff) -> Equilibria:
    hold = np.stack(np.broadcast_arrays(form.low, form.high), axis=-1)
    hold = np.broadcast_to(hold, (*form.batch_shape, 2))
    return certify(form, {"hold": hold}, complete=True, scope="both", method="by hand")
