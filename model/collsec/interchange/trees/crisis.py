"""A crisis as a tree: challenge, identification, votes and answers, with every draw in cells.

Each vote is cast by a player of its own, the member's delegate in the council or in the assembly.
It gets what the member gets and, if its body passes the measure, its private taste for that (the
noise of votes) less friendship with the challenger. So members' payoffs are those of the form, and
a delegate whose vote may decide votes as the form says. Who refuses abstains by chance; whether a
body passes the measure is drawn where seats rotate or abstention matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.crisis import Branch as Basis
from collsec.forms.crisis import Council, CrisisForm
from collsec.forms.form import Strategies
from collsec.forms.participation import ParticipationForm
from collsec.forms.shock import Shock
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees import participation
from collsec.interchange.trees._cells import Cells, act, lottery
from collsec.parameters import FloatArray, ParameterError

COUNTED = "members"
ASKS = ("points",)
_BODIES = ("council", "assembly")


def players(form: CrisisForm) -> tuple[str, ...]:
    """Return the players of the tree: those of the crisis, then the delegates."""
    delegates = (
        _delegate(form, body, j) for body in range(form.n_votes) for j in _voters(form, body)
    )
    return (*form.players, *delegates)


def note(form: CrisisForm, detail: Detail) -> str:
    """Say what the tree leaves out."""
    votes = ", delegates with tastes of their own cast the votes" if form.n_votes else ""
    return f"prize, costs and tastes in {detail.points} equally likely cells{votes}"


def counted(form: CrisisForm) -> int:
    """Return the number of members."""
    return form.response.n_members


def nodes(form: CrisisForm, detail: Detail, n: int | None = None) -> int:
    """Return the number of nodes, with so many members."""
    seen, k = float(form.identification), detail.points
    answers = participation.nodes(_response(form, 0), detail, n)
    behind = answers
    for body in reversed(range(form.n_votes)):
        n_voters = len(_voters(form, body)) if n is None else n
        behind = 1 + answers + behind
        for _ in range(n_voters):
            behind = 1 + k * (1 + 2 * behind)
    attacked = behind * (seen > 0) + answers * (seen < 1) + (0 < seen < 1)
    return int(1 + k * (2 + attacked))


def tree(form: CrisisForm, detail: Detail) -> TreeForm:
    """Return the tree of one crisis."""
    if form.is_reputational and form.outside is None:
        raise ParameterError(
            "export", "standing", "None", "is what members lose by a breach, and not known yet",
            "solve the crisis and take the form of the answer",
        )  # fmt: skip
    crisis = _Crisis(form, detail)
    prizes = _prizes(form, detail)
    return TreeForm.grow(
        prizes.draw("prize", [crisis.challenged(k, v) for k, v in enumerate(prizes.means)]),
        players(form),
    )


def plan(form: CrisisForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played: the share of each cell beyond the cutoff."""
    mixes: dict[str, FloatArray] = {}
    attack = float(strategies["challenge"][0])
    for k, share in enumerate(_prizes(form, detail).above(attack)):
        mixes[_tempted(k)] = act(share)
    for basis in form.branches:
        place = form.branches.index(basis)
        chance = strategies["answer"][place][..., 0]
        mixes |= participation.answers(_response(form, place), chance, detail, _where(basis))
    tastes = Cells.shock(Shock.LOGISTIC, detail.points)
    for body in range(form.n_votes):
        for j in _voters(form, body):
            for k, share in enumerate(tastes.above(float(strategies["vote"][body, j, 0]))):
                mixes[_votes(form, body, j, k)] = act(share)
    return Plan(mixes)


def _response(form: CrisisForm, place: int) -> ParticipationForm:
    return form.on_branch(place)


def _prizes(form: CrisisForm, detail: Detail) -> Cells:
    """Return the cells of an exponential draw with the mean prize."""
    with np.errstate(divide="ignore", invalid="ignore"):
        edge = -np.log1p(-np.arange(detail.points + 1) / detail.points)
        above = np.where(np.isfinite(edge), (1.0 + edge) * np.exp(-edge), 0.0)
    return Cells(-float(form.prize) * detail.points * np.diff(above))


def _voters(form: CrisisForm, body: int) -> list[int]:
    """Return the members who may have a vote in the council or the assembly."""
    rule = _council(form).rule(form.response.n_members)
    if body == 1:
        return list(range(form.response.n_members))
    seated = [not turns or rule.elected > 0 for turns in rule.eligible]
    return [j for j in range(form.response.n_members) if seated[j]]


def _council(form: CrisisForm) -> Council:
    if form.council is None:
        raise ValueError("nobody votes in this crisis")
    return form.council


