"""What is nearest to a point: places, stations, bodies and posts, straight there."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from api.service.access.sight import Sight
from api.service.brief.place_desk import PlaceDesk
from gis.assignment import REASONS, Positions, bring_to_grids, is_usable
from gis.crs import Datum, convert, datum_of, parse_datum, propose_metric_crs
from gis.models import Position, Post
from layers.gazetteer import PlaceRegister
from layers.registry import Registries
from layers.schema.circles import text_or_none
from layers.schema.departments import DEPARTMENTS
from layers.schema.sharing import GEOMETRY
from layers.schema.stations import STATIONS
from layers.schema.values import lonlats_of
from layers.snapshots import Snapshot, Snapshots
from layers.stores import Store

NearKind: TypeAlias = Literal["place", "station", "department", "post"]
NEAR_KINDS: Final[tuple[NearKind, ...]] = get_args(NearKind)
METRE_DECIMALS: Final = 3
FARTHEST_M: Final = 1_000_000.0
"""From the middle of the town; farther off its plane measures no straight line."""
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Service(NamedTuple):
    """Something that people go to, or that comes to them.

    Attributes
    ----------
    id, name
        Its id, and its name where it has one.
    sort
        Scene of a place, force of a station, type of a team, role of a post; None
        where it has none.
    area_id
        Grid of a place, area that a station or post serves; None for none.
    lon, lat
        Degrees in the CRS of the store; None of a post, which stands in its area.
    """

    id: str
    name: str | None
    sort: str | None
    area_id: str | None
    lon: float | None = None
    lat: float | None = None


class NearService(NamedTuple):
    """A service, and how far it is in a straight line, metres to 1 mm."""

    service: Service
    distance_m: float


@dataclass(frozen=True, slots=True)
class NearQuery:
    """What is asked for around which point.

    Attributes
    ----------
    position
        The point, in the datum that it declares.
    kind
        Of what.
    sort
        Only these, as `Service.sort`; None takes all.
    limit
        At most so many.
    within_m
        Only those that are no farther; None takes all.
    """

    position: Position
    kind: NearKind
    sort: str | None = None
    limit: int = 10
    within_m: float | None = None


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is nearest to a point.

    Attributes
    ----------
    items
        The nearest first, of equals the lowest id.
    metric_crs
        In whose plane distances are measured.
    reason
        Why the point is none, of `gis.assignment.REASONS`; empty where it is one.
    """

    items: tuple[NearService, ...]
    metric_crs: str
    reason: str = ""


