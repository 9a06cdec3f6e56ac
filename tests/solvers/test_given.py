"""What solvers say of malformed numbers that they are given beside a form, or in its place."""

from fractions import Fraction

import numpy as np
import pytest

import collsec
from collsec.forms.normal import NormalForm
from collsec.parameters import ParameterError
from collsec.solvers.bimatrix_exact import bimatrix_exact
from collsec.solvers.correlated import Favour, Outcomes, Utilitarian, correlated, obedience
from collsec.solvers.logit_fit import logit_fit
from collsec.solvers.mandate import mandate_probability
from collsec.solvers.mean_field import mean_field
from collsec.solvers.noise_branch import noise_branch
from collsec.solvers.pass_probability import pass_probability
from collsec.solvers.reached_from import reached_from

SQUARE = NormalForm.from_bimatrix(np.eye(2), np.eye(2))
THREE = collsec.Response(capability=[0.3, 0.2, 0.1]).form()
COUNCIL = collsec.Council().form()
NAN = float("nan")


def refused(call):
    with pytest.raises(ParameterError) as caught:
        call()
    error = caught.value
    assert error.remedy
    return error.owner, error.key, error.rule


@pytest.mark.parametrize(
    ("worth", "rule"),
    [
        ([[1, 2], [3]], "must be an array of numbers of the shape (2, 2)"),
        ([["a", "b"], ["c", "d"]], "must be an array of numbers of the shape (2, 2)"),
        (np.ones((2, 3)), "must be an array of numbers of the shape (2, 2)"),
        (np.ones((4, 2, 2)), "must be an array of numbers of the shape (2, 2)"),
        (np.ones(2), "must be an array of numbers of the shape (2, 2)"),
        (1.0, "must be an array of numbers of the shape (2, 2)"),
        ([[1, NAN], [0, 0]], "must be finite, not NaN or infinite"),
    ],
)
def test_worths_must_be_one_finite_number_for_each_profile(worth, rule):
    assert refused(lambda: correlated(SQUARE, Outcomes(worth))) == ("outcomes", "worth", rule)


def test_worths_may_be_the_same_for_all_games_of_a_batch():
    games = NormalForm(np.stack([SQUARE.table, 2 * SQUARE.table]), ("A", "B"))
    assert correlated(games, Outcomes([[1.0, 0.0], [0.0, 0.0]])).value.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("objective", "owner", "key"),
    [
        ("utilitarian", "correlated", "objective"),
        (Utilitarian, "correlated", "objective"),
        (Favour("nobody"), "favour", "player"),
        (Favour("row", "most"), "favour", "sign"),
        (Favour("row", NAN), "favour", "sign"),
    ],
)
def test_an_objective_must_be_one(objective, owner, key):
    assert refused(lambda: correlated(SQUARE, objective))[:2] == (owner, key)


@pytest.mark.parametrize("distribution", [np.ones((3, 3)) / 9, "x", None])
def test_a_mediator_needs_a_probability_for_each_profile(distribution):
    assert refused(lambda: obedience(SQUARE, distribution)) == (
        "obedience", "distribution", "must be numbers of the shape (2, 2)"
    )  # fmt: skip


@pytest.mark.parametrize("solver", [mean_field, reached_from])
@pytest.mark.parametrize(
    ("start", "rule"),
    [
        (np.full(4, 0.5), "has the shape (4,), which must broadcast to (3,)"),
        (np.full((2, 3), 0.5), "has the shape (2, 3), which must broadcast to (3,)"),
        ("half", "must be numbers"),
        ([[0.5], [0.5, 0.5]], "must be numbers"),
        ([0.5, NAN, 0.5], "must be finite, not NaN or infinite"),
        ([0.5, 1.5, 0.5], "must lie in [0, 1]"),
    ],
)
def test_a_start_must_hold_a_chance_for_each_member(solver, start, rule):
    assert refused(lambda: solver(THREE, start)) == (solver.__name__, "start", rule)


@pytest.mark.parametrize("n_nodes", [0, 1.5, "many"])
def test_the_nodes_of_a_mean_must_be_counted(n_nodes):
    assert refused(lambda: mean_field(THREE, n_nodes=n_nodes))[:2] == ("mean_field", "n_nodes")


