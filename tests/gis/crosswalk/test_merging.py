"""Two systems merged into one set of grids."""

from collections import defaultdict

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gis.coverage import certify
from gis.crosswalk import cross, grid_system, merge_systems, weigh
from gis.errors import CoverageError, InvalidLayerError
from gis.geometry import area_m2, round_coordinates
from gis.models import Instant
from gis.synthetic import make_x_town
from layers.files import join_parts, read_grids
from layers.stores.memory import MemoryStore
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.crosswalks import METRES, lattice_pairs


def rectangles(**bounds):
    return grid_system(bounds, [box(*bound) for bound in bounds.values()])


def named(pair):
    return dict(zip(("old", "new"), pair.systems, strict=True))


@given(lattice_pairs(is_whole=True), st.integers(1, 6))
def test_pieces_stay_whole_and_the_ground_is_that_of_both(pair, count):
    try:
        merger = merge_systems(named(pair), METRES, count)
    except (InvalidLayerError, CoverageError):
        return
    assert len(merger.grids.ids) == count
    members = [each for group in merger.groups.values() for each in group]
    assert len(members) == len(set(members))
    assert certify(merger.grids.ids, merger.grids.polygons, METRES).is_clean
    whole = shapely.union_all(pair.systems[0].polygons)
    assert shapely.union_all(merger.grids.polygons).equals(whole)
    sums = defaultdict(float)
    for row in merger.lineage:
        sums[row.from_system, row.from_id] += row.share
    assert list(sums.values()) == pytest.approx([1.0] * len(sums))


@given(lattice_pairs(is_whole=True))
def test_lineage_is_the_weight_of_a_crosswalk_to_the_new_grids(pair):
    try:
        merger = merge_systems(named(pair), METRES, 2, noise_m=0.0)
    except InvalidLayerError:
        return
    for name, system in named(pair).items():
        walk = cross(system, merger.grids, METRES, noise_m=0.0)
        weights = weigh(walk)
        wanted = {
            (system.ids[s], merger.grids.ids[t]): weight
            for (s, t), weight in zip(
                weights.rows.tolist(), weights.weights.tolist(), strict=True
            )
            if weight > 1e-9
        }
        shares = {
            (row.from_id, row.to_id): row.share
            for row in merger.lineage
            if row.from_system == name
        }
        assert shares == pytest.approx(wanted, abs=1e-6)


HALVES = {
    "old": rectangles(A=(0, 0, 50, 90), B=(50, 0, 99, 90)),
    "new": rectangles(P=(0, 0, 70, 90), Q=(70, 0, 99, 90)),
}
ALL = [("A", "P"), ("B", "P"), ("B", "Q")]


def test_groups_may_be_named():
    merger = merge_systems(HALVES, METRES, {"N2": ALL[:2], "N1": ALL[2:]})
    assert merger.grids.ids == ("N1", "N2")
    assert [polygon.bounds for polygon in merger.grids.polygons] == [
        (70, 0, 99, 90),
        (0, 0, 70, 90),
    ]
    rows = {(row.from_system, row.from_id, row.to_id) for row in merger.lineage}
    assert rows == {
        *(("old", "A", "N2"), ("old", "B", "N1"), ("old", "B", "N2")),
        *(("new", "P", "N2"), ("new", "Q", "N1")),
    }
    assert merger.ground_m2.sum() == pytest.approx(2 * 99 * 90, rel=1e-6)


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"N1": ALL[:2]}, r"leave out the pairs \[\('B', 'Q'\)\] \(1 in all\)"),
        ({"N1": ALL, "N2": ALL[:1]}, r"\('A', 'P'\) of group 'N2' is in another"),
        ({"N1": [*ALL, ("A", "Q")]}, r"\('A', 'Q'\) of group 'N1' has no ground"),
        ({"N1": ALL, "N2": []}, "have nothing for 'N2'"),
        (4, "3 pieces to be joined into 4 grids"),
    ],
)
def test_groups_that_do_not_fit_are_refused(groups, words):
    with pytest.raises(InvalidLayerError, match=words):
        merge_systems(HALVES, METRES, groups)


def test_one_system_is_not_merged():
    with pytest.raises(InvalidLayerError, match=r"Found 1 grid systems \['old'\]"):
        merge_systems({"old": HALVES["old"]}, METRES, 1)


def test_ground_that_one_system_lacks_is_a_piece_too():
    systems = HALVES | {"new": rectangles(P=(0, 0, 70, 90))}
    merger = merge_systems(systems, METRES, 3)
    assert ("B", None) in {pair for group in merger.groups.values() for pair in group}
    assert sum(polygon.area for polygon in merger.grids.polygons) == 99 * 90


@pytest.fixture(scope="module")
def x_town():
    return make_x_town()


@pytest.fixture(scope="module")
def merger(x_town):
    systems = {
        name: grid_system(grids["grid_id"], grids.geometry.to_numpy())
        for name, grids in x_town.former.items()
    }
    return merge_systems(systems, x_town.town.grids.crs, 32)


def test_systems_of_x_town_merge_into_32_clean_grids(x_town, merger):
    crs, ids = x_town.town.grids.crs, merger.grids.ids
    assert (len(ids), ids[0], ids[-1]) == (32, "M001", "M032")
    rounded = round_coordinates(merger.grids.polygons)
    assert shapely.equals_exact(rounded, merger.grids.polygons, tolerance=1e-12).all()
    assert certify(ids, rounded, crs).is_clean
    for name in x_town.former:
        sums = defaultdict(float)
        for row in merger.lineage:
            if row.from_system == name:
                sums[row.from_id] += row.share
        assert sorted(sums) == x_town.former[name]["grid_id"].tolist()
        assert list(sums.values()) == pytest.approx([1.0] * len(sums))


def test_merged_grids_of_x_town_are_published_with_lineage_from_both(x_town, merger):
    store = MemoryStore(now=lambda: Instant(0))
    grids = gpd.GeoDataFrame(
        {"grid_id": merger.grids.ids},
        geometry=list(merger.grids.polygons),
        crs=x_town.town.grids.crs,
    )
    digest = draft_digest(grids, None, None)
    draft = Draft(Instant(0), digest, grids, lineage=merger.lineage)
    [version] = store.publish(Publication((draft,), "planner", "chief"))
    assert version.lineage == merger.lineage
    systems = {system for system, _ in store.history().ancestors("M001")}
    assert systems == {"party_building", "public_order"}


@pytest.mark.real_data
def test_beats_and_wards_of_chicago_merge_into_a_clean_coverage(real_data):
    systems, crs = {}, None
    for name, key in (("beats", "beat_num"), ("wards_2015", "ward")):
        path = real_data / "chicago" / f"{name}.geojson"
        frame = join_parts(read_grids(path, key))
        rounded = round_coordinates(frame.geometry.to_numpy())
        systems[name], crs = grid_system(frame["grid_id"], rounded), frame.crs
    merger = merge_systems(systems, crs, 100)
    assert certify(merger.grids.ids, merger.grids.polygons, crs).is_clean
    grounds = [*systems["beats"].polygons, *systems["wards_2015"].polygons]
    both = shapely.union_all(grounds)
    lost = both.symmetric_difference(shapely.union_all(merger.grids.polygons))
    # of 609 km2; slivers that touch nothing wide, and corners rounded
    assert area_m2([lost], crs)[0] < 2.0
