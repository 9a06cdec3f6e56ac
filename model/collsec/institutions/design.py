"""An institution: council and voting rule, trigger, obligation, instrument, budget, bypass."""

from __future__ import annotations

import enum

from collsec.parameters import (
    Count,
    Declared,
    Flag,
    Names,
    ParameterError,
    Real,
    Structure,
    parameter,
)


class Trigger(enum.IntEnum):
    """What sets the collective response off."""

    NONE = 0
    VOTE = 1
    AUTOMATIC = 2


class Assessment(enum.IntEnum):
    """How a common budget is split among the members."""

    EQUAL = 0
    CAPABILITY = 1
    INCOME = 2


class Institution(Declared):
    """A design of collective security; every value is data.

    The first `permanent` members, in the order in which a game lists them, hold the permanent
    seats; the elected seats rotate among the others, every draw equally likely.
    """

    name: Names = parameter("-", "name of the institution", default=())
    heading: Names = parameter("-", "name in tables and figures", default=())
    trigger: Count = parameter(
        "-", "what sets the collective response off", default=Trigger.VOTE, options=Trigger
    )
    permanent: Structure = parameter(
        "P", "permanent council seats, each with a veto", unit="seats", low=0, high=193, default=0
    )
    elected: Structure = parameter(
        "E", "elected council seats", unit="seats", low=0, high=193, default=0
    )
    plenary: Flag = parameter(
        "-", "every member sits on the council, beside the permanent seats", default=False
    )
    quota: Structure = parameter(
        "q",
        "yes votes needed; 0 means unanimity of those who vote",
        unit="votes",
        low=0,
        high=193,
        default=0,
    )
    recusal: Flag = parameter(
        "-", "a party to the dispute does not vote, so the challenger cannot block", default=False
    )
    abstention: Real = parameter(
        "-",
        "share of refusals that are abstentions or absences, which do not block",
        low=0,
        high=1,
        default=0.0,
    )
    enemy_named: Flag = parameter(
        "-", "the enemy is named in advance, so it is always identified", default=False
    )
    obligation: Real = parameter(
        "o",
        "share of a member's war cost that counts as pledged once the response is triggered",
        low=0,
        high=1,
        default=0.0,
    )
    coverage: Real = parameter(
        "-",
        "share of a member's capability that the instrument brings to bear",
        low=0,
        high=1,
        default=1.0,
    )
    leakage: Real = parameter(
        "-", "share of the instrument's effect made good by outsiders", low=0, high=1, default=0.0
    )
    assessment: Count = parameter(
        "-", "how the common budget is split", default=Assessment.EQUAL, options=Assessment
    )
    bypass: Real = parameter(
        "-",
        "share of all members who may recommend action when the council is blocked; 0 means none",
        low=0,
        high=1,
        default=0.0,
    )

    @property
    def label(self) -> str:
        """The short name: the label on an axis."""
        return self.name[0] if self.name else "custom"

    @property
    def caption(self) -> str:
        """The name in words."""
        return self.heading[0] if self.heading else self.label

    @property
    def effect(self) -> Real:
        """The instrument's effect per unit of capability: coverage times (1 - leakage)."""
        return self.coverage * (1 - self.leakage)

    def validate(self) -> None:
        """Check that the council can decide."""
        seats = self.permanent + self.elected
        voted = bool((self.trigger == Trigger.VOTE).any())
        if voted and not self.plenary and seats == 0:
            raise ParameterError(
                self.title(),
                "elected",
                0,
                "a voted trigger needs a council",
                "set permanent, elected or plenary",
            )
        if not self.plenary and self.quota > seats:
            raise ParameterError(
                self.title(),
                "quota",
                self.quota,
                f"exceeds the {seats} seats of the council",
                f"give a quota from 1 to {seats}, or 0 for unanimity",
            )
        if self.trigger.ndim or self.assessment.ndim:
            raise ParameterError(
                self.title(),
                "trigger",
                self.trigger,
                "is one choice per institution",
                "compare institutions side by side instead",
            )
