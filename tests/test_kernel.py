"""Compiled kernels are those of the sources as they are, whoever compiled them and when."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from collsec import kernel

CALLEE = """
from collsec.kernel import part

ADDED = {added}

@part
def twice(x):
    if x < 0:
        raise ValueError("less than nothing")
    return {factor} * x
"""

KERNELS = """
import numpy as np
from collsec.callee import ADDED, twice
from collsec.kernel import gufunc, kernel

@kernel("float64(float64)")
def scalar(x):
    return twice(x) + ADDED

@gufunc("void(float64[:], float64[:])", "(n)->(n)")
def vector(x, y):
    for i in range(x.size):
        y[i] = twice(x[i]) + ADDED
"""

RUN = """
import sys, numpy as np, numba
from numba.core.event import install_recorder
for _ in range(int(sys.argv[1])):  # so that numba's counter of functions stands elsewhere
    numba.njit(lambda x: x)(1)
from collsec import kernels
try:
    kernels.vector(np.array([-1.0, 2.0]))
except ValueError as error:
    assert str(error) == "less than nothing"
    with install_recorder("numba:compile") as compiled:
        found = kernels.scalar(10.0)
    print(found, *kernels.vector(np.array([1.0, 2.0])), int(not compiled.buffer))
"""


@pytest.fixture
def package(tmp_path):
    """A package with this one's way to compile and two kernels, and its cache beside it."""
    folder = tmp_path / "src" / "collsec"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    shutil.copy(kernel.__file__, folder)
    (folder / "callee.py").write_text(CALLEE.format(factor=2, added=0))
    (folder / "kernels.py").write_text(KERNELS)
    return folder


def start(package, shift=0, program=RUN, **settings):
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    kept["PYTHONDONTWRITEBYTECODE"] = "1"  # Python itself misses an edit within a second
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(shift)],
        env={**kept, "PYTHONPATH": str(package.parent), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process):
    out, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    return [float(word) for word in out.split()]


def run(package, shift=0, **settings):
    return output(start(package, shift, **settings))


def test_what_one_process_compiled_another_loads(package):
    assert run(package) == [20, 2, 4, 0]
    assert run(package, shift=3) == [20, 2, 4, 1]
    assert sorted(
        path.name.rpartition("-")[0] for path in (package / "__pycache__").glob("*-*")
    ) == [
        "collsec.kernels.scalar",
        "collsec.kernels.vector",
    ]


def test_a_kernel_is_not_compiled_before_it_is_called(package):
    assert output(start(package, program="import collsec.kernels")) == []
    assert not (package / "__pycache__").exists()


def test_an_edit_of_a_function_or_a_constant_in_another_file_is_seen(package):
    assert run(package) == [20, 2, 4, 0]
    (package / "callee.py").write_text(CALLEE.format(factor=3, added=0))
    assert run(package) == [30, 3, 6, 0]
    (package / "callee.py").write_text(CALLEE.format(factor=3, added=5))
    assert run(package) == [35, 8, 11, 0]
    (package / "callee.py").write_text(CALLEE.format(factor=2, added=0))
    assert run(package) == [20, 2, 4, 1]


def test_processes_that_compile_at_the_same_time_leave_one_whole_copy(package):
    processes = [start(package, shift) for shift in range(5)]
    assert [output(process)[:3] for process in processes] == [[20, 2, 4]] * 5
    left = [path for path in (package / "__pycache__").iterdir() if path.is_dir()]
    assert len(left) == 2
    assert run(package, shift=7) == [20, 2, 4, 1]


def test_a_source_that_changes_while_a_process_runs_is_not_mixed_with_what_it_loaded(package):
    late = "import os, time; os.utime({path!r}, (time.time() + 9, time.time() + 9))\n"
    kernels = package / "kernels.py"
    text = kernels.read_text()
    kernels.write_text(late.format(path=str(package / "callee.py")) + text)
    assert run(package) == [20, 2, 4, 0]
    assert not list((package / "__pycache__").glob("collsec.*"))


def test_a_package_that_may_not_be_written_to_keeps_its_kernels_in_the_home_folder(
    package, tmp_path
):
    (package / "__pycache__").write_text("no folder")
    assert run(package, HOME=str(tmp_path)) == [20, 2, 4, 0]
    assert run(package, HOME=str(tmp_path)) == [20, 2, 4, 1]
    assert len(list((tmp_path / ".cache" / "collsec").iterdir())) == 2


