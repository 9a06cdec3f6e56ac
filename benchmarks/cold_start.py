"""The first answer of a new process: imports, compilation and one game, as a whole."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.timing import table

MATRICES = """
import numpy as np
from collsec.forms.normal import NormalForm
from collsec.solvers import solve
row, column = np.random.default_rng(1).normal(size=(2, {n}, {n}))
solve(NormalForm.from_bimatrix(row, column))
"""

TREE = """
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.solvers import solve
found = solve(UnilateralDeterrence().form().tree())
assert found.count > 1 and found.centroid >= 0
"""

MEDIATOR = """
import numpy as np
from collsec.forms.normal import NormalForm
from collsec.solvers.correlated import Utilitarian, correlated
correlated(NormalForm(np.random.default_rng(1).normal(size=(2, 3, 3)), ("A", "B")), Utilitarian())
"""

LOGIT = """
import numpy as np
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.solvers import solve
game = NormalForm(np.random.default_rng(1).normal(size=(3, 2, 3, 4)), ("A", "B", "C"))
solve(LogitForm(game, np.array([0.5, 8.0])))
"""

NOISE = """
import collsec
from collsec.solvers.noise_branch import noise_branch
noise_branch(collsec.Response(capability=[0.3, 0.2, 0.1]).form())
"""

FIRST = {
    "2x2 game": MATRICES.format(n=2),
    "3x3 game": MATRICES.format(n=3),
    "8x8 game": MATRICES.format(n=8),
    "provision point": "import collsec; collsec.solve(collsec.ProvisionPoint())",
    "response": "import collsec; collsec.solve(collsec.Response())",
    "response of three": "import collsec as c; c.solve(c.Response(capability=[0.3, 0.2, 0.1]))",
    "crisis": "import collsec; collsec.solve(collsec.Crisis())",
    "signalling tree and its centroid": TREE,
    "correlated equilibrium": MEDIATOR,
    "logit branch of three": LOGIT,
    "noise branch": NOISE,
    "escalation ladder": "import collsec; collsec.solve(collsec.EscalationLadder())",
}

TEXT = """## Cold start

Seconds from the start of a process to its end, which solves one game. Python's own caches are full.
"""

IMPORT, EMPTY, FULL = 0.5, 15.0, 1.0
"""Seconds due for `import collsec`, and for a first answer with nothing compiled and with all."""
ROUNDS = 3


def measure() -> str:
    """Return the table."""
    _seconds("import collsec")  # Python's own caches are made before anything counts
    lines = [["import collsec", "", *_cells(_best("import collsec"), IMPORT)]]
    for name, program in FIRST.items():
        with tempfile.TemporaryDirectory() as folder:
            empty = _seconds(program, NUMBA_CACHE_DIR=folder)
            full = _best(program, NUMBA_CACHE_DIR=folder)
        lines += [[name, "empty", *_cells(empty, EMPTY)], [name, "full", *_cells(full, FULL)]]
    answers = table(("what", "cache of compiled code", "seconds", "bar"), lines)
    return f"{TEXT}\n{answers}"


def _cells(seconds: float, due: float) -> tuple[str, str]:
    return f"{seconds:.2f}", f"{due:g}: {'met' if seconds <= due else 'missed'}"


def _best(program: str, **settings: str) -> float:
    return min(_seconds(program, **settings) for _ in range(ROUNDS))


def _seconds(program: str, **settings: str) -> float:
    """Return how long a Python process takes that runs the program."""
    start = time.perf_counter()
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, env={**os.environ, **settings})  # noqa: S603 - our own
    return time.perf_counter() - start
