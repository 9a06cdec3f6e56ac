"""Games in strategic form."""

import functools
import itertools
from fractions import Fraction

import numpy as np

from collsec.forms.normal import NormalForm
from collsec.solvers.bimatrix import SCOPE as EXTREME
from collsec.solvers.bimatrix_exact import bimatrix_exact
from collsec.solvers.multilateral import SCOPE as MULTILATERAL
from collsec.solvers.pure import SCOPE as PURE
from tests.solvers.known import Known, mixes
from tests.solvers.two_player_games import (
    CHICKEN,
    PENNIES,
    ROCK_PAPER_SCISSORS,
    TRAP,
    extreme_equilibria,
)

NEAR = mixes


def is_pure(form, profile):
    return all(np.isin(profile[name], (0.0, 1.0)).all() for name in form.players)


def is_extreme(form, profile):
    """Whether no equilibria lie on both sides of this one, by an oracle that tries all vertices."""
    known = _extreme(form.table.tobytes(), form.table.shape)
    rows, columns = ([Fraction(x).limit_denominator(10**6) for x in profile[name]]
                     for name in form.players)  # fmt: skip
    return (tuple(rows), tuple(columns)) in known


@functools.cache
def _extreme(payoffs, shape):
    return extreme_equilibria(*np.frombuffer(payoffs).reshape(shape).tolist())


def has_more_than_two_players(form):
    return len(form.players) > 2


def from_matrices(form):
    """Put a game of two players to the solver that takes two matrices."""
    if len(form.players) > 2:
        return None
    return bimatrix_exact(*form.table, players=form.players)


COVERS = {PURE: is_pure, EXTREME: is_extreme, MULTILATERAL: is_pure}
MODEST = {"logit_limit", "multilateral", "nashpy_lemke_howson"}
REFUSES = dict.fromkeys(
    ("bimatrix", "nashpy_lemke_howson", "nashpy_vertex"), has_more_than_two_players
)
ADAPTED = {"bimatrix_exact": from_matrices}


def two(row, column, *profiles, **about):
    known = [{"row": x, "column": y} for x, y in profiles]
    scale = float(np.max(np.abs([row, column])))
    return Known(NormalForm.from_bimatrix(row, column), known, scale=scale, **about)


def prisoners_dilemma():
    """Defection dominates; from (C, C) either gains 5 - 3, from (C, D) the one who cooperates 1."""
    return two(
        [[3, 0], [5, 1]],
        [[3, 5], [0, 1]],
        ([0, 1], [0, 1]),
        wrong=[
            ({"row": [1, 0], "column": [1, 0]}, 2.0),
            ({"row": [1, 0], "column": [0, 1]}, 1.0),
            ({"row": [0.5, 0.5], "column": [0, 1]}, 0.5),
        ],
    )


def chicken():
    """Two in which one yields; and both dare with 1/3: 2 x + 6 (1 - x) = 7 (1 - x) at x = 1/3."""
    return two(
        *CHICKEN,
        ([1, 0], [0, 1]),
        ([0, 1], [1, 0]),
        ([1 / 3, 2 / 3], [1 / 3, 2 / 3]),
        wrong=[({"row": [1, 0], "column": [1, 0]}, 2.0), ({"row": [0, 1], "column": [0, 1]}, 1.0)],
    )


def matching_pennies():
    """None in pure strategies; only equal chances leave the other indifferent."""
    return two(*PENNIES, ([0.5, 0.5], [0.5, 0.5]))


def rock_paper_scissors():
    """Only equal chances of all three."""
    return two(*ROCK_PAPER_SCISSORS, ([1 / 3] * 3, [1 / 3] * 3))


def a_game_that_support_enumeration_of_a_peer_loses():
    """Row mixes 1 and 3, column 1 and 3: 4 x + 8 y = 5 x at x = 8 y; 7 p + 2 q = 4 q at 7 p = 2 q.

    The second row pays 3 p + q < 4 q, the second column 3 x + 2 y < 5 x. That there is no other
    equilibrium was checked with all supports.
    """
    return two(*TRAP, ([8 / 9, 0, 1 / 9], [2 / 9, 0, 7 / 9]))


def three_by_two():
    """The example of chapter 3: one pure equilibrium and two mixed ones."""
    return two(
        [[3, 3], [2, 5], [0, 6]],
        [[3, 2], [2, 6], [3, 1]],
        ([1, 0, 0], [1, 0]),
        ([4 / 5, 1 / 5, 0], [2 / 3, 1 / 3]),
        ([0, 1 / 3, 2 / 3], [1 / 3, 2 / 3]),
        source="nisan2007algorithmic",
    )


def pure_coordination_of_three():
    """Equal weights on any set of places, for both the same: 2^3 - 1."""
    sets = [s for s in itertools.product((0, 1), repeat=3) if any(s)]
    profiles = [(np.array(s) / sum(s), np.array(s) / sum(s)) for s in sets]
    return two(np.eye(3), np.eye(3), *profiles)


