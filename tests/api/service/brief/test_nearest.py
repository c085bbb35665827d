"""What is nearest to a point, against a plain measure of everything there is."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from api.service.access.sight import VISITOR
from api.service.brief.nearest import NEAR_KINDS, Nearby, NearQuery
from gis.access import Role, Scope
from gis.models import Position
from support.makers.named_town import ALL, PLACES, STATIONS, NamedTown, only, sight

NAMED = NamedTown()
LONS, LATS = st.floats(119.99, 120.05), st.floats(29.995, 30.015)
SQUARES = {"P1": 120.005, "P2": 120.015, "P3": 120.025}
POINTS = {place: (lon, 30.005) for place, lon in SQUARES.items()} | {
    row[0]: (row[5], row[6]) for row in PLACES if row[2] == "actual" and row[5]
}
GRIDS = {"P1": "G1", "P2": "G2", "P3": "G3", "N1": "G1", "N2": "G2", "N3": "G4"}


def nearest(kind, lon=120.005, lat=30.005, view=ALL, **options) -> Nearby:
    query = NearQuery(Position(lon, lat, "cgcs2000"), kind, **options)
    return NAMED.nearest.nearest(query, view)


def plain(points: dict[str, tuple[float, float]], lon: float, lat: float):
    """Ids and metres by a projection of its own, nearest first."""
    # the third of a degree from 120: CGCS2000 / 3-degree Gauss-Kruger CM 120E
    project = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True).transform
    x, y = project(lon, lat)
    metres = {
        name: round(float(np.hypot(px - x, py - y)), 3)
        for name, point in points.items()
        for px, py in [project(*point)]
    }
    return sorted(metres.items(), key=lambda item: (item[1], item[0]))


def rows(nearby: Nearby) -> list[tuple[str, float]]:
    return [(item.service.id, item.distance_m) for item in nearby.items]


@given(LONS, LATS, st.integers(1, 7), st.sets(st.sampled_from([*GRIDS.values()])))
def test_places_are_those_of_a_plain_measure_within_the_view(
    lon: float, lat: float, limit: int, grids: set[str]
) -> None:
    seen = {name: point for name, point in POINTS.items() if GRIDS[name] in grids}
    nearby = nearest("place", lon, lat, only(*grids), limit=limit)
    _same(rows(nearby), plain(seen, lon, lat)[:limit])


@given(LONS, LATS)
def test_stations_are_those_of_a_plain_measure(lon: float, lat: float) -> None:
    points = {name: (x, y) for name, _, x, y in STATIONS}
    _same(rows(nearest("station", lon, lat)), plain(points, lon, lat))


@given(LONS, LATS)
def test_posts_are_as_far_as_their_areas(lon: float, lat: float) -> None:
    by_id = dict(rows(nearest("post", lon, lat, limit=100)))
    assert {*by_id} == {"C-L", "G1-L", "G2-L", "G3-L", "G1-M"}
    assert by_id["G1-L"] == by_id["G1-M"] >= by_id["C-L"]
    is_in_g1 = 120.0 <= lon <= 120.01 and 30.0 <= lat <= 30.01
    # a border that is straight in degrees bends by less than that in the plane
    assert is_in_g1 == (by_id["G1-L"] == 0) or by_id["G1-L"] < 0.5


def test_equals_stand_in_order_of_their_ids() -> None:
    nearby = nearest("post", limit=100)
    assert [name for name, metres in rows(nearby) if metres == 0] == [
        "C-L",
        "G1-L",
        "G1-M",
    ]
    assert [name for name, _ in rows(nearest("post", limit=2))] == ["C-L", "G1-L"]


def test_a_radius_and_a_sort_leave_out_the_rest() -> None:
    assert [n for n, _ in rows(nearest("place", within_m=600.0))] == ["P1", "N1"]
    [far] = rows(nearest("station", sort="emergency"))
    assert far[0] == "S2"
    assert rows(nearest("station", sort="emergency", within_m=100.0)) == []
    assert rows(nearest("place", sort="zoo")) == []


def test_who_sees_no_positions_has_posts_alone_near() -> None:
    counts = {kind: len(nearest(kind, view=VISITOR).items) for kind in NEAR_KINDS}
    assert counts == {"place": 0, "station": 0, "department": 0, "post": 5}
    body = sight(Scope(departments=("police",)), Role.DEPARTMENT)
    counts = {kind: len(nearest(kind, view=body).items) for kind in NEAR_KINDS}
    assert counts == {"place": 0, "station": 2, "department": 0, "post": 5}
    assert "N4" not in dict(rows(nearest("place", limit=100)))


def test_the_plane_and_the_bodies_are_told() -> None:
    assert nearest("department").metric_crs == "EPSG:4549"
    assert rows(nearest("department")) == []


@pytest.mark.parametrize("kind", NEAR_KINDS)
def test_a_point_that_is_none_has_its_reason_and_nothing_near(kind) -> None:
    nearby = nearest(kind, lon=30.005, lat=120.005)
    assert (nearby.reason, nearby.items) == ("swapped_axes", ())


@pytest.mark.parametrize("kind", NEAR_KINDS)
@pytest.mark.parametrize(
    ("lon", "lat"), [(30.0, 4.0), (0.0, 0.0), (-60.0, 30.0), (130.5, 30.0), (0.0, 90.0)]
)
def test_a_point_beyond_the_plane_of_the_town_is_refused(kind, lon, lat) -> None:
    nearby = nearest(kind, lon=lon, lat=lat)
    assert (nearby.reason, nearby.items) == ("out_of_range", ())


def test_a_point_that_is_far_is_still_measured() -> None:
    assert nearest("station", lon=117.0, lat=36.65).items[0].distance_m > 7e5


def test_a_point_in_another_datum_is_brought_over() -> None:
    query = NearQuery(Position(120.005, 30.005, "cgcs2000"), "station")
    shifted = dataclasses.replace(query, position=Position(120.005, 30.005, "gcj02"))
    first, second = (NAMED.nearest.nearest(q, ALL) for q in (query, shifted))
    assert abs(first.items[0].distance_m - second.items[0].distance_m) > 100


def _same(left: list[tuple[str, float]], right: list[tuple[str, float]]) -> None:
    """Hold two lists to the same ids and millimetres."""
    assert [name for name, _ in left] == [name for name, _ in right]
    assert [m for _, m in left] == pytest.approx([m for _, m in right], abs=0.0011)


def test_a_place_that_comes_is_near_at_once() -> None:
    named = NamedTown()
    query = NearQuery(Position(120.035, 30.009, "cgcs2000"), "place", limit=1)
    assert named.nearest.nearest(query, ALL).items[0].service.id == "N3"
    named.record(("Z9", "market", "actual", "新店", None, 120.035, 30.009))
    [near] = named.nearest.nearest(query, ALL).items
    assert (near.service.id, near.distance_m) == ("Z9", 0.0)
