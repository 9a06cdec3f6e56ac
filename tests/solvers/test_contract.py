"""What every solver keeps to: known equilibria are found, claims are honest, certificates can fail.

Solvers are found in `collsec.solvers` and the games they are given in `battery/<form>.py`; see
`known.py` for what such a file holds. A solver whose form has no file there fails.
"""

import dataclasses
import functools
import importlib
import inspect
import pkgutil
import re
import typing
from pathlib import Path

import numpy as np
import pytest

import collsec
import collsec.forms
import collsec.solvers
from collsec.equilibrium import CertificateError, Equilibria
from collsec.forms.form import Form
from collsec.parameters import ParameterError, snake
from collsec.solvers._unit_scale import certify_by_spread
from collsec.solvers.correlated import Egalitarian, Favour, Utilitarian, correlated, obedience
from tests.solvers.known import HAND, Known, changed, distance, stacked

HERE = Path(__file__).resolve().parent
BIBLIOGRAPHY = Path(collsec.__file__).parent / "references.bib"
SAME = 1e-7
"""Equilibria nearer than this are one."""
TOLERANCE = 1e-9
"""Largest regret of an equilibrium, as a share of the scale of payoffs."""
STEMS = sorted(path.stem for path in (HERE / "battery").glob("[a-z]*.py"))


def public_functions():
    """Return the public functions of all solver files, by file and name."""
    found = {}
    for info in pkgutil.iter_modules(collsec.solvers.__path__, "collsec.solvers."):
        if not info.name.rpartition(".")[2].startswith("_"):
            for name, value in vars(importlib.import_module(info.name)).items():
                function = inspect.unwrap(getattr(value, "py_func", value))
                is_own = getattr(function, "__module__", "") == info.name
                if is_own and inspect.isfunction(function) and not name.startswith("_"):
                    found[f"{info.name.rpartition('.')[2]}.{name}"] = value
    return found


def hints(function):
    return typing.get_type_hints(inspect.unwrap(getattr(function, "py_func", function)))


def is_solver(function):
    """Whether a function returns equilibria of its first argument, alone or as ADAPTED says."""
    kind = hints(function).get("return")
    required = [one for one in inspect.signature(function).parameters.values()
                if one.default is one.empty and one.kind is not one.VAR_KEYWORD]  # fmt: skip
    is_told = any(function.__name__ in getattr(battery(stem), "ADAPTED", {}) for stem in STEMS)
    is_found = isinstance(kind, type) and issubclass(kind, Equilibria)
    return is_found and (len(required) == 1 or is_told)


def forms_of(function):
    """Return the names of the battery files for the forms that a function takes first."""
    first = next(iter(inspect.signature(function).parameters), None)
    kind = hints(function).get(first)
    kinds = typing.get_args(kind) or (kind,)
    return [
        snake(one.__name__).removesuffix("_form")
        for one in kinds
        if isinstance(one, type) and issubclass(one, Form)
    ]


def battery(stem):
    return importlib.import_module(f"tests.solvers.battery.{stem}")


def takes_nothing(function):
    return not inspect.signature(function).parameters


def games():
    """Return every game of the battery, as a function, by file and name."""
    found = {}
    for stem in STEMS:
        module = battery(stem)
        for name, function in vars(module).items():
            is_own = getattr(function, "__module__", "") == module.__name__
            if is_own and inspect.isfunction(function) and takes_nothing(function):
                found[f"{stem}.{name}"] = function
    return found


def solvers():
    """Return every solver with the battery files whose games it is given."""
    found = {}
    for label, function in public_functions().items():
        name = label.rpartition(".")[2]
        if is_solver(function):
            adapted = {stem: battery(stem).ADAPTED[name] for stem in STEMS
                       if name in getattr(battery(stem), "ADAPTED", {})}  # fmt: skip
            found[label] = adapted or dict.fromkeys(forms_of(function), function)
    return found


SOLVERS, GAMES = solvers(), games()
PAIRS = [
    (label, game)
    for label, stems in SOLVERS.items()
    for game in GAMES
    if game.partition(".")[0] in stems
]
OTHERS = [label for label, function in public_functions().items() if not is_solver(function)]


def listed(found):
    """Return the equilibria found in a single game, one by one."""
    return [
        {name: array[place] for name, array in found.strategies.items()}
        for place in range(int(found.count))
    ]


def matches(game, profile, others):
    return [other for other in others if distance(game, profile, other) < SAME]


@functools.cache
def asked(label, name):
    """Return the game, and what the solver answers; None where it refuses, as it must."""
    stem, solver = name.partition(".")[0], label.rpartition(".")[2]
    game, solve = GAMES[name](), SOLVERS[label][stem]
    refuses = getattr(battery(stem), "REFUSES", {}).get(solver, lambda form: False)
    if refuses(game.form):
        with pytest.raises(ParameterError):
            solve(game.form)
        return game, None
    return game, solve(game.form)


def within(stem, found, game, profiles):
    """Return the profiles that lie in the scope which the answer states."""
    covers = getattr(battery(stem), "COVERS", {}).get(found.scope, lambda form, profile: True)
    return [profile for profile in profiles if covers(game.form, profile)]


