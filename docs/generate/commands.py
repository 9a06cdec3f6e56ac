"""The command line: every command with its arguments and options."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from collsec.cli import app
from docs.generate import Pages
from docs.generate.text import code, heading, marked, page, table


def pages() -> Pages:
    """Return the page of the command line."""
    text = (
        "Mistakes are answered with the place, the value, the rule and the remedy, and exit code "
        "2; failures with exit code 1."
    )
    parts = [_section(name, command) for name, command in _commands(get_command(app), "collsec")]
    return {"commands": page("Command line", text, *parts, label="commands")}


def _commands(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    for key, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {key}")
        else:
            yield f"{name} {key}", command


def _section(name: str, command: Any) -> str:
    shown = [item for item in command.params if not getattr(item, "hidden", False)]
    pieces = [name, *(_usage(item) for item in shown)]
    whole = " ".join(piece.replace(" ", "\0") for piece in pieces)  # a piece stays on one line
    usage = textwrap.fill(whole, 76, subsequent_indent="    ", break_on_hyphens=False)
    usage = usage.replace("\0", " ")
    rows = [
        (", ".join(map(code, item.opts)) if item.param_type_name == "option" else code(_of(item)),
         marked(getattr(item, "help", "") or ""), _default(item))
        for item in shown
    ]  # fmt: skip
    return "\n\n".join([
        heading(name), ".. code-block:: text", textwrap.indent(usage, "   "),
        _help(command.help or ""), table(("argument or option", "meaning", "default"), rows),
    ])  # fmt: skip


def _help(text: str) -> str:
    """Return what a command says of itself; lines behind the mark of click's stay as they are."""
    words, _, lines = text.partition("\b\n")
    shown = f"\n\n.. code-block:: text\n\n{textwrap.indent(lines, '   ')}" if lines else ""
    return marked(words.rstrip()) + shown


def _usage(item: Any) -> str:
    if item.param_type_name == "argument":
        name = _of(item)
        return name if item.required or name.startswith("[") else f"[{name}]"
    value = "" if item.is_flag else f" {item.metavar or item.name.upper()}"
    return f"[{item.opts[0]}{value}]{'...' * item.multiple}"


def _of(item: Any) -> str:
    return str(item.metavar or item.name.upper())


def _default(item: Any) -> str:
    value = item.default
    if item.required or value in (None, [], (), "") or getattr(item, "is_flag", False):
        return ""
    return ", ".join(map(code, value)) if isinstance(value, list | tuple) else code(value)
