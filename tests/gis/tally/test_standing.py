"""An event stands as after its last step before a time, as far as it was recorded."""

import numpy as np
import pytest

from gis.tally import ABSENT, NONE, WIDE, Rows, Steps
from gis.tally.standing import step_at, steps_at, take_times

# three steps of one event 10, 20 and 30 after it occurred; another's is between
STEPS = Steps(
    np.array([-1, -1, 0, 2], np.int32),
    np.array(
        [[10, NONE, 0, 0], [5, 0, 0, 0], [20, WIDE, 1, 0], [30, 7, 1, 1]], np.int32
    ),
    # accepted at the first; assigned at the second; then all of it anew
    np.array([1, 0, 1 << 2, -1], np.int32),
    np.array([[1, 2, 3, ABSENT, 5, 6]]),
    np.array([10**12]),
)
ROWS = Rows(
    np.array([1000]), np.zeros((1, 8), np.int32), np.array([[1, 1, 3, 30]], np.int32)
)


@pytest.mark.parametrize(
    ("until", "last", "step"),
    [
        (2000, 4, 3),
        (1031, 4, 3),
        (1030, 4, 2),
        (1020, 4, 0),
        (1000, 4, 0),
        (2000, 3, 2),
        (2000, 1, 0),
        (2000, 0, -1),
        (1020, 0, -1),
    ],
)
def test_the_step_is_the_last_one_before_a_time(until, last, step):
    assert step_at(ROWS, STEPS, 0, until, last) == step
    standings = np.empty(1, np.int64)
    steps_at(ROWS, STEPS, until, last, standings)
    assert standings.tolist() == [step]


@pytest.mark.parametrize(
    ("step", "times"),
    [
        (0, [10, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT]),
        (2, [10, 20, ABSENT, ABSENT, ABSENT, ABSENT, 10**12]),
        (3, [1, 2, 3, ABSENT, 5, 6, 7]),
    ],
)
def test_times_are_those_that_steps_up_to_it_set(step, times):
    values = np.zeros(8, np.int64)
    take_times(STEPS, step, values)
    assert values[1:].tolist() == times
