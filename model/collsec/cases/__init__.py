"""Historical cases as data: facts with sources, judgements with reasons, and what happened."""

from collsec.cases.case import Case, Fact, Record
from collsec.cases.reading import load, names, parse

__all__ = ["Case", "Fact", "Record", "load", "names", "parse"]
