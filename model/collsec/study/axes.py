"""Axes as a config writes them: lists, even steps, even steps of the logarithm, and samples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from collsec.parameters import Kind, ParameterError
from collsec.study.shape import AxisShape, SampleShape
from collsec.study.sweep import SAMPLE, Axis, Target, column, latin_hypercube

_OWNER = "sweep"


def n_points(key: str, shape: AxisShape) -> int:
    """Return how many points an axis has, without making them.

    Raises `ParameterError` where the axis is empty, or says in no way or in several what it holds.
    """
    given = [name for name, value in shape if value is not None]
    if len(given) != 1:
        raise ParameterError(
            _OWNER, key, given, "needs exactly one of values, linspace, logspace", "keep one"
        )
    if shape.values is not None:
        if not shape.values:
            raise ParameterError(_OWNER, key, [], "is empty", "give at least one value")
        return len(shape.values)
    number = (shape.linspace or shape.logspace or [0.0])[-1]
    if number < 1 or number != round(number):
        raise ParameterError(
            _OWNER, key, number, "the number of points must be a whole number, 1 or more",
            "write [first, last, 11]",
        )  # fmt: skip
    return int(number)


def axis(shape: AxisShape, target: Target) -> Axis:
    """Return the axis of `target`; raise `ParameterError` where a value is not admissible."""
    if shape.values is not None:
        values = column(shape.values)
    elif not target.declaration.is_numeric:
        raise ParameterError(
            _OWNER, target.key, "even steps", "is not a number",
            f"write values = [...] with {target.declaration.range}",
        )  # fmt: skip
    else:
        values = _even_steps(target.key, shape)
    target.check(values)
    return Axis(target.key, {target.key: values})


def _even_steps(key: str, shape: AxisShape) -> np.ndarray:
    first, last, number = shape.linspace or shape.logspace or []
    if shape.linspace is not None:
        return np.linspace(first, last, int(number))
    if min(first, last) <= 0:
        raise ParameterError(
            _OWNER, key, min(first, last), "both ends of logspace must be above 0",
            "give the end points themselves, not their exponents, or use linspace",
        )  # fmt: skip
    return np.geomspace(first, last, int(number))


def sample_axis(shape: SampleShape, targets: Mapping[str, Target], seed: int) -> Axis:
    """Return a Latin hypercube over the ranges, drawn with `seed`; whole numbers stay whole."""
    box = {key: (bounds[0], bounds[1]) for key, bounds in shape.ranges.items()}
    for key, (low, high) in box.items():
        if targets[key].declaration.kind is Kind.COUNT:
            box[key] = (low, high + 1)
    drawn = latin_hypercube(box, shape.n, seed)
    columns = {
        key: np.minimum(np.floor(values), shape.ranges[key][1])
        if targets[key].declaration.kind is Kind.COUNT
        else values
        for key, values in drawn.columns.items()
    }
    for key, values in columns.items():
        targets[key].check(values)
    return Axis(SAMPLE, columns)


def check_range(bounds: list[float], target: Target) -> None:
    """Raise `ParameterError` where `target` cannot be sampled between these bounds."""
    declaration = target.declaration
    if target.is_structural:
        raise ParameterError(
            _OWNER, target.key, bounds, f"is a {declaration.kind.value}, which cannot be sampled",
            "sweep it: values = [...]",
        )  # fmt: skip
    if len(bounds) != 2 or bounds[0] >= bounds[1]:
        raise ParameterError(
            _OWNER, target.key, bounds, "must be [low, high] with low below high", "swap them"
        )
    for bound in bounds:
        if not declaration.low <= bound <= declaration.high:
            raise ParameterError(
                _OWNER, target.key, bound, f"must lie in {declaration.range}",
                f"narrow the range ({declaration.meaning})",
            )  # fmt: skip
