"""What stands now in an area: figures beside those of a week ago, and what waits."""

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from api.service.access.sight import Sight
from api.service.cockpit.headlines import (
    WEEK,
    Earlier,
    Headline,
    Rows,
    area_headlines,
    event_headline,
    place_headlines,
    places_of,
)
from api.service.cockpit.waiting import (
    MOST_LISTED,
    EventNow,
    PostNow,
    SummonsNow,
    Waiting,
)
from api.service.events.area_question import AreaQuestion
from api.service.events.desk_words import Namer, state_names
from api.service.events.figures import AreaFigures, FiguresDesk
from api.service.rating.days import RiskDesk
from gis.access import Scope
from gis.local_time import day_start, local_day, timezone_of
from gis.models import Instant
from layers.figures.area_facts import grids_of
from layers.figures.question import Ground
from layers.figures.tally import FigureRow
from layers.rating.day import RiskDay
from layers.words import Words
from layers.words.vocabulary import OTHER_NAME, SYNTHETIC

WEEK_MS: Final = WEEK.days * 86_400_000
KEPT_S: Final = 1.0
MOST_KEPT: Final = 64
BEGINNING: Final = Instant(0)
"""Before every event."""


Key: TypeAlias = tuple[str, Scope, bool]
"""Which area, for whom."""


class PartNow(NamedTuple):
    """Events of today of a module or line."""

    code: str
    name: Words
    events: int
    open: int
    overdue: int


class ColourNow(NamedTuple):
    """A grid that has another colour than the day before."""

    grid_id: str
    before: int
    level: int


@dataclass(frozen=True, slots=True)
class Now:
    """What stands now in an area.

    Attributes
    ----------
    area_id
        The area.
    at, day
        When, in local time to the minute; the day that is rated.
    figures
        Headlines by their ids in the registry.
    modules, lines
        Events of today.
    events
        The last that came.
    overdue, whistles, vacant, colours
        The first of each list.
    totals
        How long each of these lists is.
    """

    area_id: str
    at: str
    day: str
    figures: tuple[Headline, ...]
    modules: tuple[PartNow, ...]
    lines: tuple[PartNow, ...]
    events: tuple[EventNow, ...]
    overdue: tuple[EventNow, ...]
    whistles: tuple[SummonsNow, ...]
    vacant: tuple[PostNow, ...]
    colours: tuple[ColourNow, ...]
    totals: dict[str, int]


class Setting(NamedTuple):
    """What a page says that hangs on no hour.

    Attributes
    ----------
    town
        Name of the town.
    synthetic
        Said where it is made up and has a clock of its own; None elsewhere.
    zone
        IANA zone of its times.
    kinds, states
        Codes of events that who asks may see, and of their states -> names.
    """

    town: Words
    synthetic: Words | None
    zone: str
    kinds: Mapping[str, Words]
    states: Mapping[str, Words]


class View(NamedTuple):
    """Who looks at which area: and when."""

    area_id: str
    scope: Scope
    counts_places: bool
    at: Instant


