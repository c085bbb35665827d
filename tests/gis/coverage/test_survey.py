import os
from collections import defaultdict
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gis.coverage import certify
from gis.errors import CoverageError, CrsError, InvalidLayerError, SettingError
from support.makers.planted_faults import (
    KINDS,
    LONLAT,
    METRIC,
    clean_coverage,
    exact_area_m2,
    faulty_coverage,
)
from support.makers.strategies import coverages, jitters

# true to areas around lon 0, lat 0, where plane figures may be written down
METRES = "+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80"
NAN_TRIANGLE = shapely.set_coordinates(
    Polygon([(0, 0), (1, 0), (1, 1)]), [[0, 0], [1, 0], [np.nan, 1], [0, 0]]
)
SEEDS = 1000 if os.environ.get("PAGODA_SOAK") else 150
BATCHES = 10
SITES = pytest.mark.parametrize(
    "site", [LONLAT, METRIC], ids=["degrees at 9 decimals", "metres at 4 decimals"]
)
BATCH = pytest.mark.parametrize("batch", range(BATCHES))


def seeds(batch):
    return range(batch, SEEDS, BATCHES)


def rounded(areas_m2):
    """Areas to a square centimetre."""
    return tuple(round(area, 4) for area in areas_m2)


def findings(certificate):
    return [(f.kind, f.grids, *rounded([f.area_m2])) for f in certificate.faults]


@SITES
@BATCH
def test_clean_coverages_are_reported_clean(site, batch):
    """150 seeds for each site; 1,000 with PAGODA_SOAK set."""
    for seed in seeds(batch):
        sample = clean_coverage(seed, site)
        certificate = certify(sample.ids, sample.polygons, site.crs)
        assert certificate.is_clean, (seed, certificate.to_text())
        assert {note.kind for note in certificate.notes} <= {"pieces"}


@SITES
@BATCH
def test_one_planted_fault_of_1e_4_to_1e3_m2_is_found_once(site, batch):
    """150 seeds for each site; 1,000 with PAGODA_SOAK set."""
    for seed in seeds(batch):
        sample = faulty_coverage(seed, site, KINDS[seed % len(KINDS)])
        certificate = certify(sample.ids, sample.polygons, site.crs)
        assert len(certificate.faults) == 1, (seed, certificate.to_text())
        [fault], plant = certificate.faults, sample.plant
        assert (fault.kind, fault.grids) == (plant.kind, plant.grids), seed
        assert fault.area_m2 == pytest.approx(plant.area_m2, rel=1e-4), seed
        assert fault.is_sliver or not plant.is_sliver, seed
        assert place_of(fault, site).distance(plant.triangle) < 1e-8, seed


def place_of(fault, site):
    step = pyproj.Transformer.from_crs("EPSG:4490", site.crs, always_xy=True)
    return shapely.Point(step.transform(fault.lon, fault.lat))


@given(coverages())
def test_coverages_of_whole_numbers_are_clean(coverage):
    certificate = certify(coverage.ids, coverage.polygons, METRES)
    assert certificate.is_clean
    total = sum(coverage.quarter(at).area for at in coverage.names)
    assert certificate.area_m2 == pytest.approx(total, rel=1e-8)


@given(coverages(min_side=2, joined=False), st.data())
def test_a_vertex_moved_in_one_grid_only_makes_faults_of_the_area_moved(coverage, data):
    """What one grid loses is a gap, what it gains an overlap, and nothing else is."""
    columns, rows = max(coverage.names)
    corner = data.draw(
        st.tuples(st.integers(1, columns), st.integers(1, rows)), label="corner"
    )
    x, y = (10 * corner[0] + data.draw(jitters), 10 * corner[1] + data.draw(jitters))
    before = coverage.quarter(corner)
    old = coverage.vertices[corner]
    after = Polygon([(x, y) if v == old else v for v in before.exterior.coords[:-1]])
    moved = shapely.symmetric_difference(before, after)
    assume(moved.area > 0.0)
    polygons = {at: coverage.quarter(at) for at in coverage.names} | {corner: after}
    certificate = certify(
        [coverage.names[at] for at in polygons], list(polygons.values()), METRES
    )
    assert not certificate.is_clean
    faulty = sum(fault.area_m2 for fault in certificate.faults)
    assert faulty == pytest.approx(moved.area, rel=1e-8)
    assert all(
        fault.kind == "gap" or coverage.names[corner] in fault.grids
        for fault in certificate.faults
    )


