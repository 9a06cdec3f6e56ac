"""Every game can be studied: swept, compared, and cut into blocks without a change of any bit."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, REALIST
from collsec.games import catalogue
from collsec.parameters import Kind, ParameterError
from collsec.study.compare import compare
from collsec.study.execution import Execution
from collsec.study.sweep import Axis, Sweep

LEVERS = {"levers.relative_gains": [0.0, 0.2, 0.4], "levers.side_payments": [0.0, 0.3]}
PLEDGE = "levers.pledge_cost"
FACTORS = np.array([0.1, 0.4, 1.0, 2.0, 5.0])


def is_accepted(kind, values):
    """Whether a game takes these values together."""
    try:
        kind(**values)
    except ParameterError:
        return False
    return True


def numbers(kind):
    """Return values far around the default of every number of a game, as far as it takes them."""
    found = {}
    for item in kind.parameters.values():
        if item.kind is Kind.REAL:
            base = float(getattr(kind(), item.name))
            found[item.name] = np.array(
                [
                    value if is_accepted(kind, {item.name: value}) else base
                    for value in FACTORS * base
                ]
            )
    return found


def together(kind, columns):
    """Return the columns with the defaults where a game does not take all values of a row."""
    base = {name: float(getattr(kind(), name)) for name in columns}
    rows = [{name: values[k] for name, values in columns.items()} for k in range(len(FACTORS))]
    rows = [row if is_accepted(kind, row) else base for row in rows]
    return {name: np.array([row[name] for row in rows]) for name in columns}


def sweeps(kind):
    """Yield sweeps that move all numbers together with two levers, and one number with a lever."""
    levers = [Axis(key, {key: np.array(values)}) for key, values in LEVERS.items()]
    columns = numbers(kind)
    joint = [Axis("numbers", together(kind, columns))] if columns else []
    yield Sweep((*joint, *levers))
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
