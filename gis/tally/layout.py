"""How events and their steps lie in memory: small integers, in order of the log.

An event is a row of `Rows`: when it occurred, where it stands now, and the last of its
steps. A step is an entry of `Steps`: where the event stood after it, as far as the step
changed it, and the step of the same event before it. How an event stood at a time is
found by walking back from its last step, which few events need.

Times are milliseconds after the event occurred, in 32 bits. What does not fit lies in
``wide``, and its place there is added to `WIDE`.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

NONE: Final = -(2**31)
"""A time that there is none of, in 32 bits."""
ABSENT: Final = -(2**63)
"""The same in 64 bits."""
WIDE: Final = 2_000_000_000
"""From here on a time is a place in ``wide``: 23 days."""

TIMES: Final = (
    *("received_at", "accepted_at", "assigned_at", "handled_at", "closed_at"),
    *("first_response_at", "arrived_at", "due_at"),
)
"""Times of an event, columns of `Rows.times`; those but the first and the last are
what `Steps.change` has two bits of."""
SPANS: Final = {
    "reporting": ("occurred_at", "received_at"),
    "acceptance": ("received_at", "accepted_at"),
    "dispatch": ("accepted_at", "assigned_at"),
    "handling": ("assigned_at", "handled_at"),
    "closing": ("handled_at", "closed_at"),
    "discovery": ("occurred_at", "accepted_at"),
    "response": ("received_at", "first_response_at"),
    "arrival": ("accepted_at", "arrived_at"),
}
"""Span -> between which times; the first five are the stages of an event."""

TIERS: Final = 7
"""Tiers that close events; the rest is of the last."""
COUNTS: Final = (
    *("events", "open", "overdue", "resolved", "closed_in_time", "no_reply"),
    *("overridden", "no_grid", "located", "ambiguous", "outside", "unplaced"),
    *(f"tier_{tier}" for tier in range(1, TIERS + 1)),
)
"""What is counted, columns of the counts."""

# what a profile is, bits of `Choice.profiles`
OWN, PLAIN, OWED, CHOSEN, CLOSED, LATE, OVERRIDDEN, NO_LOOP = (
    *(1, 2, 4, 8, 16, 32, 64, 128),
)
"""Of a source of the scope; not sensitive or granted; owed by a department of the
scope; asked for; closed; something of it was overdue; the suggestion overridden;
of a history, which runs no loop: neither open nor closed."""
# what an area is, bits of `Choice.areas`
INSIDE, NEAR, NOWHERE, UNOWNED = 1, 2, 4, 8
"""In the area that is asked for; in one of the scope; none at all; no grid."""


class Rows(NamedTuple):
    """Some events.

    Attributes
    ----------
    occurred
        Milliseconds, int64, shape (n,).
    times
        `TIMES` after that, int32, shape (n, 8).
    codes
        Profile, area, last step, and when that was (a time), int32, shape (n, 4).
    """

    occurred: NDArray[np.int64]
    times: NDArray[np.int32]
    codes: NDArray[np.int32]


class Steps(NamedTuple):
    """All steps in order of the log.

    Attributes
    ----------
    before
        The step of the same event before it; -1 for none, int32.
    codes
        When it was, and the due time after it (times), profile, area, int32,
        shape (n, 4).
    change
        Two bits a time from the second of `TIMES` on: 0 it stays, 1 it becomes that of
        the step, 2 it becomes none; below 0 all stand in ``exact``, int32.
    exact
        Those times by ``-1 - change``, `ABSENT` for none, int64, shape (m, 6).
    wide
        Times that need more than 32 bits, int64.
    """

    before: NDArray[np.int32]
    codes: NDArray[np.int32]
    change: NDArray[np.int32]
    exact: NDArray[np.int64]
    wide: NDArray[np.int64]


class Choice(NamedTuple):
    """What is counted, and into which groups.

    Attributes
    ----------
    since, until
        Events that occurred in ``[since, until)``, as they stood then.
    moment
        What was due before it is overdue.
    last
        Only steps before this one count.
    profiles
        Of each profile, side by side since they are read together: bits of what it is,
        its share of the number of a group, the columns of its placing and of the tier
        that closed it or -1, int32, shape (p, 4).
    areas
        Of each area: bits of what it is, its share of the number of a group, int32,
        shape (a, 2).
    accept
        Of each profile: until how long after its receipt it was to be accepted,
        milliseconds, int64.
    days
        Beginnings of days, ascending, int64; at least one.
    day_step
        What each further day adds to the number of a group; 0 for no days.
    """

    since: int
    until: int
    moment: int
    last: int
    profiles: NDArray[np.int32]
    areas: NDArray[np.int32]
    accept: NDArray[np.int64]
    days: NDArray[np.int64]
    day_step: int


class Middles(NamedTuple):
    """Which spans are collected about the median of each group, and where to.

    Attributes
    ----------
    ranges
        Least span, and how much further they are collected, int64, shape
        (groups + 1, `SPANS`, 2), all events last.
    values
        Where they are put, int64.
    ends
        Where the next one of each group and span is put, int64; grows.
    """

    ranges: NDArray[np.int64]
    values: NDArray[np.int64]
    ends: NDArray[np.int64]
