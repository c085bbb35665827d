"""Strips of known width between grids that open to the outside, and what is none."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString, Polygon, box

from gis.coverage import certify
from gis.geodesy import metres_per_degree

METRES = "EPSG:4549"
DEGREES = "EPSG:4490"
PLACE = {METRES: (500_300.0, 3_356_100.0), DEGREES: (120.08, 30.33)}
SITES = pytest.mark.parametrize("crs", [METRES, DEGREES])

widths = st.floats(0.03, 5.0)
angles = st.floats(0.0, 360.0)


def placed(polygons, crs, angle=0.0):
    """Polygons in metres around nought, turned, as coordinates of a CRS."""
    x, y = PLACE[crs]
    scale = (1.0, 1.0) if crs == METRES else 1.0 / metres_per_degree(np.array([y])).T[0]
    return [
        shapely.transform(
            affinity.rotate(polygon, angle, origin=(0, 0)),
            lambda xy: xy * scale + (x, y),
        )
        for polygon in polygons
    ]


def faults(polygons, crs=METRES, angle=0.0, width_m=10.0, **options):
    ids = [f"G{n}" for n in range(len(polygons))]
    certificate = certify(
        ids, placed(polygons, crs, angle), crs, gap_width_m=width_m, **options
    )
    return certificate.faults


def banks(width, length):
    """Two blocks with a strip between them that is open at both ends."""
    return [box(-200, 0, 0, length), box(width, 0, 200, length)]


@SITES
@given(width=widths, times=st.floats(11.0, 300.0), angle=angles)
def test_a_strip_from_border_to_border_is_a_bay(crs, width, times, angle):
    length = times * width
    [fault] = faults(banks(width, length), crs, angle)
    assert (fault.kind, fault.grids) == ("bay", ("G0", "G1"))
    assert fault.width_m == pytest.approx(width, rel=1e-3, abs=1e-5)
    assert fault.area_m2 == pytest.approx(width * length, rel=0.02)


@SITES
@given(width=widths, times=st.floats(12.0, 300.0), angle=angles)
def test_a_strip_with_one_open_end_is_a_bay(crs, width, times, angle):
    length = times * width
    cap = box(-200, length, 200, length + 50)
    [fault] = faults([*banks(width, length), cap], crs, angle)
    assert (fault.kind, fault.grids) == ("bay", ("G0", "G1"))
    assert fault.width_m == pytest.approx(width, rel=1e-3, abs=1e-5)
    assert fault.area_m2 == pytest.approx(width * length, rel=0.05)


@SITES
@given(width=widths, times=st.floats(11.0, 300.0), angle=angles)
def test_a_strip_with_no_open_end_is_a_gap_and_counted_once(crs, width, times, angle):
    length = times * width
    caps = [box(-200, length, 200, length + 50), box(-200, -50, 200, 0)]
    [fault] = faults([*banks(width, length), *caps], crs, angle)
    assert fault.kind == "gap"
    assert fault.area_m2 == pytest.approx(width * length, rel=1e-3)


@given(
    near=st.floats(0.0, 4.0),
    far=st.floats(0.05, 9.0),
    times=st.floats(11.0, 50.0),
    angle=angles,
)
def test_a_wedge_is_a_bay_of_its_mean_width(near, far, times, angle):
    mean = (near + far) / 2.0
    length = times * mean
    west = box(-200, 0, 0, length)
    east = Polygon([(near, 0), (200, 0), (200, length), (far, length)])
    [fault] = faults([west, east], angle=angle)
    assert fault.kind == "bay"
    assert fault.width_m == pytest.approx(mean, rel=0.03)
    assert fault.area_m2 == pytest.approx(mean * length, rel=0.05)


@settings(max_examples=40)
@given(
    width=st.floats(0.03, 4.0),
    steps=st.lists(st.floats(-40.0, 40.0), min_size=2, max_size=5),
    angle=angles,
)
def test_a_strip_with_bends_is_one_bay(width, steps, angle):
    rows = 60.0 * np.arange(-1, len(steps) + 1)
    line = LineString(np.column_stack([[0.0, *steps, 0.0], rows]))
    strip = line.buffer(width / 2, cap_style="flat", join_style="mitre")
    block = box(-200, -40, 200, 60.0 * len(steps) - 20)
    sides = shapely.get_parts(block - strip)
    [fault] = faults(list(sides), angle=angle)
    assert (fault.kind, fault.grids) == ("bay", ("G0", "G1"))
    expected = (block & strip).area
    assert fault.area_m2 == pytest.approx(expected, rel=0.05)
    assert fault.width_m == pytest.approx(width, rel=0.05)


@given(width=widths, left=st.integers(1, 5), right=st.integers(1, 5), angle=angles)
def test_all_grids_along_a_strip_are_named(width, left, right, angle):
    length = 60 * width
    blocks = []
    for start, end, count in ((-200, 0, left), (width, 200, right)):
        cuts = np.linspace(0, length, count + 1)
        for low, high in pairwise(cuts):
            blocks.append(box(start, low, end, high))
    [fault] = faults(blocks, angle=angle)
    assert fault.kind == "bay"
    assert fault.grids == tuple(sorted(f"G{n}" for n in range(len(blocks))))


def test_squares_that_all_stand_apart_are_one_bay_between_all():
    squares = [
        box(x * 100.03, y * 100.03, x * 100.03 + 100, y * 100.03 + 100)
        for x in range(4)
        for y in range(3)
    ]
    [fault] = faults(squares)
    assert fault.kind == "bay"
    assert fault.width_m == pytest.approx(0.03, rel=1e-3)
    assert len(fault.grids) == 12
    assert fault.area_m2 == pytest.approx(0.03 * (9 + 8) * 100, rel=0.02)


@given(width=widths, times=st.floats(0.5, 9.0), angle=angles)
def test_a_strip_shorter_than_ten_widths_is_no_bay(width, times, angle):
    assert faults(banks(width, times * width), angle=angle) == ()


@pytest.mark.parametrize(
    ("width", "limit", "count"), [(9.9, 10.0, 1), (10.1, 10.0, 0), (10.1, 12.0, 1)]
)
def test_the_width_given_is_the_limit(width, limit, count):
    assert len(faults(banks(width, 900.0), width_m=limit)) == count


def test_bays_are_not_looked_for_without_a_width():
    assert faults(banks(1.0, 900.0), width_m=None) == ()


@pytest.mark.parametrize("width", [0.03, 1.0, 8.0])
def test_an_inlet_of_one_grid_is_no_bay(width):
    grid = box(0, 0, 400, 300) - box(200, 100, 200 + width, 300)
    assert faults([grid, box(400, 0, 500, 300)]) == ()


def test_a_notch_where_two_grids_meet_at_the_coast_is_no_bay():
    west = Polygon([(-200, 0), (0, 0), (0, 100), (-20, 130), (-200, 130)])
    east = Polygon([(0, 0), (200, 0), (200, 130), (20, 130), (0, 100)])
    assert faults([west, east]) == ()


def test_a_strip_at_the_head_of_an_inlet_of_one_grid_is_a_bay_of_its_own_width():
    inlet = box(197, 200, 203, 300)
    west = box(0, 0, 200, 200) | (box(0, 200, 400, 300) - inlet)
    east = box(200.1, 0, 400, 199.9)
    [fault] = faults([west, east])
    assert (fault.kind, fault.grids) == ("bay", ("G0", "G1"))
    assert fault.width_m == pytest.approx(0.1, rel=0.05)


def test_a_narrow_strip_behind_a_wide_mouth_is_a_bay():
    west = box(-200, 0, 0, 100) | box(-200, 100, -4, 130)
    east = box(0.05, 0, 200, 100) | box(4, 100, 200, 130)
    [fault] = faults([west, east])
    assert (fault.kind, fault.grids) == ("bay", ("G0", "G1"))


def test_two_strips_are_two_bays_the_greatest_first():
    blocks = [box(0, 0, 100, 300), box(101, 0, 200, 300), box(203, 0, 300, 300)]
    first, second = faults(blocks)
    assert (first.grids, second.grids) == (("G1", "G2"), ("G0", "G1"))


def test_the_place_of_a_bay_lies_in_its_strip():
    [fault] = faults(banks(0.5, 300.0), DEGREES, angle=30.0)
    west, east = placed(banks(0.5, 300.0), DEGREES, angle=30.0)
    place = shapely.Point(fault.lon, fault.lat)
    assert place.distance(west) > 0.0
    assert place.distance(east) > 0.0
    assert place.within(shapely.union(west, east).convex_hull)


def test_strip_of_an_outline_is_a_gap_and_no_bay_too():
    blocks = banks(2.0, 300.0)
    outline = box(-200, 0, 200, 300)
    plane = "+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80"
    certificate = certify(["A", "B"], blocks, plane, outline=outline, gap_width_m=10.0)
    [fault] = certificate.faults
    assert (fault.kind, fault.grids) == ("gap", ("A", "B"))
    assert fault.area_m2 == pytest.approx(600.0, rel=1e-6)


@pytest.mark.parametrize("lat", [20.0, 60.0])
def test_width_is_true_where_a_tall_layer_is_far_from_its_middle(lat):
    """A degree of longitude at 60 north is half of one at 20 north."""
    degree = metres_per_degree(np.array([lat]))[0, 0]
    half = 9.0 / degree / 2.0
    low, high = sorted((lat, 80.0 - lat))
    tall = box(119.0, low, 120.0 - half, high)
    east = box(120.0 + half, lat - 0.01, 121.0, lat + 0.01)
    [fault] = certify(["A", "B"], [tall, east], DEGREES, gap_width_m=10.0).faults
    assert fault.kind == "bay"
    assert fault.width_m == pytest.approx(9.0, rel=1e-3)
