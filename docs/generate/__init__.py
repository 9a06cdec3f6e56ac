"""The reference, written from the package: one module here for each part of it.

Every module but `text` has a function `pages` that returns the text of its pages, in
reStructuredText, by their paths below `reference/`. Nothing is listed by hand: what a folder of
the package holds has a page.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

Pages = dict[str, str]


def pages() -> Pages:
    """Return the text of every generated page by its path."""
    found: Pages = {}
    for info in pkgutil.iter_modules(__path__, f"{__name__}."):
        module = importlib.import_module(info.name)
        if hasattr(module, "pages"):
            found |= module.pages()
    return found


def write(folder: Path) -> None:
    """Write the pages; leave alone what has not changed, and delete what is no page any more."""
    wanted = {folder / f"{name}.rst": text for name, text in pages().items()}
    for path in folder.rglob("*.rst"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
