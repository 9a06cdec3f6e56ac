"""A batch of participation games as its kernels take it, and the size of its payoffs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collsec.forms.participation import ParticipationForm
from collsec.measures import total
from collsec.parameters import FloatArray, IntArray


def size(form: ParticipationForm) -> FloatArray:
    """Return the size of payoffs, shape (*batch)."""
    return np.asarray(np.max(np.abs(form.gain) + np.abs(form.burden) + form.breach_cost, axis=-1))


def reach(form: ParticipationForm, answer: FloatArray) -> FloatArray:
    """Return the expected units that answer; `answer` is (*batch, n_equilibria, n_members)."""
    shares = form.lattice.shares
    units = form.lattice.units + total(shares * np.arange(shares.shape[-1]))
    return total(answer * units[..., None, :])


@dataclass(frozen=True)
class InOrder:
    """A batch of games with its members in an order of the solvers' own, strongest first.

    What is found then does not depend on the order in which a game lists them. `game` holds units,
    shares, reversal, waves, gain, base, scale and shock, as kernels take them: waves are rows of
    rate per unit and weight, real part and imaginary part, zero behind the last.
    """

    shape: tuple[int, ...]
    order: IntArray
    game: tuple[Any, ...]

    def sorted(self, trait: FloatArray) -> FloatArray:
        """Put a trait of members (*batch, n_members) into this order."""
        return np.take_along_axis(trait, self.order, axis=-1)

    def restored(self, found: FloatArray) -> FloatArray:
        """Put strategies (*batch, n, n_members, 2) into the order of the form."""
        back = np.argsort(self.order, axis=-1)[..., None, :, None]
        return np.take_along_axis(found, back, axis=-2)


def in_order(form: ParticipationForm) -> InOrder:
    """Return what kernels need to know of the games of a form."""
    shape, member = form.batch_shape, (*form.batch_shape, form.n_members)
    traits = [
        np.broadcast_to(trait, member)
        for trait in (
            form.lattice.units,
            form.gain,
            form.breach_cost - form.burden,
            np.abs(form.burden) * np.asarray(form.spread)[..., None],
        )
    ]
    shares = np.broadcast_to(form.lattice.shares, (*member, form.lattice.shares.shape[-1]))
    weight = traits[0] + total(shares * np.arange(shares.shape[-1]))
    order = np.lexsort((*traits[:0:-1], -weight), axis=-1)
    units, gain, base, scale = (np.take_along_axis(trait, order, axis=-1) for trait in traits)
    shares = np.take_along_axis(shares, order[..., None], axis=-2)
    reversal = np.broadcast_to(form.reversal, (*shape, form.reversal.shape[-1]))
    shock = np.broadcast_to(np.int64(form.shock), shape)
    game = (units, shares, reversal, _waves(form), gain, base, scale, shock)
    return InOrder(shape, order, game)


def _waves(form: ParticipationForm) -> FloatArray:
    """Return the waves of each game per unit of its lattice, shape (*batch, n_waves, 4)."""
    if form.waves is None:
        return np.zeros((*form.batch_shape, 1, 4))
    rate, weight = form.waves.rate, form.waves.weight
    unit = form.lattice.unit[..., None]
    columns = (rate.real * unit, rate.imag * unit, weight.real, weight.imag)
    waves = np.stack(np.broadcast_arrays(*columns), axis=-1)
    return np.broadcast_to(waves, (*form.batch_shape, *waves.shape[-2:]))
