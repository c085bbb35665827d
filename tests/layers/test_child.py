"""Work in a child: its answer, its errors, and what ends it."""

import math
import os
import sys
import time

import numpy as np
import pytest

from gis.coverage import certify
from gis.errors import CoverageError, InvalidLayerError
from layers.child import Bounds, run_bounded

WIDE = Bounds(60.0, 2**30)


def test_the_answer_of_the_function_comes_back():
    assert run_bounded("Adding", WIDE, math.fsum, [0.25, 0.5]) == 0.75
    assert run_bounded("Sorting", WIDE, sorted, [1, 2], reverse=True) == [2, 1]


def test_work_runs_in_another_process():
    assert run_bounded("Asking", WIDE, os.getpid) != os.getpid()


def test_an_error_of_the_function_is_raised_as_it_is():
    with pytest.raises(CoverageError, match="There are no grids"):
        run_bounded("Examining", WIDE, certify, [], [], "EPSG:4549")
    with pytest.raises(ZeroDivisionError):
        run_bounded("Dividing", WIDE, divmod, 1, 0)


def test_work_that_takes_too_long_is_ended_and_named():
    with pytest.raises(InvalidLayerError, match=r"Waiting takes more than 0\.2 s"):
        run_bounded("Waiting", Bounds(0.2, 2**30), time.sleep, 600.0)


def test_a_process_that_dies_is_named():
    with pytest.raises(InvalidLayerError, match="Dying takes more than 1,024 MiB"):
        run_bounded("Dying", WIDE, os.abort)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_work_that_takes_too_much_memory_is_ended_and_named():
    with pytest.raises(InvalidLayerError, match="Filling takes more than 64 MiB"):
        run_bounded("Filling", Bounds(60.0, 2**26), np.ones, 2**27)


def test_bounds_grow_with_the_vertices():
    small, great = Bounds.for_vertices(0), Bounds.for_vertices(1_000_000)
    assert (small.seconds, small.memory_bytes) == (30.0, 2**30)
    assert (great.seconds, great.memory_bytes) == (330.0, 2**30 + 5 * 10**9)
