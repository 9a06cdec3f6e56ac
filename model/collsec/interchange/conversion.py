"""Any form as a tree or a table of finitely many moves, and its equilibria as played in either.

How a form becomes a tree stands in `trees`, how it becomes a table directly in `tables`. A form
with a tree alone has the table of all plans for the tree; one with a table alone the tree in which
its players move in turn, unseen.
"""

from __future__ import annotations

import importlib
import itertools
import math
from typing import Any

import numpy as np

from collsec.forms.branches import Branch, decision, end
from collsec.forms.crisis import CrisisForm
from collsec.forms.form import Form, Strategies
from collsec.forms.normal import NormalForm
from collsec.forms.tree import InformationSet, TreeForm
from collsec.interchange.assessment import Plan
from collsec.interchange.detail import Detail
from collsec.interchange.size import (
    MAX_PROFILES,
    most_of,
    refuse_large,
    refuse_many_nodes,
    refuse_profiles,
)
from collsec.parameters import FloatArray, ParameterError, snake

_ROOM = 4_000_000


def as_normal(form: Form, detail: Detail = Detail()) -> NormalForm:  # noqa: B008 - it is frozen
    """Return a game in strategic form: a tree's actions are plans for all information sets.

    Plans that differ only at information sets which the plan itself excludes are kept apart. The
    table grows exponentially with the tree. Private draws and continua of choices are cut down as
    `detail` says.

    Raises `ParameterError` for forms that have no table, and for tables of more than `MAX_PROFILES`
    profiles.
    """
    if isinstance(form, NormalForm):
        return form
    direct = _module("tables", form)
    if direct is None:
        return _plans(as_tree(form, detail), form, detail)
    _refuse_sweep(form, direct)
    refuse_large(form, direct, detail)
    found: NormalForm = direct.table(form, detail)
    return found


def as_tree(form: Form, detail: Detail = Detail()) -> TreeForm:  # noqa: B008 - it is frozen
    """Return a game in extensive form, with private draws and continua of choices cut down.

    Raises `ParameterError` for forms that have no tree, for trees of more than `MAX_NODES` nodes,
    for sweeps of private draws, and for games for ever without an equilibrium to end in.
    """
    if isinstance(form, TreeForm):
        return form
    grower = _module("trees", form)
    if grower is None:
        table = as_normal(form, detail)
        return TreeForm.grow(_grown(table, ()), table.players)
    _refuse_sweep(form, grower)
    refuse_many_nodes(form, grower, detail)
    found: TreeForm = grower.tree(form, detail)
    return found


def in_tree(form: Form, strategies: Strategies, detail: Detail = Detail()) -> Strategies:  # noqa: B008
    """Return one equilibrium of a form as strategies and beliefs of its tree.

    `strategies` are without the axis of equilibria. Of a private draw, a cell acts with the share
    of its draws that do.
    """
    grower = _module("trees", form)
    if grower is not None:
        plan: Plan = grower.plan(form, strategies, detail)
        return plan.strategies(as_tree(form, detail))
    mixes = in_normal(form, strategies, detail)
    return Plan({name: mix[0] for name, mix in mixes.items()}).strategies(as_tree(form, detail))


def in_normal(form: Form, strategies: Strategies, detail: Detail = Detail()) -> Strategies:  # noqa: B008
    """Return one equilibrium of a form as strategies of its table, by player.

    `strategies` are without the axis of equilibria. At a table of plans for a tree, the chance of a
    plan is the product of those of its actions.
    """
    direct = _module("tables", form)
    if direct is not None:
        found: dict[str, FloatArray] = direct.plan(form, strategies, detail)
        return {name: mix[None] for name, mix in found.items()}
    tree, plan = as_tree(form, detail), _module("trees", form)
    mixes = plan.plan(form, strategies, detail).mixes
    return {
        name: _product([np.asarray(mixes[known.name]) for known in _own(tree, i)])[None]
        for i, name in enumerate(tree.players)
    }


def note(form: Form, kind: str, detail: Detail = Detail()) -> str:  # noqa: B008 - it is frozen
    """Return a line that says how far a file of this kind, "nfg" or "efg", is the game."""
    folders = ("trees", "tables") if kind == "efg" else ("tables", "trees")
    modules = [module for folder in folders if (module := _module(folder, form)) is not None]
    return str(modules[0].note(form, detail)) if modules else "the game itself"


def asks(form: Form) -> frozenset[str]:
    """Return which details of a form can be chosen: "points", "stages", both or neither."""
    modules = (_module("trees", form), _module("tables", form))
    return frozenset(name for module in modules for name in getattr(module, "ASKS", ()))


