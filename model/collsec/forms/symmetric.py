r"""A game of identical players with two actions: act or stay out.

A player's payoff depends on what it does and on how many of the others act. With j of the N - 1
others acting it gets :math:`A_j` if it acts and :math:`S_j` if it does not; acting adds

.. math:: g_j = A_j - S_j

With relative gains, :math:`U_i = V_i - \rho\,\mathrm{mean}_{j \ne i} V_j` is such a game again.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from collsec.forms.form import Form, Levers, Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.threshold import ThresholdForm
from collsec.kernel import gufunc
from collsec.measures import total
from collsec.parameters import FloatArray, ParameterError, frozen


@dataclass(frozen=True, eq=False)
class SymmetricForm(Form):
    """A symmetric binary game of any number of players, by the number of the others who act.

    Strategies are ``{"act": array of shape (*batch, n_equilibria, n_members)}``: each player's
    probability to act. Payoffs and regret take time that grows with the square of n_members for
    each run of neighbours with the same probability.

    Attributes
    ----------
    stay, act : array, shape (*batch, n_members)
        Payoff of one who stays out and of one who acts while 0 to n_members - 1 others act.
    """

    stay: FloatArray
    act: FloatArray
    least: ClassVar[float] = 1e-5
    """The smallest probability, of staying out too, that strategies hold to ten digits."""

    def __post_init__(self) -> None:
        """Store payoffs as read-only arrays of one shape; raise `ParameterError` for one player."""
        stay, act = _alike(self.stay, self.act)
        if stay.ndim == 0 or stay.shape[-1] < 2:
            raise ParameterError(
                "symmetric_form", "stay", self.stay, "must hold payoffs of two players or more",
                "give one payoff for each number of others who may act, 0 included",
            )  # fmt: skip
        for name, table in (("stay", stay), ("act", act)):
            object.__setattr__(self, name, frozen(np.array(table, order="C")))

    @classmethod
    def of(cls, form: NormalForm | ThresholdForm, tolerance: float = 1e-12) -> Self:
        """Return a game of two actions a player whose payoffs are the same for all players.

        Parameters
        ----------
        form : NormalForm or ThresholdForm
            Actions in the order stay, act.
        tolerance : float
            Payoffs that differ by up to this share of the largest are the same.

        Raises
        ------
        ParameterError
            If payoffs of two players in the same place differ anywhere in the batch.
        """
        if isinstance(form, NormalForm):
            return cls._of_table(form, tolerance)
        if not np.all(form.is_identical):
            raise _asymmetric(form)
        n = form.n_members
        first_others = np.tril(np.ones((n, n - 1)), -1)
        profile = np.concatenate([np.eye(2)[:, 1:].repeat(n, axis=0), [*first_others] * 2], axis=1)
        wide = np.broadcast_to(profile, (*form.batch_shape, *profile.shape))
        values = form.payoffs({"act": wide})[..., 0]
        return cls(values[..., :n], values[..., n:])

    @classmethod
    def _of_table(cls, form: NormalForm, tolerance: float) -> Self:
        n, n_batch = len(form.players), len(form.batch_shape)
        if form.n_actions != (2,) * n:
            raise _asymmetric(form)
        limit = tolerance * np.abs(form.table).max(initial=0)
        others = np.indices((2,) * (n - 1)).sum(axis=0)
        flat = [np.moveaxis(form.utility(player), n_batch + player, n_batch) for player in range(n)]
        values = np.stack(flat)
        tables = []
        for count in range(n):
            cells = values[..., others == count]
            if not np.ptp(cells, axis=(0, -1)).max(initial=0) <= limit:
                raise _asymmetric(form)
            tables.append(cells[0, ..., 0])
        both = np.stack(tables, axis=-1)
        return cls(both[..., 0, :], both[..., 1, :])

    @property
    def n_members(self) -> int:
        """The number of players."""
        return int(self.stay.shape[-1])

    @property
    def gain(self) -> FloatArray:
        """What acting adds while 0 to n_members - 1 others act, shape (*batch, n_members)."""
        return np.asarray(self.act - self.stay)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the sweep."""
        return self.stay.shape[:-1]

    @property
    def players(self) -> tuple[str, ...]:
        """The players, numbered."""
        return tuple(f"member {i + 1}" for i in range(self.n_members))

    def under(self, levers: Levers) -> Self:
        """Return the game with relative gains; the other levers find nothing to act on.

        Someone who acts beside j others sees these get A_j and the rest S_{j+1}; someone who stays
        out sees j get A_{j-1} and the rest S_j.
        """
        others = self.n_members - 1
        j = np.arange(self.n_members)
        rho = np.asarray(levers.relative_gains, dtype=np.float64)[..., None]
        stay_next, act_before = np.roll(self.stay, -1, axis=-1), np.roll(self.act, 1, axis=-1)
        beside_act = (j * self.act + (others - j) * stay_next) / others
        beside_stay = (j * act_before + (others - j) * self.stay) / others
        return dataclasses.replace(
            self, stay=self.stay - rho * beside_stay, act=self.act - rho * beside_act
        )

    def spread(self, shape: tuple[int, ...]) -> Self:
        """Return the form with its batch axes broadcast to this shape."""
        stay, act = (np.broadcast_to(x, (*shape, self.n_members)) for x in (self.stay, self.act))
        return self if shape == self.batch_shape else dataclasses.replace(self, stay=stay, act=act)

    def choices(self, strategies: Strategies) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Return each player's probability to stay and to act, and what either yields.

        Both of shape (*batch, n_equilibria, n_members, 2).
        """
        act = np.asarray(strategies["act"], dtype=np.float64)
        values = np.stack(self._yields(act), axis=-1)
        return {"act": (np.stack([1 - act, act], axis=-1), values)}

    def payoffs(self, strategies: Strategies) -> FloatArray:
        """Return expected utilities, shape (*batch, n_equilibria, n_members)."""
        act = np.asarray(strategies["act"], dtype=np.float64)
        stays, acts = self._yields(act)
        return np.asarray((1 - act) * stays + act * acts)

    def regret(self, strategies: Strategies) -> FloatArray:
        """Return the largest gain from acting or staying out for sure, shape (*batch, n).

        Infinite where a probability lies outside [0, 1].
        """
        act = np.asarray(strategies["act"], dtype=np.float64)
        stays, acts = self._yields(act)
        with np.errstate(invalid="ignore"):  # of games with infinite payoffs
            gains = np.maximum(act * (stays - acts), (1 - act) * (acts - stays))
        worst = np.maximum(gains.max(axis=-1), 0.0)
        valid = ((act >= 0) & (act <= 1)).all(axis=-1)
        return np.where(np.isnan(worst) | valid, worst, np.inf)

    def _yields(self, act: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what staying out and acting yield to each player."""
        chances = _others(act)
        stay, acting = (table[..., None, None, :] for table in (self.stay, self.act))
        with np.errstate(invalid="ignore"):
            return total(chances * stay), total(chances * acting)


