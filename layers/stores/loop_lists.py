"""Lists of loops: ways through indexes that have them newest first, walked by turns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

from gis.access import EVERYWHERE, Scope
from gis.events import Loop, Task
from layers.stores.loop_conditions import (
    Condition,
    all_of,
    any_of,
    below_path,
    loop_condition,
    one_of,
)
from layers.stores.loops import LoopQuery
from layers.stores.scope import scope_condition

COVERED: Final = (
    *("kind", "is_sensitive", "state", "phase", "due_at", "area_path", "source"),
)
"""Columns that every index of lists has: no row is read to pass it over."""
MOST_AREAS: Final = 500
"""The newest of so many areas are met one area after the other, of more by rows."""
FIRST, WIDER, GROWTH, FEWEST = 1_000, 4, 2, 8
"""Entries of the first turn, how much wider later ones are, how much a way grows by a
turn, at least so many entries a key."""
FAIR, OLD = 4, 64
"""No way goes further ahead of another, however good it looks; open ones of before are
so many times fewer than those of now."""
MANY, FEW_AREAS, PROBE, RARE_PROBE = 64, 4, 16, 2
"""With so many more keys a way goes on more slowly; so many areas are compared
by their paths; to look an entry up costs so many others, or so many where only
some are looked up."""
LAST_ROW: Final = 2**63 - 1
_covered = attrgetter(*COVERED)
_LISTED = ("states", "kinds", "area_path", "is_open", "overdue_at", "below", "limit")


class Index(NamedTuple):
    """An index that has the entries of each key newest first, and covers the rest."""

    name: str
    table: str
    columns: tuple[str, ...]


ROWS: Final = Index("loops", "loops", ())
"""No index: the rows themselves."""
KIND: Final = Index("loops_newest_kind", "loops", ("kind", "is_sensitive"))
STATE: Final = Index("loops_newest_state", "loops", ("state",))
OPEN: Final = Index("loops_newest_open", "loops", ())
"""It has open loops only."""
AREA: Final = Index("loops_newest_area", "loops", ("area_path",))
SOURCE: Final = Index("loops_newest_source", "loops", ("source",))
DEPARTMENT: Final = Index(
    "loop_departments_newest", "loop_departments", ("department_id", "kind")
)
INDEXES: Final = (KIND, STATE, OPEN, AREA, SOURCE, DEPARTMENT)

DEPARTMENT_COLUMNS: Final = ("department_id", "event_row", *COVERED)
DEPARTMENT_ROWS: Final = (
    "SELECT DISTINCT tasks.department_id, loops.event_row, "  # noqa: S608  ours
    f"{', '.join(f'loops.{name}' for name in COVERED)} "
    "FROM loops JOIN tasks ON tasks.event_id = loops.event_id "
    "WHERE tasks.department_id <> ''"
)
"""What `loop_departments` is made from: a row for each department of a loop."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Entries of an index, of each of some keys from its newest.

    Attributes
    ----------
    index
        Which.
    keys
        Values of the columns of the index.
    condition
        What an entry has to meet; its columns are those of `COVERED`.
    weight
        How many other entries one of these costs.
    """

    index: Index
    keys: tuple[tuple[object, ...], ...]
    condition: Condition
    weight: int = 1


class Step(NamedTuple):
    """What a turn met of a key: its last entry, 0 at the end, and what is wanted."""

    last: int
    rows: Sequence[int]


_END: Final = Step(0, ())


class Walker(Protocol):
    """Reads indexes of one state of a store."""

    mark: str
    """How a placeholder is written."""
    row: str
    """The row of an entry, as every index has it."""

    def turn(
        self, walk: Walk, starts: Mapping[int, int], size: int, limit: int
    ) -> Mapping[int, Step]:
        """Return what comes next of some keys, by their places in the walk.

        A key that is left out is at its end, and has nothing that is wanted.

        Parameters
        ----------
        walk
            Of which.
        starts
            Row before which to go on, by the place of a key.
        size
            So many entries of each key are met.
        limit
            At least so many rows that are wanted are told, the newest.
        """

    def areas_in(self, paths: Sequence[str], most: int) -> Sequence[str]:
        """Return paths of areas with loops in some areas, at most so many."""

    def kinds_of(self, departments: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Return departments with kinds that they have loops of."""

    def among(self, column: str, values: Sequence[str]) -> Condition:
        """Return the condition that a column has one of many values."""


def is_listed(query: LoopQuery) -> bool:
    """Say whether a query asks only for what the indexes of lists cover.

    Examples
    --------
    >>> is_listed(LoopQuery(kinds=("noise",))), is_listed(LoopQuery(cluster="E"))
    (True, False)
    """
    fields = {name: getattr(query, name) for name in _LISTED}
    return query == LoopQuery(**fields)


