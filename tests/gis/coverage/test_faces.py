"""Faces along an outline: what counts as lost or gained, and what as drawn anew."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gis.coverage import certify, certify_filling
from gis.coverage.faces import OUTLINE_TOLERANCE_M
from gis.errors import CoverageError, InvalidLayerError
from support.makers.strategies import coverages

METRES = "+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80"
TOWN = box(0, 0, 200, 100)


def faults_of(polygon, outline=TOWN):
    """Kind and size of what is wrong with one grid in an outline."""
    certificate = certify_filling(["G"], [polygon], METRES, outline)
    return [(f.kind, round(f.area_m2, 2)) for f in certificate.faults]


@given(coverages(min_side=2))
def test_coverages_fill_their_union(coverage):
    outline = shapely.union_all(coverage.polygons)
    filled = certify_filling(coverage.ids, coverage.polygons, METRES, outline)
    assert filled.is_clean
    assert filled.digest == certify(coverage.ids, coverage.polygons, METRES).digest


@given(coverages(min_side=2, joined=False), st.data())
def test_a_grid_that_is_missing_is_the_gap_and_a_grid_too_many_lies_beyond(
    coverage, data
):
    """Areas are those of plain boxes and their plain difference."""
    outline = shapely.union_all(coverage.polygons)
    row = data.draw(st.integers(0, len(coverage.ids) - 1), label="row")
    rest = [n for n in range(len(coverage.ids)) if n != row]
    ids, polygons = coverage.ids, coverage.polygons
    lost = certify_filling(
        [ids[n] for n in rest], [polygons[n] for n in rest], METRES, outline
    )
    assert [fault.kind for fault in lost.faults] == ["gap"]
    assert lost.faults[0].area_m2 == pytest.approx(polygons[row].area, rel=1e-6)
    smaller = shapely.difference(outline, polygons[row])
    grown = certify_filling(ids, polygons, METRES, smaller)
    assert [fault.kind for fault in grown.faults] == ["beyond"]
    assert grown.faults[0].grids == (ids[row],)
    assert grown.faults[0].area_m2 == pytest.approx(polygons[row].area, rel=1e-6)


@pytest.mark.parametrize("side", [-1, 1], ids=["lost", "beyond"])
@pytest.mark.parametrize("share", [0.98, 1.1], ids=["drawn anew", "moved"])
def test_a_strip_along_the_outline_counts_from_a_centimetre_of_mean_width(side, share):
    # twice the area over the perimeter of a strip is nearly its width
    width = OUTLINE_TOLERANCE_M * share
    faults = faults_of(box(0, 0, 200 + side * width, 100))
    kind = "gap" if side < 0 else "beyond"
    assert faults == ([] if share < 1 else [(kind, 1.1)])


def test_a_crack_within_is_a_gap_however_thin():
    west, east = box(0, 0, 100, 100), box(100, 0, 200, 100)
    slit = shapely.Polygon([(100, 40), (100.0001, 50), (100, 60)])
    certificate = certify_filling(
        ["E", "W"], [shapely.difference(east, slit), west], METRES, TOWN
    )
    assert [fault.kind for fault in certificate.faults] == ["gap"]
    assert certificate.faults[0].grids == ("E", "W")


def test_hole_of_the_outline_is_ground_of_somebody_else():
    hole = box(50, 50, 60, 60)
    around = shapely.difference(TOWN, hole)
    assert faults_of(around, around) == []
    assert faults_of(TOWN, around) == [("beyond", 100.0)]
    assert faults_of(around, TOWN) == [("gap", 100.0)]


def test_overlaps_and_broken_rings_are_faults_as_ever():
    bow = shapely.Polygon([(0, 0), (200, 100), (200, 0), (0, 100)])
    kinds = {
        f.kind for f in certify_filling(["A", "B"], [TOWN, bow], METRES, TOWN).faults
    }
    assert kinds == {"invalid", "overlap"}


def test_what_cannot_be_examined_is_refused():
    with pytest.raises(CoverageError, match="outline is invalid"):
        faults_of(TOWN, shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    with pytest.raises(InvalidLayerError, match="'G' repeats"):
        certify_filling(["G", "G"], [TOWN, TOWN], METRES, TOWN)