def test_every_solver_takes_a_form_that_has_a_file_in_the_battery():
    for label, stems in SOLVERS.items():
        assert stems, f"{label} takes no form: name it in ADAPTED in battery/<form>.py"
        missing = set(stems) - set(STEMS)
        assert not missing, f"{label}: write tests/solvers/battery/{missing}.py"


def test_every_solver_is_given_a_game_that_it_does_not_refuse():
    for label in SOLVERS:
        answers = [asked(one, game)[1] for one, game in PAIRS if one == label]
        assert any(found is not None for found in answers), label


def test_every_game_has_a_solver_that_does_not_refuse_it():
    for name in GAMES:
        answers = [asked(label, game)[1] for label, game in PAIRS if game == name]
        assert any(found is not None for found in answers), name


def test_every_scope_to_which_the_battery_gives_a_meaning_is_stated_by_a_solver():
    for stem in STEMS:
        answers = [asked(label, game)[1] for label, game in PAIRS if game.startswith(f"{stem}.")]
        stated = {found.scope for found in answers if found is not None}
        assert set(getattr(battery(stem), "COVERS", {})) <= stated


@pytest.mark.parametrize(("label", "name"), PAIRS)
def test_what_a_solver_reports_is_certified_and_among_what_is_known(label, name):
    game, found = asked(label, name)
    if found is None:
        return
    profiles = listed(found)
    for profile, reported in zip(profiles, found.regret, strict=False):
        regret = found.form.regret(stacked([profile]))
        assert regret <= TOLERANCE * game.scale
        assert reported == pytest.approx(regret[0], rel=1e-6, abs=1e-12 * game.scale)
    if game.is_all and label.rpartition(".")[2] not in game.doubtful:
        for profile in within(name.partition(".")[0], found, game, profiles):
            assert matches(game, profile, game.equilibria), f"{profile} is not among the known"
    for place, profile in enumerate(profiles):
        assert not matches(game, profile, profiles[:place]), "an equilibrium is reported twice"


@pytest.mark.parametrize(("label", "name"), PAIRS)
def test_every_known_equilibrium_in_scope_is_found_and_completeness_is_claimed_where_it_is_known(
    label, name
):
    game, found = asked(label, name)
    if found is None:
        return
    stem, solver = name.partition(".")[0], label.rpartition(".")[2]
    profiles = listed(found)
    expected = within(stem, found, game, game.equilibria)
    assert profiles or (found.complete and not expected), "nothing is found, nor is that a result"
    lost = [profile for profile in expected if not matches(game, profile, profiles)]
    if solver in getattr(battery(stem), "MODEST", ()):
        assert not found.complete, "this solver looks for some only"
        assert profiles, "existence is a theorem"
        assert not lost or found.scope not in getattr(battery(stem), "COVERS", {})
    elif found.complete:
        assert game.is_all, "there are infinitely many, or more than anyone has listed"
        assert solver not in game.doubtful, "this solver cannot know"
        assert not lost
    elif game.is_all and solver in getattr(battery(stem), "PARTIAL", ()):
        assert len(expected) > 1, "there is only one, and the solver does not say so"
        assert len(lost) < len(expected), "none is found"
    elif game.is_all and solver in game.doubtful:
        assert len(lost) < len(expected), "none is found"
    else:
        assert not game.is_all, "all are known, and the solver does not say that it has them"
        assert not lost


@pytest.mark.parametrize(("label", "name"), PAIRS)
def test_indices_of_regular_equilibria_sum_to_one_where_these_are_all(label, name):
    game, found = asked(label, name)
    if found is None or found.index is None:
        return
    index, profiles = found.index[: int(found.count)], listed(found)
    assert np.all(np.isnan(index) | np.isin(index, (-1.0, 1.0)))
    beyond = len(profiles) - len(within(name.partition(".")[0], found, game, profiles))
    if found.complete and beyond == 0 and np.isfinite(index).all():
        assert index.sum() == 1


@pytest.mark.parametrize("name", GAMES)
def test_what_one_solver_finds_is_in_the_answer_of_every_other_that_calls_its_own_complete(name):
    """Among the solvers of games in strategic form are those of nashpy."""
    game, stem = GAMES[name](), name.partition(".")[0]
    answers = [(label, asked(label, name)[1]) for label, other in PAIRS if other == name]
    answers = [(label, found) for label, found in answers if found is not None]
    for one, found in answers:
        for other, whole in answers:
            if whole.complete and one.rpartition(".")[2] not in game.doubtful:
                for profile in within(stem, whole, game, listed(found)):
                    assert matches(game, profile, listed(whole)), f"{one} finds more than {other}"


