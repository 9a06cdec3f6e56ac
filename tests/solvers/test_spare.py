"""Memory is used again only when nobody holds any part of it."""

import numpy as np

from collsec.solvers._spare import blank

SHAPE = (1 << 17, 2)


def test_answers_that_are_held_never_share_memory():
    held = [blank(SHAPE, float) for _ in range(4)]
    for k, array in enumerate(held):
        array[...] = k
    assert [float(array.min()) for array in held] == [0.0, 1.0, 2.0, 3.0]
    assert not any(np.shares_memory(a, b) for a in held for b in held if a is not b)


def test_a_part_of_an_answer_keeps_its_memory_and_what_is_dropped_is_used_again():
    whole = blank(SHAPE, float)
    whole[...] = 7.0
    place = whole.__array_interface__["data"][0]
    part = whole[5:6]
    del whole
    other = blank(SHAPE, float)
    other[...] = 8.0
    assert part.tolist() == [[7.0, 7.0]]
    assert other.__array_interface__["data"][0] != place
    del part, other
    again = [blank(SHAPE, float) for _ in range(8)]
    assert place in {array.__array_interface__["data"][0] for array in again}


def test_small_arrays_come_from_numpy():
    array = blank((3, 2), int)
    assert array.base is None
    assert array.shape == (3, 2)
