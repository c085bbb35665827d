"""A grid or circle in one answer: who, why its colour, what is open and bound to it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.service.access.sight import Sight
from api.service.brief.command import (
    NOBODY,
    Command,
    Contacts,
    Turns,
    contacts_of,
    seen_command,
)
from api.service.brief.place_desk import PlaceDesk
from api.service.rating.days import RiskDesk
from api.service.rating.seen import seen_day
from api.service.versions.read import VersionReader
from gis.access import Scope
from gis.coverage.neighbours import find_neighbours
from gis.crosswalk import cross, grid_system
from gis.local_time import timezone_of
from gis.models import Circle, CircleId, Instant, PostId
from layers.command import row_of_grid
from layers.rating.drivers import AreaDriver
from layers.schema.circles import text_or_none
from layers.schema.devices import DEVICES
from layers.schema.sharing import GEOMETRY
from layers.snapshots import Snapshot, Snapshots, StoreView, build_snapshot
from layers.stores.loops import LoopQuery
from layers.stores.protocol import MAIN_SYSTEM
from layers.territory import ruler_of

Sort: TypeAlias = Literal["grid", "circle"]
KEYS: Final[Mapping[Sort, str]] = {"grid": "grid_id", "circle": "circle_id"}
SHARE_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class AreaQuery:
    """Which area, as it is in force when and as known when.

    Attributes
    ----------
    sort, area_id
        The area.
    valid_at
        In force when; None is now, and then what is open and its places are told too.
    known_at
        As known when; None is all.
    """

    sort: Sort
    area_id: str
    valid_at: Instant | None = None
    known_at: Instant | None = None

    @property
    def is_now(self) -> bool:
        """Whether it is asked for as it stands."""
        return self.valid_at is None and self.known_at is None


class Colour(NamedTuple):
    """Why an area has its colour, at the end of a day.

    Attributes
    ----------
    day, method_version, rule_version
        The day, and what it was rated by.
    level, score
        None for no data.
    raw_level, floor
        Level of the score of the day alone; the level where a floor rule decided it.
    drivers
        The greatest first, as far as who asks sees them.
    """

    day: str
    method_version: str
    rule_version: str
    level: int | None
    score: float
    raw_level: int | None
    floor: int | None
    drivers: tuple[AreaDriver, ...]


class OpenEvents(NamedTuple):
    """Events that are not closed, as far as who asks sees them."""

    total: int
    by_kind: tuple[tuple[str, int], ...]


class NeighbourArea(NamedTuple):
    """An area next door, what it shares, and the post that answers for it."""

    area_id: str
    border_m: float
    post_id: str | None


class Overlap(NamedTuple):
    """Ground that an area has in common with a grid of another grid system.

    Attributes
    ----------
    system, version
        The other system, and its version in force.
    grid_id
        None for ground that the system leaves out.
    share
        Part of the area, 0 to 1.
    """

    system: str
    version: int
    grid_id: str | None
    share: float


class BoundDepartment(NamedTuple):
    """A body, and the area that its duty post serves; None for the whole town."""

    department_id: str
    name_zh: str
    name_en: str | None
    team: str | None
    post_id: str | None
    area_id: str | None


class BoundSource(NamedTuple):
    """A source of events, and how many of its devices stand in the area.

    Attributes
    ----------
    source, name_zh, name_en, sort
        The source.
    devices
        Those in homes count nowhere; None for a source without any device, and where
        who asks does not see where devices are.
    """

    source: str
    name_zh: str
    name_en: str | None
    sort: str
    devices: int | None


class BoundRegister(NamedTuple):
    """A register, and how many places of the area it names."""

    source: str
    places: int


@dataclass(frozen=True, slots=True)
class AreaBrief:
    """All that is bound to an area.

    Attributes
    ----------
    sort, area_id, name, version, chain
        The area in a version of the grids, and the circles above it.
    command, colour, neighbours, overlaps, departments, sources
        As their classes say.
    open, registers
        None where who asks sees none of it, or another time is asked for.
    """

    sort: Sort
    area_id: str
    name: str | None
    version: int
    chain: tuple[Circle, ...]
    command: Command
    colour: Colour
    open: OpenEvents | None
    neighbours: tuple[NeighbourArea, ...]
    overlaps: tuple[Overlap, ...]
    departments: tuple[BoundDepartment, ...]
    sources: tuple[BoundSource, ...]
    registers: tuple[BoundRegister, ...] | None


@dataclass(frozen=True, slots=True)
class BriefDesk:
    """Puts together what is bound to an area.

    Attributes
    ----------
    reader, snapshots, rating, places
        What it is put together from.
    """

    reader: VersionReader
    snapshots: Snapshots
    rating: RiskDesk
    places: PlaceDesk

    def brief(self, query: AreaQuery, sight: Sight) -> AreaBrief | None:
        """Return all that is bound to an area; None where it is not in force then.

        Parameters
        ----------
        query
            Which area, and when.
        sight
            Of who asks.
        """
        store = self.reader.store
        at = store.now() if query.valid_at is None else query.valid_at
        snapshot = self._snapshot(at, query.known_at)
        areas = None if snapshot is None else _areas(snapshot, query)
        if snapshot is None or areas is None:
            return None
        area = areas[areas[KEYS[query.sort]] == query.area_id]
        path = _path(snapshot, query.area_id)
        facts = _BoundFacts(self.reader, at, query.known_at)
        return AreaBrief(
            query.sort,
            query.area_id,
            text_or_none(area["name"].iloc[0]) if "name" in area else None,
            snapshot.version.version,
            _chain(snapshot, query),
            seen_command(self._command(snapshot, query, at, facts), sight),
            self._colour(query, area, sight),
            self._open(query, path, sight.scope),
            tuple(_neighbours(snapshot, areas, query, at)),
            tuple(facts.overlaps(query.area_id, area)),
            tuple(facts.departments(snapshot, path)),
            tuple(facts.sources(area, sight)),
            self._registers(query, path, sight),
        )

    def _snapshot(self, at: Instant, known_at: Instant | None) -> Snapshot | None:
        """Return what is in force at a time as known at a time."""
        if known_at is None:
            return self.snapshots.at(at)
        view = StoreView(self.reader.store, known_at)
        if view.history(MAIN_SYSTEM).in_force(at) is None:
            return None
        return build_snapshot(view, at, terms=self.rating.terms)

    def _colour(self, query: AreaQuery, area: gpd.GeoDataFrame, sight: Sight) -> Colour:
        """Return why an area has its colour at the end of the day."""
        day = None
        if query.valid_at is not None:
            zone = timezone_of(self.rating.timezone)
            day = dt.datetime.fromtimestamp(query.valid_at / 1000, zone).date()
        rated = seen_day(self.rating.on(day, query.known_at), sight)
        tier = "grids" if query.sort == "grid" else f"tier{area['tier'].iloc[0]}"
        frame = pd.DataFrame(rated.tiers[tier].frame)
        row = frame[frame[KEYS[query.sort]] == query.area_id].iloc[0]
        return Colour(
            rated.day.isoformat(),
            rated.method.version,
            rated.rule.version,
            _level(row["level"]),
            round(float(row["score"]), 3),
            _level(row["raw_level"]),
            _level(row["floor"]),
            tuple(row["drivers"]),
        )

    def _command(
        self, snapshot: Snapshot, query: AreaQuery, at: Instant, facts: "_BoundFacts"
    ) -> Command:
        """Return who answers for an area at a time, and how they are reached."""
        duties = snapshot.territory.duties
        if duties is None:
            return NOBODY
        turns = Turns(duties, facts.contacts(), self.rating.terms.region_tier, at)
        return turns.command(query.area_id)

    def _open(self, query: AreaQuery, path: str, scope: Scope) -> OpenEvents | None:
        """Return open events by kind; None for who sees no event there."""
        if not query.is_now or not path or not sees_events(scope, path):
            return None
        loops = self.reader.store.loop_columns(
            LoopQuery(area_path=path, is_open=True), scope, ["kind"]
        )
        counts = loops["kind"].astype(str).value_counts()
        kinds = sorted(zip(counts.index, counts.tolist(), strict=True))
        return OpenEvents(len(loops), tuple(kinds))

    def _registers(
        self, query: AreaQuery, path: str, sight: Sight
    ) -> tuple[BoundRegister, ...] | None:
        """Return registers with places in the area; None for who sees none there."""
        if not sight.has_places or not query.is_now:
            return None
        register, pagoda = self.places.current, self.snapshots.current.territory.pagoda
        rows_there = [
            row
            for row, grid in enumerate(register.grid_ids)
            if (grid == query.area_id or (pagoda and _within(pagoda.path(grid), path)))
            and sight.has_place(grid)
        ]
        if not rows_there:
            return None
        is_there = np.isin(register.grid_rows, rows_there)
        sources = np.array(register.texts["source"], dtype=object)[is_there]
        rows = register.place_rows[is_there]
        pairs = pd.DataFrame({"source": sources, "place": rows}).drop_duplicates()
        counts = pairs["source"].value_counts()
        names = sorted(zip(counts.index, counts.tolist(), strict=True))
        return tuple(BoundRegister(source, count) for source, count in names)


class _BoundFacts(NamedTuple):
    """What other layers have in an area at a time."""

    reader: VersionReader
    at: Instant
    known_at: Instant | None

    def overlaps(self, area_id: str, area: gpd.GeoDataFrame) -> Iterator[Overlap]:
        """Yield the grids of other systems by their share of an area."""
        for system in self.reader.store.systems():
            layers = self.reader.in_force(self.at, self.known_at, system)
            if system == MAIN_SYSTEM or layers is None:
                continue
            shape = area.geometry.iloc[0]
            near = layers.grids[layers.grids.intersects(shape)]
            number = layers.version.version
            for grid_id, share in _shares(area_id, area, near):
                yield Overlap(system, number, grid_id, share)

    def contacts(self) -> Contacts:
        """Return title and telephone of posts that have one."""
        return contacts_of(self._rows("posts"))

    def departments(self, snapshot: Snapshot, path: str) -> Iterator[BoundDepartment]:
        """Yield bodies whose duty post serves the area, one above it, or no area."""
        duties = snapshot.territory.duties
        posts = duties.roster.posts if duties else {}
        areas = {post_id: post.area_id for post_id, post in posts.items()}
        for row in self._rows("departments").sort_values("rank").to_dict("records"):
            post_id = text_or_none(row["post_id"])
            area_id = None if post_id is None else areas.get(PostId(post_id))
            if area_id is not None and f"/{area_id}/" not in f"/{path}":
                continue
            yield BoundDepartment(
                row["department_id"],
                row["name_zh"],
                text_or_none(row["name_en"]),
                text_or_none(row["team"]),
                post_id,
                area_id,
            )

    def sources(self, area: gpd.GeoDataFrame, sight: Sight) -> Iterator[BoundSource]:
        """Yield sources without devices, and those with devices in the area."""
        is_counted = sight.classes.has(DEVICES, GEOMETRY)
        devices = self._rows("devices")
        devices = devices[~devices["in_home"].astype(bool)]
        shapes = devices["geometry"].to_numpy()
        is_there = shapely.intersects(area.geometry.iloc[0], shapes)
        totals = devices["source"].value_counts()
        counts = devices["source"][is_there].value_counts()
        for row in self._rows("sources").to_dict("records"):
            source = row["source"]
            if source in totals and source not in counts:
                continue
            yield BoundSource(
                source,
                row["name_zh"],
                text_or_none(row["name_en"]),
                row["sort"],
                int(counts[source]) if is_counted and source in totals else None,
            )

    def _rows(self, layer: str) -> pd.DataFrame:
        """Return the facts of a layer."""
        store = self.reader.store
        return pd.DataFrame(
            store.facts(layer, valid_at=self.at, known_at=self.known_at)
        )


def _areas(snapshot: Snapshot, query: AreaQuery) -> gpd.GeoDataFrame | None:
    """Return the areas of the layer and tier of one; None where it is not in force."""
    layers = snapshot.layers
    frame: gpd.GeoDataFrame = layers.grids if query.sort == "grid" else layers.circles
    row = frame[frame[KEYS[query.sort]] == query.area_id]
    if row.empty:
        return None
    if query.sort == "grid":
        return frame
    is_same = frame["tier"] == row["tier"].iloc[0]
    return gpd.GeoDataFrame(frame[is_same])


def _path(snapshot: Snapshot, area_id: str) -> str:
    """Return the path of an area; empty where there is no tree."""
    pagoda = snapshot.territory.pagoda
    return (pagoda.path(area_id) or "") if pagoda else ""


def _within(path: str | None, area: str) -> bool:
    return bool(area) and path is not None and path.startswith(area)


def _chain(snapshot: Snapshot, query: AreaQuery) -> tuple[Circle, ...]:
    """Return the circles above an area, the nearest first."""
    pagoda = snapshot.territory.pagoda
    if pagoda is None:
        return ()
    *above, _ = _path(snapshot, query.area_id).split("/")[:-1]
    return tuple(pagoda.circles[CircleId(circle_id)] for circle_id in reversed(above))


def _level(value: object) -> int | None:
    """Return a level of a rated day; None for no data, and for what is not seen."""
    return int(value) or None if isinstance(value, int | np.integer) else None


def sees_events(scope: Scope, path: str) -> bool:
    """Say whether a scope has something to do with an area, as figures say it.

    Parameters
    ----------
    scope
        Of who asks.
    path
        Of the area, ended by ``/``.

    Examples
    --------
    >>> [sees_events(Scope(("C/W/",)), path) for path in ("C/", "C/W/G1/", "C/E/")]
    [True, True, False]
    """
    if scope.departments or scope.sources:
        return True
    return any(path.startswith(own) or own.startswith(path) for own in scope.area_paths)


def _neighbours(
    snapshot: Snapshot, areas: gpd.GeoDataFrame, query: AreaQuery, at: Instant
) -> Iterator[NeighbourArea]:
    """Yield the areas of the same tier that share a border, the longest first."""
    key, duties = KEYS[query.sort], snapshot.territory.duties
    if query.sort == "grid":
        ids, around = snapshot.assigner.ids, snapshot.neighbours
        row = row_of_grid(snapshot, query.area_id)
    else:
        shape = areas.geometry[areas[key] == query.area_id].iloc[0]
        near = areas[areas.intersects(shape)]
        ids = tuple(near[key])
        around = find_neighbours(
            list(near.geometry), ruler_of(snapshot.territory.datum)
        )
        row = ids.index(query.area_id)
    assert row is not None  # noqa: S101  it is in force
    for other, border_m in around.neighbours_of(row):
        area_id = ids[other]
        holding = duties.leaders(area_id).at(at) if duties else None
        yield NeighbourArea(area_id, border_m, holding.post_id if holding else None)


def _shares(
    area_id: str, area: gpd.GeoDataFrame, grids: gpd.GeoDataFrame
) -> list[tuple[str | None, float]]:
    """Return the grids that share ground with an area, the greatest share first.

    How two offices drew one border is no ground that they share.
    """
    if grids.empty:
        return [(None, 1.0)]
    assert grids.crs is not None  # noqa: S101  layers of a store have one
    walk = cross(
        grid_system([area_id], list(area.geometry)),
        grid_system(grids["grid_id"], list(grids.geometry)),
        grids.crs,
    )
    pieces: list[tuple[str | None, float]] = []
    for (own, other), area_m2, is_noise in zip(
        walk.rows.tolist(), walk.area_m2.tolist(), walk.is_noise.tolist(), strict=True
    ):
        if own >= 0 and not is_noise:
            share = round(area_m2 / float(walk.source_area_m2[0]), SHARE_DECIMALS)
            pieces.append((walk.targets.ids[other] if other >= 0 else None, share))
    return sorted(pieces, key=lambda piece: (-piece[1], piece[0] or ""))
