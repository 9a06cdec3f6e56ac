"""Files that are no games end in one kind of error, whatever is wrong with them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms._tree_growth import MAX_DEPTH
from collsec.forms.normal import NormalForm
from collsec.forms.tree import TreeForm
from collsec.interchange import FileError, read_efg, read_game, read_nfg
from tests.interchange.test_efg import CARDS
from tests.interchange.test_nfg import OUTCOMES, PAYOFFS

WORDS = [
    "", "{", "}", '"', '""', "0", "-1", "1", "2", "7", "1/0", "1/3", "1e400", "1e308", "-1e308",
    "1e9999999/3", "9" * 400 + "/7", "9" * 5000, "nan", "inf", "p", "c", "t", "NFG", "EFG", "R",
    "\\", "\x00", "\ufeff", "a b", '"x" "x"', "{ { } }", "99999999999999999999",
]  # fmt: skip


@st.composite
def mutated(draw, texts):
    """Return a text in which some words were dropped, doubled, swapped or replaced."""
    words = re.findall(r'"[^"]*"|\n|[^\s"]+', draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(words) - 1))
        other = draw(st.integers(0, len(words) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "replace", "cut"])):
            case "drop":
                words[place] = ""
            case "double":
                words.insert(place, words[place])
            case "swap":
                words[place], words[other] = words[other], words[place]
            case "replace":
                words[place] = draw(st.sampled_from(WORDS))
            case _:
                words = words[: max(place, 1)]
    return " ".join(words)


def is_game_or_error(read, text, kind):
    """Whether the text is read as a finite game, or refused with a line that it has."""
    try:
        form = read(text, "file")
    except FileError as error:
        has_line = 0 < error.line <= text.count("\n") + 1
        return has_line and str(error).startswith(f"file:{error.line}: ")
    return isinstance(form, kind) and bool(abs(form.table).max(initial=0.0) < float("inf"))


@given(mutated([PAYOFFS, OUTCOMES]))
def test_a_damaged_table_is_read_or_refused_with_its_line(text):
    assert is_game_or_error(read_nfg, text, NormalForm)


@given(mutated([CARDS]))
def test_a_damaged_tree_is_read_or_refused_with_its_line(text):
    assert is_game_or_error(read_efg, text, TreeForm)


@given(st.text(max_size=200))
def test_any_text_is_refused_with_its_line(text):
    for start in ("", "NFG 1 R ", "EFG 2 R "):
        assert is_game_or_error(read_nfg, start + text, NormalForm)
        assert is_game_or_error(read_efg, start + text, TreeForm)


def test_a_tree_deeper_than_can_be_solved_is_refused():
    node = 'p "" 1 {} "" {{ "on" }} 0\n'
    text = 'EFG 2 R "" { "A" }\n' + "".join(node.format(k + 1) for k in range(5_000))
    with pytest.raises(FileError, match=f"more than {MAX_DEPTH} moves deep"):
        read_efg(text)


def test_payoffs_that_add_up_to_infinity_are_refused():
    above = '"fold" } 9 { 1e308 0 }\np "" 2 1 "Colin"'
    text = CARDS.replace('"fold" } 0\np "" 2 1 "Colin"', above).replace("{ 2, -2 }", "{ 1e308 0 }")
    with pytest.raises(FileError, match="add up to infinity"):
        read_efg(text)


def alone(n):
    """Return a table of n players without a choice."""
    ones = "1 " * n
    return 'NFG 1 R "" { ' + '"" ' * n + "}\n{ " + ones + "}\n" + ones


@pytest.mark.parametrize(
    ("text", "read", "said"),
    [
        ('EFG 2 R "" { }\nt "" 1 "" { }', read_efg, "file:2: the game has no players"),
        ('NFG 1 R "" { } { }', read_nfg, "file:1: the game has no players"),
        (
            alone(64),
            read_nfg,
            "file:2: the game has 64 players; a table holds at most 63",
        ),
    ],
)
def test_games_of_nobody_and_of_too_many_are_refused(text, read, said):
    with pytest.raises(FileError, match=f"^{said}"):
        read(text, "file")


def test_a_table_may_have_as_many_players_as_numpy_has_axes():
    form = read_nfg(alone(63))
    assert form.n_actions == (1,) * 63


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_any_system_are_read_and_their_lines_counted(tmp_path, mark, end):
    file = tmp_path / "Ελλάδα 三.nfg"
    lines = ["NFG 1 R", '"" { "Ελλάδα" "三" }', "{ 2 1 }", '"a comment { in "', "1 2", "3 4"]
    file.write_bytes((mark + end.join(lines)).encode())
    assert read_game(file).names == ("Ελλάδα", "三")
    file.write_bytes((mark + end.join([*lines[:-1], "3 x"])).encode())
    with pytest.raises(FileError, match=":6: x stands where one of 4 payoffs should"):
        read_game(file)


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(FileError, match="is no file's name"):
        read_game("a\0b.nfg")
