"""Where an event stood at a time, found from its steps: compiled."""

import numpy as np
from numpy.typing import NDArray

from gis.index.compiling import compiled, inlined
from gis.tally.layout import ABSENT, NONE, WIDE, Rows, Steps

_DUE = 7
_UNREAD = ABSENT + 1


@inlined
def time_of(value: int, wide: NDArray[np.int64]) -> int:
    """Return a time from the 32 bits that stand for it."""
    if value >= WIDE:
        return int(wide[value - WIDE])
    return ABSENT if value == NONE else int(value)


@compiled
def step_at(rows: Rows, steps: Steps, row: int, until: int, last: int) -> int:
    """Return the step after which an event stood so, -1 where it was not known.

    That is its last step before a time; its first one where that is later.
    """
    step = int(rows.codes[row, 2])
    limit = until - rows.occurred[row]
    while step >= last or time_of(steps.codes[step, 0], steps.wide) >= limit:
        before = int(steps.before[step])
        if before < 0:
            return -1 if step >= last else step
        step = before
    return step


@compiled
def steps_at(
    rows: Rows, steps: Steps, until: int, last: int, standings: NDArray[np.int64]
) -> None:
    """Set for each event the step after which it stood so, as `step_at` has it."""
    for row in range(rows.occurred.size):
        standings[row] = step_at(rows, steps, row, until, last)


@compiled
def take_times(steps: Steps, step: int, times: NDArray[np.int64]) -> None:
    """Set all times but the receipt to those after a step."""
    times[_DUE] = time_of(steps.codes[step, 1], steps.wide)
    times[1:_DUE] = _UNREAD
    missing = _DUE - 1
    while missing > 0 and step >= 0:
        change = steps.change[step]
        at = time_of(steps.codes[step, 0], steps.wide)
        for place in range(1, _DUE):
            if times[place] != _UNREAD:
                continue
            how = (change >> (2 * (place - 1))) & 3 if change >= 0 else 3
            if how == 3:
                times[place] = steps.exact[-1 - change, place - 1]
            elif how > 0:
                times[place] = at if how == 1 else ABSENT
            missing -= how > 0
        step = steps.before[step]
    for place in range(1, _DUE):
        if times[place] == _UNREAD:
            times[place] = ABSENT