def test_part_that_fills_a_hole_of_another_grid_is_clean():
    ring = box(0, 0, 90, 90) - box(30, 30, 60, 60)
    inner = MultiPolygon([box(30, 30, 60, 60), box(90, 0, 95, 90)])
    certificate = certify(["ring", "inner"], [ring, inner], METRES)
    assert certificate.is_clean
    assert certificate.area_m2 == pytest.approx(90 * 90 + 5 * 90, rel=1e-8)
    [note] = certificate.notes
    assert (note.kind, note.grid, rounded(note.areas_m2)) == (
        "pieces",
        "inner",
        (900.0, 450.0),
    )


def test_hole_that_no_grid_fills_is_a_gap_of_its_grid():
    ring = box(0, 0, 90, 90) - box(30, 30, 60, 60)
    assert findings(certify(["ring"], [ring], METRES)) == [("gap", ("ring",), 900.0)]


def test_hole_that_the_outline_leaves_out_is_no_gap():
    ring = box(0, 0, 90, 90) - box(30, 30, 60, 60)
    assert certify(["ring"], [ring], METRES, outline=ring).is_clean


def test_island_in_a_hole_is_not_counted_as_gap():
    ring = box(0, 0, 90, 90) - box(30, 30, 60, 60)
    certificate = certify(["ring", "isle"], [ring, box(40, 40, 50, 50)], METRES)
    assert findings(certificate) == [("gap", ("isle", "ring"), 800.0)]


def test_gap_from_border_to_border_is_found():
    """Two grids that meet in two border vertices only enclose a gap between them."""
    west = Polygon([(0, 0), (10, 0), (8, 5), (10, 10), (0, 10)])
    east = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (12, 5)])
    assert findings(certify(["W", "E"], [west, east], METRES)) == [
        ("gap", ("E", "W"), 20.0)
    ]


def test_gap_names_every_grid_along_it():
    south_west = Polygon([(0, 0), (10, 0), (10, 8), (8, 10), (0, 10)])
    south_east = Polygon([(10, 0), (20, 0), (20, 10), (12, 10), (10, 8)])
    north_west = Polygon([(0, 10), (8, 10), (10, 12), (10, 20), (0, 20)])
    north_east = Polygon([(12, 10), (20, 10), (20, 20), (10, 20), (10, 12)])
    quarters = [south_west, south_east, north_west, north_east]
    assert findings(certify("abcd", quarters, METRES)) == [("gap", tuple("abcd"), 8.0)]


def test_gap_does_not_name_a_grid_at_its_corner():
    lower = Polygon([(0, 0), (10, 0), (10, 10), (5, 9), (0, 10)])
    others = [box(0, 10, 10, 20), box(10, 10, 20, 20), box(10, 0, 20, 10)]
    ids = ["lower", "upper", "beside", "below"]
    assert findings(certify(ids, [lower, *others], METRES)) == [
        ("gap", ("lower", "upper"), 5.0)
    ]


@pytest.mark.parametrize("seed", range(30))
def test_gap_beside_a_crack_of_rounding_width_does_not_run_into_the_open(seed):
    """The upper grid ends on the lower one's edge: no pair of doubles is on that."""
    rng = np.random.default_rng(seed)
    angle, reach = rng.uniform(0.0, 3.0), rng.uniform(0.5, 0.95)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def turned(*points):
        return Polygon(np.array(points) @ turn * 0.005 + (120.08, 30.33))

    lower = turned((0, 0), (1, 0), (1, 1), (0, 1))
    notch = (0.2, 1), (0.3, 1.1), (0.4, 1)
    upper = turned((0, 1), *notch, (reach, 1), (reach, 2), (0, 2))
    expected = exact_area_m2(turned(*notch), LONLAT)
    certificate = certify(["upper", "lower"], [upper, lower], "EPSG:4490")
    [(kind, grids, area)] = findings(certificate)
    assert (kind, grids) == ("gap", ("lower", "upper"))
    assert area == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("side", [-1, 1], ids=["gap", "overlap"])
