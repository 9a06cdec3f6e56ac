"""The keys of a config: what an experiment's .toml file may say."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from collsec.study.shape import AxisShape, ConfigShape, SampleShape
from docs.generate import Pages
from docs.generate.text import code, first_line, heading, marked, page, table


def pages() -> Pages:
    """Return the page of config keys."""
    text = (
        "An experiment's values stand in ``experiments/<question>.toml``, or in any ``.toml`` file "
        "given to ``collsec run``. Values of one game, of levers and of institutions are named as "
        "on their pages. ``collsec schema`` prints all of it as a JSON Schema, for editors; "
        "``collsec config NAME --origin`` says which file and line set a value."
    )
    shapes = (
        ("Keys", ConfigShape),
        ("An axis of a sweep", AxisShape),
        ("A sample", SampleShape),
    )
    parts = [part for title, shape in shapes for part in _section(title, shape)]
    return {"configuration": page("Configuration", text, *parts, label="configuration")}


def _section(title: str, shape: type[BaseModel]) -> tuple[str, ...]:
    rows = [
        (code(name), marked(field.description or ""), _default(field))
        for name, field in shape.model_fields.items()
    ]
    return heading(title), first_line(shape), table(("key", "meaning", "default"), rows)


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or value in (None, "", [], {}):
        return "none"
    return code(value)
