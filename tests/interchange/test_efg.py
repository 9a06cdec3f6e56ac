import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.branches import chance, decision, end
from collsec.forms.normal import NormalForm
from collsec.forms.tree import TreeForm
from collsec.interchange import (
    FileError,
    as_normal,
    as_tree,
    read_efg,
    read_game,
    write_efg,
    write_game,
)
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.pure import pure

CARDS = """EFG 2 R "A game of cards" { "Rose" "Colin" }
"Rose sees her card"

c "ROOT" 1 "the deal" { "high" 1/2 "low" 1/2 } 0
p "" 1 1 "Rose high" { "raise" "fold" } 0
p "" 2 1 "Colin" { "meet" "pass" } 0
t "" 1 "Win big" { 2, -2 }
t "" 2 "Win" { 1 -1 }
t "" 2
p "" 1 2 "Rose low" { "raise" "fold" } 0
p "" 2 1 0
t "" 3 "Lose big" { -2 2 }
t "" 2
t "" 4 "Lose" { -1 1 }
"""


def test_a_file_with_chance_information_sets_and_repeated_outcomes_is_read():
    form = read_efg(CARDS)
    assert form.title == "A game of cards"
    assert [known.name for known in form.information_sets] == ["Rose high", "Colin", "Rose low"]
    assert len(form.information_sets[1].nodes) == 2
    assert form.probabilities.tolist() == [0.5, 0.5]
    assert form.table[:, 0].tolist() == [2.0, 1.0, 1.0, -2.0, 1.0, -1.0]


def test_the_game_of_cards_has_its_known_solution():
    found = solve(read_efg(CARDS))
    assert (int(found.count), bool(found.complete)) == (1, True)
    assert found.payoffs[0] == pytest.approx([1 / 3, -1 / 3])
    assert found.strategies["Rose low"][0] == pytest.approx([1 / 3, 2 / 3])
    assert found.strategies["Colin"][0] == pytest.approx([2 / 3, 1 / 3])


def test_payoffs_on_the_way_add_up():
    text = CARDS.replace('"fold" } 0\np "" 2 1 "Colin"', '"fold" } 9 { 10, 20 }\np "" 2 1 "Colin"')
    form = read_efg(text)
    assert form.table[:3].tolist() == [[12.0, 18.0], [11.0, 19.0], [11.0, 19.0]]
    assert form.table[3:].tolist() == read_efg(CARDS).table[3:].tolist()


def test_names_that_are_empty_or_alike_are_numbered():
    text = (
        CARDS.replace("Rose high", "Rose")
        .replace("Rose low", "Rose")
        .replace('"Colin" { ', '"" { ')
    )
    names = [known.name for known in read_efg(text).information_sets]
    assert names == ["Rose 1 Rose", "Colin 1", "Rose 2 Rose"]


def random_tree(seed):
    draw = np.random.default_rng(seed)
    counter = iter(range(1000))

    def grow(depth):
        kind = draw.integers(4) if depth else 0
        if kind == 0:
            return end(*draw.normal(size=3).tolist(), label=f'end "{next(counter)}"')
        names = [f"a{k}" for k in range(draw.integers(1, 4))]
        if kind == 1:
            odds = draw.dirichlet(np.ones(len(names))).tolist()
            odds[-1] = 1.0 - sum(odds[:-1])
            return chance(
                {name: (p, grow(depth - 1)) for name, p in zip(names, odds, strict=True)},
                f"draw {next(counter)}",
            )
        player = f"P{draw.integers(3)}"
        place = f"set {next(counter)}"
        return decision(player, place, {name: grow(depth - 1) for name in names})

    return TreeForm.grow(
        decision("P0", "root", {"l": grow(3), "r": grow(3)}), ("P0", "P1", "P2"), "random"
    )


@given(st.integers(0, 10_000))
def test_a_tree_comes_back_bit_for_bit_but_for_last_digits_of_odds_that_miss_one(seed):
    form = random_tree(seed)
    again = read_efg(write_efg(form))
    assert again.nodes == form.nodes
    assert again.information_sets == form.information_sets
    assert again.table.tobytes() == form.table.tobytes()
    np.testing.assert_array_max_ulp(again.probabilities, form.probabilities, maxulp=2)
    assert (again.players, again.title) == (form.players, form.title)


