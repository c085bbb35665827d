"""Figures of the events of an area over a time, as far as who asks sees them."""

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from api.service.events.area_question import (
    AreaQuestion,
    moment_of,
    refuse_times,
    refuse_values,
    valid_at_of,
)
from api.service.events.figure_names import names_of
from api.service.events.grounds import ground_of, meaning_of, path_of
from api.service.events.moved_columns import MovedColumns
from api.service.events.silences import SILENT_COLUMNS, Silence, longest_silent
from gis.access import Scope
from gis.events import (
    LINES,
    MODULES,
    SUMMONS,
    DepartmentRow,
    Task,
    department_rows,
)
from gis.local_time import local_day, timezone_of
from gis.models import Instant
from gis.versions import History
from layers.figures.area_facts import (
    PlaceFigures,
    PostFigures,
    Rating,
    WhistleFigures,
    grids_of,
    place_figures,
    post_figures,
    rating_of,
    whistle_figures,
)
from layers.figures.columns import Area, EventColumns
from layers.figures.comparison import (
    Period,
    PeriodComparison,
    Rebase,
    compare,
    version_of,
    versions_of,
)
from layers.figures.counting import Span
from layers.figures.moved_events import NOT_MOVED
from layers.figures.question import (
    MOVE,
    TOWN,
    FigureQuery,
    Ground,
)
from layers.figures.step_log import StepLog
from layers.figures.tally import FigureRow, FigureTable, count_events
from layers.rating.day import RiskDay
from layers.registry import Registries
from layers.snapshots import Snapshot, Snapshots, StoreView, build_snapshot
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.protocol import Store

