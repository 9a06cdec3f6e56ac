"""The history that the experiment on sanctions reads."""

import re
from pathlib import Path

import pytest

import collsec
from experiments.escalation import Fact, points, read

FACTS = read(Path(__file__).parents[2] / "experiments" / "data" / "abyssinia_1935.toml")
KNOWN = re.findall(
    r"@\w+\{([^,]+),", Path(collsec.__file__).with_name("references.bib").read_text("utf-8")
)


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_fact_has_a_reason_and_a_source_in_the_bibliography(fact: Fact) -> None:
    assert fact.source in KNOWN
    assert fact.why.endswith(".")
    assert fact.unit in ("days", "share")


def test_the_dates_span_the_sanctions_of_1935_and_1936() -> None:
    """3 October, 7 October, 18 November 1935 and 15 July 1936."""
    days = [FACTS[name].value for name in ("days_to_censure", "days_to_sanctions")]
    assert days == [4, 42]
    assert FACTS["days_of_sanctions"].value == 240


def test_oil_that_others_replace_adds_coverage_but_no_bite() -> None:
    bites = {name: covered * (1 - leaked) for name, (covered, leaked) in points(FACTS).items()}
    assert bites["imposed"] == pytest.approx(0.25 * 0.66)
    assert bites["oil"] == pytest.approx(0.25 * 0.66 + 0.25 * 0.82)
    assert bites["replaced"] == pytest.approx(bites["imposed"])
