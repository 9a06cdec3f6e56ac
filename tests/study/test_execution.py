"""Execution: the same bits for any block size and worker, and a run that was broken off goes on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import collsec.solvers
from collsec.assumptions import INSTITUTIONALIST, REALIST
from collsec.games.burden.private_provision import PrivateProvision
from collsec.parameters import ParameterError
from collsec.study.block import Store
from collsec.study.compare import compare
from collsec.study.execution import Execution
from tests.study.skirmish import Skirmish, solve

BOTH = (REALIST, INSTITUTIONALIST)
PROVISION = PrivateProvision(income=[120.0, 100.0, 80.0, 40.0, 10.0])
TASTES = {"taste": np.linspace(0.05, 0.95, 37), "levers.relative_gains": [0.0, 0.3]}


def provision(**execution):
    return compare(PROVISION, BOTH, sweep=TASTES, execution=Execution(**execution))


def same_bits(one, other):
    return one.identical(other) and all(
        one[name].values.tobytes() == other[name].values.tobytes()
        for name in one.variables
        if one[name].dtype != object
    )


@pytest.mark.parametrize("block_size", [1, 7, 74])
def test_results_do_not_depend_on_the_block_size(block_size):
    assert same_bits(provision(), provision(block_size=block_size))


@pytest.mark.parametrize("store", list(Store))
@pytest.mark.parametrize("block_size", [1, 3])
def test_padding_does_not_depend_on_the_block_size(known, store, block_size):
    def skirmish(execution):
        sweep = {"strength": np.linspace(1, 10, 10), "rounds": [1, 2]}
        return compare(Skirmish(), BOTH, sweep=sweep, equilibria=store, execution=execution)

    assert same_bits(skirmish(Execution()), skirmish(Execution(block_size=block_size)))


def test_results_do_not_depend_on_the_number_of_workers():
    assert same_bits(provision(), provision(workers=2, block_size=20))


def test_any_executor_serves():
    with ThreadPoolExecutor(2) as pool:
        assert same_bits(provision(), provision(executor=pool, block_size=9))
        assert pool.submit(int).result() == 0


def test_progress_counts_games_up_to_all(known):
    seen = []
    execution = Execution(block_size=2, progress=lambda done, total: seen.append((done, total)))
    compare(Skirmish(), BOTH, sweep={"strength": [1.0, 2.0, 3.0]}, execution=execution)
    assert seen == [(0, 6), (2, 6), (3, 6), (5, 6), (6, 6)]


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_run_goes_on_with_the_blocks_that_are_missing(
    known, monkeypatch, tmp_path, stop
):
    calls = []

    def stumbling(form):
        calls.append(form.batch_shape)
        if len(calls) == 4:
            raise stop
        return solve(form)

    execution = Execution(block_size=2, scratch=tmp_path / "scratch")
    sweep = {"strength": np.linspace(1, 3, 5)}
    monkeypatch.setattr(collsec.solvers, "solve", stumbling)
    with pytest.raises(stop):
        compare(Skirmish(), BOTH, sweep=sweep, execution=execution)
    assert len(list((tmp_path / "scratch").rglob("*.npz"))) == 3
    resumed = compare(Skirmish(), BOTH, sweep=sweep, execution=execution)
    assert len(calls) == 4 + 3
    whole = compare(Skirmish(), BOTH, sweep=sweep)
    assert same_bits(resumed, whole)


def test_a_damaged_block_is_solved_again(known, tmp_path):
    execution = Execution(block_size=2, scratch=tmp_path)
    sweep = {"strength": np.linspace(1, 3, 5)}
    whole = compare(Skirmish(), BOTH, sweep=sweep, execution=execution)
    first, second, third, *_ = sorted(tmp_path.rglob("*.npz"))
    first.write_bytes(first.read_bytes()[:40])
    second.write_bytes(b"")
    third.write_bytes(b"PK and no more")
    assert same_bits(whole, compare(Skirmish(), BOTH, sweep=sweep, execution=execution))


def test_blocks_of_another_game_are_not_taken_for_this_one(known, tmp_path):
    execution = Execution(scratch=tmp_path)
    one = compare(Skirmish(), BOTH, execution=execution)
    other = compare(Skirmish(strength=2.0), BOTH, execution=execution)
    assert (one.hold != other.hold).all()


def test_no_worker_and_no_point_are_refused():
    with pytest.raises(ParameterError, match="execution: workers = 0: must be at least 1; leave"):
        replace(Execution(), workers=0)