def test_information_sets_with_several_nodes_come_back():
    form = read_efg(CARDS)
    again = read_efg(write_efg(form))
    assert (again.nodes, again.information_sets) == (form.nodes, form.information_sets)
    assert write_efg(again) == write_efg(form)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("EFG 2", "EFG 1", 1, "1 stands where the version"),
        ("EFG 2 R", "EFG 2 Q\n", 1, "must be R or D"),
        ('c "ROOT"', 'x "ROOT"', 4, "x is no kind of node"),
        ('"low" 1/2', '"low" 1/3', 4, "sum to 1"),
        ('p "" 2 1 "Colin"', 'p "" 3 1 "Colin"', 6, "there is no player 3"),
        ("2, -2", "2", 7, "1 payoffs for 2 players"),
        ('t "" 2\np', 't "" 8\np', 9, "outcome 8 is new"),
        ('p "" 2 1 0', 'p "" 2 5 0', 11, "information set 5 is new"),
        ('p "" 2 1 0', 'p "" 2 1 "Colin" { "meet" "run" } 0', 11, "other actions above"),
        ('t "" 4 "Lose" { -1 1 }\n', "", 14, "the file ends where a node"),
        ("{ -1 1 }\n", '{ -1 1 }\nt "" 0\n', 15, "more nodes"),
        ('t "" 3 "Lose big" { -2 2 }', 't "" 2 "Lose big" { -2 2 }', 12, "something else above"),
        ('"Rose high" { "raise" "fold" }', '"Rose high" { }', 5, "no actions"),
        ('"Win" { 1 -1 }', '"Win" { 1 one }', 8, "one stands where a payoff"),
    ],
)
def test_a_malformed_file_says_where_and_what(old, new, line, said):
    assert old in CARDS
    text = CARDS.replace(old, new, 1)
    with pytest.raises(FileError, match=said) as caught:
        read_efg(text, "cards.efg")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"cards.efg:{line}: ")


def test_a_player_who_forgets_is_refused_with_the_line_of_the_information_set():
    tail = 't "" 1 "" { 1 }\nt "" 0\n'
    text = 'EFG 2 R "" { "A" }\np "" 1 1 "" { "l" "r" } 0\n'
    text += ('p "" 1 2 "" { "l" "r" } 0\n' + tail) * 2
    with pytest.raises(FileError, match=r"x\.efg:3: .*forgets"):
        read_efg(text, "x.efg")


def test_a_set_without_a_name_is_not_taken_for_one_that_has_its_number_as_a_name():
    """It was: the two became one information set, and the player knew less than in the file."""
    text = """EFG 2 R "" { "A" "B" }
c "" 1 "" { "h" 1/2 "l" 1/2 } 0
p "" 1 1 "A 2" { "u" "d" } 0
t "" 1 "" { 1 0 }
t "" 0
p "" 1 2 "" { "u" "d" } 0
t "" 0
t "" 1
"""
    form = read_efg(text)
    assert [len(known.nodes) for known in form.information_sets] == [1, 1]
    assert solve(form).payoffs.tolist() == [[1.0, 0.0]]
    for clash in ("A 1 x", "A 2 x"):
        named = text.replace('"A 2"', '"x"').replace('1 2 ""', '1 2 "x"')
        third = f'p "" 1 3 "{clash}" {{ "u" "d" }} 0\nt "" 0\nt "" 0\n'
        longer = named.replace('1/2 "l" 1/2', '1/3 "l" 1/3 "m" 1/3') + third
        assert len(read_efg(longer).information_sets) == 3


def test_a_table_becomes_a_tree_with_the_same_table():
    table = np.random.default_rng(1).normal(size=(3, 2, 3, 2))
    form = NormalForm(table, ("A", "B", "C"), (("u", "d"), ("l", "m", "r"), ("x", "y")))
    again = as_normal(as_tree(form))
    assert again.actions == form.actions
    assert again.table == pytest.approx(table, abs=0)
    assert as_normal(form) is form


def test_plans_of_a_tree_are_its_table_in_a_sweep_too():
    share = np.array([1.0, 2.0])
    reply = decision("B", "reply", {"fight": end(-1.0, -1.0), "share": end(share, 1.0)})
    form = TreeForm.grow(decision("A", "entry", {"out": end(0.0, 2.0), "in": reply}), ("A", "B"))
    table = as_normal(form)
    assert table.utility(0).tolist() == [[[0, 0], [-1, 1]], [[0, 0], [-1, 2]]]
    assert pure(table).count.tolist() == [2, 2]


def test_files_are_told_apart_by_their_ends(tmp_path):
    form = read_efg(CARDS)
    for kind in ("nfg", "efg"):
        path = tmp_path / f"cards.{kind}"
        path.write_text(write_game(form, kind), encoding="utf-8")
        assert as_normal(read_game(path)).table == pytest.approx(as_normal(form).table, abs=0)
    with pytest.raises(FileError, match="no such file"):
        read_game(tmp_path / "none.efg")
    with pytest.raises(FileError, match="no kind of file known"):
        read_game(tmp_path / "cards.txt")
    with pytest.raises(ParameterError, match="must be one of nfg, efg"):
        write_game(form, "pdf")
