"""The town of four squares with names, police beats, bodies, devices and desks."""

from dataclasses import dataclass, field
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from api.service.access.sight import Sight
from api.service.assignment.answer import AnswerDesk
from api.service.assignment.systems import SystemDesk
from api.service.brief.area import BriefDesk
from api.service.brief.nearest import NearestDesk
from api.service.brief.place_desk import PlaceDesk
from api.service.brief.report_desk import ReportDesk
from api.service.brief.search import SearchDesk
from api.service.rating.days import RiskDesk
from api.service.versions.read import VersionReader
from gis.access import EVERYTHING, Role, Scope
from gis.pagoda import Pagoda
from layers.registry import Registries
from layers.snapshots import PLAIN, Snapshots
from layers.stores import Store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.contract_rows import departments, devices, sources
from support.makers.named_places import named_places
from support.makers.square_town import FOUNDED, TIMEZONE, SquareTown
from support.makers.store_history import CRS

PLACES = (
    ("N1", "market", "actual", "东湖药店", "文一路12号", 120.002, 30.002),
    ("N2", "market", "actual", "东湖网吧", "文一路120号", 120.012, 30.004),
    ("N3", "market", "actual", "东湖仓库", "文二路1号", 120.032, 30.006),
    ("N3", "fire", "registered", "东湖一号仓", "文一路1号", 120.001, 30.001),
    ("N4", "market", "actual", "东湖流动摊", None, None, None),
)
"""N1 in G1, N2 in G2, N3 in G4 (one register says an address in G1), N4 nowhere."""
STATIONS = (("S1", "fire", 120.001, 30.001), ("S2", "emergency", 120.031, 30.001))
SIDES = {"G1": "W", "G2": "W", "G3": "E", "G4": "E"}
BEATS = {"B1": (0.0, 2.5), "B2": (2.5, 4.0)}


@dataclass
class NamedTown:
    """A store in memory, and all that reads one thing of it."""

    town: SquareTown = field(default_factory=SquareTown)

    def __post_init__(self) -> None:
        store = self.store
        _publish_beats(store)
        store.record("enterprises", named_places(PLACES))
        store.record("stations", _stations())
        bodies = departments("police", "centre").assign(post_id=["G1-L", None])
        store.record("departments", bodies)
        store.record("sources", sources("hotline", "video"))
        # V1 in G1, H1 in a home
        rows = devices(("V1", "video", False), ("H1", "video", True))
        points = shapely.points([120.005, 120.006], [30.005] * 2)
        store.record("devices", rows.set_geometry(points, crs=CRS))
        self.snapshots = Snapshots(store, now=store.now)
        self.registries = Registries(store)
        self.places = PlaceDesk(store, self.snapshots)
        self.reports = ReportDesk(store)
        self.search = SearchDesk(store, self.snapshots, self.places, self.reports)
        self.nearest = NearestDesk(store, self.snapshots, self.registries, self.places)
        answers = AnswerDesk(self.snapshots, 1.0, TIMEZONE, store.now)
        self.systems = SystemDesk(store, answers, PLAIN)
        self.briefs = BriefDesk(
            VersionReader(store, TIMEZONE),
            self.snapshots,
            RiskDesk(store, TIMEZONE),
            self.places,
        )

    @property
    def store(self) -> Store:
        """The store."""
        return self.town.store

    def record(self, *rows: tuple[object, ...], **columns: object) -> None:
        """Record places, and see the store as it is then."""
        self.store.record("enterprises", named_places(rows, **columns))
        self.snapshots.refresh()


def sight(scope: Scope, *roles: Role) -> Sight:
    """What a scope sees of the town, in some roles."""
    return Sight(scope, frozenset(roles), _pagoda())


def only(*grids: str) -> Sight:
    """An operator who sees some grids."""
    paths = tuple(f"C/{SIDES[grid]}/{grid}/" for grid in grids)
    return sight(Scope(paths), Role.OPERATOR)


@cache
def _pagoda() -> Pagoda:
    """The tree of the town."""
    pagoda = SquareTown().snapshot().territory.pagoda
    assert pagoda is not None
    return pagoda


ALL = sight(EVERYTHING, Role.OPERATOR)
"""Who sees all but what is sensitive."""


def _publish_beats(store: Store) -> None:
    """Publish police beats: two, whose border runs through G3."""
    grids = gpd.GeoDataFrame(
        {"grid_id": [*BEATS], "parent_id": None},
        geometry=[
            shapely.box(120 + west / 100, 30, 120 + east / 100, 30.01)
            for west, east in BEATS.values()
        ],
        crs=CRS,
    )
    draft = Draft(FOUNDED, draft_digest(grids), grids)
    store.publish(Publication((draft,), "planner", "chief", system="police"))


def _stations() -> gpd.GeoDataFrame:
    frame = pd.DataFrame(STATIONS, columns=["station_id", "kind", "lon", "lat"])
    points = shapely.points(frame.pop("lon"), frame.pop("lat"))
    values = {"name": None, "area_id": "C", "valid_from": "1970-01-01T00:00:00+00:00"}
    return gpd.GeoDataFrame(frame.assign(**values), geometry=points, crs=CRS)