@gufunc(
    "void(float64[:], float64[:,:])",
    "(n)->(n,n)",
)
def _others(act: Any, chances: Any) -> None:
    """Write for each player the distribution of how many others act, one player at a time."""
    n = act.size
    for i in range(n):
        if i > 0 and act[i] == act[i - 1]:
            chances[i] = chances[i - 1]
            continue
        chances[i] = 0.0
        chances[i, 0] = 1.0
        for j in range(n):
            if j != i:
                for count in range(n - 1, 0, -1):
                    chances[i, count] += act[j] * (chances[i, count - 1] - chances[i, count])
                chances[i, 0] *= 1.0 - act[j]


def _alike(stay: FloatArray, act: FloatArray) -> tuple[FloatArray, ...]:
    """Return both payoffs as numbers in one shape."""
    try:
        return tuple(np.broadcast_arrays(np.asarray(stay, float), np.asarray(act, float)))
    except (TypeError, ValueError):
        raise ParameterError(
            "symmetric_form", "payoffs of staying and acting", (np.shape(stay), np.shape(act)),
            "must be numbers in one shape", "give one for each number of others who may act",
        ) from None  # fmt: skip


def _asymmetric(form: Form) -> ParameterError:
    return ParameterError(
        "symmetric_form", "form", type(form).__name__,
        "is not a symmetric game of two actions a player",
        "keep it in strategic form, and solve it by `multilateral` or `logit_limit`",
    )  # fmt: skip
