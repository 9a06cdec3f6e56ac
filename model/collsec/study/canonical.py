"""One text for one content: plain values of declared objects, and JSON with a single spelling."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import numpy as np

from collsec.parameters import Declared, Parameter, label


def plain(value: object, declaration: Parameter | None = None) -> Any:
    """Return `value` as JSON can hold it; choices by their names, as configs spell them."""
    match value:
        case Declared():
            return {
                name: plain(item, value.parameters[name]) for name, item in value.values.items()
            }
        case np.ndarray() | np.generic():
            return _numbers(value, declaration)
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return value


def canonical(value: object) -> str:
    """Return the JSON text of `value`, the same for equal values; NaN is refused."""
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(*values: object) -> str:
    """Return the SHA-256 of the canonical JSON text of `values`, in hexadecimal."""
    content = values[0] if len(values) == 1 else list(values)
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _numbers(value: Any, declaration: Parameter | None) -> Any:
    listed = plain(value.tolist()) if value.dtype == object else value.tolist()
    if declaration is None or declaration.options is None:
        return listed
    names = {int(option): label(option) for option in declaration.options}
    return [names[code] for code in listed] if isinstance(listed, list) else names[listed]
