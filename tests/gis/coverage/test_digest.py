"""The digest of a layer is a published formula that no order of rows changes."""

import hashlib

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gis.coverage import certify, layer_digest

# true to areas around lon 0, lat 0, where plane figures may be written down
METRES = "+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80"


def test_digest_is_the_published_formula():
    ids = ["B", "A"]
    polygons = [box(1, 0, 2, 1), MultiPolygon([box(0, 0, 1, 1)])]
    attributes = [{"name": "乙", "tier": 5}, {"tier": 5, "name": "甲"}]
    expected = hashlib.sha256()
    for row in (1, 0):
        multi = MultiPolygon([polygons[row].geoms[0] if row else polygons[row]])
        expected.update(ids[row].encode())
        expected.update(shapely.normalize(multi).wkb)
        name = attributes[row]["name"]
        expected.update(f'{{"name":"{name}","tier":5}}'.encode())
    assert layer_digest(ids, polygons, attributes) == expected.hexdigest()
    certificate = certify(ids, polygons, METRES, attributes=attributes)
    assert certificate.digest == expected.hexdigest()


def test_digest_does_not_see_the_order_of_vertices_heights_or_a_tenth_decimal():
    square = Polygon([(0.1, 0, 7), (1, 0, 7), (1, 1, 7), (0.1, 1, 7)])
    turned = Polygon([(1, 1), (1, 0), (0.10000000004, -0.0), (0.1, 1)])
    assert layer_digest(["A"], [square]) == layer_digest(["A"], [turned])


def test_digest_sees_the_ninth_decimal():
    assert layer_digest(["A"], [box(0, 0, 1, 1)]) != layer_digest(
        ["A"], [box(0, 0, 1, 1.000000001)]
    )


def test_digest_does_not_see_the_order_of_rows():
    west, east = box(0, 0, 1, 1), box(1, 0, 2, 1)
    names = [{"name": "西"}, {"name": "东"}]
    forth = layer_digest(["W", "E"], [west, east], names)
    assert layer_digest(["E", "W"], [east, west], names[::-1]) == forth
    assert layer_digest(["E", "W"], [west, east], names) != forth


def test_digest_sees_ids_and_attributes_but_not_the_order_of_keys():
    square = [box(0, 0, 1, 1)]
    digests = [
        layer_digest(["A"], square),
        layer_digest(["B"], square),
        layer_digest(["A"], square, [{}]),
        layer_digest(["A"], square, [{"tier": 5, "name": "A"}]),
        layer_digest(["A"], square, [{"tier": "5", "name": "A"}]),
    ]
    assert len(set(digests)) == len(digests)
    turned = layer_digest(["A"], square, [{"name": "A", "tier": 5}])
    assert turned == digests[3]


def test_attribute_that_is_no_json_value_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        layer_digest(["A"], [box(0, 0, 1, 1)], [{"area": float("nan")}])


def test_layer_without_grids_has_the_digest_of_nothing():
    assert layer_digest([], []) == hashlib.sha256().hexdigest()