def test_hairline_of_1e_4_m2_along_fifty_metres_is_found(side):
    """Four micrometres high: ten thousand times thinner than a vertex of 9 decimals."""
    south, north = 30.33, 30.3305
    apex = (120.08 + side * 4e-11, (south + north) / 2)
    west = Polygon(
        [(120.07, south), (120.08, south), apex, (120.08, north), (120.07, north)]
    )
    east = box(120.08, south, 120.09, north)
    triangle = Polygon([(120.08, south), apex, (120.08, north)])
    [fault] = certify(["W", "E"], [west, east], "EPSG:4490").faults
    assert fault.kind == ("overlap" if side > 0 else "gap")
    expected = exact_area_m2(triangle, LONLAT)
    assert 1e-4 < expected < 2e-4
    assert fault.area_m2 == pytest.approx(expected, rel=1e-3)
    assert fault.is_sliver


def test_three_grids_on_one_place_overlap_pair_by_pair():
    certificate = certify("abc", [box(0, 0, 30, 30)] * 3, METRES)
    assert [f.grids for f in certificate.faults] == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    assert certificate.area_m2 == pytest.approx(3 * 900, rel=1e-8)


def test_two_faces_of_one_pair_are_two_faults_the_greatest_first():
    low, high = box(10, 2, 12, 4), box(10, 6, 13, 9)
    comb = shapely.union_all([box(0, 0, 10, 10), low, high])
    certificate = certify(["comb", "east"], [comb, box(10, 0, 20, 10)], METRES)
    assert [round(f.area_m2, 4) for f in certificate.faults] == [9.0, 4.0]


def test_invalid_grid_is_named_and_measured_on_a_repaired_copy():
    bow = Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    certificate = certify(["bow", "rest"], [bow, box(10, 0, 40, 20)], METRES)
    invalid, overlap = certificate.faults
    assert (invalid.kind, invalid.grids) == ("invalid", ("bow",))
    assert invalid.reason == "Self-intersection in the outer ring"
    assert "repaired copy" in invalid.to_text()
    assert (overlap.kind, round(overlap.area_m2, 4)) == ("overlap", 100.0)
    assert certificate.area_m2 == pytest.approx(200 + 600, rel=1e-8)


def test_grid_without_any_area_is_invalid_and_covers_nothing():
    line = Polygon([(0, 0), (10, 10), (0, 0)])
    certificate = certify(["line"], [line], METRES)
    assert [f.kind for f in certificate.faults] == ["invalid"]
    assert certificate.area_m2 == 0.0


def test_notch_at_the_outer_border_is_a_gap_of_the_outline_only():
    notched = box(0, 0, 50, 20) - box(10, 10, 20, 20)
    outline = box(0, 0, 50, 20)
    assert certify(["A"], [notched], METRES).is_clean
    certificate = certify(["A"], [notched], METRES, outline=outline)
    assert findings(certificate) == [("gap", ("A",), 100.0)]


def test_grid_beyond_the_outline_is_noted():
    certificate = certify(
        ["A", "B"],
        [box(0, 0, 10, 10), box(10, 0, 20, 10)],
        METRES,
        outline=box(0, 0, 18, 10),
    )
    assert certificate.is_clean
    [note] = certificate.notes
    assert (note.kind, note.grid, rounded(note.areas_m2)) == ("beyond", "B", (20.0,))


def test_thin_parts_are_noted_with_their_area():
    grid = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 20.5, 10)])
    kinds = [
        (n.kind, rounded(n.areas_m2)) for n in certify(["A"], [grid], METRES).notes
    ]
    assert kinds == [("pieces", (100.0, 5.0)), ("sliver", (5.0,))]


def test_frames_are_taken_by_position_whatever_their_index():
    polygons = [box(0, 0, 10, 10), box(9, 0, 20, 10)]
    frame = gpd.GeoDataFrame({"id": ["W", "E"]}, geometry=polygons, index=[7, 3])
    assert findings(certify(frame["id"], frame.geometry, METRES)) == [
        ("overlap", ("E", "W"), 10.0)
    ]


def test_faults_come_in_the_same_words_whatever_the_order_of_rows():
    sample = faulty_coverage(1, LONLAT, "gap")
    backwards = certify(sample.ids[::-1], sample.polygons[::-1], "EPSG:4490")
    assert (
        backwards.to_text()
        == certify(sample.ids, sample.polygons, "EPSG:4490").to_text()
    )