MONTH_MS: Final = 30 * 86_400_000
"""Figures are of so long without another time."""
CACHED_VERSIONS: Final = 4
"""Boundaries as known at other times that are kept in memory."""


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """Figures of the events of an area.

    Attributes
    ----------
    question
        What was asked.
    counted_at
        When it was counted, by the clock of the store.
    valid_at
        When the area is in force.
    version, digest
        Of the boundaries.
    revision, last_action
        Of the store, and the last row of the log of actions that counts.
    table
        The figures.
    withheld
        Sensitive kinds of which nothing is counted.
    sensitive_kinds
        Kinds about people that who asks may see, and that are counted.
    silences
        Events without reply that stand so now; of figures by department alone.
    summons
        What each department did when it was summoned; likewise.
    names
        By -> key -> Chinese and English name, where it has one.
    """

    question: AreaQuestion
    counted_at: Instant
    valid_at: Instant
    version: int
    digest: str
    revision: int
    last_action: int
    table: FigureTable
    withheld: tuple[str, ...]
    sensitive_kinds: tuple[str, ...]
    silences: tuple[Silence, ...]
    summons: tuple[DepartmentRow, ...]
    names: Mapping[str, Mapping[str, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What an area has beside its events.

    Attributes
    ----------
    places
        Places and checks; None where who asks does not see any.
    rating
        Score and level.
    posts
        Posts at the end of the time; None where grids stand alone.
    whistles
        Departments summoned in the time.
    """

    places: PlaceFigures | None
    rating: Rating
    posts: PostFigures | None
    whistles: WhistleFigures


@dataclass(frozen=True)
class FiguresDesk:
    """Counts the events of a store.

    Attributes
    ----------
    store, snapshots, registries
        Where the events are, and what says which areas, sources and kinds there are.
    zone
        IANA zone of days.
    folder
        Where what was read is kept for the next start; None keeps nothing.
    """

    store: Store
    snapshots: Snapshots
    registries: Registries
    zone: str = "Asia/Shanghai"
    folder: Path | None = None
    _boundaries: dict[tuple[int, Instant | None], Snapshot] = field(
        default_factory=dict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def steps(self) -> StepLog:
        """The events in memory, read when they are first asked for."""
        return StepLog(
            self.store, lambda: self.registries.current.scenarios, self.folder
        )

    def start(self) -> None:
        """Begin to read the events of a store that lasts, before anybody asks."""
        if self.folder:
            self.steps.start()

    def close(self) -> None:
        """Keep what was read for the next start; nothing is read any more."""
        self.steps.close()

    @cached_property
    def moved(self) -> MovedColumns:
        """The events of earlier periods on later boundaries."""
        return MovedColumns(self.store, self.steps)

    def of_area(self, question: AreaQuestion, scope: Scope) -> AreaFigures | None:
        """Return the figures of the events of an area.

        Who sees an event counts it, nobody else does: figures say of sensitive kinds no
        more than the list of events does.

        Parameters
        ----------
        question
            What is asked.
        scope
            What who asks sees.

        Returns
        -------
        figures
            None where there is no such area then, or it is out of scope.

        Raises
        ------
        FigureError
            If the time does not end after it begins, something to be known lies ahead,
            a condition has a value that there is none of, or there are too many rows.
        """
        return self._of_area(question, scope, self.steps.current())

    def _of_area(
        self, question: AreaQuestion, scope: Scope, columns: EventColumns
    ) -> AreaFigures | None:
        """Return the figures of an area, counted in some columns."""
        now = self.store.now()
        registry = self.registries.current
        refuse_times(question, now)
        refuse_values(question.chosen, registry)
        valid_at = valid_at_of(question)
        snapshot = self.boundaries(valid_at, question.known_at)
        if snapshot is None:
            return None
        ground = ground_of(snapshot, question, scope)
        if ground is None:
            return None
        query = self._query(question, ground, now)
        counts = count_events(columns, query, scope, meaning_of(registry))
        table = _with_expected(counts, question)
        sensitive = registry.scenarios.sensitive_kinds
        return AreaFigures(
            question,
            now,
            valid_at,
            snapshot.version.version,
            snapshot.version.digest,
            snapshot.revision,
            columns.last_action,
            table,
            tuple(kind for kind in sensitive if kind not in scope.grants),
            tuple(kind for kind in sensitive if kind in scope.grants),
            self._silences(question, snapshot, scope, now),
            self._summons(question, snapshot, scope),
            names_of(table, question.by, registry),
        )

    def compared(self, figures: AreaFigures, scope: Scope) -> PeriodComparison | None:
        """Return the figures of an earlier period, and how events changed since.

        Parameters
        ----------
        figures
            Of the later period.
        scope
            What who asks sees.

        Returns
        -------
        comparison
            None where none is asked for.

        Raises
        ------
        FigureError
            If boundaries changed in or between the periods and the earlier one is not
            to be re-based, or these are not alike.
        """
        question = figures.question
        if question.against is None:
            return None
        since, until = question.against
        earlier = replace(
            question, since=since, until=until, valid_at=figures.valid_at, against=None
        )
        history = StoreView(self.store, question.known_at).history()
        columns, rebase = self.steps.current(), None
        if question.is_rebased and until > since:
            columns, rebase = self._rebased(question, earlier, history, scope)
        before = self._of_area(earlier, scope, columns)
        table = FigureTable(EMPTY, (), 0) if before is None else before.table
        return compare(
            history,
            Period(since, until, table),
            Period(question.since, question.until, figures.table),
            self.zone,
            rebase,
        )

    def _rebased(
        self,
        question: AreaQuestion,
        earlier: AreaQuestion,
        history: History,
        scope: Scope,
    ) -> tuple[EventColumns, Rebase | None]:
        """Return the events of an earlier time on later boundaries, and how they came.

        As they are, where the same boundaries were in force.
        """
        span = earlier.since, earlier.until
        versions = versions_of(history, span)
        version = version_of(history, (question.since, question.until))
        target = self.boundaries(Instant(question.until - 1), question.known_at)
        if target is None or {v.digest for v in versions} == {version.digest}:
            return self.steps.current(), None
        columns = self.moved.on(span, question.known_at, versions, target)
        by_move = replace(earlier, by=(MOVE,))
        snapshot = self.boundaries(valid_at_of(earlier), question.known_at) or target
        ground = ground_of(snapshot, earlier, scope) or Ground(earlier.area_id)
        moves, town = (
            {
                row.keys[0]: row.counts["events"]
                for row in count_events(
                    columns,
                    self._query(by_move, some, self.store.now()),
                    scope,
                    meaning_of(self.registries.current),
                ).rows
            }
            for some in (ground, TOWN)
        )
        left_out = {name: town[name] for name in NOT_MOVED if name in town}
        return columns, Rebase(moves, left_out)

    def _query(
        self, question: AreaQuestion, ground: Ground, now: Instant
    ) -> FigureQuery:
        """Return a question of an area as the columns take it."""
        return FigureQuery(
            ground,
            question.since,
            question.until,
            moment_of(question, now),
            question.known_at,
            question.by,
            question.chosen,
            self.zone,
        )

    def facts_of(
        self, question: AreaQuestion, scope: Scope, day: RiskDay, has_places: bool
    ) -> AreaFacts | None:
        """Return what an area has beside its events, at the end of the time.

        Parameters
        ----------
        question
            What is asked.
        scope
            What who asks sees.
        day
            The rated day on which the time ends.
        has_places
            Whether who asks may see places and checks.

        Returns
        -------
        facts
            None as `of_area` has it.
        """
        now, valid_at = self.store.now(), valid_at_of(question)
        snapshot = self.boundaries(valid_at, question.known_at)
        ground = None if snapshot is None else ground_of(snapshot, question, scope)
        duties = None if snapshot is None else snapshot.territory.duties
        if ground is None or duties is None:
            return None
        zone = timezone_of(self.zone)
        first = local_day(question.since, zone)
        span = Span(min(first, day.day), day.day)
        grid_ids = grids_of(duties.roster.pagoda, ground)
        moment = moment_of(question, now)
        return AreaFacts(
            place_figures(day, grid_ids, span) if has_places else None,
            rating_of(day, question.area_id),
            post_figures(duties, ground, min(valid_at, now)),
            whistle_figures(
                self._whistles(question, ground, scope), Instant(moment + 1), moment
            ),
        )

    def _whistles(
        self, question: AreaQuestion, ground: Ground, scope: Scope
    ) -> list[Task]:
        """Return the tasks by which departments were summoned in the time."""
        until = question.until
        if question.known_at is not None:
            until = min(until, Instant(question.known_at + 1))
        if until <= question.since:
            return []
        query = TaskQuery(
            sorts=SUMMONS, since=question.since, until=until, limit=sys.maxsize
        )
        return [
            task
            for task in self.store.tasks(query, scope)
            if ground.child(_area_of(task.area_path)) is not None
        ]

    def by_source(
        self, span: tuple[Instant, Instant], scope: Scope
    ) -> dict[str, FigureRow]:
        """Return the figures of each source in a time, as far as a scope sees them.

        Parameters
        ----------
        span
            From, inclusively, until, exclusively.
        scope
            What who asks sees.
        """
        registry, (since, until) = self.registries.current, span
        query = FigureQuery(
            TOWN, since, until, self.store.now(), by=("source",), zone=self.zone
        )
        table = count_events(self.steps.current(), query, scope, meaning_of(registry))
        rows = {row.keys[0]: row for row in table.rows}
        return {source: rows.get(source, EMPTY) for source in registry.sources}

    def boundaries(self, at: Instant, known_at: Instant | None) -> Snapshot | None:
        """Return the boundaries in force at a time as known at a time; None for none.

        Parameters
        ----------
        at
            In force.
        known_at
            None is now.
        """
        snapshot = self.snapshots.at(at)
        if known_at is None:
            return snapshot
        view = StoreView(self.store, known_at)
        version = view.history().in_force(at)
        if version is None:
            return None
        if snapshot is not None and snapshot.version == version:
            return snapshot
        with self._lock:
            key = version.version, known_at
            if key not in self._boundaries:
                for old in [*self._boundaries][: 1 - CACHED_VERSIONS]:
                    del self._boundaries[old]
                self._boundaries[key] = build_snapshot(view, at)
            return self._boundaries[key]

    def _silences(
        self, question: AreaQuestion, snapshot: Snapshot, scope: Scope, now: Instant
    ) -> tuple[Silence, ...]:
        """Return the events without reply, the longest silent first."""
        path = path_of(snapshot, question)
        is_now = question.known_at is None and question.until > now
        if "department" not in question.by or path is None or not is_now:
            return ()
        query = LoopQuery(
            area_path=path, is_open=True, since=question.since, until=question.until
        )
        columns = (*SILENT_COLUMNS, "first_response_at", "received_at")
        loops = self.store.loop_columns(query, scope, columns)
        meaning = meaning_of(self.registries.current)
        return longest_silent(loops[loops["first_response_at"].isna()], meaning, now)

    def _summons(
        self, question: AreaQuestion, snapshot: Snapshot, scope: Scope
    ) -> tuple[DepartmentRow, ...]:
        """Return what departments did when they were summoned in the time."""
        path = path_of(snapshot, question)
        if "department" not in question.by or path is None:
            return ()
        query = TaskQuery(
            sorts=SUMMONS,
            area_path=path,
            since=question.since,
            until=question.until,
            limit=sys.maxsize,
        )
        return department_rows(self.store.tasks(query, scope))


EMPTY: Final = FigureRow.empty(())
"""Figures of no events."""


def _area_of(path: str) -> Area:
    """Return where a task is, by its path: its last id is a grid, if there is such."""
    return Area(path, path.rstrip("/").rpartition("/")[2] or None)


def _with_expected(table: FigureTable, question: AreaQuestion) -> FigureTable:
    """Return figures with a row for each line or module, also without events."""
    expected: Mapping[tuple[str, ...], tuple[str, ...]] = {
        ("line",): LINES,
        ("module",): MODULES,
    }
    keys = [(key,) for key in expected.get(question.by, ())]
    rows = {row.keys: row for row in table.rows}
    missing = [FigureRow.empty(key) for key in keys if key not in rows]
    ordered = sorted([*table.rows, *missing], key=lambda row: row.keys)
    return FigureTable(table.total, tuple(ordered), table.nowhere)
