"""What every game keeps to: its place, its docstring, its declarations, and the same bits alone."""

import importlib
import inspect
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import collsec
from collsec.assumptions import INSTITUTIONALIST, NEUTRAL, REALIST
from collsec.games.catalogue import find, names, question
from collsec.parameters import Kind, snake
from collsec.solvers import solve

BIBLIOGRAPHY = Path(collsec.__file__).parent / "references.bib"
SECTIONS = ("Known results", "References")
SHAPES = {"": 0, "member": 1}

games = pytest.mark.parametrize("name", names())


def documented(name):
    return inspect.getdoc(importlib.import_module(find(name).__module__))


def section(text, title):
    """Return the text below an underlined title, up to the next one."""
    body = re.split(rf"\n{title}\n-{{{len(title)}}}\n", text)
    assert len(body) == 2, f"{title} stands once, underlined by {len(title)} dashes"
    return re.split(r"\n[^\n]+\n-{4,}\n", body[1])[0]


@games
def test_the_file_is_named_after_the_game_and_lies_in_the_folder_of_its_question(name):
    path = Path(inspect.getfile(find(name)))
    assert path.stem == name == snake(find(name).__name__)
    assert path.parent.name == (question(name) or "games")


@games
def test_the_docstring_asks_states_the_equation_and_tells_what_is_known(name):
    text = documented(name)
    first = text.splitlines()[0]
    assert first.endswith("?")
    assert first.lower().startswith(name.replace("_", " ") + ":")
    assert ".. math::" in text
    for title in SECTIONS:
        assert section(text, title).strip()


@games
def test_every_reference_is_in_the_bibliography(name):
    known = set(re.findall(r"@\w+\{([^,]+),", BIBLIOGRAPHY.read_text(encoding="utf-8")))
    keys = section(documented(name), "References").replace("\n", " ").split(",")
    cited = {key.strip() for key in keys}
    assert cited
    assert cited <= known


@games
def test_parameters_and_observables_say_what_they_are_and_in_what_unit(name):
    kind = find(name)
    assert inspect.getdoc(kind)
    for item in kind.parameters.values():
        assert item.symbol
        assert item.unit
        assert item.meaning
    listed = [item.name for item in kind.observables]
    assert listed
    assert len(set(listed)) == len(listed)
    for item in kind.observables:
        assert item.unit
        assert item.meaning
        assert item.per in SHAPES


@games
@pytest.mark.parametrize("levers", [NEUTRAL, REALIST, INSTITUTIONALIST], ids=lambda x: x.name[0])
def test_the_baseline_is_solved_and_certified_under_every_school(name, levers):
    game = find(name)()
    found = solve(game.form().under(levers))
    assert found.count >= 1
    assert np.all(found.regret < 1e-9)
    assert found.regret.shape == (int(found.count),)
    assert found.payoffs.shape == (int(found.count), len(found.form.players))


@games
def test_every_declared_observable_is_returned_with_its_shape_and_no_other(name):
    game = find(name)()
    found = solve(game.form())
    seen = game.observe(found)
    assert set(seen) == {item.name for item in game.observables}
    for item in game.observables:
        value = seen[item.name]
        if item.is_exact:
            assert isinstance(value, Fraction)
            continue
        full = (int(found.count), game.n_members)[: 1 + SHAPES[item.per]]
        assert np.broadcast_shapes(np.shape(value), full) == full
    assert np.shape(game.merit(found)) == (int(found.count),)


def three(item, value):
    """Return three values of a parameter near this one, within its range; None where it cannot."""
    size = np.max(np.abs(value)) if np.any(value) else 1.0
    for moves in ((-0.1, 0.0, 0.1), (0.0, 0.05, 0.1), (-0.1, -0.05, 0.0)):
        near = np.stack([value + move * size for move in moves])
        low, high = (item.low, item.high)
        inside = (near > low if item.open_low else near >= low) & (
            near < high if item.open_high else near <= high
        )
        if inside.all():
            return near
    return None


