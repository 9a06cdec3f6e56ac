"""Every game can be studied: swept, compared, and cut into blocks without a change of any bit."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, REALIST
from collsec.games import catalogue
from collsec.parameters import Kind
from collsec.study.compare import compare
from collsec.study.execution import Execution
from collsec.study.sweep import Axis, Sweep

LEVERS = {"levers.relative_gains": [0.0, 0.2, 0.4], "levers.side_payments": [0.0, 0.3]}
PLEDGE = "levers.pledge_cost"
FACTORS = np.array([0.1, 0.4, 1.0, 2.0, 5.0])


def numbers(kind):
    """Return values far around the default of every number of a game, as far as it takes them."""
    found = {}
    for item in kind.parameters.values():
        if item.kind is Kind.REAL:
            values = FACTORS * float(np.asarray(item.default))
            inside = (values > item.low) & (values < item.high)
            found[item.name] = np.where(inside, values, float(np.asarray(item.default)))
    return found


def sweeps(kind):
    """Yield sweeps that move all numbers together with two levers, and one number with a lever."""
    levers = [Axis(key, {key: np.array(values)}) for key, values in LEVERS.items()]
    columns = numbers(kind)
    yield Sweep((*([Axis("numbers", columns)] if columns else []), *levers))
    for name, values in columns.items():
        yield Sweep((Axis(name, {name: values}), Axis(PLEDGE, {PLEDGE: np.array([0.0, 0.7])})))


@pytest.mark.parametrize("name", catalogue.names())
def test_every_game_is_compared_with_labels_and_units(name):
    kind = catalogue.find(name)
    dataset = compare(kind(), (REALIST, INSTITUTIONALIST), sweep=LEVERS)
    assert dataset.attrs["uncertified"] == 0
    assert (dataset["count"] >= 1).all()
    assert np.nanmax(dataset.regret) <= dataset.regret.attrs["tolerance"]
    for item in kind.observables:
        assert dataset[item.name].attrs["units"] == item.unit
    for variable in dataset.variables.values():
        assert {"units", "long_name"} <= variable.attrs.keys()


@pytest.mark.parametrize("name", catalogue.names())
def test_no_result_depends_on_the_block_in_which_it_is_solved(name):
    kind, sets = catalogue.find(name), (REALIST, INSTITUTIONALIST)
    differing = set()
    for sweep in sweeps(kind):
        whole = compare(kind(), sets, sweep=sweep)
        parts = compare(kind(), sets, sweep=sweep, execution=Execution(block_size=3))
        differing |= {
            variable
            for variable in whole.data_vars
            if whole[variable].values.tobytes() != parts[variable].values.tobytes()
        }
    assert differing == set()
