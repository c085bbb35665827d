import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gis.errors import CrsError
from gis.geometry import (
    area_m2,
    close_cracks,
    dissolve,
    find_flaw,
    lonlat_places,
    mean_width_m,
    noise_width,
    polygon_parts,
    repair,
    round_coordinates,
)

CGCS2000 = pyproj.CRS("EPSG:4490")
GAUSS_120 = pyproj.CRS("EPSG:4549")
GEOD = CGCS2000.get_geod()
ALBERS = "+proj=aea +lat_1={0} +lat_2={1} +lon_0=120 +ellps=GRS80"


def densified_area_m2(polygon: Polygon) -> float:
    """Equal-area projection with edges kept straight in lon, lat by many points."""
    south, north = polygon.bounds[1], polygon.bounds[3]
    projection = pyproj.CRS(ALBERS.format(south, north + 1e-3))
    step = pyproj.Transformer.from_crs(CGCS2000, projection, always_xy=True)
    dense = shapely.segmentize(polygon, (north - south) / 500)
    xy = shapely.get_coordinates(dense)
    return Polygon(np.column_stack(step.transform(xy[:, 0], xy[:, 1]))).area


@pytest.mark.parametrize(
    ("height", "tolerance"),
    [(0.002, 1e-8), (0.9, 1e-5), (2.7, 1e-4)],
    ids=["200 m", "100 km", "300 km"],
)
@pytest.mark.parametrize("lat", [-60.0, 0.0, 30.33, 60.0])
def test_area_in_degrees_equals_an_equal_area_projection(lat, height, tolerance):
    skew = Polygon(
        [
            (120.08, lat),
            (120.08 + height, lat + 0.1 * height),
            (120.08 + 0.8 * height, lat + height),
            (120.08 - 0.1 * height, lat + 0.7 * height),
        ]
    )
    expected = densified_area_m2(skew)
    assert area_m2([skew], CGCS2000)[0] == pytest.approx(expected, rel=tolerance)


def test_area_of_a_town_block_equals_the_geodesic_area():
    block = box(120.08, 30.33, 120.0805, 30.3305)
    geodesic, _ = GEOD.geometry_area_perimeter(block)
    assert area_m2([block], CGCS2000)[0] == pytest.approx(geodesic, rel=1e-6)


PROJECTED = pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [
        pytest.param(4549, 120.08, 30.33, id="Gauss-Kruger"),
        pytest.param(4528, 121.4, 31.2, id="with the number of its zone"),
        pytest.param(3857, 120.08, 30.33, id="Web Mercator"),
        pytest.param(3857, 25.0, 65.0, id="Web Mercator in the north"),
        pytest.param(3035, -8.0, 39.0, id="equal areas and other angles"),
        pytest.param(32651, 120.1, 30.3, id="UTM beside its zone"),
        pytest.param(3435, -87.6, 41.9, id="feet"),
        pytest.param(2154, 4.5, 45.0, id="conic"),
    ],
)


def projected(polygon: Polygon, crs: pyproj.CRS) -> Polygon:
    """The vertices of a polygon in degrees of the datum of a CRS, on its map."""
    step = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    return shapely.transform(
        polygon, lambda xy: np.column_stack(step.transform(xy[:, 0], xy[:, 1]))
    )


@PROJECTED
def test_area_is_that_of_the_ellipsoid_whatever_the_projection(code, lon, lat):
    crs = pyproj.CRS(code)
    grid = Polygon([(lon, lat), (lon + 0.01, lat + 0.001), (lon + 0.008, lat + 0.009)])
    geodesic, _ = crs.get_geod().geometry_area_perimeter(grid)
    assert area_m2([projected(grid, crs)], crs)[0] == pytest.approx(geodesic, rel=2e-4)
    same = area_m2([grid], crs.geodetic_crs)[0]
    assert area_m2([projected(grid, crs)], crs)[0] == pytest.approx(same, rel=1e-7)


