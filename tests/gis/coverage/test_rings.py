"""Rings around half the globe and tangles are refused by name before any overlay."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gis.coverage import certify
from gis.coverage.rings import count_crossings, refuse_tangles, refuse_wide_rings
from gis.errors import CoverageError

ACROSS = Polygon([(179.9, -17), (-179.9, -17), (-179.9, -16.8), (179.9, -16.8)])
BESIDE = box(179.7, -17, 179.9, -16.8)


def zigzag(teeth):
    """Teeth across a band, and back through all of them."""
    forth = [(n / teeth, n % 2) for n in range(teeth)]
    back = [(n % 2, n / teeth) for n in range(teeth)]
    return Polygon(forth + back)


def star(points):
    angles = 2 * np.pi * np.arange(points) * (points // 2) / points
    return Polygon(np.column_stack([np.cos(angles), np.sin(angles)]))


@pytest.mark.parametrize(
    ("polygon", "crossings"),
    [
        (box(0, 0, 1, 1), 0),
        (Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 1),
        (star(5), 5),
        (star(31), 31 * 28 // 2),
        # a hole that crosses the outer ring at two places
        (Polygon(box(0, 0, 4, 4).exterior, [box(3, 1, 5, 2).exterior]), 2),
        (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), 2),
    ],
    ids=["simple", "bow-tie", "star of 5", "star of 31", "hole", "parts"],
)
def test_crossings_are_counted(polygon, crossings):
    assert count_crossings(polygon, 10_000) == crossings


def test_counting_ends_soon_after_the_most():
    assert 100 < count_crossings(star(1001), 100) < 1001 * 998 // 2


@pytest.mark.parametrize("polygon", [zigzag(3000), star(3001)], ids=["zigzag", "star"])
def test_a_tangle_is_refused_by_name_before_it_is_mended(polygon):
    words = r"Grid 'Z' \(6,001 vertices\)|Grid 'Z' \(3,002 vertices\)"
    with pytest.raises(CoverageError, match=words) as caught:
        certify(["A", "Z"], [box(5, 5, 6, 6), polygon], "EPSG:4490")
    assert "more than 1,000 places" in str(caught.value)


def test_crossings_up_to_the_most_are_let_through():
    refuse_tangles(["Grid 'A'"], [star(5)], most=5)
    with pytest.raises(CoverageError, match="more than 4 places"):
        refuse_tangles(["Grid 'A'"], [star(5)], most=4)


def test_a_ring_around_the_globe_is_named_with_what_it_spans():
    with pytest.raises(CoverageError, match=r"Grid 'B'.*359\.8 degrees.*cut there"):
        refuse_wide_rings(["Grid 'A'", "Grid 'B'"], [BESIDE, ACROSS])
    with pytest.raises(CoverageError, match=r"Grid 'A'.*359\.8 degrees"):
        certify(["A", "B"], [ACROSS, BESIDE], "EPSG:4326")


def test_an_outline_around_the_globe_is_named():
    with pytest.raises(CoverageError, match=r"The outline .*359\.8 degrees"):
        certify(["B"], [BESIDE], "EPSG:4326", outline=ACROSS)


def test_a_grid_cut_at_the_meridian_of_180_is_let_through():
    halves = MultiPolygon([box(179.9, -17, 180, -16), box(-180, -17, -179.9, -16)])
    refuse_wide_rings(["Grid 'A'"], [halves])
    assert certify(["A"], [halves], "EPSG:4326").is_clean


def test_metres_may_span_any_number():
    assert certify(["A"], [box(0, 0, 5000, 5000)], "EPSG:4549").is_clean


def test_grids_that_all_lie_over_each_other_are_refused(monkeypatch):
    monkeypatch.setattr("gis.coverage.faces.FREE_OVERLAPS", 0)
    pile = [shapely.affinity.translate(box(0, 0, 9, 9), n / 100) for n in range(60)]
    with pytest.raises(CoverageError, match="More than 600 pairs of the 60 grids"):
        certify([str(n) for n in range(60)], pile, "EPSG:4549")
