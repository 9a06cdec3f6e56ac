"""A docstring in the terminal: equations on lines of their own, lists item by item."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from collsec.study.description import MATH
from collsec.study.tables import say

_ROLE = re.compile(r":math:`([^`]*)`", re.DOTALL)
_BULLET = re.compile(r"- |\d+\. ")


def show_prose(text: str) -> None:
    """Print the paragraphs of a docstring, folded; equations stay LaTeX, each in its place.

    An inline equation stands between dollars, and a term is followed by what it means:
    ``pledge_cost: ...``.
    """
    for place, (is_equation, block) in enumerate(_blocks(text)):
        if place:
            say()
        if is_equation:
            say(block, is_whole=True)
            continue
        for item in _items(block):
            say(_ROLE.sub(r"$\1$", " ".join(item.split())))


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    """Yield paragraphs and equations in their order, and whether each is an equation."""
    for place, piece in enumerate(MATH.split(text)):
        if place % 2:
            lines = inspect.cleandoc(piece).splitlines()
            yield True, "\n".join(f"    {line}".rstrip() for line in lines)
        else:
            yield from ((False, block) for block in re.split(r"\n\s*\n", piece) if block.strip())


def _items(block: str) -> list[str]:
    """Return the items of a list, the terms with what they mean, or the paragraph that it is."""
    block = block.strip("\n")
    if _BULLET.match(block):
        return re.split(rf"\n(?={_BULLET.pattern})", block)
    if not re.search(r"\n +\S", block):
        return [block]
    return [re.sub(r"\n +", ": ", item, count=1) for item in re.split(r"\n(?=\S)", block)]
