"""How strategies are laid out: under their own labels, never under the wrong players."""

from __future__ import annotations

import numpy as np
import pytest

from collsec.games import catalogue
from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.games.credibility.choosing_signals import ChoosingSignals
from collsec.games.credibility.commitment_problem import CommitmentProblem
from collsec.games.credibility.escalation_ladder import EscalationLadder
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.games.credibility.tying_hands import TyingHands
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.games.crisis import Crisis
from collsec.games.decision.council import Council
from collsec.games.game import Game
from collsec.games.response.response import Response
from collsec.institutions import PRESETS
from collsec.study.report import answer
from collsec.study.strategies import Strategies


def shown(game: Game, **changes: object) -> Strategies:
    found = answer(game) | changes
    return Strategies(game, found, found["equilibria"][-1])


def test_two_types_are_columns_although_there_are_two_players() -> None:
    strategies = shown(UnilateralDeterrence(p_challenger_hard=0.5, p_defender_hard=0.6))
    assert list(strategies.of_players()) == ["payoff"]
    assert list(strategies.tables()) == [
        (
            ("hard", "soft"),
            [("demand", 1.0, 0.0), ("resist", 1.0, 0.0), ("fight", 1.0, 0.0)],
        )
    ]


def test_messages_are_columns_although_there_are_two_players() -> None:
    strategies = shown(TyingHands())
    assert list(strategies.of_players()) == ["payoff"]
    ((columns, rows),) = strategies.tables()
    assert columns == ("silence", "signal")
    signal = {row[0]: row[1:] for row in rows}
    assert signal["signal: irresolute"] == pytest.approx((0.358197, 0.641803), abs=1e-6)
    assert signal["signal: resolved"] == (0, 1)
    assert signal["push"] == pytest.approx((1, 7 / 11))


@pytest.mark.parametrize(
    ("game", "columns"),
    [
        (ChoosingSignals(), {("silence", "signal")}),
        (CommitmentProblem(), {("period 0", "period 1 on")}),
        (SanctionsSignalling(), {("challenge", "resist", "stand_firm")}),
        (
            EscalationLadder(n_steps=2),
            {("irresolute", "resolute"), ("1, challenger", "2, defender", "3, challenger")},
        ),
    ],
)
def test_what_belongs_to_no_player_says_what_it_belongs_to(
    game: Game, columns: set[tuple[str, ...]]
) -> None:
    strategies = shown(game)
    assert list(strategies.of_players()) == ["payoff"]
    assert {head for head, _ in strategies.tables()} == columns


def test_in_a_crisis_members_answer_by_ground_and_vote_by_body() -> None:
    game = Crisis()
    found = answer(game, institution=PRESETS.load("uniting-for-peace"))
    strategies = Strategies(game, found, found["equilibria"][0])
    columns = strategies.by_case()
    assert list(columns) == [
        "answer, unauthorised", "answer, mandate", "answer, recommendation",
        "vote, council: yes", "vote, council: abstain",
        "vote, assembly: yes", "vote, assembly: abstain",
    ]  # fmt: skip
    plans = found["equilibria"][0]["strategies"]
    assert columns["answer, mandate"] == [line[0] for line in plans["answer"][1]]
    assert columns["vote, council: abstain"] == [line[1] for line in plans["vote"][0]]
    assert strategies.too_long() == []


def test_one_case_needs_no_name() -> None:
    assert list(shown(Crisis(institution=PRESETS.load("self-help"))).by_case()) == ["answer"]


def test_what_has_an_entry_a_player_is_a_column_of_the_players() -> None:
    council = shown(Council())
    columns = council.of_players()
    assert list(columns) == ["vote: yes", "vote: abstain", "vote: no", "payoff"]
    assert columns["vote: yes"] == [0.5] * 15
    assert columns["vote: abstain"] == [0.0] * 15
    assert not [*council.tables()]


def test_members_answer_or_stay_out_in_columns_that_say_which_and_say_it_once() -> None:
    response = shown(Response(capability=[0.3, 0.2]))
    columns = response.of_players()
    assert list(columns) == [
        "answer: answer", "answer: stay out", "payoff", "burden", "abandonment",
    ]  # fmt: skip
    assert columns["answer: stay out"] == columns["abandonment"]
    assert np.add(columns["answer: answer"], columns["answer: stay out"]) == pytest.approx([1, 1])
    assert not [*response.tables()]


def test_a_strategy_of_a_contest_and_what_is_observed_of_it_have_different_names() -> None:
    game = AudienceCosts()
    assert not {item.name for item in game.observables} & set(
        answer(game)["equilibria"][0]["strategies"]
    )


def test_without_labels_parts_are_numbered_and_what_is_too_long_is_named() -> None:
    game = UnilateralDeterrence()
    found = answer(game) | {"labels": {}}
    mixes = {"offer": [0.2, 0.3, 0.5], "plan": [[1, 0, 0]] * 4, "path": [0.5] * 11}
    equilibrium = found["equilibria"][0] | {"strategies": mixes}
    strategies = Strategies(game, found, equilibrium)
    ((columns, rows),) = strategies.tables()
    assert columns == ("1", "2", "3")
    assert rows[0] == ("offer", 0.2, 0.3, 0.5)
    assert [row[0] for row in rows[1:]] == [f"plan: {k}" for k in (1, 2, 3, 4)]
    assert strategies.too_long() == ["path"]


@pytest.mark.parametrize("name", catalogue.names())
def test_every_table_of_a_strategy_has_labels_of_its_size(name: str) -> None:
    found = answer(catalogue.find(name)())
    for key, value in found["equilibria"][0]["strategies"].items():
        shape, axes = np.shape(value), found["labels"].get(key)
        assert axes is not None or len(shape) < 2, key
        assert axes is None or tuple(map(len, axes)) == shape, key