def newest_rows(query: LoopQuery, scope: Scope, walker: Walker) -> list[int]:
    """Return the rows of a list, newest first.

    What is frequent among the newest rows is met there. Anything else is looked for by
    the indexes that lead to it, in turns, until one of them has met all: the one that
    seems to be nearest goes on, and none is left far behind.

    Parameters
    ----------
    query
        What is asked for, of what `is_listed` says.
    scope
        Of who asks.
    walker
        Reads the indexes.
    """
    plan = _Plan(query, scope, walker)
    if query.limit <= 0 or plan.sees_nothing:
        return []
    below = LAST_ROW if query.below is None else query.below
    size = max(FIRST, 2 * query.limit)
    first = _Way([plan.rows()], query.limit, below)
    rows = first.go_on(walker, size)
    if rows is not None:
        return rows
    ways = [_Way(walks, query.limit, below) for walks in plan.ways()] or [first]
    newest = min(below, first.reach + size)
    size *= WIDER
    while True:
        least = min(way.size for way in ways)
        open_ways = [way for way in ways if way.size <= FAIR * least]
        way = min(open_ways, key=lambda way: (way.size > 0, way.rest(newest)))
        rows = way.go_on(walker, max(size, GROWTH * way.size))
        if rows is not None:
            return rows


def departments_of(
    loops: Mapping[str, Loop], tasks: Iterable[Task]
) -> list[tuple[object, ...]]:
    """Return the rows of `loop_departments` of new loops.

    Parameters
    ----------
    loops
        By the ids of their events.
    tasks
        All of these loops, and others.

    Examples
    --------
    >>> loops = {"E": Loop("E", 7, kind="noise")}
    >>> departments_of(loops, [Task("E/1", "E", department_id="police")])[0][:3]
    ('police', 7, 'noise')
    """
    pairs = dict.fromkeys(
        (task.department_id, task.event_id)
        for task in tasks
        if task.department_id and task.event_id in loops
    )
    return [
        (department, loops[event].row, *_covered(loops[event]))
        for department, event in pairs
    ]


