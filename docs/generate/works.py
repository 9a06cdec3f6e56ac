"""The bibliography: every work that a page refers to."""

from __future__ import annotations

from collsec.study.bibliography import cite, entries
from docs.generate import Pages
from docs.generate.text import code, page, plain, short


def pages() -> Pages:
    """Return the bibliography, by authors and year."""
    text = "The entries of ``model/collsec/references.bib``, with the keys by which they are cited."
    parts = [
        f".. _work-{key}:\n\n{plain(cite(key))} {code(key)}"
        for key in sorted(entries(), key=lambda key: (short(key).casefold(), key))
    ]
    return {"bibliography": page("Bibliography", text, *parts, label="bibliography")}
