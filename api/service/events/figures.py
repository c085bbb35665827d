"""Figures of the events of an area over a time, as far as who asks sees them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from api.service.events.boundaries import Boundaries
from api.service.events.figure_names import names_of
from api.service.events.grounds import ground_of, meaning_of, path_of
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
)
from layers.figures.counting import Span
from layers.figures.moved_columns import MovedColumns
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
from layers.snapshots import Snapshot, Snapshots, StoreView
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.protocol import Store

MONTH_MS: Final = 30 * 86_400_000
"""Figures are of so long without another time."""


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
    rebase
        How events came to these boundaries; None where nothing was re-based.
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
    rebase: Rebase | None


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

    @cached_property
    def boundaries(self) -> Boundaries:
        """The boundaries in force at any time."""
        return Boundaries(self.store, self.snapshots)

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
        """The events of periods on the boundaries of other times."""
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
        now, valid_at = self.store.now(), valid_at_of(question)
        registry = self.registries.current
        refuse_times(question, now)
        refuse_values(question.chosen, registry)
        snapshot = self.boundaries.at(valid_at, question.known_at)
        ground = None if snapshot is None else ground_of(snapshot, question, scope)
        if snapshot is None or ground is None:
            return None
        columns, rebase = self.steps.current(), None
        if question.is_rebased and question.against is None:
            columns, rebase = self._rebased(question, ground, scope, snapshot)
        table = self._table(question, ground, scope, columns)
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
            rebase,
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
        refuse_times(earlier, self.store.now())
        table, rebase = self._earlier(earlier, Instant(question.until - 1), scope)
        return compare(
            StoreView(self.store, question.known_at).history(),
            Period(since, until, table),
            Period(question.since, question.until, figures.table),
            self.zone,
            rebase,
        )

    def _earlier(
        self, earlier: AreaQuestion, later_end: Instant, scope: Scope
    ) -> tuple[FigureTable, Rebase | None]:
        """Return the figures of an earlier period, on later boundaries if asked so."""
        snapshot, target = (
            self.boundaries.at(at, earlier.known_at)
            for at in (valid_at_of(earlier), later_end)
        )
        ground = None if snapshot is None else ground_of(snapshot, earlier, scope)
        if ground is None:
            return FigureTable(EMPTY, (), 0), None
        columns, rebase = self.steps.current(), None
        if earlier.is_rebased and target is not None:
            columns, rebase = self._rebased(earlier, ground, scope, target)
        return self._table(earlier, ground, scope, columns), rebase

    def _table(
        self,
        question: AreaQuestion,
        ground: Ground,
        scope: Scope,
        columns: EventColumns,
    ) -> FigureTable:
        """Return figures counted in some columns."""
        query = self._query(question, ground, self.store.now())
        counts = count_events(
            columns, query, scope, meaning_of(self.registries.current)
        )
        return _with_expected(counts, question)

    def _rebased(
        self, question: AreaQuestion, ground: Ground, scope: Scope, target: Snapshot
    ) -> tuple[EventColumns, Rebase | None]:
        """Return the events of a time on some boundaries, and how they came.

        As they are, where these were in force all the time.
        """
        span = question.since, question.until
        columns = self.moved.on(span, question.known_at, target)
        if columns.origin is None:
            return columns, None
        by_move = replace(question, by=(MOVE,))
        moves, town = (
            {
                row.keys[0]: row.counts["events"]
                for row in self._table(by_move, some, scope, columns).rows
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
        snapshot = self.boundaries.at(valid_at, question.known_at)
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