class _Way:
    """Walks that together meet every row that is wanted."""

    def __init__(self, walks: Sequence[Walk], limit: int, below: int) -> None:
        self._limit = limit
        self._rows: set[int] = set()
        self._walks = [
            (walk, dict.fromkeys(range(len(walk.keys)), below)) for walk in walks
        ]
        self.size = 0
        """So many entries were asked for."""

    @property
    def reach(self) -> int:
        """Row before which there may be more that is wanted; 0 for none."""
        starts = (start for _, starts in self._walks for start in starts.values())
        return max(starts, default=0)

    def rest(self, newest: int) -> float:
        """Guess how many entries are left until all is met, from about the newest."""
        rows = max(newest - self.reach, 1)
        share = min(newest / rows, self._limit / max(len(self._rows), 0.1))
        # most open ones are new: there are fewer than the newest let expect
        is_open = any(walk.index == OPEN for walk, _ in self._walks)
        return self.size * (share - 1) / (OLD if is_open else 1)

    def go_on(self, walker: Walker, size: int) -> list[int] | None:
        """Go on by so many entries; return the newest rows once nothing is before."""
        last = self._last_row()
        behind = [
            {key: start for key, start in starts.items() if start > last}
            for _, starts in self._walks
        ]
        keys = max(1, sum(map(len, behind)))
        # many keys are seldom the best way, and each costs a question
        each = max(size // keys // (1 + keys // MANY), FEWEST)
        for (walk, starts), some in zip(self._walks, behind, strict=True):
            if not some:
                continue
            entries = max(each // walk.weight, 1)
            steps = walker.turn(walk, some, entries, self._limit)
            for key in some:
                step = steps.get(key, _END)
                self._rows.update(step.rows)
                starts[key] = step.last
        self.size += size
        if self.reach > self._last_row():
            return None
        return sorted(self._rows, reverse=True)[: self._limit]

    def _last_row(self) -> int:
        """Return the last row of a full list, 0 while it is not full."""
        if len(self._rows) < self._limit:
            return 0
        return sorted(self._rows, reverse=True)[self._limit - 1]


@dataclass
class _Plan:
    """Ways to what is asked for and seen."""

    query: LoopQuery
    scope: Scope
    walker: Walker
    _area_paths: list[str] = field(init=False)
    _areas: list[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._area_paths = self._paths()
        if not self._area_paths:
            self._areas = []
        elif self._area_paths != [*EVERYWHERE]:
            some = self.walker.areas_in(self._area_paths, MOST_AREAS + 1)
            self._areas = [*some] if len(some) <= MOST_AREAS else None

    @property
    def sees_nothing(self) -> bool:
        """Whether nothing that is asked for can be seen."""
        return not (self._area_paths or self.scope.sources or self.scope.departments)

    def rows(self) -> Walk:
        """Return the walk by all rows."""
        return self._wanted_of(ROWS, [()])

    def ways(self) -> Iterator[list[Walk]]:
        """Yield the walks of each way."""
        query = self.query
        is_narrow = self._area_paths != [*EVERYWHERE]
        if is_narrow and self._areas is not None:
            yield [*self._of_scope()]
        if query.area_path and (self.scope.sources or self.scope.departments):
            areas = self.walker.areas_in([query.area_path], MOST_AREAS + 1)
            if len(areas) <= MOST_AREAS:
                yield [self._wanted_of(AREA, [(path,) for path in areas])]
        if query.kinds and self._is_by_kind:
            keys = [
                (kind, flag) for kind in query.kinds for flag in self._flags_of(kind)
            ]
            yield [self._wanted_of(KIND, keys)]
        if query.is_open or query.overdue_at is not None:
            yield [self._wanted_of(OPEN, [()])]
        elif query.states:
            yield [self._wanted_of(STATE, [(state,) for state in query.states])]

    def _wanted_of(self, index: Index, keys: Sequence[tuple[object, ...]]) -> Walk:
        """Return the walk by an index that the scope has nothing to do with."""
        # each entry is looked up among those of the departments, unless it is not due
        is_rare = index == OPEN and self.query.overdue_at is not None
        probe = RARE_PROBE if is_rare else PROBE
        weight = probe if self.scope.departments else 1
        return Walk(index, tuple(keys), self._wanted, weight)

    @property
    def _is_by_kind(self) -> bool:
        """Whether there is no better way to some kinds: departments have one."""
        return bool(self._area_paths or self.scope.sources)

    def _of_scope(self) -> Iterator[Walk]:
        """Yield the walks by what the scope sees."""
        scope, mark = self.scope, self.walker.mark
        if self._areas:
            visible = any_of([self._plain, *self._own])
            paths = tuple((path,) for path in self._areas)
            yield Walk(AREA, paths, all_of([self._asked, visible]))
        rest = all_of([self._asked, below_path(self.query.area_path, mark)])
        if scope.sources:
            yield Walk(SOURCE, tuple((s,) for s in sorted({*scope.sources})), rest)
        if scope.departments:
            departments = sorted({*scope.departments})
            keys = [(name, kind) for name in departments for kind in self.query.kinds]
            if not keys:
                keys = [*self.walker.kinds_of(departments)]
            yield Walk(DEPARTMENT, tuple(keys), all_of([rest, self._plain]))

    @property
    def _asked(self) -> Condition:
        """What is asked for but for the area."""
        query = replace(self.query, area_path="", below=None)
        return loop_condition(query, self.walker.mark)

    @property
    def _wanted(self) -> Condition:
        """What is asked for and seen."""
        if self._area_paths == [*EVERYWHERE]:
            ways = [self._plain, *self._own]
            return all_of([self._asked, any_of(ways)])
        mark = self.walker.mark
        within = below_path(self.query.area_path, mark)
        near = [self._near]
        if self.scope.departments:
            owed = one_of("owed.department_id", self.scope.departments, mark)
            sql = (
                "EXISTS (SELECT 1 FROM loop_departments AS owed "  # noqa: S608
                f"WHERE owed.event_row = {self.walker.row} AND {owed.sql} "
                # without a limit PostgreSQL reads all of the departments first
                "LIMIT 1 OFFSET 0)"
            )
            near.append(within.and_(Condition(sql, owed.values)))
        visible = self._plain.and_(any_of(near))
        own = [within.and_(condition) for condition in self._own]
        return all_of([self._asked, any_of([visible, *own])])

    @property
    def _near(self) -> Condition:
        """The areas that are asked for and seen."""
        if self._areas is not None and len(self._area_paths) > FEW_AREAS:
            return self.walker.among("area_path", self._areas)
        return any_of([below_path(p, self.walker.mark) for p in self._area_paths])

    @property
    def _plain(self) -> Condition:
        """Whether a row is of no sensitive kind that is not granted."""
        if self.scope.is_whole:
            return Condition("true")
        return scope_condition(
            Scope(EVERYWHERE, grants=self.scope.grants), self.walker.mark
        )

    @property
    def _own(self) -> list[Condition]:
        """Whether a row is of a source that sees all of its own."""
        sources = self.scope.sources
        return [one_of("source", sources, self.walker.mark)] if sources else []

    def _flags_of(self, kind: str) -> Iterable[bool]:
        """Return which rows of a kind may be seen, sensitive ones or not."""
        scope = self.scope
        is_seen = scope.is_whole or scope.sources or kind in scope.grants
        return (False, True) if is_seen else (False,)

    def _paths(self) -> list[str]:
        """Return the areas that are asked for and seen, none inside another."""
        area = self.query.area_path
        own = EVERYWHERE if self.scope.is_whole else self.scope.area_paths
        both = {max(path, area, key=len) for path in own if _is_nested(path, area)}
        outer: list[str] = []
        for path in sorted(both):
            if not (outer and path.startswith(outer[-1])):
                outer.append(path)
        return outer


def _is_nested(path: str, other: str) -> bool:
    return path.startswith(other) or other.startswith(path)
