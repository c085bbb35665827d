"""Reports of one thing are suggested together and stay four records."""

from dataclasses import dataclass, replace

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.events import Loop, Spot, box_about, link, suggest_cluster
from support.makers.event_loops import MINUTE, T0

METRE = 1 / 110_852.0  # of latitude at 30 degrees north


@dataclass(frozen=True)
class SameWithin:
    radius_m: float = 30
    minutes: int = 60


def report(event_id, minutes=0, metres=0.0):
    return Loop(
        event_id,
        kind="noise",
        lon=120.0,
        lat=30.0 + metres * METRE,
        occurred_at=T0 + minutes * MINUTE,
    )


FIRST = report("A")
LIMITS = SameWithin()


def spots_of(loops):
    return [Spot(o.event_id, o.lon, o.lat, o.occurred_at) for o in loops]


def near(loop, *others, limits=LIMITS):
    return [n.event_id for n in suggest_cluster(loop, spots_of(others), limits).near]


def test_four_reports_of_a_spot_have_one_cluster():
    reports = [report(name, 19 * i, 5.0 * i) for i, name in enumerate("ABCD")]
    clusters = [
        suggest_cluster(loop, spots_of(reports), SameWithin()) for loop in reports
    ]
    assert {cluster.cluster_id for cluster in clusters} == {"A"}
    assert [len(cluster.near) for cluster in clusters] == [3, 3, 3, 3]


def test_a_chain_of_reports_has_one_cluster():
    chain = [report(name, 50 * i) for i, name in enumerate("ABCD")]
    cluster = suggest_cluster(chain[3], spots_of(chain), SameWithin())
    assert cluster.cluster_id == "A"
    assert [n.event_id for n in cluster.near] == ["C"]


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        (report("B", 60), True),
        (replace(report("B", 60), occurred_at=T0 + 60 * MINUTE + 1), False),
        (report("B", -60), True),
        (report("B", metres=29.9), True),
        (report("B", metres=30.1), False),
        (report("A", 1), False),
    ],
    ids=["hour", "over", "before", "29.9_m", "30.1_m", "itself"],
)
def test_near_is_within_distance_and_time(other, is_near):
    assert near(FIRST, other) == (["B"] if is_near else [])


def test_the_nearest_report_is_first_with_its_distance():
    found = suggest_cluster(
        FIRST, spots_of([report("B", 3, 20), report("C", 2, 10)]), SameWithin()
    )
    assert [n.event_id for n in found.near] == ["C", "B"]
    assert [n.distance_m for n in found.near] == pytest.approx([10, 20], abs=0.01)
    assert [n.minutes for n in found.near] == [2, 3]


def test_alone_there_is_no_cluster():
    assert suggest_cluster(FIRST, [], SameWithin()) == ("", ())


def test_a_kind_without_limits_is_never_clustered():
    assert near(FIRST, report("B"), limits=None) == []


def test_an_event_without_a_place_is_near_nothing():
    assert near(replace(FIRST, lon=None, lat=None), report("B")) == []


def test_linking_takes_over_the_cluster_of_the_other():
    other = replace(report("C", 9), cluster="A")
    assert link(report("B", 3), other).loop == {"cluster": "A"}
    assert link(report("B", 3), report("C", 9)).loop == {"cluster": "B"}


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0, 360), st.floats(1, 5000))
def test_a_box_about_a_position_holds_all_within_the_radius(lon, lat, azimuth, radius):
    x, y, _ = pyproj.Geod(ellps="WGS84").fwd(lon, lat, azimuth, radius)
    assert box_about(lon, lat, radius).holds(x, y)
    assert not box_about(lon, lat, radius).holds(lon, lat + 1)


def brute_cluster(loop, spots, limits):
    """The cluster by its definition: geodesics of all pairs, joined until none is."""
    geod = pyproj.Geod(ellps="WGS84")

    def is_next(one, other):
        length = geod.inv(one.lon, one.lat, other.lon, other.lat)[2]
        apart = abs(one.occurred_at - other.occurred_at)
        return length <= limits.radius_m and apart <= limits.minutes * MINUTE

    members, rest = [loop], [*spots]
    for member in members:
        members += [spot for spot in rest if is_next(member, spot)]
        rest = [spot for spot in rest if spot not in members]
    near = {spot.event_id for spot in spots if is_next(loop, spot)}
    first = min(members, key=lambda m: (m.occurred_at, m.event_id)).event_id
    return (first if near else ""), near


@given(
    st.sampled_from([(120.0, 30.0), (0.0, 0.0), (-70.5, -89.0), (10.0, 78.0)]),
    st.lists(
        st.tuples(st.floats(0, 3), st.floats(0, 3), st.integers(0, 5)), max_size=12
    ),
    st.sampled_from([0.5, 30.0, 2_000.0, 700_000.0]),
)
def test_a_cluster_is_that_of_all_geodesics(centre, places, radius_m):
    lon, lat = centre
    reach = radius_m * METRE
    spots = [
        Spot(f"S{n}", lon + x * reach, lat + y * reach / 3, T0 + t * MINUTE)
        for n, (x, y, t) in enumerate(places)
    ]
    loop = Loop("N", lon=lon, lat=lat, occurred_at=T0 + MINUTE)
    limits = SameWithin(radius_m, 2)
    cluster = suggest_cluster(loop, spots, limits)
    near = {report.event_id for report in cluster.near}
    assert (cluster.cluster_id, near) == brute_cluster(loop, spots, limits)


@pytest.mark.parametrize("apart_m", [-1e-7, 1e-7])
@pytest.mark.parametrize("radius_m", [30.0, 5_000.0])
def test_the_radius_itself_is_near_and_a_tenth_of_a_micron_beyond_is_not(
    radius_m, apart_m
):
    geod = pyproj.Geod(ellps="WGS84")
    lon, lat, _ = geod.fwd(120.0, 30.0, 40.0, radius_m + apart_m)
    exact = geod.inv(120.0, 30.0, lon, lat)[2]
    loop = Loop("N", lon=120.0, lat=30.0, occurred_at=T0)
    cluster = suggest_cluster(loop, [Spot("S", lon, lat, T0)], SameWithin(radius_m))
    assert bool(cluster.near) == (exact <= radius_m)
