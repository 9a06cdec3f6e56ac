"""Sweeps: labelled axes, flattened to ranges of points, and back."""

import numpy as np
import pytest

from collsec.assumptions import REALIST
from collsec.parameters import ParameterError
from collsec.study.axes import axis, sample_axis
from collsec.study.block import Block, Plan, Store
from collsec.study.shape import AxisShape, SampleShape
from collsec.study.sweep import (
    LIMIT,
    Axis,
    Owner,
    Sweep,
    change,
    check_size,
    latin_hypercube,
    many,
    structures,
    sweep_over,
    target,
    targets,
)
from tests.study.skirmish import Skirmish

GRID = sweep_over({"strength": [1.0, 2.0, 3.0], "levers.monitoring": [0.0, 1.0]})


def test_the_last_axis_moves_fastest():
    values = many(GRID.axes, 0, 6)
    assert values["strength"].tolist() == [1, 1, 2, 2, 3, 3]
    assert values["levers.monitoring"].tolist() == [0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 5), (5, 6), (0, 6)])
def test_a_range_of_points_is_a_slice_of_all_points(low, high):
    everything, part = many(GRID.axes, 0, 6), many(GRID.axes, low, high)
    for key, values in part.items():
        assert values.tolist() == everything[key][low:high].tolist()


def test_numbers_make_a_batch_and_structure_is_looped_over():
    sweep = sweep_over(
        {"strength": [1.0], "rounds": [1, 2], "levers.selection": ["worst"], "waves": [1],
         "institution.recusal": [True, False]}
    )  # fmt: skip
    looped, batched = sweep.split(Skirmish)
    assert [item.name for item in looped] == ["rounds", "levers.selection", "institution.recusal"]
    assert [item.name for item in batched] == ["strength", "waves"]
    assert structures(looped) == [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1)]


def test_one_number_per_point_holds_for_every_member():
    swept = change(Skirmish(), Owner.GAME, {"cost": np.array([4.0, 5.0])})
    assert swept.cost.tolist() == [[4.0, 4.0, 4.0], [5.0, 5.0, 5.0]]
    alone = change(Skirmish(cost=2.0), Owner.GAME, {"cost": np.array([4.0, 5.0])})
    assert alone.cost.tolist() == [[4.0], [5.0]]


def test_a_block_changes_game_levers_and_institution():
    sweep = sweep_over(
        {"rounds": [1, 4], "strength": [1.0, 2.0], "levers.monitoring": [0.25, 0.75],
         "institution.leakage": [0.0, 0.5]}
    )  # fmt: skip
    plan = Plan(Skirmish(), (REALIST,), (None,), sweep, (), Store.PLAYED)
    block = Block(0, 0, (1,), 2, 7)
    game, levers = plan.game_at(block), plan.levers_at(block)
    assert game.rounds == 4
    assert game.strength.tolist() == [1, 1, 2, 2, 2]
    assert levers.monitoring.tolist() == [0.75, 0.75, 0.25, 0.25, 0.75]
    assert game.institution.leakage.tolist() == [0, 0.5, 0, 0.5, 0]
    assert game.institution.label == "un-charter"
    assert levers.relative_gains == REALIST.relative_gains


@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_blocks_cover_every_point_once(size):
    sweep = sweep_over({"strength": np.linspace(1, 2, 5), "waves": [1, 2, 3], "rounds": [1, 2]})
    plan = Plan(Skirmish(), (REALIST, REALIST), (None,), sweep, (), Store.PLAYED)
    seen = [
        (block.assumption, block.structure, point)
        for block in plan.blocks(size)
        for point in range(block.low, block.high)
    ]
    assert len(seen) == len(set(seen)) == plan.n_games == 60


def test_an_unknown_key_is_answered_with_the_nearest():
    with pytest.raises(
        ParameterError, match=r"levers\.monitorin.*did you mean 'levers\.monitoring'"
    ):
        target("levers.monitorin", Skirmish)