@pytest.mark.parametrize("name", [game for game in GAMES if game.startswith("normal.")])
@pytest.mark.parametrize("coarse", [False, True])
def test_a_mediator_reaches_at_least_what_the_best_known_equilibrium_yields(name, coarse):
    game = GAMES[name]()
    known = game.form.payoffs(stacked(game.equilibria))
    first = game.form.players[0]
    for objective, value in (
        (Utilitarian(), known.sum(axis=-1)),
        (Egalitarian(), known.min(axis=-1)),
        (Favour(first), known[:, 0]),
        (Favour(first, -1.0), -known[:, 0]),
    ):
        found = correlated(game.form, objective, coarse=coarse)
        slack = TOLERANCE * game.scale
        assert found.value >= value.max() - slack
        assert found.bound == pytest.approx(found.value, abs=10 * slack)
        assert obedience(game.form, found.distribution, coarse=coarse) <= slack


APART = {
    "a unit as large": lambda payoffs: payoffs * 2.0**40,
    "a unit as small": lambda payoffs: payoffs * 2.0**-40,
    "a large constant": lambda payoffs: payoffs + 2.0**34,
}
"""Other units and zeros of a player's payoffs, which change no equilibrium."""
IN_STRATEGIC_FORM = [game for game in GAMES if game.startswith("normal.")]


def first_paid_otherwise(form, change):
    """Return the game in which the first player is paid otherwise; None if that rounds payoffs."""
    table = np.array(form.table)
    table[0] = change(table[0])
    before, after = (payoffs - payoffs.min() for payoffs in (form.table[0], table[0]))
    is_exact = np.array_equal(before * after.max(), after * before.max())
    return dataclasses.replace(form, table=table) if is_exact else None


@pytest.mark.parametrize("change", APART)
@pytest.mark.parametrize(("label", "name"), [(a, b) for a, b in PAIRS if b in IN_STRATEGIC_FORM])
def test_what_is_found_does_not_depend_on_how_large_the_payoffs_of_one_player_are(
    label, name, change
):
    """Logit play depends on it, as errors do, and may end elsewhere; no end may be wrong."""
    game, found = asked(label, name)
    form = first_paid_otherwise(game.form, APART[change])
    if found is None or form is None:
        return
    try:
        moved = SOLVERS[label]["normal"](form)
    except CertificateError:
        assert label == "logit_limit.logit_limit"
        return
    profiles = listed(moved)
    for profile in profiles:
        assert game.form.regret(stacked([profile])) <= TOLERANCE * game.scale
    if found.complete or "vertex" in label:
        assert moved.complete == found.complete
        assert len(profiles) == found.count
        assert all(matches(game, profile, profiles) for profile in listed(found))


@pytest.mark.parametrize("change", APART)
@pytest.mark.parametrize("name", IN_STRATEGIC_FORM)
def test_no_wrong_profile_is_certified_however_large_the_payoffs_of_one_player_are(name, change):
    game = GAMES[name]()
    form = first_paid_otherwise(game.form, APART[change])
    for profile, _ in game.wrong if form is not None else []:
        with pytest.raises(CertificateError):
            certify_by_spread(form, stacked([profile]), complete=True, scope="", method="test")


def test_every_game_of_the_battery_says_where_its_answer_is_from():
    keys = set(re.findall(r"@\w+\{([^,]+),", BIBLIOGRAPHY.read_text(encoding="utf-8")))
    for name, make in GAMES.items():
        game = make()
        assert isinstance(game, Known), name
        assert inspect.getdoc(make), f"{name} derives its answer in its docstring"
        assert game.source in keys | {HAND}, name


@pytest.mark.parametrize("name", GAMES)
def test_the_certificate_accepts_what_is_known(name):
    game = GAMES[name]()
    if game.equilibria:
        assert np.all(game.form.regret(stacked(game.equilibria)) <= TOLERANCE * game.scale)


@pytest.mark.parametrize("name", GAMES)
def test_the_certificate_rejects_what_is_near_an_isolated_equilibrium(name):
    game, near = GAMES[name](), battery(name.partition(".")[0]).NEAR
    for profile in game.equilibria if game.is_isolated else []:
        wrong = list(changed(game, profile, near))
        assert wrong
        regret = game.form.regret(stacked(wrong))
        for other, value in zip(wrong, regret, strict=True):
            is_known = any(distance(game, other, one) < SAME for one in game.equilibria)
            assert is_known or value > 10 * TOLERANCE * game.scale, other


@pytest.mark.parametrize("name", GAMES)
def test_the_certificate_measures_what_a_wrong_profile_leaves_to_gain(name):
    game = GAMES[name]()
    for profile, expected in game.wrong:
        regret = float(game.form.regret(stacked([profile]))[0])
        assert regret > TOLERANCE * game.scale
        assert expected is None or regret == pytest.approx(expected, rel=1e-9)


def test_every_form_with_a_battery_is_shown_profiles_that_are_none():
    for stem in STEMS:
        made = [make() for name, make in GAMES.items() if name.startswith(f"{stem}.")]
        assert any(regret is not None for game in made for _, regret in game.wrong), stem


@pytest.mark.parametrize("label", OTHERS)
def test_a_public_function_that_returns_no_equilibria_is_tested_by_its_name(label):
    """Power indices, chances of passing, benchmarks: the battery does not know their answers."""
    name = label.rpartition(".")[2]
    sources = [path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py")]
    calls = re.compile(rf"\b{name}\(")
    assert any(calls.search(source) for source in sources), f"no test calls {label}"