def sweeps(game):
    for key, item in game.parameters.items():
        if item.kind in (Kind.REAL, Kind.MEMBERS):
            values = three(item, np.asarray(getattr(game, key), dtype=float))
            if values is not None:
                yield key, values


def same_bits(whole, single, point, count, label):
    assert whole.count[point] == single.count, label
    assert whole.complete[point] == single.complete, label
    arrays = {"payoffs": (whole.payoffs, single.payoffs), "regret": (whole.regret, single.regret)}
    if single.index is not None:
        arrays["index"] = (whole.index, single.index)
    for key, array in single.strategies.items():
        arrays[key] = (whole.strategies[key], array)
    for key, (found, expected) in arrays.items():
        np.testing.assert_array_equal(found[point][:count], expected, err_msg=f"{label}: {key}")
    if single.centroid is not None:
        assert whole.centroid[point] == single.centroid, label


@games
def test_a_batch_of_three_points_has_the_bits_of_three_single_games(name):
    game = find(name)()
    for key, values in sweeps(game):
        batch = game.replace(**{key: values})
        whole = solve(batch.form().under(INSTITUTIONALIST))
        seen = batch.observe(whole)
        for point in range(3):
            one = game.replace(**{key: values[point]})
            single = solve(one.form().under(INSTITUTIONALIST))
            count = int(single.count)
            same_bits(whole, single, point, count, key)
            for item in game.observables:
                value, expected = seen[item.name], one.observe(single)[item.name]
                if item.is_exact:
                    assert value == expected
                    continue
                full = (3, whole.regret.shape[-1], game.n_members)[: 2 + SHAPES[item.per]]
                row = np.broadcast_to(value, full)[point][:count]
                expected = np.broadcast_to(expected, row.shape)
                np.testing.assert_array_equal(row, expected, err_msg=f"{key}: {item.name}")


def first_movable(game):
    """Return from which member on the order carries no meaning."""
    institution = getattr(game, "institution", None)
    return int(getattr(institution or game, "permanent", 0))


def unequal(game):
    """Return the game with members that differ in every trait they have."""
    changes = {}
    for k, (key, item) in enumerate(game.parameters.items()):
        if item.kind is Kind.MEMBERS:
            value = np.asarray(getattr(game, key), dtype=float)
            spread = np.random.default_rng(k).uniform(0.75, 1.0, value.shape[-1])
            changes[key] = np.clip(value * spread, item.low, item.high)
    return game.replace(**changes)


@games
def test_renaming_members_renames_the_answers(name):
    game = unequal(find(name)())
    fixed, n = first_movable(game), game.n_members
    order = np.arange(n)
    order[fixed:] = np.random.default_rng(n).permutation(order[fixed:])
    columns = [key for key, item in game.parameters.items() if item.kind is Kind.MEMBERS]
    moved = game.replace(**{key: np.asarray(getattr(game, key))[..., order] for key in columns})
    found, again = (solve(one.form().under(REALIST)) for one in (game, moved))
    assert found.count == again.count
    seen, renamed = game.observe(found), moved.observe(again)
    rows = {row: signature(game, seen, row, order) for row in range(int(found.count))}
    others = {row: signature(game, renamed, row, None) for row in range(int(found.count))}
    for row, expected in rows.items():
        match = [k for k, other in others.items() if np.allclose(other, expected, atol=1e-8,
                                                                 equal_nan=True)]  # fmt: skip
        assert match, f"{name}: equilibrium {row} is not among those of the renamed game"


def signature(game, seen, row, order):
    """Return all observables of one equilibrium in one list, members put in this order."""
    parts = []
    for item in game.observables:
        if item.is_exact:
            parts.append([float(seen[item.name])])
            continue
        value = np.asarray(seen[item.name], dtype=float)
        if item.per:
            line = (
                np.broadcast_to(value, (row + 1, game.n_members))[row]
                if value.ndim < 2
                else value[row]
            )
            parts.append(line if order is None else line[order])
        else:
            parts.append(np.atleast_1d(value[row] if value.ndim else value))
    return np.concatenate(parts)
