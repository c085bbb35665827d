"""Events counted in one pass, and the spans about their medians in a second: compiled.

The first pass says of each event in which group it counts, so that the second sees the
same events in the same states, and looks nothing up.
"""

import numpy as np
from numpy.typing import NDArray

from gis.index.compiling import borrowed, compiled, inlined
from gis.tally.layout import (
    ABSENT,
    CHOSEN,
    CLOSED,
    INSIDE,
    LATE,
    NEAR,
    NO_LOOP,
    NONE,
    NOWHERE,
    OVERRIDDEN,
    OWED,
    OWN,
    PLAIN,
    SPANS,
    TIMES,
    UNOWNED,
    WIDE,
    Choice,
    Middles,
    Rows,
    Steps,
)
from gis.tally.medians import bucket_of
from gis.tally.standing import step_at, take_times, time_of

_PLACES = {name: place for place, name in enumerate(TIMES)} | {"occurred_at": -1}
_STARTS = np.array([_PLACES[start] for start, _ in SPANS.values()])
_ENDS = np.array([_PLACES[end] for _, end in SPANS.values()])
_HANDLED, _RESPONSE, _DUE = (
    _PLACES[name] for name in ("handled_at", "first_response_at", "due_at")
)
_OPEN, _OVERDUE, _RESOLVED, _IN_TIME, _NO_REPLY, _OVERRIDDEN, _NO_GRID = range(1, 8)


_NOT, _NOWHERE, _WALKED = -1, -2, -3


@inlined
def group_of(
    rows: Rows, steps: Steps, choice: Choice, row: int, times: NDArray[np.int64]
) -> tuple[int, int, int]:
    """Return group, profile and area of an event, and set its times.

    The group is `_NOT` for none, and `_NOWHERE` where it would count if it lay in any
    area. Where the event stood otherwise than now it is taken from `_WALKED`.
    """
    occurred = rows.occurred[row]
    if occurred < choice.since or occurred >= choice.until:
        return _NOT, 0, 0
    profile, area = rows.codes[row, 0], rows.codes[row, 1]
    # who may see it now may count it
    bits = choice.profiles[profile, 0]
    is_near = choice.areas[area, 0] & NEAR or bits & OWED
    if not (bits & OWN or (bits & PLAIN and is_near)):
        return _NOT, 0, 0
    last_at = time_of(rows.codes[row, 3], steps.wide)
    is_walked = rows.codes[row, 2] >= choice.last or occurred + last_at >= choice.until
    if is_walked:
        step = step_at(rows, steps, row, choice.until, choice.last)
        if step < 0:
            return _NOT, 0, 0
        profile, area = steps.codes[step, 2], steps.codes[step, 3]
        bits = choice.profiles[profile, 0]
        if not bits & (OWN | PLAIN):
            return _NOT, 0, 0
        times[0] = time_of(rows.times[row, 0], steps.wide)
        take_times(steps, step, times)
    else:
        take_last(rows, steps, row, times)
    if not bits & CHOSEN:
        return _NOT, 0, 0
    where = choice.areas[area, 0]
    if not where & INSIDE:
        return (_NOWHERE if where & NOWHERE else _NOT), profile, area
    group = choice.profiles[profile, 1] + choice.areas[area, 1]
    if choice.day_step:
        group += choice.day_step * (
            np.searchsorted(choice.days, occurred, side="right") - 1
        )
    return (_WALKED - group if is_walked else group), profile, area


@inlined
def take_last(rows: Rows, steps: Steps, row: int, times: NDArray[np.int64]) -> None:
    """Set all times to those of now."""
    longest = NONE
    # without a branch eight of them are read at once
    for place in range(len(TIMES)):
        value = rows.times[row, place]
        longest = max(longest, value)
        times[place] = ABSENT if value == NONE else value
    if longest >= WIDE:
        for place in range(len(TIMES)):
            times[place] = time_of(rows.times[row, place], steps.wide)


@inlined
def lent(rows: Rows, steps: Steps, choice: Choice) -> tuple[Rows, Steps, Choice]:
    """Return the same without counting who uses the arrays, which takes longest."""
    return (
        Rows(borrowed(rows.occurred), borrowed(rows.times), borrowed(rows.codes)),
        Steps(
            borrowed(steps.before),
            borrowed(steps.codes),
            borrowed(steps.change),
            borrowed(steps.exact),
            borrowed(steps.wide),
        ),
        Choice(
            choice.since,
            choice.until,
            choice.moment,
            choice.last,
            borrowed(choice.profiles),
            borrowed(choice.areas),
            borrowed(choice.accept),
            borrowed(choice.days),
            choice.day_step,
        ),
    )