@pytest.mark.parametrize("value", [2.0, np.array(2.0), "best"])
def test_one_value_makes_no_axis(value):
    with pytest.raises(ParameterError, match=r"strength = .* must be a list of values; write \["):
        sweep_over({"strength": value})


def test_names_and_objects_cannot_be_swept():
    assert not {"members", "institution", "institution.name", "levers.name"} & set(
        targets(Skirmish)
    )


def test_a_key_is_swept_once():
    twice = Sweep((Axis("a", {"strength": np.ones(2)}), Axis("b", {"strength": np.ones(3)})))
    with pytest.raises(ParameterError, match="swept twice"):
        twice.check(Skirmish)


@pytest.mark.parametrize("columns", [{}, {"a": [1.0], "b": [1.0, 2.0]}])
def test_columns_of_an_axis_are_equally_long(columns):
    with pytest.raises(ParameterError, match="needs columns of one length"):
        Axis("a", {key: np.array(values) for key, values in columns.items()})


def test_lists_per_member_are_looped_over_and_each_is_checked():
    sweep = sweep_over({"cost": [[1.0, 2.0], [3.0, 4.0, 5.0]]})
    sweep.check(Skirmish)
    assert sweep.split(Skirmish)[0] == sweep.axes
    plan = Plan(Skirmish(members=[]), (REALIST,), (None,), sweep, (), Store.PLAYED)
    assert [plan.game_at(block).n_members for block in plan.blocks(10)] == [2, 3]
    with pytest.raises(ParameterError, match="cost"):
        sweep_over({"cost": [[1.0, 2.0], [3.0, -4.0]]}).check(Skirmish)
    with pytest.raises(ParameterError, match="strength"):
        sweep_over({"strength": [[1.0, 2.0]]}).check(Skirmish)


def test_the_limit_counts_games_and_names_what_to_reduce():
    check_size({"strength": LIMIT // 2, "assumptions": 2})
    with pytest.raises(ParameterError) as caught:
        check_size({"strength": LIMIT // 2 + 1, "assumptions": 2})
    assert caught.value.key == "strength"
    assert "5,000,002 games" in str(caught.value)
    assert "reduce strength to 2,500,000 points" in str(caught.value)


def test_even_steps_hold_both_ends():
    item = target("strength", Skirmish)
    linear = axis(AxisShape(linspace=[1.0, 3.0, 5.0]), item).columns["strength"]
    assert linear.tolist() == [1.0, 1.5, 2.0, 2.5, 3.0]
    powers = axis(AxisShape(logspace=[0.01, 1.0, 3.0]), item).columns["strength"]
    assert powers == pytest.approx([0.01, 0.1, 1.0], rel=1e-15)


def test_a_latin_hypercube_hits_every_slice_once():
    sample = latin_hypercube({"strength": (1.0, 3.0), "levers.monitoring": (0.0, 1.0)}, 50, seed=3)
    for key, (low, high) in {"strength": (1, 3), "levers.monitoring": (0, 1)}.items():
        slices = np.floor((sample.columns[key] - low) / (high - low) * 50)
        assert sorted(slices.tolist()) == list(range(50))


def test_a_latin_hypercube_is_drawn_with_its_seed():
    box = {"strength": (1.0, 3.0), "levers.monitoring": (0.0, 1.0)}
    one, same, other = (latin_hypercube(box, 20, seed=seed) for seed in (1, 1, 2))
    for key in box:
        assert one.columns[key].tolist() == same.columns[key].tolist()
        assert one.columns[key].tolist() != other.columns[key].tolist()


def test_sampled_whole_numbers_stay_whole_and_reach_both_ends():
    shape = SampleShape(n=60, ranges={"waves": [2.0, 4.0]})
    drawn = sample_axis(shape, targets(Skirmish), seed=1).columns["waves"]
    assert {float(value): int((drawn == value).sum()) for value in np.unique(drawn)} == {
        2.0: 20, 3.0: 20, 4.0: 20,
    }  # fmt: skip
