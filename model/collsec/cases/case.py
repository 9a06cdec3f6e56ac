"""What a case is: the numbers a crisis game takes, what happened, and where each value is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collsec.institutions import PRESETS, Institution
from collsec.parameters import FloatArray
from collsec.solvers.mandate import Seat


@dataclass(frozen=True)
class Fact:
    """One value of a case: read in a source, or judged for a stated reason.

    A judgement is one coder's reading of the standard histories, made knowing the outcome.
    """

    value: Any
    source: str = ""
    why: str = ""
    is_judgement: bool = False


@dataclass(frozen=True)
class Record:
    """What happened.

    Attributes
    ----------
    challenge : bool
        Whether the attack took place. Cases come to be written down because deterrence failed, so
        they say nothing about how often it works.
    mandate : bool
        Whether the institution found a breach and called for measures.
    response : int
        0 none, 1 words, 2 partial sanctions or threat, 3 strong aid or sanctions, 4 authorised
        force, 5 unauthorised force.
    outcome : int
        0 the challenger kept its gain, 1 compromise, 2 reversed or settled.
    coalition_size : int
        States that took part in the measures.
    coalition_capability : float
        Their share of system capability.
    """

    challenge: bool
    mandate: bool
    response: int
    outcome: int
    coalition_size: int
    coalition_capability: float


@dataclass(frozen=True, eq=False)
class Case:
    """A crisis that happened.

    Attributes
    ----------
    name, title, summary : str
    year : int
    challenger, target : str
    members : tuple of str
        All states bound by the institution but the challenger and the target; those with permanent
        seats first. States that no table names follow as an equal group.
    capability, interest, affinity : array, shape (n_members)
        Share of system capability, private stake in the target, closeness to the challenger.
    challenger_capability, target_capability : float
        Shares of system capability.
    challenger_seat : Seat
    nuclear : float
        Mark-up on members' cost of acting against a nuclear challenger.
    preset : str
        The institution's preset.
    coverage, leakage : float
        The instrument as it was used.
    record : Record
    facts : mapping of str to Fact
        Every value with its source or reason, by its dotted key in the file.
    """

    name: str
    title: str
    summary: str
    year: int
    challenger: str
    target: str
    members: tuple[str, ...]
    capability: FloatArray
    interest: FloatArray
    affinity: FloatArray
    challenger_capability: float
    target_capability: float
    challenger_seat: Seat
    nuclear: float
    preset: str
    coverage: float
    leakage: float
    record: Record
    facts: Mapping[str, Fact]

    @property
    def institution(self) -> Institution:
        """The institution of the case, with the instrument as it was used."""
        return PRESETS.load(self.preset).replace(coverage=self.coverage, leakage=self.leakage)

    @property
    def judgements(self) -> Mapping[str, Fact]:
        """The values that are judged and not read in a source."""
        return {key: fact for key, fact in self.facts.items() if fact.is_judgement}

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of a crisis game that the case sets; the rest keep defaults."""
        return {
            "members": self.members,
            "capability": self.capability,
            "interest": self.interest,
            "affinity": self.affinity,
            "challenger_capability": self.challenger_capability,
            "target_capability": self.target_capability,
            "nuclear": self.nuclear,
            "challenger_seat": self.challenger_seat,
            "institution": self.institution,
        }
