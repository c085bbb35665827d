"""Others that say which polygon holds a point, each in its fastest documented form.

A peer is prepared once for some polygons and then asked for the lowest row of every
point, -1 where none intersects; all run on one thread.
"""

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rtree.index import Index

Ask = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.int64]]
Polygons = NDArray[np.object_]

NONE = np.iinfo(np.int64).max
STRTREE = "shapely STRtree, query(points, 'intersects')"
POSTGIS_DSN = "PAGODA_BENCH_POSTGIS"


def peers(polygons: Polygons) -> Iterator[tuple[str, int, Ask | str]]:
    """Yield name, a fair number of points, and the peer or why it is missing."""
    shapely.prepare(polygons)
    tree = shapely.STRtree(polygons)
    tree.query(shapely.Point(0, 0))
    yield STRTREE, 300_000, _strtree(tree)
    yield "shapely STRtree boxes, intersects_xy", 500_000, _boxes(tree, polygons)
    yield "shapely STRtree over points", 500_000, _point_tree(polygons)
    yield "the same, points sorted by coarse cell", 500_000, _sorted(polygons)
    yield "geopandas.sjoin", 300_000, _sjoin(polygons)
    yield "rtree, intersects_xy", 100_000, _rtree(polygons)
    makers = {"DuckDB spatial": _duckdb, "SedonaDB": _sedona, "PostGIS": _postgis}
    for name, make in makers.items():
        try:
            yield name, 200_000, make(polygons)
        except Exception as error:
            yield name, 0, f"{type(error).__name__}: {error}".splitlines()[0][:160]


def lowest(
    count: int, points: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the lowest row of each point from pairs, -1 where there is none."""
    found = np.full(count, NONE)
    np.minimum.at(found, points, rows)
    found[found == NONE] = -1
    return found


def _strtree(tree: shapely.STRtree) -> Ask:
    def ask(x, y):
        pairs = tree.query(shapely.points(x, y), predicate="intersects")
        return lowest(len(x), *pairs)

    return ask


def _boxes(tree: shapely.STRtree, polygons: Polygons) -> Ask:
    def ask(x, y):
        points, rows = tree.query(shapely.points(x, y))
        held = shapely.intersects_xy(polygons[rows], x[points], y[points])
        return lowest(len(x), points[held], rows[held])

    return ask


def _point_tree(polygons: Polygons) -> Ask:
    def ask(x, y):
        tree = shapely.STRtree(shapely.points(x, y))
        rows, points = tree.query(polygons, predicate="covers")
        return lowest(len(x), points, rows)

    return ask


def _sorted(polygons: Polygons) -> Ask:
    ask_tree = _point_tree(polygons)
    minx, miny, maxx, maxy = shapely.total_bounds(polygons)

    def ask(x, y):
        column = np.floor((x - minx) / (maxx - minx) * 256)
        row = np.floor((y - miny) / (maxy - miny) * 256)
        order = np.argsort(row * 256 + column, kind="stable")
        found = np.empty(len(x), dtype=np.int64)
        found[order] = ask_tree(x[order], y[order])
        return found

    return ask


def _sjoin(polygons: Polygons) -> Ask:
    grids = gpd.GeoDataFrame({"row": np.arange(len(polygons))}, geometry=polygons)
    grids.sindex  # noqa: B018 (builds the tree)

    def ask(x, y):
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
        pairs = gpd.sjoin(points, grids, predicate="intersects")
        return lowest(len(x), pairs.index.to_numpy(), pairs["row"].to_numpy())

    return ask


def _rtree(polygons: Polygons) -> Ask:
    bounds = shapely.bounds(polygons)
    tree = Index((np.arange(len(polygons)), bounds[:, :2], bounds[:, 2:]))

    def ask(x, y):
        xy = np.column_stack([x, y])
        rows, counts = tree.intersection_v(xy, xy)
        points = np.repeat(np.arange(len(x)), counts.astype(np.int64))
        held = shapely.intersects_xy(polygons[rows], x[points], y[points])
        return lowest(len(x), points[held], rows[held])

    return ask


def _duckdb(polygons: Polygons) -> Ask:
    duckdb = importlib.import_module("duckdb")
    extension = importlib.import_module("duckdb_extension_spatial")
    folder = Path(next(iter(extension.__path__)))
    options = {"allow_unsigned_extensions": "true", "threads": 1}
    connection = duckdb.connect(config=options)
    connection.execute(f"LOAD '{next(folder.rglob('*.duckdb_extension'))}'")
    grids = pd.DataFrame(
        {"row": np.arange(len(polygons)), "wkb": shapely.to_wkb(polygons)}
    )
    connection.register("frame", grids)
    connection.execute(
        'CREATE TABLE grids AS SELECT "row", ST_GeomFromWKB(wkb) AS geom FROM frame'
    )

    def ask(x, y):
        points = pd.DataFrame({"point": np.arange(len(x)), "x": x, "y": y})
        connection.register("points", points)
        pairs = connection.execute(
            'SELECT point, "row" FROM points JOIN grids '
            "ON ST_Intersects(grids.geom, ST_Point(x, y))"
        ).fetchnumpy()
        return lowest(len(x), pairs["point"], pairs["row"])

    return ask


def _sedona(polygons: Polygons) -> Ask:
    sedona = importlib.import_module("sedonadb").connect()
    sedona.sql("SET datafusion.execution.target_partitions = 1").execute()
    rows = np.arange(len(polygons))
    grids = gpd.GeoDataFrame({"row_": rows}, geometry=polygons)
    sedona.create_data_frame(grids).to_view("grids")

    def ask(x, y):
        points = pd.DataFrame({"point": np.arange(len(x)), "x": x, "y": y})
        sedona.create_data_frame(points).to_view("points", overwrite=True)
        pairs = sedona.sql(
            "SELECT point, row_ FROM points JOIN grids "
            "ON ST_Intersects(grids.geometry, ST_Point(x, y))"
        ).to_arrow_table()
        return lowest(len(x), pairs["point"].to_numpy(), pairs["row_"].to_numpy())

    return ask


def _postgis(polygons: Polygons) -> Ask:
    dsn = os.environ.get(POSTGIS_DSN)
    if not dsn:
        raise LookupError(f"no server: {POSTGIS_DSN} is not set")
    connection = importlib.import_module("psycopg").connect(dsn, autocommit=True)
    connection.execute("CREATE TEMP TABLE grids (row_ int, geom geometry)")
    connection.execute("CREATE TEMP TABLE points (point int, geom geometry)")
    _copy(connection, "grids", shapely.to_wkb(polygons, hex=True))
    connection.execute("CREATE INDEX ON grids USING gist (geom); ANALYZE grids")

    def load(x, y):
        connection.execute("TRUNCATE points")
        _copy(connection, "points", shapely.to_wkb(shapely.points(x, y), hex=True))
        connection.execute("ANALYZE points")

    def ask(x, y):
        pairs = connection.execute(
            "SELECT array_agg(point), array_agg(row_) FROM points "
            "JOIN grids ON ST_Intersects(grids.geom, points.geom)"
        ).fetchone()
        return lowest(len(x), *(np.array(each, dtype=np.int64) for each in pairs))

    ask.load = load  # copying the points in is not part of the join
    return ask


def _copy(connection, table: str, shapes: NDArray[np.object_]) -> None:
    """Copy geometries into a table, numbered."""
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row, wkb in enumerate(shapes):
            copy.write_row((row, wkb))