def test_area_of_a_hairline_on_a_map_keeps_its_digits():
    # 900 m long, 3 micrometres high, where a metre of the map is one
    x, y = 500_000.0, 3_350_000.0
    sliver = Polygon([(x, y), (x + 900.0, y), (x + 450.0, y + 3e-6)])
    height = shapely.get_coordinates(sliver)[2, 1] - y
    assert area_m2([sliver], GAUSS_120)[0] == pytest.approx(450.0 * height, rel=1e-6)


def test_area_of_a_district_on_a_map_is_that_in_degrees():
    crs = pyproj.CRS(3857)
    district = box(120.0, 30.0, 120.9, 30.8)
    [metres], [degrees] = (
        area_m2([projected(district, crs)], crs),
        area_m2([district], crs.geodetic_crs),
    )
    # centroids differ a little
    assert metres == pytest.approx(degrees, rel=1e-5)


@PROJECTED
def test_mean_width_is_that_of_the_ellipsoid_whatever_the_projection(code, lon, lat):
    crs = pyproj.CRS(code)
    strip = box(lon, lat, lon + 0.01, lat + 0.00001)
    same = mean_width_m([strip], crs.geodetic_crs)[0]
    assert mean_width_m([projected(strip, crs)], crs)[0] == pytest.approx(
        same, rel=1e-6
    )


def test_area_leaves_out_holes_and_adds_parts():
    ring = box(0, 0, 9, 9) - box(3, 3, 6, 6)
    grids = [MultiPolygon([ring, box(20, 0, 21, 1)]), Polygon()]
    # on the central meridian a metre of the map is one
    placed = [shapely.affinity.translate(grid, 5e5, 33e5) for grid in grids]
    assert area_m2(placed, GAUSS_120) == pytest.approx([73.0, 0.0], rel=1e-6)


def test_area_of_a_hairline_in_degrees_keeps_its_digits():
    # 50 m long, 3 micrometres high: edges that bow on the ellipsoid would swamp it
    sliver = Polygon([(120.0, 30.0), (120.0005, 30.0), (120.00025, 30.0 + 3e-11)])
    height = shapely.get_coordinates(sliver)[2, 1] - 30.0
    scale = area_m2([box(120.0, 30.0, 120.0005, 30.0005)], CGCS2000)[0] / 0.0005**2
    expected = 0.0005 * height / 2 * scale
    assert area_m2([sliver], CGCS2000)[0] == pytest.approx(expected, rel=1e-5)


def test_a_crs_without_degrees_or_metres_on_a_map_is_refused():
    with pytest.raises(CrsError, match="neither geographic nor projected"):
        area_m2([box(0, 0, 1, 1)], pyproj.CRS("EPSG:4978"))


def test_mean_width_of_a_strip_in_degrees_is_its_width_in_metres():
    metre = 1 / 110_860
    strip = box(120.08, 30.33, 120.08 + 0.01, 30.33 + metre)
    assert mean_width_m([strip], CGCS2000)[0] == pytest.approx(1.0, rel=2e-3)


def test_place_lies_within_the_polygon_also_where_its_centre_does_not():
    bay = box(507_000, 3_356_000, 507_100, 3_356_100) - box(
        507_001, 3_356_001, 507_101, 3_356_099
    )
    [place] = lonlat_places([bay], GAUSS_120)
    step = pyproj.Transformer.from_crs(CGCS2000, GAUSS_120, always_xy=True)
    assert bay.contains(shapely.Point(step.transform(*place)))