@pytest.mark.parametrize(
    ("precision", "rule"),
    [
        (0.0, "must lie in (0, inf)"),
        (-1.0, "must lie in (0, inf)"),
        (np.inf, "must be finite, not NaN or infinite"),
        ("high", "must be numbers"),
        ([1.0, 2.0], "has the shape (2,), which must broadcast to ()"),
    ],
)
def test_a_precision_must_be_positive_and_one_for_each_game(precision, rule):
    assert refused(lambda: noise_branch(THREE, precision)) == ("noise_branch", "precision", rule)


@pytest.mark.parametrize("payoff", ["1/0", "x", "1/2/3", "", NAN, np.inf, 1j, None, "9" * 5000])
def test_exact_payoffs_must_be_rational(payoff):
    row, column = [[Fraction(1, 3)]], [[payoff]]
    rule = "must be a matrix of rational numbers"
    assert refused(lambda: bimatrix_exact(row, column)) == ("bimatrix_exact", "column", rule)


def test_payoffs_of_more_digits_than_python_writes_are_refused_in_few_words():
    with pytest.raises(ParameterError, match="of too many digits to write: must not exceed") as one:
        bimatrix_exact([[10**5000]], [[1]])
    assert len(str(one.value)) < 250
    with pytest.raises(ParameterError, match=r"0000 \.\.\. 0000.*: must not exceed") as one:
        bimatrix_exact([[10**4000]], [[1]])
    assert len(str(one.value)) < 600


@pytest.mark.parametrize("players", [("a",), ("a", "b", "c"), (), "ab", None])
def test_a_bimatrix_has_two_named_players(players):
    said = ("normal_form", "players", "must be two names")
    assert refused(lambda: bimatrix_exact([[1]], [[1]], players)) == said
    assert refused(lambda: NormalForm.from_bimatrix(np.eye(2), np.eye(2), players)) == said


@pytest.mark.parametrize(
    ("row", "column", "key"),
    [
        ([[1, 2], [3]], np.eye(2), "payoffs"),
        (np.ones((2, 3)), np.ones((3, 2)), "shape of payoffs"),
        (np.ones((3, 2, 2)), np.ones((4, 2, 2)), "shape of payoffs"),
        ([[NAN, 1], [1, 1]], np.eye(2), "table"),
        (np.eye(2), [[np.inf, 1], [1, 1]], "table"),
        (np.ones(2), np.ones(2), "table"),
        ([[]], [[]], "n_actions"),
        ([["a"]], [["b"]], "payoffs"),
        ([[10**400]], [[1]], "payoffs"),
        (None, None, "table"),
    ],
)
def test_a_bimatrix_holds_two_full_matrices_of_finite_numbers(row, column, key):
    assert refused(lambda: NormalForm.from_bimatrix(row, column))[:2] == ("normal_form", key)


def test_a_game_needs_payoffs_for_its_players():
    assert refused(lambda: NormalForm((), ("a", "b")))[:2] == ("normal_form", "table")


@pytest.mark.parametrize(
    ("counts", "key"),
    [
        (None, "counts"),
        ({"row": [1, 2]}, "counts"),
        ({"row": [1, 2], "column": ["a", 2]}, "counts['column']"),
        ({"row": [1, 2], "column": [1, 2, 3]}, "counts['column']"),
        ({"row": [[1, 2]] * 2, "column": [[1, 2]] * 3}, "shapes of counts"),
    ],
)
def test_observed_choices_must_be_counts_of_every_action(counts, key):
    assert refused(lambda: logit_fit(SQUARE, counts))[:2] == ("logit_fit", key)


@pytest.mark.parametrize("vote", ["yes", np.ones(3), np.ones((2, 3))])
def test_votes_must_be_mixes_of_every_voter(vote):
    assert refused(lambda: pass_probability(COUNCIL, vote)) == (
        "pass_probability", "vote", "must end in the shape (15, 3)"
    )  # fmt: skip


def test_chances_of_yes_and_no_must_be_of_the_same_members():
    assert refused(
        lambda: mandate_probability(np.ones(3), np.ones(4), permanent=1, elected=1, quota=1)
    )[:2] == ("mandate_probability", "no")
