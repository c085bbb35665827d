"""Which datum points are in: detection, false alarms, and when nobody can tell."""

import os

import numpy as np
import pytest
import shapely

from gis.crs import convert, parse_datum
from gis.datum_check import are_swapped, check_datum, fit_to_places
from gis.index import RTreeIndex
from gis.synthetic.places import make_hotspots, sample_inside

SETS = 1000 if os.environ.get("PAGODA_SOAK") else 100
WGS84 = parse_datum("wgs84")
CGCS2000 = parse_datum("cgcs2000")


@pytest.fixture(scope="module")
def town(s_town):
    return s_town


@pytest.fixture(scope="module")
def events(town):
    xy = town.events[["lon", "lat"]].to_numpy()
    return xy[(xy[:, 0] > 100) & np.isfinite(xy).all(axis=1)]


@pytest.fixture(scope="module")
def near_enterprises(town):
    xy = shapely.get_coordinates(town.enterprises.geometry.to_numpy())
    return fit_to_places(xy[:, 0], xy[:, 1], CGCS2000)


@pytest.fixture(scope="module")
def index(town):
    grids = town.grids
    return RTreeIndex.build(grids["grid_id"], grids.geometry)


def read_as(xy, datum):
    """Coordinates in a datum, of places in WGS 84."""
    return convert(xy[:, 0], xy[:, 1], WGS84, parse_datum(datum))


def batches(events, seed):
    rng = np.random.default_rng(seed)
    for _ in range(SETS):
        yield events[rng.choice(len(events), 200, replace=False)]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_99_of_100_shifted_sets_of_200_points_are_named(
    events, near_enterprises, datum
):
    named = [
        check_datum(*read_as(batch, datum), WGS84, near_enterprises).looks_like
        for batch in batches(events, 1)
    ]
    assert named.count(datum) >= 0.99 * SETS
    assert set(named) <= {datum, None}


@pytest.mark.parametrize("declared", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_less_than_1_of_100_true_sets_raises_an_alarm(
    events, near_enterprises, declared
):
    outcomes = [
        check_datum(
            *read_as(b, declared), parse_datum(declared), near_enterprises
        ).outcome
        for b in batches(events, 2)
    ]
    assert outcomes.count("looks_like") < 0.01 * SETS
    assert outcomes.count("fits") >= 0.95 * SETS


def test_points_that_gather_elsewhere_than_the_places_raise_no_alarm(
    town, near_enterprises
):
    polygons = town.grids.geometry.to_numpy()
    alarms = 0
    for seed in range(SETS):
        rng = np.random.default_rng(seed)
        xy, _ = sample_inside(polygons, make_hotspots(polygons, 20, rng), 200, rng)
        outcome = check_datum(xy[:, 0], xy[:, 1], WGS84, near_enterprises).outcome
        alarms += outcome == "looks_like"
    assert alarms < 0.02 * SETS


def test_wgs84_points_declared_as_gcj02_are_named(events, near_enterprises):
    check = check_datum(
        events[:200, 0], events[:200, 1], parse_datum("gcj02"), near_enterprises
    )
    assert (check.outcome, check.looks_like) == ("looks_like", "wgs84")
    assert check.direction == "north-west"


def test_points_projected_from_shifted_degrees_are_named(events, near_enterprises):
    metric = parse_datum("EPSG:4549")
    x, y = convert(*read_as(events[:500], "gcj02"), CGCS2000, metric)
    check = check_datum(x, y, metric, near_enterprises)
    assert (check.declared, check.looks_like) == ("EPSG:4549", "gcj02")


def test_sentence_says_how_far_and_where_to(events, near_enterprises):
    check = check_datum(*read_as(events[:500], "gcj02"), WGS84, near_enterprises)
    assert check.sentence == (
        "These 500 points look like gcj02, shifted by about 527 m to the south-east "
        "when read as wgs84; declare gcj02."
    )
    check = check_datum(*read_as(events[:500], "wgs84"), WGS84, near_enterprises)
    assert check.sentence == "These 500 points fit wgs84, as declared."


def test_without_evidence_nobody_can_tell(events):
    check = check_datum(*read_as(events[:500], "gcj02"), WGS84, None)
    assert (check.outcome, check.looks_like) == ("cannot_tell", None)
    assert check.sentence.startswith("Nothing tells whether these 500 points are in ")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_points_tell_nothing(events, near_enterprises, count):
    check = check_datum(*read_as(events[:count], "gcj02"), WGS84, near_enterprises)
    assert (check.outcome, check.points) == ("cannot_tell", count)


def test_many_points_at_one_place_tell_nothing(events, near_enterprises):
    one = np.repeat(events[:1], 1000, axis=0)
    check = check_datum(*read_as(one, "gcj02"), WGS84, near_enterprises)
    assert check.outcome == "cannot_tell"


def test_outside_china_nothing_is_shifted_and_nothing_told():
    rng = np.random.default_rng(3)
    lon, lat = rng.normal((-87.65, 41.85), 0.03, (500, 2)).T
    check = check_datum(lon, lat, WGS84, fit_to_places(lon, lat, WGS84))
    assert check.outcome == "cannot_tell"


def test_unusable_numbers_are_left_out(events, near_enterprises):
    x, y = read_as(events[:300], "gcj02")
    x = np.concatenate([x, [np.nan, np.inf, 1e200, 0.0]])
    y = np.concatenate([y, [30.0, 30.0, -1e200, -np.inf]])
    check = check_datum(x, y, WGS84, near_enterprises)
    assert (check.looks_like, check.points) == ("gcj02", 301)


def test_swapped_axes_are_told_exactly_everywhere_in_china():
    lon, lat = (axis.ravel() for axis in np.mgrid[72.1:137.8:40j, 0.9:55.8:40j])
    assert are_swapped(lat, lon).all()
    assert not are_swapped(lon, lat).any()


def test_swapped_batch_says_so_and_a_few_swapped_rows_are_counted(
    events, near_enterprises
):
    lon, lat = events[:200].T
    swapped = check_datum(lat, lon, WGS84, near_enterprises)
    assert swapped.sentence == (
        "200 of these 200 points have lon and lat exchanged; give lon first."
    )
    few = np.arange(200) < 10
    x, y = np.where(few, lat, lon), np.where(few, lon, lat)
    check = check_datum(x, y, WGS84, near_enterprises)
    assert (check.outcome, check.swapped) == ("fits", 10)


@pytest.mark.real_data
def test_shanghai_shops_in_gcj02_are_named_by_other_shops(real_data):
    path = real_data / "shanghai" / "poi_wgs84.csv.gz"
    xy = np.genfromtxt(
        path, delimiter=",", skip_header=1, usecols=(5, 6), comments=None
    )
    xy = xy[np.isfinite(xy).all(axis=1)]
    rng = np.random.default_rng(4)
    rng.shuffle(xy)
    fit = fit_to_places(xy[:20_000, 0], xy[:20_000, 1], WGS84)
    found = [
        check_datum(*read_as(xy[i : i + 500], "gcj02"), WGS84, fit).looks_like
        for i in range(20_000, 30_000, 500)
    ]
    assert set(found) == {"gcj02"}
