"""From every figure, table and number to the script, config and dataset that made it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collsec.study.pipeline import read_lock

FILE = "results/crosswalk.csv"
COLUMNS = ("product", "sha256", "step", "scripts", "configs", "datasets", "dataset_sha256")
NUMBERS = "paper/out/numbers.json"
"""The numbers that the paper quotes, each with its `source`."""

Lock = Mapping[str, Mapping[str, Any]]


def crosswalk(project: Path) -> list[dict[str, str]]:
    """Return one row a product and a number quoted; several inputs are separated by spaces.

    The row of a number has the hash of the dataset it is read from, where there is one.
    """
    lock = read_lock(project)
    rows = [
        {"product": product, "sha256": digest, "step": step, **_origin(lock, step)}
        for step, entry in sorted(lock.items())
        for product, digest in sorted(entry["produces"].items())
    ]
    by_product = {row["product"]: row for row in rows}
    return rows + [_number(key, source, by_product) for key, source in _quoted(project)]


def write(project: Path) -> Path:
    """Write the crosswalk beside the results, where it differs from what is there."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(crosswalk(project))
    path = project / FILE
    if not path.exists() or path.read_text(encoding="utf-8") != text.getvalue():
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_name(f".{path.name}.tmp")
        unfinished.write_text(text.getvalue(), encoding="utf-8")
        unfinished.replace(path)
    return path


def _origin(lock: Lock, step: str) -> dict[str, str]:
    read = dict(_inputs(lock, step))
    made = {name: digest for name, digest in lock[step]["produces"].items() if _is_dataset(name)}
    datasets = {name: digest for name, digest in read.items() if _is_dataset(name)} | made
    return {
        "scripts": " ".join(sorted(name for name in read if name.endswith((".py", ".typ")))),
        "configs": " ".join(sorted(name for name in read if _is_config(name))),
        "datasets": " ".join(sorted(datasets)),
        "dataset_sha256": " ".join(datasets[name] for name in sorted(datasets)),
    }


def _inputs(lock: Lock, step: str) -> Iterator[tuple[str, str]]:
    """Yield all that a step reads, directly or through the steps before it."""
    makers = {product: name for name, entry in lock.items() for product in entry["produces"]}
    for name, digest in lock[step]["depends_on"].items():
        yield name, digest
        if name in makers:
            yield from _inputs(lock, makers[name])


def _quoted(project: Path) -> list[tuple[str, str]]:
    path = project / NUMBERS
    if not path.exists():
        return []
    numbers = json.loads(path.read_text(encoding="utf-8"))
    return [(key, numbers[key].get("source", "")) for key in sorted(numbers)]


def _number(key: str, source: str, by_product: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """Return the row of a number; `source` is a file, or a file and a variable behind a colon."""
    file = source.partition(":")[0].strip()
    made = by_product.get(file, {"scripts": file})
    row = dict.fromkeys(COLUMNS, "") | made
    return row | {"product": f"{NUMBERS}: {key}", "step": "paper/numbers"}


def _is_dataset(name: str) -> bool:
    return name.endswith(".nc")


def _is_config(name: str) -> bool:
    return name.startswith("experiments/") and name.endswith(".toml")
