"""The command line: every command with its arguments and options."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from collsec.cli import app
from docs.generate import Pages
from docs.generate.text import code, heading, page, plain, table


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
    usage = textwrap.fill(" ".join([name, *(_usage(item) for item in shown)]), 76,
                          subsequent_indent="    ", break_on_hyphens=False)  # fmt: skip
    rows = [
        (", ".join(map(code, item.opts)) if item.param_type_name == "option" else code(_of(item)),
         _marked(getattr(item, "help", "") or ""), _default(item))
        for item in shown
    ]  # fmt: skip
    return "\n\n".join([
        heading(name), ".. code-block:: text", textwrap.indent(usage, "   "),
        _marked(command.help or ""), table(("argument or option", "meaning", "default"), rows),
    ])  # fmt: skip


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


def _marked(text: str) -> str:
    """Return help with its code set as code."""
    words = re.split(r"`([^`]+)`", " ".join(text.split()))
    words[::2] = [re.sub(r"([\\*|])", r"\\\1", word) for word in words[::2]]
    words[1::2] = [f"``{word}``" for word in words[1::2]]
    return plain("").join(words)
