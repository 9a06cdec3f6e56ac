"""A project of its own for every test, in which the skirmish is a game."""

import pytest

import collsec.solvers
from collsec.games import catalogue
from tests.study import skirmish

CONFIG = """\
title = "Strength"
question = "Does strength decide?"
game = "skirmish"
seed = 7
assumptions = ["realist", "institutionalist"]

[parameters]
waves = 2

[sweep.strength]
linspace = [0.5, 3.0, 6]

[sweep."levers.monitoring"]
values = [0.0, 0.5, 1.0]
"""


@pytest.fixture
def known(monkeypatch):
    """Make the skirmish a game, and solve it by hand."""
    modules = {"skirmish": skirmish.__name__, **catalogue._modules()}
    monkeypatch.setattr(catalogue, "_modules", lambda: modules)
    monkeypatch.setattr(collsec.solvers, "solve", skirmish.solve, raising=False)


@pytest.fixture
def project(tmp_path, monkeypatch, known):
    """Return a project folder with one experiment, as the working directory."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "collsec"\n')
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "strength.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path