def _delegate(form: CrisisForm, body: int, j: int) -> str:
    return f"delegate of {form.response.players[j]} in the {_BODIES[body]}"


def _friendship(form: CrisisForm, j: int) -> float:
    """Return what friendship with the challenger weighs against a member's vote for a measure."""
    affinity = np.broadcast_to(form.response.affinity, form.capability.shape)
    return float(form.friendship * affinity[j])


def _tempted(k: int) -> str:
    return f"challenger of prize {k + 1}"


def _votes(form: CrisisForm, body: int, j: int, k: int) -> str:
    return f"{_delegate(form, body, j)}, taste {k + 1}"


def _where(basis: Basis) -> str:
    return f", {basis.name.lower()}"


@dataclass(frozen=True, eq=False)
class _Crisis:
    """The branches of one crisis, from the attack on."""

    form: CrisisForm
    detail: Detail

    def challenged(self, k: int, prize: float) -> Branch:
        """Return the choice of a challenger whose prize is this."""
        form = self.form
        calm = form.response.gain
        delegates = [calm[j] for body in range(form.n_votes) for j in _voters(form, body)]
        ahead = {"refrain": end(*calm, 0.0, 0.0, *delegates), "attack": self._attacked(prize)}
        return decision("challenger", _tempted(k), ahead)

    def _attacked(self, prize: float) -> Branch:
        seen = float(self.form.identification)
        named = self._authorised(prize, 0)
        unnamed = self._answered(prize, 0, {})
        return lottery(
            {"identified": (seen, named), "not": (1.0 - seen, unnamed)}, "identification"
        )

    def _authorised(self, prize: float, body: int) -> Branch:
        """Return the votes of a body and what follows; the answers, where no vote is left."""
        form = self.form
        if form.council is None:
            return self._answered(prize, len(form.branches) - 1, {})
        if body == form.n_votes:
            return self._answered(prize, 0, {})
        blocked = self._authorised(prize, body + 1)
        return self._ballot(prize, body, blocked, {}, ())

    def _ballot(
        self,
        prize: float,
        body: int,
        blocked: Branch,
        tastes: dict[str, float],
        cast: tuple[int, ...],
    ) -> Branch:
        """Return the votes behind those `cast`, by voters with these tastes, and what follows."""
        form, voters = self.form, _voters(self.form, body)
        if len(cast) == len(voters):
            passes = self._pass_chance(body, cast)
            passed = self._answered(prize, 1 + body, tastes)
            odds = {"passed": (passes, passed), "blocked": (1.0 - passes, blocked)}
            return lottery(odds, _BODIES[body])
        j = voters[len(cast)]
        cells, branches = Cells.shock(Shock.LOGISTIC, self.detail.points), []
        for k, noise in enumerate(cells.means):
            liking = float(form.vote_noise) * noise - _friendship(form, j)
            known = {**tastes, _delegate(form, body, j): liking}
            ahead = {
                name: self._ballot(prize, body, blocked, known, (*cast, vote))
                for name, vote in (("refuse", 0), ("authorise", 1))
            }
            branches.append(decision(_delegate(form, body, j), _votes(form, body, j, k), ahead))
        return cells.draw("taste", branches)

    def _pass_chance(self, body: int, cast: tuple[int, ...]) -> float:
        """Return the chance that a body passes the measure by these votes."""
        form, passive = self.form, float(self.form.abstention)
        refused = [0.0, passive, 1.0 - passive]
        vote = np.array([[[0.0, 0.0, 1.0]] * form.response.n_members] * form.n_votes)
        for j, yes in zip(_voters(form, body), cast, strict=True):
            vote[body, j] = [1.0, 0.0, 0.0] if yes else refused
        return float(form.passed({"vote": vote[None]}, (1, len(form.branches)))[0, 1 + body])

    def _answered(self, prize: float, place: int, tastes: dict[str, float]) -> Branch:
        """Return the answers of the members in a branch of the crisis, and the ends."""
        form = self.form
        cost = float(form.fighting_cost / form.challenger_capability)
        delegates = [
            (_delegate(form, body, j), j)
            for body in range(form.n_votes)
            for j in _voters(form, body)
        ]

        def finish(acts: FloatArray, reversal: float, worth: FloatArray) -> Branch:
            power = float((acts * form.capability).sum())
            challenger = prize * (1.0 - reversal) - cost * power
            target = -(1.0 - reversal) * float(form.target_stake)
            votes = [worth[j] + tastes.get(name, 0.0) for name, j in delegates]
            return end(*worth, challenger, target, *votes)

        where = _where(form.branches[place])
        return participation.answering(_response(form, place), self.detail, where, finish)
