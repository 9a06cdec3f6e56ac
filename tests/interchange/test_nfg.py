import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from collsec.forms.normal import NormalForm
from collsec.interchange import FileError, read_nfg, write_nfg
from collsec.parameters import ParameterError

PAYOFFS = """NFG 1 R "A game of two" { "Row" "Column" } { 3 2 }

1 1 0 2 0 2
1 1 1/2 3 2 .5
"""
OUTCOMES = """NFG 1 R "The same with outcomes" { "Row" "Column" }
{ { "top" "middle" "bottom" }
{ "left" "right" }
}
"a comment"

{
{ "both" 1, 1 }
{ "second" 0, 2 }
}
1 2 2
1 0 1
"""


def test_cells_are_read_with_the_first_player_fastest():
    form = read_nfg(PAYOFFS)
    assert form.players == ("Row", "Column")
    assert form.utility(0).tolist() == [[1.0, 1.0], [0.0, 0.5], [0.0, 2.0]]
    assert form.utility(1).tolist() == [[1.0, 1.0], [2.0, 3.0], [2.0, 0.5]]
    assert form.actions == (("1", "2", "3"), ("1", "2"))


def test_outcomes_are_looked_up_and_outcome_zero_pays_nothing():
    form = read_nfg(OUTCOMES)
    assert form.utility(1).tolist() == [[1.0, 1.0], [2.0, 0.0], [2.0, 1.0]]
    assert form.actions == (("top", "middle", "bottom"), ("left", "right"))


def test_names_that_are_empty_or_alike_are_numbered():
    form = read_nfg('NFG 1 D "" { "" "" } { { "a" "a" } { 1 } }'.replace("{ 1 }", "1") + " 1 2 3 4")
    assert form.players == ("player 1", "player 2")
    assert form.actions == (("a 1", "a 2"), ("1",))


numbers = st.floats(allow_nan=False, allow_infinity=False)
labels = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), min_size=1)


@given(st.data(), st.lists(st.integers(1, 3), min_size=1, max_size=3), numbers)
def test_a_game_comes_back_bit_for_bit(data, counts, filler):
    shape = (len(counts), *counts)
    table = data.draw(arrays.arrays(np.float64, shape, elements=numbers, fill=st.just(filler)))
    names = tuple(
        data.draw(st.lists(labels, min_size=len(counts), max_size=len(counts), unique=True))
    )
    actions = tuple(
        tuple(data.draw(st.lists(labels, min_size=n, max_size=n, unique=True))) for n in counts
    )
    form = NormalForm(table, names, actions)
    again = read_nfg(write_nfg(form, title='with "quotes" and \\'))
    assert again.table.tobytes() == form.table.tobytes()
    assert (again.players, again.actions) == (names, actions)


def test_a_backslash_is_one_for_us_and_for_gambit():
    names = (r"$\alpha$", 'the "great"', r"c:\d")
    text = write_nfg(NormalForm(np.zeros((3, 1, 1, 1)), names))
    assert r'{ "$\alpha$" "the \"great\"" "c:\d" }' in text
    assert read_nfg(text).players == names
    gambit = pytest.importorskip("pygambit")
    assert [str(name).strip("'") for name in gambit.read_nfg(io.StringIO(text)).players] == [*names]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file ends where NFG"),
        ('EFG 2 R "x"', 1, "EFG stands where NFG"),
        ('NFG 1 Q "x"', 1, "must be R or D"),
        ('NFG 1 Q\n"x"', 1, "must be R or D"),
        (PAYOFFS.replace("1/2", "1/0"), 4, "divides by zero"),
        (PAYOFFS.replace("1/2", "half"), 4, "half stands where"),
        (PAYOFFS.replace("2 .5", "2"), 5, "the file ends where one of 12 payoffs"),
        (PAYOFFS + "7\n", 5, "more stands here"),
        (PAYOFFS.replace("{ 3 2 }", "{ 3 }"), 1, "1 of 2 players"),
        (PAYOFFS.replace("{ 3 2 }", "{ 3 0 }"), 1, "whole number >= 1"),
        (PAYOFFS.replace('"Column"', "Column"), 1, "quotation marks"),
        (PAYOFFS.replace('{ "Row" "Column" }', "{ }"), 1, "no players"),
        (OUTCOMES.replace("1 0 1", "1 3 1"), 12, "outcome 3 is not among the 2"),
        (OUTCOMES.replace("0, 2", "0"), 9, "1 payoffs for 2 players"),
        (OUTCOMES.replace('"left" "right"', ""), 3, "no strategy"),
        (PAYOFFS.replace("1 1 0", "1e999 1 0"), 3, "too large"),
    ],
)
def test_a_malformed_file_says_where_and_what(text, line, said):
    with pytest.raises(FileError, match=said) as caught:
        read_nfg(text, "game.nfg")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"game.nfg:{line}: ")


def test_a_sweep_is_not_one_file():
    with pytest.raises(ParameterError, match="a file holds one game"):
        write_nfg(NormalForm.from_bimatrix(np.zeros((4, 2, 2)), np.zeros((4, 2, 2))))