def needs_equilibrium(form: Form) -> bool:
    """Return whether an equilibrium has a part in the tree: what it chooses, or how it goes on."""
    is_open = isinstance(form, CrisisForm) and form.is_reputational and form.outside is None
    module = _module("trees", form)
    return is_open or any(getattr(module, mark, False) for mark in ("CONTINUES", "QUOTES"))


def _module(folder: str, form: Form) -> Any:
    """Return the file of a form in a folder, or None."""
    name = f"{__package__}.{folder}.{snake(type(form).__name__).removesuffix('_form')}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
    if folder == "tables" or _module("tables", form) is not None:
        return None
    if isinstance(form, (NormalForm, TreeForm)):
        return None
    raise ParameterError(
        "export", "form", type(form).__name__, "has no file that says how it becomes finite",
        f"write {name.replace('.', '/')}.py as others are, or export another game",
    )  # fmt: skip


def _refuse_sweep(form: Form, module: Any) -> None:
    if form.batch_shape and not getattr(module, "SWEEPS", False):
        raise ParameterError(
            "export", "batch", form.batch_shape, "a file holds one game",
            "take one point of the sweep",
        )  # fmt: skip


def _own(tree: TreeForm, player: int) -> list[InformationSet]:
    return [known for known in tree.information_sets if known.player == player]


def _product(mixes: list[FloatArray]) -> FloatArray:
    """Return the chances of all plans, the last information set's action changing fastest."""
    found = np.ones(1)
    for mix in mixes:
        found = (found[:, None] * mix).ravel()
    return found


def _plans(tree: TreeForm, form: Form, detail: Detail) -> NormalForm:
    own, counts = [_own(tree, i) for i in range(len(tree.players))], _counts(tree)
    if math.prod(counts) > MAX_PROFILES:
        refuse_profiles(counts, _fewer(form, detail))
    plans = [list(itertools.product(*(range(len(k.actions)) for k in sets))) for sets in own]
    step = max(_ROOM // (len(tree.nodes) * max(math.prod(tree.batch_shape), 1)), 1)
    profiles = np.indices(counts).reshape(len(counts), -1)
    rows = [
        tree.payoffs(_strategies(tree, own, plans, profiles[:, start : start + step]))
        for start in range(0, profiles.shape[1], step)
    ]
    table = np.moveaxis(np.concatenate(rows, axis=-2), -1, -2)
    table = table.reshape(*tree.batch_shape, len(tree.players), *counts)
    return NormalForm(table, tree.players, tuple(map(_names, own, plans)))


def _fewer(form: Form, detail: Detail) -> str:
    """Return the most points, or stages, with which plans for a tree make a table that fits."""

    def fits(less: Detail) -> bool:
        try:
            return math.prod(_counts(as_tree(form, less))) <= MAX_PROFILES
        except ParameterError:  # the tree is too large as well
            return False

    if isinstance(form, TreeForm):
        return "export it as --format efg"
    most = {name: most_of(name, detail, fits) for name in sorted(asks(form))}
    remedies = [f"--{name} {n}" for name, n in most.items() if n]
    also = f", or take {' or '.join(remedies)}" if remedies else ""
    return f"export it as --format efg{also}"


def _counts(tree: TreeForm) -> list[int]:
    """Return the number of each player's plans."""
    sets = (_own(tree, i) for i in range(len(tree.players)))
    return [math.prod(len(known.actions) for known in own) for own in sets]


def _strategies(
    tree: TreeForm, own: list[list[InformationSet]], plans: list[Any], profiles: Any
) -> Strategies:
    """Return the pure strategies of these profiles of plans, by information set."""
    found = {}
    for i, sets in enumerate(own):
        chosen = np.array(plans[i], dtype=int).reshape(len(plans[i]), len(sets))[profiles[i]]
        for k, known in enumerate(sets):
            mix = np.eye(len(known.actions))[chosen[:, k]]
            found[known.name] = np.broadcast_to(mix, (*tree.batch_shape, *mix.shape))
    return found


def _names(sets: list[InformationSet], plans: list[tuple[int, ...]]) -> tuple[str, ...]:
    return tuple("; ".join(sets[k].actions[a] for k, a in enumerate(plan)) or "-" for plan in plans)


def _grown(form: NormalForm, past: tuple[int, ...]) -> Branch:
    mover = len(past)
    if mover == len(form.players):
        cells: tuple[Any, ...] = (..., *past)
        return end(*(form.utility(i)[cells] for i in range(len(form.players))))
    actions = form.actions[mover]
    ahead = {action: _grown(form, (*past, k)) for k, action in enumerate(actions)}
    return decision(form.players[mover], form.players[mover], ahead)
