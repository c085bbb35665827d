"""What rosters have in store: who will be missing soon, and where one ends."""

from collections.abc import Iterator
from itertools import pairwise

from gis.models import Holding, Instant, Post
from gis.roster.certificate import Lapse
from gis.roster.duties import in_force
from gis.roster.duty_table import DutyTable
from gis.roster.posts import NO_ONE_ON_DUTY
from gis.roster.timeline import Timeline


def lapses_within(
    table: DutyTable, since: Instant, until: Instant
) -> tuple[Lapse, ...]:
    """Return the times without anybody on duty that touch an interval, each whole.

    An area whose leader post has no roster is vacant, which is no lapse. One that goes
    on for ever ends with the interval; one before every duty starts at `BEGINNING`.

    Parameters
    ----------
    table
        The posts and duties.
    since, until
        From, inclusive, and until, exclusive.

    Examples
    --------
    >>> from gis.models import Circle, CircleId, GridId, Post, PostId
    >>> from gis.pagoda import build_pagoda
    >>> from gis.roster import Duty, Roster
    >>> pagoda = build_pagoda(
    ...     [Circle(CircleId("C"), None, 1, "core")], {GridId("G"): CircleId("C")}
    ... )
    >>> roster = Roster(pagoda, [Post(PostId("G-L"), "G", "grid_leader")])
    >>> day = Duty("D1", PostId("G-L"), "L1", Instant(0), Instant(100), Instant(0))
    >>> table = DutyTable(roster, [day])
    >>> [(lapse.area_id, lapse.starts_at, lapse.ends_at)
    ...  for lapse in lapses_within(table, Instant(90), Instant(150))]
    [('G', 100, 150)]
    """
    areas = sorted([*table.grid_ids, *table.roster.pagoda.circles])
    return tuple(
        Lapse(area, *times)
        for area in areas
        for times in _lapses(table.leaders(area), since, until)
    )


def rosters_ending(
    table: DutyTable, since: Instant, until: Instant
) -> tuple[tuple[Post, Instant], ...]:
    """Return the posts whose roster ends within ``(since, until]``, and when.

    Parameters
    ----------
    table
        The posts and duties.
    since, until
        The interval.
    """
    ends = (
        (table.roster.posts[post_id], duties[-1].ends_at)
        for post_id in sorted(table.ledger)
        if (duties := in_force(table.ledger, post_id))
    )
    return tuple((post, at) for post, at in ends if since < at <= until)


def _lapses(
    line: Timeline[Holding], since: Instant, until: Instant
) -> Iterator[tuple[Instant, Instant]]:
    """Yield from when until when nobody holds a post that has a roster."""
    starts = (*line.starts, Instant(max(until, line.starts[-1] + 1)))
    for row, (start, end) in enumerate(pairwise(starts)):
        is_touched = start < until and end > since
        if is_touched and line.states[row].reason == NO_ONE_ON_DUTY:
            yield start, end
