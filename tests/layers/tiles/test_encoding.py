"""Tiles encoded, and read again by the letter of the specification."""

import gzip

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.tiles.cutting import Pieces, cut_shapes
from layers.tiles.encoding import encoded_tiles
from support.oracles.vector_tiles import decoded, placed

texts = st.one_of(st.none(), st.text(max_size=200))
wholes = st.one_of(st.none(), st.integers(-(2**40), 2**40))


def squares(count):
    """One beside the other."""
    return np.array([shapely.box(9 * n, 0, 9 * n + 9, 5) for n in range(count)])


def layer_of(frame, shapes, zoom=0):
    pieces = cut_shapes(shapes, zoom)
    [(place, data)] = encoded_tiles("layer", frame, pieces)
    assert place == (0, 0)
    return decoded(data)["layer"]


@given(st.lists(st.tuples(texts, wholes), min_size=1, max_size=9))
def test_what_is_said_of_features_is_read_again(rows):
    frame = pd.DataFrame(rows, columns=["名称", "tier"], dtype=object)
    layer = layer_of(frame, squares(len(rows)))
    read = [(row.get("名称"), row.get("tier")) for row, _ in layer.features]
    assert read == rows


corners = st.tuples(st.integers(-2_000_000, 2_000_000), st.integers(-9, 4105))


@given(st.lists(st.lists(corners, min_size=3, max_size=3, unique=True), min_size=1))
def test_rings_are_read_again_corner_by_corner(rings):
    polygons = np.array([shapely.Polygon(ring) for ring in rings])
    polygons = polygons[shapely.area(polygons) > 0]
    polygons = shapely.orient_polygons(polygons, exterior_cw=True)
    count = len(polygons)
    pieces = Pieces(polygons, np.arange(count), np.zeros((count, 2), dtype=np.int64))
    frame = pd.DataFrame({"n": range(count)})
    tiles = [
        decoded(data)["layer"] for _, data in encoded_tiles("layer", frame, pieces)
    ]
    read = [placed(shape, 0, 0, 0) for layer in tiles for _, shape in layer.features]
    assert [[*s.geoms[0].exterior.coords] for s in read] == [
        [*p.exterior.coords] for p in polygons
    ]


def test_parts_and_holes_of_a_feature_are_one_feature():
    ring = shapely.box(0, 0, 90, 90) - shapely.box(30, 30, 60, 60)
    shape = shapely.MultiPolygon([ring, shapely.box(200, 200, 300, 300)])
    layer = layer_of(pd.DataFrame({"id": ["A"]}), np.array([shape]))
    [(row, read)] = layer.features
    assert row == {"id": "A"}
    assert placed(read, 0, 0, 0).equals(shape)


def test_tiles_come_once_each_with_their_own_values():
    shapes = np.array([shapely.box(0, 0, 4300, 9), shapely.box(4300, 0, 4400, 9)])
    frame = pd.DataFrame({"id": ["A", "B"]})
    tiles = dict(encoded_tiles("layer", frame, cut_shapes(shapes, 1)))
    assert {*tiles} == {(0, 0), (1, 0)}
    assert b"B" not in gzip.decompress(tiles[0, 0])
    east = decoded(tiles[1, 0])["layer"].features
    assert [row["id"] for row, _ in east] == ["A", "B"]


def test_the_same_tile_is_the_same_bytes():
    frame = pd.DataFrame({"id": ["A", "B", None]})
    first, second = (
        [*encoded_tiles("layer", frame, cut_shapes(squares(3), 0))] for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("kind", ["Int64", "int64", "str", "object"])
def test_columns_of_every_kind_are_read(kind):
    values = [1, 2] if "nt" in kind else ["甲", "b"]
    frame = pd.DataFrame({"value": pd.Series(values, dtype=kind)})
    layer = layer_of(frame, squares(2))
    assert [row["value"] for row, _ in layer.features] == values


def test_nothing_is_no_tile():
    frame = pd.DataFrame({"id": []})
    assert [*encoded_tiles("layer", frame, cut_shapes(np.array([]), 0))] == []
