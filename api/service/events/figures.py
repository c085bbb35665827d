"""Figures of the events of an area over a time, as far as who asks sees them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from api.service.events.draft import UNKNOWN_KIND
from gis.access import Scope
from gis.errors import SettingError
from gis.events import (
    LINES,
    MODULES,
    SUMMONS,
    DepartmentRow,
    Scenarios,
    department_rows,
)
from gis.local_time import instant_text
from gis.models import Department, Instant, Source
from layers.figures.events import (
    COLUMNS,
    KEY_COLUMNS,
    FigureRow,
    accept_times,
    figure_rows,
    keys_of,
    total_row,
    unanswered,
)
from layers.packs.code_tables import codes_of
from layers.registry import Registries, Registry
from layers.snapshots import Snapshots
from layers.stores.loop_columns import FIRST_DEPARTMENT
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.protocol import Store

MONTH_MS: Final = 30 * 86_400_000
"""Figures are of so long without another time."""
MOST_SILENT: Final = 1000
"""So many events without reply are listed, the longest silent first; all count."""
SILENT_COLUMNS: Final = ("event_id", "kind", FIRST_DEPARTMENT)


@dataclass(frozen=True, slots=True)
class Silence:
    """An event that nobody has responded to although its acceptance was due."""

    event_id: str
    kind: str
    department_id: str
    accept_by: Instant


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """Figures of the events of an area.

    Attributes
    ----------
    since, until, counted_at
        Events that occurred in ``[since, until)`` as they stand at `counted_at`.
    total, rows
        Of all of them, and by what they share.
    sensitive_kinds
        Kinds about people that who asks sees one by one, and that are counted.
    silences
        Events without reply; of figures by department alone.
    summons
        What each department did when it was summoned; likewise.
    names
        Key -> Chinese and English name, where it has one.
    """

    since: Instant
    until: Instant
    counted_at: Instant
    total: FigureRow
    rows: tuple[FigureRow, ...]
    sensitive_kinds: tuple[str, ...]
    silences: tuple[Silence, ...]
    summons: tuple[DepartmentRow, ...]
    names: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FiguresDesk:
    """Counts the events of a store.

    Attributes
    ----------
    store, snapshots, registries
        Where the events are, and what says which areas, sources and kinds there are.
    """

    store: Store
    snapshots: Snapshots
    registries: Registries

    def of_area(
        self, area_id: str, by: str, span: tuple[Instant, Instant], scope: Scope
    ) -> AreaFigures | None:
        """Return the figures of the events of a grid or circle.

        Who sees an event counts it, nobody else does: figures say of sensitive kinds no
        more than the list of events does.

        Parameters
        ----------
        area_id
            The area, as it is in force at the end of the time.
        by
            One of `layers.figures.events.FIGURE_KEYS`; of ``circle`` the areas next
            below.
        span
            From, inclusively, until, exclusively.
        scope
            What who asks sees.

        Returns
        -------
        figures
            None where there is no such area, or it is out of scope.

        Raises
        ------
        SettingError
            If the time does not end after it begins.
        """
        since, until = span
        if since >= until:
            raise SettingError(
                f"Figures are asked for from {instant_text(since)!r} to "
                f"{instant_text(until)!r}, expected an end after the beginning; give "
                "another time."
            )
        path = self._path(area_id, Instant(until - 1))
        if path is None or not _reaches(scope, path):
            return None
        columns = [*COLUMNS, KEY_COLUMNS[by]]
        if by == "department":
            columns += SILENT_COLUMNS
        query = LoopQuery(area_path=path, since=since, until=until)
        loops = self.store.loop_columns(query, scope, [*dict.fromkeys(columns)])
        registry, now = self.registries.current, self.store.now()
        accept_by = accept_times(
            loops, registry.scenarios.kinds, UNKNOWN_KIND.minutes.accept
        )
        tier = path.count("/") + 1
        rows = figure_rows(
            loops, keys_of(loops, by, tier), accept_by, now, _expected(by)
        )
        is_by_department = by == "department"
        return AreaFigures(
            since,
            until,
            now,
            total_row(loops, accept_by, now),
            rows,
            tuple(sorted(loops["kind"][loops["is_sensitive"]].unique())),
            _silences(loops, accept_by, now) if is_by_department else (),
            self._summons(path, span, scope) if is_by_department else (),
            {row.key: name for row in rows if (name := _name(by, row.key, registry))},
        )

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
        loops = self.store.loop_columns(
            LoopQuery(since=since, until=until), scope, [*COLUMNS, "source"]
        )
        accept_by = accept_times(
            loops, registry.scenarios.kinds, UNKNOWN_KIND.minutes.accept
        )
        rows = figure_rows(
            loops, loops["source"], accept_by, self.store.now(), registry.sources
        )
        return {row.key: row for row in rows}

    def _path(self, area_id: str, at: Instant) -> str | None:
        """Return the path of an area at a time; None where there is none."""
        snapshot = self.snapshots.at(at)
        pagoda = snapshot and snapshot.territory.pagoda
        return pagoda.path(area_id) if pagoda else None

    def _summons(
        self, path: str, span: tuple[Instant, Instant], scope: Scope
    ) -> tuple[DepartmentRow, ...]:
        """Return what departments did when they were summoned in the time."""
        since, until = span
        query = TaskQuery(
            sorts=SUMMONS, area_path=path, since=since, until=until, limit=sys.maxsize
        )
        return department_rows(self.store.tasks(query, scope))


def _reaches(scope: Scope, path: str) -> bool:
    """Say whether a scope sees all of an area, or some events wherever they are."""
    if scope.departments or scope.sources:
        return True
    return any(path.startswith(beginning) for beginning in scope.area_paths)


def _expected(by: str) -> tuple[str, ...]:
    """Return keys that have a row without events too."""
    return {"line": LINES, "module": MODULES}.get(by, ())


def _silences(
    loops: pd.DataFrame, accept_by: "pd.Series[float]", now: Instant
) -> tuple[Silence, ...]:
    """Return the events without reply, the longest silent first."""
    timed = loops.assign(accept_by=accept_by)
    silent = timed[unanswered(loops, accept_by, now)]
    first = silent.sort_values(["accept_by", "event_id"]).head(MOST_SILENT)
    return tuple(
        Silence(event_id, kind, department_id, Instant(int(due)))
        for event_id, kind, department_id, due in first[
            [*SILENT_COLUMNS, "accept_by"]
        ].itertuples(index=False)
    )


def _name(by: str, key: str, registry: Registry) -> tuple[str, str] | None:
    """Return the Chinese and English name of a key; None where it has none."""
    bodies: dict[str, Mapping[str, Source | Department]] = {
        "source": registry.sources,
        "department": registry.departments,
    }
    body = bodies.get(by, {}).get(key)
    if body is not None:
        return body.name_zh, body.name_en or body.name_zh
    if by == "rule":
        return _pack_name(registry.scenarios, key.partition("/")[0])
    codes = {"line": codes_of("lines"), "module": codes_of("modules")}.get(by, {})
    return codes.get(key)


def _pack_name(scenarios: Scenarios, pack_id: str) -> tuple[str, str] | None:
    """Return the names of a pack."""
    return next((p.name for p in scenarios.packs if p.pack == pack_id), None)