@pytest.mark.parametrize(
    ("ids", "polygons", "options", "error", "words"),
    [
        ([], [], {}, CoverageError, "no grids"),
        (["A"], [], {}, InvalidLayerError, "number"),
        (["A", "A"], [box(0, 0, 1, 1)] * 2, {}, InvalidLayerError, "'A' repeats"),
        (["A"], [None], {}, CoverageError, "'no geometry'"),
        (
            ["A"],
            [shapely.LineString([(0, 0), (1, 1)])],
            {},
            CoverageError,
            "'LineString' where a polygon",
        ),
        (["A"], [Polygon()], {}, CoverageError, "is empty"),
        (["A"], [NAN_TRIANGLE], {}, CoverageError, "finite"),
        (
            ["A"],
            [box(0, 0, 1, 1)],
            {"outline": Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])},
            CoverageError,
            "outline is invalid",
        ),
        (["A"], [box(0, 0, 1, 1)], {"attributes": []}, InvalidLayerError, "number"),
    ],
    ids=[
        "no grids",
        "counts differ",
        "repeated id",
        "no geometry",
        "line",
        "empty",
        "NaN",
        "invalid outline",
        "attributes missing",
    ],
)
def test_what_cannot_be_examined_is_refused(ids, polygons, options, error, words):
    with pytest.raises(error, match=words) as caught:
        certify(ids, polygons, METRES, **options)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("width_m", [0.0, -1.0, np.nan, np.inf])
def test_width_of_gaps_that_is_none_is_refused(width_m):
    with pytest.raises(SettingError, match="expected metres above 0"):
        certify(["A"], [box(0, 0, 1, 1)], METRES, gap_width_m=width_m)


@pytest.mark.parametrize("crs", ["EPSG:999999", "EPSG:4978"], ids=["unknown", "3-D"])
def test_crs_that_does_not_fit_is_refused(crs):
    with pytest.raises(CrsError):
        certify(["A"], [box(0, 0, 1, 1)], crs)


def chicago(real_data, layer, key):
    frame = gpd.read_file(real_data / "chicago" / f"{layer}.geojson")
    parts = defaultdict(list)
    for name, polygon in zip(frame[key], frame.geometry, strict=True):
        parts[str(name)] += shapely.get_parts(polygon).tolist()
    return list(parts), [MultiPolygon(polygons) for polygons in parts.values()]


def once_used_edges(polygons):
    """Edges that no other ring shares vertex by vertex: an oracle without overlay."""
    used = defaultdict(int)
    for ring in shapely.get_rings(shapely.get_parts(polygons)):
        for a, b in pairwise(ring.coords):
            used[min(a, b), max(a, b)] += 1
    assert set(used.values()) <= {1, 2}
    return [edge for edge, times in used.items() if times == 1]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("layer", "key", "grids", "area_km2"),
    [("beats", "beat_num", 275, 608.887), ("districts", "dist_num", 23, 608.887)],
)
def test_police_beats_and_districts_of_chicago_are_coverages(
    real_data, layer, key, grids, area_km2
):
    ids, polygons = chicago(real_data, layer, key)
    certificate = certify(ids, polygons, "EPSG:4326")
    assert certificate.is_clean
    assert certificate.grid_count == grids
    assert certificate.area_m2 / 1e6 == pytest.approx(area_km2, abs=1e-3)
    assert [(n.kind, len(n.areas_m2)) for n in certificate.notes] == [("pieces", 3)]
    # edges used once bound one city and nothing else
    [city] = shapely.get_parts(
        shapely.polygonize(
            [shapely.LineString(edge) for edge in once_used_edges(polygons)]
        )
    )
    geodesic, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(city)
    assert certificate.area_m2 == pytest.approx(abs(geodesic), rel=1e-6)


@pytest.mark.real_data
def test_towns_enclosed_by_chicago_are_gaps_of_its_community_areas(real_data):
    """Norridge with Harwood Heights, and two small ones: police beat 3100 has them."""
    ids, polygons = chicago(real_data, "community_areas", "area_numbe")
    certificate = certify(ids, polygons, "EPSG:4326")
    found = [(f.kind, f.grids, round(f.area_m2 / 1e6, 3)) for f in certificate.faults]
    assert found == [
        ("gap", ("10", "11", "15", "17", "76"), 7.992),
        ("gap", ("10",), 0.509),
        ("gap", ("72", "74", "75"), 0.314),
    ]
