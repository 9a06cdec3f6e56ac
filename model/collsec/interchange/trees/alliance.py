"""An alliance as a tree: the costs of attack and of war drawn in cells, all degrees of demands."""

from __future__ import annotations

import numpy as np

from collsec.forms.alliance import ALTERNATIVES, PEACE, WAR, YIELD, AllianceForm
from collsec.forms.branches import Branch, decision, end
from collsec.forms.form import Strategies
from collsec.forms.tree import TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.trees._cells import Cells, act, lottery, pure
from collsec.parameters import FloatArray

ASKS = ("points",)


def note(form: AllianceForm, detail: Detail) -> str:
    """Say what the tree leaves out."""
    attack, war = _attack_costs(form, detail.points), _war_costs(form, detail.points)
    return f"cost of attack in {attack.n} and cost of war in {war.n} equally likely cells"


def nodes(form: AllianceForm, detail: Detail) -> int:
    """Return the number of nodes."""
    seen = float(form.identification)
    attack, war = _attack_costs(form, detail.points), _war_costs(form, detail.points)
    asked = ((war.n > 1) + 6 * war.n) * (seen > 0)
    behind = 2 + asked + 4 * (seen < 1) + (0 < seen < 1)
    return 1 + form.n_levels * ((attack.n > 1) + attack.n * behind)


def tree(form: AllianceForm, detail: Detail) -> TreeForm:
    """Return the tree: demands, an attack or none, support or none, and what those alone do."""
    pressed = {_press(form, z): _pressed(form, z, detail) for z in range(form.n_levels)}
    return TreeForm.grow(decision("protege", "demands", pressed), form.players)


def plan(form: AllianceForm, strategies: Strategies, detail: Detail) -> Plan:
    """Return how an equilibrium is played in the tree."""
    place = int(form.level_of(np.asarray(strategies["demand"])))
    mixes = {"demands": pure(place, form.n_levels)}
    attack, war = _attack_costs(form, detail.points), _war_costs(form, detail.points)
    low_first = bool(form.is_burdened.all())
    for z in range(form.n_levels):
        support = float(strategies["support"][z])
        for k, share in enumerate(attack.below(float(strategies["attack"][z]))):
            mixes[_tempted(form, z, k)] = act(share)
        for k, share in enumerate(war.below(support) if low_first else war.above(support)):
            mixes[_asked(form, z, k)] = act(share)[::-1]
        mixes[_alone(form, z)] = pure(int(strategies["alone"][z]), len(ALTERNATIVES))
    return Plan(mixes)


def _attack_costs(form: AllianceForm, points: int) -> Cells:
    return _around(float(form.attack_cost), float(form.attack_spread), points)


def _war_costs(form: AllianceForm, points: int) -> Cells:
    return _around(float(form.mean_war_cost), float(form.war_spread), points)


def _around(mean: float, spread: float, points: int) -> Cells:
    return Cells.uniform(mean * (1.0 - spread), mean * (1.0 + spread), points)


def _press(form: AllianceForm, z: int) -> str:
    return f"press {form.levels[z]:.4g}"


def _tempted(form: AllianceForm, z: int, k: int) -> str:
    return f"{_press(form, z)}, cost of attack {k + 1}"


def _asked(form: AllianceForm, z: int, k: int) -> str:
    return f"{_press(form, z)}, cost of war {k + 1}"


def _alone(form: AllianceForm, z: int) -> str:
    return f"{_press(form, z)}, alone"


def _pressed(form: AllianceForm, z: int, detail: Detail) -> Branch:
    cells, branches = _attack_costs(form, detail.points), []
    for k, cost in enumerate(cells.means):
        paid = cost * form.attack_burden[0]
        ahead = {"refrain": end(*form.ends[z, PEACE]), "attack": _attacked(form, z, paid, detail)}
        branches.append(decision("challenger", _tempted(form, z, k), ahead))
    return cells.draw("cost of attack", branches)


def _attacked(form: AllianceForm, z: int, paid: FloatArray, detail: Detail) -> Branch:
    seen, cells, answers = float(form.identification), _war_costs(form, detail.points), []
    breach = form.breach_cost[z] * form.breach_burden[0]
    for k, cost in enumerate(cells.means):
        war = end(*(form.ends[z, WAR] + cost * form.war_burden[0] + paid))
        ahead = {"support": war, "abandon": _left(form, z, paid + breach)}
        answers.append(decision("defender", _asked(form, z, k), ahead))
    named, unnamed = cells.draw("cost of war", answers), _left(form, z, paid)
    return lottery({"named": (seen, named), "not named": (1.0 - seen, unnamed)}, "name")


def _left(form: AllianceForm, z: int, paid: FloatArray) -> Branch:
    ends = {
        name: end(*(form.ends[z, YIELD + code] + paid)) for code, name in enumerate(ALTERNATIVES)
    }
    return decision("protege", _alone(form, z), ends)
