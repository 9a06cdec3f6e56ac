"""From results to the paper: numbers, tables, and the PDF. `python -m paper.build` does both."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import typst

from collsec.study.bibliography import FILE as REFERENCES
from paper import findings, latex, tables
from paper.quoted import Quoted

FOLDER = Path(__file__).resolve().parent
MAIN = "paper.typ"
KINDS = (".csv", ".json", ".tex")


class PaperError(RuntimeError):
    """The paper cannot be set: says what is missing or what Typst found wrong."""


def tables_and_numbers(results: Path, out: Path) -> list[Path]:
    """Write every number and table that the paper quotes; return the files.

    Makes ``numbers.json`` and ``numbers.tex``, and each table as ``.csv`` and ``.tex``; the same
    bytes each time from the same results. Files of these kinds that are no longer made are
    removed. Raises `QuoteError` where a dataset or a number that is quoted is missing.
    """
    ledger, made = findings.collect(results), tables.build(results)
    files = {"numbers.json": as_json(ledger), "numbers.tex": latex.numbers(ledger)}
    for name, table in made.items():
        files[f"{name}.csv"] = as_csv(table)
        files[f"{name}.tex"] = latex.tabular(table)
    out.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in out.iterdir() if path.suffix in KINDS} - set(files):
        (out / stale).unlink()
    return [_write(out / name, text.encode()) for name, text in files.items()]


def compile_paper(folder: Path = FOLDER, pdf: Path | None = None) -> Path:
    """Set the paper of a folder and return the PDF: tagged, undated, the same bytes each time.

    Reads the sources and the folder ``out`` of `folder`, and ``figures/out`` beside it. No font of
    the system is used and nothing is fetched. Raises `PaperError` where the text quotes a number
    that does not exist, or a figure or a reference is missing.
    """
    pdf = folder / "paper.pdf" if pdf is None else pdf
    files = sources(folder)
    try:
        content: bytes = typst.compile(  # type: ignore[call-overload]  # stub lacks files in memory
            files, format="pdf", ignore_system_fonts=True
        )
    except typst.TypstError as error:
        raise PaperError(f"{folder / MAIN}: {error}") from None
    return _write(pdf, content)


def sources(folder: Path) -> dict[str, bytes]:
    """Return all that Typst may read, by the name under which the text asks for it."""
    files = {"main": (folder / MAIN).read_bytes(), "references.bib": REFERENCES.read_bytes()}
    written = sorted(path for path in folder.rglob("*.typ") if "out" not in path.parts)
    files |= {path.relative_to(folder).as_posix(): path.read_bytes() for path in written}
    for made in sorted((folder / "out").glob("*")):
        if made.suffix in (".csv", ".json"):
            files[f"out/{made.name}"] = made.read_bytes()
    for picture in sorted((folder.parent / "figures" / "out").glob("*.svg")):
        files[f"figures/{picture.name}"] = picture.read_bytes()
    return files


def as_json(quoted: Mapping[str, Quoted]) -> str:
    """Return the numbers as JSON: value, text and source by key."""
    entries = {
        key: {"value": entry.value, "text": entry.text, "source": entry.source}
        for key, entry in quoted.items()
    }
    return json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def as_csv(table: tables.Table) -> str:
    """Return a table as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue()


def _write(path: Path, content: bytes) -> Path:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    return part.replace(path)


if __name__ == "__main__":
    tables_and_numbers(FOLDER.parent / "results", FOLDER / "out")
    compile_paper()
