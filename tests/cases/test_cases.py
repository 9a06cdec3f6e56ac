"""Cases: facts with sources, judgements with reasons, and mistakes reported where they stand."""

import numpy as np
import pytest

from collsec import cases
from collsec.document import DocumentError
from collsec.solvers.mandate import Seat, mandate_probability


@pytest.mark.parametrize("name", cases.names())
def test_every_value_has_a_source_or_is_a_judgement_with_a_reason(name):
    for key, fact in cases.load(name).facts.items():
        assert fact.why if fact.is_judgement else fact.source, key


@pytest.mark.parametrize("name", cases.names())
def test_interest_affinity_and_instrument_are_marked_as_judged(name):
    case = cases.load(name)
    judged = {key.rpartition(".")[2] for key in case.judgements}
    assert {"interest", "affinity", "coverage", "leakage"} <= judged
    assert not judged & {"capability", "challenger_capability", "target_capability", "year"}


@pytest.mark.parametrize("name", cases.names())
def test_every_case_gives_plain_arrays_of_one_length(name):
    case = cases.load(name)
    given = case.parameters()
    for key in ("capability", "interest", "affinity"):
        assert given[key].shape == (len(case.members),)
        assert not given[key].flags.writeable
    assert given["institution"].label == case.preset
    assert given["institution"].coverage == case.coverage
    assert 0 < case.capability.sum() + case.challenger_capability + case.target_capability < 1


@pytest.mark.parametrize("name", cases.names())
def test_every_case_was_selected_on_a_challenge(name):
    assert cases.load(name).record.challenge


def test_abyssinia_has_three_permanent_seats_without_italy():
    case = cases.load("1935-abyssinia")
    assert case.members[:3] == ("United Kingdom", "France", "Soviet Union")
    assert len(case.members) == 55
    assert case.challenger_seat == Seat.PERMANENT
    assert case.capability.sum() + case.target_capability == pytest.approx(0.59414, abs=1e-6)
    assert (case.record.response, case.record.outcome, case.record.coalition_size) == (2, 0, 51)
    assert case.record.mandate


def test_the_gulf_has_five_permanent_seats():
    case = cases.load("1990-gulf")
    assert len(case.members) == 155
    assert set(case.members[:5]) == {
        "United States", "Soviet Union", "China", "United Kingdom", "France",
    }  # fmt: skip
    assert case.challenger_seat == Seat.ELIGIBLE
    assert case.capability.sum() + case.target_capability == pytest.approx(0.91939, abs=1e-6)
    assert (case.record.response, case.record.outcome, case.record.coalition_size) == (4, 2, 35)


def test_the_council_of_1935_can_decide_only_because_italy_is_recused():
    case = cases.load("1935-abyssinia")
    yes = np.full(len(case.members), 0.95)
    seats = {"permanent": 4, "elected": 10, "quota": 0, "challenger_seat": case.challenger_seat}
    assert mandate_probability(yes, 1 - yes, **seats) == 0
    assert mandate_probability(yes, 1 - yes, **seats, recused=True) == pytest.approx(0.95**13)


def broken(tmp_path, old, new):
    text = (cases.reading.FOLDER / "1990-gulf.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path, text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[coverage]\nvalue = 1.0", "[coverage]\nvalue = 1.5", r"coverage: = 1.5: must lie in"),
        ('[nuclear]\nvalue = 0\nsource = "freedman1993gulf"', "[nuclear]\nvalue = 0", "no source"),
        ("[leakage]", "[leakige]", "leakige: is not known; did you mean 'leakage'"),
        ('value = "un-charter"', 'value = "un-chart"', "did you mean 'un-charter'"),
        ('value = "eligible"', 'value = "eligable"', "did you mean 'eligible'"),
        ("[year]\nvalue = 1990", "[year]\nvalue = 1990.5", "must be a whole number"),
        ("value = true", 'value = "yes"', "must be true or false"),
        ('seat = "permanent"', 'seat = "eligible"', "makes this seat permanent"),
        ('name = "India"', 'name = "Japan"', "stands for two members"),
    ],
)
def test_a_mistake_names_file_line_key_and_remedy(tmp_path, old, new, message):
    path, line = broken(tmp_path, old, new)
    with pytest.raises(DocumentError, match=message) as caught:
        cases.load(path)
    assert caught.value.path == path
    assert abs(caught.value.line - line) <= 1


def test_a_judgement_without_a_reason_is_refused(tmp_path):
    reason = 'why = "Oil, and a voice in the settlement."\n'
    path, _ = broken(tmp_path, reason, "\n")
    with pytest.raises(DocumentError, match="judgement without a reason"):
        cases.load(path)


def test_a_missing_value_is_asked_for(tmp_path):
    path, _ = broken(tmp_path, "[record.response]", "[record.reponse]")
    with pytest.raises(DocumentError, match="did you mean 'response'"):
        cases.load(path)


def test_an_unknown_case_names_the_nearest():
    with pytest.raises(DocumentError, match="1990-gulf"):
        cases.load("1990-golf")
