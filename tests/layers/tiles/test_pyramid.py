"""Every tile of a coverage is a coverage, and tiles agree with their neighbours."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.tiles import pyramid
from layers.tiles.matrix import BUFFER, HALF_WORLD_M, ZOOMS, pixel_m
from layers.tiles.pyramid import TileLayer, drawn, mercator_shapes, write_tiles
from support.makers.strategies import coverages
from support.oracles.vector_tiles import (
    decoded,
    faults,
    holes,
    placed,
    shapes_of,
    window,
)

ORIGIN = np.array([120.0541, 30.3317])


def own(count):
    return tuple(np.array([row]) for row in range(count))


def frame_of(polygons, crs=4490):
    ids = [f"G{row}" for row in range(len(polygons))]
    return gpd.GeoDataFrame({"grid_id": ids}, geometry=[*polygons], crs=crs)


def tiles_of(grids, layer=None):
    """Every tile of a layer by zoom, row and column."""
    layer = layer or TileLayer("grids", grids[["grid_id"]], own(len(grids)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tiles.mbtiles"
        write_tiles(grids.geometry, {path: layer})
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(
                "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
            ).fetchall()
    return {
        (zoom, (1 << zoom) - 1 - row, column): decoded(data)[layer.name]
        for zoom, column, row, data in rows
    }


@pytest.fixture(scope="module")
def town(s_town):
    return s_town.grids[["grid_id", "name", "geometry"]]


@pytest.fixture(scope="module")
def tiles(town):
    return tiles_of(town)


def largest(path):
    """Bytes of the largest tile of a file; None without any."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT max(length(tile_data)) FROM tiles"
        return connection.execute(query).fetchone()[0]


def town_at(coverage, degrees):
    """A coverage of whole numbers as grids of a town of about that width."""
    scale = degrees / 40
    grids = [
        shapely.transform(p, lambda xy: xy * scale + ORIGIN) for p in coverage.polygons
    ]
    frame = shapely.box(*(ORIGIN - 10 * scale), *(ORIGIN + 50 * scale))
    return frame_of([*grids, frame.difference(shapely.union_all(grids))])


@settings(max_examples=15)
@given(coverages(), st.sampled_from([0.0005, 0.004, 0.03, 0.2]))
def test_tiles_of_any_coverage_are_coverages_that_agree(coverage, degrees):
    town = town_at(coverage, degrees)
    layers = tiles_of(town)
    assert {zoom for zoom, _, _ in layers} == {*ZOOMS}
    for layer in layers.values():
        assert faults(layer) == []
        # the frame around the town has no hole, so no tile has one
        assert holes(layer) == 0
    assert_agreement(layers)


def assert_agreement(layers):
    """Tiles beside each other have the same where both of them reach."""
    for (zoom, row, column), layer in layers.items():
        for other in ((zoom, row, column + 1), (zoom, row + 1, column)):
            if other in layers:
                shared = window(zoom, row, column, BUFFER) & window(*other, BUFFER)
                assert parts_in(shared, layer, zoom, row, column) == parts_in(
                    shared, layers[other], *other
                )


def parts_in(shared, layer, *place):
    """What of each grid lies in a window, in pixels of the world."""
    parts = {
        grid: areas_of(shapely.intersection(placed(shape, *place), shared))
        for grid, shape in shapes_of(layer, "grid_id").items()
    }
    return {grid: part.wkt for grid, part in parts.items() if part.area}