@dataclass(frozen=True, eq=False)
class MetricTown:
    """A town in the plane that distances are measured in.

    Attributes
    ----------
    snapshot
        What is in force.
    source, target
        Datum of the store and of the plane.
    """

    snapshot: Snapshot
    source: Datum
    target: Datum

    @classmethod
    def of(cls, snapshot: Snapshot) -> "MetricTown":
        """Return a town in the metric CRS of its middle."""
        min_x, min_y, max_x, max_y = snapshot.territory.bounds
        crs = propose_metric_crs((min_x + max_x) / 2, (min_y + max_y) / 2)
        return cls(snapshot, snapshot.territory.datum, datum_of(crs))

    def points(self, xy: Floats) -> Floats:
        """Return positions of the store in metres."""
        moved: Floats = np.column_stack(
            convert(xy[:, 0], xy[:, 1], self.source, self.target)
        )
        return moved

    def areas(self, frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
        """Return polygons of the store in metres."""
        moved: NDArray[np.object_] = np.array(
            shapely.transform(frame.geometry.to_numpy(), self.points), dtype=np.object_
        )
        return moved


@dataclass(frozen=True, slots=True)
class NearestDesk:
    """Says what is nearest to a point.

    Attributes
    ----------
    store, snapshots, registries
        Stations, areas with their posts, and bodies.
    places
        Places.
    """

    store: Store
    snapshots: Snapshots
    registries: Registries
    places: PlaceDesk
    _towns: list["PostedTown"] = field(default_factory=list)
    _metric: list["MetricPlaces"] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def nearest(self, query: NearQuery, sight: Sight) -> Nearby:
        """Return what is nearest to a point in a straight line.

        Parameters
        ----------
        query
            What is asked for.
        sight
            Of who asks: places by their grids, stations and bodies where their
            positions are seen.

        Raises
        ------
        CrsError
            If the datum is unknown.
        """
        posted = self._town()
        town = posted.town
        crs = f"EPSG:{town.target.crs.to_epsg()}"
        point, reason = _located(query.position, town)
        if reason:
            return Nearby((), crs, reason)
        if query.kind == "post":
            services, distances = posted.services, posted.distances(point)
        elif query.kind == "place":
            if not sight.has_places:
                return Nearby((), crs)
            return Nearby(self._places(town).nearest(point, query, sight), crs)
        else:
            services = self._services(query.kind, sight)
            xy = np.array([(s.lon, s.lat) for s in services], float).reshape(-1, 2)
            distances = _distances(town.points(xy), point)
        is_wanted = np.array([query.sort in (None, s.sort) for s in services], bool)
        rows = _nearest_rows(distances, is_wanted, query)
        return Nearby(_first((services[n] for n in rows), distances[rows], query), crs)

    def _places(self, town: MetricTown) -> "MetricPlaces":
        """Return the places in metres, brought there once for each register."""
        register = self.places.current
        with self._lock:
            places = self._metric[-1] if self._metric else None
            if (
                places is None
                or places.register is not register
                or places.town is not town
            ):
                places = MetricPlaces.of(register, town)
                self._metric[:] = [places]
        return places

    def _services(self, kind: NearKind, sight: Sight) -> tuple[Service, ...]:
        """Return the stations or bodies that have a position which is seen."""
        schema = DEPARTMENTS if kind == "department" else STATIONS
        if not sight.classes.has(schema, GEOMETRY):
            return ()
        if kind == "department":
            bodies = self.registries.current.departments.values()
            return tuple(
                Service(b.department_id, b.name_zh, b.team or None, None, b.lon, b.lat)
                for b in bodies
                if b.lon is not None
            )
        stations = self.store.facts("stations", valid_at=self.store.now())
        lonlats = lonlats_of(gpd.GeoDataFrame(stations))
        return tuple(
            Service(
                row["station_id"],
                text_or_none(row["name"]),
                row["kind"],
                text_or_none(row["area_id"]),
                *lonlat,
            )
            for row, lonlat in zip(
                pd.DataFrame(stations).to_dict("records"), lonlats, strict=True
            )
            if lonlat != (None, None)
        )

    def _town(self) -> "PostedTown":
        """Return the town in force in metres, made once for each."""
        snapshot = self.snapshots.current
        with self._lock:
            posted = self._towns[-1] if self._towns else None
            # of another revision alone all of this is the same
            if (
                posted is None
                or posted.town.snapshot.territory is not snapshot.territory
            ):
                posted = PostedTown.of(MetricTown.of(snapshot))
                self._towns[:] = [posted]
        return posted


@dataclass(frozen=True, slots=True, eq=False)
class PostedTown:
    """Posts by the areas that they answer for, in metres."""

    town: MetricTown
    services: tuple[Service, ...]
    areas: NDArray[np.object_]

    @classmethod
    def of(cls, town: MetricTown) -> "PostedTown":
        """Return the posts of a town."""
        layers, duties = town.snapshot.layers, town.snapshot.territory.duties
        posts: Sequence[Post] = list(duties.roster.posts.values()) if duties else []
        polygons: dict[str, Any] = {}
        for frame, key in ((layers.circles, "circle_id"), (layers.grids, "grid_id")):
            polygons |= zip(frame[key], town.areas(frame), strict=True)
        services = tuple(Service(p.post_id, None, p.role, p.area_id) for p in posts)
        areas = np.array([*(polygons[p.area_id] for p in posts), None], dtype=object)
        return cls(town, services, areas[:-1])

    def distances(self, point: Floats) -> Floats:
        """Return how far the areas of the posts are: 0 within."""
        metres: Floats = shapely.distance(self.areas, shapely.Point(point))
        return metres


def _located(position: Position, town: MetricTown) -> tuple[Floats, str]:
    """Return a point in metres, and why it is none."""
    reported = Positions(
        np.array([position.x]), np.array([position.y]), np.zeros(1, np.uint8)
    )
    bounds = town.snapshot.territory.bounds
    moved = bring_to_grids(reported, parse_datum(position.datum), town.source, bounds)
    xy = np.column_stack([moved.x, moved.y])
    if not is_usable(moved.reasons)[0]:
        return xy[0], REASONS[int(moved.reasons[0])]
    min_x, min_y, max_x, max_y = bounds
    middle = [(min_x + max_x) / 2, (min_y + max_y) / 2]
    point, centre = town.points(np.vstack([xy, middle]))
    # far enough away a place has no coordinates in the plane at all
    if not np.hypot(*(point - centre)) <= FARTHEST_M:
        return xy[0], "out_of_range"
    return point, ""


@dataclass(frozen=True, slots=True, eq=False)
class MetricPlaces:
    """Places in the plane, of a million no object each.

    Attributes
    ----------
    register, town
        The places, and what they are measured in.
    xy
        Metres of each of `PlaceRegister.places`, shape (n, 2).
    scenes
        Their scenes.
    """

    register: PlaceRegister
    town: MetricTown
    xy: Floats
    scenes: pd.Categorical

    @classmethod
    def of(cls, register: PlaceRegister, town: MetricTown) -> "MetricPlaces":
        """Return the places of a register in metres."""
        rows = register.places
        scenes = pd.Categorical(np.array(register.texts["scene"], dtype=object)[rows])
        return cls(register, town, town.points(register.xy[rows]), scenes)

    def nearest(
        self, point: Floats, query: NearQuery, sight: Sight
    ) -> tuple[NearService, ...]:
        """Return the nearest places that are seen."""
        register = self.register
        ids: Sequence[str | None] = (*register.grid_ids, None)
        # the last stands for no grid, whose row is -1
        grids = np.array([sight.has_place(grid) for grid in ids], dtype=bool)
        is_wanted: Flags = grids[register.grid_rows[register.places]]
        if query.sort is not None:
            is_wanted &= np.asarray(self.scenes == query.sort, dtype=bool)
        distances = _distances(self.xy, point)
        rows = _nearest_rows(distances, is_wanted, query)
        places = register.places[rows].tolist()
        return _first(map(self._service, places), distances[rows], query)

    def _service(self, row: int) -> Service:
        entry = self.register.entry(row)
        return Service(
            entry.place_id,
            entry.name,
            entry.scene,
            entry.grid_id,
            entry.lon,
            entry.lat,
        )


def _distances(xy: Floats, point: Floats) -> Floats:
    """Return metres in the plane; NaN for what has no position."""
    metres: Floats = np.hypot(xy[:, 0] - point[0], xy[:, 1] - point[1])
    return metres


def _nearest_rows(
    distances: Floats, is_wanted: Flags, query: NearQuery
) -> NDArray[np.intp]:
    """Return the rows of the nearest ones, and of all that tie with the last."""
    is_near = is_wanted & ~np.isnan(distances)
    if query.within_m is not None:
        is_near &= distances <= query.within_m
    near = np.flatnonzero(is_near)
    if len(near) > query.limit:
        most = np.partition(distances[near], query.limit - 1)[query.limit - 1]
        near = near[distances[near] <= most]
    return near


def _first(
    services: Iterable[Service], distances: Floats, query: NearQuery
) -> tuple[NearService, ...]:
    """Return services in order of their distances, of equals the lowest id first."""
    pairs = zip(distances.tolist(), services, strict=True)
    order = sorted(pairs, key=lambda pair: (pair[0], pair[1].id))
    return tuple(
        NearService(service, round(distance_m, METRE_DECIMALS))
        for distance_m, service in order[: query.limit]
    )
