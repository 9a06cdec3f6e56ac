"""A symmetric game of two actions as a table, like any other game of acting or not."""

from collsec.interchange.tables.threshold import SWEEPS, counts, note, plan, table

__all__ = ["SWEEPS", "counts", "note", "plan", "table"]
