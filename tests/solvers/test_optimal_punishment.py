import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.solvers.optimal_punishment import (
    Commons,
    optimal_sustains,
    optimal_threshold,
    reversion_sustains,
    reversion_threshold,
    stick_threshold,
)


def largest_gain(stage, path, target, delta):
    """The most that one deviation gains from the target or along a path that starts over."""
    n, v = stage.n_members, stage.value
    levels = np.append(path, target)
    values = np.empty(len(levels))
    values[-1] = stage.payoff(target)
    for k in reversed(range(len(path))):
        values[k] = (1 - delta) * stage.payoff(path[k]) + delta * values[k + 1]
    tried = np.linspace(max(stage.lowest, -10.0), 10.0, 4001)
    gains = [
        ((1 - delta) * (v * ((n - 1) * level + tried) - tried**2 / 2).max() + delta * values[0])
        - value
        for level, value in zip(levels, values, strict=True)
    ]
    return max(gains)


def harshest_path(stage, target, delta):
    """The lowest contribution until one more of it would be too harsh, then one between."""
    worth, path = stage.alone(stage.lowest), []
    for _ in range(200):
        later = (worth - (1 - delta) * stage.payoff(stage.lowest)) / delta
        if later > stage.payoff(target):
            break
        path.append(stage.lowest)
        worth = later
    levels = np.linspace(stage.lowest, target, 200_001)
    reached = (1 - delta) * stage.payoff(levels) + delta * stage.payoff(target)
    return np.append(path, levels[np.argmin(np.abs(reached - worth))])


@pytest.mark.parametrize("target", [5.0, 4.0, 3.5])
def test_the_harshest_path_without_destruction_holds_at_its_threshold_and_not_below(target):
    stage = Commons(5)
    threshold = float(optimal_threshold(stage, target))
    for delta, holds in ((threshold + 1e-3, True), (threshold - 1e-2, False)):
        path = harshest_path(stage, target, delta)
        gain = largest_gain(stage, path, target, delta)
        assert bool(gain < 1e-4) == holds


@pytest.mark.parametrize(("target", "stick"), [(5.0, 0.0), (5.0, -3.0), (3.0, -1.0), (2.0, 0.0)])
def test_a_stick_holds_at_its_threshold_and_not_below(target, stick):
    stage = Commons(5, lowest=-10.0)
    threshold = float(stick_threshold(stage, target, stick))
    assert largest_gain(stage, [stick], target, threshold) == pytest.approx(0.0, abs=1e-6)
    assert largest_gain(stage, [stick], target, threshold - 1e-3) > 1e-3


@given(st.integers(2, 50), st.floats(0.1, 3), st.floats(0.01, 0.95), st.floats(0, 1))
def test_what_is_sustained_has_the_patience_as_its_threshold(n, v, delta, floor):
    for stage in (Commons(n, v), Commons(n, v, -np.inf), Commons(n, v, floor * v)):
        for sustains, threshold in (
            (reversion_sustains, reversion_threshold),
            (optimal_sustains, optimal_threshold),
        ):
            given_ = sustains(stage, delta)
            least = threshold(stage, given_)
            if given_ < stage.efficient * (1 - 1e-12):
                assert least == pytest.approx(delta, abs=1e-9)
            else:
                assert least <= delta + 1e-12
        assert optimal_sustains(stage, delta) >= reversion_sustains(stage, delta) - 1e-12


def test_the_equilibrium_of_one_period_needs_no_threat():
    assert reversion_threshold(Commons(5), 1.0) == 0.0
    assert reversion_threshold(Commons(5), 20.0) == 1.0
