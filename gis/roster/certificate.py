"""The certificate of a roster: no place and no minute without an owner."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gis.counts import count_text
from gis.local_time import DEFAULT_TIMEZONE, instant_text, timezone_of
from gis.models import GridId, Instant, Post, PostId
from gis.roster.duties import in_force
from gis.roster.duty_table import DutyTable
from gis.roster.posts import NO_ONE_ON_DUTY
from gis.roster.timeline import holdings
from gis.sentences import bilingual, joined, sentence

DAY_MS: Final = 86_400_000
WARN_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Lapse:
    """A time in which nobody is on duty for a grid or circle.

    Attributes
    ----------
    area_id
        The grid or circle.
    starts_at, ends_at
        From, inclusive, and until, exclusive.
    """

    area_id: str
    starts_at: Instant
    ends_at: Instant

    def to_dict(self) -> dict[str, object]:
        """Return the lapse as JSON-ready values; instants as ISO 8601, UTC."""
        return {
            "area_id": self.area_id,
            "starts_at": instant_text(self.starts_at),
            "ends_at": instant_text(self.ends_at),
        }

    def to_text(self, zone: dt.tzinfo) -> str:
        """Return the area and the time on the clocks of a zone."""
        start, end = (
            instant_text(self.starts_at, zone),
            instant_text(self.ends_at, zone),
        )
        return sentence(
            "{area_id} from {start} to {end}",
            area_id=self.area_id,
            start=start,
            end=end,
        )


@dataclass(frozen=True, slots=True)
class RosterCertificate:
    """What was found when a roster was examined from one instant until another.

    Attributes
    ----------
    starts_at, ends_at
        From, inclusive, and until, exclusive.
    areas
        Number of grids and circles.
    posts
        Number of posts by role.
    holders
        Number of different holders by role, counted when they hold a post.
    unowned
        Grids and times with no accountable post, not even the core circle's.
    without_post
        Grids and circles that have no leader post.
    vacant
        Posts of any role that nobody holds at any time.
    gaps
        Times in which a leader post with a roster has nobody on duty; it is answered
        for by a circle above unless it stands in `unowned` too.
    shared
        Leaders of several grids at one time, and these grids.
    ending
        Posts whose roster ends soon after `starts_at`, and when.
    """

    starts_at: Instant
    ends_at: Instant
    areas: int
    posts: Mapping[str, int]
    holders: Mapping[str, int]
    unowned: tuple[Lapse, ...]
    without_post: tuple[str, ...]
    vacant: tuple[PostId, ...]
    gaps: tuple[Lapse, ...]
    shared: Mapping[str, tuple[GridId, ...]]
    ending: Mapping[PostId, Instant]

    @property
    def is_complete(self) -> bool:
        """Whether every grid has an accountable post at every instant."""
        return not self.unowned

    def to_dict(self) -> dict[str, object]:
        """Return the certificate as JSON-ready values; instants as ISO 8601, UTC."""
        return {
            "is_complete": self.is_complete,
            "starts_at": instant_text(self.starts_at),
            "ends_at": instant_text(self.ends_at),
            "areas": self.areas,
            "posts": dict(self.posts),
            "holders": dict(self.holders),
            "unowned": [lapse.to_dict() for lapse in self.unowned],
            "without_post": list(self.without_post),
            "vacant": list(self.vacant),
            "gaps": [lapse.to_dict() for lapse in self.gaps],
            "shared": {holder: list(grids) for holder, grids in self.shared.items()},
            "ending": {post: instant_text(at) for post, at in self.ending.items()},
        }

    def to_text(self, timezone: str = DEFAULT_TIMEZONE) -> str:
        """Return a plain report, one line per finding, times on local clocks."""
        zone = timezone_of(timezone)
        window = Lapse(bilingual("time", "时段"), self.starts_at, self.ends_at)
        lines = [
            sentence("Roster certificate: {self}", self=self._verdict()),
            window.to_text(zone),
            sentence("Grids and circles: {areas:,}", areas=self.areas),
            *(
                sentence(
                    "{role}: {posts}, {holders}",
                    role=role,
                    posts=count_text(count, "post"),
                    holders=count_text(self.holders[role], "holder"),
                )
                for role, count in self.posts.items()
            ),
            *(
                sentence(
                    "unowned: {to_text}; put somebody on duty",
                    to_text=lapse.to_text(zone),
                )
                for lapse in self.unowned
            ),
            *(
                sentence("note: {area!r} has no leader post", area=area)
                for area in self.without_post
            ),
            *(
                sentence("note: nobody holds post {post!r}", post=post)
                for post in self.vacant
            ),
            *(
                sentence(
                    "note: nobody is on duty: {to_text}", to_text=gap.to_text(zone)
                )
                for gap in self.gaps
            ),
            *(
                sentence(
                    "note: {holder!r} leads {grids} grids: {grids_2}",
                    holder=holder,
                    grids=len(grids),
                    grids_2=joined(", ", grids),
                )
                for holder, grids in self.shared.items()
            ),
            *(
                sentence(
                    "note: the roster of post {post!r} ends at {instant_text}",
                    post=post,
                    instant_text=instant_text(at, zone),
                )
                for post, at in self.ending.items()
            ),
        ]
        return joined("\n", lines)

    def _verdict(self) -> str:
        if self.is_complete:
            return sentence("complete: no place and no minute without an owner")
        grids = len({lapse.area_id for lapse in self.unowned})
        return sentence(
            "not complete: grids without an owner at times: {grids}", grids=grids
        )


def certify_roster(
    table: DutyTable,
    starts_at: Instant,
    ends_at: Instant,
    *,
    warn_days: int = WARN_DAYS,
) -> RosterCertificate:
    """Examine who is on duty for every grid and circle.

    Parameters
    ----------
    table
        The posts and duties, as known.
    starts_at, ends_at
        From, inclusive, and until, exclusive.
    warn_days
        A roster that ends within so many times 24 hours after `starts_at` is named.

    Examples
    --------
    >>> from gis.models import Circle, CircleId
    >>> from gis.pagoda import build_pagoda
    >>> from gis.roster import Roster
    >>> pagoda = build_pagoda(
    ...     [Circle(CircleId("C"), None, 1, "core")], {GridId("G"): CircleId("C")}
    ... )
    >>> core = Post(PostId("C-L"), "C", "circle_leader", "R1")
    >>> table = DutyTable(Roster(pagoda, [core]))
    >>> certify_roster(table, Instant(0), Instant(DAY_MS)).is_complete
    True
    """
    window = (starts_at, ends_at)
    posts = table.roster.posts.values()
    holders = {post.post_id: _holders(table, post, window) for post in posts}
    roles = sorted({post.role for post in posts})
    areas = sorted([*table.grid_ids, *table.roster.pagoda.circles])
    until = starts_at + warn_days * DAY_MS
    return RosterCertificate(
        starts_at=starts_at,
        ends_at=ends_at,
        areas=len(areas),
        posts={role: sum(p.role == role for p in posts) for role in roles},
        holders={
            role: len(
                set().union(*(holders[p.post_id] for p in posts if p.role == role))
            )
            for role in roles
        },
        unowned=tuple(_unowned(table, window)),
        without_post=tuple(a for a in areas if a not in table.roster.leaders),
        vacant=tuple(
            sorted(post_id for post_id, spans in holders.items() if not spans)
        ),
        gaps=tuple(_gaps(table, areas, window)),
        shared=_shared(table, window),
        ending={p: at for p, at in _ends(table) if starts_at < at <= until},
    )


def _holders(table: DutyTable, post: Post, window: tuple[Instant, Instant]) -> set[str]:
    """Return who holds a post at any time of the window."""
    line = holdings(post.area_id, post, in_force(table.ledger, post.post_id))
    return {h.holder_id for *_, h in line.spans(*window) if h.holder_id is not None}


def _unowned(table: DutyTable, window: tuple[Instant, Instant]) -> Iterator[Lapse]:
    """Yield the grids and times without an accountable post."""
    for row, grid_id in enumerate(table.grid_ids):
        spans = table.chain(row).spans(*window)
        lapses = (Lapse(grid_id, a, b) for a, b, s in spans if s.accountable is None)
        yield from _joined(lapses)


def _gaps(
    table: DutyTable, areas: Sequence[str], window: tuple[Instant, Instant]
) -> Iterator[Lapse]:
    """Yield the times in which rosters of leader posts have nobody."""
    for area in areas:
        for start, end, holding in table.leaders(area).spans(*window):
            if holding.reason == NO_ONE_ON_DUTY:
                yield Lapse(area, start, end)


def _joined(lapses: Iterable[Lapse]) -> Iterator[Lapse]:
    """Yield lapses of one area in order of time, those that touch as one."""
    open_lapse: Lapse | None = None
    for lapse in lapses:
        if open_lapse is not None and open_lapse.ends_at == lapse.starts_at:
            open_lapse = Lapse(lapse.area_id, open_lapse.starts_at, lapse.ends_at)
            continue
        if open_lapse is not None:
            yield open_lapse
        open_lapse = lapse
    if open_lapse is not None:
        yield open_lapse


def _shared(
    table: DutyTable, window: tuple[Instant, Instant]
) -> dict[str, tuple[GridId, ...]]:
    """Return who leads several grids at one time, and which."""
    holder_spans: dict[str, list[tuple[Instant, Instant, GridId]]] = {}
    for grid_id in table.grid_ids:
        for start, end, holding in table.leaders(grid_id).spans(*window):
            if holding.holder_id is not None:
                holder_spans.setdefault(holding.holder_id, []).append(
                    (start, end, grid_id)
                )
    shared = {
        holder: _together(spans) for holder, spans in sorted(holder_spans.items())
    }
    return {holder: grids for holder, grids in shared.items() if grids}


def _together(spans: Iterable[tuple[Instant, Instant, GridId]]) -> tuple[GridId, ...]:
    """Return the grids whose spans overlap those of another."""
    grids: set[GridId] = set()
    running: dict[GridId, Instant] = {}
    for start, end, grid_id in sorted(spans):
        running = {grid: until for grid, until in running.items() if until > start}
        if running:
            grids |= {grid_id, *running}
        running[grid_id] = end
    return tuple(sorted(grids))


def _ends(table: DutyTable) -> Iterator[tuple[PostId, Instant]]:
    """Yield the posts with a roster and when it ends."""
    for post_id in sorted(table.ledger):
        duties = in_force(table.ledger, post_id)
        if duties:
            yield post_id, duties[-1].ends_at
