"""Draw every figure again from the saved results: `python -m figures`."""

from __future__ import annotations

from pathlib import Path

from figures import OUT, questions, render

RESULTS = Path(__file__).resolve().parent.parent / "results"


def main() -> int:
    """Render each question that has a dataset; return the exit code."""
    missing = []
    for question in questions():
        dataset = RESULTS / f"{question}.nc"
        if dataset.exists():
            print(render(question, dataset, OUT)["pdf"])  # noqa: T201 - it is a command
        else:
            missing.append(question)
    if missing:
        print(f"no dataset in {RESULTS} for: {', '.join(missing)}; run them first")  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
