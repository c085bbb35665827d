"""What a text stands for: grids, circles, posts, places and events by name and id."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import attrgetter
from typing import Final, Generic, Literal, TypeAlias, TypeVar

import geopandas as gpd

from api.service.access.sight import Sight
from api.service.brief.place_desk import PlaceDesk
from api.service.brief.report_desk import ReportDesk
from gis.access import NOWHERE, READERS, shows_closed
from gis.events import Loop
from layers.gazetteer import Entry, NameIndex, PlaceRegister, fold
from layers.schema.circles import text_or_none
from layers.schema.enterprises import ENTERPRISES
from layers.snapshots import Snapshot, Snapshots
from layers.stores import Store
from layers.stores.loops import LoopQuery

Kind: TypeAlias = Literal["grid", "circle", "post", "place", "event"]
KINDS: Final[tuple[Kind, ...]] = ("grid", "circle", "post", "place", "event")
AreaKind: TypeAlias = Literal["grid", "circle", "post"]
Item = TypeVar("Item")
FIRST_ROWS: Final = 64
MOST_ROWS: Final = 4096
"""So many events are asked for first, and then at once."""


@dataclass(frozen=True, slots=True)
class Named:
    """A grid, a circle or a post.

    Attributes
    ----------
    id, name
        Its id, and its name where it has one.
    area_id
        Circle above it; of a post the area that it answers for. None at the top.
    """

    id: str
    name: str | None
    area_id: str | None


@dataclass(frozen=True, slots=True)
class Matches(Generic[Item]):
    """Some of what a text stands for, the nearest first.

    Attributes
    ----------
    items
        At most as many as were asked for.
    has_more
        Whether there are others.
    """

    items: tuple[Item, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a text stands for, by kind; None of what was not asked for, or not seen."""

    areas: dict[AreaKind, Matches[Named]]
    places: Matches[Entry] | None = None
    events: Matches[Loop] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    Attributes
    ----------
    text
        Folded, of a length that an index takes.
    event_id
        As it was written: by its own id an event is found by the whole of it.
    kinds
        Of what.
    limit
        At most so many of each kind.
    """

    text: str
    event_id: str
    kinds: tuple[Kind, ...] = KINDS
    limit: int = 20


@dataclass(frozen=True, slots=True)
class SearchDesk:
    """Finds what a text stands for in a store.

    Attributes
    ----------
    store, snapshots
        Its events, and the areas in force.
    places, reports
        Its places, and what was reported of its events.
    """

    store: Store
    snapshots: Snapshots
    places: PlaceDesk
    reports: ReportDesk
    _names: list[tuple[Snapshot, "AreaNames"]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def search(self, query: Query, sight: Sight) -> SearchResult:
        """Return what a text stands for, as far as who asks sees it.

        Parameters
        ----------
        query
            What is searched for.
        sight
            Of who asks.
        """
        names, kinds = self._area_names(), query.kinds
        areas: dict[AreaKind, Matches[Named]] = {
            kind: names.matches(kind, query)
            for kind in ("grid", "circle", "post")
            if kind in kinds
        }
        places = events = None
        if "place" in kinds and sight.has_places:
            entries = seen_entries(self.places.current, query.text, sight)
            places = _first(entries, query.limit)
        if "event" in kinds:
            events = _first(self._events(query, sight), query.limit)
        return SearchResult(areas, places, events)

    def _events(self, query: Query, sight: Sight) -> Iterator[Loop]:
        """Yield the events that a text stands for and that are seen, each once.

        First comes that of the whole id, then those by the ids of their sources, then
        those by address and text, to whom these are shown without a purpose.
        """
        if sight.scope == NOWHERE:
            return
        first = self.store.loop(query.event_id)
        earlier: set[int] = set()
        if first is not None and self.store.is_visible(query.event_id, sight.scope):
            earlier.add(first.row)
            yield first
        reports = self.reports.current
        for loop in self._seen_loops(reports.by_id(query.text), sight):
            if loop.row not in earlier:
                earlier.add(loop.row)
                yield loop
        if READERS.issuperset(sight.roles):
            return
        for loop in self._seen_loops(reports.by_words(query.text), sight):
            is_reporter = loop.source in sight.scope.sources
            is_shown = shows_closed(loop, sight.roles, is_reporter=is_reporter)
            if is_shown and loop.row not in earlier:
                yield loop

    def _seen_loops(self, rows: Iterator[int], sight: Sight) -> Iterator[Loop]:
        """Yield the events of rows that are seen, in the order of the rows."""
        count = FIRST_ROWS
        while block := tuple(islice(rows, count)):
            query = LoopQuery(event_rows=block, limit=len(block))
            loops = {loop.row: loop for loop in self.store.loops(query, sight.scope)}
            yield from (loops[row] for row in block if row in loops)
            count = MOST_ROWS

    def _area_names(self) -> "AreaNames":
        """Return the names of the areas and posts in force."""
        snapshot = self.snapshots.current
        with self._lock:
            entry = self._names[-1] if self._names else None
            # of another revision alone all of this is the same
            if entry is None or entry[0].territory is not snapshot.territory:
                entry = snapshot, AreaNames.of(snapshot)
                self._names[:] = [entry]
        return entry[1]


@dataclass(frozen=True, slots=True)
class AreaNames:
    """Grids, circles and posts in force by what stands in their names and ids."""

    rows: dict[AreaKind, tuple[tuple[Named, ...], NameIndex]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "AreaNames":
        """Return those of a snapshot."""
        circles = snapshot.layers.circles.sort_values(["tier", "circle_id"])
        duties = snapshot.territory.duties
        posts = (
            sorted(duties.roster.posts.values(), key=attrgetter("post_id"))
            if duties
            else []
        )
        groups: dict[AreaKind, Sequence[Named]] = {
            "grid": _named(snapshot.layers.grids, "grid_id"),
            "circle": _named(circles, "circle_id"),
            "post": [Named(post.post_id, None, post.area_id) for post in posts],
        }
        return cls({kind: (tuple(g), _index(g)) for kind, g in groups.items()})

    def matches(self, kind: AreaKind, query: Query) -> Matches[Named]:
        """Return those of a kind that a text stands for."""
        items, index = self.rows[kind]
        return _first((items[row] for row in index.rows(query.text)), query.limit)


def seen_entries(register: PlaceRegister, text: str, sight: Sight) -> Iterator[Entry]:
    """Yield what stands for a text of each place that is seen, the nearest first.

    Where addresses are not seen, no place is found by its address.

    Parameters
    ----------
    register
        The places.
    text
        Folded.
    sight
        Of who asks.
    """
    views: dict[int, bool] = {}
    places: set[int] = set()
    has_address = sight.classes.has(ENTERPRISES, "address")
    for row in register.index.rows(text):
        grid, place = int(register.grid_rows[row]), int(register.place_rows[row])
        if grid not in views:
            views[grid] = sight.has_place(None if grid < 0 else register.grid_ids[grid])
        if not views[grid] or place in places:
            continue
        entry = register.entry(row)
        if not has_address:
            entry = replace(entry, address=None)
        if has_address or _stands_in(text, entry.place_id, entry.name):
            places.add(place)
            yield entry


def _stands_in(text: str, *names: str | None) -> bool:
    """Say whether a folded text stands in one of some names."""
    return any(text in fold(name or "") for name in names)


def _first(items: Iterator[Item], limit: int) -> Matches[Item]:
    """Return the first ones, and whether there is another."""
    first = [item for item, _ in zip(items, range(limit + 1), strict=False)]
    return Matches(tuple(first[:limit]), len(first) > limit)


def _named(frame: gpd.GeoDataFrame, key: str) -> list[Named]:
    """Return the rows of a layer of areas."""
    names = frame["name"] if "name" in frame else frame[key].map(lambda _: None)
    parents = frame["parent_id"] if "parent_id" in frame else names.map(lambda _: None)
    return [
        Named(area_id, text_or_none(name), text_or_none(parent))
        for area_id, name, parent in zip(frame[key], names, parents, strict=True)
    ]


def _index(items: Sequence[Named]) -> NameIndex:
    ids = [item.id for item in items]
    return NameIndex([item.name for item in items], ids, [None] * len(items))
