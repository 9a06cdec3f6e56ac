"""The ten levers of an assumption set.

Each lever is neutral at its default: a game under `NEUTRAL` is the game as published.
"""

from __future__ import annotations

import numpy as np

from collsec.equilibrium import Selection
from collsec.parameters import Count, Declared, Names, Real, parameter


class Assumptions(Declared):
    """What is assumed about states: ten levers, each a number or an array (a sweep)."""

    name: Names = parameter("-", "name of the set", default=())
    relative_gains: Real = parameter(
        "ρ",
        "weight on what others gain: U_i = V_i - ρ mean of V_j over the others",
        low=0,
        high=1,
        default=0.0,
        source="grieco1988anarchy; ρ = k/(1+k) for Grieco's coefficient k",
    )
    indivisibility: Real = parameter(
        "β",
        "how far every aggression is everyone's concern: stake (1-β) w_i + β b",
        low=0,
        high=1,
        default=0.0,
        source="claude1962power",
    )
    impartiality: Real = parameter(
        "η",
        "how far friendship with the challenger is set aside: affinity counts (1-η) x_i",
        low=0,
        high=1,
        default=0.0,
        source="claude1962power",
    )
    discount_factor: Real = parameter(
        "δ",
        "weight of the next period's payoff: the shadow of the future",
        low=0,
        below=1,
        default=0.0,
        source="axelrod1985achieving",
    )
    monitoring: Real = parameter(
        "μ",
        "chance that a defection is seen and attributed",
        low=0,
        high=1,
        default=1.0,
        source="keohane1984after",
    )
    pledge_cost: Real = parameter(
        "α",
        "cost of a broken pledge",
        unit="own war cost",
        low=0,
        high=2,
        default=0.0,
        source="fearon1997signaling",
    )
    legitimacy: Real = parameter(
        "ℓ",
        "acting with a mandate costs (1-ℓ) times as much, without one (1+ℓ) times",
        low=0,
        high=1,
        default=0.0,
        source="voeten2005political",
    )
    side_payments: Real = parameter(
        "φ",
        "share of each responder's cost borne by the common budget",
        low=0,
        high=1,
        default=0.0,
        source="keohane1984after",
    )
    identification: Real = parameter(
        "ι",
        "chance that the aggressor is named correctly when it is not named in advance",
        low=0,
        high=1,
        default=1.0,
        source="mearsheimer1994false",
    )
    selection: Count = parameter(
        "-",
        "which equilibrium is played where there are several",
        default=Selection.RISK_DOMINANT,
        source="harsanyi1988general",
        options=Selection,
    )

    def mixed_with(self, other: Assumptions, weight: float) -> Assumptions:
        """Return the mixture that gives `other` this weight, lever by lever.

        Numbers are averaged; the selection, which is no number, is taken from the set with the
        larger weight (from `other` at one half).
        """
        levers: dict[str, object] = {
            "name": (*self.name, f"{1 - weight:g}/{weight:g}", *other.name)
        }
        for lever in LEVERS:
            if lever == "selection":
                levers[lever] = other.selection if weight >= 0.5 else self.selection
            else:
                mine, theirs = getattr(self, lever), getattr(other, lever)
                levers[lever] = (1 - weight) * np.asarray(mine) + weight * np.asarray(theirs)
        return Assumptions(**levers)


LEVERS = tuple(name for name in Assumptions.parameters if name != "name")
"""The names of the ten levers, in the order of the model page."""

NEUTRAL = Assumptions(name=("neutral",))
"""The levers that change nothing."""
