"""Private cost shocks: symmetric with mean zero, their tails to full precision."""

from __future__ import annotations

import enum

import numpy as np
from scipy import special

from collsec.parameters import FloatArray


class Shock(enum.IntEnum):
    """Distribution of the private part of a cost.

    The spread multiplies the shock: it is the standard deviation of NORMAL, the scale of LOGISTIC
    and the half-width of UNIFORM, each as a share of the mean cost.
    """

    NORMAL = 0
    LOGISTIC = 1
    UNIFORM = 2


def distribution(shock: Shock, x: FloatArray) -> FloatArray:
    """Return the chance that the shock is at most `x`, to full relative precision below zero."""
    match shock:
        case Shock.NORMAL:
            return np.asarray(special.ndtr(x))
        case Shock.LOGISTIC:
            return np.asarray(special.expit(x))
        case _:
            return np.clip((1 + x) / 2, 0.0, 1.0)


def quantile(shock: Shock, p: FloatArray, q: FloatArray) -> FloatArray:
    """Return the cutoff below which the shock falls with chance `p` = 1 - `q`.

    Both probabilities are given so that neither tail loses precision; at 0 and 1 the cutoff is the
    end of the support.
    """
    with np.errstate(divide="ignore"):
        match shock:
            case Shock.NORMAL:
                return np.asarray(np.where(p < q, special.ndtri(p), -special.ndtri(q)))
            case Shock.LOGISTIC:
                return np.log(p) - np.log(q)
            case _:
                return np.where(p < q, 2 * p - 1, 1 - 2 * q)


def partial_mean(shock: Shock, x: FloatArray) -> FloatArray:
    """Return the mean of the shock over draws up to `x`, counted as zero beyond: E[ξ; ξ ≤ x]."""
    match shock:
        case Shock.NORMAL:
            return np.asarray(-np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi))
        case Shock.LOGISTIC:
            finite = np.clip(x, -700.0, 700.0)
            with np.errstate(invalid="ignore"):  # of what pads a batch
                value = finite * special.expit(finite) - np.logaddexp(0.0, finite)
            return np.where(np.isfinite(x), value, 0.0)
        case _:
            inside = np.clip(x, -1.0, 1.0)
            return (inside * inside - 1) / 4
