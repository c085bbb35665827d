"""Who is on duty for every grid at every instant, compiled to be asked in no time.

A table never changes what it answers: a changed duty makes a new table that shares all
but the chains under that post, and one reference to it is swapped.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gis.models import CircleId, Holding, Instant, Post, PostId
from gis.roster.bulk import Buckets, make_buckets
from gis.roster.duties import (
    Duty,
    add_duties,
    check_duties,
    check_newer,
    check_not_before,
    in_force,
)
from gis.roster.posts import (
    NO_LEADER_ON_DUTY,
    NO_ONE_ON_DUTY,
    NO_TIME,
    TRIAGE,
    Roster,
)
from gis.roster.timeline import (
    BEGINNING,
    END,
    NO_HOUR,
    Timeline,
    holdings,
    side_by_side,
)

REGION_TIER: Final = 3
"""Tier of the circles that region leaders head, unless a town says otherwise."""
Turn: TypeAlias = tuple[Instant, Instant, Post]
"""From, until, and the post that somebody holds between."""


# identity is equality: a table makes one object for each grid and who is on duty there
@dataclass(frozen=True, slots=True, eq=False)
class OnDuty:
    """Who is on duty for one grid at a time.

    Attributes
    ----------
    accountable
        The one post that answers and its holder: the grid's leader post, else the first
        one up the chain that somebody holds; None where nobody does, up to the core.
    reason
        Why it is not the grid's own leader post: `vacant_post` or `no_one_on_duty`,
        `triage` where no grid owns the position, or `no_time` where that is not known
        without an hour; empty where it is.
    region_leader
        The leader post of the circle at the region tier; None without that tier.
    leaders
        The leader post of the grid and of every circle above it, up to the core.
    """

    accountable: Holding | None
    reason: str
    region_leader: Holding | None
    leaders: tuple[Holding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DutyColumns:
    """Who is on duty for m positions.

    Attributes
    ----------
    states
        Row in `on_duty` of each position, int32 (m,).
    on_duty
        Every state that the table can answer with.
    """

    states: NDArray[np.int32]
    on_duty: tuple[OnDuty, ...]


class DutyTable:
    """Answers who is on duty for a grid at an instant.

    Parameters
    ----------
    roster
        The tree and its posts.
    duties
        Records of duties, in the order of their layer.
    known_at
        Answer as was known then; None takes all records.
    region_tier
        Tier of the circles that region leaders head; a tree without it has none.

    Attributes
    ----------
    grid_ids
        Grids in code order; rows refer to them, and row -1 is what no grid owns.
    revision
        `recorded_at` of the last record known, None without duties.

    Raises
    ------
    InvalidLayerError
        If a record cannot be a duty, or two duties of one post overlap.

    Examples
    --------
    >>> from gis.models import Circle, GridId, Post, PostId
    >>> from gis.pagoda import build_pagoda
    >>> pagoda = build_pagoda(
    ...     [Circle(CircleId("C"), None, 1, "core")], {GridId("G"): CircleId("C")}
    ... )
    >>> posts = [Post(PostId("C-L"), "C", "circle_leader", "R1"),
    ...          Post(PostId("G-L"), "G", "grid_leader")]
    >>> day = Duty("D1", PostId("G-L"), "L1", Instant(0), Instant(1000), Instant(0))
    >>> table = DutyTable(Roster(pagoda, posts), [day])
    >>> table.on_duty(0, Instant(999)).accountable.holder_id
    'L1'
    >>> late = table.on_duty(0, Instant(1000))
    >>> late.accountable.holder_id, late.reason
    ('R1', 'no_one_on_duty')
    """

    def __init__(
        self,
        roster: Roster,
        duties: Iterable[Duty] = (),
        *,
        known_at: Instant | None = None,
        region_tier: int = REGION_TIER,
    ) -> None:
        records = tuple(duties)
        # shared with later tables and only growing: an id is never given again
        self._post_of = check_duties(records, roster.posts)
        self.roster = roster
        if known_at is not None:
            records = tuple(duty for duty in records if duty.recorded_at <= known_at)
        self.ledger = add_duties({}, records)
        self.revision = max((duty.recorded_at for duty in records), default=None)
        self.grid_ids = tuple(roster.pagoda.grid_parents)
        tiers = roster.pagoda.tiers
        self._region = 1 + tiers.index(region_tier) if region_tier in tiers else None
        self._paths = _paths(roster)
        self._rows = _rows_by_area(self._paths)
        self._timelines = {area: self._holdings(area) for area in self._rows}
        self._instants: dict[Instant, Instant] = {}
        self._chains: list[Timeline[OnDuty] | None] = [None] * len(self._paths)
        self._members: dict[str, Timeline[tuple[Holding, ...]]] = {}
        self._holders: dict[str, Timeline[Holding]] = {}
        self._bulk: _Bulk | None = None
        self._turns: dict[str, list[Turn]] | None = None

    def on_duty(self, row: int, at: Instant) -> OnDuty:
        """Return who is on duty for a grid, by its row, at an instant or `NO_HOUR`."""
        if at == NO_HOUR:
            return self._at_no_hour(row)
        starts, states = self._chains[row] or self._build_chain(row)
        return states[bisect_right(starts, at) - 1]

    def on_duty_many(
        self, rows: NDArray[np.int32], at: NDArray[np.int64]
    ) -> DutyColumns:
        """Return who is on duty for many grids, each at its instant.

        Parameters
        ----------
        rows
            Rows of grids, -1 for none, shape (m,).
        at
            Instants, `NO_HOUR` where only the day is known, shape (m,).
        """
        bulk = self._bulk or self._build_bulk()
        rows, at = np.asarray(rows, dtype=np.int32), np.asarray(at, dtype=np.int64)
        states = bulk.states[bulk.buckets.places(rows, at)]
        hourless = np.flatnonzero(at == NO_HOUR)
        if not len(hourless):
            return DutyColumns(states, bulk.on_duty)
        grids, places = np.unique(rows[hourless], return_inverse=True)
        states[hourless] = len(bulk.on_duty) + places
        more = map(self._at_no_hour, grids.tolist())
        return DutyColumns(states, (*bulk.on_duty, *more))

    def chain(self, row: int) -> Timeline[OnDuty]:
        """Return who is on duty for a grid at all times."""
        return self._chains[row] or self._build_chain(row)

    def leaders(self, area_id: str) -> Timeline[Holding]:
        """Return who holds the leader post of a grid or circle at all times."""
        return self._timelines[area_id]

    def members(self, area_id: str, at: Instant) -> tuple[Holding, ...]:
        """Return the posts of an area that act but do not answer, and their holders.

        It is one object from one change of duty to the next.
        """
        line = self._members.get(area_id)
        if line is None:
            line = side_by_side(
                [
                    holdings(area_id, post, in_force(self.ledger, post.post_id))
                    for post in self.roster.members.get(area_id, ())
                ]
            )
            self._members[area_id] = line
        return line.at(at)

    def holder(self, post_id: str, at: Instant) -> str | None:
        """Return who holds a post; None where nobody does, or there is no such post."""
        line = self._holders.get(post_id)
        if line is None:
            post = self.roster.posts.get(PostId(post_id))
            if post is None:
                return None
            duties = in_force(self.ledger, post.post_id)
            line = holdings(post.area_id, post, duties)
            self._holders[post_id] = line
        return line.at(at).holder_id

    def posts_of(self, holder_id: str, at: Instant) -> tuple[Post, ...]:
        """Return the posts that somebody holds at an instant, leading or acting.

        They are held as `leaders` and `members` say, in order of the posts.
        """
        turns = self._turns or self._build_turns()
        mine = turns.get(holder_id, ())
        return tuple(post for start, end, post in mine if start <= at < end)

    def fan_out(self, circle_id: CircleId, at: Instant) -> tuple[Holding, ...]:
        """Return whom a circle reaches: leaders and members of all below it.

        Areas come in code order, a leader before the members.
        """
        below = sorted(
            {
                area
                for row in self._rows[circle_id]
                if row < len(self.grid_ids)
                for area in self._paths[row][: self._paths[row].index(circle_id)]
            }
        )
        groups = ((self._timelines[a].at(at), *self.members(a, at)) for a in below)
        return tuple(chain.from_iterable(groups))

    def record(self, duties: Sequence[Duty]) -> "DutyTable":
        """Return a table that knows newer records too; this one stays as it is.

        Raises
        ------
        InvalidLayerError
            If a record cannot be a duty or does not come after what it supersedes, or
            two duties of one post overlap afterwards; then there is no new table.
        """
        post_of = check_duties(duties, self.roster.posts)
        check_not_before(duties, self.revision)
        check_newer(duties, self.ledger, self._post_of)
        changed = copy(self)
        changed.ledger = add_duties(self.ledger, duties)
        times = (*(duty.recorded_at for duty in duties), self.revision)
        changed.revision = max((t for t in times if t is not None), default=None)
        changed._post_of.update(post_of)
        changed._timelines = dict(self._timelines)
        changed._members = {}
        changed._holders = {}
        changed._bulk = None
        changed._turns = None
        areas = {self.roster.posts[duty.post_id].area_id for duty in duties}
        for area in areas:
            changed._timelines[area] = changed._holdings(area)
        changed._chains = self._chains_but_of(areas)
        return changed

    def _chains_but_of(self, areas: Iterable[str]) -> list[Timeline[OnDuty] | None]:
        """Return the chains that were built, those through the areas left out."""
        rows = [row for area in areas for row in self._rows[area]]
        if len(rows) > len(self._chains) // 2:
            return [None] * len(self._chains)
        chains = list(self._chains)
        for row in rows:
            chains[row] = None
        return chains

    def _holdings(self, area_id: str) -> Timeline[Holding]:
        """Return the timeline of the leader post of an area."""
        post = self.roster.leaders.get(area_id)
        duties = in_force(self.ledger, post.post_id) if post else ()
        return holdings(area_id, post, duties)

    def _build_chain(self, row: int) -> Timeline[OnDuty]:
        """Join the timelines from a grid up to the core into one, and keep it."""
        timelines = [self._timelines[area] for area in self._paths[row]]
        merged = side_by_side(timelines)
        # one object for an instant that stands in many chains stays in the cache
        starts = tuple(self._instants.setdefault(s, s) for s in merged.starts)
        states_by_key: dict[tuple[int, ...], OnDuty] = {}
        states = []
        for leaders in merged.states:
            key = tuple(map(id, leaders))
            if key not in states_by_key:
                states_by_key[key] = self._state(row, leaders)
            states.append(states_by_key[key])
        built = Timeline(starts, tuple(states))
        self._chains[row] = built
        return built

    def _state(self, row: int, leaders: tuple[Holding, ...]) -> OnDuty:
        """Return who answers where these hold the posts of a chain."""
        if row % len(self._paths) == len(self.grid_ids):
            post = leaders[0] if leaders[0].post_id else None
            return OnDuty(post, TRIAGE, None, leaders)
        region = None if self._region is None else leaders[self._region]
        accountable = next((h for h in leaders if h.holder_id is not None), None)
        return OnDuty(accountable, leaders[0].reason, region, leaders)

    def _at_no_hour(self, row: int) -> OnDuty:
        """Return what holds for a grid at every hour; who takes turns is not known."""
        timelines = [self._timelines[area] for area in self._paths[row]]
        leaders = tuple(
            line.states[0]
            if len(line.states) == 1
            else replace(line.states[0], holder_id=None, reason=NO_TIME)
            for line in timelines
        )
        state = self._state(row, leaders)
        first = next((h for h in leaders if h.holder_id or h.reason == NO_TIME), None)
        if state.reason == TRIAGE or first is None or first.holder_id:
            return state
        return replace(state, accountable=None, reason=NO_TIME)

    def _build_turns(self) -> dict[str, list[Turn]]:
        """Lay out what each holder holds, and keep it."""
        turns: dict[str, list[Turn]] = {}
        for post in self.roster.posts.values():
            duties = in_force(self.ledger, post.post_id)
            for duty in duties:
                turn = (duty.starts_at, duty.ends_at, post)
                turns.setdefault(duty.holder_id, []).append(turn)
            if not duties and post.holder_id is not None:
                turns.setdefault(post.holder_id, []).append((BEGINNING, END, post))
        self._turns = turns
        return turns

    def _build_bulk(self) -> "_Bulk":
        """Lay the chains of all grids out as arrays, and keep them."""
        chains = [self.chain(row) for row in range(len(self._paths))]
        state_rows: dict[OnDuty, int] = {}
        states = [
            state_rows.setdefault(state, len(state_rows))
            for line in chains
            for state in line.states
        ]
        self._bulk = _Bulk(
            make_buckets([line.starts for line in chains]),
            np.array(states, dtype=np.int32),
            tuple(state_rows),
        )
        return self._bulk


@dataclass(frozen=True, slots=True, eq=False)
class _Bulk:
    """The chains of all rows as arrays: a state for each start."""

    buckets: Buckets
    states: NDArray[np.int32]
    on_duty: tuple[OnDuty, ...]


def commander(
    region_leader: Holding | None, leaders: Sequence[Holding]
) -> tuple[Holding | None, str]:
    """Return who commands a region, and why it is not its own leader.

    Parameters
    ----------
    region_leader, leaders
        As in `OnDuty`.

    Returns
    -------
    holding
        The region leader where somebody holds the post, else the first leader above
        whose post somebody holds; None where nobody does or that is not known.
    reason
        Empty, or `no_leader_on_duty`, `vacant_post` or `no_time`.

    Examples
    --------
    >>> gap = Holding("R", PostId("R-L"), None, "no_one_on_duty")
    >>> core = Holding("C", PostId("C-L"), "L001")
    >>> holding, reason = commander(gap, (gap, core))
    >>> holding.post_id, reason
    ('C-L', 'no_leader_on_duty')
    """
    if region_leader is None or region_leader.holder_id:
        return region_leader, ""
    reason = region_leader.reason
    for holding in leaders[leaders.index(region_leader) :]:
        if holding.holder_id:
            return holding, NO_LEADER_ON_DUTY if reason == NO_ONE_ON_DUTY else reason
        if holding.reason == NO_TIME:
            return None, NO_TIME
    return None, NO_LEADER_ON_DUTY if reason == NO_ONE_ON_DUTY else reason


def _paths(roster: Roster) -> list[tuple[str, ...]]:
    """Return the areas from each grid up to the core; the last is the core alone."""
    pagoda = roster.pagoda
    paths: list[tuple[str, ...]] = [
        (grid_id, *pagoda.chain(grid_id)) for grid_id in pagoda.grid_parents
    ]
    (core,) = pagoda.of_tier(1)
    return [*paths, (core.circle_id,)]


def _rows_by_area(paths: Sequence[tuple[str, ...]]) -> dict[str, list[int]]:
    """Return the rows whose path leads through each area."""
    rows: dict[str, list[int]] = {}
    for row, path in enumerate(paths):
        for area in path:
            rows.setdefault(area, []).append(row)
    return rows
