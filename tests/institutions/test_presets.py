"""Presets of institutions: each loads, and each value has a reason and a source."""

import pytest

from collsec.assumptions import PRESETS as ASSUMPTIONS
from collsec.institutions import PRESETS, Trigger
from collsec.preset import TEXT_KEYS


@pytest.mark.parametrize("name", PRESETS.names())
def test_every_institution_loads_under_its_name(name):
    assert PRESETS.load(name).label == name


@pytest.mark.parametrize(
    ("presets", "name"),
    [(kind, name) for kind in (PRESETS, ASSUMPTIONS) for name in kind.names()],
)
def test_every_value_has_a_reason_and_a_source(presets, name):
    values = presets.document(name).values
    for key in TEXT_KEYS:
        assert values[key].strip()
    for key, entry in values.items():
        if key not in TEXT_KEYS:
            assert set(entry) == {"value", "why", "source"}, key
            assert entry["why"].endswith("."), key
            assert entry["source"].isalnum(), key


def test_the_institutions_that_must_exist_do():
    assert {"self-help", "league", "un-charter", "uniting-for-peace", "nato"} <= set(
        PRESETS.names()
    )


def test_the_charter_needs_nine_of_fifteen_and_five_vetoes():
    charter = PRESETS.load("un-charter")
    assert (charter.permanent, charter.elected, charter.quota) == (5, 10, 9)
    assert not charter.recusal


def test_the_league_needs_all_who_vote_but_the_parties():
    league = PRESETS.load("league")
    assert (league.permanent, league.elected, league.quota) == (4, 10, 0)
    assert league.recusal
    assert league.obligation < PRESETS.load("un-charter").obligation


def test_uniting_for_peace_is_the_charter_with_an_assembly():
    charter, united = PRESETS.load("un-charter"), PRESETS.load("uniting-for-peace")
    same = united.replace(bypass=0.0, name=charter.name, heading=charter.heading)
    assert same == charter
    assert united.bypass == pytest.approx(2 / 3)


def test_nato_acts_without_a_vote_but_with_discretion():
    nato = PRESETS.load("nato")
    assert nato.trigger == Trigger.AUTOMATIC
    assert nato.enemy_named
    assert 0 < nato.obligation < 1