def areas_of(shape):
    """The polygons of what is left, without points and lines where it only touches."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts).normalize()


def test_tiles_of_s_town_are_coverages_that_agree(tiles):
    assert [place for place, layer in tiles.items() if faults(layer)] == []
    assert_agreement(tiles)


def test_all_of_a_town_is_in_its_tiles_and_little_of_it_moved(town, tiles):
    shapes = mercator_shapes(town.geometry)
    for zoom in (ZOOMS[0], ZOOMS[-1]):
        pieces = {grid: [] for grid in town["grid_id"]}
        for place, layer in tiles.items():
            if place[0] == zoom:
                core = window(*place, 0)
                for grid, shape in shapes_of(layer, "grid_id").items():
                    pieces[grid].append(placed(shape, *place) & core)
        for grid, shape in zip(town["grid_id"], in_pixels(shapes, zoom), strict=True):
            joined = shapely.union_all(pieces[grid])
            # a corner that goes takes at most the square of the tolerance with it
            square = 1 if zoom == ZOOMS[-1] else 64
            moved = shapely.symmetric_difference(shape, joined).area
            assert moved <= square * len(shape.exterior.coords) + shape.length


def in_pixels(shapes, zoom):
    """Shapes of EPSG:3857 in pixels from the south-west of the world, y up."""
    pixel = pixel_m(zoom)
    return shapely.transform(shapes, lambda xy: (xy + HALF_WORLD_M) / pixel)


def test_a_corner_on_the_edge_of_a_neighbour_leaves_no_crack():
    """In a metric CRS a straight border of 20 km bows by metres in the tiles."""
    west = shapely.box(500_000, 3_300_000, 510_000, 3_320_000)
    east = [
        shapely.box(510_000, 3_300_000 + y, 520_000, 3_300_000 + y + 5_000)
        for y in range(0, 20_000, 5_000)
    ]
    layers = tiles_of(frame_of([west, *east], crs=4549))
    assert all(not faults(layer) and not holes(layer) for layer in layers.values())


def test_a_real_hole_is_a_hole():
    around = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    ring = shapely.transform(around, lambda xy: xy * 0.002 + ORIGIN)
    layers = tiles_of(frame_of([ring]))
    assert {holes(layer) for layer in layers.values()} >= {1}


def test_layers_of_one_pyramid_share_every_border(town):
    halves = (np.arange(60), np.arange(60, len(town)))
    frame = pd.DataFrame({"circle_id": ["C1", "C2"], "tier": [1, 2]})
    circles = tiles_of(town, TileLayer("circles", frame, halves))
    grids = tiles_of(town)
    ids = town["grid_id"].to_numpy()
    for place, layer in circles.items():
        parts = shapes_of(grids[place], "grid_id")
        for circle, rows in zip(("C1", "C2"), halves, strict=True):
            inside = [parts[grid] for grid in ids[rows] if grid in parts]
            shape = shapes_of(layer, "circle_id").get(circle, shapely.MultiPolygon())
            assert shapely.union_all(inside).equals(shape)
    assert {p["tier"] for layer in circles.values() for p, _ in layer.features} == {
        1,
        2,
    }


def test_only_what_is_said_of_a_feature_leaves(tiles):
    names = {name for x in tiles.values() for row, _ in x.features for name in row}
    assert names == {"grid_id"}
    assert {(x.version, x.extent) for x in tiles.values()} == {(2, 4096)}


def test_a_zoom_is_coarser_where_its_tiles_would_be_too_large(town, monkeypatch):
    layer = TileLayer("grids", town[["grid_id"]], own(len(town)))
    sizes = []
    for most in (pyramid.MOST_BYTES, 3_000):
        monkeypatch.setattr(pyramid, "MOST_BYTES", most)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "tiles.mbtiles"
            write_tiles(town.geometry, {path: layer})
            sizes.append(largest(path))
    assert sizes[0] > 3_000 >= sizes[1]


def test_gdal_reads_the_file(town, tmp_path):
    path = tmp_path / "tiles.mbtiles"
    layer = TileLayer("grids", town[["grid_id", "name"]], own(len(town)))
    write_tiles(town.geometry, {path: layer})
    info = pyogrio.read_info(path, layer="grids")
    assert info["crs"] == "EPSG:3857"
    assert info["fields"].tolist() == ["mvt_id", "grid_id", "name"]
    frame = pyogrio.read_dataframe(path, layer="grids")
    assert set(frame["grid_id"]) == set(town["grid_id"])
    west, south, east, north = town.to_crs(3857).total_bounds
    assert np.allclose(frame.total_bounds, (west, south, east, north), atol=50)
    with closing(sqlite3.connect(path)) as connection:
        rows = dict(connection.execute("SELECT name, value FROM metadata"))
    [described] = orjson.loads(rows["json"])["vector_layers"]
    assert described["fields"] == {"grid_id": "String", "name": "String"}
    degrees = [float(text) for text in rows["bounds"].split(",")]
    assert np.allclose(degrees, town.to_crs(4326).total_bounds, atol=1e-6)


def test_a_layer_without_features_is_a_file_without_tiles(town, tmp_path):
    path = tmp_path / "none.mbtiles"
    write_tiles(town.geometry, {path: TileLayer("circles", town[["name"]][:0], ())})
    assert largest(path) is None


def test_what_is_drawn_has_corners_where_tiles_end(town):
    shapes = mercator_shapes(town.geometry)
    pixels = drawn(shapes, 14)
    [west, south, _, _] = np.floor(shapely.total_bounds(pixels) / 4096)
    cut = window(14, (1 << 14) - 2 - int(south), int(west) + 1, BUFFER)
    pieces = shapely.intersection(pixels, cut)
    assert shapely.area(pieces).any()
    assert (shapely.get_coordinates(pieces) % 1 == 0).all()
