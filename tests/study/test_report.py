"""A solved game as data that JSON can hold, whatever the numbers are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from collsec import Crisis, ProvisionPoint, TyingHands
from collsec.assumptions import REALIST
from collsec.institutions import PRESETS
from collsec.parameters import ParameterError
from collsec.study.report import answer, plain
from collsec.study.request import parse, request


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([1.5, np.nan]), [1.5, None]),
        (np.float64(np.inf), "inf"),
        (-np.inf, "-inf"),
        (np.array([Fraction(1, 3), None], dtype=object), ["1/3", None]),
        ({"a": (np.int64(2), np.bool_(True))}, {"a": [2, True]}),
    ],
)
def test_every_number_has_a_form_in_json(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_observables_are_those_of_the_equilibrium_played() -> None:
    found = answer(ProvisionPoint(n_members=5, quorum=3, value=27, cost=8), REALIST)
    played = found["equilibria"][found["played"]]
    assert found["observables"] == played["observables"]
    assert found["under"] == "realist"
    assert found["levers"]["selection"] == "risk-dominant"


def test_an_answer_says_that_the_worst_is_played_where_the_risk_dominant_is_not_known() -> None:
    found = answer(TyingHands(sunk=0.6, tied=0.0))
    assert found["levers"]["selection"] == "risk-dominant"
    assert found["untraced"]
    worst = min(one["payoffs"][0] for one in found["equilibria"])
    assert found["equilibria"][found["played"]]["payoffs"][0] == worst
    assert not answer(ProvisionPoint(n_members=5, quorum=3, value=27, cost=8))["untraced"]


def test_the_institution_played_under_is_named() -> None:
    found = answer(Crisis(), REALIST, PRESETS.load("nato"))
    assert found["institution"] == "nato"
    assert found["parameters"]["institution"]["trigger"] == "automatic"


def test_a_sweep_is_refused_with_the_command_that_runs_sweeps() -> None:
    with pytest.raises(ParameterError, match="collsec run"):
        answer(ProvisionPoint(value=[[20.0], [27.0]]))


def test_every_assumption_set_meets_every_institution_in_the_order_given() -> None:
    cases = request("crisis", ["realist", "neutral"], ["nato", "league"], [])
    assert [(under.name[0], design.label) for _, under, design in cases if design] == [
        ("realist", "nato"),
        ("realist", "league"),
        ("neutral", "nato"),
        ("neutral", "league"),
    ]
    assert all(game.institution == design for game, _, design in cases)  # type: ignore[attr-defined]


def test_values_are_toml_and_later_ones_win() -> None:
    values = parse(["income=[1, 2]", "levers.selection=risk-dominant", "taste=0.1", "taste=0.2"])
    assert values == {
        "": {"income": [1, 2], "taste": 0.2},
        "levers": {"selection": "risk-dominant"},
        "institution": {},
    }
