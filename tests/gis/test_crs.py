"""Datums against published vectors, round trips, the register's axis traps."""

import csv

import numpy as np
import pyproj
import pytest

from gis import crs
from gis.errors import CrsError

# one degree is at most this many metres, so 1 mm is below this many degrees
MM_IN_DEGREES = 0.001 / 111_700.0


def random_points(count, bounds=crs.CHINA_BOUNDS, seed=11):
    rng = np.random.default_rng(seed)
    west, south, east, north = bounds
    return rng.uniform(west, east, count), rng.uniform(south, north, count)


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_shift_round_trips_below_a_millimetre_on_a_million_points(name):
    lon, lat = random_points(1_000_000)
    wgs84, shifted = crs.parse_datum("wgs84"), crs.parse_datum(name)
    there = crs.convert(lon, lat, wgs84, shifted)
    back_lon, back_lat = crs.convert(*there, shifted, wgs84)
    inside = crs.is_in_china_box(*crs.gcj02_from_wgs84(lon, lat))
    assert inside.mean() > 0.999
    assert np.abs(back_lon - lon)[inside].max() < MM_IN_DEGREES
    assert np.abs(back_lat - lat)[inside].max() < MM_IN_DEGREES


def read_vectors(real_data, *pairs):
    with (real_data / "coord_vectors" / "gcj_bd_vectors.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    return [row for row in rows if (row["from_crs"], row["to_crs"]) in pairs]


def assert_vector(row, tolerance):
    source, target = (crs.parse_datum(row[end]) for end in ("from_crs", "to_crs"))
    x, y = crs.convert([float(row["in_lon"])], [float(row["in_lat"])], source, target)
    assert x[0] == pytest.approx(float(row["out_lon"]), abs=tolerance, rel=0)
    assert y[0] == pytest.approx(float(row["out_lat"]), abs=tolerance, rel=0)


@pytest.mark.real_data
def test_published_vectors_agree_within_their_tolerance(real_data):
    pairs = ("WGS84", "GCJ02"), ("GCJ02", "WGS84"), ("GCJ02", "BD09")
    rows = read_vectors(real_data, *pairs)
    assert len(rows) == 9
    for row in rows:
        assert_vector(row, float(row["tolerance_deg"]))


@pytest.mark.real_data
def test_one_step_bd09_vector_is_within_its_own_error(real_data):
    # the published value is a one-step inverse that misses its own forward formula by
    # up to 2e-6 degrees; ours is the inverse that round-trips
    (row,) = read_vectors(real_data, ("BD09", "GCJ02"))
    assert_vector(row, 2e-6)


def bd09_with_pi_for_its_constant(lon, lat):
    """Undo BD-09 as eviltransform does: pi stands where pi * 3000 / 180 belongs."""
    x, y = lon - 0.0065, lat - 0.006
    radius = np.hypot(x, y) - 2e-5 * np.sin(y * np.pi)
    angle = np.arctan2(y, x) - 3e-6 * np.cos(x * np.pi)
    lon, lat = radius * np.cos(angle), radius * np.sin(angle)
    there = crs.gcj02_from_wgs84(lon, lat)
    return 2 * lon - there[0], 2 * lat - there[1]


@pytest.mark.real_data
def test_eviltransform_bd09_vectors_come_from_another_constant(real_data):
    # the two sources contradict each other by 40 m: the vectors are reproduced to 1e-9
    # with the wrong constant, and so cannot bind the right one closer than 5e-4
    rows = read_vectors(real_data, ("BD09", "WGS84"))
    assert len(rows) == 2
    for row in rows:
        x, y = bd09_with_pi_for_its_constant(float(row["in_lon"]), float(row["in_lat"]))
        assert float(x) == pytest.approx(float(row["out_lon"]), abs=1e-9, rel=0)
        assert float(y) == pytest.approx(float(row["out_lat"]), abs=1e-9, rel=0)
        assert_vector(row, 5e-4)


def test_nothing_is_shifted_outside_the_chinese_box():
    lon, lat = np.array([-87.6, 151.2, 2.35]), np.array([41.9, -33.9, 48.85])
    wgs84 = crs.parse_datum("wgs84")
    for name in ("gcj02", "bd09"):
        for pair in ((wgs84, crs.parse_datum(name)), (crs.parse_datum(name), wgs84)):
            x, y = crs.convert(lon, lat, *pair)
            np.testing.assert_array_equal(x, lon)
            np.testing.assert_array_equal(y, lat)


def test_wgs84_and_cgcs2000_are_not_shifted_to_the_bit():
    lon, lat = random_points(1000)
    x, y = crs.convert(lon, lat, crs.parse_datum("wgs84"), crs.parse_datum("cgcs2000"))
    np.testing.assert_array_equal(x, lon)
    np.testing.assert_array_equal(y, lat)


def test_projected_cgcs2000_from_wgs84_uses_no_datum_step():
    lon, lat = np.array([120.08]), np.array([30.33])
    plain = pyproj.Transformer.from_crs(4490, 4549, always_xy=True)
    x, y = crs.convert(lon, lat, crs.parse_datum("wgs84"), crs.parse_datum("EPSG:4549"))
    assert (x[0], y[0]) == pytest.approx(plain.transform(120.08, 30.33), abs=1e-9)


def test_register_order_lat_lon_is_never_used():
    x, y = crs.convert(
        [120.08], [30.33], crs.parse_datum("EPSG:4490"), crs.parse_datum("EPSG:4549")
    )
    assert 500_000 < x[0] < 510_000
    assert 3_350_000 < y[0] < 3_360_000


def test_projected_to_projected_passes_through_lon_lat():
    source, target = crs.parse_datum("EPSG:4549"), crs.parse_datum("EPSG:4528")
    x, y = crs.convert([507_690.0], [3_356_000.0], source, target)
    assert x[0] == pytest.approx(40_507_690.0, abs=1e-6)
    assert y[0] == pytest.approx(3_356_000.0, abs=1e-6)


def test_unprojectable_coordinates_come_back_not_finite():
    x, _ = crs.convert(
        [np.nan, 120.0],
        [30.0, 1e30],
        crs.parse_datum("wgs84"),
        crs.parse_datum("EPSG:4549"),
    )
    assert not np.isfinite(x).any()


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        pytest.param(106.2, 38.5, 4544, id="Yinchuan"),
        pytest.param(114.1, 22.5, 4547, id="Shenzhen"),
        pytest.param(117.2, 39.1, 4548, id="Tianjin"),
        pytest.param(120.2, 30.25, 4549, id="Hangzhou"),
        pytest.param(-87.6, 41.9, 32616, id="Chicago"),
    ],
)
def test_metric_crs_is_proposed_from_the_place(lon, lat, code):
    assert crs.propose_metric_crs(lon, lat).to_epsg() == code


@pytest.mark.parametrize("text", ["EPSG:4214", "EPSG:4610", "EPSG:2414", "EPSG:2327"])
def test_datum_without_public_parameters_is_refused(text):
    with pytest.raises(CrsError, match="parameters are not public"):
        crs.parse_datum(text)


@pytest.mark.parametrize("text", ["", "mars", "EPSG:999999", "EPSG:x", "EPSG:5773"])
def test_unknown_datum_is_refused_in_one_sentence(text):
    with pytest.raises(CrsError) as caught:
        crs.parse_datum(text)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_crs84_of_a_file_is_wgs84():
    assert crs.datum_of(pyproj.CRS.from_user_input("OGC:CRS84")).name == "wgs84"


def test_a_datum_without_parameters_advises_what_a_caller_can_do():
    with pytest.raises(CrsError, match="have the coordinates converted") as refused:
        crs.parse_datum("EPSG:4214")
    assert "--" not in str(refused.value)
    with pytest.raises(CrsError, match="in metres with --allow-ballpark"):
        crs.parse_datum("EPSG:4214", allowing="--allow-ballpark")
