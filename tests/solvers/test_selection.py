import numpy as np
import pytest

from collsec.equilibrium import FromCentroid, Most, Selection
from collsec.forms.normal import NormalForm
from collsec.parameters import ParameterError
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.multilateral import multilateral
from collsec.solvers.selection import BestFor, PayoffDominance, RiskDominance, WorstFor


def stag_hunt(hare):
    """Return a hunt: a stag is worth 10 to both, alone nothing; a hare is worth `hare` for sure."""
    hare = np.asarray(hare, dtype=float)
    row = np.stack([np.stack([hare, hare], -1), np.stack([0 * hare, 0 * hare + 10], -1)], -2)
    return NormalForm.from_bimatrix(row, np.swapaxes(row, -1, -2))


def hunted(form, rule):
    """Return who hunts the stag in the equilibrium chosen; NaN where none is."""
    found = bimatrix(form)
    place = found.select(rule)
    chance = np.take_along_axis(
        found.strategies["row"][..., 1], np.maximum(place, 0)[..., None], axis=-1
    )
    return np.where(place < 0, np.nan, chance[..., 0])


def test_risk_and_payoff_dominance_part_where_a_hare_is_worth_half_a_stag():
    hare = np.array([2.0, 4.9, 5.0, 5.1, 8.0])
    np.testing.assert_array_equal(
        hunted(stag_hunt(hare), RiskDominance()), [1.0, 1.0, np.nan, 0.0, 0.0]
    )
    np.testing.assert_array_equal(hunted(stag_hunt(hare), PayoffDominance()), 1.0)


def test_only_what_matters_to_best_replies_matters_to_risk_dominance():
    rng = np.random.default_rng(0)
    form = stag_hunt(np.array([2.0, 4.0, 6.0, 9.0]))
    expected = hunted(form, RiskDominance())
    table = form.table.copy()
    table[:, 0] += rng.normal(size=(4, 1, 2)) * 20
    table[:, 1] += rng.normal(size=(4, 2, 1)) * 20
    table[:, 0] *= 3
    table[:, 1] *= 0.2
    moved = NormalForm(table, form.players)
    np.testing.assert_array_equal(hunted(moved, RiskDominance()), expected)


def test_the_product_rule_weighs_both_players_losses():
    row, column = np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    found = bimatrix(NormalForm.from_bimatrix(row, column))
    place = found.select(RiskDominance())
    assert found.payoffs[place].tolist() == [2.0, 2.0]  # 2 x 2 > 3 x 1


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_no_unit_of_payoffs_makes_products_of_losses_tied(unit):
    row, column = unit * np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    found = bimatrix(NormalForm.from_bimatrix(row, column))
    assert found.payoffs[found.select(RiskDominance())].tolist() == [2 * unit, 2.0]
    even = bimatrix(NormalForm.from_bimatrix(unit * np.eye(2), np.eye(2) * (1 + 1e-12)))
    assert even.select(RiskDominance()) == -1


def test_an_equilibrium_that_one_player_likes_no_better_does_not_dominate():
    """Row gains by the first, column by neither."""
    row, column = [[3.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 2.0]]
    found = bimatrix(NormalForm.from_bimatrix(row, column))
    assert found.select(PayoffDominance()) == -1
    assert found.select(BestFor("row")) == 0


def coordination(threshold):
    """Return three players who gain 1 by acting if both others act, and risk `threshold` each."""
    a, b, c = np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij")
    acts = (a, b, c)
    table = [own * (a * b * c - threshold) for own in acts]
    return NormalForm(np.stack(table).astype(float), ("A", "B", "C"))


@pytest.mark.parametrize(("cost", "act"), [(0.2, 1.0), (0.3, 0.0)])
def test_three_players_coordinate_on_what_pays_against_even_odds(cost, act):
    found = multilateral(coordination(cost))
    assert found.count == 2
    place = found.select(RiskDominance())
    assert found.strategies["A"][place, 1] == act
    assert found.strategies["A"][found.select(PayoffDominance()), 1] == 1.0


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_payoff_dominance_does_not_depend_on_the_unit_of_one_player(unit):
    table = np.array(stag_hunt(np.array(4.0)).table)
    table[0] *= unit
    form = NormalForm(table, ("row", "column"))
    assert hunted(form, PayoffDominance()) == 1.0


def test_symmetry_leaves_risk_dominance_undecided():
    form = NormalForm.from_bimatrix(np.eye(3), np.eye(3))
    assert bimatrix(form).select(RiskDominance()) == -1
    pairs = bimatrix(NormalForm.from_bimatrix([[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]]))
    assert pairs.select(RiskDominance()) == -1
    assert pairs.select(PayoffDominance()) == -1


def test_each_player_has_its_best_and_its_worst():
    found = bimatrix(NormalForm.from_bimatrix([[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]]))
    for player, place in (("row", 0), ("column", 1)):
        assert found.payoffs[found.select(BestFor(player)), place] == 2.0
        assert found.payoffs[found.select(WorstFor(player)), place] == pytest.approx(2 / 3)
    even = bimatrix(NormalForm.from_bimatrix(np.eye(2), np.eye(2)))
    assert even.select(BestFor("row")) == -1
    assert even.select(WorstFor("row")) >= 0
    with pytest.raises(ParameterError, match="must be one of"):
        found.select(BestFor("nobody"))


def test_the_lever_chooses_as_the_rules_do():
    rng = np.random.default_rng(6)
    found = bimatrix(NormalForm(rng.normal(size=(50, 2, 3, 3)), ("row", "column")))
    merit = found.payoffs[..., 0]
    rules = {
        Selection.WORST: Most(-merit), Selection.BEST: Most(merit),
        Selection.RISK_DOMINANT: FromCentroid(),
    }  # fmt: skip
    for code, rule in rules.items():
        place = found.select(rule)
        known = place >= 0
        np.testing.assert_array_equal(found.choose(code, merit)[known], place[known])
    assert (found.select(Most(merit)) >= 0).all()


def test_a_sweep_chooses_as_its_single_games():
    rng = np.random.default_rng(8)
    form = NormalForm(rng.normal(size=(30, 3, 2, 2, 2)), ("A", "B", "C"))
    whole = multilateral(form).select(RiskDominance())
    for place in range(30):
        alone = multilateral(NormalForm(form.table[place], form.players))
        assert alone.select(RiskDominance()) == whole[place]