def one_side_indifferent():
    """Row is indifferent; column matches row's likelier action, and does as it likes at 1/2.

    The equilibria are three segments; their ends are the extreme ones. One within is listed too.
    """
    return two(
        [[1, 1], [1, 1]],
        [[1, 0], [0, 1]],
        ([1, 0], [1, 0]),
        ([0, 1], [0, 1]),
        ([0.5, 0.5], [1, 0]),
        ([0.5, 0.5], [0, 1]),
        ([0.75, 0.25], [1, 0]),
        doubtful={"nashpy_vertex", "logit_limit"},
        is_isolated=False,
        wrong=[({"row": [0.25, 0.75], "column": [1, 0]}, 0.5)],
    )


def an_action_worse_by_almost_nothing():
    """The third row is worse than the first by 2^-26, more than rounding and less than clear.

    It is strictly dominated, as are the fourth and the fifth, so there are the three equilibria of
    pure coordination; who calculates with rounding cannot tell, and must not claim to.
    """
    hair = 2.0**-26
    return two(
        [[1, 0], [0, 1], [1 - hair, -hair], [-1, -1], [-1, -1]],
        [[1, 0], [0, 1], [1, 0], [0, 0], [0, 0]],
        ([1, 0, 0, 0, 0], [1, 0]),
        ([0, 1, 0, 0, 0], [0, 1]),
        ([0.5, 0.5, 0, 0, 0], [0.5, 0.5]),
        doubtful={"bimatrix", "nashpy_vertex"},
        is_isolated=False,
        wrong=[({"row": [0, 0, 1, 0, 0], "column": [1, 0]}, hair)],
    )


def drawn(seed, shape, high, **about):
    """Return a game of whole numbers with the extreme equilibria that trying all vertices finds."""
    row, column = np.random.default_rng(seed).integers(0, high, size=(2, *shape))
    known = extreme_equilibria(row.tolist(), column.tolist())
    profiles = [tuple(np.array(mix, dtype=float) for mix in pair) for pair in sorted(known)]
    return two(row, column, *profiles, **about)


def drawn_without_ties():
    """Seven equilibria of four by four actions, by all sets of tight constraints in fractions."""
    return drawn(0, (4, 4), 100)


def drawn_with_five_actions_against_two():
    """Three equilibria, by all sets of tight constraints in fractions; row has more actions."""
    return drawn(1, (5, 2), 100)


def drawn_with_ties():
    """Of a continuum the extreme equilibria, by all sets of tight constraints in fractions."""
    return drawn(6, (3, 3), 3, doubtful={"nashpy_vertex", "logit_limit"}, is_isolated=False)


def one_player_without_a_choice():
    """The other takes the second of its three actions, worth 2; from the first it gains 1."""
    return two([[0, 1, 5]], [[1, 2, 0]], ([1], [0, 1, 0]),
               wrong=[({"row": [1], "column": [1, 0, 0]}, 1.0)])  # fmt: skip


def hide_and_seek_for_a_million():
    """Pure conflict, worth a million: equal odds of four places on either side.

    Where only one place is searched, hiding elsewhere saves a quarter of a million.
    """
    quarter = [0.25] * 4
    return two(1e6 * np.eye(4), -1e6 * np.eye(4), (quarter, quarter), doubtful={"nashpy_vertex"},
               wrong=[({"row": [1, 0, 0, 0], "column": quarter}, 0.25e6)])  # fmt: skip


def meeting_at_one_of_five_places():
    """Equal weights on any set of places, for both the same: 2^5 - 1."""
    sets = [s for s in itertools.product((0, 1), repeat=5) if any(s)]
    profiles = [(np.array(s) / sum(s), np.array(s) / sum(s)) for s in sets]
    return two(np.eye(5), np.eye(5), *profiles)


def volunteers_dilemma_of_three():
    """A good worth 1 that anyone can provide at a cost of 1/4.

    Who acts surely makes all others stay out. Otherwise who mixes finds the chance that nobody
    else acts to be 1/4: two mix with 3/4 (the third then acts for nobody: 1/16 < 1/4), three with
    1/2.
    """
    acts = np.array(list(itertools.product((1, 0), repeat=3)), dtype=float).reshape(2, 2, 2, 3)
    table = np.moveaxis(acts.max(axis=-1, keepdims=True) - acts / 4, -1, 0)
    singles = list(np.eye(3))
    pairs = [0.75 * (1 - lone) for lone in np.eye(3)]
    everyone = [np.full(3, 0.5)]
    known = [
        {name: [p, 1 - p] for name, p in zip("ABC", chances, strict=True)}
        for chances in singles + pairs + everyone
    ]
    nobody = {name: [0, 1] for name in "ABC"}
    return Known(NormalForm(table, ("A", "B", "C")), known, wrong=[(nobody, 0.75)])