@dataclass(frozen=True)
class NowDesk:
    """Says what stands now.

    Attributes
    ----------
    figures, rating
        Counts events, and rates places and areas.
    """

    figures: FiguresDesk
    rating: RiskDesk
    _kept: dict[Key, tuple[float, Now | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _earlier(self) -> Earlier:
        return Earlier(self.rating)

    def close(self) -> None:
        """Rate no earlier day any more."""
        self._earlier.close()

    def setting(self, scope: Scope) -> Setting:
        """Return what a page says that hangs on no hour.

        Parameters
        ----------
        scope
            Of who asks.
        """
        store, zone = self.figures.store, timezone_of(self.figures.zone)
        imprint = self.rating.rulebook(self.rating.cutoff(None, None)).imprint
        namer = Namer(self.figures.registries.current, zone, store.now())
        return Setting(
            imprint.words,
            None if store.kept_clock() is None else SYNTHETIC,
            self.figures.zone,
            namer.kinds(scope),
            state_names(),
        )

    @property
    def has_circles(self) -> bool:
        """Whether the grids have circles of command, which everything is summed by."""
        return self.figures.snapshots.current.territory.pagoda is not None

    def home(self, scope: Scope) -> str | None:
        """Return the highest area that a scope sees; None where there is no tree.

        Parameters
        ----------
        scope
            Of who asks.
        """
        pagoda = self.figures.snapshots.current.territory.pagoda
        if pagoda is None:
            return None
        paths = sorted(path for path in scope.area_paths if path)
        if not paths or scope.has_area(""):
            tops = (c for c in pagoda.circles.values() if c.parent_id is None)
            return min((str(circle.circle_id) for circle in tops), default=None)
        return paths[0].rstrip("/").rpartition("/")[2]

    def now(self, area_id: str, sight: Sight, scope: Scope) -> Now | None:
        """Return what stands now in an area; None where there is none, or out of sight.

        Whoever asks for the same within a second gets the same.

        Parameters
        ----------
        area_id
            A grid or circle.
        sight, scope
            Of who asks: what it sees, and what it may count.
        """
        key = (area_id, scope, sight.counts_places)
        with self._lock:
            read_at, last = self._kept.get(key, (-math.inf, None))
            if time.monotonic() - read_at >= KEPT_S:
                last = self._read(area_id, sight, scope)
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = time.monotonic(), last
            return last

    def _read(self, area_id: str, sight: Sight, scope: Scope) -> Now | None:
        """Return what stands now, counted anew."""
        store, zone = self.figures.store, timezone_of(self.figures.zone)
        now = store.now()
        start = day_start(local_day(now, zone), zone)
        duties = self.figures.snapshots.current.territory.duties
        view = View(area_id, scope, sight.counts_places, now)
        by_module = self._counted(view, start, now, ("module",))
        if by_module is None or duties is None:
            return None
        open_now = self._counted(view, BEGINNING, now)
        by_line = self._counted(view, start, now, ("line",))
        assert open_now is not None  # noqa: S101  as the modules are
        assert by_line is not None  # noqa: S101  likewise
        namer = Namer(self.figures.registries.current, zone, now)
        path = duties.roster.pagoda.path(area_id) or ""
        waiting = Waiting(store, scope, path, namer)
        whistles, vacant = waiting.whistles(), waiting.vacant(duties)
        day, grid_ids = (
            self.rating.on(),
            grids_of(duties.roster.pagoda, Ground(area_id)),
        )
        rows = np.flatnonzero(day.grids["grid_id"].isin(grid_ids).to_numpy())
        colours = _changed_colours(day, rows)
        return Now(
            area_id,
            namer.moment(now),
            day.day.isoformat(),
            (
                *self._event_headlines(view, by_module, open_now, start),
                *self._place_headlines(view, day, grid_ids),
                *area_headlines(day, rows),
            ),
            tuple(_parts(by_module)),
            tuple(_parts(by_line)),
            waiting.last_events(),
            waiting.overdue(),
            whistles[:MOST_LISTED],
            vacant[:MOST_LISTED],
            colours[:MOST_LISTED],
            {
                "overdue": open_now.table.total.counts["overdue"],
                "whistles": len(whistles),
                "vacant": len(vacant),
                "colours": len(colours),
            },
        )

    def _counted(
        self, view: View, since: Instant, at: Instant, by: tuple[str, ...] = ()
    ) -> AreaFigures | None:
        """Return events of an area as they stood at a time, on the areas of now."""
        question = AreaQuestion(
            "circles", view.area_id, since, Instant(at + 1), by, valid_at=view.at
        )
        return self.figures.of_area(question, view.scope)

    def _event_headlines(
        self, view: View, today: AreaFigures, all_events: AreaFigures, start: Instant
    ) -> list[Headline]:
        """Return events of today, and all that are open and overdue."""
        then = Instant(view.at - WEEK_MS)
        day_before = self._counted(view, Instant(start - WEEK_MS), then)
        all_before = self._counted(view, BEGINNING, then)
        return [
            event_headline("events", today, day_before),
            event_headline("open", all_events, all_before),
            event_headline("overdue", all_events, all_before),
        ]

    def _place_headlines(
        self, view: View, day: RiskDay, grid_ids: frozenset[str]
    ) -> list[Headline]:
        """Return codes of places and overdue checks, where these are counted."""
        if not view.counts_places:
            return []
        before = self._earlier.places(day, grid_ids, view.area_id)
        return place_headlines(places_of(day, grid_ids), before)


def _parts(figures: AreaFigures) -> list[PartNow]:
    """Return events by module or line, the most first."""
    [part] = figures.question.by
    names = figures.names[part]

    def row_of(row: FigureRow) -> PartNow:
        [code], counts = row.keys, row.counts
        name = Words(*names.get(code, OTHER_NAME.both if not code else (code, code)))
        return PartNow(code, name, counts["events"], counts["open"], counts["overdue"])

    rows = [row_of(row) for row in figures.table.rows]
    return sorted(rows, key=lambda row: (-row.events, row.code))


def _changed_colours(day: RiskDay, rows: Rows) -> tuple[ColourNow, ...]:
    """Return the grids whose colour changed since the day before, the worst first."""
    levels = day.tiers["grids"].levels[:, rows]
    if len(levels) < 2:
        return ()
    ids = day.grids["grid_id"].to_numpy()[rows]
    changed = [
        ColourNow(str(ids[n]), int(levels[-2, n]), int(levels[-1, n]))
        for n in np.flatnonzero(levels[-1] != levels[-2])
    ]
    return tuple(sorted(changed, key=lambda c: (-c.level, c.before, c.grid_id)))