@compiled
def count_rows(
    rows: Rows,
    steps: Steps,
    choice: Choice,
    counts: NDArray[np.int64],
    buckets: NDArray[np.int32],
    fine: int,
) -> tuple[int, NDArray[np.int32]]:
    """Count some events.

    Parameters
    ----------
    rows, steps, choice
        The events, all steps, and what is asked for.
    counts
        To add to, shape (groups, `COUNTS`).
    buckets
        Of spans, to add to, shape (groups, `SPANS`, buckets).
    fine
        By how many bits octaves are shared out.

    Returns
    -------
    nowhere, groups
        How many more would count but lie in no area; what `collect_rows` takes of each
        event, int32, shape (n,).
    """
    nowhere = 0
    own = np.empty(len(TIMES), np.int64)
    groups = np.empty(rows.occurred.size, np.int32)
    times, tally, spans = borrowed(own), borrowed(counts), borrowed(buckets)
    places = borrowed(groups)
    rows, steps, choice = lent(rows, steps, choice)
    for row in range(rows.occurred.size):
        group, profile, area = group_of(rows, steps, choice, row, times)
        places[row] = group
        if group < 0:
            if group > _WALKED:
                nowhere += group == _NOWHERE
                continue
            group = _WALKED - group
        bits = choice.profiles[profile, 0]
        late_by = choice.moment - rows.occurred[row]
        tally[group, 0] += 1
        if bits & NO_LOOP:
            pass
        elif bits & CLOSED:
            tally[group, _RESOLVED] += times[_HANDLED] != ABSENT
            tally[group, _IN_TIME] += bits & LATE == 0
            tier = choice.profiles[profile, 3]
            if tier >= 0:
                tally[group, tier] += 1
        else:
            tally[group, _OPEN] += 1
            tally[group, _OVERDUE] += times[_DUE] != ABSENT and times[_DUE] < late_by
            is_due = times[0] + choice.accept[profile] < late_by
            tally[group, _NO_REPLY] += times[_RESPONSE] == ABSENT and is_due
        tally[group, _OVERRIDDEN] += bits & OVERRIDDEN != 0
        tally[group, _NO_GRID] += choice.areas[area, 0] & UNOWNED != 0
        tally[group, choice.profiles[profile, 2]] += 1
        for span in range(_STARTS.size):
            start = times[_STARTS[span]] if _STARTS[span] >= 0 else 0
            end = times[_ENDS[span]]
            if min(start, end) != ABSENT:
                spans[group, span, bucket_of(end - start, fine)] += 1
    # what was borrowed is used up to here
    return nowhere + own.size - len(TIMES), groups


@compiled
def place_rows(
    rows: Rows, steps: Steps, choice: Choice, places: NDArray[np.int32]
) -> None:
    """Say of some events where they count.

    Parameters
    ----------
    rows, steps, choice
        As `count_rows` has them.
    places
        Becomes profile and area of each as it stood then, -1 where it does not count,
        shape (n, 2).
    """
    own = np.empty(len(TIMES), np.int64)
    times, some = borrowed(own), borrowed(places)
    rows, steps, choice = lent(rows, steps, choice)
    for row in range(rows.occurred.size):
        group, profile, area = group_of(rows, steps, choice, row, times)
        is_counted = group >= 0 or group <= _WALKED
        some[row, 0] = profile if is_counted else -1
        some[row, 1] = area if is_counted else -1
    own[0] = 0


@compiled
def collect_rows(
    rows: Rows,
    steps: Steps,
    choice: Choice,
    groups: NDArray[np.int32],
    middles: Middles,
) -> None:
    """Collect the spans about the median of each group, and about that of all.

    Parameters
    ----------
    rows, steps, choice, groups
        As `count_rows` had them.
    middles
        Which spans are collected, and where to.
    """
    own = np.empty(len(TIMES), np.int64)
    times, places = borrowed(own), borrowed(groups)
    near, some = borrowed(middles.ranges), borrowed(middles.values)
    after = borrowed(middles.ends)
    rows, steps, choice = lent(rows, steps, choice)
    last = near.shape[0] - 1
    for row in range(rows.occurred.size):
        group = int(places[row])
        if group >= 0:
            take_last(rows, steps, row, times)
        elif group <= _WALKED:
            group = _WALKED - group
            step = step_at(rows, steps, row, choice.until, choice.last)
            times[0] = time_of(rows.times[row, 0], steps.wide)
            take_times(steps, step, times)
        else:
            continue
        for span in range(_STARTS.size):
            start = times[_STARTS[span]] if _STARTS[span] >= 0 else 0
            end = times[_ENDS[span]]
            if min(start, end) == ABSENT:
                continue
            length = end - start
            # without a sign what is below is far above: one comparison, seldom true
            if np.uint64(length - near[group, span, 0]) < np.uint64(
                near[group, span, 1]
            ):
                place = group * _STARTS.size + span
                some[after[place]] = length
                after[place] += 1
            if np.uint64(length - near[last, span, 0]) < np.uint64(near[last, span, 1]):
                place = last * _STARTS.size + span
                some[after[place]] = length
                after[place] += 1
    own[0] = 0
