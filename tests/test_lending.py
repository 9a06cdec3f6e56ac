"""Parts that borrow read what they are lent, count nothing, and hand nothing to those who do."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import njit
from numba.core.errors import NumbaError
from numba.core.runtime import _nrt_python, rtsys

from collsec import lending
from collsec.kernel import part
from collsec.lending import borrowing, lent

ROOT = Path(__file__).resolve().parents[1]
LATER = """
from collsec import kernel
kernel.COUNTS = False  # as in a numba that has no such option
from numba.core.runtime import _nrt_python, rtsys
from tests.test_lending import lending, use
assert not lending._LENDS
marks, weighed = use(3)
print(*marks, weighed)
_nrt_python.memsys_enable_stats()
before = rtsys.get_allocation_stats()
for n in range(1, 50):
    use(n)
after = rtsys.get_allocation_stats()
print(after.alloc - before.alloc - after.free + before.free)
"""
"""A program in which numba lacks a private thing that lending rests on."""


class Inner(NamedTuple):
    rows: Any
    factor: Any

    @staticmethod
    @borrowing
    def weigh(inner, k):
        return inner.factor * inner.rows[1, k]


class Other(NamedTuple):
    rows: Any

    @staticmethod
    @borrowing
    def weigh(other, k):
        return -other.rows[0, k]


class Outer(NamedTuple):
    inner: Any
    marks: Any


@borrowing
def weigh(given, k):
    return given.weigh(given, k)


@borrowing
def mark(outer, k):
    outer.marks[k] = weigh(outer.inner, k)


@borrowing
def mark_all(given):
    outer = lent(given)
    for k in range(outer.marks.size):
        mark(outer, k)


@borrowing
def row(inner, k):
    return Other(inner.rows[k : k + 1])


@borrowing
def weigh_row(given, k):
    return weigh(lent(row(lent(given), k)), 0)


@njit
def use(n):
    inner = Inner(np.arange(2.0 * n).reshape(2, n), 10.0)
    outer = Outer(inner, np.zeros(n))
    mark_all(outer)
    return outer.marks, weigh_row(inner, 1)


def test_members_of_what_is_lent_are_read_and_written_where_they_lie():
    marks, weighed = use(3)
    assert list(marks) == [30.0, 40.0, 50.0]
    assert weighed == -3.0


@pytest.fixture
def _counted():
    _nrt_python.memsys_enable_stats()
    yield
    _nrt_python.memsys_disable_stats()


@pytest.mark.usefixtures("_counted")
def test_what_a_kernel_made_and_lent_is_freed_once():
    use(3)
    before = rtsys.get_allocation_stats()
    for n in range(1, 50):
        use(n)
    after = rtsys.get_allocation_stats()
    assert after.alloc - before.alloc >= 98
    assert after.alloc - before.alloc == after.free - before.free


def test_who_counts_references_is_given_no_arrays_by_who_does_not():
    @part
    def counting(inner):
        return row(inner, 0).rows[0, 0]

    @njit
    def call(rows):
        return counting(Inner(rows, 1.0))

    with pytest.raises(NumbaError, match="row returns arrays, to borrowing parts alone"):
        call(np.ones((2, 2)))


def test_who_counts_references_cannot_lend():
    @njit
    def call(rows):
        return weigh(lent(Inner(rows, 1.0)), 0)

    with pytest.raises(NumbaError, match="only a borrowing part may lend"):
        call(np.ones((2, 2)))


def test_a_reference_does_not_outlive_its_lender():
    @borrowing
    def leave(rows):
        return lent(Inner(rows, 1.0))

    @borrowing
    def take(rows):
        return weigh(leave(rows), 0)

    @njit
    def call(rows):
        return take(rows)

    with pytest.raises(NumbaError, match="what is lent cannot be returned"):
        call(np.ones((2, 2)))


@pytest.mark.usefixtures("_counted")
def test_what_a_part_makes_for_a_borrower_is_made_and_freed():
    """Also where nobody else has called the part, or made such an array, before."""

    @part
    def count_up(n):
        made = np.arange(n * np.int16(2), dtype=np.float32)
        return made.sum()

    @borrowing
    def through(rows):
        return count_up(np.int16(rows.size))

    @njit
    def call(rows):
        return through(rows)

    assert call(np.ones(3)) == 15.0
    before = rtsys.get_allocation_stats()
    for _ in range(50):
        call(np.ones(3))
    after = rtsys.get_allocation_stats()
    assert after.alloc - before.alloc == after.free - before.free >= 50


def test_where_numba_lacks_what_lending_rests_on_tuples_are_handed_on_as_they_are(tmp_path):
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", "-c", LATER],
        env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stderr, done.stdout.splitlines()) == ("", ["30.0 40.0 50.0 -3.0", "0"])


def test_what_numba_has_no_more_is_known_to_be_missing():
    assert lending._inside("typed_passes", "NativeLowering", "NoSuchStep")[1] is None
    assert lending._inside("no_such_module", "One", "Two") == [None, None]
    assert lending._LENDS