@pytest.mark.parametrize(
    ("polygon", "reason", "place"),
    [
        pytest.param(
            Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
            "Self-intersection in the outer ring",
            (1.0, 1.0),
            id="bow-tie",
        ),
        pytest.param(
            Polygon(
                box(0, 0, 9, 9).exterior,
                [box(1, 1, 2, 2).exterior, [(4, 4), (6, 6), (6, 4), (4, 6)]],
            ),
            "Self-intersection in hole 2",
            (5.0, 5.0),
            id="bow-tie in a hole",
        ),
        pytest.param(
            Polygon(box(0, 0, 3, 3).exterior, [box(5, 5, 6, 6).exterior]),
            "Hole lies outside shell in hole 1",
            (6.0, 5.0),
            id="hole outside",
        ),
        pytest.param(
            MultiPolygon([box(0, 0, 9, 9), box(2, 2, 3, 3)]),
            "Nested shells in the outer ring of part 2",
            (3.0, 2.0),
            id="part within a part",
        ),
        pytest.param(
            Polygon([(0, 0), (1, 1), (0, 0)]),
            "Too few points in geometry component in the outer ring",
            (0.0, 0.0),
            id="collapsed",
        ),
    ],
)
def test_flaw_names_reason_ring_and_place(polygon, reason, place):
    assert find_flaw(polygon) == (reason, *place)


def test_repair_of_a_collapsed_ring_is_empty():
    assert repair(Polygon([(0, 0), (1, 1), (0, 0)])).is_empty


def test_polygon_parts_leaves_out_points_lines_and_empties():
    mixed = shapely.GeometryCollection(
        [
            shapely.Point(0, 0),
            MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]),
            shapely.LineString([(0, 0), (1, 1)]),
        ]
    )
    parts, row = polygon_parts(np.array([box(5, 5, 6, 6), Polygon(), mixed]))
    assert row.tolist() == [0, 2, 2]
    assert shapely.area(parts).tolist() == [1.0, 1.0, 1.0]


def test_rounded_coordinates_are_the_doubles_nearest_to_nine_decimals():
    rng = np.random.default_rng(9)
    ring = rng.uniform((119.0, 29.0), (121.0, 31.0), (200, 2))
    [rounded] = round_coordinates([Polygon(ring)])
    expected = [float(f"{value:.9f}") for value in ring.ravel()]
    assert shapely.get_coordinates(rounded).ravel().tolist()[:400] == expected


def test_rounding_drops_heights_and_negative_zero_and_leaves_the_argument():
    polygon = Polygon([(-1e-12, 0, 5), (1, 0, 5), (1, 1, 5)])
    [rounded] = round_coordinates([polygon])
    assert not rounded.has_z
    assert str(rounded.exterior.coords[0][0]) == "0.0"
    assert polygon.exterior.coords[0][0] == -1e-12


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_rows_of_boxes_dissolve_to_one_box_wherever_their_corners_are(counts):
    """Corners of one row lie on the edges of the next: the whole is their bounds."""
    boxes = [
        box(60 / count * n, row, 60 / count * (n + 1), row + 1)
        for row, count in enumerate(counts)
        for n in range(count)
    ]
    assert dissolve(boxes).equals(box(0, 0, 60, len(counts)))


def test_dissolved_grids_keep_holes_and_parts():
    ring = box(0, 0, 9, 9) - box(3, 3, 6, 6)
    isle = box(20, 0, 21, 1)
    assert dissolve([ring, isle]).equals(MultiPolygon([ring, isle]))
    assert dissolve([]).is_empty


def test_corner_that_is_nearly_on_an_edge_leaves_no_crack():
    """No pair of doubles lies on this edge: the crack is thinner than rounding."""
    corner = (120.08 + 0.003 / 3, 30.33 + 0.001 / 3)
    below = Polygon([(120.08, 30.33), (120.083, 30.331), (120.083, 30.32)])
    west = Polygon([(120.08, 30.33), corner, (120.08, 30.34)])
    east = Polygon([corner, (120.083, 30.331), (120.08, 30.34)])
    whole = dissolve([below, west, east])
    assert isinstance(whole, Polygon)
    assert whole.is_valid
    assert not whole.interiors
    width = noise_width(shapely.get_coordinates(whole))
    closed = close_cracks(np.array([below, west, east]), width)
    assert shapely.coverage_is_valid(closed)
