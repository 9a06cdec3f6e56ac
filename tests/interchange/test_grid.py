"""Games with a continuum of choices, written as tables of some of them."""

import numpy as np
import pytest

import collsec
from collsec.interchange import Detail, on_grid, read_nfg, write_game
from collsec.parameters import ParameterError
from collsec.solvers.pure import pure


def test_the_table_of_a_contribution_game_has_its_equilibrium_up_to_the_grid():
    form = collsec.PrivateProvision(income=[120, 100], taste=0.5).form()
    (exact,) = collsec.solve(form).strategies["contribution"]
    found = pure(on_grid(form, 60))
    levels = (np.arange(60) + 0.5) / 60
    given = [
        income * levels[np.argmax(found.strategies[name][0])]
        for name, income in zip(form.players, (120.0, 100.0), strict=True)
    ]
    assert given == pytest.approx(exact.tolist(), abs=2.0)
    assert exact.tolist() == pytest.approx([140 / 3, 80 / 3])


def test_the_payoffs_of_an_answering_game_are_those_at_the_cut_offs():
    form = collsec.Response(capability=[0.2, 0.1]).form()
    table = on_grid(form, 5)
    answer = np.array([[0.75, 0.25]])
    expected = form.payoffs({"answer": np.stack([answer, 1 - answer], axis=-1)})[0]
    np.testing.assert_array_equal(table.table[:, 3, 1], expected)
    assert table.actions[0] == ("answer 0", "answer 0.25", "answer 0.5", "answer 0.75", "answer 1")


def test_a_written_grid_reads_back():
    form = collsec.PrivateProvision(income=[3.0, 2.0, 1.0]).form()
    again = read_nfg(write_game(form, "nfg", Detail(points=4)))
    np.testing.assert_array_equal(again.table, on_grid(form, 4).table)
    assert again.actions[2] == ("give 0.125", "give 0.375", "give 0.625", "give 0.875")


@pytest.mark.parametrize(
    ("form", "points", "rule"),
    [
        (collsec.PrivateProvision(income=[3.0, 2.0]).form(), 1, "must be at least 2"),
        (
            collsec.PrivateProvision(income=[1.0] * 12).form(),
            9,
            "more than the 1,000,000 of a table",
        ),
        (collsec.ProvisionPoint().form(), 3, "means nothing to a ThresholdForm"),
    ],
)
def test_what_has_no_grid_is_refused(form, points, rule):
    with pytest.raises(ParameterError, match=rule):
        on_grid(form, points)