def test_numbas_own_folder_is_used_where_it_is_named(package, tmp_path):
    assert run(package, NUMBA_CACHE_DIR=str(tmp_path / "cache")) == [20, 2, 4, 0]
    assert run(package, NUMBA_CACHE_DIR=str(tmp_path / "cache")) == [20, 2, 4, 1]


def test_sources_are_those_of_all_modules_imported_directly_or_not():
    found = kernel._sources(Path(kernel.__file__).parent / "forms" / "_two_players.py")
    names = {path.name for path in found}
    assert {"_two_players.py", "kernel.py", "parameters.py"} <= names
    assert "normal.py" not in names


def test_work_is_spread_in_order_over_several_threads_and_errors_come_through(monkeypatch):
    monkeypatch.setattr(kernel.config, "NUMBA_NUM_THREADS", 2)
    together = threading.Barrier(2, timeout=10)

    def work(start, stop):
        together.wait()
        return range(start, stop)

    assert kernel.spread(work, 10, 5) == [range(5), range(5, 10)]
    assert kernel.spread(lambda *bounds: bounds, 10, 4) == [(0, 4), (4, 8), (8, 10)]
    assert kernel.spread(lambda *bounds: bounds, 0, 4) == []
    with pytest.raises(ZeroDivisionError):
        kernel.spread(lambda start, stop: 1 // start, 10, 5)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_no_part_is_begun_after_an_error(monkeypatch, n_threads):
    monkeypatch.setattr(kernel.config, "NUMBA_NUM_THREADS", n_threads)
    together, begun = threading.Barrier(n_threads, timeout=10), []

    def work(start, _):
        begun.append(start)
        together.wait()
        raise ValueError(start)

    with pytest.raises(ValueError, match=r"^[01]$"):
        kernel.spread(work, 100, 1)
    assert sorted(begun) == list(range(n_threads))


def test_a_ufunc_broadcasts_over_its_batch_as_numpys_own_whatever_the_threads(monkeypatch):
    def add(x, weights, scale, total, double):
        total[0] = x[0] * scale
        double[:] = 2 * x * weights.sum()

    signature = "void(float64[:], float64[:], float64, float64[:], float64[:])"
    summed = kernel.gufunc(signature, "(n),(m),()->(),(n)")(add)
    rng = np.random.default_rng(1)
    x, weights, scale = (
        rng.normal(size=(3, 1, 4)),
        rng.normal(size=(50, 2)),
        rng.normal(size=(3, 1)),
    )
    expected = x[..., 0] * scale + np.zeros(50), 2 * x * weights.sum(axis=-1)[:, None]
    for n_threads in (1, 2, 7):
        monkeypatch.setattr(kernel.config, "NUMBA_NUM_THREADS", n_threads)
        found = summed(x, weights, scale)
        assert [part.shape for part in found] == [(3, 50), (3, 50, 4)]
        for part, values in zip(found, expected, strict=True):
            assert part == pytest.approx(values, abs=1e-14)
    assert [part.shape for part in summed(x[0, 0], weights[0], 2.0)] == [(), (4,)]


def test_what_numpy_ignores_for_the_caller_it_ignores_in_the_threads(monkeypatch):
    monkeypatch.setattr(kernel.config, "NUMBA_NUM_THREADS", 2)
    with np.errstate(invalid="ignore"):
        assert len(kernel.spread(lambda *_: np.array(np.inf) - np.inf, 10, 5)) == 2


def test_what_numba_has_no_more_is_not_replaced():
    class Numba:
        """Has no step by that name."""

    with kernel._replaced(Numba, "step", lambda usual: usual):
        assert not hasattr(Numba, "step")
    assert not hasattr(Numba, "step")


def test_parts_are_compiled_as_any_function_where_numba_lacks_a_step(monkeypatch):
    monkeypatch.delattr(kernel.JITCPUCodegen, "set_env")
    usual = kernel.CPUCodeLibrary._finalize_final_module
    with kernel._parts_only_linked({"part"}):
        assert kernel.CPUCodeLibrary._finalize_final_module is usual
