"""What a solver says where it is given something else than the form it is for."""

import inspect
import re

import numpy as np
import pytest

import collsec
from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from collsec.forms.voting import VotingRule
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.nash_subsets import nash_subsets
from collsec.solvers.optimal_punishment import Commons
from collsec.solvers.participation import participation
from collsec.solvers.power_indices import shapley_shubik
from tests.solvers.test_contract import hints, public_functions

NORMAL = collsec.NormalForm.from_bimatrix(np.eye(2), np.eye(2))


def takes():
    """Return the public functions of solvers that are for a thing of collsec's, and for which."""
    found = {}
    for label, function in public_functions().items():
        first = next(iter(inspect.signature(function).parameters), None)
        kind = hints(function).get(first)
        if isinstance(kind, type) and issubclass(kind, (Form, Equilibria, VotingRule, Commons)):
            found[label] = (function, first, kind)
    return found


TAKES = takes()
GIVEN = {"text": "x", "nothing": None, "form": NORMAL, "game": collsec.Crisis(), "class": Form}
WRONG = [(label, what) for label, (*_, kind) in TAKES.items() for what, given in GIVEN.items()
         if not isinstance(given, kind)]  # fmt: skip


def others(function):
    """Return something for each argument but the first that must be given."""
    _, *rest = inspect.signature(function).parameters.values()
    return [None for one in rest if one.default is one.empty]


@pytest.mark.parametrize(("label", "what"), WRONG)
def test_every_function_for_a_form_names_itself_the_form_and_a_remedy_where_it_gets_another(
    label, what
):
    (function, first, kind), given = TAKES[label], GIVEN[what]
    with pytest.raises(ParameterError) as caught:
        function(given, *others(function))
    assert caught.value.owner == function.__name__
    assert caught.value.key == first
    assert caught.value.value is given
    assert caught.value.rule == f"must be of the type {kind.__name__}"
    assert caught.value.remedy


SAYS = {
    (participation, NORMAL): (
        "participation: form = NormalForm(...): must be of the type ParticipationForm; "
        "collsec.solve(form) takes a solver for the form given"
    ),
    (participation, collsec.Response()): (
        "participation: form = Response(...): must be of the type ParticipationForm; call "
        "collsec.solve(game), or participation(game.form()) where that is of this type"
    ),
    (participation, collsec.Crisis): (
        "participation: form = the class Crisis: must be of the type ParticipationForm; that "
        "is a class: make an object of it, Crisis(...)"
    ),
    (solve, collsec.Crisis()): (
        "solve: form = Crisis(...): must be of the type Form; call collsec.solve(game), or "
        "solve(game.form()) where that is of this type"
    ),
    (solve, "x"): (
        "solve: form = 'x': must be of the type Form; give a form, such as what the method "
        "`form` of a game returns"
    ),
    (bimatrix, solve(NORMAL)): (
        "bimatrix: form = Equilibria(...): must be of the type NormalForm; give what was "
        "solved, the `form` of these equilibria"
    ),
    (nash_subsets, NORMAL): (
        "nash_subsets: found = NormalForm(...): must be of the type Equilibria; give the "
        "answer of a solver, such as collsec.solve(form)"
    ),
    (shapley_shubik, 3): (
        "shapley_shubik: rule = 3: must be of the type VotingRule; make one: VotingRule(...)"
    ),
}


@pytest.mark.parametrize(("function", "given"), SAYS)
def test_the_words_say_what_was_given_and_what_to_do(function, given):
    with pytest.raises(ParameterError, match=f"^{re.escape(SAYS[function, given])}$"):
        function(given)


def test_what_the_remedies_say_to_do_works():
    game = collsec.UnilateralDeterrence()
    assert collsec.solve(NORMAL).method == "bimatrix"
    assert collsec.solve(game).count == solve(game.form()).count == 2
    assert bimatrix(solve(NORMAL).form).count == 3


def test_a_form_may_be_given_by_name_and_python_says_that_it_is_missing():
    assert bimatrix(form=NORMAL).count == 3
    with pytest.raises(ParameterError, match="bimatrix: form = 'x'"):
        bimatrix(form="x")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'form'"):
        bimatrix()


def test_a_form_derived_from_one_that_has_a_solver_is_solved_by_it():
    class Own(collsec.NormalForm):
        """A game in strategic form with more to say."""

    assert solve(Own(NORMAL.table, NORMAL.names)).method == "bimatrix"


def test_a_form_without_a_solver_is_told_how_to_name_one():
    class Own(Form):
        """A form that no solver knows."""

        batch_shape, players = (), ()
        under = payoffs = regret = None

    rule = re.escape("solve: form = Own(...): is of a kind that has no default solver; name a "
                     "solver of your own, collsec.solve(form, solver=...), or derive")  # fmt: skip
    with pytest.raises(ParameterError, match=rule):
        solve(Own())
