"""A town of three squares about an empty corner, in a file, and its tiles."""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from api.service.ogc.tilesets import Tilesets
from gis.models import Instant
from layers.stores import Store, create_store
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication
from layers.stores.version_digest import draft_digest
from layers.tiles import has_tiles, tile_layer, write_tiles

SIDE = 0.05
"""Of a square in degrees: two tiles of zoom 14 and a bit."""
CORNERS = {"G1": (120.0, 30.0), "G2": (120.0 + SIDE, 30.0), "G3": (120.0, 30.0 + SIDE)}
FOUNDED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
RESIDENTS = 987_654_321
"""Of each grid; not open."""


def instant(moment: dt.datetime) -> Instant:
    """A time as the store has it."""
    return Instant(round(moment.timestamp() * 1000))


def grids(prefix: str = "G") -> gpd.GeoDataFrame:
    """The squares, two below one circle and one below another."""
    names = [name.replace("G", prefix) for name in CORNERS]
    squares = [shapely.box(x, y, x + SIDE, y + SIDE) for x, y in CORNERS.values()]
    return gpd.GeoDataFrame(
        {
            "grid_id": names,
            "parent_id": ["W", "E", "W"],
            "community_id": ["K1", "K2", "K1"],
            "name": ["一号", None, "三号"],
            "residents": [RESIDENTS] * 3,
        },
        geometry=squares,
        crs="EPSG:4490",
    )


def circles() -> pd.DataFrame:
    """A core, and two circles under it."""
    columns = ["circle_id", "parent_id", "tier", "name"]
    rows = [("C", None, 1, "核心"), ("E", "C", 2, "东圈"), ("W", "C", 2, "西圈")]
    return pd.DataFrame(rows, columns=columns)


def publish(
    store: Store,
    since: dt.datetime = FOUNDED,
    prefix: str = "G",
    system: str = MAIN_SYSTEM,
) -> None:
    """Publish the squares, under other ids for another version."""
    rows = grids(prefix)
    tree = circles() if system == MAIN_SYSTEM else None
    if tree is None:
        rows = rows.assign(parent_id=None)
    head = store.history(system).head()
    draft = Draft(
        instant(since),
        draft_digest(rows, tree),
        rows,
        tree,
        outline=shapely.union_all(rows.geometry),
    )
    base = head.version if head else None
    store.publish(Publication((draft,), "planner", "chief", base=base, system=system))


def tiled_town(path: Path) -> str:
    """The address of a store with the town in it, and beats as a further system."""
    store = create_store(str(path))
    publish(store)
    publish(store, prefix="B", system="beats")
    store.close()
    return str(path)


def draw(store: Store, tilesets: Tilesets) -> None:
    """Draw all tiles of what is in force in this process."""
    for name in ("grids", "circles", "communities", "grids-beats"):
        edition = tilesets.edition(name)
        path = edition and tilesets.path(edition)
        if path and not has_tiles(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            version = edition.version
            layers = store.version_layers(version.version, version.system)
            layer = tile_layer(layers, edition.schema, name, edition.classes)
            write_tiles(layers.grids.geometry, {path: layer})
